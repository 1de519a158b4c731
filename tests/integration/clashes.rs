//! A team that would be in two matches at once: the organiser is asked first.

use serde_json::{Value, json};

use crate::running::{Cup, good};
use crate::venue::{Reply, Venue, point};

/// A hall with two courts and the badminton cup of Lyon, Metz and Nancy.
struct Hall {
    venue: Venue,
    cup: String,
    courts: [String; 2],
}

impl Hall {
    fn new() -> Hall {
        let venue = Venue::open();
        let made = |path: &str, body: Value| {
            let made = venue.post(path, &body).json();
            made["id"].as_str().unwrap().to_owned()
        };
        let cup = made(
            "/api/tournaments",
            json!({ "name": "Cup", "sport": "BADMINTON" }),
        );
        let courts =
            ["Court 1", "Court 2"].map(|name| made("/api/courts", json!({ "name": name })));
        Hall { venue, cup, courts }
    }

    fn try_match(&self, a: &str, b: &str, court: Option<usize>, confirm: bool) -> Reply {
        let body = json!({
            "tournamentID": self.cup,
            "sides": { "A": { "name": a }, "B": { "name": b } },
            "courtID": court.map(|at| &self.courts[at]),
            "confirm": confirm,
        });
        self.venue.post("/api/matches", &body)
    }

    fn a_match(&self, a: &str, b: &str, court: Option<usize>) -> String {
        let made = self.try_match(a, b, court, false);
        assert_eq!(made.status, 201, "{}", made.json());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    fn change(&self, id: &str, change: &Value) -> Reply {
        let path = format!("/api/matches/{id}");
        let body = change.to_string();
        self.venue.request("PATCH", &path, &[], body.as_bytes())
    }

    fn begin(&self, id: &str) {
        let path = format!("/api/matches/{id}/events");
        assert_eq!(self.venue.post(&path, &point("A")).json()["type"], "ack");
    }
}

fn assert_is_asked(reply: &Reply, words: &str) {
    assert_eq!(reply.status, 409, "{}", reply.json());
    let error = &reply.json()["error"];
    assert_eq!(error["code"], "unconfirmed");
    assert_eq!(error["field"], "courtID");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(words), "{message}");
}

#[test]
fn a_team_that_plays_is_called_to_another_court_only_if_that_is_meant() {
    let hall = Hall::new();
    let first = hall.a_match("Lyon", "Metz", Some(0));
    hall.begin(&first);
    let asked = hall.try_match("Nancy", "Lyon", Some(1), false);
    assert_is_asked(&asked, "“Lyon” is playing on Court 1");
    assert_eq!(
        asked.json()["error"]["about"],
        json!({ "team": "Lyon", "court": "Court 1", "clash": "plays_on" }),
        "a page says it in its reader's language"
    );
    let listed = hall.venue.get("/api/matches").json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "nothing is stored");
    let meant = hall.try_match("Nancy", "Lyon", Some(1), true);
    assert_eq!(meant.status, 201);
}

#[test]
fn a_match_that_waits_its_turn_needs_no_question() {
    let hall = Hall::new();
    let first = hall.a_match("Lyon", "Metz", Some(0));
    // It has no court, comes after the first, or is of others.
    hall.a_match("Lyon", "Nancy", None);
    hall.a_match("Lyon", "Nancy", Some(0));
    hall.a_match("Brest", "Nancy", Some(1));
    let later = hall.a_match("Metz", "Lyon", Some(1));
    hall.begin(&first);
    let moved = hall.change(&later, &json!({ "courtID": hall.courts[0] }));
    assert_eq!(moved.status, 200, "{}", moved.json());
}

#[test]
fn a_team_is_not_next_on_two_courts_unless_that_is_meant() {
    let hall = Hall::new();
    let first = hall.a_match("Lyon", "Metz", Some(0));
    let second = hall.a_match("Lyon", "Nancy", None);
    let there = json!({ "courtID": hall.courts[1] });
    assert_is_asked(
        &hall.change(&second, &there),
        "“Lyon” has the next match on Court 1, too",
    );
    let others = hall.a_match("Brest", "Nancy", Some(1));
    let sides = json!({ "sides": { "A": { "name": "Metz" } } });
    assert_is_asked(&hall.change(&others, &sides), "“Metz” has the next match");
    let meant = json!({ "courtID": hall.courts[1], "confirm": true });
    assert_eq!(hall.change(&second, &meant).status, 200);
    let finish = json!({ "type": "walkover", "side": "A" });
    let path = format!("/api/matches/{first}/events");
    assert_eq!(hall.venue.post(&path, &finish).json()["type"], "ack");
    assert_eq!(
        hall.change(&others, &sides).status,
        200,
        "its other is over"
    );
}

#[test]
fn a_team_plays_twice_in_a_round_only_if_that_is_meant() {
    let venue = Venue::open();
    let round_robin = json!({ "stages": [{ "key": "r", "kind": "round_robin" }] });
    let cup = Cup::of(&venue, "FOOTBALL", 4, &round_robin);
    let team = |name: &str| json!({ "teamID": cup.teams(&venue)[name] });
    let change = json!({ "kind": "change", "key": "A1-2", "b": team("T3") });
    let asked = venue.post(&cup.path("fixtures"), &change);
    assert_eq!(asked.status, 409, "{}", asked.json());
    assert_eq!(asked.json()["error"]["code"], "unconfirmed");
    assert_eq!(asked.json()["error"]["field"], "round");
    let about = json!({ "team": "T3", "round": 2 });
    assert_eq!(asked.json()["error"]["about"], about);
    assert_eq!(cup.sides(&venue, "A1-2"), "T1 - T2", "nothing has changed");
    let mut meant = change;
    meant["confirm"] = json!(true);
    good(&venue.post(&cup.path("fixtures"), &meant));
    assert_eq!(cup.sides(&venue, "A1-2"), "T1 - T3");
    // Where nobody has said a round, both are free in it.
    let add = json!({ "kind": "add", "stage": "r", "group": "A", "key": "X", "a": team("T2"), "b": team("T4") });
    good(&venue.post(&cup.path("fixtures"), &add));
    let rounds = |name: &str| -> Vec<Value> {
        let fixtures = cup.fixtures(&venue).into_iter();
        let plays = |fixture: &Value| fixture["a"]["name"] == name || fixture["b"]["name"] == name;
        fixtures
            .filter(plays)
            .map(|fixture| fixture["round"].clone())
            .collect()
    };
    let mut of_the_fourth = rounds("T4");
    of_the_fourth.sort_by_key(Value::as_u64);
    of_the_fourth.dedup();
    assert_eq!(of_the_fourth.len(), 4);
}
