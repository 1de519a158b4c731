//! When a count of points or games is won, and which counts can come about at all.

use super::PERIODS_MAX;
use super::definition::{Deuce, GameLevel, Ladder};
use crate::domain::matches::state::{BySide, Side};

impl Ladder {
    /// The most sets that can be played; a match without sets is one.
    pub fn best_of(&self) -> u32 {
        match self.set {
            Some(_) => self.r#match.best_of.unwrap_or(1).max(1),
            None => 1,
        }
    }

    /// The most sets that a match is folded into: those of the sport, or more of a history in which some went to nobody.
    pub fn most_sets(&self) -> usize {
        const PLANNED_MAX: usize = 99;
        (self.best_of() as usize).clamp(PERIODS_MAX, PLANNED_MAX)
    }

    /// The last possible set is played in points, whatever the others are played in.
    pub fn decided_by_points(&self) -> bool {
        let decider = self.set.as_ref().and_then(|set| set.decider.as_ref());
        decider.is_some_and(|decider| decider.points)
    }
}

/// First to `target`, ahead by `lead`; `cap` or one game more than `tie_break_at` each wins whatever the lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub target: i64,
    lead: i64,
    cap: Option<i64>,
    pub tie_break_at: Option<i64>,
}

impl Target {
    pub fn new(target: u32, lead: u32, cap: Option<u32>) -> Target {
        Target {
            target: i64::from(target.max(1)),
            lead: i64::from(lead.max(1)),
            cap: cap.map(i64::from),
            tie_break_at: None,
        }
    }

    pub fn of_game(game: &GameLevel) -> Target {
        let cap = match game.deuce {
            Deuce::Advantage => None,
            Deuce::GoldenPoint => Some(game.target),
            // Two advantages more on each side, and then one point: 4, 5, 6 in tennis.
            Deuce::StarPoint => Some(game.target.saturating_add(2)),
        };
        Target::new(game.target, game.lead, cap)
    }

    pub fn of_set(ladder: &Ladder, decider: bool) -> Target {
        let Some(set) = &ladder.set else {
            let whole = &ladder.r#match;
            return Target::new(
                whole.target.unwrap_or(1),
                whole.lead.unwrap_or(1),
                whole.cap,
            );
        };
        let other = set.decider.as_ref().filter(|_| decider);
        let target = other.and_then(|other| other.target).unwrap_or(set.target);
        let lead = other.and_then(|other| other.lead).unwrap_or(set.lead);
        let cap = match other {
            Some(other) if other.target.is_some() || other.cap.is_some() => other.cap,
            _ => set.cap,
        };
        let broken = other.is_none_or(|other| !other.points && other.tie_break != Some(false));
        Target {
            tie_break_at: set.tie_break.as_ref().filter(|_| broken).map(|tie_break| {
                i64::from(
                    other
                        .and_then(|other| other.tie_break_at)
                        .unwrap_or(tie_break.at),
                )
            }),
            ..Target::new(target, lead, cap)
        }
    }

    pub fn winner(&self, count: BySide<i64>) -> Option<Side> {
        let (high, low) = (count.a.max(count.b), count.a.min(count.b));
        let ahead = high >= self.target && high - low >= self.lead;
        let capped = self.cap.is_some_and(|cap| high >= cap);
        let broken = self.tie_break_at.is_some_and(|at| high > at && low >= at);
        (ahead || capped || broken)
            .then(|| count.leader())
            .flatten()
    }

    /// Returns what wins against so many.
    pub fn needed_against(&self, other: i64) -> i64 {
        let ahead = self.target.max(other + self.lead);
        match self.cap.filter(|cap| *cap > other) {
            Some(cap) => ahead.min(cap),
            None => ahead,
        }
    }

    /// Says if a count can come about while it is being played.
    pub fn can_stand(&self, count: BySide<i64>) -> bool {
        let negative = count.a < 0 || count.b < 0;
        !negative && self.open(count) && (count == BySide::default() || self.open(before(count)))
    }

    /// Says if a count can be the one that wins.
    pub fn can_end(&self, count: BySide<i64>) -> bool {
        let negative = count.a < 0 || count.b < 0;
        !negative && self.winner(count).is_some() && self.open(before(count))
    }

    fn open(&self, count: BySide<i64>) -> bool {
        let (high, low) = (count.a.max(count.b), count.a.min(count.b));
        let past = |limit: Option<i64>| limit.is_some_and(|limit| low >= limit);
        let past_tie_break = self.tie_break_at.is_some_and(|at| high > at && low >= at);
        self.winner(count).is_none() && !past(self.cap) && !past_tie_break
    }
}

/// The count before the leader's last point.
fn before(count: BySide<i64>) -> BySide<i64> {
    match count.a >= count.b {
        true => BySide {
            a: count.a - 1,
            b: count.b,
        },
        false => BySide {
            a: count.a,
            b: count.b - 1,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scores_that_can_come_about_are_legal() {
        let badminton = Target::new(21, 2, Some(30));
        let tennis = Target {
            tie_break_at: Some(6),
            ..Target::new(6, 2, None)
        };
        for (target, a, b, ends, stands) in [
            (badminton, 21, 19, true, false),
            (badminton, 22, 20, true, false),
            (badminton, 30, 29, true, false),
            (badminton, 21, 20, false, true),
            (badminton, 23, 20, false, false),
            (badminton, 31, 29, false, false),
            (badminton, 30, 30, false, false),
            (badminton, 29, 29, false, true),
            (badminton, 0, 0, false, true),
            (badminton, -1, 0, false, false),
            (tennis, 6, 4, true, false),
            (tennis, 7, 5, true, false),
            (tennis, 7, 6, true, false),
            (tennis, 6, 5, false, true),
            (tennis, 6, 6, false, true),
            (tennis, 8, 6, false, false),
            (tennis, 7, 7, false, false),
        ] {
            for count in [BySide { a, b }, BySide { a: b, b: a }] {
                assert_eq!(
                    (target.can_end(count), target.can_stand(count)),
                    (ends, stands),
                    "{count:?}"
                );
            }
        }
    }
}
