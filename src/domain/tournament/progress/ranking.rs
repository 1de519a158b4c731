//! The final ranking of a tournament, as far as it is known.
//!
//! Each stage ranks those who end in it. A stage that takes ranks of another stands in the place of these ranks. In a tree, teams
//! that lose in the same round and play no further share a rank; after groups those of one rank do.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draw::line_places;
use super::super::fixture::{Fixture, Key, Source};
use super::super::format::{Feed, Feeds, Ranks, Stage};
use super::super::standings::Row;
use super::resolve::{KnownFixture, Verdict, resolve};
use super::tables::Table;
use super::{Fold, Occupant, Stand};
use crate::domain::ids::TeamId;
use crate::domain::matches::Side;

/// A team at its final rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// Teams that share a rank have the first of their ranks: 1, 2, 3, 3, 5.
    pub rank: usize,
    pub team: TeamId,
}

/// The teams that end in a stage, each at a rank of the stage, and how many places it has in all.
#[derive(Default)]
struct OfStage {
    ranked: Vec<(usize, u16)>,
    places: usize,
}

/// Ranks all who have reached their final rank.
pub fn of(fold: &Fold<'_>, tables: &[Table]) -> Vec<Ranked> {
    let stages = fold.given.structure.stages();
    let ranking = Ranking {
        fold,
        tables,
        stages,
    };
    let mut ranked = Vec::new();
    let mut before = 0;
    for stage in stages.iter().filter(|stage| feeds(stage).is_empty()) {
        let whole = ranking.whole(stage, stages.len());
        let moved = whole.ranked.into_iter();
        ranked.extend(moved.map(|(rank, entrant)| (before + rank, entrant)));
        before += whole.places;
    }
    ranked.sort_unstable();
    // Where some had no match to lose, such as in a consolation with byes, the places of a round are more than its losers.
    if ranked.len() == fold.given.structure.entrants.len() {
        let ranks: Vec<usize> = ranked.iter().map(|(rank, _)| *rank).collect();
        for (rank, _) in &mut ranked {
            *rank = 1 + ranks.iter().filter(|other| **other < *rank).count();
        }
    }
    let team = |(rank, entrant)| {
        let team = fold.given.structure.team(entrant)?;
        Some(Ranked { rank, team })
    };
    ranked.into_iter().filter_map(team).collect()
}

struct Ranking<'a> {
    fold: &'a Fold<'a>,
    tables: &'a [Table],
    stages: &'a [Stage],
}

impl Ranking<'_> {
    /// A stage with all that take their entrants from it. `depth` is how many may still follow each other.
    fn whole(&self, stage: &Stage, depth: usize) -> OfStage {
        let tables = self.tables.iter().filter(|table| table.stage == stage.key);
        let tables: Vec<&Table> = tables.collect();
        let mut own = if tables.is_empty() {
            of_tree(self.fold, stage)
        } else {
            of_tables(&tables)
        };
        let is_next = |next: &&Stage| {
            let first = feeds(next).first();
            depth > 0 && first.is_some_and(|feed| feed.stage == stage.key)
        };
        for next in self.stages.iter().filter(is_next) {
            let taken: Vec<usize> = feeds(next)
                .iter()
                .filter(|feed| feed.stage == stage.key)
                .flat_map(|feed| feed.taken())
                .collect();
            let first = taken.iter().copied().min().unwrap_or(1);
            let before: usize = if tables.is_empty() {
                first - 1
            } else {
                let better = |table: &&Table| table.standings.rows.len().min(first - 1);
                tables.iter().map(better).sum()
            };
            let whole = self.whole(next, depth - 1);
            let gone = self.entrants(next);
            let best = self.open_best(stage, next);
            let end = before + whole.places;
            // Who has a rank that goes on is not at its end here, even where nobody knows yet to which fixture.
            let goes_on = |entrant: &u16| {
                let of =
                    |table: &&&Table| table.standings.rows.iter().any(|row| row.team == *entrant);
                let row = tables.iter().find(of).and_then(|table| {
                    let mut rows = table.standings.rows.iter();
                    rows.find(|row| row.team == *entrant)
                });
                let may = |row: &Row<u16>| taken.contains(&row.rank) || best.contains(&row.rank);
                gone.contains(entrant) || row.is_some_and(may)
            };
            own.ranked.retain(|(_, entrant)| !goes_on(entrant));
            for (rank, _) in &mut own.ranked {
                if (before + 1..=end).contains(rank) {
                    *rank = end + 1;
                }
            }
            let moved = whole.ranked.into_iter();
            own.ranked
                .extend(moved.map(|(rank, entrant)| (before + rank, entrant)));
        }
        own
    }

    /// The ranks of which some go on, while it is not known who.
    fn open_best(&self, stage: &Stage, next: &Stage) -> Vec<usize> {
        let wanted = feeds(next).iter().filter(|feed| feed.stage == stage.key);
        let best = wanted.filter_map(|feed| feed.best.as_ref());
        let ranks = best.filter(|best| best.count > 0).map(|best| best.rank);
        let placed = |rank: &u16| {
            let mut sides = self.fold.fixtures.iter().flat_map(|of| [&of.a, &of.b]);
            sides.all(|source| match source {
                Source::Best { best, .. } if best == rank => self.fold.placed.contains_key(source),
                _ => true,
            })
        };
        ranks
            .filter(|rank| !placed(rank))
            .map(usize::from)
            .collect()
    }

    /// The entrants that are known to play in a stage.
    fn entrants(&self, stage: &Stage) -> BTreeSet<u16> {
        let staged = self.fold.given.structure.fixtures.iter();
        let all = staged.zip(&self.fold.resolved);
        let own = all.filter(|(staged, _)| staged.stage == stage.key);
        own.flat_map(|(_, known)| [known.a.entrant(), known.b.entrant()])
            .flatten()
            .collect()
    }
}

