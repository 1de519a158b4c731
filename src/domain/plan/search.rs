//! The search for a plan. The caller has the clock and the seed.

use super::bound::{Bound, bound};
use super::improve::Climb;
use super::model::Model;
use super::priorities::Urgency;
use super::problem::{Minutes, Problem, ProblemError, Slot};
use super::unplaced::{Unplaced, unplaced};

/// A plan that is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// By fixture.
    pub slots: Vec<Option<Slot>>,
    /// Fixtures that there is no place for, and why.
    pub unplaced: Vec<Unplaced>,
    /// The end of the last match.
    pub end: Minutes,
    /// The sum of all begins.
    begins: i64,
}

impl Proposal {
    pub(super) fn of(model: &Model, slots: Vec<Option<Slot>>) -> Proposal {
        let placed = slots.iter().zip(&model.problem.fixtures);
        let placed = placed.filter_map(|(slot, fixture)| slot.map(|slot| (slot, fixture)));
        let ends = placed
            .clone()
            .map(|(slot, fixture)| slot.start + fixture.minutes);
        Proposal {
            unplaced: unplaced(model, &slots),
            end: ends.max().unwrap_or(0),
            begins: placed.map(|(slot, _)| i64::from(slot.start)).sum(),
            slots,
        }
    }

    /// Returns what a proposal is judged by, the best being the least: fixtures without a place, the end, and the sum of the begins.
    pub fn worth(&self) -> (usize, Minutes, i64) {
        (self.unplaced.len(), self.end, self.begins)
    }
}

/// A problem that is ready to be searched, by several at one time if they like.
#[derive(Debug)]
pub struct Search<'p> {
    model: Model<'p>,
    urgency: Urgency,
    bound: Bound,
}

impl<'p> Search<'p> {
    pub fn new(problem: &'p Problem) -> Result<Search<'p>, ProblemError> {
        let model = Model::new(problem)?;
        let urgency = Urgency::of(&model);
        let bound = bound(&model, &urgency);
        Ok(Search {
            model,
            urgency,
            bound,
        })
    }

    /// Returns before which time no plan can end.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// Searches until the plan is the best there is, or the caller has had enough. It is asked before every step.
    ///
    /// The same seed and the same number of steps give the same plan.
    pub fn run(&self, seed: u64, mut keep_going: impl FnMut() -> bool) -> Proposal {
        let per_unit = self.model.minutes_per_unit;
        let bound = self.bound.end / per_unit;
        let mut climb = Climb::new(&self.model, &self.urgency, bound, seed);
        while !climb.is_best() && self.model.units.len() > 1 && keep_going() {
            climb.step();
        }
        Proposal::of(&self.model, climb.into_best())
    }
}
