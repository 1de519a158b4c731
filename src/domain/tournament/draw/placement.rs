//! Placement: everybody plays on. Each round parts winners and losers until all places are decided, or those that count.

use super::super::Fixture;
use super::super::format::Placement;
use super::split::{Round, Rules, Tree, split};
use super::trees::{self, Sheet};
use super::{DrawError, Line, knockout};

/// Returns the fixtures on the lines of the first round.
///
/// The main tree has the keys of a knockout, and third place is `3RD`. `P5-8/1` is the first match, from the top, of those who can
/// still come 5th to 8th. The winners of these go on to `P5-6/1`, the losers to `P7-8/1`.
///
/// # Errors
///
/// Places that there are not, or more matches for each than the winner of the main tree plays.
pub fn fixtures(settings: &Placement, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    let entrants = u16::try_from(lines.iter().flatten().count()).unwrap_or(u16::MAX);
    let places = settings.places.unwrap_or(entrants);
    if places < 2 || places > entrants {
        return Err(DrawError::Places { places, entrants });
    }
    let most = u16::try_from(entrants.max(1).ilog2()).unwrap_or(u16::MAX);
    let matches = settings.matches.unwrap_or(most);
    if matches == 0 || matches > most {
        return Err(DrawError::Matches {
            matches,
            entrants,
            most,
        });
    }
    let rounds = u16::try_from(lines.len().max(1).ilog2()).unwrap_or(u16::MAX);
    let mut sheet = Sheet::default();
    let rules = Places {
        last: places,
        matches: settings.matches,
        rounds,
    };
    split(&mut sheet, trees::slots(lines), &rules);
    Ok(sheet.into_fixtures_by_depth())
}

struct Places {
    /// The last place that is played for.
    last: u16,
    /// A side that played so many matches can be out.
    matches: Option<u16>,
    /// The rounds of the main tree.
    rounds: u16,
}

impl Rules for Places {
    fn plays_on(&self, tree: &Tree) -> bool {
        let enough = self
            .matches
            .is_some_and(|matches| tree.fewest_played() >= matches);
        tree.best_place <= self.last && !enough
    }

    fn key(&self, tree: &Tree, round: &Round, number: usize) -> String {
        match (tree.best_place, round.worst_place) {
            (1, _) => knockout::key(round.fixtures, number).to_string(),
            (3, 4) => "3RD".to_owned(),
            (best, worst) => format!("P{best}-{worst}/{number}"),
        }
    }

