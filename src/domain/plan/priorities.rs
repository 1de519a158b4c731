//! Urgency: how much waits for a fixture, and how much its people have to play.

use super::chains::tails;
use super::model::{EVER, Model, Units};

/// Times by which each fixture has to begin, so that what waits for it is in time.
#[derive(Debug, Clone)]
pub(super) struct Urgency {
    /// Time from a fixture's begin to the end of all that waits for it, at least.
    pub tail: Vec<Units>,
    /// Its last begin before a fixed match that waits for it; [`EVER`] for none.
    pub last: Vec<Units>,
    /// By fixture: everybody who is in the hall for it, numbered from 0.
    pub people: Vec<Vec<usize>>,
    /// By person: how long all their matches and duties last, with rest.
    pub of_person: Vec<Units>,
}

impl Urgency {
    pub fn of(model: &Model) -> Urgency {
        let people = people(model);
        let mut of_person = vec![0; people.iter().flatten().max().map_or(0, |last| last + 1)];
        for (fixture, people) in people.iter().enumerate() {
            if model.fixed[fixture].is_none() {
                for &person in people {
                    of_person[person] += model.length[fixture] + model.rest[fixture];
                }
            }
        }
        Urgency {
            tail: tails(model),
            last: last_begins(model),
            people,
            of_person,
        }
    }

    /// Returns how long after its last good begin this fixture begins, if all is to end at `target`.
    pub fn lateness(&self, fixture: usize, begin: Units, target: Units) -> Units {
        let last = self.last[fixture].min(target - self.tail[fixture]);
        (begin - last).max(0)
    }
}

/// Returns, by fixture, its last begin before a fixed match that waits for it.
pub(super) fn last_begins(model: &Model) -> Vec<Units> {
    let mut last = vec![EVER; model.length.len()];
    for &fixture in model.in_order.iter().rev() {
        for link in &model.after[fixture] {
            let later = match model.fixed[link.fixture] {
                Some(slot) => slot.start,
                None => last[link.fixture],
            };
            last[fixture] = last[fixture].min(later - link.lag);
        }
    }
    last
}

fn people(model: &Model) -> Vec<Vec<usize>> {
    let fixtures = &model.problem.fixtures;
    let mut known: Vec<usize> = fixtures.iter().flat_map(|one| one.people()).collect();
    known.sort_unstable();
    known.dedup();
    let number = |person: usize| known.binary_search(&person).unwrap_or(0);
    let of_fixture = fixtures.iter().map(|fixture| {
        let mut people: Vec<usize> = fixture.people().map(number).collect();
        people.sort_unstable();
        people.dedup();
        people
    });
    of_fixture.collect()
}
