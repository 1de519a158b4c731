//! A day that runs late: a proposal for the rest of it, in which hardly any match changes its court.
//!
//! What has been called out and printed is worth more than a few minutes. So the rest is shifted first. If the day would end
//! much later than by a plan from scratch, matches change their order, and at last a few their courts.

use super::model::Model;
use super::overtime::to_the_end;
use super::priorities::Urgency;
use super::problem::{Fixture, Minutes, Problem, ProblemError, Slot};
use super::search::{Proposal, Search};
use super::timetable::Timetable;

/// The delay against a plan from scratch above which more is changed, in hundredths.
const LATER_PERCENT: Minutes = 4;
/// The part of the matches to come that may change their court, in hundredths.
const CHANGES_PERCENT: usize = 10;
/// Steps of each search. They are counted and not timed, so that the same day gives the same proposal.
const STEPS: usize = 250;

/// A proposal for the rest of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    pub proposal: Proposal,
    /// The difference: all fixtures that have another place than before.
    pub moved: Vec<Moved>,
    /// The end of a plan from scratch.
    pub from_scratch: Minutes,
}

/// A fixture with another place than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub fixture: usize,
    pub from: Option<Slot>,
    pub to: Option<Slot>,
}

/// Proposes places for all that has not begun. The problem says how the day is: what is played, running or locked is fixed there,
/// and lasts as long as it does by now.
///
/// A day that is too long for the courts is played to its end after they should close.
pub fn late(
    problem: &Problem,
    planned: &[Option<Slot>],
    now: Minutes,
) -> Result<Late, ProblemError> {
    let rest = |problem: &Problem| {
        let day = Day {
            problem,
            planned,
            now,
        };
        day.late()
    };
    to_the_end(problem, now, rest, |late| &late.proposal)
}

/// Returns the expected times of a planned day: everything on its court and in its order, no earlier than planned and than now.
///
/// The problem says how the day is, as for [`late`]. A match leaves its court only if that court cannot take it any more. A match
/// without a place gets the first one that the others leave. Where a match waits for its people, one of the same court may go
/// before it, if both keep their times.
pub fn expected(
    problem: &Problem,
    planned: &[Option<Slot>],
    now: Minutes,
) -> Result<Proposal, ProblemError> {
    let rest = |problem: &Problem| {
        let day = Day {
            problem,
            planned,
            now,
        };
        day.shifted()
    };
    to_the_end(problem, now, rest, |proposal| proposal)
}

fn search(problem: &Problem) -> Result<Proposal, ProblemError> {
    let mut steps = 0..STEPS;
    Ok(Search::new(problem)?.run(0, || steps.next().is_some()))
}

fn better(one: Proposal, other: Proposal) -> Proposal {
    if other.worth() < one.worth() {
        other
    } else {
        one
    }
}

struct Day<'a> {
    problem: &'a Problem,
    planned: &'a [Option<Slot>],
    now: Minutes,
}

impl Day<'_> {
    /// Shifts the day first; then changes its order, and at last a few courts.
    fn late(&self) -> Result<Late, ProblemError> {
        let free = self.with(|fixture, _| fixture.not_before = fixture.not_before.max(self.now));
        let scratch = search(&free)?;
        let limit = scratch.end + scratch.end * LATER_PERCENT / 100;
        let good = |proposal: &Proposal| {
            proposal.unplaced.len() <= scratch.unplaced.len() && proposal.end <= limit
        };
        let mut best = self.shifted()?;
        if !good(&best) {
            best = better(best, search(&self.on_its_courts(&[]))?);
        }
        if !good(&best) {
            let changing = self.in_the_way(&free, &best, scratch.end)?;
            best = better(best, search(&self.on_its_courts(&changing))?);
        }
        Ok(Late {
            moved: self.moved(&best),
            proposal: best,
            from_scratch: scratch.end,
        })
    }

    /// The problem with all fixtures that have not begun changed.
    fn with(&self, change: impl Fn(&mut Fixture, Option<Slot>)) -> Problem {
        let mut problem = self.problem.clone();
        let planned = self.planned.iter().copied().chain(std::iter::repeat(None));
        for (fixture, planned) in problem.fixtures.iter_mut().zip(planned) {
            if fixture.fixed.is_none() {
                change(fixture, planned);
            }
        }
        problem
    }

    /// Everything on its court and in its order, no earlier than it was planned.
    fn shifted(&self) -> Result<Proposal, ProblemError> {
        let problem = self.with(|fixture, planned| {
            self.keep_court(fixture, planned);
            let planned = planned.map_or(0, |slot| slot.start);
            fixture.not_before = fixture.not_before.max(planned).max(self.now);
        });
        let model = Model::new(&problem)?;
        let mut order: Vec<usize> = (0..model.units.len()).collect();
        order.sort_by_key(|&unit| {
            let begins = model.units[unit].iter();
            let begins = begins.filter_map(|&one| self.planned.get(one).copied().flatten());
            begins.map(|slot| slot.start).min().unwrap_or(Minutes::MAX)
        });
        let mut table = Timetable::new(&model);
        table.clear();
        table.place_all(&order);
        let slots = (0..problem.fixtures.len()).map(|one| table.slot(one));
        Ok(Proposal::of(&model, slots.collect()))
    }

    /// The courts as planned, except for these fixtures, and the times free.
    fn on_its_courts(&self, changing: &[usize]) -> Problem {
        let mut problem = self.with(|fixture, planned| {
            self.keep_court(fixture, planned);
            fixture.not_before = fixture.not_before.max(self.now);
        });
        for &fixture in changing {
            problem.fixtures[fixture].courts = self.problem.fixtures[fixture].courts.clone();
        }
        problem
    }

    /// Leaves a fixture the court alone that it was planned on, if that court can still take it.
    fn keep_court(&self, fixture: &mut Fixture, planned: Option<Slot>) {
        let Some(Slot { court, .. }) = planned else {
            return;
        };
        let from = fixture.not_before.max(self.now);
        let takes = fixture.courts.contains(&court)
            && self.problem.courts[court]
                .joined()
                .iter()
                .any(|window| window.to - fixture.minutes >= window.from.max(from));
        if takes {
            fixture.courts = vec![court];
        }
    }

    /// Returns the fixtures that are latest against the end of a plan from scratch, as many as may change their courts.
    fn in_the_way(
        &self,
        free: &Problem,
        proposal: &Proposal,
        end: Minutes,
    ) -> Result<Vec<usize>, ProblemError> {
        let model = Model::new(free)?;
        let urgency = Urgency::of(&model);
        let target = end / model.minutes_per_unit;
        let mut late: Vec<(Minutes, usize)> = (0..free.fixtures.len())
            .filter(|&one| free.fixtures[one].fixed.is_none())
            .map(|one| {
                let begin = proposal.slots[one].map_or(Minutes::MAX / 4, |slot| slot.start);
                (
                    urgency.lateness(one, begin / model.minutes_per_unit, target),
                    one,
                )
            })
            .collect();
        late.sort_unstable_by(|one, other| other.cmp(one));
        late.truncate(late.len() * CHANGES_PERCENT / 100);
        Ok(late.into_iter().map(|(_, fixture)| fixture).collect())
    }

    fn moved(&self, proposal: &Proposal) -> Vec<Moved> {
        let planned = self.planned.iter().copied().chain(std::iter::repeat(None));
        let both = planned.zip(&proposal.slots).enumerate();
        both.filter(|(_, (from, to))| from != *to)
            .map(|(fixture, (from, &to))| Moved { fixture, from, to })
            .collect()
    }
}
