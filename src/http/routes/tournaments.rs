//! Tournaments and their teams.

use super::matches::of_tournament;
use super::route::{May, Route, delete, get, patch, post};
use crate::http::openapi::requests::reference;
use crate::http::tournaments;

pub fn routes() -> Vec<Route> {
    let tournaments = [
        get("/api/tournaments", May::Anybody, tournaments::list)
            .does("All tournaments")
            .returns(200),
        post("/api/tournaments", May::Organise, tournaments::create)
            .does("Make a tournament")
            .takes(|| reference("NewTournament"))
            .returns(201)
            .creates()
            .also(&[404]),
        get("/api/tournaments/{id}", May::Anybody, tournaments::show)
            .does("One tournament")
            .returns(200),
        patch("/api/tournaments/{id}", May::Organise, tournaments::change)
            .does("Rename a tournament; change its sport or rules until a match of it has begun")
            .takes(|| reference("TournamentChange"))
            .returns(200)
            .also(&[409, 412]),
        delete("/api/tournaments/{id}", May::Organise, tournaments::delete)
            .does("Delete a tournament with its matches")
            .gives_nothing()
            .also(&[412]),
    ];
    tournaments.into_iter().chain(teams()).collect()
}

fn teams() -> Vec<Route> {
    vec![
        get("/api/teams", May::Anybody, tournaments::teams)
            .does("The teams of a tournament, in the order of entry")
            .query(of_tournament(true, "whose teams"))
            .returns(200)
            .also(&[404]),
        post("/api/teams", May::Organise, tournaments::enter_teams)
            .does("Enter one team, or several at once")
            .takes(|| reference("NewTeams"))
            .returns(201)
            .creates()
            .also(&[404, 409]),
        get("/api/teams/{id}", May::Anybody, tournaments::show_team)
            .does("One team")
            .returns(200),
        patch("/api/teams/{id}", May::Organise, tournaments::change_team)
            .does("Change a team: its name, also in its matches, club, seed, players, check-in")
            .takes(|| reference("TeamChange"))
            .returns(200)
            .also(&[409, 412]),
        delete("/api/teams/{id}", May::Organise, tournaments::delete_team)
            .does("Delete a team that is not drawn")
            .gives_nothing()
            .also(&[409, 412]),
    ]
}
