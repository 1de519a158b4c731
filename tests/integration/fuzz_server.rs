//! Whatever reaches the server's sockets: it answers, goes on serving others, and keeps no memory of it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Instant;

use serde_json::json;

use crate::chance::{Chance, long, seed};
use crate::fuzz_readers::corpus;
use crate::venue::{Fixture, PATIENCE, Venue, point};

/// A good referee and a good watcher are served as if nothing had been.
fn assert_good_clients_are_served(venue: &Venue) {
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    assert_eq!(venue.referee(&fixture).publish(&point("A"))["seq"], 1);
    assert_eq!(watcher.next_of(&["event"])["seq"], 1);
    assert_eq!(venue.get("/healthz").status, 200);
}

fn random_bytes(chance: &mut Chance, most: u64) -> Vec<u8> {
    let length = chance.below(most + 1);
    (0..length).map(|_| chance.next() as u8).collect()
}

/// A frame that may be right in everything, or wrong in one thing or another.
fn frame(chance: &mut Chance, payloads: &[Vec<u8>]) -> Vec<u8> {
    let payload = match chance.below(20) {
        0..=9 => point("A").to_string().into_bytes(),
        10 => random_bytes(chance, 200),
        _ => payloads[chance.below(payloads.len() as u64) as usize].clone(),
    };
    let opcode = match chance.below(20) {
        0..=16 => 1,
        17 => 0,
        _ => chance.below(16) as u8,
    };
    let reserved = if chance.percent(1) {
        chance.below(8) as u8
    } else {
        0
    };
    let last = u8::from(chance.percent(97));
    let masked = chance.percent(98);
    let said = match chance.below(100) {
        0 => u64::MAX,
        1 => 1 << 40,
        2 => payload.len() as u64 + chance.below(2_000),
        _ => payload.len() as u64,
    };
    let mut frame = vec![last << 7 | reserved << 4 | opcode];
    let mask_bit = u8::from(masked) << 7;
    match said {
        0..=125 if chance.percent(98) => frame.push(mask_bit | said as u8),
        126..=65_535 => {
            frame.push(mask_bit | 126);
            frame.extend((said as u16).to_be_bytes());
        }
        _ => {
            frame.push(mask_bit | 127);
            frame.extend(said.to_be_bytes());
        }
    }
    let mask = if masked {
        (chance.next() as u32).to_be_bytes()
    } else {
        [0; 4]
    };
    if masked {
        frame.extend(mask);
    }
    frame.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, key)| byte ^ key),
    );
    frame
}

/// Sends all of it while reading what comes; a server that has had enough is right.
fn pour(mut stream: TcpStream, bytes: &[u8], polite: bool) {
    let mut reading = stream.try_clone().unwrap();
    let reader = std::thread::spawn(move || {
        let mut sink = [0; 8192];
        loop {
            match reading.read(&mut sink) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => {
                    return !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                }
            }
        }
    });
    let _ = stream.write_all(bytes);
    if polite {
        // Nothing more comes: the server must come to an end with it.
        let _ = stream.shutdown(Shutdown::Write);
        assert!(
            reader.join().unwrap(),
            "the server neither answered nor closed"
        );
    } else {
        let _ = stream.shutdown(Shutdown::Both);
        let _ = reader.join();
    }
}

/// What a handshake asks for: mostly something that there is, else something with a piece that is wrong.
fn wanted(fixture: &Fixture, chance: &mut Chance) -> Vec<u8> {
    let id = &fixture.id;
    if chance.percent(20) {
        let (target, _) = request(chance, std::slice::from_ref(id), &STREAMS);
        let target = target.split_once(' ').map_or("/", |(_, target)| target);
        return target.as_bytes().to_vec();
    }
    let mut wanted = match chance.below(4) {
        0 => format!("/spectateur?matchID={id}"),
        1 => "/watch".to_owned(),
        _ => format!("/referee?matchID={id}&device=d{}", chance.below(3)),
    }
    .into_bytes();
    if chance.percent(20) {
        let at = 1 + chance.below(wanted.len() as u64 - 1) as usize;
        let end = (at + chance.below(8) as usize).min(wanted.len());
        let piece = pick(chance, &PIECES).as_bytes().to_vec();
        wanted.splice(at..end, piece);
    }
    wanted
}

/// Puts together what is no path, no query or no ID.
const PIECES: [&str; 16] = [
    "",
    "%",
    "%0",
    "%00",
    "%ff",
    "%c3%28",
    "//",
    "/..",
    "?",
    "&&",
    "=",
    "&matchID=",
    "#x",
    "\u{0}",
    "é",
    "+",
];

