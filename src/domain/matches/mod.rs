//! One match, from what is known of it beforehand to its state after the last event.

pub mod event;
pub mod fold;
mod form;
pub mod original;
mod programme;
#[cfg(test)]
mod properties;
pub mod refusal;
mod setup;
pub mod state;

pub use event::{Author, ClockAction, Event, NextPeriod, Play};
pub use fold::MatchFold;
pub use programme::{Call, FormerPlace, Official, Programme};
pub use refusal::Refusal;
pub use setup::{FixtureRef, MatchSetup, SideSetup};
pub use state::{BySide, MatchState, PERIODS_MAX, Phase, Reason, STATE_MAX_BYTES, Side, Status};
