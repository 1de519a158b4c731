//! Logging in and out, and the channels on which no secret travels readable.

use super::route::{May, Parameter, Route, delete, get, post};
use crate::http::openapi::requests::{hex, object, text};
use crate::http::{secure, sessions};

pub fn routes() -> Vec<Route> {
    let own = [log_ins(), proofs()].into_iter().flatten();
    own.map(Route::for_own_pages)
        .chain([post("/api/channel", May::Anybody, secure::open_channel)
            .does("Open a channel, whose requests are signed or sealed; with A and B both sides agree on its key for this once, and only a PIN or a code is sent on it")
            .takes(|| object(&[("page", hex(16), true), ("A", hex(256), false)]))
            .returns(201)])
        .collect()
}

fn log_ins() -> Vec<Route> {
    vec![
        get("/api/session", May::Anybody, sessions::show)
            .does("Who the caller is")
            .returns(200),
        post("/api/session", May::Anybody, sessions::log_in)
            .does(
                "Log in as an organiser: a token to send as a bearer, and a cookie that only reads",
            )
            .takes(pin)
            .returns(200)
            .also(&[401, 403, 409, 429]),
        delete("/api/session", May::Anybody, sessions::log_out)
            .does("Log out")
            .query(Parameter {
                name: "everywhere",
                required: false,
                shape: text,
                what: "end the sessions of all organisers, too, whatever it says",
            })
            .gives_nothing()
            .also(&[401, 403]),
        get("/api/sessions", May::Oversee, sessions::list)
            .does("Every device on which an organiser is logged in, the latest used first")
            .returns(200),
        delete("/api/sessions/{id}", May::Organise, sessions::end)
            .does("Log a device out")
            .gives_nothing(),
    ]
}

fn proofs() -> Vec<Route> {
    vec![
        post("/api/session/srp", May::Anybody, secure::begin_log_in)
            .does("Begin to prove the PIN without sending it (SRP-6a)")
            .takes(|| object(&[("A", hex(256), true)]))
            .returns(201)
            .also(&[409]),
        post(
            "/api/session/srp/{attempt}",
            May::Anybody,
            secure::finish_log_in,
        )
        .does("Prove the PIN: opens a session, whose key is not in the answer")
        .takes(|| object(&[("M1", hex(32), true)]))
        .returns(200)
        .also(&[401, 404, 409, 429]),
        post("/api/session/verifier", May::Anybody, secure::make_verifier)
            .does("Tell the PIN once, sealed, where the database is older than this kind of log-in")
            .takes(pin)
            .gives_nothing()
            .also(&[401, 403, 409, 429]),
    ]
}

fn pin() -> serde_json::Value {
    object(&[("pin", text(), true)])
}
