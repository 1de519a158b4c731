//! Whatever is sent or written, the readers give an event or a refusal, a sport or an error with its line.

use std::path::Path;
use std::sync::Arc;

use courtside::domain::matches::original;
use courtside::domain::sport::BASE;
use courtside::domain::{Author, Catalogue, Event, EventId, MatchFold, MatchId, Play, Sport};
use courtside::http::classic;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use crate::chance::{long, seed};

const EVENT_MAX_BYTES: usize = 16 * 1024;

/// Inputs that broke something once, or are known to be nasty.
pub fn corpus(kind: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(kind);
    let files = std::fs::read_dir(folder).expect("the corpus");
    let mut inputs: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(path).expect("read"))
        })
        .collect();
    inputs.sort();
    inputs
}

/// Found cases go to the corpus by hand, where they say what they are.
fn cases(few: u32) -> ProptestConfig {
    ProptestConfig {
        cases: if long() { few * 200 } else { few },
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed()),
        ..ProptestConfig::default()
    }
}

fn match_id() -> MatchId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

/// What holds for every text that is sent as an event.
fn check_event(text: &str) -> Result<Option<Play>, TestCaseError> {
    let sent: Option<Value> = serde_json::from_str(text).ok();
    let submitted = classic::event(match_id(), text);
    let event = match submitted {
        Ok(event) => event,
        Err(unreadable) => {
            let sent_id = sent.as_ref().and_then(|sent| sent.get("id")?.as_str());
            let sent_id = sent_id.and_then(EventId::new);
            // Who waits for an answer to this id would wait for ever. Of two ids neither is known to be meant.
            if text.matches("\"id\"").count() < 2 {
                prop_assert_eq!(unreadable.id, sent_id);
            }
            return Ok(None);
        }
    };
    prop_assert!(text.len() <= EVENT_MAX_BYTES);
    prop_assert!(!event.body().contains(['\n', '\r']), "one line");
    let body: Value = serde_json::from_str(event.body()).expect("JSON");
    let id = event.id.to_string();
    prop_assert_eq!(body["id"].as_str(), Some(id.as_str()));
    prop_assert!(body["type"].is_string());
    let again = Event::stored(event.body(), event.id.clone());
    prop_assert_eq!(again.as_ref(), Ok(&event), "what is stored is read again");
    // Without a server the same text means the same.
    let play = original::play(text);
    prop_assert_eq!(play.as_ref(), Ok(&event.play));
    Ok(Some(event.play))
}

/// Nothing that is folded, allowed or not, upsets a match of this sport.
fn check_fold(sport: &Sport, plays: &[Play]) {
    let rules = sport
        .rules_for(Some(BASE), &[], "2026-01-01")
        .expect("its own rules");
    let mut fold = MatchFold::new(Arc::new(rules.1));
    for play in plays {
        // Judging must not fail either.
        let _ = fold.judge(play, Author::Organiser);
        fold.apply(play.clone());
        serde_json::to_string(&fold.state()).expect("JSON");
    }
}

fn check_sport(text: &str, plays: &[Play]) -> Result<bool, TestCaseError> {
    match Sport::parse(text) {
        Ok(sport) => {
            check_fold(&sport, plays);
            Ok(true)
        }
        Err(error) => {
            let lines = text.split('\n').count();
            prop_assert!((1..=lines).contains(&error.line), "{error} of {lines}");
            prop_assert!(!error.reason.is_empty());
            Ok(false)
        }
    }
}

fn plays_of_the_corpus() -> Vec<Play> {
    let texts = corpus("events").into_iter();
    texts
        .filter_map(|(_, bytes)| original::play(&String::from_utf8_lossy(&bytes)).ok())
        .collect()
}

#[test]
fn every_known_nasty_event_is_an_event_or_a_refusal_and_harms_no_match() {
    for (name, bytes) in corpus("events") {
        check_event(&String::from_utf8_lossy(&bytes))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let plays = plays_of_the_corpus();
    assert!(plays.len() > 10);
    let twice = [&plays[..], &plays[..]].concat();
    for sport in Catalogue::built_in().sports() {
        check_fold(sport, &twice);
    }
}

#[test]
fn every_known_nasty_sport_is_a_sport_or_an_error_with_its_line() {
    let plays = plays_of_the_corpus();
    for (name, bytes) in corpus("sports") {
        check_sport(&String::from_utf8_lossy(&bytes), &plays)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// A value as it may stand anywhere in an event: often a word or a number that means something there.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "2",
            "1.5",
            "-0.0",
            "1e3",
            "1e308",
            "1e309",
            "9007199254740993",
            "4294967295",
            "4294967296",
            "-9223372036854775808",
            "9223372036854775807",
            "18446744073709551615",
            "18446744073709551616",
            "NaN",
            "01",
            "\"\"",
            "\"A\"",
            "\"B\"",
            "\"EQUIPEA\"",
            "\"EQUIPEB\"",
            "\"red\"",
            "\"start\"",
            "\"stop\"",
            "\"set\"",
            "\"shootout\"",
            "\"extra_time\"",
            "\"{\\\"Point\\\":1}\"",
            "\"{\\\"Fault\\\":-3}\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "\"é\"",
        ])
        .prop_map(str::to_owned),
        ".{0,12}".prop_map(|text| Value::from(text).to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
    ];
    leaf.prop_recursive(6, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((key(), inner), 0..6).prop_map(|fields| object(&fields)),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(vec![
            "id", "type", "side", "value", "player", "detail", "periods", "A", "B", "force", "seq", "colour", "action",
            "seconds", "phase", "IdMatch", "Equipe", "EventType", "EventValue", "Point", "Fault",
        ])
        .prop_map(str::to_owned),
        1 => ".{0,4}",
    ]
}

