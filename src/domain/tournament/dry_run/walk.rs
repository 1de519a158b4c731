//! The ways that a team can take through a format: it wins or loses each match, and ends at any rank of its group.

use std::collections::BTreeMap;

use super::super::fixture::{FirstMatchWord, Fixture, Key, Source};
use super::super::progress::Presence;
use super::{Drawn, Table, may_be_played};

/// The fewest and the most matches.
type Range = (usize, usize);

/// The way behind a team, as far as it decides where it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Behind {
    has_played: bool,
    lost: u8,
}

const FRESH: Behind = Behind {
    has_played: false,
    lost: 0,
};

/// The ways through a format. What was counted once is kept.
pub struct Walk<'a> {
    drawn: &'a Drawn,
    /// The fixtures that take a source.
    takers: BTreeMap<&'a Source, Vec<usize>>,
    counted: BTreeMap<(Source, Behind), Range>,
    /// The matches that must be over before whoever comes from a source can play.
    waits: BTreeMap<Source, usize>,
}

impl<'a> Walk<'a> {
    pub fn new(drawn: &'a Drawn) -> Walk<'a> {
        let mut takers: BTreeMap<&Source, Vec<usize>> = BTreeMap::new();
        for (at, fixture) in drawn.fixtures.iter().enumerate() {
            for side in [&fixture.a, &fixture.b] {
                takers.entry(side).or_default().push(at);
            }
        }
        Walk {
            drawn,
            takers,
            counted: BTreeMap::new(),
            waits: BTreeMap::new(),
        }
    }

    /// The matches of an entrant, by its number.
    pub fn entrant(&mut self, entrant: u16) -> Range {
        self.from(&Source::Entrant(entrant), FRESH)
    }

    /// The longest way of matches that wait for each other.
    pub fn rounds(&mut self) -> usize {
        let drawn = self.drawn;
        let ends = drawn.fixtures.iter().zip(&drawn.table_of);
        let ends = ends.map(|(fixture, table)| match table {
            Some(name) => Source::Group {
                group: name.clone(),
                rank: 1,
            },
            None => winner(&fixture.key),
        });
        let ends: Vec<Source> = ends.collect();
        ends.iter().map(|end| self.wait(end)).max().unwrap_or(0)
    }

    /// The matches of whoever comes from a source.
    fn from(&mut self, source: &Source, behind: Behind) -> Range {
        let key = (source.clone(), behind);
        if let Some(known) = self.counted.get(&key) {
            return *known;
        }
        let drawn = self.drawn;
        let takers = self.takers.get(source).cloned().unwrap_or_default();
        let mut tables: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut sum = (0, 0);
        for at in takers {
            match drawn.table_of.get(at).and_then(Option::as_deref) {
                Some(name) => tables.entry(name).or_default().push(at),
                None => sum = added(sum, self.through(at, source, behind)),
            }
        }
        for (name, fixtures) in tables {
            sum = added(sum, self.in_table(name, source, &fixtures));
        }
        self.counted.insert(key, sum);
        sum
    }

    /// The matches from a fixture of a tree on.
    fn through(&mut self, at: usize, source: &Source, behind: Behind) -> Range {
        let drawn = self.drawn;
        let Some(fixture) = drawn.fixtures.get(at) else {
            return (0, 0);
        };
        let opponent = self.opponent(at, source);
        if fixture.if_needed && behind.lost != 1 {
            // Whoever has never lost has won it already, and whoever lost twice is out.
            return (0, 0);
        }
        let alone =
            (opponent != Presence::Somebody).then(|| self.from(&winner(&fixture.key), behind));
        let played = (opponent != Presence::Nobody).then(|| {
            let after = |lost| Behind {
                has_played: true,
                lost: behind.lost.saturating_add(lost),
            };
            let won = self.from(&winner(&fixture.key), after(0));
            let lost = self.after_loss(fixture, behind.has_played, after(1));
            added((1, 1), either(won, lost))
        });
        match (alone, played) {
            (Some(alone), Some(played)) => either(alone, played),
            (alone, played) => alone.or(played).unwrap_or((0, 0)),
        }
    }

    fn after_loss(&mut self, fixture: &Fixture, had_played: bool, behind: Behind) -> Range {
        let loser = fixture.key.clone();
        let lost = self.from(
            &Source::Loser {
                loser: loser.clone(),
            },
            behind,
        );
        if had_played {
            return lost;
        }
        let first = Source::LoserOfFirstMatch {
            loser,
            condition: FirstMatchWord::FirstMatch,
        };
        added(lost, self.from(&first, behind))
    }

    /// The presence on the other side of a fixture.
    fn opponent(&self, at: usize, source: &Source) -> Presence {
        let sides = self.drawn.presence.get(at).zip(self.drawn.fixtures.get(at));
        sides.map_or(Presence::Nobody, |(sides, fixture)| {
            if fixture.a == *source {
                sides.b
            } else {
                sides.a
            }
        })
    }

    /// The matches in a group, and those after it: a team ends at any of its ranks.
    fn in_table(&mut self, name: &str, source: &Source, fixtures: &[usize]) -> Range {
        let drawn = self.drawn;
        let Some(table) = drawn.tables.get(name) else {
            return (0, 0);
        };
        let own = table.swiss_matches().unwrap_or_else(|| {
            let count = |is: fn(Presence) -> bool| {
                let opponents = fixtures.iter().map(|at| self.opponent(*at, source));
                opponents.filter(|opponent| is(*opponent)).count()
            };
            let certain = count(|opponent| opponent == Presence::Somebody);
            (certain, count(|opponent| opponent != Presence::Nobody))
        });
        let ranks = 1..=u16::try_from(table.teams.len()).unwrap_or(u16::MAX);
        let after = ranks.map(|rank| self.after_rank(name, table, rank));
        added(own, after.reduce(either).unwrap_or((0, 0)))
    }

    /// The matches of whoever ends at a rank of a group.
    fn after_rank(&mut self, name: &str, table: &Table, rank: u16) -> Range {
        let place = Source::Group {
            group: name.to_owned(),
            rank,
        };
        if self.takers.contains_key(&place) {
            return self.from(&place, FRESH);
        }
        let drawn = self.drawn;
        let is_best = |source: &Source| match source {
            Source::Best { best, stage, .. } => {
                *best == rank
                    && stage
                        .as_ref()
                        .map_or(table.number == 0, |of| *of == table.stage)
            }
            _ => false,
        };
        let best: Vec<Source> = self
            .takers
            .keys()
            .filter(|source| is_best(source))
            .map(|source| (*source).clone())
            .collect();
        let tables = drawn.tables.values().filter(|of| of.stage == table.stage);
        let there = tables
            .filter(|of| usize::from(rank) <= of.teams.len())
            .count();
        let stays = (best.len() < there).then_some((0, 0));
        let goes_on = best.iter().map(|source| self.from(source, FRESH));
        let goes_on: Vec<Range> = goes_on.collect();
        stays
            .into_iter()
            .chain(goes_on)
            .reduce(either)
            .unwrap_or((0, 0))
    }

    /// The matches, one after another, that must be over before whoever comes from a source can play.
    fn wait(&mut self, source: &Source) -> usize {
        if let Some(known) = self.waits.get(source) {
            return *known;
        }
        let drawn = self.drawn;
        let waits = match source {
            Source::Entrant(_) | Source::Bye(_) => 0,
            Source::Group { group, .. } => self.wait_for_table(group),
            Source::Best { stage, .. } => {
                let tables = drawn.tables.iter().filter(|(_, table)| {
                    stage
                        .as_ref()
                        .map_or(table.number == 0, |of| table.stage == *of)
                });
                let names: Vec<&String> = tables.map(|(name, _)| name).collect();
                let waits = names.into_iter().map(|name| self.wait_for_table(name));
                waits.max().unwrap_or(0)
            }
            Source::Winner { .. } | Source::Loser { .. } | Source::LoserOfFirstMatch { .. } => {
                let mut all = drawn.fixtures.iter().zip(&drawn.presence);
                let fixture = all.find(|(of, _)| Some(&of.key) == source.fixture());
                fixture.map_or(0, |(fixture, sides)| {
                    let before = self.wait(&fixture.a).max(self.wait(&fixture.b));
                    before + usize::from(may_be_played(sides))
                })
            }
        };
        self.waits.insert(source.clone(), waits);
        waits
    }

    fn wait_for_table(&mut self, name: &str) -> usize {
        let drawn = self.drawn;
        let Some(table) = drawn.tables.get(name) else {
            return 0;
        };
        let own = |source: &Source| {
            let of_table = |fixture: &&Fixture| fixture.a == *source || fixture.b == *source;
            let named = drawn.fixtures.iter().zip(&drawn.table_of);
            let named = named.filter(|(_, table)| table.as_deref() == Some(name));
            named.map(|(fixture, _)| fixture).filter(of_table).count()
        };
        // Of an odd group one team rests in each round.
        let pairs = (table.teams.len() / 2).max(1);
        let all = drawn.table_of.iter().flatten().filter(|of| *of == name);
        let rounds = all.count().div_ceil(pairs);
        let waits = table.teams.iter().map(|team| {
            let matches = table.swiss.unwrap_or_else(|| own(team).max(rounds));
            self.wait(team) + matches
        });
        waits.max().unwrap_or(0)
    }
}

fn winner(key: &Key) -> Source {
    Source::Winner {
        winner: key.clone(),
    }
}

fn added(one: Range, other: Range) -> Range {
    (one.0 + other.0, one.1 + other.1)
}

fn either(one: Range, other: Range) -> Range {
    (one.0.min(other.0), one.1.max(other.1))
}
