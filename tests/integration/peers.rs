//! Peers that take a place and give nothing for it: they lose it, and nobody else notices.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use socket2::{Domain, Socket as RawSocket, Type};

use crate::chance::long;
use crate::venue::{BINARY, PATIENCE, Venue, eventually, point};

/// How long a request's head may take, and what a busy machine may add.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_secs(8);

/// A client whose kernel keeps hardly anything for it, and what it asks for.
fn client_with_little_room(server: SocketAddr, path: &str, headers: &str) -> TcpStream {
    let socket = RawSocket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&server.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    let head = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn watcher_with_little_room(server: SocketAddr, path: &str) -> TcpStream {
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    client_with_little_room(server, path, upgrade)
}

/// What the server's kernel keeps for a client that has not taken it; nothing where the server has closed.
fn kept_by_the_kernel(venue: &Venue, client: &TcpStream) -> Option<usize> {
    let (server, client) = (venue.address.port(), client.local_addr().unwrap().port());
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let established = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields[1].ends_with(&format!(":{server:04X}"))
            && fields[2].ends_with(&format!(":{client:04X}"))
            && fields[3] == "01"
    };
    let line = table.lines().skip(1).find(established)?;
    let queues = line.split_whitespace().nth(4)?;
    usize::from_str_radix(queues.split(':').next()?, 16).ok()
}

#[test]
fn who_takes_nothing_of_events_or_of_an_answer_costs_little_and_is_dropped_after_a_minute() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    let note = json!({ "type": "note", "text": "x".repeat(8_000) });
    for _ in 0..500 {
        assert_eq!(referee.publish(&note)["type"], "ack");
    }
    let frozen = [
        format!("/events?matchID={}", fixture.id),
        format!("/api/matches/{}/events", fixture.id),
    ]
    .map(|path| client_with_little_room(venue.address, &path, ""));
    let since = Instant::now();
    // Four megabytes wait for each.
    eventually("what there is room for is sent", || {
        let kept = |client| kept_by_the_kernel(&venue, client).is_some_and(|kept| kept > 10_000);
        frozen.iter().all(kept)
    });
    std::thread::sleep(Duration::from_millis(500));
    let kept = frozen
        .each_ref()
        .map(|client| kept_by_the_kernel(&venue, client));
    eprintln!("the kernel keeps {kept:?} bytes");
    assert!(
        kept.iter().flatten().all(|kept| *kept < 256 * 1024),
        "{kept:?}"
    );
    if !long() {
        return;
    }
    while frozen
        .iter()
        .any(|client| kept_by_the_kernel(&venue, client).is_some())
    {
        assert!(since.elapsed() < Duration::from_secs(90), "not dropped");
        assert_eq!(referee.publish(&note)["type"], "ack");
        std::thread::sleep(Duration::from_millis(200));
    }
    eprintln!("both dropped after {:?}", since.elapsed());
    assert!(since.elapsed() > Duration::from_secs(55));
}

#[test]
fn a_watcher_that_reads_one_byte_a_second_delays_nobody_and_costs_no_memory() {
    // No more than a match may have: 8 MB of them.
    let events = 1_000;
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let path = format!("/watch?matchID={}", fixture.id);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..5 {
            let mut slow = watcher_with_little_room(venue.address, &path);
            let over = &over;
            scope.spawn(move || {
                // The server may drop it; that is as good.
                while !over.load(Ordering::Relaxed) && slow.read_exact(&mut [0]).is_ok() {
                    std::thread::sleep(Duration::from_secs(1));
                }
            });
        }
        let mut awake = venue.watcher(&fixture);
        let mut referee = venue.referee(&fixture);
        let note = json!({ "type": "note", "text": "x".repeat(8_000) });
        let mut slowest = Duration::ZERO;
        let mut before = 0;
        for number in 1..=events {
            let since = Instant::now();
            assert_eq!(referee.publish(&note)["seq"], number);
            assert_eq!(awake.next_of(&["event"])["seq"], number);
            slowest = slowest.max(since.elapsed());
            // The match's window of 2 MiB is full by then.
            if number == 400 {
                before = venue.resident_kib();
            }
        }
        let grown = venue.resident_kib().saturating_sub(before);
        over.store(true, Ordering::Relaxed);
        eprintln!("slowest from sender to watcher {slowest:?}, {grown} KiB more");
        assert!(slowest < Duration::from_secs(2), "{slowest:?}");
        assert!(grown < 8 * 1024, "{grown} KiB more");
    });
}

