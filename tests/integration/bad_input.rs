//! What is wrong gets a clear answer, is not stored, and harms nobody else.

use std::io::{Read, Write};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::venue::{Fixture, Venue, point, read_reply};

/// Everybody else lives on: a watcher that was there before still gets the next event, as the first one stored.
fn assert_unharmed(venue: &Venue, fixture: &Fixture, watcher: &mut crate::venue::Socket) {
    assert!(venue.history(fixture).is_empty(), "nothing was stored");
    assert_eq!(venue.referee(fixture).publish(&point("A"))["seq"], 1);
    assert_eq!(watcher.next_of(&["event"])["seq"], 1);
}

#[test]
fn requests_that_make_no_sense_are_answered_with_a_code_and_a_sentence() {
    let venue = Venue::open();
    let long = "n".repeat(201);
    let tournament = |body: Value| venue.post("/create-tournament", &body);
    let fine = "é".repeat(200);
    assert_eq!(
        tournament(json!({ "tournamentName": fine, "sport": "tennis" })).status,
        201
    );
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (reply, status, code, field) in [
        (
            venue.request("POST", "/create-tournament", &[], b"{nonsense"),
            400,
            "bad_json",
            None,
        ),
        (
            venue.request("POST", "/create-tournament", &[], b"\xff\xfe"),
            400,
            "bad_json",
            None,
        ),
        (tournament(json!([])), 400, "bad_json", None),
        (
            tournament(json!({ "sport": "tennis" })),
            400,
            "missing_field",
            Some("tournamentName"),
        ),
        (
            tournament(json!({ "tournamentName": " ", "sport": "tennis" })),
            400,
            "missing_field",
            Some("tournamentName"),
        ),
        (
            tournament(json!({ "tournamentName": 7, "sport": "tennis" })),
            400,
            "bad_field",
            Some("tournamentName"),
        ),
        (
            tournament(json!({ "tournamentName": long, "sport": "tennis" })),
            400,
            "too_long",
            Some("tournamentName"),
        ),
        (
            tournament(json!({ "tournamentName": "x", "sport": "quidditch" })),
            400,
            "unknown_sport",
            Some("sport"),
        ),
        (
            venue.post("/create-match", &json!({ "equipeA": "x", "equipeB": "y" })),
            400,
            "missing_field",
            Some("tournamentID"),
        ),
        (
            venue.post(
                "/create-match",
                &json!({ "equipeA": "x", "equipeB": "y", "tournamentID": "7" }),
            ),
            400,
            "bad_id",
            Some("tournamentID"),
        ),
        (
            venue.post(
                "/create-match",
                &json!({ "equipeA": "x", "equipeB": "y", "tournamentID": unknown }),
            ),
            404,
            "not_found",
            None,
        ),
        (
            venue.get("/get-summary?matchID=seven"),
            400,
            "bad_id",
            Some("matchID"),
        ),
        (
            venue.get("/get-summary"),
            400,
            "missing_field",
            Some("matchID"),
        ),
        (
            venue.get(&format!("/get-summary?matchID={unknown}")),
            404,
            "not_found",
            None,
        ),
        (
            venue.get(&format!("/api/matches/{unknown}")),
            404,
            "not_found",
            None,
        ),
        (venue.get("/no-such-page"), 404, "not_found", None),
        (
            venue.request("PUT", "/live-match", &[], b""),
            405,
            "method_not_allowed",
            None,
        ),
        (
            venue.get(&format!("/watch?matchID={unknown}")),
            404,
            "not_found",
            None,
        ),
        (venue.get("/watch"), 426, "websocket_only", None),
        (
            venue.request("POST", "/create-tournament", &[], &vec![b' '; 300_000]),
            413,
            "too_large",
            None,
        ),
        (
            venue.get("/qr.svg?path=http://elsewhere"),
            400,
            "bad_field",
            Some("path"),
        ),
    ] {
        let body = reply.json();
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{body}"
        );
        assert_eq!(body["error"]["field"].as_str(), field, "{body}");
        assert!(
            body["error"]["message"]
                .as_str()
                .is_some_and(|message| message.len() > 10),
            "{body}"
        );
    }
    assert_eq!(
        venue
            .get("/live-tournament")
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_handshake_for_no_match_is_refused_with_a_status() {
    let venue = Venue::open();
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (path, status) in [
        (format!("/referee?IdMatch={unknown}"), 404),
        (format!("/spectateur?matchID={unknown}"), 404),
        ("/referee?IdMatch=seven".to_owned(), 400),
        ("/referee".to_owned(), 400),
        ("/watch?matchID=seven".to_owned(), 400),
        (format!("/watch?matchID={unknown}&after=minus"), 400),
    ] {
        assert_eq!(venue.try_socket(&path).err(), Some(status), "{path}");
    }
}

#[test]
fn events_that_make_no_sense_are_refused_and_the_connection_lives_on() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    for (text, code) in [
        ("{", "bad_json"),
        ("7", "bad_event"),
        ("{}", "bad_event"),
        (r#"{"type":"point","side":"C"}"#, "bad_event"),
        (r#"{"EventType":"POINT","Equipe":"EQUIPEX"}"#, "bad_event"),
        (r#"{"type":"undo"}"#, "nothing_to_undo"),
        (r#"{"type":"point","side":"A","value":-1}"#, "illegal_score"),
    ] {
        referee.send_text(text);
        let refused = referee.next_of(&["refused", "ack"]);
        assert_eq!(refused["code"], code, "{text}");
        assert!(refused["state"].is_object() && refused["message"].is_string());
    }
    referee.0.send(Message::binary(vec![1, 2, 3])).unwrap();
    assert_eq!(referee.next_of(&["refused"])["code"], "bad_json");
    assert_eq!(
        referee.publish(&json!({ "type": "note", "text": "x".repeat(16 * 1024) }))["code"],
        "too_large"
    );
    assert_unharmed(&venue, &fixture, &mut watcher);
}

#[test]
fn an_event_is_taken_only_as_deep_as_it_can_be_read_again_inside_of_other_things() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    let note = |levels: usize| {
        let inner = levels - 1;
        json!({ "type": "note", "id": levels.to_string(), "detail":
            (1..inner).fold(json!({}), |inside, _| json!({ "a": inside })) })
    };
    let refused = referee.publish(&note(101));
    assert_eq!(
        (&refused["code"], &refused["id"]),
        (&json!("bad_json"), &json!("101"))
    );
    assert_eq!(referee.publish(&note(100))["type"], "ack");
    assert_eq!(watcher.next_of(&["event"])["event"], note(100));
    assert_eq!(venue.history(&fixture)[0]["event"], note(100));
}

#[test]
fn a_frame_of_sixteen_kib_is_taken_and_a_far_larger_one_ends_the_connection() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    let frame = json!({ "type": "note", "text": "" }).to_string();
    let text = "x".repeat(16 * 1024 - frame.len());
    assert_eq!(
        referee.publish(&json!({ "type": "note", "text": text }))["type"],
        "ack"
    );
    // The server may close while the frame is still being sent.
    let _ = referee.0.send(Message::text("x".repeat(100_000)));
    assert!(matches!(referee.close_code(), 4008 | 1006));
    assert_eq!(venue.history(&fixture).len(), 1);
}

#[test]
fn text_that_is_not_utf_8_ends_its_own_connection_only() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    let frame = Frame::message(vec![b'"', 0xff, 0xfe, b'"'], OpCode::Data(Data::Text), true);
    referee.0.send(Message::Frame(frame)).unwrap();
    assert_eq!(referee.close_code(), 1007);
    assert_unharmed(&venue, &fixture, &mut watcher);
}

#[test]
fn a_referee_that_sends_too_fast_is_told_so_for_each_event_too_many() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..400 {
        referee.send(&point("A"));
    }
    let answers: Vec<Value> = (0..400)
        .map(|_| referee.next_of(&["ack", "refused"]))
        .collect();
    let taken = answers
        .iter()
        .filter(|answer| answer["type"] == "ack")
        .count();
    assert!(
        (200..400).contains(&taken),
        "{taken} taken: a kept burst of 200 passes, a flood does not"
    );
    assert!(
        answers
            .iter()
            .all(|answer| answer["type"] == "ack" || answer["code"] == "rate_limited")
    );
    assert_eq!(venue.history(&fixture).len(), taken);
}

