//! The rows of the venue's courts.

use rusqlite::{Connection, Row, params};

use super::{Revised, as_expected, delete_row, id_in, taken};
use crate::clock::WallMs;
use crate::domain::{Court, CourtId, Revision, VenueId, names};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

const COURT: &str = "SELECT id, name, revision FROM courts WHERE deleted_at IS NULL";

fn court_row(row: &Row<'_>) -> Result<Revised<Court>, StoreError> {
    Revised::read(row, |row| {
        Ok(Court {
            id: id_in(row, "id")?,
            name: names::shown(row.get("name")?),
        })
    })
}

/// All courts, in the order in which they were made.
pub fn all(connection: &Connection) -> Result<Vec<Revised<Court>>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COURT} ORDER BY created_at, id"))?;
    statement.query_and_then([], court_row)?.collect()
}

pub fn one(connection: &Connection, id: CourtId) -> Result<Revised<Court>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COURT} AND id = ?1"))?;
    statement
        .query_and_then([id.to_string()], court_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("court")))
}

pub fn insert(
    writing: &mut Writing<'_>,
    venue: VenueId,
    court: &Court,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing
        .connection
        .execute(
            "INSERT INTO courts (id, venue_id, revision, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            params![court.id.to_string(), venue.to_string(), revision, court.name, now],
        )
        .map_err(taken("court", &court.name))?;
    Ok(())
}

/// Renames a court; nothing is written if it has that name.
pub fn rename(
    writing: &mut Writing<'_>,
    court: &Court,
    expected: Option<Revision>,
    now: WallMs,
) -> Result<(), StoreError> {
    let known = one(writing.connection, court.id)?;
    as_expected(expected, known.revision)?;
    if known.value.name == court.name {
        return Ok(());
    }
    let revision = writing.next_revision();
    writing
        .connection
        .execute(
            "UPDATE courts SET name = ?1, updated_at = ?2, revision = ?3 WHERE id = ?4",
            params![court.name, now, revision, court.id.to_string()],
        )
        .map_err(taken("court", &court.name))?;
    Ok(())
}

pub fn delete(
    writing: &mut Writing<'_>,
    id: CourtId,
    expected: Option<Revision>,
    now: WallMs,
) -> Result<(), StoreError> {
    as_expected(expected, one(writing.connection, id)?.revision)?;
    delete_row(writing, "courts", "court", &id.to_string(), now)
}
