//! Courts, what their referees are handed, and the organiser's desk.

use serde_json::{Value, json};

use crate::venue::{Fixture, Venue, eventually, point};

/// A venue with an organiser who is logged in.
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

    fn send(&self, method: &str, path: &str, body: &Value) -> crate::venue::Reply {
        let bearer = format!("Bearer {}", self.organiser);
        let headers = [("Authorization", bearer.as_str())];
        self.venue
            .request(method, path, &headers, body.to_string().as_bytes())
    }

    fn court(&self, name: &str) -> String {
        let created = self.send("POST", "/api/courts", &json!({ "name": name }));
        assert_eq!(created.status, 201);
        created.json()["id"].as_str().unwrap().to_owned()
    }

    fn match_on(&self, court: &str) -> Fixture {
        let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
        let body = json!({ "sport": "football", "sides": sides, "courtID": court });
        let created = self.send("POST", "/api/matches", &body);
        assert_eq!(created.status, 201);
        let text = |field: &str| created.json()[field].as_str().unwrap().to_owned();
        Fixture {
            id: text("id"),
            token: text("refereeToken"),
        }
    }

    fn hand_out(&self, path: &str) -> Value {
        let handed = self.send("POST", &format!("{path}/referee-token"), &json!({}));
        assert_eq!(handed.status, 201);
        handed.json()
    }

    fn shown(&self, path: &str) -> Value {
        self.venue.get(path).json()
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

#[test]
fn a_court_s_token_scores_its_matches_one_after_the_other_and_no_other() {
    let hall = Hall::new();
    let (court, other) = (hall.court("Court 1"), hall.court("Court 2"));
    let (first, second) = (hall.match_on(&court), hall.match_on(&court));
    let elsewhere = hall.match_on(&other);
    let token = text(
        &hall.hand_out(&format!("/api/courts/{court}")),
        "refereeToken",
    );
    let at = |fixture: &Fixture| Fixture {
        id: fixture.id.clone(),
        token: token.clone(),
    };
    let path = format!("/api/courts/{court}");
    assert_eq!(hall.shown(&path)["currentMatchID"], first.id.as_str());
    assert_eq!(hall.shown(&path)["nextMatchIDs"], json!([second.id]));
    let mut referee = hall.venue.referee(&at(&first));
    assert_eq!(referee.publish(&point("A"))["type"], "ack");
    assert_eq!(referee.publish(&json!({ "type": "finish" }))["type"], "ack");
    assert_eq!(hall.shown(&path)["currentMatchID"], second.id.as_str());
    assert_eq!(
        hall.venue.referee(&at(&second)).publish(&point("B"))["type"],
        "ack"
    );
    let refused = hall
        .venue
        .try_socket(&format!("/referee?IdMatch={}&token={token}", elsewhere.id));
    assert_eq!(refused.err(), Some(403));
}

#[test]
fn a_match_that_leaves_a_court_is_lost_to_the_court_s_referee_and_not_to_its_own() {
    let hall = Hall::new();
    let court = hall.court("Court 1");
    let fixture = hall.match_on(&court);
    let token = text(
        &hall.hand_out(&format!("/api/courts/{court}")),
        "refereeToken",
    );
    let own = hall.venue.referee(&fixture);
    let mut of_court = hall.venue.referee(&Fixture {
        token: token.clone(),
        ..fixture.clone()
    });
    let path = format!("/api/matches/{}", fixture.id);
    let moved = hall
        .send("PATCH", &path, &json!({ "courtID": null }))
        .json();
    assert_eq!(moved["courtID"], Value::Null);
    assert_eq!(of_court.close_code(), 4003);
    drop(own);
    let mut own = hall.venue.referee(&fixture);
    assert_eq!(own.publish(&point("A"))["type"], "ack");
}

#[test]
fn new_secrets_and_revoked_ones_send_away_who_came_by_the_old() {
    let hall = Hall::new();
    let court = hall.court("Court 1");
    let fixture = hall.match_on(&court);
    let path = format!("/api/matches/{}", fixture.id);
    let mut before = hall.venue.referee(&fixture);
    let handed = hall.hand_out(&path);
    assert_eq!(before.close_code(), 4003);
    let fresh = Fixture {
        id: fixture.id.clone(),
        token: text(&handed, "refereeToken"),
    };
    let mut referee = hall.venue.referee(&fresh);
    assert_eq!(referee.publish(&point("A"))["type"], "ack");
    let revoked = hall.send("DELETE", &format!("{path}/referee-token"), &json!({}));
    assert_eq!(revoked.status, 204);
    assert_eq!(referee.close_code(), 4003);
    let socket = format!("/referee?IdMatch={}&token={}", fresh.id, fresh.token);
    assert_eq!(hall.venue.try_socket(&socket).err(), Some(403));
    let code = json!({ "code": text(&handed, "refereeCode") });
    assert_eq!(hall.venue.post("/api/referee-code", &code).status, 401);
}

#[test]
fn a_code_is_typed_instead_of_scanned_and_guessing_it_is_throttled() {
    let hall = Hall::new();
    let court = hall.court("Court 1");
    let fixture = hall.match_on(&court);
    let code = text(
        &hall.hand_out(&format!("/api/courts/{court}")),
        "refereeCode",
    );
    let redeem = |code: &str| {
        hall.venue
            .post("/api/referee-code", &json!({ "code": code }))
    };
    for _ in 0..20 {
        let taken = redeem(&code.to_lowercase().replace('-', " "));
        assert_eq!(taken.status, 201, "a whole team may type it");
        assert_eq!(taken.json()["courtID"], court.as_str());
        let token = text(&taken.json(), "refereeToken");
        assert_ne!(token, code);
    }
    let token = text(&redeem(&code).json(), "refereeToken");
    let mut referee = hall.venue.referee(&Fixture {
        token,
        ..fixture.clone()
    });
    assert_eq!(referee.publish(&point("A"))["type"], "ack");
    // The code itself opens nothing.
    let socket = format!("/referee?IdMatch={}&token={code}", fixture.id);
    assert_eq!(hall.venue.try_socket(&socket).err(), Some(403));
    let answers: Vec<u16> = (0..8).map(|_| redeem("0000-0000").status).collect();
    assert_eq!(answers, [401, 401, 401, 401, 401, 429, 429, 429]);
}

#[test]
fn a_court_is_renamed_on_its_matches_and_its_deletion_leaves_them() {
    let hall = Hall::new();
    let court = hall.court("Court 1");
    let fixture = hall.match_on(&court);
    let path = format!("/api/courts/{court}");
    let of_match = |hall: &Hall| hall.shown(&format!("/api/matches/{}", fixture.id));
    let renamed = hall.send("PATCH", &path, &json!({ "name": "Centre court" }));
    assert_eq!(renamed.json()["name"], "Centre court");
    assert_eq!(of_match(&hall)["courtName"], "Centre court");
    let names = json!({ "sides": { "B": { "name": "Nancy" } } });
    hall.send("PATCH", &format!("/api/matches/{}", fixture.id), &names);
    assert_eq!(of_match(&hall)["sides"]["B"]["name"], "Nancy");
    assert_eq!(of_match(&hall)["sides"]["A"]["name"], "Lyon");
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(of_match(&hall)["courtID"], Value::Null);
    assert_eq!(hall.venue.get(&path).status, 404);
    let venue = hall.venue.restart();
    let after = venue.get(&format!("/api/matches/{}", fixture.id)).json();
    assert_eq!(after["sides"]["B"]["name"], "Nancy");
    assert_eq!(after["courtID"], Value::Null);
}

#[test]
fn the_desk_shows_each_device_with_what_it_said_of_itself() {
    let hall = Hall::new();
    let fixture = hall.match_on(&hall.court("Court 1"));
    let seat = |device: &str| {
        let path = format!(
            "/referee?IdMatch={}&token={}&device={device}",
            fixture.id, fixture.token
        );
        hall.venue.socket(&path)
    };
    let mut first = seat("one");
    first.next_of(&["active"]);
    let mut second = seat("two");
    second.next_of(&["standby"]);
    let report = json!({ "device": "one", "name": "Phone", "battery": 41, "unsent": 3 });
    let path = format!("/api/matches/{}/device", fixture.id);
    let told = hall.venue.post_as(&fixture.token, &path, &report);
    assert_eq!(told.status, 204);
    assert_eq!(hall.venue.post("/api/desk", &json!({})).status, 405);
    assert_eq!(hall.venue.get("/api/desk").status, 401);
    let devices = || {
        let desk = hall.send("GET", "/api/desk", &json!({})).json();
        assert_eq!(desk[0]["matchID"], fixture.id.as_str());
        desk[0]["devices"].clone()
    };
    let shown = devices();
    assert_eq!(shown[0]["device"], "one");
    assert_eq!(shown[0]["presence"], "active");
    assert_eq!(shown[0]["battery"], 41);
    assert_eq!(shown[0]["unsent"], 3);
    assert_eq!(shown[1]["presence"], "standby");
    drop((first, second));
    eventually("both gone", || {
        let shown = devices();
        shown[0]["presence"] == "gone" && shown[1]["presence"] == "gone"
    });
    let wrong = json!({ "device": "one", "battery": "full" });
    let refused = hall.venue.post_as(&fixture.token, &path, &wrong);
    assert_eq!(refused.code(), "bad_field");
}

impl Hall {
    fn redeem(&self, code: &str) -> crate::venue::Reply {
        self.venue
            .post("/api/referee-code", &json!({ "code": code }))
    }

    fn held(&self) -> Vec<Value> {
        let held = self.send("GET", "/api/referee-tokens", &Value::Null);
        held.json().as_array().unwrap().clone()
    }
}

#[test]
fn ten_phones_hold_a_token_by_one_code_and_one_that_is_away_makes_room_for_the_next() {
    let hall = Hall::new();
    let fixture = hall.match_on(&hall.court("Court 1"));
    let handed = hall.hand_out(&format!("/api/matches/{}", fixture.id));
    let code = text(&handed, "refereeCode");
    let take = || {
        let taken = hall.redeem(&code);
        assert_eq!(taken.status, 201);
        text(&taken.json(), "refereeToken")
    };
    let tokens: Vec<String> = (0..10).map(|_| take()).collect();
    let seat = |token: &str| {
        let path = format!(
            "/referee?IdMatch={}&token={token}&device={token}",
            fixture.id
        );
        hall.venue.try_socket(&path)
    };
    // The oldest is connected, so it stays; the second was never used and goes.
    let first = seat(&tokens[0]).unwrap();
    let eleventh = take();
    assert_eq!(hall.held().len(), 10);
    assert_eq!(seat(&tokens[1]).err(), Some(403));
    let mut connected = vec![first];
    connected.extend(tokens[2..].iter().map(|token| seat(token).unwrap()));
    connected.push(seat(&eleventh).unwrap());
    let refused = hall.redeem(&code);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "too_many_phones")
    );
    // One is ended at the desk, and the next may come.
    let held = hall.held();
    assert!(
        held.iter().all(|line| line["connected"] == true),
        "{held:?}"
    );
    let path = format!("/api/referee-tokens/{}", text(&held[0], "id"));
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(hall.send("DELETE", &path, &json!({})).status, 404);
    assert_eq!(connected[0].close_code(), 4003);
    assert_eq!(seat(&tokens[0]).err(), Some(403));
    take();
    // The sheet itself is as good as before.
    seat(&text(&handed, "refereeToken")).unwrap();
}

