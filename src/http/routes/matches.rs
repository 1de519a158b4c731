//! Matches and their events.

use super::route::{May, Parameter, Route, delete, get, patch, post};
use crate::http::openapi::requests::{id, reference, text, whole};
use crate::http::{api, courts, desk, plan};

/// The tournament whose things are asked for.
pub fn of_tournament(required: bool, what: &'static str) -> Parameter {
    Parameter {
        name: "tournamentID",
        required,
        shape: id,
        what,
    }
}

pub fn routes() -> Vec<Route> {
    let matches = [
        get("/api/matches", May::Anybody, api::matches)
            .does("All matches")
            .query(of_tournament(false, "only the matches of this one"))
            .returns(200),
        post("/api/matches", May::Organise, api::create_match)
            .does("Make a match, of a tournament or a friendly one")
            .takes(|| reference("NewMatch"))
            .returns(201)
            .creates()
            .also(&[404, 409]),
        get("/api/matches/{id}", May::Anybody, api::match_by_id)
            .does("One match, with its rules")
            .returns(200),
        patch("/api/matches/{id}", May::Organise, api::amend_match)
            .does("Change who plays, or where; or the rules until it has begun")
            .takes(|| reference("MatchChange"))
            .returns(200)
            .also(&[409, 412]),
        delete("/api/matches/{id}", May::Organise, api::delete_match)
            .does("Delete a match that no draw has made")
            .gives_nothing()
            .also(&[409, 412]),
        post("/api/matches/{id}/call", May::Organise, plan::call)
            .does("Say how far the sides are on their way to the court")
            .takes_little(|| reference("NewCall"))
            .returns(200)
            .also(&[409]),
        post("/api/matches/{id}/open", May::Organise, api::open_match)
            .does("Take up a match that was left aside because a start had ended over it")
            .returns(200)
            .also(&[503]),
    ];
    matches
        .into_iter()
        .chain(events())
        .chain(secrets())
        .collect()
}

fn events() -> Vec<Route> {
    let optional = |name, shape, what| Parameter {
        name,
        required: false,
        shape,
        what,
    };
    vec![
        get("/api/matches/{id}/events", May::Anybody, api::events)
            .does("The next 1,000 events of a match")
            .query(optional("after", whole, "only the events after this seq"))
            .returns(200),
        post("/api/matches/{id}/events", May::Publish, api::publish)
            .does("Publish one event, or up to 500")
            .query(optional(
                "device",
                text,
                "what the sender's device calls itself",
            ))
            .query(optional(
                "correction",
                text,
                "in an open venue: take it while a referee scores",
            ))
            .takes(|| reference("NewEvents"))
            .returns(200)
            .also(&[409]),
        post("/api/matches/{id}/device", May::Publish, desk::report)
            .does("A referee's device says how it is")
            .takes_little(|| reference("DeviceReport"))
            .gives_nothing(),
    ]
}

fn secrets() -> Vec<Route> {
    vec![
        post(
            "/api/matches/{id}/referee-token",
            May::Organise,
            courts::hand_out_match,
        )
        .does("New secrets for the referee of a match; the old ones are good for nothing then")
        .returns(201),
        delete(
            "/api/matches/{id}/referee-token",
            May::Organise,
            courts::revoke_match,
        )
        .does("Take a match's secrets away")
        .gives_nothing(),
    ]
}
