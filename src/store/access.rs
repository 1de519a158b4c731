//! Rows about who may do what, beside the organisers' `sessions`: the PIN's hash and the referees' secrets. They never
//! leave the venue, and none of them holds a secret, only hashes.
//!
//! A secret that is withdrawn leaves no row. That of a match is good for nothing while the match is confirmed; that is
//! judged by the match, so that a pad works again at once when an organiser reopens it.
//!
//! Over 400 lines: each method has its SQL beside it, and a secret is judged where it is read.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::code_key::{CodeHash, CodeKey};
use super::error::StoreError;
use super::rights::{CONFIRMED, LIVE};
use super::rows::{courts, id, matches, unreadable};
use super::sessions::is_old_note;
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{Assignment, MatchId, SecretId};
use crate::random;

/// The SHA-256 of a secret, in hexadecimal: all that is kept of it. Of a code an HMAC of that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub String);

pub(super) const PIN_HASH: &str = "pin_hash";
/// Beside it stands the hash of its PIN: a PIN that was replaced leaves no verifier behind that is still good.
const PIN_VERIFIER: &str = "pin_verifier";
const SIGNED_ONLY: &str = "signed_only";
/// More tokens of one match and its court than this are not tried.
const TOKENS_TRIED: i64 = 64;
/// Phones that may hold a token by one code at once.
pub const PHONES_PER_CODE: usize = 10;
/// So long after its last change a confirmed match is not expected to be reopened by its old secrets.
const FORGOTTEN_AFTER_MS: WallMs = 14 * 24 * 3600 * 1000;

/// A token of a referee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefereeToken {
    pub id: SecretId,
    pub of: Assignment,
}

/// What a token is worth at a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    Good(RefereeToken),
    /// It would be good if the match were not confirmed.
    MatchConfirmed,
    Nothing,
}

/// A token that somebody came with, or was given for a code.
#[derive(Debug, Clone)]
pub struct HeldToken {
    pub token: RefereeToken,
    /// The browser that typed the code; `None` for the token of the QR code.
    pub device: Option<String>,
    pub created_at: WallMs,
    /// To some minutes.
    pub used_at: Option<WallMs>,
}

/// The secrets that are handed out together: the long one in the QR code, the short one for typing.
#[derive(Debug, Clone)]
pub struct RefereeSecrets {
    pub token: TokenHash,
    pub code: CodeHash,
}

/// What became of a code that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redeemed {
    Token {
        of: Assignment,
        /// The token that had to make room.
        ended: Option<RefereeToken>,
    },
    /// As many phones as may are connected by it.
    Full,
    WrongCode,
}

/// A device that wants a token for a code.
#[derive(Debug, Clone)]
pub struct Redeeming {
    pub code: CodeHash,
    pub token: TokenHash,
    pub device: String,
    /// Tokens that are not ended to make room: their phones are connected.
    pub in_use: HashSet<SecretId>,
}

impl Store {
    pub async fn pin_hash(&self) -> Result<Option<String>, StoreError> {
        self.read(pin_hash).await
    }

