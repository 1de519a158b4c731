//! The outcome of a match, as tables and trees count it.

use super::standings::{ResultOf, SideLetter};
use crate::domain::matches::{BySide, MatchState, Phase, Reason, Side, Status};
use crate::domain::sport::Rules;

/// A result without its teams. It is made of the state of the match alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `None`: a draw, or not decided yet.
    pub winner: Option<Side>,
    /// Nothing was played: the other side did not come.
    pub unplayed: bool,
    result: ResultOf<()>,
    /// Below zero for each card: see [`fair_play`].
    fair_play: BySide<i32>,
}

impl Outcome {
    /// Reads the outcome of a match that is over, or the score so far of one that is being played.
    ///
    /// A match that a side did not finish is a walkover for the other, with the score that was reached. `tries` are counted
    /// elsewhere, since a state does not tell them.
    pub fn of(state: &MatchState, rules: &Rules, tries: Option<BySide<u32>>) -> Option<Outcome> {
        if state.status == Status::Scheduled {
            return None;
        }
        let over = state.status == Status::Finished;
        let winner = state.winner.filter(|_| over);
        let letter = winner.map(|winner| match winner {
            Side::A => SideLetter::A,
            Side::B => SideLetter::B,
        });
        let given_up = state.reason.is_some();
        let unplayed = state.reason == Some(Reason::Walkover);
        let shot_out = state.phase == Phase::Shootout && over && !given_up;
        let pair = |of: BySide<i64>| [count(of.a), count(of.b)];
        let sets = rules.best_of().is_some();
        let score = match (&state.periods[..], shot_out) {
            // The headline may hold what the kicks have added; a table counts goals alone.
            ([goals @ .., _kicks], true) if !sets => {
                let sum = |side: fn(&BySide<i64>) -> i64| goals.iter().map(side).sum();
                pair(BySide {
                    a: sum(|period| period.a),
                    b: sum(|period| period.b),
                })
            }
            _ => pair(state.score),
        };
        let result = ResultOf {
            a: (),
            b: Some(()),
            score: (!unplayed).then_some(score),
            sets: (sets && !unplayed).then(|| state.periods.iter().copied().map(pair).collect()),
            extra: state.phase == Phase::ExtraTime,
            shootout: letter.filter(|_| shot_out),
            walkover: letter.filter(|_| given_up),
            bonus: None,
            tries: tries.map(|tries| [tries.a, tries.b]),
        };
        Some(Outcome {
            winner,
            unplayed,
            result,
            fair_play: BySide {
                a: fair_play(state, Side::A),
                b: fair_play(state, Side::B),
            },
        })
    }

    /// The result between two teams, for the table of their group.
    pub fn between<Team>(&self, a: Team, b: Team) -> ResultOf<Team> {
        let ResultOf {
            score,
            sets,
            extra,
            shootout,
            walkover,
            bonus,
            tries,
            ..
        } = self.result.clone();
        ResultOf {
            a,
            b: Some(b),
            score,
            sets,
            extra,
            shootout,
            walkover,
            bonus,
            tries,
        }
    }

    /// Says if it was given to its winner: the other side did not come, or not to the end.
    pub fn is_given(&self) -> bool {
        self.result.walkover.is_some()
    }

    pub fn fair_play(&self, side: Side) -> i32 {
        *self.fair_play.get(side)
    }
}

fn count(points: i64) -> u32 {
    u32::try_from(points.max(0)).unwrap_or(u32::MAX)
}

/// The fair-play points of a side in a match: −1 for each yellow card, −3 for a second one, −4 for a red one.
/// Source: UEFA and FIFA count their team conduct so; other sports' cards count the same.
fn fair_play(state: &MatchState, side: Side) -> i32 {
    let cards = state.cards.get(side).iter();
    let points = cards.map(|(colour, number)| {
        let each: i32 = match &**colour {
            "yellow" => -1,
            "yellow_red" | "second_yellow" => -3,
            "red" => -4,
            _ => 0,
        };
        each.saturating_mul(i32::try_from(*number).unwrap_or(i32::MAX))
    });
    points.fold(0, i32::saturating_add)
}
