//! Everything about a match that its events do not say: who plays whom, in which sport, by which rules, and where.

use std::sync::Arc;

use super::state::BySide;
use crate::domain::ids::{MatchId, Revision, TeamId};
use crate::domain::sport::Rules;
use crate::domain::tournament::TournamentRef;
use crate::domain::venue::Court;

/// A match before its first event. Only organisers change it, and its rules only until the match has begun.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchSetup {
    pub id: MatchId,
    /// `None` for a friendly match.
    pub tournament: Option<TournamentRef>,
    /// The court, once somebody has said so.
    pub court: Option<Court>,
    /// The sport's id.
    pub sport: Arc<str>,
    pub variant: Option<String>,
    /// The rules that it is played by, whatever becomes of the sport's file.
    pub rules: Arc<Rules>,
    pub sides: BySide<SideSetup>,
    /// 1, 2, 3… in a venue: lists show matches, and courts play them, in this order.
    pub order: u64,
    /// UTC milliseconds since 1970.
    pub created_at: i64,
    /// The revision of the last change to what stands here.
    pub revision: Revision,
}

/// One side of a match: a team of the tournament, or a name alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SideSetup {
    /// `None` in a friendly match.
    pub team: Option<TeamId>,
    /// The team's name, where there is a team.
    pub name: String,
}

impl SideSetup {
    /// A side that has a name and no team.
    pub fn named(name: impl Into<String>) -> SideSetup {
        SideSetup {
            team: None,
            name: name.into(),
        }
    }
}
