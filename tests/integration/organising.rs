//! What an organiser sets up: tournaments with their teams, and the TVs of the hall.

use serde_json::{Value, json};

use crate::venue::{Reply, Venue};

struct Hall {
    venue: Venue,
    organiser: String,
}

impl Hall {
    fn new() -> Hall {
        let venue = Venue::with(&[]);
        let organiser = venue.log_in();
        Hall { venue, organiser }
    }

    /// As after a power cut: nothing was said, and everything acknowledged is there.
    fn restart(self) -> Hall {
        Hall {
            venue: self.venue.restart(),
            ..self
        }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {}", self.organiser);
        let headers = [("Authorization", bearer.as_str())];
        self.venue
            .request(method, path, &headers, body.to_string().as_bytes())
    }

    fn tournament(&self, name: &str) -> String {
        let made = self.send(
            "POST",
            "/api/tournaments",
            &json!({ "name": name, "sport": "badminton" }),
        );
        assert_eq!(made.status, 201);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    fn enter(&self, tournament: &str, names: &[&str]) -> Vec<Value> {
        let body = json!({ "tournamentID": tournament, "names": names });
        let entered = self.send("POST", "/api/teams", &body);
        assert_eq!(entered.status, 201);
        entered.json().as_array().unwrap().clone()
    }

    fn match_of(&self, tournament: &str, a: &str, b: &str) -> String {
        let sides = json!({ "A": { "name": a }, "B": { "name": b } });
        let body = json!({ "tournamentID": tournament, "sides": sides });
        let made = self.send("POST", "/api/matches", &body);
        assert_eq!(made.status, 201);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    fn team_names(&self, tournament: &str) -> Vec<String> {
        let teams = self
            .venue
            .get(&format!("/api/teams?tournamentID={tournament}"));
        let name = |team: &Value| team["name"].as_str().unwrap().to_owned();
        teams.json().as_array().unwrap().iter().map(name).collect()
    }
}

#[test]
fn teams_are_entered_once_keep_their_order_and_survive_a_restart() {
    let hall = Hall::new();
    let cup = hall.tournament("Cup");
    let entered = hall.enter(&cup, &["Lyon", "Metz", " Brest "]);
    assert_eq!(entered.len(), 3);
    let again = hall.enter(&cup, &["Metz", "Nancy"]);
    assert_eq!(
        again[0]["id"], entered[1]["id"],
        "the same name is the same team"
    );
    assert_eq!(hall.team_names(&cup), ["Lyon", "Metz", "Brest", "Nancy"]);
    let hall = hall.restart();
    assert_eq!(hall.team_names(&cup), ["Lyon", "Metz", "Brest", "Nancy"]);
    let other = hall.tournament("Another");
    assert_eq!(hall.team_names(&other), Vec::<String>::new());
}

#[test]
fn a_list_of_teams_with_one_bad_name_enters_none() {
    let hall = Hall::new();
    let cup = hall.tournament("Cup");
    let body = json!({ "tournamentID": cup, "names": ["Lyon", "x".repeat(201)] });
    let refused = hall.send("POST", "/api/teams", &body);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["field"], "names");
    assert_eq!(hall.team_names(&cup), Vec::<String>::new());
    let stranger = hall
        .venue
        .request("POST", "/api/teams", &[], body.to_string().as_bytes());
    assert_eq!(stranger.status, 401);
}

#[test]
fn a_team_that_is_renamed_is_renamed_in_its_matches() {
    let hall = Hall::new();
    let (cup, other) = (hall.tournament("Cup"), hall.tournament("Another"));
    let teams = hall.enter(&cup, &["Lyon", "Metz"]);
    let (ours, theirs) = (
        hall.match_of(&cup, "Lyon", "Metz"),
        hall.match_of(&other, "Lyon", "Metz"),
    );
    let path = format!("/api/teams/{}", teams[0]["id"].as_str().unwrap());
    let clash = hall.send("PATCH", &path, &json!({ "name": "Metz" }));
    assert_eq!(clash.json()["error"]["code"], "team_exists");
    let renamed = hall.send("PATCH", &path, &json!({ "name": "Lyon 2" }));
    assert_eq!(renamed.status, 200);
    let side = |id: &str| {
        hall.venue.get(&format!("/api/matches/{id}")).json()["sides"]["A"]["name"].clone()
    };
    assert_eq!(side(&ours), "Lyon 2");
    assert_eq!(side(&theirs), "Lyon");
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(hall.team_names(&cup), ["Metz"]);
    assert_eq!(side(&ours), "Lyon 2");
}

#[test]
fn a_tournament_is_renamed_everywhere_and_deleted_with_its_matches() {
    let hall = Hall::new();
    let (cup, other) = (hall.tournament("Cup"), hall.tournament("Another"));
    hall.enter(&cup, &["Lyon", "Metz"]);
    let (ours, theirs) = (
        hall.match_of(&cup, "Lyon", "Metz"),
        hall.match_of(&other, "A", "B"),
    );
    let mut feed = hall.venue.socket("/watch");
    assert_eq!(feed.next().unwrap()["type"], "welcome");
    let path = format!("/api/tournaments/{cup}");
    let renamed = hall.send("PATCH", &path, &json!({ "name": "Winter Cup" }));
    assert_eq!(renamed.json()["name"], "Winter Cup");
    assert_eq!(
        feed.next().unwrap()["match"]["tournamentName"],
        "Winter Cup"
    );
    let hall = hall.restart();
    let shown = hall.venue.get(&format!("/api/matches/{ours}")).json();
    assert_eq!(shown["tournamentName"], "Winter Cup");
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(hall.venue.get(&path).status, 404);
    assert_eq!(hall.venue.get(&format!("/api/matches/{ours}")).status, 404);
    assert_eq!(
        hall.venue.get(&format!("/api/matches/{theirs}")).status,
        200
    );
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 404);
}

