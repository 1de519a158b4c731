//! The plain engine: points add up, period by period.

use super::Engine;
use crate::domain::event::{ClockAction, Play};
use crate::domain::refusal::Refusal;
use crate::domain::state::{BySide, MatchClock, MatchState, Side};

pub struct Points;

impl Engine for Points {
    fn judge(&self, state: &MatchState, play: &Play) -> Result<(), Refusal> {
        let (what, had, change) = match play {
            Play::Point { side, value } => ("point", current(state, *side), *value),
            Play::Foul { side, value } => ("foul", *state.fouls.get(*side), *value),
            Play::Result {
                periods,
                force: false,
            } => {
                return match periods.iter().all(|period| period.a >= 0 && period.b >= 0) {
                    true => Ok(()),
                    false => Err(Refusal::IllegalScore("a score cannot be below zero".into())),
                };
            }
            _ => return Ok(()),
        };
        if had + change < 0 {
            return Err(Refusal::IllegalScore(format!(
                "cannot take {} {what}s back: there are {had} in this period",
                -change
            )));
        }
        Ok(())
    }

    fn play(&self, state: &mut MatchState, play: &Play) {
        match play {
            Play::Start => open_first_period(state),
            Play::Point { side, value } => {
                open_first_period(state);
                if let Some(period) = state.periods.last_mut() {
                    add(period.get_mut(*side), *value);
                }
            }
            Play::Foul { side, value } => add(state.fouls.get_mut(*side), *value),
            Play::Card { side, colour } => {
                *state.cards.get_mut(*side).entry(*colour).or_default() += 1;
            }
            Play::Timeout { side: Some(side) } => add(state.timeouts.get_mut(*side), 1),
            // A period that has seen no point is the one that now begins: "begin match, new set" is one set.
            Play::PeriodStart { .. } => match state.periods.last() {
                Some(&BySide { a: 0, b: 0 }) if !state.period_over => {}
                _ => state.periods.push(BySide::default()),
            },
            Play::Serve { side } => state.serving = Some(*side),
            Play::Clock { action, seconds } => {
                let before = state.clock.unwrap_or(MatchClock {
                    running: false,
                    seconds: 0,
                });
                state.clock = Some(MatchClock {
                    running: match action {
                        ClockAction::Start => true,
                        ClockAction::Stop => false,
                        ClockAction::Set => before.running,
                    },
                    seconds: seconds.unwrap_or(before.seconds),
                });
            }
            Play::Result { periods, .. } => state.periods = periods.to_vec(),
            _ => {}
        }
        match play {
            Play::PeriodEnd => state.period_over = true,
            Play::PeriodStart { .. } => state.period_over = false,
            _ => {}
        }
        sum_up(state);
    }
}

fn current(state: &MatchState, side: Side) -> i64 {
    state.periods.last().map_or(0, |period| *period.get(side))
}

fn add(count: &mut i64, change: i64) {
    *count = count.saturating_add(change).max(0);
}

fn open_first_period(state: &mut MatchState) {
    if state.periods.is_empty() {
        state.periods.push(BySide::default());
    }
}

fn sum_up(state: &mut MatchState) {
    state.period = u32::try_from(state.periods.len()).unwrap_or(u32::MAX);
    state.score = state
        .periods
        .iter()
        .fold(BySide::default(), |sum, period| BySide {
            a: i64::saturating_add(sum.a, period.a),
            b: i64::saturating_add(sum.b, period.b),
        });
    state.points = BySide {
        a: current(state, Side::A).to_string(),
        b: current(state, Side::B).to_string(),
    };
}
