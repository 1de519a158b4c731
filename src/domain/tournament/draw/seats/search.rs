//! Swaps inside the bands that keep those of one club apart: every arrangement of a small field, a local search in a large one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cost, Seats, Swap};

/// Swaps that are tried as a further link of a chain: a field that cannot be kept apart must not take long.
const MOST_TRIES: usize = 2_000;

/// Fields that can be arranged in no more ways are searched whole: 8 entrants by lot have 720.
const MOST_ARRANGEMENTS: u64 = 1_000;

/// The most swaps of a chain.
const LONGEST_CHAIN: usize = 12;

impl Seats {
    /// Swaps inside the bands, by as few swaps as are found, so that the cost is as small as is found. In a small field both
    /// are the least that is possible. Of swaps that help alike it is one among the last entrants: the best stay where they are.
    pub fn settle(&mut self, cost: &impl Fn(&[usize]) -> Cost) {
        if self.total(cost) == 0 {
            return;
        }
        if self.arrangements() <= MOST_ARRANGEMENTS {
            self.search_all(cost);
            return;
        }
        let start = self.clone();
        self.search(cost);
        self.shorten(&start, cost);
    }

    /// Returns how many ways there are to arrange the bands.
    fn arrangements(&self) -> u64 {
        let mut sizes: BTreeMap<u16, u64> = BTreeMap::new();
        for band in self.bands.iter().flatten() {
            *sizes.entry(band.number).or_default() += 1;
        }
        let orders = |size: u64| (1..=size).fold(1, u64::saturating_mul);
        sizes.into_values().map(orders).fold(1, u64::saturating_mul)
    }

    /// Tries every arrangement, those of fewer swaps first.
    fn search_all(&mut self, cost: &impl Fn(&[usize]) -> Cost) {
        let everybody = 0..u16::try_from(self.bands.len()).unwrap_or(u16::MAX);
        let swaps: Vec<Swap> = everybody
            .rev()
            .flat_map(|one| self.swaps_of(one).filter(move |(_, other)| *other < one))
            .collect();
        let mut known = BTreeSet::from([self.occupants.clone()]);
        let mut least = self.total(cost);
        let mut best = self.clone();
        let mut with_so_many = vec![self.clone()];
        while least > 0 && !with_so_many.is_empty() {
            let mut with_one_more = Vec::new();
            for mut seats in with_so_many {
                for swap in &swaps {
                    seats.swap(*swap);
                    if known.insert(seats.occupants.clone()) {
                        let total = seats.total(cost);
                        if total < least {
                            (least, best) = (total, seats.clone());
                        }
                        with_one_more.push(seats.clone());
                    }
                    seats.swap(*swap);
                }
            }
            with_so_many = with_one_more;
        }
        *self = best;
    }

    /// Takes moves back that were not needed. Those who have come to each other's seats, all around, make a circle; one less
    /// swap leads to two circles than to one of them all.
    fn shorten(&mut self, start: &Seats, cost: &impl Fn(&[usize]) -> Cost) {
        for _ in 0..self.bands.len() {
            let circles = self.circles(start);
            let in_one = |(one, other): &Swap| {
                let of = |entrant: u16| circles.get(usize::from(entrant));
                other > one && of(*one) == of(*other)
            };
            let everybody = 0..u16::try_from(self.bands.len()).unwrap_or(u16::MAX);
            let swaps: Vec<Swap> = everybody
                .flat_map(|one| self.swaps_of(one))
                .filter(in_one)
                .collect();
            let Some(swap) = swaps.into_iter().find(|swap| self.change(*swap, cost) <= 0) else {
                return;
            };
            self.swap(swap);
        }
    }

    /// Returns the circle of each entrant, by its first member.
    fn circles(&self, start: &Seats) -> Vec<Option<usize>> {
        let mut circles = vec![None; self.seats.len()];
        for first in 0..circles.len() {
            let mut at = Some(first);
            while let Some(entrant) = at
                && let Some(unset @ None) = circles.get_mut(entrant)
            {
                *unset = Some(first);
                // The entrant who had this seat at the start.
                at = self
                    .seats
                    .get(entrant)
                    .and_then(|seat| start.occupants.get(*seat).copied().flatten())
                    .map(usize::from);
            }
        }
        circles
    }

