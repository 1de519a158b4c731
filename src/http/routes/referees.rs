//! Codes and tokens in the hands of referees, and the organiser's desk.

use super::route::{May, Route, delete, get, post};
use crate::http::openapi::requests::{object, text};
use crate::http::{courts, desk};

pub fn routes() -> Vec<Route> {
    vec![
        post("/api/referee-code", May::Anybody, courts::redeem_code)
            .does("Exchange a referee's short code for a token")
            .takes(|| object(&[("code", text(), true)]))
            .returns(201)
            .also(&[401, 403, 429]),
        get("/api/referee-tokens", May::Oversee, courts::held_tokens)
            .does("The referees' tokens that phones hold, with the device and when it was used")
            .returns(200),
        delete("/api/referee-tokens/{id}", May::Organise, courts::end_token)
            .does("End one referee's token; who came with it is sent away")
            .gives_nothing(),
        get("/api/desk", May::Oversee, desk::desk)
            .does("Every match that is not over, with the devices that score it")
            .returns(200),
    ]
}
