use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::super::matching::tests::all_perfect;
use super::super::{Meeting, SideResult};
use super::*;

/// Histories with the least cost of each round, by `networkx`: the file names its source.
const VECTORS: &str = include_str!("../../../../../tests/vectors/swiss.json");

type Rounds = Vec<Vec<Meeting>>;

fn history(players: u32, rounds: &[Vec<Meeting>]) -> History {
    History::new(players, rounds).expect("possible rounds")
}

fn rounds_of(value: &Value) -> Rounds {
    serde_json::from_value(value["history"].clone()).expect("rounds")
}

fn players_of(value: &Value) -> u32 {
    serde_json::from_value(value["n"].clone()).expect("a count")
}

fn paired(next: NextRound) -> PairedRound {
    match next {
        NextRound::Paired(pairing) => pairing,
        NextRound::Stuck => panic!("stuck"),
    }
}

fn first_round(players: u32, clubs: &[Option<&str>]) -> Vec<(u32, Option<u32>)> {
    let pairing = paired(pair(&history(players, &[]), clubs));
    let unsided = |pair: &Pair| match pair.b {
        Some(b) => (pair.a.min(b), Some(pair.a.max(b))),
        None => (pair.a, None),
    };
    pairing.pairs.iter().map(unsided).collect()
}

/// The pairs as a round in which who is at home wins.
fn won_at_home(pairs: &[Pair]) -> Vec<Meeting> {
    let outcome = SideResult::Win;
    let won = |&Pair { a, b }: &Pair| Meeting { a, b, outcome };
    pairs.iter().map(won).collect()
}

#[test]
fn each_round_costs_what_another_program_found_to_be_least() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    let mut compared = 0;
    for tournament in vectors["tournaments"].as_array().expect("a list") {
        let (players, rounds) = (players_of(tournament), rounds_of(tournament));
        for (round, state) in tournament["states"]
            .as_array()
            .expect("a list")
            .iter()
            .enumerate()
        {
            let pairing = paired(pair(&history(players, &rounds[..round]), &[]));
            let cost = pairing.cost as f64 / 4.0;
            let least = state["least_cost"].as_f64().expect("a cost");
            assert_eq!(cost, least, "{players} players, round {}", round + 1);
            compared += 1;
        }
    }
    assert_eq!(compared, 49);
    let stuck = &vectors["stuck"];
    let next = pair(&history(players_of(stuck), &rounds_of(stuck)), &[]);
    assert_eq!(next, NextRound::Stuck);
}

#[test]
fn the_first_round_is_top_half_against_bottom_half() {
    let pairs = first_round(7, &[]);
    assert_eq!(pairs, [(1, Some(4)), (2, Some(5)), (3, Some(6)), (7, None)]);
}

#[test]
fn one_or_two_players_are_soon_through() {
    let alone = paired(pair(&history(1, &[]), &[]));
    assert_eq!(alone.pairs, [Pair { a: 1, b: None }]);
    assert!(alone.stuck_next);
    let both = paired(pair(&history(2, &[]), &[]));
    assert_eq!(both.pairs, [Pair { a: 1, b: Some(2) }]);
    assert!(both.stuck_next);
    let played = won_at_home(&both.pairs);
    assert_eq!(pair(&history(2, &[played]), &[]), NextRound::Stuck);
}

#[test]
fn clubs_are_apart_in_round_1_and_only_then() {
    let lyon = Some("Lyon");
    let clubs = [lyon, None, lyon, None, lyon, None, None, None];
    // Without clubs 1 meets 5, both of Lyon.
    let apart = first_round(8, &clubs);
    assert!(!apart.contains(&(1, Some(5))) && !apart.contains(&(3, Some(5))));
    assert!(apart.iter().all(|&(a, b)| a <= 4 && b >= Some(5)));
    assert_eq!(first_round(8, &[lyon; 8]), first_round(8, &[]));

    let nobody_came = history(8, &[Vec::new()]);
    assert_eq!(pair(&nobody_came, &clubs), pair(&nobody_came, &[]));
}

