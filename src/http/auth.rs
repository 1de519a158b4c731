//! Who may do what: the roles of the contract, decided in one place.
//!
//! Secrets are 128 random bits and kept as their SHA-256; the organiser's PIN is short and therefore kept as an
//! argon2 hash, and guessing it is throttled per address and over all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use warp::http::{HeaderMap, StatusCode, header};

use super::error::ApiError;
use crate::clock::{Clock, WallMs};
use crate::domain::MatchId;
use crate::store::{Store, StoreError, TokenHash};

pub const COOKIE: &str = "courtside_session";
/// An organiser stays logged in for a long tournament and the days around it.
pub const SESSION_LENGTH: Duration = Duration::from_secs(14 * 24 * 3600);
const PIN_DIGITS: usize = 8;

/// Wrong PINs that one address, and all addresses together, may try before they must wait.
const TRIES_PER_ADDRESS: f64 = 5.0;
const TRIES_OVERALL: f64 = 50.0;
/// One more try becomes free after this long. 50 tries and then 4 a minute find an 8-digit PIN in 24 years.
const ADDRESS_REFILL: Duration = Duration::from_secs(60);
const OVERALL_REFILL: Duration = Duration::from_secs(15);
/// Addresses that are remembered at most; the oldest are forgotten first.
const ADDRESSES_MAX: usize = 4096;

/// What a caller may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Watcher,
    /// Of the match that was asked for.
    Referee,
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
    /// argon2 takes 19 MB and a core: one at a time.
    hashing: Arc<Semaphore>,
}

impl Access {
    pub fn new(store: Store, clock: Clock, open: bool) -> Access {
        let guesses = Arc::new(Mutex::new(Guesses::new()));
        Access {
            store,
            clock,
            open,
            guesses,
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
            Right::Publish(_) if self.open => Ok(Role::Referee),
            Right::Organise => Ok(Role::Watcher),
            Right::Publish(id) => {
                for token in who.tokens() {
                    if self.store.token_match(hash_token(token)).await? == Some(id) {
                        return Ok(Role::Referee);
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
        let _one_at_a_time = self.hashing.acquire().await;
        self.guesses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(from, &hash)?;
        let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
        let right = tokio::task::spawn_blocking(move || verify_pin(&digits, &hash))
            .await
            .unwrap_or(false);
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

    pub async fn log_out(&self, who: &Credentials) -> Result<(), ApiError> {
        for token in who.tokens() {
            self.store.delete_session(hash_token(token)).await?;
        }
        Ok(())
    }
}

/// Wrong PINs so far.
struct Guesses {
    /// The hash that was guessed at: a new PIN wipes the slate, so that the true organiser gets in.
    at: String,
    overall: Allowance,
    by_address: HashMap<IpAddr, Allowance>,
}

struct Allowance {
    tries: f64,
    since: Instant,
}

impl Allowance {
    fn full(tries: f64) -> Allowance {
        Allowance {
            tries,
            since: Instant::now(),
        }
    }

    fn refill(&mut self, most: f64, one_per: Duration) {
        let now = Instant::now();
        let grown = (now - self.since).as_secs_f64() / one_per.as_secs_f64();
        self.tries = (self.tries + grown).min(most);
        self.since = now;
    }

    fn wait(&self, one_per: Duration) -> Option<Duration> {
        (self.tries < 1.0).then(|| one_per.mul_f64(1.0 - self.tries))
    }
}

impl Guesses {
    fn new() -> Guesses {
        Guesses {
            at: String::new(),
            overall: Allowance::full(TRIES_OVERALL),
            by_address: HashMap::new(),
        }
    }

    fn take(&mut self, from: IpAddr, hash: &str) -> Result<(), ApiError> {
        if self.at != hash {
            *self = Guesses {
                at: hash.to_owned(),
                ..Guesses::new()
            };
        }
        self.overall.refill(TRIES_OVERALL, OVERALL_REFILL);
        if self.by_address.len() >= ADDRESSES_MAX
            && let Some(oldest) = self
                .by_address
                .iter()
                .min_by_key(|(_, allowance)| allowance.since)
                .map(|(address, _)| *address)
        {
            self.by_address.remove(&oldest);
        }
        let own = self
            .by_address
            .entry(from)
            .or_insert_with(|| Allowance::full(TRIES_PER_ADDRESS));
        own.refill(TRIES_PER_ADDRESS, ADDRESS_REFILL);
        let wait = own
            .wait(ADDRESS_REFILL)
            .or(self.overall.wait(OVERALL_REFILL));
        if let Some(wait) = wait {
            let seconds = wait.as_secs() + 1;
            return Err(ApiError {
                retry_after_seconds: Some(seconds),
                ..ApiError::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_tries",
                    format!(
                        "too many wrong PINs; wait {seconds} seconds, or make a new one on the box with: courtside pin --new"
                    ),
                )
            });
        }
        own.tries -= 1.0;
        self.overall.tries -= 1.0;
        Ok(())
    }

    fn forgive(&mut self, from: IpAddr) {
        self.by_address.remove(&from);
        self.overall.tries = (self.overall.tries + 1.0).min(TRIES_OVERALL);
    }
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("no random numbers from the operating system: {0}")]
pub struct NoRandom(getrandom::Error);

impl From<NoRandom> for ApiError {
    fn from(error: NoRandom) -> Self {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            error.to_string(),
        )
    }
}

/// A secret of 128 random bits, in hexadecimal.
pub fn new_token() -> Result<String, NoRandom> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(NoRandom)?;
    Ok(hex(&bytes))
}

pub fn hash_token(token: &str) -> TokenHash {
    TokenHash(hex(&Sha256::digest(token.as_bytes())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new organiser PIN, in groups that can be read out: `4829 1376`.
pub fn new_pin() -> Result<String, NoRandom> {
    let mut pin = String::new();
    while pin.len() < PIN_DIGITS {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(NoRandom)?;
        // 250 is the largest multiple of ten: the rest would favour low digits.
        if byte[0] < 250 {
            pin.push(char::from(b'0' + byte[0] % 10));
        }
    }
    pin.insert(PIN_DIGITS / 2, ' ');
    Ok(pin)
}

/// The argon2id hash of a PIN, in the PHC string format.
pub fn hash_pin(pin: &str) -> Result<String, argon2::password_hash::Error> {
    let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
    Ok(Argon2::default()
        .hash_password(digits.as_bytes())?
        .to_string())
}

fn verify_pin(digits: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(digits.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_eight_digits_and_only_itself() {
        let pin = new_pin().unwrap();
        assert_eq!(pin.chars().filter(char::is_ascii_digit).count(), PIN_DIGITS);
        let hash = hash_pin(&pin).unwrap();
        assert!(!hash.contains(&pin.replace(' ', "")));
        assert!(verify_pin(&pin.replace(' ', ""), &hash));
        assert!(!verify_pin("00000000", &hash) || pin.replace(' ', "") == "00000000");
    }

    #[tokio::test(start_paused = true)]
    async fn guessing_is_throttled_per_address_and_over_all_until_there_is_a_new_pin() {
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let mut guesses = Guesses::new();
        let tries = (0..10)
            .filter(|_| guesses.take(address(1), "old").is_ok())
            .count();
        assert_eq!(tries, 5);
        assert!(
            guesses.take(address(2), "old").is_ok(),
            "another address may still try"
        );
        let others = (3..10_000)
            .filter(|n| guesses.take(address(*n), "old").is_ok())
            .count();
        assert_eq!(others, 44, "fifty over all");
        assert!(guesses.take(address(1), "new").is_ok());
    }
}
