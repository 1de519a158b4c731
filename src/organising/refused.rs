//! Why an action of an organiser is refused.

use super::clashes::Clash;
use super::running::Consequences;
use crate::domain::sport::RulesError;
use crate::domain::tournament::proposal::NoProposal;
use crate::domain::{Key, Refusal};
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
    /// The rules refuse an event.
    #[error(transparent)]
    Event(Refusal),
    #[error(transparent)]
    NoProposal(#[from] NoProposal),
    /// It cannot be understood: a team, a group or a fixture is not there.
    #[error("{0}")]
    Wrong(String),
    /// It contradicts a match that has begun, or a fixture that depends on it.
    #[error("{0}")]
    Contradicts(String),
    /// A late team would change who plays a match that has begun.
    #[error(
        "the match “{key}” has begun, and who plays it depends on group {group}: a team can enter this group only before"
    )]
    TooLate { key: Key, group: String },
    #[error(
        "these teams are absent: {0}; send “absent”: \"leave_out\" to draw without them, or \"keep\" to draw them all the same"
    )]
    AbsentTeams(String),
    #[error(
        "“{team}” and “{other}” differ only in capitals or spaces, and nobody could tell them apart: choose another name"
    )]
    Alike { team: String, other: String },
    #[error("“{team}” and “{other}” both have the seed {seed}: each seed is that of one team")]
    SeedTaken {
        team: String,
        other: String,
        seed: u16,
    },
    /// A team would be in two places.
    #[error("{0}; choose another court, or send it again with “confirm”: true if that is meant")]
    TwoAtOnce(Clash),
    #[error(
        "“{team}” would play twice in round {round}; choose another team or round, or send it again with “confirm”: true if that is meant"
    )]
    TwiceInARound { team: String, round: u16 },
    /// Something follows that has to be seen first.
    #[error("more changes with this: look at the effects, and send it again with “accept”")]
    Consequences(Box<Consequences>),
    #[error("something has changed since this was shown: look at it again")]
    Stale,
    #[error("there is nothing to take back")]
    NothingToUndo,
}
