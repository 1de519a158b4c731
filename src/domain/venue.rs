//! The hall: the appliance with its name, and the courts that matches are played on.

use super::ids::{CourtId, MatchId, VenueId};

/// One appliance and all that it holds.
#[derive(Debug, Clone)]
pub struct Venue {
    pub id: VenueId,
    pub name: String,
}

/// A playing area. No two of a venue have one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Court {
    pub id: CourtId,
    pub name: String,
}

/// The right of a referee's secret: to score one match, or the matches of one court.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Assignment {
    Match(MatchId),
    Court(CourtId),
}
