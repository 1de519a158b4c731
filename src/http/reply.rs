//! Small responses.

use bytes::Bytes;
use serde::Serialize;
use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::Response;

pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let (status, body) = match serde_json::to_vec(body) {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!("an answer could not be encoded: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
        }
    };
    with_type(status, "application/json", body)
}

pub fn text(status: StatusCode, body: String) -> Response {
    with_type(status, "text/plain; charset=utf-8", body.into_bytes())
}

/// Marks an answer whose memory is accounted for: its bytes are kept anyway, however many clients wait for them, or have their
/// room already.
#[derive(Debug, Clone, Copy)]
pub struct Accounted;

/// An answer that takes no memory of its own.
pub fn shared(status: StatusCode, content_type: &'static str, body: Bytes) -> Response {
    let mut response = with_type(status, content_type, body);
    response.extensions_mut().insert(Accounted);
    response
}

pub fn with_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    // A score is never older than the request for it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
