//! What a referee says: an event, read from JSON and checked for its form.
//!
//! The broker carries any kind of message, so the text that was sent is kept as it is (`body`) and forwarded
//! untouched; what the rules understand of it is in `play`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::form::Form;
use super::refusal::Refusal;
use super::state::{BySide, Side};
use crate::domain::ids::{EventId, Seq};

/// The largest event, in bytes of JSON.
pub const EVENT_MAX_BYTES: usize = 16 * 1024;
/// The deepest event. Readers of JSON commonly stop at 128 levels, and an event is shown inside of other things.
const DEPTH_MAX: usize = 100;

/// Who published an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    Referee,
    /// An organiser's correction.
    Organiser,
}

/// What a `clock` event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockAction {
    Start,
    Stop,
    Set,
}

/// What kind of period begins, where it is not simply the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextPeriod {
    SecondHalf,
    ExtraTime,
    Shootout,
}

/// A period of a `result`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodResult {
    pub points: BySide<i64>,
    pub named: NamedPhase,
}

/// The kind of a period, as a `result` says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NamedPhase {
    /// Nothing: the number of periods decides.
    #[default]
    Unnamed,
    ExtraTime,
    Shootout,
    /// A word that is none of these. It is refused now; an older history may hold any.
    Unknown,
}

/// The meaning of an event to the rules. A type that they don't know is [`Play::Other`] and changes no score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Play {
    /// `side` serves or kicks off first.
    Start {
        side: Option<Side>,
    },
    Point {
        side: Side,
        /// Negative: points taken back. In a shoot-out 0 is a miss.
        value: i64,
        /// An attempt of the shoot-out.
        shootout: bool,
    },
    Foul {
        side: Side,
        value: i64,
        player: Option<Box<str>>,
    },
    Card {
        side: Side,
        /// Or the name of a suspension that the sport shows like a card.
        colour: Box<str>,
        player: Option<Box<str>>,
    },
    /// Without a side: an official's timeout.
    Timeout {
        side: Option<Side>,
    },
    PeriodStart {
        phase: Option<NextPeriod>,
    },
    PeriodEnd,
    Serve {
        side: Side,
        /// From now on the service changes with every point.
        expedite: bool,
    },
    Ends,
    Clock {
        action: ClockAction,
        seconds: Option<u32>,
    },
    Substitution,
    Suspend,
    Resume,
    /// `side` is the one that did not come.
    Walkover {
        side: Side,
    },
    /// `side` is the one that gives up, or is not allowed to go on.
    Retire {
        side: Side,
        disqualified: bool,
    },
    Finish,
    Confirm,
    Note,
    /// Without `seq`: the last event that still counts.
    Undo {
        seq: Option<Seq>,
    },
    /// Without `seq`: the event that was undone last.
    Redo {
        seq: Option<Seq>,
    },
    /// The score as a whole. `force`: even one that the rules cannot produce.
    Result {
        periods: Box<[PeriodResult]>,
        force: bool,
    },
    Other,
}

impl Play {
    /// Reads what the rules understand of an event, and nothing else: for folding without a server.
    pub fn read(text: &str) -> Result<Play, Refusal> {
        if text.len() > EVENT_MAX_BYTES {
            return Err(Refusal::TooLarge);
        }
        let form = Form::read(text)?;
        form.given_id()?;
        form.play()
    }
}

/// An event as it came, checked for its form and not yet for the rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub play: Play,
    /// One line of JSON, with `id`.
    body: Box<str>,
}

/// An event that cannot be read, with the `id` that its sender is waiting for, where there was one.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    pub id: Option<EventId>,
    pub refusal: Refusal,
}

impl From<Refusal> for Unreadable {
    fn from(refusal: Refusal) -> Self {
        Unreadable { id: None, refusal }
    }
}

impl Event {
    /// Reads one event from JSON. `fallback_id` names an event whose sender gave it no `id`.
    pub fn parse(text: &str, fallback_id: impl FnOnce() -> EventId) -> Result<Event, Unreadable> {
        if text.len() > EVENT_MAX_BYTES {
            return Err(Unreadable {
                id: id_of(text),
                refusal: Refusal::TooLarge,
            });
        }
        // What no client could read again is not let in: numbers beyond any range, objects a hundred deep.
        let value = serde_json::from_str::<Value>(text)
            .map_err(|error| Refusal::BadJson(error.to_string()))?;
        if depth(&value) > DEPTH_MAX {
            return Err(Unreadable {
                id: id_of(text),
                refusal: Refusal::BadJson(format!("nested more than {DEPTH_MAX} levels deep")),
            });
        }
        Event::read(text, fallback_id)
    }

    /// Reads an event that was taken before. It may have grown by what the server wrote into it, such as its `id`.
    pub fn stored(text: &str, id: EventId) -> Result<Event, Unreadable> {
        Event::read(text, || id)
    }

    fn read(text: &str, fallback_id: impl FnOnce() -> EventId) -> Result<Event, Unreadable> {
        let raw: &RawValue =
            serde_json::from_str(text).map_err(|error| Refusal::BadJson(error.to_string()))?;
        let form = Form::read(raw.get()).map_err(|refusal| Unreadable {
            id: id_of(text),
            refusal,
        })?;
        let given = form.given_id()?;
        let named = |refusal| Unreadable {
            id: given.clone(),
            refusal,
        };
        let play = form.play().map_err(named)?;
        // A newline inside valid JSON can only be white space between tokens.
        let line = raw.get().replace(['\n', '\r'], " ");
        let (id, body) = match given {
            Some(id) => (id, line),
            None => {
                let id = fallback_id();
                let body = insert_id(&line, &id);
                (id, body)
            }
        };
        Ok(Event {
            id,
            play,
            body: body.into_boxed_str(),
        })
    }

