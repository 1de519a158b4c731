use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::berger;
use super::super::field::usual_seeds;
use super::super::played::LOTS;
use super::*;

#[test]
fn rounds_are_those_of_the_berger_tables_line_by_line() {
    let vectors = vectors();
    for (lines, rounds) in vectors["berger"].as_object().expect("an object") {
        let drawn = berger::rounds(lines.parse().expect("a number"));
        assert_eq!(serde_json::json!(drawn), *rounds, "{lines} lines");
    }
}

#[test]
fn home_and_away_differ_by_at_most_one_and_everybody_meets_once() {
    for entrants in 2..=64 {
        let fixtures = draw(r#"{"kind":"round_robin"}"#, &Field::by_rank(entrants));
        assert_eq!(fixtures.len(), usize::from(entrants * (entrants - 1) / 2));
        let mut balance: BTreeMap<u16, i32> = BTreeMap::new();
        let mut met = BTreeMap::new();
        let mut busy = std::collections::BTreeSet::new();
        for fixture in &fixtures {
            let (Source::Entrant(a), Source::Entrant(b)) = (&fixture.a, &fixture.b) else {
                panic!("{fixture:?}");
            };
            *balance.entry(*a).or_default() += 1;
            *balance.entry(*b).or_default() -= 1;
            assert_eq!(fixture.key.as_str(), format!("A{}-{}", a.min(b), a.max(b)));
            *met.entry((a.min(b), a.max(b))).or_insert(0) += 1;
            assert!(busy.insert((fixture.round, a)) && busy.insert((fixture.round, b)));
        }
        assert!(balance.values().all(|balance| balance.abs() <= 1));
        assert!(met.values().all(|times| *times == 1));
    }
}

#[test]
fn a_second_leg_repeats_the_rounds_with_sides_exchanged() {
    let once = draw(r#"{"kind":"round_robin"}"#, &Field::by_rank(5));
    let double = draw(r#"{"kind":"round_robin","legs":2}"#, &Field::by_rank(5));
    assert_eq!(double[..10], once);
    for (first, second) in once.iter().zip(&double[10..]) {
        assert_eq!(second.key.as_str(), format!("{}/2", first.key));
        assert_eq!((&second.a, &second.b), (&first.b, &first.a));
        assert_eq!(second.round, first.round + 5);
    }
}

#[test]
fn groups_follow_the_snake_and_play_round_by_round() {
    let fixtures = draw(r#"{"kind":"groups","groups":3}"#, &Field::by_rank(10));
    let lines = entrants_of(&fixtures);
    assert_eq!(lines["A"], [1, 6, 7]);
    assert_eq!(lines["B"], [2, 5, 8]);
    assert_eq!(lines["C"], [3, 4, 9, 10]);
    assert!(fixtures.is_sorted_by_key(|fixture| fixture.round));
}

fn entrants_of(fixtures: &[Fixture]) -> BTreeMap<String, Vec<u16>> {
    let mut groups: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for fixture in fixtures {
        let group = groups
            .entry(fixture.group.clone().expect("a group"))
            .or_default();
        for side in [&fixture.a, &fixture.b] {
            if let Source::Entrant(rank) = side
                && !group.contains(rank)
            {
                group.push(*rank);
            }
        }
        group.sort_unstable();
    }
    groups
}

#[test]
fn the_first_swiss_round_plays_the_top_half_against_the_bottom_half() {
    let fixtures = draw(r#"{"kind":"swiss","rounds":3}"#, &Field::by_rank(5));
    let sides: Vec<_> = fixtures
        .iter()
        .map(|fixture| (fixture.key.as_str(), &fixture.a, &fixture.b))
        .collect();
    let rank = Source::Entrant;
    assert_eq!(
        sides,
        [
            ("S1-1", &rank(1), &rank(3)),
            ("S1-2", &rank(4), &rank(2)),
            ("S1-3", &rank(5), &Source::BYE)
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(LOTS))]

    #[test]
    fn groups_by_lot_are_of_one_size_and_spread_the_clubs(
        entrants in 2..=64u16, groups in 1..=32u16, lots: Option<u64>, seeds: Option<u8>, of_club in 1..=12u16, clubs in proptest::collection::vec(0..12u16, 64),
    ) {
        let groups = groups.min(entrants / 2);
        let seeds = seeds.map(|seeds| u16::from(seeds).min(entrants));
        let clubs: Vec<u16> = clubs.into_iter().take(usize::from(entrants)).map(|club| club % of_club).collect();
        let named = clubs.iter().map(|club| Some(club.to_string())).collect();
        let field = Field { lots, seeds, clubs: named, ..Field::by_rank(entrants) };
        let lines = entrants_of(&draw(&format!(r#"{{"kind":"groups","groups":{groups}}}"#), &field));
        let mut everybody: Vec<u16> = lines.values().flatten().copied().collect();
        everybody.sort_unstable();
        prop_assert_eq!(everybody, (1..=entrants).collect::<Vec<_>>());
        let least = usize::from(entrants / groups);
        for group in lines.values() {
            prop_assert!((least..=least + 1).contains(&group.len()));
            for club in 0..of_club {
                let all = clubs.iter().filter(|of| **of == club).count();
                let here = group.iter().filter(|rank| clubs[usize::from(**rank) - 1] == club).count();
                prop_assert!(here <= all.div_ceil(usize::from(groups)), "{here} of {all} in {group:?} of {groups} groups");
            }
        }
    }

    #[test]
    fn a_first_swiss_round_by_lot_keeps_the_seeds_at_its_top_and_seats_everybody_once(entrants in 2..=64u16, lots: u64) {
        let fixtures = draw(r#"{"kind":"swiss"}"#, &by_lot(entrants, lots));
        let seeds = usual_seeds(entrants).min(entrants);
        let (mut seated, mut tables) = (Vec::<u16>::new(), Vec::new());
        for fixture in &fixtures {
            let of = |source: &Source| match source {
                Source::Entrant(rank) => Some(*rank),
                _ => None,
            };
            let sides: Vec<u16> = [&fixture.a, &fixture.b].into_iter().filter_map(of).collect();
            prop_assert!(sides.len() == 2 || fixture.key == fixtures[fixtures.len() - 1].key, "only the last has a bye");
            seated.extend(&sides);
            tables.push(sides);
        }
        seated.sort_unstable();
        prop_assert_eq!(seated, (1..=entrants).collect::<Vec<_>>());
        if entrants >= 2 * seeds {
            for seed in 1..=seeds {
                prop_assert!(tables[usize::from(seed) - 1].contains(&seed), "{tables:?}");
            }
        }
    }
}
