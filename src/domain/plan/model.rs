//! The problem as the search reads it: in units of time, with who keeps apart from whom, and what courts have taken already.

use super::problem::{Court, Minutes, Problem, ProblemError, Slot, Window};
use super::validation;

/// A time or a length in units of [`Model::minutes_per_unit`].
pub(super) type Units = i32;

/// A time that is longer than any, and small enough to be added to one.
pub(super) const EVER: Units = 1 << 28;

/// The most units that are kept of all fixtures together: 16 MB, a few times.
const UNITS_MAX: usize = 1 << 27;

/// A fixture that somebody has in common with this one. It begins at least `before` units later, or at least `after` units earlier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart {
    pub other: usize,
    pub before: Units,
    pub after: Units,
}

/// A fixture that another waits for, or that waits for another, and how long after the earlier one's begin the later may begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub fixture: usize,
    pub lag: Units,
}

/// The problem, prepared. All lists are indexed by fixture unless they say otherwise.
#[derive(Debug)]
pub(super) struct Model<'p> {
    pub problem: &'p Problem,
    /// Every time and every length is a multiple of it.
    pub minutes_per_unit: Minutes,
    /// Nothing ends after it: all courts are closed, or all fixtures one after the other are over.
    pub horizon: Units,
    pub changeover: Units,
    /// The longest time from a begin to one that it keeps waiting.
    pub longest_lag: Units,
    pub length: Vec<Units>,
    pub rest: Vec<Units>,
    pub not_before: Vec<Units>,
    pub allowed: Vec<Vec<usize>>,
    pub apart: Vec<Vec<Apart>>,
    pub before: Vec<Vec<Link>>,
    pub after: Vec<Vec<Link>>,
    pub fixed: Vec<Option<Slot>>,
    /// Fixtures to be placed at one time; most are alone.
    pub units: Vec<Vec<usize>>,
    /// The unit of a fixture that is not fixed.
    pub unit_of: Vec<Option<usize>>,
    /// The begin that a fixed one has which it is to begin with.
    pub begin_with: Vec<Option<Units>>,
    /// By court: its windows, those that touch joined.
    pub open: Vec<Vec<Window>>,
    /// Fixtures in an order in which each stands after those it waits for.
    pub in_order: Vec<usize>,
}

