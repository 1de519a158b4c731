//! The best of a rank: which of the best thirds goes to which slot, once the groups are over.

use std::collections::BTreeSet;

use super::super::{Fixture, Source};

/// The most slots that are filled at once.
const MOST_SLOTS: usize = 16;

/// A side of a fixture that is filled by one of the best of a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestSide {
    /// From 1; the slot `{"best":3,"nth":1}` goes to the best third if nothing is against it.
    pub nth: u16,
    /// The groups whose teams must not come here, such as the opponent's.
    pub barred: BTreeSet<String>,
}

/// The reason why slots cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BestError {
    #[error(
        "{groups} teams go on, but there are {slots} slots for them: name as many groups as slots"
    )]
    Count { slots: usize, groups: usize },
    #[error("{slots} slots are too many to fill at once: there may be {MOST_SLOTS}")]
    TooMany { slots: usize },
}

/// The group that goes to each slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// In the order of the slots: a place in the list of groups.
    pub groups: Vec<usize>,
    /// The slots, by their `nth`, that a barred group takes because there is no other way: the organiser decides.
    pub against_the_rule: Vec<u16>,
}

/// Returns the slots of a rank in a draw, the first first. The group of a slot's opponent in its fixture is barred.
/// `of_stage` is the stage that the slots name: `None` for the first that has groups.
pub fn slots(fixtures: &[Fixture], rank: u16, of_stage: Option<&str>) -> Vec<BestSide> {
    let mut slots = Vec::new();
    for fixture in fixtures {
        for (side, other) in [(&fixture.a, &fixture.b), (&fixture.b, &fixture.a)] {
            let Source::Best { best, nth, stage } = side else {
                continue;
            };
            if *best != rank || stage.as_deref() != of_stage {
                continue;
            }
            let barred = match other {
                Source::Group { group, .. } => BTreeSet::from([group.clone()]),
                _ => BTreeSet::new(),
            };
            slots.push(BestSide { nth: *nth, barred });
        }
    }
    slots.sort_by_key(|slot| slot.nth);
    slots
}

/// Fills slots with the teams that go on, named by their groups, the best first.
///
/// Nobody goes to a slot that bars its group, if there is any way. Then the sum of the differences between slot and
/// rank is least. Of several such ways it is the one where the first slot has the best team. The same list gives the same
/// places; sort it by name and they depend on the set of groups alone.
pub fn fill(slots: &[BestSide], groups: &[String]) -> Result<Filled, BestError> {
    const BARRED: u32 = 1 << 16;
    let count = slots.len();
    if count > MOST_SLOTS {
        return Err(BestError::TooMany { slots: count });
    }
    if count != groups.len() {
        let groups = groups.len();
        return Err(BestError::Count {
            slots: count,
            groups,
        });
    }
    let cost = |slot: usize, group: usize| -> u32 {
        let name = groups.get(group);
        let barred = slots
            .get(slot)
            .zip(name)
            .is_some_and(|(slot, name)| slot.barred.contains(name));
        let apart = u32::try_from(slot.abs_diff(group)).unwrap_or(BARRED);
        if barred { BARRED + apart } else { apart }
    };
    // By the set of groups that are placed, as bits: the least cost of the slots that are left.
    let mut least = vec![u32::MAX; 1 << count];
    let after = |least: &[u32], placed: usize, group: usize| -> Option<u32> {
        let slot = placed.count_ones() as usize;
        let free = placed & (1 << group) == 0;
        let rest = least.get(placed | 1 << group).filter(|_| free)?;
        Some(rest.saturating_add(cost(slot, group)))
    };
    for placed in (0..1usize << count).rev() {
        let best = if placed.count_ones() as usize == count {
            Some(0)
        } else {
            (0..count)
                .filter_map(|group| after(&least, placed, group))
                .min()
        };
        if let (Some(best), Some(entry)) = (best, least.get_mut(placed)) {
            *entry = best;
        }
    }
    let mut filled = Filled {
        groups: Vec::with_capacity(count),
        against_the_rule: Vec::new(),
    };
    let mut placed = 0;
    for (slot, at) in slots.iter().enumerate() {
        let ways = (0..count).filter_map(|group| Some((after(&least, placed, group)?, group)));
        let Some((_, group)) = ways.min() else {
            continue;
        };
        if cost(slot, group) >= BARRED {
            filled.against_the_rule.push(at.nth);
        }
        filled.groups.push(group);
        placed |= 1 << group;
    }
    Ok(filled)
}
