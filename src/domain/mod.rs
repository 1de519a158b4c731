//! The rules of the game, pure: no I/O, no clock, no random number.
//!
//! Everything here can be tested without a server, cannot fail half-way and gives the same answer on every
//! machine. Nothing in this folder imports anything else of ours.

pub mod ids;
pub mod matches;
pub mod names;
pub mod plan;
pub mod sport;
pub mod tournament;
pub mod venue;

pub use ids::{
    CourtId, EventId, MatchId, Revision, SecretId, Seq, SessionId, TeamId, TournamentId, VenueId,
};
pub use matches::{
    Author, BySide, Call, ClockAction, Event, FixtureRef, FormerPlace, MatchFold, MatchSetup,
    MatchState, NextPeriod, Official, PERIODS_MAX, Play, Programme, Refusal, STATE_MAX_BYTES, Side,
    SideSetup, Status,
};
pub use sport::{Catalogue, Rules, Sport};
pub use tournament::{Key, Player, PointsTable, Team, Tournament, TournamentRef};
pub use venue::{Assignment, Court, Venue};
