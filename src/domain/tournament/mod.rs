//! A tournament: one competition in one sport, with the teams that entered it.

pub mod deed;
pub mod draw;
pub mod dry_run;
mod entry;
mod fixture;
pub mod format;
mod outcome;
pub mod preview;
pub mod progress;
pub mod proposal;
pub mod rounds;
mod settings;
pub mod split;
pub mod standings;
pub mod structure;
pub mod swiss;

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use super::ids::TournamentId;
use super::sport::Rules;

pub use entry::{Player, Presence, SHORT_MAX_CHARS, ShirtNumber, Team};
pub use fixture::{ByeWord, FirstMatchWord, Fixture, Key, Source};
pub use outcome::Outcome;
pub use settings::{Game, Settings};
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
    /// How often its points count in the ranking of the clubs; 0 for not at all.
    pub factor: u16,
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
