//! A group as it is told, and as the ranking counts it: teams are numbers in the order of their names or ids.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Deserialize;

use super::policy::{PointsTable, Withdrawn};
use super::rank::LaidDown;
use super::result::{Counted, How, ResultOf, Settled, WrongResult};
use crate::domain::matches::Side;

/// The most teams of a group: 256 in a Swiss tournament fill any hall.
const TEAMS_MAX: usize = 256;
/// The most results of a group: twice a round robin of as many teams as there can be.
const RESULTS_MAX: usize = TEAMS_MAX * TEAMS_MAX;
/// The most decisions for teams that are level.
const DECISIONS_MAX: usize = 1_000;

/// A group: its teams, what they have played, and what is laid down.
#[derive(Debug, Clone)]
pub struct Group<Team> {
    pub teams: Vec<Team>,
    pub results: Vec<ResultOf<Team>>,
    /// The most sets that a match of the sport has; `None` for a sport without sets.
    pub best_of: Option<u32>,
    pub extra: Extra<Team>,
    /// Orders that were laid down for teams that are level to the end. One counts while all who are level are in it, and a
    /// later one goes before an earlier one.
    pub decisions: Vec<Vec<Team>>,
    /// The matches between teams that are level to the end. They count as a table among them once all who are level have played
    /// and all of it is over; an order that was laid down goes before it.
    pub play_offs: Vec<PlayOff<Team>>,
    /// The group is being played: the ranks are provisional, and `live_order` makes them.
    pub live: bool,
}

/// A match that decides between teams that are level. It counts in no other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayOff<Team> {
    pub a: Team,
    pub b: Team,
    /// `None`: it is not over.
    pub winner: Option<Side>,
}

/// All that counts and that no match of the group says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, bound(deserialize = "Team: Deserialize<'de> + Ord"))]
pub struct Extra<Team> {
    /// More is better: cards count below zero.
    pub fair_play: BTreeMap<Team, i32>,
    /// 1 is the best.
    pub rank: BTreeMap<Team, i32>,
    /// 1 is the best.
    pub seed: BTreeMap<Team, i32>,
    /// 1 is the best.
    pub lots: BTreeMap<Team, i32>,
    /// Points that were taken away.
    pub deducted: BTreeMap<Team, u32>,
    /// The teams that have withdrawn. `None`: nobody has said, and under a policy that deletes results or makes them walkovers it is
    /// whoever has lost by walkover.
    pub withdrawn: Option<Vec<Team>>,
}

impl<Team> Default for Extra<Team> {
    fn default() -> Self {
        Extra {
            fair_play: BTreeMap::new(),
            rank: BTreeMap::new(),
            seed: BTreeMap::new(),
            lots: BTreeMap::new(),
            deducted: BTreeMap::new(),
            withdrawn: None,
        }
    }
}

/// The reason why a group has no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StandingsError {
    #[error("a group has at most {TEAMS_MAX} teams, and this one has {0}")]
    TooManyTeams(usize),
    #[error("a group has at most {RESULTS_MAX} results, and this one has {0}")]
    TooManyResults(usize),
    #[error("a group has at most {DECISIONS_MAX} decisions, and this one has {0}")]
    TooManyDecisions(usize),
    #[error("“{0}” is twice among the teams: each has a name of its own")]
    TeamTwice(String),
    #[error("result {number}: “{team}” is not among the teams")]
    UnknownTeam { number: usize, team: String },
    #[error("result {number}: “{team}” cannot play against itself")]
    AgainstItself { number: usize, team: String },
    #[error("result {number}, of “{a}”, {wrong}")]
    Result {
        number: usize,
        a: String,
        wrong: WrongResult,
    },
    #[error("“{field}” names “{team}”, who is not among the teams")]
    UnknownInExtra { field: &'static str, team: String },
}