fn object(fields: &[(String, String)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// Something like an event, in either spelling or both.
fn event() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec![
        r#""type":"point""#,
        r#""type":"undo""#,
        r#""type":"redo""#,
        r#""type":"card""#,
        r#""type":"clock""#,
        r#""type":"result""#,
        r#""type":"period_start""#,
        r#""type":"period_end""#,
        r#""type":"serve""#,
        r#""type":"foul""#,
        r#""type":"finish""#,
        r#""type":"retire""#,
        r#""EventType":"POINT""#,
        r#""EventType":"FAULT""#,
        r#""EventType":"POINT_PENALTY_SHOOTOUT""#,
        r#""EventType":"PENALTY_SHOOTOUT""#,
        r#""EventType":"HALF""#,
        r#""EventType":"RED_CARD""#,
        r#""EventType":"applause""#,
        r#""x":1"#,
    ]);
    (
        kinds,
        prop::sample::select(vec!["A", "B"]),
        prop::collection::vec((key(), value()), 0..6),
    )
        .prop_map(|(kind, side, fields)| {
            let rest = object(&fields);
            let team = format!(r#""side":"{side}","Equipe":"EQUIPE{side}""#);
            format!("{{{kind},{team},{}", rest.trim_start_matches('{')).replace(",}", "}")
        })
}

/// A text with pieces of it taken out, doubled or replaced.
fn damaged(
    text: impl Strategy<Value = String>,
    pieces: Vec<&'static str>,
) -> impl Strategy<Value = String> {
    let damage = (
        any::<prop::sample::Index>(),
        0..40_usize,
        0..4_u8,
        prop::sample::select(pieces),
    );
    (text, prop::collection::vec(damage, 1..4)).prop_map(|(text, damages)| {
        damages
            .into_iter()
            .fold(text, |text, (place, length, how, piece)| {
                let mut letters: Vec<char> = text.chars().collect();
                let from = place.index(letters.len() + 1);
                let to = (from + length).min(letters.len());
                let taken: Vec<char> = letters[from..to].to_vec();
                match how {
                    0 => drop(letters.drain(from..to)),
                    1 => drop(letters.splice(from..from, taken)),
                    2 => drop(letters.splice(from..from, piece.chars())),
                    _ => drop(letters.splice(from..to, piece.chars())),
                }
                letters.into_iter().collect()
            })
    })
}

/// A file of the catalogue with some of its numbers and words exchanged.
fn exchanged() -> impl Strategy<Value = String> {
    let words = vec![
        "0",
        "1",
        "2",
        "-1",
        "3",
        "7",
        "15",
        "999",
        "100000",
        "4294967295",
        "9223372036854775807",
        "-9223372036854775808",
        "nan",
        "inf",
        "1.5",
        "true",
        "false",
        "\"none\"",
        "\"A\"",
        "\"sets\"",
        "\"games\"",
        "[]",
        "{}",
        "[1, 2]",
        "[[1]]",
        "2026-01-01",
        "\"\"",
    ];
    let exchange = (any::<prop::sample::Index>(), prop::sample::select(words));
    (sport_file(), prop::collection::vec(exchange, 1..5)).prop_map(|(text, exchanges)| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (place, word) in exchanges {
            let with_values: Vec<usize> = (0..lines.len())
                .filter(|at| lines[*at].contains(" = "))
                .collect();
            let at = with_values[place.index(with_values.len())];
            let (name, _) = lines[at].split_once(" = ").expect("a value");
            lines[at] = format!("{name} = {word}");
        }
        lines.join("\n")
    })
}

fn sport_file() -> impl Strategy<Value = String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/sport/catalogue");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the catalogue")
        .map(|file| file.expect("a file").path())
        .collect();
    paths.sort();
    prop::sample::select(paths).prop_map(|path| std::fs::read_to_string(path).expect("text"))
}

fn json_pieces() -> Vec<&'static str> {
    vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\n", "\u{0}", "é", "1e", "-",
        "null", "\u{feff}",
    ]
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_event_is_read_or_refused(text in event()) {
        check_event(&text)?;
    }

    #[test]
    fn any_damaged_event_is_read_or_refused(text in damaged(event(), json_pieces())) {
        check_event(&text)?;
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_event(&String::from_utf8_lossy(&bytes))?;
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_exchanged_sport_is_a_sport_or_an_error_with_its_line(
        text in exchanged(),
        events in prop::collection::vec(event(), 0..60),
    ) {
        let plays: Vec<Play> = events.iter().filter_map(|text| original::play(text).ok()).collect();
        check_sport(&text, &plays)?;
    }

    #[test]
    fn any_damaged_sport_is_a_sport_or_an_error_with_its_line(
        text in damaged(sport_file(), vec!["=", "[", "]", "\"", "\n", "[[", ".", "#", "\u{0}", "{", "'", "é", "9999999999"]),
    ) {
        check_sport(&text, &[])?;
    }
}
