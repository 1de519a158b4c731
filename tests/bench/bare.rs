//! The unavoidable part, for comparison: one thread that sends the same bytes to as many sockets, and nothing else.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream as Polled};
use mio::{Events, Interest, Poll, Token};

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
}

impl Bare {
    /// Each delivery is a frame of this length.
    pub fn new(watchers: usize, frame: usize) -> Bare {
        let (mut senders, receivers) = pairs(watchers);
        for sender in &senders {
            sender.set_nonblocking(true).expect("a socket");
        }
        let (go, rounds) = mpsc::channel();
        thread::spawn(move || {
            let message = text_frame(frame);
            for () in rounds {
                send_to_all(&mut senders, &message);
            }
        });
        Bare {
            herd: Herd::plain(receivers),
            go,
        }
    }

    /// Seconds that one delivery takes.
    pub fn deliver(&mut self) -> f64 {
        let go = || self.go.send(()).expect("the loop runs");
        deliver(&mut self.herd, 1, go)
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

/// The answer to a handshake, as far as clients of the benchmarks look at it.
const SWITCHING: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
/// The token of the door; guests have the numbers of their places.
const DOOR: Token = Token(usize::MAX);

/// A server that answers every handshake with the same frames, and knows nothing else: one log, a cursor for each guest.
pub struct BareServer {
    pub address: SocketAddr,
}

struct Guest {
    stream: Polled,
    asked: bool,
    /// How much of the answer is out.
    told: usize,
}

impl BareServer {
    /// It serves until the program ends.
    pub fn start(frame: usize, texts: usize) -> BareServer {
        let address = "127.0.0.1:0".parse().expect("an address");
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("a port");
        let answer = [SWITCHING, &text_frame(frame).repeat(texts)].concat();
        thread::spawn(move || welcome_all(listener, &answer));
        BareServer { address }
    }
}

fn welcome_all(mut listener: TcpListener, answer: &[u8]) {
    let both = Interest::READABLE | Interest::WRITABLE;
    let mut poll = Poll::new().expect("an epoll");
    poll.registry()
        .register(&mut listener, DOOR, Interest::READABLE)
        .expect("an epoll");
    let mut events = Events::with_capacity(1024);
    let mut guests: Vec<Option<Guest>> = Vec::new();
    loop {
        poll.poll(&mut events, None).expect("an epoll");
        for event in &events {
            if event.token() != DOOR {
                let place = &mut guests[event.token().0];
                if place.as_mut().is_some_and(|guest| guest.leaves(answer)) {
                    *place = None;
                }
                continue;
            }
            while let Ok((mut stream, _)) = listener.accept() {
                stream.set_nodelay(true).expect("a socket");
                poll.registry()
                    .register(&mut stream, Token(guests.len()), both)
                    .expect("an epoll");
                guests.push(Some(Guest {
                    stream,
                    asked: false,
                    told: 0,
                }));
            }
        }
    }
}

impl Guest {
    /// Reads and answers, as far as that goes; whether the connection is over.
    fn leaves(&mut self, answer: &[u8]) -> bool {
        let mut said = [0; 2048];
        loop {
            match self.stream.read(&mut said) {
                Ok(0) => return true,
                // A handshake comes as one piece here.
                Ok(_) => self.asked = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return true,
            }
        }
        while self.asked && self.told < answer.len() {
            match self.stream.write(&answer[self.told..]) {
                Ok(written) => self.told += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return true,
            }
        }
        false
    }
}
