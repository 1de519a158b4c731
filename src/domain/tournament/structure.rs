//! The structure of a tournament: format, entrants, fixtures and decisions, as the fold of its deeds.
//!
//! Folding is total: a deed that names what is no longer there changes nothing. A deed that was undone is left out, so that an
//! undo gives the structure before it, whatever it did.

use std::collections::{BTreeMap, BTreeSet};

use super::deed::{Decision, Deed, DeedSeq, DrawMode, Settlement, StagedFixture, Tie};
use super::fixture::{Fixture, Key, Source};
use super::format::{Format, Stage};
use crate::domain::ids::TeamId;
use crate::domain::matches::BySide;

/// Everything that organisers have laid down for a tournament.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Structure {
    pub format: Option<Format>,
    /// The format that the fixtures were drawn by; another one may have been chosen since.
    pub drawn_by: Option<Format>,
    /// The draw that was accepted last.
    pub draw: Option<Drawn>,
    /// Entrant n is the nth.
    pub entrants: Vec<TeamId>,
    /// In an order that can be played, but for what was added by hand.
    pub fixtures: Vec<StagedFixture>,
    pub withdrawn: BTreeSet<TeamId>,
    pub orders: Vec<Order>,
    pub play_offs: Vec<PlayOff>,
    pub deductions: Vec<Deduction>,
    /// The sides of matches that no longer follow from the results.
    pub kept: BTreeMap<Key, Kept>,
    /// The number of the last deed, undone or not; 0 before the first.
    pub seq: DeedSeq,
}

/// A draw as it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    pub mode: DrawMode,
    pub lots: Option<u64>,
    pub clubs_apart: bool,
}

/// An order that was laid down for teams that are level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub of: Tie,
    pub teams: Vec<TeamId>,
}

/// A match that decides between teams of a group that are level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayOff {
    pub group: String,
    pub key: Key,
}

/// Points that are taken away from a team in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    pub team: TeamId,
    pub group: String,
    pub points: u32,
}

/// The sides that a match was begun with, where the results lead to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub sides: BySide<TeamId>,
    /// The sides that an organiser has kept these instead of; `None` while nobody has decided.
    pub instead_of: Option<BySide<Option<TeamId>>>,
}

/// An entrant in a round of a stage or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Appearance<'a> {
    pub stage: &'a str,
    pub group: Option<&'a str>,
    pub round: u16,
    pub entrant: u16,
}

