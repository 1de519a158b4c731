//! Everybody who may come to a fixture before it is known who does, and the fixtures that decide it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fixture::{Key, Source};
use super::super::format::Kind;
use super::super::structure::Structure;
use super::{Known, Seat, swiss_table};
use crate::domain::ids::TeamId;
use crate::domain::matches::BySide;

/// The teams of a fixture as far as they can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MayPlay {
    /// A side that is known has one team.
    pub sides: BySide<BTreeSet<TeamId>>,
    /// The places, in the structure's list, of the fixtures whose results say who plays here.
    pub waits_for: BTreeSet<usize>,
}

impl MayPlay {
    pub fn teams(&self) -> impl Iterator<Item = TeamId> + '_ {
        self.sides.a.union(&self.sides.b).copied()
    }
}

/// Returns for each fixture who may play it. `known` is in the order of the structure's fixtures.
pub fn may_play(structure: &Structure, known: &[Known]) -> Vec<MayPlay> {
    let ways = Ways::of(structure, known);
    let mut all: Vec<MayPlay> = (0..known.len())
        .map(|at| MayPlay {
            waits_for: ways.waits_for(at),
            ..MayPlay::default()
        })
        .collect();
    // A fixture may stand before those it waits for: each turn makes at least one set larger, or is the last.
    loop {
        let mut changed = false;
        for at in 0..all.len() {
            let sides = BySide {
                a: ways.teams(at, 0, &all),
                b: ways.teams(at, 1, &all),
            };
            changed |= sides != all[at].sides;
            all[at].sides = sides;
        }
        if !changed {
            break;
        }
    }
    all
}

/// Returns for each fixture the places of those that the same teams may come to, though none comes to both: for the final that
/// of the match for third place. It looks at all pairs.
pub fn never_both(structure: &Structure, known: &[Known], all: &[MayPlay]) -> Vec<Vec<usize>> {
    let ways = Ways::of(structure, known);
    let mut never: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (one, other) in Exclusions::new(&ways, all).pairs() {
        never[one].push(other);
        never[other].push(one);
    }
    never
}

/// The structure, so that sources find what they name.
struct Ways<'a> {
    structure: &'a Structure,
    known: &'a [Known],
    at: BTreeMap<&'a Key, usize>,
    /// The fixtures of a group, and of the tables of a stage.
    of_group: BTreeMap<String, Vec<usize>>,
    of_stage: BTreeMap<&'a str, Vec<usize>>,
    /// The first stage that has groups.
    first: Option<&'a str>,
}

impl<'a> Ways<'a> {
    fn of(structure: &'a Structure, known: &'a [Known]) -> Ways<'a> {
        let mut ways = Ways {
            structure,
            known,
            at: BTreeMap::new(),
            of_group: BTreeMap::new(),
            of_stage: BTreeMap::new(),
            first: None,
        };
        let swiss = |stage: &str| {
            let mut stages = structure.stages().iter();
            stages.any(|of| of.key == stage && matches!(of.kind, Kind::Swiss(_)))
        };
        for (at, staged) in structure.fixtures.iter().enumerate() {
            let fixture = &staged.fixture;
            ways.at.insert(&fixture.key, at);
            let of_swiss = || swiss(&staged.stage).then(|| swiss_table(&fixture.key));
            let Some(group) = fixture.group.clone().or_else(of_swiss) else {
                continue;
            };
            ways.of_group.entry(group).or_default().push(at);
            ways.of_stage.entry(&staged.stage).or_default().push(at);
            ways.first.get_or_insert(&staged.stage);
        }
        ways
    }

    /// The source of a side, unless its team is known.
    fn source(&self, at: usize, side: usize) -> Option<&'a Source> {
        if !matches!(self.seat(at, side), Seat::Unknown) {
            return None;
        }
        let fixture = &self.structure.fixtures[at].fixture;
        Some([&fixture.a, &fixture.b][side])
    }

    fn seat(&self, at: usize, side: usize) -> Seat {
        let sides = self.known[at].sides;
        [sides.a, sides.b][side]
    }

    /// The fixtures that a source is decided by.
    fn from(&self, source: &Source) -> &[usize] {
        let none: &[usize] = &[];
        let found = match source {
            Source::Group { group, .. } => self.of_group.get(group).map(Vec::as_slice),
            Source::Best { stage, .. } => {
                let stage = stage.as_deref().or(self.first);
                let found = stage.and_then(|stage| self.of_stage.get(stage));
                found.map(Vec::as_slice)
            }
            source => {
                let at = source.fixture().and_then(|key| self.at.get(key));
                at.map(std::slice::from_ref)
            }
        };
        found.unwrap_or(none)
    }

    fn waits_for(&self, at: usize) -> BTreeSet<usize> {
        let sources = [0, 1].into_iter().filter_map(|side| self.source(at, side));
        let from = sources.flat_map(|source| self.from(source));
        from.copied().filter(|from| *from != at).collect()
    }

    fn teams(&self, at: usize, side: usize, all: &[MayPlay]) -> BTreeSet<TeamId> {
        if let Some(team) = self.seat(at, side).team() {
            return BTreeSet::from([team]);
        }
        let Some(source) = self.source(at, side) else {
            return BTreeSet::new();
        };
        if let Some(entrant) = source.entrant() {
            let place = usize::from(entrant).checked_sub(1);
            let team = place.and_then(|place| self.structure.entrants.get(place));
            return team.copied().into_iter().collect();
        }
        let from = self.from(source).iter();
        from.flat_map(|from| all[*from].teams()).collect()
    }
}

