//! A score as a whole: for a match that was written on paper, or must be corrected.

use super::{Count, Outcome, Period};
use crate::domain::matches::event::{NamedPhase, PeriodResult};
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{BySide, Phase};
use crate::domain::sport::PERIODS_MAX;
use crate::domain::sport::conduct::COUNT_MAX;
use crate::domain::sport::definition::{Extra, ExtraKind, Periods};

impl Count {
    /// The score as a whole, in place of what was played. Says when the rules end the match with it: a target, a goal in
    /// sudden death, a shoot-out that has a winner. That the time is up no score says.
    pub(super) fn correct(&mut self, rules: &Periods, periods: &[PeriodResult]) -> Option<Outcome> {
        let serving = self.serving;
        *self = Count {
            serving,
            announced: true,
            ..Count::default()
        };
        for (period, phase) in periods.iter().zip(phases(rules, periods)).take(PERIODS_MAX) {
            if self.phase() == Phase::Shootout {
                break;
            }
            let points = BySide {
                a: period.points.a.clamp(-COUNT_MAX, COUNT_MAX),
                b: period.points.b.clamp(-COUNT_MAX, COUNT_MAX),
            };
            self.periods.push(Period { points, phase });
            if phase == Phase::Shootout {
                self.attempts = points;
            }
        }
        if let Some(winner) = self.leads_shootout() {
            self.shot_out = Some(winner);
            return Some(Outcome::won_by(Some(winner)));
        }
        if self.phase() == Phase::Shootout {
            return None;
        }
        if self.phase() == Phase::ExtraTime && self.first_score_wins(rules) {
            let decided = self
                .periods
                .last()
                .and_then(|period| period.points.leader());
            return decided.map(|side| Outcome::won_by(Some(side)));
        }
        let leader = self.total().leader()?;
        let outcome = self.decided_by(rules, leader);
        self.full = outcome.is_none() && self.is_full(rules);
        self.over = self.full;
        outcome
    }
}

/// The kind of each period: as it is named, or as their number says.
fn phases(rules: &Periods, periods: &[PeriodResult]) -> Vec<Phase> {
    let regular = match rules.period.count {
        0 => periods.len(),
        count => count as usize,
    };
    let named = periods
        .iter()
        .any(|period| period.named != NamedPhase::Unnamed);
    let beyond = periods.len().saturating_sub(regular);
    let ends_with_kicks = !named && rules.shootout.is_some() && has_kicks(rules, beyond);
    let unnamed = |index: usize| match index {
        index if index < regular => Phase::Regular,
        index if ends_with_kicks && index + 1 == periods.len() => Phase::Shootout,
        _ => match (&rules.extra, &rules.shootout) {
            (Some(extra), Some(_))
                if extra_periods(extra).is_some_and(|most| index >= regular + most) =>
            {
                Phase::Shootout
            }
            (None, Some(_)) => Phase::Shootout,
            _ => Phase::ExtraTime,
        },
    };
    let all = periods.iter().enumerate();
    all.map(|(index, period)| match period.named {
        NamedPhase::ExtraTime => Phase::ExtraTime,
        NamedPhase::Shootout => Phase::Shootout,
        NamedPhase::Unnamed | NamedPhase::Unknown => unnamed(index),
    })
    .collect()
}

/// Says if so many periods beyond the regular ones can only be rounds of extra time and a shoot-out: extra time that has two
/// halves is not left after the first.
fn has_kicks(rules: &Periods, beyond: usize) -> bool {
    let Some(extra) = &rules.extra else {
        return beyond > 0;
    };
    let rounds = extra
        .rounds
        .map(|rounds| extra.count as usize * rounds as usize);
    let sudden = extra.sudden_death.is_some() && rounds.is_some_and(|all| beyond == all + 1);
    extra.count > 1 && !beyond.is_multiple_of(extra.count as usize) && !sudden
}

