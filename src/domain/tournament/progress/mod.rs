//! Progress: how far a tournament has come. It is the fold of its structure and of the results of its matches.
//!
//! The sides of fixtures, tables and ranks are computed anew from these, and nothing of it is ever patched. Two
//! progresses and their difference are a preview ([`super::preview`]).
//!
//! A match that has begun keeps the sides that it was begun with. Where the results lead to others by now it is contested,
//! until an organiser decides; its result counts for those who played it.

mod best;
#[cfg(test)]
pub mod chance;
mod level;
mod may_play;
mod presence;
mod ranking;
mod resolve;
mod tables;
#[cfg(test)]
pub mod tests;
mod unplayed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::deed::StagedFixture;
use super::draw::tree_lines;
use super::fixture::{Fixture, Key, Source};
use super::outcome::Outcome;
use super::standings::PointsTable;
use super::structure::Structure;
use crate::domain::ids::TeamId;
use crate::domain::matches::{BySide, Side, Status};
use crate::domain::sport::{Rules, overridden};

pub use best::LevelBest;
pub use level::NothingToDecide;
pub use may_play::{MayPlay, may_play, never_both};
pub use presence::{Presence, SidesPresence, presence};
pub use ranking::Ranked;
pub use resolve::{Arrival, KnownFixture, Occupant, Stand, Verdict, resolve};
pub use tables::{Table, swiss_table};

/// The match of a fixture, as far as a tournament needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    pub status: Status,
    /// The teams that it was set up with.
    pub sides: BySide<Option<TeamId>>,
    /// The result of one that is over; the score so far of one that is being played.
    pub outcome: Option<Outcome>,
}

impl Played {
    /// Says if it has begun: then its sides stay.
    pub fn has_begun(&self) -> bool {
        self.status != Status::Scheduled
    }

    fn result(&self) -> Option<&Outcome> {
        self.outcome
            .as_ref()
            .filter(|_| self.status == Status::Finished)
    }
}

/// The most sets of a match; `None` for a sport without sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BestOf {
    pub tournament: Option<u32>,
    /// The stages that have rules of their own, by their keys.
    pub stages: BTreeMap<String, Option<u32>>,
}

impl BestOf {
    /// Reads the rules of a tournament and of its stages.
    pub fn by(rules: &Arc<Rules>, structure: &Structure) -> BestOf {
        let stages = structure.stages().iter();
        // Rules that cannot be had were refused with the format.
        let own = stages.filter_map(|stage| {
            let own = overridden(rules, stage.rules.as_ref()?).ok()?;
            Some((stage.key.clone(), own.best_of()))
        });
        BestOf {
            tournament: rules.best_of(),
            stages: own.collect(),
        }
    }

    fn of(&self, stage: &str) -> Option<u32> {
        self.stages.get(stage).copied().unwrap_or(self.tournament)
    }
}

/// All that progress is made of.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub structure: &'a Structure,
    pub policy: &'a PointsTable,
    pub best_of: &'a BestOf,
    /// 1 is the best.
    pub seeds: &'a BTreeMap<TeamId, u16>,
    /// The matches that there are, by their fixtures.
    pub matches: &'a BTreeMap<Key, Played>,
}

/// A side of a fixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    Unknown,
    /// A bye.
    Nobody,
    Team(TeamId),
}

impl Seat {
    pub fn team(self) -> Option<TeamId> {
        match self {
            Seat::Team(team) => Some(team),
            Seat::Unknown | Seat::Nobody => None,
        }
    }
}

/// A fixture with what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub sides: BySide<Seat>,
    pub stand: Stand,
    /// The sides by the results, where the match was begun by others.
    pub due: Option<BySide<Seat>>,
    /// It no longer follows from the results, and nobody has decided what becomes of it.
    pub contested: bool,
    /// It is over and level, though somebody has to go on.
    pub undecided: bool,
    /// It has not begun, and this side wins it because the other has withdrawn.
    pub forfeit: Option<Side>,
}

impl Known {
    /// The teams, once both are known.
    pub fn teams(&self) -> Option<BySide<TeamId>> {
        Some(BySide {
            a: self.sides.a.team()?,
            b: self.sides.b.team()?,
        })
    }
}

/// How far a tournament has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// In the order of the structure's fixtures.
    pub fixtures: Vec<Known>,
    pub tables: Vec<Table>,
    pub level_best: Vec<LevelBest>,
    /// The teams that have reached their final rank, the best first.
    pub ranking: Vec<Ranked>,
}

impl Progress {
    /// Folds a tournament.
    pub fn of(given: Given<'_>) -> Progress {
        let fold = Fold::of(given);
        let tables = tables::all(&fold, false);
        Progress {
            fixtures: fold.known(),
            level_best: tables::level_best(&fold),
            ranking: ranking::of(&fold, &tables),
            tables,
        }
    }

    /// The tables with running matches counted as if they were over.
    pub fn live_tables(given: Given<'_>) -> Vec<Table> {
        tables::all(&Fold::of(given), true)
    }

    /// A fixture by its key.
    pub fn fixture<'a>(&'a self, structure: &Structure, key: &Key) -> Option<&'a Known> {
        let mut all = structure.fixtures.iter().zip(&self.fixtures);
        let found = all.find(|(staged, _)| staged.fixture.key == *key);
        found.map(|(_, known)| known)
    }
}

