//! Places for those without whom a venue does not run: referees, organisers, and the box itself.
//!
//! Who somebody is shows in the head of the first request, when a place is taken already. So a connection that finds all
//! ordinary places taken gets one of the reserve for as long as its head takes; a mere watcher is then sent away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use warp::http::Request;

use super::networks::{Counted, Network};
use super::room::full;
use crate::http::error::ApiError;
use crate::http::secure;

/// A tenth of the places, and so many at most; a server for fewer than ten connections has none.
const MOST: usize = 200;
const LEAST: usize = 4;
/// How long a client of the reserve may take to say what it wants.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// How many places there are beside those of `--max-connections`.
pub fn size(max_connections: usize) -> usize {
    if max_connections < 10 {
        return 0;
    }
    (max_connections / 10).clamp(LEAST, MOST)
}

/// The places of the reserve. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reserve(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    size: usize,
    places: Arc<Semaphore>,
    /// For those who only look at a page, on which they may log in.
    guests: Arc<Semaphore>,
    by_network: Mutex<HashMap<Network, usize>>,
}

/// One place of the reserve, until it is dropped.
#[derive(Debug)]
pub struct Reserved {
    reserve: Reserve,
    counted: Counted,
    _place: OwnedSemaphorePermit,
}

/// For what a connection is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    Work,
    Look,
    Watch,
}

impl Reserve {
    pub fn new(max_connections: usize) -> Reserve {
        let size = size(max_connections);
        Reserve(Arc::new(Inner {
            size,
            places: Arc::new(Semaphore::new(size)),
            guests: Arc::new(Semaphore::new(size / 2)),
            by_network: Mutex::default(),
        }))
    }

    /// Takes a place; `None` if there is none, or if this network has its share.
    pub fn take(&self, counted: Counted) -> Option<Reserved> {
        let mut taken = self.by_network();
        let shares = self.shares(counted);
        let mut within = shares.clone();
        if !within.all(|(network, most)| taken.get(&network).is_none_or(|has| *has < most)) {
            return None;
        }
        let place = self.0.places.clone().try_acquire_owned().ok()?;
        for (network, _) in shares {
            *taken.entry(network).or_default() += 1;
        }
        drop(taken);
        Some(Reserved {
            reserve: self.clone(),
            counted,
            _place: place,
        })
    }

    /// Waits until nobody has a place any more.
    pub async fn empty(&self) {
        let all = u32::try_from(self.0.size).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let _ = self.0.places.acquire_many(all).await;
    }

    fn shares(&self, counted: Counted) -> impl Iterator<Item = (Network, usize)> + Clone + use<> {
        let half = (self.0.size / 2).max(1);
        let own = if counted.is_the_box() {
            half
        } else {
            (self.0.size / 8).max(2)
        };
        let link = counted.link().map(|link| (link, half));
        std::iter::once((counted.network, own)).chain(link)
    }

    fn by_network(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        let by_network = &self.0.by_network;
        by_network.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reserved {
    /// Says whether a request may be answered at this place; a guest holds what it gets until it is.
    pub fn check<B>(&self, request: &Request<B>) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
        let errand = if self.counted.is_the_box() {
            Errand::Work
        } else {
            Errand::of(request)
        };
        match errand {
            Errand::Work => Ok(None),
            Errand::Watch => Err(full()),
            Errand::Look => {
                let guest = self.reserve.0.guests.clone().try_acquire_owned();
                guest.map(Some).map_err(|_| full())
            }
        }
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut taken = self.reserve.by_network();
        for (network, _) in self.reserve.shares(self.counted) {
            if let Some(has) = taken.get_mut(&network) {
                *has -= 1;
                if *has == 0 {
                    taken.remove(&network);
                }
            }
        }
    }
}

impl Errand {
    fn of<B>(request: &Request<B>) -> Errand {
        let path = request.uri().path();
        let headers = request.headers();
        let rights = ["authorization", "cookie", secure::SEAL, secure::SIGN];
        let shows_a_right = rights.iter().any(|name| headers.contains_key(*name));
        let gets_a_right = ["/api/session", "/api/referee-code", "/api/channel"];
        match path {
            "/watch" | "/spectateur" | "/events" => Errand::Watch,
            "/referee" => Errand::Work,
            _ if gets_a_right.iter().any(|begin| path.starts_with(begin)) => Errand::Work,
            _ if path.starts_with("/api/") && shows_a_right => Errand::Work,
            _ => Errand::Look,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::networks::network_of;
    use super::*;

    fn asks(path: &str, headers: &[&str]) -> Request<()> {
        let request = Request::builder().uri(path);
        let request = headers
            .iter()
            .fold(request, |request, name| request.header(*name, "x"));
        request.body(()).expect("a request")
    }

    #[test]
    fn a_watcher_gets_no_place_of_the_reserve_and_a_guest_one_of_some() {
        let reserve = Reserve::new(100);
        let phone = network_of("10.0.0.1".parse().unwrap(), &[]);
        let place = reserve.take(phone).unwrap();
        assert!(place.check(&asks("/referee?IdMatch=1", &[])).is_ok());
        assert!(place.check(&asks("/api/session", &[])).is_ok());
        assert!(place.check(&asks("/api/desk", &["cookie"])).is_ok());
        let refused = place.check(&asks("/watch", &["cookie"])).unwrap_err();
        assert_eq!(
            (refused.status.as_u16(), refused.code),
            (503, "too_many_connections")
        );
        let guests: Vec<_> = (0..9)
            .filter_map(|_| place.check(&asks("/", &[])).ok())
            .collect();
        assert_eq!(guests.len(), 5);
        drop(guests);
        assert!(place.check(&asks("/", &[])).is_ok());
    }

    #[test]
    fn a_network_has_a_share_of_the_reserve_and_small_servers_have_none() {
        let reserve = Reserve::new(10_000);
        let count = |address: &str| {
            let counted = network_of(address.parse().unwrap(), &[]);
            std::iter::from_fn(|| reserve.take(counted)).collect::<Vec<_>>()
        };
        let of_one = count("10.0.0.1");
        assert_eq!(of_one.len(), 25);
        let of_link: usize = (1..9)
            .map(|last| {
                let held = count(&format!("fe80::{last}"));
                let many = held.len();
                std::mem::forget(held);
                many
            })
            .sum();
        assert_eq!(of_link, 100);
        assert_eq!(count("127.0.0.1").len(), 75, "what is left");
        drop(of_one);
        assert_eq!(count("10.0.0.1").len(), 25);
        assert!(
            Reserve::new(9)
                .take(network_of("127.0.0.1".parse().unwrap(), &[]))
                .is_none()
        );
    }
}
