//! The table of the contract, section 8: every route, tried in every role.

use std::collections::BTreeSet;

use courtside::http::{May, operations};
use serde_json::{Value, json};

use crate::venue::{Fixture, Venue, point};

/// Who asks, in the order of the columns below.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// Without any token.
    Nobody,
    /// With the token of another match.
    OtherReferee,
    Referee,
    /// With the token of the match's court.
    CourtReferee,
    Organiser,
    /// With the cookie of an organiser's browser, and no token.
    Cookie,
}

const EVERYBODY: [Who; 6] = [
    Who::Nobody,
    Who::OtherReferee,
    Who::Referee,
    Who::CourtReferee,
    Who::Organiser,
    Who::Cookie,
];

struct Hall {
    venue: Venue,
    organiser: String,
    /// Name and value.
    cookie: String,
    /// The ID of another session.
    session: String,
    /// The ID of a token that somebody got for a code.
    held: String,
    fixture: Fixture,
    other: Fixture,
    court: String,
    court_token: String,
    tournament: String,
    team: String,
    /// The code of a TV that was adopted.
    screen: String,
}

impl Hall {
    fn new() -> Hall {
        let venue = Venue::with(&[]);
        let other = venue.log_in();
        let (organiser, cookie) = venue.log_in_with_cookie();
        let sessions = venue.get_as(&other, "/api/sessions").json();
        let session = sessions.as_array().unwrap().iter();
        let session = session.clone().find(|line| line["current"] == true);
        let session = session.unwrap()["id"].as_str().unwrap().to_owned();
        let make = |path: &str, body: Value| venue.post_as(&organiser, path, &body).json();
        let court = make("/api/courts", json!({ "name": "Court 1" }));
        let court = court["id"].as_str().unwrap().to_owned();
        let new_match = |court: Value| {
            let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
            let body = json!({ "sport": "football", "sides": sides, "courtID": court });
            let made = make("/api/matches", body);
            Fixture {
                id: made["id"].as_str().unwrap().to_owned(),
                token: made["refereeToken"].as_str().unwrap().to_owned(),
            }
        };
        let (fixture, other) = (new_match(json!(court)), new_match(Value::Null));
        let handed = make(&format!("/api/courts/{court}/referee-token"), json!({}));
        make(
            "/api/referee-code",
            json!({ "code": handed["refereeCode"] }),
        );
        let held = venue.get_as(&organiser, "/api/referee-tokens").json();
        let held = held[0]["id"].as_str().unwrap().to_owned();
        let tournament = make(
            "/api/tournaments",
            json!({ "name": "Cup", "sport": "tennis" }),
        );
        let text = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
        let team = json!({ "tournamentID": tournament["id"], "name": "Lyon" });
        let team = text(&make("/api/teams", team), "id");
        let screen = text(
            &make("/api/screens", json!({ "id": "0".repeat(32) })),
            "code",
        );
        let bearer = format!("Bearer {organiser}");
        venue.request(
            "PATCH",
            &format!("/api/screens/{screen}"),
            &[("Authorization", &bearer)],
            br#"{"shows":""}"#,
        );
        Hall {
            team,
            screen,
            court_token: handed["refereeToken"].as_str().unwrap().to_owned(),
            tournament: tournament["id"].as_str().unwrap().to_owned(),
            fixture,
            other,
            court,
            organiser,
            cookie,
            session,
            held,
            venue,
        }
    }

    fn token(&self, who: Who) -> Option<&str> {
        match who {
            Who::Nobody | Who::Cookie => None,
            Who::OtherReferee => Some(&self.other.token),
            Who::Referee => Some(&self.fixture.token),
            Who::CourtReferee => Some(&self.court_token),
            Who::Organiser => Some(&self.organiser),
        }
    }

    fn headers(&self, who: Who) -> Vec<(&'static str, String)> {
        let bearer = self.token(who).map(|token| format!("Bearer {token}"));
        let cookie = matches!(who, Who::Cookie).then(|| self.cookie.clone());
        let bearer = bearer.map(|bearer| ("Authorization", bearer));
        let cookie = cookie.map(|cookie| ("Cookie", cookie));
        bearer.into_iter().chain(cookie).collect()
    }

    fn path(&self, route: &str) -> String {
        route
            .replace("MATCH", &self.fixture.id)
            .replace("COURT", &self.court)
            .replace("TOURNAMENT", &self.tournament)
            .replace("TEAM", &self.team)
            .replace("SCREEN", &self.screen)
            .replace("SESSION", &self.session)
            .replace("TOKEN", &self.held)
    }

