//! What holds for every history, whatever was sent.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::{Catalogue, EventId, Rules, Sport};

/// A message as a referee, or something worse, might send it.
fn message() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec![
        "start",
        "point",
        "foul",
        "card",
        "timeout",
        "period_start",
        "period_end",
        "serve",
        "ends",
        "clock",
        "substitution",
        "suspend",
        "resume",
        "walkover",
        "retire",
        "finish",
        "confirm",
        "note",
        "undo",
        "redo",
        "result",
        "applause",
    ]);
    let detail = prop::sample::select(vec![
        r#"{"colour":"yellow","action":"start","seconds":5}"#,
        r#"{"seq":2,"colour":"red","action":"set"}"#,
        r#"{"phase":"shootout","colour":"two_minutes","action":"stop","periods":[{"A":3,"B":1},{"A":0,"B":2}]}"#,
        r#"{"expedite":true,"reason":"disqualified","colour":"black","phase":"extra_time","periods":[{"A":1,"B":1},{"A":0,"B":1,"phase":"shootout"}]}"#,
        r#"{"force":true,"periods":[{"A":-3,"B":9000000000000000000}]}"#,
        "{}",
    ]);
    (
        kind,
        prop::sample::select(vec!["A", "B"]),
        -3..4_i64,
        detail,
    )
        .prop_map(|(kind, side, value, detail)| {
            format!(r#"{{"type":"{kind}","side":"{side}","value":{value},"detail":{detail}}}"#)
        })
}

fn read(text: &str) -> Option<Event> {
    Event::parse(text, || EventId::new("x").expect("a good id")).ok()
}

/// The rules of any sport of the catalogue, in any variant.
fn rules() -> impl Strategy<Value = Arc<Rules>> {
    let sports = Catalogue::built_in().sports();
    let every = sports.flat_map(|sport| {
        let variants = sport.variants.iter().map(|variant| &variant.rules);
        variants
            .chain([&sport.rules])
            .cloned()
            .map(Arc::new)
            .collect::<Vec<_>>()
    });
    prop::sample::select(every.collect::<Vec<_>>())
}

/// A sport that has as many and as long words as a file may have, and as many sets.
fn wordy_rules() -> Arc<Rules> {
    let word = |letter: char, length: usize| letter.to_string().repeat(length);
    let cards: String = ('a'..='t')
        .map(|letter| format!("[rules.cards.{}]\nname = \"x\"\n", word(letter, 40)))
        .collect();
    let call = word('\u{1f600}', 16);
    let file = format!(
        "id = \"WORDY\"\nname = \"x\"\nengine = \"ladder\"\n[rules]\nmatch = {{ best_of = 99 }}\n\
         set = {{ target = 1 }}\ngame = {{ target = 2, calls = [\"{call}\"], advantage = \"{call}\" }}\n{cards}"
    );
    Arc::new(Sport::parse(&file).expect("a sport").rules)
}