    /// Swaps until nothing that is tried makes the cost less: first single swaps, those that help most first; then chains of
    /// swaps that help together.
    fn search(&mut self, cost: &impl Fn(&[usize]) -> Cost) {
        let mut tries = 0;
        loop {
            let firsts = self.tried(&[], cost);
            let helps = firsts.first().is_some_and(|(change, _)| *change < 0);
            if helps {
                self.descend(&firsts, cost);
                continue;
            }
            let found = [2, LONGEST_CHAIN].into_iter().find_map(|longest| {
                let mut firsts = firsts.iter();
                firsts.find_map(|(_, first)| self.chain(*first, longest, &mut tries, cost))
            });
            let Some(chain) = found else {
                return;
            };
            for swap in chain {
                self.swap(swap);
            }
        }
    }

    /// Makes the swaps that help, the first at any rate, and each further one that helps as much as before.
    fn descend(&mut self, swaps: &[(i64, Swap)], cost: &impl Fn(&[usize]) -> Cost) {
        for (change, swap) in swaps.iter().take_while(|(change, _)| *change < 0) {
            if self.change(*swap, cost) == *change {
                self.swap(*swap);
            }
        }
    }

    /// A chain that begins with a swap and helps: each further swap is the one that costs least, of those who sit badly then.
    fn chain(
        &mut self,
        first: Swap,
        longest: usize,
        tries: &mut usize,
        cost: &impl Fn(&[usize]) -> Cost,
    ) -> Option<Vec<Swap>> {
        let mut chain = Vec::new();
        let mut sum = 0;
        if *tries > MOST_TRIES {
            return None;
        }
        let mut next = Some((self.change(first, cost), first));
        while let Some((change, swap)) = next.filter(|_| *tries <= MOST_TRIES) {
            self.swap(swap);
            chain.push(swap);
            sum += change;
            if sum < 0 || chain.len() >= longest {
                break;
            }
            let tried = self.tried(&chain, cost);
            *tries += tried.len();
            next = tried.first().copied();
        }
        for swap in chain.iter().rev() {
            self.swap(*swap);
        }
        (sum < 0).then_some(chain)
    }

    /// The swaps of those who sit badly, but for those in the chain, with the change that each makes: the least first.
    fn tried(&mut self, chain: &[Swap], cost: &impl Fn(&[usize]) -> Cost) -> Vec<(i64, Swap)> {
        let moved = |one: u16| chain.iter().any(|(a, b)| *a == one || *b == one);
        let mut swaps = self.swaps(cost);
        swaps.retain(|(a, b)| !moved(*a) && !moved(*b));
        let mut tried: Vec<(i64, Swap)> = swaps
            .into_iter()
            .map(|swap| (self.change(swap, cost), swap))
            .collect();
        tried.sort_by_key(|(change, _)| *change);
        tried
    }

    /// All swaps of those who sit badly, the last entrants first.
    fn swaps(&self, cost: &impl Fn(&[usize]) -> Cost) -> Vec<Swap> {
        let badly = self
            .members
            .iter()
            .filter(|club| self.cost_of(club, cost) > 0);
        let mut entrants: Vec<u16> = badly.flatten().copied().collect();
        entrants.sort_unstable_by(|a, b| b.cmp(a));
        entrants
            .into_iter()
            .flat_map(|one| self.swaps_of(one))
            .collect()
    }

