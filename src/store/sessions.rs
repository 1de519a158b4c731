//! Rows about logged-in organisers. Of a session's secrets only hashes are kept; one that ends leaves no row.
//!
//! A session lasts [`SESSION_LENGTH`] at most, and ends [`SESSION_IDLE`] after it was last seen. Both are times and not
//! dates: where the clock jumps, what began or was seen since the start jumps with it.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::access::{TokenHash, pin_hash};
use super::error::StoreError;
use super::rows::id;
use super::writer::Writing;
use crate::clock::{Jumps, WallMs};
use crate::domain::SessionId;

/// An organiser stays logged in for a long tournament and the days around it.
pub const SESSION_LENGTH: Duration = Duration::from_secs(14 * 24 * 3600);
/// A device that was not seen for so long must log in again.
pub const SESSION_IDLE: Duration = Duration::from_secs(24 * 3600);
/// How old a note of the last use may get: each new one is a write to the card.
pub(super) const NOTED_EVERY_MS: WallMs = 5 * 60 * 1000;
/// The most sessions at once; the one that was not seen for longest makes room.
const SESSIONS_MAX: usize = 100;

/// A session of a logged-in organiser, without its secrets.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    /// A short word for the browser; empty where nobody knows.
    pub device: String,
    /// From where it began.
    pub address: String,
    pub created_at: WallMs,
    /// To some minutes.
    pub used_at: WallMs,
    pub expires_at: WallMs,
}

/// All that is kept of a session's secrets.
#[derive(Debug, Clone)]
pub struct SessionSecrets {
    /// The bearer token, which may do everything; `None` for a session that signs its requests instead.
    pub token: Option<TokenHash>,
    /// The browser's cookie, which alone only reads.
    pub cookie: TokenHash,
    /// The key that signs its requests, in hexadecimal.
    pub sign_key: Option<String>,
}

/// The outcome for a session that was to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    Begun,
    /// The PIN that was proven is not the one that is set now.
    PinReplaced,
}

/// By which of its secrets a session is looked for.
#[derive(Debug, Clone)]
pub enum SessionSecret {
    Token(TokenHash),
    Cookie(TokenHash),
    /// The key of the session of this name was shown.
    KeyOf(SessionId),
}

impl Store {
    /// Begins a session of somebody who has proven the PIN of this hash, if it is still the one that is set.
    pub async fn create_session(
        &self,
        session: Session,
        secrets: SessionSecrets,
        proven: String,
    ) -> Result<Beginning, StoreError> {
        self.move_sessions_with_the_clock().await?;
        self.writer
            .write(move |writing| begin(writing, &session, &secrets, &proven))
            .await
    }

    /// The session that has this secret, if it has not ended. Notes that it was seen.
    pub async fn session(&self, secret: SessionSecret) -> Result<Option<Session>, StoreError> {
        self.move_sessions_with_the_clock().await?;
        let now = self.clock.now_ms();
        let found = self
            .read(move |connection| find(connection, &secret, now))
            .await?;
        if let Some(session) = &found
            && is_old_note(session.used_at, now)
        {
            let id = session.id;
            // A disk that takes no writes must not keep the organiser out.
            let _ = self
                .writer
                .write(move |writing| note_use(writing, id, now))
                .await;
        }
        Ok(found)
    }

    /// The key by which a session signs, if it has one and has not ended.
    pub async fn session_key(&self, id: SessionId) -> Result<Option<String>, StoreError> {
        self.move_sessions_with_the_clock().await?;
        let now = self.clock.now_ms();
        self.read(move |connection| session_key(connection, id, now))
            .await
    }

    /// All sessions that have not ended, the latest used first.
    pub async fn sessions(&self) -> Result<Vec<Session>, StoreError> {
        self.move_sessions_with_the_clock().await?;
        let now = self.clock.now_ms();
        self.read(move |connection| list(connection, now)).await
    }

    /// Ends one session. Says whether there was one of this name.
    pub async fn end_session(&self, id: SessionId) -> Result<bool, StoreError> {
        self.writer
            .write(move |writing| {
                let sql = "DELETE FROM sessions WHERE id = ?1";
                Ok(writing.connection.execute(sql, [id.to_string()])? > 0)
            })
            .await
    }

    /// Ends every session: all organisers must log in again.
    pub async fn end_all_sessions(&self) -> Result<(), StoreError> {
        self.writer
            .write(|writing| end_all(writing.connection))
            .await?;
        Ok(())
    }