#[test]
fn sides_even_out() {
    let mut rounds = Vec::new();
    for number in 1..=6 {
        let pairing = paired(pair(&history(16, &rounds), &[]));
        let mut round = won_at_home(&pairing.pairs);
        for meeting in &mut round {
            let better_at_home = Some(meeting.a) < meeting.b;
            meeting.outcome = if better_at_home {
                SideResult::Win
            } else {
                SideResult::Loss
            };
        }
        rounds.push(round);
        let played = history(16, &rounds);
        let most = played
            .records
            .iter()
            .map(|own| own.home_balance.abs())
            .max();
        assert!(most <= Some(2), "round {number}: {most:?}");
    }
}

#[test]
fn a_table_is_known_by_its_score_and_the_bye_comes_last() {
    let first = paired(pair(&history(9, &[]), &[]));
    let played = history(9, &[won_at_home(&first.pairs)]);
    let second = paired(pair(&played, &[]));
    let scores: Vec<u32> = second
        .pairs
        .iter()
        .filter_map(|pair| pair.b.map(|_| played.records[pair.a as usize - 1].score))
        .collect();
    assert!(
        scores.is_sorted_by(|higher, lower| higher >= lower),
        "{scores:?}"
    );
    assert_eq!(second.pairs.last().map(|pair| pair.b), Some(None));
}

/// Rounds of any kind that can be told: met twice, absent, several byes.
fn rounds(players: u32, most: usize) -> impl Strategy<Value = Rounds> {
    let order = Just((1..=players).collect::<Vec<u32>>()).prop_shuffle();
    let outcome = prop::sample::select(vec![SideResult::Win, SideResult::Draw, SideResult::Loss]);
    let outcomes = prop::collection::vec(outcome, players as usize / 2);
    let present = prop_oneof![3 => Just(players as usize), 1 => 0..=players as usize];
    let round = (order, outcomes, present).prop_map(|(order, outcomes, present)| {
        let present = &order[..present];
        let meeting = |(pair, outcome): (&[u32], SideResult)| Meeting {
            a: pair[0],
            b: pair.get(1).copied(),
            outcome: if pair.len() == 2 {
                outcome
            } else {
                SideResult::Win
            },
        };
        let outcomes = outcomes.into_iter().chain([SideResult::Win]);
        present.chunks(2).zip(outcomes).map(meeting).collect()
    });
    prop::collection::vec(round, 0..=most)
}

fn told(most_players: u32) -> impl Strategy<Value = (u32, Rounds)> {
    (1..=most_players).prop_flat_map(|players| (Just(players), rounds(players, players as usize)))
}

/// The contract's cost of a pair in quarter points, counted from the rounds anew; `None` where the two may not meet.
fn cost_by_hand(players: u32, rounds: &Rounds, a: u32, b: Option<u32>) -> Option<u64> {
    let score = |player: u32| -> i64 {
        let meetings = rounds.iter().flatten();
        let half_points = meetings.map(|meeting| match meeting.outcome {
            SideResult::Draw if meeting.a == player || meeting.b == Some(player) => 1,
            SideResult::Win if meeting.a == player => 2,
            SideResult::Loss if meeting.b == Some(player) => 2,
            _ => 0,
        });
        half_points.sum()
    };
    let had = |one: u32, other: Option<u32>| {
        let mut meetings = rounds.iter().flatten();
        meetings.any(|meeting| (meeting.a, meeting.b) == (one, other))
    };
    let squared = |other: i64| score(a).abs_diff(other).pow(2);
    match b {
        Some(b) => (!had(a, Some(b)) && !had(b, Some(a))).then(|| squared(score(b))),
        None => {
            let without = (1..=players).filter(|&player| !had(player, None));
            let lowest = without.map(score).min()?;
            (!had(a, None)).then(|| squared(lowest))
        }
    }
}

