//! The form of an event's JSON: which fields a type needs and what they may hold.

use serde::Deserialize;
use serde_json::Value;

use super::event::{NamedPhase, PeriodResult, Play};
use super::refusal::Refusal;
use super::state::{BySide, Side};
use crate::domain::ids::{EventId, Seq};

/// The largest number of points that one event gives or takes: larger is a slip of the finger.
const VALUE_MAX: i64 = 1000;
/// The most periods that a `result` may have: no sport plays more.
const RESULT_PERIODS_MAX: usize = 100;
const TYPE_MAX_BYTES: usize = 64;
const PLAYER_MAX_BYTES: usize = 60;
const COLOUR_MAX_BYTES: usize = 40;
/// More than eleven days.
const SECONDS_MAX: i64 = 1_000_000;
/// The most points that a period of a `result` may show.
const RESULT_POINTS_MAX: i64 = 1_000_000;

/// The fields that the rules look at, before anything is known of them.
#[derive(Deserialize)]
pub struct Form {
    id: Option<Value>,
    r#type: Option<Value>,
    side: Option<Value>,
    value: Option<Value>,
    player: Option<Value>,
    detail: Option<Value>,
}

/// A whole number, even one written 2.0 as some languages do; exact in all of them.
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    let number = value.as_f64()?;
    let fits = number.fract() == 0.0 && (-EXACT..=EXACT).contains(&number);
    fits.then_some(number as i64)
}

fn bad(message: &str) -> Refusal {
    Refusal::BadEvent(message.to_owned())
}

