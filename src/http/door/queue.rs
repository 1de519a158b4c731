//! The order in which clients are served, and which go without, where more clients want something than can have it at once.
//!
//! Each client's first claim comes before anybody's second, so that an address, or a whole link, that wants everything
//! stands in its own way only. Among equals those come first who are trusted: the box, browsers that have logged in before, and
//! addresses at which somebody has lately shown a good right. Then who has been here for longest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::guesses::Asker;
use super::networks::LINK_SHARE;
use crate::clock;

/// So many claims of one that is trusted come before those of strangers: others on the network may have read its mark.
const OF_TRUSTED: usize = 8;

/// How good a claim is: the smallest comes first, the largest makes room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    round: usize,
    stranger: bool,
    since: Instant,
    at: Instant,
}

impl Rank {
    /// The rank of one claim more of this client, beside those that there are.
    pub fn of<'a>(asker: &Asker, others: impl Iterator<Item = &'a Asker>) -> Rank {
        let (mut of_network, mut of_link, mut of_browser) = (0, 0, 0);
        let link = asker.counted.link();
        for other in others {
            of_network += usize::from(other.counted.network == asker.counted.network);
            of_link += usize::from(link.is_some() && other.counted.link() == link);
            of_browser += usize::from(other.browser == asker.browser);
        }
        let known = asker.browser.is_some() && of_browser < OF_TRUSTED;
        let has_right = asker.has_right && of_network < OF_TRUSTED;
        let trusted = known || has_right || asker.counted.is_the_box();
        Rank {
            round: if trusted {
                0
            } else {
                of_network.max(of_link / LINK_SHARE)
            },
            stranger: !trusted,
            since: asker.since,
            at: clock::now(),
        }
    }
}

/// The one of these that makes room for a claim of this rank; `None` if that claim itself is the last.
pub fn last_behind<K>(all: impl Iterator<Item = (K, Rank)>, rank: Rank) -> Option<K> {
    let last = all.max_by_key(|(_, other)| *other);
    last.filter(|(_, other)| *other > rank).map(|(key, _)| key)
}

/// A queue for what is done for one client at a time. Cheap to clone.
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    /// So many wait at most.
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    busy: bool,
    waiting: Vec<Waiting>,
}

struct Waiting {
    asker: Asker,
    rank: Rank,
    go: oneshot::Sender<Turn>,
}

/// A client's turn, until it is dropped.
pub struct Turn(Option<Queue>);

/// Too many wait who come first.
#[derive(Debug)]
pub struct SentAway;

impl Queue {
    pub fn new(most: usize) -> Queue {
        Queue(Arc::new(Inner {
            most,
            state: Mutex::default(),
        }))
    }

    /// Waits for this client's turn.
    pub async fn turn(&self, asker: &Asker) -> Result<Turn, SentAway> {
        let gone = self.join(asker)?;
        gone.await.map_err(|_| SentAway)
    }

    fn join(&self, asker: &Asker) -> Result<oneshot::Receiver<Turn>, SentAway> {
        let mut state = self.state();
        state.waiting.retain(|other| !other.go.is_closed());
        let rank = Rank::of(asker, state.waiting.iter().map(|other| &other.asker));
        if state.waiting.len() >= self.0.most {
            let all = state.waiting.iter().enumerate();
            let last = last_behind(all.map(|(at, other)| (at, other.rank)), rank);
            state.waiting.swap_remove(last.ok_or(SentAway)?);
        }
        let (go, gone) = oneshot::channel();
        state.waiting.push(Waiting {
            asker: asker.clone(),
            rank,
            go,
        });
        self.go_on(&mut state);
        Ok(gone)
    }

