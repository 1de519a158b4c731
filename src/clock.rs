//! The clocks: the wall clock for people (a Pi's is wrong until told) and never for an order or a time-out.
//!
//! Time-outs use tokio's monotonic clock, which tests can pause.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// UTC milliseconds since 1970.
pub type WallMs = i64;

/// A source of wall-clock time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// A clock that stands still until a test moves it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn now_ms(&self) -> WallMs {
        match self {
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_millis()).ok())
                .unwrap_or(0),
            Clock::Manual(now_ms) => now_ms.load(Ordering::Relaxed),
        }
    }
}
