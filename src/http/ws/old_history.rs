//! The events that are older than what memory holds, for one watcher: read page by page, and written as fast as the client
//! takes them.

use std::io::{self, ErrorKind};

use bytes::{Buf as _, Bytes};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::vigil::SILENCE_MAX;
use crate::broker::{Broker, Placed};
use crate::domain::{MatchId, Seq};
use crate::http::door::{Buffered, Place, Room};
use crate::store::StoreError;

/// The bytes of old history that are read at a time.
const HISTORY_BYTES: usize = 64 * 1024;
/// Frames of at most this size may wait for a watcher uncounted. Those of honest matches do.
const SHORT_FRAME: usize = 4 * 1024;

/// Takes room for a frame that waits for its watcher, if it is long.
pub fn room_for(place: &Place, bytes: usize) -> io::Result<Option<Room>> {
    if bytes <= SHORT_FRAME {
        return Ok(None);
    }
    let mut room = Room::new(place, Buffered::Frame);
    let taken = room.grow(bytes);
    taken.map_err(|_| io::Error::other("there is no room for one more slow watcher"))?;
    Ok(Some(room))
}

/// A frame that the socket did not take whole.
struct Begun {
    rest: Bytes,
    length: usize,
}

/// The older events of a match, for one watcher.
pub struct OldHistory<'a> {
    pub stream: &'a TcpStream,
    pub place: &'a Place,
    pub broker: &'a Broker,
    pub id: MatchId,
}

impl OldHistory<'_> {
    /// Writes old events, as fast as the client takes them; returns the place of the last one.
    pub async fn write(&self, mut reached: Seq, up_to: Seq) -> io::Result<Seq> {
        let unreadable = |error: StoreError| {
            tracing::warn!("history of match {}: {error}", self.id);
            io::Error::other(error)
        };
        let mut history = self.broker.history(self.id, reached, HISTORY_BYTES);
        while reached < up_to {
            let page = history.next_page().await.map_err(unreadable)?;
            if page.is_empty() {
                break;
            }
            let Some(begun) = self.write_page(page, &mut reached)? else {
                continue;
            };
            // Nothing is kept for a client that takes its time, but the frame that it has begun to take.
            let _kept = room_for(self.place, begun.length)?;
            self.write_all(begun.rest).await?;
            history.seek(reached);
        }
        Ok(reached)
    }

    /// Writes frames as long as the socket takes them: `reached` is then the last one that was begun. What is left of that one
    /// comes back, unless it was the last.
    fn write_page(&self, page: Vec<Placed>, reached: &mut Seq) -> io::Result<Option<Begun>> {
        for (place, frame) in page {
            let mut rest = frame.bytes().clone();
            let length = rest.len();
            *reached = place;
            while !rest.is_empty() {
                match self.stream.try_write(&rest) {
                    Ok(written) => rest.advance(written),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        return Ok(Some(Begun { rest, length }));
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(None)
    }

    async fn write_all(&self, mut rest: Bytes) -> io::Result<()> {
        while !rest.is_empty() {
            timeout(SILENCE_MAX, self.stream.writable()).await??;
            match self.stream.try_write(&rest) {
                Ok(written) => rest.advance(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
