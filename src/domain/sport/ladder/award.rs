//! The award of a card to the other side: points, or the game that is played.

use super::Count;
use crate::domain::matches::state::{BySide, Side};
use crate::domain::sport::Outcome;
use crate::domain::sport::conduct::{Award, Conduct};
use crate::domain::sport::definition::{Ladder, Rules};

impl Count {
    /// Gives what a card awards, whoever serves. An interval or a change of ends that is due stays due.
    pub fn award(
        &mut self,
        ladder: &Ladder,
        rules: &Rules,
        conduct: &mut Conduct,
        side: Side,
        award: Award,
    ) -> Option<Outcome> {
        let due = (self.ends_due, self.interval_due);
        if self.over.is_some() {
            self.open(ladder, rules, conduct);
        }
        self.open_if_none(ladder, rules, conduct);
        self.before_play |= self.is_fresh();
        (self.ends_due, self.interval_due) = due;
        let Award::Points(points) = award else {
            return self.win_game(ladder, side);
        };
        for _ in 0..points {
            let outcome = self.win_point(ladder, side);
            if outcome.is_some() || self.over.is_some() {
                return outcome;
            }
        }
        None
    }

    /// The game that is played, or the set where there are no games, goes to a side. The other one keeps its points.
    fn win_game(&mut self, ladder: &Ladder, side: Side) -> Option<Outcome> {
        if self.in_games(ladder) {
            self.game = BySide::default();
            self.server = self.server.map(Side::other);
            return self.score(ladder, side);
        }
        let target = self.set_target(ladder);
        let set = self.sets.last_mut()?;
        let needed = target.needed_against(*set.get(side.other()));
        *set.get_mut(side) = needed.max(set.get(side) + 1);
        self.ends_due = false;
        self.end_set(ladder, Some(side))
    }
}
