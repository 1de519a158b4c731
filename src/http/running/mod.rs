//! Running a tournament over HTTP: formats, draws, fixtures, tables, decisions, corrections.

mod changing;
mod corrections;
mod drawing;
mod looking;

pub use changing::{change_fixtures, decide, set_clubs, undo};
pub use corrections::{Corrected, correct, preview};
pub use drawing::{draw, put_format, rounds, show_format};
pub use looking::{bracket, clubs, fixtures, history, standings};

use serde::Serialize;
use sha2::{Digest, Sha256};
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};

use super::reply::{self, Json};
use super::wire::Whole;

/// A body with a tag of its own bytes: whoever has it already is told so, and nothing else.
fn tagged<T: Serialize + Whole>(headers: &HeaderMap, body: &T) -> Json<T::Described> {
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let digest = Sha256::digest(&bytes);
    let digits: String = digest
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{digits}\"");
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains(&tag));
    let mut response = if known {
        reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        reply::with_type(StatusCode::OK, "application/json", bytes)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // Kept, and asked about each time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Json::encoded(response)
}
