//! Overtime: a day that has begun is played to its end, also where that is after the courts should close.

use super::problem::{Minutes, Problem, ProblemError};
use super::search::Proposal;

/// The minutes that a court stays open after its last window, or after now, if that is later.
const MINUTES: Minutes = 240;

/// Plans within the windows of the courts. If matches have no place there, the courts stay open longer.
pub(super) fn to_the_end<P>(
    problem: &Problem,
    now: Minutes,
    plan: impl Fn(&Problem) -> Result<P, ProblemError>,
    proposal: impl Fn(&P) -> &Proposal,
) -> Result<P, ProblemError> {
    let in_time = plan(problem)?;
    let without = proposal(&in_time).unplaced.len();
    if without == 0 {
        return Ok(in_time);
    }
    let longer = plan(&open_longer(problem, now))?;
    if proposal(&longer).unplaced.len() < without {
        Ok(longer)
    } else {
        Ok(in_time)
    }
}

fn open_longer(problem: &Problem, now: Minutes) -> Problem {
    let mut problem = problem.clone();
    for court in &mut problem.courts {
        court.open = court.joined();
        if let Some(last) = court.open.last_mut() {
            last.to = last.to.max(now).saturating_add(MINUTES);
        }
    }
    problem
}
