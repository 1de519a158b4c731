//! Acknowledged events a second: 64 referees share a commit, so they should get far more than one commit gives.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::server::{Server, folder};
use crate::socket::{Herd, client_frame};
use crate::{Aim, median, report};

const REFEREES: usize = 64;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);

/// A point in a game that any sport's rules take.
pub const POINT: &str = r#"{"type":"point","side":"A","value":1}"#;

pub fn run() {
    let sync_ms = fdatasync_ms();
    let (mut single, mut batched) = (Vec::new(), Vec::new());
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let server = Server::start();
    let ids: Vec<String> = (0..=REFEREES).map(|_| server.create_match()).collect();
    let mut one = Herd::refereeing(server.address(), &ids[..1]);
    let mut all = Herd::refereeing(server.address(), &ids[1..]);
    let point = client_frame(POINT);
    let rate = |herd: &mut Herd| {
        let begun = Instant::now();
        herd.referee(&point, ROUND) as f64 / begun.elapsed().as_secs_f64()
    };
    // In turns, and the ratios of each turn, because disks have moods.
    for _ in 0..ROUNDS {
        single.push(plain_sqlite(1));
        batched.push(plain_sqlite(50));
        alone.push(rate(&mut one));
        together.push(rate(&mut all));
    }
    let ratio = |below: &[f64]| median(together.iter().zip(below).map(|(a, b)| a / b).collect());
    let line = |what, figure, unit, aim| report("acks", what, figure, unit, &aim);
    let (by_single, by_batched, by_alone) = (ratio(&single), ratio(&batched), ratio(&alone));
    line(
        "fdatasync of 4 KB on this disk",
        sync_ms,
        "ms",
        Aim::Context,
    );
    line(
        "plain SQLite, a commit for each event",
        median(single),
        "/s",
        Aim::Context,
    );
    line(
        "plain SQLite, a commit for 50 events",
        median(batched),
        "/s",
        Aim::Context,
    );
    line(
        "one referee, waiting for each ack",
        median(alone),
        "/s",
        Aim::Context,
    );
    line(
        "64 referees, each waiting for its ack",
        median(together),
        "/s",
        Aim::Context,
    );
    line(
        "64 referees / one referee",
        by_alone,
        "times",
        Aim::AtLeast(10.0),
    );
    line(
        "64 referees / plain SQLite, one event a commit",
        by_single,
        "times",
        Aim::AtLeast(10.0),
    );
    line(
        "64 referees / plain SQLite, 50 events a commit",
        by_batched,
        "times",
        Aim::AtLeast(0.5),
    );
    if sync_ms < 1.0 {
        println!(
            "         This disk syncs faster than any memory card (2 to 20 ms), so the processor is what limits \
             the 64 referees here."
        );
    }
}

/// What making a small write durable takes on the disk of the database.
fn fdatasync_ms() -> f64 {
    let folder = folder();
    let mut file = File::create(folder.path().join("sync")).expect("a file");
    let rounds = (0..200).map(|_| {
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
