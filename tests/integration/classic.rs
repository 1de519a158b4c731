//! The original system's routes and words.

use serde_json::{Value, json};

use crate::venue::{Venue, point};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[test]
fn an_original_client_creates_scores_and_reads_with_the_original_words() {
    let venue = Venue::open();
    let created = venue.post(
        "/create-tournament",
        &json!({ "tournamentName": "Coupe", "sport": "FOOTBALL" }),
    );
    assert_eq!(
        (created.status, keys(&created.json())),
        (201, vec!["tournamentID"])
    );
    let tournament = created.json()["tournamentID"].clone();
    let created = venue.post(
        "/create-match",
        &json!({ "equipeA": "Lyon", "equipeB": "Metz", "tournamentID": tournament }),
    );
    assert_eq!(created.status, 201);
    assert_eq!(
        keys(&created.json()),
        ["matchID", "refereeToken", "refereeUrl", "watchUrl"]
    );
    let id = created.json()["matchID"].as_str().unwrap().to_owned();

    assert_eq!(venue.get("/live-match").json(), json!([]));
    let line =
        json!([{ "tournamentID": tournament, "tournamentName": "Coupe", "sport": "FOOTBALL" }]);
    assert_eq!(venue.get("/live-tournament").json(), line);

    let mut referee = venue.socket(&format!("/referee?refereeID={id}"));
    referee.next_of(&["welcome"]);
    for (team, kind, value) in [
        ("", "BEGIN_MATCH", "{}"),
        ("EQUIPEA", "POINT", r#"{"Point":1}"#),
        ("EQUIPEB", "FAULT", "{}"),
        ("EQUIPEB", "YELLOW_CARD", "{}"),
        ("", "HALF", "{}"),
        ("", "SECOND_HALF", "{}"),
        ("EQUIPEB", "POINT", r#"{"Point":1}"#),
    ] {
        let event =
            json!({ "IdMatch": id, "Equipe": team, "EventType": kind, "EventValue": value });
        assert_eq!(referee.publish(&event)["type"], "ack", "{kind}");
    }
    assert_eq!(venue.get("/live-match").json(), json!([id]));

    let summary = venue.get(&format!("/get-summary?matchID={id}")).json();
    let expected = [
        "equipeA",
        "equipeB",
        "events",
        "faults",
        "matchID",
        "score",
        "sport",
        "status",
        "timeouts",
        "tournamentID",
    ];
    assert_eq!(keys(&summary), expected);
    assert_eq!(summary["score"], json!({ "A": 1, "B": 1 }));
    assert_eq!(summary["faults"], json!({ "A": 0, "B": 1 }));
    assert_eq!(summary["status"], "live");
    let events = summary["events"].as_array().unwrap();
    assert_eq!(
        keys(&events[0]),
        ["at", "equipe", "event_type", "id_match", "seq", "value"]
    );
    let words: Vec<&str> = events
        .iter()
        .map(|event| event["event_type"].as_str().unwrap())
        .collect();
    assert_eq!(
        words,
        [
            "BEGIN_MATCH",
            "POINT",
            "FAULT",
            "YELLOW_CARD",
            "HALF",
            "SECOND_HALF",
            "POINT"
        ]
    );
    assert_eq!(events[1]["equipe"], "EQUIPEA");
    assert_eq!(events[1]["value"], r#"{"Point":1}"#);
}

#[test]
fn in_the_open_mode_get_creates_and_answers_with_the_bare_id() {
    let venue = Venue::open();
    let tournament = venue.get("/create-tournament?tournamentName=Coupe%20d%27hiver&sport=tennis");
    assert_eq!(
        tournament.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let tournament = String::from_utf8(tournament.body).unwrap();
    assert_eq!(tournament.len(), 36);
    let played = venue.get(&format!(
        "/create-match?equipeA=x&equipeB=y&tournamentID={tournament}"
    ));
    let friendly = venue.get("/create-match?equipeA=x&equipeB=y&sport=squash");
    for created in [played, friendly] {
        let id = String::from_utf8(created.body).unwrap();
        assert_eq!(venue.get(&format!("/get-summary?matchID={id}")).status, 200);
    }
    let closed = Venue::with(&[]);
    assert_eq!(
        closed
            .get("/create-tournament?tournamentName=x&sport=tennis")
            .status,
        405
    );
    assert_eq!(
        closed
            .get("/create-match?equipeA=x&equipeB=y&sport=tennis")
            .status,
        405
    );
}

#[test]
fn a_match_is_live_while_its_referee_is_there_or_was_lately_and_until_it_is_finished() {
    let venue = Venue::open();
    let (one, two) = (venue.create_match(), venue.create_match());
    let mut referee = venue.referee(&one);
    referee.next_of(&["active"]);
    assert_eq!(venue.get("/live-match").json(), json!([one.id]));
    drop(referee);
    assert_eq!(venue.get("/live-match").json(), json!([one.id]));
    let mut referee = venue.referee(&two);
    referee.publish(&point("A"));
    assert_eq!(venue.get("/live-match").json(), json!([one.id, two.id]));
    referee.publish(&json!({ "type": "finish" }));
    assert_eq!(venue.get("/live-match").json(), json!([one.id]));
}

#[test]
fn a_tournament_is_listed_until_all_its_matches_are_finished() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    assert_eq!(
        venue
            .get("/live-tournament")
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    venue
        .referee(&fixture)
        .publish(&json!({ "type": "finish" }));
    assert_eq!(venue.get("/live-tournament").json(), json!([]));
}
