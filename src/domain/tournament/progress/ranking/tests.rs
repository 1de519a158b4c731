//! The ends of teams: for each kind of tournament, played to its end by chance, and for trees that were changed by hand.

use std::collections::BTreeMap;

use super::super::super::deed::{Deed, Edit, StagedFixture};
use super::super::super::{Fixture, Key, Outcome, Source};
use super::super::chance::Chance;
use super::super::tests::{Cup, finished, team_id};
use super::super::{Played, Stand};
use crate::domain::ids::TeamId;
use crate::domain::matches::{BySide, MatchState, Reason, Status};
use crate::domain::sport::Rules;

const BY_RANK: &str = r#"{"win":3,"order":["points","difference","scored","rank"]}"#;

fn one(kind: &str) -> String {
    format!(r#"{{"stages":[{{"key":"s",{kind}}}]}}"#)
}

/// Each kind with its fewest entrants.
fn formats() -> Vec<(String, u16)> {
    let mut formats = vec![
        (one(r#""kind":"knockout""#), 2),
        (one(r#""kind":"knockout","third_place":true"#), 4),
        (one(r#""kind":"double_elimination""#), 4),
        (one(r#""kind":"double_elimination","reset":true"#), 4),
        (one(r#""kind":"placement""#), 2),
        (one(r#""kind":"placement","places":4"#), 4),
        (one(r#""kind":"placement","matches":2"#), 4),
        (
            r#"{"stages":[{"key":"g","kind":"groups","groups":3},
            {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2,"best":{"rank":3,"count":2}}}]}"#.to_owned(),
            9,
        ),
        (
            r#"{"stages":[{"key":"g","kind":"groups","groups":2},
            {"key":"best","kind":"placement","from":{"stage":"g","ranks":2}},
            {"key":"rest","kind":"consolation","from":{"stage":"g","ranks":[3,4]}}]}"#.to_owned(),
            8,
        ),
    ];
    for mode in [
        "first_round",
        "first_match",
        "compass",
        "olympic",
        "feed_in",
    ] {
        formats.push((one(&format!(r#""kind":"consolation","mode":"{mode}""#)), 4));
    }
    formats
}

/// Plays to the end by chance, one match after another. No rank that was given may change.
fn play_to_the_end(cup: &mut Cup, chance: &mut Chance, told: &str) {
    let structure = cup.structure();
    let mut before: BTreeMap<TeamId, usize> = BTreeMap::new();
    loop {
        let progress = cup.progress_with(&structure, &cup.matches);
        let ranking = progress.ranking.iter();
        let now: BTreeMap<TeamId, usize> = ranking.map(|of| (of.team, of.rank)).collect();
        for (team, rank) in &before {
            assert_eq!(now.get(team), Some(rank), "{told}: {team} had rank {rank}");
        }
        before = now;
        let all = structure.fixtures.iter().zip(&progress.fixtures);
        let ready = all.filter(|(_, known)| known.stand == Stand::Ready);
        let ready: Vec<_> = ready.collect();
        if ready.is_empty() {
            return;
        }
        let (staged, known) = ready[chance.below(ready.len())];
        let played = played(known.teams().expect("two teams"), chance);
        cup.matches.insert(staged.fixture.key.clone(), played);
    }
}

/// A match that one of both has won; now and then the other did not come.
fn played(teams: BySide<TeamId>, chance: &mut Chance) -> Played {
    let sides = BySide {
        a: Some(teams.a),
        b: Some(teams.b),
    };
    let (a, b) = if chance.below(2) == 0 { (2, 0) } else { (0, 1) };
    if chance.below(8) > 0 {
        return finished(sides, a, b);
    }
    let score = BySide { a, b };
    let state = MatchState {
        status: Status::Finished,
        winner: score.leader(),
        reason: Some(Reason::Walkover),
        ..MatchState::default()
    };
    Played {
        status: Status::Finished,
        sides,
        outcome: Outcome::of(&state, &Rules::plain(), None),
    }
}

/// Each entrant has one rank, and ranks are one more than the teams before.
fn check_whole(ranking: &[(usize, String)], count: usize, told: &str) {
    assert_eq!(ranking.len(), count, "{told}: {ranking:?}");
    for (rank, _) in ranking {
        let before = ranking.iter().filter(|(other, _)| other < rank).count();
        assert_eq!(before + 1, *rank, "{told}: {ranking:?}");
    }
}

#[test]
fn whoever_wins_each_entrant_has_one_rank_at_the_end_and_no_rank_changes_before() {
    for (format, least) in formats() {
        for count in least..=24 {
            let told = format!("{format} with {count}");
            let mut cup = Cup::drawn(&format, count);
            cup.policy = serde_json::from_str(BY_RANK).unwrap();
            play_to_the_end(&mut cup, &mut Chance(u64::from(count)), &told);
            let ranking = cup.ranking();
            check_whole(&ranking, usize::from(count), &told);
            check_final(&cup, &ranking, &told);
        }
    }
}

/// The winner of the last match is the only first, and its loser the only second.
fn check_final(cup: &Cup, ranking: &[(usize, String)], told: &str) {
    let (structure, progress) = (cup.structure(), cup.progress());
    let known = ["GF2", "GF", "F"].iter().find_map(|key| {
        let known = progress.fixture(&structure, &Key::new(*key))?;
        Some(known)
    });
    let known = known.unwrap_or_else(|| panic!("{told}: no final"));
    let (first, second) = match known.stand {
        Stand::Decided(verdict) => {
            let winner = verdict.winner.expect("a winner");
            (*known.sides.get(winner), *known.sides.get(winner.other()))
        }
        Stand::NotNeeded => (known.sides.a, known.sides.b),
        _ => panic!("{told}: the final is not over"),
    };
    let of_rank = |wanted: usize| -> Vec<&str> {
        let all = ranking.iter().filter(|(rank, _)| *rank == wanted);
        all.map(|(_, name)| name.as_str()).collect()
    };
    assert_eq!(of_rank(1), [cup.name(first)], "{told}");
    assert_eq!(of_rank(2), [cup.name(second)], "{told}");
}

fn ranks(cup: &Cup) -> String {
    let ranking = cup.ranking();
    let all = ranking.iter().map(|(rank, name)| format!("{rank} {name}"));
    all.collect::<Vec<_>>().join(", ")
}

/// The better team, by its number, wins each match that can be played.
fn play_by_rank(cup: &mut Cup) {
    loop {
        let (structure, progress) = (cup.structure(), cup.progress());
        let all = structure.fixtures.iter().zip(&progress.fixtures);
        let ready = all.filter(|(_, known)| known.stand == Stand::Ready);
        let keys: Vec<(Key, bool)> = ready
            .filter_map(|(staged, known)| {
                let teams = known.teams()?;
                Some((staged.fixture.key.clone(), teams.a < teams.b))
            })
            .collect();
        if keys.is_empty() {
            return;
        }
        for (key, home) in keys {
            cup.play(key.as_str(), i64::from(home), i64::from(!home));
        }
    }
}

fn staged(key: &str, a: Source, b: Source) -> StagedFixture {
    StagedFixture {
        stage: "s".to_owned(),
        fixture: Fixture {
            key: Key::new(key),
            round: 1,
            group: None,
            a,
            b,
            if_needed: false,
        },
    }
}

fn edited(put: Vec<StagedFixture>, entrants: &[u128]) -> Deed {
    Deed::Fixtures {
        edit: Edit::Change {
            key: Key::new("QF1"),
        },
        removed: Vec::new(),
        put,
        entrants: entrants.iter().map(|team| team_id(*team)).collect(),
    }
}

fn winner(key: &str) -> Source {
    Source::Winner {
        winner: Key::new(key),
    }
}

fn loser(key: &str) -> Source {
    Source::Loser {
        loser: Key::new(key),
    }
}

fn drawn(kind: &str, count: u16) -> Cup {
    let mut cup = Cup::drawn(&one(kind), count);
    cup.policy = serde_json::from_str(BY_RANK).unwrap();
    cup
}

#[test]
fn a_consolation_with_byes_ranks_by_the_rounds_that_were_lost() {
    for (mode, count, expected) in [
        ("first_round", 5, "1 T1, 2 T2, 3 T3, 3 T4, 5 T5"),
        ("first_round", 6, "1 T1, 2 T2, 3 T3, 3 T4, 5 T5, 6 T6"),
        ("first_round", 7, "1 T1, 2 T2, 3 T3, 3 T4, 5 T5, 6 T6, 7 T7"),
        (
            "first_round",
            9,
            "1 T1, 2 T2, 3 T3, 3 T4, 5 T5, 5 T6, 5 T7, 5 T8, 9 T9",
        ),
        (
            "first_round",
            12,
            "1 T1, 2 T2, 3 T3, 3 T4, 5 T5, 5 T6, 5 T7, 5 T8, 9 T9, 10 T10, 11 T11, 11 T12",
        ),
        ("first_match", 5, "1 T1, 2 T2, 3 T4, 4 T3, 5 T5"),
    ] {
        let mut cup = drawn(&format!(r#""kind":"consolation","mode":"{mode}""#), count);
        play_by_rank(&mut cup);
        assert_eq!(ranks(&cup), expected, "{mode} {count}");
    }
}

#[test]
fn a_loser_is_ranked_as_soon_as_all_who_are_better_are_certain() {
    let mut cup = drawn(r#""kind":"knockout""#, 8);
    cup.play("QF2", 0, 1);
    assert_eq!(ranks(&cup), "5 T4");
    cup.play("QF1", 1, 0);
    cup.play("SF1", 1, 0);
    assert_eq!(ranks(&cup), "3 T5, 5 T4, 5 T8");
}

#[test]
fn the_loser_of_a_match_that_was_added_before_the_first_round_comes_last() {
    let mut cup = drawn(r#""kind":"knockout""#, 8);
    cup.teams.extend(super::super::tests::teams(9).pop());
    let mut quarter_final = cup.structure().fixture(&Key::new("QF1")).unwrap().clone();
    quarter_final.fixture.b = winner("M1");
    let added = staged("M1", Source::Entrant(8), Source::Entrant(9));
    cup.deeds.push(edited(vec![added, quarter_final], &[9]));
    cup.play("M1", 1, 0);
    assert_eq!(ranks(&cup), "9 T9");
    play_by_rank(&mut cup);
    assert_eq!(
        ranks(&cup),
        "1 T1, 2 T2, 3 T3, 3 T4, 5 T5, 5 T6, 5 T7, 5 T8, 9 T9"
    );
}

#[test]
fn matches_added_for_the_places_behind_part_those_who_play_them() {
    let mut cup = drawn(r#""kind":"knockout""#, 8);
    let added = vec![
        staged("M1", loser("QF1"), loser("QF2")),
        staged("M2", loser("QF3"), loser("QF4")),
        staged("M3", winner("M1"), winner("M2")),
    ];
    cup.deeds.push(edited(added, &[]));
    play_by_rank(&mut cup);
    assert_eq!(
        ranks(&cup),
        "1 T1, 2 T2, 3 T3, 3 T4, 5 T5, 6 T6, 7 T7, 7 T8"
    );
}

#[test]
fn a_friendly_match_between_two_teams_of_the_tree_moves_nobody() {
    let mut cup = drawn(r#""kind":"knockout""#, 4);
    let added = staged("M1", Source::Entrant(4), Source::Entrant(1));
    cup.deeds.push(edited(vec![added], &[]));
    for key in ["SF1", "SF2", "F"] {
        cup.play(key, 1, 0);
    }
    let before = ranks(&cup);
    assert_eq!(before, "1 T1, 2 T3, 3 T2, 3 T4");
    cup.play("M1", 5, 0);
    assert_eq!(ranks(&cup), before);
}

#[test]
fn swapped_sides_are_ranked_by_the_way_that_they_lead_now() {
    let mut cup = drawn(r#""kind":"knockout""#, 8);
    let fixture = |key: &str| cup.structure().fixture(&Key::new(key)).unwrap().clone();
    let (mut third, mut semi_final) = (fixture("QF3"), fixture("SF1"));
    std::mem::swap(&mut third.fixture.a, &mut semi_final.fixture.a);
    assert_eq!(third.fixture.a, winner("QF1"));
    cup.deeds.push(edited(vec![third, semi_final], &[]));
    let mut chance = Chance(3);
    play_to_the_end(&mut cup, &mut chance, "swapped");
    let ranking = cup.ranking();
    check_whole(&ranking, 8, "swapped");
    check_final(&cup, &ranking, "swapped");
    let ranks: Vec<usize> = ranking.iter().map(|(rank, _)| *rank).collect();
    assert_eq!(ranks, [1, 2, 3, 3, 5, 5, 5, 8]);
}

#[test]
fn a_team_that_was_passed_over_by_a_kept_match_stands_where_it_came_to() {
    use super::super::super::deed::{Decision, Settlement};
    let mut cup = drawn(r#""kind":"knockout""#, 4);
    for (key, a, b) in [("SF1", 1, 0), ("SF2", 0, 1), ("F", 1, 0)] {
        cup.play(key, a, b);
    }
    assert_eq!(ranks(&cup), "1 T1, 2 T2, 3 T3, 3 T4");
    cup.play("SF1", 0, 1);
    assert_eq!(
        ranks(&cup),
        "",
        "nothing is certain while the final is contested"
    );
    cup.deeds.push(Deed::Decide {
        decision: Decision::Settle { key: Key::new("F") },
        settled: vec![Settlement::Keep {
            key: Key::new("F"),
            sides: BySide {
                a: team_id(1),
                b: team_id(2),
            },
            instead_of: BySide {
                a: Some(team_id(4)),
                b: Some(team_id(2)),
            },
            reason: None,
        }],
        walkovers: Vec::new(),
    });
    assert_eq!(ranks(&cup), "1 T1, 2 T2, 3 T4, 4 T3");
}

const BEST_THIRDS: &str = r#"{"stages":[{"key":"g","kind":"groups","groups":3},
    {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2,"best":{"rank":3,"count":2}}}]}"#;

#[test]
fn while_best_thirds_are_level_those_behind_are_ranked_and_no_third_is() {
    let mut cup = Cup::drawn(BEST_THIRDS, 12);
    cup.policy = serde_json::from_str(r#"{"win":3,"order":["points"]}"#).unwrap();
    play_by_rank(&mut cup);
    assert_eq!(cup.progress().level_best.len(), 1);
    assert_eq!(ranks(&cup), "5 T5, 5 T6, 10 T10, 10 T11, 10 T12");
}

#[test]
fn teams_that_stay_in_a_group_are_ranked_when_all_groups_are_over() {
    let mut cup = Cup::drawn(
        r#"{"stages":[{"key":"g","kind":"groups","groups":2},
        {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":1}}]}"#,
        6,
    );
    cup.policy = serde_json::from_str(r#"{"win":3,"draw":1,"order":["points"]}"#).unwrap();
    for key in ["A1-2", "A1-3", "A2-3"] {
        let known = *cup
            .progress()
            .fixture(&cup.structure(), &Key::new(key))
            .unwrap();
        let teams = known.teams().unwrap();
        let home = teams.a < teams.b;
        cup.play(key, i64::from(home), i64::from(!home));
    }
    // In group B the second and the third may still be level, so that three would be better than T5.
    assert_eq!(ranks(&cup), "3 T4");
    for (key, home) in [("B1-2", 2), ("B1-3", 2), ("B2-3", 1)] {
        let known = *cup
            .progress()
            .fixture(&cup.structure(), &Key::new(key))
            .unwrap();
        let first = known.teams().unwrap().a == team_id(2);
        let (a, b) = if home == 1 {
            (1, 1)
        } else if first {
            (1, 0)
        } else {
            (0, 1)
        };
        cup.play(key, a, b);
    }
    assert_eq!(ranks(&cup), "3 T3, 3 T4, 3 T6, 6 T5");
}
