//! The next free court: a day without times, in which the desk calls a match whenever a court is free.
//!
//! The rest of the day is planned again from now, whenever somebody asks. The first match of each court in that plan is the
//! next one that is called there. So a match that took longer than expected changes who is called, and nobody has to mend a plan.

use super::chains::tails;
use super::model::Model;
use super::overtime::to_the_end;
use super::problem::{Minutes, Problem, ProblemError, Slot};
use super::search::{Proposal, Search};

/// Steps of the search. They are counted and not timed, so that the same day gives the same calls.
const STEPS: usize = 200;

/// A match that is called to a court.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourtCall {
    pub fixture: usize,
    /// The court, and the moment from which the match may be called there.
    pub slot: Slot,
}

/// Plans the rest of the day from now, as early as it can be played. The problem says how the day is: what is played, running
/// or locked is fixed there, and lasts as long as it does by now. Matches that the courts have no time for are played after they
/// should close.
pub fn queue(problem: &Problem, now: Minutes) -> Result<Proposal, ProblemError> {
    let mut rest = problem.clone();
    for fixture in &mut rest.fixtures {
        if fixture.fixed.is_none() {
            fixture.not_before = fixture.not_before.max(now);
        }
    }
    let plan = |rest: &Problem| {
        let mut steps = 0..STEPS;
        Ok(Search::new(rest)?.run(0, || steps.next().is_some()))
    };
    to_the_end(&rest, now, plan, |proposal| proposal)
}

/// Returns the next match of each court, by the moment from which it may be called, and then the one first that most waits for.
///
/// The proposal is one for this problem, such as [`queue`] makes. A fixture that is fixed and has begun keeps its court
/// busy: the next match there is called after it. One that is fixed and has not begun is called already, or locked. If it is
/// the next on its court, nothing else is called there.
pub fn calls(problem: &Problem, proposal: &Proposal, now: Minutes) -> Vec<CourtCall> {
    let mut next: Vec<Option<CourtCall>> = vec![None; problem.courts.len()];
    for (fixture, slot) in proposal.slots.iter().enumerate() {
        let Some(slot) = *slot else { continue };
        let begun = problem.fixtures[fixture].fixed.is_some() && slot.start <= now;
        let first = next[slot.court].is_none_or(|call| slot.start < call.slot.start);
        if !begun && first {
            next[slot.court] = Some(CourtCall { fixture, slot });
        }
    }
    let tails = Model::new(problem).map_or_else(|_| Vec::new(), |model| tails(&model));
    let tail = |call: &CourtCall| tails.get(call.fixture).copied().unwrap_or(0);
    let free = |call: &CourtCall| problem.fixtures[call.fixture].fixed.is_none();
    let mut calls: Vec<CourtCall> = next.into_iter().flatten().filter(free).collect();
    calls.sort_by_key(|call| (call.slot.start, -tail(call), call.fixture));
    calls
}