    /// Club mates change with each other, too: the better two of a club must be further apart than the others.
    fn swaps_of(&self, one: u16) -> impl Iterator<Item = Swap> {
        let of = |entrant: u16| self.bands.get(usize::from(entrant)).copied().flatten();
        let band = of(one);
        let others = (0..self.bands.len()).rev();
        others
            .filter_map(|other| u16::try_from(other).ok())
            .filter(move |other| *other != one && band.is_some() && of(*other) == band)
            .map(move |other| (one, other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Band;
    use super::*;
    use crate::domain::tournament::draw::field::apart_in;

    /// All arrangements of those who may change seats: the least cost, and the fewest swaps that lead to it.
    fn least(seats: &Seats, cost: &impl Fn(&[usize]) -> Cost) -> (Cost, usize) {
        fn arrange(left: &mut Vec<u16>, order: &mut Vec<u16>, all: &mut Vec<Vec<u16>>) {
            if left.is_empty() {
                all.push(order.clone());
            }
            for index in 0..left.len() {
                order.push(left.remove(index));
                arrange(left, order, all);
                left.insert(index, order.pop().expect("pushed"));
            }
        }
        let free = |of: &u16| seats.bands[usize::from(*of)].is_some();
        let movable: Vec<u16> = (0..seats.bands.len() as u16).filter(free).collect();
        let mut all = Vec::new();
        arrange(&mut movable.clone(), &mut Vec::new(), &mut all);
        let judged = all.into_iter().map(|order| {
            let mut tried = seats.clone();
            for (entrant, takes_seat_of) in movable.iter().zip(&order) {
                tried.seats[usize::from(*entrant)] = seats.seats[usize::from(*takes_seat_of)];
            }
            (tried.total(cost), swaps(seats, &tried))
        });
        judged.min().expect("as they sit")
    }

    /// The fewest swaps from one arrangement to another: entrants less circles.
    fn swaps(from: &Seats, to: &Seats) -> usize {
        let mut seen = vec![false; from.seats.len()];
        let mut swaps = 0;
        for start in 0..from.seats.len() {
            let mut at = start;
            while !std::mem::replace(&mut seen[at], true) {
                at = from
                    .seats
                    .iter()
                    .position(|seat| *seat == to.seats[at])
                    .expect("taken");
                swaps += usize::from(at != start);
            }
        }
        swaps
    }

    proptest! {
        #[test]
        fn in_a_small_field_clubs_are_apart_as_well_as_can_be_by_the_fewest_swaps(
            order in Just((0..8_u16).collect::<Vec<_>>()).prop_shuffle(),
            clubs in proptest::collection::vec(proptest::option::of(0..4_u8), 8),
            fixed in 2..5_usize,
        ) {
            let band = |number| Band { number, keeps_bye: false };
            let bands = (0..8).map(|of| (of >= fixed).then_some(band(0))).collect();
            let start = Seats::new(order.into_iter().map(Some).collect(), &clubs, bands);
            let cost = apart_in(8);
            let mut settled = start.clone();
            settled.settle(&cost);
            prop_assert_eq!((settled.total(&cost), swaps(&start, &settled)), least(&start, &cost));
        }

        #[test]
        fn in_a_large_field_no_single_swap_helps_and_none_can_be_left_out(
            order in Just((0..16_u16).collect::<Vec<_>>()).prop_shuffle(),
            clubs in proptest::collection::vec(proptest::option::of(0..5_u8), 16),
        ) {
            let band = Band { number: 0, keeps_bye: false };
            let start = Seats::new(order.into_iter().map(Some).collect(), &clubs, vec![Some(band); 16]);
            let cost = apart_in(16);
            let mut settled = start.clone();
            settled.settle(&cost);
            let reached = settled.total(&cost);
            prop_assert!(reached <= start.total(&cost));
            for one in 0..16 {
                let swaps_of_one: Vec<Swap> = settled.swaps_of(one).collect();
                for swap in swaps_of_one {
                    let before = swaps(&start, &settled);
                    settled.swap(swap);
                    let total = settled.total(&cost);
                    prop_assert!(total >= reached, "{swap:?} helps");
                    prop_assert!(total > reached || swaps(&start, &settled) >= before, "{swap:?} was not needed");
                    settled.swap(swap);
                }
            }
        }
    }
}
