//! Somebody is guessing: what the organiser is told of it.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::networks::Network;
use crate::clock;

/// Fewer wrong tries than this are somebody's bad memory.
const TRIES: u64 = 10;
/// After so long without one it is over.
const OVER_AFTER: Duration = Duration::from_secs(10 * 60);
/// Networks that are counted, and those that are told.
const NETWORKS_MAX: usize = 256;
const NETWORKS_TOLD: usize = 8;

/// The wrong tries of late.
#[derive(Debug, Default)]
pub struct Siege {
    /// The first and the last of them.
    span: Option<(Instant, Instant)>,
    tries: u64,
    networks: HashMap<Network, u64>,
}

/// What the organiser is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub since: Duration,
    pub tries: u64,
    /// The busiest first.
    pub networks: Vec<String>,
}

impl Siege {
    pub fn note(&mut self, network: Network) {
        let now = clock::now();
        if self.span.is_none_or(|(_, last)| now >= last + OVER_AFTER) {
            *self = Siege::default();
        }
        let first = self.span.map_or(now, |(first, _)| first);
        self.span = Some((first, now));
        self.tries += 1;
        if self.networks.len() < NETWORKS_MAX || self.networks.contains_key(&network) {
            *self.networks.entry(network).or_default() += 1;
        }
        if self.tries == TRIES {
            tracing::warn!(
                "somebody is guessing a PIN or a code, from {network} and perhaps others"
            );
        }
    }

    pub fn told(&self) -> Option<Told> {
        let (first, last) = self.span?;
        let goes_on = self.tries >= TRIES && last.elapsed() < OVER_AFTER;
        let mut networks: Vec<_> = self.networks.iter().collect();
        networks.sort_by_key(|(network, tries)| (std::cmp::Reverse(**tries), **network));
        goes_on.then(|| Told {
            since: first.elapsed(),
            tries: self.tries,
            networks: networks
                .iter()
                .take(NETWORKS_TOLD)
                .map(|(network, _)| network.to_string())
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::networks::network_of;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_wrong_tries_are_told_with_the_busiest_networks_until_it_is_over() {
        let network = |text: &str| network_of(text.parse().unwrap(), &[]).network;
        let mut siege = Siege::default();
        for _ in 0..6 {
            siege.note(network("2001:db8::1"));
        }
        for _ in 0..3 {
            siege.note(network("10.0.0.1"));
        }
        assert_eq!(siege.told(), None);
        siege.note(network("10.0.0.1"));
        let told = siege.told().unwrap();
        assert_eq!((told.tries, told.since), (10, Duration::ZERO));
        assert_eq!(told.networks, ["2001:db8::/64", "10.0.0.1"]);
        tokio::time::advance(OVER_AFTER).await;
        assert_eq!(siege.told(), None);
        siege.note(network("10.0.0.1"));
        assert_eq!(siege.told(), None, "a new one begins");
    }
}
