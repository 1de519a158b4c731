//! A watcher's connection: a cursor, and a socket that is written to when the cursor has more.
//!
//! Frames are written as they stand in the log, straight to the TCP stream, many in one call. Nearly all that watchers ever
//! say are pongs, which are passed over; who says more gets tungstenite to listen. What it answers and what we write never
//! begin in the middle of each other's frames.
//!
//! Over 400 lines: reading and writing share what is half done on the socket.

use std::io::{self, ErrorKind, Read as _};
use std::sync::Arc;

use bytes::Bytes;
use mio::event::Event;
use mio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketContext};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::old_history::{OldHistory, room_for};
use super::raw::{are_pongs, write_batch, write_rest};
use super::vigil::{Due, Vigil};
use super::{FAREWELL, Line, close_frame, config, last_words, policy, see_off};
use crate::broker::{Batch, Bells, BoardCursor, Broker, Closing, Cursor, MatchCursor, Pulled};
use crate::domain::{MatchId, Seq};
use crate::http::door::{Place, Room};

/// An empty ping from a server (RFC 6455, section 5.5.2).
static PING: &[u8] = &[0x89, 0x00];
/// The longest message of a watcher, which has nothing to say.
const MESSAGE_MAX: usize = 1024;
/// What one watcher may say, in messages or buffers, before others are listened to.
const PATIENCE: usize = 32;

/// What a watcher follows.
pub enum Followed {
    Match {
        cursor: MatchCursor,
        /// Where its older events come from.
        broker: Broker,
        id: MatchId,
    },
    Venue(BoardCursor),
}

impl Followed {
    fn pull(&mut self, batch: &mut Batch) -> Pulled {
        match self {
            Followed::Match { cursor, .. } => cursor.pull(batch),
            Followed::Venue(cursor) => cursor.pull(batch),
        }
    }

    fn seek(&mut self, place: u64) {
        match self {
            Followed::Match { cursor, .. } => cursor.seek(place),
            Followed::Venue(cursor) => cursor.seek(place),
        }
    }

    pub(super) fn bells(&self) -> &Arc<Bells> {
        match self {
            Followed::Match { cursor, .. } => cursor.bells(),
            Followed::Venue(cursor) => cursor.bells(),
        }
    }
}

/// What a watcher's socket may be ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    Writable,
    Readable,
    /// The client has hung up, or the connection broke, after what can still be read.
    HungUp,
}

impl Signs {
    /// epoll says each once. Whichever it is, there may be room to write, too.
    pub fn of(event: &Event) -> Signs {
        if event.is_read_closed() || event.is_error() {
            Signs::HungUp
        } else if event.is_readable() {
            Signs::Readable
        } else {
            Signs::Writable
        }
    }
}

/// What comes next for a watcher.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Until its socket or its stream has something new.
    Wait,
    /// It has more to say, but the others come first.
    Listen,
    /// The events up to this one are no longer in memory: [`Watcher::catch_up`].
    History(Seq),
    /// [`Watcher::leave`], with these last bytes to be written; `None` if the connection is broken.
    Leave(Option<Bytes>),
}

pub(super) struct Watcher {
    stream: TcpStream,
    pub followed: Followed,
    place: Place,
    /// What is left of a frame that the socket took only in part.
    rest: Bytes,
    /// The room of a long frame that is left so.
    kept: Option<Room>,
    /// Of those who say more than pongs.
    ear: Option<Box<WebSocketContext>>,
    /// The ear has begun to answer, and the socket did not take all of it.
    answering: bool,
    /// There was something to hear while it could not be answered.
    unheard: bool,
    /// There is an end to be read, of which nothing will be said again.
    hung_up: bool,
    vigil: Vigil,
}

