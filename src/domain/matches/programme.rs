//! The place of a match in the day's programme, as everybody sees it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The time, the number and the call of a match. Its court stands in its setup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Programme {
    /// When it is planned to begin, in UTC milliseconds since 1970; `None` while nobody has published it.
    pub planned_at: Option<i64>,
    /// Its number in the day's programme: 1, 2, 3…
    pub number: Option<u32>,
    pub call: Call,
}

/// How far the sides are on their way to the court.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Call {
    #[default]
    Planned,
    /// They should be near.
    Soon,
    /// They are asked to come to the court.
    Called,
    /// They are there.
    OnCourt,
}

impl Call {
    pub const ALL: [Call; 4] = [Call::Planned, Call::Soon, Call::Called, Call::OnCourt];

    /// The word in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Call::Planned => "planned",
            Call::Soon => "soon",
            Call::Called => "called",
            Call::OnCourt => "on_court",
        }
    }

    /// The call of this word, if there is one.
    pub fn of(word: &str) -> Option<Call> {
        Call::ALL.into_iter().find(|call| call.as_str() == word)
    }
}
