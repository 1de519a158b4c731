//! Rooms that fixtures take, such as courts, and the earliest end of the last of them.

use super::model::Units;
use super::problem::Window;

/// Thresholds that are tried of begins, and of ends. Fewer give a bound that is weaker, and true.
const THRESHOLDS_MAX: usize = 24;

/// A thing that fixtures take for a time, such as courts; `width` of them at one time.
pub(super) struct Room {
    pub width: usize,
    /// Windows while it is open, one list for each; none where it always is.
    pub open: Option<Vec<Vec<Window>>>,
    pub members: Vec<Taker>,
}

/// A fixture that takes room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taker {
    pub head: Units,
    pub length: Units,
    /// The time that it takes after its end.
    pub pause: Units,
    /// The time that follows its end, at least.
    pub tail: Units,
}

impl Room {
    /// Returns when everything has ended at the earliest. Members are counted that begin after a time and have to end some time
    /// before the end, for all such times.
    pub fn earliest_end(&self) -> Units {
        let heads = thresholds(self.members.iter().map(|member| member.head));
        let tails = thresholds(self.members.iter().map(|member| member.tail));
        let mut best = 0;
        for &head in &heads {
            let mut members = self.members.clone();
            members.retain(|member| member.head >= head);
            for &tail in &tails {
                members.retain(|member| member.tail >= tail);
                if members.len() > self.width {
                    best = best.max(self.last_end(head, &members) + tail);
                }
            }
        }
        best
    }

    /// Returns when the last of these ends at the earliest, if none begins before `head`.
    fn last_end(&self, head: Units, members: &[Taker]) -> Units {
        let pauses = members.iter().map(|member| member.pause);
        let pause = pauses.clone().max().unwrap_or(0);
        let lengths = members.iter().map(|member| member.length + member.pause);
        let sum: i64 = lengths.clone().map(i64::from).sum();
        let shortest = lengths.min().unwrap_or(1);
        let Some(open) = &self.open else {
            let waves = members.len().div_ceil(self.width);
            let in_waves = i64::from(shortest) * waves as i64;
            let by_sum = sum.div_euclid(self.width as i64) + i64::from(sum % self.width as i64 > 0);
            return head + in_waves.max(by_sum) as Units - pause;
        };
        let enough = |end: Units| {
            let (mut matches, mut minutes) = (0, 0);
            for window in open.iter().flatten() {
                let room = window.to.min(end) - window.from.max(head) + pause;
                if room >= shortest {
                    matches += (room / shortest) as usize;
                    minutes += i64::from(room);
                }
            }
            matches >= members.len() && minutes >= sum
        };
        first(head, head.saturating_add((sum as Units) + 1), enough)
    }
}

/// Returns the first time of these for which it holds. It holds ever after; where it never does, none is the first.
fn first(from: Units, to: Units, holds: impl Fn(Units) -> bool) -> Units {
    let (mut low, mut high) = (from, to);
    let mut step = 1;
    while !holds(high) {
        low = high;
        high = high.saturating_add(step * 1_440);
        step *= 2;
        if step > 1_024 {
            return from;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Returns different values, from the least on; of very many every so many.
fn thresholds(values: impl Iterator<Item = Units>) -> Vec<Units> {
    let mut values: Vec<Units> = values.collect();
    values.sort_unstable();
    values.dedup();
    let step = values.len().div_ceil(THRESHOLDS_MAX).max(1);
    values.into_iter().step_by(step).collect()
}
