//! A sport's file: reading it, merging variants and overrides into its rules, and saying what is wrong where.

mod check;
mod lines;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use toml::de::DeTable;

use super::definition::{Ladder, Periods, Rules};
use super::text::Text;
use crate::domain::tournament::PointsTable;
use check::{check_head, is_date, is_name, no_huge_numbers, sensible};
use lines::{line_at, place, plain_table};

/// The largest sport file, in bytes: the catalogue's longest is a tenth of it.
const FILE_MAX_BYTES: usize = 64 * 1024;
/// The text that takes a value away when rules are merged, because TOML has no null.
const NONE: &str = "none";
/// Chooses the rules of the file itself, whatever variant is valid today.
pub const BASE: &str = "base";

/// A sport: what people read of it, and the rules it is played by.
#[derive(Debug, Clone, PartialEq)]
pub struct Sport {
    /// Upper case, as stored and shown to programs.
    pub id: String,
    pub name: Text,
    pub icon: String,
    /// Two taps on the pad within this time are one, in milliseconds.
    pub guard_ms: u32,
    /// Where the rules are written.
    pub sources: Vec<String>,
    pub points_table: PointsTable,
    pub rules: Rules,
    pub variants: Vec<Variant>,
    /// The rules as the file has them, for merging.
    plain: Value,
}

/// A named way to play a sport.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    pub id: String,
    pub name: Text,
    /// From this day on (`YYYY-MM-DD`) new matches get it without choosing.
    pub valid_from: Option<String>,
    pub rules: Rules,
    plain: Value,
}

/// What is wrong in a sport's file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct FileError {
    /// From 1.
    pub line: usize,
    pub reason: String,
}

