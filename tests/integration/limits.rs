//! What one address may take of the venue, and what never leaves it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};

use serde_json::json;
use socket2::{Domain, Socket, Type};

use crate::venue::{BINARY, PATIENCE, Venue, eventually, point, read_reply};

/// A connection from another address of this machine: the box itself, 127.0.0.1, is not limited.
fn connect_from(last: u8, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let from: SocketAddr = ([127, 0, 0, last], 0).into();
    socket.bind(&from.into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn ask(mut stream: &TcpStream, path: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: hall\r\n\r\n");
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

#[test]
fn events_of_one_address_are_limited_over_all_its_connections_and_none_is_lost() {
    let venue = Venue::with(&["--open", "--max-per-address", "5", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let events: Vec<_> = (0..60).map(|_| point("A")).collect();
    let body = json!(events).to_string();
    let mut stream = connect_from(2, venue.address);
    let head = format!(
        "POST /api/matches/{}/events HTTP/1.1\r\nHost: hall\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
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
            "{method} {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
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
