//! Who may do what: the roles of the contract, decided in one place.
//!
//! Secrets are 128 random bits and kept as their SHA-256; the organiser's PIN is short and therefore kept as an
//! argon2 hash, and guessing it is throttled per address and over all.
//!
//! A session has two secrets. Cookies know no ports: a browser sends the cookie of one server to each other server of the
//! same host. So the cookie alone only reads, and its name holds port and venue, so that no other server's stands in its
//! way. What writes is the token, which a page keeps to its own origin.
//!
//! Over 400 lines: every right is judged here and nowhere else.

mod proven;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;
use warp::http::{HeaderMap, StatusCode, header};

use self::proven::signature_required;
use super::connected::ConnectedRights;
use super::door::{Asker, Guesses, Peer, Place, Secret, Told};
use super::error::ApiError;
use super::location::Location;
use super::secure::{Proven, Verifier};
use super::sessions::browser;
use crate::broker::By;
use crate::clock::{Clock, WallMs};
use crate::domain::{Assignment, MatchId, SessionId};
use crate::random::{self, NoRandom};
use crate::secrets::{hash_code, hash_token, new_token, verify_pin};
use crate::store::{
    Beginning, PHONES_PER_CODE, Redeemed, Redeeming, RefereeToken, SESSION_LENGTH, Session,
    SessionSecret, SessionSecrets, Store, StoreError, Worth,
};
use crate::threads;

/// How the name of a session's cookie begins; the port and the end of the venue's ID follow.
const COOKIE_PREFIX: &str = "courtside_";
/// The same for the cookie by which a browser is known that has logged in before: it has tries of its own and no right.
const MARK_PREFIX: &str = "courtside_known_";
/// Comes before that in a venue that speaks TLS. Browsers then take the cookie by https alone. And a box that speaks plain http
/// again may set its own: it could not replace a secure one of the same name.
pub(super) const SECURE_PREFIX: &str = "__Host-";

/// The name of a cookie without that.
fn bare(name: &str) -> &str {
    name.strip_prefix(SECURE_PREFIX).unwrap_or(name)
}

/// Cookies of our name that are tried: another server of this host may have set one, too.
const COOKIES_TRIED: usize = 4;

/// In which role somebody does what not everybody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Of the match that was asked for, by this token; by none in the open mode.
    Referee(Option<RefereeToken>),
    /// In this session; in none in the open mode.
    Organiser(Option<SessionId>),
}

impl Role {
    /// The right that must be withdrawn to take the role away.
    pub fn by(self) -> Option<By> {
        match self {
            Role::Referee(token) => token.map(By::Token),
            Role::Organiser(session) => session.map(By::Session),
        }
    }
}

/// What a request wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Create or change anything but a match's events.
    Organise,
    /// Read what only organisers may.
    Oversee,
    /// Publish events of this match.
    Publish(MatchId),
}

/// What a request shows of itself.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    bearer: Option<String>,
    /// Names and values of the cookies that may be a session's.
    cookies: Vec<(String, String)>,
    /// What was proven without sending it. Then nothing else counts.
    proven: Option<Proven>,
    /// From where it comes.
    place: Option<Place>,
}

