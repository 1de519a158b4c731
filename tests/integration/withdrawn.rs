//! Rights that are withdrawn while somebody is using them, or is just about to get them.

use std::io::{Read, Write};
use std::net::TcpStream;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::command_line::courtside;
use crate::limits::connect_from;
use crate::venue::{Socket, Venue, point, read_reply};

/// Sends a request of another address and does not wait for its answer.
fn send_from(last: u8, venue: &Venue, path: &str, body: &Value) -> TcpStream {
    let mut stream = connect_from(last, venue.address);
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn new_pin(venue: &Venue) {
    let data = venue.data().to_str().unwrap();
    let made = courtside(&["pin", "--new", "--data", data]);
    assert!(made.status.success(), "{made:?}");
}

fn change(venue: &Venue, sql: &str) -> usize {
    let database = Connection::open(venue.data().join("courtside.db")).unwrap();
    database
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    database.execute(sql, []).unwrap()
}

/// A pad that an organiser opened in this session.
fn pad(venue: &Venue, session: &str) -> Socket {
    let fixture = venue.create_match_as(session);
    let path = format!("/referee?IdMatch={}&token={session}", fixture.id);
    let mut pad = venue.socket(&path);
    assert_eq!(pad.publish(&point("A"))["type"], "ack");
    pad
}

#[test]
fn a_log_in_that_waits_while_there_is_a_new_pin_gets_no_session() {
    let venue = Venue::with(&[]);
    let pin = venue.pin.clone().unwrap();
    for last in 20..31 {
        for _ in 0..5 {
            let wrong = json!({ "pin": "0" });
            let mut tried = send_from(last, &venue, "/api/session", &wrong);
            assert_eq!(read_reply(&mut tried).status, 401);
        }
    }
    // From now on strangers' tries are looked at one a second: these keep the true one waiting.
    let before: Vec<TcpStream> = (40..46)
        .map(|last| send_from(last, &venue, "/api/session", &json!({ "pin": "0" })))
        .collect();
    let mut late = send_from(50, &venue, "/api/session", &json!({ "pin": pin }));
    late.set_nonblocking(true).unwrap();
    new_pin(&venue);
    let waits = late.read(&mut [0]).unwrap_err();
    assert_eq!(waits.kind(), std::io::ErrorKind::WouldBlock, "it waits");
    late.set_nonblocking(false).unwrap();
    let refused = read_reply(&mut late);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (401, "wrong_pin")
    );
    drop(before);
    assert_eq!(change(&venue, "DELETE FROM sessions"), 0);
}

#[test]
fn a_pad_is_sent_away_when_its_session_ends_outside_of_any_request() {
    type End = (&'static str, fn(&Venue));
    let ends: [End; 4] = [
        ("by a new PIN", new_pin),
        ("after a day without use", |venue| {
            change(venue, "UPDATE sessions SET used_at = used_at - 90000000");
        }),
        ("after two weeks", |venue| {
            change(venue, "UPDATE sessions SET expires_at = used_at");
        }),
        ("for a hundred others", |venue| {
            let more = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 99) \
                        INSERT INTO sessions (id, cookie_hash, device, address, created_at, used_at, expires_at) \
                        SELECT substr(id, 1, 33) || printf('%03d', n), 'c' || n, '', '', created_at, used_at + 60000, \
                        expires_at FROM sessions, counted";
            assert_eq!(change(venue, more), 99);
            venue.log_in();
        }),
    ];
    for (how, end) in ends {
        let venue = Venue::with(&[]);
        let mut pad = pad(&venue, &venue.log_in());
        end(&venue);
        assert_eq!(pad.close_code(), 4003, "{how}");
    }
}

#[test]
fn who_came_by_a_readable_secret_goes_when_only_signed_ones_are_allowed() {
    let venue = Venue::with(&[]);
    let session = venue.log_in();
    let mut own = pad(&venue, &session);
    let fixture = venue.create_match_as(&session);
    let mut referee = venue.referee(&fixture);
    assert_eq!(referee.publish(&point("A"))["type"], "ack");
    let bearer = format!("Bearer {session}");
    let headers = [("Authorization", bearer.as_str())];
    let path = "/api/venue/signed-only";
    let set = venue.request("PUT", path, &headers, br#"{"on":true}"#);
    assert_eq!(set.status, 200);
    assert_eq!(own.close_code(), 4003);
    assert_eq!(referee.close_code(), 4003);
    assert_eq!(venue.history(&fixture).len(), 1);
}

#[test]
fn a_right_that_is_withdrawn_while_the_body_still_comes_is_no_right() {
    let venue = Venue::with(&[]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    let body = point("A").to_string();
    let mut stream = venue.connect();
    let head = format!(
        "POST /api/matches/{}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n\
         Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        fixture.id,
        fixture.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Said once the right was found good, and the body is wanted.
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert!(told.starts_with(b"HTTP/1.1 100"));
    let path = format!("/api/matches/{}/referee-token", fixture.id);
    assert_eq!(venue.post_as(&organiser, &path, &json!({})).status, 201);
    stream.write_all(body.as_bytes()).unwrap();
    let refused = read_reply(&mut stream);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "wrong_token")
    );
    assert!(venue.history(&fixture).is_empty());
}
