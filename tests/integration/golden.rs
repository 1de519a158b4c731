//! The golden vectors: what rulebooks and score sheets say, folded by the engines. The browser's engines read the same
//! files (`tests/web/engines.test.js`).

use std::fs;
use std::path::Path;
use std::sync::Arc;

use courtside::domain::{Author, Catalogue, EventId, MatchFold, sport::BASE};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    sport: String,
    variant: Option<String>,
    #[serde(rename = "source")]
    _source: Option<String>,
    events: Vec<Value>,
    /// The fields that are named must be equal.
    state: Map<String, Value>,
    /// What the prompt must hold, and what it must not.
    #[serde(default)]
    prompt_has: Vec<String>,
    #[serde(default)]
    prompt_lacks: Vec<String>,
    /// The codes of the events that are refused, in order.
    #[serde(default)]
    refused: Vec<String>,
}

/// The events that an element of `events` stands for.
fn expand(element: &Value) -> Vec<Value> {
    match element {
        Value::String(tokens) => tokens.split_whitespace().flat_map(token).collect(),
        event => vec![event.clone()],
    }
}

/// `A`, `B*3`, `A+2`, `21-15` (points), `6:4` (games to love), `undo`, `undo:3`, `timeout:A`, `card:A:red`, `shootout`…
fn token(token: &str) -> Vec<Value> {
    if let Some((what, times)) = token.split_once('*') {
        let once = self::token(what);
        let times = times.parse().unwrap_or_else(|_| panic!("{token}"));
        return std::iter::repeat_n(once, times).flatten().collect();
    }
    if token.starts_with(|first: char| first.is_ascii_digit()) {
        let (each, (a, b)) = match token.split_once(':') {
            Some(games) => (4, games),
            None => (
                1,
                token.split_once('-').unwrap_or_else(|| panic!("{token}")),
            ),
        };
        return score(a.parse().unwrap(), b.parse().unwrap(), each);
    }
    let (name, rest) = token.split_once(':').unwrap_or((token, ""));
    let event = match (name, rest.split_once(':')) {
        ("card", Some((side, colour))) => {
            json!({ "type": "card", "side": side, "detail": { "colour": colour } })
        }
        ("undo" | "redo", None) if !rest.is_empty() => {
            json!({ "type": name, "detail": { "seq": rest.parse::<u64>().unwrap() } })
        }
        ("shootout" | "extra_time" | "second_half", None) => {
            json!({ "type": "period_start", "detail": { "phase": name } })
        }
        _ if name.starts_with(['A', 'B']) => {
            let value: i64 = name[1..].parse().unwrap_or(1);
            json!({ "type": "point", "side": &name[..1], "value": value })
        }
        (_, None) if rest.is_empty() => json!({ "type": name }),
        (_, None) => json!({ "type": name, "side": rest }),
        _ => panic!("{token}"),
    };
    vec![event]
}

/// Points in turn until both have the lower number, then the leader's; `each` points make one.
fn score(a: usize, b: usize, each: usize) -> Vec<Value> {
    let both = a.min(b);
    let (rest, leader) = if a > b {
        (a - both, "A")
    } else {
        (b - both, "B")
    };
    let turns = std::iter::repeat_n(["A", "B"], both).flatten();
    let order = turns.chain(std::iter::repeat_n(leader, rest));
    order
        .flat_map(|side| std::iter::repeat_n(json!({ "type": "point", "side": side }), each))
        .collect()
}

fn fold(vector: &Vector) -> (Value, Vec<&'static str>) {
    let catalogue = Catalogue::built_in();
    let sport = catalogue.find(&vector.sport).unwrap();
    let variant = vector.variant.as_deref().unwrap_or(BASE);
    let (_, rules) = sport.rules_for(Some(variant), &[], "").unwrap();
    let mut fold = MatchFold::new(Arc::new(rules));
    let mut refused = Vec::new();
    for event in vector.events.iter().flat_map(expand) {
        let id = || EventId::new("vector").unwrap();
        let read = courtside::domain::Event::parse(&event.to_string(), id)
            .map_err(|unreadable| unreadable.refusal);
        match read.and_then(|event| fold.decide(event, Author::Referee)) {
            Ok(event) => fold.apply(event.play),
            Err(refusal) => refused.push(refusal.code()),
        }
    }
    (serde_json::to_value(fold.state()).unwrap(), refused)
}

#[test]
fn every_golden_vector_folds_to_what_the_rulebook_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let (mut count, mut wrong) = (0, Vec::new());
    let mut ended = std::collections::BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let vectors: Vec<Vector> =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for vector in vectors {
            count += 1;
            let (state, refused) = fold(&vector);
            if state["status"] == "finished" && state["reason"].is_null() {
                ended.insert(vector.sport.to_uppercase());
            }
            for (field, expected) in &vector.state {
                if state[field] != *expected {
                    wrong.push(format!(
                        "{} “{}”: {field} is {}, not {expected}",
                        vector.sport, vector.name, state[field]
                    ));
                }
            }
            let prompt: Vec<&str> = state["prompt"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let has = |wanted: &&String| !prompt.contains(&wanted.as_str());
            let missing = vector.prompt_has.iter().filter(has);
            let lacks = |unwanted: &&String| prompt.contains(&unwanted.as_str());
            for word in missing.chain(vector.prompt_lacks.iter().filter(lacks)) {
                wrong.push(format!(
                    "{} “{}”: {word} in the prompt {prompt:?}",
                    vector.sport, vector.name
                ));
            }
            if refused != vector.refused {
                wrong.push(format!(
                    "{} “{}”: refused {refused:?}, not {:?}",
                    vector.sport, vector.name, vector.refused
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} vectors:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    for sport in Catalogue::built_in().sports() {
        assert!(
            ended.contains(&sport.id),
            "no vector plays {} to its end",
            sport.id
        );
    }
}
