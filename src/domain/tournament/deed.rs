//! Deeds: the things that organisers do to a tournament, as its history keeps them.
//!
//! The deeds of a tournament are numbered 1, 2, 3… and never change. [`super::structure`] folds them. A draw keeps its fixtures
//! whole, so that a later version, which may draw otherwise, still reads what was played.

use serde::{Deserialize, Serialize};

use super::entry::Team;
use super::fixture::{Fixture, Key};
use super::format::Format;
use super::settings::Settings;
use crate::domain::ids::{MatchId, TeamId};
use crate::domain::matches::BySide;

/// The number of a deed in its tournament, from 1.
pub type DeedSeq = u64;

/// A fixture with the stage that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedFixture {
    pub stage: String,
    #[serde(flatten)]
    pub fixture: Fixture,
}

/// The way in which a draw was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawMode {
    /// Strictly by rank.
    Ranks,
    /// By lot: the number repeats it.
    Lots,
    /// By hand.
    Manual,
}

/// Something that an organiser did; `contested`, `released` and `forfeit` follow by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// Chose the format. It takes effect with the next draw.
    Format { format: Format },
    /// Accepted a draw. Entrant n of its fixtures is the nth of `entrants`.
    Draw {
        mode: DrawMode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lots: Option<u64>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        clubs_apart: bool,
        entrants: Vec<TeamId>,
        fixtures: Vec<StagedFixture>,
    },
    /// Accepted a Swiss round.
    Round {
        stage: String,
        round: u16,
        fixtures: Vec<StagedFixture>,
    },
    /// Changed fixtures by hand.
    Fixtures {
        edit: Edit,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<Key>,
        /// The new ones, and those that have changed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        put: Vec<StagedFixture>,
        /// Teams that are entrants from now on: the next numbers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entrants: Vec<TeamId>,
    },
    /// Decided something that no result can say.
    Decide {
        decision: Decision,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        settled: Vec<Settlement>,
        /// The walkovers that follow, with the `seq` of the event in the match.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        walkovers: Vec<MatchEvent>,
    },
    /// Corrected a match.
    Correct {
        key: Key,
        event: MatchEvent,
        /// The type of the event.
        what: String,
        /// The score after it; `None` where nobody played, and in what was stored before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<BySide<i64>>,
        /// The score before it, if it was another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<BySide<i64>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        settled: Vec<Settlement>,
    },
    /// The results no longer lead to the sides that a match was begun with.
    Contested { key: Key, sides: BySide<TeamId> },
    /// A match that was kept follows from the results again, or has not begun any more.
    Released { key: Key },
    /// Matches that became known later, and are walkovers because a side has withdrawn.
    Forfeit { walkovers: Vec<MatchEvent> },
    /// Entered, changed or deleted teams.
    Teams { changes: Vec<TeamDifference> },
    /// Changed the settings of the tournament.
    Settings {
        before: Box<Settings>,
        after: Box<Settings>,
    },
    /// Took a deed back.
    Undo { seq: DeedSeq },
}

impl Deed {
    /// The choices for matches that no longer followed from the results.
    pub fn settled(&self) -> &[Settlement] {
        match self {
            Deed::Decide { settled, .. } | Deed::Correct { settled, .. } => settled,
            _ => &[],
        }
    }

    /// The same, to be added to.
    pub fn settled_mut(&mut self) -> Option<&mut Vec<Settlement>> {
        match self {
            Deed::Decide { settled, .. } | Deed::Correct { settled, .. } => Some(settled),
            _ => None,
        }
    }

    /// Says if it was noticed, and nobody did it.
    pub fn follows_by_itself(&self) -> bool {
        matches!(
            self,
            Deed::Contested { .. } | Deed::Released { .. } | Deed::Forfeit { .. }
        )
    }

    /// Says if it can be taken back.
    pub fn can_be_undone(&self) -> bool {
        !self.follows_by_itself() && !matches!(self, Deed::Undo { .. })
    }
}

/// A team before and after a deed; `None` is no team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamDifference {
    pub before: Option<Box<Team>>,
    pub after: Option<Box<Team>>,
}

/// An event of a match that a deed stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchEvent {
    #[serde(rename = "match")]
    pub of: MatchId,
    pub seq: u64,
}

/// The kind of a change by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Edit {
    Add { key: Key },
    Remove { key: Key },
    Change { key: Key },
    Swap { first: Key, second: Key },
    Split { group: String },
    LateEntry { team: TeamId, group: String },
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    /// The order of teams that are level, the best first: in a group, or among the best of a rank.
    Order {
        of: Tie,
        teams: Vec<TeamId>,
        /// The number of the lots that drew it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lots: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Matches of teams of a group that are level: those who win more of them stand before the others.
    PlayOff {
        group: String,
        fixtures: Vec<StagedFixture>,
    },
    /// Points that are deducted in a group.
    Points {
        team: TeamId,
        group: String,
        points: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Withdrawal {
        team: TeamId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A contested match stays as it was played, or is played again: `settled` of the deed says which.
    Settle { key: Key },
}

/// The teams that a decision orders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Tie {
    Group {
        group: String,
    },
    /// The best of a rank, of the groups of a stage.
    Best {
        best: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
    },
}

/// The choice of an organiser for a match that has begun and no longer follows from the results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum Settlement {
    /// It stays as it was played, by these sides.
    Keep {
        key: Key,
        sides: BySide<TeamId>,
        /// The sides that would have to play, as far as they are known.
        instead_of: BySide<Option<TeamId>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It was kept, and follows from the results again.
    Release { key: Key },
    /// It is void, and played again as another match.
    Replay {
        key: Key,
        voided: MatchId,
        again: MatchId,
    },
}

impl Settlement {
    pub fn key(&self) -> &Key {
        match self {
            Settlement::Keep { key, .. }
            | Settlement::Replay { key, .. }
            | Settlement::Release { key } => key,
        }
    }
}
