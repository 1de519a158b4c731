//! What is promised to a hall whatever its visitors do, beside `floods`: streams that nobody reads, sockets that say
//! nothing; and that each promise of `tests/README.md` has its test.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::floods::{Hall, MANY, flood};
use crate::venue::{Venue, eventually, point};

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
/// What a flood may take at most; the limit is 128 MB for everything.
const FLOOD_KIB: u64 = 48 * 1024;

fn asked(path: &str) -> String {
    let socket =
        !path.starts_with("/events") && !path.starts_with("/get-") && !path.starts_with("/api/");
    let upgrade = if socket { UPGRADE } else { "" };
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{upgrade}\r\n")
}

/// Connections of two addresses that ask for this and never read.
fn unread(venue: &Venue, path: &str) -> Vec<TcpStream> {
    let head = asked(path);
    let of = |last| flood(last, venue, MANY / 2, head.as_bytes());
    [of(2), of(3)].into_iter().flatten().collect()
}

#[test]
fn sockets_that_say_nothing_take_little_memory() {
    let mut hall = Hall::open(&["--open"]);
    let silent = |venue: &Venue, others: u8| flood(2 + others, venue, MANY, b"");
    hall.stands_twice("silent sockets", silent, FLOOD_KIB);
}

/// While a match goes on, streams of it and of the venue are asked for and never read. Who reads sees every event.
#[test]
fn streams_that_nobody_reads_take_little_memory_and_no_event_of_who_does() {
    let mut hall = Hall::open(&["--open", "--referee-rate", "0"]);
    let note = json!({ "type": "note", "detail": { "text": "x".repeat(4_000) } });
    let mut reader = hall.venue.watcher(&hall.fixture);
    reader.next_of(&["welcome"]);
    let (mut seen, id) = (0, hall.fixture.id.clone());
    for path in [
        format!("/spectateur?matchID={id}"),
        "/watch".to_owned(),
        format!("/events?matchID={id}"),
        "/events".to_owned(),
        format!("/get-summary?matchID={id}"),
        format!("/api/matches/{id}/events"),
    ] {
        let streams = unread(&hall.venue, &path);
        for turn in 0..60 {
            let event = if turn % 2 == 0 { &note } else { &point("A") };
            assert_eq!(hall.referee.publish(event)["type"], "ack", "{path}");
        }
        // Some are refused: there is room for so many and no more.
        hall.stands(&path, streams, FLOOD_KIB);
        assert_eq!(hall.venue.get("/healthz").status, 200, "{path}");
        let last = hall.referee.publish(&point("B"))["seq"]
            .as_u64()
            .expect("a seq");
        while seen < last {
            seen += 1;
            assert_eq!(reader.next_of(&["event", "resync"])["seq"], seen, "{path}");
        }
    }
}

/// The list of a large venue changes with every point, and each who comes has another one before him.
#[test]
fn the_venue_as_it_was_when_each_came_takes_little_memory_of_who_does_not_read() {
    let mut hall = Hall::open(&["--open", "--referee-rate", "0"]);
    let name = |number: usize| format!("Lions {number} {}", "o".repeat(150));
    for number in 0..300 {
        let sides = json!({ "A": { "name": name(number) }, "B": { "name": name(number) } });
        let body = json!({ "sport": "FOOTBALL", "sides": sides });
        assert_eq!(hall.venue.post("/api/matches", &body).status, 201);
    }
    let id = hall.fixture.id.clone();
    for path in ["/watch", "/events"] {
        let head = asked(path);
        let mut last = 0;
        let unread: Vec<TcpStream> = [2, 3, 4, 5]
            .into_iter()
            .cycle()
            .take(800)
            .flat_map(|address| {
                let acked = hall.referee.publish(&point("A"));
                last = acked["seq"].as_u64().expect("a seq");
                flood(address, &hall.venue, 1, head.as_bytes())
            })
            .collect();
        // A watcher who comes now may get an older list, and then what has changed since.
        let mut newcomer = hall.venue.socket("/watch");
        let welcome = newcomer.next_of(&["welcome"]);
        let listed = welcome["matches"].as_array().expect("a list");
        let listed = listed.iter().find(|line| line["id"] == *id);
        let mut seq = listed.expect("in the list")["seq"].clone();
        while seq != last {
            let changed = newcomer.next_of(&["match"]);
            if changed["match"]["id"] == *id {
                seq = changed["match"]["seq"].clone();
            }
        }
        hall.stands(path, unread, FLOOD_KIB);
    }
}

