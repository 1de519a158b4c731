//! A tournament: one competition in one sport, with the teams that entered it.

pub mod draw;
mod fixture;
pub mod format;
pub mod progress;
pub mod standings;
pub mod swiss;

use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::{TeamId, TournamentId};
use super::sport::Rules;

pub use fixture::{FirstMatchWord, Fixture, Key, Source};
pub use standings::PointsTable;

/// A tournament as it was set up.
#[derive(Debug, Clone, PartialEq)]
pub struct Tournament {
    pub id: TournamentId,
    pub name: String,
    /// The sport's id.
    pub sport: String,
    /// The variant that its matches are played in.
    pub variant: Option<String>,
    /// Single rules that differ from the variant's, as they were given; `null` for none.
    pub overrides: Value,
    /// The rules of its matches, whole, as they were when the tournament began: a sport's file that is edited on
    /// the day changes no running tournament. `None` where they were never known: it is older than that, and its sport's
    /// file could not be read since.
    pub played_by: Option<PlayedBy>,
    /// The first day, if somebody said it. It decides which rules are in force, whatever the server's clock says.
    pub starts_on: Option<Date>,
    /// UTC milliseconds since 1970.
    pub created_at: i64,
}

/// The rules and the points table that a tournament keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayedBy {
    pub rules: Arc<Rules>,
    pub points_table: PointsTable,
}

/// A tournament as its matches name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TournamentRef {
    pub id: TournamentId,
    pub name: String,
}

/// An entry in a tournament: a team, a pair or a player. No two of a tournament have one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub tournament: TournamentId,
    pub name: String,
    pub players: Vec<Player>,
}

/// A player of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Player {
    /// The number on the shirt; `None` where there is none.
    #[serde(default)]
    pub number: Option<ShirtNumber>,
    pub name: String,
}

/// A number on a shirt, as it was entered: 7 and “00” are both in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ShirtNumber {
    Number(u16),
    Text(String),
}
