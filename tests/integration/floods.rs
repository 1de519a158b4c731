//! Floods of whatever takes memory, against a server that has 128 MB of it: it lives, and who was there goes on.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::json;
use socket2::{Domain, Socket as RawSocket, Type};

use crate::venue::{Fixture, Socket, Venue, eventually, point};

/// What `ulimit -d` gives: 128 MB.
const MEMORY_KIB: u64 = 131_072;
/// What 1,900 unfinished bodies took of an earlier build, divided by twenty.
const FLOOD_MAX_KIB: u64 = 628 * 1024 / 20;
pub const MANY: usize = 1_900;
/// The distance to the addresses of a second flood: those of the first may open no more for ten seconds.
const OTHERS: u8 = 100;
/// What a second flood may take beyond the first: the heap keeps what was given back to it, and uses it again.
const AGAIN_KIB: u64 = 16 * 1024;

/// A connection of 127.0.0.LAST that never waits and whose kernel keeps little for it.
fn stranger(last: u8, to: SocketAddr) -> Option<TcpStream> {
    let socket = RawSocket::new(Domain::IPV4, Type::STREAM, None).ok()?;
    socket.set_recv_buffer_size(4096).ok()?;
    let from: SocketAddr = ([127, 0, 0, last], 0).into();
    socket.bind(&from.into()).ok()?;
    socket.connect(&to.into()).ok()?;
    socket.set_nonblocking(true).ok()?;
    Some(socket.into())
}

