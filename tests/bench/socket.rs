//! Websocket clients that cost little: many sockets, one thread, no queue and no task.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// Handshakes under way at the same time, so that the server's backlog never overflows.
const JOINING_AT_ONCE: usize = 500;
/// Nothing that is waited for takes this long, even on a small machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a reader lets messages gather, so that it does not compete with the server for the cores. It adds as much
/// to the latency of the server as to that of the bare loop.
const NAP: Duration = Duration::from_micros(500);
const TEXT: u8 = 1;
const PING: u8 = 9;
const EMPTY_PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// Takes a server's byte stream apart: first the answer to the handshake, then frames.
#[derive(Default)]
struct Parser {
    upgraded: bool,
    partial: Vec<u8>,
}

impl Parser {
    /// Hands each complete frame over, as its kind and its payload.
    fn feed(&mut self, mut chunk: &[u8], mut frame: impl FnMut(u8, &[u8])) {
        loop {
            // A frame in pieces is put together; a whole one is taken where it is.
            while !self.partial.is_empty() || !self.upgraded {
                let missing = self.missing();
                let Some((taken, rest)) = chunk.split_at_checked(missing) else {
                    self.partial.extend_from_slice(chunk);
                    return;
                };
                self.partial.extend_from_slice(taken);
                chunk = rest;
                self.finish_partial(&mut frame);
            }
            match frame_len(chunk) {
                Some((head, total)) if chunk.len() >= total => {
                    frame(chunk[0] & 0x0f, &chunk[head..total]);
                    chunk = &chunk[total..];
                }
                _ if chunk.is_empty() => return,
                _ => {
                    self.partial.extend_from_slice(chunk);
                    return;
                }
            }
        }
    }

    /// How many bytes `partial` needs at least.
    fn missing(&self) -> usize {
        match frame_len(&self.partial) {
            Some((_, total)) if self.upgraded => total - self.partial.len(),
            _ => 1,
        }
    }

    fn finish_partial(&mut self, frame: &mut impl FnMut(u8, &[u8])) {
        if !self.upgraded {
            if self.partial.ends_with(b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.partial);
                assert!(head.starts_with("HTTP/1.1 101"), "no websocket: {head}");
                self.upgraded = true;
                self.partial = Vec::new();
            }
        } else if let Some((head, total)) = frame_len(&self.partial)
            && total == self.partial.len()
        {
            frame(self.partial[0] & 0x0f, &self.partial[head..]);
            self.partial.clear();
        }
    }
}

/// The length of a frame's head and of the whole frame, once enough of the head is there.
fn frame_len(bytes: &[u8]) -> Option<(usize, usize)> {
    let (head, payload) = match *bytes.get(1)? {
        126 => (
            4,
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => (2, u64::from(short)),
    };
    Some((head, head + usize::try_from(payload).ok()?))
}

/// A client's text frame. Clients must mask; a mask of zeros keeps the text as it is.
pub fn client_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&u16::try_from(long).expect("a short text").to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}

struct Client {
    stream: TcpStream,
    parser: Parser,
    /// Text frames that have come.
    texts: u64,
}

/// Many connections, read by the thread that waits for them.
pub struct Herd {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    clients: Vec<Client>,
    bytes: u64,
}

impl Herd {
    fn new() -> Herd {
        Herd {
            poll: Poll::new().expect("an epoll"),
            events: Events::with_capacity(4096),
            buffer: vec![0; 256 * 1024],
            clients: Vec::new(),
            bytes: 0,
        }
    }

    /// Plain sockets, for a bare loop: whatever comes is frames.
    pub fn plain(streams: impl IntoIterator<Item = std::net::TcpStream>) -> Herd {
        let mut herd = Herd::new();
        for stream in streams {
            stream.set_nonblocking(true).expect("a socket");
            herd.add(TcpStream::from_std(stream), true);
        }
        herd
    }

