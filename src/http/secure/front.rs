//! Takes signatures and seals off requests before the routes see them; [`sealer`](super::sealer) seals the answers.
//!
//! `Courtside-Seal: CHANNEL NUMBER TAG [SESSION]` and `Courtside-Sign: CHANNEL NUMBER SIGNATURE [SESSION]`, bytes in
//! hexadecimal. A sealed answer carries `Courtside-Seal: TAG`. What is refused here is answered readably: the code of an
//! error is no secret, and a page whose channel is gone has no keys for it.

use bytes::Bytes;
use http_body_util::{BodyDataStream, Either, Full};
use hyper::body::Incoming;
use warp::http::{HeaderMap, Request, StatusCode};

use super::channels::{Channel, Channels, NotTaken};
use super::hex::from_hex;
use super::keys::{Keys, SealTag, Signature};
use super::sealer::Sealer;
use super::{ChannelId, Proven};
use crate::domain::{MatchId, SessionId};
use crate::http::door::{Counted, Peer};
use crate::http::error::ApiError;
use crate::http::request;
use crate::store::Store;

pub const SEAL: &str = "courtside-seal";
pub const SIGN: &str = "courtside-sign";

/// What stands before the routes.
#[derive(Clone)]
pub struct Front {
    channels: Channels,
    store: Store,
}

/// What the routes read: a body as it comes, or one that was collected to be checked.
pub type OpenedBody = Either<Incoming, Full<Bytes>>;

/// A request that the routes may read, and how its answer is to be sealed.
pub struct Opened {
    request: Request<OpenedBody>,
    answer: Sealer,
}

/// A signature or a seal, as a header claims it.
struct Claim {
    channel: ChannelId,
    number: u64,
    proof: Proof,
    session: Option<SessionId>,
}

enum Proof {
    Seal(SealTag),
    Signature(Signature),
}

impl Claim {
    /// The claim of a request, if it makes one.
    fn of(headers: &HeaderMap) -> Result<Option<Claim>, ApiError> {
        let value = |name| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let claim = match (value(SEAL), value(SIGN)) {
            (None, None) => return Ok(None),
            (Some(seal), None) => Claim::read(seal, |proof| from_hex(proof).map(Proof::Seal)),
            (None, Some(signature)) => {
                Claim::read(signature, |proof| from_hex(proof).map(Proof::Signature))
            }
            (Some(_), Some(_)) => None,
        };
        claim.map(Some).ok_or_else(|| {
            ApiError::bad_request(
                "bad_signature",
                "a request has one header Courtside-Seal or Courtside-Sign: channel, number, proof, and the session if \
                 there is one",
            )
        })
    }

    fn read(text: &str, proof: impl Fn(&str) -> Option<Proof>) -> Option<Claim> {
        let mut words = text.split_ascii_whitespace();
        let claim = Claim {
            channel: from_hex(words.next()?)?,
            number: words.next()?.parse().ok()?,
            proof: proof(words.next()?)?,
            session: words.next().map(str::parse).transpose().ok()?,
        };
        words.next().is_none().then_some(claim)
    }

    /// Says if these keys made this proof; opens a sealed body in place.
    fn is_by(&self, keys: &Keys, method: &str, target: &str, body: &mut [u8]) -> bool {
        match &self.proof {
            Proof::Seal(tag) => keys.open_request(self.number, method, target, body, tag),
            Proof::Signature(signature) => {
                keys.has_signed(signature, self.number, method, target, body)
            }
        }
    }
}

impl Front {
    pub fn new(store: Store, channels: Channels) -> Front {
        Front { channels, store }
    }

    /// Lets a plain request through as it is; of others finds out who they are from and makes them readable.
    pub async fn open(&self, incoming: Request<Incoming>) -> Result<Opened, ApiError> {
        let Some(claim) = Claim::of(incoming.headers())? else {
            return Ok(Opened {
                request: incoming.map(Either::Left),
                answer: Sealer::of_open_request(),
            });
        };
        let (mut parts, body) = incoming.into_parts();
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        if !may_be_secured(parts.uri.path()) {
            return Err(ApiError::bad_request(
                "bad_signature",
                "requests to this address are neither signed nor sealed",
            ));
        }
        let channel = self
            .channels
            .find(&claim.channel)
            .ok_or_else(|| refused(NotTaken::Stale))?;
        if matches!(channel.held(), Some((Proven::Nobody, _))) && !takes_secrets(parts.uri.path()) {
            return Err(ApiError::bad_request(
                "bad_signature",
                "a channel on which nobody has proven anything only carries a PIN or a code",
            ));
        }
        let holders = self.holders(&claim, &channel, parts.uri.path()).await?;
        let most = match channel.held() {
            Some((Proven::Session(_) | Proven::Token(_), _)) => request::LARGE_BODY_BYTES,
            _ => request::SMALL_BODY_BYTES,
        };
        let peer = parts.extensions.get::<Peer>().ok_or_else(unknown_peer)?;
        let place = peer.place.clone();
        let body = request::read(BodyDataStream::new(body), peer, Ok(most)).await?;
        let mut body = body.into_bytes();
        let method = parts.method.as_str();
        let holder = holders
            .into_iter()
            .find(|(_, keys)| claim.is_by(keys, method, target, &mut body))
            .ok_or_else(|| not_proven(&claim))?;
        self.channels
            .count(&claim.channel, claim.number, &holder)
            .map_err(refused)?;
        let (proven, keys) = holder;
        parts.extensions.insert(proven);
        let answer = match claim.proof {
            Proof::Seal(_) => Sealer::new(keys, claim.number, place).to(&parts.method),
            Proof::Signature(_) => Sealer::of_open_request(),
        };
        Ok(Opened {
            request: Request::from_parts(parts, Either::Right(Full::new(body.into()))),
            answer,
        })
    }

