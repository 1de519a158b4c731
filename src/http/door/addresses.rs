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
use super::room::{Buffered, KINDS};
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
/// Addresses that are remembered; beyond, those are forgotten of whom nothing needs to be known.
const QUIET_MAX: usize = 4096;
/// Requests of one address that are worked on at once; the others of that address wait. A browser has six.
const REQUESTS_AT_ONCE: usize = 16;
const REQUESTS_OF_THE_BOX: usize = 64;
/// One address may have so much of the memory of each kind, an IPv6 link half; the box itself all.
const SHARE: usize = 4;
/// So much is kept for the box and for addresses that have shown a good right.
const KEPT: usize = 4;
/// For so long after it has shown one.
const RIGHT_LASTS: Duration = Duration::from_secs(10 * 60);

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
    /// As [`Inner::most`], for this one.
    most: usize,
    open: usize,
    since: Instant,
    arrivals: Bucket,
    events: Bucket,
    creations: Bucket,
    /// Bytes, of each kind.
    buffered: [u32; KINDS],
    /// The moment when somebody at this address last showed a good right.
    right_at: Option<Instant>,
    /// There while requests are worked on.
    requests: Option<Arc<Semaphore>>,
}

impl Known {
    fn new(most: usize) -> Known {
        Known {
            most,
            open: 0,
            since: clock::now(),
            arrivals: Bucket::full(arrivals(most)),
            events: Bucket::full(events(most)),
            creations: Bucket::full(creations(most)),
            buffered: [0; KINDS],
            right_at: None,
            requests: None,
        }
    }

    fn has_right(&self) -> bool {
        self.right_at.is_some_and(|at| at.elapsed() < RIGHT_LASTS)
    }

    /// Says if nothing is lost when this address is forgotten: it could take as much as one that is new.
    fn is_as_new(&self) -> bool {
        let full = self.arrivals.is_full(arrivals(self.most))
            && self.events.is_full(events(self.most))
            && self.creations.is_full(creations(self.most));
        self.open == 0 && full && !self.has_right()
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
            self.known.retain(|_, known| !known.is_as_new());
        }
        self.known
            .entry(network)
            .or_insert_with(|| Known::new(most))
    }

    /// Says if there is room for so many bytes more of this client.
    fn has_room(&self, counted: Counted, buffered: Buffered, bytes: usize) -> bool {
        let (kind, most) = (buffered as usize, buffered.most());
        let with = |network| {
            let known = self.known.get(&network);
            bytes + known.map_or(0, |known| known.buffered[kind] as usize)
        };
        let all = bytes + self.buffered[kind];
        let own = with(counted.network);
        if counted.is_the_box() {
            return all <= most;
        }
        let known = self.known.get(&counted.network);
        if known.is_some_and(Known::has_right) {
            return all <= most && own <= most / SHARE;
        }
        let of_link = counted.link().map_or(0, with);
        all <= most - most / KEPT && own <= most / SHARE && of_link <= most / 2
    }

    fn take_room(&mut self, counted: Counted, buffered: Buffered, bytes: usize) {
        let kind = buffered as usize;
        self.buffered[kind] += bytes;
        for network in networks(counted) {
            if let Some(known) = self.known.get_mut(&network) {
                // All kinds together are far less than 4 GiB.
                known.buffered[kind] = known.buffered[kind].saturating_add(bytes as u32);
            }
        }
    }
}

/// The address and the link that it is on.
fn networks(counted: Counted) -> impl Iterator<Item = Network> {
    std::iter::once(counted.network).chain(counted.link())
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

    /// Says if one event more of this address may be looked at now.
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

    /// Notes that somebody at this address has shown a good right.
    pub fn note_right(&self) {
        let mut state = self.addresses.state();
        let known = state.of(self.counted.network, self.addresses.0.most);
        known.right_at = Some(clock::now());
    }

    /// Says if somebody at this address has lately shown a good right.
    pub fn has_right(&self) -> bool {
        let state = self.addresses.state();
        let known = state.known.get(&self.counted.network);
        known.is_some_and(Known::has_right)
    }

    /// Says if there is room for so many bytes.
    pub fn has_room(&self, buffered: Buffered, bytes: usize) -> bool {
        let state = self.addresses.state();
        state.has_room(self.counted, buffered, bytes)
    }

    /// Takes room for so many bytes; says whether there is some. It is for the caller to [`release`](Self::release) it.
    pub fn reserve(&self, buffered: Buffered, bytes: usize) -> bool {
        let mut state = self.addresses.state();
        let there_is = state.has_room(self.counted, buffered, bytes);
        if there_is {
            state.take_room(self.counted, buffered, bytes);
        }
        there_is
    }

    /// The same, be there some or not.
    pub fn take_room(&self, buffered: Buffered, bytes: usize) {
        let mut state = self.addresses.state();
        state.take_room(self.counted, buffered, bytes);
    }

    pub fn release(&self, buffered: Buffered, bytes: usize) {
        let mut state = self.addresses.state();
        let kind = buffered as usize;
        state.buffered[kind] = state.buffered[kind].saturating_sub(bytes);
        for network in networks(self.counted) {
            if let Some(known) = state.known.get_mut(&network) {
                known.buffered[kind] = known.buffered[kind].saturating_sub(bytes as u32);
            }
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
mod tests;
