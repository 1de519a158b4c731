//! The first round of a Swiss tournament.

use super::super::format::Swiss;
use super::super::swiss::{self, History, NextRound, Pair};
use super::super::{Fixture, Key, Source};
use super::DrawError;
use super::field::Field;
use super::lots::Lots;

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

/// Draws the first round as every round is paired; later ones are when the round before is over. In a draw by lot the seeds
/// keep their order, and the others follow by lot.
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
    let club = |rank: &u16| {
        let place = usize::from(*rank).checked_sub(1)?;
        field.clubs.get(place)?.as_deref()
    };
    let clubs: Vec<Option<&str>> = order.iter().map(club).collect();
    let players = u32::from(field.entrants);
    let paired = History::new(players, &[]).map(|history| swiss::pair(&history, &clubs));
    let pairs = match paired {
        Ok(NextRound::Paired(pairing)) => pairing.pairs,
        // Two or more can always play a first round.
        Ok(NextRound::Stuck) | Err(_) => Vec::new(),
    };
    let numbered = (1..).zip(&pairs);
    Ok(numbered
        .filter_map(|numbered| fixture(numbered, &order))
        .collect())
}

fn fixture((table, pair): (u16, &Pair), order: &[u16]) -> Option<Fixture> {
    let entrant = |player: u32| {
        let place = usize::try_from(player).ok()?.checked_sub(1)?;
        order.get(place).copied().map(Source::Entrant)
    };
    Some(Fixture {
        key: Key::new(format!("S1-{table}")),
        round: 1,
        group: None,
        a: entrant(pair.a)?,
        b: pair.b.map_or(Some(Source::BYE), entrant)?,
        if_needed: false,
    })
}
