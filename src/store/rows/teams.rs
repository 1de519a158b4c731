//! The rows of the teams that entered tournaments.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Revised, as_expected, delete_row, id_in, taken, unreadable};
use crate::clock::WallMs;
use crate::domain::{Player, Revision, Team, TeamId, TournamentId, VenueId, names};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// The changes of an organiser to a team; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    pub name: Option<String>,
    pub players: Option<Vec<Player>>,
}

const TEAM: &str =
    "SELECT id, tournament_id, name, players, revision FROM teams WHERE deleted_at IS NULL";

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
            players,
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
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO teams (id, venue_id, revision, tournament_id, place, name, players, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, \
             (SELECT count(*) + 1 FROM teams WHERE tournament_id = ?4), ?5, ?6, ?7, ?7)",
        )?
        .execute(params![
            new.id.to_string(),
            venue.to_string(),
            revision,
            new.tournament.to_string(),
            new.name,
            players_text(&new.players)?,
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

/// Changes a team, and returns it as it is then; nothing is written if it is so already.
pub fn change(
    writing: &mut Writing<'_>,
    id: TeamId,
    expected: Option<Revision>,
    change: TeamChange,
    now: WallMs,
) -> Result<Revised<Team>, StoreError> {
    let known = one(writing.connection, id)?;
    as_expected(expected, known.revision)?;
    let team = Team {
        name: change.name.unwrap_or_else(|| known.value.name.clone()),
        players: change
            .players
            .unwrap_or_else(|| known.value.players.clone()),
        ..known.value
    };
    if team == known.value {
        return Ok(known);
    }
    let revision = writing.next_revision();
    writing
        .connection
        .execute(
            "UPDATE teams SET name = ?1, players = ?2, updated_at = ?3, revision = ?4 WHERE id = ?5",
            params![
                team.name,
                players_text(&team.players)?,
                now,
                revision,
                id.to_string()
            ],
        )
        .map_err(taken("team", &team.name))?;
    Ok(Revised {
        value: team,
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
