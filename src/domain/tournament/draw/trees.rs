//! Trees: the one mechanism behind all draws in which losers play on.
//!
//! A slot of a tree holds an entrant, the winner or the loser of a fixture, or nobody. Who comes out of a fixture goes to a slot
//! of the same tree or of another. The kinds of draws differ in nothing but these ways.

use super::super::fixture::FirstMatchWord;
use super::super::{Fixture, Key, Source};
use super::order::{self, SeedLines};
use super::{DrawError, Line, knockout};

/// Somebody who takes a slot, with what is certain of the way here before anything is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contender {
    source: Source,
    /// The fewest matches that it can have played.
    pub fewest: u16,
    /// The most.
    pub most: u16,
    /// The fixtures that must be over first, one after another.
    depth: u16,
}

impl Contender {
    /// Restricts a loser to those who played no match before the one that they lost. `None` where nobody can.
    pub fn of_first_match(&self) -> Option<Contender> {
        let Source::Loser { loser } = &self.source else {
            return None;
        };
        if self.fewest > 1 {
            return None;
        }
        let source = if self.most == 1 {
            self.source.clone()
        } else {
            Source::LoserOfFirstMatch {
                loser: loser.clone(),
                condition: FirstMatchWord::FirstMatch,
            }
        };
        Some(Contender {
            source,
            most: 1,
            ..*self
        })
    }
}

/// A place of a tree: somebody, or nobody (a bye).
pub type Slot = Option<Contender>;

/// Returns the slots of the first round.
pub fn slots(lines: &[Line]) -> Vec<Slot> {
    let newcomer = |rank: u16| Contender {
        source: Source::Entrant(rank),
        fewest: 0,
        most: 0,
        depth: 0,
    };
    lines.iter().map(|line| line.map(newcomer)).collect()
}

/// Says when a field is too small for a kind of draw.
pub fn at_least(least: u16, lines: &[Line]) -> Result<(), DrawError> {
    let entrants = u16::try_from(lines.iter().flatten().count()).unwrap_or(u16::MAX);
    if entrants < least {
        Err(DrawError::TooFew { least, entrants })
    } else {
        Ok(())
    }
}

/// Returns the slots of a tree for those who come from another, from the top. It is the smallest that holds them, and byes never
/// meet: they are spread as in a draw by rank.
pub fn seated(contenders: Vec<Contender>) -> Vec<Slot> {
    let count = u16::try_from(contenders.len()).unwrap_or(u16::MAX);
    let size = order::size(count);
    let mut contenders = contenders.into_iter();
    let mut slots = Vec::with_capacity(usize::from(size));
    for place in order::places(size / 2, SeedLines::default()) {
        slots.push(contenders.next());
        if place <= size.saturating_sub(count) {
            slots.push(None);
        } else {
            slots.push(contenders.next());
        }
    }
    slots
}

/// Both ways out of a fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaysOut {
    pub winner: Slot,
    pub loser: Slot,
}

/// Returns the losers of a round in their order from the top.
pub fn losers(round: &[WaysOut]) -> Vec<Slot> {
    round.iter().map(|outcome| outcome.loser.clone()).collect()
}

/// Returns the winners of a round in their order from the top: the slots of the next.
pub fn winners(round: &[WaysOut]) -> Vec<Slot> {
    round.iter().map(|outcome| outcome.winner.clone()).collect()
}

/// The fixtures of a draw in the making.
#[derive(Debug, Default)]
pub struct Sheet {
    fixtures: Vec<(u16, Fixture)>,
}

