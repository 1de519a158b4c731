//! What people and programs ask about the server itself: health, metrics, QR codes.

use std::fmt::Write as _;

use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::json;
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::door::Peer;
use super::error::ApiError;
use super::reply;
use super::request::Fields;

/// The longest path that a QR code may hold: longer ones are hard to scan from paper.
const QR_PATH_MAX_BYTES: usize = 500;

/// 200 while events can be stored; 503 with the reason while they cannot.
pub fn health(app: &App) -> Response {
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
pub fn metrics(app: &App) -> Response {
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

/// A QR code of this server's own address and a path; or, where a body asks for it, of how to join the guests' Wi-Fi.
pub fn qr(app: &App, peer: &Peer, query: &Fields) -> Result<Response, ApiError> {
    if query.has("wifi") {
        return draw(&wifi(&query.object("wifi")?)?);
    }
    let path = if query.has("path") {
        query.text("path")?
    } else {
        "/"
    };
    if !path.starts_with('/') || path.starts_with("//") || path.len() > QR_PATH_MAX_BYTES {
        return Err(ApiError::bad_request(
            "bad_field",
            "“path” begins with one / and has at most 500 characters",
        )
        .in_field("path"));
    }
    draw(&format!("{}{path}", app.base_url(peer)))
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
        true => escaped(fields.text("password")?),
        false => String::new(),
    };
    Ok(match password.is_empty() {
        true => format!("WIFI:T:nopass;S:{name};;"),
        false => format!("WIFI:T:WPA;S:{name};P:{password};;"),
    })
}

fn draw(text: &str) -> Result<Response, ApiError> {
    let code = QrCode::new(text.as_bytes()).map_err(|error| {
        ApiError::bad_request("bad_field", format!("no QR code can hold this: {error}"))
            .in_field("path")
    })?;
    let image = code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    Ok(reply::with_type(
        StatusCode::OK,
        "image/svg+xml",
        image.into_bytes(),
    ))
}
