//! The command `courtside draw`.

use std::error::Error;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::lines::answer_stdin;
use crate::domain::tournament::Fixture;
use crate::domain::tournament::draw::{self, Bands, DrawError, Field, SeedLines};
use crate::domain::tournament::format::Kind;

/// The arguments: there are none, all is said in the lines.
#[derive(Debug, Args)]
pub struct Draw {}

/// A draw as it is asked for: a kind with its settings.
#[derive(Debug, Deserialize)]
struct Asked {
    entrants: u16,
    #[serde(flatten)]
    kind: Kind,
    lots: Option<u64>,
    seeds: Option<u16>,
    #[serde(default)]
    bands: Bands,
    #[serde(default)]
    clubs: Vec<Option<String>>,
    #[serde(default)]
    seed_lines: SeedLines,
}

#[derive(Debug, Serialize)]
struct Answer {
    fixtures: Vec<Fixture>,
}

impl Draw {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        answer_stdin(answer)
    }
}

fn answer(asked: Asked) -> Result<Answer, DrawError> {
    let field = Field {
        entrants: asked.entrants,
        lots: asked.lots,
        seeds: asked.seeds,
        bands: asked.bands,
        clubs: asked.clubs,
        seed_lines: asked.seed_lines,
    };
    let fixtures = draw::fixtures(&asked.kind, &field)?;
    Ok(Answer { fixtures })
}
