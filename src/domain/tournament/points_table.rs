//! The points table of a sport or a tournament.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The points that a match brings, and the order of criteria that breaks ties: `[standings]` of a sport's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PointsTable {
    pub win: u32,
    pub draw: u32,
    pub loss: u32,
    /// Won in the last possible set, in extra time or in a shoot-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrow_win: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrow_loss: Option<u32>,
    /// For the side that did not come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walkover: Option<u32>,
    /// The first criterion first.
    pub order: Vec<Criterion>,
}

impl Default for PointsTable {
    fn default() -> Self {
        PointsTable {
            win: 2,
            draw: 1,
            loss: 0,
            narrow_win: None,
            narrow_loss: None,
            walkover: None,
            order: vec![
                Criterion::Points,
                Criterion::HeadToHead,
                Criterion::PointDifference,
            ],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// The points of the table.
    Points,
    Wins,
    HeadToHead,
    SetDifference,
    SetRatio,
    GameDifference,
    PointDifference,
    PointRatio,
    Scored,
    FairPlay,
    Lots,
}
