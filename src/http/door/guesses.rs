//! How often somebody may try a short secret: the organiser's PIN, a referee's code.
//!
//! Nobody is kept out by what others do. Each network has tries of its own. What strangers try together beyond a common
//! limit is not refused but looked at slowly, one a second, and those first who have been here for longest. The box
//! itself and browsers that have logged in before have nothing to do with that limit.
//!
//! Over 400 lines by its tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use warp::http::StatusCode;

use super::bucket::{Bucket, Rate};
use super::networks::{Counted, LINK_SHARE, Network};
use super::siege::{Siege, Told};
use crate::clock;
use crate::http::error::ApiError;

/// Wrong tries of one network in a row, and the pause after which it has one more.
const TRIES: f64 = 5.0;
const TRY_EVERY: Duration = Duration::from_secs(60);
/// What strangers may try together before it goes slowly. 50 tries and then one a second: all PINs of 8 digits take three years.
const COMMON_TRIES: f64 = 50.0;
const COMMON_EVERY: Duration = Duration::from_secs(15);
const SLOWLY: Duration = Duration::from_secs(1);
/// Tries that may wait; then the last in the queue is sent away.
const WAITING_MAX: usize = 64;
/// Networks that are remembered at most; the one that was silent for longest is forgotten first.
const KNOWN_MAX: usize = 4096;

fn own_rate() -> Rate {
    Rate::one_per(TRY_EVERY, TRIES)
}

fn link_rate() -> Rate {
    Rate::one_per(TRY_EVERY / LINK_SHARE as u32, TRIES * LINK_SHARE as f64)
}

fn common_rate() -> Rate {
    Rate::one_per(COMMON_EVERY, COMMON_TRIES)
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Secret {
    Pin,
    Code,
}

impl Secret {
    /// For the answer: its name, and what to do after too many.
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Secret::Pin => (
                "PINs",
                ", or make a new one on the box with: courtside pin --new",
            ),
            Secret::Code => ("codes", ", or scan the QR code"),
        }
    }
}

/// Who tries.
#[derive(Debug, Clone)]
pub struct Asker {
    pub counted: Counted,
    /// Since when the door knows this network.
    pub since: Instant,
    /// The mark of a browser that has logged in before.
    pub browser: Option<String>,
    /// Somebody at this address has lately shown a good right.
    pub has_right: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Network(Network),
    Browser(String),
}

/// All tries. Cheap to clone.
#[derive(Clone, Default)]
pub struct Guesses(Arc<Mutex<State>>);

struct State {
    /// The hash that was tried: a new PIN wipes the slate, so that the true organiser gets in.
    at: String,
    common: [Bucket; 2],
    own: HashMap<(Secret, Key), Bucket>,
    waiting: Vec<Waiting>,
    /// One is looked at.
    busy: bool,
    next_slow: Instant,
    /// Somebody waits for that moment.
    timed: bool,
    arrived: u64,
    siege: Siege,
}

impl Default for State {
    fn default() -> State {
        State {
            at: String::new(),
            common: [Bucket::full(common_rate()), Bucket::full(common_rate())],
            own: HashMap::new(),
            waiting: Vec::new(),
            busy: false,
            next_slow: clock::now(),
            timed: false,
            arrived: 0,
            siege: Siege::default(),
        }
    }
}

/// The order of the queue: strangers last, then who has tried least, has been here for longest, came first.
type Rank = (bool, u32, Instant, u64);

struct Waiting {
    rank: Rank,
    slow: bool,
    key: Key,
    go: oneshot::Sender<()>,
}

/// A try whose turn it is. Until it is dropped, no other one is looked at; it counts as wrong unless it was right.
pub struct Try {
    guesses: Guesses,
    /// A try may end on a thread of its own, where no runtime is at hand.
    runtime: Handle,
    secret: Secret,
    key: Key,
    counted: Counted,
    right: bool,
}

impl Try {
    /// The try was right after all.
    pub fn was_right(mut self) {
        self.right = true;
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        let mut state = self.guesses.state();
        if self.right {
            state.own.remove(&(self.secret, self.key.clone()));
            state.common[self.secret as usize].give_back(common_rate());
        } else {
            state.siege.note(self.counted.network);
        }
        state.busy = false;
        self.guesses.go_on(&mut state, &self.runtime);
    }
}

