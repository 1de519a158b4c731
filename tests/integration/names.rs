//! Names of people's making: what enters is tidied or refused, what an earlier version stored harms nobody.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::venue::{Venue, temporary};

const UNSEEN: &str = "\u{200b}\u{202e}";
const TURNED: &str = "\u{202e}Lyon\u{200b}  \u{2067}2";
const TIDY: &str = "Lyon 2";

struct Hall {
    venue: Venue,
    tournament: String,
    team: String,
    court: String,
    game: String,
    screen: String,
}

impl Hall {
    fn new() -> Hall {
        let venue = Venue::open();
        let make = |path: &str, body: Value| {
            let made = venue.post(path, &body).json();
            let id = ["id", "code"]
                .iter()
                .find_map(|field| made[*field].as_str());
            id.expect("an id").to_owned()
        };
        let tournament = make(
            "/api/tournaments",
            json!({ "name": "Cup", "sport": "tennis" }),
        );
        let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
        Hall {
            team: make(
                "/api/teams",
                json!({ "tournamentID": tournament, "name": "Lyon" }),
            ),
            court: make("/api/courts", json!({ "name": "Court 1" })),
            game: make(
                "/api/matches",
                json!({ "sport": "football", "sides": sides }),
            ),
            screen: make("/api/screens", json!({ "id": "0".repeat(32) })),
            tournament,
            venue,
        }
    }

    /// Every way in which a name comes in: method, path, body, and the field that holds the name.
    fn ways_in(&self, name: &str) -> Vec<(&'static str, String, Value, &'static str)> {
        let Hall {
            tournament,
            team,
            court,
            game,
            screen,
            ..
        } = self;
        let other = json!({ "name": "Metz" });
        let way = |method, path: &str, body, field| (method, path.to_owned(), body, field);
        vec![
            way(
                "POST",
                "/create-tournament",
                json!({ "tournamentName": name, "sport": "tennis" }),
                "tournamentName",
            ),
            way(
                "POST",
                "/create-match",
                json!({ "tournamentID": tournament, "equipeA": name, "equipeB": "x" }),
                "equipeA",
            ),
            way(
                "POST",
                "/create-match",
                json!({ "tournamentID": tournament, "equipeA": "x", "equipeB": name }),
                "equipeB",
            ),
            way(
                "POST",
                "/api/tournaments",
                json!({ "name": name, "sport": "tennis" }),
                "name",
            ),
            way(
                "PATCH",
                &format!("/api/tournaments/{tournament}"),
                json!({ "name": name }),
                "name",
            ),
            way(
                "POST",
                "/api/teams",
                json!({ "tournamentID": tournament, "name": name }),
                "name",
            ),
            way(
                "POST",
                "/api/teams",
                json!({ "tournamentID": tournament, "names": ["Metz", name] }),
                "names",
            ),
            way(
                "PATCH",
                &format!("/api/teams/{team}"),
                json!({ "name": name }),
                "name",
            ),
            way("POST", "/api/courts", json!({ "name": name }), "name"),
            way(
                "PATCH",
                &format!("/api/courts/{court}"),
                json!({ "name": name }),
                "name",
            ),
            way(
                "POST",
                "/api/matches",
                json!({ "sport": "tennis", "sides": { "A": { "name": name }, "B": other } }),
                "name",
            ),
            way(
                "PATCH",
                &format!("/api/matches/{game}"),
                json!({ "sides": { "B": { "name": name } } }),
                "name",
            ),
            way(
                "PATCH",
                &format!("/api/screens/{screen}"),
                json!({ "name": name, "shows": "" }),
                "name",
            ),
            way(
                "POST",
                &format!("/api/matches/{game}/device"),
                json!({ "device": "d", "name": name }),
                "name",
            ),
        ]
    }
}

