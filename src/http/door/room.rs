//! Memory that a connection takes for as long as its client likes: bodies that are still coming, answers that are not yet
//! taken.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use warp::http::StatusCode;
use warp::reply::Response;

use super::accept::Place;
use crate::http::error::ApiError;
use crate::http::reply::{Accounted, Counted};

/// Answers of at most this size are not counted: the sockets' buffers take them.
const SHORT_BYTES: usize = 16 * 1024;

/// The memory for all large bodies in flight together, and for all long answers that wait for their clients.
const BODIES_MAX_BYTES: usize = 5 * 1024 * 1024;
/// The same for small bodies, which anybody may send: so much that all conversations find room, and no log-in is refused.
const SMALL_BODIES_MAX_BYTES: usize = 3 * 1024 * 1024;
const ANSWERS_MAX_BYTES: usize = 16 * 1024 * 1024;
/// The same of the longer frames that watchers of matches have begun to take.
const FRAMES_MAX_BYTES: usize = 16 * 1024 * 1024;
/// The memory for all streams of server-sent events: one has a request's and an answer's buffers for as long as it lasts.
const STREAMS_MAX_BYTES: usize = 32 * 1024 * 1024;

/// The kinds of memory that are taken for as long as a client likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffered {
    Body,
    SmallBody,
    Answer,
    Frame,
    Stream,
}

/// How many kinds there are.
pub const KINDS: usize = Buffered::Stream as usize + 1;

impl Buffered {
    pub const fn most(self) -> usize {
        match self {
            Buffered::Body => BODIES_MAX_BYTES,
            Buffered::SmallBody => SMALL_BODIES_MAX_BYTES,
            Buffered::Answer => ANSWERS_MAX_BYTES,
            Buffered::Frame => FRAMES_MAX_BYTES,
            Buffered::Stream => STREAMS_MAX_BYTES,
        }
    }
}

/// Room that a connection has taken, given back when dropped.
#[derive(Debug)]
pub struct Room {
    place: Place,
    buffered: Buffered,
    bytes: usize,
    /// Be there room or not.
    insists: bool,
}

impl Room {
    pub fn new(place: &Place, buffered: Buffered) -> Room {
        Room {
            place: place.clone(),
            buffered,
            bytes: 0,
            insists: false,
        }
    }

    /// Takes what it wants from now on, be there room for it or not.
    pub fn insist(&mut self) {
        self.insists = true;
    }

    /// Takes so many bytes more, or says that there is no room for them now.
    pub fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        let admission = self.place.admission();
        if self.insists {
            admission.take_room(self.buffered, bytes);
        } else if !admission.reserve(self.buffered, bytes) {
            return Err(busy());
        }
        self.bytes += bytes;
        Ok(())
    }

    /// Takes room for so many bytes in all, or gives back what is more than that.
    pub fn resize(&mut self, bytes: usize) -> Result<(), ApiError> {
        match bytes.checked_sub(self.bytes) {
            Some(more) => self.grow(more),
            None => {
                let less = self.bytes - bytes;
                self.place.admission().release(self.buffered, less);
                self.bytes = bytes;
                Ok(())
            }
        }
    }

    /// Takes room for so many bytes in all, if an answer of that length is counted.
    pub fn hold_answer(&mut self, bytes: usize) -> Result<(), ApiError> {
        if bytes <= SHORT_BYTES {
            return Ok(());
        }
        self.grow(bytes.saturating_sub(self.bytes))
    }

    /// Keeps the room until these bytes have been written.
    pub fn keep_for(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Waiting {
            bytes: bytes.into(),
            _room: Some(Arc::new(self)),
        })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.place.admission().release(self.buffered, self.bytes);
    }
}

/// Takes room for an answer of about so many bytes, before what it says is done; a short one needs none.
pub fn room_for_answer(place: &Place, bytes: usize) -> Result<Option<Counted>, ApiError> {
    if bytes <= SHORT_BYTES {
        return Ok(None);
    }
    let mut room = Room::new(place, Buffered::Answer);
    room.grow(bytes)?;
    Ok(Some(Counted(Arc::new(room))))
}

/// Refuses a write with an answer of unknown length while there is no room for long ones.
pub fn require_room_for_answers(place: &Place) -> Result<(), ApiError> {
    match place.admission().has_room(Buffered::Answer, SHORT_BYTES) {
        true => Ok(()),
        false => Err(busy()),
    }
}

/// The refusal for who comes while the server has no room or no time left.
pub fn busy() -> ApiError {
    ApiError {
        retry_after_seconds: Some(2),
        ..ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "the server has too much to do at this moment; try again in some seconds",
        )
    }
}

/// The refusal for who finds no place.
pub fn full() -> ApiError {
    ApiError {
        retry_after_seconds: Some(10),
        ..ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_connections",
            "this server is full; try again in some seconds",
        )
    }
}

/// The body of an answer, with the room that it takes until its client has it.
pub struct Answer<B> {
    body: B,
    room: Option<Arc<Room>>,
}

/// Counts a long answer that is nobody else's. Where there is no room for it, that is said instead, but for one to a write.
pub fn counted(
    mut response: Response,
    place: &Place,
    to_write: bool,
) -> warp::http::Response<Answer<impl Body<Data = Bytes, Error = warp::Error> + use<>>> {
    if let Some(Counted(room)) = response.extensions_mut().remove::<Counted>() {
        let room = Some(room);
        return response.map(|body| Answer { body, room });
    }
    let length = response.body().size_hint().exact().unwrap_or(0);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let is_accounted = response.extensions().get::<Accounted>().is_some();
    if length <= SHORT_BYTES || is_accounted {
        return response.map(|body| Answer { body, room: None });
    }
    let mut room = Room::new(place, Buffered::Answer);
    // What the answer to a write says is done: another one would be a lie.
    if to_write {
        room.insist();
    }
    if let Err(busy) = room.grow(length) {
        return busy.into_response().map(|body| Answer { body, room: None });
    }
    let room = Some(Arc::new(room));
    response.map(|body| Answer { body, room })
}

/// Bytes that wait for their client: hyper drops them when they are written.
struct Waiting {
    bytes: Bytes,
    _room: Option<Arc<Room>>,
}

impl AsRef<[u8]> for Waiting {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if self.room.is_none() {
            return polled;
        }
        polled.map_ok(|frame| {
            frame.map_data(|bytes| {
                Bytes::from_owner(Waiting {
                    bytes,
                    _room: self.room.take(),
                })
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
