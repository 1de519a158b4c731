//! Fixtures: matches that a draw makes, known before their sides are.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of a fixture in its tournament: `A1-3`, `R16-2`, `QF1`, `GF2`, `plate:QF1`. It is stable, and made for people.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    pub fn new(key: impl Into<String>) -> Key {
        Key(key.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says if people can read it, and programs take it apart: 1 to 40 letters, digits, “-”, “/”, “:” and “_”.
    pub fn is_well_formed(&self) -> bool {
        let good = |letter: char| letter.is_alphanumeric() || "-/:_".contains(letter);
        (1..=40).contains(&self.0.chars().count()) && self.0.chars().all(good)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The source of a fixture's side.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(untagged)]
pub enum Source {
    /// The entrant of that rank, from 1.
    Entrant(u16),
    Bye(ByeWord),
    Winner {
        winner: Key,
    },
    /// The loser of a fixture if that was its first match, else nobody: a bye or a walkover before it is no match.
    /// Written `{"loser":KEY,"if":"first_match"}`.
    LoserOfFirstMatch {
        loser: Key,
        #[serde(rename = "if")]
        condition: FirstMatchWord,
    },
    Loser {
        loser: Key,
    },
    /// The team that ends at that rank of a group, from 1.
    Group {
        group: String,
        rank: u16,
    },
    /// The nth best of all teams that end at rank `best` of their groups.
    Best {
        best: u16,
        nth: u16,
        /// The stage of the groups, where it is not the first that has groups.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
    },
}

/// The words of a source, in English: pages make their own from what it holds.
impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Entrant(rank) => write!(formatter, "Entrant {rank}"),
            Source::Bye(_) => formatter.write_str("Bye"),
            Source::Winner { winner } => write!(formatter, "Winner {winner}"),
            Source::Loser { loser } | Source::LoserOfFirstMatch { loser, .. } => {
                write!(formatter, "Loser {loser}")
            }
            Source::Group { group, rank } => write!(formatter, "{} {group}", ordinal(*rank)),
            Source::Best { best, nth, .. } => {
                write!(formatter, "{} best {}", ordinal(*nth), ordinal(*best))
            }
        }
    }
}

fn ordinal(number: u16) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Nobody: the other side goes on without a match. Written `"bye"`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ByeWord {
    Bye,
}

/// The condition of a place for those who lose the first match they play. Written `"first_match"`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FirstMatchWord {
    FirstMatch,
}

impl Source {
    pub const BYE: Source = Source::Bye(ByeWord::Bye);

    /// The number of the entrant that was drawn here.
    pub fn entrant(&self) -> Option<u16> {
        match self {
            Source::Entrant(entrant) => Some(*entrant),
            _ => None,
        }
    }

    /// The fixture whose winner or loser comes here; `None` for an entrant, a bye or a place of a group.
    pub fn fixture(&self) -> Option<&Key> {
        match self {
            Source::Winner { winner } => Some(winner),
            Source::Loser { loser } | Source::LoserOfFirstMatch { loser, .. } => Some(loser),
            Source::Entrant(_) | Source::Bye(_) | Source::Group { .. } | Source::Best { .. } => {
                None
            }
        }
    }
}

/// A match of a draw. `a` is at home. One with a bye is no match: its winner is the other side, its loser a bye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fixture {
    pub key: Key,
    /// From 1, within a group, a tree, or the winners' or losers' side.
    pub round: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub a: Source,
    pub b: Source,
    /// Played only if the loser of the grand final has lost once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub if_needed: bool,
}
