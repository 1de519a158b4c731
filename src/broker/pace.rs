//! How fast a referee may send.

use std::time::Duration;

use tokio::time::Instant;

use super::messages::By;
use crate::clock;
use crate::domain::Refusal;

/// A phone that comes back may hand over what it kept at once: this many seconds' worth of events.
const BURST_SECONDS: f64 = 4.0;

/// How long a sender that was too fast must be silent.
const PAUSE: Duration = Duration::from_millis(250);

/// A token bucket.
#[derive(Debug)]
pub struct Pace {
    per_second: f64,
    tokens: f64,
    filled_at: Instant,
    /// The sender was told to slow down: until it pauses, nothing is taken, so that what it sends again afterwards is
    /// still in order.
    refusing_until: Option<Instant>,
}

impl Pace {
    /// `per_second` of 0 means no limit.
    pub fn new(per_second: u32) -> Pace {
        let per_second = f64::from(per_second);
        Pace {
            per_second,
            tokens: per_second * BURST_SECONDS,
            filled_at: clock::now(),
            refusing_until: None,
        }
    }

    /// Says if it has rested so long that a new one would be the same.
    fn is_full(&self) -> bool {
        let grown = self.filled_at.elapsed().as_secs_f64() * self.per_second;
        self.tokens + grown >= self.per_second * BURST_SECONDS
    }

    /// Takes one event's worth.
    pub fn take(&mut self) -> Result<(), Refusal> {
        if self.per_second == 0.0 {
            return Ok(());
        }
        let now = clock::now();
        let grown = (now - self.filled_at).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + grown).min(self.per_second * BURST_SECONDS);
        self.filled_at = now;
        if self.tokens < 1.0 || self.refusing_until.is_some_and(|until| now < until) {
            self.refusing_until = Some(now + PAUSE);
            return Err(Refusal::RateLimited);
        }
        self.refusing_until = None;
        self.tokens -= 1.0;
        Ok(())
    }
}

/// How fast each may send who scores a match. It is counted over all connections: who hangs up and comes again goes on
/// where it was.
#[derive(Debug)]
pub struct Rates {
    per_second: u32,
    /// By which right somebody came.
    paces: Vec<(Option<By>, Pace)>,
}

/// More rights than this are forgotten, once they have rested: each phone may have a token of its own.
const RATES_MAX: usize = 32;

impl Rates {
    pub fn new(per_second: u32) -> Rates {
        Rates {
            per_second,
            paces: Vec::new(),
        }
    }

    /// Takes one event's worth of whoever came by this right.
    pub fn take(&mut self, by: Option<By>) -> Result<(), Refusal> {
        let known = self.paces.iter_mut().find(|(known, _)| *known == by);
        if let Some((_, pace)) = known {
            return pace.take();
        }
        if self.paces.len() >= RATES_MAX {
            self.paces.retain(|(_, pace)| !pace.is_full());
        }
        let mut pace = Pace::new(self.per_second);
        let taken = pace.take();
        self.paces.push((by, pace));
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SessionId;

    #[tokio::test(start_paused = true)]
    async fn two_hundred_kept_taps_pass_at_once_and_then_fifty_a_second() {
        let mut pace = Pace::new(50);
        let taken = |pace: &mut Pace| (0..1000).filter(|_| pace.take().is_ok()).count();
        assert_eq!(taken(&mut pace), 200);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(taken(&mut pace), 50);
        assert_eq!(taken(&mut Pace::new(0)), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_right_has_one_rate_however_often_somebody_comes_by_it() {
        let mut rates = Rates::new(50);
        let by = |number| Some(By::Session(SessionId(uuid::Uuid::from_u128(number))));
        let mut taken = |by| (0..1000).filter(|_| rates.take(by).is_ok()).count();
        assert_eq!((taken(by(1)), taken(by(1)), taken(None)), (200, 0, 200));
        for number in 2..100 {
            assert_eq!(taken(by(number)), 200);
        }
        assert_eq!(taken(by(1)), 0, "who has not rested is not forgotten");
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(taken(by(100)), 200);
        assert_eq!(rates.paces.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_too_fast_must_pause_before_anything_is_taken_again() {
        let mut pace = Pace::new(50);
        while pace.take().is_ok() {}
        for _ in 0..100 {
            tokio::time::advance(Duration::from_millis(100)).await;
            assert_eq!(pace.take(), Err(Refusal::RateLimited));
        }
        tokio::time::advance(PAUSE).await;
        assert_eq!(pace.take(), Ok(()));
    }
}