impl Watcher {
    pub fn new(line: Line, followed: Followed, place: Place) -> io::Result<Watcher> {
        let early = !line.early.is_empty();
        Ok(Watcher {
            stream: TcpStream::from_std(line.stream.into_std()?),
            followed,
            place,
            rest: Bytes::new(),
            kept: None,
            ear: early.then(|| ear(line.early)),
            answering: false,
            unheard: early,
            hung_up: false,
            vigil: Vigil::new(),
        })
    }

    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// When [`Watcher::watch_over`] should be called next.
    pub fn due_at(&self) -> Instant {
        self.vigil.next()
    }

    /// Asks whether the client is still there, or gives it up.
    pub fn watch_over(&mut self) -> Step {
        match self.vigil.due() {
            Some(Due::Gone) => Step::Leave(None),
            // That the kernel takes the question is no sign of life.
            Some(Due::Ping) if self.rest.is_empty() && !self.answering => {
                self.rest = Bytes::from_static(PING);
                match write_rest(&mut self.stream, &mut self.rest) {
                    Ok(_) => Step::Wait,
                    Err(_) => Step::Leave(None),
                }
            }
            // What waits for room asks just as well.
            Some(Due::Ping) | None => Step::Wait,
        }
    }

    /// Takes note of what the socket is ready for.
    pub fn turn(&mut self, signs: Signs, buffer: &mut [u8]) -> Step {
        self.hung_up |= signs == Signs::HungUp;
        self.unheard |= self.hung_up || signs == Signs::Readable;
        let blocked = !self.rest.is_empty() || self.answering;
        if blocked {
            let step = self.write();
            if step != Step::Wait {
                return step;
            }
        }
        self.hear(buffer)
    }

    /// Writes everything from the cursor to the end, as far as the socket takes it.
    pub fn write(&mut self) -> Step {
        self.try_write().unwrap_or(Step::Leave(None))
    }

    fn try_write(&mut self) -> io::Result<Step> {
        loop {
            if !self.finish_begun()? {
                return Ok(Step::Wait);
            }
            let mut batch = Batch::new();
            match self.followed.pull(&mut batch) {
                Pulled::Frames => {}
                Pulled::Nothing => return Ok(Step::Wait),
                Pulled::History(up_to) => return Ok(Step::History(up_to)),
                Pulled::End(end) => return Ok(say(close_frame(Closing::End(end)))),
            }
            if let Some(place) = write_batch(&mut self.stream, &batch, &mut self.rest)? {
                self.followed.seek(place);
                let begun = batch.iter().find(|(of, _)| *of == place);
                self.keep(begun.map_or(0, |(_, frame)| frame.bytes().len()))?;
            }
        }
    }

    /// Counts a frame of which something is left, since that keeps all of it. (The lists of the venue are shared, and counted
    /// by the board.)
    fn keep(&mut self, bytes: usize) -> io::Result<()> {
        if matches!(self.followed, Followed::Match { .. }) {
            self.kept = room_for(&self.place, bytes)?;
        }
        Ok(())
    }

    /// Brings to an end what the socket took only in part; says whether it is out.
    fn finish_begun(&mut self) -> io::Result<bool> {
        if self.answering {
            self.answer().map_err(io::Error::other)?;
        }
        let before = self.rest.len();
        let out = !self.answering && write_rest(&mut self.stream, &mut self.rest)?;
        if out {
            self.kept = None;
        }
        if self.rest.len() < before {
            // Room comes only from a peer that takes what it was sent: it is slow, and not silent.
            self.vigil.heard();
        }
        Ok(out)
    }

    /// Listens, unless a frame is half written: an answer could end up in the middle of it.
    fn hear(&mut self, buffer: &mut [u8]) -> Step {
        for _ in 0..PATIENCE {
            if !self.unheard || !self.rest.is_empty() || self.answering {
                return Step::Wait;
            }
            let heard = match self.ear {
                Some(_) => self.listen(),
                None => self.skim(buffer),
            };
            if let Err(step) = heard {
                return step;
            }
        }
        Step::Listen
    }

