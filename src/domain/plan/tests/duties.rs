//! Duties, against all other ways to give them.

use proptest::prelude::*;

use super::days::day;
use super::{planned, slots};
use crate::domain::plan::{Court, Fixture, Minutes, Problem, Slot, clashes, duties};
use crate::domain::tournament::draw::lots::Lots;

fn fixture(players: &[usize], minutes: Minutes) -> Fixture {
    Fixture {
        minutes,
        courts: vec![0, 1],
        players: players.to_vec(),
        ..Fixture::default()
    }
}

fn hall(fixtures: Vec<Fixture>) -> Problem {
    Problem {
        courts: vec![Court::always_open(); 2],
        fixtures,
        ..Problem::default()
    }
}

/// Returns, by person, how many duties they have.
fn loads(on_duty: &[Option<usize>], people: usize) -> Vec<usize> {
    let of = |person| on_duty.iter().filter(|&&one| one == Some(person)).count();
    (0..people).map(of).collect()
}

#[test]
fn the_teams_of_a_group_referee_each_other_and_share_it_evenly() {
    let pairs = [(0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2)];
    let problem = hall(
        pairs
            .map(|(one, other)| fixture(&[one, other], 20))
            .to_vec(),
    );
    let plan: Vec<_> = (0..6).map(|one| (0, 20 * one)).collect();
    let group: Vec<Vec<usize>> = vec![(0..4).collect(); 6];
    let on_duty = duties(&problem, &slots(&plan), &group);
    let mut loads = loads(&on_duty, 4);
    loads.sort_unstable();
    assert_eq!(loads, [1, 1, 2, 2]);
    for (person, fixture) in on_duty.iter().zip(&problem.fixtures) {
        assert!(!fixture.players.contains(&person.expect("somebody")));
    }
}

#[test]
fn nobody_is_on_duty_while_they_play_or_may_play_and_right_after_they_can_be() {
    // The last match is at another time.
    let problem = hall(vec![
        fixture(&[1, 2], 20),
        fixture(&[5, 6], 20),
        fixture(&[1, 3], 30),
    ]);
    let only = |list: &[usize]| vec![vec![], list.to_vec(), vec![]];
    let on_duty = |start, list: &[usize]| {
        let plan = slots(&[(0, 0), (1, start), (0, 40)]);
        duties(&problem, &plan, &only(list))[1]
    };
    assert_eq!(on_duty(19, &[1]), None);
    assert_eq!(on_duty(20, &[1]), Some(1));
    assert_eq!(on_duty(21, &[1, 3]), None);
    assert_eq!(on_duty(21, &[1, 3, 2]), Some(2));
    assert_eq!(on_duty(20, &[5, 6]), None);
}

#[test]
fn a_match_without_a_place_or_a_need_has_nobody() {
    let problem = hall(vec![fixture(&[1, 2], 20), fixture(&[1, 2], 20)]);
    let plan = [None, Some(Slot { court: 0, start: 0 })];
    let on_duty = |candidates: [Vec<usize>; 2]| duties(&problem, &plan, &candidates);
    assert_eq!(on_duty([vec![3], vec![3]]), [None, Some(3)]);
    assert_eq!(on_duty([vec![3], vec![]]), [None, None]);
}

#[test]
fn whoever_has_a_duty_keeps_it_and_it_counts() {
    let mut problem = hall((0..3).map(|_| fixture(&[8, 9], 20)).collect());
    problem.fixtures[0].referees = vec![1];
    let plan = slots(&[(0, 0), (0, 20), (0, 40)]);
    let both = vec![vec![1, 2]; 3];
    assert_eq!(duties(&problem, &plan, &both), [Some(1), Some(2), Some(1)]);
    problem.fixtures[1].referees = vec![1];
    assert_eq!(duties(&problem, &plan, &both), [Some(1), Some(1), Some(2)]);
    problem.fixtures[2].referees = vec![1];
    assert_eq!(duties(&problem, &plan, &both), [Some(1); 3]);
    problem.fixtures[2] = fixture(&[8, 9], 20);
    // It is at the time of the one that stays.
    let plan = slots(&[(0, 0), (0, 20), (1, 30)]);
    let first = vec![vec![1, 2], vec![1, 2], vec![1]];
    assert_eq!(duties(&problem, &plan, &first)[2], None);
}

