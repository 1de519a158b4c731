//! Fixtures that no place was found for, each with its cause.

use std::fmt;

use super::model::Model;
use super::priorities::last_begins;
use super::problem::Slot;

/// A fixture without a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unplaced {
    pub fixture: usize,
    pub cause: Cause,
}

/// The cause why a fixture has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A fixture that it waits for has none.
    WaitsFor { fixture: usize },
    /// A fixed one that waits for it begins too early.
    FixedTooEarly { fixture: usize },
    /// Its courts are never free for as long while its people are, too, until they close.
    NoRoom,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Cause::WaitsFor { fixture } => {
                write!(
                    formatter,
                    "it waits for fixture {fixture}, which has no place"
                )
            }
            Cause::FixedTooEarly { fixture } => {
                write!(
                    formatter,
                    "fixture {fixture} waits for it, and its time is fixed too early"
                )
            }
            Cause::NoRoom => {
                formatter.write_str("its courts have no room left while everybody it needs is free")
            }
        }
    }
}

/// Returns the fixtures without a place.
pub(super) fn unplaced(model: &Model, slots: &[Option<Slot>]) -> Vec<Unplaced> {
    if slots.iter().all(Option::is_some) {
        return Vec::new();
    }
    let last = last_begins(model);
    let without = (0..slots.len()).filter(|&fixture| slots[fixture].is_none());
    let told = without.map(|fixture| {
        let mut before = model.before[fixture].iter();
        let mut after = model.after[fixture].iter();
        let waits = before.find(|link| slots[link.fixture].is_none());
        let fixed = after.find(|link| {
            let slot = model.fixed[link.fixture];
            slot.is_some_and(|slot| slot.start - link.lag <= last[fixture])
        });
        let cause = match (waits, fixed) {
            (Some(link), _) => Cause::WaitsFor {
                fixture: link.fixture,
            },
            (_, Some(link)) => Cause::FixedTooEarly {
                fixture: link.fixture,
            },
            _ => Cause::NoRoom,
        };
        Unplaced { fixture, cause }
    });
    told.collect()
}
