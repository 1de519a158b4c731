//! When a match's clock was touched. The fold knows no time: it says which events count, this says when they came.

use crate::clock::WallMs;
use crate::domain::{MatchFold, Play, Seq};
use crate::store::Recorded;

/// The times of the `clock` events of a match, in order: a few for each period.
#[derive(Default)]
pub struct ClockTimes(Vec<(Seq, WallMs)>);

impl ClockTimes {
    pub fn note(&mut self, recorded: &Recorded) {
        if matches!(recorded.event.play, Play::Clock { .. }) {
            self.0.push((recorded.seq, recorded.at));
        }
    }

    /// When the clock was set to what it shows, or was started from it.
    pub fn current(&self, fold: &MatchFold) -> Option<WallMs> {
        let counts = |(seq, _): &&(Seq, WallMs)| fold.clock_counts(*seq);
        self.0.iter().rev().find(counts).map(|(_, at)| *at)
    }
}
