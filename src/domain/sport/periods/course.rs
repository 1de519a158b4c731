//! What is played next: another period, extra time, a shoot-out.

use super::Count;
use crate::domain::matches::state::Phase;
use crate::domain::sport::conduct::Scope;
use crate::domain::sport::definition::{Extra, ExtraKind, Periods};

impl Count {
    pub(super) fn scope(&self, rules: &Periods) -> Scope {
        let count = rules.period.count.max(1);
        let regular = u32::try_from(self.count(Phase::Regular).max(1)).unwrap_or(u32::MAX);
        let period = regular - 1;
        Scope {
            period,
            half: half_of(period, count),
            extra: self.phase() != Phase::Regular,
        }
    }

    /// The part of the match that follows the pause that it is in.
    pub fn scope_after_pause(&self, rules: &Periods) -> Option<Scope> {
        let follows = self.over && self.next_phase(rules) == Phase::Regular;
        let scope = self.scope(rules);
        let count = rules.period.count.max(1);
        let period = scope.period + 1;
        follows.then(|| Scope {
            period,
            half: half_of(period, count),
            extra: false,
        })
    }

    pub(super) fn next_phase(&self, rules: &Periods) -> Phase {
        let count = rules.period.count;
        if count == 0
            || (self.count(Phase::Regular) < count as usize && self.phase() == Phase::Regular)
        {
            return Phase::Regular;
        }
        match (&rules.extra, &rules.shootout) {
            _ if self.phase() == Phase::Shootout => Phase::Shootout,
            (Some(extra), _) if self.extra_left(extra) => Phase::ExtraTime,
            (_, Some(_)) => Phase::Shootout,
            _ => Phase::ExtraTime,
        }
    }

    /// Says if extra time has a period left: one of its rounds, or play for a lead after them.
    pub(super) fn extra_left(&self, extra: &Extra) -> bool {
        let beyond = usize::from(extra.sudden_death.is_some());
        extra.lead.is_some() || !self.after_last_round(extra, beyond)
    }

    /// Says if the first to score in the current period of extra time wins.
    pub(super) fn first_score_wins(&self, rules: &Periods) -> bool {
        rules.extra.as_ref().is_some_and(|extra| {
            extra.kind == ExtraKind::SuddenDeath
                || (extra.sudden_death.is_some() && self.after_last_round(extra, 1))
        })
    }

    /// Says if play for a lead goes on after extra time, without a pause.
    pub(super) fn plays_on(&self, rules: &Periods) -> bool {
        let extra = rules.extra.as_ref().filter(|extra| extra.lead.is_some());
        self.phase() == Phase::ExtraTime
            && extra.is_some_and(|extra| self.after_last_round(extra, 0))
    }

    /// Seconds of the pause after the current period, as far as the rules say it.
    pub(super) fn pause(&self, rules: &Periods) -> Option<u32> {
        let after = |breaks: &[u32], periods: usize| {
            let index = periods.min(breaks.len().saturating_sub(1));
            breaks.get(index).copied()
        };
        let played = self.count(Phase::Regular);
        let regular = || after(&rules.period.breaks, played.saturating_sub(1));
        let extra = rules.extra.as_ref();
        let in_extra = || {
            let extra = extra?;
            after(&extra.breaks, self.count(Phase::ExtraTime))
        };
        let sudden = extra
            .filter(|extra| self.after_last_round(extra, 0))
            .and_then(|extra| extra.sudden_death.as_ref());
        match self.next_phase(rules) {
            Phase::Regular => regular(),
            Phase::ExtraTime if self.plays_on(rules) => Some(0),
            Phase::ExtraTime => sudden
                .and_then(|sudden| sudden.pause)
                .or_else(in_extra)
                .or_else(regular),
            Phase::Shootout => rules
                .shootout
                .as_ref()
                .and_then(|shootout| shootout.pause)
                .or_else(in_extra)
                .or_else(regular),
        }
    }

    /// Says if so many of the extra periods are beyond the last round.
    pub(super) fn after_last_round(&self, extra: &Extra, beyond: usize) -> bool {
        extra.rounds.is_some_and(|rounds| {
            self.count(Phase::ExtraTime) >= extra.count as usize * rounds as usize + beyond
        })
    }

    /// Says if these rules have something left to play for after a level score.
    pub(super) fn goes_on(&self, rules: &Periods) -> bool {
        let extra = rules
            .extra
            .as_ref()
            .is_some_and(|extra| self.extra_left(extra));
        extra || rules.shootout.is_some()
    }
}

/// The half that a regular period belongs to, both from 0.
fn half_of(period: u32, count: u32) -> u32 {
    u32::try_from(u64::from(period.min(count - 1)) * 2 / u64::from(count)).unwrap_or(1)
}
