//! The final ranking of a tournament, as far as it is certain.
//!
//! Each team ends somewhere: it leaves a tree, or stays at a rank of a table. Teams that leave a tree in the same round and the same way
//! share a rank; after groups those of one rank do. A rank is 1 and the number of teams that are better, and it is given once
//! no later result can change this number. [`units`] says which end is better, [`ends`] who is there.

mod ends;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeMap;

use self::ends::Ends;
use self::units::{Place, Units};
use super::Fold;
use super::tables::Table;
use crate::domain::ids::TeamId;

/// A team at its final rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// Teams that share a rank have the first of their ranks: 1, 2, 3, 3, 5.
    pub rank: usize,
    pub team: TeamId,
}

/// Ranks all who have reached their final rank.
pub fn of(fold: &Fold<'_>, tables: &[Table]) -> Vec<Ranked> {
    let units = Units::of(fold);
    let ends = Ends::of(fold, tables, &units);
    let mut ranked: Vec<(usize, u16)> = if ends.over {
        at_the_end(fold, &ends)
    } else if units.is_regular(fold) {
        let places = ends.teams.iter();
        let certain = places.filter_map(|(team, place)| Some((ends.certain_rank(place)?, *team)));
        certain.collect()
    } else {
        Vec::new()
    };
    ranked.sort_unstable();
    let team = |(rank, entrant)| {
        let team = fold.given.structure.team(entrant)?;
        Some(Ranked { rank, team })
    };
    ranked.into_iter().filter_map(team).collect()
}

/// Ranks everybody. Whoever has no end was passed over by a match that was kept as it was played, and stands where it came to; a team
/// that no fixture names comes last.
fn at_the_end(fold: &Fold<'_>, ends: &Ends) -> Vec<(usize, u16)> {
    let mut places: BTreeMap<u16, &Place> = ends.last.iter().map(|(of, at)| (*of, at)).collect();
    places.extend(ends.teams.iter().map(|(team, place)| (*team, place)));
    if places.is_empty() {
        return Vec::new();
    }
    let better = |than: &Place| places.values().filter(|place| **place < than).count();
    let entrants = fold.given.structure.entrants.len();
    let all = 1..=u16::try_from(entrants).unwrap_or(u16::MAX);
    all.map(|team| match places.get(&team) {
        Some(place) => (1 + better(place), team),
        None => (1 + places.len(), team),
    })
    .collect()
}
