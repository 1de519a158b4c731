//! The promises of a table, by example.

mod across_groups;
mod policy;
mod ranking;
mod results;

use serde_json::{Value as Json, json};

use super::*;

fn policy(told: Json) -> PointsTable {
    serde_json::from_value(told).expect("a policy")
}

/// A group of a sport without sets from results as a line tells them.
fn group(teams: &[&str], results: Json) -> Group<String> {
    Group {
        teams: teams.iter().map(ToString::to_string).collect(),
        results: serde_json::from_value(results).expect("results"),
        best_of: None,
        extra: Extra::default(),
        decisions: Vec::new(),
        play_offs: Vec::new(),
        live: false,
    }
}

/// A group from scores such as `A 2 B 1`, separated by commas.
fn scores(teams: &[&str], told: &str) -> Group<String> {
    let score = |text: &str| {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let number = |part: usize| parts[part].parse::<u32>().expect("a number");
        json!({ "a": parts[0], "b": parts[2], "score": [number(1), number(3)] })
    };
    group(teams, told.split(',').map(score).collect())
}

fn table(group: &Group<String>, policy: &PointsTable) -> Standings<String> {
    standings(group, policy).expect("a table")
}

fn order(group: &Group<String>, told: Json) -> Json {
    serde_json::to_value(table(group, &policy(told)).order).expect("JSON")
}

fn row<'a>(table: &'a Standings<String>, team: &str) -> &'a Row<String> {
    let found = table.rows.iter().find(|row| row.team == team);
    found.expect("a row")
}

fn points(group: &Group<String>, told: Json) -> Vec<i64> {
    let table = table(group, &policy(told));
    let points = |team: &String| row(&table, team).points;
    group.teams.iter().map(points).collect()
}
