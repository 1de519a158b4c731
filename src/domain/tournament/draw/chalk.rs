//! The places of a tree: where each rank comes from if the better entrant always wins.

use std::collections::BTreeMap;

use super::super::{Fixture, Key, Source};

/// The winner and the loser of a fixture; nobody where it has a bye.
#[derive(Clone, Copy)]
struct End {
    winner: Option<u16>,
    loser: Option<u16>,
    /// It is the first match that the loser plays.
    first_of_loser: bool,
}

/// Returns the source of each place, the first place first: the last match of the entrant of that rank if the better always
/// won. Fixtures are in an order that can be played. Somebody who plays no match has no place.
pub fn places(fixtures: &[Fixture]) -> Vec<Source> {
    let mut ends: BTreeMap<&Key, End> = BTreeMap::new();
    let mut last: BTreeMap<u16, Source> = BTreeMap::new();
    for fixture in fixtures {
        let (a, b) = (who(&ends, &fixture.a), who(&ends, &fixture.b));
        let end = if let (Some(a), Some(b)) = (a, b) {
            let (best, other) = (a.min(b), a.max(b));
            let (winner, loser) = (fixture.key.clone(), fixture.key.clone());
            last.insert(best, Source::Winner { winner });
            let before = last.insert(other, Source::Loser { loser });
            End {
                winner: Some(best),
                loser: Some(other),
                first_of_loser: before.is_none(),
            }
        } else {
            End {
                winner: a.or(b),
                loser: None,
                first_of_loser: false,
            }
        };
        ends.insert(&fixture.key, end);
    }
    let mut places: Vec<(u16, Source)> = last.into_iter().collect();
    places.sort_unstable_by_key(|(rank, _)| *rank);
    places.into_iter().map(|(_, source)| source).collect()
}

fn who(ends: &BTreeMap<&Key, End>, source: &Source) -> Option<u16> {
    match source {
        Source::Entrant(rank) => Some(*rank),
        Source::Winner { winner } => ends.get(winner)?.winner,
        Source::Loser { loser } => ends.get(loser)?.loser,
        Source::LoserOfFirstMatch { loser, .. } => {
            let end = ends.get(loser)?;
            end.loser.filter(|_| end.first_of_loser)
        }
        Source::Bye(_) | Source::Group { .. } | Source::Best { .. } => None,
    }
}
