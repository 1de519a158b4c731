//! Reading requests: bounded bodies, and fields that say what is wrong with them.

mod decisions;
mod entries;
mod running;

pub use running::accept_from;

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Buf;
use futures_util::{Stream, StreamExt};
use jiff::civil::Date;
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit};
use warp::http::StatusCode;

use super::door::{Buffered, Peer, Room};
use super::error::ApiError;
use crate::domain::names::{self, BadName};
use crate::organising::SportChoice;

/// The largest body where no right is asked for, or little is to be said.
pub const SMALL_BODY_BYTES: usize = 4 * 1024;
/// The largest body of somebody who has the right: an array of some hundred events.
pub const LARGE_BODY_BYTES: usize = 256 * 1024;
/// Larger bodies than small ones that are worked on at once: read as JSON, one takes twenty times its size.
static LARGE_BODIES: Semaphore = Semaphore::const_new(2);
/// A client that takes longer for its body than this is not on our Wi-Fi.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest name that a device may give itself, in bytes.
const DEVICE_MAX_BYTES: usize = 100;

/// The most names in one request.
const NAMES_MAX: usize = 1_000;

pub type Query = HashMap<String, String>;

/// A body that has been read, with what it takes of the memory for all of them.
#[derive(Debug)]
pub struct Body {
    bytes: Vec<u8>,
    held: Held,
}

/// What a body takes while it is worked on.
#[derive(Debug, Default)]
struct Held {
    _room: Option<Room>,
    _turn: Option<SemaphorePermit<'static>>,
}

impl std::ops::Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Body {
    /// The bytes alone, for who reads them a second time and counts them then.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads a body of at most so many bytes, if the client may send one at all. A right is asked for before, from the head.
pub async fn read<B: Buf, E: Display>(
    stream: impl Stream<Item = Result<B, E>>,
    peer: &Peer,
    limit: Result<usize, ApiError>,
) -> Result<Body, ApiError> {
    let read = async {
        let limit = limit?;
        tokio::time::timeout(BODY_TIMEOUT, collect(stream, peer, limit))
            .await
            .unwrap_or_else(|_| Err(too_slow()))
    };
    let read = read.await;
    if read.is_err() {
        peer.unread.store(true, Ordering::Relaxed);
    }
    read
}

fn too_slow() -> ApiError {
    ApiError::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        "the rest of the request did not come in time; send it again",
    )
}

async fn collect<B: Buf, E: Display>(
    stream: impl Stream<Item = Result<B, E>>,
    peer: &Peer,
    limit: usize,
) -> Result<Body, ApiError> {
    let mut stream = std::pin::pin!(stream);
    let kind = match limit {
        SMALL_BODY_BYTES => Buffered::SmallBody,
        _ => Buffered::Body,
    };
    let mut room = Room::new(&peer.place, kind);
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let mut chunk =
            chunk.map_err(|error| ApiError::bad_request("bad_body", error.to_string()))?;
        let length = bytes.len() + chunk.remaining();
        if length > limit {
            return Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("this request may have at most {limit} bytes"),
            ));
        }
        // With what came, never with what was announced.
        if length > bytes.capacity() {
            let capacity = length.max(bytes.capacity() * 2).min(limit);
            room.grow(capacity - bytes.capacity())?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        while chunk.has_remaining() {
            bytes.extend_from_slice(chunk.chunk());
            chunk.advance(chunk.chunk().len());
        }
    }
    let turn = if bytes.len() > SMALL_BODY_BYTES {
        // The semaphore is never closed.
        LARGE_BODIES.acquire().await.ok()
    } else {
        None
    };
    let held = Held {
        _room: Some(room),
        _turn: turn,
    };
    Ok(Body { bytes, held })
}

/// The fields of a JSON object or of a query.
pub struct Fields {
    values: Map<String, Value>,
    _held: Held,
}

impl Fields {
    pub fn from_json(body: Body) -> Result<Fields, ApiError> {
        let value: Value = serde_json::from_slice(&body).map_err(|error| {
            ApiError::bad_request("bad_json", format!("this is not JSON: {error}"))
        })?;
        match value {
            Value::Object(values) => Ok(Fields {
                values,
                _held: body.held,
            }),
            _ => Err(ApiError::bad_request(
                "bad_json",
                "the body must be a JSON object",
            )),
        }
    }

    pub fn from_query(query: Query) -> Fields {
        Fields::of(
            query
                .into_iter()
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
        )
    }

    fn of(values: Map<String, Value>) -> Fields {
        Fields {
            values,
            _held: Held::default(),
        }
    }

    pub fn has(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(|value| !value.is_null())
    }

    /// The fields of an object inside.
    pub fn object(&self, field: &'static str) -> Result<Fields, ApiError> {
        match self.values.get(field) {
            Some(Value::Object(fields)) => Ok(Fields::of(fields.clone())),
            Some(_) => Err(ApiError::bad_request(
                "bad_field",
                format!("“{field}” must be an object"),
            )
            .in_field(field)),
            None => Err(missing(field)),
        }
    }

    pub fn text(&self, field: &'static str) -> Result<&str, ApiError> {
        match self.values.get(field) {
            Some(Value::String(text)) => Ok(text),
            None | Some(Value::Null) => Err(missing(field)),
            Some(_) => Err(
                ApiError::bad_request("bad_field", format!("“{field}” must be a text"))
                    .in_field(field),
            ),
        }
    }

