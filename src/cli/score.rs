//! `courtside score`: events in, state out, without a server or a database.

use std::error::Error;
use std::io::{self, BufRead, BufWriter, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use clap::Args;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::clock::Clock;
use crate::domain::matches::original;
use crate::domain::{Author, Catalogue, MatchFold, Play, Rules, Sport};

/// Lines that a thread takes at a time.
const LINES_EACH: usize = 64;
/// Lines of a batch that are complained of; the others are counted.
const COMPLAINTS_MAX: usize = 10;

#[derive(Debug, Args)]
pub struct Score {
    /// Sport whose rules apply, in any case; without it the one of the sport file
    #[arg(long, value_name = "ID", required_unless_present = "sport_file")]
    sport: Option<String>,
    /// A sport's file to use as well: try a new sport out before giving it to the server
    #[arg(long, value_name = "FILE")]
    sport_file: Option<PathBuf>,
    /// Variant of the sport; without it what is valid today, "base" for the file's own rules
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Single rules to change, as JSON: {"set":{"target":15}}
    #[arg(long, value_name = "JSON")]
    rules: Option<String>,
    /// Each line holds a whole match, a JSON array of events; each line of the output is one state
    #[arg(long)]
    batch: bool,
}

impl Score {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let rules = Arc::new(self.rules()?);
        let input = io::stdin().lock();
        let output = BufWriter::new(io::stdout().lock());
        let unreadable = match self.batch {
            true => fold_batch(&rules, input, output)?,
            false => fold_one(&rules, input, output)?,
        };
        match unreadable {
            0 => Ok(()),
            lines => Err(format!("{lines} lines were not JSON and were left out").into()),
        }
    }

    fn rules(&self) -> Result<Rules, Box<dyn Error>> {
        let mut catalogue = Catalogue::built_in().clone();
        let mut wanted = self.sport.clone();
        if let Some(file) = &self.sport_file {
            let shown = file.display();
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("cannot read {shown}: {error}"))?;
            let sport = Sport::parse(&text).map_err(|error| format!("{shown}, {error}"))?;
            wanted.get_or_insert_with(|| sport.id.clone());
            catalogue.insert(sport);
        }
        let overrides = match &self.rules {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| format!("--rules is not JSON: {error}"))?,
            None => Value::Null,
        };
        let sport = catalogue.find(&wanted.unwrap_or_default())?;
        let today = Clock::new().today();
        let (_, rules) = sport.rules_for(self.variant.as_deref(), &[&overrides], &today)?;
        Ok(rules)
    }
}

/// Folds one match, one event a line, and prints its state. Returns how many lines were no JSON.
fn fold_one(rules: &Arc<Rules>, input: impl BufRead, mut output: impl Write) -> io::Result<usize> {
    let mut fold = MatchFold::new(Arc::clone(rules));
    let mut unreadable = 0;
    for (number, line) in (1..).zip(input.lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<&RawValue>(&line) {
            Ok(event) => {
                if let Some(complaint) = take(&mut fold, event.get()) {
                    eprintln!("line {number}: {complaint}");
                }
            }
            Err(error) => {
                unreadable += 1;
                eprintln!("line {number}: this is not JSON: {error}");
            }
        }
    }
    print_state(&fold, &mut output)?;
    output.flush()?;
    Ok(unreadable)
}

/// What one line of a batch gave: its state, and what there is to say about it.
#[derive(Default)]
struct Folded {
    state: Vec<u8>,
    /// The first thing that was wrong, and how many there were.
    complaint: Option<(String, usize)>,
    unreadable: bool,
}

/// Folds a match a line, on all processors, and prints the states in the order of the lines.
fn fold_batch(
    rules: &Arc<Rules>,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<usize> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut lines = input.lines();
    let (mut number, mut unreadable, mut complaints) = (0, 0, 0);
    loop {
        let chunk: Vec<String> = lines
            .by_ref()
            .take(threads * LINES_EACH)
            .collect::<io::Result<_>>()?;
        if chunk.is_empty() {
            output.flush()?;
            if complaints > COMPLAINTS_MAX {
                eprintln!("… and so in {} lines more", complaints - COMPLAINTS_MAX);
            }
            return Ok(unreadable);
        }
        let share = chunk.len().div_ceil(threads);
        let folded: Vec<Folded> = thread::scope(|scope| {
            let work = |part: &[String]| {
                part.iter()
                    .map(|line| fold_line(rules, line))
                    .collect::<Vec<_>>()
            };
            let parts: Vec<_> = chunk
                .chunks(share)
                .map(|part| scope.spawn(move || work(part)))
                .collect();
            parts
                .into_iter()
                .flat_map(|part| part.join().unwrap_or_default())
                .collect()
        });
        for line in folded {
            number += 1;
            if let Some((first, count)) = line.complaint {
                complaints += 1;
                if complaints <= COMPLAINTS_MAX {
                    eprintln!("line {number}: {count} refused, the first: {first}");
                }
            }
            unreadable += usize::from(line.unreadable);
            output.write_all(&line.state)?;
        }
    }
}

fn fold_line(rules: &Arc<Rules>, line: &str) -> Folded {
    let mut folded = Folded::default();
    let mut fold = MatchFold::new(Arc::clone(rules));
    match serde_json::from_str::<Vec<&RawValue>>(line) {
        Ok(events) => {
            for (number, event) in (1..).zip(events) {
                if let Some(complaint) = take(&mut fold, event.get()) {
                    let first = || (format!("event {number}: {complaint}"), 0);
                    folded.complaint.get_or_insert_with(first).1 += 1;
                }
            }
        }
        Err(error) => {
            folded.unreadable = true;
            folded.complaint = Some((format!("this is not a JSON array of events: {error}"), 1));
        }
    }
    // Writing to memory does not fail.
    let _ = print_state(&fold, &mut folded.state);
    folded
}

/// Does with an event what the server would; says why it was refused.
fn take(fold: &mut MatchFold, text: &str) -> Option<String> {
    let refused = original::play(text).and_then(|play| {
        let target = fold.judge(&play, Author::Referee)?;
        fold.apply(match (play, target) {
            (Play::Undo { .. }, seq) => Play::Undo { seq },
            (Play::Redo { .. }, seq) => Play::Redo { seq },
            (play, _) => play,
        });
        Ok(())
    });
    refused
        .err()
        .map(|refusal| format!("refused, {}: {refusal}", refusal.code()))
}

fn print_state(fold: &MatchFold, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *output, &fold.state())?;
    output.write_all(b"\n")
}
