//! A result as it is told, and as the table counts it.

use serde::{Deserialize, Deserializer, Serialize};

use super::policy::{Bonus, PointsTable, WalkoverScore};
use crate::domain::matches::Side;

/// The most sets of a match.
const SETS_MAX: usize = 99;
/// The most sets that a match is usually won by: a best of seven.
const SETS_TO_WIN_MAX: u32 = 4;

/// A result of a match, in the same words in every sport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultOf<Team> {
    /// At home.
    pub a: Team,
    /// `None`: a bye, which is a match won.
    #[serde(deserialize_with = "Option::deserialize")]
    #[serde(bound(deserialize = "Team: Deserialize<'de>"))]
    pub b: Option<Team>,
    /// Goals or points, extra time among them, but not the kicks of a shoot-out; in a sport of sets the sets won.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<[u32; 2]>,
    /// The count inside each set, such as points or games.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sets: Option<Vec<[u32; 2]>>,
    /// There was extra time.
    #[serde(
        default,
        deserialize_with = "flag",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub extra: bool,
    /// The winner of the shoot-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shootout: Option<SideLetter>,
    /// The winner where the other did not play, or not to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walkover: Option<SideLetter>,
    /// Points of both in place of the policy's bonus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bonus: Option<[u32; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<[u32; 2]>,
}

/// A side as results write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SideLetter {
    A,
    B,
}

impl From<SideLetter> for Side {
    fn from(letter: SideLetter) -> Side {
        match letter {
            SideLetter::A => Side::A,
            SideLetter::B => Side::B,
        }
    }
}

/// The reason why a result cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongResult {
    #[error("has no score: give “score”, “sets” or “walkover”")]
    NoScore,
    #[error("has more than {SETS_MAX} sets")]
    TooManySets,
    #[error("has a shoot-out that the side with fewer goals won: “score” leaves the kicks out")]
    ShootoutAgainstScore,
    #[error("has a walkover and a shoot-out: only one of them can have decided it")]
    WalkoverAndShootout,
    #[error("is a bye, and nobody can lose one")]
    ByeLost,
}

/// The way in which a match was won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Regular,
    LastSet,
    Extra,
    Shootout,
    Walkover,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Drawn,
    Won(Side, How),
}

/// A match as the table counts it: teams by their place in the group, numbers of both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub a: usize,
    /// `None`: a bye.
    pub b: Option<usize>,
    pub outcome: Settled,
    pub score: [u32; 2],
    pub sets: [u32; 2],
    /// The count inside all sets; the score in a sport without sets.
    pub inside: [i64; 2],
    pub tries: [u32; 2],
    pub points: [u32; 2],
    pub bonus: [u32; 2],
}

/// The score of a match by what it is made of.
#[derive(Default)]
struct Scored {
    score: [u32; 2],
    sets: [u32; 2],
    inside: [i64; 2],
}

impl<Team> ResultOf<Team> {
    /// Counts a result by the policy. `best_of` is the number of sets of the sport, `None` for one without sets.
    pub(super) fn counted(
        &self,
        a: usize,
        b: Option<usize>,
        policy: &PointsTable,
        best_of: Option<u32>,
    ) -> Result<Counted, WrongResult> {
        if self.sets.as_ref().is_some_and(|sets| sets.len() > SETS_MAX) {
            return Err(WrongResult::TooManySets);
        }
        let walkover = self.walkover()?;
        let scored = self.scored(walkover, policy, best_of)?;
        let outcome = self.outcome(walkover, &scored, best_of)?;
        let tries = self.tries.unwrap_or_default();
        let by_policy = policy.bonus_of(outcome, scored.score, tries);
        Ok(Counted {
            a,
            b,
            outcome,
            score: scored.score,
            sets: scored.sets,
            inside: scored.inside,
            tries,
            points: policy.points_of(outcome),
            bonus: self.bonus.unwrap_or(by_policy),
        })
    }

    /// Returns the side that won without playing, if one did.
    fn walkover(&self) -> Result<Option<Side>, WrongResult> {
        let told = self.walkover.map(Side::from);
        if self.b.is_some() {
            return Ok(told);
        }
        if told == Some(Side::B) || self.shootout == Some(SideLetter::B) {
            return Err(WrongResult::ByeLost);
        }
        Ok(Some(Side::A))
    }

    fn scored(
        &self,
        walkover: Option<Side>,
        policy: &PointsTable,
        best_of: Option<u32>,
    ) -> Result<Scored, WrongResult> {
        match (&self.score, &self.sets, walkover) {
            (score, Some(sets), _) => Ok(Scored::of_sets(*score, sets)),
            (Some(score), None, _) => Ok(Scored::of_score(*score, best_of)),
            (None, None, Some(winner)) => Ok(Scored::of_walkover(winner, policy, best_of)),
            (None, None, None) => Err(WrongResult::NoScore),
        }
    }

    fn outcome(
        &self,
        walkover: Option<Side>,
        scored: &Scored,
        best_of: Option<u32>,
    ) -> Result<Settled, WrongResult> {
        let leader = leader(scored.score);
        let shootout = self.shootout.map(Side::from);
        match (walkover, shootout) {
            (Some(_), Some(_)) => Err(WrongResult::WalkoverAndShootout),
            (Some(winner), None) => Ok(Settled::Won(winner, How::Walkover)),
            (None, Some(winner)) if leader.is_none_or(|leader| leader == winner) => {
                Ok(Settled::Won(winner, How::Shootout))
            }
            (None, Some(_)) => Err(WrongResult::ShootoutAgainstScore),
            (None, None) => Ok(match leader {
                None => Settled::Drawn,
                Some(winner) if self.extra => Settled::Won(winner, How::Extra),
                Some(winner) if scored.went_to_last_set(best_of) => {
                    Settled::Won(winner, How::LastSet)
                }
                Some(winner) => Settled::Won(winner, How::Regular),
            }),
        }
    }
}

