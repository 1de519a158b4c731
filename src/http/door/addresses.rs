//! How much one address may take of the venue: connections at once, new ones, events, creations, requests and memory.
//!
//! One number says most of it, and it is large: a school behind one address is a few hundred phones. The box itself (a
//! proxy in front of Courtside, a script) is limited in memory only. See [`super::networks`] for what counts as one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::bucket::{Bucket, Rate};
use super::networks::{Counted, LINK_SHARE, Network, Prefix, network_of};
use crate::clock;

/// So many new connections as may be open at once are taken in this time.
const ARRIVALS_IN: Duration = Duration::from_secs(10);
/// Events may come in bursts of so many seconds' worth, as from a single referee.
const EVENTS_BURST: Duration = Duration::from_secs(4);
/// The creations of an address that has not logged in, in the open mode: where it may have 2,000 connections, 600 matches at
/// once and then one in two seconds.
const CREATIONS_BURST: f64 = 0.3;
const CREATIONS_IN: Duration = Duration::from_secs(4_000);
/// A creation counts once, and once more for so many bytes of the request.
const CREATION_BYTES: usize = 512;
/// Addresses without a connection that are remembered; beyond, those are forgotten.
const QUIET_MAX: usize = 4096;
/// Requests of one address that are worked on at once; the others of that address wait. A browser has six.
const REQUESTS_AT_ONCE: usize = 16;
const REQUESTS_OF_THE_BOX: usize = 64;
/// What all bodies in flight may take together, and all long answers that wait for their clients.
const BODIES_MAX_BYTES: usize = 8 * 1024 * 1024;
const ANSWERS_MAX_BYTES: usize = 16 * 1024 * 1024;
/// The same of the longer frames that watchers of matches have begun to take.
const FRAMES_MAX_BYTES: usize = 16 * 1024 * 1024;
/// What all streams of server-sent events may take: one has a request's and an answer's buffers for as long as it lasts.
const STREAMS_MAX_BYTES: usize = 32 * 1024 * 1024;
/// One address may have so much of it; the box itself all.
const SHARE: usize = 4;

/// What takes memory for as long as a client likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffered {
    Body,
    Answer,
    Frame,
    Stream,
}

/// How many kinds there are.
const KINDS: usize = Buffered::Stream as usize + 1;

impl Buffered {
    const fn most(self) -> usize {
        match self {
            Buffered::Body => BODIES_MAX_BYTES,
            Buffered::Answer => ANSWERS_MAX_BYTES,
            Buffered::Frame => FRAMES_MAX_BYTES,
            Buffered::Stream => STREAMS_MAX_BYTES,
        }
    }
}

/// Every address that has a connection, or lately had one. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Addresses(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Connections at once, new ones in ten seconds, events a second; 0 for no limit.
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: HashMap<Network, Known>,
    links: Vec<Prefix>,
    /// Bytes, of each kind.
    buffered: [usize; KINDS],
}

#[derive(Debug)]
struct Known {
    open: usize,
    since: Instant,
    arrivals: Bucket,
    events: Bucket,
    creations: Bucket,
    /// Bytes, of each kind.
    buffered: [u32; KINDS],
    /// There while requests are worked on.
    requests: Option<Arc<Semaphore>>,
}

impl Known {
    fn new(most: usize) -> Known {
        Known {
            open: 0,
            since: clock::now(),
            arrivals: Bucket::full(arrivals(most)),
            events: Bucket::full(events(most)),
            creations: Bucket::full(creations(most)),
            buffered: [0; KINDS],
            requests: None,
        }
    }
}

fn arrivals(most: usize) -> Rate {
    Rate {
        per_second: most as f64 / ARRIVALS_IN.as_secs_f64(),
        most: most as f64,
    }
}

fn events(most: usize) -> Rate {
    Rate {
        per_second: most as f64,
        most: most as f64 * EVENTS_BURST.as_secs_f64(),
    }
}

fn creations(most: usize) -> Rate {
    Rate {
        per_second: most as f64 / CREATIONS_IN.as_secs_f64(),
        most: (most as f64 * CREATIONS_BURST).max(1.0),
    }
}

/// One connection of an address, counted until it is dropped.
#[derive(Debug)]
pub struct Admission {
    addresses: Addresses,
    counted: Counted,
}

impl Addresses {
    pub fn new(most: usize) -> Addresses {
        Addresses(Arc::new(Inner {
            most,
            state: Mutex::default(),
        }))
    }

    /// Takes note of the links that the box has now.
    pub fn set_links(&self, links: Vec<Prefix>) {
        self.state().links = links;
    }

    /// Counts a new connection; `None` if this address has too many, or too many new ones.
    pub fn admit(&self, address: IpAddr) -> Option<Admission> {
        let mut state = self.state();
        let counted = network_of(address, &state.links);
        let limited = self.limits(counted);
        for (network, most) in self.both(counted) {
            let known = state.of(network, most);
            let may =
                !limited || (known.open < most && known.arrivals.take(arrivals(most)).is_ok());
            if !may {
                return None;
            }
        }
        for (network, most) in self.both(counted) {
            state.of(network, most).open += 1;
        }
        Some(Admission {
            addresses: self.clone(),
            counted,
        })
    }

    /// The address and the link it is on, each with its limit.
    fn both(&self, counted: Counted) -> impl Iterator<Item = (Network, usize)> + use<> {
        let most = self.0.most;
        let link = counted.link().map(|link| (link, most * LINK_SHARE));
        std::iter::once((counted.network, most)).chain(link)
    }