/// A group whose teams are numbers: their places in `teams`, which is sorted. No order of the input is left in it.
pub(super) struct Numbered<'a, Team> {
    pub teams: Vec<&'a Team>,
    pub matches: Vec<Counted>,
    pub withdrawn: Vec<bool>,
    pub laid_down: Vec<LaidDown>,
    pub deducted: Vec<i64>,
    pub decisions: Vec<Vec<usize>>,
    pub play_offs: Vec<PlayOff<usize>>,
}

impl<'a, Team> Numbered<'a, Team>
where
    Team: Ord + Display,
{
    /// Numbers the teams, and counts the results by the policy.
    pub fn of(group: &'a Group<Team>, policy: &PointsTable) -> Result<Self, StandingsError> {
        let mut numbered = Numbered {
            teams: sorted(group)?,
            matches: Vec::with_capacity(group.results.len()),
            withdrawn: Vec::new(),
            laid_down: Vec::new(),
            deducted: Vec::new(),
            decisions: Vec::new(),
            play_offs: Vec::new(),
        };
        for (number, result) in (1..).zip(&group.results) {
            let counted = numbered.counted(number, result, policy, group.best_of)?;
            numbered.matches.push(counted);
        }
        numbered.laid_down = numbered.all_laid_down(&group.extra)?;
        numbered.deducted = numbered
            .values("deducted", &group.extra.deducted)?
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        numbered.decisions = group
            .decisions
            .iter()
            .map(|decision| numbered.places("decisions", decision))
            .collect::<Result<_, _>>()?;
        for PlayOff { a, b, winner } in &group.play_offs {
            if let [a, b] = numbered.places("play_offs", [a, b])?[..] {
                let winner = *winner;
                numbered.play_offs.push(PlayOff { a, b, winner });
            }
        }
        numbered.withdraw(group, policy)?;
        Ok(numbered)
    }

    fn place(&self, team: &Team) -> Option<usize> {
        self.teams.binary_search(&team).ok()
    }

    fn counted(
        &self,
        number: usize,
        result: &ResultOf<Team>,
        policy: &PointsTable,
        best_of: Option<u32>,
    ) -> Result<Counted, StandingsError> {
        let place = |team: &Team| {
            let unknown = || StandingsError::UnknownTeam {
                number,
                team: team.to_string(),
            };
            self.place(team).ok_or_else(unknown)
        };
        let a = place(&result.a)?;
        let b = result.b.as_ref().map(place).transpose()?;
        if b == Some(a) {
            let team = result.a.to_string();
            return Err(StandingsError::AgainstItself { number, team });
        }
        let wrong = |wrong| StandingsError::Result {
            number,
            a: result.a.to_string(),
            wrong,
        };
        result.counted(a, b, policy, best_of).map_err(wrong)
    }

    fn all_laid_down(&self, extra: &Extra<Team>) -> Result<Vec<LaidDown>, StandingsError> {
        let fair_play = self.values("fair_play", &extra.fair_play)?;
        let seed = self.values("seed", &extra.seed)?;
        let rank = self.values("rank", &extra.rank)?;
        let lots = self.values("lots", &extra.lots)?;
        let of = |values: &[Option<i64>], team: usize| values.get(team).copied().flatten();
        let laid_down = |team| LaidDown {
            fair_play: of(&fair_play, team),
            seed: of(&seed, team),
            rank: of(&rank, team),
            lots: of(&lots, team),
        };
        Ok((0..self.teams.len()).map(laid_down).collect())
    }

    /// The number of each team that has one.
    fn values<Number: Copy + Into<i64>>(
        &self,
        field: &'static str,
        told: &BTreeMap<Team, Number>,
    ) -> Result<Vec<Option<i64>>, StandingsError> {
        let mut values = vec![None; self.teams.len()];
        for (team, number) in told {
            let place = self.place(team).and_then(|place| values.get_mut(place));
            let place = place.ok_or_else(|| StandingsError::unknown(field, team))?;
            *place = Some((*number).into());
        }
        Ok(values)
    }

    fn places<'t>(
        &self,
        field: &'static str,
        told: impl IntoIterator<Item = &'t Team>,
    ) -> Result<Vec<usize>, StandingsError>
    where
        Team: 't,
    {
        let place = |team: &Team| {
            self.place(team)
                .ok_or_else(|| StandingsError::unknown(field, team))
        };
        told.into_iter().map(place).collect()
    }

    pub fn names(&self, teams: &[usize]) -> Vec<Team>
    where
        Team: Clone,
    {
        let name = |team: &usize| self.teams.get(*team).map(|name| (*name).clone());
        teams.iter().filter_map(name).collect()
    }

    /// Treats the results of those who have withdrawn as the policy says.
    fn withdraw(
        &mut self,
        group: &Group<Team>,
        policy: &PointsTable,
    ) -> Result<(), StandingsError> {
        let gone = match &group.extra.withdrawn {
            Some(told) => self.places("withdrawn", told)?,
            None if policy.withdrawn == Withdrawn::Keep => Vec::new(),
            None => self.matches.iter().filter_map(absent).collect(),
        };
        let mut withdrawn = vec![false; self.teams.len()];
        for team in gone {
            if let Some(mark) = withdrawn.get_mut(team) {
                *mark = true;
            }
        }
        let is_gone = |team: usize| withdrawn.get(team).copied().unwrap_or(false);
        let kept = self.matches.drain(..).filter_map(|counted| {
            let a_gone = is_gone(counted.a);
            let b_gone = counted.b.is_some_and(is_gone);
            match (policy.withdrawn, a_gone, b_gone) {
                (Withdrawn::Keep, _, _) | (_, false, false) => Some(counted),
                (Withdrawn::Delete, _, _) | (_, true, true) => None,
                (Withdrawn::Walkovers, true, false) if counted.b.is_none() => None,
                // A walkover counts with the score that is given.
                (Withdrawn::Walkovers, _, _) if absent(&counted).is_some_and(is_gone) => {
                    Some(counted)
                }
                (Withdrawn::Walkovers, true, false) => {
                    Some(counted.as_walkover(Side::B, policy, group.best_of))
                }
                (Withdrawn::Walkovers, false, true) => {
                    Some(counted.as_walkover(Side::A, policy, group.best_of))
                }
            }
        });
        self.matches = kept.collect();
        self.withdrawn = withdrawn;
        Ok(())
    }
}

