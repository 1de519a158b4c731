//! The routes of the original system. They are no part of the description of `/api`.

use warp::reply::Response;

use super::Style;
use crate::http::app::App;
use crate::http::door::Peer;
use crate::http::error::ApiError;
use crate::http::openapi::requests::any_object;
use crate::http::request::Fields;
use crate::http::routes::route::{May, Route, get, post};

pub fn routes() -> Vec<Route> {
    use May::{Anybody, AnybodyWhereOpen, Organise};
    vec![
        post("/create-tournament", Organise, post_tournament)
            .takes(any_object)
            .creates(),
        get("/create-tournament", AnybodyWhereOpen, get_tournament)
            .writes()
            .creates(),
        post("/create-match", Organise, post_match)
            .takes(any_object)
            .creates(),
        get("/create-match", AnybodyWhereOpen, get_match)
            .writes()
            .creates(),
        get("/live-match", Anybody, super::live_matches),
        get("/live-tournament", Anybody, super::live_tournaments),
        get("/get-summary", Anybody, super::summary),
    ]
}

async fn post_tournament(app: App, fields: Result<Fields, ApiError>) -> Result<Response, ApiError> {
    super::create_tournament(app, fields, Style::Json).await
}

async fn get_tournament(app: App, query: Fields) -> Result<Response, ApiError> {
    super::create_tournament(app, Ok(query), Style::BareId).await
}

async fn post_match(
    app: App,
    peer: Peer,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    super::create_match(app, peer, fields, Style::Json).await
}

async fn get_match(app: App, peer: Peer, query: Fields) -> Result<Response, ApiError> {
    super::create_match(app, peer, Ok(query), Style::BareId).await
}
