//! Teams of different groups that end at the same rank: the best thirds of a championship.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::group::{Extra, Group, Numbered, StandingsError};
use super::policy::{Again, PointsTable};
use super::rank::{Among, Ranker};
use super::table::{Advancing, Place, Standings, standings};
use super::tally::{Scale, Tally};
use super::words::{Criterion, Scope, Word};

/// The way to compare teams of groups that are not of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Each value is divided by the matches played.
    #[default]
    PerMatch,
    /// In the larger groups the results against the last do not count.
    WithoutLast,
}

/// The teams of one rank of all groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Best<Team> {
    /// The best first.
    Ranked(Vec<Place<Team>>),
    /// These are level in their group, and it must be decided first: they share the rank, or one of them is the last whose
    /// results are left out.
    Undecided(Vec<Team>),
    /// A group is being played.
    Provisional,
}

/// Ranks the teams that end at a rank of their groups, from 1. A group that is too small has nobody there.
///
/// `tied.` and `two.` words and those of the opponents compare nobody: the teams have not met. `extra` has what is laid
/// down for this comparison, such as lots between thirds.
pub fn best_of_rank<Team>(
    groups: &[Group<Team>],
    rank: usize,
    policy: &PointsTable,
    extra: &Extra<Team>,
    comparison: Comparison,
) -> Result<Best<Team>, StandingsError>
where
    Team: Clone + Ord + Display,
{
    let smallest = groups.iter().map(|group| group.teams.len()).min();
    let mut candidates = Vec::with_capacity(groups.len());
    for group in groups {
        let table = standings(group, policy)?;
        let team = match table.advancing(rank) {
            Advancing::Team(team) => team.clone(),
            Advancing::Level(level) => return Ok(Best::Undecided(level.to_vec())),
            Advancing::Provisional => return Ok(Best::Provisional),
            Advancing::NoSuchRank => continue,
        };
        let counted = match (comparison, smallest) {
            (Comparison::WithoutLast, Some(smallest)) if smallest < group.teams.len() => {
                match without_last(group, &table, smallest.max(rank)) {
                    Ok(group) => standings(&group, policy)?,
                    Err(level) => return Ok(Best::Undecided(level)),
                }
            }
            _ => table,
        };
        let row = counted.rows.into_iter().find(|row| row.team == team);
        candidates.extend(row.map(|row| (team, row.tally)));
    }
    let scale = match comparison {
        Comparison::PerMatch => Scale::PerMatch,
        Comparison::WithoutLast => Scale::Sums,
    };
    ranked(&candidates, policy, extra, scale).map(Best::Ranked)
}

/// Leaves the results against all but the first so many teams out. The error has those who are level around the border.
fn without_last<Team: Clone + PartialEq>(
    group: &Group<Team>,
    table: &Standings<Team>,
    first: usize,
) -> Result<Group<Team>, Vec<Team>> {
    if let Some(border) = table.rows.get(first)
        && border.rank <= first
    {
        let level = table.rows.iter().filter(|row| row.rank == border.rank);
        return Err(level.map(|row| row.team.clone()).collect());
    }
    let last = table.rows.get(first..).unwrap_or_default();
    let is_last = |team: &Team| last.iter().any(|row| row.team == *team);
    let mut group = group.clone();
    group
        .results
        .retain(|result| !is_last(&result.a) && !result.b.as_ref().is_some_and(is_last));
    Ok(group)
}

/// Ranks teams that have not met by what they have and by what is laid down.
pub(super) fn ranked<Team>(
    candidates: &[(Team, Tally)],
    policy: &PointsTable,
    extra: &Extra<Team>,
    scale: Scale,
) -> Result<Vec<Place<Team>>, StandingsError>
where
    Team: Clone + Ord + Display,
{
    let group = Group {
        teams: candidates.iter().map(|(team, _)| team.clone()).collect(),
        results: Vec::new(),
        best_of: None,
        extra: extra.clone(),
        decisions: Vec::new(),
        play_offs: Vec::new(),
        live: false,
    };
    let numbered = Numbered::of(&group, policy)?;
    let candidate = |team: &&Team| candidates.iter().find(|(candidate, _)| candidate == *team);
    let tallies = numbered.teams.iter().filter_map(candidate);
    let tallies: Vec<Tally> = tallies.map(|(_, tally)| tally.clone()).collect();
    let mut words = policy.words(false);
    words.retain(|word| word.scope == Scope::All && !word.criterion.is_of_opponents());
    // What was laid down counts, also where the policy has no lots.
    if words.iter().all(|word| word.criterion != Criterion::Lots) {
        words.push(Word {
            scope: Scope::All,
            criterion: Criterion::Lots,
        });
    }
    let everybody: Vec<usize> = (0..numbered.teams.len()).collect();
    let ranker = Ranker {
        words: &words,
        again: Again::Never,
        matches: &[],
        all: Among::told(everybody.clone(), tallies),
        laid_down: &numbered.laid_down,
        decisions: &[],
        play_offs: &[],
        scale,
    };
    let ranked = ranker.ranked(everybody, Vec::new());
    let places = ranked.places.iter();
    Ok(places
        .map(|placed| Place::of(numbered.names(&placed.teams)))
        .collect())
}
