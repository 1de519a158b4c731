//! Reading requests: bounded bodies, and fields that say what is wrong with them.

use std::collections::HashMap;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use futures_util::{Stream, StreamExt};
use serde_json::{Map, Value};
use warp::http::StatusCode;
use warp::{Filter, Rejection};

use super::error::ApiError;

/// The largest body of a request: an array of some hundred events.
const BODY_MAX_BYTES: usize = 256 * 1024;
/// A client that takes longer for its body than this is not on our Wi-Fi.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest name that a device may give itself, in bytes.
const DEVICE_MAX_BYTES: usize = 100;
/// The longest name of a tournament or a side, in characters.
pub const NAME_MAX_CHARS: usize = 200;

/// The most names in one request.
const NAMES_MAX: usize = 1_000;

pub type Query = HashMap<String, String>;

/// The body of a request, or why it was not taken.
pub fn body() -> impl Filter<Extract = (Result<Vec<u8>, ApiError>,), Error = Rejection> + Copy {
    warp::body::stream().then(|stream| async move {
        tokio::time::timeout(BODY_TIMEOUT, collect(stream))
            .await
            .unwrap_or_else(|_| {
                Err(ApiError::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "too_slow",
                    "the rest of the request did not come in time; send it again",
                ))
            })
    })
}

async fn collect<B: Buf>(
    stream: impl Stream<Item = Result<B, warp::Error>>,
) -> Result<Vec<u8>, ApiError> {
    let mut stream = std::pin::pin!(stream);
    let mut body = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| ApiError::bad_request("bad_body", error.to_string()))?;
        if body.len() + chunk.remaining() > BODY_MAX_BYTES {
            return Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("a request may have at most {BODY_MAX_BYTES} bytes"),
            ));
        }
        bytes::BufMut::put(&mut body, chunk);
    }
    Ok(body.into())
}

/// A sport as a request names it.
#[derive(Debug, Clone, Default)]
pub struct SportChoice {
    pub sport: String,
    pub variant: Option<String>,
    /// Single rules to change; `null` for none.
    pub overrides: Value,
}

/// The fields of a JSON object or of a query.
pub struct Fields(Map<String, Value>);

impl Fields {
    pub fn from_json(body: &[u8]) -> Result<Fields, ApiError> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            ApiError::bad_request("bad_json", format!("this is not JSON: {error}"))
        })?;
        match value {
            Value::Object(fields) => Ok(Fields(fields)),
            _ => Err(ApiError::bad_request(
                "bad_json",
                "the body must be a JSON object",
            )),
        }
    }

    pub fn from_query(query: Query) -> Fields {
        Fields(
            query
                .into_iter()
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
        )
    }

    pub fn has(&self, field: &str) -> bool {
        self.0.get(field).is_some_and(|value| !value.is_null())
    }

    /// The fields of an object inside.
    pub fn object(&self, field: &'static str) -> Result<Fields, ApiError> {
        match self.0.get(field) {
            Some(Value::Object(fields)) => Ok(Fields(fields.clone())),
            Some(_) => Err(ApiError::bad_request(
                "bad_field",
                format!("“{field}” must be an object"),
            )
            .in_field(field)),
            None => Err(missing(field)),
        }
    }

    pub fn text(&self, field: &'static str) -> Result<&str, ApiError> {
        match self.0.get(field) {
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
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) if number.is_u64() => Ok(number.as_u64()),
            Some(_) => Err(ApiError::bad_request(
                "bad_field",
                format!("“{field}” must be a whole number"),
            )
            .in_field(field)),
        }
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

    /// A name that people read: 1 to 200 characters, no control characters.
    pub fn name(&self, field: &'static str) -> Result<String, ApiError> {
        name(self.text(field)?, field)
    }

    /// A list of such names.
    pub fn list_of_names(&self, field: &'static str) -> Result<Vec<String>, ApiError> {
        let wrong = || {
            let message = format!("“{field}” must be a list of texts, at most {NAMES_MAX}");
            ApiError::bad_request("bad_field", message).in_field(field)
        };
        match self.0.get(field) {
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
            true => Value::Object(self.object("rules")?.0),
            false => Value::Null,
        };
        Ok(SportChoice {
            sport: String::new(),
            variant: variant.map(str::to_owned),
            overrides,
        })
    }

    /// Whether the field is there at all, even as `null`.
    pub fn names(&self, field: &str) -> bool {
        self.0.contains_key(field)
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
    let name = text.trim();
    let wrong = |code, message| Err(ApiError::bad_request(code, message).in_field(field));
    if name.is_empty() {
        return wrong("missing_field", format!("“{field}” must not be empty"));
    }
    if name.chars().count() > NAME_MAX_CHARS {
        let message = format!("“{field}” may have at most {NAME_MAX_CHARS} characters");
        return wrong("too_long", message);
    }
    if name.chars().any(char::is_control) {
        return wrong(
            "bad_field",
            format!("“{field}” must be one line of plain text"),
        );
    }
    Ok(name.to_owned())
}

fn missing(field: &'static str) -> ApiError {
    ApiError::bad_request("missing_field", format!("“{field}” is missing")).in_field(field)
}
