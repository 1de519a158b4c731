//! `courtside swiss`: the next round of a Swiss tournament and its tie-breaks, without a server.

use std::error::Error;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::lines::{Known, answer_stdin};
use crate::domain::tournament::swiss::{
    History, HistoryError, Meeting, NextRound, Pair, TieBreaks, pair,
};

/// One paragraph a line: the terminal decides where it ends.
const HELP: &str = "\
Example. Five players after two rounds, with a bye in each:
  {\"n\":5,\"history\":[[[1,3,1],[2,4,0.5],[5,null,1]],[[1,5,0],[3,2,1],[4,null,1]]]}
is answered by
  {\"pairs\":[[4,5],[2,1],[3,null]],\"cost\":0.75,\"buchholz\":[3.0,2.5,1.5,1.5,2.0],\"buchholz_cut1\":[2.0,1.5,1.0,1.0,1.0],\
\"fine_buchholz\":null,\"sonneborn_berger\":[1.0,0.75,0.5,1.25,2.0]}

Players are numbered from 1. A round is a list of [a,b,result]: the result of a is 1, 0.5 or 0, and a bye is [a,null,1]. \
Who missed a round is left out of it: such a round adds nothing to any tie-break. Whoever is not to be paired any more cannot be told: pair by hand, or number the others anew. There may be up to 256 players and 256 rounds.

The pairs have the least cost: the sum of the squared differences in score. Nobody meets twice, and nobody has a second bye. \
\"stuck_next\":true says that no further round can be paired after these pairs. \"stuck\":true stands in their place where there are none.

The tie-breaks are lists, player 1 first. A bye counts in them as a win against a dummy with as many points, but with half of the rounds at most. \
\"fine_buchholz\" is null as soon as somebody had a bye.";

/// Reads one tournament a line, and answers each with a line.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct Swiss {}

impl Swiss {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let known = Known {
            names: vec!["n", "history"],
            nested: &[],
        };
        answer_stdin(&known, answer)
    }
}

/// A tournament so far.
#[derive(Debug, Deserialize)]
struct Asked {
    n: u32,
    history: Vec<Vec<Meeting>>,
}

#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    next: Next,
    buchholz: Vec<f64>,
    buchholz_cut1: Vec<f64>,
    fine_buchholz: Option<Vec<f64>>,
    sonneborn_berger: Vec<f64>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Next {
    Paired {
        pairs: Vec<(u32, Option<u32>)>,
        /// In points squared.
        cost: f64,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        stuck_next: bool,
    },
    Stuck {
        stuck: bool,
    },
}

fn answer(asked: Asked) -> Result<Answer, HistoryError> {
    let history = History::new(asked.n, &asked.history)?;
    let next = match pair(&history, &[]) {
        NextRound::Paired(pairing) => Next::Paired {
            pairs: pairing.pairs.iter().map(|&Pair { a, b }| (a, b)).collect(),
            cost: pairing.cost as f64 / 4.0,
            stuck_next: pairing.stuck_next,
        },
        NextRound::Stuck => Next::Stuck { stuck: true },
    };
    let tie_breaks = history.tie_breaks();
    let points = |value: fn(&TieBreaks) -> i64, parts: f64| {
        let values = tie_breaks.iter().map(value);
        values.map(|value| value as f64 / parts).collect()
    };
    let fine = tie_breaks.iter().map(|own| own.fine_buchholz);
    let fine: Option<Vec<i64>> = fine.collect();
    Ok(Answer {
        next,
        buchholz: points(|own| own.buchholz, 2.0),
        buchholz_cut1: points(|own| own.buchholz_cut1, 2.0),
        fine_buchholz: fine.map(|all| all.iter().map(|&value| value as f64 / 2.0).collect()),
        sonneborn_berger: points(|own| own.sonneborn_berger, 4.0),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const VECTORS: &str = include_str!("../../tests/vectors/swiss.json");

    fn answered(asked: Value) -> Result<Value, String> {
        let asked = serde_json::from_value(asked).map_err(|error| error.to_string())?;
        let answer = answer(asked).map_err(|error| error.to_string())?;
        Ok(serde_json::to_value(answer).expect("JSON"))
    }

    fn points(list: &Value) -> Option<Vec<f64>> {
        serde_json::from_value(list.clone()).expect("a list of numbers or null")
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
    fn an_answer_is_written_as_the_contract_says() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        for tournament in vectors["tournaments"].as_array().expect("a list") {
            let answer = answered(tournament.clone()).expect("an answer");
            for word in [
                "buchholz",
                "buchholz_cut1",
                "fine_buchholz",
                "sonneborn_berger",
            ] {
                assert_eq!(points(&answer[word]), points(&tournament[word]), "{word}");
            }
        }
        let stuck = answered(vectors["stuck"].clone()).expect("an answer");
        assert_eq!(stuck["stuck"], json!(true));
        assert_eq!(stuck["buchholz"], json!([0.0, 0.0, 0.0, 9.0, 9.0, 9.0]));
        assert_eq!(stuck.get("pairs"), None);
        let last = answered(json!({"n": 2, "history": []})).expect("an answer");
        assert_eq!(last["pairs"], json!([[1, 2]]));
        assert_eq!(last["stuck_next"], json!(true));
        let first = answered(json!({"n": 4, "history": [], "name": "ignored"}));
        assert_eq!(first.expect("an answer").get("stuck_next"), None);
    }

    /// JSON that may be a history, or nearly.
    fn nearly() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            Just(json!(0.5)),
            Just(json!("1")),
            (-1..9_i64).prop_map(|number| json!(number)),
            any::<f64>().prop_map(|number| json!(number)),
            any::<u64>().prop_map(|number| json!(number)),
        ];
        let meeting = (1..9_u32, prop::option::of(1..9_u32), 0..=1_u32);
        let meeting = prop_oneof![
            8 => meeting.prop_map(|(a, b, result)| json!([a, b, result])),
            1 => prop::collection::vec(leaf.clone(), 0..4).prop_map(Value::from),
            1 => leaf,
        ];
        let round = prop::collection::vec(meeting, 0..4).prop_map(Value::from);
        prop::collection::vec(round, 0..5).prop_map(Value::from)
    }

    proptest! {
        #[test]
        fn any_line_is_answered_or_refused(n in 0..12_u32, history in nearly()) {
            let answered = answered(json!({"n": n, "history": history}));
            if let Ok(answer) = answered {
                let players = answer["buchholz"].as_array().map(Vec::len);
                prop_assert_eq!(players, Some(n as usize));
                prop_assert_ne!(answer.get("pairs").is_some(), answer.get("stuck").is_some());
            }
        }
    }
}
