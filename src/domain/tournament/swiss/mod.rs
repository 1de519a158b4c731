//! The Swiss system: who meets whom next, and what separates those with equal points.

mod ahead;
mod history;
mod matching;
mod pairing;
mod tie_breaks;

pub use history::{History, HistoryError, Meeting, NotAnOutcome, Outcome, PLAYERS_MAX, ROUNDS_MAX};
pub use pairing::{NextRound, Pair, Pairing, pair};
pub use tie_breaks::{Game, TieBreaks, tie_breaks};
