//! `/api/channel` opens a channel, `/api/session/srp` proves a PIN without sending it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant;
use uuid::Uuid;
use warp::http::StatusCode;
use warp::reply::Response;

use super::group::{Element, Exponent};
use super::hex::{from_hex, to_hex};
use super::srp::{Exchange, Verifier};
use crate::clock;
use crate::http::app::App;
use crate::http::auth::{Credentials, Visitor};
use crate::http::door::{Asker, Queue, Rank, last_behind};
use crate::http::error::ApiError;
use crate::http::reply::{self, Json};
use crate::http::request::Fields;
use crate::http::sessions::set_mark;
use crate::http::wire::{ChannelJson, PinExchangeJson, ProvenLogInJson, timestamp};
use crate::random::{self, NoRandom};

/// Tries that wait for their proof, together: who has most of them makes room. Of one address: its oldest goes.
const ATTEMPTS_MAX: usize = 256;
const ATTEMPTS_PER_ADDRESS: usize = 8;
const ATTEMPT_LIFE: Duration = Duration::from_secs(60);
/// Who would wait for more than so many computations is told to come back.
const COMPUTATIONS_WAITING: usize = 32;

/// What the exchanges need: one computation at a time, and the tries that wait for their proof.
#[derive(Clone)]
pub struct Exchanges {
    computing: Queue,
    attempts: Arc<Mutex<HashMap<Uuid, Attempt>>>,
}

struct Attempt {
    begun: Begun,
    asker: Asker,
    rank: Rank,
    at: Instant,
}

/// A try to log in that waits for its proof.
pub struct Begun {
    pub exchange: Exchange,
    pub verifier: Verifier,
}

impl Default for Exchanges {
    fn default() -> Self {
        Exchanges {
            computing: Queue::new(COMPUTATIONS_WAITING),
            attempts: Arc::default(),
        }
    }
}

impl Exchanges {
    /// Runs what takes some milliseconds of a core, off the threads that score.
    async fn compute<T: Send + 'static>(
        &self,
        asker: &Asker,
        work: impl FnOnce() -> Result<T, NoRandom> + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = self.computing.turn(asker).await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        Ok(done.await.map_err(|_| busy())??)
    }

    fn attempts(&self) -> MutexGuard<'_, HashMap<Uuid, Attempt>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, begun: Begun, asker: Asker) -> Result<Uuid, ApiError> {
        let mut attempts = self.attempts();
        attempts.retain(|_, attempt| attempt.at.elapsed() < ATTEMPT_LIFE);
        if !asker.counted.is_the_box() {
            drop_oldest(&mut attempts, ATTEMPTS_PER_ADDRESS, |other| {
                other.counted.network == asker.counted.network && other.browser == asker.browser
            });
        }
        let rank = Rank::of(&asker, attempts.values().map(|attempt| &attempt.asker));
        if attempts.len() >= ATTEMPTS_MAX {
            let all = attempts.iter().map(|(id, attempt)| (*id, attempt.rank));
            let last = last_behind(all, rank).ok_or_else(busy)?;
            attempts.remove(&last);
        }
        let id = random::unguessable_id();
        let attempt = Attempt {
            begun,
            asker,
            rank,
            at: clock::now(),
        };
        attempts.insert(id, attempt);
        Ok(id)
    }

    /// Takes a try out: each has one proof.
    fn take(&self, id: Uuid) -> Option<Attempt> {
        let attempt = self.attempts().remove(&id)?;
        (attempt.at.elapsed() < ATTEMPT_LIFE).then_some(attempt)
    }
}

fn drop_oldest(attempts: &mut HashMap<Uuid, Attempt>, most: usize, alike: impl Fn(&Asker) -> bool) {
    let of_kind = || {
        let all = attempts.iter();
        all.filter(|(_, attempt)| alike(&attempt.asker))
    };
    if of_kind().count() < most {
        return;
    }
    let oldest = of_kind().min_by_key(|(_, attempt)| attempt.at);
    if let Some(oldest) = oldest.map(|(id, _)| *id) {
        attempts.remove(&oldest);
    }
}

