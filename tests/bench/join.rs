//! Many watchers join a match with a history at the same moment.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::acks::POINT;
use crate::bare::BareServer;
use crate::server::Server;
use crate::socket::{Herd, client_frame};
use crate::{Table, median};

const EVENTS: u64 = 1_000;
const WATCHERS: usize = 1_000;
const ROUNDS: usize = 7;

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
    let mut first = Herd::watching(server.address(), &id, 10);
    first.wait_for(1 + EVENTS);
    let history = first.bytes() as f64 / 10.0;
    drop(first);
    let frame = history as usize / (1 + EVENTS as usize);
    let bare = BareServer::start(frame, 1 + EVENTS as usize);
    server.settle();
    let rss = server.memory("VmRSS");
    let (mut seconds, mut handshakes, mut bare_seconds) = (Vec::new(), Vec::new(), Vec::new());
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    let mut grown = 0;
    for round in 0..ROUNDS {
        bare_seconds.push(join(bare.address, &id).0);
        let begun = Instant::now();
        let mut herd = Herd::storming(server.address(), &format!("{id}&after=now"), WATCHERS);
        herd.wait_for(1);
        handshakes.push(begun.elapsed().as_secs_f64());
        drop(herd);
        server.settle();
        let before = (server.io("syscw"), server.io("syscr"));
        let (took, herd) = join(server.address(), &id);
        seconds.push(took);
        let each = |before, after| (after - before) as f64 / WATCHERS as f64;
        writes.push(each(before.0, server.io("syscw")));
        reads.push(each(before.1, server.io("syscr")));
        server.settle();
        if round == 0 {
            grown = server.memory("VmRSS") - rss;
        }
        drop(herd);
        // The server sees them leave; their memory is given back to its allocator.
        std::thread::sleep(Duration::from_millis(500));
        server.settle();
    }
    let ratio = seconds
        .iter()
        .zip(&bare_seconds)
        .map(|(ours, bare)| ours / bare);
    let ratio = median(ratio.collect());
    let allowed = 2.0 * history + 2048.0 * WATCHERS as f64;
    let table = Table("join");
    let all = format!("{WATCHERS} watchers join {EVENTS} events");
    table.note(&format!("{all}, all complete"), median(seconds), "s");
    table.note(
        "the same from a server that knows nothing else",
        median(bare_seconds),
        "s",
    );
    table.note("the handshakes alone", median(handshakes), "s");
    // nchan: 3.6 s where a bare server with a log needs 0.2 s. A tenth of that.
    table.at_most("joining / the bare server", ratio, "times", 1.8);
    table.note("history that each of them gets", history / 1e3, "KB");
    table.note("write calls of the server per watcher", median(writes), "");
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

/// All join at once: the seconds until each has the welcome and every event, and the connections.
fn join(address: SocketAddr, id: &str) -> (f64, Herd) {
    let begun = Instant::now();
    let mut herd = Herd::storming(address, id, WATCHERS);
    herd.wait_for(1 + EVENTS);
    let took = begun.elapsed().as_secs_f64();
    assert_eq!(
        herd.texts(),
        WATCHERS as u64 * (1 + EVENTS),
        "each event comes once"
    );
    (took, herd)
}
