//! The engine of timed sports: points add up over periods, then extra time, then a shoot-out.
//!
//! Over 400 lines: one `impl` of one engine; what only shows or judges has gone to `course`, `shown` and `result`.

mod course;
mod result;
mod shown;

use super::conduct::{Award, COUNT_MAX, Conduct, add};
use super::definition::{Periods, Rules};
use super::{Outcome, PERIODS_MAX, absurd_result, no_more_periods};
use crate::domain::matches::event::{self, Play};
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{BySide, Phase, Side};
use result::{can_begin, legal_result};

/// A timed match while it is played.
#[derive(Clone, Default)]
pub struct Count {
    /// Every period that was begun; the current one is the last.
    periods: Vec<Period>,
    over: bool,
    /// It is over because a side has the points that end it.
    full: bool,
    /// Somebody said that the current period begins; the first one begins with the match.
    announced: bool,
    /// The sides have changed ends since the current period was over.
    ends_changed: bool,
    /// Who has the ball, the kick or the priority.
    serving: Option<Side>,
    /// Attempts in the shoot-out.
    attempts: BySide<i64>,
    /// Whoever has this many wins: time is up.
    cap: Option<i64>,
    /// The current period is over once a side has this many: its time is up.
    period_cap: Option<i64>,
    /// The shoot-out was decided.
    shot_out: Option<Side>,
}

#[derive(Clone, Copy)]
struct Period {
    points: BySide<i64>,
    phase: Phase,
}

impl Count {
    /// Says whether the rules can produce this event now.
    pub fn judge(&self, rules: &Periods, play: &Play) -> Result<(), Refusal> {
        match play {
            Play::Point {
                side,
                value,
                shootout,
            } if *value < 0 => {
                let had = match (self.phase(), shootout) {
                    (Phase::Shootout, _) => self.last_points(*side),
                    (_, true) => 0,
                    _ => *self.total().get(*side),
                };
                if had + value < 0 {
                    return Err(Refusal::IllegalScore(format!(
                        "cannot take {} points back: there are {had}",
                        -value
                    )));
                }
                Ok(())
            }
            Play::Point {
                value, shootout, ..
            } if self.opens(*value, *shootout) && self.begun() >= PERIODS_MAX => {
                Err(no_more_periods(PERIODS_MAX))
            }
            Play::PeriodStart {
                phase: Some(event::NextPeriod::Shootout),
            } if self.phase() == Phase::Shootout => {
                Err(Refusal::BadEvent("the shoot-out has begun already".into()))
            }
            Play::PeriodStart { phase }
                if !self.is_announced_by(*phase) && self.begun() >= can_begin(rules) =>
            {
                Err(no_more_periods(can_begin(rules)))
            }
            Play::Result { periods, .. } if periods.len() > PERIODS_MAX => {
                Err(absurd_result(PERIODS_MAX))
            }
            Play::Result {
                periods,
                force: false,
                ..
            } => legal_result(rules, periods),
            _ => Ok(()),
        }
    }

    /// Says if a point begins the next period.
    fn opens(&self, value: i64, shootout: bool) -> bool {
        value >= 0 && (self.over || (shootout && self.phase() != Phase::Shootout))
    }

    /// Says if a `period_start` only says what play has already begun.
    fn is_announced_by(&self, hint: Option<event::NextPeriod>) -> bool {
        let scoreless = self
            .periods
            .last()
            .is_some_and(|period| period.points == BySide::default());
        !self.over && !self.announced && scoreless && hint.is_none()
    }

    /// The effect of an event; says when it ends the match.
    pub fn play(
        &mut self,
        rules: &Periods,
        all: &Rules,
        conduct: &mut Conduct,
        play: &Play,
    ) -> Option<Outcome> {
        match play {
            Play::Start { side } => {
                if self.periods.is_empty() {
                    self.open(rules, all, conduct, Phase::Regular);
                }
                // Who begins is not who wins a level bout: lots are drawn for that (FIE Technical Rules, priority).
                if !has_priority(rules) {
                    self.serving = side.or(self.serving);
                }
                None
            }
            Play::Point {
                side,
                value,
                shootout,
            } => {
                if *shootout && *value >= 0 && self.phase() != Phase::Shootout {
                    self.open(rules, all, conduct, Phase::Shootout);
                } else if (self.over && *value >= 0) || self.periods.is_empty() {
                    let next = self.next_phase(rules);
                    self.open(rules, all, conduct, next);
                }
                self.point(rules, *side, *value)
            }
            Play::PeriodStart { phase } => {
                self.begin(rules, all, conduct, *phase);
                None
            }
            Play::PeriodEnd => self.end(rules),
            Play::Serve { side, .. } => {
                let late = self.awaits_priority(rules);
                if !has_priority(rules) || self.may_draw_priority(rules) {
                    self.serving = Some(*side);
                }
                late.then(|| Outcome::won_by(Some(*side)))
            }
            Play::Ends => {
                self.ends_changed = self.over;
                None
            }
            Play::Result { periods, .. } => {
                let outcome = self.correct(rules, periods);
                conduct.enter(all, self.scope(rules));
                outcome
            }
            _ => None,
        }
    }

