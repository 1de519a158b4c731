//! How often somebody may guess a short secret: the organiser's PIN, a referee's code.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use warp::http::StatusCode;

use super::bucket::{Bucket, Rate};
use crate::http::error::ApiError;

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
    overall: Bucket,
    by_address: HashMap<IpAddr, Bucket>,
}

/// Wrong PINs that one address, and all addresses together, may try before they must wait.
fn per_address() -> Rate {
    Rate::one_per(ADDRESS_REFILL, 5.0)
}

fn overall() -> Rate {
    Rate::one_per(OVERALL_REFILL, 50.0)
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
            overall: Bucket::full(overall()),
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
        if self.by_address.len() >= ADDRESSES_MAX
            && let Some(oldest) = self
                .by_address
                .iter()
                .min_by_key(|(_, own)| own.since())
                .map(|(address, _)| *address)
        {
            self.by_address.remove(&oldest);
        }
        let own = self
            .by_address
            .entry(from)
            .or_insert_with(|| Bucket::full(per_address()));
        let taken = own.take(per_address()).and_then(|()| {
            let taken = self.overall.take(overall());
            taken.inspect_err(|_| own.give_back(per_address()))
        });
        if let Err(wait) = taken {
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
        Ok(())
    }

    /// The try was right after all.
    pub fn forgive(&mut self, from: IpAddr) {
        self.by_address.remove(&from);
        self.overall.give_back(overall());
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
