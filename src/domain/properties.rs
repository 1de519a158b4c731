//! What holds for every history, whatever was sent.

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
        r#"{"phase":"shootout","colour":"blue","action":"stop","periods":[{"A":3,"B":1},{"A":0,"B":2}]}"#,
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

/// Publishes every message that is taken; returns the fold and the history.
fn publish(messages: &[String]) -> (MatchFold, Vec<Play>) {
    let mut fold = fold();
    let mut history = Vec::new();
    for event in messages.iter().filter_map(|text| read(text)) {
        if let Ok(event) = fold.decide(event, Author::Referee) {
            history.push(event.play.clone());
            fold.apply(event.play);
        }
    }
    (fold, history)
}

fn fold() -> MatchFold {
    MatchFold::new(Sport::find("FOOTBALL").expect("in the catalogue"))
}

proptest! {
    #[test]
    fn any_text_is_an_event_or_a_refusal(text in ".{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn any_history_folds_even_one_that_would_have_been_refused(messages in prop::collection::vec(message(), 0..60)) {
        let mut fold = fold();
        for event in messages.iter().filter_map(|text| read(text)) {
            fold.apply(event.play);
        }
        prop_assert!(fold.state().score.a >= 0 || fold.state().periods.iter().any(|period| period.a < 0));
    }

    #[test]
    fn replay_gives_the_state_that_was_live(messages in prop::collection::vec(message(), 0..60)) {
        let (live, history) = publish(&messages);
        let mut replayed = fold();
        history.into_iter().for_each(|play| replayed.apply(play));
        prop_assert_eq!(live.state(), replayed.state());
    }

    #[test]
    fn undo_restores_the_state_before(messages in prop::collection::vec(message(), 0..40), last in message()) {
        let (mut fold, _) = publish(&messages);
        let before = fold.state().clone();
        let Some(event) = read(&last) else { return Ok(()) };
        let taken = fold.decide(event, Author::Organiser).ok();
        let Some(event) = taken.filter(|event| {
            !matches!(event.play, Play::Undo { .. } | Play::Redo { .. } | Play::Note | Play::Other)
        }) else { return Ok(()) };
        fold.apply(event.play);
        fold.apply(Play::Undo { seq: None });
        prop_assert_eq!(fold.state(), &before);
        fold.apply(Play::Redo { seq: None });
        fold.apply(Play::Undo { seq: None });
        prop_assert_eq!(fold.state(), &before);
    }

    #[test]
    fn truncating_is_as_if_the_rest_had_not_been(messages in prop::collection::vec(message(), 0..40), keep in 0..40_u64) {
        let (mut fold, history) = publish(&messages);
        fold.truncate(keep);
        let mut short = self::fold();
        history.into_iter().take(keep as usize).for_each(|play| short.apply(play));
        prop_assert_eq!((fold.state(), fold.seq()), (short.state(), short.seq()));
    }
}
