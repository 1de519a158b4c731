//! A watcher's connection: a cursor, and a socket that is written to when the cursor has more.
//!
//! Frames are written as they stand in the log, straight to the TCP stream, many in one call. tungstenite reads what the
//! client says and answers its pings and closes; the two never write in the middle of each other's frames.

use std::io::{self, IoSlice};
use std::pin::pin;

use arrayvec::ArrayVec;
use bytes::{Buf, Bytes};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::vigil::{Due, SILENCE_MAX, Vigil};
use super::{Socket, close_frame, last_words, policy, say_goodbye};
use crate::broker::{BATCH_FRAMES, Batch, Broker, Closing, Cursor, End, Placed, Pulled};
use crate::domain::{MatchId, Seq};
use crate::http::server::Place;
use crate::store::StoreError;

/// An empty ping from a server (RFC 6455, section 5.5.2).
static PING: &[u8] = &[0x89, 0x00];

/// Why the writing stopped.
enum Written {
    /// Everything is out; wait for more.
    All,
    /// The client does not read fast enough; wait for room.
    Blocked,
    History(Seq),
    End(End),
}

/// What the socket is ready for.
enum Turn {
    Writable(io::Result<()>),
    Heard(Option<Result<Message, Error>>),
}

/// Waits for the socket. While a frame is half written nothing is read, because reading may make tungstenite write.
async fn turn(socket: &mut Socket, blocked: bool) -> Turn {
    if blocked {
        Turn::Writable(socket.get_ref().writable().await)
    } else {
        Turn::Heard(socket.next().await)
    }
}

/// Serves one watcher until it or the stream ends. `history` is where old events of a match come from.
///
/// Not an `async fn`: that would keep its arguments a second time, for every idle watcher.
pub fn watch<C: Cursor>(
    socket: Socket,
    cursor: C,
    history: Option<(Broker, MatchId)>,
    place: Place,
) -> impl Future<Output = ()> + Send {
    let mut watcher = Watcher {
        socket,
        cursor,
        history,
        rest: Bytes::new(),
        _place: place,
    };
    async move {
        if let Some(closing) = last_words(watcher.run().await)
            && watcher.rest.is_empty()
        {
            Box::pin(say_goodbye(watcher.socket, closing)).await;
        }
    }
}

struct Watcher<C> {
    socket: Socket,
    cursor: C,
    history: Option<(Broker, MatchId)>,
    _place: Place,
    /// What is left of a frame that the socket took only in part.
    rest: Bytes,
}

impl<C: Cursor> Watcher<C> {
    async fn run(&mut self) -> Result<Option<CloseFrame>, Error> {
        let mut vigil = Vigil::new();
        let mut wake = pin!(tokio::time::sleep_until(vigil.next()));
        loop {
            let blocked = match self.write()? {
                Written::All => false,
                Written::Blocked => true,
                Written::End(end) => return Ok(Some(close_frame(Closing::End(end)))),
                Written::History(up_to) => {
                    // Boxed: few watchers come here, and all would pay for its size.
                    Box::pin(self.write_history(up_to)).await?;
                    continue;
                }
            };
            tokio::select! {
                () = self.cursor.grown(), if !blocked => {}
                turn = turn(&mut self.socket, blocked) => match turn {
                    // Room comes only from a peer that takes what it was sent: it is slow, and not silent.
                    Turn::Writable(writable) => {
                        writable?;
                        vigil.heard();
                    }
                    Turn::Heard(message) => {
                        vigil.heard();
                        if let Some(closing) = Box::pin(self.hear(message)).await? {
                            return Ok(closing);
                        }
                    }
                },
                () = wake.as_mut() => {
                    match vigil.due() {
                        Some(Due::Gone) => return Ok(None),
                        Some(Due::Ping) if self.rest.is_empty() => self.rest = Bytes::from_static(PING),
                        _ => {}
                    }
                    wake.as_mut().reset(vigil.next());
                }
            }
        }
    }

    /// Takes one message. `Some` ends the connection, with or without a word.
    async fn hear(
        &mut self,
        message: Option<Result<Message, Error>>,
    ) -> Result<Option<Option<CloseFrame>>, Error> {
        match message {
            None | Some(Ok(Message::Close(_))) => Ok(Some(None)),
            Some(Err(Error::Capacity(_))) => Ok(Some(Some(policy(
                "a watcher has nothing to say that is this long",
            )))),
            Some(Err(error)) => Err(error),
            // Pongs, and whatever else a watcher says.
            Some(Ok(_)) => self.flush().await.map(|()| None),
        }
    }

    /// Lets tungstenite finish what it has begun to answer, such as a pong.
    async fn flush(&mut self) -> Result<(), Error> {
        timeout(SILENCE_MAX, self.socket.flush())
            .await
            .unwrap_or(Err(Error::ConnectionClosed))
    }

    /// Writes everything from the cursor to the end, as far as the socket takes it.
    fn write(&mut self) -> io::Result<Written> {
        loop {
            if !write_rest(self.socket.get_ref(), &mut self.rest)? {
                return Ok(Written::Blocked);
            }
            let mut batch = Batch::new();
            match self.cursor.pull(&mut batch) {
                Pulled::Frames => {}
                Pulled::Nothing => return Ok(Written::All),
                Pulled::History(up_to) => return Ok(Written::History(up_to)),
                Pulled::End(end) => return Ok(Written::End(end)),
            }
            if let Some(place) = write_batch(self.socket.get_ref(), &batch, &mut self.rest)? {
                self.cursor.seek(place);
            }
        }
    }

    async fn write_history(&mut self, up_to: Seq) -> Result<(), Error> {
        let Some((broker, id)) = self.history.clone() else {
            self.cursor.seek(up_to);
            return Ok(());
        };
        let gone = |error: StoreError| {
            tracing::warn!("history of match {id}: {error}");
            Error::ConnectionClosed
        };
        let mut reached = self.cursor.place();
        let mut history = broker.history(id, reached).await.map_err(gone)?;
        while reached < up_to {
            let page = history.next_page().await.map_err(gone)?;
            if page.is_empty() {
                break;
            }
            for (place, frame) in page {
                self.rest = frame.bytes().clone();
                while !write_rest(self.socket.get_ref(), &mut self.rest)? {
                    timeout(SILENCE_MAX, self.socket.get_ref().writable())
                        .await
                        .map_err(|_| Error::ConnectionClosed)??;
                }
                reached = place;
            }
        }
        self.cursor.seek(reached);
        Ok(())
    }
}

/// Writes the rest of a frame; says whether all of it is out.
fn write_rest(stream: &TcpStream, rest: &mut Bytes) -> io::Result<bool> {
    while !rest.is_empty() {
        match stream.try_write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest.advance(written),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Writes these frames in one call. The first that is not out becomes the rest, and its place is returned: those after it
/// are to be pulled again.
fn write_batch(stream: &TcpStream, batch: &[Placed], rest: &mut Bytes) -> io::Result<Option<u64>> {
    let slices: ArrayVec<IoSlice<'_>, BATCH_FRAMES> = batch
        .iter()
        .map(|(_, frame)| IoSlice::new(frame.bytes()))
        .collect();
    let mut written = match stream.try_write_vectored(&slices) {
        Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
        Ok(written) => written,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
        Err(error) => return Err(error),
    };
    for (place, frame) in batch {
        let length = frame.bytes().len();
        if written < length {
            *rest = frame.bytes().slice(written..);
            return Ok(Some(*place));
        }
        written -= length;
    }
    Ok(None)
}