    async fn move_sessions_with_the_clock(&self) -> Result<(), StoreError> {
        // Held until the change is written, so that nobody looks in between.
        let mut run = self.run.lock().await;
        let now = self.clock.now_ms();
        let (jump, since) = (run.jumps.pending(now), run.since);
        if jump != 0 {
            self.writer
                .write(move |writing| move_by(writing, since, jump))
                .await?;
            run.jumps.take(now);
            run.since = since.saturating_add(jump);
        }
        Ok(())
    }
}

/// How the clock has moved since the program began.
pub struct Run {
    jumps: Jumps,
    /// The wall clock's time at the start, by the clock as it is now.
    since: WallMs,
}

impl Run {
    pub fn beginning(now: WallMs) -> Run {
        Run {
            jumps: Jumps::new(now),
            since: now,
        }
    }
}

/// Says if a use is worth noting. A note from the future is of a clock that was wrong.
pub(super) fn is_old_note(noted_at: WallMs, now: WallMs) -> bool {
    now.saturating_sub(noted_at).saturating_abs() >= NOTED_EVERY_MS
}

/// How many sessions there are, whether they have ended by time or not.
pub fn count(connection: &Connection) -> Result<usize, StoreError> {
    let count: i64 = connection.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// How many sessions ended.
pub fn end_all(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.execute("DELETE FROM sessions", [])?)
}

fn move_by(writing: &mut Writing<'_>, since: WallMs, by_ms: i64) -> Result<(), StoreError> {
    writing.connection.execute(
        "UPDATE sessions SET created_at = created_at + ?1, expires_at = expires_at + ?1 WHERE created_at >= ?2",
        [by_ms, since],
    )?;
    writing.connection.execute(
        "UPDATE sessions SET used_at = used_at + ?1 WHERE used_at >= ?2",
        [by_ms, since],
    )?;
    Ok(())
}

/// The last moment of use that keeps a session alive.
fn idle_since(now: WallMs) -> WallMs {
    now.saturating_sub(SESSION_IDLE.as_millis() as WallMs)
}

/// In the same transaction as the session is written: a log-in may have waited in a queue while the PIN was replaced.
fn begin(
    writing: &mut Writing<'_>,
    session: &Session,
    secrets: &SessionSecrets,
    proven: &str,
) -> Result<Beginning, StoreError> {
    if pin_hash(writing.connection)?.as_deref() != Some(proven) {
        return Ok(Beginning::PinReplaced);
    }
    insert(writing, session, secrets)?;
    Ok(Beginning::Begun)
}

