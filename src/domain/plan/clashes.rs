//! Clashes: what is wrong with a plan that was made by hand, by the search, or by how the day went.
//!
//! It shares nothing with the search but the problem, so that each is a check of the other.

use super::problem::{Fixture, Minutes, Problem, Slot};

/// A part of a plan that cannot be, or that somebody did not want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub kind: Kind,
    pub severity: Severity,
    pub fixture: usize,
    /// The other fixture, where there are two.
    pub other: Option<usize>,
    /// The person who is in both, if it is about somebody.
    pub person: Option<usize>,
}

/// The degree of a clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It cannot be played so.
    Blocking,
    /// It can, if the organiser wants it.
    Warning,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    CourtTaken,
    ChangeoverTooShort,
    /// Somebody plays in both.
    PlaysTwice,
    RestTooShort,
    /// It begins before a match has ended that decides who plays.
    BeforeItIsDecided,
    /// Somebody is on duty in one, and plays or is on duty in the other.
    RefereeBusy,
    /// The court is closed, or it closes before the end.
    Closed,
    CourtNotAllowed,
    TooEarly,
    NotTogether,
}

impl Kind {
    pub fn severity(self) -> Severity {
        match self {
            Kind::CourtTaken | Kind::PlaysTwice | Kind::BeforeItIsDecided | Kind::RefereeBusy => {
                Severity::Blocking
            }
            Kind::ChangeoverTooShort
            | Kind::RestTooShort
            | Kind::Closed
            | Kind::CourtNotAllowed
            | Kind::TooEarly
            | Kind::NotTogether => Severity::Warning,
        }
    }
}

/// Returns everything that is wrong with this plan. Fixtures without a place clash with nothing.
pub fn clashes(problem: &Problem, slots: &[Option<Slot>]) -> Vec<Clash> {
    let placed = problem.fixtures.iter().zip(slots).enumerate();
    let placed: Vec<(usize, &Fixture, Slot)> = placed
        .filter_map(|(number, (fixture, slot))| slot.map(|slot| (number, fixture, slot)))
        .collect();
    let mut found = Vec::new();
    for (place, &one) in placed.iter().enumerate() {
        alone(problem, one, &mut found);
        for &other in &placed[place + 1..] {
            between(problem, one, other, &mut found);
        }
    }
    found
}

type Placed<'a> = (usize, &'a Fixture, Slot);

fn alone(problem: &Problem, (number, fixture, slot): Placed, found: &mut Vec<Clash>) {
    let end = slot.start + fixture.minutes;
    let court = problem.courts.get(slot.court);
    let wrong = [
        (!fixture.courts.contains(&slot.court), Kind::CourtNotAllowed),
        (slot.start < fixture.not_before, Kind::TooEarly),
        (
            !court.is_some_and(|court| court.is_open(slot.start, end)),
            Kind::Closed,
        ),
    ];
    let wrong = wrong.iter().filter(|(wrong, _)| *wrong);
    found.extend(wrong.map(|&(_, kind)| Clash {
        kind,
        severity: kind.severity(),
        fixture: number,
        other: None,
        person: None,
    }));
}

fn between(problem: &Problem, one: Placed, other: Placed, found: &mut Vec<Clash>) {
    let (first, second) = if (one.2.start, one.0) <= (other.2.start, other.0) {
        (one, other)
    } else {
        (other, one)
    };
    // Below 0 where they overlap.
    let pause = second.2.start - (first.2.start + first.1.minutes);
    let mut tell = |kind: Kind, person: Option<usize>| {
        found.push(Clash {
            kind,
            severity: kind.severity(),
            fixture: second.0,
            other: Some(first.0),
            person,
        });
    };
    if one.2.court == other.2.court && pause < problem.changeover {
        let overlap = pause < 0;
        tell(
            if overlap {
                Kind::CourtTaken
            } else {
                Kind::ChangeoverTooShort
            },
            None,
        );
    }
    let rest = first.1.rest.max(second.1.rest);
    if first.1.after.contains(&second.0) {
        tell(Kind::BeforeItIsDecided, None);
    } else if second.1.after.contains(&first.0) {
        if pause < 0 {
            tell(Kind::BeforeItIsDecided, None);
        } else if pause < rest {
            tell(Kind::RestTooShort, None);
        }
    } else {
        people(first, second, pause, &mut tell);
    }
    if first.1.together.is_some()
        && first.1.together == second.1.together
        && one.2.start != other.2.start
    {
        tell(Kind::NotTogether, None);
    }
}