#[test]
fn a_watcher_that_reads_slowly_for_minutes_is_told_the_state_and_not_dropped() {
    if !long() {
        return;
    }
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let mut slow = watcher_with_little_room(
        venue.address,
        &format!("/watch?matchID={}&after=now", fixture.id),
    );
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut referee = venue.referee(&fixture);
            let note = json!({ "type": "note", "text": "x".repeat(8_000) });
            while !over.load(Ordering::Relaxed) {
                assert_eq!(referee.publish(&note)["type"], "ack");
                std::thread::sleep(Duration::from_millis(160));
            }
        });
        let since = Instant::now();
        let (mut text, mut piece, mut resyncs) = (Vec::new(), [0; 8192], 0);
        while since.elapsed() < Duration::from_secs(150) {
            let read = slow.read(&mut piece).unwrap();
            let after = since.elapsed();
            assert!(
                read > 0,
                "dropped after {after:?}, {resyncs} times resynced"
            );
            text.extend_from_slice(&piece[..read]);
            let wanted = br#"{"type":"resync""#;
            resyncs += text
                .windows(wanted.len())
                .filter(|found| found == wanted)
                .count();
            text.drain(..text.len().saturating_sub(wanted.len() - 1));
            std::thread::sleep(Duration::from_millis(80));
        }
        over.store(true, Ordering::Relaxed);
        eprintln!("{resyncs} times resynced");
        assert!(resyncs > 0);
    });
}

/// Connections that hang before their request is whole: without a word, amid the head, and a byte now and then.
fn hang(server: SocketAddr, many: usize) -> Vec<TcpStream> {
    (0..many)
        .map(|number| {
            let mut stream = TcpStream::connect(server).expect("connected");
            let half: &[u8] = match number % 3 {
                0 => b"",
                1 => b"GET /referee?IdMatch=",
                _ => b"GET /watch HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nSec-WebSo",
            };
            // One that found no place may be closed by now.
            let _ = stream.write_all(half);
            stream
        })
        .collect()
}

/// Waits until the server has closed all of these, whatever it said before.
fn all_closed(hung: &mut [TcpStream]) {
    for stream in hung {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut said = [0; 1024];
        loop {
            match stream.read(&mut said) {
                Ok(0) => break,
                Err(error) if error.kind() != ErrorKind::WouldBlock => break,
                Err(error) => panic!("still open: {error}"),
                Ok(_) => {}
            }
        }
    }
}

#[test]
fn while_thousands_of_handshakes_hang_referees_and_watchers_get_in_and_the_hung_ones_are_dropped() {
    let many = if long() { 5_000 } else { 1_000 };
    rlimit::increase_nofile_limit(20_000).unwrap();
    let venue = Venue::open();
    let fixture = venue.create_match();
    let since = Instant::now();
    let mut hung = hang(venue.address, many);
    std::thread::scope(|scope| {
        let mut trickle = venue.connect();
        scope.spawn(move || {
            let mut dropped = false;
            let begun = Instant::now();
            while !dropped && begun.elapsed() < PATIENCE {
                dropped = trickle.write_all(b"X").is_err();
                std::thread::sleep(Duration::from_millis(500));
            }
            assert!(dropped, "a head that comes byte by byte is one head");
        });
        let before = Instant::now();
        let mut watcher = venue.watcher(&fixture);
        let mut referee = venue.referee(&fixture);
        assert_eq!(referee.publish(&point("A"))["seq"], 1);
        assert_eq!(watcher.next_of(&["event"])["seq"], 1);
        let got_in = before.elapsed();
        assert!(since.elapsed() < HEAD_TIMEOUT, "they still hang");
        all_closed(&mut hung);
        eprintln!(
            "in after {got_in:?}, {many} dropped after {:?}",
            since.elapsed()
        );
        assert!(since.elapsed() < HEAD_TIMEOUT + GRACE);
        assert_eq!(referee.publish(&point("A"))["seq"], 2);
        assert_eq!(watcher.next_of(&["event"])["seq"], 2);
    });
}

