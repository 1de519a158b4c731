//! The form of an event's JSON: which fields a type needs and what they may hold.

use serde::Deserialize;
use serde_json::Value;

use super::event::{CardColour, Play};
use super::ids::EventId;
use super::refusal::Refusal;
use super::state::{BySide, Side};

/// The largest number of points that one event gives or takes: larger is a slip of the finger.
const VALUE_MAX: i64 = 1000;
/// The most periods that a `result` may have: no sport plays more.
const RESULT_PERIODS_MAX: usize = 100;
const TYPE_MAX_BYTES: usize = 64;
/// The most points that a period of a `result` may show.
const RESULT_POINTS_MAX: i64 = 1_000_000;

/// The fields that the rules look at, before anything is known of them.
#[derive(Deserialize)]
pub struct Form {
    id: Option<Value>,
    r#type: Option<Value>,
    side: Option<Value>,
    value: Option<Value>,
    detail: Option<Value>,
}

fn bad(message: &str) -> Refusal {
    Refusal::BadEvent(message.to_owned())
}

impl Form {
    pub fn given_id(&self) -> Result<Option<EventId>, Refusal> {
        match &self.id {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => EventId::new(text).map(Some).ok_or_else(|| {
                bad("“id” has 1 to 64 characters, best a UUID that you make anew for each event")
            }),
            Some(_) => Err(bad(
                "“id” is a text, best a UUID that you make anew for each event",
            )),
        }
    }

    pub fn play(&self) -> Result<Play, Refusal> {
        let name = match &self.r#type {
            Some(Value::String(name)) if !name.is_empty() && name.len() <= TYPE_MAX_BYTES => name,
            Some(Value::String(_)) => return Err(bad("“type” has 1 to 64 characters")),
            Some(_) => return Err(bad("“type” is a text such as \"point\"")),
            None => return Err(bad("“type” is missing, for example \"point\"")),
        };
        Ok(match name.as_str() {
            "start" => Play::Start,
            "point" => Play::Point {
                side: self.side(name)?,
                value: self.value()?,
            },
            "foul" => Play::Foul {
                side: self.side(name)?,
                value: self.value()?,
            },
            "card" => Play::Card {
                side: self.side(name)?,
                colour: self.colour()?,
            },
            "timeout" => Play::Timeout {
                side: self.side_if_any()?,
            },
            "period_start" => Play::PeriodStart {
                phase: self.detail_as("phase")?,
            },
            "period_end" => Play::PeriodEnd,
            "serve" => Play::Serve {
                side: self.side(name)?,
            },
            "ends" => Play::Ends,
            "clock" => Play::Clock {
                action: self.detail_as("action")?.ok_or_else(|| {
                    bad("a clock event needs “detail.action”: \"start\", \"stop\" or \"set\"")
                })?,
                seconds: self.detail_as("seconds")?,
            },
            "substitution" => Play::Substitution,
            "suspend" => Play::Suspend,
            "resume" => Play::Resume,
            "walkover" => Play::Walkover {
                side: self.side(name)?,
            },
            "retire" => Play::Retire {
                side: self.side(name)?,
            },
            "finish" => Play::Finish,
            "confirm" => Play::Confirm,
            "note" => Play::Note,
            "undo" => Play::Undo {
                seq: self.detail_as("seq")?,
            },
            "redo" => Play::Redo {
                seq: self.detail_as("seq")?,
            },
            "result" => self.result()?,
            _ => Play::Other,
        })
    }

    fn side_if_any(&self) -> Result<Option<Side>, Refusal> {
        match &self.side {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(side)) if side == "A" => Ok(Some(Side::A)),
            Some(Value::String(side)) if side == "B" => Ok(Some(Side::B)),
            Some(_) => Err(bad("“side” is \"A\" or \"B\"")),
        }
    }

    fn side(&self, name: &str) -> Result<Side, Refusal> {
        self.side_if_any()?
            .ok_or_else(|| bad(&format!("a {name} event needs a “side”: \"A\" or \"B\"")))
    }

    fn value(&self) -> Result<i64, Refusal> {
        match &self.value {
            None | Some(Value::Null) => Ok(1),
            Some(value) => value
                .as_i64()
                .filter(|value| (-VALUE_MAX..=VALUE_MAX).contains(value))
                .ok_or_else(|| bad("“value” is a whole number between -1000 and 1000")),
        }
    }

    fn detail_as<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let found = match &self.detail {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(detail)) => detail.get(name),
            Some(_) => return Err(bad("“detail” is an object")),
        };
        match found {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::deserialize(value)
                .map(Some)
                .map_err(|error| bad(&format!("“detail.{name}”: {error}"))),
        }
    }

    fn colour(&self) -> Result<CardColour, Refusal> {
        self.detail_as("colour")?
            .ok_or_else(|| bad("a card event needs “detail.colour”, for example \"yellow\""))
    }

    fn result(&self) -> Result<Play, Refusal> {
        let periods: Box<[BySide<i64>]> = self.detail_as("periods")?.ok_or_else(|| {
            bad("a result event needs “detail.periods”, for example [{\"A\":21,\"B\":19}]")
        })?;
        if periods.len() > RESULT_PERIODS_MAX {
            return Err(bad("a result has at most 100 periods"));
        }
        let range = -RESULT_POINTS_MAX..=RESULT_POINTS_MAX;
        if !periods
            .iter()
            .all(|period| range.contains(&period.a) && range.contains(&period.b))
        {
            return Err(bad("a period of a result has at most 1000000 points"));
        }
        let force = self.detail_as("force")?.unwrap_or(false);
        Ok(Play::Result { periods, force })
    }
}
