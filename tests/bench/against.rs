//! This server against one that was built before, in turn and in one run: what was mended must not have made it slower, and
//! what was large must have become small.
//!
//! Both sides of a turn are measured one right after the other, the first one first in every other turn, so that a
//! disturbance meets both. What counts is the middle of the turns' ratios.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::acks::POINT;
use crate::bare::deliver;
use crate::server::{Server, binary, folder};
use crate::socket::{Herd, client_frame};
use crate::{Table, median};

/// Turns of what is measured on servers that stay.
const TURNS: usize = 15;
/// Turns for each of which both servers start anew.
const STARTS: usize = 7;
const REFEREES: usize = 50;
const ACKS: Duration = Duration::from_secs(1);
/// Bursts of one event that make up one figure of fan-out.
const BURSTS: usize = 20;
const IDLE_WATCHERS: usize = 10_000;
/// Clients who begin a body and do not end it, what they promise, and what they send.
const BODIES: usize = 1_900;
const BODY_PROMISED: usize = 261_120;
const BODY_SENT: usize = 250_000;
const BODIES_TIME: Duration = Duration::from_secs(6);
/// A match that a referee has made long in the two minutes before a power cut.
const PERIODS: usize = 6_500;
const PERIODS_AT_ONCE: usize = 500;

/// Figures of both servers, an element a turn.
#[derive(Default)]
struct Turns {
    before: Vec<f64>,
    now: Vec<f64>,
}

impl Turns {
    /// Measures both in turn. The figure may be any: `measure` is handed the number of the server, 0 for the one before.
    fn take(turns: usize, mut measure: impl FnMut(usize) -> f64) -> Turns {
        let mut taken = Turns::default();
        for turn in 0..turns {
            let mut figures = [0.0; 2];
            for which in [turn % 2, 1 - turn % 2] {
                figures[which] = measure(which);
            }
            taken.before.push(figures[0]);
            taken.now.push(figures[1]);
        }
        taken
    }

    fn ratio(&self) -> f64 {
        let pairs = self.now.iter().zip(&self.before);
        median(pairs.map(|(now, before)| now / before).collect())
    }

    fn print(&self, table: &Table, what: &str, unit: &str) {
        table.rounds(&format!("{what}, before"), &self.before, unit);
        table.rounds(&format!("{what}, now"), &self.now, unit);
    }
}

/// Both binaries, the one before first; `None` with a word if it was not named.
fn both(section: &str) -> Option<[String; 2]> {
    match std::env::var("COURTSIDE_BEFORE") {
        Ok(before) => {
            assert!(Path::new(&before).is_file(), "there is no server {before}");
            Some([before, binary()])
        }
        Err(_) => {
            println!("{section}: passed over; COURTSIDE_BEFORE names the server to compare with");
            None
        }
    }
}

/// Acks, fan-out and idle memory: none may be worse by more than three in a hundred.
pub fn run() {
    let Some(binaries) = both("against") else {
        return;
    };
    acks(&binaries);
    for watchers in [1_000, 5_000] {
        fan_out(&binaries, watchers);
    }
    idle(&binaries);
}

fn acks(binaries: &[String; 2]) {
    let servers = binaries.each_ref().map(|of| Server::of(of, folder()));
    let point = client_frame(POINT);
    let mut herds = servers.each_ref().map(|server| {
        let ids: Vec<String> = (0..REFEREES).map(|_| server.create_match()).collect();
        let mut herd = Herd::refereeing(server.address(), &ids);
        // The first of each warms pages and caches.
        herd.referee(&point, ACKS);
        herd
    });
    let turns = Turns::take(TURNS, |which| {
        let begun = Instant::now();
        let acks = herds[which].referee(&point, ACKS) as f64;
        acks / begun.elapsed().as_secs_f64()
    });
    let table = Table("against");
    turns.print(&table, "acks, 50 referees", "/s");
    table.at_least("acks, now / before", turns.ratio(), "times", 0.97);
}

fn fan_out(binaries: &[String; 2], watchers: usize) {
    let servers = binaries.each_ref().map(|of| Server::of(of, folder()));
    let point = client_frame(POINT);
    let mut crowds = servers.each_ref().map(|server| {
        let id = server.create_match();
        let mut referee = Herd::refereeing(server.address(), [&id]);
        let mut herd = Herd::watching(server.address(), &id, watchers);
        deliver(&mut herd, 1, || referee.send(0, &point));
        // The welcome, and the answer.
        referee.wait_for(2);
        referee.count_from_here();
        (referee, herd)
    });
    let turns = Turns::take(TURNS, |which| {
        let (referee, herd) = &mut crowds[which];
        let bursts = (0..BURSTS).map(|_| {
            let lasted = deliver(herd, 1, || referee.send(0, &point));
            referee.wait_for(1);
            referee.count_from_here();
            lasted
        });
        watchers as f64 / median(bursts.collect())
    });
    let table = Table("against");
    let what = format!("deliveries, {watchers} watchers");
    turns.print(&table, &what, "/s");
    table.at_least(
        &format!("{what}, now / before"),
        turns.ratio(),
        "times",
        0.97,
    );
}