impl Credentials {
    pub fn from_headers(headers: &HeaderMap) -> Credentials {
        let text = |value: &header::HeaderValue| value.to_str().ok().map(str::to_owned);
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(text)
            .and_then(|value| {
                let (scheme, token) = value.split_once(' ')?;
                let is_bearer = scheme.eq_ignore_ascii_case("bearer");
                is_bearer.then(|| token.trim().to_owned())
            });
        let mut cookies = Vec::new();
        for line in headers.get_all(header::COOKIE).iter().filter_map(text) {
            let pairs = line
                .split(';')
                .filter_map(|pair| pair.trim().split_once('='));
            let ours = pairs.filter(|(name, _)| bare(name).starts_with(COOKIE_PREFIX));
            cookies.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        Credentials {
            bearer,
            cookies,
            ..Credentials::default()
        }
    }

    /// Of a request that was signed or sealed.
    pub fn from_proof(proven: Proven) -> Credentials {
        Credentials {
            proven: Some(proven),
            ..Credentials::default()
        }
    }

    /// The same with the place from where they come: a good right is noted there.
    pub fn at(self, place: &Place) -> Credentials {
        Credentials {
            place: Some(place.clone()),
            ..self
        }
    }

    fn are_good(&self) {
        if let Some(place) = &self.place {
            place.note_right();
        }
    }

    /// Says if nobody who listens could read the request.
    pub fn is_whispered(&self) -> bool {
        self.proven == Some(Proven::Nobody)
    }

    /// A token from a websocket's query, where no header can be set.
    pub fn with_token(self, token: Option<String>) -> Credentials {
        Credentials {
            bearer: token.or(self.bearer),
            ..self
        }
    }
}

/// Who asks for something that lasts: the address, and the browser as it names itself.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub address: IpAddr,
    /// Without the browser that its mark may name.
    asker: Asker,
    /// What may be the mark of a browser that has logged in before.
    marks: Vec<String>,
    /// A short word; empty where nobody knows.
    pub browser: String,
}

impl Visitor {
    pub fn new(headers: &HeaderMap, peer: &Peer) -> Visitor {
        let agent = headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        Visitor {
            address: peer.address.ip(),
            asker: peer.place.asker(),
            marks: Credentials::from_headers(headers)
                .cookies
                .into_iter()
                .filter(|(name, _)| bare(name).starts_with(MARK_PREFIX))
                .map(|(_, value)| value)
                .take(COOKIES_TRIED)
                .collect(),
            browser: browser(agent.unwrap_or_default()),
        }
    }
}

impl Visitor {
    fn asker(&self, browser: Option<String>) -> Asker {
        Asker {
            browser,
            ..self.asker.clone()
        }
    }

    /// The browser that a mark of ours names: the mark was made with the PIN's hash, which nobody outside knows.
    fn known_browser(&self, pin_hash: &str) -> Option<String> {
        self.marks.iter().find_map(|shown| {
            let (browser, _) = shown.split_once('.')?;
            let is_ours = mark(browser, pin_hash).as_bytes().ct_eq(shown.as_bytes());
            bool::from(is_ours).then(|| browser.to_owned())
        })
    }
}

/// The mark of a browser that is known, or of a new one.
fn marked(browser: Option<String>, pin_hash: &str) -> Result<String, NoRandom> {
    let browser = browser.map_or_else(new_token, Ok)?;
    Ok(mark(&browser, pin_hash))
}

/// What a browser is given to be known by. It ends with the PIN.
fn mark(browser: &str, pin_hash: &str) -> String {
    let proof = hash_token(&format!("known {browser} {pin_hash}"));
    format!("{browser}.{}", proof.0)
}

/// The secret by which a request belongs to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Token,
    /// The key that signs.
    Key,
    /// Alone it only reads.
    Cookie,
}

impl Shown {
    pub fn writes(self) -> bool {
        matches!(self, Shown::Token | Shown::Key)
    }
}

/// The session that a request belongs to.
#[derive(Debug, Clone)]
pub struct InSession {
    pub session: Session,
    pub by: Shown,
}

/// A new session, with the secrets that are told once.
pub struct Opened {
    pub token: String,
    pub cookie: String,
    /// By which this browser is known from now on.
    pub mark: String,
    pub expires_at: WallMs,
}

/// A PIN that was found to be right.
pub struct RightPin {
    /// Its hash.
    hash: String,
    /// By which the browser is known from now on.
    mark: String,
}

/// What a code was exchanged for.
pub struct Exchanged {
    pub token: String,
    pub of: Assignment,
    /// The token that had to make room.
    pub ended: Option<RefereeToken>,
}

