//! The rows of tournaments and of the teams that play in them.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

use super::Store;
use super::error::StoreError;
use super::rows::{found, id, unreadable};
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{TeamId, TournamentId, VenueId, names};

#[derive(Debug, Clone)]
pub struct Tournament {
    pub id: TournamentId,
    pub name: String,
    /// The sport's id.
    pub sport: String,
    /// The variant that its matches are played in; `None` for the sport's own rules.
    pub variant: Option<String>,
    /// Single rules that differ from the variant's, as they were given; `null` for none.
    pub overrides: Value,
    pub created_at: WallMs,
}

/// Who plays in a tournament: a team, a pair or a player.
#[derive(Debug, Clone)]
pub struct Team {
    pub id: TeamId,
    pub tournament: TournamentId,
    pub name: String,
}

impl Store {
    pub async fn create_tournament(
        &self,
        tournament: Tournament,
    ) -> Result<Tournament, StoreError> {
        let venue = self.venue.id;
        self.writer
            .write(move |writing| {
                insert_tournament(writing, venue, &tournament)?;
                Ok(tournament)
            })
            .await
    }

    pub async fn tournaments(&self) -> Result<Vec<Tournament>, StoreError> {
        self.read(tournaments).await
    }

    pub async fn tournament(&self, id: TournamentId) -> Result<Tournament, StoreError> {
        self.read(move |connection| tournament(connection, id))
            .await
    }

    pub async fn rename_tournament(
        &self,
        id: TournamentId,
        name: String,
    ) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| rename_tournament(writing, id, &name, now))
            .await
    }

    /// Deletes a tournament and its teams; its matches must be deleted first.
    pub async fn delete_tournament(&self, id: TournamentId) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| delete_tournament(writing, id, now))
            .await
    }

    /// The teams of a tournament, in the order in which they were entered.
    pub async fn teams(&self, of: TournamentId) -> Result<Vec<Team>, StoreError> {
        self.read(move |connection| teams(connection, of)).await
    }

    pub async fn team(&self, id: TeamId) -> Result<Team, StoreError> {
        self.read(move |connection| team(connection, id)).await
    }

    /// Enters teams in a tournament, all or none. One that is there already, by its name, is that one.
    pub async fn enter_teams(&self, entered: Vec<Team>) -> Result<Vec<Team>, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                let enter = |team| enter_team(writing, venue, team, now);
                entered.into_iter().map(enter).collect()
            })
            .await
    }

    pub async fn rename_team(&self, id: TeamId, name: String) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| rename_team(writing, id, &name, now))
            .await
    }

    pub async fn delete_team(&self, id: TeamId) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| delete_team(writing, id, now))
            .await
    }
}

fn insert_tournament(
    writing: &mut Writing<'_>,
    venue: VenueId,
    tournament: &Tournament,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO tournaments (id, venue_id, revision, name, sport, variant, rules, created_at, \
             updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute(params![
            tournament.id.to_string(),
            venue.to_string(),
            revision,
            tournament.name,
            tournament.sport,
            tournament.variant,
            (!tournament.overrides.is_null()).then(|| tournament.overrides.to_string()),
            tournament.created_at,
        ])?;
    Ok(())
}

const TOURNAMENT: &str =
    "SELECT id, name, sport, variant, rules, created_at FROM tournaments WHERE deleted_at IS NULL";

fn tournament_row(row: &Row<'_>) -> Result<Tournament, StoreError> {
    Ok(Tournament {
        id: id(&row.get::<_, String>(0)?)?,
        name: names::shown(row.get(1)?),
        sport: row.get(2)?,
        variant: row.get(3)?,
        overrides: match row.get::<_, Option<String>>(4)? {
            Some(text) => serde_json::from_str(&text).map_err(unreadable)?,
            None => Value::Null,
        },
        created_at: row.get(5)?,
    })
}

fn tournaments(connection: &Connection) -> Result<Vec<Tournament>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{TOURNAMENT} ORDER BY created_at, id"))?;
    statement.query_and_then([], tournament_row)?.collect()
}

fn tournament(connection: &Connection, id: TournamentId) -> Result<Tournament, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TOURNAMENT} AND id = ?1"))?;
    statement
        .query_and_then([id.to_string()], tournament_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("tournament")))
}

fn rename_tournament(
    writing: &mut Writing<'_>,
    id: TournamentId,
    name: &str,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE tournaments SET name = ?1, updated_at = ?2, revision = ?3 WHERE id = ?4 AND deleted_at IS NULL",
        params![name, now, revision, id.to_string()],
    )?;
    found(changed, "tournament")
}

fn delete_tournament(
    writing: &mut Writing<'_>,
    id: TournamentId,
    now: WallMs,
) -> Result<(), StoreError> {
    for team in teams(writing.connection, id)? {
        delete_team(writing, team.id, now)?;
    }
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE tournaments SET deleted_at = ?1, revision = ?2 WHERE id = ?3 AND deleted_at IS NULL",
        params![now, revision, id.to_string()],
    )?;
    found(changed, "tournament")
}

const TEAM: &str = "SELECT id, tournament_id, name FROM teams WHERE deleted_at IS NULL";

fn team_row(row: &Row<'_>) -> Result<Team, StoreError> {
    Ok(Team {
        id: id(&row.get::<_, String>(0)?)?,
        tournament: id(&row.get::<_, String>(1)?)?,
        name: names::shown(row.get(2)?),
    })
}

fn teams(connection: &Connection, of: TournamentId) -> Result<Vec<Team>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{TEAM} AND tournament_id = ?1 ORDER BY place"))?;
    statement
        .query_and_then([of.to_string()], team_row)?
        .collect()
}

fn team(connection: &Connection, id: TeamId) -> Result<Team, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TEAM} AND id = ?1"))?;
    statement
        .query_and_then([id.to_string()], team_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("team")))
}

fn enter_team(
    writing: &mut Writing<'_>,
    venue: VenueId,
    new: Team,
    now: WallMs,
) -> Result<Team, StoreError> {
    let known = writing
        .connection
        .prepare_cached(&format!("{TEAM} AND tournament_id = ?1 AND name = ?2"))?
        .query_row(params![new.tournament.to_string(), new.name], |row| {
            Ok(team_row(row))
        })
        .optional()?;
    if let Some(known) = known {
        return known;
    }
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO teams (id, venue_id, revision, tournament_id, place, name, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, \
             (SELECT count(*) + 1 FROM teams WHERE tournament_id = ?4), ?5, ?6, ?6)",
        )?
        .execute(params![
            new.id.to_string(),
            venue.to_string(),
            revision,
            new.tournament.to_string(),
            new.name,
            now
        ])?;
    Ok(new)
}

fn rename_team(
    writing: &mut Writing<'_>,
    id: TeamId,
    name: &str,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE teams SET name = ?1, updated_at = ?2, revision = ?3 WHERE id = ?4 AND deleted_at IS NULL",
        params![name, now, revision, id.to_string()],
    )?;
    found(changed, "team")
}

fn delete_team(writing: &mut Writing<'_>, id: TeamId, now: WallMs) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE teams SET deleted_at = ?1, revision = ?2 WHERE id = ?3 AND deleted_at IS NULL",
        params![now, revision, id.to_string()],
    )?;
    found(changed, "team")
}
