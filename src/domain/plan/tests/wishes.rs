//! Tables of what is refused, what clashes and where a match may go.

use super::{planned, slots};
use crate::domain::plan::{
    Cause, Court, Fixture, Kind, Place, Problem, ProblemError, Severity, Slot, Unplaced, Window,
    clashes, places,
};

/// A match of twenty minutes on two courts that are open all day.
fn fixture(players: &[usize]) -> Fixture {
    Fixture {
        minutes: 20,
        courts: vec![0, 1],
        players: players.to_vec(),
        rest: 10,
        ..Fixture::default()
    }
}

fn problem(fixtures: Vec<Fixture>) -> Problem {
    Problem {
        courts: vec![Court::always_open(); 2],
        fixtures,
        changeover: 5,
    }
}

fn closed(from: i32, to: i32) -> Court {
    let before = Window { from: 0, to: from };
    let after = Window {
        from: to,
        to: 1_000,
    };
    Court {
        open: vec![before, after],
    }
}

#[test]
fn a_problem_without_a_plan_is_refused_with_its_cause() {
    let one = |change: fn(&mut Fixture)| {
        let mut fixtures = vec![fixture(&[1, 2]), fixture(&[3, 4]), fixture(&[1, 3])];
        change(&mut fixtures[2]);
        crate::domain::plan::Search::new(&problem(fixtures)).map(|search| search.bound().end)
    };
    let fixture = 2;
    assert_eq!(one(|_| {}), Ok(50));
    let refused = [
        (
            one(|one| one.minutes = 0),
            ProblemError::NoLength { fixture },
        ),
        (
            one(|one| one.rest = -1),
            ProblemError::OutOfRange { fixture },
        ),
        (
            one(|one| one.courts = vec![]),
            ProblemError::NobodysCourt { fixture },
        ),
        (
            one(|one| one.courts = vec![2]),
            ProblemError::NoSuchCourt { fixture, court: 2 },
        ),
        (
            one(|one| one.after = vec![7]),
            ProblemError::NoSuchFixture { fixture, other: 7 },
        ),
        (
            one(|one| one.after = vec![0, 2]),
            ProblemError::Cycle { fixture },
        ),
    ];
    for (answer, cause) in refused {
        assert_eq!(answer, Err(cause));
    }
}

#[test]
fn a_match_longer_than_its_courts_are_open_is_refused() {
    let mut problem = problem(vec![fixture(&[1, 2])]);
    problem.courts = vec![closed(15, 990); 2];
    let search = crate::domain::plan::Search::new(&problem);
    let cause = ProblemError::LongerThanEveryWindow {
        fixture: 0,
        minutes: 20,
    };
    assert_eq!(search.err(), Some(cause));
}

#[test]
fn a_match_that_it_is_too_late_for_has_no_place_and_the_others_have() {
    let mut problem = problem(vec![fixture(&[1, 2]), fixture(&[3, 4])]);
    problem.courts = vec![closed(15, 40); 2];
    problem.fixtures[0].not_before = 981;
    let proposal = planned(&problem, 0, 10);
    let cause = Cause::NoRoom;
    assert_eq!(proposal.unplaced, [Unplaced { fixture: 0, cause }]);
    assert_eq!(proposal.slots[1].map(|slot| slot.start), Some(40));
}

#[test]
fn matches_that_begin_at_one_time_need_courts_and_people_enough() {
    let refused = |fixtures: Vec<Fixture>| {
        let fixtures = fixtures.into_iter().map(|fixture| Fixture {
            together: Some(3),
            ..fixture
        });
        let problem = problem(fixtures.collect());
        crate::domain::plan::Search::new(&problem).err()
    };
    let three = vec![fixture(&[1, 2]), fixture(&[3, 4]), fixture(&[5, 6])];
    let too_few = ProblemError::TooFewCourts {
        fixtures: 3,
        courts: 2,
    };
    assert_eq!(refused(three), Some(too_few));
    let same = vec![fixture(&[1, 2]), fixture(&[2, 3])];
    let oneself = ProblemError::TogetherWithOneself { one: 0, other: 1 };
    assert_eq!(refused(same), Some(oneself));
    let mut after = vec![fixture(&[1, 2]), fixture(&[3, 4])];
    after[1].after = vec![0];
    let waits = ProblemError::TogetherAfter { one: 0, other: 1 };
    assert_eq!(refused(after), Some(waits));
}

