//! How often somebody may guess a short secret: the organiser's PIN, a referee's code.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;
use warp::http::StatusCode;

use crate::http::error::ApiError;

/// Wrong PINs that one address, and all addresses together, may try before they must wait.
const TRIES_PER_ADDRESS: f64 = 5.0;
const TRIES_OVERALL: f64 = 50.0;
/// One more try becomes free after this long. 50 tries and then 4 a minute find an 8-digit PIN in 24 years.
const ADDRESS_REFILL: Duration = Duration::from_secs(60);
const OVERALL_REFILL: Duration = Duration::from_secs(15);
/// Addresses that are remembered at most; the oldest are forgotten first.
const ADDRESSES_MAX: usize = 4096;

/// Wrong guesses so far.
pub struct Guesses {
    /// What is guessed, and what to do after too many: for the answer.
    what: &'static str,
    advice: &'static str,
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
    pub fn of_pin() -> Guesses {
        Guesses::new(
            "PINs",
            ", or make a new one on the box with: courtside pin --new",
        )
    }

    pub fn of_code() -> Guesses {
        Guesses::new("codes", ", or scan the QR code")
    }

    fn new(what: &'static str, advice: &'static str) -> Guesses {
        Guesses {
            what,
            advice,
            at: String::new(),
            overall: Allowance::full(TRIES_OVERALL),
            by_address: HashMap::new(),
        }
    }

    /// Uses up one try at the secret of this hash, or says how long to wait for the next.
    pub fn take(&mut self, from: IpAddr, hash: &str) -> Result<(), ApiError> {
        if self.at != hash {
            *self = Guesses {
                at: hash.to_owned(),
                ..Guesses::new(self.what, self.advice)
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
                        "too many wrong {}; wait {seconds} seconds{}",
                        self.what, self.advice
                    ),
                )
            });
        }
        own.tries -= 1.0;
        self.overall.tries -= 1.0;
        Ok(())
    }

    /// The try was right after all.
    pub fn forgive(&mut self, from: IpAddr) {
        self.by_address.remove(&from);
        self.overall.tries = (self.overall.tries + 1.0).min(TRIES_OVERALL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn guessing_is_throttled_per_address_and_over_all_until_there_is_a_new_pin() {
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let mut guesses = Guesses::of_pin();
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
