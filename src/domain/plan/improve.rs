//! Local search: fixtures that are late, or in the way of those, go to the front, until the plan ends earlier.
//!
//! A plan is an order of units, placed one by one as early as can be. What is made less is the lateness against an end that
//! would be better than the best so far. So a plan that ends no earlier can still be nearer to one that does. From time to
//! time the search begins again from a plan by another priority rule.

use super::greedy::{self, Rule};
use super::model::{EVER, Model, Units};
use super::moves::{Move, Sight};
use super::priorities::Urgency;
use super::problem::Slot;
use super::rounds::in_rounds;
use super::timetable::Timetable;
use crate::domain::tournament::draw::lots::Lots;

/// The cost of a fixture without a place: more than any lateness.
const UNPLACED: i64 = 1 << 40;
/// Steps without anything better, after which the search begins again: so many, or doubled up to so often. In some halls
/// many short climbs find more, in others a few long ones.
const PATIENCE_LEAST: u32 = 100;
const PATIENCE_DOUBLINGS: u64 = 6;
/// The part of a match's length by which a step may be worse, about.
const TEMPERATURE: f64 = 0.035;

/// The worth of a plan, judged in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    pub unplaced: usize,
    pub end: Units,
    /// The sum of all begins: nothing waits without need.
    pub begins: i64,
}

#[derive(Debug)]
pub(super) struct Climb<'m, 'p> {
    model: &'m Model<'p>,
    urgency: &'m Urgency,
    bound: Units,
    lots: Lots,
    table: Timetable<'m, 'p>,
    /// The units by begin.
    order: Vec<usize>,
    trial: Vec<usize>,
    /// By unit.
    begins: Vec<Units>,
    /// The lateness of the order against `target`.
    cost: i64,
    target: Units,
    temperature: f64,
    steps: usize,
    steps_without: u32,
    patience: u32,
    best: Worth,
    best_slots: Vec<Option<Slot>>,
}

impl<'m, 'p> Climb<'m, 'p> {
    /// Begins with the best plan of the priority rules.
    pub fn new(model: &'m Model<'p>, urgency: &'m Urgency, bound: Units, seed: u64) -> Self {
        let count = model.length.len();
        let lengths: i64 = model.length.iter().map(|&length| i64::from(length)).sum();
        let mut climb = Climb {
            model,
            urgency,
            bound,
            lots: Lots::new(seed),
            table: Timetable::new(model),
            order: (0..model.units.len()).collect(),
            trial: Vec::new(),
            begins: vec![0; model.units.len()],
            cost: 0,
            target: 0,
            temperature: TEMPERATURE * lengths as f64 / count.max(1) as f64,
            steps: 0,
            steps_without: 0,
            patience: PATIENCE_LEAST,
            best: Worth {
                unplaced: usize::MAX,
                end: 0,
                begins: 0,
            },
            best_slots: vec![None; count],
        };
        for rule in Rule::GOOD {
            if !climb.is_best() {
                climb.place_by(rule);
            }
        }
        if climb.best.unplaced > 0 {
            climb.place_by_last_begin();
        }
        climb.adopt();
        climb.aim();
        climb
    }

    /// Says whether nothing better is to be found.
    pub fn is_best(&self) -> bool {
        self.best.unplaced == 0 && self.best.end <= self.bound
    }

    /// Returns the best plan, with the rounds in order.
    pub fn into_best(mut self) -> Vec<Option<Slot>> {
        in_rounds(self.model, &mut self.table, self.best_slots, self.steps)
    }

    /// Tries one change.
    pub fn step(&mut self) {
        if self.order.len() < 2 {
            return;
        }
        self.steps += 1;
        let sight = Sight {
            model: self.model,
            urgency: self.urgency,
            order: &self.order,
            begins: &self.begins,
            target: self.target,
        };
        let tried = Move::drawn(&sight, &mut self.lots);
        self.trial.clone_from(&self.order);
        tried.make(&mut self.trial);
        self.table.clear();
        self.table.place_all(&self.trial);
        let cost = self.lateness();
        if self.accepts(cost) {
            std::mem::swap(&mut self.order, &mut self.trial);
            self.adopt();
            if cost < self.cost {
                self.steps_without = 0;
            }
            self.cost = cost;
            if self.keep() {
                self.steps_without = 0;
                self.aim();
            }
        }
        self.steps_without += 1;
        if self.steps_without > self.patience {
            self.steps_without = 0;
            self.patience = PATIENCE_LEAST << self.lots.below(PATIENCE_DOUBLINGS);
            let rule = Rule::drawn(&mut self.lots);
            self.place_by(rule);
            self.adopt();
            self.aim();
        }
    }

    fn place_by(&mut self, rule: Rule) {
        greedy::place(
            &mut self.table,
            self.model,
            self.urgency,
            rule,
            &mut self.lots,
        );
        self.keep();
    }

    /// Places first what a fixed match waits for.
    fn place_by_last_begin(&mut self) {
        let urgency = self.urgency;
        let key = |fixture: &usize| (urgency.last[*fixture], -urgency.tail[*fixture]);
        self.order
            .sort_by_key(|&unit| self.model.units[unit].iter().map(key).min());
        self.table.clear();
        self.table.place_all(&self.order);
        self.keep();
    }

    fn accepts(&mut self, cost: i64) -> bool {
        const DRAWN: u64 = 1 << 53;
        if cost <= self.cost {
            return true;
        }
        let chance = self.lots.below(DRAWN) as f64 / DRAWN as f64;
        let worse = (cost - self.cost) as f64;
        chance < (-worse / self.temperature).exp()
    }

    /// Keeps what is placed, if it is the best so far. Returns whether it ends earlier, or has more places.
    fn keep(&mut self) -> bool {
        let worth = self.worth();
        let before = self.best;
        if worth < before {
            self.best = worth;
            for (fixture, slot) in self.best_slots.iter_mut().enumerate() {
                *slot = self.table.slot(fixture);
            }
        }
        (worth.unplaced, worth.end) < (before.unplaced, before.end)
    }

    fn worth(&self) -> Worth {
        let mut worth = Worth {
            unplaced: 0,
            end: 0,
            begins: 0,
        };
        for (fixture, length) in self.model.length.iter().enumerate() {
            match self.table.begin(fixture) {
                Some(begin) => {
                    worth.end = worth.end.max(begin + length);
                    worth.begins += i64::from(begin);
                }
                None => worth.unplaced += 1,
            }
        }
        worth
    }

    /// Takes the order from what is placed.
    fn adopt(&mut self) {
        for (begin, fixtures) in self.begins.iter_mut().zip(&self.model.units) {
            let first = fixtures.first().and_then(|&one| self.table.begin(one));
            *begin = first.unwrap_or(EVER);
        }
        let begins = &self.begins;
        self.order.sort_by_key(|&unit| begins[unit]);
    }

    /// Chooses an end that would be better than the best.
    fn aim(&mut self) {
        let better = self.best.end - 1;
        let least = self.bound.min(better);
        self.target = least + self.lots.below((self.best.end - least) as u64) as Units;
        self.cost = self.lateness();
    }

    fn lateness(&self) -> i64 {
        let mut sum = 0;
        for fixture in 0..self.model.length.len() {
            sum += match self.table.begin(fixture) {
                Some(begin) => i64::from(self.urgency.lateness(fixture, begin, self.target)),
                None => UNPLACED,
            };
        }
        sum
    }
}
