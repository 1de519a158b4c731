//! When referees were at a match, and when it may therefore leave memory: pure rules about time.

use std::time::Duration;

use tokio::time::Instant;

use super::log::End;
use crate::clock;

/// A match that nobody follows leaves memory after this long, or after `--referee-gc` if that is shorter.
const UNWATCHED: Duration = Duration::from_secs(60);
/// A match says that it has no referee once none was there for this long: a phone that changes its network is back before.
const MISSED: Duration = Duration::from_secs(30);
/// How long referees may take to hand over their last events when the server stops.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// The presence of somebody who keeps a match's score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// Nobody is expected: it is finished, or there was no referee for a long time.
    None,
    /// A referee was there lately, and may come back.
    Awaited,
    Here,
}

impl Attendance {
    /// Says if the match can be followed now.
    pub fn is_live(self) -> bool {
        self != Attendance::None
    }
}

#[derive(Debug)]
pub struct Presence {
    gc: Duration,
    loaded_at: Instant,
    /// When a referee was last here; `None` if there was none since the match came into memory.
    seen: Option<Instant>,
    here: bool,
    stopping: Option<Instant>,
}

impl Presence {
    /// `lately`: a referee was here before the match came into memory, and has a whole `gc` to come back.
    pub fn new(gc: Duration, lately: bool) -> Presence {
        let loaded_at = clock::now();
        Presence {
            gc,
            loaded_at,
            seen: lately.then_some(loaded_at),
            here: false,
            stopping: None,
        }
    }

    /// A referee is here now, or was until now.
    pub fn see(&mut self, still_here: bool) {
        self.seen = Some(clock::now());
        self.here = still_here;
    }

    pub fn attendance(&self) -> Attendance {
        let since = self.seen.map(|seen| seen.elapsed());
        match since {
            _ if self.here => Attendance::Here,
            Some(since) if since < MISSED.min(self.gc) => Attendance::Here,
            Some(since) if since < self.gc => Attendance::Awaited,
            _ => Attendance::None,
        }
    }

    pub fn stop(&mut self) {
        self.stopping = Some(clock::now());
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.is_some()
    }

    /// When [`Presence::overdue`] should be asked next.
    pub fn next_check(&self) -> Instant {
        match self.stopping {
            Some(since) => since + STOP_GRACE,
            None if self.here => clock::now() + self.gc,
            None => self
                .forgotten_at()
                .min(clock::now() + UNWATCHED.min(self.gc))
                .min(self.missed_at().unwrap_or_else(|| self.forgotten_at())),
        }
    }

    /// Says if the match should leave memory now.
    pub fn overdue(&self, finished: bool, watchers: usize) -> Option<End> {
        let now = clock::now();
        if self.stopping.is_some_and(|since| now >= since + STOP_GRACE) {
            return Some(End::Restart);
        }
        if self.here {
            return None;
        }
        let awaited = self.seen.is_some() && !finished;
        let settled = now >= self.loaded_at + UNWATCHED.min(self.gc);
        let unwatched = !awaited && watchers == 0 && settled;
        (unwatched || now >= self.forgotten_at()).then_some(End::Idle)
    }

    /// When it will be said that no referee is here.
    fn missed_at(&self) -> Option<Instant> {
        let missed_at = self.seen? + MISSED;
        (missed_at > clock::now()).then_some(missed_at)
    }

    fn forgotten_at(&self) -> Instant {
        self.seen.unwrap_or(self.loaded_at) + self.gc
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn a_match_waits_an_hour_for_its_referee_and_then_leaves() {
        let mut presence = Presence::new(HOUR, false);
        presence.see(true);
        advance(10 * HOUR).await;
        assert_eq!(
            (presence.attendance(), presence.overdue(false, 0)),
            (Attendance::Here, None)
        );
        presence.see(false);
        assert_eq!(presence.attendance(), Attendance::Here);
        advance(MISSED).await;
        assert_eq!(presence.attendance(), Attendance::Awaited);
        advance(HOUR - MISSED - Duration::from_secs(1)).await;
        assert_eq!(
            (presence.attendance(), presence.overdue(false, 0)),
            (Attendance::Awaited, None)
        );
        advance(Duration::from_secs(1)).await;
        assert_eq!(
            (presence.attendance(), presence.overdue(false, 500)),
            (Attendance::None, Some(End::Idle))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_match_that_was_only_looked_at_leaves_when_nobody_looks_any_more() {
        let presence = Presence::new(HOUR, false);
        assert_eq!(presence.overdue(false, 0), None);
        advance(UNWATCHED).await;
        assert_eq!(
            (presence.overdue(false, 1), presence.overdue(false, 0)),
            (None, Some(End::Idle))
        );
        let played = Presence::new(HOUR, true);
        advance(UNWATCHED).await;
        assert_eq!(
            (played.overdue(false, 0), played.overdue(true, 0)),
            (None, Some(End::Idle))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_stopping_server_waits_three_seconds_for_the_last_events() {
        let mut presence = Presence::new(HOUR, false);
        presence.see(true);
        presence.stop();
        assert_eq!(presence.overdue(false, 0), None);
        advance(STOP_GRACE).await;
        assert_eq!(presence.overdue(false, 0), Some(End::Restart));
    }
}
