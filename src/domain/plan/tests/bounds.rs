//! The bound against the truth, of problems so small that all plans can be tried.

use proptest::prelude::*;

use super::planned;
use crate::domain::plan::{Court, Fixture, Minutes, Problem, Search, Window};

/// Tries every order and every court: the best plan is among them, as it has nothing that could begin earlier.
struct Trial<'a> {
    problem: &'a Problem,
    placed: Vec<(usize, usize, Minutes)>,
    best: Minutes,
}

impl Trial<'_> {
    fn earliest_end(problem: &Problem) -> Minutes {
        let mut trial = Trial {
            problem,
            placed: Vec::new(),
            best: Minutes::MAX,
        };
        trial.place_next(0);
        trial.best
    }

    fn place_next(&mut self, end: Minutes) {
        if end >= self.best {
            return;
        }
        if self.placed.len() == self.problem.fixtures.len() {
            self.best = end;
            return;
        }
        for fixture in 0..self.problem.fixtures.len() {
            let wanted = &self.problem.fixtures[fixture];
            let is_placed = |one: &usize| self.placed.iter().any(|(placed, ..)| placed == one);
            if is_placed(&fixture) || !wanted.after.iter().all(is_placed) {
                continue;
            }
            for &court in &wanted.courts {
                if let Some(start) = self.start(fixture, court) {
                    self.placed.push((fixture, court, start));
                    self.place_next(end.max(start + wanted.minutes));
                    self.placed.pop();
                }
            }
        }
    }

    /// The first minute after everything placed that it clashes with.
    fn start(&self, fixture: usize, court: usize) -> Option<Minutes> {
        let wanted = &self.problem.fixtures[fixture];
        let mut start = wanted.not_before;
        for &(other, at, begin) in &self.placed {
            let before = &self.problem.fixtures[other];
            let rest = before.rest.max(wanted.rest);
            let meets = before
                .players
                .iter()
                .any(|player| wanted.players.contains(player));
            let end = begin + before.minutes;
            if meets || wanted.after.contains(&other) {
                start = start.max(end + rest);
            }
            if at == court {
                start = start.max(end + self.problem.changeover);
            }
        }
        let mut windows = self.problem.courts[court].open.iter();
        windows.find_map(|window| {
            let begin = start.max(window.from);
            (begin <= window.to - wanted.minutes).then_some(begin)
        })
    }
}

fn fixture(courts: usize) -> impl Strategy<Value = Fixture> {
    let minutes = prop_oneof![Just(4), Just(6), 1..9];
    let players = prop::collection::vec(0..5_usize, 0..3);
    let after = prop::collection::vec(0..9_usize, 0..2);
    let courts = prop::sample::subsequence((0..courts).collect::<Vec<_>>(), 1..=courts);
    (minutes, players, after, courts, 0..6, 0..9).prop_map(
        |(minutes, players, after, courts, rest, not_before)| Fixture {
            minutes,
            players,
            after,
            courts,
            rest,
            not_before: not_before / 4 * 5,
            ..Fixture::default()
        },
    )
}

fn court() -> impl Strategy<Value = Court> {
    let always = Just(Court::always_open());
    let closed = (0..4, 9..15, 1..6).prop_map(|(from, to, closed)| Court {
        open: vec![
            Window { from, to },
            Window {
                from: to + closed,
                to: 1_000,
            },
        ],
    });
    prop_oneof![2 => always, 1 => closed]
}

fn problem() -> impl Strategy<Value = Problem> {
    (1..=3_usize, 1..=6_usize).prop_flat_map(|(courts, fixtures)| {
        let fixtures = prop::collection::vec(fixture(courts), fixtures);
        let courts = prop::collection::vec(court(), courts);
        (courts, fixtures, 0..4).prop_map(|(courts, mut fixtures, changeover)| {
            for (number, fixture) in fixtures.iter_mut().enumerate() {
                fixture.after.retain(|&before| before < number);
            }
            Problem {
                courts,
                fixtures,
                changeover,
            }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bound_is_above_the_best_plan_and_no_plan_ends_before_it(problem in problem()) {
        let best = Trial::earliest_end(&problem);
        let bound = Search::new(&problem).expect("a problem").bound().end;
        prop_assert!(bound <= best, "{} > {}", bound, best);
        let found = planned(&problem, 0, 200);
        prop_assert_eq!(&found.unplaced, &[]);
        prop_assert!(found.end >= best);
        // Few of these are too hard for so short a search.
        prop_assert!(found.end <= best + best / 3, "{} > {}", found.end, best);
    }
}
