//! Why an action of an organiser is refused.

use crate::domain::sport::RulesError;
use crate::random::NoRandom;
use crate::store::StoreError;

/// The reason, in words for the organiser. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No sport has this ID; the files that cannot be read are named.
    #[error("{0}")]
    UnknownSport(String),
    #[error(transparent)]
    Rules(#[from] RulesError),
    #[error(
        "the match belongs to a tournament, whose sport it plays; change that of the tournament"
    )]
    SportOfTournament,
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}
