//! How long matches of a kind take, as those have shown that are over on this day.

use std::sync::Arc;

use crate::broker::Summary;
use crate::domain::plan::{Minutes, learnt};
use crate::domain::{MatchSetup, Rules};
use crate::store::PlayTime;

const MINUTE_MS: i64 = 60_000;
/// A match that is over sooner was none: a walkover, or somebody tried the pad.
const SHORTEST_MINUTES: i64 = 3;
/// A match that seems to have lasted longer was left open, or the clock was set meanwhile.
const LONGEST_MINUTES: i64 = 600;

/// The lengths of matches by kind: a sport, and the rules that it is played by.
#[derive(Default)]
pub struct Lengths(Vec<Kind>);

struct Kind {
    sport: Arc<str>,
    rules: Arc<Rules>,
    took: Vec<Minutes>,
}

impl Kind {
    fn is_of(&self, setup: &MatchSetup) -> bool {
        let same = Arc::ptr_eq(&self.rules, &setup.rules) || self.rules == setup.rules;
        self.sport == setup.sport && same
    }
}

impl Lengths {
    /// Counts a match, if it is over.
    pub fn count(&mut self, summary: &Summary, time: PlayTime) {
        let Some(ended) = time.ended else {
            return;
        };
        let took = (ended - time.began + MINUTE_MS / 2) / MINUTE_MS;
        if !(SHORTEST_MINUTES..=LONGEST_MINUTES).contains(&took) {
            return;
        }
        let took = Minutes::try_from(took).unwrap_or(Minutes::MAX);
        let setup = &summary.setup;
        match self.0.iter_mut().find(|kind| kind.is_of(setup)) {
            Some(kind) => kind.took.push(took),
            None => self.0.push(Kind {
                sport: setup.sport.clone(),
                rules: setup.rules.clone(),
                took: vec![took],
            }),
        }
    }

    /// The minutes that matches of this kind take; `None` until enough have shown it.
    pub fn of(&self, setup: &MatchSetup) -> Option<Minutes> {
        let kind = self.0.iter().find(|kind| kind.is_of(setup))?;
        learnt(kind.took.clone())
    }
}
