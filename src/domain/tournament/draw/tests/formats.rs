use std::collections::{BTreeMap, BTreeSet};

use super::super::super::format::Format;
use super::super::{BestSide, FormatError, fill, slots};
use super::*;

fn stages(json: &str, entrants: u16) -> Result<Vec<super::super::DrawnStage>, FormatError> {
    let format: Format = serde_json::from_str(json).expect("a format");
    super::super::format(&format, &Field::by_rank(entrants))
}

fn groups_then_knockout(groups: u16, ranks: u16, best: u16, entrants: u16) -> Vec<Fixture> {
    let best_rank = ranks + 1;
    let json = format!(
        r#"{{"stages":[{{"key":"g","kind":"groups","groups":{groups}}},
        {{"key":"ko","kind":"knockout","from":{{"stage":"g","ranks":{ranks},"best":{{"rank":{best_rank},"count":{best}}}}}}}]}}"#
    );
    let mut drawn = stages(&json, entrants).expect("a format");
    drawn.pop().expect("two stages").fixtures
}

fn group_of(source: &Source) -> Option<(&str, u16)> {
    match source {
        Source::Group { group, rank } => Some((group, *rank)),
        _ => None,
    }
}

/// Checks how far apart the mates of a group are drawn.
fn check_mates(fixtures: &[Fixture], groups: u16, ranks: u16) {
    let first: Vec<&Fixture> = fixtures
        .iter()
        .filter(|fixture| fixture.round == 1)
        .collect();
    let sides: Vec<&Source> = first
        .iter()
        .flat_map(|fixture| [&fixture.a, &fixture.b])
        .collect();
    let sections = if ranks < 2 {
        1
    } else if ranks == 2 {
        2
    } else {
        4
    };
    for part in sides.chunks(sides.len() / sections) {
        let mut there = BTreeSet::new();
        for (group, _) in part.iter().filter_map(|source| group_of(source)) {
            assert!(
                there.insert(group) || ranks == 1,
                "{groups} groups, {ranks} ranks: two of {group} in one section"
            );
        }
    }
    let with_bye = |rank: u16| {
        let byes = first
            .iter()
            .filter(|fixture| fixture.b == Source::BYE || fixture.a == Source::BYE);
        byes.flat_map(|fixture| [&fixture.a, &fixture.b])
            .filter(|side| group_of(side).is_some_and(|(_, of)| of == rank))
            .count()
    };
    assert!(
        with_bye(2) == 0 || with_bye(1) == usize::from(groups),
        "a runner-up has a bye, a winner has none"
    );
    for fixture in &first {
        let winners = [&fixture.a, &fixture.b]
            .iter()
            .filter(|side| group_of(side).is_some_and(|(_, rank)| rank == 1))
            .count();
        assert!(winners < 2 || ranks == 1, "{} has two winners", fixture.key);
    }
}

#[test]
fn group_mates_stand_in_different_halves_or_quarters() {
    for groups in 2..=16 {
        for ranks in 1..=4 {
            let fixtures = groups_then_knockout(groups, ranks, 0, groups * ranks.max(2));
            check_mates(&fixtures, groups, ranks);
            let size = usize::from(groups * ranks).next_power_of_two();
            assert_eq!(fixtures.len(), size - 1);
        }
    }
}

#[test]
fn two_of_each_group_cross() {
    let fixtures = groups_then_knockout(4, 2, 0, 16);
    let pairs: Vec<String> = fixtures[..4]
        .iter()
        .filter_map(|fixture| {
            let ((a, one), (b, other)) = (group_of(&fixture.a)?, group_of(&fixture.b)?);
            Some(format!("{} {a}{one}–{b}{other}", fixture.key))
        })
        .collect();
    assert_eq!(pairs, ["QF1 A1–B2", "QF2 C1–D2", "QF3 B1–A2", "QF4 D1–C2"]);
}

/// All ways to choose `count` of the first letters.
fn choices(letters: usize, count: u32) -> impl Iterator<Item = Vec<String>> {
    (0..1u32 << letters)
        .filter(move |set| set.count_ones() == count)
        .map(move |set| {
            let chosen = (0..letters).filter(|letter| set & (1 << letter) != 0);
            chosen.map(super::super::groups::name).collect()
        })
}

#[test]
fn best_thirds_never_meet_their_own_group() {
    let mut never = 0;
    for groups in 3..=12u16 {
        for count in 2..groups.min(9) {
            let fixtures = groups_then_knockout(groups, 2, count, groups * 3);
            check_mates(&fixtures, groups, 2);
            let slots = slots(&fixtures, 3, None);
            assert_eq!(slots.len(), usize::from(count));
            for chosen in choices(usize::from(groups), u32::from(count)) {
                let filled = fill(&slots, &chosen).expect("as many");
                assert!(
                    filled.against_the_rule.is_empty(),
                    "{groups} groups, {chosen:?}"
                );
                let all: BTreeSet<usize> = filled.groups.iter().copied().collect();
                assert_eq!(all.len(), slots.len(), "each once");
                never += 1;
            }
        }
    }
    assert!(never > 5_000);
}

