//! Rights and copies: what a copy for elsewhere leaves out, and which rights are good after a restore.
//!
//! A right is taken away on the bad day, and a backup from before that day is what is put back on it. So the rights after a
//! restore are never those of the backup: they are those of the database that it replaces.

use std::path::Path;

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::file::migrate::{self, Found};
use super::file::opening::{open_reading, open_writing};
use super::{access, sessions};

/// The settings that are no right and no secret. All others stay with the box, also those that are still to be invented.
const PLAIN_SETTINGS: [&str; 2] = ["last_start", "last_probe"];

/// SQL for a match whose result is confirmed. A state that cannot be read confirms nothing.
pub(super) const CONFIRMED: &str = "coalesce(CASE WHEN json_valid(matches.state) \
     THEN json_extract(matches.state, '$.confirmed') END, 0)";

/// SQL for a secret that can open something: not that of a match that is confirmed or deleted.
pub(super) const LIVE: &str = "EXISTS (SELECT 1 FROM matches WHERE matches.id = match_id AND deleted_at IS NULL \
     AND NOT coalesce(CASE WHEN json_valid(matches.state) THEN json_extract(matches.state, '$.confirmed') END, 0)) \
     OR EXISTS (SELECT 1 FROM courts WHERE courts.id = court_id AND deleted_at IS NULL)";

/// What became of the rights in a restore.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Logged-in devices that must log in again.
    pub sessions_ended: usize,
    /// Referees' links of the backup that are not good any more.
    pub links_withdrawn: usize,
    /// The PIN of the box stays. If not, the next start makes and prints a new one.
    pub pin_stays: bool,
}

/// The rights of a database that is to be replaced.
pub(super) struct Rights {
    settings: Vec<(String, String)>,
    sessions: usize,
    secrets: Vec<Secret>,
}

struct Secret {
    token_hash: String,
    id: String,
    kind: String,
    match_id: Option<String>,
    court_id: Option<String>,
    device: Option<String>,
    created_at: i64,
    used_at: Option<i64>,
}

impl Rights {
    /// Those of a database; `None` if there is none, or if it cannot be read.
    pub(super) fn of(database: &Path) -> Option<Rights> {
        let connection = open_reading(database).ok()?;
        let connection = match migrate::found(&connection).ok()? {
            Found::Known(migrate::VERSION) => connection,
            Found::Known(_) => open_writing(database).ok()?,
            Found::Newer(_) | Found::Foreign => return None,
        };
        Rights::read(&connection).ok()
    }

    fn read(connection: &Connection) -> Result<Rights, StoreError> {
        let sql = format!(
            "SELECT name, value FROM settings WHERE {}",
            secret_settings()
        );
        let mut statement = connection.prepare(&sql)?;
        let settings = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let sql = format!(
            "SELECT token_hash, id, kind, match_id, court_id, device, created_at, used_at FROM referee_tokens WHERE {LIVE}"
        );
        let mut statement = connection.prepare(&sql)?;
        let secrets = statement.query_map([], |row| {
            Ok(Secret {
                token_hash: row.get(0)?,
                id: row.get(1)?,
                kind: row.get(2)?,
                match_id: row.get(3)?,
                court_id: row.get(4)?,
                device: row.get(5)?,
                created_at: row.get(6)?,
                used_at: row.get(7)?,
            })
        })?;
        Ok(Rights {
            settings,
            sessions: sessions::count(connection)?,
            secrets: secrets.collect::<Result<_, _>>()?,
        })
    }

    /// Puts rights in the place of those of a backup: these, where there are any, and else none.
    pub(super) fn settle(
        now: Option<Rights>,
        backup: &mut Connection,
    ) -> Result<Settled, StoreError> {
        let transaction = backup.transaction()?;
        let before = sessions::count(&transaction)?;
        let links = tokens(&transaction)?;
        remove(&transaction)?;
        let Some(now) = now else {
            transaction.commit()?;
            return Ok(Settled {
                sessions_ended: before,
                links_withdrawn: links.len(),
                pin_stays: false,
            });
        };
        for (name, value) in &now.settings {
            access::set(&transaction, name, value)?;
        }
        for secret in &now.secrets {
            put(&transaction, secret)?;
        }
        let kept = tokens(&transaction)?;
        transaction.commit()?;
        Ok(Settled {
            sessions_ended: now.sessions,
            links_withdrawn: links.iter().filter(|link| !kept.contains(link)).count(),
            pin_stays: now
                .settings
                .iter()
                .any(|(name, _)| name == access::PIN_HASH),
        })
    }
}

/// Takes everything out of a copy that gives a right, or by which one could be guessed. Nothing of it is left in its pages.
pub(super) fn strip(copy: &Connection) -> Result<(), StoreError> {
    // What is deleted is overwritten with zeros; a journal would keep it.
    copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA secure_delete = ON;")?;
    remove(copy)
}

fn remove(connection: &Connection) -> Result<(), StoreError> {
    sessions::end_all(connection)?;
    connection.execute("DELETE FROM referee_tokens", [])?;
    let sql = format!("DELETE FROM settings WHERE {}", secret_settings());
    connection.execute(&sql, [])?;
    Ok(())
}

fn secret_settings() -> String {
    let plain = PLAIN_SETTINGS.map(|name| format!("'{name}'"));
    format!("name NOT IN ({})", plain.join(", "))
}

/// The hashes of the referees' links.
fn tokens(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare("SELECT token_hash FROM referee_tokens WHERE kind = 'token'")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A secret of a match or court that this database does not have is left out.
fn put(connection: &Connection, secret: &Secret) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO referee_tokens (token_hash, id, kind, match_id, court_id, device, created_at, used_at) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE EXISTS (SELECT 1 FROM matches WHERE id = ?4) \
             OR EXISTS (SELECT 1 FROM courts WHERE id = ?5)",
        )?
        .execute(params![
            secret.token_hash,
            secret.id,
            secret.kind,
            secret.match_id,
            secret.court_id,
            secret.device,
            secret.created_at,
            secret.used_at,
        ])?;
    Ok(())
}
