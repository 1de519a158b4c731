//! Rows about who may do what: the PIN's hash, sessions and referee tokens. They never leave the venue, and
//! none of them holds a secret, only hashes.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::error::StoreError;
use super::rows::{id, unreadable};
use super::writer::Writing;
use crate::clock::{Jumps, WallMs};
use crate::domain::{CourtId, MatchId};

/// The SHA-256 of a secret, in hexadecimal: all that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub String);

const PIN_HASH: &str = "pin_hash";

impl Store {
    pub async fn pin_hash(&self) -> Result<Option<String>, StoreError> {
        self.read(pin_hash).await
    }

    pub async fn set_pin_hash(&self, hash: String) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| set_pin_hash(writing.connection, &hash))
            .await
    }

    pub async fn create_session(
        &self,
        hash: TokenHash,
        expires_at: WallMs,
    ) -> Result<(), StoreError> {
        self.move_sessions_with_the_clock().await?;
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| insert_session(writing, &hash, now, expires_at))
            .await
    }

    pub async fn session_is_good(&self, hash: TokenHash) -> Result<bool, StoreError> {
        self.move_sessions_with_the_clock().await?;
        let now = self.clock.now_ms();
        self.read(move |connection| session_is_good(connection, &hash, now))
            .await
    }

    /// A session lasts a time and not until a date: when the clock jumps, those that began since the start jump with it.
    async fn move_sessions_with_the_clock(&self) -> Result<(), StoreError> {
        // Held until the change is written, so that nobody looks in between.
        let mut run = self.run.lock().await;
        let now = self.clock.now_ms();
        let (jump, since) = (run.jumps.pending(now), run.since);
        if jump != 0 {
            self.writer
                .write(move |writing| move_sessions(writing, since, jump))
                .await?;
            run.jumps.take(now);
            run.since = since.saturating_add(jump);
        }
        Ok(())
    }

    pub async fn delete_session(&self, hash: TokenHash) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| delete_session(writing, &hash))
            .await
    }

    pub async fn delete_all_sessions(&self) -> Result<(), StoreError> {
        self.writer.write(delete_all_sessions).await
    }

    /// Makes these the only secrets that are good for a match or a court.
    pub async fn replace_referee_secrets(
        &self,
        assignment: Assignment,
        secrets: RefereeSecrets,
    ) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| replace_referee_secrets(writing, assignment, &secrets, now))
            .await
    }

    pub async fn revoke_referee_secrets(&self, assignment: Assignment) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| revoke_referee_secrets(writing, assignment, now))
            .await
    }

    pub async fn add_referee_token(
        &self,
        assignment: Assignment,
        token: TokenHash,
    ) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| add_referee_token(writing, assignment, &token, now))
            .await
    }

    /// By which assignment a referee's token may publish events of a match, if it may.
    pub async fn token_for_match(
        &self,
        hash: TokenHash,
        id: MatchId,
    ) -> Result<Option<Assignment>, StoreError> {
        self.read(move |connection| token_for_match(connection, &hash, id))
            .await
    }

    /// What a short code is good for, if it is good at all.
    pub async fn code_assignment(&self, hash: TokenHash) -> Result<Option<Assignment>, StoreError> {
        self.read(move |connection| code_assignment(connection, &hash))
            .await
    }
}

pub fn pin_hash(connection: &Connection) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    Ok(statement
        .query_row([PIN_HASH], |row| row.get(0))
        .optional()?)
}

pub fn set_pin_hash(connection: &Connection, hash: &str) -> Result<(), StoreError> {
    set(connection, PIN_HASH, hash)
}

/// Notes a moment under a name: a small write that shows whether the disk takes any.
pub fn set_moment(connection: &Connection, name: &str, at: WallMs) -> Result<(), StoreError> {
    set(connection, name, &at.to_string())
}

fn set(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO settings (name, value) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])?;
    Ok(())
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

fn move_sessions(writing: &mut Writing<'_>, since: WallMs, by_ms: i64) -> Result<(), StoreError> {
    writing.connection.execute(
        "UPDATE sessions SET created_at = created_at + ?1, expires_at = expires_at + ?1 WHERE created_at >= ?2",
        [by_ms, since],
    )?;
    Ok(())
}

pub fn insert_session(
    writing: &mut Writing<'_>,
    hash: &TokenHash,
    now: WallMs,
    expires_at: WallMs,
) -> Result<(), StoreError> {
    writing
        .connection
        .execute("DELETE FROM sessions WHERE expires_at <= ?1", [now])?;
    writing.connection.execute(
        "INSERT INTO sessions (token_hash, created_at, expires_at) VALUES (?1, ?2, ?3)",
        params![hash.0, now, expires_at],
    )?;
    Ok(())
}

