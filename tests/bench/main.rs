//! How fast and how small: `cargo bench`, or `cargo bench -- idle acks` for some of the sections.
//!
//! Each section starts the real server on the loopback interface, with its database on a real disk, and prints
//! figures beside the aims. Server and clients share the cores, so the clients are as plain as can be: raw
//! sockets and one epoll loop. What depends on the machine is given as a ratio to a bare loop that does only
//! the unavoidable part, taken in turns, and the median of the turns is printed.
//!
//! `COURTSIDE_BENCH_BINARY` names another server to measure, for comparison or with symbols for a profiler.
//! `COURTSIDE_BEFORE` names one that was built before: the sections `against`, `bodies` and `hostile-start` let both take turns and
//! print the ratio of now to before. Without it they are passed over.
#![expect(clippy::disallowed_methods, reason = "what is measured is real time")]

mod acks;
mod against;
mod bare;
mod bracket;
mod echo;
mod fanout;
mod fold;
mod join;
mod load;
mod plan;
mod server;
mod socket;
mod tail;
mod tournament;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use server::Server;
use socket::Herd;

/// Sockets of one section: both ends of a bare loop, and a herd of watchers.
const FILES: u64 = 20_000;

type Section = fn();

const SECTIONS: [(&str, Section); 15] = [
    ("size", size),
    ("start", start),
    ("fold", fold::run),
    ("tournament", tournament::run),
    ("plan", plan::run),
    ("idle", idle),
    ("acks", acks::run),
    ("fanout", fanout::run),
    ("join", join::run),
    ("tail", tail::run),
    ("bracket", bracket::run),
    ("load", load::run),
    ("against", against::run),
    ("bodies", against::bodies),
    ("hostile-start", against::hostile_start),
];

fn main() {
    // Cargo adds `--bench` by itself.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|name| !SECTIONS.iter().any(|(known, _)| known == name))
    {
        let known: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        eprintln!(
            "there is no section {unknown}; there are {}",
            known.join(", ")
        );
        std::process::exit(2);
    }
    let files = rlimit::increase_nofile_limit(FILES).unwrap_or(0);
    if files < FILES {
        eprintln!("this system allows {files} open files; {FILES} are needed");
        std::process::exit(1);
    }
    println!(
        "{:<13} {:<52} {:>8} {:<5} aim",
        "section", "what", "figure", ""
    );
    for (name, section) in SECTIONS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            section();
        }
    }
}

/// The lines of one section.
pub struct Table(pub &'static str);

impl Table {
    /// A figure that explains others.
    pub fn note(&self, what: &str, figure: f64, unit: &str) {
        self.line(what, figure, unit, String::new());
    }

    pub fn at_most(&self, what: &str, figure: f64, unit: &str, aim: f64) {
        let verdict = verdict(figure <= aim, figure / aim);
        self.line(
            what,
            figure,
            unit,
            format!("<= {:<6} {verdict}", number(aim)),
        );
    }

    pub fn at_least(&self, what: &str, figure: f64, unit: &str, aim: f64) {
        let verdict = verdict(figure >= aim, figure / aim);
        self.line(
            what,
            figure,
            unit,
            format!(">= {:<6} {verdict}", number(aim)),
        );
    }

    /// The middle one of several rounds, with the lowest and the highest.
    pub fn rounds(&self, what: &str, rounds: &[f64], unit: &str) {
        let (lowest, highest) = spread(rounds);
        let spread = format!("{} to {}", number(lowest), number(highest));
        self.line(what, median(rounds.to_vec()), unit, spread);
    }

    fn line(&self, what: &str, figure: f64, unit: &str, aim: String) {
        let figure = number(figure);
        let line = format!("{:<13} {what:<52} {figure:>8} {unit:<5} {aim}", self.0);
        println!("{}", line.trim_end());
    }
}

fn number(figure: f64) -> String {
    match figure {
        large if large >= 1000.0 => format!("{large:.0}"),
        middle if middle >= 10.0 => format!("{middle:.1}"),
        small => format!("{small:.2}"),
    }
}

fn verdict(reached: bool, ratio: f64) -> String {
    let word = if reached { "reached" } else { "MISSED" };
    format!("{word}, {ratio:.2} of it")
}

/// The middle one of several rounds.
pub fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

pub fn spread(rounds: &[f64]) -> (f64, f64) {
    let lowest = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = rounds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (lowest, highest)
}

fn size() {
    let bytes = std::fs::metadata(server::binary())
        .expect("the binary")
        .len();
    Table("size").at_most(
        "binary; the aim is for --profile dist",
        bytes as f64 / 1e6,
        "MB",
        10.0,
    );
}

/// From exec to the first 200 of `/healthz`, at the first start with its PIN and at later ones.
fn start() {
    const ROUNDS: usize = 7;
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = server::folder();
        first.push(first_answer_ms(folder.path()));
        later.push(first_answer_ms(folder.path()));
    }
    let table = Table("start");
    table.at_most(
        "exec to first answer, first start (with a PIN)",
        median(first),
        "ms",
        100.0,
    );
    table.at_most(
        "exec to first answer, later start",
        median(later),
        "ms",
        100.0,
    );
}

fn first_answer_ms(data: &std::path::Path) -> f64 {
    // A port that was free a moment ago; nobody else looks for one here.
    let address = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    let begun = Instant::now();
    let _server = Server::launch(data, &["--listen", &address.to_string()]);
    while !healthy(address) {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the server does not answer"
        );
        std::thread::sleep(Duration::from_micros(500));
    }
    begun.elapsed().as_secs_f64() * 1e3
}

fn healthy(address: SocketAddr) -> bool {
    let answer = TcpStream::connect(address).and_then(|mut stream| {
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    });
    answer.is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200"))
}

/// Memory per watcher that waits for the next event.
fn idle() {
    const WATCHERS: usize = 10_000;
    let server = Server::start();
    let id = server.create_match();
    // What only the first connections bring into memory, such as code, is not theirs.
    drop(Herd::watching(server.address(), &id, 100));
    server.settle();
    let (rss, anonymous) = (server.memory("VmRSS"), server.memory("RssAnon"));
    let mut herd = Herd::watching(server.address(), &id, WATCHERS);
    herd.wait_for(1);
    server.settle();
    let rss_now = server.memory("VmRSS");
    let each = |before, after| (after - before) as f64 / WATCHERS as f64 / 1024.0;
    let table = Table("idle");
    table.at_most(
        "RSS per watcher, 10,000 watchers",
        each(rss, rss_now),
        "KB",
        1.2,
    );
    table.note(
        "of it not from files (RssAnon)",
        each(anonymous, server.memory("RssAnon")),
        "KB",
    );
    table.note("RSS of the server with them", rss_now as f64 / 1e6, "MB");
}
