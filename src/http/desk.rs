//! The organiser's desk: every match that is not over, with the devices that score it.

use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::error::ApiError;
use super::reply::{self, Json};
use super::request::Fields;
use super::wire::{DeskLineJson, DeviceJson, timestamp};
use crate::broker::{Device, DeviceReport};
use crate::domain::names;
use crate::domain::{MatchId, Status};

/// The longest name of a device, in characters.
const NAME_MAX_CHARS: usize = 60;
/// More unsent events than this are shown as this many.
const UNSENT_MAX: u64 = 100_000;

pub async fn desk(app: App) -> Result<Json<Vec<DeskLineJson>>, ApiError> {
    let mut summaries = app.broker.summaries(None);
    summaries.retain(|summary| summary.status != Status::Finished || summary.attendance.is_live());
    let ids = summaries.iter().map(|summary| summary.setup.id).collect();
    let times = app.store.play_times(ids).await?;
    let mut lines = Vec::new();
    for summary in summaries {
        let id = summary.setup.id;
        let begun = times.get(&id).map(|time| timestamp(time.began));
        let (devices, watchers) = app.broker.desk(id).await;
        lines.push(DeskLineJson {
            match_id: id,
            begun_at: begun,
            watchers,
            devices: devices.iter().map(DeviceJson::from).collect(),
        });
    }
    Ok(reply::shown(StatusCode::OK, &lines))
}

/// A referee's device says how it is: `{"device","name"?,"battery"?,"unsent"?}`.
pub async fn report(
    app: App,
    id: String,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    let id: MatchId = id.parse()?;
    let fields = fields?;
    let device = Device::from(fields.device()?.ok_or_else(|| missing("device"))?);
    let name = match fields.has("name") {
        true => Some(names::shortened(&fields.name("name")?, NAME_MAX_CHARS)),
        false => None,
    };
    let report = DeviceReport {
        name,
        battery: fields
            .number("battery")?
            .map(|percent| u8::try_from(percent.min(100)).unwrap_or(100)),
        unsent: fields
            .number("unsent")?
            .map(|unsent| u32::try_from(unsent.min(UNSENT_MAX)).unwrap_or(u32::MAX)),
    };
    app.broker.report(id, device, report).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

fn missing(field: &'static str) -> ApiError {
    ApiError::bad_request("missing_field", format!("“{field}” is missing")).in_field(field)
}