fn websocket_noise(venue: &Venue, fixture: &Fixture, chance: &mut Chance, payloads: &[Vec<u8>]) {
    let path = wanted(fixture, chance);
    let mut bytes = b"GET ".to_vec();
    bytes.extend(path);
    let head = format!(
        " HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        venue.address
    );
    bytes.extend(head.into_bytes());
    if chance.percent(20) {
        bytes.extend(random_bytes(chance, 4_000));
    } else {
        for _ in 0..chance.below(30) {
            bytes.extend(frame(chance, payloads));
        }
    }
    if chance.percent(10) {
        let at = chance.below(bytes.len() as u64) as usize;
        bytes[at] ^= 1 << chance.below(8);
    }
    pour(venue.connect(), &bytes, chance.percent(70));
}

#[test]
fn after_any_noise_on_websockets_good_clients_are_served_and_no_memory_is_kept() {
    let seed = seed();
    let rounds = if long() { 20_000 } else { 300 };
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let payloads: Vec<Vec<u8>> = corpus("events")
        .into_iter()
        .map(|(_, bytes)| bytes)
        .collect();
    let mut chance = Chance::branch(seed, 0);
    let mut settled = 0;
    let since = Instant::now();
    for round in 0..rounds {
        websocket_noise(&venue, &fixture, &mut chance, &payloads);
        // The match's window of frames is filled by then, and its referees' books.
        if round == rounds / 3 {
            settled = venue.resident_kib();
        }
    }
    let grown = venue.resident_kib().saturating_sub(settled);
    let stored = venue.history(&fixture);
    eprintln!(
        "{rounds} connections in {:?}, {} events taken, {grown} KiB more",
        since.elapsed(),
        stored.len()
    );
    for (index, recorded) in stored.iter().enumerate() {
        assert_eq!(recorded["seq"], index as u64 + 1);
    }
    assert!(grown < 24 * 1024, "{grown} KiB more");
    assert_good_clients_are_served(&venue);
}

const METHODS: [&str; 8] = [
    "GET", "GET", "POST", "POST", "PATCH", "DELETE", "PUT", "HEAD",
];
/// Not `/events`: whoever stops talking there may go on listening, for ever.
const STREAMS: [&str; 3] = ["/watch", "/referee", "/spectateur"];
const PLACES: [&str; 29] = [
    "/watch",
    "/referee",
    "/spectateur",
    "/events",
    "/api/matches",
    "/api/matches/ID",
    "/api/matches/ID/events",
    "/api/matches/ID/device",
    "/api/matches/ID/open",
    "/api/matches/ID/referee-token",
    "/api/courts",
    "/api/courts/ID",
    "/api/courts/ID/referee-token",
    "/api/teams",
    "/api/teams/ID",
    "/api/tournaments",
    "/api/tournaments/ID",
    "/api/screens",
    "/api/screens/ID",
    "/api/session",
    "/api/venue",
    "/api/venue/clock",
    "/api/referee-code",
    "/api/desk",
    "/create-tournament",
    "/create-match",
    "/get-summary",
    "/qr.svg",
    "/static/ID",
];
const FIELDS: [&str; 34] = [
    "IdMatch",
    "takeover",
    "token",
    "id",
    "name",
    "names",
    "sport",
    "variant",
    "rules",
    "overrides",
    "sides",
    "courtID",
    "tournamentID",
    "matchID",
    "pin",
    "code",
    "device",
    "battery",
    "unsent",
    "shows",
    "path",
    "wifi",
    "password",
    "after",
    "limit",
    "order",
    "queue",
    "tournamentName",
    "equipeA",
    "equipeB",
    "now",
    "type",
    "side",
    "everywhere",
];
const VALUES: [&str; 26] = [
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e308",
    "18446744073709551615",
    "-9223372036854775808",
    "\"\"",
    "\" \"",
    "\"a\"",
    "\"tennis\"",
    "\"FOOTBALL\"",
    "\"\\u0000\"",
    "\"\\ud83d\\ude00\"",
    "\"\u{202e}\"",
    "[]",
    "{}",
    "[null]",
    "[\"a\",\"b\"]",
    "{\"A\":{\"name\":\"x\"},\"B\":{\"name\":\"y\"}}",
    "{\"name\":\"w\"}",
    "{\"periods\":{\"count\":0}}",
    "\"2026-01-01T00:00:00Z\"",
    "\"+275760-09-13T00:00:00Z\"",
    "{\"points\":-1}",
];