    fn ask(
        &self,
        who: Who,
        method: &str,
        route: &str,
        body: &Value,
        origin: &[(&str, &str)],
    ) -> u16 {
        let shown = self.headers(who);
        let mut headers = origin.to_vec();
        headers.extend(shown.iter().map(|(name, value)| (*name, value.as_str())));
        let body = match method {
            "GET" => String::new(),
            _ => self.path(&body.to_string()),
        };
        let reply = self
            .venue
            .request(method, &self.path(route), &headers, body.as_bytes());
        reply.status
    }

    /// The status with which a websocket was refused; 101 for one that opened.
    fn open(&self, who: Who, route: &str) -> u16 {
        let joint = if route.contains('?') { '&' } else { '?' };
        let token = self.token(who).map(|token| format!("{joint}token={token}"));
        let path = self.path(route) + &token.unwrap_or_default();
        let cookie = matches!(who, Who::Cookie).then(|| ("Cookie", self.cookie.as_str()));
        let headers: Vec<_> = cookie.into_iter().collect();
        let opened = self.venue.try_socket_with(&path, &headers);
        opened.err().unwrap_or(101)
    }
}

const READ: [u16; 6] = [200; 6];
/// Only the organiser may, and not by the cookie alone.
const fn organise(status: u16) -> [u16; 6] {
    [401, 403, 403, 403, status, 403]
}
/// Only the organiser may read.
const OVERSEE: [u16; 6] = [401, 403, 403, 403, 200, 200];
/// Referees of the match or its court, and the organiser.
const fn score(status: u16) -> [u16; 6] {
    [401, 403, status, status, status, 403]
}