#[test]
fn a_name_that_nobody_can_see_is_refused_wherever_it_enters() {
    let hall = Hall::new();
    for (method, path, body, field) in hall.ways_in(UNSEEN) {
        let body = body.to_string();
        let reply = hall.venue.request(method, &path, &[], body.as_bytes());
        let error = &reply.json()["error"];
        let told = (reply.status, &error["code"], &error["field"]);
        assert_eq!(
            told,
            (400, &json!("bad_field"), &json!(field)),
            "{method} {path}"
        );
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("letter or digit"),
            "{error}"
        );
    }
    let from_a_query = "/create-tournament?tournamentName=%E2%80%8B&sport=tennis";
    assert_eq!(hall.venue.get(from_a_query).code(), "bad_field");
    let error = Venue::try_start(temporary(), &["--name", UNSEEN])
        .err()
        .unwrap();
    assert!(error.contains("letter or digit"), "{error}");
}

#[test]
fn a_name_is_kept_without_what_turns_the_line() {
    let hall = Hall::new();
    // Teams of one tournament have different names, and so have courts.
    for (method, path, body, _) in hall.ways_in(TURNED) {
        let body = body.to_string();
        let reply = hall.venue.request(method, &path, &[], body.as_bytes());
        let others = ["/api/teams/", "/api/courts/"];
        let twice = others.iter().any(|of| path.starts_with(of)) && reply.status == 409;
        assert!(
            reply.status < 300 || twice,
            "{method} {path}: {}",
            reply.status
        );
    }
    let told = |path: &str| String::from_utf8(hall.venue.get(path).body).unwrap();
    let teams = format!("/api/teams?tournamentID={}", hall.tournament);
    for path in [
        "/api/tournaments",
        "/api/courts",
        "/api/matches",
        "/api/screens",
        "/api/desk",
        teams.as_str(),
    ] {
        let body = told(path);
        assert!(body.contains(TIDY), "{path}: {body}");
        assert!(
            !body.contains(['\u{202e}', '\u{200b}', '\u{2067}']),
            "{path}"
        );
    }
    let named = Venue::start(temporary(), &["--open", "--name", TURNED]);
    assert_eq!(named.get("/api/venue").json()["name"], TIDY);
}

#[test]
fn what_an_earlier_version_stored_is_shown_without_harm_and_can_be_renamed() {
    let mut hall = Hall::new();
    hall.venue.kill();
    let file = Connection::open(hall.venue.data().join("courtside.db")).unwrap();
    for (table, column, name) in [
        ("venues", "name", TURNED),
        ("tournaments", "name", TURNED),
        ("teams", "name", UNSEEN),
        ("courts", "name", UNSEEN),
        ("matches", "side_a", UNSEEN),
        ("matches", "side_b", TURNED),
    ] {
        let only = match column {
            // No two teams have one name.
            "name" if table == "teams" => format!(" WHERE id = '{}'", hall.team),
            // Earlier versions knew no teams of a match.
            "side_a" => ", team_a = NULL".to_owned(),
            "side_b" => ", team_b = NULL".to_owned(),
            _ => String::new(),
        };
        let sql = format!("UPDATE {table} SET {column} = ?1{only}");
        assert!(file.execute(&sql, [name]).unwrap() > 0, "{table}");
    }
    drop(file);
    hall.venue = hall.venue.restart();
    assert_eq!(hall.venue.get("/api/venue").json()["name"], TIDY);
    let game = &hall.venue.get("/api/matches").json()[0];
    let sides = (&game["sides"]["A"]["name"], &game["sides"]["B"]["name"]);
    assert_eq!(sides, (&json!("?"), &json!(TIDY)));
    assert_eq!(hall.venue.get("/api/courts").json()[0]["name"], "?");
    for path in [
        format!("/api/teams/{}", hall.team),
        format!("/api/courts/{}", hall.court),
    ] {
        let renamed = hall
            .venue
            .request("PATCH", &path, &[], br#"{"name":"Seen"}"#);
        assert_eq!(
            (renamed.status, &renamed.json()["name"]),
            (200, &json!("Seen"))
        );
    }
}
