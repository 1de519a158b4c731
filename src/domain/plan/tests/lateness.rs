//! The rest of a day that runs late.

use proptest::prelude::*;

use super::days::day;
use super::{Vector, planned};
use crate::domain::plan::{Minutes, Problem, Proposal, clashes, late};
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
            prop_assert!(fixed(one) || slot.is_none_or(|slot| slot.start >= now));
        }
        for clash in clashes(&problem, &rest.proposal.slots) {
            prop_assert!(fixed(clash.fixture) && clash.other.is_none_or(fixed), "{:?}", clash);
        }
    }
}
