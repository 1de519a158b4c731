//! `courtside standings`: the table of a group, without a server.

use std::error::Error;

use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::lines::{Known, answer_stdin};
use crate::domain::Catalogue;
use crate::domain::tournament::PointsTable;
use crate::domain::tournament::standings::{self, Extra, Group, ResultOf};

/// One paragraph a line: the terminal decides where it ends.
const HELP: &str = "\
Example. Two teams after their match:
  {\"sport\":\"FOOTBALL\",\"teams\":[\"Lyon\",\"Metz\"],\"results\":[{\"a\":\"Lyon\",\"b\":\"Metz\",\"score\":[2,1]}]}
is answered by
  {\"order\":[\"Lyon\",\"Metz\"],\"rows\":[{\"team\":\"Lyon\",\"rank\":1,\"played\":1,\"wins\":1,\"draws\":0,\"losses\":0,\"points\":3,\
\"scored\":2,\"conceded\":1,\"difference\":1,\"why\":[{\"word\":\"points\",\"scope\":\"all\",\"among\":[\"Lyon\",\"Metz\"],\"values\":[\"3\",\"0\"]}]},\
{\"team\":\"Metz\",\"rank\":2,\"played\":1,\"wins\":0,\"draws\":0,\"losses\":1,\"points\":0,\"scored\":1,\"conceded\":2,\"difference\":-1,\
\"why\":[{\"word\":\"points\",\"scope\":\"all\",\"among\":[\"Lyon\",\"Metz\"],\"values\":[\"3\",\"0\"]}]}]}

Names in an inner list of \"order\" are level and share a rank. They stand in alphabetical order, whatever the order of the input. \
Their rows say under \"tried\" which words found them equal. \"why\" has the comparisons that separated a team from others.

A result is of \"a\" and \"b\", where null is a bye of a. It has \"score\" (goals or points; sets won where \"sets\" are given), \"sets\" ([[21,19],…]), \
\"extra\":true, \"shootout\" or \"walkover\" (\"a\" or \"b\", who won it), \"bonus\" and \"tries\" ([x,y]).

\"policy\" is whole and stands in place of the sport's own: {\"win\":3,\"draw\":1,\"order\":[\"points\",\"tied.points\",\"difference\",\"lots\"],\"again\":\"after_block\"}. \
Its words are those of [standings] in a sport's file.

\"extra\" has what no match says, each by team: \"fair_play\", \"rank\", \"seed\", \"lots\", and \"deducted\", points that were taken away. \
\"withdrawn\":[\"Metz\"] in it says who has withdrawn. Without it, a policy whose \"withdrawn\" is \"delete\" or \"walkovers\" takes whoever lost by walkover.

\"live\":true makes the table of a group that is being played: by \"live_order\", its rows provisional.";

/// Reads one group a line, and answers each with a line.
/// The names of a line beside those of a policy.
const NAMES: [&str; 18] = [
    "sport",
    "policy",
    "teams",
    "results",
    "extra",
    "live",
    "a",
    "b",
    "score",
    "sets",
    "shootout",
    "tries",
    "fair_play",
    "rank",
    "seed",
    "lots",
    "deducted",
    "withdrawn",
];

#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct Standings {}

/// A group as a line tells it.
#[derive(Debug, Deserialize)]
struct Asked {
    sport: String,
    policy: Option<Map<String, Value>>,
    teams: Vec<String>,
    results: Vec<ResultOf<String>>,
    extra: Option<Extra<String>>,
    live: Option<bool>,
}

impl Standings {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let known = Known {
            names: [&NAMES[..], &PointsTable::KEYS[..]].concat(),
            nested: &["policy", "results", "extra"],
        };
        answer_stdin(&known, answer)
    }
}

fn answer(asked: Asked) -> Result<standings::Standings<String>, Box<dyn Error>> {
    let sport = Catalogue::built_in().find(&asked.sport)?;
    let policy = match asked.policy {
        Some(told) => policy(told)?,
        None => sport.points_table.clone(),
    };
    let group = Group {
        teams: asked.teams,
        results: asked.results,
        best_of: sport.rules.best_of(),
        extra: asked.extra.unwrap_or_default(),
        decisions: Vec::new(),
        play_offs: Vec::new(),
        live: asked.live.unwrap_or(false),
    };
    Ok(standings::standings(&group, &policy)?)
}

/// Reads a policy. A field that it does not have is ignored, as in the rest of the line.
fn policy(mut told: Map<String, Value>) -> Result<PointsTable, String> {
    told.retain(|key, value| PointsTable::KEYS.contains(&key.as_str()) && !value.is_null());
    let read = serde_path_to_error::deserialize(Value::Object(told));
    read.map_err(|error| format!("“policy.{}”: {}", error.path(), error.inner()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RECORDS: &str = include_str!("../../tests/vectors/standings.json");

    fn records(kind: &str) -> Vec<Value> {
        let records: Vec<Value> = serde_json::from_str(RECORDS).expect("JSON");
        let records = records.into_iter();
        records.filter(|record| record["kind"] == kind).collect()
    }

    fn answered(line: Value) -> Value {
        let asked = serde_json::from_value(line).expect("a line");
        let answer = answer(asked).expect("an answer");
        serde_json::to_value(answer).expect("JSON")
    }

    fn refused(line: Value) -> String {
        match serde_json::from_value(line) {
            Ok(asked) => answer(asked).expect_err("an error").to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// The line of a group whose results are `[a, b, x, y]`.
    fn line_of(policy: &Value, results: &Value) -> Value {
        let results = results.as_array().expect("results");
        let mut teams: Vec<&Value> = results
            .iter()
            .flat_map(|result| [&result[0], &result[1]])
            .collect();
        teams.sort_by_key(|team| team.as_str());
        teams.dedup();
        let result = |result: &Value| json!({ "a": result[0], "b": result[1], "score": [result[2], result[3]] });
        let results: Vec<Value> = results.iter().map(result).collect();
        json!({ "sport": "FOOTBALL", "policy": policy, "teams": teams, "results": results })
    }

    #[test]
    fn the_example_of_the_help_is_true() {
        let mut lines = HELP.lines();
        let json = |line: &str| serde_json::from_str::<Value>(line).expect("JSON");
        let example: Vec<Value> = lines
            .by_ref()
            .take(4)
            .filter(|line| line.starts_with(' '))
            .map(json)
            .collect();
        assert_eq!(answered(example[0].clone()), example[1]);
    }

    #[test]
    fn the_tables_of_rulebooks_and_championships_come_out_as_printed() {
        let records = records("results");
        assert_eq!(records.len(), 26);
        for record in records {
            let expected = record["expected"].clone();
            let id = record["id"].clone();
            assert_eq!(answered(record)["order"], expected, "{id}");
        }
    }

    #[test]
    fn forty_groups_of_the_champions_league_have_the_first_two_that_went_on() {
        for record in records("many") {
            for group in record["groups"].as_array().expect("groups") {
                let order =
                    answered(line_of(&record["policy"], &group["results"]))["order"].clone();
                let first_two = json!([group["first"], group["second"]]);
                assert_eq!(json!([order[0], order[1]]), first_two, "{group}");
            }
        }
    }

    #[test]
    fn whole_tables_of_a_world_cup_come_out_as_printed() {
        let order = [
            "points",
            "difference",
            "scored",
            "tied.points",
            "tied.difference",
            "tied.scored",
            "fair_play",
        ];
        let policy = json!({ "win": 3, "draw": 1, "loss": 0, "order": order, "again": "never" });
        for record in records("tables") {
            for group in record["groups"].as_array().expect("groups") {
                let answer = answered(line_of(&policy, &group["results"]));
                let names = [
                    "team", "played", "wins", "draws", "losses", "scored", "conceded", "points",
                ];
                let printed = ["team", "played", "won", "drawn", "lost", "gf", "ga", "pts"];
                for (row, expected) in answer["rows"]
                    .as_array()
                    .expect("rows")
                    .iter()
                    .zip(group["table"].as_array().expect("table"))
                {
                    for (name, printed) in names.iter().zip(printed) {
                        assert_eq!(row[*name], expected[printed], "{name} in {group}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_wrong_group_is_refused_with_what_is_wrong() {
        let lyon_metz = |score: Value| {
            let results = json!([{ "a": "Lyon", "b": "Metz", "score": score }]);
            json!({ "sport": "FOOTBALL", "teams": ["Lyon", "Metz"], "results": results })
        };
        let with = |field: &str, value: Value| {
            let mut line = lyon_metz(json!([1, 0]));
            line[field] = value;
            line
        };
        let cases = [
            (with("sport", json!("QUIDDITCH")), "there is no sport"),
            (
                with("teams", json!(["Lyon"])),
                "“Metz” is not among the teams",
            ),
            (
                with("teams", json!(["Lyon", "Metz", "Lyon"])),
                "“Lyon” is twice",
            ),
            (lyon_metz(json!([1, -1])), "-1"),
            (lyon_metz(json!([1, 0.5])), "0.5"),
            (lyon_metz(json!([1])), "expected an array of length 2"),
            (lyon_metz(Value::Null), "has no score"),
            (
                with("policy", json!({ "order": ["points", "luck"] })),
                "“policy.order[1]”: “luck” is no criterion",
            ),
            (with("policy", json!({ "again": "often" })), "often"),
            (with("extra", json!({ "lots": { "Nancy": 1 } })), "Nancy"),
        ];
        for (line, reason) in cases {
            let refused = refused(line.clone());
            assert!(refused.contains(reason), "{line}: {refused}");
        }
    }

    #[test]
    fn what_is_not_known_is_ignored_and_a_sport_is_found_in_any_case() {
        let answer = answered(json!({
            "sport": "football", "teams": ["Metz", "Lyon"], "colour": "red", "extra": { "mood": 1 },
            "policy": { "win": 3, "draw": null, "luck": 7, "order": ["points"] },
            "results": [{ "a": "Lyon", "b": "Metz", "score": [0, 0], "referee": "Sam", "extra": false }],
        }));
        assert_eq!(answer["order"], json!([["Lyon", "Metz"]]));
        assert_eq!(answer["rows"][1]["rank"], 1);
        assert_eq!(
            answer["rows"][1]["points"], 0,
            "a draw that is not said brings none"
        );
        assert_eq!(answer["rows"][1]["tried"], json!(["points"]));
    }
}
