//! The Swiss system: who meets whom next, and what separates those with equal points.

mod tie_breaks;

pub use tie_breaks::{Game, TieBreaks, tie_breaks};