/// What is wrong in a variant or in rules that were overridden.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    #[error("{sport} has no variant “{variant}”; it has {known}")]
    UnknownVariant {
        sport: String,
        variant: String,
        known: String,
    },
    #[error("“rules.{path}”: {reason}")]
    Wrong { path: String, reason: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SportFile {
    id: String,
    name: Text,
    icon: Option<String>,
    engine: Engine,
    #[serde(default = "usual_guard_ms")]
    guard_ms: u32,
    #[serde(default)]
    sources: Vec<String>,
    rules: Value,
    #[serde(default, rename = "standings")]
    points_table: PointsTable,
    #[serde(default)]
    variants: BTreeMap<String, VariantFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFile {
    name: Text,
    valid_from: Option<String>,
    /// For readers of the file.
    #[serde(default)]
    #[expect(dead_code, reason = "a file may say it; nothing shows it yet")]
    sources: Vec<String>,
    #[serde(default)]
    rules: Value,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Engine {
    Ladder,
    Periods,
}

fn usual_guard_ms() -> u32 {
    300
}

/// A reason with the keys that lead to the place it is about.
struct Wrong {
    path: Vec<String>,
    reason: String,
}

fn wrong(path: &[&str], reason: impl Into<String>) -> Wrong {
    Wrong {
        path: path.iter().map(|key| (*key).to_owned()).collect(),
        reason: reason.into(),
    }
}

impl Wrong {
    fn into_error(self) -> RulesError {
        RulesError::Wrong {
            path: self.path.join("."),
            reason: self.reason,
        }
    }

    fn below(mut self, parents: &[&str]) -> Wrong {
        self.path
            .splice(0..0, parents.iter().map(|key| (*key).to_owned()));
        self
    }
}

impl Sport {
    /// Reads a sport's file.
    pub fn parse(text: &str) -> Result<Sport, FileError> {
        if text.len() > FILE_MAX_BYTES {
            let reason = format!("a sport's file has at most {FILE_MAX_BYTES} bytes");
            return Err(FileError { line: 1, reason });
        }
        let table = DeTable::parse(text).map_err(|error| FileError {
            line: line_at(text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        let value = plain_table(table.get_ref());
        read(value).map_err(|wrong| FileError {
            line: line_at(text, place(&table, &wrong.path)),
            reason: match wrong.path.is_empty() {
                true => wrong.reason,
                false => format!("“{}”: {}", wrong.path.join("."), wrong.reason),
            },
        })
    }

    /// The rules of a new match: of the variant that was chosen, else of the one that is valid on that day
    /// (`YYYY-MM-DD`), with `overrides` merged in. Says which variant it is.
    pub fn rules_for(
        &self,
        variant: Option<&str>,
        overrides: &[&Value],
        today: &str,
    ) -> Result<(Option<&Variant>, Rules), RulesError> {
        let variant = match variant {
            Some(BASE) => None,
            Some(wanted) => Some(self.variant(wanted)?),
            None => self
                .variants
                .iter()
                .filter(|variant| {
                    variant
                        .valid_from
                        .as_deref()
                        .is_some_and(|from| from <= today)
                })
                .max_by(|one, other| one.valid_from.cmp(&other.valid_from)),
        };
        if overrides.iter().all(|rules| rules.is_null()) {
            return Ok((
                variant,
                variant
                    .map_or(&self.rules, |variant| &variant.rules)
                    .clone(),
            ));
        }
        let mut plain = variant
            .map_or(&self.plain, |variant| &variant.plain)
            .clone();
        for rules in overrides {
            merge(&mut plain, rules);
        }
        let rules = self.engine().read(without_none(plain));
        Ok((variant, rules.map_err(Wrong::into_error)?))
    }

    fn variant(&self, wanted: &str) -> Result<&Variant, RulesError> {
        let found = self
            .variants
            .iter()
            .find(|variant| variant.id.eq_ignore_ascii_case(wanted));
        found.ok_or_else(|| RulesError::UnknownVariant {
            sport: self.id.clone(),
            variant: wanted.chars().take(80).collect(),
            known: match self.variants.is_empty() {
                true => BASE.to_owned(),
                false => {
                    let named = self.variants.iter().map(|variant| variant.id.as_str());
                    [BASE]
                        .into_iter()
                        .chain(named)
                        .collect::<Vec<_>>()
                        .join(", ")
                }
            },
        })
    }

    fn engine(&self) -> Engine {
        match self.rules {
            Rules::Ladder(_) => Engine::Ladder,
            Rules::Periods(_) => Engine::Periods,
        }
    }
}

/// Single rules on top of others.
pub fn merged(overrides: &Value, later: &Value) -> Value {
    let mut all = overrides.clone();
    merge(&mut all, later);
    all
}

/// Rules that were kept, with `overrides` merged in; the same ones where nothing differs.
pub fn overridden(kept: &Arc<Rules>, overrides: &Value) -> Result<Arc<Rules>, RulesError> {
    if overrides.is_null() {
        return Ok(kept.clone());
    }
    let engine = match **kept {
        Rules::Ladder(_) => Engine::Ladder,
        Rules::Periods(_) => Engine::Periods,
    };
    let mut plain = serde_json::to_value(&**kept).unwrap_or_default();
    if let Value::Object(fields) = &mut plain {
        // The engine is told beside the rules.
        fields.remove("engine");
    }
    merge(&mut plain, overrides);
    let read = engine.read(without_none(plain));
    read.map(Arc::new).map_err(Wrong::into_error)
}

impl Engine {
    fn read(self, plain: Value) -> Result<Rules, Wrong> {
        no_huge_numbers(&plain)?;
        let rules = match self {
            Engine::Ladder => Rules::Ladder(Box::new(typed::<Ladder>(plain)?)),
            Engine::Periods => Rules::Periods(Box::new(typed::<Periods>(plain)?)),
        };
        sensible(&rules)?;
        Ok(rules)
    }
}

fn read(value: Value) -> Result<Sport, Wrong> {
    let file: SportFile = typed(value)?;
    check_head(&file)?;
    let below = |wrong: Wrong| wrong.below(&["rules"]);
    let rules = file
        .engine
        .read(without_none(file.rules.clone()))
        .map_err(below)?;
    let mut variants = Vec::new();
    for (id, variant) in file.variants {
        let at = ["variants", id.as_str()];
        if !is_name(&id) || id == BASE {
            return Err(wrong(
                &at,
                "a variant's name has 1 to 40 lower-case letters, digits and _, and is not “base”",
            ));
        }
        if let Some(from) = &variant.valid_from
            && !is_date(from)
        {
            return Err(wrong(
                &[at[0], at[1], "valid_from"],
                "a day is written 2027-01-04",
            ));
        }
        let mut plain = file.rules.clone();
        merge(&mut plain, &variant.rules);
        let plain = without_none(plain);
        let rules = file
            .engine
            .read(plain.clone())
            .map_err(|wrong| wrong.below(&[at[0], at[1], "rules"]))?;
        variants.push(Variant {
            id,
            name: variant.name,
            valid_from: variant.valid_from,
            rules,
            plain,
        });
    }
    Ok(Sport {
        id: file.id.to_uppercase(),
        name: file.name,
        icon: file.icon.unwrap_or_default(),
        guard_ms: file.guard_ms,
        sources: file.sources,
        points_table: file.points_table,
        plain: without_none(file.rules),
        rules,
        variants,
    })
}

/// Table by table, the later one's values in place of the earlier one's.
fn merge(onto: &mut Value, from: &Value) {
    match (onto, from) {
        (Value::Object(onto), Value::Object(from)) => {
            for (key, value) in from {
                merge(onto.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (onto, Value::Object(from)) => {
            *onto = Value::Object(Map::new());
            merge(onto, &Value::Object(from.clone()));
        }
        (onto, value) => *onto = value.clone(),
    }
}

fn without_none(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| value != NONE)
            .map(|(key, value)| (key, without_none(value)))
            .collect(),
        value => value,
    }
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Wrong> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().iter().filter_map(|segment| match segment {
            serde_path_to_error::Segment::Map { key } => Some(key.clone()),
            serde_path_to_error::Segment::Seq { index } => Some(index.to_string()),
            _ => None,
        });
        Wrong {
            path: path.collect(),
            reason: error.inner().to_string(),
        }
    })
}