/// Fixtures that no team comes to both of, though it may come to either.
struct Exclusions<'a> {
    ways: &'a Ways<'a>,
    all: &'a [MayPlay],
    found: BTreeMap<(usize, usize), bool>,
}

impl<'a> Exclusions<'a> {
    fn new(ways: &'a Ways<'a>, all: &'a [MayPlay]) -> Exclusions<'a> {
        Exclusions {
            ways,
            all,
            found: BTreeMap::new(),
        }
    }

    fn pairs(mut self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for one in 0..self.all.len() {
            for other in 0..one {
                let mut common = self.all[one].teams();
                let others = &self.all[other].sides;
                let common =
                    common.any(|team| others.a.contains(&team) || others.b.contains(&team));
                if common && self.never_both(one, other) {
                    pairs.push((one, other));
                }
            }
        }
        pairs
    }

    fn never_both(&mut self, one: usize, other: usize) -> bool {
        if one == other {
            return false;
        }
        let pair = (one.min(other), one.max(other));
        if let Some(found) = self.found.get(&pair) {
            return *found;
        }
        // A circle that somebody made by hand excludes nothing.
        self.found.insert(pair, false);
        let sides = [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter();
        let mut sides = sides.map(|(side, another)| ((one, side), (other, another)));
        let found = sides.all(|(one, other)| self.never_the_same(one, other));
        self.found.insert(pair, found);
        found
    }

    /// Says if these two sides never have the same team.
    fn never_the_same(&mut self, one: (usize, usize), other: (usize, usize)) -> bool {
        let of = |(at, side): (usize, usize)| {
            let sides = &self.all[at].sides;
            [&sides.a, &sides.b][side]
        };
        if of(one).is_disjoint(of(other)) {
            return true;
        }
        let (Some(source), Some(another)) = (
            self.ways.source(one.0, one.1),
            self.ways.source(other.0, other.1),
        ) else {
            return false;
        };
        match (self.fixture_of(source), self.fixture_of(another)) {
            (Some(from), Some(of)) if from == of => {
                let wins = |source: &Source| matches!(source, Source::Winner { .. });
                wins(source) != wins(another)
            }
            (Some(from), Some(of)) => self.never_both(from, of),
            (Some(from), None) => [0, 1]
                .into_iter()
                .all(|side| self.never_the_same((from, side), other)),
            (None, Some(of)) => [0, 1]
                .into_iter()
                .all(|side| self.never_the_same(one, (of, side))),
            (None, None) => different_places(source, another),
        }
    }

    fn fixture_of(&self, source: &Source) -> Option<usize> {
        self.ways.at.get(source.fixture()?).copied()
    }
}

/// Says if two places of groups never have the same team.
fn different_places(one: &Source, other: &Source) -> bool {
    let rank = |source: &Source| match source {
        Source::Group { rank, .. } => Some(*rank),
        Source::Best { best, .. } => Some(*best),
        _ => None,
    };
    match (one, other) {
        // Teams of different groups were found to be different before.
        (
            Source::Group { group, rank },
            Source::Group {
                group: of,
                rank: at,
            },
        ) => group == of && rank != at,
        (
            Source::Best { best, nth, stage },
            Source::Best {
                best: of,
                nth: at,
                stage: from,
            },
        ) => stage == from && (best, nth) != (of, at),
        // A team of this rank may be one of the best of it.
        _ => rank(one).is_some() && rank(other).is_some() && rank(one) != rank(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tournament::progress::tests::{Cup, team_id};

    struct Drawn {
        structure: Structure,
        ways: Vec<MayPlay>,
        never: Vec<Vec<usize>>,
    }

    impl Drawn {
        fn of(format: &str, count: u16) -> Drawn {
            let cup = Cup::drawn(format, count);
            let structure = cup.structure();
            let known = cup.progress().fixtures;
            let ways = may_play(&structure, &known);
            let never = never_both(&structure, &known, &ways);
            Drawn {
                structure,
                ways,
                never,
            }
        }

        fn at(&self, key: &str) -> usize {
            let mut fixtures = self.structure.fixtures.iter();
            let found = fixtures.position(|staged| staged.fixture.key.as_str() == key);
            found.unwrap()
        }

        /// The numbers of the teams that may come to a fixture.
        fn teams(&self, key: &str) -> Vec<u128> {
            let teams: Vec<TeamId> = self.ways[self.at(key)].teams().collect();
            let number = |number: &u128| teams.contains(&team_id(*number));
            (1..=64).filter(number).collect()
        }

        fn waits_for(&self, key: &str) -> Vec<&str> {
            let way = &self.ways[self.at(key)];
            let key = |at: &usize| self.structure.fixtures[*at].fixture.key.as_str();
            way.waits_for.iter().map(key).collect()
        }

        fn never_both(&self, one: &str, other: &str) -> bool {
            self.never[self.at(one)].contains(&self.at(other))
        }
    }

    const GROUPS: &str = r#"{"stages":[{"key":"g","kind":"groups","groups":2},
        {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2},"third_place":true}]}"#;

    #[test]
    fn a_semi_final_waits_for_both_groups_and_all_of_them_may_play_it() {
        let drawn = Drawn::of(GROUPS, 8);
        assert_eq!(drawn.teams("SF1"), (1..=8).collect::<Vec<u128>>());
        assert_eq!(drawn.waits_for("SF1").len(), 12);
        assert_eq!(drawn.waits_for("F"), ["SF1", "SF2"]);
        assert_eq!(drawn.teams("A1-2").len(), 2);
        assert_eq!(drawn.waits_for("A1-2"), [""; 0]);
    }

    #[test]
    fn nobody_comes_to_both_of_one_round_nor_to_the_final_and_the_match_for_third_place() {
        let drawn = Drawn::of(GROUPS, 8);
        assert!(drawn.never_both("SF1", "SF2"));
        assert!(drawn.never_both("F", "3RD"));
        // Somebody comes to both of these, one after the other.
        assert!(!drawn.never_both("SF1", "F"));
        assert!(!drawn.never_both("A1-2", "SF1"));
        assert!(!drawn.never_both("A1-2", "A1-3"));
    }

    #[test]
    fn whoever_loses_plays_on_in_another_tree_and_never_at_both_ends_of_it() {
        let drawn = Drawn::of(
            r#"{"stages":[{"key":"d","kind":"double_elimination","reset":true}]}"#,
            8,
        );
        assert_eq!(drawn.teams("W2-1"), drawn.teams("L1-1"));
        assert!(drawn.never_both("W2-1", "L1-1"));
        // The loser of the winners' final comes to the losers' final.
        assert!(!drawn.never_both("W3-1", "L4-1"));
        let placed = Drawn::of(r#"{"stages":[{"key":"p","kind":"placement"}]}"#, 8);
        assert!(placed.never_both("F", "P5-6/1"));
        assert_eq!(placed.teams("F").len(), 8);
    }

    #[test]
    fn the_entrants_of_a_knockout_may_play_their_own_half_until_the_final() {
        let drawn = Drawn::of(r#"{"stages":[{"key":"ko","kind":"knockout"}]}"#, 8);
        assert_eq!(drawn.teams("SF1"), [1, 4, 5, 8]);
        assert_eq!(drawn.teams("SF2"), [2, 3, 6, 7]);
        assert_eq!(drawn.waits_for("SF1"), ["QF1", "QF2"]);
    }
}