#[test]
fn the_desk_lists_the_phones_that_hold_a_token_and_new_secrets_leave_no_row_of_the_old() {
    let mut hall = Hall::new();
    let court = hall.court("Court 1");
    let fixture = hall.match_on(&court);
    let path = format!("/api/courts/{court}");
    let code = text(&hall.hand_out(&path), "refereeCode");
    assert_eq!(hall.held(), Vec::<Value>::new(), "a sheet is no phone");
    let body = json!({ "code": code }).to_string();
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit Version/18.5 Safari/604.1";
    let headers = [("User-Agent", agent)];
    let taken = hall
        .venue
        .request("POST", "/api/referee-code", &headers, body.as_bytes());
    let token = text(&taken.json(), "refereeToken");
    let line = hall.held()[0].clone();
    assert_eq!(line["device"], "Safari on iPhone");
    assert_eq!(line["courtID"], court.as_str());
    assert_eq!(
        (&line["matchID"], &line["usedAt"]),
        (&Value::Null, &Value::Null)
    );
    let scored = hall.venue.post_as(
        &token,
        &format!("/api/matches/{}/events", fixture.id),
        &point("A"),
    );
    assert_eq!(scored.status, 200);
    assert!(hall.held()[0]["usedAt"].is_string());
    // The QR code of the match itself was scanned.
    drop(hall.venue.referee(&fixture));
    let held = hall.held();
    let scanned = held.iter().find(|line| line["device"].is_null()).unwrap();
    assert_eq!(scanned["matchID"], fixture.id.as_str());
    for _ in 0..20 {
        hall.hand_out(&path);
        hall.hand_out(&format!("/api/matches/{}", fixture.id));
    }
    hall.venue.ask_to_stop();
    hall.venue.wait();
    let database = rusqlite::Connection::open(hall.venue.data().join("courtside.db")).unwrap();
    let sql = "SELECT count(*) FROM referee_tokens";
    let rows: i64 = database.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 4, "a token and a code of each");
}

