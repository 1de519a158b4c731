//! What everybody sees of a timed match, and what the referee should do or announce.

use super::Count;
use crate::domain::matches::state::{BySide, MatchClock, MatchState, Phase, Side};
use crate::domain::sport::conduct::add;
use crate::domain::sport::definition::{Counts, Extra, PeriodEnds, Periods, WinnerGets};

impl Count {
    /// The state as everybody sees it.
    pub fn show(&self, rules: &Periods, live: bool, state: &mut MatchState) {
        state.score = self.headline(rules);
        state.periods = self.periods.iter().map(|period| period.points).collect();
        state.period = u32::try_from(self.periods.len()).unwrap_or(u32::MAX);
        state.phase = self.phase();
        let shown = match self.phase() {
            Phase::Shootout => self
                .periods
                .last()
                .map_or(state.score, |period| period.points),
            _ => state.score,
        };
        state.points = BySide {
            a: shown.a.to_string(),
            b: shown.b.to_string(),
        };
        if live {
            state.serving = self.serving;
            self.show_prompts(rules, &mut state.prompt);
        }
    }

    /// The score, with what a shoot-out adds to it once it is decided.
    fn headline(&self, rules: &Periods) -> BySide<i64> {
        let mut score = self.total();
        let level = score.leader().is_none();
        // In a second leg the kicks decide more than this match: it keeps its own score.
        let (Some(winner), Some(shootout), true) = (self.shot_out, &rules.shootout, level) else {
            return score;
        };
        match (shootout.winner_gets, self.periods.last()) {
            (WinnerGets::Points(points), _) => add(score.get_mut(winner), i64::from(points)),
            (WinnerGets::Every(_), Some(kicks)) => {
                for side in [Side::A, Side::B] {
                    add(score.get_mut(side), *kicks.points.get(side));
                }
            }
            (WinnerGets::Every(_), None) => {}
        }
        score
    }

    fn show_prompts(&self, rules: &Periods, prompt: &mut Vec<String>) {
        let mut say = |when: bool, what: &str| {
            if when {
                prompt.push(what.to_owned());
            }
        };
        let next = self.next_phase(rules);
        if self.over && self.awaits_priority(rules) {
            say(true, "priority");
            return;
        }
        if self.over {
            say(self.ends_are_due(rules), "ends");
            // Where extra time or a shoot-out follows at once, that alone is said; a regular period always has its break.
            let at_once = next != Phase::Regular && self.pause(rules) == Some(0);
            say(!at_once, "interval");
            say(next == Phase::ExtraTime, "extra_time");
            say(next == Phase::Shootout, "shootout");
            return;
        }
        let capped = self.cap.is_some() || self.period_cap.is_some();
        say(capped && self.phase() != Phase::Shootout, "cap");
        say(self.asks_for_priority(rules), "priority");
        say(self.one_point_from_winning(rules), "match_point");
    }

    /// Says if it must still be drawn who wins if extra time ends level, too.
    fn asks_for_priority(&self, rules: &Periods) -> bool {
        let priority = rules.extra.as_ref().is_some_and(|extra| extra.priority);
        priority && self.serving.is_none() && self.phase() == Phase::ExtraTime
    }

    /// Says if the sides change ends before the next period.
    fn ends_are_due(&self, rules: &Periods) -> bool {
        let extra = rules
            .extra
            .as_ref()
            .filter(|_| self.phase() == Phase::ExtraTime);
        let ends = extra.and_then(|extra| extra.ends).unwrap_or(rules.ends);
        !self.ends_changed
            && !self.plays_on(rules)
            && self.next_phase(rules) == self.phase()
            && match ends {
                PeriodEnds::Never => false,
                PeriodEnds::Half => self.is_half_time(rules),
                PeriodEnds::Period => true,
            }
    }

    /// The middle of the regular time, or of a round of extra time.
    fn is_half_time(&self, rules: &Periods) -> bool {
        let round = match (self.phase(), &rules.extra) {
            (Phase::ExtraTime, Some(extra)) => extra.count,
            _ => rules.period.count,
        };
        let round = round.max(1) as usize;
        (self.count(self.phase()) % round) * 2 == round
    }

    fn one_point_from_winning(&self, rules: &Periods) -> bool {
        let in_extra = |extra: &Extra| extra.target.filter(|_| self.phase() == Phase::ExtraTime);
        let (points, target) = match rules.extra.as_ref().and_then(in_extra) {
            Some(target) => (
                self.sum(|phase| phase == Phase::ExtraTime),
                Some(i64::from(target)),
            ),
            None => {
                let target = rules.target.map(i64::from);
                (
                    self.total(),
                    self.cap.map_or(target, |cap| {
                        Some(target.map_or(cap, |target| cap.min(target)))
                    }),
                )
            }
        };
        let next = points.a.max(points.b) + 1;
        self.phase() != Phase::Shootout && target.is_some_and(|target| next >= target)
    }

    /// What the clock shows when the current period begins.
    pub fn opening_clock(&self, rules: &Periods) -> MatchClock {
        let minutes = match (self.phase(), &rules.extra) {
            (Phase::ExtraTime, Some(extra)) => {
                let sudden = extra
                    .sudden_death
                    .as_ref()
                    .filter(|_| self.after_last_round(extra, 1));
                sudden.map_or(extra.minutes, |sudden| sudden.minutes)
            }
            _ => rules.period.minutes,
        };
        let regular = self
            .count(Phase::Regular)
            .saturating_sub(usize::from(self.phase() == Phase::Regular));
        let extra = self
            .count(Phase::ExtraTime)
            .saturating_sub(usize::from(self.phase() == Phase::ExtraTime));
        let played = |count: usize, minutes: u32| {
            u32::try_from(count)
                .unwrap_or(u32::MAX)
                .saturating_mul(minutes)
        };
        let minutes = match rules.period.counts {
            Counts::Down => minutes,
            Counts::Up => played(regular, rules.period.minutes).saturating_add(played(
                extra,
                rules.extra.as_ref().map_or(0, |extra| extra.minutes),
            )),
        };
        MatchClock {
            running: false,
            seconds: minutes.saturating_mul(60).min(1_000_000),
        }
    }
}
