//! Courts and times for the matches of all tournaments of a hall.
//!
//! Pure as everything here: the search takes a seed and asks its caller whether to go on.

mod bits;
mod booking;
mod bound;
mod chains;
mod clashes;
mod day;
mod deed;
mod duties;
mod greedy;
mod improve;
mod late;
mod lengths;
mod model;
mod moves;
mod overtime;
mod priorities;
mod problem;
mod queue;
mod rooms;
mod rounds;
mod search;
mod settings;
mod timetable;
mod unplaced;
mod validation;

pub use booking::{Booking, Rebooked};
pub use bound::{Bound, Why as BoundBy};
pub use clashes::{Clash, Kind, Place, Severity, clashes, places};
pub use day::{Day, DayCourt, DayMatch, Person, open_times};
pub use deed::{HallDeed, Why};
pub use duties::duties;
pub use late::{Late, Moved, expected, late};
pub use lengths::{learnt, minutes_by};
pub use problem::{
    COURTS_MAX, Court, FIXTURES_MAX, Fixture, MINUTES_MAX, Minutes, Problem, ProblemError, Round,
    Slot, Window,
};
pub use queue::{CourtCall, calls, queue};
pub use search::{Proposal, Search};
pub use settings::{
    Calling, Closure, PlanSettings, RefereeChoice, RefereesBy, SettingsError, StageWish,
};
pub use unplaced::{Cause, Unplaced};

#[cfg(test)]
mod tests;
