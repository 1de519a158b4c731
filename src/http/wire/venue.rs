//! The JSON of the venue, and of how its box is.

use schemars::JsonSchema;
use serde::Serialize;

use super::shapes::Moment;
use super::{MatchJson, VenueJson};

/// The venue; for an organiser also how the box is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Venue")]
pub struct WholeVenueJson<'a> {
    #[serde(flatten)]
    pub venue: VenueJson<'a>,
    /// The time zone of the hall, as Europe/Paris; `null` while nobody has said it.
    pub time_zone: Option<String>,
    pub version: &'static str,
    pub addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sport_problems: Option<Vec<SportProblemJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#box: Option<BoxJson<'a>>,
}

/// A file of a sport that cannot be read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SportProblem")]
pub struct SportProblemJson<'a> {
    pub file: &'a str,
    pub reason: &'a str,
}

/// How the box is, for its organiser.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Box")]
pub struct BoxJson<'a> {
    /// Why nothing can be saved now.
    pub fault: Option<String>,
    pub watchers: usize,
    #[schemars(with = "Moment")]
    pub now: String,
    #[schemars(with = "Moment")]
    pub started_at: String,
    pub signed_only: bool,
    pub backups: Vec<BackupsJson>,
    /// The matches that a start had ended over.
    pub left_aside: Vec<MatchJson<'a>>,
    /// There while somebody tries many PINs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guessing: Option<GuessingJson>,
    #[serde(flatten)]
    pub room: Option<RoomJson>,
}

/// The disk that the database is on.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomJson {
    pub free_bytes: u64,
    pub total_bytes: u64,
    pub database_bytes: u64,
}

/// The automatic backups of one folder.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Backups")]
pub struct BackupsJson {
    pub folder: String,
    #[schemars(with = "Option<Moment>")]
    pub newest_at: Option<String>,
    pub count: usize,
    pub problem: Option<String>,
}

/// Somebody tries PINs or codes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Guessing")]
pub struct GuessingJson {
    #[schemars(with = "Moment")]
    pub since: String,
    pub tries: u64,
    /// The busiest first.
    pub networks: Vec<String>,
}

/// The venue's clock.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Clock")]
pub struct ClockJson {
    #[schemars(with = "Moment")]
    pub now: String,
}

/// Says if secrets are refused that others on the network can read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignedOnly")]
pub struct SignedOnlyJson {
    pub on: bool,
}
