//! Everything about a match that its events do not say: who plays whom, in which sport, by which rules, and where.

use std::sync::Arc;

use super::programme::{Call, FormerPlace, Programme};
use super::state::BySide;
use crate::domain::ids::{MatchId, Revision, TeamId};
use crate::domain::sport::Rules;
use crate::domain::tournament::{Key, Source, TournamentRef};
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
    /// The fixture that it is the match of; `None` where no draw has made it.
    pub fixture: Option<FixtureRef>,
    pub programme: Programme,
    /// 1, 2, 3… in a venue: lists show matches, and courts play them, in this order.
    pub order: u64,
    /// UTC milliseconds since 1970.
    pub created_at: i64,
    /// The revision of the last change to what stands here, the programme excepted.
    pub revision: Revision,
}

impl MatchSetup {
    /// Says whom the match waits for, where a side is not known: such a match cannot begin.
    pub fn awaited(&self) -> Option<String> {
        let sides = [&self.sides.a, &self.sides.b].into_iter();
        let awaited = sides.filter(|side| side.source.is_some());
        let names: Vec<&str> = awaited.map(|side| side.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("this match waits for: {}", names.join(", ")))
    }

    /// Takes a call back that others got. Whoever was on court is only called, where that is another court than before.
    pub fn call_anew(&mut self, before: &MatchSetup) {
        let court = |setup: &MatchSetup| setup.court.as_ref().map(|court| court.id);
        if !self.is_played_by_those_of(before) {
            self.programme.call = Call::Planned;
        } else if court(self) != court(before) && self.programme.call == Call::OnCourt {
            self.programme.call = Call::Called;
        }
    }

    /// Notes the place that was published first, where the match has another one by now.
    pub fn note_move(&mut self, before: &MatchSetup) {
        let place = |setup: &MatchSetup| {
            Some(FormerPlace {
                court: setup.court.as_ref().map(|court| court.name.as_str().into()),
                planned_at: setup.programme.planned_at?,
            })
        };
        let first = before.programme.moved.clone().or_else(|| place(before));
        self.programme.moved = first.filter(|first| place(self).as_ref() != Some(first));
    }

    /// Says if the same sides play: the same teams, under any names, or the same names where there are no teams.
    pub fn is_played_by_those_of(&self, other: &MatchSetup) -> bool {
        let same = |one: &SideSetup, other: &SideSetup| match (one.team, other.team) {
            (None, None) => one.name == other.name,
            (one, other) => one == other,
        };
        same(&self.sides.a, &other.sides.a) && same(&self.sides.b, &other.sides.b)
    }
}

/// The fixture of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureRef {
    pub key: Key,
    pub stage: String,
    pub round: u16,
    pub group: Option<String>,
    /// The match no longer follows from the results, and nobody has decided what becomes of it.
    pub contested: bool,
}

/// One side of a match: a team of the tournament, a source that one is awaited from, or a name alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SideSetup {
    /// `None` in a friendly match.
    pub team: Option<TeamId>,
    /// The source of the side, while nobody knows which team that is.
    pub source: Option<Source>,
    /// The team's name, where there is a team; what the source says in English, where it is awaited.
    pub name: String,
}

impl SideSetup {
    /// A side that has a name and no team.
    pub fn named(name: impl Into<String>) -> SideSetup {
        SideSetup {
            team: None,
            source: None,
            name: name.into(),
        }
    }

    /// A team.
    pub fn team(id: TeamId, name: impl Into<String>) -> SideSetup {
        SideSetup {
            team: Some(id),
            source: None,
            name: name.into(),
        }
    }

    /// A side that is awaited.
    pub fn awaited(source: Source) -> SideSetup {
        SideSetup {
            team: None,
            name: source.to_string(),
            source: Some(source),
        }
    }
}
