//! Chains of fixtures that wait for each other: how long before and after a fixture something else has to be played.

use super::model::{EVER, Model, Units};
use super::rooms::{Room, Taker};

/// Fixtures up to which courts are counted along chains; beyond, it would take too long.
const COUNTED_MAX: usize = 300;

/// Returns the time from each fixture's begin to the end of all that waits for it, at least. It is the longest chain, or the room
/// that all take on courts.
pub(super) fn tails(model: &Model) -> Vec<Units> {
    let mut tail = model.length.clone();
    for &fixture in model.in_order.iter().rev() {
        for link in free_links(model, &model.after[fixture]) {
            tail[fixture] = tail[fixture].max(link.lag + tail[link.fixture]);
        }
        if let Some(away) = distances(model, fixture, &model.after) {
            let members = members(model, &away, |one, away| Taker {
                head: away,
                length: model.length[one],
                pause: model.changeover,
                tail: tail[one] - model.length[one],
            });
            let room = Room {
                width: courts_of(model, &away).len(),
                open: None,
                members,
            };
            tail[fixture] = tail[fixture].max(room.earliest_end());
        }
    }
    tail
}

/// The earliest begin of each fixture by what it waits for, by its courts' windows, and by the room on courts before it.
pub(super) fn heads(model: &Model) -> Vec<Units> {
    let mut heads = vec![0; model.length.len()];
    for &fixture in &model.in_order {
        if let Some(slot) = model.fixed[fixture] {
            heads[fixture] = slot.start;
            continue;
        }
        let waits = model.before[fixture].iter();
        let after = waits.map(|link| heads[link.fixture] + link.lag).max();
        let mut from = after.unwrap_or(0).max(model.not_before[fixture]);
        if let Some(away) = distances(model, fixture, &model.before) {
            let members = members(model, &away, |one, away| Taker {
                head: heads[one],
                length: model.length[one],
                pause: model.changeover,
                tail: away - model.length[one],
            });
            let courts = courts_of(model, &away);
            let room = Room {
                width: courts.len(),
                open: Some(
                    courts
                        .iter()
                        .map(|&court| model.open[court].clone())
                        .collect(),
                ),
                members,
            };
            from = from.max(room.earliest_end());
        }
        heads[fixture] = first_opening(model, fixture, from).unwrap_or(from);
    }
    heads
}

fn first_opening(model: &Model, fixture: usize, from: Units) -> Option<Units> {
    let opened = model.allowed[fixture].iter().filter_map(|&court| {
        let windows = model.open[court].iter();
        let begins = windows.map(|window| (window.from.max(from), window.to));
        let mut fits = begins.filter(|(begin, to)| to - begin >= model.length[fixture]);
        fits.next().map(|(begin, _)| begin)
    });
    opened.min()
}

/// Returns the longest way from a fixture to each that is reached by links, of those that are not fixed. There is none where
/// too few are reached to fill courts, or where it would take too long to count.
fn distances(
    model: &Model,
    fixture: usize,
    links: &[Vec<super::model::Link>],
) -> Option<Vec<Units>> {
    if links[fixture].len() < 2
        && links[fixture]
            .iter()
            .all(|link| links[link.fixture].is_empty())
        || model.length.len() > COUNTED_MAX
        || model.fixed[fixture].is_some()
    {
        return None;
    }
    let mut away = vec![-EVER; model.length.len()];
    away[fixture] = 0;
    let mut visit = |one: usize| {
        if away[one] >= 0 {
            for link in free_links(model, &links[one]) {
                away[link.fixture] = away[link.fixture].max(away[one] + link.lag);
            }
        }
    };
    let forward = std::ptr::eq(links, model.after.as_slice());
    if forward {
        model.in_order.iter().for_each(|&one| visit(one));
    } else {
        model.in_order.iter().rev().for_each(|&one| visit(one));
    }
    away[fixture] = -EVER;
    Some(away)
}

fn free_links<'l>(
    model: &'l Model,
    links: &'l [super::model::Link],
) -> impl Iterator<Item = &'l super::model::Link> {
    links
        .iter()
        .filter(|link| model.fixed[link.fixture].is_none())
}

fn members(model: &Model, away: &[Units], taker: impl Fn(usize, Units) -> Taker) -> Vec<Taker> {
    let reached = (0..model.length.len()).filter(|&one| away[one] >= 0);
    reached.map(|one| taker(one, away[one])).collect()
}

fn courts_of(model: &Model, away: &[Units]) -> Vec<usize> {
    let reached = (0..model.length.len()).filter(|&one| away[one] >= 0);
    let mut courts: Vec<usize> = reached.flat_map(|one| model.allowed[one].clone()).collect();
    courts.sort_unstable();
    courts.dedup();
    courts
}
