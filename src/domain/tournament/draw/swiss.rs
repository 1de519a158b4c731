//! The first round of a Swiss tournament.

use super::super::format::Swiss;
use super::super::{Fixture, Key};
use super::field::{Field, meetings};
use super::lots::Lots;
use super::seats::{self, Seats};
use super::{DrawError, Line, side};

/// Returns the number of rounds: as set, else as many as find a clear winner and two more.
///
/// So many can be played without a second meeting: one less than there are entrants, or all with an odd number.
pub fn rounds(settings: &Swiss, entrants: u16) -> Result<u16, DrawError> {
    let most = (entrants + entrants % 2).saturating_sub(1);
    let clear = entrants.next_power_of_two().trailing_zeros() as u16;
    let rounds = settings.rounds.unwrap_or((clear + 2).min(most));
    if (1..=most).contains(&rounds) {
        Ok(rounds)
    } else {
        Err(DrawError::Rounds {
            rounds,
            entrants,
            most,
        })
    }
}

/// Draws the first round; later ones are paired when the round before is over. In a draw by lot the seeds keep their order, and the others follow by lot.
pub fn drawn(settings: &Swiss, field: &Field) -> Result<Vec<Fixture>, DrawError> {
    rounds(settings, field.entrants)?;
    if field.by_hand.is_some() {
        return Err(DrawError::NoLines);
    }
    let mut order: Vec<u16> = (1..=field.entrants).collect();
    let seeds = usize::from(field.seeds());
    if let (Some(number), Some(others)) = (field.lots, order.get_mut(seeds..)) {
        Lots::new(number).shuffle(others);
    }
    let tables = tables(&order, field);
    Ok((1..).zip(tables.chunks(2)).map(fixture).collect())
}

/// Seats the top half against the bottom half, table 1 the best of both. Opponents change inside the bottom half, so that as few
/// as can be meet a club mate. With an odd number the last has no opponent.
fn tables(order: &[u16], field: &Field) -> Vec<Line> {
    let (upper, lower) = order.split_at(order.len() / 2);
    let pairs = upper.iter().zip(lower).flat_map(|(a, b)| [*a, *b]);
    let rest = lower.get(upper.len()..).unwrap_or_default();
    let seated = pairs.chain(rest.iter().copied());
    let half = seats::Band {
        number: 0,
        keeps_bye: false,
    };
    let paired = lower.get(..upper.len()).unwrap_or(lower);
    let bands = (1..=field.entrants)
        .map(|rank| paired.contains(&rank).then_some(half))
        .collect();
    let occupants = seated.map(|rank| Some(rank - 1)).collect();
    let mut seats = Seats::new(occupants, &field.clubs, bands);
    seats.settle(&meetings);
    seats.into_lines()
}

fn fixture((table, sides): (u16, &[Line])) -> Fixture {
    let side_of = |at: usize| side(sides.get(at).copied().flatten());
    Fixture {
        key: Key::new(format!("S1-{table}")),
        round: 1,
        group: None,
        a: side_of(0),
        b: side_of(1),
        if_needed: false,
    }
}
