//! The acks of a referee whose match is one of 210 fixtures, while 100 watchers follow its tournament. Beside it the acks of one
//! match that 100 follow, and of one that nobody does.

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

/// A server with one match that is scored, and with whoever follows its list of matches.
struct Scored {
    /// It ends with this value.
    _server: Server,
    referee: Herd,
    crowd: Option<Herd>,
    acks: Acks,
}

impl Scored {
    fn new(server: Server, played: &str, crowd: Option<Herd>) -> Scored {
        let referee = Herd::refereeing(server.address(), [&played.to_owned()]);
        Scored {
            _server: server,
            referee,
            crowd,
            acks: Acks::default(),
        }
    }

    fn turn(&mut self) {
        let over = AtomicBool::new(false);
        let Scored {
            referee,
            crowd,
            acks,
            ..
        } = self;
        thread::scope(|scope| {
            if let Some(crowd) = crowd {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        crowd.drain();
                    }
                });
            }
            acks.turn(referee);
            over.store(true, Ordering::Relaxed);
        });
    }
}

pub fn run() {
    let server = Server::start();
    let played = server.create_match();
    let alone = Scored::new(server, &played, None);
    let server = Server::start();
    let played = server.create_match();
    let crowd = Herd::following(server.address(), "/watch", WATCHERS);
    let without = Scored::new(server, &played, Some(crowd));
    let server = Server::start();
    let (cup, played) = tournament(&server);
    let path = format!("/watch?tournamentID={cup}");
    let crowd = Herd::following(server.address(), &path, WATCHERS);
    let with = Scored::new(server, &played, Some(crowd));
    let mut all = [alone, without, with];
    all.iter_mut().for_each(Scored::turn);
    all.iter_mut().for_each(|of| of.acks = Acks::default());
    for turn in 0..TURNS {
        // Each is once the first, since a mood of the disk should meet all alike.
        for place in 0..all.len() {
            all[(turn + place) % 3].turn();
        }
    }
    let [alone, without, with] = all.map(|of| of.acks);
    let table = Table("bracket");
    let cases = [
        ("one match", &alone),
        ("one match, 100 watchers", &without),
        ("210 fixtures, 100 watchers", &with),
    ];
    for (what, acks) in cases {
        table.rounds(&format!("ack of {what}, p50"), &acks.median, "ms");
        table.rounds(&format!("ack of {what}, p99"), &acks.p99, "ms");
    }
    let ratio = |one: &[f64], other: &[f64]| median(one.to_vec()) / median(other.to_vec());
    table.note(
        "100 watchers / none, p50",
        ratio(&without.median, &alone.median),
        "times",
    );
    let (p50, p99) = (
        ratio(&with.median, &without.median),
        ratio(&with.p99, &without.p99),
    );
    table.at_most("210 fixtures / one match, p50", p50, "times", 1.05);
    table.at_most("210 fixtures / one match, p99", p99, "times", 1.2);
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
