//! A group that is made several, also while it is played.
//!
//! Matches between teams of different parts are taken away. All others stay as they are, with their keys, legs, courts and
//! results, and count in the new groups: so no score can come to another team.

use std::collections::BTreeMap;

use super::deed::StagedFixture;
use super::fixture::Key;
use super::progress::{Progress, Seat};
use super::structure::Structure;
use crate::domain::ids::TeamId;

/// The fixtures of a group that was split.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Split {
    /// Between teams of different parts.
    pub removed: Vec<Key>,
    /// In another group from now on.
    pub moved: Vec<StagedFixture>,
}

/// Splits a group into parts, each with the name of its group. The error has the matches that have begun and would be taken away.
pub fn split(
    structure: &Structure,
    progress: &Progress,
    group: &str,
    parts: &[(String, Vec<TeamId>)],
    has_begun: impl Fn(&Key) -> bool,
) -> Result<Split, Vec<Key>> {
    let mut part_of: BTreeMap<TeamId, &str> = BTreeMap::new();
    for (name, teams) in parts {
        part_of.extend(teams.iter().map(|team| (*team, name.as_str())));
    }
    let part = |seat: Seat| seat.team().and_then(|team| part_of.get(&team).copied());
    let mut split = Split::default();
    let all = structure.fixtures.iter().zip(&progress.fixtures);
    for (staged, known) in all.filter(|(staged, _)| staged.fixture.group.as_deref() == Some(group))
    {
        match (part(known.sides.a), part(known.sides.b)) {
            (Some(one), Some(other)) if one == other => {
                if one != group {
                    let mut moved = staged.clone();
                    moved.fixture.group = Some(one.to_owned());
                    split.moved.push(moved);
                }
            }
            _ => split.removed.push(staged.fixture.key.clone()),
        }
    }
    let begun: Vec<Key> = split
        .removed
        .iter()
        .filter(|key| has_begun(key))
        .cloned()
        .collect();
    if begun.is_empty() {
        Ok(split)
    } else {
        Err(begun)
    }
}

#[cfg(test)]
mod tests {
    use super::super::deed::{Deed, Edit};
    use super::super::progress::tests::{Cup, team_id};
    use super::*;

    fn two_legs() -> Cup {
        Cup::drawn(
            r#"{"stages":[{"key":"g","kind":"groups","groups":1,"legs":2}]}"#,
            4,
        )
    }

    /// T1 and T2 stay, T3 and T4 go to group B.
    fn halves(cup: &Cup) -> Result<Split, Vec<Key>> {
        let part = |name: &str, teams: [u128; 2]| (name.to_owned(), teams.map(team_id).to_vec());
        let parts = [part("A", [1, 2]), part("B", [3, 4])];
        let begun = |key: &Key| {
            cup.matches
                .get(key)
                .is_some_and(super::super::progress::Played::has_begun)
        };
        split(&cup.structure(), &cup.progress(), "A", &parts, begun)
    }

    fn put(cup: &mut Cup, split: Split) {
        cup.deeds.push(Deed::Fixtures {
            edit: Edit::Split {
                group: "A".to_owned(),
            },
            removed: split.removed,
            put: split.moved,
            entrants: Vec::new(),
        });
    }

    #[test]
    fn matches_within_a_part_stay_with_their_legs_and_results() {
        let mut cup = two_legs();
        cup.play("A3-4", 2, 1);
        let split = halves(&cup).expect("a split");
        assert_eq!(split.removed.len(), 8);
        let moved: Vec<&str> = split
            .moved
            .iter()
            .map(|of| of.fixture.key.as_str())
            .collect();
        assert_eq!(moved, ["A3-4", "A3-4/2"]);
        put(&mut cup, split);
        let progress = cup.progress();
        let told = |group: &str| {
            let table = progress
                .tables
                .iter()
                .find(|table| table.group == group)
                .expect("a table");
            let rows = table
                .standings
                .rows
                .iter()
                .map(|row| (row.team, row.played));
            rows.collect::<Vec<_>>()
        };
        assert_eq!(told("A"), [(1, 0), (2, 0)]);
        assert_eq!(
            told("B")
                .iter()
                .map(|(_, played)| *played)
                .collect::<Vec<_>>(),
            [1, 1]
        );
    }

    #[test]
    fn matches_that_have_begun_between_the_parts_are_named() {
        let mut cup = two_legs();
        cup.play("A1-2", 2, 1);
        cup.play("A1-3", 2, 1);
        cup.play("A2-4", 2, 1);
        let refused = halves(&cup).expect_err("refused");
        let mut keys: Vec<&str> = refused.iter().map(Key::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["A1-3", "A2-4"]);
    }
}
