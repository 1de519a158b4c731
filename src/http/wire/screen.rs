//! The JSON of TVs.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use super::shapes::Moment;

/// The orders of a TV: its code, and what to show once it is adopted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ScreenOrders")]
pub struct ScreenOrdersJson {
    pub code: String,
    pub name: Option<String>,
    pub shows: Option<String>,
}

/// A TV as an organiser sees it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Screen")]
pub struct ScreenJson {
    pub code: String,
    pub name: Option<String>,
    pub shows: Option<String>,
    pub on: bool,
    #[schemars(with = "Option<Moment>")]
    pub seen_at: Option<String>,
    #[schemars(with = "Option<String>")]
    pub address: Option<IpAddr>,
}
