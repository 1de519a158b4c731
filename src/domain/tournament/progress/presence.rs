//! Presence: if somebody is going to come to the side of a fixture, before it is known who.

use std::collections::BTreeMap;

use super::super::fixture::{Fixture, Source};
use super::{KnownFixture, Occupant};

/// The presence of somebody who comes to a side or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Nobody,
    Perhaps,
    Somebody,
}

/// The presence on both sides of a fixture.
#[derive(Debug, Clone, Copy)]
pub struct SidesPresence {
    pub a: Presence,
    pub b: Presence,
}

impl SidesPresence {
    pub fn winner(self) -> Presence {
        match (self.a, self.b) {
            (Presence::Somebody, _) | (_, Presence::Somebody) => Presence::Somebody,
            (Presence::Nobody, Presence::Nobody) => Presence::Nobody,
            _ => Presence::Perhaps,
        }
    }

    pub fn loser(self) -> Presence {
        match (self.a, self.b) {
            (Presence::Nobody, _) | (_, Presence::Nobody) => Presence::Nobody,
            (Presence::Somebody, Presence::Somebody) => Presence::Somebody,
            _ => Presence::Perhaps,
        }
    }
}

/// Says of each fixture if somebody is going to come to its sides.
pub fn presence(fixtures: &[Fixture], resolved: &[KnownFixture]) -> Vec<SidesPresence> {
    let positions: BTreeMap<_, usize> = fixtures
        .iter()
        .enumerate()
        .map(|(at, fixture)| (&fixture.key, at))
        .collect();
    let unknown = SidesPresence {
        a: Presence::Perhaps,
        b: Presence::Perhaps,
    };
    let mut all = vec![unknown; fixtures.len()];
    // A fixture may stand before those it waits for: each turn makes at least one more certain, or is the last.
    loop {
        let mut changed = false;
        for (at, (fixture, known)) in fixtures.iter().zip(resolved).enumerate() {
            let side = |occupant: Occupant, source: &Source| match occupant {
                Occupant::Somebody(_) => Presence::Somebody,
                Occupant::Nobody => Presence::Nobody,
                Occupant::Unknown => {
                    let from = source.fixture().and_then(|key| positions.get(key));
                    let from = from.and_then(|from| all.get(*from));
                    match (source, from) {
                        (Source::Group { .. } | Source::Best { .. }, _) => Presence::Somebody,
                        (Source::Winner { .. }, Some(from)) => from.winner(),
                        (Source::Loser { .. }, Some(from)) => from.loser(),
                        _ => Presence::Perhaps,
                    }
                }
            };
            let now = SidesPresence {
                a: side(known.a, &fixture.a),
                b: side(known.b, &fixture.b),
            };
            changed |= (now.a, now.b) != (all[at].a, all[at].b);
            all[at] = now;
        }
        if !changed {
            return all;
        }
    }
}
