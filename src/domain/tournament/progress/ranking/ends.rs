//! The ends of teams: who has left a tree or stays at a rank of a table, and how many are going to be better, whatever is played.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::fixture::Source;
use super::super::presence::{Presence, SidesPresence, presence};
use super::super::tables::Table;
use super::super::{Fold, KnownFixture, Occupant, Stand};
use super::units::{Place, Unit, Units, WayOn, lines};

/// All ends.
pub struct Ends {
    /// Each team that plays no further with its place, the best where it has several.
    pub teams: BTreeMap<u16, Place>,
    /// The place that each team would have that came no further than this.
    pub last: BTreeMap<u16, Place>,
    /// Everything that counts is over and decided.
    pub over: bool,
    ways_out: Vec<WayOut>,
    tables: Vec<TablesOf>,
}

/// A way out of a tree that leads no further.
struct WayOut {
    place: Place,
    /// A team is there for certain, or can be.
    certain: bool,
    possible: bool,
}

/// The tables of a stage.
struct TablesOf {
    place: Place,
    groups: Vec<OfGroup>,
    /// How many of a rank go on as the best of it.
    best: BTreeMap<usize, usize>,
}

/// A table by its places from 1.
struct OfGroup {
    /// For each place the first and the last rank that it can be. They are one once the group is over and level teams are
    /// decided where somebody goes on.
    ranks: Vec<(usize, usize)>,
    /// The places that go on.
    taken: BTreeSet<usize>,
    /// The places of level teams of whom somebody goes on: nobody knows yet who stands there.
    open: BTreeSet<usize>,
}

impl Ends {
    pub fn of(fold: &Fold<'_>, tables: &[Table], units: &Units) -> Ends {
        let mut ends = Ends {
            teams: BTreeMap::new(),
            last: BTreeMap::new(),
            over: true,
            ways_out: Vec::new(),
            tables: Vec::new(),
        };
        let presence = presence(&fold.fixtures, &fold.resolved);
        for unit in &units.all {
            let Some(place) = &unit.place else {
                continue;
            };
            ends.over &= is_over(fold, tables, unit);
            if let Some(stage) = &unit.tables_of {
                ends.add_tables(fold, tables, units, unit, stage, place);
            } else {
                for at in &unit.fixtures {
                    ends.add_fixture(fold, units, &presence, *at);
                }
            }
        }
        ends
    }

    /// The rank of a place, if it is certain how many are better.
    pub fn certain_rank(&self, place: &Place) -> Option<usize> {
        let better = self.ways_out.iter().filter(|way| way.place < *place);
        let (certain, possible) = better.fold((0, 0), |(certain, possible), way| {
            (
                certain + usize::from(way.certain),
                possible + usize::from(way.possible),
            )
        });
        let staying = self.tables.iter().map(|tables| tables.better(place));
        let (least, most) =
            staying.fold((certain, possible), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        (least == most).then_some(1 + least)
    }

    fn end(&mut self, team: u16, place: Place) {
        keep_best(&mut self.teams, team, place);
    }

    fn add_fixture(
        &mut self,
        fold: &Fold<'_>,
        units: &Units,
        presence: &[SidesPresence],
        at: usize,
    ) {
        let (Some(known), Some(presence)) = (fold.resolved.get(at), presence.get(at)) else {
            return;
        };
        for won in [true, false] {
            let Some(place) = units.place(at, won) else {
                continue;
            };
            let out = if won { known.winner() } else { known.loser() };
            let there = if won {
                presence.winner()
            } else {
                presence.loser()
            };
            let first_match = |out: Occupant| match out {
                Occupant::Somebody(arrival) => Some(arrival.played == 1),
                Occupant::Nobody | Occupant::Unknown => None,
            };
            let goes_on = match (won, units.loser_goes_on(at)) {
                (true, _) => Some(units.winner_goes_on(at)),
                (false, WayOn::Yes) => Some(true),
                (false, WayOn::No) => Some(false),
                (false, WayOn::IfFirstMatch) => first_match(out),
            };
            if let Occupant::Somebody(arrival) = out {
                keep_best(&mut self.last, arrival.entrant, place.clone());
                if goes_on == Some(false) {
                    self.end(arrival.entrant, place.clone());
                }
            }
            self.ways_out.push(WayOut {
                place,
                certain: goes_on == Some(false) && there == Presence::Somebody,
                possible: goes_on != Some(true) && there != Presence::Nobody,
            });
        }
    }

    fn add_tables(
        &mut self,
        fold: &Fold<'_>,
        tables: &[Table],
        units: &Units,
        unit: &Unit,
        stage: &str,
        place: &Place,
    ) {
        let own: Vec<&Table> = tables.iter().filter(|table| table.stage == stage).collect();
        let best = best_of(fold, tables, stage);
        let placed = fold.placed.iter();
        let chosen: BTreeSet<u16> = placed
            .filter(|(source, _)| is_best(source, tables, stage).is_some())
            .map(|(_, team)| *team)
            .collect();
        let sides = fold.fixtures.iter().flat_map(|of| [&of.a, &of.b]);
        let best_sides = sides.filter_map(|of| Some((of, is_best(of, tables, stage)?)));
        let open = best_sides.filter(|(source, _)| !fold.placed.contains_key(source));
        let open: BTreeSet<usize> = open.map(|(_, rank)| rank).collect();
        let mut of_stage = TablesOf {
            place: place.clone(),
            groups: Vec::new(),
            best,
        };
        for table in own {
            let group = of_stage.group(fold, table, size(fold, units, unit, table));
            let rows = table.standings.rows.iter().filter(|_| table.complete);
            for (row, at) in rows.zip(1..) {
                let staying = match group.ranks.get(at - 1) {
                    Some((rank, last)) if rank == last => Some(*rank),
                    _ => None,
                };
                keep_best(
                    &mut self.last,
                    row.team,
                    Units::place_at_rank(place, row.rank),
                );
                let goes_on = group.taken.contains(&at) || chosen.contains(&row.team);
                let is_known = !goes_on && !group.open.contains(&at);
                if let Some(rank) = staying.filter(|rank| is_known && !open.contains(rank)) {
                    self.end(row.team, Units::place_at_rank(place, rank));
                }
            }
            of_stage.groups.push(group);
        }
        self.tables.push(of_stage);
    }
}

impl TablesOf {
    /// The places of a group, as far as it is known which ranks they are.
    fn group(&self, fold: &Fold<'_>, table: &Table, size: usize) -> OfGroup {
        let sides = fold.fixtures.iter().flat_map(|of| [&of.a, &of.b]);
        let taken = sides.filter_map(|source| match source {
            Source::Group { group, rank } if *group == table.group => Some(usize::from(*rank)),
            _ => None,
        });
        let taken: BTreeSet<usize> = taken.collect();
        let decided = |place: usize| taken.contains(&place) || self.best.contains_key(&place);
        // Teams that are level cannot stand on both sides of somebody who goes on.
        let mut ranks = Vec::with_capacity(size);
        for place in 1..=size {
            let first = match ranks.last() {
                Some((first, _)) if !decided(place) && !decided(place - 1) => *first,
                _ => place,
            };
            ranks.push((first, place));
        }
        let mut open = BTreeSet::new();
        if table.complete {
            for ((row, (first, last)), place) in
                table.standings.rows.iter().zip(&mut ranks).zip(1..)
            {
                let level = table
                    .standings
                    .rows
                    .iter()
                    .filter(|of| of.rank == row.rank)
                    .count();
                let waits = level > 1 && (row.rank..row.rank + level).any(decided);
                if waits {
                    open.insert(place);
                } else {
                    (*first, *last) = (row.rank, row.rank);
                }
            }
        }
        OfGroup { ranks, taken, open }
    }