    /// The side that leads, for a match that is ended as it stands. Kicks decide also where the match itself is not level.
    pub fn leader(&self) -> Option<Side> {
        self.leads_shootout().or_else(|| self.total().leader())
    }

    fn leads_shootout(&self) -> Option<Side> {
        let period = self.periods.last()?;
        (period.phase == Phase::Shootout)
            .then(|| period.points.leader())
            .flatten()
    }

    /// Says if extra time or a shoot-out may follow.
    pub fn can_go_on(&self) -> bool {
        self.phase() != Phase::Shootout && !self.periods.is_empty()
    }

    pub fn still_leads(&self, winner: Side, points: i64) -> bool {
        let total = self.total();
        *total.get(winner.other()) + points < *total.get(winner)
    }

    fn point(&mut self, rules: &Periods, side: Side, value: i64) -> Option<Outcome> {
        if self.phase() == Phase::Shootout {
            return self.attempt(rules, side, value);
        }
        if value < 0 {
            self.take_back(side, -value);
            self.over &= !self.full || self.is_full(rules);
            self.full &= self.over;
            return None;
        }
        let outcome = self.score(rules, side, value);
        if outcome.is_none() {
            self.full = self.is_full(rules);
            self.over = self.full;
        }
        outcome
    }

    /// Adds points to the current period; says when they end the match.
    fn score(&mut self, rules: &Periods, side: Side, value: i64) -> Option<Outcome> {
        if let Some(period) = self.periods.last_mut() {
            add(period.points.get_mut(side), value);
        }
        let sudden = self.phase() == Phase::ExtraTime && self.first_score_wins(rules);
        if sudden && value > 0 {
            // Also in a second leg, where the match need not be level before.
            return Some(Outcome::won_by(Some(side)));
        }
        self.decided_by(rules, side)
    }

    /// Says if a side's points end the match.
    fn decided_by(&self, rules: &Periods, side: Side) -> Option<Outcome> {
        let (total, phase) = (self.total(), self.phase());
        let leader = total.leader();
        let reached = |target: Option<i64>| target.is_some_and(|target| *total.get(side) >= target);
        let lead = (total.a - total.b).abs();
        let mercy = rules.mercy.as_ref().is_some_and(|mercy| {
            lead >= i64::from(mercy.lead) && self.periods.len() >= mercy.from_period as usize
        });
        let extra = rules.extra.as_ref().filter(|_| phase == Phase::ExtraTime);
        let target = rules
            .target
            .filter(|_| extra.is_none_or(|extra| extra.target.is_none()));
        let led = extra.is_some_and(|extra| {
            let ahead = extra.lead.is_some_and(|needed| lead >= i64::from(needed));
            ahead && self.after_last_round(extra, 1)
        });
        let in_extra = extra
            .and_then(|extra| extra.target)
            .is_some_and(|target| self.extra_points(side) >= i64::from(target));
        let ended = reached(target.map(i64::from)) || reached(self.cap) || mercy || led || in_extra;
        (ended && leader.is_some()).then(|| Outcome::won_by(leader))
    }

    /// Says if a side has the points that end the current period.
    fn is_full(&self, rules: &Periods) -> bool {
        let reached = |at: i64| {
            let total = self.total();
            total.a.max(total.b) >= at
        };
        self.phase() == Phase::Regular
            && (self.ends_at(rules).is_some_and(reached) || self.period_cap.is_some_and(reached))
    }

    /// How many points of a side end the current period.
    fn ends_at(&self, rules: &Periods) -> Option<i64> {
        let index = self.periods.len().saturating_sub(1);
        rules.period.ends_at.get(index).copied().map(i64::from)
    }

