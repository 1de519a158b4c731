//! Whether a peer is still there: when it is asked, and when it is given up.

use std::time::Duration;

use tokio::time::Instant;

use crate::clock;

/// How often the server asks whether a peer is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A peer that is silent for this long is dropped.
pub const SILENCE_MAX: Duration = Duration::from_secs(60);

#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    Ping,
    /// The peer was silent for too long.
    Gone,
}

#[derive(Debug)]
pub struct Vigil {
    heard: Instant,
    ping_at: Instant,
}

impl Vigil {
    pub fn new() -> Vigil {
        let heard = clock::now();
        Vigil {
            heard,
            ping_at: heard + PING_EVERY,
        }
    }

    /// The peer gave a sign of life.
    pub fn heard(&mut self) {
        self.heard = clock::now();
    }

    /// When [`Vigil::due`] should be asked next.
    pub fn next(&self) -> Instant {
        self.ping_at.min(self.heard + SILENCE_MAX)
    }

    pub fn due(&mut self) -> Option<Due> {
        let now = clock::now();
        if now >= self.heard + SILENCE_MAX {
            return Some(Due::Gone);
        }
        (now >= self.ping_at).then(|| {
            self.ping_at = now + PING_EVERY;
            Due::Ping
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, sleep_until};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_peer_is_asked_every_twenty_seconds_and_dropped_after_sixty_of_silence() {
        let mut vigil = Vigil::new();
        for _ in 0..10 {
            sleep_until(vigil.next()).await;
            assert_eq!(vigil.due(), Some(Due::Ping));
            // The answer takes a moment, or the peer would be given up a whole round later.
            advance(Duration::from_millis(5)).await;
            vigil.heard();
        }
        let silent_since = clock::now();
        for _ in 0..3 {
            sleep_until(vigil.next()).await;
            assert_eq!(vigil.due(), Some(Due::Ping));
        }
        sleep_until(vigil.next()).await;
        assert_eq!(vigil.due(), Some(Due::Gone));
        assert_eq!(silent_since.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_of_life_puts_the_end_off() {
        let mut vigil = Vigil::new();
        advance(SILENCE_MAX - Duration::from_secs(1)).await;
        vigil.heard();
        assert_eq!(vigil.due(), Some(Due::Ping));
        advance(Duration::from_secs(2)).await;
        assert_eq!(vigil.due(), None);
    }
}
