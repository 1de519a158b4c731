//! The units of a tournament: trees and tables, in the order of the places that are played for in them.
//!
//! A tree is made of fixtures whose winners meet. Its places are the better the nearer to its last match: a match that was added before
//! the first round comes behind it. A unit that losers come to stands behind the round that they lost; one that
//! takes ranks of a table stands before those who stay there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::super::fixture::{Fixture, Key, Source};
use super::super::super::format::Kind;
use super::super::Fold;
use super::super::tables::of_table;

/// A place of the ranking: a way from the best place down, compared from its front. Less is better.
pub type Place = Vec<(usize, u8)>;

/// The order of stages that nobody comes to from another: those that are drawn first, the last of them before the others.
type StageOrder = (bool, Reverse<Option<usize>>);

/// The second numbers of a step out of a tree, the best first.
const WON: u8 = 0;
/// A unit that takes losers of one round: they play for the first of their places.
const FOR_LOSERS: u8 = 1;
const LOST: u8 = 2;
/// A unit that takes losers of several rounds, or those who won no match before: who is out after the best of these rounds
/// comes before them.
const FOR_LOSERS_AND_WORSE: u8 = 3;

/// The second numbers of a step out of a table.
const FOR_RANK: u8 = 0;
const STAYS: u8 = 1;

/// A unit.
pub struct Unit {
    /// The fixtures, by their places in the list.
    pub fixtures: Vec<usize>,
    /// The group's stage, for tables.
    pub tables_of: Option<String>,
    /// `None`: no place is played for, such as in a friendly match.
    pub place: Option<Place>,
    /// The rounds of a larger tree that stand between this one and its last match.
    later_rounds: usize,
}

/// A way on from a fixture, as the structure says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOn {
    No,
    /// For those who won no match before.
    IfFirstMatch,
    Yes,
}

/// All units.
pub struct Units {
    pub all: Vec<Unit>,
    /// The unit of a fixture, and the rounds of its tree that come after it.
    of: Vec<Option<(usize, usize)>>,
    /// The name of the table that a fixture counts in.
    pub table_of: Vec<Option<String>>,
    winner_goes_on: Vec<bool>,
    loser_goes_on: Vec<WayOn>,
}

impl Units {
    pub fn of(fold: &Fold<'_>) -> Units {
        let positions = positions(&fold.fixtures);
        let mut units = Units {
            all: Vec::new(),
            of: vec![None; fold.fixtures.len()],
            table_of: Vec::new(),
            winner_goes_on: vec![false; fold.fixtures.len()],
            loser_goes_on: vec![WayOn::No; fold.fixtures.len()],
        };
        units.find_ways(fold, &positions);
        let trees = units.add_tables(fold);
        units.add_trees(fold, &positions, &trees);
        units.give_places(fold, &positions);
        units
    }

    /// Says if the winner of a fixture goes on.
    pub fn winner_goes_on(&self, at: usize) -> bool {
        self.winner_goes_on.get(at).is_some_and(|goes| *goes)
    }

    pub fn loser_goes_on(&self, at: usize) -> WayOn {
        self.loser_goes_on.get(at).copied().unwrap_or(WayOn::No)
    }

    /// The place of whoever comes out of a fixture of a tree.
    pub fn place(&self, at: usize, won: bool) -> Option<Place> {
        let (unit, step) = self.step(at, if won { WON } else { LOST })?;
        Some(joined(self.all.get(unit)?.place.as_ref()?, step))
    }

    /// The place of those who stay at a rank of a table.
    pub fn place_at_rank(place: &Place, rank: usize) -> Place {
        joined(place, (rank, STAYS))
    }

    /// Says if everybody is at one place only, so that places can be counted before all is over: no side is named twice, and nobody
    /// plays in the place of another.
    pub fn is_regular(&self, fold: &Fold<'_>) -> bool {
        let mut named = BTreeSet::new();
        let counted = self.all.iter().filter(|unit| unit.place.is_some());
        counted.into_iter().all(|unit| {
            let resolved = unit.fixtures.iter().filter_map(|at| fold.resolved.get(*at));
            let mut as_due = resolved.map(|known| known.due.is_none());
            let once = lines(fold, unit).into_iter().all(|source| {
                let key = source.fixture();
                let winner = matches!(source, Source::Winner { .. });
                named.insert(key.map_or((Some(source), None), |key| (None, Some((key, winner)))))
            });
            once && as_due.all(|as_due| as_due)
        })
    }

    fn find_ways(&mut self, fold: &Fold<'_>, positions: &BTreeMap<&Key, usize>) {
        for source in fold.fixtures.iter().flat_map(|of| [&of.a, &of.b]) {
            let from = source.fixture().and_then(|key| positions.get(key));
            let Some(&from) = from else {
                continue;
            };
            match source {
                Source::Winner { .. } => self.winner_goes_on[from] = true,
                Source::Loser { .. } => self.loser_goes_on[from] = WayOn::Yes,
                _ if self.loser_goes_on[from] == WayOn::No => {
                    self.loser_goes_on[from] = WayOn::IfFirstMatch;
                }
                _ => {}
            }
        }
    }