#[test]
fn one_connection_too_many_is_told_that_the_server_is_full() {
    let venue = Venue::with(&["--open", "--max-connections", "5"]);
    let fixture = venue.create_match();
    let mut watchers: Vec<_> = (0..5)
        .map(|_| {
            loop {
                // The connection that created the match may still be closing.
                if let Ok(watcher) = venue.try_socket(&format!("/watch?matchID={}", fixture.id)) {
                    break watcher;
                }
            }
        })
        .map(|mut watcher| {
            watcher.next_of(&["welcome"]);
            watcher
        })
        .collect();
    let mut stream = venue.connect();
    let reply = read_reply(&mut stream);
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (503, "too_many_connections")
    );
    assert!(reply.header("retry-after").is_some());
    drop(watchers.pop());
    crate::venue::eventually("a free place", || {
        venue
            .try_socket(&format!("/watch?matchID={}", fixture.id))
            .is_ok()
    });
    assert!(watchers[0].0.send(Message::Ping(Vec::new().into())).is_ok());
}

#[test]
fn a_client_that_never_ends_its_request_is_dropped() {
    let venue = Venue::open();
    let mut head = venue.connect();
    head.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        .unwrap();
    let mut body = venue.connect();
    body.write_all(
        b"POST /create-tournament HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    )
    .unwrap();
    assert_eq!(read_reply(&mut body).status, 408);
    let mut rest = Vec::new();
    head.read_to_end(&mut rest).expect("closed by the server");
}

#[test]
fn a_wrong_method_is_told_the_right_ones_and_head_is_get_without_the_body() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let path = format!("/api/matches/{}", fixture.id);
    let wrong = venue.request("PUT", &path, &[], b"");
    assert_eq!(wrong.status, 405);
    assert_eq!(wrong.header("allow"), Some("GET, PATCH, DELETE, HEAD"));
    let head = venue.request("HEAD", &path, &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        venue.request("HEAD", "/api/matches/x", &[], b"").status,
        400
    );
    for readable in [
        "/healthz",
        "/metrics",
        "/qr.svg",
        "/live-match",
        "/api/sports",
    ] {
        let (read, head) = (
            venue.get(readable),
            venue.request("HEAD", readable, &[], b""),
        );
        assert_eq!((head.status, head.body.len()), (200, 0), "{readable}");
        let length = read.header("content-length");
        assert_eq!(head.header("content-length"), length, "{readable}");
    }
    for (method, path, allowed) in [
        ("PUT", "/qr.svg", "GET, POST, HEAD"),
        ("DELETE", "/", "GET, HEAD"),
        ("POST", "/static/css/base.css", "GET, HEAD"),
        // Its `HEAD` would have to tell how long it will be.
        ("HEAD", "/events", "GET"),
        ("POST", "/watch", "GET"),
        ("PUT", "/create-match", "POST, GET"),
    ] {
        let wrong = venue.request(method, path, &[], b"");
        assert_eq!(
            (wrong.status, wrong.header("allow")),
            (405, Some(allowed)),
            "{method} {path}"
        );
    }
    let asked = venue.request("OPTIONS", "/qr.svg", &[], b"");
    let allowed = asked.header("allow");
    assert_eq!((asked.status, allowed), (204, Some("GET, POST, HEAD")));
    let nothing = venue.request("OPTIONS", "/no-such-page", &[], b"");
    assert_eq!((nothing.status, nothing.header("allow")), (204, None));
    let closed = Venue::with(&[]);
    let wrong = closed.get("/create-match");
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST")));
}