impl Guesses {
    /// Uses up one try at a secret (of this hash) and waits for its turn, or says when to come again.
    pub async fn turn(&self, secret: Secret, asker: &Asker, hash: &str) -> Result<Try, ApiError> {
        let runtime = Handle::current();
        let (key, gone) = self.queue(secret, asker, hash, &runtime)?;
        gone.await.map_err(|_| too_many(secret, SLOWLY * 5))?;
        Ok(Try {
            guesses: self.clone(),
            runtime,
            secret,
            key,
            counted: asker.counted,
            right: false,
        })
    }

    /// Who is guessing, while somebody is.
    pub fn siege(&self) -> Option<Told> {
        self.state().siege.told()
    }

    fn queue(
        &self,
        secret: Secret,
        asker: &Asker,
        hash: &str,
        runtime: &Handle,
    ) -> Result<(Key, oneshot::Receiver<()>), ApiError> {
        let mut state = self.state();
        if secret == Secret::Pin && state.at != hash {
            state.at = hash.to_owned();
            state.common[secret as usize] = Bucket::full(common_rate());
            state.own.retain(|(of, _), _| *of != secret);
        }
        let (key, trusted, slow) = match state.take(secret, asker) {
            Ok(taken) => taken,
            Err(wait) => {
                state.siege.note(asker.counted.network);
                return Err(too_many(secret, wait));
            }
        };
        if slow && state.waiting.iter().any(|other| other.key == key) {
            return Err(too_many(secret, SLOWLY * 5));
        }
        let tried = state.own.get(&(secret, key.clone()));
        let tried = tried.map_or(0, |own| own.missing(own_rate()));
        state.arrived += 1;
        let rank = (!trusted, tried, asker.since, state.arrived);
        if state.waiting.len() >= WAITING_MAX {
            // The newest in the hall makes room, be it this one.
            let last = state.waiting.iter().enumerate();
            let last = last.max_by_key(|(_, other)| other.rank);
            match last.map(|(at, other)| (at, other.rank)) {
                Some((at, other)) if rank < other => drop(state.waiting.swap_remove(at)),
                _ => return Err(too_many(secret, SLOWLY * 5)),
            }
        }
        let (go, gone) = oneshot::channel();
        state.waiting.push(Waiting {
            rank,
            slow,
            key: key.clone(),
            go,
        });
        self.go_on(&mut state, runtime);
        Ok((key, gone))
    }

