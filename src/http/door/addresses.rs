//! How much one address may take of the venue: connections at once, new ones, events.
//!
//! One number says it all, and it is large: a school behind one address is a few hundred phones. The box itself (a
//! proxy in front of Courtside, a script) is not limited.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many new connections as may be open at once are taken in this time.
const ARRIVALS_IN: Duration = Duration::from_secs(10);
/// Events may come in bursts of so many seconds' worth, as from a single referee.
const EVENTS_BURST: Duration = Duration::from_secs(4);
/// Addresses without a connection that are remembered; beyond, those are forgotten.
const QUIET_MAX: usize = 4096;

/// Every address that has a connection, or lately had one. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Addresses(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Connections at once, new ones in ten seconds, events a second; 0 for no limit.
    most: usize,
    known: Mutex<HashMap<IpAddr, Known>>,
}

#[derive(Debug)]
struct Known {
    open: usize,
    arrivals: Bucket,
    events: Bucket,
}

/// Fills up with time, and is taken from.
#[derive(Debug)]
struct Bucket {
    level: f64,
    since: Instant,
}

impl Bucket {
    fn new(level: f64) -> Bucket {
        Bucket {
            level,
            since: Instant::now(),
        }
    }

    fn take(&mut self, per_second: f64, most: f64) -> bool {
        let now = Instant::now();
        let grown = (now - self.since).as_secs_f64() * per_second;
        self.level = (self.level + grown).min(most);
        self.since = now;
        let enough = self.level >= 1.0;
        if enough {
            self.level -= 1.0;
        }
        enough
    }
}

/// One connection of an address, counted until it is dropped.
#[derive(Debug)]
pub struct Admission {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    pub fn new(most: usize) -> Addresses {
        Addresses(Arc::new(Inner {
            most,
            known: Mutex::default(),
        }))
    }

    /// Counts a new connection; `None` if this address has too many, or too many new ones.
    pub fn admit(&self, address: IpAddr) -> Option<Admission> {
        let address = counted_as(address);
        let mut known = self.known();
        if known.len() >= QUIET_MAX && !known.contains_key(&address) {
            known.retain(|_, known| known.open > 0);
        }
        let most = self.0.most as f64;
        let entry = known.entry(address).or_insert_with(|| Known {
            open: 0,
            arrivals: Bucket::new(most),
            events: Bucket::new(most * EVENTS_BURST.as_secs_f64()),
        });
        let limited = self.limits(address);
        let may = !limited
            || (entry.open < self.0.most
                && entry.arrivals.take(most / ARRIVALS_IN.as_secs_f64(), most));
        may.then(|| {
            entry.open += 1;
            Admission {
                addresses: self.clone(),
                address,
            }
        })
    }

    fn limits(&self, address: IpAddr) -> bool {
        self.0.most > 0 && !is_the_box(address)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<IpAddr, Known>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission {
    /// Whether one event more of this address may be looked at now.
    pub fn may_publish(&self) -> bool {
        if !self.addresses.limits(self.address) {
            return true;
        }
        let most = self.addresses.0.most as f64;
        let mut known = self.addresses.known();
        known
            .get_mut(&self.address)
            .is_none_or(|known| known.events.take(most, most * EVENTS_BURST.as_secs_f64()))
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if let Some(known) = self.addresses.known().get_mut(&self.address) {
            known.open = known.open.saturating_sub(1);
        }
    }
}

fn is_the_box(address: IpAddr) -> bool {
    address == IpAddr::from([127, 0, 0, 1]) || address == IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])
}

/// An IPv6 network of 64 bits belongs to one place, which may use as many addresses of it as it likes.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) if !six.is_loopback() => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        other => other,
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
