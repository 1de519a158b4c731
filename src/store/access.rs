//! Rows about who may do what, beside the organisers' `sessions`: the PIN's hash and the referees' secrets. They never
//! leave the venue, and none of them holds a secret, only hashes.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::rows::{id, unreadable};
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{CourtId, MatchId, SecretId};

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
        self.writer
            .write(move |writing| revoke_referee_secrets(writing, assignment))
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
    revoke_referee_secrets(writing, assignment)?;
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
    let id = SecretId(Uuid::now_v7());
    writing.connection.execute(
        "INSERT INTO referee_tokens (token_hash, id, kind, match_id, court_id, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![hash.0, id.to_string(), kind, of_match, of_court, now],
    )?;
    Ok(())
}

/// A secret that is withdrawn leaves no row.
pub fn revoke_referee_secrets(
    writing: &mut Writing<'_>,
    assignment: Assignment,
) -> Result<(), StoreError> {
    let (of_match, of_court) = assignment.columns();
    writing.connection.execute(
        "DELETE FROM referee_tokens WHERE match_id = ?1 OR court_id = ?2",
        params![of_match, of_court],
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
         WHERE token_hash = ?1 AND kind = 'token' \
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
         WHERE token_hash = ?1 AND kind = 'code'",
    )?;
    statement
        .query_and_then([&hash.0], Assignment::of_row)?
        .next()
        .transpose()
}