fn insert(
    writing: &mut Writing<'_>,
    session: &Session,
    secrets: &SessionSecrets,
) -> Result<(), StoreError> {
    let now = session.created_at;
    writing.connection.execute(
        "DELETE FROM sessions WHERE expires_at <= ?1 OR used_at <= ?2",
        [now, idle_since(now)],
    )?;
    writing.connection.execute(
        "DELETE FROM sessions WHERE id NOT IN (SELECT id FROM sessions ORDER BY used_at DESC LIMIT ?1)",
        [SESSIONS_MAX as i64 - 1],
    )?;
    writing.connection.execute(
        "INSERT INTO sessions (id, token_hash, cookie_hash, sign_key, device, address, created_at, used_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            session.id.to_string(),
            secrets.token.as_ref().map(|hash| &hash.0),
            secrets.cookie.0,
            secrets.sign_key,
            session.device,
            session.address,
            session.created_at,
            session.used_at,
            session.expires_at,
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "id, device, address, created_at, used_at, expires_at";
const LIVE: &str = "expires_at > ?1 AND used_at > ?2";

fn find(
    connection: &Connection,
    secret: &SessionSecret,
    now: WallMs,
) -> Result<Option<Session>, StoreError> {
    let (column, value) = match secret {
        SessionSecret::Token(hash) => ("token_hash", hash.0.clone()),
        SessionSecret::Cookie(hash) => ("cookie_hash", hash.0.clone()),
        SessionSecret::KeyOf(id) => ("id", id.to_string()),
    };
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE {LIVE} AND {column} = ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_and_then(params![now, idle_since(now), value], of_row)?
        .next()
        .transpose()
}

fn session_key(
    connection: &Connection,
    id: SessionId,
    now: WallMs,
) -> Result<Option<String>, StoreError> {
    let sql = format!("SELECT sign_key FROM sessions WHERE {LIVE} AND id = ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement
        .query_row(params![now, idle_since(now), id.to_string()], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(found.flatten())
}

fn list(connection: &Connection, now: WallMs) -> Result<Vec<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE {LIVE} ORDER BY used_at DESC, id");
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_and_then([now, idle_since(now)], of_row)?
        .collect()
}

fn of_row(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: id(&row.get::<_, String>(0)?)?,
        device: row.get(1)?,
        address: row.get(2)?,
        created_at: row.get(3)?,
        used_at: row.get(4)?,
        expires_at: row.get(5)?,
    })
}

fn note_use(writing: &mut Writing<'_>, id: SessionId, now: WallMs) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET used_at = ?2 WHERE id = ?1";
    writing
        .connection
        .execute(sql, params![id.to_string(), now])?;
    Ok(())
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::random;
    use crate::store::access::set_pin;
    use crate::store::file::migrate;
    use crate::store::writer::Memory;

    const DAY_MS: WallMs = 24 * 3600 * 1000;

    const PIN: &str = "hash of the PIN";

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::migrate(&mut connection).unwrap();
        set_pin(&connection, PIN, "verifier").unwrap();
        connection
    }

    fn log_in(connection: &Connection, name: &str, at: WallMs) {
        assert_eq!(prove(connection, name, at, PIN), Beginning::Begun);
    }

    fn prove(connection: &Connection, name: &str, at: WallMs, proven: &str) -> Beginning {
        let session = Session {
            id: SessionId(random::id()),
            device: name.to_owned(),
            address: String::new(),
            created_at: at,
            used_at: at,
            expires_at: at + 14 * DAY_MS,
        };
        let secrets = SessionSecrets {
            token: Some(TokenHash(format!("token {name}"))),
            cookie: TokenHash(format!("cookie {name}")),
            sign_key: None,
        };
        let mut memory = Memory::of(0);
        let mut writing = Writing::new(connection, &mut memory);
        begin(&mut writing, &session, &secrets, proven).unwrap()
    }

    fn devices(connection: &Connection, now: WallMs) -> Vec<String> {
        let sessions = list(connection, now).unwrap();
        sessions.into_iter().map(|session| session.device).collect()
    }

    #[test]
    fn of_more_sessions_than_there_may_be_the_one_that_was_not_used_for_longest_ends() {
        let connection = database();
        for number in 0..=SESSIONS_MAX {
            log_in(&connection, &number.to_string(), 1_000 + number as WallMs);
        }
        let left = devices(&connection, 5_000);
        assert_eq!(left.len(), SESSIONS_MAX);
        assert_eq!(left.first().map(String::as_str), Some("100"));
        assert_eq!(left.last().map(String::as_str), Some("1"), "0 made room");
    }

    #[test]
    fn a_session_ends_by_idleness_and_by_age_and_dead_ones_leave_no_row() {
        let connection = database();
        log_in(&connection, "one", 0);
        let token = SessionSecret::Token(TokenHash("token one".into()));
        let found = |now| find(&connection, &token, now).unwrap().is_some();
        assert!(found(DAY_MS - 1) && !found(DAY_MS));
        let mut memory = Memory::of(0);
        let id = find(&connection, &token, 1).unwrap().unwrap().id;
        let mut writing = Writing::new(&connection, &mut memory);
        note_use(&mut writing, id, 14 * DAY_MS - 1).unwrap();
        assert!(found(14 * DAY_MS - 1) && !found(14 * DAY_MS));
        log_in(&connection, "two", 15 * DAY_MS);
        assert_eq!(count(&connection).unwrap(), 1);
    }

    #[test]
    fn no_session_begins_by_a_pin_that_was_replaced_meanwhile() {
        let connection = database();
        set_pin(&connection, "hash of another", "verifier").unwrap();
        assert_eq!(prove(&connection, "late", 1, PIN), Beginning::PinReplaced);
        assert_eq!(count(&connection).unwrap(), 0);
    }

    #[test]
    fn a_use_is_noted_every_five_minutes_and_after_the_clock_went_back() {
        assert!(!is_old_note(1_000_000, 1_000_000 + NOTED_EVERY_MS - 1));
        assert!(is_old_note(1_000_000, 1_000_000 + NOTED_EVERY_MS));
        assert!(is_old_note(10 * DAY_MS, DAY_MS));
    }
}
