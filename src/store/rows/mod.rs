//! The rows of the synced tables, and all SQL on them: a file for each table. Columns are read by their names.

pub mod bookings;
pub mod courts;
pub mod deeds;
pub mod hall_deeds;
pub mod matches;
mod officials;
pub mod teams;
pub mod tournaments;
pub mod venue;

use rusqlite::{Row, params};

use officials::{official_columns, official_in};

use super::error::StoreError;
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{Revision, Seq};

/// A row as it was read, with the revision of its last change.
#[derive(Debug, Clone)]
pub struct Revised<T> {
    pub value: T,
    pub revision: Revision,
}

impl<T> Revised<T> {
    fn read(
        row: &Row<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Revised<T>, StoreError> {
        Ok(Revised {
            revision: row.get("revision")?,
            value: read(row)?,
        })
    }
}

pub(super) fn unreadable(what: impl std::fmt::Display) -> StoreError {
    StoreError::Unexpected(format!("a row cannot be read: {what}"))
}

pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(unreadable)
}

/// The ID in a column.
fn id_in<T: std::str::FromStr>(row: &Row<'_>, column: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    id(&row.get::<_, String>(column)?)
}

/// The ID in a column that may be null.
fn optional_id_in<T: std::str::FromStr>(
    row: &Row<'_>,
    column: &str,
) -> Result<Option<T>, StoreError>
where
    T::Err: std::fmt::Display,
{
    let text: Option<String> = row.get(column)?;
    text.as_deref().map(id).transpose()
}

pub(super) fn seq(number: i64) -> Result<Seq, StoreError> {
    Seq::try_from(number).map_err(unreadable)
}

/// An error where a change met no row.
pub(super) fn found(changed: usize, what: &'static str) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::NotFound(what)),
        _ => Ok(()),
    }
}

/// Refuses a change by somebody who has seen another revision than the row has. `None` asks for no such care.
fn as_expected(expected: Option<Revision>, found: Revision) -> Result<(), StoreError> {
    match expected {
        Some(expected) if expected != found => Err(StoreError::Changed),
        _ => Ok(()),
    }
}

/// The refusal of a name that stands already: the schema holds that no two are alike.
fn taken(what: &'static str, name: &str) -> impl Fn(rusqlite::Error) -> StoreError {
    let name = name.to_owned();
    move |error| match error.sqlite_error() {
        Some(failure) if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE => {
            let name = name.clone();
            StoreError::Taken { what, name }
        }
        _ => error.into(),
    }
}

/// Hides a row of a table that has `deleted_at`.
fn delete_row(
    writing: &mut Writing<'_>,
    table: &'static str,
    what: &'static str,
    id: &str,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let sql = format!(
        "UPDATE {table} SET deleted_at = ?1, revision = ?2 WHERE id = ?3 AND deleted_at IS NULL"
    );
    let changed = writing
        .connection
        .prepare_cached(&sql)?
        .execute(params![now, revision, id])?;
    found(changed, what)
}
