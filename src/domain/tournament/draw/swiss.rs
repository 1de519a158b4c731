//! The first round of a Swiss tournament.

use super::super::format::Swiss;
use super::super::{Fixture, Key};
use super::field::Field;
use super::lots::Lots;
use super::{DrawError, side};

/// Draws the first round. In a draw by lot the seeds keep their order, and the others follow by lot.
pub fn drawn(settings: &Swiss, field: &Field) -> Result<Vec<Fixture>, DrawError> {
    let entrants = field.entrants;
    let most = entrants - 1 + entrants % 2;
    let rounds = settings.rounds.unwrap_or(1);
    if !(1..=most).contains(&rounds) {
        return Err(DrawError::Rounds {
            rounds,
            entrants,
            most,
        });
    }
    if field.by_hand.is_some() {
        return Err(DrawError::NoLines);
    }
    let mut order: Vec<u16> = (1..=entrants).collect();
    if let (Some(number), Some(others)) = (field.lots, order.get_mut(usize::from(field.seeds())..))
    {
        Lots::new(number).shuffle(others);
    }
    Ok(first_round(&order))
}

/// Returns the first round: the top half against the bottom half, table 1 the best of both; with an odd number the last has
/// a bye. Later rounds are paired when the round before is over.
fn first_round(order: &[u16]) -> Vec<Fixture> {
    let (upper, lower) = order.split_at(order.len() / 2);
    let pairs = upper.iter().zip(lower).map(|(a, b)| (*a, Some(*b)));
    let rest = lower.get(upper.len()).map(|last| (*last, None));
    pairs
        .chain(rest)
        .zip(1..)
        .map(|((a, b), table)| Fixture {
            key: Key::new(format!("S1-{table}")),
            round: 1,
            group: None,
            a: side(Some(a)),
            b: side(b),
            if_needed: false,
        })
        .collect()
}
