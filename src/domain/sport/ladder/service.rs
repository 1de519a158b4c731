//! Who serves: after a point, in the next set, and when the referee says so.

use super::Count;
use crate::domain::matches::state::Side;
use crate::domain::sport::definition::{Ladder, NextSet, ServeOrder};

impl Count {
    pub(super) fn serve_after_point(&mut self, ladder: &Ladder, side: Side) {
        match ladder.serve.order {
            ServeOrder::Winner | ServeOrder::Loser => {
                let next = match ladder.serve.order {
                    ServeOrder::Loser => side.other(),
                    _ => side,
                };
                self.service_over = self.server.is_some_and(|server| server != next);
                self.server = Some(next);
            }
            _ => {}
        }
    }

    pub(super) fn lose_service(&mut self, ladder: &Ladder) {
        if self.server_number < ladder.serve.servers {
            self.server_number += 1;
            return;
        }
        self.server_number = 1;
        self.server = self.server.map(Side::other);
        self.service_over = true;
    }

    pub(super) fn serves_next_set(&self, ladder: &Ladder, taker: Option<Side>) -> Option<Side> {
        let other_first = self.first_server.map(Side::other);
        match ladder.serve.order {
            ServeOrder::None => None,
            // The games of all sets are served in turn; the one that just ended has passed the service on.
            ServeOrder::ByGame => self.server,
            _ if self.toss_comes(ladder) => None,
            ServeOrder::Alternate => other_first,
            ServeOrder::Winner | ServeOrder::Loser | ServeOrder::SideOut => {
                match ladder.serve.next_set {
                    NextSet::Winner => taker,
                    NextSet::Loser => taker.map(Side::other),
                    NextSet::Alternate => other_first,
                    NextSet::Toss => None,
                }
            }
        }
    }

    /// Before the decider, a toss says who serves first and where.
    pub(super) fn toss_comes(&self, ladder: &Ladder) -> bool {
        ladder.serve.decider_toss && self.sets.len() + 1 >= ladder.best_of() as usize
    }

    /// The referee says who serves now.
    pub(super) fn set_server(&mut self, ladder: &Ladder, side: Side) {
        self.service_over = false;
        self.server = match self.turns(ladder) % 2 {
            0 => Some(side),
            _ => Some(side.other()),
        };
        if self.is_fresh() {
            self.first_server = self.server;
            self.server_number = ladder.serve.servers;
        } else if ladder.serve.order == ServeOrder::Alternate {
            // Later in the set a referee says who serves this point, not who served first.
            let corrects = self.turns(ladder) == 0 && self.expedite.is_none() && !self.serve_said;
            if self.first_server.is_none() || corrects {
                self.first_server = self.server;
            }
        } else {
            self.server_number = 1;
        }
    }

    /// From now on each side serves one point in turn (ITTF Laws of Table Tennis, 2.15).
    pub(super) fn begin_expedite(&mut self) {
        self.expedite = Some(self.sets.last().map_or(0, |set| set.a + set.b));
    }

    /// How often the service has changed sides since `server` began.
    pub(super) fn turns(&self, ladder: &Ladder) -> i64 {
        let serve = &ladder.serve;
        match serve.order {
            ServeOrder::Alternate if self.over.is_none() => {
                let set = self.sets.last().copied().unwrap_or_default();
                let total = set.a + set.b;
                if let Some(since) = self.expedite {
                    return (total - since).max(0);
                }
                let deuce = 2 * (self.set_target(ladder).target - 1);
                let (every, deuce_every) = (
                    i64::from(serve.every.max(1)),
                    i64::from(serve.deuce_every.max(1)),
                );
                total.min(deuce) / every + (total - deuce).max(0) / deuce_every
            }
            ServeOrder::ByGame if self.in_tie_break(ladder) => (self.game.a + self.game.b + 1) / 2,
            ServeOrder::ByGame if self.over.is_none() && !self.in_games(ladder) => {
                let set = self.sets.last().copied().unwrap_or_default();
                (set.a + set.b + 1) / 2
            }
            _ => 0,
        }
    }

    pub(super) fn serving(&self, ladder: &Ladder) -> Option<Side> {
        match self.turns(ladder) % 2 {
            0 => self.server,
            _ => self.server.map(Side::other),
        }
    }
}
