//! The slowest hundredth: how long the last watcher waits, and whether anybody waits for somebody else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Table;
use crate::acks::POINT;
use crate::bare::{Bare, deliver};
use crate::server::Server;
use crate::socket::{Herd, client_frame};

pub fn run() {
    last_watcher();
    sleepers();
    other_matches();
}

/// The 99th of a hundred, in milliseconds.
pub fn p99_ms(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[(seconds.len() * 99).div_ceil(100) - 1] * 1e3
}

/// Calls `each` so often, at its times, and collects what it returns.
pub fn paced(times: usize, pause: Duration, mut each: impl FnMut() -> f64) -> Vec<f64> {
    let begun = Instant::now();
    let at = |number: usize| begun + pause * number as u32;
    let mut one = |number| {
        thread::sleep(at(number).saturating_duration_since(Instant::now()));
        each()
    };
    (0..times).map(&mut one).collect()
}

/// 1,000 watchers, 10 events a second: until the last one has each, in turns with a bare loop.
fn last_watcher() {
    const WATCHERS: usize = 1_000;
    const EVENTS: usize = 200;
    let pause = Duration::from_millis(100);
    let server = Server::start();
    let id = server.create_match();
    let mut referee = Herd::refereeing(server.address(), [&id]);
    let mut herd = Herd::watching(server.address(), &id, WATCHERS);
    let point = client_frame(POINT);
    let before = herd.bytes();
    deliver(&mut herd, 1, || referee.send(0, &point));
    let frame = (herd.bytes() - before) as usize / WATCHERS;
    let mut bare = Bare::new(WATCHERS, frame);
    bare.deliver();
    let mut bare_seconds = Vec::new();
    // In turns, because a disturbance should meet both.
    let ours = p99_ms(paced(EVENTS, pause, || {
        bare_seconds.push(bare.deliver());
        deliver(&mut herd, 1, || referee.send(0, &point))
    }));
    let bare = p99_ms(bare_seconds);
    let table = Table("tail");
    table.note("1,000 watchers, 10 events/s: last one, p99", ours, "ms");
    table.note("a bare loop at the same pace, p99", bare, "ms");
    // 15 ms where the bare loop needs 13.
    table.at_most("last watcher / bare loop, p99", ours / bare, "times", 1.15);
}

/// Events of 4 KB, 500 a second, to 100 watchers that read, without and with 20 that never do.
fn sleepers() {
    const AWAKE: usize = 100;
    const SLEEPERS: usize = 20;
    const EVENTS: usize = 2_500;
    let pause = Duration::from_millis(2);
    let server = Server::start();
    let id = server.create_match();
    let mut referee = Herd::refereeing(server.address(), [&id]);
    let mut herd = Herd::watching(server.address(), &id, AWAKE);
    let text = format!(r#"{{"type":"note","text":"{}"}}"#, "x".repeat(4_000));
    let note = client_frame(&text);
    let mut round = || {
        p99_ms(paced(EVENTS, pause, || {
            deliver(&mut herd, 1, || referee.send(0, &note))
        }))
    };
    round();
    let before = round();
    let sleepers = Herd::watching_from_now(server.address(), &id, SLEEPERS);
    let with = round();
    let rss = server.memory("VmRSS") as f64 / 1e6;
    drop(sleepers);
    let after = round();
    let table = Table("tail");
    table.note("4 KB, 500 events/s, 100 watchers: last, p99", before, "ms");
    table.note("with 20 that never read", with, "ms");
    table.note("without them again", after, "ms");
    table.at_most("with / without", with / before.max(after), "times", 1.1);
    table.at_most("RSS of the server with them", rss, "MB", 40.0);
}

/// The acks of one match, without and with 10 events a second to 5,000 watchers of another.
fn other_matches() {
    const WATCHERS: usize = 5_000;
    const EVENTS: usize = 300;
    let server = Server::start();
    let (quiet, loud) = (server.create_match(), server.create_match());
    let mut referee = Herd::refereeing(server.address(), [&quiet]);
    let mut other = Herd::refereeing(server.address(), [&loud]);
    let mut crowd = Herd::watching(server.address(), &loud, WATCHERS);
    let point = client_frame(POINT);
    let mut acks = || {
        p99_ms(paced(EVENTS, Duration::from_millis(30), || {
            referee.count_from_here();
            let begun = Instant::now();
            referee.send(0, &point);
            referee.wait_for(1);
            begun.elapsed().as_secs_f64()
        }))
    };
    let alone = acks();
    let over = AtomicBool::new(false);
    let beside = thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                deliver(&mut crowd, 1, || other.send(0, &point));
                thread::sleep(Duration::from_millis(100).saturating_sub(begun.elapsed()));
            }
        });
        let beside = acks();
        over.store(true, Ordering::Relaxed);
        beside
    });
    let table = Table("tail");
    table.note("ack of a match, p99", alone, "ms");
    table.note("beside 10 events/s to 5,000 watchers", beside, "ms");
    table.at_most("what these add", beside - alone, "ms", 20.0);
}