    /// The PIN's hash, and what it is proven against.
    pub async fn set_pin(&self, hash: String, verifier: String) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| set_pin(writing.connection, &hash, &verifier))
            .await
    }

    /// Keeps what the PIN of this hash is proven against, if that is still the one that is set. Returns if it is.
    pub async fn set_pin_verifier(
        &self,
        hash: String,
        verifier: String,
    ) -> Result<bool, StoreError> {
        self.writer
            .write(move |writing| set_pin_verifier(writing.connection, &hash, &verifier))
            .await
    }

    /// The verifier of the PIN, if it was made from the PIN that is set now.
    pub async fn pin_verifier(&self) -> Result<Option<String>, StoreError> {
        self.read(pin_verifier).await
    }

    pub async fn signed_only(&self) -> Result<bool, StoreError> {
        self.read(|connection| Ok(setting(connection, SIGNED_ONLY)?.is_some()))
            .await
    }

    pub async fn set_signed_only(&self, on: bool) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| match on {
                true => set(writing.connection, SIGNED_ONLY, "on"),
                false => {
                    let sql = "DELETE FROM settings WHERE name = ?1";
                    writing.connection.execute(sql, [SIGNED_ONLY])?;
                    Ok(())
                }
            })
            .await
    }

    /// The tokens that may score a match: by it, or by its court. The latest first, and no more than a pad's proof may be
    /// tried against.
    pub async fn tokens_of_match(&self, id: MatchId) -> Result<Vec<TokenHash>, StoreError> {
        self.read(move |connection| tokens_of_match(connection, id))
            .await
    }

    /// Makes these the only secrets that are good for a match or a court that is there.
    pub async fn replace_referee_secrets(
        &self,
        assignment: Assignment,
        secrets: RefereeSecrets,
    ) -> Result<(), StoreError> {
        let (now, key) = (self.clock.now_ms(), self.code_key.clone());
        self.writer
            .write(move |writing| {
                match assignment {
                    Assignment::Match(id) => {
                        matches::one(writing.connection, id)?;
                    }
                    Assignment::Court(id) => {
                        courts::one(writing.connection, id)?;
                    }
                }
                replace_referee_secrets(writing, assignment, &secrets, &key, now)
            })
            .await
    }

    pub async fn revoke_referee_secrets(&self, assignment: Assignment) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| revoke_referee_secrets(writing, assignment))
            .await
    }

    /// Ends one token; `None` if there is none of this name.
    pub async fn end_referee_token(
        &self,
        id: SecretId,
    ) -> Result<Option<RefereeToken>, StoreError> {
        self.writer
            .write(move |writing| end_token(writing.connection, id))
            .await
    }

    /// The tokens that phones hold, as far as they can open anything.
    pub async fn held_tokens(&self) -> Result<Vec<HeldToken>, StoreError> {
        self.read(held_tokens).await
    }

    /// What a token is worth at a match. Notes that it was used.
    pub async fn token_for_match(&self, hash: TokenHash, id: MatchId) -> Result<Worth, StoreError> {
        let now = self.clock.now_ms();
        let (worth, used_at) = self
            .read(move |connection| token_for_match(connection, &hash, id))
            .await?;
        if let Worth::Good(token) = worth
            && used_at.is_none_or(|used_at| is_old_note(used_at, now))
        {
            // A disk that takes no writes must not keep a referee out.
            let _ = self
                .writer
                .write(move |writing| note_use(writing, token.id, now))
                .await;
        }
        Ok(worth)
    }

    /// Gives a device a token for a code.
    pub async fn redeem_code(&self, redeeming: Redeeming) -> Result<Redeemed, StoreError> {
        let (now, kept) = (self.clock.now_ms(), self.code_key.keyed(&redeeming.code));
        let looked_up = kept.clone();
        // A wrong one, of which there may be many, costs no write.
        let known = self
            .read(move |connection| code_assignment(connection, &looked_up))
            .await?;
        if known.is_none() {
            return Ok(Redeemed::WrongCode);
        }
        self.writer
            .write(move |writing| redeem(writing, &kept, &redeeming, now))
            .await
    }
}

pub fn pin_hash(connection: &Connection) -> Result<Option<String>, StoreError> {
    setting(connection, PIN_HASH)
}

pub fn set_pin(connection: &Connection, hash: &str, verifier: &str) -> Result<(), StoreError> {
    set(connection, PIN_HASH, hash)?;
    set(connection, PIN_VERIFIER, &format!("{hash} {verifier}"))
}

fn set_pin_verifier(
    connection: &Connection,
    hash: &str,
    verifier: &str,
) -> Result<bool, StoreError> {
    // It took a second to make; meanwhile there may be another PIN.
    if pin_hash(connection)?.as_deref() != Some(hash) {
        return Ok(false);
    }
    set_pin(connection, hash, verifier)?;
    Ok(true)
}

fn pin_verifier(connection: &Connection) -> Result<Option<String>, StoreError> {
    let hash = setting(connection, PIN_HASH)?;
    let kept = setting(connection, PIN_VERIFIER)?;
    let of_this_pin = kept.zip(hash).and_then(|(kept, hash)| {
        let (of, verifier) = kept.split_once(' ')?;
        (of == hash).then(|| verifier.to_owned())
    });
    Ok(of_this_pin)
}