impl Counted {
    /// Says if both teams are marked; a bye needs only one.
    pub fn is_among(&self, marked: &[bool]) -> bool {
        let is_marked = |team: usize| marked.get(team).copied().unwrap_or(false);
        is_marked(self.a) && self.b.is_none_or(is_marked)
    }

    /// The same match as a walkover, whatever was played.
    pub fn as_walkover(&self, winner: Side, policy: &PointsTable, best_of: Option<u32>) -> Counted {
        let Scored {
            score,
            sets,
            inside,
        } = Scored::of_walkover(winner, policy, best_of);
        let outcome = Settled::Won(winner, How::Walkover);
        Counted {
            a: self.a,
            b: self.b,
            outcome,
            score,
            sets,
            inside,
            tries: [0, 0],
            points: policy.points_of(outcome),
            bonus: [0, 0],
        }
    }
}

impl Scored {
    /// The sets won are what `score` says, else those that the sets themselves tell.
    fn of_sets(score: Option<[u32; 2]>, sets: &[[u32; 2]]) -> Scored {
        let mut won = [0, 0];
        let mut inside = [0, 0];
        for set in sets {
            inside[0] += i64::from(set[0]);
            inside[1] += i64::from(set[1]);
            match leader(*set) {
                Some(Side::A) => won[0] += 1,
                Some(Side::B) => won[1] += 1,
                None => {}
            }
        }
        let score = score.unwrap_or(won);
        Scored {
            score,
            sets: score,
            inside,
        }
    }

    /// In a sport of sets the score is sets won, and nothing is known of what was counted inside them. More than a match can
    /// have are the points of its only set.
    fn of_score(score: [u32; 2], best_of: Option<u32>) -> Scored {
        let Some(best_of) = best_of else {
            return Scored {
                score,
                sets: [0, 0],
                inside: score.map(i64::from),
            };
        };
        let most = (best_of / 2 + 1).max(SETS_TO_WIN_MAX);
        if score.iter().any(|won| *won > most) {
            return Scored {
                score,
                ..Scored::of_sets(None, &[score])
            };
        }
        Scored {
            score,
            sets: score,
            inside: [0, 0],
        }
    }

    fn of_walkover(winner: Side, policy: &PointsTable, best_of: Option<u32>) -> Scored {
        let turned = |[won, lost]: [u32; 2]| match winner {
            Side::A => [won, lost],
            Side::B => [lost, won],
        };
        match &policy.walkover_score {
            None => Scored::default(),
            Some(WalkoverScore::Score(score)) => Scored::of_score(turned(*score), best_of),
            Some(WalkoverScore::Sets(sets)) => {
                let sets: Vec<_> = sets.iter().copied().map(turned).collect();
                Scored::of_sets(None, &sets)
            }
        }
    }

    /// Says if the last possible set was played. A match of fewer or more sets than is usual in the sport tells it by itself:
    /// whoever lost was one set from winning.
    fn went_to_last_set(&self, best_of: Option<u32>) -> bool {
        let [one, other] = self.sets;
        let (won, lost) = (one.max(other), one.min(other));
        match best_of {
            Some(even) if even % 2 == 0 && even > 2 => won.saturating_add(lost) == even,
            _ => won >= 2 && lost == won - 1,
        }
    }
}

fn leader([a, b]: [u32; 2]) -> Option<Side> {
    match a.cmp(&b) {
        std::cmp::Ordering::Greater => Some(Side::A),
        std::cmp::Ordering::Less => Some(Side::B),
        std::cmp::Ordering::Equal => None,
    }
}

impl PointsTable {
    /// The points that an outcome brings to both sides, without a bonus.
    fn points_of(&self, outcome: Settled) -> [u32; 2] {
        let Settled::Won(winner, how) = outcome else {
            return [self.draw; 2];
        };
        let narrow_win = self.narrow_win.unwrap_or(self.win);
        let narrow_loss = self.narrow_loss.unwrap_or(self.loss);
        let (won, lost) = match how {
            How::Regular => (self.win, self.loss),
            How::LastSet => (narrow_win, narrow_loss),
            How::Extra => (
                self.extra_win.unwrap_or(narrow_win),
                self.extra_loss.unwrap_or(narrow_loss),
            ),
            How::Shootout => (
                self.shootout_win.unwrap_or(narrow_win),
                self.shootout_loss.unwrap_or(narrow_loss),
            ),
            How::Walkover => (self.win, self.walkover.unwrap_or(self.loss)),
        };
        match winner {
            Side::A => [won, lost],
            Side::B => [lost, won],
        }
    }

    fn bonus_of(&self, outcome: Settled, score: [u32; 2], tries: [u32; 2]) -> [u32; 2] {
        let mut points = [0, 0];
        let (a_lost, b_lost) = match outcome {
            Settled::Won(_, How::Walkover) => return points,
            Settled::Won(winner, _) => (winner == Side::B, winner == Side::A),
            Settled::Drawn => (false, false),
        };
        let apart = score[0].abs_diff(score[1]);
        for bonus in &self.bonus {
            let earned = match bonus {
                Bonus::Tries(least) => tries.map(|tries| tries >= *least),
                Bonus::LostBy(most) => [a_lost && apart <= *most, b_lost && apart <= *most],
            };
            points[0] += u32::from(earned[0]);
            points[1] += u32::from(earned[1]);
        }
        points
    }
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(false))
}
