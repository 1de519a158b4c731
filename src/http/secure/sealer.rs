//! Seals the answers to sealed requests. A seal needs the whole answer, so there is room for it or it is not made.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use warp::http::{HeaderValue, Method, StatusCode, header};
use warp::reply::Response;

use super::front::SEAL;
use super::hex::to_hex;
use super::keys::Keys;
use crate::http::door::{Buffered, Place, Room};
use crate::http::error::ApiError;
use crate::http::reply::Accounted;

/// Seals one answer, if its request was sealed.
pub struct Sealer(Option<Sealing>);

/// The keys and the number that seal an answer, and the connection that it is for.
struct Sealing {
    keys: Keys,
    number: u64,
    place: Place,
    /// The deed is done, and its answer must be told.
    to_write: bool,
}

impl Sealer {
    pub fn new(keys: Keys, number: u64, place: Place) -> Sealer {
        Sealer(Some(Sealing {
            keys,
            number,
            place,
            to_write: false,
        }))
    }

    /// The same for an answer to this method.
    pub fn to(mut self, method: &Method) -> Sealer {
        if let Some(sealing) = &mut self.0 {
            sealing.to_write = !matches!(*method, Method::GET | Method::HEAD);
        }
        self
    }

    pub const fn of_open_request() -> Sealer {
        Sealer(None)
    }

    pub async fn seal(self, response: Response) -> Response {
        match self.0 {
            None => response,
            Some(sealing) => sealing
                .seal(response)
                .await
                .unwrap_or_else(ApiError::into_response),
        }
    }
}

impl Sealing {
    /// Seals an answer, of which it makes a copy: that has its room until the client has taken it.
    async fn seal(self, response: Response) -> Result<Response, ApiError> {
        let (mut parts, body) = response.into_parts();
        let mut room = Room::new(&self.place, Buffered::Answer);
        if self.to_write {
            room.insist();
        }
        let mut body = collect(body, &mut room).await?;
        let status = parts.status.as_u16();
        let tag = self.keys.seal_answer(self.number, status, &mut body);
        let tag = tag.and_then(|tag| HeaderValue::try_from(to_hex(&tag)).ok());
        let tag = tag.ok_or_else(broken)?;
        // Whatever it holds is a secret.
        parts.headers.remove(header::SET_COOKIE);
        parts.headers.insert(SEAL, tag);
        if !body.is_empty() {
            let nobody_reads = HeaderValue::from_static("application/octet-stream");
            parts.headers.insert(header::CONTENT_TYPE, nobody_reads);
        }
        parts.extensions.insert(Accounted);
        Ok(Response::from_parts(parts, room.keep_for(body).into()))
    }
}

/// Reads all of an answer, if there is room for it.
async fn collect(
    body: impl Body<Data = Bytes, Error = warp::Error>,
    room: &mut Room,
) -> Result<Vec<u8>, ApiError> {
    let mut body = std::pin::pin!(body);
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            tracing::warn!("an answer that is to be sealed broke off: {error}");
            broken()
        })?;
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        let length = bytes.len() + piece.len();
        if length > bytes.capacity() {
            let capacity = length.max(bytes.capacity() * 2);
            room.hold_answer(capacity)?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn broken() -> ApiError {
    let message = "the answer could not be sealed; the server's log says more";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
}

#[cfg(test)]
mod tests {
    use warp::Reply as _;

    use super::*;
    use crate::http::reply;

    fn sealing(place: &Place) -> Sealer {
        let keys = Keys::new(&[1; 32], &[2; 16], &[3; 16]);
        Sealer::new(keys, 1, place.clone())
    }

    /// One address has room for 4 MB of answers that it does not take.
    const MB: usize = 1024 * 1024;

    #[tokio::test]
    async fn a_sealed_answer_has_its_room_until_it_is_taken_also_where_the_open_one_is_kept_anyway()
    {
        let place = Place::of_a_phone();
        let shared = || {
            let kept = Bytes::from(vec![b'x'; 3 * MB]);
            reply::shared(StatusCode::OK, "text/plain", kept)
        };
        let first = sealing(&place).seal(shared()).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert!(first.headers().contains_key(SEAL));
        let second = sealing(&place).seal(shared()).await;
        assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(!second.headers().contains_key(SEAL));
        let small = reply::text(StatusCode::OK, "x".repeat(1024));
        assert_eq!(sealing(&place).seal(small).await.status(), StatusCode::OK);
        let done = sealing(&place).to(&Method::POST).seal(shared()).await;
        assert_eq!(done.status(), StatusCode::OK, "what is done is told");
        drop((first, done));
        let third = sealing(&place).seal(shared()).await;
        let taken = third.into_body().collect().await.expect("a body");
        assert_eq!(taken.to_bytes().len(), 3 * MB);
    }

    #[tokio::test]
    async fn a_streamed_answer_is_sealed_as_far_as_there_is_room() {
        let place = Place::of_a_phone();
        let stream = |pieces: usize| {
            let pieces = (0..pieces).map(|_| Ok::<_, std::io::Error>(vec![b'x'; MB / 2]));
            warp::reply::stream(futures_util::stream::iter(pieces)).into_response()
        };
        for (pieces, status) in [(12, 503), (4, 200), (12, 503), (4, 200)] {
            let sealed = sealing(&place).seal(stream(pieces)).await;
            assert_eq!(sealed.status().as_u16(), status, "{pieces} pieces");
        }
    }
}
