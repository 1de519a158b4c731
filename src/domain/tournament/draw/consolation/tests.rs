//! Tests of consolations: who plays on, and how often.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::played::{LOTS, Played, entrants, played};
use super::super::{DrawError, Field, fixtures};
use crate::domain::tournament::format::{Consolation, ConsolationMode, Kind};

fn mode(mode: &str) -> String {
    format!(r#"{{"kind":"consolation","mode":"{mode}"}}"#)
}

/// All who stand in the consolation.
fn in_consolation(played: &Played) -> BTreeSet<u16> {
    let fixtures = played.fixtures.iter().zip(&played.pairings);
    let consolation = fixtures.filter(|(one, _)| one.key.as_str().starts_with("con:"));
    consolation
        .flat_map(|(_, pairing)| entrants(pairing))
        .collect()
}

/// The number of main-tree matches that an entrant played before its defeat there, and the round of that defeat.
fn lost_in_main(played: &Played, entrant: u16) -> Option<(usize, u16)> {
    let matches = played.of(entrant);
    let mut main = matches
        .iter()
        .filter(|one| !one.key.contains(':'))
        .enumerate();
    main.find(|(_, one)| one.loser == entrant)
        .map(|(nth, one)| (nth, one.fixture.round))
}

/// A consolation is a knockout: each match leaves one out. Who is alone has won it.
fn check_knockout(played: &Played, members: &BTreeSet<u16>) {
    let matches = played.matches();
    let consolation: Vec<_> = matches
        .iter()
        .filter(|one| one.key.starts_with("con:"))
        .collect();
    assert_eq!(consolation.len(), members.len().saturating_sub(1));
    if members.len() > 1 {
        for member in members {
            assert!(
                consolation
                    .iter()
                    .any(|one| [one.winner, one.loser].contains(member))
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(LOTS))]

    #[test]
    fn losers_of_round_1_play_a_second_knockout(n in 4_u16..=64, seed: u64) {
        let played = played(&mode("first_round"), n, seed);
        let losers: BTreeSet<u16> =
            (1..=n).filter(|one| matches!(lost_in_main(&played, *one), Some((_, 1)))).collect();
        prop_assert_eq!(in_consolation(&played), losers.clone());
        check_knockout(&played, &losers);
    }

    #[test]
    fn whoever_loses_the_first_match_plays_on_and_nobody_else(n in 4_u16..=64, seed: u64) {
        let played = played(&mode("first_match"), n, seed);
        let losers: BTreeSet<u16> =
            (1..=n).filter(|one| matches!(lost_in_main(&played, *one), Some((0, _)))).collect();
        prop_assert_eq!(in_consolation(&played), losers.clone());
        check_knockout(&played, &losers);
        for entrant in 1..=n {
            prop_assert!(played.of(entrant).len() >= 2, "{}", entrant);
        }
    }

    #[test]
    fn losers_feed_in_up_to_a_round(n in 4_u16..=64, (to, fixtures) in last_rounds(), seed: u64) {
        let kind = format!(r#"{{"kind":"consolation","mode":"feed_in","to":"{to}"}}"#);
        let played = played(&kind, n, seed);
        let size = n.next_power_of_two();
        let rounds = (size / fixtures).max(2).ilog2() as u16;
        let losers: BTreeSet<u16> = (1..=n)
            .filter(|one| matches!(lost_in_main(&played, *one), Some((_, round)) if round <= rounds))
            .collect();
        prop_assert_eq!(in_consolation(&played), losers.clone());
        check_knockout(&played, &losers);
    }

    #[test]
    fn in_a_compass_everybody_plays_three_matches(n in 8_u16..=64, seed: u64) {
        let played = played(&mode("compass"), n, seed);
        for entrant in 1..=n {
            prop_assert!(played.of(entrant).len() >= 3, "{}", entrant);
        }
    }

    #[test]
    fn in_an_olympic_draw_everybody_plays_two_matches(n in 4_u16..=64, seed: u64) {
        for kind in ["olympic", "compass"] {
            let played = played(&mode(kind), n, seed);
            for entrant in 1..=n {
                prop_assert!(played.of(entrant).len() >= 2, "{}", entrant);
            }
        }
    }
}

fn last_rounds() -> impl Strategy<Value = (&'static str, u16)> {
    prop::sample::select(vec![("R32", 16), ("R16", 8), ("QF", 4), ("SF", 2)])
}

/// The trees of a draw, and its matches. Source: the draws of tods-competition-factory 2.4.5.
#[test]
fn full_fields_have_the_usual_trees_and_matches() {
    let trees = |kind: &str, n| {
        let played = played(&mode(kind), n, 1);
        let tree = |key: &str| {
            key.split_once(':')
                .map_or(String::new(), |(tree, _)| tree.to_owned())
        };
        let trees: BTreeSet<String> = played
            .fixtures
            .iter()
            .map(|one| tree(one.key.as_str()))
            .collect();
        (trees.len(), played.matches().len())
    };
    assert_eq!(
        [8, 16, 32].map(|n| trees("compass", n)),
        [(4, 12), (8, 32), (8, 72)]
    );
    assert_eq!([8, 16].map(|n| trees("olympic", n)), [(4, 12), (4, 28)]);
    for n in 16..=64 {
        assert_eq!(
            (trees("compass", n).0, trees("olympic", n).0),
            (8, 4),
            "{n}"
        );
    }
}

fn keys(consolation: Consolation, n: u16) -> Result<String, DrawError> {
    let fixtures = fixtures(&Kind::Consolation(consolation), &Field::by_rank(n))?;
    let keys: Vec<&str> = fixtures.iter().map(|one| one.key.as_str()).collect();
    Ok(keys.join(" "))
}

#[test]
fn the_keys_of_a_tree_begin_with_its_name() {
    let of = |mode| {
        let consolation = Consolation {
            mode,
            ..Consolation::default()
        };
        keys(consolation, 8).expect("a draw")
    };
    let main = "QF1 QF2 QF3 QF4 SF1 SF2";
    assert_eq!(
        of(ConsolationMode::FirstRound),
        format!("{main} con:SF1 con:SF2 con:F F")
    );
    assert_eq!(
        of(ConsolationMode::FeedIn),
        "QF1 QF2 QF3 QF4 SF1 SF2 con:L1-1 con:L1-2 con:L2-1 F"
    );
    assert_eq!(
        of(ConsolationMode::Compass),
        format!("{main} west:SF1 west:SF2 west:F north:F south:F F")
    );
}

#[test]
fn third_place_is_played_where_the_losers_of_the_semi_finals_are_free() {
    let of = |mode, n| {
        let consolation = Consolation {
            mode,
            to: None,
            third_place: true,
        };
        keys(consolation, n)
    };
    let drawn = of(ConsolationMode::FeedIn, 8).expect("a draw");
    assert!(drawn.ends_with("3RD F"), "{drawn}");
    assert!(of(ConsolationMode::Compass, 32).is_ok());
    assert_eq!(of(ConsolationMode::Compass, 8), Err(DrawError::ThirdPlace));
    assert_eq!(
        of(ConsolationMode::FirstRound, 4),
        Err(DrawError::ThirdPlace)
    );
}

#[test]
fn a_setting_of_another_mode_is_refused() {
    let read = |text: &str| match serde_json::from_str(text).expect("a kind") {
        Kind::Consolation(consolation) => keys(consolation, 8),
        _ => panic!("another kind"),
    };
    assert_eq!(
        read(r#"{"kind":"consolation","mode":"compass","to":"QF"}"#),
        Err(DrawError::To)
    );
    assert!(read(r#"{"kind":"consolation"}"#).is_ok());
}

#[test]
fn three_are_too_few() {
    let error = DrawError::TooFew {
        least: 4,
        entrants: 3,
    };
    assert_eq!(keys(Consolation::default(), 3), Err(error));
}