    /// Points that a card gives; none in a shoot-out, where only shots count. In a pause they do not end it.
    pub fn award(
        &mut self,
        rules: &Periods,
        all: &Rules,
        conduct: &mut Conduct,
        side: Side,
        award: Award,
    ) -> Option<Outcome> {
        let Award::Points(points) = award else {
            return None;
        };
        if self.phase() == Phase::Shootout {
            return None;
        }
        let value = i64::from(points);
        if self.over {
            return self.score(rules, side, value);
        }
        self.play(
            rules,
            all,
            conduct,
            &Play::Point {
                side,
                value,
                shootout: false,
            },
        )
    }

    /// Takes points back from this period, then from the ones before.
    fn take_back(&mut self, side: Side, mut value: i64) {
        for period in self.periods.iter_mut().rev() {
            let count = period.points.get_mut(side);
            let taken = value.min(*count);
            *count -= taken;
            value -= taken;
        }
    }

    /// One attempt of the shoot-out: a point scores, a zero misses, a negative one takes a score back.
    fn attempt(&mut self, rules: &Periods, side: Side, value: i64) -> Option<Outcome> {
        let taken = if value < 0 { -1 } else { 1 };
        add(self.attempts.get_mut(side), taken);
        let period = self.periods.last_mut()?;
        add(period.points.get_mut(side), value.signum());
        let scored = period.points;
        self.serving = Some(if value < 0 { side } else { side.other() });
        let planned = rules
            .shootout
            .as_ref()
            .map_or(1, |shootout| i64::from(shootout.attempts.max(1)));
        // In pairs after the planned ones, so that both have always had as many.
        let round = planned.max(self.attempts.a).max(self.attempts.b);
        let left = |side: Side| round - self.attempts.get(side);
        let winner = [Side::A, Side::B]
            .into_iter()
            .find(|side| scored.get(*side) > &(scored.get(side.other()) + left(side.other())))?;
        self.shot_out = Some(winner);
        Some(Outcome::won_by(Some(winner)))
    }

    /// The next period begins, or the one that play has already begun is announced.
    fn begin(
        &mut self,
        rules: &Periods,
        all: &Rules,
        conduct: &mut Conduct,
        hint: Option<event::NextPeriod>,
    ) {
        if self.is_announced_by(hint) {
            self.announced = true;
            return;
        }
        let next = match hint {
            Some(event::NextPeriod::Shootout) => Phase::Shootout,
            Some(event::NextPeriod::ExtraTime) => Phase::ExtraTime,
            Some(event::NextPeriod::SecondHalf) | None => self.next_phase(rules),
        };
        self.open(rules, all, conduct, next);
        self.announced = true;
    }

    fn open(&mut self, rules: &Periods, all: &Rules, conduct: &mut Conduct, phase: Phase) {
        (self.over, self.full, self.announced) = (false, false, false);
        (self.ends_changed, self.period_cap) = (false, None);
        if phase == Phase::Shootout {
            self.attempts = BySide::default();
        }
        // Of a history that has more, the rest is played in the last one: the score stays right.
        if self.begun() < PERIODS_MAX {
            self.periods.push(Period {
                points: BySide::default(),
                phase,
            });
        }
        conduct.enter(all, self.scope(rules));
    }

    /// The current period is over.
    fn end(&mut self, rules: &Periods) -> Option<Outcome> {
        if self.over || self.periods.is_empty() {
            return None;
        }
        let leader = self.total().leader();
        let decided = Outcome::won_by(leader);
        match self.phase() {
            Phase::Regular => {
                let count = rules.period.count as usize;
                let last = count > 0 && self.count(Phase::Regular) >= count;
                if last && let Some(more) = rules.soft_cap.filter(|_| self.cap.is_none()) {
                    let total = self.total();
                    self.cap = Some(total.a.max(total.b) + i64::from(more));
                    return None;
                }
                if self.goes_on_to_cap(rules) {
                    return None;
                }
                self.over = true;
                let settled = leader.is_some() || (rules.draws && !self.goes_on(rules));
                (last && settled).then_some(decided)
            }
            // Play for a lead has no time.
            Phase::ExtraTime if self.plays_for_lead(rules) => None,
            Phase::ExtraTime => {
                self.over = true;
                let extra = rules.extra.as_ref();
                let round = extra.map_or(1, |extra| extra.count.max(1)) as usize;
                let for_lead = extra.is_some_and(|extra| self.after_last_round(extra, 1));
                if !self.count(Phase::ExtraTime).is_multiple_of(round) && !for_lead {
                    return None;
                }
                match (leader, self.serving) {
                    (None, Some(side)) if has_priority(rules) => Some(Outcome::won_by(Some(side))),
                    (None, _) if self.goes_on(rules) || !rules.draws => None,
                    _ => Some(decided),
                }
            }
            Phase::Shootout => {
                self.over = true;
                self.shot_out = self.leads_shootout();
                self.leader().map(|side| Outcome::won_by(Some(side)))
            }
        }
    }

