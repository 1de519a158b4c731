//! The places of a tree: the match that each rank comes from if the better entrant always wins.

use std::collections::BTreeMap;

use super::super::progress::{Verdict, resolve};
use super::super::{Fixture, Source};
use crate::domain::matches::Side;

/// Returns the source of each place, the first place first: the last match of the entrant of that rank if the better always
/// won. Fixtures are in an order that can be played. An entrant that plays no match has no place.
pub fn places(fixtures: &[Fixture]) -> Vec<Source> {
    let better = |_: &_, a: u16, b: u16| {
        let winner = if a < b { Side::A } else { Side::B };
        Some(Verdict::won_by(winner))
    };
    let mut last: BTreeMap<u16, Source> = BTreeMap::new();
    for (fixture, pairing) in fixtures
        .iter()
        .zip(resolve(fixtures, |_| None, |_| None, better))
    {
        let (winner, loser) = (pairing.winner().entrant(), pairing.loser().entrant());
        // A fixture with a bye has no loser, and is no match.
        if let (Some(best), Some(other)) = (winner, loser) {
            let (winner, loser) = (fixture.key.clone(), fixture.key.clone());
            last.insert(best, Source::Winner { winner });
            last.insert(other, Source::Loser { loser });
        }
    }
    last.into_values().collect()
}