/// The most periods of extra time; without an end, nothing.
fn extra_periods(extra: &Extra) -> Option<usize> {
    let rounds = (extra.count as usize).saturating_mul(extra.rounds? as usize);
    let more = usize::from(extra.lead.is_some()) + usize::from(extra.sudden_death.is_some());
    Some(rounds.saturating_add(more))
}

/// Says if a score can come about under these rules. Extra time or kicks may follow a match that is not level: an earlier
/// one counts, too.
pub(super) fn legal_result(rules: &Periods, periods: &[PeriodResult]) -> Result<(), Refusal> {
    let illegal = |why: String| {
        Err(Refusal::IllegalScore(format!(
            "{why}; “force” takes it all the same"
        )))
    };
    let phases = phases(rules, periods);
    let named = periods
        .iter()
        .any(|period| period.named != NamedPhase::Unnamed);
    if let Some(why) = wrong_course(rules, &phases, named) {
        return illegal(why);
    }
    let points: Vec<BySide<i64>> = periods.iter().map(|period| period.points).collect();
    for (index, (period, phase)) in points.iter().zip(&phases).enumerate() {
        for points in [period.a, period.b] {
            let can_be = *phase == Phase::Shootout || can_be_scored(rules, points);
            if points < 0 || !can_be {
                return illegal(format!("nobody can score {points} in period {}", index + 1));
            }
        }
    }
    let of = |phase: Phase| -> Vec<BySide<i64>> {
        let all = points.iter().zip(&phases);
        all.filter(|(_, of)| **of == phase)
            .map(|(points, _)| *points)
            .collect()
    };
    let (regular, extra) = (of(Phase::Regular), of(Phase::ExtraTime));
    // Extra time with a target of its own begins to count anew.
    let own_target = rules.extra.as_ref().and_then(|extra| extra.target);
    let together = match own_target {
        Some(_) => regular.clone(),
        None => [regular.clone(), extra.clone()].concat(),
    };
    for (played, target) in [(&together, rules.target), (&extra, own_target)] {
        if let Some(target) = target.filter(|target| goes_past(rules, played, *target)) {
            return illegal(format!("the match is over at {target}"));
        }
    }
    let kicks = of(Phase::Shootout);
    if goes_past_the_end(rules, &regular, &extra, &kicks) {
        return illegal("in extra time the match is over before".into());
    }
    let attempts = rules.shootout.as_ref().map(|shootout| shootout.attempts);
    match (kicks.first(), attempts) {
        (Some(kicks), Some(attempts)) if !can_be_shot(*kicks, attempts) => illegal(format!(
            "a shoot-out of {attempts} each cannot be {}–{}: it is over before",
            kicks.a, kicks.b
        )),
        _ => Ok(()),
    }
}

/// Says why the order or the number of the periods is wrong.
fn wrong_course(rules: &Periods, phases: &[Phase], named: bool) -> Option<String> {
    let order = |phase: &Phase| match phase {
        Phase::Regular => 0,
        Phase::ExtraTime => 1,
        Phase::Shootout => 2,
    };
    let begins = phases.first().is_none_or(|first| *first == Phase::Regular);
    if !begins || !phases.iter().map(order).is_sorted() {
        return Some("extra time follows the regular periods, and a shoot-out is the last".into());
    }
    let count = |phase: Phase| phases.iter().filter(|of| **of == phase).count();
    let most_extra = match &rules.extra {
        // An organiser who wants a winner has two periods and a shoot-out also where the rules know none, and says so.
        None if named => Some(2),
        None => Some(0),
        Some(extra) => extra_periods(extra),
    };
    let more_extra = most_extra.is_some_and(|most| count(Phase::ExtraTime) > most);
    let more = more_extra || count(Phase::Shootout) > 1;
    (more && rules.period.count > 0).then(|| {
        let kicks = usize::from(rules.shootout.is_some() || named);
        let most = rules.period.count as usize + most_extra.unwrap_or_default() + kicks;
        format!("there are at most {most} periods")
    })
}

