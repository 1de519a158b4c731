//! A format that is only tried: how many matches, how many a team, how long.

#[cfg(test)]
mod tests;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use self::walk::Walk;
use super::Source;
use super::deed::StagedFixture;
use super::draw::swiss_rounds;
use super::fixture::Fixture;
use super::format::{Format, Kind};
use super::progress::{Presence, SidesPresence, presence, resolve, swiss_table};

/// The meaning of a format that is not stored.
#[derive(Debug, Clone, PartialEq)]
pub struct DryRun {
    pub entrants: u16,
    pub fixtures: Vec<StagedFixture>,
    /// Fixtures in which both sides play, or may.
    pub matches: usize,
    /// The fewest matches that a team plays, whatever the results.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// The longest way of matches that wait for each other.
    pub rounds: usize,
    /// The rounds of each Swiss stage, and the matches of one: it is over before the next is paired.
    swiss: Vec<(usize, usize)>,
}

impl DryRun {
    /// The times that one match after another is played, if there are so many courts. It is a least number.
    pub fn waves(&self, courts: usize) -> usize {
        let swiss = self.swiss.iter();
        let swiss = swiss.map(|(rounds, matches)| rounds * matches.div_ceil(courts.max(1)));
        let all = self.matches.div_ceil(courts.max(1));
        all.max(self.rounds).max(swiss.sum())
    }

    pub fn of(format: &Format, entrants: u16, fixtures: Vec<StagedFixture>) -> DryRun {
        let drawn = Drawn::of(format, &fixtures);
        let played = drawn.presence.iter().filter(|sides| may_be_played(sides));
        let later: usize = drawn.tables.values().map(Table::later_matches).sum();
        let matches = played.count() + later;
        let mut walk = Walk::new(&drawn);
        let each: Vec<(usize, usize)> = (1..=entrants)
            .map(|entrant| walk.entrant(entrant))
            .collect();
        DryRun {
            entrants,
            matches,
            least: each.iter().map(|(least, _)| *least).min().unwrap_or(0),
            most: each.iter().map(|(_, most)| *most).max().unwrap_or(0),
            rounds: walk.rounds(),
            swiss: drawn
                .tables
                .values()
                .filter_map(Table::swiss_rounds)
                .collect(),
            fixtures,
        }
    }
}

/// The fixtures of a format with what is known of them before anything is played.
struct Drawn {
    fixtures: Vec<Fixture>,
    presence: Vec<SidesPresence>,
    /// The name of the table that a fixture counts in.
    table_of: Vec<Option<String>>,
    tables: BTreeMap<String, Table>,
}

/// A group or a Swiss stage.
struct Table {
    stage: String,
    /// The stages that have tables are numbered.
    number: usize,
    teams: BTreeSet<Source>,
    /// The rounds of a Swiss stage, of which only the first is drawn.
    swiss: Option<usize>,
}

impl Table {
    /// The matches that are paired later.
    fn later_matches(&self) -> usize {
        let later = self.swiss.map_or(0, |rounds| rounds.saturating_sub(1));
        later * (self.teams.len() / 2)
    }

    /// The rounds of a Swiss stage and the matches of each.
    fn swiss_rounds(&self) -> Option<(usize, usize)> {
        Some((self.swiss?, self.teams.len() / 2))
    }

    /// The fewest and the most matches of a team of a Swiss stage: nobody has a second bye.
    fn swiss_matches(&self) -> Option<(usize, usize)> {
        let rounds = self.swiss?;
        let odd = self.teams.len() % 2 == 1;
        let everybody_has_a_bye = odd && rounds >= self.teams.len();
        let least = rounds - usize::from(odd);
        Some((least, rounds - usize::from(everybody_has_a_bye)))
    }
}

impl Drawn {
    fn of(format: &Format, staged: &[StagedFixture]) -> Drawn {
        let fixtures: Vec<Fixture> = staged.iter().map(|staged| staged.fixture.clone()).collect();
        let resolved = resolve(&fixtures, |_| None, |_| None, |_, _, _| None);
        let mut drawn = Drawn {
            presence: presence(&fixtures, &resolved),
            fixtures,
            table_of: Vec::new(),
            tables: BTreeMap::new(),
        };
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for StagedFixture { stage, fixture } in staged {
            let kind = format.stages.iter().find(|of| of.key == *stage);
            let swiss = kind.and_then(|stage| match &stage.kind {
                Kind::Swiss(settings) => Some(settings),
                _ => None,
            });
            let of_swiss = || swiss.map(|_| swiss_table(&fixture.key));
            let name = fixture.group.clone().or_else(of_swiss);
            if let Some(name) = &name {
                let next = numbers.len();
                let number = *numbers.entry(stage).or_insert(next);
                let table = drawn.tables.entry(name.clone()).or_insert_with(|| Table {
                    stage: stage.clone(),
                    number,
                    teams: BTreeSet::new(),
                    swiss: None,
                });
                let sides = [&fixture.a, &fixture.b].into_iter();
                let teams = sides.filter(|side| !matches!(side, Source::Bye(_)));
                table.teams.extend(teams.cloned());
                let entrants = u16::try_from(table.teams.len()).unwrap_or(u16::MAX);
                let rounds = swiss.and_then(|settings| swiss_rounds(settings, entrants).ok());
                table.swiss = rounds.map(usize::from);
            }
            drawn.table_of.push(name);
        }
        drawn
    }
}

fn may_be_played(sides: &SidesPresence) -> bool {
    sides.a != Presence::Nobody && sides.b != Presence::Nobody
}