#[test]
fn all_sets_of_the_world_cup_and_the_euro_get_a_place() {
    let vectors: Value = serde_json::from_str(include_str!(
        "../../../../../tests/vectors/best_thirds.json"
    ))
    .expect("JSON");
    for (name, count, sets) in [("world_cup_2026", 8, 495), ("euro_2024", 4, 15)] {
        let cup = &vectors[name];
        let groups = cup["groups"].as_u64().expect("a number") as usize;
        let places: BTreeMap<String, String> =
            serde_json::from_value(cup["slots"].clone()).expect("slots");
        let slots: Vec<BestSide> = (1..)
            .zip(places.values())
            .map(|(nth, allowed)| BestSide {
                nth,
                barred: (0..groups)
                    .map(super::super::groups::name)
                    .filter(|group| !allowed.contains(group.as_str()))
                    .collect(),
            })
            .collect();
        let mut done = 0;
        for chosen in choices(groups, count) {
            let filled = fill(&slots, &chosen).expect("as many");
            assert!(filled.against_the_rule.is_empty(), "{name}: {chosen:?}");
            for (slot, group) in slots.iter().zip(&filled.groups) {
                assert!(!slot.barred.contains(&chosen[*group]));
            }
            done += 1;
        }
        assert_eq!(done, sets);
    }
}

#[test]
fn a_third_goes_to_the_next_slot_rather_than_to_its_own_group() {
    let barred = |name: &str| BTreeSet::from([name.to_owned()]);
    let slots = ["B", "D", "A"].map(|name| BestSide {
        nth: 1,
        barred: barred(name),
    });
    let order = |names: [&str; 3]| {
        fill(&slots, &names.map(str::to_owned))
            .expect("as many")
            .groups
    };
    assert_eq!(
        order(["A", "B", "C"]),
        [0, 1, 2],
        "nothing is against the order"
    );
    assert_eq!(order(["B", "A", "C"]), [1, 0, 2]);
    assert_eq!(order(["C", "D", "A"]), [0, 2, 1]);
}

#[test]
fn names_that_an_earlier_stage_has_begin_with_the_stage() {
    let json = r#"{"stages":[{"key":"g","kind":"groups","groups":8},
        {"key":"cup","kind":"knockout","from":{"stage":"g","ranks":1}},
        {"key":"plate","kind":"knockout","from":{"stage":"g","ranks":[2]}},
        {"key":"last","kind":"round_robin","from":{"stage":"plate","ranks":[3,4]}}]}"#;
    let drawn = stages(json, 16).expect("a format");
    assert_eq!(drawn[1].fixtures[0].key.as_str(), "QF1");
    assert_eq!(drawn[1].fixtures[6].key.as_str(), "F");
    assert_eq!(drawn[2].fixtures[6].key.as_str(), "plate:F");
    let last = &drawn[3].fixtures[0];
    assert_eq!(
        (last.key.as_str(), last.group.as_deref()),
        ("last:A1-2", Some("last:A"))
    );
    assert_eq!(
        last.a,
        Source::Loser {
            loser: Key::new("plate:SF2")
        }
    );
}

#[test]
fn impossible_formats_say_why() {
    let groups = r#"{"key":"g","kind":"groups","groups":4}"#;
    for (json, why) in [
        (r#""#.to_owned(), "no stage"),
        (r#"{"key":"a","kind":"knockout","from":{"stage":"x","ranks":2}}"#.to_owned(), "“x”, but no stage"),
        (r#"{"key":"a","kind":"knockout","from":{"stage":"a","ranks":2}}"#.to_owned(), "waits for itself"),
        (format!("{groups},{groups}"), "two stages have the key “g”"),
        (r#"{"key":"g","kind":"groups","groups":9}"#.to_owned(), "9 groups are too many for 16"),
        (r#"{"key":"g","kind":"groups","groups":0}"#.to_owned(), "no groups"),
        (r#"{"key":"g","kind":"round_robin","legs":0}"#.to_owned(), "0 legs"),
        (r#"{"key":"g","kind":"swiss","rounds":16}"#.to_owned(), "16 rounds"),
        (format!(r#"{groups},{{"key":"k","kind":"knockout","from":{{"stage":"g","ranks":5}}}}"#), "rank 5"),
        (format!(r#"{groups},{{"key":"k","kind":"knockout","from":{{"stage":"g","ranks":[0]}}}}"#), "rank 0"),
        (format!(r#"{groups},{{"key":"k","kind":"knockout","from":{{"stage":"g","ranks":2,"best":{{"rank":2,"count":1}}}}}}"#), "twice"),
        (format!(r#"{groups},{{"key":"k","kind":"knockout","from":{{"stage":"g","ranks":2,"best":{{"rank":3,"count":5}}}}}}"#), "5 best of rank 3"),
        (format!(r#"{groups},{{"key":"k","kind":"knockout","from":{{"stage":"g","ranks":0}}}}"#), "at least 2"),
        (r#"{"key":"f","kind":"free"},{"key":"k","kind":"knockout","from":{"stage":"f","ranks":2}}"#.to_owned(), "no ranks"),
        (r#"{"key":"a b","kind":"free"}"#.to_owned(), "no key"),
    ] {
        let error = stages(&format!(r#"{{"stages":[{json}]}}"#), 16).expect_err(&json).to_string();
        assert!(error.contains(why), "{json}: {error}");
    }
}