/// Says if points were scored after somebody had the target.
fn goes_past(rules: &Periods, played: &[BySide<i64>], target: u32) -> bool {
    let total = sum(played);
    let target = i64::from(target);
    total.a.max(total.b) >= target + greatest(rules) || total.a.min(total.b) >= target
}

/// Says if a match went on after the first score of sudden death, or after the lead that extra time was played for.
fn goes_past_the_end(
    rules: &Periods,
    regular: &[BySide<i64>],
    extra: &[BySide<i64>],
    kicks: &[BySide<i64>],
) -> bool {
    let Some(kind) = &rules.extra else {
        return false;
    };
    let rounds = kind.rounds.map_or(usize::MAX, |rounds| {
        (kind.count as usize).saturating_mul(rounds as usize)
    });
    let full = if kind.kind == ExtraKind::SuddenDeath {
        0
    } else {
        rounds
    };
    let (full, beyond) = extra.split_at(full.min(extra.len()));
    if let Some(lead) = kind.lead {
        let before = sum(&[regular, full].concat());
        let after = sum(beyond);
        let most = i64::from(lead) - 1 + greatest(rules);
        return before.leader().is_none() && (after.a - after.b).abs() > most;
    }
    if kind.kind == ExtraKind::Full && kind.sudden_death.is_none() {
        return false;
    }
    let Some(first) = beyond.iter().position(|period| period.a + period.b > 0) else {
        return false;
    };
    let last = beyond.get(first).copied().unwrap_or_default();
    let more = last.a.min(last.b) > 0 || last.a.max(last.b) > greatest(rules);
    more || first + 1 < beyond.len() || !kicks.is_empty()
}

/// Says if a shoot-out can stand like this: it is over as soon as it cannot be caught up, and after the planned attempts in
/// pairs. The leader's last score came while the other side, with as few attempts as can be, could still draw level.
fn can_be_shot(kicks: BySide<i64>, attempts: u32) -> bool {
    let (high, low) = (kicks.a.max(kicks.b), kicks.a.min(kicks.b));
    let attempts = i64::from(attempts.max(1));
    if high > attempts {
        high - low <= 1
    } else {
        2 * high <= attempts + low + 2
    }
}

fn sum(periods: &[BySide<i64>]) -> BySide<i64> {
    let add = |sum: BySide<i64>, period: &BySide<i64>| BySide {
        a: sum.a + period.a,
        b: sum.b + period.b,
    };
    periods.iter().fold(BySide::default(), add)
}

/// The most that one score brings.
fn greatest(rules: &Periods) -> i64 {
    let values = rules.points.iter().map(|point| i64::from(point.value));
    values.max().unwrap_or(1)
}

/// How many periods a match may begin. Where the rules know no extra time, two periods and a shoot-out are left to an
/// organiser who wants a winner.
pub(super) fn can_begin(rules: &Periods) -> usize {
    let extra = match &rules.extra {
        None => Some(2),
        Some(extra) => extra_periods(extra),
    };
    match extra {
        Some(extra) if rules.period.count > 0 => extra
            .saturating_add(rules.period.count as usize + 1)
            .min(PERIODS_MAX),
        _ => PERIODS_MAX,
    }
}

/// Says if the sport's ways to score can add up to this.
fn can_be_scored(rules: &Periods, points: i64) -> bool {
    /// From here on every sport's values add up to anything that they can add up to at all.
    const ENOUGH: i64 = 200;
    let ways: Vec<i64> = rules
        .points
        .iter()
        .map(|point| i64::from(point.value) + i64::from(point.after.unwrap_or(0)))
        .filter(|way| *way > 0)
        .collect();
    if ways.is_empty() || ways.contains(&1) || points >= ENOUGH {
        return true;
    }
    let mut can = vec![true];
    for sum in 1..=points {
        let reached =
            |way: &i64| *way <= sum && usize::try_from(sum - way).is_ok_and(|before| can[before]);
        can.push(ways.iter().any(reached));
    }
    can.last() == Some(&true)
}
