//! The tables of groups, round robins and Swiss stages, and the places that they give away once they are over.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::super::deed::{StagedFixture, Tie};
use super::super::draw;
use super::super::fixture::{Key, Source};
use super::super::format::{Kind, Stage, Swiss};
use super::super::outcome::Outcome;
use super::super::standings::{
    Advancing, Extra, Group, Place, PlayOff, PointsTable, ResultOf, Standings, Withdrawn, standings,
};
use super::super::structure::{Deduction, Order, Structure};
use super::best::{self, LevelBest};
use super::unplayed::{bye, walkover};
use super::{Fold, Stand};
use crate::domain::matches::Side;

/// The table of a group. Teams are entrants, by their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub stage: String,
    /// As sources name it: `A`, `S` for a Swiss stage, `plate:A`.
    pub group: String,
    /// All of its matches are over.
    pub complete: bool,
    pub standings: Standings<u16>,
    /// A result that cannot be counted, in words; the table is then without ranks.
    pub problem: Option<String>,
    /// The orders that were laid down for teams that are no longer level.
    pub not_needed: Vec<Vec<u16>>,
}

impl Table {
    /// Teams of a complete table that are level, so that their ranks are not decided.
    pub fn level(&self) -> impl Iterator<Item = &[u16]> {
        let places = self.standings.order.iter().filter(|_| self.complete);
        places.filter_map(|place| match place {
            Place::Level(teams) => Some(&teams[..]),
            Place::One(_) => None,
        })
    }
}

/// A group of the structure: its fixtures, by their places in the list.
pub struct Of<'a> {
    pub stage: &'a str,
    pub name: String,
    fixtures: Vec<usize>,
    /// The rounds that it has to have; more may still be paired.
    rounds: Option<u16>,
}

impl Of<'_> {
    /// The points table that it is counted by. In a Swiss stage results stay when a team withdraws: not everybody has met it, so
    /// that to delete them would take wins from some alone.
    fn policy<'f>(&self, fold: &Fold<'f>) -> Cow<'f, PointsTable> {
        let policy = fold.given.policy;
        if self.rounds.is_none() || policy.withdrawn == Withdrawn::Keep {
            return Cow::Borrowed(policy);
        }
        Cow::Owned(PointsTable {
            withdrawn: Withdrawn::Keep,
            ..policy.clone()
        })
    }
}

/// Makes all tables. `live` counts running matches, too.
pub fn all(fold: &Fold<'_>, live: bool) -> Vec<Table> {
    let groups = groups(fold);
    groups.iter().map(|of| table(fold, of, live)).collect()
}

/// The best of a rank about whom somebody has to decide.
pub fn level_best(fold: &Fold<'_>) -> Vec<LevelBest> {
    best::level(fold, &groups(fold))
}

/// The places that groups give away: `{"group":"A","rank":1}` and `{"best":3,"nth":1}`.
pub fn places(fold: &Fold<'_>) -> BTreeMap<Source, u16> {
    let mut wanted: BTreeSet<&Source> = BTreeSet::new();
    for fixture in &fold.fixtures {
        for side in [&fixture.a, &fixture.b] {
            if matches!(side, Source::Group { .. } | Source::Best { .. }) {
                wanted.insert(side);
            }
        }
    }
    let mut placed = BTreeMap::new();
    if wanted.is_empty() {
        return placed;
    }
    let groups = groups(fold);
    let tables: Vec<Table> = groups.iter().map(|of| table(fold, of, false)).collect();
    for source in &wanted {
        if let Source::Group { group, rank } = source
            && let Some(table) = tables.iter().find(|table| table.group == *group)
            && table.complete
            && let Advancing::Team(team) = table.standings.advancing(usize::from(*rank))
        {
            placed.insert((*source).clone(), *team);
        }
    }
    placed.extend(best::best(fold, &groups, &wanted));
    placed
}

/// The groups of the structure, in the order of their first fixtures.
fn groups<'a>(fold: &Fold<'a>) -> Vec<Of<'a>> {
    let structure = fold.given.structure;
    let mut found: Vec<Of<'a>> = Vec::new();
    for (place, staged) in structure.fixtures.iter().enumerate() {
        let fixture = &staged.fixture;
        if structure.play_offs.iter().any(|of| of.key == fixture.key) {
            continue;
        }
        let Some(name) = of_table(structure, staged) else {
            continue;
        };
        let swiss = match (&fixture.group, swiss_stage(structure, staged)) {
            (None, swiss) => swiss,
            (Some(_), _) => None,
        };
        let is_it = |of: &&mut Of<'a>| of.stage == staged.stage && of.name == name;
        match found.iter_mut().find(is_it) {
            Some(of) => of.fixtures.push(place),
            None => found.push(Of {
                stage: &staged.stage,
                name,
                fixtures: vec![place],
                rounds: swiss.and_then(|(stage, settings)| {
                    draw::swiss_rounds(settings, structure.swiss_entrants(stage)).ok()
                }),
            }),
        }
    }
    found
}