    /// Third place is shown beside the final.
    fn shown(&self, tree: &Tree, round: &Round) -> u16 {
        match (tree.best_place, round.worst_place) {
            (3, 4) => self.rounds,
            _ => round.number,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::played::{LOTS, Match, Played, any_lines, played, played_by_hand};
    use super::super::{Field, fixtures};
    use super::*;
    use crate::domain::tournament::format::Kind;

    const ALL: &str = r#"{"kind":"placement"}"#;

    /// The places that winner and loser of a match have, if it is their last.
    fn places(last: &Match, n: u16) -> (u16, u16) {
        match last.key {
            "F" => (1, 2),
            "3RD" => (3, 4),
            key => match key.strip_prefix('P').and_then(|key| key.split_once('/')) {
                Some((places, _)) => {
                    let (best, worst) = places.split_once('-').expect("two places");
                    let place = |text: &str| text.parse().expect("a place");
                    (place(best), place(worst))
                }
                None => (0, n),
            },
        }
    }

    /// The place of each entrant, in ascending order.
    fn decided(played: &Played, n: u16) -> Vec<u16> {
        let place = |entrant| {
            let matches = played.of(entrant);
            let last = matches.last().expect("a match");
            let (won, lost) = places(last, n);
            if last.winner == entrant { won } else { lost }
        };
        let mut places: Vec<u16> = (1..=n).map(place).collect();
        places.sort_unstable();
        places
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(LOTS))]

        #[test]
        fn each_place_is_decided_once(n in 2_u16..=64, seed: u64) {
            prop_assert_eq!(decided(&played(ALL, n, seed), n), (1..=n).collect::<Vec<_>>());
        }

        #[test]
        fn no_two_end_at_one_place_wherever_byes_are(lines in any_lines(2), seed: u64) {
            let n = u16::try_from(lines.iter().flatten().count()).expect("a field");
            let played = played_by_hand(ALL, lines, seed);
            let mut ends = BTreeSet::new();
            for entrant in 1..=n {
                let matches = played.of(entrant);
                let last = matches.last().expect("a match");
                prop_assert!(ends.insert((last.key.to_owned(), last.winner == entrant)));
            }
        }

        #[test]
        fn everybody_plays_as_often_as_the_winner_at_least(n in 2_u16..=64, seed: u64) {
            let played = played(ALL, n, seed);
            for entrant in 1..=n {
                prop_assert!(played.of(entrant).len() >= n.ilog2() as usize, "{}", entrant);
            }
        }

        #[test]
        fn a_full_field_plays_a_match_a_round_each(k in 1_u32..=6, seed: u64) {
            let n = 2_u16.pow(k);
            let played = played(ALL, n, seed);
            prop_assert_eq!(played.matches().len(), usize::from(n) * k as usize / 2);
            for entrant in 1..=n {
                prop_assert_eq!(played.of(entrant).len(), k as usize);
            }
        }

        #[test]
        fn everybody_plays_as_many_matches_as_asked((n, matches) in fields_and_matches(), seed: u64) {
            let kind = format!(r#"{{"kind":"placement","matches":{matches}}}"#);
            let played = played(&kind, n, seed);
            for entrant in 1..=n {
                prop_assert!(played.of(entrant).len() >= matches, "{}", entrant);
            }
        }

        #[test]
        fn the_first_places_alone_can_be_played_for((n, places) in fields_and_places(), seed: u64) {
            let kind = format!(r#"{{"kind":"placement","places":{places}}}"#);
            let decided = decided(&played(&kind, n, seed), n);
            let first: Vec<u16> = decided.into_iter().filter(|place| (1..=places).contains(place)).collect();
            prop_assert_eq!(first, (1..=places).collect::<Vec<_>>());
        }
    }

    fn fields_and_matches() -> impl Strategy<Value = (u16, usize)> {
        (2_u16..=64).prop_flat_map(|n| (Just(n), 1..=n.ilog2() as usize))
    }

    fn fields_and_places() -> impl Strategy<Value = (u16, u16)> {
        (2_u16..=64).prop_flat_map(|n| (Just(n), 2..=n))
    }

    fn keys(kind: &str, n: u16) -> String {
        let kind: Kind = serde_json::from_str(kind).expect("a kind");
        let fixtures = fixtures(&kind, &Field::by_rank(n)).expect("a draw");
        let keys: Vec<&str> = fixtures.iter().map(|one| one.key.as_str()).collect();
        keys.join(" ")
    }

    #[test]
    fn keys_say_which_places_are_played_for() {
        assert_eq!(
            keys(ALL, 8),
            "QF1 QF2 QF3 QF4 SF1 SF2 P5-8/1 P5-8/2 P5-6/1 3RD P7-8/1 F"
        );
    }

    #[test]
    fn four_places_are_a_knockout_with_a_match_for_third() {
        assert_eq!(
            keys(r#"{"kind":"placement","places":4}"#, 8),
            "QF1 QF2 QF3 QF4 SF1 SF2 3RD F"
        );
    }

    #[test]
    fn a_single_loser_of_round_1_joins_the_losers_of_round_2() {
        assert_eq!(keys(ALL, 5), "QF1 QF2 QF3 QF4 SF1 SF2 P3-5/1 P3-5/2 3RD F");
    }

    #[test]
    fn settings_that_nobody_can_play_are_refused() {
        let refused = |settings: Placement| {
            fixtures(&Kind::Placement(settings), &Field::by_rank(6)).expect_err("refused")
        };
        for places in [0, 1, 7] {
            let error = DrawError::Places {
                places,
                entrants: 6,
            };
            let places = Some(places);
            assert_eq!(
                refused(Placement {
                    places,
                    matches: None
                }),
                error
            );
        }
        for matches in [0, 3] {
            let error = DrawError::Matches {
                matches,
                entrants: 6,
                most: 2,
            };
            let matches = Some(matches);
            assert_eq!(
                refused(Placement {
                    places: None,
                    matches
                }),
                error
            );
        }
    }
}
