//! Draws played to the end by chance, for the tests: what holds for every kind, whoever wins.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;

use super::super::format::Kind;
use super::super::progress::{KnownFixture, Occupant, Stand, Verdict, resolve};
use super::super::{Fixture, Source};
use super::{Field, Line, fixtures};
use crate::domain::matches::Side;

/// The lots that each property is tried with; fewer where nothing is optimised.
pub const LOTS: u32 = if cfg!(debug_assertions) { 256 } else { 10_000 };

/// A draw that was played to the end.
pub struct Played {
    pub fixtures: Vec<Fixture>,
    pub pairings: Vec<KnownFixture>,
}

/// A match that was played.
pub struct Match<'a> {
    pub key: &'a str,
    pub fixture: &'a Fixture,
    pub winner: u16,
    pub loser: u16,
}

/// Draws a kind by the settings in `kind` and by lot, one of eight by rank, and plays it by the chances of `seed`.
pub fn played(kind: &str, entrants: u16, seed: u64) -> Played {
    let field = Field {
        entrants,
        lots: (!seed.is_multiple_of(8)).then_some(seed),
        ..Field::default()
    };
    let kind: Kind = serde_json::from_str(kind).expect("a kind");
    let fixtures = fixtures(&kind, &field).expect("a draw");
    let played = Played::new(fixtures, seed);
    played.check(entrants);
    played.as_if_all_losers_went_on(seed).check(entrants);
    played
}

/// Draws a kind on lines by hand, wherever its byes are, and plays it by the chances of `seed`.
pub fn played_by_hand(kind: &str, lines: Vec<Line>, seed: u64) -> Played {
    let entrants = u16::try_from(lines.iter().flatten().count()).expect("a field");
    let field = Field {
        by_hand: Some(lines),
        ..Field::by_rank(entrants)
    };
    let kind: Kind = serde_json::from_str(kind).expect("a kind");
    let played = Played::new(fixtures(&kind, &field).expect("a draw"), seed);
    played.check(entrants);
    played
}

/// Lines in any order, for a field of at least so many.
pub fn any_lines(least: u16) -> impl Strategy<Value = Vec<Line>> {
    let lines = |n: u16| {
        let byes = n.next_power_of_two() - n;
        let lines: Vec<Line> = (1..=n).map(Some).chain((0..byes).map(|_| None)).collect();
        Just(lines).prop_shuffle()
    };
    (least..=64).prop_flat_map(lines)
}

impl Played {
    fn new(fixtures: Vec<Fixture>, seed: u64) -> Played {
        let verdict = |key: &_, _, _| {
            let mut hasher = DefaultHasher::new();
            (seed, key).hash(&mut hasher);
            let side = if hasher.finish().is_multiple_of(2) {
                Side::A
            } else {
                Side::B
            };
            Some(Verdict::won_by(side))
        };
        let pairings = resolve(&fixtures, |_| None, |_| None, verdict);
        Played { fixtures, pairings }
    }

    /// The same as read by a program that does not know the condition of a first match.
    fn as_if_all_losers_went_on(&self, seed: u64) -> Played {
        let plain = |source: &Source| match source {
            Source::LoserOfFirstMatch { loser, .. } => Source::Loser {
                loser: loser.clone(),
            },
            source => source.clone(),
        };
        let fixtures = self.fixtures.iter().map(|fixture| Fixture {
            a: plain(&fixture.a),
            b: plain(&fixture.b),
            ..fixture.clone()
        });
        Played::new(fixtures.collect(), seed)
    }

    pub fn matches(&self) -> Vec<Match<'_>> {
        let fixtures = self.fixtures.iter().zip(&self.pairings);
        let matches = fixtures.filter_map(|(fixture, pairing)| match pairing.stand {
            Stand::Decided(_) => Some(Match {
                key: fixture.key.as_str(),
                fixture,
                winner: pairing.winner().entrant()?,
                loser: pairing.loser().entrant()?,
            }),
            _ => None,
        });
        matches.collect()
    }

    /// The matches that an entrant played.
    pub fn of(&self, entrant: u16) -> Vec<Match<'_>> {
        let mut matches = self.matches();
        matches.retain(|played| played.winner == entrant || played.loser == entrant);
        matches
    }

    fn check(&self, entrants: u16) {
        let mut known = BTreeSet::new();
        let mut used = BTreeSet::new();
        let mut entered = Vec::new();
        for (fixture, pairing) in self.fixtures.iter().zip(&self.pairings) {
            let key = &fixture.key;
            for source in [&fixture.a, &fixture.b] {
                if let Some(from) = source.fixture() {
                    assert!(known.contains(from), "{key} comes before {from}");
                }
                match source {
                    Source::Entrant(rank) => entered.push(*rank),
                    Source::Bye(_) => {}
                    Source::Winner { winner } => {
                        assert!(used.insert((true, winner)), "the winner of {winner} twice");
                    }
                    Source::Loser { loser } | Source::LoserOfFirstMatch { loser, .. } => {
                        assert!(used.insert((false, loser)), "the loser of {loser} twice");
                    }
                    Source::Group { .. } | Source::Best { .. } => panic!("{key} has a group"),
                }
            }
            assert!(known.insert(key), "{key} stands twice");
            let byes = [&fixture.a, &fixture.b].map(|source| *source == Source::BYE);
            assert_ne!(byes, [true, true], "{key} has two byes");
            assert!(
                !matches!(pairing.stand, Stand::Awaited | Stand::Ready),
                "{key} stops"
            );
            if let (Some(a), Some(b)) = (pairing.a.entrant(), pairing.b.entrant()) {
                assert_ne!(a, b, "{key} has one entrant on both sides");
            }
        }
        entered.sort_unstable();
        assert_eq!(entered, (1..=entrants).collect::<Vec<_>>());
        self.check_rounds();
    }

    /// Rounds count from 1 without a gap in each tree: keys up to their number, such as `W`, `con:` or `P5-`.
    fn check_rounds(&self) {
        let mut rounds: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
        for fixture in &self.fixtures {
            let key = fixture.key.as_str();
            let tree = match key.split_once([':', '-']) {
                Some((tree, _)) if key.starts_with('P') || key.contains(':') => tree,
                _ => key
                    .get(..1)
                    .filter(|side| ["W", "L", "G"].contains(side))
                    .unwrap_or(""),
            };
            rounds.entry(tree).or_default().insert(fixture.round);
        }
        for (tree, rounds) in rounds {
            for round in &rounds {
                assert!(
                    (1..=rounds.len()).contains(&usize::from(*round)),
                    "{tree} {rounds:?}"
                );
            }
        }
    }
}

/// The rank of whoever stands on a side at the end.
pub fn entrants(pairing: &KnownFixture) -> impl Iterator<Item = u16> {
    [pairing.a, pairing.b]
        .into_iter()
        .filter_map(Occupant::entrant)
}