    /// Those whose request it may be, with their keys on this channel.
    async fn holders(
        &self,
        claim: &Claim,
        channel: &Channel,
        path: &str,
    ) -> Result<Vec<(Proven, Keys)>, ApiError> {
        if let Some(holder) = channel.held() {
            return Ok(vec![holder.clone()]);
        }
        if let Some(id) = claim.session {
            return Ok(vec![self.session(channel, &claim.channel, id).await?]);
        }
        match match_of(path) {
            Some(id) => self.referees(channel, &claim.channel, id).await,
            None => Ok(Vec::new()),
        }
    }

    /// A channel on which nothing is proven yet, for a client from there.
    pub fn unused(&self, id: &ChannelId, from: Counted) -> Option<Channel> {
        self.channels.unused(id, from)
    }

    /// Notes a bad proof on a channel.
    pub fn note_forged(&self, id: &ChannelId) {
        self.channels.note_forged(id);
    }

    /// Takes a new channel out of those that are open.
    pub fn take(&self, id: &ChannelId) -> Option<Channel> {
        self.channels.take(id)
    }

    /// An organiser's session and its keys on a channel.
    pub async fn session(
        &self,
        channel: &Channel,
        channel_id: &ChannelId,
        id: SessionId,
    ) -> Result<(Proven, Keys), ApiError> {
        let root = self.store.session_key(id).await?;
        let root = root.as_deref().and_then(from_hex).ok_or_else(|| {
            ApiError::new(
                StatusCode::UNAUTHORIZED,
                "login_required",
                "this log-in has ended; log in again with the PIN",
            )
        })?;
        Ok((Proven::Session(id), channel.keys(channel_id, &root)))
    }

    /// The tokens that may score a match, few in number, with their keys on a channel.
    pub async fn referees(
        &self,
        channel: &Channel,
        channel_id: &ChannelId,
        id: MatchId,
    ) -> Result<Vec<(Proven, Keys)>, ApiError> {
        let tokens = self.store.tokens_of_match(id).await?;
        let holders = tokens.into_iter().filter_map(|token| {
            let root = from_hex(&token.0)?;
            Some((Proven::Token(token), channel.keys(channel_id, &root)))
        });
        Ok(holders.collect())
    }
}

impl Opened {
    /// The request for the routes, and what seals their answer.
    pub fn split(self) -> (Request<OpenedBody>, Sealer) {
        (self.request, self.answer)
    }
}

/// The accept loop gives every request its peer.
fn unknown_peer() -> ApiError {
    let message = "the server does not know where this request comes from";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
}

/// Streams and pages have no end, or are for everybody.
fn may_be_secured(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/create-") || path == "/qr.svg"
}

/// Says if a channel on which nobody has proven anything may carry this: a short secret, and the one that is given for it.
fn takes_secrets(path: &str) -> bool {
    matches!(path, "/api/session" | "/api/referee-code") || path.starts_with("/api/session/")
}

/// The match in `/api/matches/ID/…`.
fn match_of(path: &str) -> Option<MatchId> {
    let (id, _) = path.strip_prefix("/api/matches/")?.split_once('/')?;
    id.parse().ok()
}

pub fn wrong_token() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "wrong_token",
        "this token is not, or no longer, good for this match; scan its QR code again",
    )
}

fn not_proven(claim: &Claim) -> ApiError {
    match (claim.session, &claim.proof) {
        (None, Proof::Signature(_)) => wrong_token(),
        _ => ApiError::new(
            StatusCode::FORBIDDEN,
            "bad_signature",
            "this request was not made with the keys of its channel, or was changed on the way",
        ),
    }
}

pub fn refused(why: NotTaken) -> ApiError {
    match why {
        NotTaken::Stale => ApiError::new(
            StatusCode::CONFLICT,
            "stale_channel",
            "this channel is not open (any more); open another with POST /api/channel and send the request again",
        ),
        NotTaken::Replayed => ApiError::new(
            StatusCode::CONFLICT,
            "replayed",
            "this request has been here already",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_read_only_if_it_is_whole() {
        let (channel, tag) = ("ab".repeat(16), "cd".repeat(16));
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(SEAL, text.parse().unwrap());
            Claim::of(&headers).map(|claim| claim.unwrap().number)
        };
        let session = "0190b5a0-0000-7000-8000-000000000000";
        assert_eq!(read(&format!("{channel} 7 {tag}")).unwrap(), 7);
        assert_eq!(read(&format!("{channel} 7 {tag} {session}")).unwrap(), 7);
        for wrong in [
            String::new(),
            format!("{channel} 7"),
            format!("{channel} -7 {tag}"),
            format!("{channel} 7 {tag}00"),
            format!("{channel} 7 {tag} x"),
            format!("{channel} 7 {tag} {session} x"),
        ] {
            assert_eq!(read(&wrong).unwrap_err().code, "bad_signature", "{wrong}");
        }
        assert!(Claim::of(&HeaderMap::new()).unwrap().is_none());
    }

    #[test]
    fn a_channel_of_nobody_carries_short_secrets_only() {
        for path in ["/api/session", "/api/session/verifier", "/api/referee-code"] {
            assert!(takes_secrets(path), "{path}");
        }
        for path in ["/api/sessions", "/api/matches", "/create-match", "/qr.svg"] {
            assert!(!takes_secrets(path), "{path}");
        }
    }

    #[test]
    fn the_match_of_a_pads_request_stands_in_its_path() {
        let id = "0190b5a0-0000-7000-8000-000000000000";
        assert!(match_of(&format!("/api/matches/{id}/device")).is_some());
        assert!(match_of(&format!("/api/courts/{id}/device")).is_none());
        assert!(match_of("/api/matches/x/device").is_none());
    }
}
