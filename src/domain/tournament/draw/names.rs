//! Names that are unique in a tournament: the keys of fixtures, and the groups.

use std::collections::BTreeSet;

use super::super::{Fixture, Key, Source};
use super::stages::Ranking;

/// A name that no other stage may have.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    Fixture(String),
    Table(String),
}

fn names_of(fixtures: &[Fixture], ranking: &Ranking) -> Vec<Name> {
    let keys = fixtures.iter();
    let keys = keys.map(|fixture| Name::Fixture(fixture.key.to_string()));
    let tables = match ranking {
        Ranking::Tables { tables, .. } => tables.as_slice(),
        Ranking::Places(_) | Ranking::Nothing => &[],
    };
    keys.chain(tables.iter().map(|(name, _)| Name::Table(name.clone())))
        .collect()
}

fn taken(fixtures: &[Fixture], ranking: &Ranking, names: &BTreeSet<Name>) -> bool {
    let own = names_of(fixtures, ranking);
    own.iter().any(|name| names.contains(name))
}

/// Begins all names of a stage with its key where an earlier stage has one of them: `plate:QF1`.
pub fn rename(
    stage: &str,
    fixtures: &mut [Fixture],
    mut ranking: Ranking,
    names: &mut BTreeSet<Name>,
) -> Ranking {
    // Twice where the stage's key is also that of a tree of an earlier consolation.
    while taken(fixtures, &ranking, names) {
        let prefixed = |name: &str| format!("{stage}:{name}");
        for fixture in fixtures.iter_mut() {
            fixture.key = Key::new(prefixed(fixture.key.as_str()));
            fixture.group = fixture.group.as_deref().map(prefixed);
            rename_source(&mut fixture.a, prefixed);
            rename_source(&mut fixture.b, prefixed);
        }
        match &mut ranking {
            Ranking::Tables { tables, stage: key } => {
                *key = Some(stage.to_owned());
                tables
                    .iter_mut()
                    .for_each(|(name, _)| *name = prefixed(name));
            }
            Ranking::Places(places) => places
                .iter_mut()
                .for_each(|source| rename_source(source, prefixed)),
            Ranking::Nothing => {}
        }
    }
    names.extend(names_of(fixtures, &ranking));
    ranking
}

fn rename_source(source: &mut Source, prefixed: impl Fn(&str) -> String) {
    match source {
        Source::Winner { winner: key }
        | Source::Loser { loser: key }
        | Source::LoserOfFirstMatch { loser: key, .. } => {
            *key = Key::new(prefixed(key.as_str()));
        }
        Source::Entrant(_) | Source::Bye(_) | Source::Group { .. } | Source::Best { .. } => {}
    }
}
