//! Consolation: losers of a knockout play on in trees of their own.

#[cfg(test)]
mod tests;

use super::super::Fixture;
use super::super::format::{Consolation, ConsolationMode, FeedInTo};
use super::losers_side::LosersSide;
use super::split::{Round, Rules, Tree, split};
use super::trees::{self, Contender, Sheet, Slot, WaysOut, losers, seated, winners};
use super::{DrawError, Line, knockout};

/// The smallest field: with fewer no two lose the same round.
const FEWEST_ENTRANTS: u16 = 4;

/// Comes before the keys of a consolation.
const PREFIX: &str = "con:";

/// Returns the fixtures on the lines of the first round. The main tree has the keys of a knockout.
///
/// The consolation has the same with `con:` before them, `con:QF1`; a feed-in has `con:L1-1` as the losers' side of a double
/// elimination. Trees of a compass have their direction, `west:SF1`.
///
/// # Errors
///
/// Fewer than 4 entrants, third place where the losers of the semi-finals play on, or a setting of another mode.
pub fn fixtures(settings: &Consolation, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    trees::at_least(FEWEST_ENTRANTS, lines)?;
    if settings.to.is_some() && settings.mode != ConsolationMode::FeedIn {
        return Err(DrawError::To);
    }
    let mut sheet = Sheet::default();
    let slots = trees::slots(lines);
    let main = match settings.mode {
        ConsolationMode::FirstRound => {
            let main = sheet.knockout("", slots);
            let first = main.first().map(|round| losers(round)).unwrap_or_default();
            sheet.knockout(PREFIX, seated(first.into_iter().flatten().collect()));
            main
        }
        ConsolationMode::FirstMatch => {
            let main = sheet.knockout("", slots);
            sheet.knockout(PREFIX, seated(losers_of_first_match(&main)));
            main
        }
        ConsolationMode::Compass => split(&mut sheet, slots, &Compass { turns: 3 }),
        ConsolationMode::Olympic => split(&mut sheet, slots, &Compass { turns: 2 }),
        ConsolationMode::FeedIn => {
            let to = settings.to.unwrap_or(FeedInTo::QuarterFinals);
            feed_in(&mut sheet, slots, to)
        }
    };
    if settings.third_place {
        sheet.third_place(&main)?;
    }
    Ok(match settings.mode {
        ConsolationMode::FeedIn => sheet.into_fixtures(),
        _ => sheet.into_fixtures_by_depth(),
    })
}

/// Returns those who may lose the first match they play: the losers of round 1, and of round 2 after a bye.
///
/// The place that a bye leaves free in the consolation is for whoever had the bye. No two of them met before: one would have won
/// that match.
fn losers_of_first_match(main: &[Vec<WaysOut>]) -> Vec<Contender> {
    let mut rounds = main.iter().map(|round| {
        let losers = losers(round).into_iter().flatten();
        losers.filter_map(|loser| loser.of_first_match()).collect()
    });
    let first: Vec<Contender> = rounds.next().unwrap_or_default();
    let after_a_bye: Vec<Contender> = rounds.flatten().collect();
    // Both by turns, from opposite ends.
    let mut after_a_bye = after_a_bye.into_iter().rev();
    let mut all = Vec::new();
    for contender in first {
        all.push(contender);
        all.extend(after_a_bye.next());
    }
    all.extend(after_a_bye);
    all
}

/// Plays a knockout whose losers enter a losers' side, round 1 always, later ones up to the round `to`. Returns its rounds.
fn feed_in(sheet: &mut Sheet, mut slots: Vec<Slot>, to: FeedInTo) -> Vec<Vec<WaysOut>> {
    let last_fixtures = match to {
        FeedInTo::R32 => 16,
        FeedInTo::R16 => 8,
        FeedInTo::QuarterFinals => 4,
        FeedInTo::SemiFinals => 2,
    };
    let mut losers_side = LosersSide::new(PREFIX);
    let mut rounds: Vec<Vec<WaysOut>> = Vec::new();
    for round in 1.. {
        let fixtures = slots.len() / 2;
        if fixtures == 0 {
            break;
        }
        let name = |number| knockout::key(fixtures, number).to_string();
        let outcomes = sheet.round(round, slots, name);
        if round == 1 || fixtures >= last_fixtures {
            losers_side.drop(sheet, &outcomes);
        }
        slots = winners(&outcomes);
        rounds.push(outcomes);
    }
    losers_side.finish(sheet);
    rounds
}

/// A compass: who loses one of the first rounds turns to another direction.
struct Compass {
    /// Rounds, counted from tree to tree, whose losers turn.
    turns: u16,
}

impl Rules for Compass {
    fn plays_on(&self, tree: &Tree) -> bool {
        tree.turns.iter().sum::<u16>() <= self.turns
    }

    fn key(&self, tree: &Tree, round: &Round, number: usize) -> String {
        let key = knockout::key(round.fixtures, number);
        direction(&tree.turns).map_or_else(|| key.to_string(), |to| format!("{to}:{key}"))
    }
}

/// Returns the direction of a tree by the rounds that were lost on the way; `None` for the main tree, east.
/// Source: USTA, compass draw tournaments.
fn direction(turns: &[u16]) -> Option<&'static str> {
    match turns {
        [1] => Some("west"),
        [2] => Some("north"),
        [3] => Some("northeast"),
        [1, 1] => Some("south"),
        [1, 2] => Some("southwest"),
        [2, 1] => Some("northwest"),
        [1, 1, 1] => Some("southeast"),
        _ => None,
    }
}