/// Every route with what it answers to nobody, another match's referee, the referee, the court's referee, the organiser and
/// an organiser's cookie. Those that take something away come last.
fn table() -> Vec<(&'static str, &'static str, Value, [u16; 6])> {
    let none = || json!({});
    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    vec![
        ("GET", "/live-match", none(), READ),
        ("GET", "/live-tournament", none(), READ),
        ("GET", "/get-summary?matchID=MATCH", none(), READ),
        ("GET", "/api/session", none(), READ),
        ("GET", "/api/tournaments", none(), READ),
        ("GET", "/api/tournaments/TOURNAMENT", none(), READ),
        ("GET", "/api/tournaments/TOURNAMENT/format", none(), READ),
        ("GET", "/api/tournaments/TOURNAMENT/fixtures", none(), READ),
        ("GET", "/api/tournaments/TOURNAMENT/bracket", none(), READ),
        (
            "GET",
            "/api/tournaments/TOURNAMENT/standings?live=1",
            none(),
            READ,
        ),
        ("GET", "/api/tournaments/TOURNAMENT/history", none(), READ),
        ("GET", "/api/clubs", none(), READ),
        ("GET", "/api/plan", none(), READ),
        ("GET", "/api/plan/history", none(), READ),
        ("GET", "/api/teams/TEAM/day", none(), READ),
        ("GET", "/tournament", none(), READ),
        ("GET", "/clubs", none(), READ),
        ("GET", "/team", none(), READ),
        ("GET", "/desk", none(), READ),
        ("GET", "/courts", none(), READ),
        ("GET", "/screens", none(), READ),
        ("GET", "/teams", none(), READ),
        ("GET", "/api/matches", none(), READ),
        ("GET", "/api/matches/MATCH", none(), READ),
        ("GET", "/api/matches/MATCH/events", none(), READ),
        ("GET", "/api/courts", none(), READ),
        ("GET", "/api/courts/COURT", none(), READ),
        ("GET", "/api/teams?tournamentID=TOURNAMENT", none(), READ),
        ("GET", "/api/teams/TEAM", none(), READ),
        (
            "POST",
            "/api/screens",
            json!({ "id": "1".repeat(32) }),
            READ,
        ),
        ("GET", "/api/venue", none(), READ),
        (
            "PUT",
            "/api/venue/clock",
            json!({ "now": "2026-05-30T09:30:00Z" }),
            organise(200),
        ),
        (
            "PUT",
            "/api/venue/signed-only",
            json!({ "on": false }),
            organise(200),
        ),
        (
            "POST",
            "/api/channel",
            json!({ "page": "00".repeat(16) }),
            [201; 6],
        ),
        (
            "POST",
            "/api/session/srp",
            json!({ "A": format!("{:0>512}", 3) }),
            [201; 6],
        ),
        (
            "POST",
            "/api/session/srp/ATTEMPT",
            json!({ "M1": "00".repeat(32) }),
            [404; 6],
        ),
        (
            "POST",
            "/api/session/verifier",
            json!({ "pin": "0000 0000" }),
            [403; 6],
        ),
        ("GET", "/api/sports", none(), READ),
        ("GET", "/api/openapi.json", none(), READ),
        ("GET", "/healthz", none(), READ),
        ("GET", "/metrics", none(), READ),
        ("GET", "/qr.svg", none(), READ),
        ("POST", "/qr.svg", json!({ "path": "/" }), READ),
        ("GET", "/", none(), READ),
        ("GET", "/match", none(), READ),
        ("GET", "/score", none(), READ),
        ("GET", "/tv", none(), READ),
        ("GET", "/help", none(), READ),
        ("GET", "/static/css/base.css", none(), READ),
        (
            "GET",
            "/create-tournament?tournamentName=Cup&sport=tennis",
            none(),
            [405; 6],
        ),
        (
            "GET",
            "/create-match?sport=tennis&equipeA=a&equipeB=b",
            none(),
            [405; 6],
        ),
        (
            "POST",
            "/create-tournament",
            json!({ "tournamentName": "Cup", "sport": "tennis" }),
            organise(201),
        ),
        (
            "POST",
            "/create-match",
            json!({ "sport": "tennis", "equipeA": "Lyon", "equipeB": "Metz" }),
            organise(201),
        ),
        (
            "POST",
            "/api/tournaments",
            json!({ "name": "Cup", "sport": "tennis" }),
            organise(201),
        ),
        (
            "POST",
            "/api/matches",
            json!({ "sport": "tennis", "sides": sides }),
            organise(201),
        ),
        (
            "PATCH",
            "/api/matches/MATCH",
            json!({ "sides": { "A": { "name": "Nancy" } } }),
            organise(200),
        ),
        (
            "POST",
            "/api/courts",
            json!({ "name": "Court 2" }),
            organise(201),
        ),
        (
            "PATCH",
            "/api/courts/COURT",
            json!({ "name": "Court 3" }),
            organise(200),
        ),
        (
            "PATCH",
            "/api/tournaments/TOURNAMENT",
            json!({ "name": "Open" }),
            organise(200),
        ),
        (
            "POST",
            "/api/teams",
            json!({ "name": "Metz", "tournamentID": "TOURNAMENT" }),
            organise(201),
        ),
        (
            "PATCH",
            "/api/teams/TEAM",
            json!({ "name": "Nancy" }),
            organise(200),
        ),
        (
            "PUT",
            "/api/tournaments/TOURNAMENT/format",
            json!({ "stages": [{ "key": "ko", "kind": "knockout" }] }),
            organise(200),
        ),
        (
            "POST",
            "/api/tournaments/TOURNAMENT/draw",
            json!({ "mode": "ranks" }),
            organise(200),
        ),
        // There is no Swiss stage, and no fixture yet.
        (
            "POST",
            "/api/tournaments/TOURNAMENT/rounds",
            json!({}),
            organise(409),
        ),
        (
            "POST",
            "/api/tournaments/TOURNAMENT/fixtures",
            json!({ "kind": "remove", "key": "F" }),
            organise(400),
        ),
        (
            "POST",
            "/api/tournaments/TOURNAMENT/decisions",
            json!({ "kind": "withdrawal", "teamID": "TEAM" }),
            organise(200),
        ),
        (
            "POST",
            "/api/tournaments/TOURNAMENT/undo",
            json!({}),
            organise(200),
        ),
        (
            "POST",
            "/api/matches/MATCH/preview",
            point("A"),
            organise(200),
        ),
        (
            "PATCH",
            "/api/plan/settings",
            json!({ "rest": 20 }),
            organise(200),
        ),
        ("POST", "/api/plan/auto", json!({}), organise(200)),
        ("POST", "/api/plan/late", json!({}), organise(200)),
        // The settings are back.
        ("POST", "/api/plan/undo", json!({}), organise(200)),
        (
            "POST",
            "/api/plan/move",
            json!({ "matchID": "MATCH" }),
            organise(200),
        ),
        (
            "POST",
            "/api/plan/lock",
            json!({ "matchIDs": [], "locked": true }),
            organise(200),
        ),
        // Nothing is planned.
        (
            "POST",
            "/api/plan/referee",
            json!({ "matchID": "MATCH" }),
            organise(409),
        ),
        ("POST", "/api/plan/publish", json!({}), organise(409)),
        (
            "POST",
            "/api/matches/MATCH/call",
            json!({ "state": "planned" }),
            organise(200),
        ),
        (
            "PUT",
            "/api/clubs",
            json!({ "points": [10, 7, 5, 3] }),
            organise(200),
        ),
        ("GET", "/api/screens", none(), OVERSEE),
        (
            "PATCH",
            "/api/screens/SCREEN",
            json!({ "shows": "" }),
            organise(200),
        ),
        ("GET", "/api/desk", none(), OVERSEE),
        ("GET", "/api/sessions", none(), OVERSEE),
        ("GET", "/api/referee-tokens", none(), OVERSEE),
        ("POST", "/api/matches/MATCH/events", point("A"), score(200)),
        (
            "POST",
            "/api/matches/MATCH/device",
            json!({ "device": "d" }),
            score(204),
        ),
        (
            "POST",
            "/api/referee-code",
            json!({ "code": "0000-0000" }),
            [401, 401, 401, 401, 401, 429],
        ),
        (
            "POST",
            "/api/session",
            json!({ "pin": "0000 0000" }),
            [429; 6],
        ),
        ("DELETE", "/api/session?everywhere=1", none(), organise(204)),
    ]
}

