//! The clients of the benchmarks: a herd of raw sockets, for which anything unexpected is the end.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use courtside::load::herd::{self, Heard};

pub use courtside::load::herd::client_frame;

/// Handshakes under way at the same time, so that the server's backlog never overflows.
const JOINING_AT_ONCE: usize = 500;
/// Nothing that is waited for takes this long, even on a small machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a reader lets messages gather, so that it does not compete with the server for the cores. It adds as much
/// to the latency of the server as to that of the bare loop.
const NAP: Duration = Duration::from_micros(500);

/// Connections over the loopback interface: their near ends, from which every write leaves at once, and their far ends.
pub fn pairs(count: usize) -> (Vec<TcpStream>, Vec<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    let pair = || {
        let far = TcpStream::connect(address).expect("a connection");
        let (near, _) = listener.accept().expect("a connection");
        for end in [&near, &far] {
            end.set_nodelay(true).expect("a socket");
        }
        (near, far)
    };
    (0..count).map(|_| pair()).unzip()
}

/// A server's text frame of this length altogether.
pub fn text_frame(len: usize) -> Vec<u8> {
    let payload = u16::try_from(len - 4).expect("an event is no longer");
    let mut frame = vec![0x81, 126];
    frame.extend_from_slice(&payload.to_be_bytes());
    frame.resize(len, b'x');
    frame
}

/// Many connections, read by the thread that waits for them.
pub struct Herd(herd::Herd);

impl Herd {
    fn new() -> Herd {
        Herd(herd::Herd::new().expect("an epoll"))
    }

    /// Plain sockets, for a bare loop: whatever comes is frames.
    pub fn plain(streams: impl IntoIterator<Item = TcpStream>) -> Herd {
        let mut herd = Herd::new();
        for stream in streams {
            herd.0.adopt(stream).expect("a socket");
        }
        herd
    }

    /// Watchers that have joined a match and been welcomed.
    pub fn watching(address: SocketAddr, id: &str, count: usize) -> Herd {
        Herd::joining(address, &format!("/watch?matchID={id}"), count)
    }

    /// The same, with what happens from now on.
    pub fn watching_from_now(address: SocketAddr, id: &str, count: usize) -> Herd {
        Herd::joining(address, &format!("/watch?matchID={id}&after=now"), count)
    }

    /// Watchers of a list of matches, who have been welcomed.
    pub fn following(address: SocketAddr, path: &str, count: usize) -> Herd {
        Herd::joining(address, path, count)
    }

    fn joining(address: SocketAddr, path: &str, count: usize) -> Herd {
        let mut herd = Herd::new();
        while herd.0.len() < count {
            let some = JOINING_AT_ONCE.min(count - herd.0.len());
            herd.connect(address, &vec![path.to_owned(); some]);
            herd.wait_for(1);
        }
        herd
    }

    /// Referees, one of each match, who have been welcomed.
    pub fn refereeing<'a>(address: SocketAddr, ids: impl IntoIterator<Item = &'a String>) -> Herd {
        let mut herd = Herd::new();
        let paths: Vec<String> = ids
            .into_iter()
            .map(|id| format!("/referee?IdMatch={id}"))
            .collect();
        herd.connect(address, &paths);
        herd.wait_for(1);
        herd
    }

    /// Watchers who join all at the same moment and wait for nothing.
    pub fn storming(address: SocketAddr, id: &str, count: usize) -> Herd {
        let mut herd = Herd::new();
        herd.connect(address, &vec![format!("/watch?matchID={id}"); count]);
        herd
    }

    fn connect(&mut self, address: SocketAddr, paths: &[String]) {
        for path in paths {
            self.0
                .connect(address, "localhost", path)
                .expect("a connection");
        }
    }

    /// Text frames that have come to all.
    pub fn texts(&self) -> u64 {
        self.0.texts()
    }

    /// Bytes that have come to all.
    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    /// Forgets the texts that have come so far.
    pub fn count_from_here(&mut self) {
        self.0.count_from_here();
    }

    /// Sends bytes from one of the connections.
    pub fn send(&mut self, client: usize, bytes: &[u8]) {
        self.0.send(client, bytes).expect("the socket has room");
    }

    /// Reads what there is, or waits a moment for something.
    pub fn drain(&mut self) {
        if self.read(|_, _, _| {}) > 0 {
            std::thread::sleep(NAP);
        }
    }

    /// Reads until every connection has had this many texts.
    pub fn wait_for(&mut self, texts: u64) {
        let begun = Instant::now();
        let mut missing = (0..self.0.len())
            .filter(|client| self.0.texts_of(*client) < texts)
            .count();
        while missing > 0 {
            assert!(
                begun.elapsed() < PATIENCE,
                "{missing} connections still wait"
            );
            let found = self.read(|_, had, _| missing -= usize::from(had == texts));
            if missing > found {
                std::thread::sleep(NAP);
            }
        }
    }

    /// Referees send, each its next event when the one before is acknowledged. Returns the acks.
    pub fn referee(&mut self, event: &[u8], duration: Duration) -> u64 {
        for client in 0..self.0.len() {
            self.send(client, event);
        }
        let begun = Instant::now();
        let (mut acks, mut open) = (0, self.0.len());
        let mut acked = Vec::new();
        while open > 0 {
            self.read(|client, _, payload| {
                if payload.starts_with(br#"{"type":"ack""#) {
                    acked.push(client);
                } else {
                    let text = String::from_utf8_lossy(payload);
                    assert!(!text.contains("refused"), "an event was refused: {text}");
                }
            });
            acks += acked.len() as u64;
            let over = begun.elapsed() >= duration;
            for client in acked.drain(..) {
                if over {
                    open -= 1;
                } else {
                    self.send(client, event);
                }
            }
            assert!(
                begun.elapsed() < duration + PATIENCE,
                "{open} acks are missing"
            );
        }
        acks
    }

    /// Waits for something to read and reads it; `each` sees every text with its connection and how many that has had.
    /// Returns how many sockets had something.
    fn read(&mut self, mut each: impl FnMut(usize, u64, &[u8])) -> usize {
        self.0
            .read(Duration::from_secs(1), |client, texts, heard| match heard {
                Heard::Text(payload) => each(client, texts, payload),
                Heard::Ended(reason) => panic!("a connection ended: {reason}"),
            })
            .expect("an epoll")
    }
}
