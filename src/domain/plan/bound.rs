//! The lower bound: before which time no plan can end, whatever anybody tries.
//!
//! Each reason is a problem with less in it, whose answer is known. One is a chain of matches that wait for each other, one
//! the courts, with matches in waves. The others are all matches of one person, and the pairs that a group can form at one time.

use super::chains::heads;
use super::model::{Model, Units};
use super::priorities::Urgency;
use super::problem::{Fixture, Minutes};
use super::rooms::{Room, Taker};

/// A time before which no plan can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    pub end: Minutes,
    pub why: Why,
}

/// The reason of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Matches wait for each other, or for a time.
    Chain,
    /// The courts have no room for more at one time.
    Courts,
    /// Somebody has so many matches, with rest between them.
    Person,
    /// A group has so many matches, and each takes two of its people.
    Group,
}

/// Returns the best of the bounds.
pub(super) fn bound(model: &Model, urgency: &Urgency) -> Bound {
    let heads = heads(model);
    let taker = |fixture: usize, pause: Units| Taker {
        head: heads[fixture],
        length: model.length[fixture],
        pause,
        tail: urgency.tail[fixture] - model.length[fixture],
    };
    let ends = (0..heads.len()).map(|fixture| match model.fixed[fixture] {
        Some(slot) => slot.start + model.length[fixture],
        None => heads[fixture] + urgency.tail[fixture],
    });
    let mut best = Bound {
        end: ends.max().unwrap_or(0),
        why: Why::Chain,
    };
    let rooms = [
        (Why::Courts, courts(model, &taker)),
        (Why::Person, people(model, &taker)),
        (Why::Group, groups(model, &taker)),
    ];
    for (why, rooms) in rooms {
        let ends = rooms.iter().map(Room::earliest_end);
        let end = ends.max().unwrap_or(0);
        if end > best.end {
            best = Bound { end, why };
        }
    }
    best.end *= model.minutes_per_unit;
    best
}

/// Returns the courts that some fixtures are restricted to, each such choice with all fixtures that have no other.
fn courts(model: &Model, taker: &dyn Fn(usize, Units) -> Taker) -> Vec<Room> {
    let free = || (0..model.length.len()).filter(|&one| model.fixed[one].is_none());
    let mut choices: Vec<Vec<usize>> = free().map(|one| model.allowed[one].clone()).collect();
    choices.push((0..model.open.len()).collect());
    choices.sort_unstable();
    choices.dedup();
    let room = |choice: Vec<usize>| {
        let inside = |fixture: &usize| {
            let mut allowed = model.allowed[*fixture].iter();
            allowed.all(|court| choice.binary_search(court).is_ok())
        };
        let members = free().filter(inside);
        Room {
            width: choice.len(),
            members: members.map(|one| taker(one, model.changeover)).collect(),
            open: Some(
                choice
                    .iter()
                    .map(|&court| model.open[court].clone())
                    .collect(),
            ),
        }
    };
    choices.into_iter().map(room).collect()
}

/// Returns the fixtures of each person. Whose matches exclude each other is left out: they are not all played.
fn people(model: &Model, taker: &dyn Fn(usize, Units) -> Taker) -> Vec<Room> {
    let mut plays: Vec<(usize, usize)> = Vec::new();
    for (number, fixture) in counted(model) {
        plays.extend(fixture.players.iter().map(|&person| (person, number)));
    }
    plays.sort_unstable();
    plays.dedup();
    let of_one = plays.chunk_by(|one, other| one.0 == other.0);
    of_one
        .map(|of_one| Room {
            width: 1,
            open: None,
            members: of_one
                .iter()
                .map(|&(_, fixture)| taker(fixture, model.rest[fixture]))
                .collect(),
        })
        .collect()
}

/// Returns sets of fixtures whose people meet among each other. Of `k` people at most `k / 2` pairs play or rest at one time.
fn groups(model: &Model, taker: &dyn Fn(usize, Units) -> Taker) -> Vec<Room> {
    let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for (number, fixture) in counted(model) {
        let mut people = fixture.players.clone();
        people.sort_unstable();
        people.dedup();
        if people.len() < 2 {
            continue;
        }
        let mut members = vec![number];
        groups.retain_mut(|(known, fixtures)| {
            let meets = people.iter().any(|person| known.contains(person));
            if meets {
                people.append(known);
                members.append(fixtures);
            }
            !meets
        });
        people.sort_unstable();
        people.dedup();
        groups.push((people, members));
    }
    let room = |(people, members): (Vec<usize>, Vec<usize>)| Room {
        width: people.len() / 2,
        open: None,
        members: members
            .iter()
            .map(|&one| taker(one, model.rest[one]))
            .collect(),
    };
    groups.into_iter().map(room).collect()
}

fn counted<'m>(model: &'m Model) -> impl Iterator<Item = (usize, &'m Fixture)> {
    let fixtures = model.problem.fixtures.iter().enumerate();
    fixtures.filter(|(_, fixture)| fixture.fixed.is_none() && fixture.never_both.is_empty())
}