impl Structure {
    /// Folds deeds, in their order.
    pub fn of<'a>(deeds: impl IntoIterator<Item = (DeedSeq, &'a Deed)> + Clone) -> Structure {
        let undone = undone(deeds.clone());
        let mut structure = Structure::default();
        for (seq, deed) in deeds {
            structure.seq = seq;
            if !undone.contains(&seq) {
                structure.take(seq, deed);
            }
        }
        structure
    }

    /// The stages that are played: of the format that the fixtures were drawn by, else of the one that was chosen.
    pub fn stages(&self) -> &[Stage] {
        let format = self.drawn_by.as_ref().or(self.format.as_ref());
        format.map_or(&[], |format| &format.stages)
    }

    pub fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages().iter().find(|stage| stage.key == key)
    }

    pub fn fixture(&self, key: &Key) -> Option<&StagedFixture> {
        self.fixtures
            .iter()
            .find(|staged| staged.fixture.key == *key)
    }

    /// The number of entrants of a Swiss stage: all, or those of its first round where it takes them from other stages.
    pub fn swiss_entrants(&self, stage: &Stage) -> u16 {
        let count = match stage.from {
            None => self.entrants.len(),
            Some(_) => {
                let own = self
                    .fixtures
                    .iter()
                    .filter(|staged| staged.stage == stage.key);
                let first = own.map(|staged| &staged.fixture).filter(|of| of.round == 1);
                let sides = first.flat_map(|fixture| [&fixture.a, &fixture.b]);
                sides.filter(|side| !matches!(side, Source::Bye(_))).count()
            }
        };
        u16::try_from(count).unwrap_or(u16::MAX)
    }

    /// A fixture that could never be played, because it waits for its own winner or loser.
    pub fn waits_for_itself(&self) -> Option<&Key> {
        let mut left: Vec<&Fixture> = self.fixtures.iter().map(|staged| &staged.fixture).collect();
        loop {
            let waits = |fixture: &&Fixture| {
                let from = [fixture.a.fixture(), fixture.b.fixture()];
                let mut from = from.into_iter().flatten();
                from.any(|key| left.iter().any(|other| other.key == *key))
            };
            let next: Vec<&Fixture> = left.iter().copied().filter(waits).collect();
            if next.len() == left.len() {
                return next.first().map(|fixture| &fixture.key);
            }
            left = next;
        }
    }

    /// The appearances of drawn entrants in rounds of stages and groups, one for each fixture.
    fn appearances(&self) -> impl Iterator<Item = Appearance<'_>> {
        self.fixtures.iter().flat_map(|staged| {
            let fixture = &staged.fixture;
            let sides = [&fixture.a, &fixture.b].into_iter();
            sides.filter_map(Source::entrant).map(|entrant| Appearance {
                stage: &staged.stage,
                group: fixture.group.as_deref(),
                round: fixture.round,
                entrant,
            })
        })
    }

    /// The entrants that would play twice in one round.
    pub fn twice_in_a_round(&self) -> BTreeSet<Appearance<'_>> {
        let mut seen = BTreeSet::new();
        self.appearances()
            .filter(|appearance| !seen.insert(*appearance))
            .collect()
    }

    /// The first round of a stage or a group that comes after all that a fixture with these sides waits for, and in which none
    /// of its entrants plays.
    pub fn free_round(&self, stage: &str, group: Option<&str>, sides: [&Source; 2]) -> u16 {
        let drawn = sides.map(Source::entrant);
        let taken: BTreeSet<u16> = self
            .appearances()
            .filter(|of| of.stage == stage && of.group == group)
            .filter(|of| drawn.contains(&Some(of.entrant)))
            .map(|of| of.round)
            .collect();
        let awaited = sides.into_iter().filter_map(Source::fixture);
        let awaited = awaited.filter_map(|key| self.fixture(key));
        let own = awaited.filter(|staged| staged.stage == stage);
        let last = own.map(|staged| staged.fixture.round).max();
        let mut rounds = last.map_or(1, |last| last.saturating_add(1))..=u16::MAX;
        rounds.find(|round| !taken.contains(round)).unwrap_or(1)
    }

    /// The number of a team among the entrants, from 1.
    pub fn entrant(&self, team: TeamId) -> Option<u16> {
        let place = self.entrants.iter().position(|entrant| *entrant == team)?;
        u16::try_from(place + 1).ok()
    }

    /// The team that is an entrant, by its number from 1.
    pub fn team(&self, entrant: u16) -> Option<TeamId> {
        let place = usize::from(entrant).checked_sub(1)?;
        self.entrants.get(place).copied()
    }

    /// Takes one more deed.
    pub fn take(&mut self, seq: DeedSeq, deed: &Deed) {
        self.seq = seq;
        match deed {
            Deed::Format { format } => self.format = Some(format.clone()),
            Deed::Draw {
                mode,
                lots,
                clubs_apart,
                entrants,
                fixtures,
            } => {
                self.draw = Some(Drawn {
                    mode: *mode,
                    lots: *lots,
                    clubs_apart: *clubs_apart,
                });
                self.drawn_by.clone_from(&self.format);
                self.entrants.clone_from(entrants);
                self.fixtures.clone_from(fixtures);
                self.orders.clear();
                self.play_offs.clear();
                self.deductions.clear();
                self.kept.clear();
            }
            Deed::Round { fixtures, .. } => self.fixtures.extend(fixtures.iter().cloned()),
            Deed::Fixtures {
                removed,
                put,
                entrants,
                ..
            } => {
                self.fixtures
                    .retain(|staged| !removed.contains(&staged.fixture.key));
                put.iter().for_each(|staged| self.put(staged));
                self.entrants.extend(entrants);
            }
            Deed::Decide {
                decision, settled, ..
            } => {
                self.decide(decision);
                settled.iter().for_each(|settled| self.settle(settled));
            }
            Deed::Correct { settled, .. } => {
                settled.iter().for_each(|settled| self.settle(settled));
            }
            Deed::Contested { key, sides } => {
                let kept = Kept {
                    sides: *sides,
                    instead_of: None,
                };
                self.kept.insert(key.clone(), kept);
            }
            Deed::Released { key } => {
                self.kept.remove(key);
            }
            Deed::Forfeit { .. }
            | Deed::Teams { .. }
            | Deed::Settings { .. }
            | Deed::Undo { .. } => {}
        }
    }

    /// Adds a fixture, or changes the one that has its key.
    fn put(&mut self, staged: &StagedFixture) {
        let key = &staged.fixture.key;
        let mut all = self.fixtures.iter_mut();
        match all.find(|known| known.fixture.key == *key) {
            Some(known) => known.clone_from(staged),
            None => self.fixtures.push(staged.clone()),
        }
    }

    fn decide(&mut self, decision: &Decision) {
        match decision {
            Decision::Order { of, teams, .. } => self.orders.push(Order {
                of: of.clone(),
                teams: teams.clone(),
            }),
            Decision::PlayOff { group, fixtures } => {
                for staged in fixtures {
                    self.put(staged);
                    self.play_offs.push(PlayOff {
                        group: group.clone(),
                        key: staged.fixture.key.clone(),
                    });
                }
            }
            Decision::Points {
                team,
                group,
                points,
                ..
            } => self.deductions.push(Deduction {
                team: *team,
                group: group.clone(),
                points: *points,
            }),
            Decision::Withdrawal { team, .. } => {
                self.withdrawn.insert(*team);
            }
            Decision::Settle { .. } => {}
        }
    }

    fn settle(&mut self, settled: &Settlement) {
        match settled {
            Settlement::Keep {
                key,
                sides,
                instead_of,
                ..
            } => {
                let kept = Kept {
                    sides: *sides,
                    instead_of: Some(*instead_of),
                };
                self.kept.insert(key.clone(), kept);
            }
            Settlement::Replay { key, .. } | Settlement::Release { key } => {
                self.kept.remove(key);
            }
        }
    }
}

/// The deeds that were taken back.
pub fn undone<'a>(deeds: impl IntoIterator<Item = (DeedSeq, &'a Deed)>) -> BTreeSet<DeedSeq> {
    let target = |(_, deed): (DeedSeq, &Deed)| match deed {
        Deed::Undo { seq } => Some(*seq),
        _ => None,
    };
    deeds.into_iter().filter_map(target).collect()
}
