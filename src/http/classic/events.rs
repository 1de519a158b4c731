//! Events in the original's words.

use serde::Serialize;
use serde_json::{Value, json};

use crate::broker::Submission;
use crate::domain::matches::original;
use crate::domain::{EventId, MatchId, NextPeriod, Play, Seq};
use crate::http::wire::timestamp;
use crate::random;
use crate::store::Recorded;

#[derive(Serialize)]
pub struct EventLine {
    id_match: MatchId,
    equipe: &'static str,
    event_type: String,
    value: String,
    seq: Seq,
    at: String,
}

/// An event in the original's words.
pub fn line(id: MatchId, recorded: &Recorded) -> EventLine {
    let body: Value = serde_json::from_str(recorded.event.body()).unwrap_or_default();
    let detail = || {
        body.get("detail")
            .map(Value::to_string)
            .unwrap_or_else(|| "{}".to_owned())
    };
    let (event_type, value) = match &recorded.event.play {
        Play::Start { .. } => ("BEGIN_MATCH", detail()),
        Play::Finish => ("END_MATCH", detail()),
        Play::Point {
            value,
            shootout: true,
            ..
        } => (
            "POINT_PENALTY_SHOOTOUT",
            json!({ "Point": value }).to_string(),
        ),
        Play::Point { value, .. } => ("POINT", json!({ "Point": value }).to_string()),
        Play::Foul { value, .. } => ("FAULT", json!({ "Fault": value }).to_string()),
        Play::Card { colour, .. } if &**colour == "red" => ("RED_CARD", detail()),
        Play::Card { colour, .. } if &**colour == "yellow" => ("YELLOW_CARD", detail()),
        Play::PeriodEnd if body["detail"]["phase"] == "half" => ("HALF", detail()),
        Play::PeriodEnd => ("END_SET", detail()),
        Play::PeriodStart { phase: None } => ("NEW_SET", detail()),
        Play::PeriodStart {
            phase: Some(NextPeriod::SecondHalf),
        } => ("SECOND_HALF", detail()),
        Play::PeriodStart {
            phase: Some(NextPeriod::ExtraTime),
        } => ("EXTENSION", detail()),
        Play::PeriodStart {
            phase: Some(NextPeriod::Shootout),
        } => ("PENALTY_SHOOTOUT", detail()),
        Play::Other => (body["type"].as_str().unwrap_or_default(), detail()),
        _ => {
            let name = body["type"].as_str().unwrap_or_default().to_uppercase();
            return EventLine {
                value: detail(),
                ..bare(id, recorded, &body, name)
            };
        }
    };
    EventLine {
        value,
        ..bare(id, recorded, &body, event_type.to_owned())
    }
}

fn bare(id: MatchId, recorded: &Recorded, body: &Value, event_type: String) -> EventLine {
    EventLine {
        id_match: id,
        equipe: match body["side"].as_str() {
            Some("A") => "EQUIPEA",
            Some("B") => "EQUIPEB",
            _ => "",
        },
        event_type,
        value: String::new(),
        seq: recorded.seq,
        at: timestamp(recorded.at),
    }
}

