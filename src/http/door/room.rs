//! Memory that a connection takes for as long as its client likes: bodies that are still coming, answers that are not yet
//! taken.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use warp::http::StatusCode;
use warp::reply::Response;

use super::accept::Place;
use super::addresses::Buffered;
use crate::http::error::ApiError;
use crate::http::reply::Accounted;

/// Answers of at most this size are not counted: the sockets' buffers take them.
const SHORT_BYTES: usize = 16 * 1024;

/// Room that a connection has taken, given back when dropped.
#[derive(Debug)]
pub struct Room {
    place: Place,
    buffered: Buffered,
    bytes: usize,
}

impl Room {
    pub fn new(place: &Place, buffered: Buffered) -> Room {
        Room {
            place: place.clone(),
            buffered,
            bytes: 0,
        }
    }

    /// Takes so many bytes more, or says that there is no room for them now.
    pub fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        if !self.place.admission().reserve(self.buffered, bytes) {
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
            _room: Some(self),
        })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.place.admission().release(self.buffered, self.bytes);
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
    room: Option<Room>,
}

/// Counts a long answer that is nobody else's, or says instead that there is no room for it.
pub fn counted(
    response: Response,
    place: &Place,
) -> warp::http::Response<Answer<impl Body<Data = Bytes, Error = warp::Error> + use<>>> {
    let length = response.body().size_hint().exact().unwrap_or(0);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let is_accounted = response.extensions().get::<Accounted>().is_some();
    if length <= SHORT_BYTES || is_accounted {
        return response.map(|body| Answer { body, room: None });
    }
    let mut room = Room::new(place, Buffered::Answer);
    match room.grow(length) {
        Ok(()) => response.map(|body| Answer {
            body,
            room: Some(room),
        }),
        Err(busy) => busy.into_response().map(|body| Answer { body, room: None }),
    }
}

/// Bytes that wait for their client: hyper drops them when they are written.
struct Waiting {
    bytes: Bytes,
    _room: Option<Room>,
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
