//! What the truth costs: folding a long match again after an undo at its front, and reading whole seasons.

use std::io::{BufWriter, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use courtside::domain::sport::BASE;
use courtside::domain::{Catalogue, MatchFold, Play, Sport};
use serde_json::{Value, json};

use crate::{Table, median, server};

const EVENTS: usize = 400;
const ROUNDS: usize = 101;
const MATCHES: usize = 60_000;
const POINTS_EACH: usize = 150;

pub fn run() {
    let table = Table("fold");
    let each: Vec<(f64, String)> = Catalogue::built_in()
        .sports()
        .map(|sport| (undo_us(sport), sport.id.to_lowercase()))
        .collect();
    let slowest = each.iter().max_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((figure, sport)) = slowest {
        table.at_most(
            &format!("{EVENTS} events, undo of the first ({sport}, the slowest)"),
            *figure,
            "us",
            1000.0,
        );
    }
    let middle = median(each.into_iter().map(|(figure, _)| figure).collect());
    table.note("the same, the median of all sports", middle, "us");
    table.at_most(
        &format!("courtside score --batch, {MATCHES} x {POINTS_EACH} points of tennis"),
        batch_s(),
        "s",
        60.0,
    );
}

/// The events of a match that does not end too early to have so many: the sides score by a fixed dice.
fn points() -> impl Iterator<Item = &'static str> {
    let mut seed: u32 = 1;
    std::iter::repeat_with(move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match seed >> 31 {
            0 => r#"{"type":"point","side":"A"}"#,
            _ => r#"{"type":"point","side":"B"}"#,
        }
    })
}

fn undo_us(sport: &Sport) -> f64 {
    let longer = match serde_json::to_value(&sport.rules).unwrap_or_default() {
        rules if rules["set"].is_object() => json!({ "match": { "best_of": 99 } }),
        rules if rules["engine"] == "ladder" => json!({ "match": { "target": 1000 } }),
        _ => Value::Null,
    };
    let (_, rules) = sport
        .rules_for(Some(BASE), &[&longer], "")
        .expect("rules of the catalogue");
    let rules = Arc::new(rules);
    let log: Vec<Play> = points()
        .take(EVENTS)
        .map(|text| Play::read(text).expect("a point"))
        .collect();
    let round = || {
        let mut fold = MatchFold::new(Arc::clone(&rules));
        log.iter().for_each(|play| fold.apply(play.clone()));
        let begun = Instant::now();
        fold.apply(Play::Undo { seq: Some(1) });
        std::hint::black_box(fold.state());
        begun.elapsed().as_secs_f64() * 1e6
    };
    median((0..ROUNDS).map(|_| round()).collect())
}

fn batch_s() -> f64 {
    let points: Vec<&str> = points().take(POINTS_EACH).collect();
    let line = format!("[{}]\n", points.join(","));
    let begun = Instant::now();
    let mut child = Command::new(server::binary())
        .args(["score", "--sport", "tennis", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut input = BufWriter::new(child.stdin.take().expect("piped"));
    for _ in 0..MATCHES {
        input.write_all(line.as_bytes()).expect("it reads");
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
    begun.elapsed().as_secs_f64()
}