/// Every card of a file, many players, and results as large as they come.
fn flooding() -> impl Strategy<Value = String> {
    let colour = (0..20_u8).prop_map(|letter| char::from(b'a' + letter).to_string().repeat(40));
    let side = prop::sample::select(vec!["A", "B"]);
    let card = (colour, 0..1000).prop_map(|(colour, player)| {
        format!(r#""type":"card","player":{player},"detail":{{"colour":"{colour}"}}"#)
    });
    let period =
        prop::sample::select(vec!["", "second_half", "extra_time", "shootout"]).prop_map(|phase| {
            match phase {
                "" => r#""type":"period_start""#.to_owned(),
                phase => format!(r#""type":"period_start","detail":{{"phase":"{phase}"}}"#),
            }
        });
    let result = (1..101_usize).prop_map(|many| {
        let periods = vec![r#"{"A":-1000000,"B":1000000}"#; many].join(",");
        format!(r#""type":"result","detail":{{"force":true,"periods":[{periods}]}}"#)
    });
    let shot = Just(r#""type":"point","detail":{"phase":"shootout"}"#.to_owned());
    let rest = prop::sample::select(vec!["period_end", "undo", "redo", "foul"])
        .prop_map(|kind| format!(r#""type":"{kind}","value":1000"#));
    (side, prop_oneof![card, period, result, shot, rest])
        .prop_map(|(side, fields)| format!(r#"{{"side":"{side}",{fields}}}"#))
}

/// Mostly points, so that matches come to their end and beyond.
fn history(longest: usize) -> impl Strategy<Value = Vec<String>> {
    let point = prop::sample::select(vec![
        r#"{"type":"point","side":"A"}"#.to_owned(),
        r#"{"type":"point","side":"B"}"#.to_owned(),
        r#"{"type":"period_end"}"#.to_owned(),
    ]);
    prop::collection::vec(prop_oneof![1 => message(), 3 => point], 0..longest)
}

/// Publishes every message that is taken; returns the fold and the history.
fn publish(rules: &Arc<Rules>, messages: &[String]) -> (MatchFold, Vec<Play>) {
    let mut fold = MatchFold::new(rules.clone());
    let mut history = Vec::new();
    for event in messages.iter().filter_map(|text| read(text)) {
        if let Ok(event) = fold.decide(event, Author::Referee) {
            history.push(event.play.clone());
            fold.apply(event.play);
        }
    }
    (fold, history)
}

proptest! {
    #[test]
    fn any_text_is_an_event_or_a_refusal(text in ".{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn any_text_is_a_sport_or_an_error_with_a_line_of_it(text in "(id|rules|[a-z.=\\[\\]{}\"0-9 \n]){0,60}") {
        if let Err(error) = Sport::parse(&text) {
            prop_assert!(error.line >= 1 && error.line <= text.lines().count() + 1);
        }
    }

    #[test]
    fn any_history_folds_even_one_that_would_have_been_refused(rules in rules(), messages in history(200)) {
        let mut fold = MatchFold::new(rules);
        for event in messages.iter().filter_map(|text| read(text)) {
            fold.apply(event.play);
            let state = fold.state();
            prop_assert_eq!(state.period as usize, state.periods.len());
            prop_assert!(state.status == Status::Finished || state.winner.is_none());
        }
    }

    #[test]
    fn what_is_taken_never_makes_a_score_negative(rules in rules(), messages in history(120)) {
        let messages: Vec<String> = messages.into_iter().filter(|text| !text.contains("force")).collect();
        let state = publish(&rules, &messages).0.state();
        for count in [state.score, state.fouls, state.timeouts].iter().chain(&state.periods) {
            prop_assert!(count.a >= 0 && count.b >= 0);
        }
    }

    #[test]
    fn replay_gives_the_state_that_was_live(rules in rules(), messages in history(120)) {
        let (live, history) = publish(&rules, &messages);
        let mut replayed = MatchFold::new(rules);
        history.into_iter().for_each(|play| replayed.apply(play));
        prop_assert_eq!(live.state(), replayed.state());
    }

    #[test]
    fn a_history_read_at_once_gives_what_it_gave_event_by_event(
        rules in rules(),
        messages in history(150),
        stride in 1..20_usize,
        batches in prop::collection::vec(1..40_usize, 1..150),
    ) {
        let plays: Vec<Play> = messages.iter().filter_map(|text| read(text)).map(|event| event.play).collect();
        // Keeps no game: every undo folds all of the history again.
        let mut plain = MatchFold::keeping_every(usize::MAX, rules.clone());
        let mut kept = MatchFold::keeping_every(stride, rules);
        let mut rest = plays.as_slice();
        for size in batches.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, after) = rest.split_at(size.min(rest.len()));
            kept.extend(batch.iter().cloned());
            batch.iter().for_each(|play| plain.apply(play.clone()));
            prop_assert_eq!(kept.state(), plain.state());
            rest = after;
        }
    }

    #[test]
    fn undo_restores_the_state_before(rules in rules(), messages in history(120), last in message()) {
        let (mut fold, _) = publish(&rules, &messages);
        let before = fold.state();
        let Some(event) = read(&last) else { return Ok(()) };
        let taken = fold.decide(event, Author::Organiser).ok();
        let Some(event) = taken.filter(|event| {
            let said_again = before.status == Status::Finished
                && matches!(event.play, Play::Finish | Play::PeriodEnd);
            !said_again && !matches!(event.play, Play::Undo { .. } | Play::Redo { .. } | Play::Note | Play::Other)
        }) else { return Ok(()) };
        fold.apply(event.play);
        fold.apply(Play::Undo { seq: None });
        prop_assert_eq!(fold.state(), before.clone());
        fold.apply(Play::Redo { seq: None });
        fold.apply(Play::Undo { seq: None });
        prop_assert_eq!(fold.state(), before);
    }

    #[test]
    fn truncating_is_as_if_the_rest_had_not_been(rules in rules(), messages in history(80), keep in 0..80_u64) {
        let (mut fold, history) = publish(&rules, &messages);
        fold.truncate(keep);
        let mut short = MatchFold::new(rules);
        history.into_iter().take(keep as usize).for_each(|play| short.apply(play));
        prop_assert_eq!((fold.state(), fold.seq()), (short.state(), short.seq()));
    }

    #[test]
    fn rules_survive_their_own_text(rules in rules()) {
        let text = serde_json::to_string(&rules).expect("rules are JSON");
        prop_assert_eq!(&serde_json::from_str::<Rules>(&text).expect("and are read again"), &*rules);
    }
}

proptest! {
    // Each history is a flood; fewer of them say as much.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_history_makes_a_state_of_more_than_16_kb(
        rules in prop_oneof![4 => rules(), 1 => Just(wordy_rules())],
        messages in history(60),
        flood in prop::collection::vec((prop_oneof![1 => message(), 3 => flooding()], 1..100_usize), 1..12),
    ) {
        let flood = flood.into_iter().flat_map(|(text, times)| std::iter::repeat_n(text, times));
        let all = messages.into_iter().chain(flood).filter_map(|text| read(&text));
        let (mut taken, mut any) = (MatchFold::new(rules.clone()), MatchFold::new(rules));
        for event in all {
            any.apply(event.play.clone());
            if let Ok(event) = taken.decide(event, Author::Organiser) {
                taken.apply(event.play);
            }
        }
        for fold in [taken, any] {
            let json = serde_json::to_string(&fold.state()).expect("a state is JSON");
            prop_assert!(json.len() <= STATE_MAX_BYTES, "{} bytes: {json}", json.len());
        }
    }
}