/// The teams in their own order, each of them once.
fn sorted<Team: Ord + Display>(group: &Group<Team>) -> Result<Vec<&Team>, StandingsError> {
    if group.teams.len() > TEAMS_MAX {
        return Err(StandingsError::TooManyTeams(group.teams.len()));
    }
    if group.results.len() > RESULTS_MAX {
        return Err(StandingsError::TooManyResults(group.results.len()));
    }
    if group.decisions.len() > DECISIONS_MAX {
        return Err(StandingsError::TooManyDecisions(group.decisions.len()));
    }
    let mut teams: Vec<&Team> = group.teams.iter().collect();
    teams.sort_unstable();
    let twice = teams
        .iter()
        .zip(teams.iter().skip(1))
        .find(|(one, other)| one == other);
    match twice {
        Some((team, _)) => Err(StandingsError::TeamTwice(team.to_string())),
        None => Ok(teams),
    }
}

/// The team that lost a match by walkover.
fn absent(counted: &Counted) -> Option<usize> {
    match counted.outcome {
        Settled::Won(Side::A, How::Walkover) => counted.b,
        Settled::Won(Side::B, How::Walkover) => Some(counted.a),
        _ => None,
    }
}

impl StandingsError {
    fn unknown(field: &'static str, team: &impl Display) -> StandingsError {
        StandingsError::UnknownInExtra {
            field,
            team: team.to_string(),
        }
    }
}
