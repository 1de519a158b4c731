//! Checks of a problem, before anything is planned.

use super::problem::{COURTS_MAX, FIXTURES_MAX, Fixture, MINUTES_MAX, Problem, ProblemError};

/// Refuses a problem that no plan can solve. Returns the fixtures in an order in which each stands after those it waits for.
pub(super) fn check(problem: &Problem) -> Result<Vec<usize>, ProblemError> {
    if problem.fixtures.len() > FIXTURES_MAX || problem.courts.len() > COURTS_MAX {
        return Err(ProblemError::TooMany);
    }
    if !(0..=MINUTES_MAX).contains(&problem.changeover) {
        return Err(ProblemError::Changeover);
    }
    for (number, fixture) in problem.fixtures.iter().enumerate() {
        check_numbers(problem, number, fixture)?;
        if fixture.fixed.is_none() {
            check_courts(problem, number, fixture)?;
        }
    }
    let in_order = in_order(problem)?;
    check_together(problem)?;
    Ok(in_order)
}

fn check_numbers(problem: &Problem, number: usize, fixture: &Fixture) -> Result<(), ProblemError> {
    if fixture.minutes < 1 {
        return Err(ProblemError::NoLength { fixture: number });
    }
    let start = fixture.fixed.map_or(0, |slot| slot.start);
    let all = [fixture.minutes, fixture.rest, fixture.not_before, start];
    if all
        .iter()
        .any(|minutes| !(0..=MINUTES_MAX).contains(minutes))
    {
        return Err(ProblemError::OutOfRange { fixture: number });
    }
    let fixed = fixture.fixed.map(|slot| slot.court);
    for &court in fixture.courts.iter().chain(&fixed) {
        if court >= problem.courts.len() {
            return Err(ProblemError::NoSuchCourt {
                fixture: number,
                court,
            });
        }
    }
    for &other in fixture.after.iter().chain(&fixture.never_both) {
        if other >= problem.fixtures.len() {
            return Err(ProblemError::NoSuchFixture {
                fixture: number,
                other,
            });
        }
    }
    Ok(())
}

fn check_courts(problem: &Problem, number: usize, fixture: &Fixture) -> Result<(), ProblemError> {
    if fixture.courts.is_empty() {
        return Err(ProblemError::NobodysCourt { fixture: number });
    }
    // A match for which it is too late today has no place, and the others have theirs.
    let fits = fixture.courts.iter().any(|&court| {
        let mut windows = problem.courts[court].joined().into_iter();
        windows.any(|window| window.to.saturating_sub(window.from) >= fixture.minutes)
    });
    if fits {
        Ok(())
    } else {
        Err(ProblemError::LongerThanEveryWindow {
            fixture: number,
            minutes: fixture.minutes,
        })
    }
}

fn in_order(problem: &Problem) -> Result<Vec<usize>, ProblemError> {
    let count = problem.fixtures.len();
    let mut waits: Vec<usize> = problem.fixtures.iter().map(|one| one.after.len()).collect();
    let mut followed_by: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (later, fixture) in problem.fixtures.iter().enumerate() {
        for &earlier in &fixture.after {
            followed_by[earlier].push(later);
        }
    }
    let mut order: Vec<usize> = (0..count).filter(|&one| waits[one] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for &later in &followed_by[order[next]] {
            waits[later] -= 1;
            if waits[later] == 0 {
                order.push(later);
            }
        }
        next += 1;
    }
    match waits.iter().position(|&open| open > 0) {
        Some(fixture) => Err(ProblemError::Cycle { fixture }),
        None => Ok(order),
    }
}

fn check_together(problem: &Problem) -> Result<(), ProblemError> {
    let mut groups: Vec<usize> = problem
        .fixtures
        .iter()
        .filter_map(|one| one.together)
        .collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let all = problem.fixtures.iter().enumerate();
        let members: Vec<usize> = all
            .filter(|(_, fixture)| fixture.together == Some(group) && fixture.fixed.is_none())
            .map(|(number, _)| number)
            .collect();
        for (place, &one) in members.iter().enumerate() {
            let followers = all_after(problem, one);
            for &other in &members {
                if followers[other] {
                    return Err(ProblemError::TogetherAfter { one, other });
                }
            }
            for &other in &members[place + 1..] {
                if problem.apart(one, other).is_some() {
                    return Err(ProblemError::TogetherWithOneself { one, other });
                }
            }
        }
        let asked: Vec<&[usize]> = members
            .iter()
            .map(|&member| problem.fixtures[member].courts.as_slice())
            .collect();
        let courts = matching(&asked, problem.courts.len())
            .iter()
            .flatten()
            .count();
        if courts < members.len() {
            return Err(ProblemError::TooFewCourts {
                fixtures: members.len(),
                courts,
            });
        }
    }
    Ok(())
}

/// Marks all fixtures that wait for this one, by whatever others.
fn all_after(problem: &Problem, one: usize) -> Vec<bool> {
    let mut marked = vec![false; problem.fixtures.len()];
    let mut open = vec![one];
    while let Some(earlier) = open.pop() {
        for (later, fixture) in problem.fixtures.iter().enumerate() {
            if !marked[later] && fixture.after.contains(&earlier) {
                marked[later] = true;
                open.push(later);
            }
        }
    }
    marked
}

/// Gives each of them one of the courts it may have, nobody the same one; as many as can be.
pub(super) fn matching(asked: &[&[usize]], courts: usize) -> Vec<Option<usize>> {
    fn give(
        one: usize,
        asked: &[&[usize]],
        holder: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for &court in asked[one] {
            if seen[court] {
                continue;
            }
            seen[court] = true;
            let free = holder[court].is_none_or(|other| give(other, asked, holder, seen));
            if free {
                holder[court] = Some(one);
                return true;
            }
        }
        false
    }
    let mut holder: Vec<Option<usize>> = vec![None; courts];
    for one in 0..asked.len() {
        give(one, asked, &mut holder, &mut vec![false; courts]);
    }
    let mut given = vec![None; asked.len()];
    for (court, holder) in holder.iter().enumerate() {
        if let Some(one) = *holder {
            given[one] = Some(court);
        }
    }
    given
}
