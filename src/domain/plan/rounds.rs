//! Rounds: a group plays its first round first, and a bracket too, where that makes the day no longer.
//!
//! The search knows ends alone, and any order of a group's matches that ends as early is as good to it. People look for the first
//! round at the beginning. So a plan that was found is put in order, as far as nothing is lost.

use std::ops::RangeInclusive;

use super::model::{EVER, Model, Units};
use super::problem::Slot;
use super::timetable::Timetable;

/// Orders that are tried: as many as the search took steps, within these. Most plans need a few.
const TRIES: RangeInclusive<usize> = 200..=2_000;

/// The worth of a plan, the best being the least: fixtures without a place, the end, the disorder, and the sum of the begins.
/// The disorder is the time by which later rounds begin before earlier ones.
type Worth = (usize, Units, i64, i64);

/// Puts the rounds of a plan in order, which took the search so many steps. Returns the plan, or one that is better.
pub(super) fn in_rounds<'m, 'p>(
    model: &'m Model<'p>,
    table: &mut Timetable<'m, 'p>,
    slots: Vec<Option<Slot>>,
    steps: usize,
) -> Vec<Option<Slot>> {
    let pairs = pairs(model);
    let begins = slots
        .iter()
        .map(|slot| slot.map(|slot| slot.start / model.minutes_per_unit));
    let mut order = Order {
        model,
        table,
        worth: (0, 0, 0, 0),
        begins: begins.collect(),
        slots,
        pairs,
        tries: steps.clamp(*TRIES.start(), *TRIES.end()),
    };
    order.worth = order.worth_of(&order.begins);
    if order.worth.2 > 0 {
        order.by_group();
        while order.by_pair() {}
    }
    order.slots
}

/// Returns all pairs of one group, each with that of an earlier round first. None of them is fixed.
fn pairs(model: &Model) -> Vec<(usize, usize)> {
    let mut rounds: Vec<(usize, usize, usize)> = Vec::new();
    for (fixture, asked) in model.problem.fixtures.iter().enumerate() {
        if let Some(round) = asked.round.filter(|_| asked.fixed.is_none()) {
            rounds.push((round.of, round.number, fixture));
        }
    }
    rounds.sort_unstable();
    let mut pairs = Vec::new();
    for group in rounds.chunk_by(|one, other| one.0 == other.0) {
        for (place, one) in group.iter().enumerate() {
            let later = group[place..].iter().filter(|other| other.1 > one.1);
            pairs.extend(later.map(|other| (one.2, other.2)));
        }
    }
    pairs
}

struct Order<'a, 'm, 'p> {
    model: &'m Model<'p>,
    table: &'a mut Timetable<'m, 'p>,
    pairs: Vec<(usize, usize)>,
    slots: Vec<Option<Slot>>,
    /// By fixture.
    begins: Vec<Option<Units>>,
    worth: Worth,
    tries: usize,
}

impl Order<'_, '_, '_> {
    fn worth_of(&self, begins: &[Option<Units>]) -> Worth {
        let mut worth = (0, 0, 0, 0);
        for (begin, length) in begins.iter().zip(&self.model.length) {
            match begin {
                Some(begin) => {
                    worth.1 = worth.1.max(begin + length);
                    worth.3 += i64::from(*begin);
                }
                None => worth.0 += 1,
            }
        }
        for &(earlier, later) in &self.pairs {
            if let (Some(earlier), Some(later)) = (begins[earlier], begins[later]) {
                worth.2 += i64::from((earlier - later).max(0));
            }
        }
        worth
    }

    /// Returns the units by begin.
    fn units(&self) -> Vec<usize> {
        let mut units: Vec<usize> = (0..self.model.units.len()).collect();
        units.sort_by_key(|&unit| {
            let first = self.model.units[unit].first();
            first.and_then(|&one| self.begins[one]).unwrap_or(EVER)
        });
        units
    }

    /// Keeps the plan that this order of units gives, if it is better.
    fn try_order(&mut self, units: &[usize]) -> bool {
        self.tries = self.tries.saturating_sub(1);
        self.table.clear();
        self.table.place_all(units);
        let count = self.model.length.len();
        let begins: Vec<_> = (0..count).map(|one| self.table.begin(one)).collect();
        let worth = self.worth_of(&begins);
        let better = worth < self.worth;
        if better {
            self.worth = worth;
            self.begins = begins;
            self.slots = (0..count).map(|one| self.table.slot(one)).collect();
        }
        better
    }

    /// Gives the turns of each group to its matches by their rounds.
    fn by_group(&mut self) {
        let round_of = |unit: usize| {
            let first = *self.model.units[unit].first()?;
            self.model.problem.fixtures[first].round
        };
        let units = self.units();
        let mut groups: Vec<usize> = units
            .iter()
            .filter_map(|&one| Some(round_of(one)?.of))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        let mut all = units.clone();
        let mut alone = Vec::new();
        for group in groups {
            let turns = (0..units.len())
                .filter(|&turn| round_of(units[turn]).is_some_and(|round| round.of == group));
            let turns: Vec<usize> = turns.collect();
            let mut members: Vec<usize> = turns.iter().map(|&turn| units[turn]).collect();
            members.sort_by_key(|&unit| round_of(unit).map(|round| round.number));
            for (turn, unit) in turns.iter().zip(&members) {
                all[*turn] = *unit;
            }
            alone.push(members);
        }
        if self.try_order(&all) {
            return;
        }
        for members in alone {
            let mut units = self.units();
            let mut next = members.iter();
            for unit in &mut units {
                if members.contains(unit) {
                    *unit = *next.next().unwrap_or(unit);
                }
            }
            self.try_order(&units);
        }
    }

    /// Exchanges the turns of two matches of one group, or moves one of them. Returns whether that made the plan better.
    fn by_pair(&mut self) -> bool {
        let late = |&(earlier, later): &(usize, usize)| {
            let begins = (self.begins[earlier]?, self.begins[later]?);
            let units = (self.model.unit_of[earlier]?, self.model.unit_of[later]?);
            (begins.0 > begins.1).then_some((begins.1 - begins.0, units))
        };
        let mut wrong: Vec<_> = self.pairs.iter().filter_map(late).collect();
        wrong.sort_unstable();
        let order = self.units();
        for (_, (earlier, later)) in wrong {
            let turn = |unit| order.iter().position(|&one| one == unit);
            let (Some(from), Some(to)) = (turn(earlier), turn(later)) else {
                continue;
            };
            let mut swapped = order.clone();
            swapped.swap(from, to);
            let mut forward = order.clone();
            forward[to..=from].rotate_right(1);
            let mut back = order.clone();
            back[to..=from].rotate_left(1);
            for trial in [swapped, forward, back] {
                if self.tries == 0 {
                    return false;
                }
                if self.try_order(&trial) {
                    return true;
                }
            }
        }
        false
    }
}
