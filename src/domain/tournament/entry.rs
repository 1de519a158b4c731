//! Entries: the teams, pairs and players of a tournament.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{TeamId, TournamentId};

/// The most letters of a team's short name: so many fit on a board of four digits.
pub const SHORT_MAX_CHARS: usize = 4;

/// An entry in a tournament: a team, a pair or a player. No two of a tournament have one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub tournament: TournamentId,
    pub name: String,
    /// Up to four letters, for boards and brackets.
    pub short: Option<String>,
    /// Teams of one club are kept apart by the draw, and count together in the ranking of the day.
    pub club: Option<String>,
    /// 1 is the best; `None` for an unseeded team.
    pub seed: Option<u16>,
    /// As `#d62828`.
    pub colour: Option<String>,
    pub players: Vec<Player>,
    pub presence: Presence,
    /// It has withdrawn. The decision is the truth, and this its copy for lists.
    pub withdrawn: bool,
}

impl Team {
    /// A team of which only the name is known.
    pub fn named(id: TeamId, tournament: TournamentId, name: String) -> Team {
        Team {
            id,
            tournament,
            name,
            short: None,
            club: None,
            seed: None,
            colour: None,
            players: Vec::new(),
            presence: Presence::Unknown,
            withdrawn: false,
        }
    }
}

/// The answer of the check-in on the day.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Presence {
    /// Nobody has asked yet.
    #[default]
    Unknown,
    Present,
    Absent,
}

impl Presence {
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Unknown => "unknown",
            Presence::Present => "present",
            Presence::Absent => "absent",
        }
    }
}

/// A player of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Player {
    /// The number on the shirt; `None` where there is none.
    #[serde(default)]
    pub number: Option<ShirtNumber>,
    pub name: String,
}

/// A number on a shirt, as it was entered: 7 and “00” are both in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ShirtNumber {
    Number(u16),
    Text(String),
}
