//! The rest of a day that runs late.

use proptest::prelude::*;

use super::days::day;
use super::{Vector, planned, slots};
use crate::domain::plan::{
    Court, Fixture, Minutes, Problem, Proposal, Window, clashes, expected, late, queue,
};
use crate::domain::tournament::draw::lots::Lots;

/// Fixes what has begun by now, and makes what runs on a court so much longer.
fn delay(problem: &mut Problem, plan: &Proposal, court: usize, now: Minutes, by: Minutes) {
    for (fixture, slot) in problem.fixtures.iter_mut().zip(&plan.slots) {
        if let Some(slot) = slot.filter(|slot| slot.start <= now) {
            fixture.fixed = Some(slot);
            let runs = slot.start + fixture.minutes > now && slot.court == court;
            fixture.minutes += if runs { by } else { 0 };
        }
    }
}

#[test]
fn a_court_twenty_minutes_late_moves_little_and_the_day_ends_in_time() {
    let problem = Vector::named("day3sports-12clubs-c8-r20");
    assert_eq!(problem.fixtures.len(), 66);
    let plan = planned(&problem, 0, 200);
    for court in 0..problem.courts.len() {
        for now in (10..plan.end).step_by(45) {
            let mut day = problem.clone();
            delay(&mut day, &plan, court, now, 20);
            // What will not be reached any more was locked.
            let to_come: Vec<usize> = (0..66)
                .filter(|&one| day.fixtures[one].fixed.is_none())
                .collect();
            let rest = late(&day, &plan.slots, now).expect("a problem");
            let place = |one: usize| (rest.proposal.slots[one], plan.slots[one]);
            for one in 0..66 {
                let (after, before) = place(one);
                assert!(to_come.contains(&one) || after == before, "{one} has begun");
                assert_eq!(
                    rest.moved.iter().any(|moved| moved.fixture == one),
                    after != before
                );
            }
            let changed = to_come.iter().filter(|&&one| {
                let (after, before) = place(one);
                after.map(|slot| slot.court) != before.map(|slot| slot.court)
            });
            assert!(
                changed.count() * 10 <= to_come.len(),
                "court {court} at {now}"
            );
            assert!(
                rest.proposal.end * 10 <= rest.from_scratch * 11,
                "court {court} at {now}"
            );
            assert_eq!(rest.proposal.unplaced, []);
            // The match that took longer may clash with others that have begun: that is how it was.
            let clashes = clashes(&day, &rest.proposal.slots);
            let fixed = |one: usize| day.fixtures[one].fixed.is_some();
            assert!(
                clashes
                    .iter()
                    .all(|clash| fixed(clash.fixture) && clash.other.is_some_and(fixed))
            );
        }
    }
}

/// A day whose courts close at this time, its plan, and how it is at `now`.
fn closing(at: Minutes, now: Minutes) -> (Problem, Proposal) {
    let mut problem = Vector::named("groups2x5-ko-c3-r20");
    let plan = planned(&problem, 0, 200);
    for court in &mut problem.courts {
        court.open = vec![Window { from: 0, to: at }];
    }
    delay(&mut problem, &plan, 0, now, 25);
    (problem, plan)
}

#[test]
fn a_day_is_played_to_its_end_even_after_its_courts_should_have_closed() {
    let end = planned(&Vector::named("groups2x5-ko-c3-r20"), 0, 200).end;
    // The courts close before the last match, in the middle of the day, and long ago.
    for (closes, now) in [(end, end - 60), (end - 100, end - 120), (30, end - 90)] {
        let (day, plan) = closing(closes, now);
        let proposals = [
            late(&day, &plan.slots, now).map(|late| late.proposal),
            expected(&day, &plan.slots, now),
            queue(&day, now),
        ];
        for proposal in proposals {
            let proposal = proposal.expect("a proposal");
            assert_eq!(proposal.unplaced, [], "closes {closes}, at {now}");
            assert!(proposal.end > closes);
        }
    }
}

#[test]
fn a_court_that_has_time_for_all_is_not_kept_open_longer() {
    let fixture = |player| Fixture {
        minutes: 30,
        courts: vec![0, 1],
        players: vec![player],
        ..Fixture::default()
    };
    let window = |to| vec![Window { from: 0, to }];
    let courts = [window(60), window(300)].map(|open| Court { open });
    let day = Problem {
        courts: courts.to_vec(),
        fixtures: (0..4).map(fixture).collect(),
        changeover: 0,
    };
    let planned = slots(&[(0, 0), (1, 0), (0, 30), (1, 30)]);
    let rest = late(&day, &planned, 50).expect("a proposal").proposal;
    assert!(rest.slots.iter().flatten().all(|slot| slot.court == 1));
    assert_eq!(rest.end, 170);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_late_day_has_a_proposal_that_moves_nothing_that_has_begun(seed: u64, by in 1..40) {
        let mut lots = Lots::new(seed);
        let mut problem = day(&mut lots);
        let plan = planned(&problem, seed, 20);
        let now = lots.below(plan.end as u64) as Minutes;
        let court = lots.below(problem.courts.len() as u64) as usize;
        delay(&mut problem, &plan, court, now, by);
        let rest = late(&problem, &plan.slots, now).expect("a problem");
        prop_assert_eq!(&rest, &late(&problem, &plan.slots, now).expect("a problem"));
        let fixed = |one: usize| problem.fixtures[one].fixed.is_some();
        for (one, slot) in rest.proposal.slots.iter().enumerate() {
            prop_assert!(!fixed(one) || *slot == plan.slots[one]);
            prop_assert!(fixed(one) || slot.is_some_and(|slot| slot.start >= now));
        }
        for clash in clashes(&problem, &rest.proposal.slots) {
            prop_assert!(fixed(clash.fixture) && clash.other.is_none_or(fixed), "{:?}", clash);
        }
    }
}
