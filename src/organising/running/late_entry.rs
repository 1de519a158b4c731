//! Late entries: a team joins a group that may be in the middle of its matches.

use std::collections::BTreeMap;

use super::Moment;
use super::fixtures::SideWish;
use crate::domain::tournament::deed::{Deed, Edit, StagedFixture};
use crate::domain::tournament::format::Kind;
use crate::domain::tournament::structure::Structure;
use crate::domain::tournament::{Fixture, Source};
use crate::domain::{Key, TeamId};
use crate::organising::Refused;

impl Moment {
    /// The fixtures by which a team enters a group late: against each who is in it.
    pub(super) fn late_entry(&self, team: TeamId, group: &str) -> Result<Deed, Refused> {
        let name = self.laid.require(team)?.name.clone();
        let table = self.table(group)?;
        let entrant = self.laid.structure.entrant(team);
        if table
            .standings
            .rows
            .iter()
            .any(|row| Some(row.team) == entrant)
        {
            return Err(Refused::Wrong(format!(
                "“{name}” is in group {group} already"
            )));
        }
        let elsewhere = self.progress.tables.iter().find(|other| {
            let mut rows = other.standings.rows.iter();
            other.stage == table.stage && rows.any(|row| Some(row.team) == entrant)
        });
        if let Some(other) = elsewhere {
            let reason = format!("“{name}” plays in group {} already", other.group);
            return Err(Refused::Wrong(reason));
        }
        let mut editing = self.editing();
        let source = editing.source(SideWish::Team(team))?;
        let edit = Edit::LateEntry {
            team,
            group: group.to_owned(),
        };
        let of_table = self.laid.structure.stage(&table.stage);
        if of_table.is_some_and(|stage| matches!(stage.kind, Kind::Swiss(_))) {
            // It is paired from the next round on.
            return editing.into_deed(edit);
        }
        let all = self.laid.structure.fixtures.iter();
        let own: Vec<&StagedFixture> = all
            .filter(|staged| staged.fixture.group.as_deref() == Some(group))
            .collect();
        editing.put = against_all(&self.laid.structure, group, &own, &source)?;
        editing.into_deed(edit)
    }
}

/// Refuses a change after which other teams would have to play a match that has begun.
pub(super) fn other_teams(edit: &Edit, key: &Key) -> Refused {
    match edit {
        Edit::LateEntry { group, .. } => Refused::TooLate {
            key: key.clone(),
            group: group.clone(),
        },
        _ => Refused::Contradicts(format!(
            "the match “{key}” has begun, and other teams would have to play it"
        )),
    }
}

/// The fixtures of one more team of a group, behind all others: against each who is in it.
fn against_all(
    structure: &Structure,
    group: &str,
    own: &[&StagedFixture],
    source: &Source,
) -> Result<Vec<StagedFixture>, Refused> {
    let prefix = prefix(group, own);
    let lines = lines(&prefix, own);
    // A group that was split has given some of its lines away.
    let all = structure.fixtures.iter();
    let all = all.filter_map(|staged| lines_of(&prefix, &staged.fixture.key));
    let last_line = all.map(|(low, high)| low.max(high)).max();
    let (Some(first), Some(last_line), false) = (own.first(), last_line, lines.is_empty()) else {
        let reason = format!("group {group} has no fixtures to join");
        return Err(Refused::Wrong(reason));
    };
    let line = last_line + 1;
    let rounds = own.iter().map(|staged| staged.fixture.round).max();
    let legs = own.iter().map(|staged| leg(&staged.fixture.key)).max();
    let mut round = rounds.unwrap_or(0);
    let mut fixtures = Vec::new();
    for leg in 1..=legs.unwrap_or(1) {
        for (other, opponent) in &lines {
            round += 1;
            let key = match leg {
                1 => format!("{prefix}{other}-{line}"),
                leg => format!("{prefix}{other}-{line}/{leg}"),
            };
            // At home and away in turn.
            let home = (other + leg) % 2 == 0;
            let (a, b) = if home {
                (source, opponent)
            } else {
                (opponent, source)
            };
            fixtures.push(StagedFixture {
                stage: first.stage.clone(),
                fixture: Fixture {
                    key: Key::new(key),
                    round,
                    group: Some(group.to_owned()),
                    a: a.clone(),
                    b: b.clone(),
                    if_needed: false,
                },
            });
        }
    }
    Ok(fixtures)
}

/// The leg that a key names: 2 of `A1-3/2`.
fn leg(key: &Key) -> u16 {
    let leg = key.as_str().rsplit_once('/');
    leg.and_then(|(_, leg)| leg.parse().ok()).unwrap_or(1)
}

/// The beginning of a group's keys: its name, or that of the group that it was split from.
fn prefix(group: &str, fixtures: &[&StagedFixture]) -> String {
    let mut keys = fixtures.iter().map(|staged| &staged.fixture.key);
    if keys.clone().any(|key| lines_of(group, key).is_some()) {
        return group.to_owned();
    }
    let before = keys.find_map(|key| {
        let (before, _) = key.as_str().rsplit_once('-')?;
        Some(before.trim_end_matches(|letter: char| letter.is_ascii_digit()))
    });
    before.unwrap_or(group).to_owned()
}

/// The lines that a key names: 1 and 3 of `A1-3`.
fn lines_of(prefix: &str, key: &Key) -> Option<(u16, u16)> {
    let lines = key.as_str().strip_prefix(prefix)?;
    let lines = lines.split('/').next()?;
    let (low, high) = lines.split_once('-')?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

/// The team on each line of a group: the one that all fixtures of the line have.
fn lines(prefix: &str, fixtures: &[&StagedFixture]) -> BTreeMap<u16, Source> {
    let mut candidates: BTreeMap<u16, Vec<Source>> = BTreeMap::new();
    for staged in fixtures {
        let fixture = &staged.fixture;
        let Some((low, high)) = lines_of(prefix, &fixture.key) else {
            continue;
        };
        let sides = [fixture.a.clone(), fixture.b.clone()];
        for line in [low, high] {
            candidates
                .entry(line)
                .and_modify(|known| known.retain(|source| sides.contains(source)))
                .or_insert_with(|| sides.to_vec());
        }
    }
    let mut taken: Vec<Source> = Vec::new();
    let mut lines = BTreeMap::new();
    for (line, sources) in candidates {
        let source = sources.into_iter().find(|source| !taken.contains(source));
        if let Some(source) = source {
            taken.push(source.clone());
            lines.insert(line, source);
        }
    }
    lines
}
