//! The deeds of organisers on the hall: its plan and its settings. They are a history; the rows hold what is so now.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::booking::Rebooked;
use super::settings::PlanSettings;

/// A change that an organiser made to the hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum HallDeed {
    Settings {
        before: Box<PlanSettings>,
        after: Box<PlanSettings>,
        why: Why,
    },
    /// Matches got other places: by a proposal, by hand, or because the day runs late.
    Plan { why: Why, changes: Vec<Rebooked> },
    /// The plan of a day was shown to everybody.
    Publish { day: Date },
}

/// The way in which something was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Auto,
    /// By hand.
    Move,
    Late,
    Lock,
    /// Another referee, by hand.
    Referee,
    /// The deed of this number was taken back.
    Undo {
        seq: u64,
    },
}

impl HallDeed {
    /// The number of the deed that this one takes back.
    pub fn undoes(&self) -> Option<u64> {
        match self {
            HallDeed::Settings { why, .. } | HallDeed::Plan { why, .. } => match why {
                Why::Undo { seq } => Some(*seq),
                _ => None,
            },
            HallDeed::Publish { .. } => None,
        }
    }
}
