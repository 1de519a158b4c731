//! The JSON of log-ins and channels.

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::shapes::{Hex, Moment};
use super::timestamp;
use crate::domain::SessionId;
use crate::store::Session;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum RoleJson {
    Organiser,
    Watcher,
}

/// The caller.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub struct SessionJson {
    pub role: RoleJson,
    pub writes: bool,
    pub open: bool,
}

/// A session with its token, which is told once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LoggedIn")]
pub struct LoggedInJson {
    pub token: String,
    #[schemars(with = "Moment")]
    pub expires_at: String,
}

/// A device on which an organiser is logged in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LoggedInDevice")]
pub struct LoggedInDeviceJson<'a> {
    id: SessionId,
    device: &'a str,
    address: &'a str,
    #[schemars(with = "Moment")]
    created_at: String,
    #[schemars(with = "Moment")]
    used_at: String,
    /// It is the caller's.
    current: bool,
}

impl<'a> LoggedInDeviceJson<'a> {
    pub fn new(session: &'a Session, current: bool) -> LoggedInDeviceJson<'a> {
        LoggedInDeviceJson {
            id: session.id,
            device: &session.device,
            address: &session.address,
            created_at: timestamp(session.created_at),
            used_at: timestamp(session.used_at),
            current,
        }
    }
}

/// An open channel; with the server's half of an agreement where the client sent its own.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Channel")]
pub struct ChannelJson {
    #[schemars(with = "Hex<16>")]
    pub channel: String,
    #[serde(rename = "B", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hex<256>")]
    pub public: Option<String>,
}

/// The numbers that a client needs to prove the PIN.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PinExchange")]
pub struct PinExchangeJson {
    pub attempt: Uuid,
    #[schemars(with = "Hex<16>")]
    pub salt: String,
    pub rounds: u32,
    #[serde(rename = "B")]
    #[schemars(with = "Hex<256>")]
    pub public: String,
}

/// A session that began by a proof. Its key is not told: both sides have it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ProvenLogIn")]
pub struct ProvenLogInJson {
    #[serde(rename = "M2")]
    #[schemars(with = "Hex<32>")]
    pub proof: String,
    pub session: SessionId,
    #[schemars(with = "Moment")]
    pub expires_at: String,
}
