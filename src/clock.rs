//! The clocks: the wall clock for people (a Pi's is wrong until told) and never for an order or a time-out.
//!
//! Time-outs use tokio's monotonic clock, which tests can pause. Whoever wants to know the time asks here: everything else is
//! refused by clippy (`clippy.toml`), so that a simulator can stand in for it.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the handle that all others have to take"
)]

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// UTC milliseconds since 1970.
pub type WallMs = i64;

/// Less than this is no jump but how clocks are.
pub const JUMP_MS: i64 = 60_000;

/// Nobody could play here before: a moment like that is of a box whose clock had not been told the time.
pub const RIGHT_SINCE: WallMs = 1_735_689_600_000;

/// The venue's clock: the system's, and what an organiser has said that it is off. Cheap to clone.
///
/// What was said is forgotten at the end of the program: after a pause without power nobody knows how wrong a clock is.
#[derive(Debug, Clone)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
    system: Arc<Mutex<Jumps>>,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock::new()
    }
}

impl Clock {
    pub fn new() -> Clock {
        Clock {
            offset_ms: Arc::default(),
            system: Arc::new(Mutex::new(Jumps::new(system_ms()))),
        }
    }

    pub fn now_ms(&self) -> WallMs {
        system_ms().saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Says if the clock has been told the time.
    pub fn is_set(&self) -> bool {
        self.now_ms() >= RIGHT_SINCE
    }

    /// Says if an organiser has put it right, and the system's is still wrong.
    pub fn is_corrected(&self) -> bool {
        self.offset_ms.load(Ordering::Relaxed) != 0
    }

    /// The day in UTC, `YYYY-MM-DD`.
    pub fn today(&self) -> String {
        jiff::Timestamp::from_millisecond(self.now_ms())
            .map(|now| now.strftime("%Y-%m-%d").to_string())
            .unwrap_or_default()
    }

    /// Sets the venue's time, whatever the system's is.
    pub fn set(&self, now_ms: WallMs) {
        self.offset_ms
            .store(now_ms.saturating_sub(system_ms()), Ordering::Relaxed);
    }

    /// A system clock that was put right at last needs no correction any more: the venue's time goes on as it was. To be
    /// called now and then.
    pub fn settle(&self) {
        let jump = self
            .system
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(system_ms());
        let offset = self.offset_ms.load(Ordering::Relaxed);
        if jump != 0 && offset != 0 {
            self.offset_ms
                .store(corrected(offset, jump), Ordering::Relaxed);
        }
    }
}

/// What is left of an offset once the clock below it has jumped.
fn corrected(offset_ms: i64, jump_ms: i64) -> i64 {
    match offset_ms.saturating_sub(jump_ms) {
        little if little.abs() < JUMP_MS => 0,
        rest => rest,
    }
}

/// A moment of the monotonic clock, for time-outs and rates. A test can hold this clock still.
pub fn now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// A moment of the monotonic clock outside of the runtime, where none holds it still.
pub fn monotonic() -> Instant {
    Instant::now()
}

/// The system's wall clock, whatever an organiser says of it: for what other programs have dated.
pub fn system_time() -> SystemTime {
    SystemTime::now()
}

fn system_ms() -> WallMs {
    system_time()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

/// Notices when a wall clock moves otherwise than time does.
#[derive(Debug)]
pub struct Jumps {
    since: Instant,
    wall_ms: WallMs,
}

impl Jumps {
    pub fn new(now_ms: WallMs) -> Jumps {
        Jumps {
            since: monotonic(),
            wall_ms: now_ms,
        }
    }

    /// How far the clock has jumped since it was last taken, in milliseconds; 0 for no jump.
    pub fn pending(&self, now_ms: WallMs) -> i64 {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        let jump = now_ms.saturating_sub(self.wall_ms).saturating_sub(passed);
        if jump.abs() < JUMP_MS { 0 } else { jump }
    }

    pub fn take(&mut self, now_ms: WallMs) -> i64 {
        let jump = self.pending(now_ms);
        if jump != 0 {
            *self = Jumps::new(now_ms);
        }
        jump
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_told_once_and_the_passing_of_time_is_none() {
        let mut jumps = Jumps::new(1_000_000);
        assert_eq!(jumps.take(1_000_000 + 30_000), 0);
        let year = 365 * 24 * 3_600_000;
        let jump = jumps.take(1_000_000 + year);
        assert!((year - jump).abs() < 10_000, "{jump}");
        assert_eq!(jumps.take(1_000_000 + year), 0);
        assert!(jumps.take(1_000_000) < -year + 10_000);
    }

    #[test]
    fn a_system_clock_that_was_put_right_makes_the_correction_vanish() {
        assert_eq!(corrected(3_600_000, 3_590_000), 0);
        assert_eq!(corrected(3_600_000, 600_000), 3_000_000);
    }

    #[test]
    fn what_an_organiser_sets_is_the_time() {
        let clock = Clock::new();
        clock.set(5_000_000);
        assert!((clock.now_ms() - 5_000_000).abs() < 10_000);
    }
}