fn idle(binaries: &[String; 2]) {
    let turns = Turns::take(STARTS, |which| {
        let server = Server::of(&binaries[which], folder());
        let id = server.create_match();
        // What only the first connections bring into memory, such as code, is not theirs.
        drop(Herd::watching(server.address(), &id, 100));
        server.settle();
        let before = server.memory("VmRSS");
        let mut herd = Herd::watching(server.address(), &id, IDLE_WATCHERS);
        herd.wait_for(1);
        server.settle();
        (server.memory("VmRSS") - before) as f64 / IDLE_WATCHERS as f64 / 1024.0
    });
    let table = Table("against");
    turns.print(&table, "RSS per idle watcher", "KB");
    table.at_most(
        "RSS per idle watcher, now / before",
        turns.ratio(),
        "times",
        1.03,
    );
}

/// Memory under bodies that nobody ends, and what of it stays.
pub fn bodies() {
    let Some(binaries) = both("bodies") else {
        return;
    };
    let mut stays = [Vec::new(), Vec::new()];
    let grown = Turns::take(STARTS, |which| {
        let server = Server::of(&binaries[which], folder());
        server.settle();
        let before = server.memory("VmRSS");
        let clients = unfinished_bodies(&server);
        let grown = server.memory("VmRSS") - before;
        drop(clients);
        server.settle();
        let left = server.memory("VmRSS") - before;
        stays[which].push(left as f64 / 1e6);
        grown as f64 / 1e6
    });
    let table = Table("bodies");
    grown.print(&table, "RSS for 1,900 unfinished bodies", "MB");
    table.at_most("the same, now / before", grown.ratio(), "times", 0.05);
    let [before, now] = stays;
    table.rounds("of it after they have left, before", &before, "MB");
    table.rounds("of it after they have left, now", &now, "MB");
}

/// Each client sends as much as the server takes.
fn unfinished_bodies(server: &Server) -> Vec<TcpStream> {
    let head = format!(
        "POST /api/session HTTP/1.1\r\nHost: {}\r\nContent-Length: {BODY_PROMISED}\r\n\r\n",
        server.address()
    );
    let mut all = head.into_bytes();
    all.resize(all.len() + BODY_SENT, b'x');
    let open = |_| {
        let stream = TcpStream::connect(server.address()).expect("the server takes a connection");
        stream.set_nonblocking(true).expect("a socket");
        (stream, 0)
    };
    let mut clients: Vec<(TcpStream, usize)> = (0..BODIES).map(open).collect();
    let begun = Instant::now();
    while begun.elapsed() < BODIES_TIME {
        for (stream, sent) in &mut clients {
            match stream.write(&all[*sent..]) {
                Ok(more) => *sent += more,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // It was sent away, which is as good.
                Err(_) => *sent = all.len(),
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    clients.into_iter().map(|(stream, _)| stream).collect()
}

/// Memory of a start on a database that the server before has filled with a match of 6,500 periods.
pub fn hostile_start() {
    let Some(binaries) = both("hostile-start") else {
        return;
    };
    let hostile = match_of_many_periods(&binaries[0]);
    let mut seconds = [Vec::new(), Vec::new()];
    let peaks = Turns::take(STARTS, |which| {
        let copy = copy_of(hostile.path());
        let begun = Instant::now();
        let server = Server::of(&binaries[which], copy);
        server.get("/healthz");
        seconds[which].push(begun.elapsed().as_secs_f64());
        server.settle();
        server.memory("VmHWM") as f64 / 1e6
    });
    let table = Table("hostile-start");
    peaks.print(&table, "most RSS of a start on 6,500 periods", "MB");
    table.at_most("the same, now / before", peaks.ratio(), "times", 0.1);
    let [before, now] = seconds;
    table.rounds("exec to first answer, before", &before, "s");
    table.rounds("exec to first answer, now", &now, "s");
}

fn match_of_many_periods(binary: &str) -> TempDir {
    let server = Server::of(binary, folder());
    let id = server.get("/create-match?sport=FOOTBALL&equipeA=Reds&equipeB=Blues");
    let some = vec![r#"{"type":"period_start"}"#; PERIODS_AT_ONCE].join(",");
    for _ in 0..PERIODS / PERIODS_AT_ONCE {
        let answers = server.ask(
            "POST",
            &format!("/api/matches/{id}/events"),
            &format!("[{some}]"),
        );
        assert!(
            !answers.contains("refused"),
            "the server before refuses periods"
        );
    }
    server.kill()
}

/// A start writes, so that each needs the database as it was.
fn copy_of(data: &Path) -> TempDir {
    let copy = folder();
    for entry in std::fs::read_dir(data).expect("the data folder") {
        let path = entry.expect("the data folder").path();
        if path.is_file() {
            let name = path.file_name().expect("a name");
            std::fs::copy(&path, copy.path().join(name)).expect("a copy");
        }
    }
    copy
}
