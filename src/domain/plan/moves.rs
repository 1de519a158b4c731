//! The changes that the local search tries: mostly with fixtures that are late, or those that they wait behind.

use super::model::{Model, Units};
use super::priorities::Urgency;
use crate::domain::tournament::draw::lots::Lots;

/// The most steps back from a late fixture to what keeps it waiting.
const BLOCKERS_MAX: u64 = 12;

/// A distance that a unit may always go, even in short plans: what lies between may be in order for other reasons.
const NEAR: u64 = 8;

/// The part of a plan that is seen when a move is drawn.
pub(super) struct Sight<'a> {
    pub model: &'a Model<'a>,
    pub urgency: &'a Urgency,
    /// The units by begin.
    pub order: &'a [usize],
    /// By unit.
    pub begins: &'a [Units],
    pub target: Units,
}

/// A change of the order in which units are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Forward { from: usize, to: usize },
    Swap { one: usize, other: usize },
}

impl Move {
    /// Draws a change of two units at least.
    pub fn drawn(sight: &Sight, lots: &mut Lots) -> Move {
        let count = sight.order.len() as u64;
        let one = if lots.below(10) < 7 {
            sight.critical(lots)
        } else {
            lots.below(count) as usize
        };
        let far = if lots.below(8) == 0 {
            count
        } else {
            NEAR.max(count / 3)
        };
        let span = 1 + lots.below(far) as usize;
        if lots.below(2) == 0 {
            let to = one.saturating_sub(span);
            return Move::Forward { from: one, to };
        }
        let other = if lots.below(2) == 0 {
            one.saturating_sub(span)
        } else {
            (one + span).min(sight.order.len() - 1)
        };
        Move::Swap { one, other }
    }

    pub fn make(self, order: &mut [usize]) {
        match self {
            Move::Forward { from, to } => order[to..=from].rotate_right(1),
            Move::Swap { one, other } => order.swap(one, other),
        }
    }
}

impl Sight<'_> {
    /// Draws the place of a unit that is late, or of one that it waits behind, or that this one waits behind, and so on.
    fn critical(&self, lots: &mut Lots) -> usize {
        let mut place = self.late(lots);
        for _ in 0..lots.below(BLOCKERS_MAX) {
            match self.blocker(place, lots) {
                Some(earlier) => place = earlier,
                None => break,
            }
        }
        place
    }

    /// Draws the place of a unit that is late; where none is, of any.
    fn late(&self, lots: &mut Lots) -> usize {
        let mut drawn = None;
        let mut count = 0;
        for (place, &unit) in self.order.iter().enumerate() {
            let late = |&fixture: &usize| {
                self.urgency
                    .lateness(fixture, self.begins[unit], self.target)
                    > 0
            };
            if self.model.units[unit].iter().any(late) {
                count += 1;
                if lots.below(count) == 0 {
                    drawn = Some(place);
                }
            }
        }
        drawn.unwrap_or_else(|| lots.below(self.order.len() as u64) as usize)
    }

    /// Draws the place of a unit whose end let this one begin: on a court, or with somebody in common.
    fn blocker(&self, place: usize, lots: &mut Lots) -> Option<usize> {
        let unit = self.order[place];
        let mut drawn = None;
        let mut count = 0;
        for earlier in (0..place).rev() {
            if self.begins[unit] - self.begins[self.order[earlier]] > self.model.longest_lag {
                break;
            }
            if self.blocks(self.order[earlier], unit) {
                count += 1;
                if lots.below(count) == 0 {
                    drawn = Some(earlier);
                }
            }
        }
        drawn
    }

    fn blocks(&self, earlier: usize, unit: usize) -> bool {
        let waited = self.begins[unit] - self.begins[earlier];
        let first = self.model.units[earlier][0];
        if waited == self.model.length[first] + self.model.changeover {
            return true;
        }
        let fixtures = self.model.units[unit].iter();
        fixtures.into_iter().any(|&fixture| {
            let apart = self.model.apart[fixture].iter();
            let mut with = apart.filter(|apart| self.model.unit_of[apart.other] == Some(earlier));
            let before = self.model.before[fixture].iter();
            let mut after = before.filter(|link| self.model.unit_of[link.fixture] == Some(earlier));
            with.any(|apart| apart.after == waited) || after.any(|link| link.lag == waited)
        })
    }
}
