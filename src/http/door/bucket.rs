//! A bucket: it fills up with time and is taken from, so that a burst passes and a flood does not.

use std::time::Duration;

use tokio::time::Instant;

use crate::clock;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub per_second: f64,
    pub most: f64,
}

impl Rate {
    /// One more after each of these pauses.
    pub fn one_per(pause: Duration, most: f64) -> Rate {
        Rate {
            per_second: 1.0 / pause.as_secs_f64(),
            most,
        }
    }
}

#[derive(Debug)]
pub struct Bucket {
    level: f64,
    since: Instant,
}

impl Bucket {
    pub fn full(rate: Rate) -> Bucket {
        Bucket {
            level: rate.most,
            since: clock::now(),
        }
    }

    /// Takes one, or says how long to wait for it.
    pub fn take(&mut self, rate: Rate) -> Result<(), Duration> {
        self.take_many(rate, 1.0)
    }

    /// Takes so many at once, or says how long to wait for them.
    pub fn take_many(&mut self, rate: Rate, many: f64) -> Result<(), Duration> {
        let now = clock::now();
        let grown = (now - self.since).as_secs_f64() * rate.per_second;
        self.level = (self.level + grown).min(rate.most);
        self.since = now;
        if self.level < many {
            let missing = (many - self.level) / rate.per_second;
            return Err(Duration::try_from_secs_f64(missing).unwrap_or(Duration::MAX));
        }
        self.level -= many;
        Ok(())
    }

    /// Puts one back.
    pub fn give_back(&mut self, rate: Rate) {
        self.level = (self.level + 1.0).min(rate.most);
    }

    /// How many are missing; what has grown since it was taken from last is not counted.
    pub fn missing(&self, rate: Rate) -> u32 {
        (rate.most - self.level).ceil() as u32
    }

    /// Says if by now nothing is missing any more.
    pub fn is_full(&self, rate: Rate) -> bool {
        let grown = self.since.elapsed().as_secs_f64() * rate.per_second;
        self.level + grown >= rate.most
    }

    /// When it was taken from last.
    pub fn since(&self) -> Instant {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_one_after_each_pause() {
        let rate = Rate::one_per(Duration::from_secs(10), 3.0);
        let mut bucket = Bucket::full(rate);
        assert_eq!((0..9).filter(|_| bucket.take(rate).is_ok()).count(), 3);
        let wait = bucket.take(rate).unwrap_err();
        assert!((9..=10).contains(&wait.as_secs()), "{wait:?}");
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(bucket.take(rate).is_ok());
        assert!(bucket.take(rate).is_err());
        bucket.give_back(rate);
        assert!(bucket.take(rate).is_ok());
    }
}
