//! The rows of matches: how they are written. How they are read is in `reading`.

mod reading;

use std::sync::Arc;

use rusqlite::{Connection, params};

use reading::setups_on;
pub use reading::{Told, all, every, ids_of, one, setups_of, told};

use super::{as_expected, delete_row, teams, unreadable};
use crate::clock::WallMs;
use crate::domain::{
    BySide, CourtId, MatchId, MatchSetup, MatchState, Revision, Rules, Seq, SideSetup, Team,
    TeamId, TournamentId, TournamentRef, VenueId,
};
use crate::random;
use crate::store::error::StoreError;
use crate::store::lagging::Reached;
use crate::store::writer::Writing;

/// A match as the lists show it: who plays, and where its history stands.
#[derive(Debug, Clone)]
pub struct Match {
    pub setup: MatchSetup,
    pub state: MatchState,
    pub seq: Seq,
    pub updated_at: WallMs,
}

/// A match that is to be made. Its place in the order of play comes from the database.
#[derive(Debug, Clone)]
pub struct NewMatch {
    pub id: MatchId,
    /// `None` for a friendly match.
    pub tournament: Option<TournamentId>,
    pub court: Option<CourtId>,
    /// The sport's id.
    pub sport: Arc<str>,
    pub variant: String,
    pub rules: Arc<Rules>,
    pub sides: BySide<NewSide>,
    pub created_at: WallMs,
}

/// A side as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewSide {
    /// A name. In a tournament it is that of a team, which is entered if there is none; in a friendly match there are none.
    Named(String),
    Team(TeamId),
}

/// The changes of an organiser to a match; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct MatchChange {
    pub sides: BySide<Option<NewSide>>,
    /// `Some(None)` takes it off its court.
    pub court: Option<Option<CourtId>>,
    /// Allowed until it has begun.
    pub game: Option<GameRules>,
}

/// The sport of a match, and the rules that it is played by.
#[derive(Debug, Clone)]
pub struct GameRules {
    pub sport: Arc<str>,
    pub variant: String,
    pub rules: Arc<Rules>,
}

fn state_json(state: &MatchState) -> Result<String, StoreError> {
    serde_json::to_string(state).map_err(unreadable)
}

/// The team and the label that a row holds for a side: a side with a team bears the team's name.
fn side_columns(side: &SideSetup) -> (Option<String>, &str) {
    match side.team {
        Some(team) => (Some(team.to_string()), ""),
        None => (None, &side.name),
    }
}

/// A side as the rows say it, in this tournament.
fn settle_side(
    writing: &mut Writing<'_>,
    venue: VenueId,
    tournament: Option<TournamentId>,
    side: NewSide,
    now: WallMs,
) -> Result<SideSetup, StoreError> {
    let team = match (side, tournament) {
        (NewSide::Named(name), None) => return Ok(SideSetup::named(name)),
        (NewSide::Named(name), Some(tournament)) => {
            let new = Team {
                id: TeamId(random::id()),
                tournament,
                name,
                players: Vec::new(),
            };
            teams::enter(writing, venue, &new, now)?.value
        }
        (NewSide::Team(id), tournament) => {
            let team = teams::one(writing.connection, id)?.value;
            if tournament != Some(team.tournament) {
                return Err(StoreError::NotFound("team of this tournament"));
            }
            team
        }
    };
    Ok(SideSetup {
        team: Some(team.id),
        name: team.name,
    })
}

/// Refuses a match of a team against itself.
fn not_alone(sides: &BySide<SideSetup>) -> Result<(), StoreError> {
    if sides.a.team.is_some() && sides.a.team == sides.b.team {
        return Err(StoreError::AgainstItself);
    }
    Ok(())
}

/// Stores a match. Enters its teams, where they are named by text and are not there yet.
pub fn insert(
    writing: &mut Writing<'_>,
    venue: VenueId,
    new: NewMatch,
) -> Result<MatchSetup, StoreError> {
    let now = new.created_at;
    let tournament = match new.tournament {
        Some(id) => {
            let found = super::tournaments::one(writing.connection, id)?.value;
            Some(TournamentRef {
                id,
                name: found.name,
            })
        }
        None => None,
    };
    let court = match new.court {
        Some(id) => Some(super::courts::one(writing.connection, id)?.value),
        None => None,
    };
    let sides = BySide {
        a: settle_side(writing, venue, new.tournament, new.sides.a, now)?,
        b: settle_side(writing, venue, new.tournament, new.sides.b, now)?,
    };
    not_alone(&sides)?;
    let order: i64 = writing
        .connection
        .prepare_cached("SELECT coalesce(max(position), 0) + 1 FROM matches WHERE venue_id = ?1")?
        .query_row([venue.to_string()], |row| row.get(0))?;
    let setup = MatchSetup {
        id: new.id,
        tournament,
        court,
        sport: new.sport,
        variant: Some(new.variant),
        rules: new.rules,
        sides,
        order: order.unsigned_abs(),
        created_at: now,
        revision: writing.next_revision(),
    };
    insert_setup(writing.connection, venue, &setup)?;
    Ok(setup)
}