/// Sends as much of this as the server takes now; where it has hung up, nothing.
fn push(stream: &mut TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return,
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

pub fn flood(last: u8, venue: &Venue, many: usize, said: &[u8]) -> Vec<TcpStream> {
    let mut all: Vec<TcpStream> = (0..many)
        .filter_map(|_| {
            let mut stream = stranger(last, venue.address)?;
            push(&mut stream, said);
            Some(stream)
        })
        .collect();
    // What was not taken at once.
    for stream in &mut all {
        push(stream, said);
    }
    all
}

/// The venue, and somebody who was there before the flood.
pub struct Hall {
    pub venue: Venue,
    pub fixture: Fixture,
    pub watcher: Socket,
    pub referee: Socket,
    calm_kib: u64,
}

impl Hall {
    pub fn open(arguments: &[&str]) -> Hall {
        rlimit::increase_nofile_limit(20_000).unwrap();
        let venue = Venue::within(MEMORY_KIB, arguments);
        let organiser = match &venue.pin {
            Some(_) => venue.log_in(),
            None => String::new(),
        };
        let fixture = venue.create_match_as(&organiser);
        let (watcher, referee) = (venue.watcher(&fixture), venue.referee(&fixture));
        let calm_kib = venue.resident_kib();
        Hall {
            venue,
            fixture,
            watcher,
            referee,
            calm_kib,
        }
    }

    pub fn goes_on(&mut self) {
        assert_eq!(self.referee.publish(&point("A"))["type"], "ack");
        self.watcher.next_of(&["event"]);
        self.venue.watcher(&self.fixture).next_of(&["welcome"]);
    }

    fn grown_kib(&self) -> u64 {
        self.venue.resident_kib().saturating_sub(self.calm_kib)
    }

    pub fn stands(&mut self, what: &str, flood: Vec<TcpStream>, most_kib: u64) {
        self.goes_on();
        let during = self.grown_kib();
        drop(flood);
        self.goes_on();
        eprintln!("{what}: {during} KiB more, {} KiB after", self.grown_kib());
        assert!(during < most_kib, "{what}: {during} KiB more");
    }

    /// Floods it a second time, from other addresses: what the first flood took must have been given back.
    pub fn stands_twice(
        &mut self,
        what: &str,
        flood: impl Fn(&Venue, u8) -> Vec<TcpStream>,
        most_kib: u64,
    ) {
        let files = self.venue.open_files();
        let first = flood(&self.venue, 0);
        self.stands(what, first, most_kib);
        eventually("they have left", || self.venue.open_files() <= files + 60);
        let kept = self.grown_kib();
        let second = flood(&self.venue, OTHERS);
        self.goes_on();
        let more = self.grown_kib().saturating_sub(kept);
        assert!(more < AGAIN_KIB, "{what}: {more} KiB more the second time");
        drop(second);
        self.goes_on();
    }
}

#[test]
fn bodies_that_never_end_take_little_memory_and_nobody_s_place() {
    let mut hall = Hall::open(&[]);
    let length = 250 * 1024;
    let paths = ["/api/session", "/create-tournament", "/api/referee-code"];
    for (address, path) in (4..).zip(paths) {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n");
        let said = [head.as_bytes(), &vec![b' '; length - 1]].concat();
        let unfinished = |venue: &Venue, others: u8| flood(address + others, venue, MANY, &said);
        hall.stands_twice(path, unfinished, FLOOD_MAX_KIB);
    }
    // Small enough to be waited for.
    let head = "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4096\r\n\r\n";
    let said = [head.as_bytes(), &[b' '; 4095]].concat();
    let unfinished = flood(3, &hall.venue, MANY, &said);
    assert_eq!(hall.venue.log_in().len(), 32, "an organiser gets in");
    hall.stands("small bodies", unfinished, 2 * FLOOD_MAX_KIB);
}

#[test]
fn a_trusted_network_is_told_that_the_server_is_busy_before_it_has_no_memory() {
    let mut hall = Hall::open(&["--open"]);
    let length = 250 * 1024;
    let head = format!(
        "POST /create-tournament HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
    );
    let said = [head.as_bytes(), &vec![b' '; length - 1]].concat();
    let mut all = Vec::new();
    for last in 2..8 {
        all.extend(flood(last, &hall.venue, 60, &said));
    }
    let mut told = String::new();
    eventually("somebody is told", || {
        all.iter_mut().any(|stream| {
            let mut answer = [0; 1024];
            let read = stream.read(&mut answer).unwrap_or(0);
            told = String::from_utf8_lossy(&answer[..read]).into_owned();
            told.contains(r#""code":"busy""#)
        })
    });
    assert!(told.starts_with("HTTP/1.1 503"), "{told}");
    assert!(told.to_lowercase().contains("retry-after"), "{told}");
    hall.stands("bodies of those with the right", all, FLOOD_MAX_KIB);
}

#[test]
fn heads_that_never_end_and_answers_that_nobody_reads_take_little_memory() {
    let mut hall = Hall::open(&["--open"]);
    let filler = "x".repeat(15 * 1024);
    let head = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {filler}");
    let unfinished = |venue: &Venue, others: u8| flood(2 + others, venue, MANY, head.as_bytes());
    hall.stands_twice("heads", unfinished, 40 * 1024);
    for number in 0..60 {
        let body = json!({ "sport": "FOOTBALL", "sides": { "A": { "name": format!("Lions {number} {}", "o".repeat(150)) },
            "B": { "name": format!("Owls {number} {}", "o".repeat(150)) } } });
        assert_eq!(hall.venue.post("/api/matches", &body).status, 201);
    }
    let paths = ["/api/matches", "/static/i18n/en.js", "/watch"];
    for (address, path) in (4..).step_by(2).zip(paths) {
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let upgrade = if path == "/watch" { upgrade } else { "" };
        let asked = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{upgrade}\r\n");
        let unread = |venue: &Venue, others: u8| {
            let of = |last| flood(last + others, venue, MANY / 2, asked.as_bytes());
            [of(address), of(address + 1)]
                .into_iter()
                .flatten()
                .collect()
        };
        // Half of what there is: 10,000 places are not held by one or two.
        hall.stands_twice(path, unread, MEMORY_KIB / 2);
    }
}

#[test]
fn codes_that_everybody_wants_and_messages_that_never_end_take_little_memory() {
    let mut hall = Hall::open(&["--open"]);
    for last in 2..6 {
        let codes: Vec<TcpStream> = (0..100)
            .filter_map(|number| {
                let mut stream = stranger(last, hall.venue.address)?;
                let path = format!("{last}{number}{}", "x".repeat(280));
                let asked = format!("GET /qr.svg?path=/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                push(&mut stream, asked.repeat(8).as_bytes());
                Some(stream)
            })
            .collect();
        hall.stands("codes", codes, 40 * 1024);
    }
    let upgrade = "HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    // The first frame of a message that has no end, with a mask of zeros.
    let begun = |length: u16| {
        let head = [&[0x01, 0xfe], length.to_be_bytes().as_slice(), &[0; 4]].concat();
        [head, vec![b' '; usize::from(length)]].concat()
    };
    let watch = [format!("GET /watch {upgrade}").into_bytes(), begun(1_000)].concat();
    let watchers = |venue: &Venue, others: u8| flood(12 + others, venue, MANY, &watch);
    hall.stands_twice("messages of watchers", watchers, 40 * 1024);
    let path = format!(
        "GET /referee?IdMatch={}&device=x {upgrade}",
        hall.fixture.id
    );
    let score = [path.into_bytes(), begun(16_000), begun(15_000)].concat();
    let referees = |venue: &Venue, others: u8| flood(13 + others, venue, 500, &score);
    hall.stands_twice("messages of referees", referees, 40 * 1024);
}
