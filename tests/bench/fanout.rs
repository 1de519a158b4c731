//! One match, many watchers: deliveries a second, against a bare loop that sends the same bytes to as many sockets.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::acks::POINT;
use crate::server::Server;
use crate::socket::{Herd, client_frame};
use crate::{Aim, median, report};

const BURST: usize = 16;
const ROUNDS: usize = 15;

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
    herd.count_from_here();
    let one = client_frame(POINT);
    let burst = one.repeat(BURST);
    let before = herd.bytes();
    let first = deliver(&mut herd, 1, || referee.send(0, &one));
    let frame = (herd.bytes() - before) as usize / watchers;
    let mut bare = Bare::new(watchers, frame);
    // Pages and caches are warm from the second round on.
    let _ = (first, bare.deliver(1));

    let (mut ours, mut bare_one) = (Vec::new(), Vec::new());
    let mut ours_burst = Vec::new();
    // In turns, so that a disturbance meets all of them.
    for _ in 0..ROUNDS {
        ours.push(deliver(&mut herd, 1, || referee.send(0, &one)));
        bare_one.push(bare.deliver(1));
        ours_burst.push(deliver(&mut herd, BURST, || referee.send(0, &burst)));
        // The referee's socket must not fill up with acks.
        referee.count_from_here();
    }
    let seconds = median(ours);
    let rate = watchers as f64 / seconds;
    let bare_seconds = median(bare_one);
    let bare_rate = watchers as f64 / bare_seconds;
    let burst_rate = (watchers * BURST) as f64 / median(ours_burst);
    let line = |what: &str, figure, unit, aim| {
        report(
            "fanout",
            &format!("{watchers} watchers: {what}"),
            figure,
            unit,
            &aim,
        );
    };
    line("bytes of an event's frame", frame as f64, "B", Aim::Context);
    line("bare loop, one message", bare_rate, "/s", Aim::Context);
    line("one event", rate, "/s", Aim::Context);
    line(
        "one event / bare loop",
        rate / bare_rate,
        "times",
        Aim::AtLeast(0.8),
    );
    line(
        "bare loop, last watcher has it",
        bare_seconds * 1e3,
        "ms",
        Aim::Context,
    );
    line(
        "send to last watcher, fsync included",
        seconds * 1e3,
        "ms",
        Aim::Context,
    );
    line("16 events waiting", burst_rate, "/s", Aim::Context);
    line(
        "16 events waiting / bare loop",
        burst_rate / bare_rate,
        "times",
        Aim::AtLeast(6.0),
    );
}

/// Seconds from the call of `send` until every connection has so many texts more.
fn deliver(herd: &mut Herd, texts: usize, send: impl FnOnce()) -> f64 {
    herd.count_from_here();
    let begun = Instant::now();
    send();
    herd.wait_for(texts as u64);
    begun.elapsed().as_secs_f64()
}

/// The unavoidable part: a thread that sends the same bytes to each of its sockets.
struct Bare {
    herd: Herd,
    go: mpsc::Sender<usize>,
}

impl Bare {
    fn new(watchers: usize, frame: usize) -> Bare {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("a port");
        let (mut senders, mut receivers) = (Vec::new(), Vec::new());
        for _ in 0..watchers {
            receivers.push(TcpStream::connect(address).expect("a connection"));
            let (sender, _) = listener.accept().expect("a connection");
            sender.set_nodelay(true).expect("a socket");
            senders.push(sender);
        }
        let (go, rounds) = mpsc::channel();
        thread::spawn(move || {
            let message = text_frame(frame);
            for repeat in rounds {
                for _ in 0..repeat {
                    for sender in &mut senders {
                        sender.write_all(&message).expect("the socket has room");
                    }
                }
            }
        });
        Bare {
            herd: Herd::plain(receivers),
            go,
        }
    }

    fn deliver(&mut self, texts: usize) -> f64 {
        let go = self.go.clone();
        deliver(&mut self.herd, texts, || {
            go.send(texts).expect("the loop runs")
        })
    }
}

/// A server's text frame of this length altogether.
fn text_frame(len: usize) -> Vec<u8> {
    let payload = u16::try_from(len - 4).expect("an event is no longer");
    let mut frame = vec![0x81, 126];
    frame.extend_from_slice(&payload.to_be_bytes());
    frame.resize(len, b'x');
    frame
}