/// The door: knows the PIN's hash, the sessions and the tokens.
#[derive(Clone)]
pub struct Access {
    store: Store,
    clock: Clock,
    open: bool,
    cookie_name: Arc<str>,
    mark_name: Arc<str>,
    guesses: Guesses,
    connected: ConnectedRights,
    /// Nothing is taken from whoever sends his secret readable.
    signed_only: Arc<AtomicBool>,
}

impl Access {
    /// The access to the server at this place.
    pub fn new(
        store: Store,
        clock: Clock,
        open: bool,
        location: &Location,
        signed_only: bool,
    ) -> Access {
        let port = location.listening.port();
        let secure = if location.tls.is_some() {
            SECURE_PREFIX
        } else {
            ""
        };
        let venue = store.venue().id.to_string();
        // The end of an ID is drawn by lot; its beginning is a time.
        let mark = venue.get(venue.len().saturating_sub(8)..).unwrap_or("");
        Access {
            cookie_name: format!("{secure}{COOKIE_PREFIX}{port}_{mark}").into(),
            store,
            clock,
            open,
            mark_name: format!("{secure}{MARK_PREFIX}{port}_{mark}").into(),
            guesses: Guesses::default(),
            connected: ConnectedRights::default(),
            signed_only: Arc::new(AtomicBool::new(signed_only)),
        }
    }

    /// Anyone may write: a trusted network.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The rights by which connected referees came.
    pub fn connected(&self) -> &ConnectedRights {
        &self.connected
    }

    pub fn cookie_name(&self) -> &str {
        &self.cookie_name
    }

    pub fn mark_name(&self) -> &str {
        &self.mark_name
    }

    /// Who is guessing, while somebody is.
    pub fn siege(&self) -> Option<Told> {
        self.guesses.siege()
    }

    /// The role in which a request may do what it wants, or why it may not.
    pub async fn require(&self, who: &Credentials, right: Right) -> Result<Role, ApiError> {
        if self.is_readable(who) {
            return Err(signature_required());
        }
        let session = self.session(who).await?;
        if let Some(found) = &session
            && (found.by.writes() || right == Right::Oversee)
        {
            return Ok(Role::Organiser(Some(found.session.id)));
        }
        if self.open {
            return Ok(match right {
                Right::Organise | Right::Oversee => Role::Organiser(None),
                Right::Publish(_) => Role::Referee(None),
            });
        }
        let token = match (&who.proven, &who.bearer) {
            (Some(Proven::Token(hash)), _) => Some(hash.clone()),
            (_, bearer) => bearer.as_deref().map(hash_token),
        };
        if let (Right::Publish(id), Some(token)) = (right, token) {
            match self.store.token_for_match(token, id).await? {
                Worth::Good(token) => {
                    who.are_good();
                    return Ok(Role::Referee(Some(token)));
                }
                Worth::MatchConfirmed => return Err(match_confirmed()),
                Worth::Nothing => {}
            }
        }
        Err(self.refusal(who, right, session.is_some()))
    }