    fn limits(&self, counted: Counted) -> bool {
        self.0.most > 0 && !counted.is_the_box()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn of(&mut self, network: Network, most: usize) -> &mut Known {
        if self.known.len() >= QUIET_MAX && !self.known.contains_key(&network) {
            self.known.retain(|_, known| known.open > 0);
        }
        self.known
            .entry(network)
            .or_insert_with(|| Known::new(most))
    }
}

impl Admission {
    pub fn counted(&self) -> Counted {
        self.counted
    }

    /// Since when this address is known.
    pub fn known_since(&self) -> Instant {
        let state = self.addresses.state();
        let known = state.known.get(&self.counted.network);
        known.map_or_else(clock::now, |known| known.since)
    }

    /// Whether one event more of this address may be looked at now.
    pub fn may_publish(&self) -> bool {
        if !self.addresses.limits(self.counted) {
            return true;
        }
        let mut state = self.addresses.state();
        self.addresses
            .both(self.counted)
            .all(|(network, most)| state.of(network, most).events.take(events(most)).is_ok())
    }

    /// Counts what is created by a request of so many bytes, or says how long to wait.
    pub fn may_create(&self, bytes: usize) -> Result<(), Duration> {
        if !self.addresses.limits(self.counted) {
            return Ok(());
        }
        let cost = 1.0 + (bytes / CREATION_BYTES) as f64;
        let mut state = self.addresses.state();
        for (network, most) in self.addresses.both(self.counted) {
            let rate = creations(most);
            let creations = &mut state.of(network, most).creations;
            // A long list of teams may come where little is allowed, too: then it is all that does.
            creations.take_many(rate, cost.min(rate.most))?;
        }
        Ok(())
    }

    /// Waits until a request of this address may be worked on.
    pub async fn turn(&self) -> Option<Turn<'_>> {
        let requests = {
            let mut state = self.addresses.state();
            let at_once = if self.counted.is_the_box() {
                REQUESTS_OF_THE_BOX
            } else {
                REQUESTS_AT_ONCE
            };
            let known = state.of(self.counted.network, self.addresses.0.most);
            let fresh = || Arc::new(Semaphore::new(at_once));
            known.requests.get_or_insert_with(fresh).clone()
        };
        // The semaphore is never closed.
        let permit = requests.acquire_owned().await.ok()?;
        Some(Turn {
            admission: self,
            _permit: permit,
        })
    }

    /// Takes room for so many bytes; says whether there is some. It is for the caller to [`release`](Self::release) it.
    pub fn reserve(&self, buffered: Buffered, bytes: usize) -> bool {
        let mut state = self.addresses.state();
        let kind = buffered as usize;
        let share = if self.counted.is_the_box() {
            buffered.most()
        } else {
            buffered.most() / SHARE
        };
        let all = state.buffered[kind] + bytes;
        let known = state.of(self.counted.network, self.addresses.0.most);
        let own = known.buffered[kind] as usize + bytes;
        if all > buffered.most() || own > share {
            return false;
        }
        // No share is larger than 32 MiB.
        known.buffered[kind] = own as u32;
        state.buffered[kind] = all;
        true
    }

    pub fn release(&self, buffered: Buffered, bytes: usize) {
        let mut state = self.addresses.state();
        let kind = buffered as usize;
        state.buffered[kind] = state.buffered[kind].saturating_sub(bytes);
        if let Some(known) = state.known.get_mut(&self.counted.network) {
            known.buffered[kind] = known.buffered[kind].saturating_sub(bytes as u32);
        }
    }
}

/// A request that is worked on.
pub struct Turn<'a> {
    admission: &'a Admission,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.admission.addresses.state();
        let known = state.known.get_mut(&self.admission.counted.network);
        // Ours and the list's own: nobody else works or waits.
        if let Some(known) = known
            && known
                .requests
                .as_ref()
                .is_some_and(|all| Arc::strong_count(all) <= 2)
        {
            known.requests = None;
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut state = self.addresses.state();
        for (network, _) in self.addresses.both(self.counted) {
            if let Some(known) = state.known.get_mut(&network) {
                known.open = known.open.saturating_sub(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_has_so_many_connections_at_once_and_new_ones_in_ten_seconds() {
        let addresses = Addresses::new(10);
        let phone = address("192.168.1.7");
        let open: Vec<Admission> = std::iter::from_fn(|| addresses.admit(phone)).collect();
        assert_eq!(open.len(), 10);
        assert!(addresses.admit(address("192.168.1.8")).is_some());
        drop(open);
        assert!(addresses.admit(phone).is_none(), "too many new ones");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(addresses.admit(phone).is_some());
        assert!(addresses.admit(phone).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn events_of_an_address_are_counted_over_all_its_connections() {
        let addresses = Addresses::new(10);
        let phone = address("2001:db8::1");
        let one = addresses.admit(phone).unwrap();
        let other = addresses.admit(address("2001:db8::2")).unwrap();
        let taken = (0..100).filter(|_| one.may_publish()).count();
        assert_eq!(taken, 40);
        assert!(!other.may_publish(), "the same network");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(other.may_publish());
    }

    #[tokio::test]
    async fn the_box_itself_and_a_limit_of_zero_know_no_limit() {
        let addresses = Addresses::new(1);
        let home = address("127.0.0.1");
        let both = (addresses.admit(home), addresses.admit(address("::1")));
        assert!(both.0.is_some() && both.1.is_some() && addresses.admit(home).is_some());
        let open = Addresses::new(0);
        let phone = address("10.0.0.1");
        assert!((0..100).all(|_| open.admit(phone).is_some()));
    }
}
