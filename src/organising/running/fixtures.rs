//! Fixtures changed by hand, also in the middle of the event. What contradicts a match that has begun is refused.

use std::collections::BTreeSet;

use super::commit::Draft;
use super::decisions::no_fixture;
use super::late_entry::other_teams;
use super::{Moment, Played};
use crate::domain::tournament::deed::{Deed, Edit, StagedFixture};
use crate::domain::tournament::draw::tree_lines;
use crate::domain::tournament::split::split;
use crate::domain::tournament::{Fixture, Source};
use crate::domain::{Key, Side, TeamId, TournamentId};
use crate::organising::{Hall, Refused};
use crate::store::DoneBy;

/// A change of fixtures as an organiser wants it.
#[derive(Debug, Clone)]
pub enum FixtureEdit {
    Add {
        stage: String,
        group: Option<String>,
        /// `None` for the first in which both sides are free.
        round: Option<u16>,
        key: Option<String>,
        a: SideWish,
        b: SideWish,
    },
    Remove {
        key: Key,
    },
    Change {
        key: Key,
        a: Option<SideWish>,
        b: Option<SideWish>,
    },
    Swap {
        first: (Key, Side),
        second: (Key, Side),
    },
    Split {
        group: String,
        into: Vec<Vec<TeamId>>,
    },
}

/// A side of a fixture as an organiser names it.
#[derive(Debug, Clone)]
pub enum SideWish {
    Team(TeamId),
    Source(Source),
}

/// The fixtures in the making.
pub(super) struct Editing<'a> {
    moment: &'a Moment,
    removed: Vec<Key>,
    pub put: Vec<StagedFixture>,
    /// Teams that become entrants.
    entrants: Vec<TeamId>,
}

impl Hall {
    /// Changes fixtures. A team plays twice in a round only if that is `confirmed`.
    pub async fn edit_fixtures(
        &self,
        id: TournamentId,
        (edit, confirmed): (FixtureEdit, bool),
        by: DoneBy,
    ) -> Result<Moment, Refused> {
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(id).await?;
            let deed = moment.edit(edit)?;
            if !confirmed {
                moment.not_twice_in_a_round(&deed)?;
            }
            hall.commit(&moment, Draft::of(deed, by)).await?;
            hall.moment(id).await
        })
        .await
    }
}

impl Moment {
    pub(super) fn editing(&self) -> Editing<'_> {
        Editing {
            moment: self,
            removed: Vec::new(),
            put: Vec::new(),
            entrants: Vec::new(),
        }
    }

    fn not_twice_in_a_round(&self, deed: &Deed) -> Result<(), Refused> {
        let before = self.laid.structure.twice_in_a_round();
        let structure = self.laid.with(std::slice::from_ref(deed));
        let after = structure.twice_in_a_round();
        let Some(twice) = after.difference(&before).next() else {
            return Ok(());
        };
        let team = structure.team(twice.entrant);
        Err(Refused::TwiceInARound {
            team: team.map_or_else(String::new, |team| self.laid.name(team)),
            round: twice.round,
        })
    }

    fn edit(&self, edit: FixtureEdit) -> Result<Deed, Refused> {
        let mut editing = self.editing();
        let kind = match edit {
            FixtureEdit::Add {
                stage,
                group,
                round,
                key,
                a,
                b,
            } => editing.add(stage, group, round, key, a, b)?,
            FixtureEdit::Remove { key } => editing.remove(key)?,
            FixtureEdit::Change { key, a, b } => {
                let mut staged = editing.fixture(&key)?;
                if let Some(a) = a {
                    staged.fixture.a = editing.source(a)?;
                }
                if let Some(b) = b {
                    staged.fixture.b = editing.source(b)?;
                }
                editing.put.push(staged);
                Edit::Change { key }
            }
            FixtureEdit::Swap { first, second } => editing.swap(first, second)?,
            FixtureEdit::Split { group, into } => editing.split(group, into)?,
        };
        editing.into_deed(kind)
    }
}

