//! Acknowledged events a second: 50 referees share a commit, so they should get far more than one commit gives.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::server::{Server, folder};
use crate::socket::{Herd, client_frame, text_frame};
use crate::{Table, echo, median};

const REFEREES: usize = 50;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);

/// A point in a game that any sport's rules take.
pub const POINT: &str = r#"{"type":"point","side":"A","value":1}"#;

/// What each turn measures, one element a turn; rates in events a second.
#[derive(Default)]
struct Turns {
    sync_ms: Vec<f64>,
    /// SQLite alone, a commit for each event, and for 50.
    single: Vec<f64>,
    batched: Vec<f64>,
    alone: Vec<f64>,
    together: Vec<f64>,
    /// What the disk is given to write for one event, in bytes.
    alone_bytes: Vec<f64>,
    together_bytes: Vec<f64>,
    /// The same clients, and frames of the same length from a bare loop.
    echo: Vec<f64>,
}

pub fn run() {
    let turns = measure();
    // The ratio of each turn, because disks have moods.
    let ratio = |below: &[f64]| {
        median(
            turns
                .together
                .iter()
                .zip(below)
                .map(|(a, b)| a / b)
                .collect(),
        )
    };
    let (by_single, by_alone) = (ratio(&turns.single), ratio(&turns.alone));
    let (by_batched, by_echo) = (ratio(&turns.batched), ratio(&turns.echo));
    let sync_ms = median(turns.sync_ms);
    let table = Table("acks");
    table.note("fdatasync of 4 KB on this disk", sync_ms, "ms");
    table.note(
        "plain SQLite, a commit for each event",
        median(turns.single),
        "/s",
    );
    table.note(
        "plain SQLite, a commit for 50 events",
        median(turns.batched),
        "/s",
    );
    table.note(
        "one referee, waiting for each ack",
        median(turns.alone),
        "/s",
    );
    table.note(
        "written to disk for each of them",
        median(turns.alone_bytes) / 1e3,
        "KB",
    );
    table.note(
        "50 referees, each waiting for its ack",
        median(turns.together),
        "/s",
    );
    table.note(
        "written to disk for each of them",
        median(turns.together_bytes) / 1e3,
        "KB",
    );
    table.note(
        "a bare loop of sockets, 50 clients that wait alike",
        median(turns.echo),
        "/s",
    );
    table.note("50 referees / that bare loop", by_echo, "times");
    table.at_least("50 referees / one referee", by_alone, "times", 10.0);
    table.at_least(
        "50 referees / plain SQLite, a commit for each",
        by_single,
        "times",
        10.0,
    );
    table.at_least(
        "50 referees / plain SQLite, a commit for 50",
        by_batched,
        "times",
        0.5,
    );
    if sync_ms < 1.0 {
        println!(
            "        This disk syncs faster than any memory card (2 to 20 ms), so that sharing a sync saves less here."
        );
    }
}

fn measure() -> Turns {
    let server = Server::start();
    let ids: Vec<String> = (0..=REFEREES).map(|_| server.create_match()).collect();
    let mut one = Herd::refereeing(server.address(), &ids[..1]);
    let mut all = Herd::refereeing(server.address(), &ids[1..]);
    let point = client_frame(POINT);
    let heard = all.bytes();
    let acks = all.referee(&point, ROUND);
    let answer = ack_of((all.bytes() - heard) / acks);
    let mut echo = echo::clients(REFEREES, &point, &answer);
    let rate = |herd: &mut Herd| {
        let (begun, written) = (Instant::now(), server.io("write_bytes"));
        let acks = herd.referee(&point, ROUND) as f64;
        let seconds = begun.elapsed().as_secs_f64();
        (
            acks / seconds,
            (server.io("write_bytes") - written) as f64 / acks,
        )
    };
    let mut turns = Turns::default();
    for _ in 0..ROUNDS {
        turns.sync_ms.push(fdatasync_ms());
        turns.single.push(plain_sqlite(1));
        turns.batched.push(plain_sqlite(50));
        let (acks, bytes) = rate(&mut one);
        turns.alone.push(acks);
        turns.alone_bytes.push(bytes);
        let (acks, bytes) = rate(&mut all);
        turns.together.push(acks);
        turns.together_bytes.push(bytes);
        turns.echo.push(rate(&mut echo).0);
    }
    turns
}

/// An ack as far as its reader looks at it, as a server's frame of this length.
fn ack_of(len: u64) -> Vec<u8> {
    let len = usize::try_from(len).expect("an ack is short");
    let mut frame = text_frame(len);
    let begin = br#"{"type":"ack""#;
    frame[4..][..begin.len()].copy_from_slice(begin);
    frame
}

/// What making a small write durable takes on the disk of the database.
fn fdatasync_ms() -> f64 {
    let folder = folder();
    let mut file = File::create(folder.path().join("sync")).expect("a file");
    let rounds = (0..50).map(|_| {
        file.write_all(&[7; 4096]).expect("a write");
        let begun = Instant::now();
        file.sync_data().expect("a sync");
        begun.elapsed().as_secs_f64() * 1e3
    });
    median(rounds.collect())
}

/// Rows a second that SQLite alone makes durable, so many in one commit: rows like those of events, and nothing else.
fn plain_sqlite(batch: usize) -> f64 {
    let folder = folder();
    let mut connection = Connection::open(folder.path().join("plain.db")).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE events (match_id TEXT, seq INTEGER, body TEXT, PRIMARY KEY (match_id, seq)) WITHOUT ROWID;",
        )
        .expect("a table");
    let body = "x".repeat(200);
    let (begun, mut rows) = (Instant::now(), 0_i64);
    while begun.elapsed() < ROUND {
        let transaction = connection.transaction().expect("a transaction");
        for _ in 0..batch {
            rows += 1;
            transaction
                .prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3)")
                .and_then(|mut insert| insert.execute(params!["one of the matches", rows, body]))
                .expect("a row");
        }
        transaction.commit().expect("a commit");
    }
    rows as f64 / begun.elapsed().as_secs_f64()
}
