//! What people and programs ask about the server itself: health, metrics, QR codes.

use std::fmt::Write as _;

use serde_json::json;
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::door::Peer;
use super::error::ApiError;
use super::reply;
use super::request::Fields;

/// The longest path that a QR code may hold: longer ones are hard to scan from paper.
const QR_PATH_MAX_BYTES: usize = 300;

/// 200 while events can be stored; 503 with the reason while they cannot.
pub async fn health(app: App) -> Response {
    match app.store.fault() {
        None => reply::json(StatusCode::OK, &json!({ "status": "ok" })),
        Some(fault) => reply::json(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({
                "status": "failing",
                "error": { "code": "storage_unavailable", "message": fault.to_string() },
            }),
        ),
    }
}

/// Numbers in the text format of Prometheus.
pub async fn metrics(app: App) -> Response {
    let stats = app.broker.stats();
    let mut text = String::new();
    for (name, kind, help, value) in [
        (
            "watchers",
            "gauge",
            "connections that follow a match",
            stats.match_watchers as u64,
        ),
        (
            "venue_watchers",
            "gauge",
            "connections that follow the venue",
            stats.venue_watchers as u64,
        ),
        (
            "matches_in_memory",
            "gauge",
            "matches that are in memory",
            stats.matches_in_memory as u64,
        ),
        (
            "events_stored_total",
            "counter",
            "events stored since the start",
            stats.events_stored,
        ),
        (
            "store_healthy",
            "gauge",
            "1 while events can be stored",
            u64::from(app.store.fault().is_none()),
        ),
    ] {
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "# HELP courtside_{name} {help}\n# TYPE courtside_{name} {kind}\ncourtside_{name} {value}\n"
        );
    }
    reply::with_type(
        StatusCode::OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text.into_bytes(),
    )
}

/// A QR code of this server's own address and a path.
pub async fn qr(app: App, peer: Peer, query: Fields) -> Result<Response, ApiError> {
    let text = address(&app, &peer, &query)?;
    app.qr_codes.public(text, &peer.place.asker()).await
}

/// A QR code that is asked for in a body, because its path holds a secret; or of how to join the guests' Wi-Fi.
pub async fn secret_qr(
    app: App,
    peer: Peer,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    let fields = fields?;
    let text = if fields.has("wifi") {
        wifi(&fields.object("wifi")?)?
    } else {
        address(&app, &peer, &fields)?
    };
    app.qr_codes.secret(text, &peer.place.asker()).await
}

fn address(app: &App, peer: &Peer, fields: &Fields) -> Result<String, ApiError> {
    let path = if fields.has("path") {
        fields.text("path")?
    } else {
        "/"
    };
    if !path.starts_with('/') || path.starts_with("//") || path.len() > QR_PATH_MAX_BYTES {
        let message = format!("“path” begins with one / and has at most {QR_PATH_MAX_BYTES} bytes");
        return Err(ApiError::bad_request("bad_field", message).in_field("path"));
    }
    Ok(format!("{}{path}", app.base_url(peer)))
}

/// A password of a Wi-Fi, which has at most 63 characters.
fn password(fields: &Fields) -> Result<&str, ApiError> {
    let password = fields.text("password")?;
    if password.len() > QR_PATH_MAX_BYTES {
        let message = "the password of a Wi-Fi has at most 63 characters";
        return Err(ApiError::bad_request("too_long", message).in_field("password"));
    }
    Ok(password)
}

/// What phones read as a network to join (the ZXing project's "WIFI:" form): no password means an open one.
fn wifi(fields: &Fields) -> Result<String, ApiError> {
    let escaped = |text: &str| {
        text.chars().fold(String::new(), |mut escaped, letter| {
            if matches!(letter, '\\' | ';' | ',' | ':' | '"') {
                escaped.push('\\');
            }
            escaped.push(letter);
            escaped
        })
    };
    let name = escaped(&fields.name("name")?);
    let password = match fields.has("password") {
        true => escaped(password(fields)?),
        false => String::new(),
    };
    Ok(match password.is_empty() {
        true => format!("WIFI:T:nopass;S:{name};;"),
        false => format!("WIFI:T:WPA;S:{name};P:{password};;"),
    })
}
