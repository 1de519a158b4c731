//! The history of the plan.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::plan::{HallDeed, Why};
use crate::http::wire::shapes::Moment;
use crate::http::wire::timestamp;
use crate::organising::last_undoable;
use crate::store::RecordedHallDeed;

/// The deeds of organisers on the plan, the newest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlanHistory")]
pub struct PlanHistoryJson {
    deeds: Vec<HallDeedJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlanDeed")]
struct HallDeedJson {
    seq: u64,
    #[schemars(with = "Moment")]
    at: String,
    /// The organiser's browser; `null` where nobody knows.
    by: Option<String>,
    kind: HallDeedWord,
    /// The matches that got another place.
    matches: usize,
    /// The deed that it took back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<u64>,
    /// An undo takes back this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undoable: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum HallDeedWord {
    Settings,
    Auto,
    Move,
    Late,
    Lock,
    Referee,
    Publish,
    Undo,
}

impl From<&[RecordedHallDeed]> for PlanHistoryJson {
    fn from(deeds: &[RecordedHallDeed]) -> PlanHistoryJson {
        let last = last_undoable(deeds).map(|recorded| recorded.seq);
        let line = |recorded: &RecordedHallDeed| HallDeedJson {
            seq: recorded.seq,
            at: timestamp(recorded.at),
            by: Some(recorded.by.device.clone()).filter(|device| !device.is_empty()),
            kind: HallDeedWord::of(&recorded.deed),
            matches: match &recorded.deed {
                HallDeed::Plan { changes, .. } => changes.len(),
                HallDeed::Settings { .. } | HallDeed::Publish { .. } => 0,
            },
            undoes: recorded.deed.undoes(),
            undoable: last == Some(recorded.seq),
        };
        PlanHistoryJson {
            deeds: deeds.iter().map(line).collect(),
        }
    }
}

impl HallDeedWord {
    fn of(deed: &HallDeed) -> HallDeedWord {
        match deed {
            _ if deed.undoes().is_some() => HallDeedWord::Undo,
            HallDeed::Settings { .. } => HallDeedWord::Settings,
            HallDeed::Publish { .. } => HallDeedWord::Publish,
            HallDeed::Plan { why, .. } => match why {
                Why::Auto => HallDeedWord::Auto,
                Why::Late => HallDeedWord::Late,
                Why::Lock => HallDeedWord::Lock,
                Why::Referee => HallDeedWord::Referee,
                Why::Move | Why::Undo { .. } => HallDeedWord::Move,
            },
        }
    }
}
