//! Sums over matches: what a team has in all matches of its group, or in those among some of its teams.

use super::result::{Counted, How, Settled};
use super::value::Value;
use super::words::Criterion;
use crate::domain::matches::Side;

/// All that a team has in the matches that count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub played: i64,
    pub wins: i64,
    pub draws: i64,
    pub losses: i64,
    /// With the bonus.
    pub points: i64,
    pub bonus: i64,
    /// Goals or points, in a sport of sets the sets: scored and conceded.
    pub score: Pair,
    pub sets: Pair,
    /// The count inside all sets; the score in a sport without sets.
    pub inside: Pair,
    pub tries: Pair,
    pub away_scored: i64,
    /// Matches lost by walkover.
    pub walkovers: i64,
    /// Scored in walkovers that were won, and how many these are.
    pub unplayed: (i64, i64),
}

/// The measure of what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    Sums,
    /// Each sum is divided by the matches played: for groups of unequal size.
    PerMatch,
}

/// A number of one's own and of the opponents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pair {
    pub own: i64,
    pub theirs: i64,
}

impl Pair {
    pub fn difference(self) -> i64 {
        self.own - self.theirs
    }

    fn ratio(self) -> Value {
        Value::ratio(self.own, self.theirs)
    }

    fn add(&mut self, own: impl Into<i64>, theirs: impl Into<i64>) {
        self.own += own.into();
        self.theirs += theirs.into();
    }
}

impl Tally {
    /// Sums the matches of each team that lie inside the group, or among those that `among` marks.
    pub(super) fn of(matches: &[Counted], among: &[bool]) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); among.len()];
        for counted in matches.iter().filter(|counted| counted.is_among(among)) {
            if let Some(tally) = tallies.get_mut(counted.a) {
                tally.add(counted, Side::A);
            }
            if let Some(tally) = counted.b.and_then(|b| tallies.get_mut(b)) {
                tally.add(counted, Side::B);
            }
        }
        tallies
    }

    fn add(&mut self, counted: &Counted, side: Side) {
        let (own, theirs) = match side {
            Side::A => (0, 1),
            Side::B => (1, 0),
        };
        self.played += 1;
        match counted.outcome {
            Settled::Drawn => self.draws += 1,
            Settled::Won(winner, how) if winner == side => {
                self.wins += 1;
                if how == How::Walkover {
                    self.unplayed.0 += i64::from(counted.score[own]);
                    self.unplayed.1 += 1;
                }
            }
            Settled::Won(_, how) => {
                self.losses += 1;
                self.walkovers += i64::from(how == How::Walkover);
            }
        }
        self.bonus += i64::from(counted.bonus[own]);
        self.points += i64::from(counted.points[own]) + i64::from(counted.bonus[own]);
        self.score.add(counted.score[own], counted.score[theirs]);
        self.sets.add(counted.sets[own], counted.sets[theirs]);
        self.tries.add(counted.tries[own], counted.tries[theirs]);
        self.inside.add(counted.inside[own], counted.inside[theirs]);
        if side == Side::B {
            self.away_scored += i64::from(counted.score[own]);
        }
    }

    /// The value of a criterion that comes from the team's own matches; `None` for all others, and for an average of nothing.
    pub(super) fn value(&self, criterion: Criterion, scale: Scale) -> Option<Value> {
        let count = |number| match scale {
            Scale::Sums => Value::whole(number),
            Scale::PerMatch => Value::ratio(number, self.played),
        };
        Some(match criterion {
            Criterion::Points => count(self.points),
            Criterion::Wins => count(self.wins),
            Criterion::Played => Value::whole(self.played),
            Criterion::Difference => count(self.score.difference()),
            Criterion::Scored => count(self.score.own),
            Criterion::Ratio => self.score.ratio(),
            Criterion::SetDifference => count(self.sets.difference()),
            Criterion::SetRatio => self.sets.ratio(),
            Criterion::GameDifference | Criterion::PointDifference => {
                count(self.inside.difference())
            }
            Criterion::GameRatio | Criterion::PointRatio => self.inside.ratio(),
            Criterion::AwayScored => count(self.away_scored),
            Criterion::ScoredAverage => {
                let (scored, matches) = self.unplayed;
                match self.played - matches {
                    0 => return None,
                    played => Value::ratio(self.score.own - scored, played),
                }
            }
            Criterion::WinRatio => Value::ratio(self.wins, self.played),
            Criterion::Tries => count(self.tries.own),
            Criterion::TriesDifference => count(self.tries.difference()),
            Criterion::FewestWalkovers => count(self.walkovers),
            Criterion::FairPlay
            | Criterion::Buchholz
            | Criterion::BuchholzCut1
            | Criterion::FineBuchholz
            | Criterion::SonnebornBerger
            | Criterion::Seed
            | Criterion::Rank
            | Criterion::Lots => return None,
        })
    }
}