fn people(
    first: Placed,
    second: Placed,
    pause: Minutes,
    tell: &mut impl FnMut(Kind, Option<usize>),
) {
    let rest = first.1.rest.max(second.1.rest);
    let alternatives =
        first.1.never_both.contains(&second.0) || second.1.never_both.contains(&first.0);
    for &player in &first.1.players {
        if !alternatives && second.1.players.contains(&player) {
            if pause < 0 {
                tell(Kind::PlaysTwice, Some(player));
            } else if pause < rest {
                tell(Kind::RestTooShort, Some(player));
            }
        }
        if pause < 0 && second.1.referees.contains(&player) {
            tell(Kind::RefereeBusy, Some(player));
        }
    }
    for &referee in &first.1.referees {
        let busy = second.1.players.contains(&referee) || second.1.referees.contains(&referee);
        if pause < 0 && busy {
            tell(Kind::RefereeBusy, Some(referee));
        }
    }
}

/// A court, and the first and the last time when a match can begin there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub court: usize,
    pub from: Minutes,
    pub to: Minutes,
}

/// Returns where this fixture may go without a clash from a time on, if all others stay; by court and time.
pub fn places(
    problem: &Problem,
    slots: &[Option<Slot>],
    fixture: usize,
    from: Minutes,
) -> Vec<Place> {
    let asked = &problem.fixtures[fixture];
    let from = from.max(asked.not_before);
    let others = |number: &usize| *number != fixture;
    let placed = (0..slots.len()).filter(others);
    let placed: Vec<(usize, Slot)> = placed
        .filter_map(|number| slots[number].map(|slot| (number, slot)))
        .collect();
    let mut courts = asked.courts.clone();
    courts.sort_unstable();
    courts.dedup();
    let mut free = Vec::new();
    for court in courts {
        let mut begins: Vec<(Minutes, Minutes)> = problem.courts[court]
            .joined()
            .iter()
            .map(|window| (window.from.max(from), window.to - asked.minutes))
            .collect();
        for &(other, slot) in &placed {
            if let Some((earliest, latest)) = excluded(problem, (fixture, court), (other, slot)) {
                begins = begins
                    .iter()
                    .flat_map(|&(from, to)| [(from, to.min(earliest)), (from.max(latest), to)])
                    .filter(|(from, to)| from <= to)
                    .collect();
            }
            let same = problem.fixtures[other].together;
            if same.is_some() && same == asked.together {
                let at =
                    |&(from, to): &(Minutes, Minutes)| (from.max(slot.start), to.min(slot.start));
                begins = begins
                    .iter()
                    .map(at)
                    .filter(|(from, to)| from <= to)
                    .collect();
            }
        }
        begins.retain(|(from, to)| from <= to);
        free.extend(begins.iter().map(|&(from, to)| Place { court, from, to }));
    }
    free
}

/// Returns the last begin before another fixture, and the first one after it; `None` where nothing keeps them apart.
fn excluded(
    problem: &Problem,
    (fixture, court): (usize, usize),
    (other, slot): (usize, Slot),
) -> Option<(Minutes, Minutes)> {
    const EVER: Minutes = Minutes::MAX / 4;
    let (one, another) = (&problem.fixtures[fixture], &problem.fixtures[other]);
    let (mut before, mut after) = if one.after.contains(&other) {
        (EVER, problem.after_rest(other, fixture))
    } else if another.after.contains(&fixture) {
        (problem.after_rest(fixture, other), EVER)
    } else {
        let lags = (problem.apart(fixture, other), problem.apart(other, fixture));
        (lags.0.unwrap_or(0), lags.1.unwrap_or(0))
    };
    if court == slot.court {
        before = before.max(one.minutes + problem.changeover);
        after = after.max(another.minutes + problem.changeover);
    }
    (before > 0).then_some((slot.start - before, slot.start + after))
}