    /// Time is up before anybody has the points that end this period: one more than the leader's, or as the rules say.
    fn goes_on_to_cap(&mut self, rules: &Periods) -> bool {
        let more = match (rules.period.soft_cap, self.ends_at(rules), self.period_cap) {
            (Some(more), Some(_), None) => i64::from(more),
            _ => return false,
        };
        let total = self.total();
        self.period_cap = Some(total.a.max(total.b) + more);
        true
    }

    /// Says if a side still needs more of a lead, after all extra time.
    fn plays_for_lead(&self, rules: &Periods) -> bool {
        let total = self.total();
        let extra = rules.extra.as_ref();
        extra.is_some_and(|extra| {
            let short = extra
                .lead
                .is_some_and(|lead| (total.a - total.b).abs() < i64::from(lead));
            short && self.after_last_round(extra, 1)
        })
    }

    /// Says if it is time to draw who wins a level match: in extra time, or before it.
    fn may_draw_priority(&self, rules: &Periods) -> bool {
        self.phase() == Phase::ExtraTime
            || (self.over && self.next_phase(rules) == Phase::ExtraTime)
    }

    /// A double hit where the next one decides counts for nobody: the one that was said first is taken back.
    pub fn annul(&mut self, side: Side, points: i64) {
        self.take_back(side, points);
        (self.over, self.full) = (false, false);
    }

    pub fn levels(&self, winner: Side, points: i64) -> bool {
        let total = self.total();
        *total.get(winner.other()) + points == *total.get(winner)
    }

    /// Says if extra time ended level, and nobody has said yet who was drawn to win it.
    fn awaits_priority(&self, rules: &Periods) -> bool {
        let extra = rules.extra.as_ref().filter(|extra| extra.priority);
        let last = extra.is_some_and(|extra| self.after_last_round(extra, 0));
        self.over
            && last
            && self.phase() == Phase::ExtraTime
            && self.serving.is_none()
            && self.total().leader().is_none()
    }

    /// The match ends as it stands: who won a shoot-out that is part of it.
    pub fn settle(&mut self) {
        if self.phase() == Phase::Shootout {
            self.shot_out = self.leads_shootout();
        }
    }

    fn phase(&self) -> Phase {
        self.periods
            .last()
            .map_or(Phase::Regular, |period| period.phase)
    }

    fn count(&self, phase: Phase) -> usize {
        self.periods
            .iter()
            .filter(|period| period.phase == phase)
            .count()
    }

    fn last_points(&self, side: Side) -> i64 {
        self.periods
            .last()
            .map_or(0, |period| *period.points.get(side))
    }

    /// What the match stands at, without the shoot-out.
    fn total(&self) -> BySide<i64> {
        self.sum(|phase| phase != Phase::Shootout)
    }

    fn extra_points(&self, side: Side) -> i64 {
        *self.sum(|phase| phase == Phase::ExtraTime).get(side)
    }

    fn sum(&self, counts: impl Fn(Phase) -> bool) -> BySide<i64> {
        let counted = self.periods.iter().filter(|period| counts(period.phase));
        counted.fold(BySide::default(), |sum, period| BySide {
            a: (sum.a + period.points.a).clamp(-COUNT_MAX, COUNT_MAX),
            b: (sum.b + period.points.b).clamp(-COUNT_MAX, COUNT_MAX),
        })
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    pub fn begun(&self) -> usize {
        self.periods.len()
    }
}

/// Says if a side is drawn that wins a level match.
fn has_priority(rules: &Periods) -> bool {
    rules.extra.as_ref().is_some_and(|extra| extra.priority)
}
