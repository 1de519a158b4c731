//! The next free court: the calls, and the expected times of a planned day.

use proptest::prelude::*;

use super::days::{day, fix};
use super::{Vector, planned};
use crate::domain::plan::{
    Court, CourtCall, Fixture, Minutes, Problem, Slot, calls, clashes, expected, queue,
};
use crate::domain::tournament::draw::lots::Lots;

fn fixture(players: &[usize], courts: &[usize]) -> Fixture {
    Fixture {
        minutes: 20,
        courts: courts.to_vec(),
        players: players.to_vec(),
        rest: 10,
        ..Fixture::default()
    }
}

fn hall(fixtures: Vec<Fixture>) -> Problem {
    Problem {
        courts: vec![Court::always_open(); 2],
        fixtures,
        changeover: 5,
    }
}

fn at(court: usize, start: Minutes) -> Option<Slot> {
    Some(Slot { court, start })
}

fn called(problem: &Problem, now: Minutes) -> Vec<(usize, usize, Minutes)> {
    let rest = queue(problem, now).expect("a problem");
    let calls = calls(problem, &rest, now).into_iter();
    calls
        .map(|CourtCall { fixture, slot }| (fixture, slot.court, slot.start))
        .collect()
}

#[test]
fn a_court_takes_its_next_match_once_it_is_free_and_the_people_have_rested() {
    let both = [0, 1];
    let mut day = hall(vec![
        fixture(&[1, 2], &both),
        fixture(&[3, 4], &both),
        fixture(&[1, 3], &both),
        fixture(&[5, 6], &both),
    ]);
    day.fixtures[0].fixed = at(0, 0);
    day.fixtures[1].fixed = at(1, 0);
    // The match on court 1 has already lasted longer than it should.
    day.fixtures[1].minutes = 32;
    assert_eq!(called(&day, 30), [(3, 0, 30), (2, 1, 42)]);
    day.fixtures[3].fixed = at(0, 30);
    assert_eq!(called(&day, 31), [(2, 1, 42)]);
}

#[test]
fn a_court_with_a_match_called_or_locked_next_gets_no_other() {
    let mut day = hall(vec![
        fixture(&[1, 2], &[0]),
        fixture(&[3, 4], &[0]),
        fixture(&[5, 6], &[1]),
    ]);
    day.fixtures[0].fixed = at(0, 40);
    // There is time for the other one before it.
    assert_eq!(called(&day, 10), [(1, 0, 10), (2, 1, 10)]);
    // There is no more.
    assert_eq!(called(&day, 20), [(2, 1, 20)]);
}

#[test]
fn a_match_is_called_only_where_and_when_it_may_be() {
    let mut day = hall(vec![
        fixture(&[1, 2], &[0]),
        fixture(&[3, 4], &[1]),
        fixture(&[1, 2, 3, 4], &[0]),
    ]);
    day.fixtures[1].not_before = 50;
    day.fixtures[2].after = vec![0, 1];
    day.fixtures[0].fixed = at(0, 0);
    assert_eq!(called(&day, 25), [(1, 1, 50), (2, 0, 80)]);
}

#[test]
fn of_two_matches_at_one_time_the_one_that_most_waits_for_is_called_first() {
    let mut day = hall(vec![
        fixture(&[1, 2], &[0]),
        fixture(&[3, 4], &[1]),
        fixture(&[3, 5], &[1]),
    ]);
    day.fixtures[2].after = vec![1];
    assert_eq!(called(&day, 7), [(1, 1, 7), (0, 0, 7)]);
}

#[test]
fn the_expected_times_of_a_planned_day_are_its_own_until_something_takes_longer() {
    let problem = Vector::named("day3sports-12clubs-c8-r20");
    let plan = planned(&problem, 0, 50);
    let slots = |day: &Problem, now| expected(day, &plan.slots, now).expect("a problem").slots;
    assert_eq!(slots(&problem, 0), plan.slots);
    let now = 100;
    let mut day = problem.clone();
    for (fixture, slot) in day.fixtures.iter_mut().zip(&plan.slots) {
        fixture.fixed = slot.filter(|slot| slot.start <= now);
    }
    assert_eq!(slots(&day, now), plan.slots);
    let runs = |slot: &Slot, minutes| slot.start <= now && slot.start + minutes > now;
    let mut all = day.fixtures.iter().zip(&plan.slots);
    let running = all.position(|(one, slot)| slot.is_some_and(|slot| runs(&slot, one.minutes)));
    day.fixtures[running.expect("a match")].minutes += 60;
    let later = slots(&day, now);
    assert_eq!(clashes(&day, &later), []);
    assert_ne!(later, plan.slots);
    for (slot, planned) in later.iter().zip(&plan.slots) {
        let (slot, planned) = (slot.expect("a place"), planned.expect("a place"));
        assert_eq!(slot.court, planned.court);
        assert!(slot.start >= planned.start);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn calls_clash_with_nothing_and_no_court_has_two(seed: u64) {
        let mut lots = Lots::new(seed);
        let mut problem = day(&mut lots);
        fix(&mut problem, &mut lots);
        let now = lots.below(200) as Minutes;
        let rest = queue(&problem, now).expect("a problem");
        let called = calls(&problem, &rest, now);
        let mut slots: Vec<Option<Slot>> = problem.fixtures.iter().map(|one| one.fixed).collect();
        for (place, call) in called.iter().enumerate() {
            let fixture = &problem.fixtures[call.fixture];
            prop_assert!(fixture.fixed.is_none() && call.slot.start >= now);
            prop_assert!(called[..place].iter().all(|one| one.slot.court != call.slot.court));
            prop_assert!(called[..place].iter().all(|one| one.slot.start <= call.slot.start));
            slots[call.fixture] = Some(call.slot);
        }
        // Matches that are fixed may clash among themselves: that is how the day was.
        prop_assert_eq!(clashes(&problem, &slots), clashes(&problem, &fixed(&problem)));
        let free = problem.fixtures.iter().any(|one| one.fixed.is_none());
        prop_assert!(!free || !called.is_empty() || locked_next(&problem, now));
    }
}

fn fixed(problem: &Problem) -> Vec<Option<Slot>> {
    problem.fixtures.iter().map(|one| one.fixed).collect()
}

/// Says whether something is fixed that has not begun.
fn locked_next(problem: &Problem, now: Minutes) -> bool {
    let mut fixed = problem.fixtures.iter().filter_map(|one| one.fixed);
    fixed.any(|slot| slot.start > now)
}
