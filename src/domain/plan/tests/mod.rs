//! Problems and checks for the tests.

mod bounds;
mod days;
mod duties;
mod lateness;
mod order;
mod played;
mod queueing;
mod simulated;
mod vectors;
mod wishes;

use serde::Deserialize;
use serde_json::Value;

use super::{Court, Fixture, Minutes, Problem, Proposal, Search, Slot, calls, queue};
use crate::domain::tournament::draw::lots::Lots;

/// A dozen problems with the best end that is known of each; the file says where they come from.
const VECTORS: &str = include_str!("../../../../tests/vectors/plan.json");

#[derive(Debug, Deserialize)]
struct Vector {
    name: String,
    rest: Minutes,
    changeover: Minutes,
    courts: Vec<Vec<usize>>,
    fixtures: Vec<(Minutes, usize, Vec<usize>, Vec<usize>)>,
    bound: Minutes,
    best_known: Minutes,
}

impl Vector {
    fn all() -> Vec<Vector> {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        serde_json::from_value(vectors["problems"].clone()).expect("problems")
    }

    fn named(name: &str) -> Problem {
        let all = Vector::all();
        let found = all.iter().find(|vector| vector.name == name);
        found.expect("a problem of that name").problem()
    }

    fn problem(&self) -> Problem {
        let taking = |kind: usize| {
            let courts = 0..self.courts.len();
            courts.filter(move |&court| self.courts[court].contains(&kind))
        };
        let fixtures = self.fixtures.iter();
        let fixtures = fixtures.map(|(minutes, kind, teams, after)| Fixture {
            minutes: *minutes,
            courts: taking(*kind).collect(),
            players: teams.clone(),
            after: after.clone(),
            rest: self.rest,
            ..Fixture::default()
        });
        Problem {
            courts: vec![Court::always_open(); self.courts.len()],
            fixtures: fixtures.collect(),
            changeover: self.changeover,
        }
    }
}

fn planned(problem: &Problem, seed: u64, steps: usize) -> Proposal {
    let mut steps = 0..steps;
    let search = Search::new(problem).expect("a problem");
    search.run(seed, || steps.next().is_some())
}

fn slots(places: &[(usize, Minutes)]) -> Vec<Option<Slot>> {
    let places = places.iter();
    places
        .map(|&(court, start)| Some(Slot { court, start }))
        .collect()
}
