//! The cost of a plan: the first proposal, what a second of search adds, and the rest of a day that runs late. And how much
//! later than a plan that knows all lengths a day ends whose desk calls the next match to each free court.
//!
//! `COURTSIDE_PROBLEMS` names a file with other problems for these days, as `courtside plan` reads them, in one list.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use courtside::domain::plan::{
    Court, Fixture, Minutes, Problem, Proposal, Search, Slot, calls, duties, expected, late, queue,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{Table, median};

use lots::Lots;
use played::PlayedDay;

#[expect(
    dead_code,
    unused_imports,
    reason = "a day shuffles nothing, and tests nothing"
)]
#[path = "../../src/domain/tournament/draw/lots.rs"]
mod lots;
#[path = "../../src/domain/plan/tests/played.rs"]
mod played;

const PROBLEMS: &str = include_str!("../vectors/plan.json");
const TURNS: usize = 11;
const LATE_MINUTES: Minutes = 20;
const STEPS: usize = 20_000;
const DAYS: usize = 800;
/// Steps of the plan that knows all lengths: about 200 ms.
const KNOWING_STEPS: usize = 6_000;

#[derive(Deserialize)]
struct Asked {
    rest: Minutes,
    changeover: Minutes,
    courts: Vec<Vec<usize>>,
    fixtures: Vec<(Minutes, usize, Vec<usize>, Vec<usize>)>,
    best_known: Minutes,
}

impl Asked {
    /// Reads a list of problems, alone or with its source beside it.
    fn all(text: &str) -> Vec<Asked> {
        let read: Value = serde_json::from_str(text).expect("JSON");
        let problems = read.get("problems").unwrap_or(&read);
        serde_json::from_value(problems.clone()).expect("problems")
    }

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
    let asked = Asked::all(PROBLEMS);
    let ratio = |steps: usize| {
        let ratios = asked.iter().map(|asked| {
            let end = planned(&asked.problem(), 0, steps).end;
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
    let first = ms(|| drop(black_box(planned(&problem, 0, 0))));
    table.at_most(
        &format!("first proposal of {matches} matches"),
        first,
        "ms",
        20.0,
    );
    let what = format!("a court {LATE_MINUTES} minutes late in a day of {matches}");
    table.at_most(&what, late_ms(&problem), "ms", 100.0);
    running(&table, &problem);
    without_times(&table, &asked);
}

/// The cost of what is asked all day long.
fn running(table: &Table, problem: &Problem) {
    let matches = problem.fixtures.len();
    let plan = planned(problem, 0, 1_000).slots;
    let next = || {
        let rest = queue(problem, 0).expect("a problem");
        drop(black_box(calls(problem, &rest, 0)));
    };
    table.at_most(
        &format!("next calls of {matches} matches"),
        ms(next),
        "ms",
        50.0,
    );
    let times = ms(|| drop(black_box(expected(problem, &plan, 0))));
    table.at_most(
        &format!("expected times of {matches} matches"),
        times,
        "ms",
        2.0,
    );
    let mut everybody: Vec<usize> = problem
        .fixtures
        .iter()
        .flat_map(|one| one.players.clone())
        .collect();
    everybody.sort_unstable();
    everybody.dedup();
    let candidates = vec![everybody; matches];
    let assigned = ms(|| drop(black_box(duties(problem, &plan, &candidates))));
    table.at_most(&format!("duties of {matches} matches"), assigned, "ms", 5.0);
}

/// Days whose desk calls the next match to each free court: how much later they end than if all lengths were known.
fn without_times(table: &Table, asked: &[Asked]) {
    let others = std::env::var("COURTSIDE_PROBLEMS").ok();
    let others = others.map(|file| std::fs::read_to_string(file).expect("a file"));
    let others = others.map(|text| Asked::all(&text));
    let asked = others.as_deref().unwrap_or(asked);
    let days_of_each = DAYS.div_ceil(asked.len());
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    let played = |thread: usize| -> Vec<f64> {
        let days = (0..asked.len() * days_of_each)
            .skip(thread)
            .step_by(threads);
        let later = days.map(|day| {
            let problem = asked[day % asked.len()].problem();
            PlayedDay::of(&problem, day as u64).later(KNOWING_STEPS)
        });
        later.collect()
    };
    let mut ratios: Vec<f64> = thread::scope(|scope| {
        let played = &played;
        let all = (0..threads).map(|thread| scope.spawn(move || played(thread)));
        let all: Vec<_> = all.collect();
        let ended = all.into_iter().map(|one| one.join().expect("days"));
        ended.flatten().collect()
    });
    ratios.sort_by(f64::total_cmp);
    let percent = |ratio: f64| (ratio - 1.0) * 100.0;
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let what = format!("next free court, {} days: later, in the mean", ratios.len());
    table.at_most(&what, percent(mean), "%", 4.0);
    for (what, place) in [
        ("median", 500),
        ("90 of 100 at most", 900),
        ("worst", 1_000),
    ] {
        let place = (ratios.len() * place / 1_000).min(ratios.len() - 1);
        table.note(
            &format!("next free court: later, {what}"),
            percent(ratios[place]),
            "%",
        );
    }
}

fn planned(problem: &Problem, seed: u64, steps: usize) -> Proposal {
    let mut steps = 0..steps;
    let search = Search::new(problem).expect("a problem");
    search.run(seed, || steps.next().is_some())
}

/// The slowest of all hours and courts.
fn late_ms(problem: &Problem) -> f64 {
    let plan = planned(problem, 0, 1_000);
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
