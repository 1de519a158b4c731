//! The stored events of a match as one JSON array, read and written piece by piece: who does not read what he asked for keeps
//! no more than a piece in memory, and the database no page for him.

use std::io;

use futures_util::stream;
use warp::Reply as _;
use warp::http::{HeaderValue, header};
use warp::reply::Response;

use super::error::ApiError;
use crate::domain::{MatchId, Seq};
use crate::store::{Portion, Recorded, Store};

/// What is read at a time.
const PIECE: Portion = Portion {
    events: 64,
    bytes: 16 * 1024,
};

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
    ) -> Result<Response, ApiError> {
        let mut piece = head;
        let more = self.write(&mut piece, &line, true).await?;
        if !more {
            piece.extend_from_slice(end);
        }
        let first = Some(piece);
        let pieces = stream::try_unfold(
            (self, line, first, more),
            move |(mut events, line, first, more)| async move {
                if let Some(piece) = first {
                    return Ok::<_, io::Error>(Some((piece, (events, line, None, more))));
                }
                if !more {
                    return Ok(None);
                }
                let mut piece = Vec::new();
                let more = events
                    .write(&mut piece, &line, false)
                    .await
                    .map_err(io::Error::other)?;
                if !more {
                    piece.extend_from_slice(end);
                }
                Ok(Some((piece, (events, line, None, more))))
            },
        );
        let mut response = warp::reply::stream(pieces).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
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
