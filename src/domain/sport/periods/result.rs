//! A score as a whole: for a match that was written on paper, or must be corrected.

use super::{Count, Period};
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{BySide, Phase};
use crate::domain::sport::PERIODS_MAX;
use crate::domain::sport::conduct::COUNT_MAX;
use crate::domain::sport::definition::Periods;

impl Count {
    /// The score as a whole, in place of what was played.
    pub(super) fn correct(&mut self, rules: &Periods, periods: &[BySide<i64>]) {
        let serving = self.serving;
        *self = Count {
            serving,
            announced: true,
            ..Count::default()
        };
        for points in periods.iter().take(PERIODS_MAX) {
            let phase = match self.periods.is_empty() {
                true => Phase::Regular,
                false => self.next_phase(rules),
            };
            if phase == Phase::Shootout && self.phase() == Phase::Shootout {
                break;
            }
            let points = BySide {
                a: points.a.clamp(-COUNT_MAX, COUNT_MAX),
                b: points.b.clamp(-COUNT_MAX, COUNT_MAX),
            };
            self.periods.push(Period { points, phase });
            if phase == Phase::Shootout {
                self.attempts = points;
            }
        }
    }
}

/// Whether a score can come about under these rules.
pub(super) fn legal_result(rules: &Periods, periods: &[BySide<i64>]) -> Result<(), Refusal> {
    let illegal = |why: String| {
        Err(Refusal::IllegalScore(format!(
            "{why}; “force” takes it all the same"
        )))
    };
    let most = most_periods(rules);
    if most.is_some_and(|most| periods.len() > most) {
        return illegal(format!(
            "there are at most {} periods",
            most.unwrap_or_default()
        ));
    }
    for (index, period) in periods.iter().enumerate() {
        for points in [period.a, period.b] {
            if points < 0 || !can_be_scored(rules, points) {
                return illegal(format!("nobody can score {points} in period {}", index + 1));
            }
        }
    }
    // Extra time with a target of its own begins to count anew.
    let own_target = rules.extra.as_ref().and_then(|extra| extra.target);
    let regular = match own_target {
        Some(_) if rules.period.count > 0 => periods.len().min(rules.period.count as usize),
        _ => periods.len(),
    };
    let (regular, extra) = periods.split_at(regular);
    for (played, target) in [(regular, rules.target), (extra, own_target)] {
        if let Some(target) = target.filter(|target| goes_past(rules, played, *target)) {
            return illegal(format!("the match is over at {target}"));
        }
    }
    Ok(())
}

/// Whether points were scored after somebody had the target.
fn goes_past(rules: &Periods, played: &[BySide<i64>], target: u32) -> bool {
    let values = rules.points.iter().map(|point| i64::from(point.value));
    let greatest = values.max().unwrap_or(1);
    let sum = |sum: BySide<i64>, period: &BySide<i64>| BySide {
        a: sum.a + period.a,
        b: sum.b + period.b,
    };
    let total = played.iter().fold(BySide::default(), sum);
    let target = i64::from(target);
    total.a.max(total.b) >= target + greatest || total.a.min(total.b) >= target
}

/// How many periods a match may begin. Where the rules know no extra time, two periods and a shoot-out are left to an
/// organiser who wants a winner.
pub(super) fn can_begin(rules: &Periods) -> usize {
    let extra = match &rules.extra {
        None => Some(2),
        Some(extra) => extra.rounds.map(|rounds| {
            let rounds = (extra.count as usize).saturating_mul(rounds as usize);
            rounds.saturating_add(usize::from(extra.lead.is_some()))
        }),
    };
    match extra {
        Some(extra) if rules.period.count > 0 => extra
            .saturating_add(rules.period.count as usize + 1)
            .min(PERIODS_MAX),
        _ => PERIODS_MAX,
    }
}

fn most_periods(rules: &Periods) -> Option<usize> {
    let extra = match &rules.extra {
        None => 0,
        Some(extra) => {
            extra.count as usize * extra.rounds? as usize + usize::from(extra.lead.is_some())
        }
    };
    let shootout = usize::from(rules.shootout.is_some());
    (rules.period.count > 0).then_some(rules.period.count as usize + extra + shootout)
}

/// Whether the sport's ways to score can add up to this.
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
