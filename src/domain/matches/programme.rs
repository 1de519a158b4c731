//! The place of a match in the day's programme, as everybody sees it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::TeamId;

/// The time, the number, the call and the referee of a match. Its court stands in its setup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programme {
    /// When it is planned to begin, in UTC milliseconds since 1970; `None` while nobody has published it.
    pub planned_at: Option<i64>,
    /// Its number in the day's programme: 1, 2, 3…
    pub number: Option<u32>,
    pub call: Call,
    /// The place that was published first, where it is another one by now.
    pub moved: Option<FormerPlace>,
    pub referee: Option<Official>,
    /// When it will begin as things are, in UTC milliseconds since 1970; `None` where that is the planned time, more or less. It
    /// is reckoned anew as the day goes on, and never stored.
    pub expected_at: Option<i64>,
}

/// A place in the programme that a match has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerPlace {
    /// The name of the court then; `None` where it had none.
    pub court: Option<Arc<str>>,
    /// In UTC milliseconds since 1970.
    pub planned_at: i64,
}

/// A team or a person that referees a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// `None` for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    pub name: Arc<str>,
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