    /// Lets the next one go, if none is looked at.
    fn go_on(&self, state: &mut State, runtime: &Handle) {
        let now = clock::now();
        while !state.busy {
            let due = |other: &&Waiting| !other.slow || now >= state.next_slow;
            let next = state.waiting.iter().filter(due).min_by_key(|one| one.rank);
            let Some(rank) = next.map(|one| one.rank) else {
                break;
            };
            let at = state.waiting.iter().position(|one| one.rank == rank);
            let Some(next) = at.map(|at| state.waiting.swap_remove(at)) else {
                break;
            };
            if next.slow {
                state.next_slow = now + SLOWLY;
            }
            // Who has gone away takes nobody's time.
            state.busy = next.go.send(()).is_ok();
        }
        if !state.busy && !state.waiting.is_empty() && !state.timed {
            state.timed = true;
            let (guesses, at) = (self.clone(), state.next_slow);
            let then = runtime.clone();
            runtime.spawn(async move {
                sleep_until(at).await;
                let mut state = guesses.state();
                state.timed = false;
                guesses.go_on(&mut state, &then);
            });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Uses up a try: as whom, whether it is no stranger, and whether it goes slowly. The error is how long to wait.
    fn take(&mut self, secret: Secret, asker: &Asker) -> Result<(Key, bool, bool), Duration> {
        if let Some(browser) = &asker.browser {
            let key = Key::Browser(browser.clone());
            if self.own(secret, &key, own_rate()).is_ok() {
                return Ok((key, true, false));
            }
            // Somebody else may have read its cookie on the air: it still has the tries of its network.
        }
        let key = Key::Network(asker.counted.network);
        self.own(secret, &key, own_rate())?;
        if asker.counted.is_the_box() {
            return Ok((key, true, false));
        }
        let link = asker.counted.link().map(Key::Network);
        let of_link = link.is_some_and(|link| self.own(secret, &link, link_rate()).is_err());
        let of_all = self.common[secret as usize].take(common_rate()).is_err();
        Ok((key, false, of_link || of_all))
    }

    fn own(&mut self, secret: Secret, key: &Key, rate: Rate) -> Result<(), Duration> {
        let key = (secret, key.clone());
        if self.own.len() >= KNOWN_MAX && !self.own.contains_key(&key) {
            let oldest = self.own.iter().min_by_key(|(_, own)| own.since());
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.own.remove(&oldest);
            }
        }
        let own = self.own.entry(key).or_insert_with(|| Bucket::full(rate));
        own.take(rate)
    }
}

fn too_many(secret: Secret, wait: Duration) -> ApiError {
    let seconds = wait.as_secs() + 1;
    let (what, advice) = secret.told();
    ApiError {
        retry_after_seconds: Some(seconds),
        ..ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_tries",
            format!("too many wrong {what}; wait {seconds} seconds{advice}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::super::networks::network_of;
    use super::*;
    use crate::threads;

    fn asker(address: &str) -> Asker {
        Asker {
            counted: network_of(address.parse::<IpAddr>().unwrap(), &[]),
            since: clock::now(),
            browser: None,
            has_right: false,
        }
    }

    /// So many wrong PINs; how many were looked at.
    async fn wrong(guesses: &Guesses, asker: &Asker, many: usize) -> usize {
        let mut looked_at = 0;
        for _ in 0..many {
            looked_at += usize::from(guesses.turn(Secret::Pin, asker, "hash").await.is_ok());
        }
        looked_at
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_has_five_tries_and_one_more_each_minute_until_there_is_a_new_pin() {
        let guesses = Guesses::default();
        let phone = asker("192.168.1.7");
        assert_eq!(wrong(&guesses, &phone, 10).await, 5);
        let refused = guesses.turn(Secret::Pin, &phone, "hash").await.err();
        let refused = refused.unwrap();
        assert_eq!(refused.code, "too_many_tries");
        assert!(refused.retry_after_seconds.is_some_and(|wait| wait <= 61));
        assert_eq!(wrong(&guesses, &asker("192.168.1.8"), 1).await, 1);
        let of_code = guesses.turn(Secret::Code, &phone, "").await;
        assert!(of_code.is_ok(), "another secret");
        // While it lasts nobody else's is looked at.
        drop(of_code);
        tokio::time::advance(TRY_EVERY).await;
        assert_eq!(wrong(&guesses, &phone, 5).await, 1);
        assert!(guesses.turn(Secret::Pin, &phone, "new").await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn during_a_siege_others_are_slow_and_the_box_and_known_browsers_are_not() {
        let guesses = Guesses::default();
        let organiser = asker("192.168.1.2");
        tokio::time::advance(Duration::from_secs(1)).await;
        for last in 0..11 {
            wrong(&guesses, &asker(&format!("10.0.0.{last}")), 5).await;
        }
        for last in 0..200 {
            let (guesses, stranger) = (guesses.clone(), asker(&format!("10.0.1.{last}")));
            tokio::spawn(async move { wrong(&guesses, &stranger, 1).await });
        }
        tokio::task::yield_now().await;
        let mut known = organiser.clone();
        known.browser = Some("0".repeat(32));
        for trusted in [&known, &asker("127.0.0.1")] {
            let begun = clock::now();
            assert_eq!(wrong(&guesses, trusted, 3).await, 3);
            assert!(begun.elapsed() < SLOWLY);
        }
        let begun = clock::now();
        let right = guesses.turn(Secret::Pin, &organiser, "hash").await;
        right.unwrap().was_right();
        assert!(begun.elapsed() <= SLOWLY * 2, "{:?}", begun.elapsed());
        let told = guesses.siege().unwrap();
        assert!(told.tries >= 55 && !told.networks.is_empty(), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_uses_up_the_tries_of_a_known_browser_leaves_it_those_of_its_network() {
        let guesses = Guesses::default();
        let organiser = Asker {
            browser: Some("0".repeat(32)),
            ..asker("192.168.1.2")
        };
        let thief = Asker {
            browser: organiser.browser.clone(),
            ..asker("192.168.1.3")
        };
        assert_eq!(wrong(&guesses, &thief, 20).await, 10);
        assert_eq!(wrong(&guesses, &organiser, 1).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_try_that_ends_on_a_thread_of_its_own_lets_the_next_one_go() {
        let guesses = Guesses::default();
        for last in 0..11 {
            wrong(&guesses, &asker(&format!("10.0.0.{last}")), 5).await;
        }
        let slow = guesses.turn(Secret::Pin, &asker("10.0.1.1"), "hash").await;
        let slow = slow.unwrap();
        let waits = guesses.clone();
        let next = tokio::spawn(async move { wrong(&waits, &asker("10.0.1.2"), 1).await });
        tokio::task::yield_now().await;
        let thread = threads::spawn("slow", move || drop(slow)).unwrap();
        thread.join().unwrap();
        assert_eq!(next.await.unwrap(), 1);
    }
}