/// The name of the table that a fixture counts in, if it is of a group or of a Swiss stage.
pub fn of_table(structure: &Structure, staged: &StagedFixture) -> Option<String> {
    let fixture = &staged.fixture;
    let of_swiss = || swiss_stage(structure, staged).map(|_| swiss_table(&fixture.key));
    fixture.group.clone().or_else(of_swiss)
}

fn swiss_stage<'a>(
    structure: &'a Structure,
    staged: &StagedFixture,
) -> Option<(&'a Stage, &'a Swiss)> {
    let stage = structure.stage(&staged.stage)?;
    match &stage.kind {
        Kind::Swiss(settings) => Some((stage, settings)),
        _ => None,
    }
}

/// The name of the table of a Swiss stage, from the key of one of its fixtures: `S` of `S1-4`, `second:S` of `second:S1-4`.
pub fn swiss_table(key: &Key) -> String {
    let key = key.as_str();
    let end = key.rfind('S').map_or(key.len(), |at| at + 1);
    key.get(..end).unwrap_or(key).to_owned()
}

fn table(fold: &Fold<'_>, of: &Of<'_>, live: bool) -> Table {
    let counted = group(fold, of, live);
    let (standings, problem) = match standings(&counted.group, &of.policy(fold)) {
        Ok(standings) => (standings, None),
        Err(error) => {
            let empty = Standings {
                order: Vec::new(),
                rows: Vec::new(),
                decisions_not_needed: Vec::new(),
            };
            (empty, Some(error.to_string()))
        }
    };
    let complete = counted.complete && problem.is_none();
    Table {
        stage: of.stage.to_owned(),
        group: of.name.clone(),
        complete,
        not_needed: if complete {
            not_needed(&counted.group.decisions, &standings)
        } else {
            Vec::new()
        },
        standings,
        problem,
    }
}

/// The decisions that separate nobody, but for those that a later one has taken the place of.
fn not_needed(decisions: &[Vec<u16>], standings: &Standings<u16>) -> Vec<Vec<u16>> {
    let replaced = |at: usize, teams: &[u16]| {
        let mut later = decisions.iter().skip(at + 1);
        later.any(|other| teams.iter().all(|team| other.contains(team)))
    };
    let numbered = decisions.iter().enumerate();
    let unused = numbered
        .filter(|(at, teams)| standings.decisions_not_needed.contains(at) && !replaced(*at, teams));
    unused.map(|(_, teams)| teams.clone()).collect()
}

/// A group as its table counts it.
pub struct Counted {
    pub group: Group<u16>,
    pub complete: bool,
}

/// The matches of a group, gathered.
struct Gathered {
    teams: BTreeSet<u16>,
    results: Vec<ResultOf<u16>>,
    fair_play: BTreeMap<u16, i32>,
    /// The teams that have lost a match that was given to the other side.
    absent: BTreeSet<u16>,
    rounds: BTreeSet<u16>,
    complete: bool,
}

fn gathered(fold: &Fold<'_>, of: &Of<'_>, live: bool) -> Gathered {
    let mut all = Gathered {
        teams: BTreeSet::new(),
        results: Vec::new(),
        fair_play: BTreeMap::new(),
        absent: BTreeSet::new(),
        rounds: BTreeSet::new(),
        complete: true,
    };
    for place in &of.fixtures {
        let (Some(fixture), Some(resolved)) =
            (fold.fixtures.get(*place), fold.resolved.get(*place))
        else {
            continue;
        };
        all.rounds.insert(fixture.round);
        let over = !matches!(resolved.stand, Stand::Awaited | Stand::Ready);
        all.complete &= over;
        let played = fold.played(&fixture.key);
        let outcome = played.and_then(|played| played.outcome.as_ref());
        let sides = [resolved.a.entrant(), resolved.b.entrant()];
        all.teams.extend(sides.into_iter().flatten());
        match (sides, outcome) {
            ([Some(a), Some(b)], Some(outcome)) if over || live => {
                all.count([a, b], outcome);
            }
            ([Some(a), Some(b)], None) if over => all.results.push(walkover(resolved, a, b)),
            ([Some(alone), None] | [None, Some(alone)], _) if resolved.stand == Stand::NoMatch => {
                all.results.push(bye(alone));
            }
            _ => {}
        }
    }
    all
}