    /// Makes a unit of the tables of each stage. Returns the fixtures that are left, but for play-offs.
    fn add_tables(&mut self, fold: &Fold<'_>) -> BTreeSet<usize> {
        let structure = fold.given.structure;
        let all = structure.fixtures.iter();
        self.table_of = all.map(|staged| of_table(structure, staged)).collect();
        let mut trees = BTreeSet::new();
        let all = structure.fixtures.iter().zip(&self.table_of);
        for (at, (staged, table)) in all.enumerate() {
            let play_off = |key: &Key| structure.play_offs.iter().any(|of| of.key == *key);
            if play_off(&staged.fixture.key) {
                continue;
            }
            if table.is_none() {
                trees.insert(at);
                continue;
            }
            let is_it = |unit: &Unit| unit.tables_of.as_deref() == Some(&*staged.stage);
            let unit = self.all.iter().position(is_it).unwrap_or_else(|| {
                self.all.push(Unit::new(Some(staged.stage.clone())));
                self.all.len() - 1
            });
            self.all[unit].fixtures.push(at);
            self.of[at] = Some((unit, 0));
        }
        trees
    }

    /// Makes a unit of all fixtures whose winners meet, from the last match of each tree to its first round.
    fn add_trees(
        &mut self,
        fold: &Fold<'_>,
        positions: &BTreeMap<&Key, usize>,
        trees: &BTreeSet<usize>,
    ) {
        let won = |source: &Source| match source {
            Source::Winner { winner } => positions.get(winner).copied(),
            _ => None,
        };
        let sides = |at: usize| {
            let fixture = fold.fixtures.get(at);
            let sides = fixture.into_iter().flat_map(|of| [&of.a, &of.b]);
            sides.filter_map(won).filter(|from| trees.contains(from))
        };
        let goes_on: BTreeSet<usize> = trees.iter().flat_map(|at| sides(*at)).collect();
        let mut next = VecDeque::new();
        for root in trees.difference(&goes_on) {
            next.push_back((*root, self.all.len(), 0));
            self.all.push(Unit::new(None));
        }
        while let Some((at, unit, after)) = next.pop_front() {
            if self.of[at].is_some() {
                continue;
            }
            self.of[at] = Some((unit, after));
            self.all[unit].fixtures.push(at);
            next.extend(sides(at).map(|from| (from, unit, after + 1)));
        }
    }

    /// Gives the units their places: first to those that nobody comes to from another, then to those that follow them.
    fn give_places(&mut self, fold: &Fold<'_>, positions: &BTreeMap<&Key, usize>) {
        let feeding: Vec<Vec<(usize, (usize, u8))>> = (0..self.all.len())
            .map(|unit| self.feeding(fold, positions, unit))
            .collect();
        let is_first = |unit: &usize| feeding.get(*unit).is_some_and(Vec::is_empty);
        let first: Vec<usize> = (0..self.all.len()).filter(is_first).collect();
        self.place_first(fold, &first);
        let mut waiting: VecDeque<usize> = (0..self.all.len()).filter(|at| !is_first(at)).collect();
        let mut known: BTreeSet<usize> = first.into_iter().collect();
        let mut turned = 0;
        while let Some(unit) = waiting.pop_front() {
            let from = feeding.get(unit).map_or(&[][..], |from| from);
            // Units that were made to wait for each other are taken as they come.
            if turned <= waiting.len() && !from.iter().all(|(from, _)| known.contains(from)) {
                waiting.push_back(unit);
                turned += 1;
                continue;
            }
            let places = from.iter().filter_map(|(from, step)| {
                let from = self.all.get(*from)?.place.as_ref()?;
                Some(joined(from, *step))
            });
            self.all[unit].place = places.min();
            known.insert(unit);
            turned = 0;
        }
    }