    /// The JSON text that is stored and forwarded.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The same event with the target of an `undo` or `redo` written out, for readers who keep no history.
    pub fn aimed_at(self, target: Seq) -> Event {
        let play = match self.play {
            Play::Undo { .. } => Play::Undo { seq: Some(target) },
            Play::Redo { .. } => Play::Redo { seq: Some(target) },
            _ => return self,
        };
        let mut body = match serde_json::from_str::<Map<String, Value>>(&self.body) {
            Ok(body) => body,
            Err(_) => return Event { play, ..self },
        };
        match body
            .entry("detail")
            .or_insert_with(|| Value::Object(Map::new()))
        {
            Value::Object(detail) => detail.insert("seq".into(), target.into()),
            other => {
                *other = serde_json::json!({ "seq": target });
                None
            }
        };
        Event {
            id: self.id,
            play,
            body: Value::Object(body).to_string().into_boxed_str(),
        }
    }
}

/// The `id` of an event that cannot be looked at otherwise.
fn id_of(text: &str) -> Option<EventId> {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    serde_json::from_str::<Named>(text)
        .ok()
        .and_then(|named| EventId::new(&named.id))
}

/// How many lists and objects lie in each other.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn insert_id(line: &str, id: &EventId) -> String {
    let name = Value::from(id.as_str());
    match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(mut fields) if fields.contains_key("id") => {
            fields.insert("id".into(), name);
            Value::Object(fields).to_string()
        }
        _ => format!("{{\"id\":{name},{}", line[1..].trim_start()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Event, Unreadable> {
        Event::parse(text, || EventId::new("made-here").expect("a good id"))
    }

    fn code(text: &str) -> &'static str {
        parse(text).expect_err("refused").refusal.code()
    }

    #[test]
    fn a_point_without_an_id_gets_one_and_is_otherwise_untouched() {
        let event = parse(r#" {"type":"point", "side":"A","x":1.0} "#).unwrap();
        assert_eq!(
            event.play,
            Play::Point {
                side: Side::A,
                value: 1,
                shootout: false
            }
        );
        assert_eq!(
            event.body(),
            r#"{"id":"made-here","type":"point", "side":"A","x":1.0}"#
        );
    }

    #[test]
    fn a_null_id_is_no_id_and_is_filled_in() {
        let event = parse(r#"{"id":null,"type":"note"}"#).unwrap();
        assert_eq!(event.body(), r#"{"id":"made-here","type":"note"}"#);
    }

    #[test]
    fn an_unknown_type_is_carried_with_whatever_it_holds() {
        let text = r#"{"id":"1","type":"wave","side":3,"value":{"big":12345678901234567890123},"détail":[]}"#;
        let event = parse(text).unwrap();
        assert_eq!(event.play, Play::Other);
        assert_eq!(event.body(), text);
    }

    #[test]
    fn an_event_over_several_lines_becomes_one_line() {
        let event = parse("{\"id\":\"1\",\n\"type\":\"note\",\r\n\"text\":\"a\\nb\"}").unwrap();
        assert_eq!(
            event.body(),
            "{\"id\":\"1\", \"type\":\"note\",  \"text\":\"a\\nb\"}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_code() {
        for (text, expected) in [
            ("", "bad_json"),
            ("{", "bad_json"),
            (r#"{"type":"point","side":"A"} x"#, "bad_json"),
            (r#"{"type":"wave","big":1e400}"#, "bad_json"),
            ("[]", "bad_event"),
            ("{}", "bad_event"),
            (r#"{"type":7}"#, "bad_event"),
            (r#"{"type":""}"#, "bad_event"),
            (r#"{"type":"point"}"#, "bad_event"),
            (r#"{"type":"point","side":"C"}"#, "bad_event"),
            (r#"{"type":"point","side":"A","value":1.5}"#, "bad_event"),
            (r#"{"type":"point","side":"A","value":1001}"#, "bad_event"),
            (r#"{"type":"point","type":"foul","side":"A"}"#, "bad_event"),
            (
                r#"{"type":"point","side":"A","value":-9223372036854775808}"#,
                "bad_event",
            ),
            (r#"{"type":"card","side":"A"}"#, "bad_event"),
            (
                r#"{"type":"card","side":"A","detail":{"colour":"Pink!"}}"#,
                "bad_event",
            ),
            (r#"{"type":"undo","detail":{"seq":-1}}"#, "bad_event"),
            (r#"{"type":"result","detail":{"periods":3}}"#, "bad_event"),
            (r#"{"type":"note","id":""}"#, "bad_event"),
            (r#"{"type":"note","id":{}}"#, "bad_event"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(
            code(&format!("{{\"type\":\"{}\"}}", "x".repeat(EVENT_MAX_BYTES))),
            "too_large"
        );
    }

    #[test]
    fn a_refused_event_still_says_which_one_it_was() {
        let unreadable = parse(r#"{"id":"tap-7","type":"point"}"#).unwrap_err();
        assert_eq!(unreadable.id.unwrap().as_str(), "tap-7");
    }

    #[test]
    fn an_undo_carries_its_target() {
        let event = parse(r#"{"id":"u","type":"undo","who":"me"}"#)
            .unwrap()
            .aimed_at(4);
        assert_eq!(event.play, Play::Undo { seq: Some(4) });
        let body: Value = serde_json::from_str(event.body()).unwrap();
        assert_eq!(body["detail"]["seq"], 4);
        assert_eq!(body["who"], "me");
    }
}
