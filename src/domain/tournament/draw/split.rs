//! Splitting: each round parts winners and losers, and the losers of a round play on in a tree of their own.

use std::collections::VecDeque;

use super::trees::{Contender, Sheet, Slot, WaysOut, losers, seated, winners};

/// A tree of a split.
#[derive(Debug)]
pub struct Tree {
    /// The place of its winner.
    pub best_place: u16,
    /// The turns that led here: the round that was lost, tree by tree. Empty for the main tree.
    pub turns: Vec<u16>,
    slots: Vec<Slot>,
}

/// A round of a tree.
#[derive(Debug)]
pub struct Round {
    /// From 1.
    pub number: u16,
    pub fixtures: usize,
    /// The place of whoever loses from here on.
    pub worst_place: u16,
}

/// The rules that tell one split from another.
pub trait Rules {
    /// Answers if those who lost a round play on in a tree of their own.
    fn plays_on(&self, tree: &Tree) -> bool;

    /// Names a fixture of a round; `number` counts from 1 at the top.
    fn key(&self, tree: &Tree, round: &Round, number: usize) -> String;

    /// The number of the round as it is shown.
    fn shown(&self, _tree: &Tree, round: &Round) -> u16 {
        round.number
    }
}

impl Tree {
    fn contenders(&self) -> impl Iterator<Item = &Contender> {
        self.slots.iter().flatten()
    }

    /// The fewest matches that somebody here can have played.
    pub fn fewest_played(&self) -> u16 {
        let fewest = self.contenders().map(|contender| contender.fewest).min();
        fewest.unwrap_or(u16::MAX)
    }

    /// Returns the tree of those who lose a round of this one, below all who won it.
    fn below(&self, winners: usize, turn: u16, slots: Vec<Slot>) -> Tree {
        let mut turns = self.turns.clone();
        turns.push(turn);
        Tree {
            best_place: place_after(self.best_place, winners),
            turns,
            slots,
        }
    }
}

/// Splits a field until nobody plays on. Returns the rounds of the main tree.
pub fn split(sheet: &mut Sheet, slots: Vec<Slot>, rules: &impl Rules) -> Vec<Vec<WaysOut>> {
    let main = Tree {
        best_place: 1,
        turns: Vec::new(),
        slots,
    };
    let (rounds, below) = play(sheet, &main, rules);
    let mut open = VecDeque::from(below);
    while let Some(tree) = open.pop_front() {
        let (_, below) = play(sheet, &tree, rules);
        open.extend(below);
    }
    rounds
}

/// Plays a tree to its final. Returns its rounds, and the trees of its losers.
///
/// A first round with few matches is a qualification: its losers join those of the second. So nobody ends far earlier than
/// the others, and everybody plays as often as the winner at least, if all trees are played.
fn play(sheet: &mut Sheet, tree: &Tree, rules: &impl Rules) -> (Vec<Vec<WaysOut>>, Vec<Tree>) {
    let mut rounds: Vec<Vec<WaysOut>> = Vec::new();
    let mut below = Vec::new();
    let mut slots = tree.slots.clone();
    let mut qualification: Option<Vec<Slot>> = None;
    let mut turn = 1;
    for number in 1.. {
        let fixtures = slots.len() / 2;
        if fixtures == 0 {
            break;
        }
        let others = slots.iter().flatten().count().saturating_sub(1);
        let round = Round {
            number,
            fixtures,
            worst_place: place_after(tree.best_place, others),
        };
        let shown = rules.shown(tree, &round);
        let outcomes = sheet.round(shown, slots, |number| rules.key(tree, &round, number));
        slots = winners(&outcomes);
        let better = slots.iter().flatten().count();
        let slots_below = match qualification.take() {
            Some(earlier) => joined(losers(&outcomes), earlier),
            None => seated(losers(&outcomes).into_iter().flatten().collect()),
        };
        let lower = tree.below(better, turn, slots_below);
        let count = lower.contenders().count();
        let plays_on = rules.plays_on(&lower);
        if plays_on && number == 1 && (1..fixtures / 2).contains(&count) {
            qualification = Some(losers(&outcomes));
        } else {
            turn += 1;
            if plays_on && count > 1 {
                below.push(lower);
            }
        }
        rounds.push(outcomes);
    }
    (rounds, below)
}

/// Returns the slots of a tree for the losers of round 2 and the few of round 1. Each of the few meets a loser from the other end:
/// it has not met anybody there.
fn joined(later: Vec<Slot>, earlier: Vec<Slot>) -> Vec<Slot> {
    let seats = later.len();
    let mut guests: Vec<Slot> = vec![None; seats];
    for (index, guest) in earlier.into_iter().enumerate() {
        let far = seats.saturating_sub(1 + index / 2);
        let (near, far) = guests.split_at_mut(far);
        if let Some(seat) = far.iter_mut().chain(near).find(|seat| seat.is_none()) {
            *seat = guest;
        }
    }
    let pairs = later.into_iter().zip(guests);
    pairs.flat_map(|(later, guest)| [later, guest]).collect()
}

fn place_after(place: u16, places: usize) -> u16 {
    place.saturating_add(u16::try_from(places).unwrap_or(u16::MAX))
}