#[test]
fn each_clash_is_told_with_how_bad_it_is() {
    let mut fixtures = vec![fixture(&[1, 2]), fixture(&[1, 3]), fixture(&[4, 5])];
    fixtures[2].referees = vec![2];
    fixtures[2].not_before = 10;
    fixtures[2].courts = vec![1];
    fixtures.push(fixture(&[]));
    fixtures[3].after = vec![0];
    let mut problem = problem(fixtures);
    problem.courts[1] = closed(100, 130);
    let far = [(0, 0), (0, 200), (1, 300), (0, 400)];
    assert_eq!(clashes(&problem, &slots(&far)), []);
    let wrong = [
        (1, (0, 10), vec![Kind::CourtTaken, Kind::PlaysTwice]),
        (
            1,
            (0, 22),
            vec![Kind::ChangeoverTooShort, Kind::RestTooShort],
        ),
        (1, (1, 25), vec![Kind::RestTooShort]),
        (2, (1, 19), vec![Kind::RefereeBusy]),
        (2, (1, 20), vec![]),
        (2, (1, 5), vec![Kind::RefereeBusy, Kind::TooEarly]),
        (2, (1, 81), vec![Kind::Closed]),
        (2, (1, 80), vec![]),
        (2, (0, 300), vec![Kind::CourtNotAllowed]),
        (3, (1, 29), vec![Kind::RestTooShort]),
        (3, (1, 19), vec![Kind::BeforeItIsDecided]),
    ];
    for (fixture, place, kinds) in wrong {
        let mut plan = far;
        plan[fixture] = place;
        let found = clashes(&problem, &slots(&plan));
        let told: Vec<Kind> = found.iter().map(|clash| clash.kind).collect();
        assert_eq!(told, kinds, "{fixture} at {place:?}");
        let blocking = [
            Kind::CourtTaken,
            Kind::PlaysTwice,
            Kind::BeforeItIsDecided,
            Kind::RefereeBusy,
        ];
        for clash in found {
            let blocks = clash.severity == Severity::Blocking;
            assert_eq!(blocks, blocking.contains(&clash.kind));
        }
    }
}

#[test]
fn nobody_is_in_the_final_and_in_the_match_for_third_place() {
    let mut fixtures = vec![
        fixture(&[1, 2]),
        fixture(&[3, 4]),
        fixture(&[1, 2, 3, 4]),
        fixture(&[1, 2, 3, 4]),
    ];
    fixtures[2].after = vec![0, 1];
    fixtures[3].after = vec![0, 1];
    assert_eq!(planned(&problem(fixtures.clone()), 0, 50).end, 80);
    fixtures[3].never_both = vec![2];
    assert_eq!(planned(&problem(fixtures), 0, 50).end, 50);
}

#[test]
fn a_match_may_go_wherever_it_clashes_with_nothing() {
    let fixtures = vec![fixture(&[1, 2]), fixture(&[1, 3]), fixture(&[4, 5])];
    let mut problem = problem(fixtures);
    problem.courts[0] = closed(100, 130);
    let plan = slots(&[(0, 50), (1, 0), (0, 200)]);
    let place = |court, from, to| Place { court, from, to };
    let last = i32::MAX - 20;
    let free = places(&problem, &plan, 1, 10);
    let wanted = [
        place(0, 10, 20),
        place(0, 80, 80),
        place(0, 130, 175),
        place(0, 225, 980),
        place(1, 10, 20),
        place(1, 80, last),
    ];
    assert_eq!(free, wanted);
    for place in free {
        for start in [place.from, place.to.min(2_000)] {
            let mut moved = plan.clone();
            let court = place.court;
            moved[1] = Some(Slot { court, start });
            assert_eq!(clashes(&problem, &moved), []);
        }
    }
}

#[test]
fn what_cannot_be_is_said_with_its_cause() {
    let mut fixtures = vec![
        fixture(&[1, 2]),
        fixture(&[3, 4]),
        fixture(&[5, 6]),
        fixture(&[]),
    ];
    fixtures[3].after = vec![2];
    let mut problem = problem(fixtures);
    let day = Window { from: 0, to: 20 };
    problem.courts = vec![Court { open: vec![day] }; 2];
    problem.fixtures[0].fixed = Some(Slot { court: 0, start: 0 });
    problem.fixtures[1].fixed = Some(Slot { court: 1, start: 0 });
    let told = |fixture, cause| Unplaced { fixture, cause };
    let proposal = planned(&problem, 0, 10);
    let waits = Cause::WaitsFor { fixture: 2 };
    assert_eq!(proposal.unplaced, [told(2, Cause::NoRoom), told(3, waits)]);
    problem.courts = vec![Court::always_open(); 2];
    problem.fixtures[3].fixed = Some(Slot {
        court: 0,
        start: 40,
    });
    let early = Cause::FixedTooEarly { fixture: 3 };
    assert_eq!(planned(&problem, 0, 10).unplaced, [told(2, early)]);
    problem.fixtures[3].fixed = Some(Slot {
        court: 0,
        start: 55,
    });
    assert_eq!(planned(&problem, 0, 10).unplaced, []);
}

#[test]
fn a_match_begins_with_the_fixed_one_that_it_is_to_begin_with() {
    let mut fixtures: Vec<Fixture> = (0..6).map(|one| fixture(&[2 * one, 2 * one + 1])).collect();
    for one in [0, 5] {
        fixtures[one].together = Some(7);
    }
    fixtures[0].fixed = Some(Slot {
        court: 0,
        start: 30,
    });
    let problem = problem(fixtures);
    let proposal = planned(&problem, 0, 0);
    let together = Slot {
        court: 1,
        start: 30,
    };
    assert_eq!(proposal.slots[5], Some(together));
    assert_eq!(clashes(&problem, &proposal.slots), []);
    let mut busy = problem.clone();
    busy.fixtures[1].fixed = Some(Slot {
        court: 1,
        start: 20,
    });
    let proposal = planned(&busy, 0, 0);
    let told = clashes(&busy, &proposal.slots);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].kind, told[0].severity),
        (Kind::NotTogether, Severity::Warning)
    );
}
