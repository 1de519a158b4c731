//! A network between clients and the server that delays, stalls, delivers halves, cuts, and lets peers vanish.

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