impl Form {
    /// Reads the fields of what must be one JSON object.
    pub fn read(text: &str) -> Result<Form, Refusal> {
        if !text.trim_start().starts_with('{') {
            return Err(bad(
                "an event is a JSON object such as {\"type\":\"point\",\"side\":\"A\"}",
            ));
        }
        serde_json::from_str(text).map_err(|error| bad(&error.to_string()))
    }

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
        let name = self.name()?;
        Ok(match name {
            "start" => Play::Start {
                side: self.side_if_any()?,
            },
            "point" => Play::Point {
                side: self.side(name)?,
                value: self.value()?,
                shootout: self.detail_says("phase", &Value::from("shootout")),
            },
            "foul" => Play::Foul {
                side: self.side(name)?,
                value: self.value()?,
                player: self.player(),
            },
            "card" => Play::Card {
                side: self.side(name)?,
                colour: self.colour()?,
                player: self.player(),
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
                expedite: self.detail_says("expedite", &Value::Bool(true)),
            },
            "ends" => Play::Ends,
            "clock" => Play::Clock {
                action: self.detail_as("action")?.ok_or_else(|| {
                    bad("a clock event needs “detail.action”: \"start\", \"stop\" or \"set\"")
                })?,
                seconds: self.seconds()?,
            },
            "substitution" => Play::Substitution,
            "suspend" => Play::Suspend,
            "resume" => Play::Resume,
            "walkover" => Play::Walkover {
                side: self.side(name)?,
            },
            "retire" => Play::Retire {
                side: self.side(name)?,
                disqualified: self.detail_says("reason", &Value::from("disqualified")),
            },
            "finish" => Play::Finish,
            "confirm" => Play::Confirm,
            "note" => Play::Note,
            "undo" => Play::Undo {
                seq: self.target()?,
            },
            "redo" => Play::Redo {
                seq: self.target()?,
            },
            "result" => self.result()?,
            _ => Play::Other,
        })
    }

    fn name(&self) -> Result<&str, Refusal> {
        match &self.r#type {
            Some(Value::String(name)) if !name.is_empty() && name.len() <= TYPE_MAX_BYTES => {
                Ok(name)
            }
            Some(Value::String(_)) => Err(bad("“type” has 1 to 64 characters")),
            Some(_) => Err(bad("“type” is a text such as \"point\"")),
            None => Err(bad("“type” is missing, for example \"point\"")),
        }
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
            Some(value) => whole(value)
                .filter(|value| (-VALUE_MAX..=VALUE_MAX).contains(value))
                .ok_or_else(|| bad("“value” is a whole number between -1000 and 1000")),
        }
    }

    fn detail(&self, name: &str) -> Result<Option<&Value>, Refusal> {
        match &self.detail {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(detail)) => Ok(detail.get(name).filter(|value| !value.is_null())),
            Some(_) => Err(bad("“detail” is an object")),
        }
    }

    fn detail_as<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let read = |value: &Value| {
            // Only texts are asked for in this way; serde would read a name out of an object, too.
            let text = Value::from(value.as_str().unwrap_or_default());
            T::deserialize(&text).map_err(|error| bad(&format!("“detail.{name}”: {error}")))
        };
        self.detail(name)?.map(read).transpose()
    }

    fn seconds(&self) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.detail("seconds")? else {
            return Ok(None);
        };
        whole(value)
            .filter(|seconds| (0..=SECONDS_MAX).contains(seconds))
            .and_then(|seconds| u32::try_from(seconds).ok())
            .map(Some)
            .ok_or_else(|| bad("“detail.seconds” is a whole number between 0 and 1000000"))
    }

    fn target(&self) -> Result<Option<Seq>, Refusal> {
        let Some(value) = self.detail("seq")? else {
            return Ok(None);
        };
        whole(value)
            .and_then(|seq| Seq::try_from(seq).ok())
            .map(Some)
            .ok_or_else(|| bad("“detail.seq” is the number of an event"))
    }

    /// Says if `detail` says this; anything else in it is the sender's own.
    fn detail_says(&self, name: &str, wanted: &Value) -> bool {
        let said = self.detail.as_ref().and_then(|detail| detail.get(name));
        said == Some(wanted)
    }

    /// The player's number or name, for counting; anything else is the sender's own.
    fn player(&self) -> Option<Box<str>> {
        match self.player.as_ref()? {
            Value::String(name) if !name.is_empty() && name.len() <= PLAYER_MAX_BYTES => {
                Some(name.as_str().into())
            }
            number @ Value::Number(_) => whole(number).map(|number| number.to_string().into()),
            _ => None,
        }
    }

    fn colour(&self) -> Result<Box<str>, Refusal> {
        let colour: String = self
            .detail_as("colour")?
            .ok_or_else(|| bad("a card event needs “detail.colour”, for example \"yellow\""))?;
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        match (1..=COLOUR_MAX_BYTES).contains(&colour.len()) && colour.bytes().all(good) {
            true => Ok(colour.into()),
            false => Err(bad(
                "“detail.colour” is the lower-case name of a card, for example \"yellow\"",
            )),
        }
    }

    fn result(&self) -> Result<Play, Refusal> {
        let form = "a result event needs “detail.periods”, for example [{\"A\":21,\"B\":19}]";
        let Some(Value::Array(given)) = self.detail("periods")? else {
            return Err(bad(form));
        };
        let points = |period: &Value, side: &str| period.get(side).and_then(whole);
        let read = |period: &Value| {
            Some(PeriodResult {
                points: BySide {
                    a: points(period, "A")?,
                    b: points(period, "B")?,
                },
                named: match period.get("phase") {
                    None | Some(Value::Null) => NamedPhase::Unnamed,
                    Some(Value::String(phase)) if phase == "extra_time" => NamedPhase::ExtraTime,
                    Some(Value::String(phase)) if phase == "shootout" => NamedPhase::Shootout,
                    Some(_) => NamedPhase::Unknown,
                },
            })
        };
        let periods: Option<Box<[PeriodResult]>> = given.iter().map(read).collect();
        let periods = periods.ok_or_else(|| bad(form))?;
        if periods.len() > RESULT_PERIODS_MAX {
            return Err(bad("a result has at most 100 periods"));
        }
        let range = -RESULT_POINTS_MAX..=RESULT_POINTS_MAX;
        if !periods
            .iter()
            .all(|period| range.contains(&period.points.a) && range.contains(&period.points.b))
        {
            return Err(bad("a period of a result has at most 1000000 points"));
        }
        let force = match self.detail("force")? {
            None => false,
            Some(Value::Bool(force)) => *force,
            Some(_) => return Err(bad("“detail.force” is true or false")),
        };
        Ok(Play::Result { periods, force })
    }
}