    /// A whole number that is not negative, where there is one.
    pub fn number(&self, field: &'static str) -> Result<Option<u64>, ApiError> {
        match self.values.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) if number.is_u64() => Ok(number.as_u64()),
            Some(_) => Err(ApiError::bad_request(
                "bad_field",
                format!("“{field}” must be a whole number"),
            )
            .in_field(field)),
        }
    }

    pub fn flag(&self, field: &'static str) -> Result<bool, ApiError> {
        match self.values.get(field) {
            Some(Value::Bool(on)) => Ok(*on),
            None | Some(Value::Null) => Err(missing(field)),
            Some(_) => Err(ApiError::bad_request(
                "bad_field",
                format!("“{field}” must be true or false"),
            )
            .in_field(field)),
        }
    }

    /// Says if somebody has said that it is meant.
    pub fn confirmed(&self) -> Result<bool, ApiError> {
        Ok(self.has("confirm") && self.flag("confirm")?)
    }

    /// The name that a device gives itself, where it does.
    pub fn device(&self) -> Result<Option<&str>, ApiError> {
        let device = match self.has("device") {
            true => self.text("device")?,
            false => "",
        };
        if device.len() > DEVICE_MAX_BYTES {
            let message = format!("“device” may have at most {DEVICE_MAX_BYTES} bytes");
            return Err(ApiError::bad_request("too_long", message).in_field("device"));
        }
        Ok(Some(device).filter(|device| !device.is_empty()))
    }

    /// A day of the calendar, where there is one.
    pub fn day(&self, field: &'static str) -> Result<Option<Date>, ApiError> {
        if !self.has(field) {
            return Ok(None);
        }
        let wrong = |_| {
            let message = format!("“{field}” must be a day, as 2027-01-10");
            ApiError::bad_request("bad_field", message).in_field(field)
        };
        self.text(field)?.parse().map(Some).map_err(wrong)
    }

    /// A name that people read, as `domain::names` tidies it.
    pub fn name(&self, field: &'static str) -> Result<String, ApiError> {
        name(self.text(field)?, field)
    }

    /// The same, where there is one.
    pub fn optional_name(&self, field: &'static str) -> Result<Option<String>, ApiError> {
        self.has(field).then(|| self.name(field)).transpose()
    }

    /// A list of such names.
    pub fn list_of_names(&self, field: &'static str) -> Result<Vec<String>, ApiError> {
        let wrong = || {
            let message = format!("“{field}” must be a list of texts, at most {NAMES_MAX}");
            ApiError::bad_request("bad_field", message).in_field(field)
        };
        match self.values.get(field) {
            Some(Value::Array(names)) if names.len() <= NAMES_MAX => names
                .iter()
                .map(|text| name(text.as_str().ok_or_else(wrong)?, field))
                .collect(),
            _ => Err(wrong()),
        }
    }

    /// Which sport, and by which of its rules.
    pub fn sport(&self) -> Result<SportChoice, ApiError> {
        Ok(SportChoice {
            sport: self.text("sport")?.to_owned(),
            ..self.rules()?
        })
    }

    /// By which rules of a sport that is known from elsewhere.
    pub fn rules(&self) -> Result<SportChoice, ApiError> {
        let variant = self
            .has("variant")
            .then(|| self.text("variant"))
            .transpose()?;
        let overrides = match self.has("rules") {
            true => Value::Object(self.object("rules")?.values),
            false => Value::Null,
        };
        Ok(SportChoice {
            sport: String::new(),
            variant: variant.map(str::to_owned),
            overrides,
        })
    }

    /// Refuses fields that are not among these, and `null` where that says nothing: a change that is misspelt must not look
    /// like one that was made.
    pub fn only(&self, known: &[&str], may_be_null: &[&str]) -> Result<(), ApiError> {
        for (field, value) in &self.values {
            let shown: String = field.chars().take(80).collect();
            if !known.contains(&field.as_str()) {
                let known = known.join(", ");
                let message = format!("“{shown}” cannot be changed here; it takes {known}");
                return Err(ApiError::bad_request("unknown_field", message));
            }
            if value.is_null() && !may_be_null.contains(&field.as_str()) {
                let message =
                    format!("“{shown}” cannot be null; leave it out to leave it as it is");
                return Err(ApiError::bad_request("bad_field", message));
            }
        }
        Ok(())
    }

    /// Says if the field is there at all, even as `null`.
    pub fn names(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// An ID, where there is one.
    pub fn optional_id<T: std::str::FromStr>(
        &self,
        field: &'static str,
    ) -> Result<Option<T>, ApiError>
    where
        ApiError: From<T::Err>,
    {
        self.has(field).then(|| self.id(field)).transpose()
    }

    /// An ID.
    pub fn id<T: std::str::FromStr>(&self, field: &'static str) -> Result<T, ApiError>
    where
        ApiError: From<T::Err>,
    {
        self.text(field)?
            .parse()
            .map_err(|error| ApiError::from(error).in_field(field))
    }
}

fn name(text: &str, field: &'static str) -> Result<String, ApiError> {
    names::tidy(text).map_err(|wrong| {
        let code = match wrong {
            BadName::Empty => "missing_field",
            BadName::Unseen => "bad_field",
            BadName::TooLong => "too_long",
        };
        ApiError::bad_request(code, format!("“{field}” {wrong}")).in_field(field)
    })
}

fn missing(field: &'static str) -> ApiError {
    ApiError::bad_request("missing_field", format!("“{field}” is missing")).in_field(field)
}
