//! A format that is only tried: how many matches, how many a team, how long.

use std::collections::BTreeMap;

use crate::domain::tournament::Source;
use crate::domain::tournament::deed::StagedFixture;
use crate::domain::tournament::draw::swiss_rounds;
use crate::domain::tournament::format::{Format, Kind};

/// The meaning of a format that is not stored.
pub struct DryRun {
    pub entrants: u16,
    pub fixtures: Vec<StagedFixture>,
    /// Fixtures in which both sides play.
    pub matches: usize,
    pub least: usize,
    pub most: usize,
    /// The longest way of matches that wait for each other.
    pub rounds: usize,
}

impl DryRun {
    pub fn of(format: &Format, entrants: u16, fixtures: Vec<StagedFixture>) -> DryRun {
        let bye = |source: &Source| matches!(source, Source::Bye(_));
        let is_match = |staged: &&StagedFixture| !bye(&staged.fixture.a) && !bye(&staged.fixture.b);
        let matches = fixtures.iter().filter(is_match).count();
        // In a stage that others feed somebody plays all rounds, and somebody none.
        let mut least = usize::MAX;
        for entrant in 1..=entrants {
            let own = |source: &Source| *source == Source::Entrant(entrant);
            let plays = fixtures.iter().filter(is_match);
            let count = plays
                .filter(|staged| own(&staged.fixture.a) || own(&staged.fixture.b))
                .count();
            least = least.min(count.max(usize::from(count == 0)));
        }
        let (more, each) = later_rounds(format, entrants);
        let rounds = longest(&fixtures) + more;
        DryRun {
            entrants,
            matches: matches + more * each,
            least: if entrants == 0 { 0 } else { least + more },
            most: rounds,
            rounds,
            fixtures,
        }
    }
}

/// The Swiss rounds that are paired only when the first is over, and the matches of each.
fn later_rounds(format: &Format, entrants: u16) -> (usize, usize) {
    let swiss = format.stages.iter().find_map(|stage| match &stage.kind {
        Kind::Swiss(settings) => swiss_rounds(settings, entrants).ok(),
        _ => None,
    });
    let rounds = swiss.map_or(0, |rounds| usize::from(rounds.saturating_sub(1)));
    (rounds, usize::from(entrants / 2))
}

/// The most matches that one team can play, one after another.
fn longest(fixtures: &[StagedFixture]) -> usize {
    let mut depth: BTreeMap<String, usize> = BTreeMap::new();
    let mut of_team: BTreeMap<String, usize> = BTreeMap::new();
    let mut most = 0;
    for staged in fixtures {
        let fixture = &staged.fixture;
        let way = |source: &Source| match source {
            Source::Bye(_) => 0,
            Source::Group { group, .. } => of_team
                .iter()
                .filter(|(key, _)| key.starts_with(&format!("{group}/")))
                .map(|(_, count)| *count)
                .max()
                .unwrap_or(0),
            Source::Best { .. } => of_team.values().copied().max().unwrap_or(0),
            source => source
                .fixture()
                .and_then(|key| depth.get(key.as_str()).copied())
                .unwrap_or(0),
        };
        let before = way(&fixture.a).max(way(&fixture.b));
        let bye = matches!(fixture.a, Source::Bye(_)) || matches!(fixture.b, Source::Bye(_));
        let own = before + usize::from(!bye);
        depth.insert(fixture.key.to_string(), own);
        if let Some(group) = &fixture.group {
            for source in [&fixture.a, &fixture.b] {
                let key = format!("{group}/{source}");
                let count = of_team.entry(key).or_default();
                *count += 1;
                most = most.max(*count);
            }
        } else {
            most = most.max(own);
        }
    }
    most
}
