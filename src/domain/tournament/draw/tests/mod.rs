//! Draws of every size, by rank and by lot, against other programs' draws and the properties that organisers rely on.

mod formats;
mod tables;
mod trees;

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::format::Kind;
use super::super::{Fixture, Key, Source};
use super::{Field, fixtures};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../../tests/vectors/draws.json")).expect("JSON")
}

fn kind(json: &str) -> Kind {
    serde_json::from_str(json).expect("a kind")
}

fn draw(json: &str, field: &Field) -> Vec<Fixture> {
    fixtures(&kind(json), field).expect("a draw")
}

fn by_lot(entrants: u16, lots: u64) -> Field {
    Field {
        lots: Some(lots),
        ..Field::by_rank(entrants)
    }
}

/// The matches that are played, when `a_wins` decides each: their keys, winners and losers. Panics if a fixture comes
/// before one that its sides come from, or if a slot or key is there twice.
fn play(fixtures: &[Fixture], mut a_wins: impl FnMut(&Key) -> bool) -> Vec<(Key, u16, u16)> {
    let mut ends: BTreeMap<Key, (Option<u16>, Option<u16>)> = BTreeMap::new();
    let mut used = Vec::new();
    let mut matches = Vec::new();
    for fixture in fixtures {
        let mut who = |source: &Source| {
            assert!(
                matches!(source, Source::Bye(_)) || !used.contains(source),
                "{source:?} goes to two slots"
            );
            used.push(source.clone());
            match source {
                Source::Entrant(rank) => Some(*rank),
                Source::Winner { winner } => ends.get(winner).expect("played before").0,
                Source::Loser { loser } => ends.get(loser).expect("played before").1,
                _ => None,
            }
        };
        let end = match (who(&fixture.a), who(&fixture.b)) {
            (Some(a), Some(b)) => {
                let (winner, loser) = if a_wins(&fixture.key) { (a, b) } else { (b, a) };
                matches.push((fixture.key.clone(), winner, loser));
                (Some(winner), Some(loser))
            }
            (one, other) => (one.or(other), None),
        };
        let again = ends.insert(fixture.key.clone(), end);
        assert!(again.is_none(), "{} is there twice", fixture.key);
    }
    matches
}

/// The lines of round 1, from the top.
fn lines(fixtures: &[Fixture]) -> Vec<Option<u16>> {
    let first = fixtures.iter().filter(|fixture| fixture.round == 1);
    first
        .flat_map(|fixture| [&fixture.a, &fixture.b])
        .map(|source| match source {
            Source::Entrant(rank) => Some(*rank),
            _ => None,
        })
        .collect()
}
