//! Groups: who plays in which, and their fixtures.

use super::super::{Fixture, Key};
use super::field::Field;
use super::lots::Lots;
use super::seats::{self, Cost, Seats};
use super::{DrawError, Line, MOST_ENTRANTS, MOST_LEGS, berger, by_hand, side, spread};

/// Draws groups and returns their fixtures. A round robin is one group.
pub fn drawn(field: &Field, groups: u16, legs: u16) -> Result<Vec<Fixture>, DrawError> {
    if !(1..=MOST_LEGS).contains(&legs) {
        return Err(DrawError::Legs { legs });
    }
    Ok(fixtures(&lines(field, groups)?, legs))
}

/// Returns the entrants of each group, line 1 first.
///
/// The ranks g·k + 1 to g·(k + 1) are a pot, which gives one entrant to each group: by the snake, or in a draw by lot by lot.
/// There the unseeded are one pot. Those of one club are spread by swaps inside the pots: at most ⌈c / g⌉ of c in a group.
pub fn lines(field: &Field, groups: u16) -> Result<Vec<Vec<u16>>, DrawError> {
    let entrants = field.entrants;
    if groups == 0 {
        return Err(DrawError::NoGroups);
    }
    if groups > entrants / 2 {
        return Err(DrawError::TooManyGroups { groups, entrants });
    }
    let snake = snake(entrants, groups);
    if let Some(lines) = &field.by_hand {
        by_hand::check(lines, field, usize::from(entrants))?;
        let size = |group: u16| snake.iter().filter(|of| **of == group).count();
        let sizes: Vec<usize> = (0..groups).map(size).collect();
        return Ok(in_sizes(&sizes, lines));
    }
    let pot = |rank: u16| pot(field, groups, rank);
    let mut order: Vec<u16> = (1..=entrants).collect();
    if let Some(number) = field.lots {
        let mut lots = Lots::new(number);
        for pot in order.chunk_by_mut(|a, b| pot(*a) == pot(*b)) {
            lots.shuffle(pot);
        }
    }
    let mut of_group = vec![Vec::new(); usize::from(groups)];
    for (rank, group) in order.into_iter().zip(snake) {
        if let Some(lines) = of_group.get_mut(usize::from(group)) {
            lines.push(rank);
        }
    }
    if groups == 1 {
        return Ok(of_group);
    }
    Ok(clubs_spread(field, of_group, pot))
}

/// The pot of all who are not seeded in a draw by lot.
pub const UNSEEDED: u16 = u16::MAX;

/// Returns the pot of a rank: each pot has one for each group.
pub fn pot(field: &Field, groups: u16, rank: u16) -> u16 {
    let seeds = match (field.lots, field.seeds) {
        (Some(_), Some(seeds)) => seeds,
        _ => field.entrants,
    };
    if rank <= seeds {
        rank.saturating_sub(1) / groups.max(1)
    } else {
        UNSEEDED
    }
}

fn clubs_spread(field: &Field, groups: Vec<Vec<u16>>, pot: impl Fn(u16) -> u16) -> Vec<Vec<u16>> {
    let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
    let of_seat: Vec<usize> = sizes
        .iter()
        .enumerate()
        .flat_map(|(group, size)| std::iter::repeat_n(group, *size))
        .collect();
    let occupants = groups.iter().flatten().map(|rank| Some(rank - 1)).collect();
    let band = |rank| seats::Band {
        number: pot(rank),
        keeps_bye: false,
    };
    let bands = (1..=field.entrants).map(|rank| Some(band(rank))).collect();
    let mut seats = Seats::new(occupants, &field.clubs, bands);
    seats.settle(&|club: &[usize]| {
        let mut in_group = [0; MOST_ENTRANTS as usize / 2];
        for group in club.iter().filter_map(|seat| of_seat.get(*seat)) {
            if let Some(count) = in_group.get_mut(*group) {
                *count += 1;
            }
        }
        let most = club.len().div_ceil(sizes.len()) as Cost;
        let over = in_group.iter().map(|count: &Cost| (count - most).max(0));
        over.map(|over| over * over).sum()
    });
    let mut groups = in_sizes(&sizes, &seats.into_lines());
    spread::spread(&mut groups, pot, &field.clubs);
    groups
}

fn in_sizes(sizes: &[usize], lines: &[Line]) -> Vec<Vec<u16>> {
    let mut ranks = lines.iter().flatten().copied();
    sizes
        .iter()
        .map(|size| ranks.by_ref().take(*size).collect())
        .collect()
}

/// Returns the name of a group, from 0: A to Z, then AA.
pub fn name(index: usize) -> String {
    let letter = |number: usize| char::from(b'A' + (number % 26) as u8);
    if index < 26 {
        letter(index).to_string()
    } else {
        format!("{}{}", letter(index / 26 - 1), letter(index))
    }
}

/// Returns the group of each rank, by the snake: 1 to g go to groups A to the last, the next g back from the last to A.
///
/// Groups are numbered from 0. Their sizes differ by at most one.
pub fn snake(entrants: u16, groups: u16) -> Vec<u16> {
    let groups = groups.max(1);
    (0..entrants)
        .map(|place| {
            let (pot, step) = (place / groups, place % groups);
            if pot % 2 == 0 {
                step
            } else {
                groups - 1 - step
            }
        })
        .collect()
}

/// Returns the fixtures of groups, round by round through all groups. A further leg repeats the order of the rounds with the
/// sides exchanged.
pub fn fixtures(groups: &[Vec<u16>], legs: u16) -> Vec<Fixture> {
    let tables: Vec<_> = groups
        .iter()
        .map(|lines| berger::rounds(u16::try_from(lines.len()).unwrap_or(u16::MAX)))
        .collect();
    let mut fixtures = Vec::new();
    for leg in 1..=legs {
        let rounds = tables.iter().map(Vec::len).max().unwrap_or(0);
        for round in 0..rounds {
            for (index, (lines, table)) in groups.iter().zip(&tables).enumerate() {
                let number = usize::from(leg - 1) * table.len() + round + 1;
                for pair in table.get(round).into_iter().flatten() {
                    fixtures.push(fixture(&name(index), lines, *pair, leg, number));
                }
            }
        }
    }
    fixtures
}

fn fixture(
    group: &str,
    lines: &[u16],
    (home, away): (u16, u16),
    leg: u16,
    round: usize,
) -> Fixture {
    let (low, high) = (home.min(away), home.max(away));
    let key = if leg == 1 {
        format!("{group}{low}-{high}")
    } else {
        format!("{group}{low}-{high}/{leg}")
    };
    let of_line = |line: u16| side(lines.get(usize::from(line) - 1).copied());
    let (a, b) = if leg % 2 == 1 {
        (home, away)
    } else {
        (away, home)
    };
    Fixture {
        key: Key::new(key),
        round: u16::try_from(round).unwrap_or(u16::MAX),
        group: Some(group.to_owned()),
        a: of_line(a),
        b: of_line(b),
        if_needed: false,
    }
}
