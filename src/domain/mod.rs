//! The rules of the game, pure: no I/O, no clock, no random number.
//!
//! Everything here can be tested without a server, cannot fail half-way and gives the same answer on every
//! machine. Nothing in this folder imports anything else of ours.

pub mod event;
pub mod fold;
mod form;
pub mod ids;
pub mod names;
#[cfg(test)]
mod properties;
pub mod refusal;
pub mod sport;
pub mod state;

pub use event::{Author, ClockAction, Event, Phase, Play};
pub use fold::MatchFold;
pub use ids::{CourtId, EventId, MatchId, SecretId, Seq, SessionId, TeamId, TournamentId, VenueId};
pub use refusal::Refusal;
pub use sport::{Catalogue, Rules, Sport};
pub use state::{BySide, MatchState, PERIODS_MAX, STATE_MAX_BYTES, Side, Status};