impl Editing<'_> {
    fn fixture(&self, key: &Key) -> Result<StagedFixture, Refused> {
        let found = self.moment.laid.structure.fixture(key);
        found.cloned().ok_or_else(|| no_fixture(key))
    }

    /// The source of a side. A team that was not drawn becomes an entrant.
    pub fn source(&mut self, wish: SideWish) -> Result<Source, Refused> {
        let laid = &self.moment.laid;
        match wish {
            SideWish::Team(team) => {
                let found = laid.require(team)?;
                if laid.structure.withdrawn.contains(&team) {
                    let name = &found.name;
                    return Err(Refused::Wrong(format!("“{name}” has withdrawn")));
                }
                let mut known = laid.structure.entrants.iter().chain(&self.entrants);
                let place = match known.position(|entrant| *entrant == team) {
                    Some(place) => place,
                    None => {
                        self.entrants.push(team);
                        laid.structure.entrants.len() + self.entrants.len() - 1
                    }
                };
                Ok(Source::Entrant(
                    u16::try_from(place + 1).unwrap_or(u16::MAX),
                ))
            }
            SideWish::Source(source) => {
                if let Some(key) = source.fixture() {
                    self.fixture(key)?;
                }
                if let Source::Group { group, .. } = &source {
                    self.moment.table(group)?;
                }
                if matches!(source, Source::Entrant(_) | Source::Bye(_)) {
                    return Err(Refused::Wrong(
                        "name a team by its “teamID”; a fixture has two sides".to_owned(),
                    ));
                }
                Ok(source)
            }
        }
    }

    fn add(
        &mut self,
        stage: String,
        group: Option<String>,
        round: Option<u16>,
        key: Option<String>,
        a: SideWish,
        b: SideWish,
    ) -> Result<Edit, Refused> {
        let structure = &self.moment.laid.structure;
        let Some(of) = structure.stage(&stage) else {
            return Err(Refused::Wrong(format!("the format has no stage “{stage}”")));
        };
        if group.is_some() && tree_lines(&of.kind, 2).is_some() {
            return Err(Refused::Wrong(format!(
                "stage “{stage}” is a tree: it has no groups"
            )));
        }
        let (a, b) = (self.source(a)?, self.source(b)?);
        let free = || structure.free_round(&stage, group.as_deref(), [&a, &b]);
        let round = round.unwrap_or_else(free);
        let key = match key {
            Some(key) => Key::new(key),
            None => (1..)
                .map(|number: u16| Key::new(format!("M{number}")))
                .find(|key| structure.fixture(key).is_none())
                .unwrap_or_else(|| Key::new("M")),
        };
        if !key.is_well_formed() {
            return Err(Refused::Wrong(format!(
                "“{key}” is no key for a fixture: use 1 to 40 letters, digits, “-”, “/”, “:” and “_”"
            )));
        }
        if structure.fixture(&key).is_some() {
            return Err(Refused::Contradicts(format!(
                "there is a fixture “{key}” already: choose another key"
            )));
        }
        self.put.push(StagedFixture {
            stage,
            fixture: Fixture {
                key: key.clone(),
                round,
                group,
                a,
                b,
                if_needed: false,
            },
        });
        Ok(Edit::Add { key })
    }

    fn remove(&mut self, key: Key) -> Result<Edit, Refused> {
        self.fixture(&key)?;
        let all = self.moment.laid.structure.fixtures.iter();
        let takes = |source: &Source| source.fixture() == Some(&key);
        let next = all
            .map(|staged| &staged.fixture)
            .find(|fixture| takes(&fixture.a) || takes(&fixture.b));
        if let Some(next) = next {
            return Err(Refused::Contradicts(format!(
                "“{}” waits for “{key}”: change that side first",
                next.key
            )));
        }
        self.removed.push(key.clone());
        Ok(Edit::Remove { key })
    }

    fn swap(&mut self, first: (Key, Side), second: (Key, Side)) -> Result<Edit, Refused> {
        let mut one = self.fixture(&first.0)?;
        if first.0 == second.0 {
            std::mem::swap(&mut one.fixture.a, &mut one.fixture.b);
            self.put.push(one);
        } else {
            let mut other = self.fixture(&second.0)?;
            fn of(staged: &mut StagedFixture, side: Side) -> &mut Source {
                match side {
                    Side::A => &mut staged.fixture.a,
                    Side::B => &mut staged.fixture.b,
                }
            }
            std::mem::swap(of(&mut one, first.1), of(&mut other, second.1));
            self.put.extend([one, other]);
        }
        Ok(Edit::Swap {
            first: first.0,
            second: second.0,
        })
    }

    /// Makes several groups of one. The first keeps the name, so that whoever waits for its places still does. Matches keep their
    /// keys, also in a group of another name.
    fn split(&mut self, group: String, into: Vec<Vec<TeamId>>) -> Result<Edit, Refused> {
        let moment = self.moment;
        let structure = &moment.laid.structure;
        let table = moment.table(&group)?;
        let members: BTreeSet<TeamId> = table
            .standings
            .rows
            .iter()
            .filter_map(|row| structure.team(row.team))
            .collect();
        let named: Vec<TeamId> = into.iter().flatten().copied().collect();
        let once: BTreeSet<TeamId> = named.iter().copied().collect();
        if into.len() < 2 || once != members || once.len() != named.len() {
            return Err(Refused::Wrong(format!(
                "a split names each team of group {group} once, in two groups or more"
            )));
        }
        if into.iter().any(|teams| teams.len() < 2) {
            return Err(Refused::Wrong("a group has two teams at least".to_owned()));
        }
        let moved = into.iter().skip(1).flatten();
        self.refuse_deducted(&group, moved.copied().collect())?;
        let mut names: BTreeSet<String> = structure
            .fixtures
            .iter()
            .filter_map(|staged| staged.fixture.group.clone())
            .collect();
        let mut parts = Vec::new();
        for (index, teams) in into.into_iter().enumerate() {
            let name = if index == 0 {
                group.clone()
            } else {
                free_name(&names)
            };
            names.insert(name.clone());
            parts.push((name, teams));
        }
        let begun = |key: &Key| moment.played.get(key).is_some_and(Played::has_begun);
        let split = split(structure, &moment.progress, &group, &parts, begun);
        let split = split.map_err(|begun| {
            let keys: Vec<&str> = begun.iter().map(Key::as_str).collect();
            Refused::Contradicts(format!(
                "teams of different new groups have begun to play each other in {}: keep them together",
                keys.join(", ")
            ))
        })?;
        self.removed = split.removed;
        self.put = split.moved;
        Ok(Edit::Split { group })
    }

    /// Refuses to take teams out of a group in which points were taken from them: these would come back.
    fn refuse_deducted(&self, group: &str, teams: BTreeSet<TeamId>) -> Result<(), Refused> {
        let laid = &self.moment.laid;
        let mut deductions = laid.structure.deductions.iter();
        match deductions.find(|of| of.group == group && teams.contains(&of.team)) {
            None => Ok(()),
            Some(of) => Err(Refused::Contradicts(format!(
                "points were taken from “{}” in group {group}: leave it in this group",
                laid.name(of.team)
            ))),
        }
    }

    /// The deed, unless it contradicts a match that has begun.
    pub fn into_deed(self, edit: Edit) -> Result<Deed, Refused> {
        let moment = self.moment;
        let deed = Deed::Fixtures {
            edit: edit.clone(),
            removed: self.removed,
            put: self.put,
            entrants: self.entrants,
        };
        let structure = moment.laid.with(std::slice::from_ref(&deed));
        let mut fixtures = structure.fixtures.iter();
        if let Some(alone) = fixtures.find(|staged| staged.fixture.a == staged.fixture.b) {
            return Err(Refused::Wrong(format!(
                "in “{}” a team would play against itself",
                alone.fixture.key
            )));
        }
        if let Some(key) = structure.waits_for_itself() {
            return Err(Refused::Wrong(format!(
                "“{key}” would wait for itself, directly or by other fixtures"
            )));
        }
        let progress = moment.laid.progress(&structure, &moment.played);
        let begun = moment
            .played
            .iter()
            .filter(|(_, played)| Played::has_begun(played));
        for (key, _) in begun {
            let before = moment.progress.fixture(&moment.laid.structure, key);
            let was_contested = before.is_some_and(|known| known.contested);
            match progress.fixture(&structure, key) {
                None => {
                    return Err(Refused::Contradicts(format!(
                        "the match “{key}” has begun: it cannot be taken away"
                    )));
                }
                Some(known) if known.contested && !was_contested => {
                    return Err(other_teams(&edit, key));
                }
                Some(_) => {}
            }
        }
        Ok(deed)
    }
}

/// The first name of a group that is free: A, B…
fn free_name(names: &BTreeSet<String>) -> String {
    let letters = ('A'..='Z').map(String::from);
    letters
        .chain((1..).map(|number: u16| format!("G{number}")))
        .find(|name| !names.contains(name))
        .unwrap_or_default()
}
