//! List scheduling: the match that can begin first begins, and of several the most urgent.

use super::model::{EVER, Model, Units};
use super::priorities::Urgency;
use super::timetable::Timetable;
use crate::domain::tournament::draw::lots::Lots;

/// A priority rule: what a minute counts that has to follow a fixture, and one that its people still play and rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// The weight of what waits for it.
    pub tail: u64,
    /// The weight of the one of its people who has most to play.
    pub busiest: u64,
    /// The weight of all its people.
    pub all: u64,
    /// The most that chance adds.
    pub noise: u64,
}

impl Rule {
    /// Rules that are good in most halls.
    pub const GOOD: [Rule; 3] = [Rule::of(4, 2, 0), Rule::of(4, 0, 2), Rule::of(4, 4, 1)];

    const fn of(tail: u64, busiest: u64, all: u64) -> Rule {
        Rule {
            tail,
            busiest,
            all,
            noise: 0,
        }
    }

    /// Draws a rule.
    pub fn drawn(lots: &mut Lots) -> Rule {
        Rule {
            tail: 1 + lots.below(8),
            busiest: lots.below(8),
            all: lots.below(4),
            noise: 1 << lots.below(7),
        }
    }
}

/// Units that have no place yet, and what is known of them.
struct Open<'a> {
    model: &'a Model<'a>,
    urgency: &'a Urgency,
    rule: Rule,
    /// By person: the time of the matches that are not placed yet.
    remaining: Vec<Units>,
    /// By unit: how many fixtures it waits for that have no place yet.
    waits: Vec<usize>,
    noise: Vec<u64>,
}

/// Places everything that can be placed.
pub(super) fn place(
    table: &mut Timetable,
    model: &Model,
    urgency: &Urgency,
    rule: Rule,
    lots: &mut Lots,
) {
    table.clear();
    let units = 0..model.units.len();
    let mut open = Open {
        model,
        urgency,
        rule,
        remaining: urgency.of_person.clone(),
        waits: units.clone().map(|unit| waits_for(model, unit)).collect(),
        noise: units.clone().map(|_| lots.below(rule.noise + 1)).collect(),
    };
    let mut ready: Vec<usize> = units.filter(|&unit| open.waits[unit] == 0).collect();
    while let Some(place) = open.next(table, &ready) {
        let unit = ready.swap_remove(place);
        table.place_unit(unit);
        open.placed(unit, &mut ready);
    }
}

fn waits_for(model: &Model, unit: usize) -> usize {
    let links = model.units[unit].iter().flat_map(|&one| &model.before[one]);
    links
        .filter(|link| model.unit_of[link.fixture].is_some())
        .count()
}

impl Open<'_> {
    /// Returns which of the ready ones begins first; of several the most urgent.
    fn next(&self, table: &Timetable, ready: &[usize]) -> Option<usize> {
        let mut best: Option<((Units, u64, usize), usize)> = None;
        for (place, &unit) in ready.iter().enumerate() {
            let limit = best.map_or(EVER, |((begin, ..), _)| begin);
            let begin = table.unit_begin(unit, limit);
            if best.is_some() && begin > limit {
                continue;
            }
            let key = (begin, u64::MAX - self.priority(unit), unit);
            if best.is_none_or(|(best, _)| key < best) {
                best = Some((key, place));
            }
        }
        best.map(|(_, place)| place)
    }

    fn priority(&self, unit: usize) -> u64 {
        let fixtures = self.model.units[unit].iter();
        let of_fixture = |&fixture: &usize| {
            let people = self.urgency.people[fixture].iter();
            let loads = people.map(|&person| self.remaining[person] as u64);
            let tail = self.urgency.tail[fixture] as u64 * self.rule.tail;
            let busiest = loads.clone().max().unwrap_or(0) * self.rule.busiest;
            tail + busiest + loads.sum::<u64>() * self.rule.all
        };
        fixtures.map(of_fixture).max().unwrap_or(0) + self.noise[unit]
    }

    fn placed(&mut self, unit: usize, ready: &mut Vec<usize>) {
        for &fixture in &self.model.units[unit] {
            for &person in &self.urgency.people[fixture] {
                self.remaining[person] -= self.model.length[fixture] + self.model.rest[fixture];
            }
            for link in &self.model.after[fixture] {
                if let Some(later) = self.model.unit_of[link.fixture] {
                    self.waits[later] -= 1;
                    if self.waits[later] == 0 {
                        ready.push(later);
                    }
                }
            }
        }
    }
}
