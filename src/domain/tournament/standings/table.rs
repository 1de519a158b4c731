//! The table of a group: its rows, their reasons, and who goes on from a rank.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;

use super::group::{Group, Numbered, StandingsError};
use super::policy::{PointsTable, Withdrawn};
use super::rank::{Among, By, Placed, Ranked, Ranker, Step};
use super::tally::{Scale, Tally};
use super::words::{Scope, Word};

/// The table of a group, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standings<Team> {
    pub order: Vec<Place<Team>>,
    pub rows: Vec<Row<Team>>,
    /// The decisions that separated nobody, by their number.
    #[serde(skip)]
    pub decisions_not_needed: Vec<usize>,
}

/// A team, or teams that are level to the end and share a rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Place<Team> {
    One(Team),
    /// In the order of their names or ids.
    Level(Vec<Team>),
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row<Team> {
    pub team: Team,
    /// Teams that are level share the first of their ranks: 1, 2, 2, 4.
    pub rank: usize,
    pub played: i64,
    pub wins: i64,
    pub draws: i64,
    pub losses: i64,
    /// With the bonus, less what was deducted.
    pub points: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub bonus: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub deducted: i64,
    /// Goals or points; in a sport of sets the sets won.
    pub scored: i64,
    pub conceded: i64,
    pub difference: i64,
    /// The count inside all sets, one's own first; `None` for a sport without sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_points: Option<[i64; 2]>,
    /// The team has withdrawn, and its results are treated as the policy says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// The group is being played: nobody goes on from this rank yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// The words that were tried for teams that are level to the end; empty for all others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Word>,
    /// All that the team has, for comparing it with teams of other groups.
    #[serde(skip)]
    pub tally: Tally,
    /// The comparisons that separated the team from those it was level with, the first one first. For teams that are level
    /// to the end also those that found them equal.
    pub why: Vec<Arc<Why<Team>>>,
}

/// A comparison of teams that were level before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why<Team> {
    /// A criterion; `withdrawn` (0 has, 1 has not) where results are deleted; or `decision` for an order that was laid down, by
    /// places, or for play-offs, by matches won.
    pub word: &'static str,
    pub scope: Scope,
    /// The teams that were compared, the best first.
    pub among: Vec<Team>,
    /// Their values in the same order, exact: `7`, `386/432`, `15/0` for an infinite one.
    pub values: Vec<String>,
    /// The teams whose matches against each other count, where they are more than those who were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches_among: Option<Vec<Team>>,
}

/// The answer to the question who goes on from a rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advancing<'a, Team> {
    Team(&'a Team),
    /// Nobody, until it is decided between these.
    Level(&'a [Team]),
    /// Nobody: the group is being played.
    Provisional,
    /// Nobody: the group has no such rank.
    NoSuchRank,
}

/// Makes the table of a group.
pub fn standings<Team>(
    group: &Group<Team>,
    policy: &PointsTable,
) -> Result<Standings<Team>, StandingsError>
where
    Team: Clone + Ord + Display,
{
    let numbered = Numbered::of(group, policy)?;
    let everybody: Vec<usize> = (0..numbered.teams.len()).collect();
    let mut all = Among::of(&everybody, everybody.len(), &numbered.matches);
    for (tally, deducted) in all.tallies.iter_mut().zip(&numbered.deducted) {
        tally.points -= deducted;
    }
    let deletes = policy.withdrawn == Withdrawn::Delete;
    let is_out = |team: &usize| deletes && numbered.withdrawn.get(*team) == Some(&true);
    let (out, playing) = everybody.into_iter().partition(is_out);
    let words = policy.words(group.live);
    let ranker = Ranker {
        words: &words,
        again: policy.again,
        matches: &numbered.matches,
        all,
        laid_down: &numbered.laid_down,
        decisions: &numbered.decisions,
        play_offs: &numbered.play_offs,
        scale: Scale::Sums,
    };
    let ranked = ranker.ranked(playing, out);
    let telling = Telling {
        group,
        numbered: &numbered,
        tallies: &ranker.all.tallies,
        words: &words,
    };
    Ok(telling.standings(&ranked))
}

/// All that the rows of a table tell.
struct Telling<'a, Team> {
    group: &'a Group<Team>,
    numbered: &'a Numbered<'a, Team>,
    tallies: &'a [Tally],
    words: &'a [Word],
}

