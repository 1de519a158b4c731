//! Courts and times for the matches of all tournaments of a hall.
//!
//! Pure as everything here: the search takes a seed and asks its caller whether to go on.

mod bits;
mod bound;
mod chains;
mod clashes;
mod greedy;
mod improve;
mod late;
mod model;
mod moves;
mod priorities;
mod problem;
mod rooms;
mod search;
mod timetable;
mod unplaced;
mod validation;

pub use bound::{Bound, Why};
pub use clashes::{Clash, Kind, Place, Severity, clashes, places};
pub use late::{Late, Moved, late};
pub use problem::{
    COURTS_MAX, Court, FIXTURES_MAX, Fixture, MINUTES_MAX, Minutes, Problem, ProblemError, Slot,
    Window,
};
pub use search::{Proposal, Search};
pub use unplaced::{Cause, Unplaced};

#[cfg(test)]
mod tests;
