//! The engine of set sports: points make (games, and games make) sets, sets make the match.

mod award;
mod result;
mod service;
mod shown;

use super::conduct::{Conduct, Scope};
use super::definition::{Ladder, Rules, ServeOrder};
use super::target::Target;
use super::{Outcome, absurd_result, no_more_periods};
use crate::domain::matches::event::{NamedPhase, Play};
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{BySide, Side};
use result::legal_result;

/// A match of sets while it is played.
#[derive(Clone, Default)]
pub struct Count {
    /// Every set with its points, or games; the current one is the last.
    sets: Vec<BySide<i64>>,
    won: BySide<i64>,
    /// Who took the last set, once it is over; nobody, when time cut it short at a level score.
    over: Option<Option<Side>>,
    /// Points of the game being played, where games make the set.
    game: BySide<i64>,
    /// `winner`, `loser`, `side_out`: who serves. `alternate`: who served first in this set. `by_game`: in this game.
    server: Option<Side>,
    /// Who served first in this set.
    first_server: Option<Side>,
    /// `side_out`: which of the side's players serves, from 1.
    server_number: u32,
    /// The last set was ended before its time.
    cut_short: bool,
    ends_due: bool,
    interval_due: bool,
    service_over: bool,
    /// The expedite system, since so many points of this set.
    expedite: Option<i64>,
    /// Cards have opened this set in the pause before it, and nothing of it was played.
    before_play: bool,
    /// The referee has said who serves, in this set or in the pause before it.
    serve_said: bool,
    /// The `server` when the last set ended.
    served_at_end: Option<Side>,
}

impl Count {
    /// Says whether the rules can produce this event now.
    pub fn judge(&self, ladder: &Ladder, play: &Play) -> Result<(), Refusal> {
        match play {
            Play::Point { side, value, .. } if *value < 0 => {
                let had = self.can_take_back(ladder, *side);
                if had + value < 0 {
                    return Err(Refusal::IllegalScore(format!(
                        "cannot take {} points back: there are {had} in what is being played; undo goes further back",
                        -value
                    )));
                }
                Ok(())
            }
            Play::Point { value, .. }
                if *value > 0 && self.over.is_some() && self.sets.len() >= ladder.most_sets() =>
            {
                Err(no_more_periods(ladder.most_sets()))
            }
            Play::PeriodStart { .. }
                if !self.is_fresh() && self.sets.len() >= ladder.best_of() as usize =>
            {
                Err(no_more_periods(ladder.best_of() as usize))
            }
            Play::Result { periods, .. } if periods.len() > ladder.most_sets() => {
                Err(absurd_result(ladder.most_sets()))
            }
            Play::Result { periods, .. }
                if periods
                    .iter()
                    .any(|period| period.named != NamedPhase::Unnamed) =>
            {
                Err(Refusal::BadEvent(
                    "a set has no “phase”: this sport has neither extra time nor a shoot-out"
                        .into(),
                ))
            }
            Play::Result {
                periods,
                force: false,
                ..
            } => legal_result(ladder, periods),
            _ => Ok(()),
        }
    }

    /// Says if the current set has no point yet: "begin match, new set" is one set.
    fn is_fresh(&self) -> bool {
        let untouched =
            |set: &BySide<i64>| *set == BySide::default() && self.game == BySide::default();
        self.over.is_none() && (self.before_play || self.sets.last().is_none_or(untouched))
    }

    /// The effect of an event; says when it ends the match.
    pub fn play(
        &mut self,
        ladder: &Ladder,
        rules: &Rules,
        conduct: &mut Conduct,
        play: &Play,
    ) -> Option<Outcome> {
        match play {
            Play::Start { side } => {
                self.open_if_none(ladder, rules, conduct);
                if let Some(side) = side {
                    self.set_server(ladder, *side);
                }
                None
            }
            Play::Point { side, value, .. } => self.points(ladder, rules, conduct, *side, *value),
            Play::PeriodStart { .. } => self.next_set(ladder, rules, conduct),
            Play::PeriodEnd => self.cut_short(ladder),
            Play::Serve { side, expedite } => {
                if *expedite && ladder.serve.expedite {
                    self.begin_expedite();
                }
                self.set_server(ladder, *side);
                self.serve_said = true;
                None
            }
            Play::Ends => {
                self.ends_due = false;
                None
            }
            Play::Result { periods, .. } => {
                let outcome = self.correct(ladder, periods);
                conduct.enter(rules, self.scope());
                outcome
            }
            _ => None,
        }
    }

