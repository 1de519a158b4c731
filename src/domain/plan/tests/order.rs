//! The order of play: stages, rounds, and one court for each group as the rule to be better than.

use super::{Vector, planned};
use crate::domain::plan::{
    Court, Fixture, Minutes, Problem, Proposal, Round, Slot, calls, clashes, queue,
};

const CHANGEOVER: Minutes = 5;
/// Berger's table of four.
const PAIRS: [[usize; 2]; 6] = [[0, 3], [1, 2], [0, 2], [3, 1], [0, 1], [2, 3]];

/// Groups of four, and a knockout of the first two of each with a match for third place.
fn groups_and_knockout(groups: usize, courts: usize) -> Problem {
    let fixture = |minutes, round| Fixture {
        minutes,
        courts: (0..courts).collect(),
        rest: 10,
        round: Some(round),
        ..Fixture::default()
    };
    let mut fixtures = Vec::new();
    for group in 0..groups {
        for (place, pair) in PAIRS.iter().enumerate() {
            let number = place / 2;
            fixtures.push(Fixture {
                players: pair.iter().map(|team| 4 * group + team).collect(),
                ..fixture(20, Round { of: group, number })
            });
        }
    }
    let bracket = |number, after: Vec<usize>| Fixture {
        after,
        ..fixture(25, Round { of: groups, number })
    };
    let group = |group: usize| 6 * group..6 * group + 6;
    let first = |one: usize| group(one).chain(group((one + 1) % groups)).collect();
    let mut round: Vec<usize> = (fixtures.len()..).take(groups).collect();
    fixtures.extend((0..groups).map(|one| bracket(0, first(one))));
    let mut number = 1;
    while round.len() > 1 {
        let next: Vec<usize> = (fixtures.len()..).take(round.len() / 2).collect();
        fixtures.extend(round.chunks(2).map(|pair| bracket(number, pair.to_vec())));
        if next.len() == 1 {
            fixtures.push(bracket(number, round.clone()));
        }
        (round, number) = (next, number + 1);
    }
    Problem {
        courts: vec![Court::always_open(); courts],
        fixtures,
        changeover: CHANGEOVER,
    }
}

/// The end by the rule of one court for each group. The group `i` has the court `i`, or the last one. The knockout has one court
/// when all groups have ended. Matches follow each other without rest.
fn end_by_one_court_each(problem: &Problem, groups: usize) -> Minutes {
    let last = problem.courts.len() - 1;
    let mut free = vec![0; problem.courts.len()];
    for (number, fixture) in problem.fixtures[..6 * groups].iter().enumerate() {
        free[(number / 6).min(last)] += fixture.minutes + CHANGEOVER;
    }
    let knockout = problem.fixtures[6 * groups..].iter();
    let knockout: Minutes = knockout.map(|one| one.minutes + CHANGEOVER).sum();
    free.into_iter().max().unwrap_or(0) + knockout - CHANGEOVER
}

#[test]
fn a_plan_ends_in_less_than_half_the_time_of_one_court_for_each_group() {
    let problem = groups_and_knockout(8, 4);
    let proposal = planned(&problem, 0, 400);
    let by_rule = end_by_one_court_each(&problem, 8);
    assert_eq!(by_rule, 1_225);
    assert!(proposal.end * 2 <= by_rule, "{}", proposal.end);
    assert_eq!(clashes(&problem, &proposal.slots), []);
}

/// Asserts that a second stage waits for the first one.
fn assert_stages(problem: &Problem, slots: &[Option<Slot>]) {
    for (fixture, slot) in problem.fixtures.iter().zip(slots) {
        for &before in &fixture.after {
            let (earlier, later) = (slots[before].expect("a place"), slot.expect("a place"));
            let end = earlier.start + problem.fixtures[before].minutes;
            assert!(end + fixture.rest <= later.start);
        }
    }
}

#[test]
fn a_second_stage_begins_when_the_first_one_has_ended() {
    for (groups, courts) in [(4, 2), (4, 4), (8, 3), (8, 12)] {
        let problem = groups_and_knockout(groups, courts);
        assert_stages(&problem, &planned(&problem, 0, 200).slots);
        assert_stages(&problem, &queue(&problem, 0).expect("a problem").slots);
    }
}

