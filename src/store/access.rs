//! Rows about who may do what: the PIN's hash, sessions and referee tokens. They never leave the venue, and
//! none of them holds a secret, only hashes.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::MatchId;

/// The SHA-256 of a secret, in hexadecimal: all that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub String);

const PIN_HASH: &str = "pin_hash";

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

/// Gives a match a new referee token and revokes the ones before.
pub fn replace_referee_token(
    writing: &mut Writing<'_>,
    id: MatchId,
    hash: &TokenHash,
    now: WallMs,
) -> Result<(), StoreError> {
    let id = id.to_string();
    writing.connection.execute(
        "UPDATE referee_tokens SET revoked_at = ?1 WHERE match_id = ?2 AND revoked_at IS NULL",
        params![now, id],
    )?;
    writing.connection.execute(
        "INSERT INTO referee_tokens (token_hash, match_id, created_at) VALUES (?1, ?2, ?3)",
        params![hash.0, id, now],
    )?;
    Ok(())
}

/// The match that this token is good for.
pub fn token_match(
    connection: &Connection,
    hash: &TokenHash,
) -> Result<Option<MatchId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT match_id FROM referee_tokens WHERE token_hash = ?1 AND revoked_at IS NULL",
    )?;
    let found: Option<String> = statement
        .query_row([&hash.0], |row| row.get(0))
        .optional()?;
    Ok(found.and_then(|text| text.parse().ok()))
}
