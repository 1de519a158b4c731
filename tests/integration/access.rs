//! Who may do what, outside the open mode.

use std::path::Path;

use serde_json::json;

use crate::venue::{Venue, point};

#[test]
fn creating_needs_the_organiser_and_scoring_the_token_of_the_match() {
    let venue = Venue::with(&[]);
    let body = json!({ "tournamentName": "Cup", "sport": "tennis" });
    assert_eq!(venue.post("/create-tournament", &body).status, 401);
    let organiser = venue.log_in();
    assert_eq!(
        venue
            .post_as(&organiser, "/create-tournament", &body)
            .status,
        201
    );
    let (one, two) = (
        venue.create_match_as(&organiser),
        venue.create_match_as(&organiser),
    );
    let status = |path: String| venue.try_socket(&path).err();
    assert_eq!(status(format!("/referee?IdMatch={}", one.id)), Some(401));
    assert_eq!(
        status(format!("/referee?IdMatch={}&token={}", one.id, two.token)),
        Some(403)
    );
    assert_eq!(
        status(format!("/referee?IdMatch={}&token={}", one.id, one.token)),
        None
    );
    let path = format!("/api/matches/{}/events", one.id);
    assert_eq!(venue.post(&path, &point("A")).status, 401);
    assert_eq!(venue.post_as(&two.token, &path, &point("A")).status, 403);
    assert_eq!(
        venue
            .post_as(&one.token, "/create-tournament", &body)
            .status,
        403
    );
    assert!(venue.history(&two).is_empty());
}

#[test]
fn a_browser_gets_a_cookie_that_scripts_cannot_read_and_that_ends_with_the_log_out() {
    let venue = Venue::with(&[]);
    let reply = venue.post("/api/session", &json!({ "pin": venue.pin }));
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().unwrap();
    let role = |venue: &Venue| {
        venue
            .request("GET", "/api/session", &[("Cookie", pair)], b"")
            .json()["role"]
            .clone()
    };
    assert_eq!(role(&venue), "organiser");
    let venue = venue.restart();
    assert_eq!(role(&venue), "organiser", "a session survives a restart");
    assert_eq!(
        venue
            .request("DELETE", "/api/session", &[("Cookie", pair)], b"")
            .status,
        204
    );
    assert_eq!(role(&venue), "watcher");
}

/// Whether a file of this folder, or of one inside it, has these bytes.
fn is_said_in(folder: &Path, secret: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_said_in(&path, secret);
        }
        // A backup's file gets another name once it is whole.
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(secret.len()).any(|window| window == secret)
    })
}

#[test]
fn the_pin_is_printed_once_and_never_stored() {
    let venue = Venue::with(&[]);
    let pin = venue.pin.clone().expect("the first start prints it");
    let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
    let venue = venue.restart();
    assert_eq!(venue.pin, None);
    assert!(!is_said_in(venue.data(), digits.as_bytes()));
    assert_eq!(
        venue.post("/api/session", &json!({ "pin": digits })).status,
        200
    );
}

#[test]
fn ten_wrong_pins_are_throttled_and_a_new_pin_lets_the_organiser_in_at_once() {
    let venue = Venue::with(&[]);
    let replies: Vec<_> = (0..10)
        .map(|_| venue.post("/api/session", &json!({ "pin": "0000" })))
        .collect();
    assert_eq!(
        (replies[0].status, replies[0].code().as_str()),
        (401, "wrong_pin")
    );
    let last = &replies[9];
    assert_eq!((last.status, last.code().as_str()), (429, "too_many_tries"));
    assert!(last.header("retry-after").is_some());
    assert_eq!(
        venue
            .post("/api/session", &json!({ "pin": venue.pin }))
            .status,
        429
    );
    let new = std::process::Command::new(crate::venue::BINARY)
        .args(["pin", "--new", "--data"])
        .arg(venue.data())
        .output()
        .unwrap();
    let printed = String::from_utf8(new.stdout).unwrap();
    let pin = printed
        .trim()
        .strip_prefix("Organiser PIN: ")
        .expect("a PIN");
    assert_eq!(
        venue.post("/api/session", &json!({ "pin": pin })).status,
        200
    );
    assert_eq!(
        venue
            .post("/api/session", &json!({ "pin": venue.pin }))
            .status,
        401,
        "the old one is no longer good"
    );
}

#[test]
fn a_page_of_another_site_neither_writes_nor_opens_a_websocket() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let foreign = [("Origin", "http://evil.example")];
    let body = br#"{"tournamentName":"x","sport":"tennis"}"#;
    let reply = venue.request("POST", "/create-tournament", &foreign, body);
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (403, "foreign_origin")
    );
    let upgrade = [
        ("Origin", "http://evil.example"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    assert_eq!(
        venue
            .request(
                "GET",
                &format!("/watch?matchID={}", fixture.id),
                &upgrade,
                b""
            )
            .status,
        403
    );
    let own = format!("http://{}", venue.address);
    assert_eq!(
        venue
            .request("POST", "/create-tournament", &[("Origin", &own)], body)
            .status,
        201
    );
    let read = venue.request("GET", "/live-match", &foreign, b"");
    assert_eq!(
        (read.status, read.header("access-control-allow-origin")),
        (200, Some("*"))
    );
}