#[test]
fn a_free_court_takes_the_next_match_of_any_group_and_no_court_waits_while_one_may_begin() {
    let mut day = groups_and_knockout(4, 2);
    let length = |fixture: usize| 15 + (fixture * 7 % 13) as Minutes;
    let mut groups_on = vec![Vec::new(); 2];
    let mut now = 0;
    while day.fixtures[..24].iter().any(|one| one.fixed.is_none()) {
        let rest = queue(&day, now).expect("a problem");
        let due = calls(&day, &rest, now).into_iter();
        for call in due.filter(|call| call.slot.start == now) {
            day.fixtures[call.fixture].fixed = Some(call.slot);
            day.fixtures[call.fixture].minutes = length(call.fixture);
            groups_on[call.slot.court].push(call.fixture / 6);
        }
        let fixed = day
            .fixtures
            .iter()
            .filter_map(|one| Some((one.fixed?, one.minutes)));
        let free = fixed.map(|(slot, minutes)| slot.start + minutes + CHANGEOVER);
        let next = free.filter(|&free| free > now).min().expect("a match");
        let busy = day.fixtures.iter().filter(|one| {
            let fixed = one.fixed.map(|slot| slot.start + one.minutes + CHANGEOVER);
            fixed.is_some_and(|free| free > now)
        });
        // With four groups of four on two courts somebody has always rested.
        let all_begun = day.fixtures[..24].iter().all(|one| one.fixed.is_some());
        assert!(all_begun || busy.count() == 2, "a court waits at {now}");
        now = next;
    }
    for mut groups in groups_on {
        groups.sort_unstable();
        groups.dedup();
        assert!(groups.len() > 1, "a court has one group alone");
    }
}

/// Returns the pairs of one group whose later round begins first.
fn reversed(problem: &Problem, slots: &[Option<Slot>]) -> Vec<(usize, usize)> {
    let begin = |one: usize| slots[one].map(|slot| slot.start);
    let round = |one: usize| problem.fixtures[one].round.expect("a round");
    let all = (0..slots.len()).flat_map(|one| (0..slots.len()).map(move |other| (one, other)));
    let wrong = all.filter(|&(one, other)| {
        let (first, second) = (round(one), round(other));
        first.of == second.of && first.number < second.number && begin(one) > begin(other)
    });
    wrong.collect()
}

#[test]
fn rounds_are_played_in_their_order_in_groups_and_in_the_bracket() {
    for (groups, courts) in [(2, 1), (4, 2), (4, 3), (4, 6), (8, 4), (8, 6), (8, 8)] {
        let problem = groups_and_knockout(groups, courts);
        for seed in 0..3 {
            let proposal = planned(&problem, seed, 400);
            let found = reversed(&problem, &proposal.slots);
            assert_eq!(found, [], "{groups} groups on {courts} courts, seed {seed}");
        }
    }
}

#[test]
fn of_two_matches_in_the_wrong_order_none_can_change_places_for_nothing() {
    // The end is hard to reach, so that a search mixes rounds.
    let mut problem = Vector::named("rr8-c3-r10");
    for (place, fixture) in problem.fixtures.iter_mut().enumerate() {
        let number = place / 4;
        fixture.round = Some(Round { of: 0, number });
    }
    let without = |problem: &Problem| {
        let mut plain = problem.clone();
        plain.fixtures.iter_mut().for_each(|one| one.round = None);
        planned(&plain, 0, 2_000)
    };
    let proposal: Proposal = planned(&problem, 0, 2_000);
    let mixed = without(&problem);
    assert_eq!(proposal.end, mixed.end);
    let found = reversed(&problem, &proposal.slots);
    assert!(found.len() < reversed(&problem, &mixed.slots).len());
    for (one, other) in found {
        let mut exchanged = proposal.slots.clone();
        exchanged.swap(one, other);
        assert_ne!(clashes(&problem, &exchanged), [], "{one} and {other}");
    }
}