const TV: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_tv_is_adopted_by_its_code_and_finds_its_orders_after_a_restart() {
    let hall = Hall::new();
    let ask = |hall: &Hall| {
        let body = json!({ "id": TV }).to_string();
        hall.venue
            .request("POST", "/api/screens", &[], body.as_bytes())
            .json()
    };
    let told = ask(&hall);
    assert_eq!(told["shows"], Value::Null);
    let code = told["code"].as_str().unwrap().to_owned();
    let waiting = hall.send("GET", "/api/screens", &json!({})).json();
    assert_eq!(waiting[0]["code"], code.as_str());
    assert_eq!(waiting[0]["shows"], Value::Null);
    let path = format!("/api/screens/{}", code.to_lowercase());
    let orders = json!({ "shows": "view=results&rotate=20", "name": "Entrance" });
    assert_eq!(hall.send("PATCH", &path, &orders).status, 200);
    assert_eq!(ask(&hall)["shows"], "view=results&rotate=20");
    let hall = hall.restart();
    let told = ask(&hall);
    assert_eq!(told["shows"], "view=results&rotate=20");
    assert_eq!(told["name"], "Entrance");
    assert_eq!(told["code"], code.as_str());
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(ask(&hall)["shows"], Value::Null);
}

#[test]
fn a_stranger_cannot_direct_a_tv_nor_fill_the_disk_with_them() {
    let hall = Hall::new();
    for number in 0..200 {
        let body = json!({ "id": format!("{number:032x}") }).to_string();
        let told = hall
            .venue
            .request("POST", "/api/screens", &[], body.as_bytes());
        let status = if number < 64 { 200 } else { 503 };
        assert_eq!(told.status, status, "{number}");
    }
    let known = hall.send("GET", "/api/screens", &json!({})).json();
    assert_eq!(known.as_array().unwrap().len(), 64);
    let path = format!("/api/screens/{}", known[0]["code"].as_str().unwrap());
    let orders = json!({ "shows": "rotate=5" }).to_string();
    let stranger = hall.venue.request("PATCH", &path, &[], orders.as_bytes());
    assert_eq!(stranger.status, 401);
    assert_eq!(
        hall.venue.request("GET", "/api/screens", &[], b"").status,
        401
    );
    let long = json!({ "shows": "x".repeat(501) });
    assert_eq!(
        hall.send("PATCH", &path, &long).json()["error"]["field"],
        "shows"
    );
}

#[test]
fn an_organiser_sees_how_much_room_is_left_and_a_watcher_does_not() {
    let hall = Hall::new();
    let told = hall.send("GET", "/api/venue", &json!({})).json();
    let free = told["box"]["freeBytes"].as_u64().unwrap();
    assert!(free > 0 && free <= told["box"]["totalBytes"].as_u64().unwrap());
    assert!(told["box"]["databaseBytes"].as_u64().unwrap() > 0);
    assert_eq!(told["box"]["fault"], Value::Null);
    assert_eq!(hall.venue.get("/api/venue").json()["box"], Value::Null);
}

#[test]
fn in_an_open_venue_a_correction_is_taken_while_a_referee_keeps_the_score() {
    let venue = Venue::with(&["--open"]);
    let fixture = venue.create_match();
    let mut referee = venue.socket(&format!(
        "/referee?matchID={}&token={}&device=phone",
        fixture.id, fixture.token
    ));
    assert_eq!(referee.next().unwrap()["type"], "welcome");
    let path = format!("/api/matches/{}/events", fixture.id);
    let point = json!({ "type": "point", "side": "A" });
    assert_eq!(venue.post(&path, &point).json()["code"], "standby");
    let corrected = venue.post(&format!("{path}?correction=1"), &point);
    assert_eq!(corrected.json()["type"], "ack");
    // So may everybody here, and as fast as a referee: who sends more does not slow him down.
    let many = json!(vec![&point; 300]);
    let answers = venue.post(&format!("{path}?correction=1"), &many).json();
    assert_eq!(answers[299]["code"], "rate_limited");
    referee.send(&point);
    let acked = referee.next_of(&["ack", "refused"]);
    assert_eq!(acked["type"], "ack", "{acked}");
    let closed = Venue::with(&[]);
    let organiser = closed.log_in();
    let fixture = closed.create_match_as(&organiser);
    let path = format!("/api/matches/{}/events?correction=1", fixture.id);
    assert_eq!(closed.post(&path, &point).status, 401);
}
