//! A score as a whole: for a match that was written on paper, or must be corrected.

use super::Board;
use crate::domain::refusal::Refusal;
use crate::domain::sport::Outcome;
use crate::domain::sport::definition::Ladder;
use crate::domain::sport::target::Target;
use crate::domain::state::BySide;

impl Board {
    /// The score as a whole, in place of what was played.
    pub(super) fn correct(&mut self, ladder: &Ladder, periods: &[BySide<i64>]) -> Option<Outcome> {
        *self = Board::default();
        for (index, set) in periods.iter().enumerate() {
            self.sets.push(*set);
            self.over = None;
            let last = index + 1 == periods.len();
            let winner = self.set_target(ladder).winner(*set);
            if winner.is_some() || !last {
                let outcome = self.end_set(ladder, winner.or(set.leader()));
                if last {
                    self.server = None;
                    return outcome;
                }
            }
        }
        self.server = None;
        (self.ends_due, self.interval_due) = (false, false);
        None
    }
}

/// Whether a score can come about under these rules, set by set; the last set may be unfinished.
pub(super) fn legal_result(ladder: &Ladder, periods: &[BySide<i64>]) -> Result<(), Refusal> {
    let best_of = ladder.best_of() as usize;
    let mut won = BySide::<i64>::default();
    for (index, set) in periods.iter().enumerate() {
        let number = index + 1;
        let illegal = |why: String| {
            Err(Refusal::IllegalScore(format!(
                "{why}; “force” takes it all the same"
            )))
        };
        if won.a.max(won.b) > (best_of / 2) as i64 || number > best_of {
            return illegal(format!(
                "set {number} cannot be: the match was over before it"
            ));
        }
        let target = Target::of_set(ladder, number == best_of);
        let last = number == periods.len();
        match target.winner(*set) {
            Some(side) if target.can_end(*set) => *won.get_mut(side) += 1,
            None if last && target.can_stand(*set) => {}
            _ => return illegal(format!("set {number} cannot be {}–{}", set.a, set.b)),
        }
    }
    Ok(())
}
