//! The row of the venue: a local database has exactly one.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{id, unreadable};
use crate::clock::WallMs;
use crate::domain::plan::PlanSettings;
use crate::domain::{Venue, names};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// The venue's row; `None` in a fresh database.
pub fn venue(connection: &Connection) -> Result<Option<Venue>, StoreError> {
    let found: Option<(String, String)> = connection
        .query_row("SELECT id, name FROM venues", [], |row| {
            Ok((row.get("id")?, row.get("name")?))
        })
        .optional()?;
    found
        .map(|(text, name)| {
            Ok(Venue {
                id: id(&text)?,
                name: names::shown(name),
            })
        })
        .transpose()
}

pub fn insert(writing: &mut Writing<'_>, venue: &Venue, now: WallMs) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "INSERT INTO venues (id, name, created_at, revision) VALUES (?1, ?2, ?3, ?4)",
        params![venue.id.to_string(), venue.name, now, revision],
    )?;
    Ok(())
}

pub fn rename(writing: &mut Writing<'_>, name: &str) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE venues SET name = ?1, revision = ?2",
        params![name, revision],
    )?;
    Ok(())
}

/// The points of the ranks 1, 2, 3… in the ranking of the clubs; `None` while nobody has said them.
pub fn club_points(connection: &Connection) -> Result<Option<Vec<u32>>, StoreError> {
    let text: Option<Option<String>> = connection
        .query_row("SELECT club_points FROM venues", [], |row| row.get(0))
        .optional()?;
    let text = text.flatten();
    text.map(|text| serde_json::from_str(&text).map_err(unreadable))
        .transpose()
}

/// The wishes for the plan; what nobody has said is as usual.
pub fn plan_settings(connection: &Connection) -> Result<PlanSettings, StoreError> {
    let text: Option<Option<String>> = connection
        .query_row("SELECT plan_settings FROM venues", [], |row| row.get(0))
        .optional()?;
    match text.flatten() {
        Some(text) => serde_json::from_str(&text).map_err(unreadable),
        None => Ok(PlanSettings::default()),
    }
}

pub fn set_plan_settings(
    writing: &mut Writing<'_>,
    settings: &PlanSettings,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(settings).map_err(unreadable)?;
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE venues SET plan_settings = ?1, revision = ?2",
        params![text, revision],
    )?;
    Ok(())
}

pub fn set_club_points(writing: &mut Writing<'_>, points: &[u32]) -> Result<(), StoreError> {
    let text = serde_json::to_string(points).map_err(unreadable)?;
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE venues SET club_points = ?1, revision = ?2",
        params![text, revision],
    )?;
    Ok(())
}