fn tokens_of_match(connection: &Connection, id: MatchId) -> Result<Vec<TokenHash>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT token_hash FROM referee_tokens WHERE kind = 'token' \
         AND (match_id = ?1 OR court_id = (SELECT court_id FROM matches WHERE id = ?1)) \
         ORDER BY created_at DESC LIMIT ?2",
    )?;
    statement
        .query_and_then(params![id.to_string(), TOKENS_TRIED], |row| {
            Ok(TokenHash(row.get(0)?))
        })?
        .collect()
}

/// Notes a moment under a name: a small write that shows whether the disk takes any.
pub fn set_moment(connection: &Connection, name: &str, at: WallMs) -> Result<(), StoreError> {
    set(connection, name, &at.to_string())
}

pub fn setting(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub fn set(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO settings (name, value) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])?;
    Ok(())
}

impl Assignment {
    fn columns(self) -> (Option<String>, Option<String>) {
        match self {
            Assignment::Match(id) => (Some(id.to_string()), None),
            Assignment::Court(id) => (None, Some(id.to_string())),
        }
    }

    /// Of the columns `match_id, court_id`.
    fn of_row(row: &Row<'_>) -> Result<Assignment, StoreError> {
        match (row.get("match_id")?, row.get("court_id")?) {
            (Some::<String>(text), _) => Ok(Assignment::Match(id(&text)?)),
            (None, Some::<String>(text)) => Ok(Assignment::Court(id(&text)?)),
            (None, None) => Err(unreadable("a token for nothing")),
        }
    }
}

impl RefereeToken {
    fn of_row(row: &Row<'_>) -> Result<RefereeToken, StoreError> {
        Ok(RefereeToken {
            id: id(&row.get::<_, String>("id")?)?,
            of: Assignment::of_row(row)?,
        })
    }
}

/// Makes these the only secrets that are good for an assignment.
pub fn replace_referee_secrets(
    writing: &mut Writing<'_>,
    assignment: Assignment,
    secrets: &RefereeSecrets,
    key: &CodeKey,
    now: WallMs,
) -> Result<(), StoreError> {
    revoke_referee_secrets(writing, assignment)?;
    let code = key.keyed(&secrets.code);
    insert_secret(writing, assignment, "token", &secrets.token, None, now)?;
    insert_secret(writing, assignment, "code", &code, None, now)
}

fn insert_secret(
    writing: &mut Writing<'_>,
    assignment: Assignment,
    kind: &str,
    hash: &TokenHash,
    device: Option<&str>,
    now: WallMs,
) -> Result<(), StoreError> {
    let (of_match, of_court) = assignment.columns();
    let id = SecretId(random::id()).to_string();
    writing.connection.execute(
        "INSERT INTO referee_tokens (token_hash, id, kind, match_id, court_id, device, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![hash.0, id, kind, of_match, of_court, device, now],
    )?;
    Ok(())
}

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

/// Forgets the secrets that nobody needs any more.
pub fn sweep(connection: &Connection, now: WallMs) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM referee_tokens WHERE match_id IN (SELECT id FROM matches \
         WHERE deleted_at IS NOT NULL OR ({CONFIRMED} AND updated_at < ?1))"
    );
    connection.execute(&sql, [now.saturating_sub(FORGOTTEN_AFTER_MS)])?;
    Ok(())
}

fn end_token(
    connection: &Connection,
    wanted: SecretId,
) -> Result<Option<RefereeToken>, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM referee_tokens WHERE id = ?1 AND kind = 'token' RETURNING id, match_id, court_id",
    )?;
    statement
        .query_and_then([wanted.to_string()], RefereeToken::of_row)?
        .next()
        .transpose()
}

