//! Double elimination: nobody is out with one defeat. 2n − 2 matches, and one more if the grand final must be repeated.

use super::super::format::DoubleElimination;
use super::super::{Fixture, Key};
use super::losers_side::LosersSide;
use super::trees::{self, Sheet, winners};
use super::{DrawError, Line};

/// The smallest field. With three, a losers' side has no round.
const FEWEST_ENTRANTS: u16 = 4;

/// Returns the fixtures on the lines of the first round: `W1-1`…, `L1-1`…, `GF`, and `GF2` with a reset.
///
/// Each round of the losers' side that takes losers follows the round of the winners' side that they come from. A fixture of
/// the losers' side that nobody can reach for byes is left out.
///
/// # Errors
///
/// Fewer than 4 entrants, or more than 64.
pub fn fixtures(settings: &DoubleElimination, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    trees::at_least(FEWEST_ENTRANTS, lines)?;
    let mut sheet = Sheet::default();
    let mut slots = trees::slots(lines);
    let mut losers_side = LosersSide::new("", slots.len());
    for round in 1.. {
        if slots.len() < 2 {
            break;
        }
        let outcomes = sheet.round(round, slots, |number| format!("W{round}-{number}"));
        losers_side.drop(&mut sheet, &outcomes);
        slots = winners(&outcomes);
    }
    let never_lost = slots.pop().flatten();
    let lost_once = losers_side.finish(&mut sheet);
    let grand_final = sheet.meet(Key::new("GF"), 1, never_lost, lost_once);
    if settings.reset {
        sheet.meet(Key::new("GF2"), 2, grand_final.winner, grand_final.loser);
        sheet.last_if_needed();
    }
    Ok(sheet.into_fixtures())
}
