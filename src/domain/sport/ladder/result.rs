//! Corrections: points taken back, and a score as a whole, as for a match that was written on paper.

use super::Count;
use crate::domain::matches::event::PeriodResult;
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{BySide, Side};
use crate::domain::sport::Outcome;
use crate::domain::sport::definition::{Ladder, ServeOrder};
use crate::domain::sport::target::Target;

impl Count {
    pub(super) fn can_take_back(&self, ladder: &Ladder, side: Side) -> i64 {
        if self.in_games(ladder) {
            return *self.game.get(side);
        }
        self.sets.last().map_or(0, |set| *set.get(side))
    }

    pub(super) fn take_back(&mut self, ladder: &Ladder, side: Side, value: i64) {
        if self.in_games(ladder) {
            let count = self.game.get_mut(side);
            *count = (*count + value).max(0);
            return;
        }
        let target = self.set_target(ladder);
        let Some(set) = self.sets.last_mut() else {
            return;
        };
        let count = set.get_mut(side);
        *count = (*count + value).max(0);
        if target.winner(*set).is_some() {
            return;
        }
        let leader = set.leader();
        let Some(taker) = self.over.take() else {
            return;
        };
        if let Some(taker) = taker {
            *self.won.get_mut(taker) -= 1;
        }
        if self.cut_short {
            self.over = Some(leader);
            if let Some(leader) = leader {
                *self.won.get_mut(leader) += 1;
            }
            return;
        }
        // Whoever was to serve first in the next set says nothing of this one.
        self.server = match ladder.serve.order {
            ServeOrder::Alternate => self.served_at_end,
            _ => None,
        };
    }

    /// The score as a whole, in place of what was played.
    pub(super) fn correct(&mut self, ladder: &Ladder, periods: &[PeriodResult]) -> Option<Outcome> {
        *self = Count {
            expedite: self.expedite.map(|_| 0),
            ..Count::default()
        };
        let periods = periods.get(..ladder.most_sets()).unwrap_or(periods);
        for (index, set) in periods.iter().map(|period| period.points).enumerate() {
            self.sets.push(set);
            self.over = None;
            let last = index + 1 == periods.len();
            let winner = self.set_target(ladder).winner(set);
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

/// Says if a score can come about under these rules, set by set; the last set may be unfinished.
pub(super) fn legal_result(ladder: &Ladder, periods: &[PeriodResult]) -> Result<(), Refusal> {
    let best_of = ladder.best_of() as usize;
    let mut won = BySide::<i64>::default();
    for (index, set) in periods.iter().map(|period| period.points).enumerate() {
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
        match target.winner(set) {
            Some(side) if target.can_end(set) => *won.get_mut(side) += 1,
            None if last && target.can_stand(set) => {}
            _ => return illegal(format!("set {number} cannot be {}–{}", set.a, set.b)),
        }
    }
    Ok(())
}
