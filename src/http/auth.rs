//! Who may do what: the roles of the contract, decided in one place.
//!
//! Secrets are 128 random bits and kept as their SHA-256; the organiser's PIN is short and therefore kept as an
//! argon2 hash, and guessing it is throttled per address and over all.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use warp::http::{HeaderMap, StatusCode, header};

use super::door::Guesses;
use super::error::ApiError;
use super::secrets::{hash_code, hash_token, new_token, verify_pin};
use crate::clock::{Clock, WallMs};
use crate::domain::MatchId;
use crate::store::{Assignment, Store, StoreError};

pub const COOKIE: &str = "courtside_session";
/// An organiser stays logged in for a long tournament and the days around it.
pub const SESSION_LENGTH: Duration = Duration::from_secs(14 * 24 * 3600);

/// What a caller may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Watcher,
    /// Of the match that was asked for, by this token; by none in the open mode.
    Referee(Option<Assignment>),
    Organiser,
}

/// What a request wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Create or change anything but a match's events.
    Organise,
    /// Publish events of this match.
    Publish(MatchId),
}

/// What a request shows of itself.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    bearer: Option<String>,
    cookie: Option<String>,
}

impl Credentials {
    pub fn from_headers(headers: &HeaderMap) -> Credentials {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &header::HeaderValue| value.to_str().ok())
        };
        let bearer = text(header::AUTHORIZATION)
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        let cookie = text(header::COOKIE).and_then(|cookies| {
            cookies.split(';').find_map(|cookie| {
                let (name, value) = cookie.trim().split_once('=')?;
                (name == COOKIE).then(|| value.to_owned())
            })
        });
        Credentials { bearer, cookie }
    }

    /// A referee's token from a websocket's query, where no header can be set.
    pub fn with_token(self, token: Option<String>) -> Credentials {
        Credentials {
            bearer: token.or(self.bearer),
            ..self
        }
    }

    fn tokens(&self) -> impl Iterator<Item = &String> {
        self.bearer.iter().chain(&self.cookie)
    }
}

/// The door: knows the PIN's hash, the sessions and the tokens.
#[derive(Clone)]
pub struct Access {
    store: Store,
    clock: Clock,
    open: bool,
    guesses: Arc<Mutex<Guesses>>,
    code_guesses: Arc<Mutex<Guesses>>,
    /// argon2 takes 19 MB and a core: one at a time.
    hashing: Arc<Semaphore>,
}

impl Access {
    pub fn new(store: Store, clock: Clock, open: bool) -> Access {
        Access {
            store,
            clock,
            open,
            guesses: Arc::new(Mutex::new(Guesses::of_pin())),
            code_guesses: Arc::new(Mutex::new(Guesses::of_code())),
            hashing: Arc::new(Semaphore::new(1)),
        }
    }

    /// Anyone may write: a trusted network.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The role in which a request may do what it wants, or why it may not.
    pub async fn require(&self, who: &Credentials, right: Right) -> Result<Role, ApiError> {
        let role = self.role(who, right).await?;
        let enough = match right {
            Right::Organise => role == Role::Organiser,
            Right::Publish(_) => role != Role::Watcher,
        };
        if enough {
            return Ok(role);
        }
        Err(match (right, who.tokens().next()) {
            (_, None) => {
                let message = match right {
                    Right::Organise => "only an organiser may do this; log in with the PIN",
                    Right::Publish(_) => "scoring this match needs its token; scan its QR code",
                };
                ApiError::new(StatusCode::UNAUTHORIZED, "login_required", message)
            }
            (Right::Organise, Some(_)) => ApiError::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "only an organiser may do this; log in (again) with the PIN",
            ),
            (Right::Publish(_), Some(_)) => ApiError::new(
                StatusCode::FORBIDDEN,
                "wrong_token",
                "this token is not, or no longer, good for this match; scan its QR code again",
            ),
        })
    }

    async fn role(&self, who: &Credentials, right: Right) -> Result<Role, ApiError> {
        if self.is_organiser(who).await? {
            return Ok(Role::Organiser);
        }
        match right {
            Right::Organise if self.open => Ok(Role::Organiser),
            Right::Publish(_) if self.open => Ok(Role::Referee(None)),
            Right::Organise => Ok(Role::Watcher),
            Right::Publish(id) => {
                for token in who.tokens() {
                    let by = self.store.token_for_match(hash_token(token), id).await?;
                    if by.is_some() {
                        return Ok(Role::Referee(by));
                    }
                }
                Ok(Role::Watcher)
            }
        }
    }

    /// Whether the request comes with the session of a logged-in organiser.
    pub async fn is_organiser(&self, who: &Credentials) -> Result<bool, StoreError> {
        for token in who.tokens() {
            if self.store.session_is_good(hash_token(token)).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Checks the PIN and opens a session: its token, and when it ends.
    pub async fn log_in(&self, pin: &str, from: IpAddr) -> Result<(String, WallMs), ApiError> {
        let Some(hash) = self.store.pin_hash().await? else {
            return Err(ApiError::new(
                StatusCode::CONFLICT,
                "no_pin",
                "no PIN is set; make one on the box with: courtside pin --new",
            ));
        };
        let turn = self.hashing.clone().acquire_owned().await;
        self.guesses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(from, &hash)?;
        let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
        let (told, right) = oneshot::channel();
        // Not on the runtime's pool, where each thread's heap could keep the 19 MB that this takes.
        std::thread::spawn(move || {
            let _turn = turn;
            // Who asked may have gone away.
            let _ = told.send(verify_pin(&digits, &hash));
        });
        let right = right.await.unwrap_or(false);
        if !right {
            return Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                "wrong_pin",
                "this is not the PIN; a new one is made on the box with: courtside pin --new",
            )
            .in_field("pin"));
        }
        self.guesses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .forgive(from);
        let token = new_token()?;
        let expires_at = self.clock.now_ms() + SESSION_LENGTH.as_millis() as WallMs;
        self.store
            .create_session(hash_token(&token), expires_at)
            .await?;
        Ok((token, expires_at))
    }

    /// Takes a referee's short code: a token of the device's own, and what it is good for.
    pub async fn redeem_code(
        &self,
        typed: &str,
        from: IpAddr,
    ) -> Result<(String, Assignment), ApiError> {
        let guesses = || {
            self.code_guesses
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        guesses().take(from, "")?;
        let Some(assignment) = self.store.code_assignment(hash_code(typed)).await? else {
            return Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                "wrong_code",
                "this is not, or no longer, a referee's code; ask the organiser",
            )
            .in_field("code"));
        };
        guesses().forgive(from);
        let token = new_token()?;
        self.store
            .add_referee_token(assignment, hash_token(&token))
            .await?;
        Ok((token, assignment))
    }

    /// Ends every organiser's session, the caller's too.
    pub async fn log_out_everywhere(&self) -> Result<(), ApiError> {
        Ok(self.store.delete_all_sessions().await?)
    }

    pub async fn log_out(&self, who: &Credentials) -> Result<(), ApiError> {
        for token in who.tokens() {
            self.store.delete_session(hash_token(token)).await?;
        }
        Ok(())
    }
}