impl<Team: Clone + Ord + Display> Telling<'_, Team> {
    fn standings(&self, ranked: &Ranked) -> Standings<Team> {
        let whys: Vec<_> = ranked
            .steps
            .iter()
            .map(|step| Arc::new(self.why(step)))
            .collect();
        let mut order = Vec::with_capacity(ranked.places.len());
        let mut rows = Vec::with_capacity(self.numbered.teams.len());
        for placed in &ranked.places {
            let rank = rows.len() + 1;
            let tried = self.tried(placed, &ranked.steps);
            let why = placed.why.iter().filter_map(|step| whys.get(*step));
            let why: Vec<_> = why.cloned().collect();
            for team in &placed.teams {
                rows.extend(self.row(*team, rank, &tried, &why));
            }
            order.push(Place::of(self.numbered.names(&placed.teams)));
        }
        Standings {
            order,
            rows,
            decisions_not_needed: self.not_needed(&ranked.steps),
        }
    }

    fn row(
        &self,
        team: usize,
        rank: usize,
        tried: &[Word],
        why: &[Arc<Why<Team>>],
    ) -> Option<Row<Team>> {
        let name = self.numbered.teams.get(team)?;
        let tally = self.tallies.get(team)?;
        let has_sets = self.group.best_of.is_some();
        Some(Row {
            team: (*name).clone(),
            rank,
            played: tally.played,
            wins: tally.wins,
            draws: tally.draws,
            losses: tally.losses,
            points: tally.points,
            bonus: tally.bonus,
            deducted: self.numbered.deducted.get(team).copied()?,
            scored: tally.score.own,
            conceded: tally.score.theirs,
            difference: tally.score.difference(),
            set_points: has_sets.then_some([tally.inside.own, tally.inside.theirs]),
            withdrawn: self.numbered.withdrawn.get(team).copied()?,
            provisional: self.group.live,
            tried: tried.to_vec(),
            tally: tally.clone(),
            why: why.to_vec(),
        })
    }

    /// The words that found teams equal who are level to the end.
    fn tried(&self, placed: &Placed, steps: &[Step]) -> Vec<Word> {
        if placed.teams.len() == 1 {
            return Vec::new();
        }
        let is_by =
            |step: &usize, word: Word| steps.get(*step).map(|step| step.by) == Some(By::Word(word));
        let was_tried = |word: &Word| placed.why.iter().any(|step| is_by(step, *word));
        self.words.iter().copied().filter(was_tried).collect()
    }

    fn why(&self, step: &Step) -> Why<Team> {
        let (word, scope) = match step.by {
            By::Word(word) => (word.criterion.key(), word.scope),
            By::Withdrawal => ("withdrawn", Scope::All),
            By::Decision(_) | By::PlayOff => ("decision", Scope::All),
        };
        Why {
            word,
            scope,
            among: self.numbered.names(&step.among),
            values: step.values.iter().map(ToString::to_string).collect(),
            matches_among: step
                .matches_among
                .as_ref()
                .map(|teams| self.numbered.names(teams)),
        }
    }

    fn not_needed(&self, steps: &[Step]) -> Vec<usize> {
        let all = 0..self.numbered.decisions.len();
        all.filter(|number| steps.iter().all(|step| step.by != By::Decision(*number)))
            .collect()
    }
}

impl<Team: Clone> Place<Team> {
    pub(super) fn of(teams: Vec<Team>) -> Place<Team> {
        match teams.as_slice() {
            [team] => Place::One(team.clone()),
            _ => Place::Level(teams),
        }
    }
}

impl<Team> Standings<Team> {
    /// Returns who goes on from a rank, from 1. Teams that share ranks hold all of them together until it is decided.
    pub fn advancing(&self, rank: usize) -> Advancing<'_, Team> {
        if self.rows.iter().any(|row| row.provisional) {
            return Advancing::Provisional;
        }
        let mut first = 1;
        for place in &self.order {
            let teams = match place {
                Place::One(team) => std::slice::from_ref(team),
                Place::Level(teams) => teams,
            };
            if (first..first + teams.len()).contains(&rank) {
                return match place {
                    Place::One(team) => Advancing::Team(team),
                    Place::Level(teams) => Advancing::Level(teams),
                };
            }
            first += teams.len();
        }
        Advancing::NoSuchRank
    }
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}