pub fn session_is_good(
    connection: &Connection,
    hash: &TokenHash,
    now: WallMs,
) -> Result<bool, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT 1 FROM sessions WHERE token_hash = ?1 AND expires_at > ?2")?;
    Ok(statement.exists(params![hash.0, now])?)
}

pub fn delete_session(writing: &mut Writing<'_>, hash: &TokenHash) -> Result<(), StoreError> {
    writing
        .connection
        .execute("DELETE FROM sessions WHERE token_hash = ?1", [&hash.0])?;
    Ok(())
}

/// Ends every session: all organisers must log in again.
pub fn delete_all_sessions(writing: &mut Writing<'_>) -> Result<(), StoreError> {
    writing.connection.execute("DELETE FROM sessions", [])?;
    Ok(())
}

/// What a referee's secret is good for: one match, or whatever is played on one court.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    Match(MatchId),
    Court(CourtId),
}

impl Assignment {
    fn columns(self) -> (Option<String>, Option<String>) {
        match self {
            Assignment::Match(id) => (Some(id.to_string()), None),
            Assignment::Court(id) => (None, Some(id.to_string())),
        }
    }

    fn of_row(row: &Row<'_>) -> Result<Assignment, StoreError> {
        match (row.get(0)?, row.get(1)?) {
            (Some::<String>(text), _) => Ok(Assignment::Match(id(&text)?)),
            (None, Some::<String>(text)) => Ok(Assignment::Court(id(&text)?)),
            (None, None) => Err(unreadable("a token for nothing")),
        }
    }
}

/// The secrets that are handed out together: the long one in the QR code, the short one for typing.
#[derive(Debug, Clone)]
pub struct RefereeSecrets {
    pub token: TokenHash,
    pub code: TokenHash,
}

/// Makes these the only secrets that are good for an assignment.
pub fn replace_referee_secrets(
    writing: &mut Writing<'_>,
    assignment: Assignment,
    secrets: &RefereeSecrets,
    now: WallMs,
) -> Result<(), StoreError> {
    revoke_referee_secrets(writing, assignment, now)?;
    insert_secret(writing, assignment, "token", &secrets.token, now)?;
    insert_secret(writing, assignment, "code", &secrets.code, now)
}

/// One token more, for a device whose referee typed the code.
pub fn add_referee_token(
    writing: &mut Writing<'_>,
    assignment: Assignment,
    token: &TokenHash,
    now: WallMs,
) -> Result<(), StoreError> {
    insert_secret(writing, assignment, "token", token, now)
}

fn insert_secret(
    writing: &mut Writing<'_>,
    assignment: Assignment,
    kind: &str,
    hash: &TokenHash,
    now: WallMs,
) -> Result<(), StoreError> {
    let (of_match, of_court) = assignment.columns();
    writing.connection.execute(
        "INSERT INTO referee_tokens (token_hash, kind, match_id, court_id, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![hash.0, kind, of_match, of_court, now],
    )?;
    Ok(())
}

pub fn revoke_referee_secrets(
    writing: &mut Writing<'_>,
    assignment: Assignment,
    now: WallMs,
) -> Result<(), StoreError> {
    let (of_match, of_court) = assignment.columns();
    writing.connection.execute(
        "UPDATE referee_tokens SET revoked_at = ?1 \
         WHERE (match_id = ?2 OR court_id = ?3) AND revoked_at IS NULL",
        params![now, of_match, of_court],
    )?;
    Ok(())
}

/// By which assignment this token may publish events of a match; `None` if it may not.
pub fn token_for_match(
    connection: &Connection,
    hash: &TokenHash,
    wanted: MatchId,
) -> Result<Option<Assignment>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT match_id, court_id FROM referee_tokens \
         WHERE token_hash = ?1 AND kind = 'token' AND revoked_at IS NULL \
         AND (match_id = ?2 OR court_id = (SELECT court_id FROM matches WHERE id = ?2))",
    )?;
    statement
        .query_and_then(params![hash.0, wanted.to_string()], Assignment::of_row)?
        .next()
        .transpose()
}

/// What a code is good for, if it is good at all.
pub fn code_assignment(
    connection: &Connection,
    hash: &TokenHash,
) -> Result<Option<Assignment>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT match_id, court_id FROM referee_tokens \
         WHERE token_hash = ?1 AND kind = 'code' AND revoked_at IS NULL",
    )?;
    statement
        .query_and_then([&hash.0], Assignment::of_row)?
        .next()
        .transpose()
}
