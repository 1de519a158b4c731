//! Websocket clients that cost little: many sockets, one thread, no queue and no task.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const EMPTY_PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];
const READ_BYTES: usize = 256 * 1024;

/// Takes a server's byte stream apart: first the answer to the handshake, then frames.
#[derive(Default)]
struct Parser {
    upgraded: bool,
    /// The handshake was answered with something else.
    refused: Option<String>,
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
                if !self.partial.starts_with(b"HTTP/1.1 101") {
                    let head = String::from_utf8_lossy(&self.partial);
                    let status = head.lines().next().unwrap_or_default();
                    self.refused = Some(status.trim_start_matches("HTTP/1.1 ").to_owned());
                }
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

/// A client's text frame of up to 65,535 bytes. Clients must mask; a mask of zeros keeps the text as it is.
pub fn client_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&u16::try_from(long).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}

/// What a connection has said.
pub enum Heard<'a> {
    Text(&'a [u8]),
    /// The end, with the reason where one was given.
    Ended(String),
}

struct Client {
    /// `None` once it has ended.
    stream: Option<TcpStream>,
    parser: Parser,
    /// Text frames that have come.
    texts: u64,
    /// What waits for the connection, or for room in its socket.
    unsent: Vec<u8>,
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
    pub fn new() -> io::Result<Herd> {
        Ok(Herd {
            poll: Poll::new()?,
            events: Events::with_capacity(4096),
            buffer: vec![0; READ_BYTES],
            clients: Vec::new(),
            bytes: 0,
        })
    }

    /// Opens a websocket without waiting for anything, not even for the connection; its number in the herd.
    pub fn connect(&mut self, address: SocketAddr, host: &str, path: &str) -> io::Result<usize> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        self.open(stream, host, path)
    }

    /// Opens a websocket on a connection that is there, or will be.
    pub fn open(&mut self, stream: TcpStream, host: &str, path: &str) -> io::Result<usize> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let number = self.add(stream, Parser::default())?;
        self.clients[number].unsent = request.into_bytes();
        Ok(number)
    }

    /// Takes a plain socket on which whatever comes is frames.
    pub fn adopt(&mut self, stream: std::net::TcpStream) -> io::Result<usize> {
        let parser = Parser {
            upgraded: true,
            ..Parser::default()
        };
        stream.set_nonblocking(true)?;
        self.add(TcpStream::from_std(stream), parser)
    }

    fn add(&mut self, mut stream: TcpStream, parser: Parser) -> io::Result<usize> {
        let number = self.clients.len();
        self.poll.registry().register(
            &mut stream,
            Token(number),
            Interest::READABLE | Interest::WRITABLE,
        )?;
        self.clients.push(Client {
            stream: Some(stream),
            parser,
            texts: 0,
            unsent: Vec::new(),
        });
        Ok(number)
    }

    pub fn len(&self) -> usize {
        self.clients.len()
    }

    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Text frames that have come to one connection.
    pub fn texts_of(&self, client: usize) -> u64 {
        self.clients[client].texts
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

    /// Sends bytes from one of the connections; an error if it has ended. `WouldBlock` if its socket is still full of what was
    /// sent before: nothing of these is sent then.
    pub fn send(&mut self, client: usize, bytes: &[u8]) -> io::Result<()> {
        let client = &mut self.clients[client];
        client.flush()?;
        match client.unsent.is_empty() {
            true => client.write(bytes),
            false => Err(ErrorKind::WouldBlock.into()),
        }
    }

    /// Closes one connection.
    pub fn hang_up(&mut self, client: usize) {
        self.clients[client].stream = None;
    }

    /// Waits for something to read, for so long, and reads it; `each` hears every text with its connection and the number of
    /// texts that it has had with this one. Returns how many sockets had something.
    pub fn read(
        &mut self,
        patience: Duration,
        mut each: impl FnMut(usize, u64, Heard<'_>),
    ) -> io::Result<usize> {
        match self.poll.poll(&mut self.events, Some(patience)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        let mut ready = 0;
        for event in self.events.iter() {
            ready += 1;
            let Token(number) = event.token();
            let client = &mut self.clients[number];
            let ends = event.is_read_closed() || event.is_error();
            self.bytes += client.read(&mut self.buffer, ends, |texts, heard| {
                each(number, texts, heard);
            });
        }
        Ok(ready)
    }
}

impl Client {
    /// Writes these bytes, or keeps those that find no room for `flush`.
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let Some(stream) = &mut self.stream else {
            return Err(ErrorKind::NotConnected.into());
        };
        while !bytes.is_empty() {
            match stream.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                // The second is said of a connection that is not there yet.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::NotConnected
                    ) =>
                {
                    self.unsent = bytes.to_vec();
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.unsent.is_empty() {
            true => Ok(()),
            false => {
                let unsent = std::mem::take(&mut self.unsent);
                self.write(&unsent)
            }
        }
    }

    /// Sends what waited and reads what there is, to the end where the connection `ends`; returns how many bytes that was.
    fn read(&mut self, buffer: &mut [u8], ends: bool, mut each: impl FnMut(u64, Heard<'_>)) -> u64 {
        let mut bytes = 0;
        // An error shows in reading, too, there with its reason.
        let _ = self.flush();
        while let Some(stream) = &mut self.stream {
            let ended = match stream.read(buffer) {
                Ok(0) => Some("the server closed the connection".to_owned()),
                Ok(read) => {
                    bytes += read as u64;
                    let ended = self.take(&buffer[..read], &mut each);
                    // A short read has emptied the socket; there will be another event.
                    if ended.is_none() && !ends && read < buffer.len() {
                        break;
                    }
                    ended
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => Some(error.to_string()),
            };
            if let Some(reason) = ended {
                self.stream = None;
                each(self.texts, Heard::Ended(reason));
            }
        }
        bytes
    }

    /// Takes a chunk apart; a reason if the connection is over.
    fn take(&mut self, chunk: &[u8], each: &mut impl FnMut(u64, Heard<'_>)) -> Option<String> {
        let Client {
            parser,
            texts,
            unsent,
            ..
        } = self;
        let mut ended = None;
        parser.feed(chunk, |kind, payload| match kind {
            TEXT => {
                *texts += 1;
                each(*texts, Heard::Text(payload));
            }
            // Behind what waits for room: the next time to write is soon enough.
            PING => unsent.extend_from_slice(&EMPTY_PONG),
            CLOSE => {
                let reason = payload.get(2..).unwrap_or_default();
                ended = Some(String::from_utf8_lossy(reason).into_owned());
            }
            _ => {}
        });
        // What is wrong with the socket, reading will say.
        let _ = self.flush();
        self.parser.refused.take().or(ended)
    }
}