/// Each has a frame of its own that it has begun to take: old events are encoded for who asks.
#[test]
fn watchers_who_stop_amid_long_old_events_take_little_memory() {
    let mut hall = Hall::open(&["--open", "--referee-rate", "0"]);
    let note = json!({ "type": "note", "text": "x".repeat(15_000) });
    for _ in 0..300 {
        assert_eq!(hall.referee.publish(&note)["type"], "ack");
    }
    let path = format!("/watch?matchID={}", hall.fixture.id);
    let head = asked(&path);
    let unread: Vec<TcpStream> = [2, 3, 4]
        .into_iter()
        .flat_map(|last| flood(last, &hall.venue, 600, head.as_bytes()))
        .collect();
    eventually("each has what its kernel takes, or was sent away", || {
        unread
            .iter()
            .all(|stream| match stream.peek(&mut [0; 2_000]) {
                Ok(read) => read == 0 || read == 2_000,
                Err(error) => error.kind() != ErrorKind::WouldBlock,
            })
    });
    // Four at a time are told; nothing shows when the last has been but that no more memory is taken.
    let mut before = 0;
    eventually("nobody is told more", || {
        std::thread::sleep(Duration::from_secs(2));
        let now = hall.venue.resident_kib();
        now <= std::mem::replace(&mut before, now)
    });
    hall.stands("half-taken frames", unread, 28 * 1024);
}

fn sources(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() && name != "node_modules" && name != "corpus" {
            sources(&path, all);
        } else if let Ok(text) = fs::read_to_string(&path)
            && name != "README.md"
        {
            all.push((path, text));
        }
    }
}

/// The whole name of a test that the table names: `module::function`, with `cargo test` before it for one of the library.
struct Named<'a> {
    file: &'a str,
    function: &'a str,
}

impl<'a> Named<'a> {
    fn read(name: &'a str) -> Named<'a> {
        let name = name.rsplit(' ').next().unwrap_or(name);
        let (module, function) = name.rsplit_once("::").unwrap_or(("", name));
        let file = module.rsplit("::").next().unwrap_or_default();
        Named { file, function }
    }

    fn in_file(&self, path: &Path) -> bool {
        let is = |part: &str| path.file_stem().is_some_and(|stem| stem == part);
        let folder = path
            .parent()
            .is_some_and(|folder| folder.ends_with(self.file));
        self.file.is_empty() || is(self.file) || folder
    }

    /// As `cargo test` and `node --test` look for a part of a name.
    fn is_in(&self, path: &Path, text: &str) -> bool {
        let all_of_file = self.function.is_empty()
            || (self.file.is_empty() && path.file_stem().is_some_and(|stem| stem == self.function));
        let says = |line: &str| {
            let line = line.trim_start();
            let test = ["fn ", "async fn ", "test("]
                .iter()
                .any(|word| line.starts_with(word));
            test && line.contains(self.function)
        };
        let tests =
            text.contains("#[test]") || text.contains("#[tokio::test") || text.contains("test(");
        self.in_file(path) && tests && (all_of_file || text.lines().any(says))
    }
}

/// Each test of the table is there: a function, the tests of a file, a program, or the words of a browser's test.
#[test]
fn every_row_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in ["src", "tests"] {
        sources(&root.join(folder), &mut all);
    }
    let there = |name: &str| {
        let words: Vec<&str> = name.split(' ').collect();
        let folders = ["", "src", "tests", "tests/web"];
        let is_file = |word: &&str| {
            folders
                .iter()
                .any(|folder| root.join(folder).join(word).exists())
        };
        // A program with its arguments, or `node --test` with a file.
        let ends = [words.first(), words.last()];
        let named = Named::read(name);
        ends.into_iter().flatten().any(is_file)
            || all.iter().any(|(path, text)| named.is_in(path, text))
    };
    let readme = fs::read_to_string(root.join("tests/README.md")).expect("the table");
    let rows = readme
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in rows.filter(|row| !row.ends_with("| test |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let names: Vec<&str> = cells
            .last()
            .map(|last| last.split('`').skip(1).step_by(2).collect())
            .unwrap_or_default();
        if cells.len() != 4 || (names.is_empty() && cells[3] != "by reading") {
            wrong.push(format!(
                "four cells, the last with a test in backticks: {row}"
            ));
        }
        count += 1;
        wrong.extend(
            names
                .into_iter()
                .filter(|name| !there(name))
                .map(|name| format!("{name}: {row}")),
        );
    }
    assert!(count > 0, "rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for nothing in [
        "there_is_no_such",
        "promises::nor_this",
        "nor/this/run BINARY",
    ] {
        assert!(!there(nothing), "{nothing}");
    }
}
