//! A day as it is played: matches last as long as they do, and the desk knows what has happened alone.
//!
//! The benchmark plays more of these days.

use super::{Lots, Minutes, Problem, Slot, calls, planned, queue};

/// The length of the shortest match.
const SHORTEST: Minutes = 5;
/// The minutes after which a match is expected to end that should have ended.
const SOON: Minutes = 1;

/// A day that was played.
pub struct PlayedDay {
    /// The problem with the length that each match had.
    pub known: Problem,
    /// Places and times at which the matches were played.
    pub slots: Vec<Option<Slot>>,
}

impl PlayedDay {
    /// Plays a day by [`queue`], with lengths drawn by this number.
    pub fn of(problem: &Problem, number: u64) -> PlayedDay {
        let lengths = lengths(problem, number);
        let mut known = problem.clone();
        for (fixture, length) in known.fixtures.iter_mut().zip(&lengths) {
            fixture.minutes = *length;
        }
        let slots = play(problem, &lengths);
        PlayedDay { known, slots }
    }

    /// Returns its end, divided by the end of a plan that knows all lengths, after so many steps.
    pub fn later(&self, steps: usize) -> f64 {
        let begins = self.slots.iter().flatten().map(|slot| slot.start);
        let ends = begins.zip(&self.known.fixtures);
        let end = ends.map(|(begin, fixture)| begin + fixture.minutes).max();
        f64::from(end.unwrap_or(0)) / f64::from(planned(&self.known, 1, steps).end)
    }
}

/// Draws how long each match takes: around its planned length, with a standard deviation of a quarter.
fn lengths(problem: &Problem, number: u64) -> Vec<Minutes> {
    const PARTS: u64 = 1 << 32;
    let mut lots = Lots::new(number);
    let mut normal = || {
        // The sum of twelve numbers from 0 to 1, all equally likely, is close to a normal one with a deviation of 1.
        let drawn = (0..12).map(|_| lots.below(PARTS) as f64 / PARTS as f64);
        drawn.sum::<f64>() - 6.0
    };
    let fixtures = problem.fixtures.iter();
    fixtures
        .map(|fixture| {
            let length = f64::from(fixture.minutes) * (1.0 + 0.25 * normal());
            (length.round() as Minutes).max(SHORTEST)
        })
        .collect()
}

/// Plays a day: whenever a match ends or may begin, the desk asks who is next.
fn play(problem: &Problem, lengths: &[Minutes]) -> Vec<Option<Slot>> {
    let mut day = Day {
        problem,
        lengths,
        begun: vec![None; lengths.len()],
        now: 0,
    };
    while day.begun.iter().any(Option::is_none) {
        day.now = day.call();
    }
    day.begun
}

struct Day<'a> {
    problem: &'a Problem,
    lengths: &'a [Minutes],
    begun: Vec<Option<Slot>>,
    now: Minutes,
}

impl Day<'_> {
    /// Begins all matches that may begin now. Returns when something happens next.
    fn call(&mut self) -> Minutes {
        let seen = self.seen();
        let rest = queue(&seen, self.now).expect("a problem");
        let mut next = Minutes::MAX;
        for call in calls(&seen, &rest, self.now) {
            if self.plays(call.slot.court) {
                continue;
            }
            if call.slot.start <= self.now {
                self.begun[call.fixture] = Some(call.slot);
            } else {
                next = next.min(call.slot.start);
            }
        }
        let ends = self.begun.iter().zip(self.lengths);
        let ends = ends.filter_map(|(slot, length)| Some(slot.as_ref()?.start + length));
        let to_come = ends.filter(|&end| end > self.now);
        to_come.min().map_or(next, |end| end.min(next))
    }

    /// The day as the desk knows it.
    fn seen(&self) -> Problem {
        let mut seen = self.problem.clone();
        for (number, fixture) in seen.fixtures.iter_mut().enumerate() {
            fixture.fixed = self.begun[number];
            if let Some(slot) = fixture.fixed {
                let passed = self.now - slot.start;
                fixture.minutes = if self.lengths[number] <= passed {
                    self.lengths[number]
                } else {
                    fixture.minutes.max(passed + SOON)
                };
            }
        }
        seen
    }

    fn plays(&self, court: usize) -> bool {
        let mut played = self.begun.iter().zip(self.lengths);
        played.any(|(slot, length)| {
            slot.is_some_and(|slot| slot.court == court && slot.start + length > self.now)
        })
    }
}
