//! The rows of the venue's courts.

use rusqlite::{Connection, Row, params};

use super::error::StoreError;
use super::rows::{Court, found, id};
use super::writer::Writing;
use super::{Assignment, Store, access};
use crate::clock::WallMs;
use crate::domain::{CourtId, VenueId, names};

impl Store {
    pub async fn create_court(&self, court: Court) -> Result<Court, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                insert_court(writing, venue, &court, now)?;
                Ok(court)
            })
            .await
    }

    pub async fn courts(&self) -> Result<Vec<Court>, StoreError> {
        self.read(courts).await
    }

    pub async fn court(&self, id: CourtId) -> Result<Court, StoreError> {
        self.read(move |connection| court(connection, id)).await
    }

    pub async fn rename_court(&self, court: Court) -> Result<Court, StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| {
                rename_court(writing, &court, now)?;
                Ok(court)
            })
            .await
    }

    /// Deletes a court and what its referees were given; its matches must be taken off it first.
    pub async fn delete_court(&self, id: CourtId) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| {
                delete_court(writing, id, now)?;
                access::revoke_referee_secrets(writing, Assignment::Court(id))
            })
            .await
    }
}

fn insert_court(
    writing: &mut Writing<'_>,
    venue: VenueId,
    court: &Court,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "INSERT INTO courts (id, venue_id, revision, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![court.id.to_string(), venue.to_string(), revision, court.name, now],
    )?;
    Ok(())
}

fn court_row(row: &Row<'_>) -> Result<Court, StoreError> {
    Ok(Court {
        id: id(&row.get::<_, String>(0)?)?,
        name: names::shown(row.get(1)?),
    })
}

fn courts(connection: &Connection) -> Result<Vec<Court>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name FROM courts WHERE deleted_at IS NULL ORDER BY created_at, id",
    )?;
    statement.query_and_then([], court_row)?.collect()
}

fn court(connection: &Connection, id: CourtId) -> Result<Court, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id, name FROM courts WHERE deleted_at IS NULL AND id = ?1")?;
    statement
        .query_and_then([id.to_string()], court_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("court")))
}

fn rename_court(writing: &mut Writing<'_>, court: &Court, now: WallMs) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE courts SET name = ?1, updated_at = ?2, revision = ?3 WHERE id = ?4 AND deleted_at IS NULL",
        params![court.name, now, revision, court.id.to_string()],
    )?;
    found(changed, "court")
}

fn delete_court(writing: &mut Writing<'_>, id: CourtId, now: WallMs) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE courts SET deleted_at = ?1, revision = ?2 WHERE id = ?3 AND deleted_at IS NULL",
        params![now, revision, id.to_string()],
    )?;
    found(changed, "court")
}
