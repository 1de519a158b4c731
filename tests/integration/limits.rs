//! What one address may take of the venue, and what never leaves it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};

use serde_json::json;
use socket2::{Domain, Socket, Type};

use crate::venue::{BINARY, PATIENCE, Reply, Venue, eventually, point, read_reply};

/// A connection from another address of this machine: the box itself, 127.0.0.1, is not limited.
pub fn connect_from(last: u8, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let from: SocketAddr = ([127, 0, 0, last], 0).into();
    socket.bind(&from.into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn ask(mut stream: &TcpStream, path: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // A connection that is turned away may be closed before it has said anything.
    let _ = stream.write_all(head.as_bytes());
}

fn answered(mut stream: &TcpStream) -> String {
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn one_address_has_so_many_connections_and_the_others_and_the_box_have_theirs() {
    let venue = Venue::with(&["--open", "--max-per-address", "5"]);
    let open: Vec<TcpStream> = (0..5).map(|_| connect_from(2, venue.address)).collect();
    for stream in &open {
        ask(stream, "/healthz");
        assert_eq!(answered(stream), "HTTP/1.1 200");
    }
    let mut sixth = connect_from(2, venue.address);
    ask(&sixth, "/healthz");
    let refused = read_reply(&mut sixth);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("10"));
    assert_eq!(refused.code(), "too_many_connections");
    let other = connect_from(3, venue.address);
    ask(&other, "/healthz");
    assert_eq!(answered(&other), "HTTP/1.1 200");
    let of_the_box: Vec<TcpStream> = (0..20).map(|_| venue.connect()).collect();
    for stream in &of_the_box {
        ask(stream, "/healthz");
        assert_eq!(answered(stream), "HTTP/1.1 200");
    }
}

/// Creates a tournament from 127.0.0.LAST, as a visitor or by a session's token.
fn create_from(last: u8, venue: &Venue, method: &str, token: &str) -> u16 {
    let mut stream = connect_from(last, venue.address);
    let query = "tournamentName=Cup&sport=football";
    let body = json!({ "tournamentName": "Cup", "sport": "football" }).to_string();
    let (query, body) = match method {
        "GET" => (format!("?{query}"), String::new()),
        _ => (String::new(), body),
    };
    let bearer = match token {
        "" => String::new(),
        token => format!("Authorization: Bearer {token}\r\n"),
    };
    let request = format!(
        "{method} /create-tournament{query} HTTP/1.1\r\nHost: localhost\r\n{bearer}Connection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let reply = read_reply(&mut stream);
    if reply.status == 429 {
        assert_eq!(reply.code(), "too_many_requests");
        assert!(reply.header("retry-after").is_some());
    }
    reply.status
}

#[test]
fn in_the_open_mode_one_address_creates_no_more_than_a_hall_needs() {
    // A pause of 100 s for each at this limit: nothing comes back meanwhile.
    let venue = Venue::with(&["--open", "--max-per-address", "40"]);
    let created = |method| {
        (0..9)
            .filter(|_| create_from(2, &venue, method, "") == 201)
            .count()
    };
    assert_eq!((created("POST"), created("GET")), (9, 3));
    assert_eq!(create_from(2, &venue, "POST", ""), 429);
    assert_eq!(create_from(3, &venue, "POST", ""), 201, "another address");
    assert!(
        (0..20).all(|_| create_from(1, &venue, "POST", "") == 201),
        "the box"
    );
}

#[test]
fn events_of_one_address_are_limited_over_all_its_connections_and_none_is_lost() {
    let venue = Venue::with(&["--open", "--max-per-address", "5", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let events: Vec<_> = (0..60).map(|_| point("A")).collect();
    let body = json!(events).to_string();
    let mut stream = connect_from(2, venue.address);
    let head = format!(
        "POST /api/matches/{}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        fixture.id,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let answers = read_reply(&mut stream).json();
    let count = |wanted: &str| {
        let answers = answers.as_array().unwrap().iter();
        answers.filter(|answer| answer["type"] == wanted).count()
    };
    // Four seconds' worth at once, and what grew meanwhile.
    assert!((20..30).contains(&count("ack")), "{answers}");
    assert_eq!(count("ack") + count("refused"), 60);
    let refused = answers.as_array().unwrap().last().unwrap();
    assert_eq!(refused["code"], "rate_limited");
    assert_eq!(venue.history(&fixture).len(), count("ack"));
}

#[test]
fn no_secret_is_written_to_the_log_however_much_it_talks() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut server = Command::new(BINARY)
        .args(["serve", "--listen", "127.0.0.1:0", "--no-mdns", "--data"])
        .arg(folder.path().join("data"))
        .env_remove("STATE_DIRECTORY")
        .env("COURTSIDE_LOG", "trace")
        .stdout(std::fs::File::create(folder.path().join("out")).unwrap())
        .stderr(Stdio::from(std::fs::File::create(&log).unwrap()))
        .spawn()
        .unwrap();
    let printed = || std::fs::read_to_string(folder.path().join("out")).unwrap();
    eventually("the server serves", || {
        printed().ends_with("▀\n") || printed().contains("▀\n\n")
    });
    let find = |begins: &str| {
        let found = printed();
        let line = found
            .lines()
            .find_map(|line| line.trim().strip_prefix(begins).map(str::to_owned));
        line.unwrap_or_else(|| panic!("{begins} in {found}"))
    };
    let pin = find("Organiser PIN: ");
    let port: u16 = find("http://127.0.0.1:")
        .trim_end_matches('/')
        .parse()
        .unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let send = |method: &str, path: &str, token: &str, body: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        read_reply(&mut stream).json()
    };
    let text = |value: &serde_json::Value, field: &str| value[field].as_str().unwrap().to_owned();
    let session = text(
        &send(
            "POST",
            "/api/session",
            "",
            &json!({ "pin": pin }).to_string(),
        ),
        "token",
    );
    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    let body = json!({ "sport": "tennis", "sides": sides }).to_string();
    let made = send("POST", "/api/matches", &session, &body);
    let (id, token) = (text(&made, "id"), text(&made, "refereeToken"));
    let handed = send(
        "POST",
        &format!("/api/matches/{id}/referee-token"),
        &session,
        "",
    );
    let (fresh, code) = (text(&handed, "refereeToken"), text(&handed, "refereeCode"));
    let redeemed = send(
        "POST",
        "/api/referee-code",
        "",
        &json!({ "code": code }).to_string(),
    );
    let typed = text(&redeemed, "refereeToken");
    let (mut socket, _) = tokio_tungstenite::tungstenite::client(
        format!("ws://{address}/referee?IdMatch={id}&token={fresh}"),
        TcpStream::connect(address).unwrap(),
    )
    .unwrap();
    socket.read().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.contains("TRACE") || log.contains("DEBUG"),
        "the log talks"
    );
    for secret in [pin, session, token, fresh, code, typed] {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}

/// What a plain request for this host gets.
fn asked_for(venue: &Venue, target: &str, head: &str) -> (u16, String) {
    let mut stream = venue.connect();
    let request = format!("GET {target} HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let reply = read_reply(&mut stream);
    let code = if reply.status == 200 {
        String::new()
    } else {
        reply.code()
    };
    (reply.status, code)
}

#[test]
fn a_name_that_is_not_this_server_s_is_not_answered_in_the_open_mode_either() {
    let venue = Venue::with(&[
        "--open",
        "--hostname",
        "hall",
        "--also-known-as",
        "scores.club.example,other",
    ]);
    let fine = (200, String::new());
    for host in ["hall", "hall.local:8000", "scores.club.example", "OTHER:1"] {
        let head = format!("Host: {host}\r\n");
        assert_eq!(asked_for(&venue, "/api/venue", &head), fine, "{host}");
    }
    let unknown = (421, "unknown_host".to_owned());
    let foreign = "Host: evil.example\r\n";
    for path in ["/", "/static/core/api.js", "/api/matches", "/healthz"] {
        assert_eq!(asked_for(&venue, path, foreign), unknown, "{path}");
    }
    let absolute = format!("http://{}/api/venue", venue.address);
    assert_eq!(asked_for(&venue, &absolute, foreign), fine);
    assert_eq!(
        asked_for(&venue, "http://evil.example/api/venue", "Host: hall\r\n"),
        unknown
    );
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    assert_eq!(
        asked_for(&venue, "/watch", &format!("{foreign}{upgrade}")),
        unknown
    );
    let mut made = venue.connect();
    let body = json!({ "tournamentName": "Cup", "sport": "football" }).to_string();
    let request = format!(
        "POST /create-tournament HTTP/1.1\r\n{foreign}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    made.write_all(request.as_bytes()).unwrap();
    assert_eq!(read_reply(&mut made).status, 421);
    assert_eq!(venue.get("/live-tournament").json(), json!([]));
}

#[test]
fn old_clients_without_a_host_and_boards_that_only_watch_are_let_in() {
    let venue = Venue::open();
    let mut old = venue.connect();
    old.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(read_reply(&mut old).status, 200);
    // As arduinoWebSockets asks, unless it is told otherwise.
    let board = format!(
        "GET /watch HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: arduino\r\nOrigin: file://\r\n\
         User-Agent: arduino-WebSocket-Client\r\n\r\n",
        venue.address
    );
    let stream = venue.connect();
    (&stream).write_all(board.as_bytes()).unwrap();
    assert_eq!(answered(&stream), "HTTP/1.1 101");
}

/// One try of a PIN from another address: the status, and the seconds to wait.
fn try_pin(venue: &Venue, last: u8, pin: &str, cookie: &str) -> (u16, Option<u64>) {
    let mut stream = connect_from(last, venue.address);
    let body = json!({ "pin": pin }).to_string();
    let request = format!(
        "POST /api/session HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let reply = read_reply(&mut stream);
    let wait = reply
        .header("retry-after")
        .map(|wait| wait.parse().unwrap());
    (reply.status, wait)
}

#[test]
fn a_siege_of_the_pin_slows_strangers_and_the_organiser_is_told_of_it() {
    let venue = Venue::with(&[]);
    let pin = venue.pin.clone().unwrap();
    let wrong = pin.chars().rev().collect::<String>().replace(' ', "");
    let first = venue.post("/api/session", &json!({ "pin": pin }));
    let cookies: Vec<&str> = first
        .head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next())
        .collect();
    let known = cookies
        .iter()
        .find(|cookie| cookie.starts_with("courtside_known_"))
        .expect("a browser that is known");
    let token = first.json()["token"].as_str().unwrap().to_owned();
    for last in 20..31 {
        for _ in 0..5 {
            assert_eq!(try_pin(&venue, last, &wrong, "").0, 401);
        }
    }
    let (status, wait) = try_pin(&venue, 20, &pin, "");
    assert_eq!(status, 429, "its own tries are used up");
    assert!(wait.is_some_and(|wait| (1..=61).contains(&wait)));
    assert_eq!(try_pin(&venue, 20, &pin, known).0, 200, "a known browser");
    assert_eq!(try_pin(&venue, 40, &pin, "").0, 200, "a new address");
    assert_eq!(
        venue.post("/api/session", &json!({ "pin": pin })).status,
        200,
        "the box itself"
    );
    let bearer = format!("Bearer {token}");
    let told = venue.request("GET", "/api/venue", &[("Authorization", &bearer)], b"");
    let guessing = &told.json()["box"]["guessing"];
    assert!(guessing["tries"].as_u64() >= Some(55), "{guessing}");
    assert!(
        guessing["networks"].to_string().contains("127.0.0.2"),
        "{guessing}"
    );
    assert!(venue.get("/api/venue").json()["box"].is_null());
}

#[test]
fn made_up_tvs_cannot_displace_a_true_one_and_the_organiser_sees_where_each_is() {
    let venue = Venue::open();
    let ask = |last: u8, id: String| {
        let mut stream = connect_from(last, venue.address);
        let body = json!({ "id": id }).to_string();
        let request = format!(
            "POST /api/screens HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        read_reply(&mut stream)
    };
    let code = ask(9, "0".repeat(32)).json()["code"].clone();
    let mut statuses = Vec::new();
    for number in 1..=80_u32 {
        let last = 10 + u8::try_from(number / 5).unwrap();
        statuses.push(ask(last, format!("{number:032x}")).status);
    }
    assert!(statuses.contains(&429) && statuses.contains(&503));
    let listed = venue.get("/api/screens").json();
    let listed = listed.as_array().unwrap();
    // The others are kept for the box itself.
    assert_eq!(listed.len(), 60);
    let ours = listed.iter().find(|screen| screen["code"] == code).unwrap();
    assert_eq!(ours["address"], "127.0.0.9");
    let path = format!("/api/screens/{}", code.as_str().unwrap());
    let shows = json!({ "shows": "court=1" }).to_string();
    assert_eq!(
        venue.request("PATCH", &path, &[], shows.as_bytes()).status,
        200
    );
}

/// A request of another address, with a token where there is one.
fn ask_from(last: u8, venue: &Venue, to: &str, token: &str, body: &str) -> Reply {
    let mut stream = connect_from(last, venue.address);
    let request = format!(
        "{to} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    read_reply(&mut stream)
}

#[test]
fn an_answer_to_a_write_is_busy_before_it_is_done_and_never_after() {
    let venue = Venue::with(&[]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    let name = |side: &str| json!({ "name": format!("{side}{}", "\u{10400}".repeat(198)) });
    let long = json!({ "sport": "football", "sides": { "A": name("A"), "B": name("B") } });
    for _ in 0..100 {
        assert_eq!(venue.post_as(&organiser, "/api/matches", &long).status, 201);
    }
    let all = "GET /api/matches HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let matches = |last: u8, token: &str| {
        let reply = ask_from(last, &venue, "GET /api/matches", token, "");
        (reply.status, reply.body.len())
    };
    let write = || {
        let points: Vec<_> = (0..500).map(|_| point("A")).collect();
        let to = format!("POST /api/matches/{}/events", fixture.id);
        ask_from(9, &venue, &to, &organiser, &json!(points).to_string())
    };
    // None of these reads its answer.
    let strangers: Vec<_> = (2..8)
        .map(|last| crate::floods::flood(last, &venue, 40, all.as_bytes()))
        .collect();
    eventually("strangers find no room", || matches(8, "").0 == 503);
    let answered = write();
    assert_eq!(answered.status, 200, "who has a right");
    assert!(matches(9, "").1 > 150_000, "at the same address");
    assert!(
        answered.body.len() > 150_000,
        "longer than what is left then"
    );
    let before = venue.history(&fixture).len();
    let proxy = crate::floods::flood(1, &venue, 100, all.as_bytes());
    eventually("nobody finds room", || matches(9, "").0 == 503);
    let refused = write();
    assert_eq!((refused.status, refused.code().as_str()), (503, "busy"));
    drop((strangers, proxy));
    eventually("there is room again", || matches(1, "").0 == 200);
    assert_eq!(venue.history(&fixture).len(), before, "nothing was done");
    assert_eq!(write().status, 200);
}

#[test]
fn begun_log_ins_of_many_addresses_do_not_end_another_s() {
    let venue = Venue::with(&[]);
    let begin = |last: u8| {
        let body = json!({ "A": format!("{:0>512}", 3) }).to_string();
        let begun = ask_from(last, &venue, "POST /api/session/srp", "", &body);
        assert!(matches!(begun.status, 201 | 503), "{}", begun.status);
        begun.json()["attempt"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let prove = |last: u8, attempt: &str| {
        let body = json!({ "M1": "00".repeat(32) }).to_string();
        let to = format!("POST /api/session/srp/{attempt}");
        ask_from(last, &venue, &to, "", &body).status
    };
    let (organiser, at_the_box) = (begin(200), begin(1));
    for last in 2..42 {
        for _ in 0..8 {
            // Some find no place.
            begin(last);
        }
    }
    let late = begin(201);
    assert_eq!(prove(201, &late), 401, "who comes alone finds one");
    assert_eq!(prove(200, &organiser), 401, "a wrong PIN, and no late one");
    assert_eq!(prove(1, &at_the_box), 401);
}

/// A websocket of another address, and what its handshake was answered with.
fn websocket_from(last: u8, venue: &Venue, path: &str) -> (TcpStream, String) {
    let stream = connect_from(last, venue.address);
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    );
    // One that finds no place may be closed before it has said anything.
    let _ = (&stream).write_all(head.as_bytes());
    let told = answered(&stream);
    (stream, told)
}

#[test]
fn a_hall_full_of_watchers_still_lets_in_a_referee_an_organiser_and_the_box() {
    let venue = Venue::with(&["--max-connections", "20", "--max-per-address", "10"]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    let mut watchers = Vec::new();
    for last in [2, 3] {
        let mut tried = 0;
        while watchers.len() < usize::from(last - 1) * 10 {
            // Connections that created the match may still be closing; new ones of an address come slowly then.
            let (stream, told) = websocket_from(last, &venue, "/watch");
            if told == "HTTP/1.1 101" {
                watchers.push(stream);
            } else {
                tried += 1;
                assert!(tried < 50, "{told}");
                std::thread::sleep(std::time::Duration::from_millis(300));
            }
        }
    }
    let path = format!("/referee?IdMatch={}&token={}", fixture.id, fixture.token);
    let (_pad, told) = websocket_from(4, &venue, &path);
    assert_eq!(told, "HTTP/1.1 101", "a referee");
    assert_eq!(venue.get("/healthz").status, 200, "the box itself");
    let pin = venue.pin.clone().unwrap();
    assert_eq!(try_pin(&venue, 5, &pin, "").0, 200, "an organiser");
    let mut page = connect_from(6, venue.address);
    ask(&page, "/");
    assert_eq!(read_reply(&mut page).status, 200, "the page to log in on");
    for path in ["/watch", "/events"] {
        let (_, told) = websocket_from(7, &venue, path);
        assert_eq!(told, "HTTP/1.1 503", "{path}");
    }
}
