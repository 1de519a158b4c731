//! The JSON of what becomes of an event.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::text;
use crate::broker::{Accepted, Answer};
use crate::domain::{EventId, MatchState, Refusal, Seq};

/// The answer to one event that was sent.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schemars(rename = "Answer")]
pub enum AnswerJson<'a> {
    Ack {
        id: &'a EventId,
        seq: Seq,
        /// It was there already; `seq` is where.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        duplicate: bool,
        #[schemars(with = "MatchState")]
        state: &'a RawValue,
    },
    Refused {
        id: Option<&'a EventId>,
        code: &'static str,
        message: String,
        #[schemars(with = "MatchState")]
        state: &'a RawValue,
    },
}

/// The `ack` or `refused` for one event, as text.
pub fn answer(answer: &Answer) -> String {
    let state = &answer.state;
    text(&match (&answer.outcome, &answer.id) {
        (Ok(Accepted { seq, duplicate }), Some(id)) => AnswerJson::Ack {
            id,
            seq: *seq,
            duplicate: *duplicate,
            state,
        },
        (Ok(_), None) => refused(
            None,
            &Refusal::BadEvent("an event without a name".into()),
            state,
        ),
        (Err(refusal), id) => refused(id.as_ref(), refusal, state),
    })
}

fn refused<'a>(id: Option<&'a EventId>, refusal: &Refusal, state: &'a RawValue) -> AnswerJson<'a> {
    AnswerJson::Refused {
        id,
        code: refusal.code(),
        message: refusal.to_string(),
        state,
    }
}
