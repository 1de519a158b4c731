//! The one source of chance: the operating system's random numbers, for secrets, ids and games.
//!
//! Everything else is refused by clippy (`clippy.toml`), so that a simulator can put numbers in their place that repeat.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the handle that all others have to take"
)]

use uuid::Uuid;

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("no random numbers from the operating system: {0}")]
pub struct NoRandom(#[from] getrandom::Error);

/// Fills a secret.
pub fn fill(bytes: &mut [u8]) -> Result<(), NoRandom> {
    Ok(getrandom::fill(bytes)?)
}

pub fn number() -> Result<u64, NoRandom> {
    Ok(getrandom::u64()?)
}

/// A new name: it begins with the time, so that what was made together lies together in an index.
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// A name that says nothing, not even when it was made.
pub fn unguessable_id() -> Uuid {
    Uuid::new_v4()
}
