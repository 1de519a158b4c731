//! `courtside plan`: courts and times for fixtures, without a server.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::lines::{Known, answer_stdin};
use crate::clock;
use crate::domain::plan::{Court, Fixture, Minutes, Problem, ProblemError, Proposal, Search, Slot};
use crate::threads;

/// One paragraph a line: the terminal decides where it ends.
const HELP: &str = "\
Example. Three teams who all meet, then a match of kind 1 that waits for all of them, on two courts; the second takes kind 0 alone:
  {\"name\":\"small\",\"rest\":10,\"changeover\":5,\"courts\":[[0,1],[0]],\"fixtures\":[[20,0,[1,2],[]],[20,0,[2,3],[]],[20,0,[1,3],[]],[30,1,[],[0,1,2]]]}
is answered by
  {\"name\":\"small\",\"plan\":[[1,0],[1,30],[1,60],[0,90]],\"bound\":120,\"end\":120}

A court is a list of the kinds of match that it takes. A fixture is [minutes, kind, teams, predecessors]: no team is in two at one time, and it rests between them; \
a fixture begins when its predecessors, numbered from 0, have ended and \"rest\" minutes have passed. Between two matches on a court there are \"changeover\" minutes. \
Where it is not known who plays, such as in a final, the teams are left out and the predecessors are those that decide it.

The plan has a pair for each fixture, in their order: the court, numbered from 0, and the minute when it begins. \
\"end\" is when the last match ends. No plan can end before \"bound\": where both are the same, the plan is the best there is, and the search ends at once. \
Otherwise it lasts as long as --seconds says, for each line, on up to four processors.";

/// A search on more processors finds little more.
const THREADS_MAX: usize = 4;

/// Reads one problem a line, and answers each with a line.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct Plan {
    /// Seconds to search for each line, if the best plan is not found before
    #[arg(long, value_name = "S", default_value = "1", value_parser = seconds)]
    seconds: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    const MAX: f64 = 3_600.0;
    match text.parse() {
        Ok(seconds) if (0.0..=MAX).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("seconds are a number from 0 to 3600".to_owned()),
    }
}

impl Plan {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let known = Known {
            names: vec![
                "name",
                "rest",
                "changeover",
                "courts",
                "fixtures",
                // Stands in collections of problems, and is not read.
                "plan",
                "best_known",
                "bound",
                "bound_by",
                "greedy",
                "proven",
            ],
            nested: &[],
        };
        answer_stdin(&known, |asked| answer(asked, self.seconds))
    }
}

/// A problem as it is asked.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    name: String,
    rest: Minutes,
    changeover: Minutes,
    courts: Vec<Vec<usize>>,
    fixtures: Vec<(Minutes, usize, Vec<usize>, Vec<usize>)>,
}

#[derive(Debug, Serialize)]
struct Answer {
    name: String,
    plan: Vec<(usize, Minutes)>,
    bound: Minutes,
    end: Minutes,
}

