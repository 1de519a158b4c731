//! TOML as plain values, and the lines that its keys stand on.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

pub(super) fn plain_table(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        (key.to_string(), plain(value.get_ref()))
    };
    Value::Object(table.iter().map(entry).collect())
}

fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
            read.map_or_else(|_| Value::String(number.to_string()), Value::from)
        }
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .map_or_else(|_| Value::String(number.to_string()), Value::from),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => items.iter().map(|item| plain(item.get_ref())).collect(),
        DeValue::Table(table) => plain_table(table),
    }
}

/// The byte at which the deepest key of a path that the file has begins.
pub(super) fn place(table: &Spanned<DeTable<'_>>, path: &[String]) -> usize {
    let mut start = 0;
    let mut current = Some(table.get_ref());
    let mut items: Option<&DeArray<'_>> = None;
    for step in path {
        let value = match (current, items) {
            (Some(table), _) => {
                let found = table
                    .iter()
                    .find(|(key, _)| key.get_ref().as_ref() == step.as_str());
                let Some((key, value)) = found else { break };
                start = key.span().start;
                value.get_ref()
            }
            (None, Some(items)) => {
                let Some(item) = step
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index))
                else {
                    break;
                };
                start = item.span().start;
                item.get_ref()
            }
            (None, None) => break,
        };
        (current, items) = match value {
            DeValue::Table(table) => (Some(table), None),
            DeValue::Array(array) => (None, Some(array)),
            _ => (None, None),
        };
    }
    start
}

pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes()
        .take(byte)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}
