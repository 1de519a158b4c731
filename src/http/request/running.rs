//! The fields by which organisers run a tournament: formats, draws, fixtures, decisions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Fields;
use crate::domain::tournament::deed::DrawMode;
use crate::domain::tournament::format::Format;
use crate::domain::tournament::{Key, Source};
use crate::domain::{Side, TeamId};
use crate::http::error::ApiError;
use crate::http::wire::running::format_from;
use crate::organising::{AbsentTeams, Accept, DrawWish, FixtureEdit, SideWish};

/// The most ranks that bring points to a club, and the most points.
const RANKS_MAX: usize = 64;
pub(super) const POINTS_MAX: u32 = 1_000_000;
/// The longest reason of a decision.
pub(super) const REASON_MAX_CHARS: usize = 500;

/// The pairs of a Swiss round; the bye has nobody on the other side.
pub type Pairs = Vec<(TeamId, Option<TeamId>)>;

pub(super) fn wrong(field: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::bad_request("bad_field", message).in_field(field)
}

/// The answer to a preview: `{"token","choices":{KEY:"keep"|"replay"},"reason"?}`.
pub fn accept_from(value: &Value) -> Result<Accept, ApiError> {
    let shape = || {
        wrong(
            "accept",
            "“accept” is {\"token\", \"choices\": {\"F\": \"keep\"}}, as the effects were told",
        )
    };
    let token = match value {
        Value::String(token) => {
            return Ok(Accept {
                token: token.clone(),
                ..Accept::default()
            });
        }
        Value::Object(fields) => fields
            .get("token")
            .and_then(Value::as_str)
            .ok_or_else(shape)?,
        _ => return Err(shape()),
    };
    let mut replay = BTreeSet::new();
    match value.get("choices") {
        None | Some(Value::Null) => {}
        Some(Value::Object(choices)) => {
            for (key, choice) in choices {
                match choice.as_str() {
                    Some("keep") => {}
                    Some("replay") => {
                        replay.insert(Key::new(key.clone()));
                    }
                    _ => return Err(wrong("accept", "a choice is \"keep\" or \"replay\"")),
                }
            }
        }
        Some(_) => return Err(shape()),
    }
    let reason = value.get("reason").and_then(Value::as_str);
    Ok(Accept {
        token: token.to_owned(),
        replay,
        reason: reason.map(|reason| reason.chars().take(REASON_MAX_CHARS).collect()),
    })
}

impl Fields {
    /// The JSON of the whole object.
    pub fn into_text(self) -> String {
        Value::Object(self.values).to_string()
    }

    /// A whole number in a query, from 1.
    pub fn count(&self, field: &'static str, most: u64) -> Result<Option<u64>, ApiError> {
        if !self.has(field) {
            return Ok(None);
        }
        let number = self.text(field)?.parse().ok();
        let number = number.filter(|number| (1..=most).contains(number));
        let message = || format!("“{field}” is a whole number from 1 to {most}");
        number.map(Some).ok_or_else(|| wrong(field, message()))
    }

    /// The token of a proposal that is accepted: a text, or `{"token"}`.
    pub fn token(&self) -> Result<String, ApiError> {
        let accept = self.values.get("accept").unwrap_or(&Value::Null);
        Ok(accept_from(accept)?.token)
    }

    /// The answer to a preview, where there is one.
    pub fn accept(&self) -> Result<Option<Accept>, ApiError> {
        match self.values.get("accept") {
            None | Some(Value::Null) => Ok(None),
            Some(accept) => accept_from(accept).map(Some),
        }
    }

    pub fn format(&self) -> Result<Format, ApiError> {
        let value = Value::Object(self.values.clone());
        format_from(value).map_err(|message| wrong("stages", message))
    }

