//! The command `courtside draw`.

use std::error::Error;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lines::answer_stdin;
use crate::domain::tournament::Fixture;
use crate::domain::tournament::draw::{
    self, Bands, DrawError, Field, FormatError, SeedLines, Violation,
};
use crate::domain::tournament::format::{Format, Kind};

/// One paragraph a line: the terminal decides where it ends.
const HELP: &str = include_str!("draw/help.txt");

/// Reads one draw or whole format a line, and answers each with a line.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct Draw {}

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
    #[error("the line cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl Draw {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        answer_stdin(answer)
    }
}

fn answer(line: Value) -> Result<Answer, Wrong> {
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

fn whole(format: &Format, field: &Field) -> Result<Answer, Wrong> {
    let mut fixtures = Vec::new();
    for stage in draw::format(format, field)? {
        fixtures.extend(stage.fixtures.into_iter().map(|fixture| Drawn {
            fixture,
            stage: Some(stage.key.clone()),
        }));
    }
    Ok(Answer {
        fixtures,
        violations: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_of_the_help_has_the_answer_that_it_shows() {
        let lines: Vec<&str> = HELP.lines().map(str::trim).collect();
        let is_json = |line: &str| line.starts_with('{');
        let mut examples = 0;
        for pair in lines.windows(2) {
            let [asked, shown] = pair else { continue };
            if is_json(asked) && is_json(shown) {
                let asked = serde_json::from_str(asked).expect("an example");
                let answer = answer(asked).expect("an answer");
                assert_eq!(serde_json::to_string(&answer).expect("JSON"), *shown);
                examples += 1;
            }
        }
        assert_eq!(
            examples,
            lines.iter().filter(|line| is_json(line)).count() / 2
        );
        assert!(examples >= 7);
    }
}
