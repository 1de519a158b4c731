//! The matches of a team, counted and played.

use std::collections::BTreeMap;

use super::super::draw::{Field, format as draw_format};
use super::super::progress::{Stand, chance::Chance, tests::Cup};
use super::*;

fn tried(format: &str, entrants: u16) -> DryRun {
    let format: Format = serde_json::from_str(format).expect("a format");
    let stages = draw_format(&format, &Field::by_rank(entrants)).expect("a draw");
    let fixtures = stages.into_iter().flat_map(|drawn| {
        let stage = drawn.key;
        let staged = drawn.fixtures.into_iter();
        staged.map(move |fixture| StagedFixture {
            stage: stage.clone(),
            fixture,
        })
    });
    DryRun::of(&format, entrants, fixtures.collect())
}

/// The least and the most matches of a team in a tournament that was played by chance.
fn played(format: &str, entrants: u16, chance: &mut Chance) -> (usize, usize) {
    let mut cup = Cup::drawn(format, entrants);
    cup.policy =
        serde_json::from_str(r#"{"win":3,"order":["points","difference","scored","rank"]}"#)
            .unwrap();
    cup.play_all(|_| {
        if chance.below(2) == 0 {
            (1 + chance.score(), 0)
        } else {
            (0, 1 + chance.score())
        }
    });
    let structure = cup.structure();
    let mut counts: BTreeMap<_, usize> = structure.entrants.iter().map(|team| (*team, 0)).collect();
    for known in cup.progress().fixtures {
        if let (Stand::Decided(_), Some(teams)) = (known.stand, known.teams()) {
            for team in [teams.a, teams.b] {
                *counts.get_mut(&team).expect("an entrant") += 1;
            }
        }
    }
    let least = counts.values().min().expect("a team");
    let most = counts.values().max().expect("a team");
    (*least, *most)
}

fn one(kind: &str) -> String {
    format!(r#"{{"stages":[{{"key":"s",{kind}}}]}}"#)
}

const THEN_KNOCKOUT: &str = r#"{"stages":[{"key":"g","kind":"groups","groups":2},
    {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2},"third_place":true}]}"#;
const BEST_THIRDS: &str = r#"{"stages":[{"key":"g","kind":"groups","groups":3},
    {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":1,"best":{"rank":2,"count":1}}}]}"#;
const THEN_SWISS: &str = r#"{"stages":[{"key":"g","kind":"groups","groups":2},
    {"key":"s","kind":"swiss","rounds":2,"from":{"stage":"g","ranks":2}}]}"#;
const THEN_PLATE: &str = r#"{"stages":[{"key":"k","kind":"knockout"},
    {"key":"plate","kind":"round_robin","from":{"stage":"k","ranks":[3,4]}}]}"#;

fn formats() -> Vec<(String, Vec<u16>)> {
    let mut formats = vec![
        (one(r#""kind":"round_robin","legs":2"#), vec![3, 4]),
        (one(r#""kind":"knockout""#), vec![2, 5, 6, 8]),
        (
            one(r#""kind":"knockout","third_place":true"#),
            vec![4, 5, 8],
        ),
        (one(r#""kind":"double_elimination""#), vec![4, 5, 6, 8]),
        (
            one(r#""kind":"double_elimination","reset":true"#),
            vec![4, 5, 6],
        ),
        (one(r#""kind":"placement""#), vec![4, 5, 6, 7, 8]),
        (one(r#""kind":"swiss","rounds":3"#), vec![6, 7]),
        (one(r#""kind":"swiss","rounds":3"#), vec![3]),
        (THEN_KNOCKOUT.to_owned(), vec![6, 7]),
        (BEST_THIRDS.to_owned(), vec![6, 7]),
        (THEN_SWISS.to_owned(), vec![6]),
        (THEN_PLATE.to_owned(), vec![4, 6]),
    ];
    for mode in [
        "first_round",
        "first_match",
        "compass",
        "olympic",
        "feed_in",
    ] {
        let kind = format!(r#""kind":"consolation","mode":"{mode}""#);
        formats.push((one(&kind), vec![4, 5, 6, 7, 8]));
    }
    formats
}

#[test]
fn no_team_plays_less_or_more_than_was_said_and_some_team_can_play_just_so_many() {
    let mut chance = Chance(5);
    for (format, counts) in formats() {
        for count in counts {
            let said = tried(&format, count);
            let mut seen = (usize::MAX, 0);
            for _ in 0..60 {
                let (least, most) = played(&format, count, &mut chance);
                assert!(
                    least >= said.least && most <= said.most,
                    "{format} {count}: {least} to {most}"
                );
                seen = (seen.0.min(least), seen.1.max(most));
                if seen == (said.least, said.most) {
                    break;
                }
            }
            assert_eq!(seen, (said.least, said.most), "{format} with {count}");
        }
    }
}

#[test]
fn a_knockout_after_groups_is_more_for_those_who_go_on() {
    let run = tried(THEN_KNOCKOUT, 8);
    assert_eq!(
        (run.matches, run.least, run.most, run.rounds),
        (16, 3, 5, 5)
    );
}

#[test]
fn later_rounds_of_a_swiss_stage_are_counted() {
    let run = tried(&one(r#""kind":"swiss","rounds":5"#), 9);
    assert_eq!(
        (run.matches, run.least, run.most, run.rounds),
        (20, 4, 5, 5)
    );
    let run = tried(THEN_SWISS, 8);
    assert_eq!(
        (run.matches, run.least, run.most, run.rounds),
        (16, 3, 5, 5)
    );
}

#[test]
fn nobody_plays_where_nothing_is_drawn() {
    let run = tried(&one(r#""kind":"free""#), 5);
    assert_eq!((run.matches, run.least, run.most, run.rounds), (0, 0, 0, 0));
}

#[test]
fn a_grand_final_is_repeated_by_two_who_have_lost_once() {
    let run = tried(&one(r#""kind":"double_elimination","reset":true"#), 4);
    assert_eq!((run.least, run.most), (2, 5));
}

#[test]
fn a_swiss_round_ends_before_the_next_and_one_of_an_odd_group_rests() {
    // Three slots for the five matches of a round on two courts: another court helps, a fifth does not.
    let run = tried(&one(r#""kind":"swiss","rounds":5"#), 10);
    assert_eq!(
        [1, 2, 3, 5, 9].map(|courts| run.waves(courts)),
        [25, 15, 10, 5, 5]
    );
    let run = tried(&one(r#""kind":"round_robin""#), 5);
    assert_eq!([1, 2, 9].map(|courts| run.waves(courts)), [10, 5, 5]);
}
