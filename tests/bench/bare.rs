//! The unavoidable part, for comparison: one thread that sends the same bytes to as many sockets, and nothing else.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::socket::{Herd, pairs, text_frame};

/// When no socket takes more, the clients get this long to read.
const NAP: Duration = Duration::from_micros(200);

/// Seconds from the call of `send` until every connection has so many texts more.
pub fn deliver(herd: &mut Herd, texts: u64, send: impl FnOnce()) -> f64 {
    herd.count_from_here();
    let begun = Instant::now();
    send();
    herd.wait_for(texts);
    begun.elapsed().as_secs_f64()
}

/// A loop of `send` and its clients.
pub struct Bare {
    herd: Herd,
    go: mpsc::Sender<()>,
    texts: u64,
}

impl Bare {
    /// Each delivery is so many frames of this length, as one piece of bytes.
    pub fn new(watchers: usize, frame: usize, texts: usize) -> Bare {
        let (mut senders, receivers) = pairs(watchers);
        for sender in &senders {
            sender.set_nonblocking(true).expect("a socket");
        }
        let (go, rounds) = mpsc::channel();
        thread::spawn(move || {
            let message = text_frame(frame).repeat(texts);
            for () in rounds {
                send_to_all(&mut senders, &message);
            }
        });
        Bare {
            herd: Herd::plain(receivers),
            go,
            texts: texts as u64,
        }
    }

    /// Seconds that one delivery takes.
    pub fn deliver(&mut self) -> f64 {
        let go = || self.go.send(()).expect("the loop runs");
        deliver(&mut self.herd, self.texts, go)
    }
}

fn send_to_all(senders: &mut [TcpStream], message: &[u8]) {
    let mut left: Vec<(usize, &[u8])> = (0..senders.len()).map(|one| (one, message)).collect();
    let bytes =
        |left: &[(usize, &[u8])]| -> usize { left.iter().map(|(_, rest)| rest.len()).sum() };
    while !left.is_empty() {
        let before = bytes(&left);
        left.retain_mut(|(one, rest)| match senders[*one].write(rest) {
            Ok(written) => {
                *rest = &rest[written..];
                !rest.is_empty()
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => true,
            Err(error) => panic!("a connection ended: {error}"),
        });
        if before == bytes(&left) {
            thread::sleep(NAP);
        }
    }
}
