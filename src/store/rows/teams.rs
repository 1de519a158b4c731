//! The rows of the teams that entered tournaments.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Revised, as_expected, delete_row, found, id_in, taken, unreadable};
use crate::clock::WallMs;
use crate::domain::tournament::Presence;
use crate::domain::{Player, Revision, Team, TeamId, TournamentId, VenueId, names};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// The changes of an organiser to a team; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    pub name: Option<String>,
    /// `Some(None)` takes it away, as in the fields after it.
    pub short: Option<Option<String>>,
    pub club: Option<Option<String>>,
    pub seed: Option<Option<u16>>,
    pub colour: Option<Option<String>>,
    pub players: Option<Vec<Player>>,
    pub presence: Option<Presence>,
}

impl TeamChange {
    /// A team as it is after the change.
    pub fn applied(self, team: &Team) -> Team {
        let known = team.clone();
        Team {
            name: self.name.unwrap_or(known.name),
            short: self.short.unwrap_or(known.short),
            club: self.club.unwrap_or(known.club),
            seed: self.seed.unwrap_or(known.seed),
            colour: self.colour.unwrap_or(known.colour),
            players: self.players.unwrap_or(known.players),
            presence: self.presence.unwrap_or(known.presence),
            ..known
        }
    }
}

const TEAM: &str = "SELECT id, tournament_id, name, short_name, club, seed, colour, players, presence, withdrawn, \
     revision FROM teams WHERE deleted_at IS NULL";

fn team_row(row: &Row<'_>) -> Result<Revised<Team>, StoreError> {
    Revised::read(row, |row| {
        let players = match row.get::<_, Option<String>>("players")? {
            Some(text) => serde_json::from_str(&text).map_err(unreadable)?,
            None => Vec::new(),
        };
        Ok(Team {
            id: id_in(row, "id")?,
            tournament: id_in(row, "tournament_id")?,
            name: names::shown(row.get("name")?),
            short: row.get("short_name")?,
            club: row.get::<_, Option<String>>("club")?.map(names::shown),
            seed: row.get("seed")?,
            colour: row.get("colour")?,
            players,
            presence: match row.get_ref("presence")?.as_str().map_err(unreadable)? {
                "present" => Presence::Present,
                "absent" => Presence::Absent,
                _ => Presence::Unknown,
            },
            withdrawn: row.get("withdrawn")?,
        })
    })
}

/// The teams of a tournament, in the order in which they were entered.
pub fn of(connection: &Connection, of: TournamentId) -> Result<Vec<Revised<Team>>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{TEAM} AND tournament_id = ?1 ORDER BY place"))?;
    statement
        .query_and_then([of.to_string()], team_row)?
        .collect()
}

pub fn one(connection: &Connection, id: TeamId) -> Result<Revised<Team>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TEAM} AND id = ?1"))?;
    statement
        .query_and_then([id.to_string()], team_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("team")))
}

/// The team of that name in a tournament. For those who name teams by text: entries, and `POST /create-match`.
pub fn named(
    connection: &Connection,
    of: TournamentId,
    name: &str,
) -> Result<Option<Revised<Team>>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{TEAM} AND tournament_id = ?1 AND name = ?2"))?;
    statement
        .query_row(params![of.to_string(), name], |row| Ok(team_row(row)))
        .optional()?
        .transpose()
}

/// Enters a team. One that is there already, by its name, is that one.
pub fn enter(
    writing: &mut Writing<'_>,
    venue: VenueId,
    new: &Team,
    now: WallMs,
) -> Result<Revised<Team>, StoreError> {
    if let Some(known) = named(writing.connection, new.tournament, &new.name)? {
        return Ok(known);
    }
    insert(writing, venue, new, now)
}

/// Stores a new team.
pub fn insert(
    writing: &mut Writing<'_>,
    venue: VenueId,
    new: &Team,
    now: WallMs,
) -> Result<Revised<Team>, StoreError> {
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO teams (id, venue_id, revision, tournament_id, place, name, short_name, club, seed, colour, players, \
             presence, withdrawn, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, \
             (SELECT count(*) + 1 FROM teams WHERE tournament_id = ?4), ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)",
        )?
        .execute(params![
            new.id.to_string(),
            venue.to_string(),
            revision,
            new.tournament.to_string(),
            new.name,
            new.short,
            new.club,
            new.seed,
            new.colour,
            players_text(&new.players)?,
            new.presence.as_str(),
            new.withdrawn,
            now
        ])
        .map_err(taken("team", &new.name))?;
    Ok(Revised {
        value: new.clone(),
        revision,
    })
}

fn players_text(players: &[Player]) -> Result<Option<String>, StoreError> {
    if players.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(players).map(Some).map_err(unreadable)
}

/// Makes a team's row say what `team` says; nothing is written if it does already. A team that was deleted is there again.
pub fn write(
    writing: &mut Writing<'_>,
    team: &Team,
    expected: Option<Revision>,
    now: WallMs,
) -> Result<Revised<Team>, StoreError> {
    match one(writing.connection, team.id) {
        Ok(known) => {
            as_expected(expected, known.revision)?;
            if known.value == *team {
                return Ok(known);
            }
        }
        Err(StoreError::NotFound(_)) if expected.is_none() => {}
        Err(error) => return Err(error),
    }
    let revision = writing.next_revision();
    let changed = writing
        .connection
        .execute(
            "UPDATE teams SET name = ?1, short_name = ?2, club = ?3, seed = ?4, colour = ?5, players = ?6, presence = ?7, \
             withdrawn = ?8, updated_at = ?9, revision = ?10, deleted_at = NULL WHERE id = ?11",
            params![
                team.name,
                team.short,
                team.club,
                team.seed,
                team.colour,
                players_text(&team.players)?,
                team.presence.as_str(),
                team.withdrawn,
                now,
                revision,
                team.id.to_string()
            ],
        )
        .map_err(taken("team", &team.name))?;
    found(changed, "team")?;
    Ok(Revised {
        value: team.clone(),
        revision,
    })
}

pub fn delete(
    writing: &mut Writing<'_>,
    id: TeamId,
    expected: Option<Revision>,
    now: WallMs,
) -> Result<(), StoreError> {
    as_expected(expected, one(writing.connection, id)?.revision)?;
    delete_row(writing, "teams", "team", &id.to_string(), now)
}

/// Deletes all teams of a tournament.
pub fn delete_all(
    writing: &mut Writing<'_>,
    of: TournamentId,
    now: WallMs,
) -> Result<(), StoreError> {
    for team in self::of(writing.connection, of)? {
        delete_row(writing, "teams", "team", &team.value.id.to_string(), now)?;
    }
    Ok(())
}