fn busy() -> ApiError {
    ApiError {
        retry_after_seconds: Some(1),
        ..ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many log in at this moment; try again in a second",
        )
    }
}

/// Opens a channel. With `A`, half of an agreement, the answer has the other half `B`, and the channel has its keys.
pub async fn open_channel(
    app: App,
    visitor: Visitor,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ChannelJson>, ApiError> {
    let fields = fields?;
    let page = bytes(&fields, "page")?;
    let asker = app.access.asker(&visitor).await?;
    let (root, public) = if fields.names("A") {
        let theirs = element(&fields, "A")?;
        let agree = move || {
            let secret = Exponent::random()?;
            let root: [u8; 32] = Sha256::digest(theirs.power(&secret).bytes()).into();
            Ok((root, Element::of(&secret).hex()))
        };
        let (root, public) = app.exchanges.compute(&asker, agree).await?;
        (Some(root), Some(public))
    } else {
        (None, None)
    };
    let channel = app.channels.open(&asker, page, root)?;
    let channel = to_hex(&channel.ok_or_else(busy)?);
    let told = ChannelJson { channel, public };
    Ok(reply::shown(StatusCode::CREATED, &told))
}

/// The first step of a log-in: `{"A"}`. Nobody can judge a guess by its answer, so it is none yet.
pub async fn begin_log_in(
    app: App,
    visitor: Visitor,
    fields: Result<Fields, ApiError>,
) -> Result<Json<PinExchangeJson>, ApiError> {
    let client = element(&fields?, "A")?;
    let verifier = app.access.pin_verifier().await?;
    let kept = verifier.clone();
    let asker = app.access.asker(&visitor).await?;
    let exchange = app
        .exchanges
        .compute(&asker, move || Exchange::begin(&kept, client))
        .await?;
    let (salt, rounds) = (to_hex(&verifier.salt), verifier.rounds);
    let public = exchange.public.hex();
    let begun = Begun { exchange, verifier };
    let attempt = app.exchanges.keep(begun, asker)?;
    let told = PinExchangeJson {
        attempt,
        salt,
        rounds,
        public,
    };
    Ok(reply::shown(StatusCode::CREATED, &told))
}

/// The second step: `{"M1"}`. The answer proves that the server knew the PIN's verifier, too; the session's key is not in it.
pub async fn finish_log_in(
    app: App,
    visitor: Visitor,
    id: String,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ProvenLogInJson>, ApiError> {
    let proof = bytes(&fields?, "M1")?;
    let attempt = id.parse().ok().and_then(|id| app.exchanges.take(id));
    let Some(attempt) = attempt else {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "this try to log in is over; begin again",
        ));
    };
    let logged_in = app
        .access
        .log_in_proven(&visitor, attempt.begun, &proof)
        .await?;
    let told = ProvenLogInJson {
        proof: to_hex(&logged_in.agreed.answer),
        session: logged_in.session.id,
        expires_at: timestamp(logged_in.session.expires_at),
    };
    let mut response = reply::shown(StatusCode::OK, &told);
    // The only cookie: it gives no right.
    set_mark(&app, &mut response, &logged_in.mark);
    Ok(response)
}

/// Makes the verifier of an older database, which has only the PIN's hash: `{"pin"}`, sealed.
pub async fn make_verifier(
    app: App,
    visitor: Visitor,
    who: Credentials,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    if !who.is_whispered() {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "signature_required",
            "this is only taken sealed, so that nobody who listens reads the PIN",
        ));
    }
    app.access.check_pin(fields?.text("pin")?, &visitor).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

fn bytes<const N: usize>(fields: &Fields, field: &'static str) -> Result<[u8; N], ApiError> {
    from_hex(fields.text(field)?).ok_or_else(|| {
        let message = format!("“{field}” is {} hexadecimal digits", 2 * N);
        ApiError::bad_request("bad_field", message).in_field(field)
    })
}

fn element(fields: &Fields, field: &'static str) -> Result<Element, ApiError> {
    Element::from_hex(fields.text(field)?).ok_or_else(|| {
        let message =
            format!("“{field}” is an element of the group: 512 hexadecimal digits, not 0, 1 or -1");
        ApiError::bad_request("bad_field", message).in_field(field)
    })
}