#[test]
fn the_preferred_ones_come_first_where_all_have_as_much_to_do() {
    // Two groups at one time, and everybody may be on duty everywhere; group mates stand first.
    let problem = hall(vec![
        fixture(&[8], 20),
        fixture(&[9], 20),
        fixture(&[8], 20),
        fixture(&[9], 20),
    ]);
    let plan = slots(&[(0, 0), (1, 0), (0, 20), (1, 20)]);
    let (one, other) = (vec![1, 2, 3, 4], vec![3, 4, 1, 2]);
    let lists = vec![one.clone(), other.clone(), one, other];
    let on_duty = duties(&problem, &plan, &lists);
    for (person, list) in on_duty.iter().zip(&lists) {
        assert!(list[..2].contains(&person.expect("somebody")));
    }
    assert_eq!(loads(&on_duty, 5), [0, 1, 1, 1, 1]);
}

/// Tries all that could be assigned: most duties, and of those the least sum of squared loads.
fn best(problem: &Problem, plan: &[Option<Slot>], candidates: &[Vec<usize>]) -> (usize, usize) {
    fn go(
        problem: &mut Problem,
        plan: &[Option<Slot>],
        candidates: &[Vec<usize>],
        at: usize,
        best: &mut (usize, usize),
    ) {
        let Some(list) = candidates.get(at) else {
            let on_duty: Vec<Option<usize>> = problem
                .fixtures
                .iter()
                .map(|one| one.referees.first().copied())
                .collect();
            *best = (*best).min(worth(&on_duty));
            return;
        };
        go(problem, plan, candidates, at + 1, best);
        for &person in list {
            problem.fixtures[at].referees = vec![person];
            let takes_part = problem.fixtures[at].players.contains(&person);
            if !takes_part && clashes(problem, plan).is_empty() {
                go(problem, plan, candidates, at + 1, best);
            }
        }
        problem.fixtures[at].referees = vec![];
    }
    let mut best = (usize::MAX, 0);
    go(&mut problem.clone(), plan, candidates, 0, &mut best);
    best
}

/// Matches with nobody, and the sum of squared loads.
fn worth(on_duty: &[Option<usize>]) -> (usize, usize) {
    let squares = loads(on_duty, 10).iter().map(|load| load * load).sum();
    (on_duty.iter().filter(|one| one.is_none()).count(), squares)
}

/// Up to three rounds of two matches at one time, of seven teams.
fn rounds() -> impl Strategy<Value = (Problem, Vec<Option<Slot>>, Vec<Vec<usize>>)> {
    let teams = || Just((0..7).collect::<Vec<usize>>()).prop_shuffle();
    let list = (teams(), 1..4_usize).prop_map(|(teams, count)| teams[..count].to_vec());
    let round = (teams(), prop::collection::vec(list, 2));
    prop::collection::vec(round, 1..4).prop_map(|rounds| {
        let playing = rounds.iter().flat_map(|(teams, _)| teams[..4].chunks(2));
        let fixtures: Vec<Fixture> = playing.map(|pair| fixture(pair, 20)).collect();
        let places: Vec<(usize, Minutes)> = (0..fixtures.len())
            .map(|number| (number % 2, 20 * (number / 2) as Minutes))
            .collect();
        let lists = rounds.into_iter().flat_map(|(_, lists)| lists).collect();
        (hall(fixtures), slots(&places), lists)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_other_way_gives_more_duties_or_shares_them_better((problem, plan, lists) in rounds()) {
        let on_duty = duties(&problem, &plan, &lists);
        prop_assert_eq!(worth(&on_duty), best(&problem, &plan, &lists));
    }

    #[test]
    fn any_day_has_duties_that_clash_with_nothing(seed: u64) {
        let mut lots = Lots::new(seed);
        let mut problem = day(&mut lots);
        let plan = planned(&problem, seed, 0).slots;
        let lists: Vec<Vec<usize>> = problem
            .fixtures
            .iter()
            .map(|_| (0..lots.below(8)).map(|_| lots.below(60) as usize % 12).collect())
            .collect();
        let on_duty = duties(&problem, &plan, &lists);
        prop_assert_eq!(&on_duty, &duties(&problem, &plan, &lists));
        for (number, person) in on_duty.iter().enumerate() {
            let fixture = &mut problem.fixtures[number];
            match *person {
                Some(person) if fixture.referees.is_empty() => {
                    prop_assert!(lists[number].contains(&person));
                    prop_assert!(!fixture.players.contains(&person));
                    fixture.referees = vec![person];
                }
                kept => prop_assert_eq!(kept, fixture.referees.first().copied()),
            }
        }
        prop_assert_eq!(clashes(&problem, &plan), []);
    }
}