    /// The steps that lead to a unit from others.
    fn feeding(
        &self,
        fold: &Fold<'_>,
        positions: &BTreeMap<&Key, usize>,
        unit: usize,
    ) -> Vec<(usize, (usize, u8))> {
        let sources = lines(fold, &self.all[unit]).into_iter();
        let step = |source: &Source| match source {
            Source::Group { group, rank } => {
                let mut all = self.table_of.iter().zip(&self.of);
                let (_, of) = all.find(|(name, _)| name.as_ref() == Some(group))?;
                Some(((*of)?.0, (usize::from(*rank), FOR_RANK)))
            }
            Source::Best { best, stage, .. } => {
                let mut tables = self.all.iter().enumerate();
                let (from, _) = tables.find(|(_, unit)| match (&unit.tables_of, stage) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(of), Some(stage)) => of == stage,
                })?;
                Some((from, (usize::from(*best), FOR_RANK)))
            }
            source => {
                let at = *positions.get(source.fixture()?)?;
                match source {
                    Source::Winner { .. } => self.step(at, WON),
                    Source::Loser { .. } => self.step(at, FOR_LOSERS),
                    _ => self.step(at, FOR_LOSERS_AND_WORSE),
                }
            }
        };
        let steps = sources.filter_map(step);
        let mut steps: Vec<_> = steps.filter(|(from, _)| *from != unit).collect();
        let rounds: BTreeSet<_> = steps.iter().copied().collect();
        for (_, (_, way)) in &mut steps {
            if *way == FOR_LOSERS && rounds.len() > 1 {
                *way = FOR_LOSERS_AND_WORSE;
            }
        }
        steps
    }

    /// A way out of a fixture as a step from its unit.
    fn step(&self, at: usize, way: u8) -> Option<(usize, (usize, u8))> {
        let (unit, after) = (*self.of.get(at)?)?;
        let unit_of = self.all.get(unit)?;
        if unit_of.tables_of.is_some() {
            // Whoever comes out of a match of a group is of no rank: as good as its first.
            return Some((unit, (1, FOR_RANK)));
        }
        Some((unit, (unit_of.later_rounds + after, way)))
    }

    /// Places the units that nobody comes to from another. A team has one place: a unit that names one again, such as a match added by hand
    /// between two that are out, gives none.
    fn place_first(&mut self, fold: &Fold<'_>, first: &[usize]) {
        let structure = fold.given.structure;
        let stage_of = |unit: &Unit| -> StageOrder {
            let staged = unit
                .fixtures
                .first()
                .and_then(|at| structure.fixtures.get(*at));
            let stage = staged.map(|staged| staged.stage.as_str());
            let at = structure
                .stages()
                .iter()
                .position(|of| Some(of.key.as_str()) == stage);
            let free = at
                .and_then(|at| structure.stages().get(at))
                .is_none_or(|stage| stage.kind == Kind::Free);
            // What is drawn last is what the others were played before.
            (free, Reverse(at))
        };
        let root = |unit: &Unit| unit.fixtures.first().and_then(|at| fold.fixtures.get(*at));
        let has_final = |unit: &Unit| root(unit).is_some_and(|root| is_final(&root.key));
        let mut order: Vec<usize> = first.to_vec();
        order.sort_by_key(|at| {
            let unit = &self.all[*at];
            let size = Reverse(unit.fixtures.len());
            (stage_of(unit), !has_final(unit), size, *at)
        });
        let mut named: BTreeSet<u16> = BTreeSet::new();
        // The first tree of the stage: if it has a final, and its last round.
        let mut main: Option<(StageOrder, bool, u16)> = None;
        let mut number = 0;
        for at in order {
            let unit = &self.all[at];
            let (stage, round) = (stage_of(unit), root(unit).map_or(0, |root| root.round));
            let entrants: BTreeSet<u16> =
                lines(fold, unit).into_iter().filter_map(entrant).collect();
            let friendly = stage.0 && unit.tables_of.is_none() && unit.fixtures.len() < 2;
            if friendly || !named.is_disjoint(&entrants) {
                continue;
            }
            named.extend(entrants);
            let later_rounds = match main {
                Some((of, ended, last)) if of == stage => {
                    usize::from(last.saturating_sub(round)).max(usize::from(ended))
                }
                _ => {
                    number += 1;
                    main = Some((stage, has_final(unit), round));
                    0
                }
            };
            self.all[at].later_rounds = later_rounds;
            self.all[at].place = Some(vec![(number, 0)]);
        }
    }
}

impl Unit {
    pub fn new(tables_of: Option<String>) -> Unit {
        Unit {
            fixtures: Vec::new(),
            tables_of,
            place: None,
            later_rounds: 0,
        }
    }
}

/// All that comes to the sides of a unit, byes left out: for tables once each, and of a Swiss stage those of its first round.
pub fn lines<'a>(fold: &'a Fold<'_>, unit: &Unit) -> Vec<&'a Source> {
    let all = unit.fixtures.iter().filter_map(|at| fold.fixtures.get(*at));
    let no_bye = |source: &&Source| !matches!(source, Source::Bye(_));
    if unit.tables_of.is_none() {
        return all.flat_map(|of| [&of.a, &of.b]).filter(no_bye).collect();
    }
    let all = all.filter(|of| of.group.is_some() || of.round == 1);
    let once: BTreeSet<&Source> = all.flat_map(|of| [&of.a, &of.b]).filter(no_bye).collect();
    once.into_iter().collect()
}

fn entrant(source: &Source) -> Option<u16> {
    match source {
        Source::Entrant(entrant) => Some(*entrant),
        _ => None,
    }
}

fn joined(place: &Place, step: (usize, u8)) -> Place {
    place.iter().copied().chain([step]).collect()
}

fn positions(fixtures: &[Fixture]) -> BTreeMap<&Key, usize> {
    let all = fixtures.iter().enumerate();
    all.map(|(at, fixture)| (&fixture.key, at)).collect()
}

/// Says if a fixture is the last of a tree by its key: `F`, `GF`, `GF2`, `plate:F`.
fn is_final(key: &Key) -> bool {
    let key = key.as_str();
    let own = key.rsplit(':').next().unwrap_or(key);
    ["F", "GF", "GF2"].contains(&own)
}