/// The same for what takes rights or things away: each asked by those who may not first, on a venue of its own.
fn takes_away() -> Vec<(&'static str, &'static str, Value, [u16; 6])> {
    vec![
        ("POST", "/api/matches/MATCH/open", json!({}), organise(200)),
        (
            "DELETE",
            "/api/referee-tokens/TOKEN",
            json!({}),
            organise(204),
        ),
        (
            "POST",
            "/api/matches/MATCH/referee-token",
            json!({}),
            organise(201),
        ),
        (
            "DELETE",
            "/api/matches/MATCH/referee-token",
            json!({}),
            organise(204),
        ),
        (
            "POST",
            "/api/courts/COURT/referee-token",
            json!({}),
            organise(201),
        ),
        (
            "DELETE",
            "/api/courts/COURT/referee-token",
            json!({}),
            organise(204),
        ),
        ("DELETE", "/api/courts/COURT", json!({}), organise(204)),
        ("DELETE", "/api/matches/MATCH", json!({}), organise(204)),
        ("DELETE", "/api/screens/SCREEN", json!({}), organise(204)),
        ("DELETE", "/api/sessions/SESSION", json!({}), organise(204)),
        ("DELETE", "/api/teams/TEAM", json!({}), organise(204)),
        (
            "DELETE",
            "/api/tournaments/TOURNAMENT",
            json!({}),
            organise(204),
        ),
    ]
}