#[test]
fn while_hung_handshakes_hold_all_places_others_are_told_so_and_then_get_in() {
    let venue = Venue::with(&["--open", "--max-connections", "100"]);
    let fixture = venue.create_match();
    let mut hung = hang(venue.address, 300);
    let mut told = 0;
    for _ in 0..20 {
        let mut said = String::new();
        venue.connect().read_to_string(&mut said).unwrap();
        let full = said.starts_with("HTTP/1.1 503") && said.contains("too_many_connections");
        told += usize::from(full && said.contains("Retry-After"));
    }
    assert_eq!(told, 20, "told although all that may be waited for hang");
    all_closed(&mut hung);
    let mut watcher = venue.watcher(&fixture);
    assert_eq!(venue.referee(&fixture).publish(&point("A"))["seq"], 1);
    assert_eq!(watcher.next_of(&["event"])["seq"], 1);
}

/// A client program that can be stopped as a phone without power is: its kernel stays polite, it does not.
struct Client(Child);

impl Client {
    fn start(arguments: &[&str]) -> Client {
        let child = Command::new(BINARY)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Client(child.expect("the binary starts"))
    }

    fn freeze(&self) {
        let stop = format!("kill -STOP {}", self.0.id());
        let status = Command::new("sh").args(["-c", &stop]).status();
        assert!(status.expect("sh").success());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How many follow a match.
fn watchers(venue: &Venue) -> u64 {
    let text = String::from_utf8(venue.get("/metrics").body).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("courtside_watchers "));
    line.unwrap().parse().unwrap()
}

#[test]
fn a_referee_whose_phone_hangs_finds_the_seat_free_on_the_next_connection_of_that_device() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let path = format!("/referee?matchID={}&device=whistle", fixture.id);
    let mut hangs = venue.socket(&path);
    hangs.next_of(&["active"]);
    let mut other = venue.socket(&path.replace("whistle", "other"));
    other.next_of(&["standby"]);
    let mut again = venue.socket(&path);
    again.next_of(&["active"]);
    assert_eq!(again.publish(&point("A"))["type"], "ack");
    assert_eq!(hangs.publish(&point("A"))["code"], "standby");
    assert_eq!(other.publish(&point("A"))["code"], "standby");
}

#[test]
fn clients_that_fall_silent_are_dropped_after_a_minute() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let url = format!("http://{}", venue.address);
    let watching = Client::start(&["watch", "--url", &url, "--match", &fixture.id]);
    eventually("a watcher", || watchers(&venue) == 1);
    let mut referee = venue.socket(&format!("/referee?matchID={}&device=phone", fixture.id));
    referee.next_of(&["active"]);
    let mut standing_by = venue.socket(&format!("/referee?matchID={}&device=tablet", fixture.id));
    standing_by.next_of(&["standby"]);
    watching.freeze();
    let since = Instant::now();
    // The phone is not read from now on; the tablet answers pings, and takes over when the phone is given up.
    let active = standing_by
        .0
        .get_ref()
        .set_read_timeout(Some(Duration::from_secs(90)));
    active.unwrap();
    assert_eq!(standing_by.next_of(&["active"])["type"], "active");
    let phone_after = since.elapsed();
    eventually("the watcher is dropped", || watchers(&venue) == 0);
    let watcher_after = since.elapsed();
    eprintln!("phone dropped after {phone_after:?}, watcher after {watcher_after:?}");
    for after in [phone_after, watcher_after] {
        assert!((55..70).contains(&after.as_secs()), "{after:?}");
    }
    assert_eq!(standing_by.publish(&point("A"))["type"], "ack");
}
