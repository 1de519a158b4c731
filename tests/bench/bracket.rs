//! The acks of a referee whose match is one of 210 fixtures, while 100 watchers follow its tournament; beside a match alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::acks::POINT;
use crate::server::Server;
use crate::socket::{Herd, client_frame};
use crate::tail::{p99_ms, paced};
use crate::{Table, median};

const WATCHERS: usize = 100;
/// A round robin of so many is 210 fixtures.
const TEAMS: usize = 21;
const TURNS: usize = 7;
const EVENTS: usize = 200;
const PAUSE: Duration = Duration::from_millis(10);

/// The median and the 99th of a hundred of each turn, in milliseconds.
#[derive(Default)]
struct Acks {
    median: Vec<f64>,
    p99: Vec<f64>,
}

pub fn run() {
    let (alone, beside) = (Server::start(), Server::start());
    let lonely = alone.create_match();
    let (cup, played) = tournament(&beside);
    let mut alone_referee = Herd::refereeing(alone.address(), [&lonely]);
    let mut referee = Herd::refereeing(beside.address(), [&played]);
    let mut crowd = Herd::following(beside.address(), &cup, WATCHERS);
    let (mut without, mut with) = (Acks::default(), Acks::default());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                crowd.drain();
            }
        });
        without.turn(&mut alone_referee);
        with.turn(&mut referee);
        (without, with) = (Acks::default(), Acks::default());
        for turn in 0..TURNS {
            // A mood of the disk should meet both alike.
            if turn % 2 == 0 {
                without.turn(&mut alone_referee);
                with.turn(&mut referee);
            } else {
                with.turn(&mut referee);
                without.turn(&mut alone_referee);
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    let table = Table("bracket");
    table.rounds("ack of a match alone, p50", &without.median, "ms");
    table.rounds("210 fixtures, 100 watchers, p50", &with.median, "ms");
    table.rounds("ack of a match alone, p99", &without.p99, "ms");
    table.rounds("210 fixtures, 100 watchers, p99", &with.p99, "ms");
    let ratio = |with: &[f64], without: &[f64]| median(with.to_vec()) / median(without.to_vec());
    let (p50, p99) = (
        ratio(&with.median, &without.median),
        ratio(&with.p99, &without.p99),
    );
    table.at_most("with / without, p50", p50, "times", 1.05);
    table.at_most("with / without, p99", p99, "times", 1.2);
}

impl Acks {
    fn turn(&mut self, referee: &mut Herd) {
        let point = client_frame(POINT);
        let seconds = paced(EVENTS, PAUSE, || {
            referee.count_from_here();
            let begun = Instant::now();
            referee.send(0, &point);
            referee.wait_for(1);
            begun.elapsed().as_secs_f64()
        });
        self.median.push(median(seconds.clone()) * 1e3);
        self.p99.push(p99_ms(seconds));
    }
}

/// A tournament that is drawn, and one of its matches.
fn tournament(server: &Server) -> (String, String) {
    let ask = |method: &str, path: &str, body: Value| -> Value {
        let answer = server.ask(method, path, &body.to_string());
        serde_json::from_str(&answer).expect("an answer in JSON")
    };
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let new = json!({ "name": "Cup", "sport": "BASKETBALL" });
    let cup = text(&ask("POST", "/api/tournaments", new)["id"]);
    let names: Vec<String> = (1..=TEAMS).map(|number| format!("T{number}")).collect();
    let entries = json!({ "tournamentID": cup, "names": names });
    ask("POST", "/api/teams", entries);
    let path = |rest: &str| format!("/api/tournaments/{cup}/{rest}");
    let format = json!({ "stages": [{ "key": "r", "kind": "round_robin" }] });
    ask("PUT", &path("format"), format);
    let proposed = ask("POST", &path("draw"), json!({ "mode": "ranks" }));
    let accept = json!({ "accept": proposed["token"] });
    let drawn = ask("POST", &path("draw"), accept);
    (cup.clone(), text(&drawn["fixtures"][0]["matchID"]))
}