fn pick<'a>(chance: &mut Chance, of: &[&'a str]) -> &'a str {
    of[chance.below(of.len() as u64) as usize]
}

/// A request that means something, or nearly.
fn request(chance: &mut Chance, ids: &[String], places: &[&str]) -> (String, String) {
    let method = pick(chance, &METHODS);
    let id = match chance.below(5) {
        0 => pick(
            chance,
            &[
                "x",
                "%00",
                "%ff",
                "..",
                "%2e%2e",
                "00000000-0000-0000-0000-000000000000",
                "😀",
            ],
        )
        .to_owned(),
        _ => ids[chance.below(ids.len() as u64) as usize].clone(),
    };
    let mut target = pick(chance, places).replace("ID", &id);
    let value = |chance: &mut Chance| match chance.percent(30) {
        true => format!("\"{}\"", ids[chance.below(ids.len() as u64) as usize]),
        false => pick(chance, &VALUES).to_owned(),
    };
    for number in 0..chance.below(4) {
        let joint = if number == 0 { '?' } else { '&' };
        let value = value(chance).trim_matches('"').replace(' ', "+");
        target += &format!("{joint}{}={value}", pick(chance, &FIELDS));
    }
    let fields: Vec<String> = (0..chance.below(5))
        .map(|_| format!("\"{}\":{}", pick(chance, &FIELDS), value(chance)))
        .collect();
    (
        format!("{method} {target}"),
        format!("{{{}}}", fields.join(",")),
    )
}

/// Sends a request and returns the status; `None` where the server closed without a word.
fn status(venue: &Venue, request: &str, body: &str) -> Option<u16> {
    let mut stream = venue.connect();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        venue.address,
        body.len()
    );
    // A request that is cut off early is answered all the same.
    let _ = stream.write_all(head.as_bytes());
    let mut answer = [0; 12];
    match stream.read_exact(&mut answer) {
        Ok(()) => std::str::from_utf8(&answer[9..]).ok()?.parse().ok(),
        Err(error) => {
            assert_ne!(
                error.kind(),
                ErrorKind::WouldBlock,
                "no answer to {request}"
            );
            None
        }
    }
}

#[test]
fn no_request_whatever_its_path_query_and_body_is_the_servers_own_failure() {
    let seed = seed();
    let rounds = if long() { 60_000 } else { 1_000 };
    let venue = Venue::open();
    let mut chance = Chance::branch(seed, 1);
    let made = |path: &str, body| {
        venue.post(path, &body).json()["id"]
            .as_str()
            .map(str::to_owned)
    };
    let mut ids: Vec<String> = Vec::new();
    let text = |name: &str| {
        let files = corpus("requests").into_iter();
        let found = files
            .filter(|(file, _)| file == name)
            .map(|(_, bytes)| bytes);
        String::from_utf8(found.flatten().collect()).unwrap()
    };
    let check = |request: &str, body: &str| {
        let status = status(&venue, request, body);
        assert!(
            status.is_none_or(|status| status < 500),
            "{status:?}: {request} {body}"
        );
    };
    for round in 0..rounds {
        // Some of what is asked for is there, although some requests delete it.
        if round % 100 == 0 {
            let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
            let tournament = made(
                "/api/tournaments",
                json!({ "name": "Cup", "sport": "tennis" }),
            )
            .unwrap();
            let court = made("/api/courts", json!({ "name": format!("Court {round}") })).unwrap();
            let of = json!({ "tournamentID": tournament, "sides": sides });
            let team = json!({ "tournamentID": tournament, "name": "Lyon" });
            let played = made("/api/matches", of).unwrap();
            let team = made("/api/teams", team).unwrap();
            ids = vec![tournament, court, played, team];
            for line in text("lines.txt").lines() {
                check(&line.replace("MATCH", &ids[2]), "");
            }
            for body in text("bodies.txt").lines() {
                for place in PLACES {
                    let place = place.replace("ID", &ids[chance.below(4) as usize]);
                    if round == 0 {
                        check(&format!("POST {place}"), body);
                        check(&format!("PATCH {place}"), body);
                    }
                }
            }
        }
        let (request, body) = request(&mut chance, &ids, &PLACES);
        check(&request, &body);
    }
    assert_good_clients_are_served(&venue);
    assert!(venue.resident_kib() < 300 * 1024);
}