/// What a token is worth at a match, and when somebody last came with it.
fn token_for_match(
    connection: &Connection,
    hash: &TokenHash,
    wanted: MatchId,
) -> Result<(Worth, Option<WallMs>), StoreError> {
    let sql = format!(
        "SELECT token.id AS id, token.match_id AS match_id, token.court_id AS court_id, used_at, \
         token.match_id IS NOT NULL AND {CONFIRMED} AS over \
         FROM referee_tokens token JOIN matches ON matches.id = ?2 \
         WHERE token_hash = ?1 AND kind = 'token' \
         AND (token.match_id = ?2 OR token.court_id = matches.court_id)"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement
        .query_and_then(params![hash.0, wanted.to_string()], |row| {
            let confirmed: bool = row.get("over")?;
            let worth = if confirmed {
                Worth::MatchConfirmed
            } else {
                Worth::Good(RefereeToken::of_row(row)?)
            };
            Ok::<_, StoreError>((worth, row.get("used_at")?))
        })?
        .next()
        .transpose()?;
    Ok(found.unwrap_or((Worth::Nothing, None)))
}

fn note_use(writing: &mut Writing<'_>, id: SecretId, now: WallMs) -> Result<(), StoreError> {
    let sql = "UPDATE referee_tokens SET used_at = ?2 WHERE id = ?1";
    writing
        .connection
        .execute(sql, params![id.to_string(), now])?;
    Ok(())
}

fn held_tokens(connection: &Connection) -> Result<Vec<HeldToken>, StoreError> {
    let sql = format!(
        "SELECT id, match_id, court_id, device, created_at, used_at FROM referee_tokens WHERE kind = 'token' \
         AND (device IS NOT NULL OR used_at IS NOT NULL) AND ({LIVE}) ORDER BY created_at, id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_and_then([], |row| {
            Ok(HeldToken {
                token: RefereeToken::of_row(row)?,
                device: row.get("device")?,
                created_at: row.get("created_at")?,
                used_at: row.get("used_at")?,
            })
        })?
        .collect()
}

/// What a code is good for, if it is good at all.
fn code_assignment(
    connection: &Connection,
    kept: &TokenHash,
) -> Result<Option<Assignment>, StoreError> {
    let sql = format!(
        "SELECT match_id, court_id FROM referee_tokens WHERE token_hash = ?1 AND kind = 'code' AND ({LIVE})"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_and_then([&kept.0], Assignment::of_row)?
        .next()
        .transpose()
}

/// One token more for a code. The one that was not used for longest makes room, if its phone is away.
fn redeem(
    writing: &mut Writing<'_>,
    code: &TokenHash,
    new: &Redeeming,
    now: WallMs,
) -> Result<Redeemed, StoreError> {
    // Looked up again: it may have been replaced meanwhile.
    let Some(of) = code_assignment(writing.connection, code)? else {
        return Ok(Redeemed::WrongCode);
    };
    let (of_match, of_court) = of.columns();
    let mut statement = writing.connection.prepare_cached(
        "SELECT id, match_id, court_id FROM referee_tokens WHERE kind = 'token' AND device IS NOT NULL \
         AND (match_id = ?1 OR court_id = ?2) ORDER BY coalesce(used_at, created_at), id",
    )?;
    let held: Vec<RefereeToken> = statement
        .query_and_then(params![of_match, of_court], RefereeToken::of_row)?
        .collect::<Result<_, StoreError>>()?;
    let mut ended = None;
    if held.len() >= PHONES_PER_CODE {
        let idle = held.iter().find(|token| !new.in_use.contains(&token.id));
        let Some(idle) = idle else {
            return Ok(Redeemed::Full);
        };
        ended = end_token(writing.connection, idle.id)?;
    }
    insert_secret(writing, of, "token", &new.token, Some(&new.device), now)?;
    Ok(Redeemed::Token { of, ended })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::file::migrate;

    #[test]
    fn a_verifier_that_comes_late_does_not_bring_the_old_pin_back() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::migrate(&mut connection).unwrap();
        set(&connection, PIN_HASH, "old").unwrap();
        assert!(set_pin_verifier(&connection, "old", "of the old").unwrap());
        set_pin(&connection, "new", "of the new").unwrap();
        assert!(!set_pin_verifier(&connection, "old", "of the old").unwrap());
        assert_eq!(pin_hash(&connection).unwrap().as_deref(), Some("new"));
        let verifier = pin_verifier(&connection).unwrap();
        assert_eq!(verifier.as_deref(), Some("of the new"));
    }
}
