use proptest::prelude::*;

use super::super::field::band;
use super::super::field::usual_seeds;
use super::super::played::LOTS;
use super::super::{Bands, Field, SeedLines, judge};
use super::*;

const KNOCKOUT: &str = r#"{"kind":"knockout"}"#;

#[test]
fn pairs_of_round_one_are_those_of_the_folded_order() {
    let folded = vectors();
    for entrants in 2..=64u16 {
        let known = &folded["folded_order"][entrants.to_string()];
        let order: Vec<u64> = known["order"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_u64)
            .collect();
        let mut expected: Vec<Vec<u64>> = order.chunks(2).map(<[u64]>::to_vec).collect();
        expected.sort();
        let lines = lines(&draw(KNOCKOUT, &Field::by_rank(entrants)));
        let size = lines.len() as u64;
        let mut drawn: Vec<Vec<u64>> = lines
            .chunks(2)
            .map(|pair| {
                let place = |at: usize| pair[at].map(u64::from);
                let opposite = |at: usize| size + 1 - place(1 - at).expect("no bye against a bye");
                let mut pair = vec![
                    place(0).unwrap_or_else(|| opposite(0)),
                    place(1).unwrap_or_else(|| opposite(1)),
                ];
                pair.sort_unstable();
                pair
            })
            .collect();
        drawn.sort();
        assert_eq!(drawn, expected, "{entrants} entrants");
        let byes: Vec<u64> = known["byes_to"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_u64)
            .collect();
        assert_eq!(with_byes(&lines), byes, "{entrants} entrants");
    }
}

fn with_byes(lines: &[Option<u16>]) -> Vec<u64> {
    let mut with: Vec<u64> = lines
        .chunks(2)
        .filter_map(|pair| match pair {
            [Some(one), None] | [None, Some(one)] => Some(u64::from(*one)),
            _ => None,
        })
        .collect();
    with.sort_unstable();
    with
}

#[test]
fn seeds_stand_on_the_lines_of_the_federations() {
    let vectors = vectors();
    for (name, draw_of) in vectors["federation_seed_lines"]
        .as_object()
        .expect("an object")
    {
        let seed_lines = if name.starts_with("ITTF") {
            SeedLines::Ittf
        } else {
            SeedLines::Itf
        };
        let entrants = if name.contains("16") { 16 } else { 32 };
        let lines = lines(&draw(
            KNOCKOUT,
            &Field {
                seed_lines,
                ..Field::by_rank(entrants)
            },
        ));
        for (seeds, expected) in draw_of["lines"].as_object().expect("an object") {
            let mut range = seeds
                .split('-')
                .map(|seed| seed.parse::<u16>().expect("a seed"));
            let first = range.next().expect("a seed");
            let seeds = first..=range.next().unwrap_or(first);
            let of_band: Vec<usize> = (1..)
                .zip(&lines)
                .filter(|(_, seed)| seed.is_some_and(|seed| seeds.contains(&seed)))
                .map(|(line, _)| line)
                .collect();
            assert_eq!(serde_json::json!(of_band), *expected, "{name}: {seeds:?}");
        }
    }
}

#[test]
fn rounds_are_named_and_numbered_from_the_top() {
    let fixtures = draw(
        r#"{"kind":"knockout","third_place":true}"#,
        &Field::by_rank(20),
    );
    let keys: Vec<String> = fixtures
        .iter()
        .map(|fixture| fixture.key.to_string())
        .collect();
    assert_eq!(keys[..3], ["R32-1", "R32-2", "R32-3"]);
    assert_eq!(keys[15..18], ["R32-16", "R16-1", "R16-2"]);
    assert_eq!(
        keys[24..],
        ["QF1", "QF2", "QF3", "QF4", "SF1", "SF2", "3RD", "F"]
    );
    assert_eq!(fixtures[31].round, 5);
}

