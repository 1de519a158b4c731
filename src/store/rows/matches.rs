//! The rows of matches: how they are written. How they are read is in `reading`.

mod programme;
mod reading;

use std::sync::Arc;

use rusqlite::params;

use programme::write_programme;
pub use reading::{
    Told, all, any_has_begun, every, ids_of, one, setups_of, told, unplayed, whatever,
};
use reading::{has_begun, setups_on};

use super::{as_expected, delete_row, found, teams, unreadable};
use crate::clock::WallMs;
use crate::domain::{
    BySide, CourtId, MatchId, MatchSetup, MatchState, Programme, Revision, Rules, Seq, SideSetup,
    Team, TeamId, TournamentId, TournamentRef, VenueId,
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
    /// A team may play against itself, and be in two places at once: somebody has said so.
    pub confirmed: bool,
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
    /// A team may play against itself, and be in two places at once: somebody has said so.
    pub confirmed: bool,
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
fn side_columns(side: &SideSetup) -> Result<SideColumns<'_>, StoreError> {
    let source = side.source.as_ref().map(serde_json::to_string).transpose();
    Ok(SideColumns {
        team: side.team.map(|team| team.to_string()),
        name: match (side.team, &side.source) {
            (None, None) => &side.name,
            _ => "",
        },
        source: source.map_err(unreadable)?,
    })
}

struct SideColumns<'a> {
    team: Option<String>,
    name: &'a str,
    source: Option<String>,
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
            let new = Team::named(TeamId(random::id()), tournament, name);
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
    Ok(SideSetup::team(team.id, team.name))
}

/// Refuses a match of a team against itself, unless somebody has confirmed it.
fn not_alone(sides: &BySide<SideSetup>, confirmed: bool) -> Result<(), StoreError> {
    if !confirmed && sides.a.team.is_some() && sides.a.team == sides.b.team {
        let team = sides.a.name.clone();
        return Err(StoreError::AgainstItself { team });
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
    not_alone(&sides, new.confirmed)?;
    let setup = MatchSetup {
        id: new.id,
        tournament,
        court,
        sport: new.sport,
        variant: Some(new.variant),
        rules: new.rules,
        sides,
        fixture: None,
        programme: Programme::default(),
        order: 0,
        created_at: now,
        revision: 0,
    };
    insert_setup(writing, venue, setup)
}

/// Stores a match as it is set up, as the last in the order of play.
pub fn insert_setup(
    writing: &mut Writing<'_>,
    venue: VenueId,
    mut setup: MatchSetup,
) -> Result<MatchSetup, StoreError> {
    let order: i64 = writing
        .connection
        .prepare_cached("SELECT coalesce(max(position), 0) + 1 FROM matches WHERE venue_id = ?1")?
        .query_row([venue.to_string()], |row| row.get(0))?;
    setup.order = order.unsigned_abs();
    setup.revision = writing.next_revision();
    let opening = MatchState::default();
    let (a, b) = (side_columns(&setup.sides.a)?, side_columns(&setup.sides.b)?);
    let fixture = setup.fixture.as_ref();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO matches (id, venue_id, revision, setup_revision, tournament_id, sport, variant, rules, \
             team_a, team_b, side_a, side_b, court_id, position, status, state, last_seq, created_at, updated_at, \
             fixture_key, stage, round, group_name, source_a, source_b, contested) \
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, ?16, ?16, ?17, ?18, ?19, \
             ?20, ?21, ?22, ?23)",
        )?
        .execute(params![
            setup.id.to_string(),
            venue.to_string(),
            setup.revision,
            setup.tournament.as_ref().map(|tournament| tournament.id.to_string()),
            setup.sport,
            setup.variant,
            serde_json::to_string(&setup.rules).map_err(unreadable)?,
            a.team,
            b.team,
            a.name,
            b.name,
            setup.court.as_ref().map(|court| court.id.to_string()),
            order,
            opening.status.as_str(),
            state_json(&opening)?,
            setup.created_at,
            fixture.map(|fixture| fixture.key.as_str()),
            fixture.map(|fixture| fixture.stage.as_str()),
            fixture.map(|fixture| fixture.round),
            fixture.and_then(|fixture| fixture.group.as_deref()),
            a.source,
            b.source,
            fixture.is_some_and(|fixture| fixture.contested),
        ])?;
    Ok(setup)
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
        not_alone(&setup.sides, change.confirmed)?;
    }
    if let Some(court) = change.court {
        setup.court = match court {
            Some(id) => Some(super::courts::one(writing.connection, id)?.value),
            None => None,
        };
    }
    setup.call_anew(&known);
    setup.note_move(&known);
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
    write_programme(writing, known, &setup.programme)?;
    if (MatchSetup {
        programme: setup.programme.clone(),
        ..known.clone()
    }) == setup
    {
        return Ok(setup);
    }
    let same_game =
        setup.sport == known.sport && setup.variant == known.variant && setup.rules == known.rules;
    if !same_game && has_begun(writing.connection, setup.id)? {
        return Err(StoreError::HasBegun);
    }
    setup.revision = writing.next_revision();
    let (a, b) = (side_columns(&setup.sides.a)?, side_columns(&setup.sides.b)?);
    let fixture = setup.fixture.as_ref();
    let (source_a, source_b) = (a.source, b.source);
    writing
        .connection
        .prepare_cached(
            "UPDATE matches SET sport = ?1, variant = ?2, rules = ?3, team_a = ?4, team_b = ?5, side_a = ?6, \
             side_b = ?7, court_id = ?8, revision = ?9, setup_revision = ?9, source_a = ?11, source_b = ?12, \
             contested = ?13, stage = ?14, round = ?15, group_name = ?16 WHERE id = ?10",
        )?
        .execute(params![
            setup.sport,
            setup.variant,
            serde_json::to_string(&setup.rules).map_err(unreadable)?,
            a.team,
            b.team,
            a.name,
            b.name,
            setup.court.as_ref().map(|court| court.id.to_string()),
            setup.revision,
            setup.id.to_string(),
            source_a,
            source_b,
            fixture.is_some_and(|fixture| fixture.contested),
            fixture.map(|fixture| fixture.stage.as_str()),
            fixture.map(|fixture| fixture.round),
            fixture.and_then(|fixture| fixture.group.as_deref()),
        ])?;
    Ok(setup)
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

/// Shows a match again that was hidden.
pub fn bring_back(writing: &mut Writing<'_>, id: MatchId) -> Result<Match, StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE matches SET deleted_at = NULL, revision = ?1 WHERE id = ?2",
        params![revision, id.to_string()],
    )?;
    found(changed, "match")?;
    one(writing.connection, id)
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
            "UPDATE matches SET status = ?1, state = ?2, last_seq = ?3, updated_at = ?4, revision = ?5, \
             ended_at = CASE WHEN ?1 = 'finished' THEN coalesce(ended_at, ?4) END \
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
