//! Placement: everybody plays on. Each round parts winners and losers until all places are decided, or those that count.

use super::super::Fixture;
use super::super::format::Placement;
use super::split::{Round, Rules, Tree, split};
use super::trees::{self, Sheet};
use super::{DrawError, Line, knockout};

/// Returns the fixtures on the lines of the first round.
///
/// The main tree has the keys of a knockout, third place `3RD`. `P5-8/1` is the first match from the top of those in which both
/// sides can still come 5th to 8th; its winner goes on to `P5-6/1`, its loser to `P7-8/1`.
///
/// # Errors
///
/// Places that there are not, or more matches for each than the winner of the main tree plays.
pub fn fixtures(settings: &Placement, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    let entrants = u16::try_from(lines.iter().flatten().count()).unwrap_or(u16::MAX);
    let places = settings.places.unwrap_or(entrants);
    if places < 2 || places > entrants {
        return Err(DrawError::Places { places, entrants });
    }
    let most = u16::try_from(entrants.max(1).ilog2()).unwrap_or(u16::MAX);
    let matches = settings.matches.unwrap_or(most);
    if matches == 0 || matches > most {
        return Err(DrawError::Matches {
            matches,
            entrants,
            most,
        });
    }
    let rounds = u16::try_from(lines.len().max(1).ilog2()).unwrap_or(u16::MAX);
    let mut sheet = Sheet::default();
    let rules = Places {
        last: places,
        matches: settings.matches,
        rounds,
    };
    split(&mut sheet, trees::slots(lines), &rules);
    Ok(sheet.into_fixtures_by_depth())
}

struct Places {
    /// The last place that is played for.
    last: u16,
    /// Who played so many matches can be out.
    matches: Option<u16>,
    /// The rounds of the main tree.
    rounds: u16,
}

impl Rules for Places {
    fn plays_on(&self, tree: &Tree) -> bool {
        let enough = self
            .matches
            .is_some_and(|matches| tree.fewest_played() >= matches);
        tree.best_place <= self.last && !enough
    }

    fn key(&self, tree: &Tree, round: &Round, number: usize) -> String {
        match (tree.best_place, round.worst_place) {
            (1, _) => knockout::key(round.fixtures, number).to_string(),
            (3, 4) => "3RD".to_owned(),
            (best, worst) => format!("P{best}-{worst}/{number}"),
        }
    }

    /// Third place is shown beside the final.
    fn shown(&self, tree: &Tree, round: &Round) -> u16 {
        match (tree.best_place, round.worst_place) {
            (3, 4) => self.rounds,
            _ => round.number,
        }
    }
}