/// Every pairing that the contract allows, as a matching of the vertices 0… of which the bye is the last.
fn graph_by_hand(players: u32, rounds: &Rounds) -> Graph {
    let size = (players as usize).next_multiple_of(2);
    Graph::new(size, |a, b| {
        let (a, b) = (a as u32 + 1, b as u32 + 1);
        let b = (b <= players).then_some(b);
        let cost = cost_by_hand(players, rounds, a, b)?;
        Some([cost as u32, 0, 0, 0, 0])
    })
}

fn matching_of(pairing: &PairedRound) -> Matching {
    let bye = pairing.pairs.len() * 2 - 1;
    let vertices = |pair: &Pair| {
        let (a, b) = (pair.a as usize - 1, pair.b.map_or(bye, |b| b as usize - 1));
        (a.min(b), a.max(b))
    };
    let mut matching: Matching = pairing.pairs.iter().map(vertices).collect();
    matching.sort_unstable();
    matching
}

proptest! {
    #[test]
    fn of_all_pairings_one_of_least_cost_is_found_and_one_with_a_next_round_first((players, rounds) in told(9)) {
        let graph = graph_by_hand(players, &rounds);
        let all = all_perfect(&graph);
        let least = all.iter().map(|(_, cost)| cost[0]).min();
        match pair(&history(players, &rounds), &[]) {
            NextRound::Stuck => prop_assert_eq!(least, None),
            NextRound::Paired(pairing) => {
                let matching = matching_of(&pairing);
                let known = all.iter().find(|(other, _)| *other == matching);
                prop_assert_eq!(known.map(|(_, cost)| cost[0]), least, "allowed, and of least cost");
                prop_assert_eq!(Some(pairing.cost), least);
                let has_next = |matching: &Matching| !all_perfect(&graph.without(matching)).is_empty();
                prop_assert_eq!(pairing.stuck_next, !has_next(&matching));
                let mut others = all.iter().filter(|(_, cost)| Some(cost[0]) == least);
                prop_assert!(!pairing.stuck_next || !others.any(|(other, _)| has_next(other)));
            }
        }
    }

    #[test]
    fn a_round_names_everybody_once_and_repeats_nothing((players, rounds) in told(40)) {
        if let NextRound::Paired(pairing) = pair(&history(players, &rounds), &[]) {
            let named = pairing.pairs.iter().flat_map(|pair| [Some(pair.a), pair.b]).flatten();
            prop_assert_eq!(named.clone().count(), players as usize);
            prop_assert_eq!(named.collect::<BTreeSet<_>>(), (1..=players).collect());
            let byes = pairing.pairs.iter().filter(|pair| pair.b.is_none()).count();
            prop_assert_eq!(byes, players as usize % 2);
            for &Pair { a, b } in &pairing.pairs {
                prop_assert!(cost_by_hand(players, &rounds, a, b).is_some(), "{} and {:?}", a, b);
            }
        }
    }

    #[test]
    fn the_order_within_a_round_means_nothing(
        ((players, rounds), shuffled) in told(20).prop_flat_map(|(players, rounds)| {
            let shuffled: Vec<_> = rounds.iter().map(|round| Just(round.clone()).prop_shuffle()).collect();
            (Just((players, rounds)), shuffled)
        })
    ) {
        let (one, other) = (history(players, &rounds), history(players, &shuffled));
        prop_assert_eq!(pair(&one, &[]), pair(&other, &[]));
        prop_assert_eq!(one.tie_breaks(), other.tie_breaks());
    }

    #[test]
    fn half_as_many_rounds_as_players_are_always_paired(players in 2..=20_u32, outcomes in rounds(20, 10)) {
        let mut rounds = Rounds::new();
        for results in outcomes.iter().take(players as usize / 2) {
            let pairing = paired(pair(&history(players, &rounds), &[]));
            let mut results = results.iter().map(|meeting| meeting.outcome).cycle();
            let mut round = won_at_home(&pairing.pairs);
            for meeting in &mut round {
                let outcome = results.next().filter(|_| meeting.b.is_some());
                meeting.outcome = outcome.unwrap_or(SideResult::Win);
            }
            rounds.push(round);
        }
    }
}
