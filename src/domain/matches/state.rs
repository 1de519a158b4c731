//! The state of a match: what the fold of its events says.
//!
//! Its JSON is part of its definition (the same events give the same bytes on every machine and in every
//! language), so the names and the order of the fields are fixed here and nowhere else.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of the two sides of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Side {
    A,
    B,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// One value for each side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct BySide<T> {
    #[serde(rename = "A")]
    pub a: T,
    #[serde(rename = "B")]
    pub b: T,
}

impl<T> BySide<T> {
    pub fn get(&self, side: Side) -> &T {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    pub fn get_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::A => &mut self.a,
            Side::B => &mut self.b,
        }
    }
}

impl BySide<i64> {
    /// The side with more, or `None` when they are level.
    pub fn leader(&self) -> Option<Side> {
        match self.a.cmp(&self.b) {
            std::cmp::Ordering::Greater => Some(Side::A),
            std::cmp::Ordering::Less => Some(Side::B),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// Where a match stands in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Status {
    #[default]
    Scheduled,
    Live,
    Suspended,
    Finished,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Scheduled => "scheduled",
            Status::Live => "live",
            Status::Suspended => "suspended",
            Status::Finished => "finished",
        }
    }
}

/// What kind of period is being played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Phase {
    #[default]
    Regular,
    ExtraTime,
    Shootout,
}

impl Phase {
    fn is_regular(&self) -> bool {
        *self == Phase::Regular
    }
}

/// What the match clock showed when somebody last touched it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchClock {
    pub running: bool,
    /// Seconds on the clock at the last `clock` event, as its sender gave them.
    pub seconds: u32,
}

/// Why a match ended other than on points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Reason {
    Walkover,
    Retired,
    Disqualified,
}

/// The most periods that a match is folded into, and that any event may begin: a state has an end, whatever is sent.
/// A sport whose file plans more sets than this has as many as it plans.
pub const PERIODS_MAX: usize = 64;

/// The most bytes of JSON that a state has, whatever its history: periods, kinds of cards and texts are bounded where they
/// are counted, and a test holds all sports to this.
pub const STATE_MAX_BYTES: usize = 16 * 1024;

/// What a match's events add up to. See CONTRACT, section 5, for the meaning of each field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "State")]
pub struct MatchState {
    pub status: Status,
    pub winner: Option<Side>,
    /// The headline: sets won in a set sport, goals or points otherwise.
    pub score: BySide<i64>,
    /// Sets, halves or quarters, the current one included.
    pub periods: Vec<BySide<i64>>,
    /// The number of the current period; 0 before the match.
    pub period: u32,
    /// What a board shows for the point being played.
    pub points: BySide<String>,
    pub serving: Option<Side>,
    pub fouls: BySide<i64>,
    pub cards: BySide<BTreeMap<Box<str>, u32>>,
    pub timeouts: BySide<i64>,
    pub clock: Option<MatchClock>,
    /// What the referee should do or announce now.
    pub prompt: Vec<String>,
    pub reason: Option<Reason>,
    /// Both sides have signed the result.
    pub confirmed: bool,
    /// What kind of period the current one is; said only when it is none of the regular ones.
    #[serde(default, skip_serializing_if = "Phase::is_regular")]
    pub phase: Phase,
}

impl Default for MatchState {
    fn default() -> Self {
        MatchState {
            status: Status::Scheduled,
            winner: None,
            score: BySide::default(),
            periods: Vec::new(),
            period: 0,
            points: BySide {
                a: "0".into(),
                b: "0".into(),
            },
            serving: None,
            fouls: BySide::default(),
            cards: BySide::default(),
            timeouts: BySide::default(),
            clock: None,
            prompt: Vec::new(),
            reason: None,
            confirmed: false,
            phase: Phase::Regular,
        }
    }
}