    /// Gives the next one the turn, if nobody has it.
    fn go_on(&self, state: &mut State) {
        while !state.busy {
            let all = state.waiting.iter().enumerate();
            let Some((at, _)) = all.min_by_key(|(_, other)| other.rank) else {
                return;
            };
            let next = state.waiting.swap_remove(at);
            match next.go.send(Turn(Some(self.clone()))) {
                Ok(()) => state.busy = true,
                // Who has gone away takes nobody's time.
                Err(mut turn) => turn.0 = None,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            let mut state = queue.state();
            state.busy = false;
            queue.go_on(&mut state);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::networks::network_of;
    use super::*;

    fn asker(address: &str) -> Asker {
        Asker {
            counted: network_of(address.parse().unwrap(), &[]),
            since: clock::now(),
            browser: None,
            has_right: false,
        }
    }

    fn known(address: &str) -> Asker {
        Asker {
            browser: Some("mark".to_owned()),
            ..asker(address)
        }
    }

    /// Those whose turn comes, in their order.
    fn order(queue: &Queue, mut joined: Vec<(&str, oneshot::Receiver<Turn>)>) -> Vec<String> {
        let mut order = Vec::new();
        loop {
            let next = joined
                .iter_mut()
                .find_map(|(name, gone)| Some((*name, gone.try_recv().ok()?)));
            let Some((name, turn)) = next else {
                assert!(!queue.state().busy);
                return order;
            };
            order.push(name.to_owned());
            drop(turn);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_client_s_first_claim_comes_before_anybody_s_second() {
        let queue = Queue::new(100);
        let held = queue.turn(&asker("10.0.0.9")).await.unwrap();
        let mut joined = Vec::new();
        let mut join = |name, asker: Asker| joined.push((name, queue.join(&asker).unwrap()));
        for name in ["one", "two", "three"] {
            join(name, asker("10.0.0.1"));
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        join("other", asker("10.0.0.2"));
        join("box", asker("127.0.0.1"));
        join("known", known("10.0.0.1"));
        let referee = Asker {
            has_right: true,
            ..asker("10.0.0.3")
        };
        join("referee", referee);
        drop(held);
        let mut told = order(&queue, joined);
        assert_eq!(told.split_off(3), ["one", "other", "two", "three"]);
        told.sort();
        assert_eq!(told, ["box", "known", "referee"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_wants_most_makes_room_and_nobody_who_is_alone() {
        let queue = Queue::new(32);
        let held = queue.turn(&asker("10.0.0.9")).await.unwrap();
        let flood: Vec<_> = (0..2_000)
            .filter_map(|number| queue.join(&asker(&format!("fe80::{:x}", number % 64))).ok())
            .collect();
        tokio::time::advance(Duration::from_secs(60)).await;
        let alone = queue.join(&asker("10.0.0.1")).unwrap();
        let of_box = queue.join(&asker("127.0.0.1")).unwrap();
        for number in 0..200 {
            // Whatever becomes of these.
            let _ = queue.join(&asker(&format!("fe80::{number:x}")));
        }
        assert_eq!(queue.state().waiting.len(), 32);
        drop(flood);
        drop(held);
        let told = order(&queue, vec![("alone", alone), ("box", of_box)]);
        assert_eq!(told, ["box", "alone"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_thief_of_a_mark_comes_before_strangers_eight_times() {
        let all: Vec<Asker> = (0..20)
            .map(|last| known(&format!("10.0.0.{last}")))
            .collect();
        let trusted = (0..20).filter(|at| !Rank::of(&all[*at], all[..*at].iter()).stranger);
        assert_eq!(trusted.count(), OF_TRUSTED);
    }

    #[tokio::test]
    async fn who_goes_away_while_he_waits_takes_nobody_s_turn() {
        let queue = Queue::new(2);
        let held = queue.turn(&asker("10.0.0.1")).await.unwrap();
        drop(queue.join(&asker("10.0.0.2")).unwrap());
        let next = queue.join(&asker("10.0.0.3")).unwrap();
        drop(held);
        drop(next);
        assert!(queue.turn(&asker("10.0.0.4")).await.is_ok());
    }
}
