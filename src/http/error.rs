//! One error for every refusal over HTTP, and the one mapping to a status.

use schemars::JsonSchema;
use serde::Serialize;
use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::reply;
use crate::domain::ids::NotAnId;
use crate::store::StoreError;

/// `{"error":{"code","message","field"?}}` with the right status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    pub status: StatusCode,
    /// Stable; what programs decide on.
    pub code: &'static str,
    /// For people: what is wrong and what to do.
    pub message: String,
    /// The field of the request that is wrong.
    pub field: Option<&'static str>,
    pub retry_after_seconds: Option<u64>,
}

/// An error as it is told.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub struct ErrorJson<'a> {
    error: Told<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code,
            message: message.into(),
            field: None,
            retry_after_seconds: None,
        }
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn in_field(self, field: &'static str) -> ApiError {
        ApiError {
            field: Some(field),
            ..self
        }
    }

    pub fn into_response(self) -> Response {
        let error = Told {
            code: self.code,
            message: &self.message,
            field: self.field,
        };
        let mut response = reply::json(self.status, &ErrorJson { error });
        if let Some(seconds) = self.retry_after_seconds {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<NotAnId> for ApiError {
    fn from(error: NotAnId) -> Self {
        ApiError::bad_request("bad_id", error.to_string())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => {
                ApiError::new(StatusCode::NOT_FOUND, "not_found", error.to_string())
            }
            StoreError::Fault(fault) => ApiError {
                retry_after_seconds: Some(5),
                ..ApiError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "storage_unavailable",
                    format!("nothing can be saved now: {fault}"),
                )
            },
            StoreError::LeftAside => ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "left_aside",
                error.to_string(),
            ),
            StoreError::Diverged | StoreError::Unexpected(_) => {
                tracing::error!("{error}");
                ApiError::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "something went wrong here; the server's log says what",
                )
            }
        }
    }
}
