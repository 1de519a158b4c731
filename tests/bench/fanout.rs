//! One match, many watchers: deliveries a second, against a bare loop that sends the same bytes to as many sockets.

use crate::acks::POINT;
use crate::bare::{Bare, deliver};
use crate::server::Server;
use crate::socket::{Herd, client_frame};
use crate::{Table, median};

const BURST: usize = 16;
const ROUNDS: usize = 25;

pub fn run() {
    for watchers in [1_000, 5_000] {
        fan_out(watchers);
    }
}

fn fan_out(watchers: usize) {
    let server = Server::start();
    let id = server.create_match();
    let mut referee = Herd::refereeing(server.address(), [&id]);
    let mut herd = Herd::watching(server.address(), &id, watchers);
    let one = client_frame(POINT);
    let burst = one.repeat(BURST);
    let before = herd.bytes();
    // The first of each warms pages and caches.
    deliver(&mut herd, 1, || referee.send(0, &one));
    let frame = (herd.bytes() - before) as usize / watchers;
    let mut bare = Bare::new(watchers, frame);
    bare.deliver();
    let (mut ours, mut bare_one, mut ours_burst) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(deliver(&mut herd, 1, || referee.send(0, &one)));
        bare_one.push(bare.deliver());
        ours_burst.push(deliver(&mut herd, BURST as u64, || referee.send(0, &burst)));
        referee.wait_for(1 + BURST as u64);
        referee.count_from_here();
    }
    // Of each turn, because a disturbance meets both sides of it.
    let times_bare = |ours: &[f64], texts: usize| {
        let ratio = |(ours, bare): (&f64, &f64)| bare * texts as f64 / ours;
        median(ours.iter().zip(&bare_one).map(ratio).collect())
    };
    let (one_ratio, burst_ratio) = (times_bare(&ours, 1), times_bare(&ours_burst, BURST));
    let (ours_ms, bare_ms) = (median(ours) * 1e3, median(bare_one) * 1e3);
    let rate = watchers as f64 / ours_ms * 1e3;
    let bare_rate = watchers as f64 / bare_ms * 1e3;
    let burst_rate = (watchers * BURST) as f64 / median(ours_burst);
    let table = Table("fanout");
    let what = |what: &str| format!("{watchers} watchers: {what}");
    table.note(&what("bytes of an event's frame"), frame as f64, "B");
    table.note(&what("bare loop, one message"), bare_rate, "/s");
    table.note(&what("one event"), rate, "/s");
    table.at_least(&what("one event / bare loop"), one_ratio, "times", 0.8);
    table.note(&what("bare loop, last watcher has it"), bare_ms, "ms");
    table.note(&what("sent to last watcher, with fsync"), ours_ms, "ms");
    table.note(&what("16 events waiting"), burst_rate, "/s");
    table.at_least(
        &what("16 events waiting / bare loop"),
        burst_ratio,
        "times",
        6.0,
    );
}
