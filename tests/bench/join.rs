//! Many watchers join a match with a history at the same moment.

use std::time::{Duration, Instant};

use crate::acks::POINT;
use crate::server::Server;
use crate::socket::{Herd, client_frame};
use crate::{Table, median};

const EVENTS: u64 = 500;
const WATCHERS: usize = 2_000;
const ROUNDS: usize = 5;

pub fn run() {
    let server = Server::start();
    let id = server.create_match();
    let mut referee = Herd::refereeing(server.address(), [&id]);
    let point = client_frame(POINT);
    referee.count_from_here();
    for event in 1..=EVENTS {
        referee.send(0, &point);
        referee.wait_for(event);
    }
    drop(Herd::watching(server.address(), &id, 10));
    server.settle();
    let rss = server.memory("VmRSS");
    let (mut seconds, mut writes, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bytes, mut grown) = (0, 0);
    for round in 0..ROUNDS {
        let before = (server.io("syscw"), server.io("syscr"));
        let begun = Instant::now();
        let mut herd = Herd::storming(server.address(), &id, WATCHERS);
        // The welcome, and every event.
        herd.wait_for(1 + EVENTS);
        seconds.push(begun.elapsed().as_secs_f64());
        assert_eq!(
            herd.texts(),
            WATCHERS as u64 * (1 + EVENTS),
            "each event comes once"
        );
        let each = |before, after| (after - before) as f64 / WATCHERS as f64;
        writes.push(each(before.0, server.io("syscw")));
        reads.push(each(before.1, server.io("syscr")));
        bytes = herd.bytes();
        server.settle();
        if round == 0 {
            grown = server.memory("VmRSS") - rss;
        }
        drop(herd);
        // The server sees them leave; their memory is given back to its allocator.
        std::thread::sleep(Duration::from_millis(500));
        server.settle();
    }
    let history = bytes as f64 / WATCHERS as f64;
    let allowed = 2.0 * history + 2048.0 * WATCHERS as f64;
    let table = Table("join");
    table.note(
        "2,000 watchers join 500 events, all complete",
        median(seconds),
        "s",
    );
    table.note("history that each of them gets", history / 1e3, "KB");
    table.at_most(
        "write calls of the server per watcher",
        median(writes),
        "",
        10.0,
    );
    table.at_most(
        "file reads of the server per watcher",
        median(reads),
        "",
        0.01,
    );
    table.at_most(
        "RSS growth / (twice the history + 2 KB each)",
        grown as f64 / allowed,
        "",
        1.0,
    );
}