impl Gathered {
    fn count(&mut self, [a, b]: [u16; 2], outcome: &Outcome) {
        for (team, side) in [(a, Side::A), (b, Side::B)] {
            let points = outcome.fair_play(side);
            if points != 0 {
                *self.fair_play.entry(team).or_default() += points;
            }
        }
        if let (true, Some(winner)) = (outcome.is_given(), outcome.winner) {
            self.absent.insert(if winner == Side::A { b } else { a });
        }
        self.results.push(outcome.between(a, b));
    }
}

/// The group as its table counts it. `live` counts running matches, too.
pub fn group(fold: &Fold<'_>, of: &Of<'_>, live: bool) -> Counted {
    let mut all = gathered(fold, of, live);
    if let Some(rounds) = of.rounds {
        all.complete &= all.rounds.len() >= usize::from(rounds);
    }
    let extra = extra(fold, of, &all);
    let decisions = decisions(fold, &of.name, &all.teams);
    let play_offs = play_offs(fold, &of.name, &all.teams);
    Counted {
        complete: all.complete,
        group: Group {
            teams: all.teams.into_iter().collect(),
            results: all.results,
            best_of: fold.given.best_of.of(of.stage),
            extra,
            decisions,
            play_offs,
            live: !all.complete,
        },
    }
}

/// All that counts in a group beside its results.
fn extra(fold: &Fold<'_>, of: &Of<'_>, all: &Gathered) -> Extra<u16> {
    let structure = fold.given.structure;
    let mut extra = Extra {
        fair_play: all.fair_play.clone(),
        ..Extra::default()
    };
    let withdrawn: BTreeSet<u16> = all
        .teams
        .iter()
        .copied()
        .filter(|team| fold.has_withdrawn(*team))
        .collect();
    // Where results are deleted, those of whoever has lost by walkover are, too: badminton's GCR 16.2.
    extra.withdrawn = match (of.policy(fold).withdrawn, withdrawn.is_empty()) {
        (Withdrawn::Delete, true) => None,
        (Withdrawn::Delete, false) => Some(withdrawn.union(&all.absent).copied().collect()),
        (Withdrawn::Keep | Withdrawn::Walkovers, _) => Some(withdrawn.into_iter().collect()),
    };
    for team in &all.teams {
        extra.rank.insert(*team, i32::from(*team));
        let seed = structure
            .team(*team)
            .and_then(|id| fold.given.seeds.get(&id));
        if let Some(seed) = seed {
            extra.seed.insert(*team, i32::from(*seed));
        }
    }
    let own = |deduction: &&Deduction| deduction.group == of.name;
    for deduction in structure.deductions.iter().filter(own) {
        let team = structure.entrant(deduction.team);
        if let Some(team) = team.filter(|team| all.teams.contains(team)) {
            *extra.deducted.entry(team).or_default() += deduction.points;
        }
    }
    extra
}

/// The orders that were laid down in a group.
fn decisions(fold: &Fold<'_>, group: &str, teams: &BTreeSet<u16>) -> Vec<Vec<u16>> {
    let structure = fold.given.structure;
    let is_of = |order: &&Order| matches!(&order.of, Tie::Group { group: of } if of == group);
    let laid_down = structure.orders.iter().filter(is_of);
    let named = laid_down.map(|order| numbers(fold, order).into_iter());
    named
        .map(|order| order.filter(|team| teams.contains(team)).collect())
        .collect()
}

/// The play-offs of a group.
fn play_offs(fold: &Fold<'_>, group: &str, teams: &BTreeSet<u16>) -> Vec<PlayOff<u16>> {
    let play_offs = fold.given.structure.play_offs.iter();
    let of_group = play_offs.filter(|of| of.group == group);
    let played = of_group.filter_map(|of| {
        let mut all = fold.fixtures.iter().zip(&fold.resolved);
        let (_, known) = all.find(|(fixture, _)| fixture.key == of.key)?;
        let winner = match known.stand {
            Stand::Decided(verdict) => verdict.winner,
            _ => None,
        };
        Some(PlayOff {
            a: known.a.entrant()?,
            b: known.b.entrant()?,
            winner,
        })
    });
    played
        .filter(|of| teams.contains(&of.a) && teams.contains(&of.b))
        .collect()
}

pub fn numbers(fold: &Fold<'_>, order: &Order) -> Vec<u16> {
    let number = |team| fold.given.structure.entrant(team);
    order.teams.iter().copied().filter_map(number).collect()
}