    /// Watchers that have joined a match and been welcomed.
    pub fn watching(address: SocketAddr, id: &str, count: usize) -> Herd {
        let mut herd = Herd::new();
        while herd.clients.len() < count {
            let some = JOINING_AT_ONCE.min(count - herd.clients.len());
            herd.connect(address, &vec![format!("/watch?matchID={id}"); some]);
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
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            stream
                .write_all(request.as_bytes())
                .expect("a request is taken");
            stream.set_nonblocking(true).expect("a socket");
            self.add(TcpStream::from_std(stream), false);
        }
    }

    fn add(&mut self, mut stream: TcpStream, upgraded: bool) {
        let token = Token(self.clients.len());
        self.poll
            .registry()
            .register(&mut stream, token, Interest::READABLE)
            .expect("an epoll");
        let parser = Parser {
            upgraded,
            ..Parser::default()
        };
        self.clients.push(Client {
            stream,
            parser,
            texts: 0,
        });
    }

    /// Text frames that have come to all.
    pub fn texts(&self) -> u64 {
        self.clients.iter().map(|client| client.texts).sum()
    }

    /// Bytes that have come to all.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Forgets the texts that have come so far.
    pub fn count_from_here(&mut self) {
        for client in &mut self.clients {
            client.texts = 0;
        }
    }

    /// Sends bytes from one of the connections.
    pub fn send(&mut self, client: usize, bytes: &[u8]) {
        self.clients[client]
            .stream
            .write_all(bytes)
            .expect("the socket has room");
    }

    /// Reads until every connection has had this many texts.
    pub fn wait_for(&mut self, texts: u64) {
        let begun = Instant::now();
        let mut missing = self
            .clients
            .iter()
            .filter(|client| client.texts < texts)
            .count();
        while missing > 0 {
            assert!(
                begun.elapsed() < PATIENCE,
                "{missing} connections still wait"
            );
            let found = self.read(|client, _, _| missing -= usize::from(client.texts == texts));
            if missing > found {
                std::thread::sleep(NAP);
            }
        }
    }

    /// Referees send, each its next event when the one before is acknowledged. Returns the acks.
    pub fn referee(&mut self, event: &[u8], duration: Duration) -> u64 {
        for client in 0..self.clients.len() {
            self.send(client, event);
        }
        let begun = Instant::now();
        let (mut acks, mut open) = (0, self.clients.len());
        while open > 0 {
            let over = begun.elapsed() >= duration;
            self.read(|client, _, payload| {
                let text = String::from_utf8_lossy(payload);
                if text.starts_with(r#"{"type":"ack""#) {
                    acks += 1;
                    if over {
                        open -= 1;
                    } else {
                        client.stream.write_all(event).expect("the socket has room");
                    }
                } else {
                    assert!(!text.contains("refused"), "an event was refused: {text}");
                }
            });
            assert!(
                begun.elapsed() < duration + PATIENCE,
                "{open} acks are missing"
            );
        }
        acks
    }

    /// Waits for something to read and reads it; `each` sees every text with its connection. Returns how many sockets
    /// had something.
    fn read(&mut self, mut each: impl FnMut(&mut Client, usize, &[u8])) -> usize {
        let Herd {
            poll,
            events,
            buffer,
            clients,
            bytes,
        } = self;
        match poll.poll(events, Some(Duration::from_secs(1))) {
            Err(error) if error.kind() != ErrorKind::Interrupted => panic!("epoll: {error}"),
            _ => {}
        }
        for event in events.iter() {
            let Token(index) = event.token();
            loop {
                let client = &mut clients[index];
                let read = match client.stream.read(buffer) {
                    Ok(0) => panic!("the server closed a connection"),
                    Ok(read) => read,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => panic!("a connection failed: {error}"),
                };
                *bytes += read as u64;
                let mut parser = std::mem::take(&mut client.parser);
                parser.feed(&buffer[..read], |kind, payload| match kind {
                    TEXT => {
                        client.texts += 1;
                        each(client, index, payload);
                    }
                    PING => client
                        .stream
                        .write_all(&EMPTY_PONG)
                        .expect("the socket has room"),
                    other => panic!("an unexpected frame of kind {other}"),
                });
                client.parser = parser;
                // A short read has emptied the socket; there will be another event.
                if read < buffer.len() {
                    break;
                }
            }
        }
        events.iter().count()
    }
}
