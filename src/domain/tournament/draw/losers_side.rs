//! The losers' side: whoever loses a round of the winners' side enters a round of it. Double elimination has one, and
//! so has a feed-in consolation.

use super::trees::{Outcome, Sheet, Slot, losers, winners};

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

/// Returns the orders in which the losers of each round drop. Among the usual ones these let two who met on the winners' side
/// meet again latest: in round 3, 4, 5 and 7 of the losers' side for 8, 16, 32 and 64 lines.
fn orders(lines: usize) -> &'static [Order] {
    use Order::{HalfShift, Natural, Reverse, ReverseHalfShift};
    match lines {
        0..=8 => &[Natural, Reverse],
        9..=16 => &[Natural, Reverse, Reverse],
        17..=32 => &[Natural, Reverse, HalfShift],
        _ => &[Natural, ReverseHalfShift, Reverse, HalfShift],
    }
}

/// A losers' side in the making.
#[derive(Debug)]
pub struct LosersSide {
    prefix: &'static str,
    orders: &'static [Order],
    /// Rounds of the winners' side that dropped.
    dropped: usize,
    round: u16,
    slots: Vec<Slot>,
}

impl LosersSide {
    /// Begins the losers' side of a winners' side with so many lines. `prefix` comes before each key.
    pub fn new(prefix: &'static str, lines: usize) -> LosersSide {
        LosersSide {
            prefix,
            orders: orders(lines),
            dropped: 0,
            round: 0,
            slots: Vec::new(),
        }
    }

    /// Takes the losers of the next round of the winners' side: those of round 1 fill its slots, later ones meet who is left.
    pub fn drop(&mut self, sheet: &mut Sheet, winners_side: &[Outcome]) {
        let order = self.orders.get(self.dropped).copied();
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
