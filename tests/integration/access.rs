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
    let session = |venue: &Venue| {
        let headers = [("Cookie", pair)];
        let shown = venue.request("GET", "/api/session", &headers, b"").json();
        (shown["role"].clone(), shown["writes"].clone())
    };
    assert_eq!(session(&venue), (json!("organiser"), json!(false)));
    let venue = venue.restart();
    let (role, _) = session(&venue);
    assert_eq!(role, "organiser", "a session survives a restart");
    assert_eq!(
        venue
            .request("DELETE", "/api/session", &[("Cookie", pair)], b"")
            .status,
        204
    );
    assert_eq!(session(&venue).0, "watcher");
}

#[test]
fn the_cookie_alone_only_reads_and_says_what_to_do() {
    let venue = Venue::with(&[]);
    let (token, cookie) = venue.log_in_with_cookie();
    assert!(!cookie.contains(&token), "they are two secrets");
    let body = json!({ "name": "Court 1" });
    let send = |headers: &[(&str, &str)]| {
        venue.request("POST", "/api/courts", headers, body.to_string().as_bytes())
    };
    let refused = send(&[("Cookie", &cookie)]);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "cookie_only_reads")
    );
    assert_eq!(venue.get("/api/courts").json(), json!([]));
    // The value of the cookie is no token either.
    let (_, value) = cookie.split_once('=').unwrap();
    assert_eq!(venue.post_as(value, "/api/courts", &body).status, 403);
    let bearer = format!("Bearer {token}");
    let both = send(&[("Cookie", &cookie), ("Authorization", &bearer)]);
    assert_eq!(both.status, 201);
    let desk = venue.request("GET", "/api/desk", &[("Cookie", &cookie)], b"");
    assert_eq!(desk.status, 200);
}

#[test]
fn no_cookie_of_another_port_or_program_stands_in_the_way() {
    let (venue, neighbour) = (Venue::with(&[]), Venue::with(&[]));
    let (_, ours) = venue.log_in_with_cookie();
    let (_, theirs) = neighbour.log_in_with_cookie();
    let (name, _) = ours.split_once('=').unwrap();
    assert!(name.contains(&venue.address.port().to_string()), "{name}");
    assert_ne!(theirs.split_once('=').unwrap().0, name);
    let role = |venue: &Venue, cookies: &str| {
        let headers = [("Cookie", cookies)];
        let shown = venue.request("GET", "/api/session", &headers, b"").json();
        shown["role"].as_str().unwrap().to_owned()
    };
    // A browser sends all cookies of a host to each of its ports.
    let jar = format!("{name}=somebody-else; courtside_session=old; {theirs}; {ours}");
    assert_eq!(role(&venue, &jar), "organiser");
    assert_eq!(role(&neighbour, &jar), "organiser");
    assert_eq!(role(&neighbour, &ours), "watcher");
    // Under our name, too, what was opened elsewhere is worth nothing.
    let (_, value) = theirs.split_once('=').unwrap();
    assert_eq!(role(&venue, &format!("{name}={value}")), "watcher");
}

#[test]
fn devices_that_are_logged_in_are_listed_and_ended_one_by_one() {
    let venue = Venue::with(&[]);
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let pin = json!({ "pin": venue.pin }).to_string();
    let headers = [("User-Agent", agent)];
    let other = venue.request("POST", "/api/session", &headers, pin.as_bytes());
    let other = other.json()["token"].as_str().unwrap().to_owned();
    let own = venue.log_in();
    let list = || venue.get_as(&own, "/api/sessions").json();
    let listed = list();
    let lines = listed.as_array().unwrap();
    assert_eq!(lines.len(), 2);
    let line = lines.iter().find(|line| line["current"] == false).unwrap();
    assert_eq!(line["device"], "Firefox on Linux");
    assert_eq!(line["address"], "127.0.0.1");
    let path = format!("/api/sessions/{}", line["id"].as_str().unwrap());
    let bearer = format!("Bearer {own}");
    let end = || venue.request("DELETE", &path, &[("Authorization", &bearer)], b"");
    assert_eq!(end().status, 204);
    assert_eq!(end().status, 404);
    assert_eq!(venue.get_as(&other, "/api/desk").status, 403);
    let left = list();
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["current"], true);
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
        .lines()
        .find_map(|line| line.strip_prefix("Organiser PIN: "))
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

#[test]
fn a_new_pin_ends_all_sessions_unless_told_otherwise() {
    let venue = Venue::with(&[]);
    let data = venue.data().to_str().unwrap().to_owned();
    let new_pin = |also: &[&str]| {
        let arguments = [&["pin", "--new", "--data", &data][..], also].concat();
        let output = crate::command_line::courtside(&arguments);
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let token = venue.log_in();
    let desk = || venue.get_as(&token, "/api/desk").status;
    let said = new_pin(&["--keep-sessions"]);
    assert!(said.contains("stays logged in"), "{said}");
    assert_eq!(desk(), 200);
    let said = new_pin(&[]);
    assert!(said.contains("1 session ended"), "{said}");
    assert_eq!(desk(), 403);
}

#[test]
fn a_session_ends_after_a_day_without_use_and_its_pad_with_it() {
    let mut venue = Venue::with(&[]);
    let (idle, used) = (venue.log_in(), venue.log_in());
    venue.ask_to_stop();
    venue.wait();
    let database = rusqlite::Connection::open(venue.data().join("courtside.db")).unwrap();
    let age = |hours: i64| {
        let sql = "UPDATE sessions SET used_at = used_at - ?1 WHERE rowid = ?2";
        let row: i64 = if hours > 24 { 1 } else { 2 };
        assert_eq!(database.execute(sql, [hours * 3_600_000, row]).unwrap(), 1);
    };
    age(25);
    age(23);
    drop(database);
    let venue = venue.restart();
    assert_eq!(venue.get_as(&idle, "/api/desk").status, 403);
    assert_eq!(venue.get_as(&used, "/api/desk").status, 200);
    let fixture = venue.create_match_as(&used);
    let path = format!("/referee?IdMatch={}&token={used}", fixture.id);
    let mut pad = venue.socket(&path);
    let bearer = format!("Bearer {used}");
    let headers = [("Authorization", bearer.as_str())];
    assert_eq!(
        venue
            .request("DELETE", "/api/session", &headers, b"")
            .status,
        204
    );
    assert_eq!(pad.close_code(), 4003);
}
