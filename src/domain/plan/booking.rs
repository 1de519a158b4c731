//! The place of a match in the plan, as organisers see it.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CourtId, MatchId};
use crate::domain::matches::Official;

/// A court and a time for a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub court: CourtId,
    /// The begin, in UTC milliseconds since 1970.
    pub at: i64,
    /// The length that it was planned with.
    pub minutes: u16,
    /// No proposal moves it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// The team or the person that referees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referee: Option<Official>,
}

impl Booking {
    /// The planned end, in UTC milliseconds since 1970.
    pub fn ends_at(&self) -> i64 {
        self.at + i64::from(self.minutes) * 60_000
    }

    /// Says if it is the same court and time.
    pub fn is_at(&self, other: &Booking) -> bool {
        (self.court, self.at) == (other.court, other.at)
    }
}

/// A match that has another place in the plan than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebooked {
    pub of: MatchId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Booking>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Booking>,
}
