//! The stored events of a match as one JSON array, read and written piece by piece: who does not read what he asked for keeps
//! no more than a piece in memory, and the database no page for him.

use std::io;

use futures_util::stream;
use warp::Reply as _;
use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::door::{Buffered, Place, Room};
use super::error::ApiError;
use super::reply;
use crate::domain::{MatchId, Seq};
use crate::store::{Portion, Recorded, Store};

/// What is read at a time.
const PIECE: Portion = Portion {
    events: 64,
    bytes: 16 * 1024,
};

/// A piece that waits for the client, and the next one: with texts of 16 KB that are quoted once more.
const PIECES_BYTES: usize = 64 * 1024;
const JSON: &str = "application/json";

/// The events after one seq, up to another.
pub struct OldEvents {
    pub store: Store,
    pub id: MatchId,
    pub after: Seq,
    pub upto: Seq,
}

impl OldEvents {
    /// Answers `head`, the events with commas between, and `end`. What cannot be read at once is an error; later the
    /// answer breaks off.
    pub async fn answer(
        mut self,
        head: Vec<u8>,
        line: impl Fn(&Recorded) -> serde_json::Result<Vec<u8>> + Send + Sync + 'static,
        end: &'static [u8],
        place: &Place,
    ) -> Result<Response, ApiError> {
        let mut piece = head;
        if !self.write(&mut piece, &line, true).await? {
            piece.extend_from_slice(end);
            return Ok(reply::with_type(StatusCode::OK, JSON, piece));
        }
        // Kept until the client has taken the last piece, or has gone.
        let mut room = Room::new(place, Buffered::Answer);
        room.grow(PIECES_BYTES)?;
        let first = Some((piece, true));
        let pieces = stream::try_unfold(
            (self, line, room, first, true),
            move |(mut events, line, room, first, more)| async move {
                if !more {
                    return Ok::<_, io::Error>(None);
                }
                let (mut piece, more) = match first {
                    Some(first) => first,
                    None => {
                        let mut piece = Vec::new();
                        let written = events.write(&mut piece, &line, false).await;
                        (piece, written.map_err(io::Error::other)?)
                    }
                };
                if !more {
                    piece.extend_from_slice(end);
                }
                Ok(Some((piece, (events, line, room, None, more))))
            },
        );
        let mut response = warp::reply::stream(pieces).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// Writes the next few events; says whether there are more.
    async fn write(
        &mut self,
        piece: &mut Vec<u8>,
        line: impl Fn(&Recorded) -> serde_json::Result<Vec<u8>>,
        mut first: bool,
    ) -> Result<bool, ApiError> {
        if self.after >= self.upto {
            return Ok(false);
        }
        let left = usize::try_from(self.upto - self.after).unwrap_or(usize::MAX);
        let portion = Portion {
            events: PIECE.events.min(left),
            ..PIECE
        };
        let page = self.store.events(self.id, self.after, portion).await?;
        if page.is_empty() {
            return Ok(false);
        }
        for recorded in &page {
            if !std::mem::take(&mut first) {
                piece.push(b',');
            }
            // Our own types have text keys and no failing parts.
            piece.extend(line(recorded).unwrap_or_default());
            self.after = recorded.seq;
        }
        Ok(self.after < self.upto)
    }
}