#[test]
fn every_route_answers_every_role_as_the_table_says() {
    let hall = Hall::new();
    let mut wrong = Vec::new();
    let mut try_all = |hall: &Hall, rows: Vec<(&'static str, &'static str, Value, [u16; 6])>| {
        for (method, route, body, expected) in rows {
            for (who, expected) in EVERYBODY.into_iter().zip(expected) {
                let status = hall.ask(who, method, route, &body, &[]);
                if status != expected {
                    wrong.push(format!(
                        "{method} {route} as {who:?}: {status}, not {expected}"
                    ));
                }
            }
        }
    };
    // The tries at the PIN are used up first, so that its row shows the throttle and no session is made.
    while hall
        .venue
        .post("/api/session", &json!({ "pin": "0" }))
        .status
        != 429
    {}
    try_all(&hall, table());
    try_all(&Hall::new(), takes_away());
    for (route, expected) in [
        ("/referee?IdMatch=MATCH", [401, 403, 101, 101, 101, 403]),
        ("/spectateur?matchID=MATCH", [101; 6]),
        ("/watch", [101; 6]),
    ] {
        let hall = Hall::new();
        for (who, expected) in EVERYBODY.into_iter().zip(expected) {
            let status = hall.open(who, route);
            if status != expected {
                wrong.push(format!("{route} as {who:?}: {status}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The path of an operation, with its parameters as `*`.
fn template(path: &str) -> String {
    let part = |part| {
        if str::starts_with(part, '{') {
            "*"
        } else {
            part
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The path of a row in the table, with its parameters as `*`.
fn shape(route: &str) -> String {
    if route.starts_with("/static/") {
        return "/static/*".to_owned();
    }
    let path = route.split('?').next().unwrap_or(route);
    let part = |part: &str| match part {
        "MATCH" | "COURT" | "TOURNAMENT" | "TEAM" | "SCREEN" | "SESSION" | "TOKEN" | "ATTEMPT" => {
            "*".to_owned()
        }
        other => other.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A row's answers to everybody, by the right that the server's own table names and what success is.
fn answers(may: May, success: u16) -> [u16; 6] {
    match may {
        May::Anybody => [success; 6],
        May::AnybodyWhereOpen => [405; 6],
        May::Oversee => OVERSEE,
        May::Organise => organise(success),
        May::Publish | May::Referee => score(success),
    }
}

#[test]
fn every_operation_is_tried_and_asks_for_the_right_that_it_names() {
    // Streams are opened elsewhere. A guess of a secret is also refused to who may guess; logging out everywhere is more
    // than logging out.
    let streams = ["/referee", "/spectateur", "/watch", "/events"];
    let more_is_asked = ["POST /api/referee-code", "DELETE /api/session"];
    let rows: Vec<_> = table().into_iter().chain(takes_away()).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for operation in operations() {
        let name = format!("{} {}", operation.method, template(operation.path));
        count += 1;
        if streams.contains(&operation.path) || more_is_asked.contains(&name.as_str()) {
            continue;
        }
        let row = rows
            .iter()
            .find(|(method, route, _, _)| format!("{method} {}", shape(route)) == name);
        match row {
            None => wrong.push(format!("{name} is tried by nobody")),
            Some((_, _, _, tried)) => {
                let expected = answers(operation.may, tried[4]);
                if *tried != expected {
                    wrong.push(format!("{name}: {:?} is not {tried:?}", operation.may));
                }
            }
        }
    }
    assert!(count > 60, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_description_of_the_api_has_each_of_its_routes_and_no_other() {
    let there: BTreeSet<String> = operations()
        .filter(|operation| operation.path.starts_with("/api/"))
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let description = Venue::open().get("/api/openapi.json").json();
    let paths = description["paths"].as_object().unwrap();
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(described, there);
}

#[test]
fn no_write_is_taken_from_a_page_of_another_site_whatever_it_carries() {
    let hall = Hall::new();
    let foreign = [("Origin", "http://evil.example")];
    for (method, route, body, _) in table().into_iter().chain(takes_away()) {
        if method == "GET" && !route.starts_with("/create-") {
            continue;
        }
        for who in EVERYBODY {
            let status = hall.ask(who, method, route, &body, &foreign);
            assert_eq!(status, 403, "{method} {route} as {who:?}");
        }
    }
    assert_eq!(hall.venue.history(&hall.fixture).len(), 0);
    let sessions = hall.ask(Who::Organiser, "GET", "/api/desk", &Value::Null, &[]);
    assert_eq!(sessions, 200, "nobody was logged out");
}

#[test]
fn logging_out_everywhere_ends_every_session() {
    let hall = Hall::new();
    let second = hall.venue.log_in();
    let role = |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str())];
        let reply = hall.venue.request("GET", "/api/session", &headers, b"");
        reply.json()["role"].clone()
    };
    assert_eq!(
        (role(&hall.organiser), role(&second)),
        (json!("organiser"), json!("organiser"))
    );
    let everywhere = "/api/session?everywhere=1";
    assert_eq!(
        hall.ask(Who::Organiser, "DELETE", everywhere, &json!({}), &[]),
        204
    );
    assert_eq!(
        (role(&hall.organiser), role(&second)),
        (json!("watcher"), json!("watcher"))
    );
    assert_eq!(
        hall.venue.log_in().len(),
        32,
        "the PIN is as good as before"
    );
}

#[test]
fn ten_thousand_wrong_pins_do_not_get_in() {
    let hall = Hall::new();
    let pin: u64 = hall
        .venue
        .pin
        .as_ref()
        .unwrap()
        .replace(' ', "")
        .parse()
        .unwrap();
    let mut throttled = 0;
    for guess in 0..10_000 {
        // All around the true one.
        let guess = (pin + 1 + guess) % 100_000_000;
        let body = json!({ "pin": format!("{guess:08}") });
        match hall.venue.post("/api/session", &body).status {
            401 => {}
            429 => throttled += 1,
            other => panic!("{other}"),
        }
    }
    assert!(throttled >= 9_990, "{throttled}");
    // Not even the right one, until the throttle lets go or there is a new PIN.
    assert_eq!(
        hall.venue
            .post("/api/session", &json!({ "pin": hall.venue.pin }))
            .status,
        429
    );
}