impl Sheet {
    /// Lets two slots meet.
    ///
    /// A fixture with a bye is listed, and its loser is a bye. Two byes make no fixture, and a bye goes on.
    pub fn meet(&mut self, key: Key, round: u16, a: Slot, b: Slot) -> WaysOut {
        let fewest = |x: &Contender, y: &Contender| x.fewest.min(y.fewest) + 1;
        let most = |x: &Contender, y: &Contender| x.most.max(y.most) + 1;
        let depth = 1 + [&a, &b]
            .into_iter()
            .flatten()
            .map(|x| x.depth)
            .max()
            .unwrap_or(0);
        let (fewest, most, is_match) = match (&a, &b) {
            (Some(a), Some(b)) => (fewest(a, b), most(a, b), true),
            (Some(alone), None) | (None, Some(alone)) => (alone.fewest, alone.most, false),
            (None, None) => {
                return WaysOut {
                    winner: None,
                    loser: None,
                };
            }
        };
        let out = |source| Contender {
            source,
            fewest,
            most,
            depth,
        };
        let winner = Some(out(Source::Winner {
            winner: key.clone(),
        }));
        let loser = is_match.then(|| out(Source::Loser { loser: key.clone() }));
        let source = |slot: Slot| slot.map_or(Source::BYE, |contender| contender.source);
        let fixture = Fixture {
            key,
            round,
            group: None,
            a: source(a),
            b: source(b),
            if_needed: false,
        };
        self.fixtures.push((depth, fixture));
        WaysOut { winner, loser }
    }

    /// Plays a round: neighbours meet. `name` names a fixture by its number from 1.
    pub fn round(
        &mut self,
        round: u16,
        slots: Vec<Slot>,
        name: impl Fn(usize) -> String,
    ) -> Vec<WaysOut> {
        let mut slots = slots.into_iter();
        let mut outcomes = Vec::new();
        while let Some(a) = slots.next() {
            let key = Key::new(name(outcomes.len() + 1));
            let b = slots.next().flatten();
            outcomes.push(self.meet(key, round, a, b));
        }
        outcomes
    }

    /// Plays a knockout to its final, and returns its rounds. `prefix` comes before each key, such as `con:`.
    pub fn knockout(&mut self, prefix: &str, mut slots: Vec<Slot>) -> Vec<Vec<WaysOut>> {
        let mut rounds = Vec::new();
        for round in 1.. {
            let size = slots.len();
            if size < 2 {
                break;
            }
            let name = |number| format!("{prefix}{}", knockout::key(size / 2, number));
            let outcomes = self.round(round, slots, name);
            slots = winners(&outcomes);
            rounds.push(outcomes);
        }
        rounds
    }

    /// Adds the match of the losers of the semi-finals. It is an error where they play on elsewhere.
    pub fn third_place(&mut self, main: &[Vec<WaysOut>]) -> Result<(), DrawError> {
        let [.., semi_finals, _] = main else {
            return Ok(());
        };
        let mut losers = losers(semi_finals).into_iter().flatten();
        let (a, b) = (losers.next(), losers.next());
        if [&a, &b]
            .into_iter()
            .flatten()
            .any(|loser| self.holds(loser))
        {
            return Err(DrawError::ThirdPlace);
        }
        let round = u16::try_from(main.len()).unwrap_or(u16::MAX);
        self.meet(Key::new("3RD"), round, a, b);
        Ok(())
    }

    /// Marks the last fixture as played only if needed.
    pub fn last_if_needed(&mut self) {
        if let Some((_, fixture)) = self.fixtures.last_mut() {
            fixture.if_needed = true;
        }
    }

    /// Answers if a slot of a fixture takes this contender.
    fn holds(&self, contender: &Contender) -> bool {
        let from = contender.source.fixture();
        let is_it = |source: &Source| {
            !matches!(source, Source::Winner { .. }) && from.is_some() && source.fixture() == from
        };
        let mut fixtures = self.fixtures.iter();
        fixtures.any(|(_, fixture)| is_it(&fixture.a) || is_it(&fixture.b))
    }

    /// Returns the fixtures in the order in which they were added, the final last.
    pub fn into_fixtures(self) -> Vec<Fixture> {
        let fixtures = self.fixtures.into_iter().map(|(_, fixture)| fixture);
        let (last, mut others): (Vec<_>, Vec<_>) =
            fixtures.partition(|fixture| fixture.key == knockout::key(1, 1));
        others.extend(last);
        others
    }

    /// Returns the fixtures so that each comes as early as those it waits for allow, else in the order in which they were added. The
    /// final is last.
    pub fn into_fixtures_by_depth(mut self) -> Vec<Fixture> {
        self.fixtures.sort_by_key(|(depth, _)| *depth);
        self.into_fixtures()
    }
}