    /// Why a request that has no such right is refused; `reads`: it has an organiser's cookie.
    fn refusal(&self, who: &Credentials, right: Right, reads: bool) -> ApiError {
        let no_secret = !self.shows_secret(who) && !matches!(who.proven, Some(Proven::Token(_)));
        let (status, code, message) = match right {
            _ if reads => (
                StatusCode::FORBIDDEN,
                "cookie_only_reads",
                "the cookie alone only reads; log in again with the PIN (a script sends the token of its log-in as \
                 Authorization: Bearer)",
            ),
            Right::Organise | Right::Oversee if no_secret => (
                StatusCode::UNAUTHORIZED,
                "login_required",
                "only an organiser may do this; log in with the PIN",
            ),
            Right::Publish(_) if no_secret => (
                StatusCode::UNAUTHORIZED,
                "login_required",
                "scoring this match needs its token; scan its QR code",
            ),
            Right::Organise | Right::Oversee => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "only an organiser may do this; log in (again) with the PIN",
            ),
            Right::Publish(_) => (
                StatusCode::FORBIDDEN,
                "wrong_token",
                "this token is not, or no longer, good for this match; scan its QR code again",
            ),
        };
        ApiError::new(status, code, message)
    }

    /// Says if a request has a secret in its head, good or not.
    fn shows_secret(&self, who: &Credentials) -> bool {
        who.bearer.is_some() || self.cookies(who).next().is_some()
    }

    /// The values of this server's cookie. Another server of this host may have set one of the same name.
    fn cookies<'a>(&'a self, who: &'a Credentials) -> impl Iterator<Item = &'a String> {
        who.cookies
            .iter()
            .filter(|(name, _)| *name == *self.cookie_name)
            .map(|(_, value)| value)
            .take(COOKIES_TRIED)
    }

    /// The session of a logged-in organiser that a request belongs to, by the strongest secret that it shows.
    pub async fn session(&self, who: &Credentials) -> Result<Option<InSession>, StoreError> {
        if self.is_readable(who) {
            return Ok(None);
        }
        let keys = who.proven.iter().filter_map(|proven| match proven {
            Proven::Session(id) => Some((Shown::Key, SessionSecret::KeyOf(*id))),
            Proven::Token(_) | Proven::Nobody => None,
        });
        let tokens = who.bearer.iter().map(|token| {
            let secret = SessionSecret::Token(hash_token(token));
            (Shown::Token, secret)
        });
        let cookies = self.cookies(who).map(|cookie| {
            let secret = SessionSecret::Cookie(hash_token(cookie));
            (Shown::Cookie, secret)
        });
        for (by, secret) in keys.chain(tokens).chain(cookies) {
            if let Some(session) = self.store.session(secret).await? {
                who.are_good();
                return Ok(Some(InSession { session, by }));
            }
        }
        Ok(None)
    }

    /// Says if the request comes from a logged-in organiser, who may read everything.
    pub async fn is_organiser(&self, who: &Credentials) -> Result<bool, StoreError> {
        Ok(self.session(who).await?.is_some())
    }

    /// Checks the PIN and opens a session.
    pub async fn log_in(
        &self,
        pin: &str,
        who: &Credentials,
        visitor: &Visitor,
    ) -> Result<Opened, ApiError> {
        self.require_whisper(who)?;
        let right = self.check_pin(pin, visitor).await?;
        let (token, cookie) = (new_token()?, new_token()?);
        let secrets = SessionSecrets {
            token: Some(hash_token(&token)),
            cookie: hash_token(&cookie),
            sign_key: None,
        };
        let session = self.open_session(visitor, secrets, right.hash).await?;
        Ok(Opened {
            token,
            cookie,
            mark: right.mark,
            expires_at: session.expires_at,
        })
    }

    /// Checks a PIN that was told, and makes its verifier if there is none: next time it need not be told.
    pub async fn check_pin(&self, pin: &str, visitor: &Visitor) -> Result<RightPin, ApiError> {
        let hash = self.pin_hash().await?;
        let browser = visitor.known_browser(&hash);
        let asker = visitor.asker(browser.clone());
        // argon2 takes 19 MB and a core: one at a time.
        let attempt = self.guesses.turn(Secret::Pin, &asker, &hash).await?;
        let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
        let (told, right) = oneshot::channel();
        let (guessed, stored) = (digits.clone(), hash.clone());
        // Not on the runtime's pool, where each thread's heap could keep the 19 MB that this takes.
        threads::spawn("pin", move || {
            let right = verify_pin(&guessed, &stored);
            if right {
                attempt.was_right();
            }
            // Who asked may have gone away.
            let _ = told.send(right);
        })
        .map_err(StoreError::from)?;
        if !right.await.unwrap_or(false) {
            return Err(wrong_pin());
        }
        let mark = marked(browser, &hash)?;
        if self.store.pin_verifier().await?.is_none() {
            let made = tokio::task::spawn_blocking(move || Verifier::of_pin(&digits)).await;
            if let Ok(verifier) = made {
                let kept = self
                    .store
                    .set_pin_verifier(hash.clone(), verifier?.to_text());
                if !kept.await? {
                    return Err(wrong_pin());
                }
            }
        }
        Ok(RightPin { hash, mark })
    }

    async fn pin_hash(&self) -> Result<String, ApiError> {
        self.store.pin_hash().await?.ok_or_else(|| {
            ApiError::new(
                StatusCode::CONFLICT,
                "no_pin",
                "no PIN is set; make one on the box with: courtside pin --new",
            )
        })
    }

    /// Opens a session for somebody who has proved to know the PIN of this hash. It is wrong by now if there is a new one.
    async fn open_session(
        &self,
        visitor: &Visitor,
        secrets: SessionSecrets,
        pin_hash: String,
    ) -> Result<Session, ApiError> {
        let now = self.clock.now_ms();
        let session = Session {
            id: SessionId(random::id()),
            device: visitor.browser.clone(),
            address: visitor.address.to_canonical().to_string(),
            created_at: now,
            used_at: now,
            expires_at: now.saturating_add(SESSION_LENGTH.as_millis() as WallMs),
        };
        let begun = self
            .store
            .create_session(session.clone(), secrets, pin_hash);
        match begun.await? {
            Beginning::Begun => Ok(session),
            Beginning::PinReplaced => Err(wrong_pin()),
        }
    }

    /// Takes a referee's short code for a token of the device's own.
    pub async fn redeem_code(
        &self,
        typed: &str,
        who: &Credentials,
        visitor: &Visitor,
    ) -> Result<Exchanged, ApiError> {
        self.require_whisper(who)?;
        let asker = visitor.asker(None);
        let attempt = self.guesses.turn(Secret::Code, &asker, "").await?;
        let token = new_token()?;
        let redeeming = Redeeming {
            code: hash_code(typed),
            token: hash_token(&token),
            device: visitor.browser.clone(),
            in_use: self.connected.tokens(),
        };
        let redeemed = self.store.redeem_code(redeeming).await?;
        let exchanged = match redeemed {
            Redeemed::WrongCode => return Err(wrong_code()),
            Redeemed::Full => Err(too_many_phones()),
            Redeemed::Token { of, ended } => Ok(Exchanged { token, of, ended }),
        };
        attempt.was_right();
        exchanged
    }

    /// Ends every organiser's session, the caller's too.
    pub async fn log_out_everywhere(&self) -> Result<(), ApiError> {
        Ok(self.store.end_all_sessions().await?)
    }

    /// Ends the session of a request. To give a right up, the cookie is enough.
    pub async fn log_out(&self, who: &Credentials) -> Result<Option<SessionId>, ApiError> {
        let Some(found) = self.session(who).await? else {
            return Ok(None);
        };
        self.store.end_session(found.session.id).await?;
        Ok(Some(found.session.id))
    }
}

fn wrong_pin() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "wrong_pin",
        "this is not the PIN; a new one is made on the box with: courtside pin --new",
    )
    .in_field("pin")
}

fn wrong_code() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "wrong_code",
        "this is not, or no longer, a referee's code; ask the organiser",
    )
    .in_field("code")
}

fn match_confirmed() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "match_confirmed",
        "the result of this match is confirmed; its token is good again if an organiser reopens it",
    )
}

/// As many phones as may are connected by one code.
fn too_many_phones() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "too_many_phones",
        format!(
            "{PHONES_PER_CODE} phones are connected by this code; the organiser can end one of them at the desk"
        ),
    )
    .in_field("code")
}