impl<'p> Model<'p> {
    pub fn new(problem: &'p Problem) -> Result<Model<'p>, ProblemError> {
        let in_order = validation::check(problem)?;
        let per_unit = minutes_per_unit(problem);
        let fixtures = &problem.fixtures;
        let (before, after) = links(problem, per_unit);
        let mut model = Model {
            problem,
            minutes_per_unit: per_unit,
            horizon: 0,
            changeover: problem.changeover / per_unit,
            longest_lag: 0,
            length: fixtures.iter().map(|one| one.minutes / per_unit).collect(),
            rest: fixtures.iter().map(|one| one.rest / per_unit).collect(),
            not_before: fixtures
                .iter()
                .map(|one| one.not_before / per_unit)
                .collect(),
            allowed: fixtures.iter().map(|one| sorted(&one.courts)).collect(),
            apart: apart(problem, per_unit),
            before,
            after,
            fixed: fixtures
                .iter()
                .map(|one| {
                    one.fixed.map(|slot| Slot {
                        court: slot.court,
                        start: slot.start / per_unit,
                    })
                })
                .collect(),
            units: Vec::new(),
            unit_of: vec![None; fixtures.len()],
            begin_with: vec![None; fixtures.len()],
            open: problem
                .courts
                .iter()
                .map(|court| open(court, per_unit))
                .collect(),
            in_order,
        };
        let longest = |list: &[Units]| list.iter().copied().max().unwrap_or(0);
        let pause = model.changeover.max(longest(&model.rest));
        model.longest_lag = longest(&model.length) + pause;
        model.horizon = model.horizon();
        if (model.horizon as usize).saturating_mul(fixtures.len()) > UNITS_MAX {
            return Err(ProblemError::TooLong);
        }
        model.make_units();
        Ok(model)
    }

    fn horizon(&self) -> Units {
        let closing = self.open.iter().flatten().map(|window| window.to).max();
        let openings = self.open.iter().flatten().map(|window| window.from);
        let fixed = self.fixed.iter().zip(&self.length);
        let fixed = fixed.filter_map(|(slot, length)| slot.map(|slot| slot.start + length));
        let latest = openings
            .chain(self.not_before.iter().copied())
            .chain(fixed.clone());
        let count = self.length.len() as Units;
        let each = self.longest_lag.saturating_mul(count);
        let last = latest.max().unwrap_or(0).saturating_add(each);
        let last = last.min(closing.unwrap_or(0)).max(fixed.max().unwrap_or(0));
        last + 1
    }

    fn make_units(&mut self) {
        let fixtures = &self.problem.fixtures;
        let mut of_group: Vec<(usize, usize)> = Vec::new();
        for (fixture, asked) in fixtures.iter().enumerate() {
            if asked.fixed.is_some() {
                continue;
            }
            let known = asked.together.and_then(|group| {
                let found = of_group.iter().find(|(of, _)| *of == group);
                found.map(|&(_, unit)| unit)
            });
            let unit = known.unwrap_or(self.units.len());
            if known.is_none() {
                self.units.push(Vec::new());
                of_group.extend(asked.together.map(|group| (group, unit)));
            }
            self.units[unit].push(fixture);
            self.unit_of[fixture] = Some(unit);
            self.begin_with[fixture] = asked.together.and_then(|group| {
                let others = fixtures.iter().zip(&self.fixed);
                let mut same = others.filter(|(other, _)| other.together == Some(group));
                same.find_map(|(_, fixed)| fixed.map(|slot| slot.start))
            });
        }
    }
}

fn sorted(list: &[usize]) -> Vec<usize> {
    let mut list = list.to_vec();
    list.sort_unstable();
    list.dedup();
    list
}

/// Fixtures with somebody in common, without those of which one waits for the other.
fn apart(problem: &Problem, per_unit: Minutes) -> Vec<Vec<Apart>> {
    let count = problem.fixtures.len();
    let mut apart = vec![Vec::new(); count];
    for (one, others) in meetings(problem).into_iter().enumerate() {
        for other in others {
            let waits = problem.fixtures[one].after.contains(&other);
            if waits || problem.fixtures[other].after.contains(&one) {
                continue;
            }
            let lags = (problem.apart(one, other), problem.apart(other, one));
            if let (Some(before), Some(after)) = lags {
                let (before, after) = (before / per_unit, after / per_unit);
                apart[one].push(Apart {
                    other,
                    before,
                    after,
                });
                apart[other].push(Apart {
                    other: one,
                    before: after,
                    after: before,
                });
            }
        }
    }
    apart
}

/// Returns, by fixture, those after it in the list that somebody of it is in, too.
fn meetings(problem: &Problem) -> Vec<Vec<usize>> {
    let fixtures = problem.fixtures.iter().enumerate();
    let mut all: Vec<(usize, usize)> = fixtures
        .flat_map(|(number, fixture)| fixture.people().map(move |person| (person, number)))
        .collect();
    all.sort_unstable();
    all.dedup();
    let mut meetings: Vec<Vec<usize>> = vec![Vec::new(); problem.fixtures.len()];
    for of_person in all.chunk_by(|one, other| one.0 == other.0) {
        for (place, &(_, one)) in of_person.iter().enumerate() {
            meetings[one].extend(of_person[place + 1..].iter().map(|&(_, other)| other));
        }
    }
    for others in &mut meetings {
        others.sort_unstable();
        others.dedup();
    }
    meetings
}

/// Fixtures that each waits for, and fixtures that wait for each.
fn links(problem: &Problem, per_unit: Minutes) -> (Vec<Vec<Link>>, Vec<Vec<Link>>) {
    let count = problem.fixtures.len();
    let (mut before, mut after) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (later, fixture) in problem.fixtures.iter().enumerate() {
        for fixture in sorted(&fixture.after) {
            let lag = problem.after_rest(fixture, later) / per_unit;
            before[later].push(Link { fixture, lag });
            after[fixture].push(Link {
                fixture: later,
                lag,
            });
        }
    }
    (before, after)
}

/// Returns the windows in units. A window may close in the middle of one, but no match ends there.
fn open(court: &Court, per_unit: Minutes) -> Vec<Window> {
    let windows = court.joined().into_iter().map(|window| Window {
        from: window.from / per_unit,
        to: (window.to / per_unit).min(EVER),
    });
    windows.filter(|window| window.from < window.to).collect()
}

/// The greatest common divisor of all times and lengths: where no match can begin earlier, all begin at multiples of it.
fn minutes_per_unit(problem: &Problem) -> Minutes {
    let windows = problem.courts.iter().flat_map(Court::joined);
    let opening = windows.map(|window| window.from);
    let of_fixtures = problem.fixtures.iter().flat_map(|fixture| {
        let fixed = fixture.fixed.map_or(0, |slot| slot.start);
        [fixture.minutes, fixture.rest, fixture.not_before, fixed]
    });
    let all = opening.chain(of_fixtures).chain([problem.changeover]);
    all.fold(0, greatest_common_divisor).max(1)
}

fn greatest_common_divisor(one: Minutes, other: Minutes) -> Minutes {
    if other == 0 {
        one
    } else {
        greatest_common_divisor(other, one % other)
    }
}
