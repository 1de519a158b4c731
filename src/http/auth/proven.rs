//! Rights that are proven without sending a secret, and the venue that takes no others.

use std::sync::atomic::Ordering;

use warp::http::StatusCode;

use super::{Access, Credentials, Visitor, marked, wrong_pin};
use crate::domain::SessionId;
use crate::http::door::{Asker, Secret};
use crate::http::error::ApiError;
use crate::http::secure::{Agreed, Begun, Verifier, to_hex};
use crate::secrets::{hash_token, new_token};
use crate::store::{Session, SessionSecrets, StoreError};

/// A session that began by a proof.
pub struct LoggedIn {
    pub session: Session,
    pub agreed: Agreed,
    /// By which this browser is known from now on.
    pub mark: String,
}

impl Access {
    /// Says if secrets that come readable are refused. In the open mode there are none.
    pub fn is_signed_only(&self) -> bool {
        self.signed_only.load(Ordering::Relaxed) && !self.open
    }

    pub async fn set_signed_only(&self, on: bool) -> Result<(), StoreError> {
        self.store.set_signed_only(on).await?;
        self.signed_only.store(on, Ordering::Relaxed);
        Ok(())
    }

    /// The sessions by which pads are connected and that have ended: by time, to make room, or by `courtside pin --new`.
    pub async fn ended_pads(&self) -> Result<Vec<SessionId>, StoreError> {
        let mut connected = self.connected.sessions();
        if connected.is_empty() {
            return Ok(Vec::new());
        }
        for session in self.store.sessions().await? {
            connected.remove(&session.id);
        }
        Ok(connected.into_iter().collect())
    }

    /// As whom a visitor waits where many do: a browser that has logged in before is known.
    pub async fn asker(&self, visitor: &Visitor) -> Result<Asker, StoreError> {
        let hash = match visitor.marks.is_empty() {
            true => None,
            false => self.store.pin_hash().await?,
        };
        let browser = hash.and_then(|hash| visitor.known_browser(&hash));
        Ok(visitor.asker(browser))
    }

    /// Refuses a short secret that came readable, where that is forbidden.
    pub(super) fn require_whisper(&self, who: &Credentials) -> Result<(), ApiError> {
        if self.is_signed_only() && !who.is_whispered() {
            return Err(signature_required());
        }
        Ok(())
    }

    /// Says if a request shows a secret where that is forbidden.
    pub(super) fn is_readable(&self, who: &Credentials) -> bool {
        self.is_signed_only() && self.shows_secret(who)
    }

    /// What a PIN is proven against without telling it.
    pub async fn pin_verifier(&self) -> Result<Verifier, ApiError> {
        self.pin_hash().await?;
        let kept = self.store.pin_verifier().await?;
        kept.as_deref().and_then(Verifier::from_text).ok_or_else(|| {
            ApiError::new(
                StatusCode::CONFLICT,
                "no_verifier",
                "this PIN is older than this kind of log-in; send it once with POST /api/session/verifier, sealed",
            )
        })
    }

    /// Judges the proof of a PIN, which is a guess as a told one is, and opens a session. Its key signs; it has no other
    /// secret.
    pub async fn log_in_proven(
        &self,
        visitor: &Visitor,
        begun: Begun,
        proof: &[u8; 32],
    ) -> Result<LoggedIn, ApiError> {
        let hash = self.pin_hash().await?;
        let browser = visitor.known_browser(&hash);
        let asker = visitor.asker(browser.clone());
        let attempt = self.guesses.turn(Secret::Pin, &asker, &hash).await?;
        // The PIN may have been replaced since it was begun.
        let is_still = self.pin_verifier().await? == begun.verifier;
        let agreed = begun.exchange.judge(proof).filter(|_| is_still);
        let agreed = agreed.ok_or_else(wrong_pin)?;
        attempt.was_right();
        let secrets = SessionSecrets {
            token: None,
            // Nobody has it: such a session's browser gets no cookie.
            cookie: hash_token(&new_token()?),
            sign_key: Some(to_hex(&agreed.session_key)),
        };
        Ok(LoggedIn {
            mark: marked(browser, &hash)?,
            session: self.open_session(visitor, secrets, hash).await?,
            agreed,
        })
    }
}

pub(super) fn signature_required() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "signature_required",
        "the organiser allows no secrets that others on the network can read; use this server's pages, or sign as \
         /api/openapi.json says",
    )
}