/// Fixtures played forward, with the groups that are over.
struct Fold<'a> {
    given: Given<'a>,
    fixtures: Vec<Fixture>,
    resolved: Vec<KnownFixture>,
    /// The places of groups that are taken.
    placed: BTreeMap<Source, u16>,
}

impl<'a> Fold<'a> {
    fn of(given: Given<'a>) -> Fold<'a> {
        let staged = given.structure.fixtures.iter();
        let mut fold = Fold {
            given,
            fixtures: staged.map(|staged| staged.fixture.clone()).collect(),
            resolved: Vec::new(),
            placed: BTreeMap::new(),
        };
        // A group that is over may fill the groups of a later stage: each turn ends with at least one more place, or is the last.
        loop {
            fold.resolved = fold.resolve();
            let placed = tables::places(&fold);
            if placed == fold.placed {
                return fold;
            }
            fold.placed = placed;
        }
    }

    fn resolve(&self) -> Vec<KnownFixture> {
        resolve(
            &self.fixtures,
            |source| self.placed.get(source).copied(),
            |key| self.seated(key),
            |key, a, b| self.verdict(key, a, b),
        )
    }

    fn played(&self, key: &Key) -> Option<&'a Played> {
        self.given.matches.get(key)
    }

    /// The entrants that a match was begun with.
    fn seated(&self, key: &Key) -> Option<[u16; 2]> {
        let played = self.played(key).filter(|played| played.has_begun())?;
        let structure = self.given.structure;
        // A row that was deleted is made again from what was noted.
        let (a, b) = match (played.sides.a, played.sides.b, structure.kept.get(key)) {
            (Some(a), Some(b), _) => (a, b),
            (_, _, Some(kept)) => (kept.sides.a, kept.sides.b),
            _ => return None,
        };
        Some([structure.entrant(a)?, structure.entrant(b)?])
    }

    fn verdict(&self, key: &Key, a: u16, b: u16) -> Option<Verdict> {
        let played = self.played(key);
        if let Some(outcome) = played.and_then(Played::result) {
            return Some(Verdict {
                winner: outcome.winner,
                walkover: outcome.unplayed,
            });
        }
        if played.is_some_and(Played::has_begun) {
            return None;
        }
        let winner = match (self.has_withdrawn(a), self.has_withdrawn(b)) {
            (false, false) => return None,
            (true, false) => Side::B,
            // Neither comes: the first goes on, and is not there again.
            (_, true) => Side::A,
        };
        Some(Verdict {
            winner: Some(winner),
            walkover: true,
        })
    }

    fn has_withdrawn(&self, entrant: u16) -> bool {
        let team = self.given.structure.team(entrant);
        team.is_some_and(|team| self.given.structure.withdrawn.contains(&team))
    }

    fn seat(&self, occupant: Occupant) -> Seat {
        match occupant {
            Occupant::Unknown => Seat::Unknown,
            Occupant::Nobody => Seat::Nobody,
            Occupant::Somebody(arrival) => self
                .given
                .structure
                .team(arrival.entrant)
                .map_or(Seat::Unknown, Seat::Team),
        }
    }

    fn known(&self) -> Vec<Known> {
        let needed = self.needed();
        let staged = self.given.structure.fixtures.iter();
        let all = staged.zip(&self.fixtures).zip(&self.resolved);
        all.map(|((staged, fixture), resolved)| {
            let due = resolved.due.map(|[a, b]| BySide {
                a: self.seat(a),
                b: self.seat(b),
            });
            let begun = self.played(&fixture.key).is_some_and(Played::has_begun);
            let (forfeit, undecided) = match resolved.stand {
                Stand::Decided(verdict) => (
                    verdict.winner.filter(|_| !begun),
                    verdict.winner.is_none()
                        && (needed.contains(&fixture.key) || self.is_of_a_tree(staged)),
                ),
                _ => (None, false),
            };
            Known {
                sides: BySide {
                    a: self.seat(resolved.a),
                    b: self.seat(resolved.b),
                },
                stand: resolved.stand,
                due,
                contested: self.is_contested(&fixture.key, resolved),
                undecided,
                forfeit,
            }
        })
        .collect()
    }

    /// Says if a fixture is one of a tree, whose matches somebody wins.
    fn is_of_a_tree(&self, staged: &StagedFixture) -> bool {
        let kind = self
            .given
            .structure
            .stage(&staged.stage)
            .map(|stage| &stage.kind);
        let tree = kind.is_some_and(|kind| tree_lines(kind, 2).is_some());
        tree && staged.fixture.group.is_none()
    }

    /// The fixtures whose winner or loser comes somewhere.
    fn needed(&self) -> BTreeSet<&Key> {
        let sides = self.fixtures.iter().flat_map(|of| [&of.a, &of.b]);
        sides.filter_map(Source::fixture).collect()
    }

    /// Says if a match no longer follows from the results, and nobody has decided what becomes of it.
    fn is_contested(&self, key: &Key, known: &KnownFixture) -> bool {
        known.due.is_some_and(|[a, b]| {
            let (a, b) = (self.seat(a), self.seat(b));
            !self.is_kept(key, BySide { a, b })
        })
    }

    /// Says if an organiser has kept a match as it was played instead of by these.
    fn is_kept(&self, key: &Key, due: BySide<Seat>) -> bool {
        let kept = self.given.structure.kept.get(key);
        let instead_of = kept.and_then(|kept| kept.instead_of);
        instead_of.is_some_and(|instead| instead.a == due.a.team() && instead.b == due.b.team())
    }
}
