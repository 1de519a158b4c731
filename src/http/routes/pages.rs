//! The pages and what they load, and what people and programs ask about the server itself.

use warp::http::{HeaderMap, StatusCode};
use warp::reply::Response;

use super::route::{May, Route, get, post};
use crate::http::error::ApiError;
use crate::http::openapi::requests::any_object;
use crate::http::{assets, venue};

pub fn routes() -> Vec<Route> {
    vec![
        get("/healthz", May::Anybody, venue::health),
        get("/metrics", May::Anybody, venue::metrics),
        get("/qr.svg", May::Anybody, venue::qr),
        // A referee's token stays out of addresses, which a proxy on the way may log.
        post("/qr.svg", May::Anybody, venue::secret_qr).takes(any_object),
        get("/", May::Anybody, async |headers: HeaderMap| {
            page("index.html", &headers)
        }),
        get("/match", May::Anybody, async |headers: HeaderMap| {
            page("match.html", &headers)
        }),
        get("/score", May::Anybody, async |headers: HeaderMap| {
            page("score.html", &headers)
        }),
        get("/tv", May::Anybody, async |headers: HeaderMap| {
            page("tv.html", &headers)
        }),
        get("/tournament", May::Anybody, async |headers: HeaderMap| {
            page("tournament.html", &headers)
        }),
        get("/clubs", May::Anybody, async |headers: HeaderMap| {
            page("clubs.html", &headers)
        }),
        get("/desk", May::Anybody, async |headers: HeaderMap| {
            page("desk.html", &headers)
        }),
        get("/courts", May::Anybody, async |headers: HeaderMap| {
            page("courts.html", &headers)
        }),
        get("/screens", May::Anybody, async |headers: HeaderMap| {
            page("screens.html", &headers)
        }),
        get("/teams", May::Anybody, async |headers: HeaderMap| {
            page("teams.html", &headers)
        }),
        get("/team", May::Anybody, async |headers: HeaderMap| {
            page("team.html", &headers)
        }),
        get("/help", May::Anybody, async |headers: HeaderMap| {
            found(assets::serve_help(&headers))
        }),
        get(
            "/static/{*file}",
            May::Anybody,
            async |file: String, headers: HeaderMap| found(assets::serve(&file, &headers)),
        ),
    ]
}

fn page(file: &'static str, headers: &HeaderMap) -> Result<Response, ApiError> {
    found(assets::serve_page(file, headers))
}

fn found(response: Option<Response>) -> Result<Response, ApiError> {
    response.ok_or_else(|| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing at this address",
        )
    })
}