    /// Who leads, for a match that is ended as it stands: by sets, else in the set being played.
    pub fn leader(&self) -> Option<Side> {
        let in_set = || match self.over {
            None => self
                .sets
                .last()
                .and_then(BySide::leader)
                .or_else(|| self.game.leader()),
            Some(_) => None,
        };
        self.won.leader().or_else(in_set)
    }

    fn points(
        &mut self,
        ladder: &Ladder,
        rules: &Rules,
        conduct: &mut Conduct,
        side: Side,
        value: i64,
    ) -> Option<Outcome> {
        (self.ends_due, self.interval_due, self.service_over) = (false, false, false);
        if value < 0 {
            self.take_back(ladder, side, value);
            return None;
        }
        if value > 0 && self.over.is_some() {
            self.open(ladder, rules, conduct);
        }
        self.open_if_none(ladder, rules, conduct);
        self.before_play = false;
        for _ in 0..value {
            let outcome = self.rally(ladder, side);
            if outcome.is_some() || self.over.is_some() {
                return outcome;
            }
        }
        None
    }

    fn rally(&mut self, ladder: &Ladder, side: Side) -> Option<Outcome> {
        if ladder.serve.order == ServeOrder::SideOut {
            match self.server {
                Some(server) if server != side => {
                    self.lose_service(ladder);
                    return None;
                }
                Some(_) => {}
                // Only the side that serves can have scored.
                None => self.set_server(ladder, side),
            }
        }
        self.win_point(ladder, side)
    }

    fn win_point(&mut self, ladder: &Ladder, side: Side) -> Option<Outcome> {
        if !self.in_games(ladder) {
            return self.score(ladder, side);
        }
        let target = self.game_target(ladder);
        let tie_break = self.in_tie_break(ladder);
        *self.game.get_mut(side) += 1;
        if target.winner(self.game).is_some() {
            self.game = BySide::default();
            self.server = self.server.map(Side::other);
            return self.score(ladder, side);
        }
        if tie_break && divides(ladder.ends.tie_break_every, self.game.a + self.game.b) {
            self.ends_due = true;
        }
        None
    }

    /// A point, or a game, for the set.
    fn score(&mut self, ladder: &Ladder, side: Side) -> Option<Outcome> {
        let target = self.set_target(ladder);
        let in_games = self.in_games(ladder);
        let decider = self.in_decider(ladder);
        let set = self.sets.last_mut()?;
        *set.get_mut(side) += 1;
        let set = *set;
        if !in_games {
            self.serve_after_point(ladder, side);
        }
        if target.winner(set).is_some() {
            self.ends_due = in_games && ladder.ends.odd_games && (set.a + set.b) % 2 == 1;
            self.interval_due = false;
            return self.end_set(ladder, Some(side));
        }
        let (ends, interval) = (&ladder.ends, &ladder.interval);
        // Of two points at once each keeps what the other calls for.
        if in_games {
            self.ends_due |= ends.odd_games && (set.a + set.b) % 2 == 1;
            return None;
        }
        let first_to = |at: Option<u32>| {
            at.is_some_and(|at| {
                *set.get(side) == i64::from(at) && *set.get(side.other()) < i64::from(at)
            })
        };
        let (interval_at, every) = match decider {
            true => (
                interval.decider_at.or(interval.at),
                ends.decider_every.or(ends.every),
            ),
            false => (interval.at, ends.every),
        };
        let by_games = ladder.game.is_some();
        let every = if by_games {
            ends.tie_break_every
        } else {
            every
        };
        self.ends_due |= (decider && first_to(ends.decider_at)) || divides(every, set.a + set.b);
        let total = i64::from(interval.at_total.unwrap_or(0));
        let at_total = !decider && total > 0 && set.a + set.b == total;
        self.interval_due |= !by_games && (first_to(interval_at) || at_total);
        None
    }

    fn end_set(&mut self, ladder: &Ladder, taker: Option<Side>) -> Option<Outcome> {
        self.over = Some(taker);
        (self.served_at_end, self.serve_said) = (self.server, false);
        if let Some(taker) = taker {
            *self.won.get_mut(taker) += 1;
        }
        self.game = BySide::default();
        self.service_over = false;
        let outcome = self.outcome(ladder);
        if outcome.is_none() {
            self.interval_due = ladder.interval.between_sets > 0;
            self.ends_due |= ladder.ends.between_sets && !self.toss_comes(ladder);
            self.server = self.serves_next_set(ladder, taker);
        }
        outcome
    }