fn insert_setup(
    connection: &Connection,
    venue: VenueId,
    setup: &MatchSetup,
) -> Result<(), StoreError> {
    let opening = MatchState::default();
    let (team_a, side_a) = side_columns(&setup.sides.a);
    let (team_b, side_b) = side_columns(&setup.sides.b);
    connection
        .prepare_cached(
            "INSERT INTO matches (id, venue_id, revision, setup_revision, tournament_id, sport, variant, rules, \
             team_a, team_b, side_a, side_b, court_id, position, status, state, last_seq, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, ?16, ?16)",
        )?
        .execute(params![
            setup.id.to_string(),
            venue.to_string(),
            setup.revision,
            setup.tournament.as_ref().map(|tournament| tournament.id.to_string()),
            setup.sport,
            setup.variant,
            serde_json::to_string(&setup.rules).map_err(unreadable)?,
            team_a,
            team_b,
            side_a,
            side_b,
            setup.court.as_ref().map(|court| court.id.to_string()),
            setup.order as i64,
            opening.status.as_str(),
            state_json(&opening)?,
            setup.created_at,
        ])?;
    Ok(())
}

/// Changes a match, and returns it as it is then; nothing is written if it is so already.
pub fn change(
    writing: &mut Writing<'_>,
    venue: VenueId,
    id: MatchId,
    expected: Option<Revision>,
    change: MatchChange,
    now: WallMs,
) -> Result<MatchSetup, StoreError> {
    let known = one(writing.connection, id)?.setup;
    as_expected(expected, known.revision)?;
    let mut setup = known.clone();
    let tournament = setup.tournament.as_ref().map(|of| of.id);
    if let Some(side) = change.sides.a {
        setup.sides.a = settle_side(writing, venue, tournament, side, now)?;
    }
    if let Some(side) = change.sides.b {
        setup.sides.b = settle_side(writing, venue, tournament, side, now)?;
    }
    // A match from before there were teams may be one of “TBD” against “TBD”, and is moved to a court all the same.
    if setup.sides != known.sides {
        not_alone(&setup.sides)?;
    }
    if let Some(court) = change.court {
        setup.court = match court {
            Some(id) => Some(super::courts::one(writing.connection, id)?.value),
            None => None,
        };
    }
    if let Some(GameRules {
        sport,
        variant,
        rules,
    }) = change.game
    {
        (setup.sport, setup.variant, setup.rules) = (sport, Some(variant), rules);
    }
    write_change(writing, &known, setup)
}

/// Writes what is new in a match's setup. Its sport and its rules stay once it has begun.
pub fn write_change(
    writing: &mut Writing<'_>,
    known: &MatchSetup,
    mut setup: MatchSetup,
) -> Result<MatchSetup, StoreError> {
    if setup == *known {
        return Ok(setup);
    }
    let same_game =
        setup.sport == known.sport && setup.variant == known.variant && setup.rules == known.rules;
    if !same_game && has_begun(writing.connection, setup.id)? {
        return Err(StoreError::HasBegun);
    }
    setup.revision = writing.next_revision();
    let (team_a, side_a) = side_columns(&setup.sides.a);
    let (team_b, side_b) = side_columns(&setup.sides.b);
    writing
        .connection
        .prepare_cached(
            "UPDATE matches SET sport = ?1, variant = ?2, rules = ?3, team_a = ?4, team_b = ?5, side_a = ?6, \
             side_b = ?7, court_id = ?8, revision = ?9, setup_revision = ?9 WHERE id = ?10",
        )?
        .execute(params![
            setup.sport,
            setup.variant,
            serde_json::to_string(&setup.rules).map_err(unreadable)?,
            team_a,
            team_b,
            side_a,
            side_b,
            setup.court.as_ref().map(|court| court.id.to_string()),
            setup.revision,
            setup.id.to_string(),
        ])?;
    Ok(setup)
}

/// Says if any match of a tournament has begun.
pub fn any_has_begun(
    connection: &Connection,
    tournament: TournamentId,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM matches m WHERE m.tournament_id = ?1 AND m.deleted_at IS NULL \
         AND EXISTS (SELECT 1 FROM events WHERE match_id = m.id) LIMIT 1",
    )?;
    Ok(statement.exists([tournament.to_string()])?)
}

fn has_begun(connection: &Connection, id: MatchId) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM events WHERE match_id = ?1 LIMIT 1")?;
    Ok(statement.exists([id.to_string()])?)
}

/// Takes all matches off a court, and returns them as they are then.
pub fn leave_court(
    writing: &mut Writing<'_>,
    court: CourtId,
) -> Result<Vec<MatchSetup>, StoreError> {
    let on_it = setups_on(writing.connection, court)?;
    let leave = |known: MatchSetup| {
        let off = MatchSetup {
            court: None,
            ..known.clone()
        };
        write_change(writing, &known, off)
    };
    on_it.into_iter().map(leave).collect()
}

pub fn delete(
    writing: &mut Writing<'_>,
    id: MatchId,
    expected: Option<Revision>,
    now: WallMs,
) -> Result<(), StoreError> {
    if expected.is_some() {
        as_expected(expected, one(writing.connection, id)?.setup.revision)?;
    }
    delete_row(writing, "matches", "match", &id.to_string(), now)
}

/// Makes a match's row say where its events have led; a row that says more already is left alone.
pub fn write_reached(
    writing: &mut Writing<'_>,
    id: MatchId,
    reached: &Reached,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "UPDATE matches SET status = ?1, state = ?2, last_seq = ?3, updated_at = ?4, revision = ?5 \
             WHERE id = ?6 AND last_seq <= ?3",
        )?
        .execute(params![
            reached.status,
            reached.state.get(),
            reached.seq as i64,
            reached.at,
            revision,
            id.to_string(),
        ])?;
    Ok(())
}
