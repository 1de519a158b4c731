//! The losers' side: whoever loses a round of the winners' side enters a round of it. Double elimination has one, and
//! so has a feed-in consolation.

use super::trees::{Sheet, Slot, WaysOut, losers, winners};

/// The order in which the losers of a round drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Natural,
    Reverse,
    /// The lower half first.
    HalfShift,
    /// Each half from its bottom.
    ReverseHalfShift,
}

impl Order {
    fn apply(self, mut slots: Vec<Slot>) -> Vec<Slot> {
        let half = slots.len() / 2;
        match self {
            Order::Natural => {}
            Order::Reverse => slots.reverse(),
            Order::HalfShift => slots.rotate_left(half),
            Order::ReverseHalfShift => {
                slots.reverse();
                slots.rotate_right(half);
            }
        }
        slots
    }
}

/// The orders in which the losers of rounds 1, 2, 3… drop; later ones drop as they come.
///
/// With 8, 16, 32 and 64 lines a match of the winners' side can be repeated in round 3, 4, 5 and 7 of the losers' side. No
/// orders of these kinds do better, nor where only some of the rounds drop.
const ORDERS: [Order; 4] = [
    Order::Natural,
    Order::Reverse,
    Order::HalfShift,
    Order::ReverseHalfShift,
];

/// A losers' side in the making.
#[derive(Debug)]
pub struct LosersSide {
    prefix: &'static str,
    /// Rounds of the winners' side that dropped.
    dropped: usize,
    round: u16,
    slots: Vec<Slot>,
}

impl LosersSide {
    /// Begins a losers' side. `prefix` comes before each key.
    pub fn new(prefix: &'static str) -> LosersSide {
        LosersSide {
            prefix,
            dropped: 0,
            round: 0,
            slots: Vec::new(),
        }
    }

    /// Takes the losers of the next round of the winners' side: those of round 1 fill its slots, later ones meet who is left.
    pub fn drop(&mut self, sheet: &mut Sheet, winners_side: &[WaysOut]) {
        let order = ORDERS.get(self.dropped).copied();
        let dropping = order.unwrap_or(Order::Natural).apply(losers(winners_side));
        self.dropped += 1;
        if self.dropped == 1 {
            self.slots = dropping;
        } else {
            self.halve(sheet);
            let left = std::mem::take(&mut self.slots);
            let meeting = dropping.into_iter().zip(left);
            self.slots = meeting
                .flat_map(|(dropping, left)| [dropping, left])
                .collect();
            self.halve(sheet);
        }
    }

    /// Plays a round among those who are left.
    fn halve(&mut self, sheet: &mut Sheet) {
        self.round += 1;
        let (prefix, round) = (self.prefix, self.round);
        let name = |number| format!("{prefix}L{round}-{number}");
        let outcomes = sheet.round(round, std::mem::take(&mut self.slots), name);
        self.slots = winners(&outcomes);
    }

    /// Plays on until one is left, and returns it.
    pub fn finish(mut self, sheet: &mut Sheet) -> Slot {
        while self.slots.len() > 1 {
            self.halve(sheet);
        }
        self.slots.pop().flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::super::{Field, fixtures};
    use crate::domain::tournament::format::Kind;
    use crate::domain::tournament::{Fixture, Key, Source};

    const DOUBLE_ELIMINATION: &str = r#"{"kind":"double_elimination"}"#;

    fn drawn(kind: &str, n: u16) -> Vec<Fixture> {
        let kind: Kind = serde_json::from_str(kind).expect("a kind");
        fixtures(&kind, &Field::by_rank(n)).expect("a draw")
    }

    fn is_losers_side(fixture: &Fixture) -> bool {
        fixture
            .key
            .as_str()
            .trim_start_matches("con:")
            .starts_with('L')
    }

    fn taker<'a>(fixtures: &'a [Fixture], source: &Source) -> Option<&'a Fixture> {
        fixtures
            .iter()
            .find(|one| one.a == *source || one.b == *source)
    }

    fn winner(fixture: &Fixture) -> Source {
        Source::Winner {
            winner: fixture.key.clone(),
        }
    }

    /// The rounds of the losers' side that a loser of a fixture comes through if it wins all.
    fn way_down<'a>(fixtures: &'a [Fixture], from: &Fixture) -> BTreeMap<&'a Key, u16> {
        let mut way = BTreeMap::new();
        let mut source = Source::Loser {
            loser: from.key.clone(),
        };
        while let Some(next) = taker(fixtures, &source).filter(|next| is_losers_side(next)) {
            way.insert(&next.key, next.round);
            source = winner(next);
        }
        way
    }

    /// The earliest round of the losers' side in which two can meet who met before: one lost then, the other in a later
    /// round of the winners' side.
    fn earliest_rematch(fixtures: &[Fixture]) -> Option<u16> {
        let winners_side = fixtures.iter().filter(|one| !is_losers_side(one));
        let mut rounds = Vec::new();
        for met in winners_side {
            let way = way_down(fixtures, met);
            let mut on = met;
            while let Some(later) = taker(fixtures, &winner(on)).filter(|one| !is_losers_side(one))
            {
                let other_way = way_down(fixtures, later);
                let shared = way.iter().filter(|(key, _)| other_way.contains_key(*key));
                rounds.extend(shared.map(|(_, round)| *round));
                on = later;
            }
        }
        rounds.into_iter().min()
    }

    #[test]
    fn two_who_met_meet_again_as_late_as_can_be() {
        const VECTORS: &str = include_str!("../../../../tests/vectors/double_elimination.json");
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        let earliest = vectors["earliest_rematch_losers_round"].as_object();
        for (n, round) in earliest.expect("sizes") {
            let fixtures = drawn(DOUBLE_ELIMINATION, n.parse().expect("a number"));
            assert_eq!(Value::from(earliest_rematch(&fixtures)), *round, "{n}");
            let rounds = fixtures.iter().filter(|one| is_losers_side(one));
            let rounds = rounds.map(|one| one.round).max();
            assert_eq!(Value::from(rounds), vectors["losers_rounds"][n], "{n}");
        }
    }

    #[test]
    fn byes_bring_no_rematch_forward() {
        for n in 4..=64_u16 {
            let full = earliest_rematch(&drawn(DOUBLE_ELIMINATION, n.next_power_of_two()));
            let with_byes = earliest_rematch(&drawn(DOUBLE_ELIMINATION, n));
            assert!(with_byes.is_none() || with_byes >= full, "{n}");
        }
    }

    /// By the lines and the last round that feeds in; the best of all orders, found by trying them.
    #[test]
    fn a_feed_in_brings_two_together_again_as_late_as_can_be() {
        let best = [
            (8, "SF", 3),
            (16, "QF", 4),
            (16, "SF", 4),
            (32, "R16", 5),
            (32, "QF", 5),
            (32, "SF", 5),
            (64, "R32", 6),
            (64, "R16", 6),
            (64, "QF", 7),
            (64, "SF", 7),
        ];
        for (n, to, round) in best {
            let kind = format!(r#"{{"kind":"consolation","mode":"feed_in","to":"{to}"}}"#);
            assert_eq!(
                earliest_rematch(&drawn(&kind, n)),
                Some(round),
                "{n} to {to}"
            );
        }
    }
}