/// Reads an event of a match in either spelling.
pub fn event(id: MatchId, text: &str) -> Submission {
    original::event(id, text, || EventId::from(random::id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Refusal, Side};

    fn id() -> MatchId {
        "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
    }

    fn play(event_type: &str, team: &str, value: &str) -> Result<Play, Refusal> {
        let text = json!({ "IdMatch": id(), "Equipe": team, "EventType": event_type, "EventValue": value });
        event(id(), &text.to_string())
            .map(|event| event.play)
            .map_err(|unreadable| unreadable.refusal)
    }

    #[test]
    fn every_original_type_has_its_meaning_and_its_way_back() {
        for (original, team, value, expected) in [
            (
                "POINT",
                "EQUIPEA",
                r#"{"Point":1}"#,
                Play::Point {
                    side: Side::A,
                    value: 1,
                    shootout: false,
                },
            ),
            (
                "POINT",
                "EQUIPEB",
                r#"{"Point":3}"#,
                Play::Point {
                    side: Side::B,
                    value: 3,
                    shootout: false,
                },
            ),
            (
                "FAULT",
                "EQUIPEB",
                "",
                Play::Foul {
                    side: Side::B,
                    value: 1,
                    player: None,
                },
            ),
            (
                "RED_CARD",
                "EQUIPEA",
                "{}",
                Play::Card {
                    side: Side::A,
                    colour: "red".into(),
                    player: None,
                },
            ),
            (
                "YELLOW_CARD",
                "EQUIPEA",
                "",
                Play::Card {
                    side: Side::A,
                    colour: "yellow".into(),
                    player: None,
                },
            ),
            ("BEGIN_MATCH", "", "", Play::Start { side: None }),
            ("END_MATCH", "", "", Play::Finish),
            ("NEW_SET", "", "", Play::PeriodStart { phase: None }),
            ("END_SET", "", "", Play::PeriodEnd),
            ("HALF", "", "", Play::PeriodEnd),
            (
                "SECOND_HALF",
                "",
                "",
                Play::PeriodStart {
                    phase: Some(NextPeriod::SecondHalf),
                },
            ),
            (
                "EXTENSION",
                "",
                "",
                Play::PeriodStart {
                    phase: Some(NextPeriod::ExtraTime),
                },
            ),
            (
                "PENALTY_SHOOTOUT",
                "",
                "",
                Play::PeriodStart {
                    phase: Some(NextPeriod::Shootout),
                },
            ),
            (
                "POINT_PENALTY_SHOOTOUT",
                "EQUIPEA",
                r#"{"Point":1}"#,
                Play::Point {
                    side: Side::A,
                    value: 1,
                    shootout: true,
                },
            ),
            (
                "TIMEOUT",
                "EQUIPEA",
                "",
                Play::Timeout {
                    side: Some(Side::A),
                },
            ),
            ("OLA", "", r#"{"Rows":[1,2]}"#, Play::Other),
        ] {
            assert_eq!(play(original, team, value), Ok(expected), "{original}");
            let text = json!({ "Equipe": team, "EventType": original, "EventValue": value });
            let recorded = Recorded {
                seq: 1,
                at: 0,
                author: crate::domain::Author::Referee,
                event: event(id(), &text.to_string()).unwrap(),
            };
            assert_eq!(line(id(), &recorded).event_type, original);
            assert_eq!(line(id(), &recorded).equipe, team);
        }
    }

    #[test]
    fn what_the_original_spelling_gets_wrong_is_refused() {
        assert!(play("POINT", "EQUIPEC", "").is_err());
        assert!(play("POINT", "", "").is_err());
        assert!(play("POINT", "EQUIPEA", "one").is_err());
        let other = r#"{"IdMatch":"00000000-0000-7000-8000-000000000000","EventType":"POINT","Equipe":"EQUIPEA"}"#;
        assert_eq!(event(id(), other).unwrap_err().refusal.code(), "bad_event");
    }

    #[test]
    fn an_original_point_is_shown_in_the_original_s_words() {
        let text = r#"{"id":"7","Equipe":"EQUIPEA","EventType":"POINT","EventValue":"{\"Point\":2,\"Player\":\"9\"}"}"#;
        let event = event(id(), text).unwrap();
        assert_eq!(event.id.as_str(), "7");
        let body: Value = serde_json::from_str(event.body()).unwrap();
        assert_eq!(
            body,
            json!({ "id": "7", "type": "point", "side": "A", "value": 2, "detail": { "Player": "9" } })
        );
        let recorded = Recorded {
            seq: 3,
            at: 0,
            author: crate::domain::Author::Referee,
            event,
        };
        assert_eq!(line(id(), &recorded).value, r#"{"Point":2}"#);
    }
}
