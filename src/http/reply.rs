//! Responses, and the types of those that are described.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::door::Room;
use super::wire::Whole;
use crate::domain::Revision;

/// A response whose body is this type in JSON. So the table of routes knows what a handler answers, and the compiler holds
/// the handler to it.
pub struct Json<T> {
    response: Response,
    of: PhantomData<fn() -> T>,
}

impl<T> Json<T> {
    /// A body that was encoded elsewhere, as this type is.
    pub fn encoded(response: Response) -> Json<T> {
        let of = PhantomData;
        Json { response, of }
    }

    pub fn into_response(self) -> Response {
        self.response
    }
}

/// The head of a response may still change.
impl<T> Deref for Json<T> {
    type Target = Response;

    fn deref(&self) -> &Response {
        &self.response
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut Response {
        &mut self.response
    }
}

/// A body in JSON, by its type.
pub fn shown<T: Serialize + Whole>(status: StatusCode, body: &T) -> Json<T::Described> {
    Json::encoded(json(status, body))
}

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

/// A body in JSON of something that can be changed, with its revision for `If-Match`.
pub fn revised<T: Serialize + Whole>(
    status: StatusCode,
    body: &T,
    revision: Revision,
) -> Json<T::Described> {
    let mut response = shown(status, body);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

pub fn text(status: StatusCode, body: String) -> Response {
    with_type(status, "text/plain; charset=utf-8", body.into_bytes())
}

/// Marks an answer whose memory is accounted for: its bytes are kept anyway, however many clients wait for them, or have their
/// room already.
#[derive(Debug, Clone, Copy)]
pub struct Accounted;

/// The room that was taken for an answer before there was one.
#[derive(Debug, Clone)]
pub struct Counted(pub Arc<Room>);

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