    /// A list of texts that are IDs of teams; `null` where that is allowed.
    fn team_or_null(value: &Value, field: &'static str) -> Result<Option<TeamId>, ApiError> {
        match value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.parse()?)),
            _ => Err(wrong(field, format!("“{field}” names teams by their IDs"))),
        }
    }

    pub fn list(&self, field: &'static str) -> Result<&[Value], ApiError> {
        match self.values.get(field) {
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(wrong(field, format!("“{field}” must be a list"))),
            None => Err(super::missing(field)),
        }
    }

    pub(super) fn teams(&self, field: &'static str) -> Result<Vec<TeamId>, ApiError> {
        self.list(field)?
            .iter()
            .map(|value| {
                Self::team_or_null(value, field)?
                    .ok_or_else(|| wrong(field, format!("“{field}” names teams by their IDs")))
            })
            .collect()
    }

    pub fn draw(&self) -> Result<DrawWish, ApiError> {
        let mode = match self.text("mode")? {
            "ranks" => DrawMode::Ranks,
            "lots" => DrawMode::Lots,
            "manual" => DrawMode::Manual,
            _ => return Err(wrong("mode", "“mode” is \"ranks\", \"lots\" or \"manual\"")),
        };
        let lines = if self.has("lines") {
            let lines = self.list("lines")?.iter();
            lines
                .map(|line| Self::team_or_null(line, "lines"))
                .collect::<Result<_, _>>()?
        } else {
            Vec::new()
        };
        let clubs_apart = if self.has("keep_apart") {
            match self.text("keep_apart")? {
                "club" => true,
                "none" | "" => false,
                _ => {
                    return Err(wrong(
                        "keep_apart",
                        "“keep_apart” is \"club\", or is left out",
                    ));
                }
            }
        } else {
            false
        };
        let absent = if self.has("absent") {
            Some(match self.text("absent")? {
                "leave_out" => AbsentTeams::LeaveOut,
                "keep" => AbsentTeams::Keep,
                _ => return Err(wrong("absent", "“absent” is \"leave_out\" or \"keep\"")),
            })
        } else {
            None
        };
        let seeds = self.number("seeds")?;
        Ok(DrawWish {
            mode,
            lots: self.number("lots")?,
            lines,
            clubs_apart,
            seeds: seeds.map(|seeds| u16::try_from(seeds).unwrap_or(u16::MAX)),
            absent,
        })
    }

    /// The pairs of a Swiss round, where an organiser names them.
    pub fn pairs(&self) -> Result<Option<Pairs>, ApiError> {
        if !self.has("pairs") {
            return Ok(None);
        }
        let shape = || {
            wrong(
                "pairs",
                "“pairs” is a list of [TEAM_ID, TEAM_ID], the bye [TEAM_ID, null]",
            )
        };
        let pair = |value: &Value| {
            let [a, b] = value.as_array().map(Vec::as_slice).unwrap_or_default() else {
                return Err(shape());
            };
            let (a, b) = (
                Self::team_or_null(a, "pairs")?,
                Self::team_or_null(b, "pairs")?,
            );
            match (a, b) {
                (Some(a), b) => Ok((a, b)),
                (None, Some(b)) => Ok((b, None)),
                (None, None) => Err(shape()),
            }
        };
        self.list("pairs")?
            .iter()
            .map(pair)
            .collect::<Result<_, _>>()
            .map(Some)
    }

    pub(super) fn key(&self, field: &'static str) -> Result<Key, ApiError> {
        Ok(Key::new(self.text(field)?))
    }

    pub(super) fn side_letter(&self, field: &'static str) -> Result<Side, ApiError> {
        match self.text(field)? {
            "A" | "a" => Ok(Side::A),
            "B" | "b" => Ok(Side::B),
            _ => Err(wrong(field, format!("“{field}” is \"A\" or \"B\""))),
        }
    }

    /// A side of a fixture: `{"teamID"}` or `{"source":{"winner":KEY}}`.
    fn side_wish(&self, field: &'static str) -> Result<SideWish, ApiError> {
        let side = self.object(field)?;
        if let Some(team) = side.optional_id("teamID")? {
            return Ok(SideWish::Team(team));
        }
        let shape = || {
            wrong(
                field,
                format!("“{field}” is {{\"teamID\"}}, or {{\"source\": {{\"winner\": \"SF1\"}}}}"),
            )
        };
        let source = side.values.get("source").cloned().ok_or_else(shape)?;
        let source: Source = serde_json::from_value(source).map_err(|_| shape())?;
        Ok(SideWish::Source(source))
    }

    pub fn fixture_edit(&self) -> Result<FixtureEdit, ApiError> {
        let place = |field: &'static str| {
            let place = self.object(field)?;
            Ok::<_, ApiError>((place.key("key")?, place.side_letter("side")?))
        };
        Ok(match self.text("kind")? {
            "add" => FixtureEdit::Add {
                stage: self.text("stage")?.to_owned(),
                group: self
                    .has("group")
                    .then(|| self.text("group"))
                    .transpose()?
                    .map(str::to_owned),
                round: self
                    .number("round")?
                    .map(|round| u16::try_from(round).unwrap_or(u16::MAX)),
                key: self
                    .has("key")
                    .then(|| self.text("key"))
                    .transpose()?
                    .map(str::to_owned),
                a: self.side_wish("a")?,
                b: self.side_wish("b")?,
            },
            "remove" => FixtureEdit::Remove {
                key: self.key("key")?,
            },
            "change" => FixtureEdit::Change {
                key: self.key("key")?,
                a: self.has("a").then(|| self.side_wish("a")).transpose()?,
                b: self.has("b").then(|| self.side_wish("b")).transpose()?,
            },
            "swap" => FixtureEdit::Swap {
                first: place("first")?,
                second: place("second")?,
            },
            "split" => FixtureEdit::Split {
                group: self.text("group")?.to_owned(),
                into: self
                    .list("into")?
                    .iter()
                    .map(|group| match group {
                        Value::Array(teams) => teams
                            .iter()
                            .map(|team| {
                                Self::team_or_null(team, "into")?
                                    .ok_or_else(|| wrong("into", "“into” names teams by their IDs"))
                            })
                            .collect::<Result<Vec<_>, ApiError>>(),
                        _ => Err(wrong("into", "“into” is a list of lists of teams")),
                    })
                    .collect::<Result<_, _>>()?,
            },
            _ => {
                return Err(wrong(
                    "kind",
                    "“kind” is \"add\", \"remove\", \"change\", \"swap\" or \"split\"",
                ));
            }
        })
    }

    pub fn points_of_ranks(&self) -> Result<Vec<u32>, ApiError> {
        let message = || {
            let most = RANKS_MAX;
            wrong(
                "points",
                format!("“points” is a list of whole numbers, at most {most}: [10, 7, 5, 3]"),
            )
        };
        let list = self.list("points")?;
        if list.len() > RANKS_MAX {
            return Err(message());
        }
        let points = |value: &Value| {
            let points = value.as_u64().and_then(|points| u32::try_from(points).ok());
            points
                .filter(|points| *points <= POINTS_MAX)
                .ok_or_else(message)
        };
        list.iter().map(points).collect()
    }

    /// The factor of a tournament, where there is one.
    pub fn factor(&self) -> Result<Option<u16>, ApiError> {
        const FACTOR_MAX: u16 = 100;
        let Some(factor) = self.number("factor")? else {
            return Ok(None);
        };
        let factor = u16::try_from(factor)
            .ok()
            .filter(|factor| *factor <= FACTOR_MAX);
        let message = || format!("“factor” is a whole number from 0 to {FACTOR_MAX}");
        factor.map(Some).ok_or_else(|| wrong("factor", message()))
    }

    /// The values of a points table, where there are some.
    pub fn points_table(&self) -> Result<Option<Value>, ApiError> {
        if !self.has("standings") {
            return Ok(None);
        }
        Ok(Some(Value::Object(self.object("standings")?.values)))
    }
}