    fn outcome(&self, ladder: &Ladder) -> Option<Outcome> {
        let best_of = ladder.best_of();
        let needed = i64::from(best_of / 2 + 1);
        if self.won.a.max(self.won.b) >= needed {
            return Some(Outcome::won_by(self.won.leader()));
        }
        let leader = self.won.leader();
        let all_played = self.sets.len() >= best_of as usize;
        let may_draw = best_of.is_multiple_of(2);
        (all_played && (leader.is_some() || may_draw)).then_some(Outcome::won_by(leader))
    }

    /// A set cut short: the leader takes it, level goes to nobody.
    fn cut_short(&mut self, ladder: &Ladder) -> Option<Outcome> {
        match self.sets.last() {
            Some(set) if self.over.is_none() => {
                let leader = set.leader();
                self.ends_due = false;
                self.cut_short = true;
                self.end_set(ladder, leader)
            }
            _ => None,
        }
    }

    fn next_set(
        &mut self,
        ladder: &Ladder,
        rules: &Rules,
        conduct: &mut Conduct,
    ) -> Option<Outcome> {
        if self.is_fresh() {
            self.open_if_none(ladder, rules, conduct);
            (self.before_play, self.ends_due, self.interval_due) = (false, false, false);
            return None;
        }
        let outcome = self.cut_short(ladder);
        if outcome.is_none() {
            self.open(ladder, rules, conduct);
        }
        outcome
    }

    fn open_if_none(&mut self, ladder: &Ladder, rules: &Rules, conduct: &mut Conduct) {
        if self.sets.is_empty() {
            self.open(ladder, rules, conduct);
        }
    }

    fn open(&mut self, ladder: &Ladder, rules: &Rules, conduct: &mut Conduct) {
        // Of a history that has more, the last set begins anew: sets that were won stay counted.
        if self.sets.len() >= ladder.most_sets() {
            self.sets.pop();
        }
        self.sets.push(BySide::default());
        (self.over, self.cut_short) = (None, false);
        (self.ends_due, self.interval_due, self.service_over) = (false, false, false);
        self.first_server = None;
        self.before_play = false;
        self.expedite = self.expedite.map(|_| 0);
        if let Some(server) = self.server {
            self.set_server(ladder, server);
        }
        conduct.enter(rules, self.scope());
    }

    fn scope(&self) -> Scope {
        let period = u32::try_from(self.sets.len().saturating_sub(1)).unwrap_or(u32::MAX);
        Scope {
            period,
            half: period,
            extra: false,
        }
    }

    fn in_decider(&self, ladder: &Ladder) -> bool {
        self.sets.len() >= ladder.best_of() as usize
    }

    /// Says if the current set is played in games.
    fn in_games(&self, ladder: &Ladder) -> bool {
        ladder.game.is_some() && !(self.in_decider(ladder) && ladder.decided_by_points())
    }

    fn in_tie_break(&self, ladder: &Ladder) -> bool {
        let Some(set) = self
            .sets
            .last()
            .filter(|_| self.over.is_none() && self.in_games(ladder))
        else {
            return false;
        };
        self.set_target(ladder)
            .tie_break_at
            .is_some_and(|at| set.a == at && set.b == at)
    }

    fn game_target(&self, ladder: &Ladder) -> Target {
        let tie_break = ladder.set.as_ref().and_then(|set| set.tie_break.as_ref());
        match (&ladder.game, tie_break) {
            (_, Some(tie_break)) if self.in_tie_break(ladder) => {
                let other = ladder.set.as_ref().and_then(|set| set.decider.as_ref());
                let other = other
                    .filter(|_| self.in_decider(ladder))
                    .and_then(|decider| decider.tie_break_target);
                Target::new(other.unwrap_or(tie_break.target), tie_break.lead, None)
            }
            (Some(game), _) => Target::of_game(game),
            (None, _) => Target::new(1, 1, None),
        }
    }

    fn set_target(&self, ladder: &Ladder) -> Target {
        Target::of_set(ladder, self.in_decider(ladder))
    }
}

fn divides(every: Option<u32>, total: i64) -> bool {
    every.is_some_and(|every| every > 0 && total > 0 && total % i64::from(every) == 0)
}
