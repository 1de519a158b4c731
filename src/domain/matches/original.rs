//! Events in the spelling of the original system, read as events of today: `{IdMatch, Equipe, EventType, EventValue}`.

use serde_json::{Map, Value, json};

use super::event::{EVENT_MAX_BYTES, Unreadable};
use super::{Event, Play, Refusal, Side};
use crate::domain::ids::{EventId, MatchId};

/// Reads an event of a match in either spelling; `fresh` names one that has no ID.
pub fn event(
    id: MatchId,
    text: &str,
    fresh: impl FnOnce() -> EventId,
) -> Result<Event, Unreadable> {
    match original(text) {
        Some(original) => {
            let event_id = original
                .get("id")
                .and_then(Value::as_str)
                .and_then(EventId::new);
            let translated = translate(Some(id), original).map_err(|refusal| Unreadable {
                id: event_id.clone(),
                refusal,
            })?;
            // What was readable as text in a text may be too deep once it is unpacked; its sender still waits.
            Event::parse(&translated.to_string(), fresh).map_err(|unreadable| Unreadable {
                id: unreadable.id.or(event_id),
                ..unreadable
            })
        }
        None => Event::parse(text, fresh),
    }
}

/// Reads what the rules understand of an event, in either spelling and of whatever match.
pub fn play(text: &str) -> Result<Play, Refusal> {
    match original(text) {
        Some(original) => Play::read(&translate(None, original)?.to_string()),
        None => Play::read(text),
    }
}

/// An event in the original spelling; `None` when it is in today's, or cannot be read.
fn original(text: &str) -> Option<Map<String, Value>> {
    if text.len() > EVENT_MAX_BYTES || !text.contains("EventType") {
        return None;
    }
    let fields: Map<String, Value> = serde_json::from_str(text).ok()?;
    (fields.contains_key("EventType") && !fields.contains_key("type")).then_some(fields)
}

fn bad(message: String) -> Refusal {
    Refusal::BadEvent(message)
}

/// `{IdMatch, Equipe, EventType, EventValue}` as an event of today.
fn translate(id: Option<MatchId>, mut original: Map<String, Value>) -> Result<Value, Refusal> {
    if let Some(named) = original.remove("IdMatch")
        && let Some(id) = id
        && named.as_str().and_then(|text| text.parse().ok()) != Some(id)
    {
        return Err(bad(
            "“IdMatch” names another match than this connection's".into()
        ));
    }
    let side = side(original.remove("Equipe"))?;
    let Some(Value::String(event_type)) = original.remove("EventType") else {
        return Err(bad("“EventType” is a text such as POINT".into()));
    };
    let mut detail = detail(original.remove("EventValue"))?;
    let (name, counted, extra) = match event_type.as_str() {
        "POINT" => ("point", Some("Point"), None),
        "POINT_PENALTY_SHOOTOUT" => ("point", Some("Point"), Some(("phase", "shootout"))),
        "FAULT" => ("foul", Some("Fault"), None),
        "RED_CARD" => ("card", None, Some(("colour", "red"))),
        "YELLOW_CARD" => ("card", None, Some(("colour", "yellow"))),
        "BEGIN_MATCH" => ("start", None, None),
        "END_MATCH" => ("finish", None, None),
        "NEW_SET" => ("period_start", None, None),
        "END_SET" => ("period_end", None, None),
        "HALF" => ("period_end", None, Some(("phase", "half"))),
        "SECOND_HALF" => ("period_start", None, Some(("phase", "second_half"))),
        "EXTENSION" => ("period_start", None, Some(("phase", "extra_time"))),
        "PENALTY_SHOOTOUT" => ("period_start", None, Some(("phase", "shootout"))),
        "TIMEOUT" => ("timeout", None, None),
        other => (other, None, None),
    };
    let value = counted.and_then(|counted| detail.remove(counted));
    if let Some((field, text)) = extra {
        detail.insert(field.into(), text.into());
    }
    // Whatever else the sender wrote is carried along.
    let mut event = original;
    event.insert("type".into(), name.into());
    if let Some(side) = side {
        event.insert("side".into(), json!(side));
    }
    if let Some(value) = value {
        event.insert("value".into(), value);
    }
    if !detail.is_empty() {
        event.insert("detail".into(), Value::Object(detail));
    }
    Ok(Value::Object(event))
}

fn side(named: Option<Value>) -> Result<Option<Side>, Refusal> {
    let wrong = || bad("“Equipe” is EQUIPEA or EQUIPEB".into());
    match named {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(team)) => match team.as_str() {
            "EQUIPEA" => Ok(Some(Side::A)),
            "EQUIPEB" => Ok(Some(Side::B)),
            "" => Ok(None),
            _ => Err(wrong()),
        },
        Some(_) => Err(wrong()),
    }
}

/// The original sends an object as text; as an object it is taken, too.
fn detail(value: Option<Value>) -> Result<Map<String, Value>, Refusal> {
    let wrong = || bad("“EventValue” is a JSON object as text, for example {\"Point\":1}".into());
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::String(text)) if text.is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|_| wrong()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err(wrong()),
    }
}
