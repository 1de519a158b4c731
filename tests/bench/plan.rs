//! The cost of a plan: the first proposal, what a second of search adds, and the rest of a day that runs late.

use std::hint::black_box;
use std::time::Instant;

use courtside::domain::plan::{Court, Fixture, Minutes, Problem, Proposal, Search, late};
use serde::Deserialize;
use serde_json::Value;

use crate::{Table, median};

const PROBLEMS: &str = include_str!("../vectors/plan.json");
const TURNS: usize = 11;
const LATE_MINUTES: Minutes = 20;
const STEPS: usize = 20_000;

#[derive(Deserialize)]
struct Asked {
    rest: Minutes,
    changeover: Minutes,
    courts: Vec<Vec<usize>>,
    fixtures: Vec<(Minutes, usize, Vec<usize>, Vec<usize>)>,
    best_known: Minutes,
}

impl Asked {
    fn problem(&self) -> Problem {
        let fixture = |asked: &(Minutes, usize, Vec<usize>, Vec<usize>)| Fixture {
            minutes: asked.0,
            courts: (0..self.courts.len())
                .filter(|&court| self.courts[court].contains(&asked.1))
                .collect(),
            players: asked.2.clone(),
            after: asked.3.clone(),
            rest: self.rest,
            ..Fixture::default()
        };
        Problem {
            courts: vec![Court::always_open(); self.courts.len()],
            fixtures: self.fixtures.iter().map(fixture).collect(),
            changeover: self.changeover,
        }
    }
}

pub fn run() {
    let table = Table("plan");
    let problems: Value = serde_json::from_str(PROBLEMS).expect("JSON");
    let asked: Vec<Asked> = serde_json::from_value(problems["problems"].clone()).expect("problems");
    let ratio = |steps: usize| {
        let ratios = asked.iter().map(|asked| {
            let end = planned(&asked.problem(), steps).end;
            f64::from(end) / f64::from(asked.best_known)
        });
        ratios.sum::<f64>() / asked.len() as f64
    };
    table.at_most(
        "end of the first proposal, to best known",
        ratio(0),
        "x",
        1.02,
    );
    let searched = format!("end after {STEPS} steps of one search, to best known");
    table.at_most(&searched, ratio(STEPS), "x", 1.001);
    let Some(largest) = asked.iter().max_by_key(|asked| asked.fixtures.len()) else {
        return;
    };
    let problem = largest.problem();
    let matches = problem.fixtures.len();
    let first = ms(|| drop(black_box(planned(&problem, 0))));
    table.at_most(
        &format!("first proposal of {matches} matches"),
        first,
        "ms",
        20.0,
    );
    let what = format!("a court {LATE_MINUTES} minutes late in a day of {matches}");
    table.at_most(&what, late_ms(&problem), "ms", 100.0);
}

fn planned(problem: &Problem, steps: usize) -> Proposal {
    let mut steps = 0..steps;
    let search = Search::new(problem).expect("a problem");
    search.run(0, || steps.next().is_some())
}

/// The slowest of all hours and courts.
fn late_ms(problem: &Problem) -> f64 {
    let plan = planned(problem, 1_000);
    let mut slowest: f64 = 0.0;
    for court in 0..problem.courts.len() {
        for now in (10..plan.end).step_by(60) {
            let mut day = problem.clone();
            for (fixture, slot) in day.fixtures.iter_mut().zip(&plan.slots) {
                if let Some(slot) = slot.filter(|slot| slot.start <= now) {
                    let runs = slot.court == court && slot.start + fixture.minutes > now;
                    fixture.fixed = Some(slot);
                    fixture.minutes += if runs { LATE_MINUTES } else { 0 };
                }
            }
            slowest = slowest.max(ms(|| drop(black_box(late(&day, &plan.slots, now)))));
        }
    }
    slowest
}

fn ms(work: impl Fn()) -> f64 {
    let turns = (0..TURNS).map(|_| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64() * 1e3
    });
    median(turns.collect())
}
