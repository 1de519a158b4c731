//! The rows of the TVs that an organiser has told what to show. They never leave the venue.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Store;
use super::error::StoreError;
use super::rows::found;
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::names;

/// A TV or projector that shows what an organiser chose.
#[derive(Debug, Clone)]
pub struct Screen {
    /// What the TV calls itself: random, made by its browser.
    pub id: String,
    pub name: Option<String>,
    /// What it shows, in the words of a `/tv` address's query; empty for the wall of all courts.
    pub shows: String,
}

impl Store {
    pub async fn screens(&self) -> Result<Vec<Screen>, StoreError> {
        self.read(screens).await
    }

    pub async fn screen(&self, id: String) -> Result<Option<Screen>, StoreError> {
        self.read(move |connection| screen(connection, &id)).await
    }

    /// Writes what a screen shows, whether it was known before or not.
    pub async fn keep_screen(&self, screen: Screen) -> Result<Screen, StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| {
                keep_screen(writing, &screen, now)?;
                Ok(screen)
            })
            .await
    }

    pub async fn delete_screen(&self, id: String) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| delete_screen(writing, &id))
            .await
    }
}

const SCREEN: &str = "SELECT id, name, shows FROM screens";

fn screen_row(row: &Row<'_>) -> rusqlite::Result<Screen> {
    Ok(Screen {
        id: row.get(0)?,
        name: row.get::<_, Option<String>>(1)?.map(names::shown),
        shows: row.get(2)?,
    })
}

fn screens(connection: &Connection) -> Result<Vec<Screen>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SCREEN} ORDER BY created_at, id"))?;
    let rows = statement.query_map([], screen_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn screen(connection: &Connection, id: &str) -> Result<Option<Screen>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SCREEN} WHERE id = ?1"))?;
    Ok(statement.query_row([id], screen_row).optional()?)
}

fn keep_screen(writing: &mut Writing<'_>, screen: &Screen, now: WallMs) -> Result<(), StoreError> {
    writing.connection.execute(
        "INSERT INTO screens (id, name, shows, created_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, shows = excluded.shows",
        params![screen.id, screen.name, screen.shows, now],
    )?;
    Ok(())
}

fn delete_screen(writing: &mut Writing<'_>, id: &str) -> Result<(), StoreError> {
    let deleted = writing
        .connection
        .execute("DELETE FROM screens WHERE id = ?1", [id])?;
    found(deleted, "screen")
}
