//! The venue and its settings, the sports, and the description of all this.

use warp::http::HeaderMap;

use super::route::{May, Route, get, put};
use crate::http::openapi::requests::{moment, object, yes_or_no};
use crate::http::reply::Json;
use crate::http::wire::shapes::AnyObject;
use crate::http::{api, sports};

pub fn routes() -> Vec<Route> {
    vec![
        get("/api/venue", May::Anybody, api::venue)
            .does("The venue; for an organiser also how the box is")
            .returns(200),
        put("/api/venue/clock", May::Organise, api::set_clock)
            .does("Set the venue's clock")
            .takes_little(|| object(&[("now", moment(), true)]))
            .returns(200),
        put(
            "/api/venue/signed-only",
            May::Organise,
            api::set_signed_only,
        )
        .does("Refuse secrets that others on the network can read, or take them again")
        .takes_little(|| object(&[("on", yes_or_no(), true)]))
        .returns(200),
        get("/api/sports", May::Anybody, sports::list)
            .does("The sports that can be played here")
            .returns(200),
        get(
            "/api/openapi.json",
            May::Anybody,
            async |headers: HeaderMap| {
                Json::<AnyObject>::encoded(super::DESCRIPTION.answer(&headers))
            },
        )
        .does("This description")
        .returns(200),
    ]
}
