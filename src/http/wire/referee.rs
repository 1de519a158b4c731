//! The JSON of what referees are handed, and of the devices that they score with.

use schemars::JsonSchema;
use serde::Serialize;

use super::shapes::Moment;
use super::timestamp;
use crate::broker::{DeviceLine, Presence};
use crate::domain::{CourtId, MatchId, SecretId};

/// The secrets that a referee is handed: told once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefereeSecrets")]
pub struct RefereeSecretsJson {
    pub referee_url: String,
    pub referee_token: String,
    /// For typing.
    pub referee_code: String,
}

/// A token for a code that was typed, and what it scores.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RedeemedCode")]
pub struct RedeemedCodeJson {
    pub referee_token: String,
    #[serde(rename = "matchID")]
    pub match_id: Option<MatchId>,
    #[serde(rename = "courtID")]
    pub court_id: Option<CourtId>,
}

/// A token that a phone holds.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HeldToken")]
pub struct HeldTokenJson<'a> {
    pub id: SecretId,
    #[serde(rename = "matchID")]
    pub match_id: Option<MatchId>,
    #[serde(rename = "courtID")]
    pub court_id: Option<CourtId>,
    pub device: Option<&'a str>,
    #[schemars(with = "Moment")]
    pub created_at: String,
    #[schemars(with = "Option<Moment>")]
    pub used_at: Option<String>,
    pub connected: bool,
}

/// A match that is not over, with the devices that score it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeskLine")]
pub struct DeskLineJson {
    #[serde(rename = "matchID")]
    pub match_id: MatchId,
    #[schemars(with = "Option<Moment>")]
    pub begun_at: Option<String>,
    pub watchers: usize,
    pub devices: Vec<DeviceJson>,
}

/// A device that scores, as it says of itself.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Device")]
pub struct DeviceJson {
    device: String,
    name: Option<String>,
    presence: PresenceJson,
    /// Since when it is there, or gone.
    #[schemars(with = "Moment")]
    since: String,
    /// In percent.
    battery: Option<u8>,
    unsent: Option<u32>,
    #[schemars(with = "Option<Moment>")]
    reported_at: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum PresenceJson {
    Active,
    Standby,
    Gone,
}

impl From<&DeviceLine> for DeviceJson {
    fn from(line: &DeviceLine) -> DeviceJson {
        DeviceJson {
            device: line.device.to_string(),
            name: line.report.name.clone(),
            presence: match line.presence {
                Presence::Active => PresenceJson::Active,
                Presence::Standby => PresenceJson::Standby,
                Presence::Gone => PresenceJson::Gone,
            },
            since: timestamp(line.since),
            battery: line.report.battery,
            unsent: line.report.unsent,
            reported_at: line.reported_at.map(timestamp),
        }
    }
}