    /// Reads what may be pongs alone.
    fn skim(&mut self, buffer: &mut [u8]) -> Result<(), Step> {
        match self.stream.read(buffer) {
            Ok(0) => return Err(Step::Leave(None)),
            Ok(read) => {
                self.vigil.heard();
                match are_pongs(&buffer[..read]) {
                    true => self.unheard = self.hung_up || read == buffer.len(),
                    false => self.ear = Some(ear(buffer[..read].to_vec())),
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.unheard = false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(Step::Leave(None)),
        }
        Ok(())
    }

    /// Has tungstenite read one message, and answer it if it wants an answer.
    fn listen(&mut self) -> Result<(), Step> {
        let Some(ear) = &mut self.ear else {
            return Ok(());
        };
        match ear.read(&mut self.stream) {
            Ok(Message::Close(_)) => {
                // The answer; the connection ends in any case.
                let _ = ear.flush(&mut self.stream);
                return Err(Step::Leave(Some(Bytes::new())));
            }
            Ok(_) => self.vigil.heard(),
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => self.unheard = false,
            Err(Error::Capacity(_)) => {
                let frame = policy("a watcher has nothing to say that is this long");
                return Err(say(frame));
            }
            Err(error) => {
                let words = last_words(Err(error)).flatten();
                return Err(words.map_or(Step::Leave(None), say));
            }
        }
        self.answer().map_err(|_| Step::Leave(None))
    }

    /// Lets tungstenite write what it has begun to answer, such as a pong.
    fn answer(&mut self) -> Result<(), Error> {
        let Some(ear) = &mut self.ear else {
            return Ok(());
        };
        self.answering = false;
        match ear.flush(&mut self.stream) {
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => self.answering = true,
            other => other?,
        }
        Ok(())
    }

    /// Says the last words, if nothing is half written, and waits a moment for the client to have read them.
    pub async fn leave(self, words: Bytes) {
        let Watcher {
            stream,
            rest,
            place: _place,
            ..
        } = self;
        if rest.is_empty()
            && let Ok(mut stream) = tokio::net::TcpStream::from_std(stream.into())
        {
            // A client that doesn't take its leave is left.
            let _ = timeout(FAREWELL, see_off(&mut stream, &words)).await;
        }
    }

    /// Writes the events that are older than what memory holds. `None` if the connection ends.
    pub async fn catch_up(self, up_to: Seq) -> Option<Watcher> {
        let Watcher {
            stream,
            followed:
                Followed::Match {
                    mut cursor,
                    broker,
                    id,
                },
            ..
        } = self
        else {
            return Some(self);
        };
        let stream = tokio::net::TcpStream::from_std(stream.into()).ok()?;
        let old = OldHistory {
            stream: &stream,
            place: &self.place,
            broker: &broker,
            id,
        };
        let reached = old.write(cursor.place(), up_to).await;
        let reached = reached
            .inspect_err(|error| tracing::debug!("history of match {id}: {error}"))
            .ok()?;
        cursor.seek(reached);
        Some(Watcher {
            stream: TcpStream::from_std(stream.into_std().ok()?),
            followed: Followed::Match { cursor, broker, id },
            // There may have been something meanwhile.
            unheard: true,
            vigil: Vigil::new(),
            ..self
        })
    }
}

fn ear(early: Vec<u8>) -> Box<WebSocketContext> {
    // What it reads is short; 64 bytes hold a pong and a close frame.
    let config = Some(config(64, MESSAGE_MAX));
    Box::new(WebSocketContext::from_partially_read(
        early,
        Role::Server,
        config,
    ))
}

/// The last step of a connection that is closed for a reason.
fn say(reason: CloseFrame) -> Step {
    let mut words = Vec::new();
    // Into memory, which takes everything.
    let _ = Frame::close(Some(reason)).format(&mut words);
    Step::Leave(Some(words.into()))
}
