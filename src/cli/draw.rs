//! The command `courtside draw`.

use std::error::Error;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lines::{Known, answer_stdin};
use crate::domain::tournament::Fixture;
use crate::domain::tournament::draw::{
    self, Bands, DrawError, Field, FormatError, SeedLines, Violation,
};
use crate::domain::tournament::format::{Format, Kind};

/// One paragraph a line: the terminal decides where it ends.
const HELP: &str = include_str!("draw/help.txt");

/// Reads one tournament a line, and answers each with its fixtures in a line, in an order that can be played.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct Draw {}

/// All settings, of whatever kind.
const NAMES: [&str; 28] = [
    "kind",
    "entrants",
    "lots",
    "seeds",
    "bands",
    "clubs",
    "keep_apart",
    "seed_lines",
    "lines",
    "legs",
    "groups",
    "third_place",
    "reset",
    "rounds",
    "places",
    "matches",
    "mode",
    "to",
    "stages",
    "key",
    "from",
    "stage",
    "ranks",
    "best",
    "rank",
    "count",
    "compare",
    "rules",
];

/// The field that a line asks a draw for.
#[derive(Debug, Deserialize)]
struct Asked {
    entrants: u16,
    lots: Option<u64>,
    seeds: Option<u16>,
    #[serde(default)]
    bands: Bands,
    #[serde(default)]
    clubs: Vec<Option<String>>,
    #[serde(default)]
    seed_lines: SeedLines,
    lines: Option<Vec<Option<u16>>>,
}

#[derive(Debug, Serialize)]
struct Answer {
    fixtures: Vec<Drawn>,
    /// Rules that a draw by hand does not keep.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<Violation>,
}

#[derive(Debug, Serialize)]
struct Drawn {
    #[serde(flatten)]
    fixture: Fixture,
    /// The stage of a whole format.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
}

#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error(
        "“entrants” is how many there are, a number such as 8: they are named by their ranks, 1 to 8"
    )]
    Entrants,
    #[error("“kind” is missing, such as \"knockout\"; or “stages” for a whole format")]
    NoKind,
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl Draw {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let known = Known {
            names: NAMES.to_vec(),
            nested: &["stages", "from", "best"],
        };
        answer_stdin(&known, answer)
    }
}

fn answer(line: Value) -> Result<Answer, Wrong> {
    let line = without_null(line);
    if !line["entrants"].is_u64() {
        return Err(Wrong::Entrants);
    }
    if line.get("stages").is_none() && line.get("kind").is_none() {
        return Err(Wrong::NoKind);
    }
    let asked = Asked::deserialize(&line)?;
    let field = Field {
        entrants: asked.entrants,
        lots: asked.lots,
        seeds: asked.seeds,
        bands: asked.bands,
        clubs: asked.clubs,
        seed_lines: asked.seed_lines,
        by_hand: asked.lines,
    };
    if line.get("stages").is_some() {
        return whole(&Format::deserialize(&line)?, &field);
    }
    let kind = Kind::deserialize(&line)?;
    let drawn = |fixture| Drawn {
        fixture,
        stage: None,
    };
    Ok(Answer {
        fixtures: draw::fixtures(&kind, &field)?
            .into_iter()
            .map(drawn)
            .collect(),
        violations: draw::judge(&kind, &field),
    })
}

/// Leaves out what is `null`, except in lists, where it is an entrant without a club or a line without an entrant.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_null(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_null).collect(),
        value => value,
    }
}

fn whole(format: &Format, field: &Field) -> Result<Answer, Wrong> {
    let (mut fixtures, mut violations) = (Vec::new(), Vec::new());
    for stage in draw::format(format, field)? {
        violations.extend(stage.violations);
        fixtures.extend(stage.fixtures.into_iter().map(|fixture| Drawn {
            fixture,
            stage: Some(stage.key.clone()),
        }));
    }
    Ok(Answer {
        fixtures,
        violations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the help that are JSON: a question and its answer in turn.
    fn examples() -> Vec<(&'static str, &'static str)> {
        let lines = HELP.lines().filter_map(|line| line.strip_prefix("  "));
        let lines: Vec<_> = lines.filter(|line| line.starts_with('{')).collect();
        lines.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    }

    #[test]
    fn each_example_of_the_help_is_answered_as_printed() {
        for (asked, printed) in examples() {
            let line = serde_json::from_str(asked).expect("JSON");
            let answer = answer(line).expect(asked);
            let answer = serde_json::to_string(&answer).expect("JSON");
            assert_eq!(answer, printed, "{asked}");
        }
    }

    #[test]
    fn the_help_has_an_example_of_each_kind_and_mode() {
        for name in [
            r#""kind":"round_robin""#,
            r#""kind":"groups""#,
            r#""kind":"knockout""#,
            r#""kind":"double_elimination""#,
            r#""kind":"swiss""#,
            r#""kind":"placement""#,
            r#""kind":"free""#,
            r#""mode":"first_round""#,
            r#""mode":"first_match""#,
            r#""mode":"compass""#,
            r#""mode":"olympic""#,
            r#""mode":"feed_in""#,
            r#""stages":"#,
        ] {
            let there = examples().iter().any(|(asked, _)| asked.contains(name));
            assert!(there, "{name}");
        }
    }

    #[test]
    fn wrong_lines_say_what_is_wrong() {
        for (asked, why) in [
            (r#"{"kind":"knockout"}"#, "“entrants” is how many there are"),
            (r#"{"entrants":8}"#, "“kind” is missing"),
            (r#"{"kind":"cup","entrants":8}"#, "unknown variant `cup`"),
            (r#"{"kind":"knockout","entrants":65}"#, "at most 64"),
            (
                r#"{"kind":"knockout","entrants":3,"lines":[1,1,2,null]}"#,
                "entrant 1 stands on 2 lines",
            ),
            (
                r#"{"kind":"groups","groups":3,"entrants":5}"#,
                "too many for 5",
            ),
        ] {
            let line = serde_json::from_str(asked).expect("JSON");
            let error = answer(line).expect_err(asked).to_string();
            assert!(error.contains(why), "{asked}: {error}");
        }
    }
}