impl Feed {
    /// The ranks that all go on.
    fn taken(&self) -> Vec<usize> {
        match &self.ranks {
            Ranks::First(count) => (1..=usize::from(*count)).collect(),
            Ranks::These(ranks) => ranks
                .iter()
                .copied()
                .map(usize::from)
                .filter(|rank| *rank > 0)
                .collect(),
        }
    }
}

fn feeds(stage: &Stage) -> &[Feed] {
    match &stage.from {
        None => &[],
        Some(Feeds::One(feed)) => std::slice::from_ref(feed),
        Some(Feeds::Several(feeds)) => feeds,
    }
}

/// All seconds of groups come behind all winners, and share a rank.
fn of_tables(tables: &[&Table]) -> OfStage {
    let places = tables.iter().map(|table| table.standings.rows.len()).sum();
    let mut ranked = Vec::new();
    for table in tables.iter().filter(|table| table.complete) {
        for row in &table.standings.rows {
            let better = |other: &&Table| {
                let rows = other.standings.rows.iter();
                // Of a group that is being played just so many are going to be better.
                rows.enumerate()
                    .filter(|(place, of)| {
                        if other.complete {
                            of.rank < row.rank
                        } else {
                            place + 1 < row.rank
                        }
                    })
                    .count()
            };
            let rank = 1 + tables.iter().map(better).sum::<usize>();
            ranked.push((rank, row.team));
        }
    }
    OfStage { ranked, places }
}

/// The places of a tree: each way out of a fixture that leads no further is one.
fn of_tree(fold: &Fold<'_>, stage: &Stage) -> OfStage {
    let mut fixtures = Vec::new();
    let mut resolved = Vec::new();
    let staged = fold.given.structure.fixtures.iter();
    for ((staged, fixture), known) in staged.zip(&fold.fixtures).zip(&fold.resolved) {
        if staged.stage == stage.key {
            fixtures.push(fixture);
            resolved.push(known);
        }
    }
    let plain = as_if_by_rank(&fixtures);
    let chalk = chalk_places(&plain);
    let places = chalk.len();
    // The first of the places that teams share who lose in the same round.
    let mut first_of: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for ((key, won), place) in &chalk {
        let first = first_of.entry((round_of(key), *won)).or_insert(*place);
        *first = (*first).min(*place);
    }
    let mut ranked: BTreeMap<u16, (usize, usize)> = BTreeMap::new();
    for (at, (fixture, known)) in fixtures.iter().zip(&resolved).enumerate() {
        if !matches!(known.stand, Stand::Decided(_) | Stand::NotNeeded) {
            continue;
        }
        for (out, won) in [(known.winner(), true), (known.loser(), false)] {
            let rank = first_of.get(&(round_of(&fixture.key), won));
            if let (Occupant::Somebody(arrival), Some(rank)) = (out, rank)
                && leads_nowhere(&fold.fixtures, &fixture.key, won, arrival.played)
            {
                ranked.insert(arrival.entrant, (*rank, at));
            }
        }
    }
    let mut own: Vec<(usize, u16)> = ranked
        .iter()
        .map(|(team, (rank, _))| (*rank, *team))
        .collect();
    let over = |known: &&KnownFixture| match known.stand {
        Stand::Awaited | Stand::Ready => false,
        Stand::Decided(verdict) => verdict.winner.is_some(),
        Stand::NoMatch | Stand::NotNeeded => true,
    };
    if resolved.iter().all(over) {
        // Who is alone in a consolation plays no match there, and comes last.
        let all = resolved
            .iter()
            .flat_map(|known| [known.a.entrant(), known.b.entrant()]);
        let all: BTreeSet<u16> = all.flatten().collect();
        let last = own.len() + 1;
        let left = all.into_iter().filter(|team| !ranked.contains_key(team));
        own.extend(left.map(|team| (last, team)));
    }
    OfStage {
        ranked: own,
        places,
    }
}

