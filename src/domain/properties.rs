//! What holds for every history, whatever was sent.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

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