#[test]
fn a_knockout_plays_one_match_less_than_it_has_entrants() {
    for entrants in 2..=64 {
        for third in [0, 1] {
            let json = format!(r#"{{"kind":"knockout","third_place":{}}}"#, third == 1);
            let played = play(&draw(&json, &Field::by_rank(entrants)), |key| {
                key.as_str().len() % 2 == 0
            });
            let third = if entrants < 4 { 0 } else { third };
            assert_eq!(
                played.len(),
                usize::from(entrants) - 1 + third,
                "{entrants} entrants"
            );
        }
    }
}

#[test]
fn one_draw_by_lot_stays_as_it_is_for_ever() {
    let lines = lines(&draw(KNOCKOUT, &by_lot(11, 20_261_130)));
    let as_numbers: Vec<u16> = lines.into_iter().map(|line| line.unwrap_or(0)).collect();
    assert_eq!(
        as_numbers,
        [1, 0, 9, 11, 5, 0, 0, 3, 4, 7, 0, 6, 10, 8, 0, 2]
    );
}

fn sections_of(lines: &[Option<u16>], count: usize) -> Vec<Vec<u16>> {
    let section = lines.len() / count.min(lines.len());
    lines
        .chunks(section)
        .map(|part| part.iter().flatten().copied().collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(LOTS))]

    #[test]
    fn a_draw_by_lot_keeps_seeds_apart_and_gives_them_the_byes(
        entrants in 2..=64u16, lots: u64, seeds in proptest::option::of(0..=64u16), by_rank: bool,
    ) {
        let seeds = seeds.map(|seeds| seeds.min(entrants.next_power_of_two() / 2));
        let bands = if by_rank { Bands::Ranks } else { Bands::Lots };
        let field = Field { seeds, bands, ..by_lot(entrants, lots) };
        let fixtures = draw(KNOCKOUT, &field);
        let lines = lines(&fixtures);
        let mut everybody: Vec<u16> = lines.iter().flatten().copied().collect();
        everybody.sort_unstable();
        prop_assert_eq!(everybody, (1..=entrants).collect::<Vec<_>>());
        let seeded = seeds.unwrap_or(usual_seeds(entrants)).min(entrants);
        for worst in 2..=seeded {
            for part in sections_of(&lines, 1 << band(worst)) {
                prop_assert!(part.iter().filter(|seed| **seed <= worst).count() < 2, "{lines:?}");
            }
        }
        let byes = with_byes(&lines);
        let best: Vec<u64> = (1..=u64::from(seeded)).take(byes.len()).collect();
        prop_assert!(byes.starts_with(&best), "{lines:?}");
        prop_assert_eq!(byes.len(), lines.len() - usize::from(entrants));
        let by_hand = Field { by_hand: Some(lines), ..field.clone() };
        prop_assert_eq!(judge(&kind(KNOCKOUT), &by_hand), []);
        prop_assert_eq!(draw(KNOCKOUT, &field), fixtures, "the same number draws the same");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn clubs_of_up_to_four_are_apart_in_a_draw_by_lot(entrants in 16..=64u16, lots: u64, clubs in proptest::collection::vec(0..32usize, 64)) {
        let mut count = [0; 32];
        let mut clubs: Vec<Option<String>> = clubs.into_iter().take(usize::from(entrants)).map(|club| {
            count[club] += 1;
            (count[club] <= 4).then(|| format!("club {club}"))
        }).collect();
        clubs.iter_mut().take(16).for_each(|seed| *seed = None);
        let field = Field { clubs, ..by_lot(entrants, lots) };
        let lines = lines(&draw(KNOCKOUT, &field));
        let judged = judge(&kind(KNOCKOUT), &Field { by_hand: Some(lines), ..field });
        prop_assert_eq!(judged, []);
    }

    #[test]
    fn nobody_meets_a_club_mate_in_round_one_if_there_is_a_way(entrants in 8..=64u16, lots: u64, big in 2..=12u16) {
        let clubs = (0..entrants).map(|rank| (rank % big == 0).then(|| "big".to_owned())).collect();
        let field = Field { clubs, ..by_lot(entrants, lots) };
        let lines = lines(&draw(KNOCKOUT, &field));
        for pair in lines.chunks(2) {
            let of_club = |line: &Option<u16>| line.is_some_and(|rank| (rank - 1) % big == 0);
            prop_assert!(big == 2 || !pair.iter().all(of_club), "{lines:?}");
        }
    }
}