/// Says if whoever comes out of a fixture this way plays no further.
fn leads_nowhere(fixtures: &[Fixture], key: &Key, won: bool, played: u16) -> bool {
    let takes = |source: &Source| match source {
        Source::Winner { winner } => won && winner == key,
        Source::Loser { loser } => !won && loser == key,
        Source::LoserOfFirstMatch { loser, .. } => !won && loser == key && played == 1,
        _ => false,
    };
    !fixtures
        .iter()
        .any(|fixture| takes(&fixture.a) || takes(&fixture.b))
}

/// The fixtures with entrants in the place of whatever comes from elsewhere. They are numbered by their lines, so that the better two
/// of any four meet last, whoever was drawn there.
fn as_if_by_rank(fixtures: &[&Fixture]) -> Vec<Fixture> {
    let own: BTreeSet<&Key> = fixtures.iter().map(|fixture| &fixture.key).collect();
    let is_bye = |source: &Source| matches!(source, Source::Bye(_));
    let is_outside =
        |source: &Source| !is_bye(source) && source.fixture().is_none_or(|key| !own.contains(key));
    let is_line = |source: &Source| is_bye(source) || is_outside(source);
    let first = fixtures
        .iter()
        .filter(|fixture| is_line(&fixture.a) && is_line(&fixture.b));
    let lines: Vec<&Source> = first.flat_map(|fixture| [&fixture.a, &fixture.b]).collect();
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let mut numbers: BTreeMap<&Source, u16> = BTreeMap::new();
    for (line, place) in lines.into_iter().zip(line_places(count)) {
        if is_outside(line) {
            numbers.insert(line, place);
        }
    }
    // What was added by hand comes behind.
    let mut next = numbers.values().copied().max().unwrap_or(0);
    for source in fixtures.iter().flat_map(|fixture| [&fixture.a, &fixture.b]) {
        if is_outside(source) && !numbers.contains_key(source) {
            next += 1;
            numbers.insert(source, next);
        }
    }
    let inside = |source: &Source| {
        let number = numbers.get(source).filter(|_| is_outside(source));
        number.map_or_else(|| source.clone(), |number| Source::Entrant(*number))
    };
    fixtures
        .iter()
        .map(|fixture| Fixture {
            a: inside(&fixture.a),
            b: inside(&fixture.b),
            ..(*fixture).clone()
        })
        .collect()
}

/// The last match of each entrant if the better always wins, and if it is won, by the place that it gives.
fn chalk_places(fixtures: &[Fixture]) -> BTreeMap<(Key, bool), usize> {
    let better =
        |_: &Key, a: u16, b: u16| Some(Verdict::won_by(if a < b { Side::A } else { Side::B }));
    let mut last: BTreeMap<u16, (Key, bool)> = BTreeMap::new();
    for (fixture, known) in fixtures
        .iter()
        .zip(resolve(fixtures, |_| None, |_| None, better))
    {
        if let (Some(best), Some(other)) = (known.winner().entrant(), known.loser().entrant()) {
            last.insert(best, (fixture.key.clone(), true));
            last.insert(other, (fixture.key.clone(), false));
        }
    }
    let places = last.into_values().zip(1..);
    places.collect()
}

/// A key without the number of its fixture in the round: `QF` of `QF3`, `R16` of `R16-2`, `P5-8` of `P5-8/1`.
fn round_of(key: &Key) -> String {
    let key = key.as_str();
    let without = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    match without.strip_suffix(['-', '/']) {
        Some(round) => round.to_owned(),
        // A digit that is all there is of the round's name belongs to it.
        None if key.ends_with("GF2") => "GF2".to_owned(),
        None => without.to_owned(),
    }
}
