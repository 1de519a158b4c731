//! Teams of different groups compared, such as all that are third: who are the best of a rank.

use std::fmt::Display;

use super::group::{Extra, Group, Numbered, StandingsError};
use super::policy::{Again, PointsTable};
use super::rank::{Among, Ranker};
use super::table::Place;
use super::tally::{Comparison, Tally};
use super::words::Scope;

/// Ranks teams that have not met by their tallies, and by what is laid down: the best first. `tied.` and `two.` words and those
/// of the opponents compare nobody. To leave out results against the last of a larger group, leave them out of the group that the
/// tally comes from.
pub fn best_of<Team>(
    candidates: &[(Team, Tally)],
    policy: &PointsTable,
    extra: &Extra<Team>,
    comparison: Comparison,
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
        live: false,
    };
    let numbered = Numbered::of(&group, policy)?;
    let candidate = |team: &&Team| candidates.iter().find(|(candidate, _)| candidate == *team);
    let tallies = numbered.teams.iter().filter_map(candidate);
    let tallies: Vec<Tally> = tallies.map(|(_, tally)| tally.clone()).collect();
    let mut words = policy.words(false);
    words.retain(|word| word.scope == Scope::All && !word.criterion.is_of_opponents());
    let everybody: Vec<usize> = (0..numbered.teams.len()).collect();
    let ranker = Ranker {
        words: &words,
        again: Again::Never,
        matches: &[],
        all: Among::told(everybody.clone(), tallies),
        laid_down: &numbered.laid_down,
        decisions: &[],
        comparison,
    };
    let ranked = ranker.ranked(everybody, Vec::new());
    let places = ranked.places.iter();
    Ok(places
        .map(|placed| Place::of(numbered.names(&placed.teams)))
        .collect())
}