#[test]
fn the_secrets_of_a_confirmed_match_open_nothing_until_an_organiser_reopens_it() {
    let hall = Hall::new();
    let court = hall.court("Court 1");
    let fixture = hall.match_on(&court);
    let of_court = hall.hand_out(&format!("/api/courts/{court}"));
    let of_court = text(&of_court, "refereeToken");
    let handed = hall.hand_out(&format!("/api/matches/{}", fixture.id));
    let (token, code) = (text(&handed, "refereeToken"), text(&handed, "refereeCode"));
    let path = format!("/api/matches/{}/events", fixture.id);
    let publish = |token: &str, event: Value| hall.venue.post_as(token, &path, &event);
    let end = json!([point("A"), { "type": "finish" }, { "type": "confirm" }]);
    assert_eq!(publish(&token, end).status, 200);
    let refused = publish(&token, point("B"));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "match_confirmed")
    );
    let socket = |token: &str| {
        let path = format!("/referee?IdMatch={}&token={token}", fixture.id);
        hall.venue.try_socket(&path).err()
    };
    assert_eq!(socket(&token), Some(403));
    assert_eq!(hall.redeem(&code).status, 401);
    assert_eq!(socket(&of_court), None, "a court's token stays");
    let undone = publish(&hall.organiser, json!({ "type": "undo" })).json();
    assert_eq!(undone["type"], "ack");
    assert_eq!(socket(&token), None);
    assert_eq!(hall.redeem(&code).status, 201);
}
