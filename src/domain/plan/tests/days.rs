//! Days drawn by chance: two tournaments of the same clubs, closures, pins, locks and teams that referee.

use proptest::prelude::*;

use super::planned;
use crate::domain::plan::{
    Court, Fixture, Minutes, Problem, Search, Slot, Window, clashes, places,
};
use crate::domain::tournament::draw::lots::Lots;

/// A league and a cup of the same clubs, without anything fixed.
pub fn day(lots: &mut Lots) -> Problem {
    let courts = 2 + lots.below(3) as usize;
    let mut fixtures = Vec::new();
    league(lots, courts, &mut fixtures);
    cup(lots, courts, &mut fixtures);
    Problem {
        courts: (0..courts).map(|_| court(lots)).collect(),
        fixtures,
        changeover: 5 * lots.below(3) as Minutes,
    }
}

fn court(lots: &mut Lots) -> Court {
    let opening = 5 * lots.below(7) as Minutes;
    let closing = 100 + 5 * lots.below(40) as Minutes;
    let again = closing + 5 * lots.below(20) as Minutes;
    let morning = Window {
        from: opening,
        to: closing,
    };
    let rest_of_day = Window {
        from: again,
        to: 3_000,
    };
    Court {
        open: vec![morning, rest_of_day],
    }
}

/// Adds a league: all meet, a free team referees, and the last two matches begin at one time.
fn league(lots: &mut Lots, courts: usize, fixtures: &mut Vec<Fixture>) {
    let teams = 4 + lots.below(3) as usize;
    let (minutes, rest) = (
        15 + 5 * lots.below(4) as Minutes,
        5 * lots.below(5) as Minutes,
    );
    for one in 0..teams {
        for other in one + 1..teams {
            let free: Vec<usize> = (0..teams)
                .filter(|&team| team != one && team != other)
                .collect();
            let referee = free[lots.below(free.len() as u64) as usize];
            let has_one = lots.below(2) == 0;
            let not_before = if lots.below(8) == 0 { 60 } else { 0 };
            fixtures.push(Fixture {
                minutes,
                courts: (0..courts).collect(),
                players: vec![one, other],
                referees: has_one.then_some(referee).into_iter().collect(),
                rest,
                not_before,
                ..Fixture::default()
            });
        }
    }
    let count = fixtures.len();
    for (place, pair) in [(count - 1, [0, 1]), (count - 2, [2, 3])] {
        let found = fixtures.iter().position(|fixture| fixture.players == pair);
        fixtures.swap(place, found.expect("a match of everybody"));
        fixtures[place].together = Some(1);
        fixtures[place].referees.clear();
    }
}

/// Adds two semi-finals, a final on the show court and a match for third place. Those who may play are known by club.
fn cup(lots: &mut Lots, courts: usize, fixtures: &mut Vec<Fixture>) {
    let first = fixtures.len();
    let minutes = 20 + 5 * lots.below(5) as Minutes;
    let clubs: Vec<usize> = (0..4).map(|club| 2 * club).collect();
    let fixture = |players: &[usize], after: &[usize]| Fixture {
        minutes,
        courts: (0..courts).collect(),
        players: players.to_vec(),
        after: after.to_vec(),
        rest: 30,
        ..Fixture::default()
    };
    fixtures.push(fixture(&clubs[..2], &[]));
    fixtures.push(fixture(&clubs[2..], &[]));
    let semi_finals = [first, first + 1];
    fixtures.push(Fixture {
        never_both: vec![first + 3],
        ..fixture(&clubs, &semi_finals)
    });
    fixtures.push(Fixture {
        courts: vec![0],
        referees: vec![50],
        ..fixture(&clubs, &semi_finals)
    });
}

/// Locks what has begun by some time, and pins a few matches anywhere they may go.
pub fn fix(problem: &mut Problem, lots: &mut Lots) {
    let mut plan = planned(problem, 1, 0).slots;
    let now = 5 * lots.below(30) as Minutes;
    for _ in 0..lots.below(4) {
        let pinned = lots.below(plan.len() as u64) as usize;
        let free = places(problem, &plan, pinned, now);
        if !free.is_empty() && problem.fixtures[pinned].together.is_none() {
            let place = free[lots.below(free.len() as u64) as usize];
            let later = 5 * lots.below(20) as Minutes;
            let slot = Slot {
                court: place.court,
                start: (place.from + later).min(place.to),
            };
            plan[pinned] = Some(slot);
            problem.fixtures[pinned].fixed = Some(slot);
        }
    }
    for (fixture, slot) in problem.fixtures.iter_mut().zip(&plan) {
        let has_begun = slot.is_some_and(|slot| slot.start < now);
        if has_begun {
            fixture.fixed = *slot;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_day_with_closures_pins_locks_and_referees_is_planned_without_a_clash(seed: u64) {
        let mut lots = Lots::new(seed);
        let mut problem = day(&mut lots);
        fix(&mut problem, &mut lots);
        let proposal = planned(&problem, seed, 60);
        prop_assert_eq!(&proposal.unplaced, &[]);
        prop_assert_eq!(clashes(&problem, &proposal.slots), []);
        prop_assert!(proposal.end >= Search::new(&problem).expect("a problem").bound().end);
        for (fixture, slot) in problem.fixtures.iter().zip(&proposal.slots) {
            prop_assert!(fixture.fixed.is_none() || fixture.fixed == *slot);
        }
    }

    #[test]
    fn a_match_goes_where_it_may_and_nowhere_else(seed: u64) {
        let mut lots = Lots::new(seed);
        let problem = day(&mut lots);
        let mut plan = planned(&problem, seed, 0).slots;
        let moved = lots.below(plan.len() as u64) as usize;
        let free = places(&problem, &plan, moved, 0);
        for start in (0..400).step_by(5) {
            for court in 0..problem.courts.len() {
                plan[moved] = Some(Slot { court, start });
                let may = free
                    .iter()
                    .any(|place| place.court == court && (place.from..=place.to).contains(&start));
                let wrong = clashes(&problem, &plan);
                prop_assert_eq!(may, wrong.is_empty(), "{} at {}: {:?}", moved, start, wrong);
            }
        }
    }
}
