//! The Swiss system: who meets whom next, and what separates those with equal points.

mod ahead;
mod history;
mod matching;
mod pairing;
mod tie_breaks;

pub use history::{
    History, HistoryError, Meeting, NotASideResult, PLAYERS_MAX, ROUNDS_MAX, SideResult,
};
pub use pairing::{NextRound, Pair, PairedRound, pair};
pub use tie_breaks::{Game, TieBreaks, tie_breaks};
