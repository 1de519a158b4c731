//! The deeds of organisers on the hall: its plan and its settings. They are a history; the rows hold what is so now.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::booking::Rebooked;
use super::settings::PlanSettings;

/// Something that an organiser did to the hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum HallDeed {
    Settings {
        before: Box<PlanSettings>,
        after: Box<PlanSettings>,
    },
    /// Matches got other places: by a proposal, by hand, or because the day runs late.
    Plan { why: Why, changes: Vec<Rebooked> },
    /// The plan of a day was shown to everybody.
    Publish { day: Date },
}

/// The way in which matches came to other places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Auto,
    Move,
    Late,
    Lock,
}