impl Asked {
    fn problem(&self) -> Problem {
        let taking = |kind: usize| {
            let courts = self.courts.iter().enumerate();
            let taking = courts.filter(move |(_, kinds)| kinds.contains(&kind));
            taking.map(|(court, _)| court).collect()
        };
        let fixtures = self.fixtures.iter();
        let fixtures = fixtures.map(|(minutes, kind, teams, predecessors)| Fixture {
            minutes: *minutes,
            courts: taking(*kind),
            players: teams.clone(),
            after: predecessors.clone(),
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

fn answer(asked: Asked, time: Duration) -> Result<Answer, ProblemError> {
    let begun = clock::monotonic();
    let problem = asked.problem();
    let search = Search::new(&problem)?;
    let processors = available_parallelism().map_or(1, |count| count.get());
    let found = AtomicBool::new(false);
    let proposals = threads::at_once(processors.min(THREADS_MAX), |number| {
        let proposal = search.run(number as u64, || {
            !found.load(Ordering::Relaxed) && begun.elapsed() < time
        });
        if proposal.end <= search.bound().end && proposal.unplaced.is_empty() {
            found.store(true, Ordering::Relaxed);
        }
        proposal
    });
    let best = proposals.into_iter().min_by_key(Proposal::worth);
    let best = best.unwrap_or_default();
    Ok(Answer {
        name: asked.name,
        plan: placed(&best.slots),
        bound: search.bound().end,
        end: best.end,
    })
}

/// Every fixture has a place: courts are open without an end.
fn placed(slots: &[Option<Slot>]) -> Vec<(usize, Minutes)> {
    let placed = slots.iter().flatten();
    placed.map(|slot| (slot.court, slot.start)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const VECTORS: &str = include_str!("../../tests/vectors/plan.json");

    fn answered(asked: Value) -> Result<Value, String> {
        let asked = serde_json::from_value(asked).map_err(|error| error.to_string())?;
        let answer = answer(asked, Duration::ZERO).map_err(|error| error.to_string())?;
        Ok(serde_json::to_value(answer).expect("JSON"))
    }

    #[test]
    fn the_example_of_the_help_is_true() {
        let lines: Vec<Value> = HELP
            .lines()
            .filter(|line| line.starts_with("  {"))
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let [asked, answer] = lines.try_into().expect("two lines");
        assert_eq!(answered(asked), Ok(answer));
    }

    #[test]
    fn an_answer_is_written_as_the_contract_says_and_the_stored_plan_is_not_read() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        for problem in vectors["problems"].as_array().expect("a list") {
            let answer = answered(problem.clone()).expect("an answer");
            let mut told = problem.clone();
            for word in ["plan", "best_known", "bound", "greedy", "proven"] {
                told[word] = json!("not read");
            }
            let names: Vec<&String> = answer.as_object().expect("an object").keys().collect();
            assert_eq!(names, ["bound", "end", "name", "plan"]);
            assert_eq!(answered(told).as_ref(), Ok(&answer));
            assert_eq!(answer["name"], problem["name"]);
            let fixtures = problem["fixtures"].as_array().expect("a list");
            let plan = answer["plan"].as_array().expect("a list");
            assert_eq!(plan.len(), fixtures.len());
            let ends = plan.iter().zip(fixtures);
            let ends = ends.map(|(pair, fixture)| pair[1].as_i64().zip(fixture[0].as_i64()));
            let ends = ends.map(|both| both.map(|(start, minutes)| start + minutes));
            assert_eq!(ends.max().flatten(), answer["end"].as_i64());
            assert!(answer["bound"].as_i64() <= problem["best_known"].as_i64());
        }
    }

    #[test]
    fn a_problem_without_a_plan_is_refused_with_its_cause() {
        let asked = |courts: Value, fixtures: Value| {
            answered(json!({"rest": 0, "changeover": 0, "courts": courts, "fixtures": fixtures}))
        };
        assert!(asked(json!([]), json!([])).is_ok());
        let why = asked(json!([[1]]), json!([[20, 0, [], []]]));
        assert_eq!(why, Err("no court takes fixture 0".to_owned()));
        let why = asked(json!([[0]]), json!([[20, 0, [], [1]], [20, 0, [], [0]]]));
        assert_eq!(why, Err("fixture 0 waits for itself".to_owned()));
    }

    #[test]
    fn seconds_are_a_number_that_somebody_would_wait() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["-1", "nan", "inf", "3601", "soon", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_answered_or_refused(
            rest in -1..90_000_i64,
            courts in prop::collection::vec(prop::collection::vec(0..3_usize, 0..3), 0..4),
            fixtures in prop::collection::vec(
                (-1..60_000_i64, 0..3_usize, prop::collection::vec(0..5_usize, 0..4), prop::collection::vec(0..9_usize, 0..2)),
                0..9,
            ),
        ) {
            let count = fixtures.len();
            let answered = answered(json!({"rest": rest, "changeover": 7, "courts": courts, "fixtures": fixtures}));
            if let Ok(answer) = answered {
                prop_assert_eq!(answer["plan"].as_array().map(Vec::len), Some(count));
                prop_assert!(answer["bound"].as_i64() <= answer["end"].as_i64());
            }
        }
    }
}
