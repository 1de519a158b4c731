//! The format of a tournament: its stages, each with one kind of draw.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::standings::Comparison;

/// A whole tournament as the organiser lays it out: a proposal of fixtures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Format {
    pub stages: Vec<Stage>,
}

/// A part of a tournament with one kind of draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// Unique in the format; other stages name it in `from`.
    pub key: String,
    #[serde(flatten)]
    pub kind: Kind,
    /// The stages that its entrants come from, best first. Without it, all entrants of the tournament take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Feeds>,
    /// Rules of the sport that differ in this stage, such as best of five in the final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Value>,
}

/// The kind of a stage with its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    RoundRobin(RoundRobin),
    Groups(Groups),
    Knockout(Knockout),
    DoubleElimination(DoubleElimination),
    Swiss(Swiss),
    Placement(Placement),
    Consolation(Consolation),
    /// No fixtures of its own: the organiser adds each one.
    Free,
}

/// Everybody against everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundRobin {
    /// The number of times that each pair meets, from 1.
    #[serde(default = "once")]
    pub legs: u16,
}

/// Everybody against everybody in each group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Groups {
    /// The number of groups.
    pub groups: u16,
    /// The number of times that each pair of a group meets, from 1.
    #[serde(default = "once")]
    pub legs: u16,
}

/// A side that loses is out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Knockout {
    /// The losers of the semi-finals play for third place.
    #[serde(default)]
    pub third_place: bool,
}

/// A side that has lost twice is out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoubleElimination {
    /// A second grand final if the winner of the winners' side loses the first.
    #[serde(default)]
    pub reset: bool,
}

/// Each round pairs those of about the same score; nobody meets twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Swiss {
    /// The number of rounds; without it as many as find a clear winner, and two more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u16>,
}

/// Losers play on for the places below: everybody plays about the same number of matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placement {
    /// The places that are played for, from the first. 4 is a match for third place. Without it all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<u16>,
    /// Losers play on until everybody played so many. Without it until all places are decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<u16>,
}

/// A knockout whose losers play on in trees of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consolation {
    #[serde(default)]
    pub mode: ConsolationMode,
    /// The last round whose losers enter a feed-in consolation. The losers of round 1 always do. Without it the quarter-finals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<FeedInTo>,
    /// The losers of the semi-finals play for third place.
    #[serde(default)]
    pub third_place: bool,
}

/// The losers that play on, and the trees they play in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsolationMode {
    /// Losers of round 1 play a second knockout.
    #[default]
    FirstRound,
    /// Losers of their first match do: a bye is no match.
    FirstMatch,
    /// Losers of rounds 1, 2 and 3 each turn off: up to eight trees, named by the points of the compass. With 8 or more
    /// entrants everybody plays three matches at least.
    Compass,
    /// Losers of rounds 1 and 2 each turn off: up to four trees. Everybody plays two matches at least.
    Olympic,
    /// Losers of later rounds enter the second knockout in its later rounds.
    FeedIn,
}

/// A round of a knockout, by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FeedInTo {
    R32,
    R16,
    #[serde(rename = "QF")]
    QuarterFinals,
    #[serde(rename = "SF")]
    SemiFinals,
}

/// The source of a stage's entrants: one stage, or several, the best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "“from” is {\"stage\":KEY,\"ranks\":2}, perhaps with \"best\":{\"rank\":3,\"count\":2}, or a list of such"
)]
pub enum Feeds {
    One(Feed),
    Several(Vec<Feed>),
}

/// The ranks of an earlier stage that go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Feed {
    /// The key of the earlier stage.
    pub stage: String,
    pub ranks: Ranks,
    /// The best of all teams of one rank of the groups go on as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<BestOfRank>,
}

/// The ranks that go on, of each group where the stage has groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "“ranks” is a number such as 2, or a list such as [3,4]"
)]
pub enum Ranks {
    /// The first so many.
    First(u16),
    /// These, such as `[3, 4]` for a plate.
    These(Vec<u16>),
}

/// The best of those who end at one rank of their groups, such as the four best thirds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BestOfRank {
    pub rank: u16,
    pub count: u16,
    #[serde(default)]
    pub compare: Comparison,
}

fn once() -> u16 {
    1
}
