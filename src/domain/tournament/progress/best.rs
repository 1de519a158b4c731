//! The best of a rank of several groups: who of them goes on, and to which fixture.

use std::collections::{BTreeMap, BTreeSet};

use super::super::deed::Tie;
use super::super::draw::{fill, slots};
use super::super::fixture::Source;
use super::super::format::{BestOfRank, Feeds};
use super::super::standings::{
    Advancing, Best, Comparison, Extra, Group, Place, best_of_rank, standings,
};
use super::Fold;
use super::tables::{Of, group, numbers};

/// The best of a rank that a format takes, once their groups are over.
pub fn best(
    fold: &Fold<'_>,
    groups: &[Of<'_>],
    wanted: &BTreeSet<&Source>,
) -> BTreeMap<Source, u16> {
    let mut placed = BTreeMap::new();
    let kinds: BTreeSet<(u16, Option<&str>)> = wanted
        .iter()
        .filter_map(|source| match source {
            Source::Best { best, stage, .. } => Some((*best, stage.as_deref())),
            _ => None,
        })
        .collect();
    for (rank, of_stage) in kinds {
        let slots = slots(&fold.fixtures, rank, of_stage);
        let Some(chosen) = ranked_best(fold, groups, rank, of_stage, slots.len()) else {
            continue;
        };
        // The same teams give the same slots, whoever of them is best.
        let mut names: Vec<(String, u16)> = chosen;
        names.sort();
        let by_name: Vec<String> = names.iter().map(|(group, _)| group.clone()).collect();
        let Ok(filled) = fill(&slots, &by_name) else {
            continue;
        };
        for (slot, at) in slots.iter().zip(filled.groups) {
            if let Some((_, team)) = names.get(at) {
                let source = Source::Best {
                    best: rank,
                    nth: slot.nth,
                    stage: of_stage.map(str::to_owned),
                };
                placed.insert(source, *team);
            }
        }
    }
    placed
}

/// Teams of several groups that are level where the format takes only some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelBest {
    pub rank: u16,
    /// As sources name it: `None` for the first stage that has groups.
    pub stage: Option<String>,
    pub teams: Vec<u16>,
}

/// The best of a rank about whom somebody has to decide: their groups are over.
pub fn level(fold: &Fold<'_>, groups: &[Of<'_>]) -> Vec<LevelBest> {
    let sides = fold.fixtures.iter().flat_map(|of| [&of.a, &of.b]);
    let kinds: BTreeSet<(u16, Option<&str>)> = sides
        .filter_map(|source| match source {
            Source::Best { best, stage, .. } => Some((*best, stage.as_deref())),
            _ => None,
        })
        .collect();
    let mut level = Vec::new();
    for (rank, stage) in kinds {
        let count = slots(&fold.fixtures, rank, stage).len();
        let Some(places) = places_of(fold, groups, rank, stage) else {
            continue;
        };
        let mut taken = 0;
        for place in places {
            let teams = match place {
                Place::One(_) => 1,
                Place::Level(ref teams) => teams.len(),
            };
            if let Place::Level(teams) = place
                && taken < count
                && taken + teams.len() > count
            {
                let stage = stage.map(str::to_owned);
                level.push(LevelBest { rank, stage, teams });
            }
            taken += teams;
        }
    }
    level
}

/// The groups of a stage, once all of them are over.
fn counted(
    fold: &Fold<'_>,
    groups: &[Of<'_>],
    of_stage: Option<&str>,
) -> Option<Vec<(String, Group<u16>)>> {
    let stage_key = match of_stage {
        Some(stage) => stage,
        None => groups.first()?.stage,
    };
    let of = groups.iter().filter(|of| of.stage == stage_key);
    of.map(|of| {
        let own = group(fold, of, false);
        own.complete.then(|| (of.name.clone(), own.group))
    })
    .collect()
}

/// Ranks the teams that end at a rank of their groups, the best first.
fn places_of(
    fold: &Fold<'_>,
    groups: &[Of<'_>],
    rank: u16,
    of_stage: Option<&str>,
) -> Option<Vec<Place<u16>>> {
    let counted = counted(fold, groups, of_stage)?;
    let orders = fold.given.structure.orders.iter().rev();
    let mut orders = orders.filter(|order| match &order.of {
        Tie::Best { best, stage } => *best == rank && stage.as_deref() == of_stage,
        Tie::Group { .. } => false,
    });
    let lots = orders.next().map(|order| numbers(fold, order));
    let stage_key = of_stage.or_else(|| groups.first().map(|of| of.stage))?;
    let own: Vec<Group<u16>> = counted.into_iter().map(|(_, group)| group).collect();
    let comparison = comparison(fold, stage_key);
    ranked_places(fold, &own, rank, &lots.unwrap_or_default(), comparison)
}

/// The best teams of a rank with their groups, if it is decided who they are.
fn ranked_best(
    fold: &Fold<'_>,
    groups: &[Of<'_>],
    rank: u16,
    of_stage: Option<&str>,
    count: usize,
) -> Option<Vec<(String, u16)>> {
    let mut chosen = Vec::with_capacity(count);
    for place in places_of(fold, groups, rank, of_stage)? {
        match place {
            Place::One(team) => chosen.push(team),
            Place::Level(level) if chosen.len() + level.len() <= count => chosen.extend(level),
            Place::Level(_) => break,
        }
        if chosen.len() == count {
            break;
        }
    }
    if chosen.len() != count {
        return None;
    }
    let counted = counted(fold, groups, of_stage)?;
    let group_of = |team: u16| {
        let mut groups = counted.iter();
        let (name, _) = groups.find(|(_, group)| group.teams.contains(&team))?;
        Some((name.clone(), team))
    };
    chosen.into_iter().map(group_of).collect()
}

/// Ranks those who end at a rank of their groups. `lots` is the order that was laid down for them.
fn ranked_places(
    fold: &Fold<'_>,
    groups: &[Group<u16>],
    rank: u16,
    lots: &[u16],
    comparison: Comparison,
) -> Option<Vec<Place<u16>>> {
    let policy = fold.given.policy;
    let mut extra = Extra::default();
    for group in groups {
        let table = standings(group, policy).ok()?;
        if let Advancing::Team(team) = table.advancing(usize::from(rank)) {
            extra.rank.insert(*team, i32::from(*team));
        }
    }
    for (lot, team) in (1..).zip(lots) {
        if extra.rank.contains_key(team) {
            extra.lots.insert(*team, lot);
        }
    }
    match best_of_rank(groups, usize::from(rank), policy, &extra, comparison) {
        Ok(Best::Ranked(places)) => Some(places),
        Ok(Best::Undecided(_) | Best::Provisional) | Err(_) => None,
    }
}

/// The way in which the format compares the best of the groups of a stage.
fn comparison(fold: &Fold<'_>, stage: &str) -> Comparison {
    let stages = fold.given.structure.stages().iter();
    let feeds = stages.flat_map(|of| match &of.from {
        None => &[][..],
        Some(Feeds::One(feed)) => std::slice::from_ref(feed),
        Some(Feeds::Several(feeds)) => &feeds[..],
    });
    let best = feeds
        .filter(|feed| feed.stage == stage)
        .filter_map(|feed| feed.best.as_ref());
    best.map(|BestOfRank { compare, .. }| *compare)
        .next()
        .unwrap_or_default()
}