    /// How many of those who stay are better than a place: at least, and at most.
    fn better(&self, than: &Place) -> (usize, usize) {
        let rank = match than.strip_prefix(&self.place[..]) {
            Some([(rank, _), ..]) => *rank,
            Some([]) => 0,
            None if self.place < *than => usize::MAX,
            None => 0,
        };
        let gone: usize = self.best.range(..rank).map(|(_, count)| *count).sum();
        let mut sum = (0, 0);
        for group in &self.groups {
            let places = group.ranks.iter().zip(1..);
            for ((first, last), _) in places.filter(|(_, place)| !group.taken.contains(place)) {
                sum.0 += usize::from(*last < rank);
                sum.1 += usize::from(*first < rank);
            }
        }
        (sum.0 - gone.min(sum.0), sum.1 - gone.min(sum.1))
    }
}

/// The number of teams of a group.
fn size(fold: &Fold<'_>, units: &Units, unit: &Unit, table: &Table) -> usize {
    if table.complete {
        return table.standings.rows.len();
    }
    let is_own = |at: &&usize| {
        let name = units.table_of.get(**at).and_then(Option::as_ref);
        name == Some(&table.group)
    };
    let mut own = Unit::new(unit.tables_of.clone());
    own.fixtures = unit.fixtures.iter().filter(is_own).copied().collect();
    lines(fold, &own).len()
}

/// How many of each rank of a stage go on as the best of it.
fn best_of(fold: &Fold<'_>, tables: &[Table], stage: &str) -> BTreeMap<usize, usize> {
    let sides = fold.fixtures.iter().flat_map(|of| [&of.a, &of.b]);
    let wanted: BTreeSet<&Source> = sides
        .filter(|source| is_best(source, tables, stage).is_some())
        .collect();
    let mut best = BTreeMap::new();
    for rank in wanted
        .into_iter()
        .filter_map(|source| is_best(source, tables, stage))
    {
        *best.entry(rank).or_default() += 1;
    }
    best
}

/// The rank that a source takes the best of, if they are those of this stage.
fn is_best(source: &Source, tables: &[Table], of_stage: &str) -> Option<usize> {
    let Source::Best { best, stage, .. } = source else {
        return None;
    };
    let first = || tables.first().map(|table| table.stage.as_str());
    let stage = stage.as_deref().or_else(first);
    (stage == Some(of_stage)).then_some(usize::from(*best))
}

fn keep_best(places: &mut BTreeMap<u16, Place>, team: u16, place: Place) {
    match places.get_mut(&team) {
        Some(known) if *known <= place => {}
        Some(known) => *known = place,
        None => {
            places.insert(team, place);
        }
    }
}

/// Says if all matches of a unit are over, and nothing of them is to be decided.
fn is_over(fold: &Fold<'_>, tables: &[Table], unit: &Unit) -> bool {
    if let Some(stage) = &unit.tables_of {
        let mut own = tables.iter().filter(|table| table.stage == *stage);
        return own.all(|table| table.complete);
    }
    let over = |known: &KnownFixture| match known.stand {
        Stand::Awaited | Stand::Ready => false,
        Stand::Decided(verdict) => verdict.winner.is_some(),
        Stand::NoMatch | Stand::NotNeeded => true,
    };
    unit.fixtures.iter().all(|at| {
        let known = fold.resolved.get(*at).zip(fold.fixtures.get(*at));
        known.is_some_and(|(known, fixture)| over(known) && !fold.is_contested(&fixture.key, known))
    })
}
