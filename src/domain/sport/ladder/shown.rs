//! What everybody sees of a match of sets, and what the referee should do or announce.

use super::Count;
use crate::domain::matches::state::{BySide, MatchState, Side};
use crate::domain::sport::definition::{Deuce, GameLevel, Ladder, ServeOrder};

/// What a board shows for a point is short, whatever a sport's file calls it.
const CALL_MAX_CHARS: usize = 16;

impl Count {
    /// The state as everybody sees it.
    pub fn show(&self, ladder: &Ladder, live: bool, state: &mut MatchState) {
        state.score = match ladder.set {
            Some(_) => self.won,
            None => self.sets.last().copied().unwrap_or_default(),
        };
        state.periods.clone_from(&self.sets);
        state.period = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        let calls = ladder.game.as_ref().filter(|_| self.in_games(ladder));
        let shown = match calls {
            Some(_) => self.game,
            None => self.sets.last().copied().unwrap_or_default(),
        };
        let call = |side: Side| match calls {
            Some(game) if !self.in_tie_break(ladder) => {
                called(game, *shown.get(side), *shown.get(side.other()))
            }
            _ => shown.get(side).to_string(),
        };
        let call = |side: Side| call(side).chars().take(CALL_MAX_CHARS).collect();
        state.points = BySide {
            a: call(Side::A),
            b: call(Side::B),
        };
        if live {
            state.serving = self.serving(ladder);
            self.show_prompts(ladder, &mut state.prompt);
        }
    }

    fn show_prompts(&self, ladder: &Ladder, prompt: &mut Vec<String>) {
        let mut say = |when: bool, what: &str| {
            if when {
                prompt.push(what.to_owned());
            }
        };
        say(self.ends_due, "ends");
        say(self.interval_due, "interval");
        if self.over.is_some() || self.sets.is_empty() {
            return;
        }
        say(self.service_over && ladder.serve.announce, "service_over");
        let second = ladder.serve.order == ServeOrder::SideOut && ladder.serve.servers > 1;
        say(
            second && self.server.is_some() && self.server_number > 1,
            "second_server",
        );
        say(self.deciding_point(ladder), "deciding_point");
        let stake = self.stake(ladder, Side::A).max(self.stake(ladder, Side::B));
        say(stake == Stake::Set, "set_point");
        say(stake == Stake::Match, "match_point");
    }

    fn stake(&self, ladder: &Ladder, side: Side) -> Stake {
        let side_out = ladder.serve.order == ServeOrder::SideOut;
        if side_out && self.server.is_some_and(|server| server != side) {
            return Stake::Nothing;
        }
        let plus_one = |mut count: BySide<i64>| {
            *count.get_mut(side) += 1;
            count
        };
        if self.in_games(ladder)
            && self
                .game_target(ladder)
                .winner(plus_one(self.game))
                .is_none()
        {
            return Stake::Nothing;
        }
        let Some(set) = self.sets.last() else {
            return Stake::Nothing;
        };
        if self.set_target(ladder).winner(plus_one(*set)).is_none() {
            return Stake::Nothing;
        }
        let needed = i64::from(ladder.best_of() / 2 + 1);
        let last_and_ahead = self.in_decider(ladder) && plus_one(self.won).leader() == Some(side);
        match *plus_one(self.won).get(side) >= needed || last_and_ahead {
            true => Stake::Match,
            false => Stake::Set,
        }
    }

    /// One point decides the game for whoever wins it.
    fn deciding_point(&self, ladder: &Ladder) -> bool {
        let sudden = |game: &GameLevel| game.deuce != Deuce::Advantage && self.game.a > 0;
        ladder.game.as_ref().is_some_and(sudden)
            && self.in_games(ladder)
            && !self.in_tie_break(ladder)
            && self.game.a == self.game.b
            && {
                let next = BySide {
                    a: self.game.a + 1,
                    b: self.game.b,
                };
                self.game_target(ladder).winner(next).is_some()
            }
    }
}

/// What a board shows for a side's points in a game.
pub(super) fn called(game: &GameLevel, own: i64, other: i64) -> String {
    let deuce = i64::from(game.target) - 1;
    if own > other && other >= deuce && !game.calls.is_empty() {
        return game.advantage.clone();
    }
    let last = game.calls.len().saturating_sub(1);
    let index = usize::try_from(own).unwrap_or(0).min(last);
    game.calls
        .get(index)
        .cloned()
        .unwrap_or_else(|| own.to_string())
}

/// What the next point would win.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stake {
    Nothing,
    Set,
    Match,
}
