//! A network between clients and the server that delays, stalls, delivers twice, delivers halves, cuts, and lets peers vanish.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::chance::Chance;

/// What may happen to a piece that passes, each of a thousand pieces so often.
const CUTS: u64 = 25;
const VANISHES: u64 = 6;
const STALLS: u64 = 25;
const TWICE: u64 = 60;
const DELAYS: u64 = 250;

pub struct BadNetwork {
    pub address: SocketAddr,
    pub done: Arc<Done>,
}

/// What was done to the connections.
#[derive(Default)]
pub struct Done {
    pub cut: AtomicUsize,
    pub vanished: AtomicUsize,
    pub stalled: AtomicUsize,
    pub twice: AtomicUsize,
}

impl BadNetwork {
    /// Leads to the server. It is bad until a moment, and good from then on.
    pub fn to(server: SocketAddr, until: Instant, seed: u64) -> BadNetwork {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let done = Arc::new(Done::default());
        let counts = done.clone();
        thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                let Ok(client) = client else { return };
                let Ok(server) = TcpStream::connect(server) else {
                    return;
                };
                let line = |from: &TcpStream, to: &TcpStream| Line {
                    from: from.try_clone().expect("cloned"),
                    to: to.try_clone().expect("cloned"),
                    done: counts.clone(),
                    until,
                };
                let vanished = Arc::new(AtomicBool::new(false));
                for (way, line) in [line(&client, &server), line(&server, &client)]
                    .into_iter()
                    .enumerate()
                {
                    let chance = Chance::branch(seed, 2 * number + way);
                    let vanished = vanished.clone();
                    thread::spawn(move || line.carry(chance, &vanished));
                }
            }
        });
        BadNetwork { address, done }
    }
}

/// What a piece of a client's stream is made of, if it begins with a message.
#[derive(Debug, PartialEq, Eq)]
enum Messages {
    /// The request that becomes a websocket.
    Handshake,
    /// Text frames, each of them whole.
    Texts,
    /// Anything else, such as half a frame or what a server sends.
    Torn,
}

fn messages(piece: &[u8]) -> Messages {
    if piece.starts_with(b"GET ") && piece.ends_with(b"\r\n\r\n") {
        return Messages::Handshake;
    }
    let mut rest = piece;
    // Masked, and of up to 125 or up to 65,535 bytes (RFC 6455, section 5.2).
    while let [0x81, length @ 0x80..=0xfe, long @ ..] = rest {
        let (head, payload) = match (length & 0x7f, long) {
            (126, [high, low, ..]) => (8, usize::from(u16::from_be_bytes([*high, *low]))),
            (126, _) => return Messages::Torn,
            (short, _) => (6, usize::from(short)),
        };
        match rest.get(head + payload..) {
            Some(more) => rest = more,
            None => return Messages::Torn,
        }
    }
    match rest.is_empty() {
        true => Messages::Texts,
        false => Messages::Torn,
    }
}

/// One direction of a connection.
struct Line {
    from: TcpStream,
    to: TcpStream,
    done: Arc<Done>,
    until: Instant,
}

impl Line {
    fn carry(mut self, mut chance: Chance, vanished: &AtomicBool) {
        let mut piece = [0; 2048];
        // Everything so far came as whole messages of a client.
        let mut whole = true;
        loop {
            let read = match self.from.read(&mut piece) {
                Ok(read @ 1..) => read,
                // Nobody hears of the end of a peer that had vanished before.
                _ if vanished.load(Ordering::Relaxed) => return,
                _ => return self.cut(false),
            };
            if vanished.load(Ordering::Relaxed) {
                continue;
            }
            let messages = messages(&piece[..read]);
            whole &= messages != Messages::Torn;
            let lot = match Instant::now() < self.until {
                true => chance.below(1000),
                false => 999,
            };
            if lot < CUTS {
                self.done.cut.fetch_add(1, Ordering::Relaxed);
                // The other side may be gone already.
                let _ = self.to.write_all(&piece[..read / 2]);
                return self.cut(chance.percent(50));
            } else if lot < CUTS + VANISHES {
                self.done.vanished.fetch_add(1, Ordering::Relaxed);
                vanished.store(true, Ordering::Relaxed);
                continue;
            } else if lot < CUTS + VANISHES + STALLS {
                self.done.stalled.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(200 + chance.below(600)));
            } else if lot < CUTS + VANISHES + STALLS + DELAYS {
                thread::sleep(Duration::from_millis(1 + chance.below(60)));
            } else if lot < CUTS + VANISHES + STALLS + DELAYS + TWICE
                && whole
                && messages == Messages::Texts
            {
                self.done.twice.fetch_add(1, Ordering::Relaxed);
                // If the server is gone, the second one finds out.
                let _ = self.to.write_all(&piece[..read]);
            }
            if self.to.write_all(&piece[..read]).is_err() {
                return self.cut(false);
            }
        }
    }

    /// Ends both directions: with a FIN, or so that the kernel answers with a reset.
    fn cut(&self, hard: bool) {
        for stream in [&self.from, &self.to] {
            if hard {
                let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
            }
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
