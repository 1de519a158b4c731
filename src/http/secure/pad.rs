//! A pad's connection: how it proves its right at the handshake, and how its frames are signed.
//!
//! The address of the handshake ends in `&proof=`, the signature of number 0 over `GET` and the target before it. Its channel is
//! used up by a good one. Each frame is then `{"n":1,"mac":"…","event":"…"}`, with the event's text as it was signed and `n`
//! rising by one.

use std::borrow::Cow;

use serde::Deserialize;

use super::channels::NotTaken;
use super::front::{Front, refused};
use super::hex::from_hex;
use super::keys::{Keys, Signature};
use super::{ChannelId, Proven};
use crate::domain::matches::event::Unreadable;
use crate::domain::{MatchId, Refusal, SessionId};
use crate::http::door::Counted;
use crate::http::error::ApiError;
use crate::http::request::Fields;

/// What a handshake claims.
pub struct Shaken {
    pub channel: ChannelId,
    pub session: Option<SessionId>,
    pub target: String,
    pub proof: Signature,
}

impl Shaken {
    /// The claim of a handshake, if it makes one.
    pub fn of(query: &Fields, raw_query: &str) -> Result<Option<Shaken>, ApiError> {
        if !query.has("channel") {
            return Ok(None);
        }
        let channel = query.text("channel")?;
        let session = query.optional_id("session")?;
        let shaken = raw_query
            .rsplit_once("&proof=")
            .and_then(|(signed, proof)| {
                Some(Shaken {
                    channel: from_hex(channel)?,
                    session,
                    target: format!("/referee?{signed}"),
                    proof: from_hex(proof)?,
                })
            });
        shaken.map(Some).ok_or_else(|| {
            ApiError::bad_request(
                "bad_signature",
                "“channel” and “proof” are hexadecimal, and “proof” comes last",
            )
        })
    }
}

impl Front {
    /// Finds out whose handshake this is, and uses its channel up. A bad proof leaves the channel to its page: whoever
    /// listens knows its name.
    pub async fn shake(
        &self,
        shaken: &Shaken,
        id: MatchId,
        from: Counted,
    ) -> Result<(Proven, Keys), ApiError> {
        let stale = || refused(NotTaken::Stale);
        let channel = self.unused(&shaken.channel, from).ok_or_else(stale)?;
        let holders = match shaken.session {
            Some(session) => vec![self.session(&channel, &shaken.channel, session).await?],
            None => self.referees(&channel, &shaken.channel, id).await?,
        };
        let holder = holders
            .into_iter()
            .find(|(_, keys)| keys.has_signed(&shaken.proof, 0, "GET", &shaken.target, b""));
        let Some(holder) = holder else {
            self.note_forged(&shaken.channel);
            return Err(super::front::wrong_token());
        };
        self.take(&shaken.channel).ok_or_else(stale)?;
        Ok(holder)
    }
}

/// The frames of one connection, in their order.
pub struct Frames {
    keys: Keys,
    last: u64,
}

#[derive(Deserialize)]
struct Frame<'a> {
    n: u64,
    mac: &'a str,
    #[serde(borrow)]
    event: Cow<'a, str>,
}

impl Frames {
    pub fn new(keys: Keys) -> Frames {
        Frames { keys, last: 0 }
    }

    /// The event's text, if this is the frame whose turn it is.
    pub fn open<'a>(&mut self, frame: &'a str) -> Result<Cow<'a, str>, Unreadable> {
        let forged = || Unreadable::from(Refusal::BadSignature);
        let frame: Frame<'_> = serde_json::from_str(frame).map_err(|_| forged())?;
        let mac = from_hex(frame.mac).ok_or_else(forged)?;
        let next = self.last + 1;
        if frame.n != next || !self.keys.has_signed_frame(&mac, next, &frame.event) {
            return Err(forged());
        }
        self.last = next;
        Ok(frame.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::secure::hex::to_hex;

    #[test]
    fn frames_are_opened_in_their_order_and_once() {
        let keys = Keys::new(&[1; 32], &[2; 16], &[3; 16]);
        let frame = |n: u64, event: &str| {
            let mac = to_hex(&keys.signed(n, "frame", "", event.as_bytes()));
            serde_json::json!({ "n": n, "mac": mac, "event": event }).to_string()
        };
        let (first, second) = (frame(1, r#"{"type":"point"}"#), frame(2, "{}"));
        let changed = first.replace("point", "start");
        let mut frames = Frames::new(keys.clone());
        for refused in [
            second.as_str(),
            changed.as_str(),
            "{}",
            r#"{"type":"point"}"#,
            "",
        ] {
            assert_eq!(
                frames.open(refused).unwrap_err().refusal,
                Refusal::BadSignature
            );
        }
        assert_eq!(frames.open(&first).unwrap(), r#"{"type":"point"}"#);
        assert!(frames.open(&first).is_err(), "a second time");
        assert_eq!(frames.open(&second).unwrap(), "{}");
    }
}
