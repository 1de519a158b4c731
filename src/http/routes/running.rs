//! Tournaments as they are run.

use super::route::{May, Parameter, Route, get, post, put};
use crate::http::openapi::requests::{reference, text};
use crate::http::running;

fn optional(name: &'static str, what: &'static str) -> Parameter {
    Parameter {
        name,
        required: false,
        shape: text,
        what,
    }
}

pub fn routes() -> Vec<Route> {
    looking()
        .into_iter()
        .chain(drawing())
        .chain(changing())
        .collect()
}

fn looking() -> Vec<Route> {
    vec![
        get(
            "/api/tournaments/{id}/format",
            May::Anybody,
            running::show_format,
        )
        .does("The format of a tournament")
        .returns(200),
        get(
            "/api/tournaments/{id}/fixtures",
            May::Anybody,
            running::fixtures,
        )
        .does("The fixtures of a tournament, with who plays as far as it is known")
        .returns(200),
        get(
            "/api/tournaments/{id}/bracket",
            May::Anybody,
            running::bracket,
        )
        .does("The trees of a tournament")
        .returns(200),
        get(
            "/api/tournaments/{id}/standings",
            May::Anybody,
            running::standings,
        )
        .does("The tables of a tournament and its final ranking, each row with its reasons")
        .query(optional("live", "1 counts running matches, too"))
        .returns(200),
        get(
            "/api/tournaments/{id}/history",
            May::Anybody,
            running::history,
        )
        .does("What organisers did to a tournament, the newest first")
        .returns(200),
        get("/api/clubs", May::Anybody, running::clubs)
            .does("The ranking of the clubs over all tournaments")
            .returns(200),
    ]
}

fn drawing() -> Vec<Route> {
    vec![
        put(
            "/api/tournaments/{id}/format",
            May::Organise,
            running::put_format,
        )
        .does("Choose a format; with dry_run only what it means")
        .query(optional("dry_run", "1 stores nothing"))
        .query(optional("courts", "for the length: how many courts"))
        .query(optional("minutes", "for the length: minutes of a match"))
        .takes(|| reference("NewFormat"))
        .returns(200)
        .creates()
        .also(&[409]),
        post("/api/tournaments/{id}/draw", May::Organise, running::draw)
            .does("Propose a draw; accept it with its token")
            .takes(|| reference("NewDraw"))
            .returns(200)
            .creates()
            .also(&[409]),
        post(
            "/api/tournaments/{id}/rounds",
            May::Organise,
            running::rounds,
        )
        .does("Propose the next Swiss round; accept it with its token")
        .takes(|| reference("NewRound"))
        .returns(200)
        .creates()
        .also(&[409]),
    ]
}

fn changing() -> Vec<Route> {
    vec![
        post(
            "/api/tournaments/{id}/fixtures",
            May::Organise,
            running::change_fixtures,
        )
        .does("Add, remove, change or swap fixtures, or split a group")
        .takes(|| reference("FixtureEdit"))
        .returns(200)
        .creates()
        .also(&[409, 412]),
        post(
            "/api/tournaments/{id}/decisions",
            May::Organise,
            running::decide,
        )
        .does("Decide what no result can say; what follows has to be accepted")
        .takes(|| reference("NewDecision"))
        .returns(200)
        .creates()
        .also(&[409, 412]),
        post("/api/tournaments/{id}/undo", May::Organise, running::undo)
            .does("Take the last deed of an organiser back")
            .returns(200)
            .also(&[409, 412]),
        post("/api/matches/{id}/preview", May::Organise, running::preview)
            .does("What a correcting event would do to other matches; nothing is stored")
            .takes(|| reference("Event"))
            .returns(200)
            .also(&[409]),
        put("/api/clubs", May::Organise, running::set_clubs)
            .does("The points of the ranks 1, 2, 3… in the ranking of the clubs")
            .takes(|| reference("ClubPoints"))
            .returns(200),
    ]
}
