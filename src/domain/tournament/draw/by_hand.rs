//! A draw by hand: who stands on which line, judged.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::format::Kind;
use super::field::{Field, band};
use super::{DrawError, Line, groups};

/// A rule that a draw by hand does not keep. Entrants are their ranks; lines and rounds count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "violation", rename_all = "snake_case")]
pub enum Violation {
    #[error("entrant {entrant} stands on no line")]
    Missing { entrant: u16 },
    #[error("entrant {entrant} stands on {times} lines")]
    Repeated { entrant: u16, times: usize },
    #[error("nobody has the number {entrant}")]
    Unknown { entrant: u16 },
    #[error("line {line} and the next are both empty: a bye meets a bye")]
    ByeAgainstBye { line: usize },
    #[error("{entrant} has a bye, but {better} has none")]
    ByeOfTheWorse { entrant: u16, better: u16 },
    #[error("seeds {better} and {worse} can meet in round {round}, which is too early")]
    SeedsTooEarly { better: u16, worse: u16, round: u16 },
    #[error("{better} and {worse} of {club} can meet in round {round}, which is too early")]
    ClubTooEarly {
        club: String,
        better: u16,
        worse: u16,
        round: u16,
    },
    #[error("{better} and {worse} are of one pot, and both in group {group}")]
    PotInGroup {
        group: String,
        better: u16,
        worse: u16,
    },
    #[error("group {group} has {count} of {club}, more than {most}")]
    ClubInGroup {
        club: String,
        group: String,
        count: usize,
        most: usize,
    },
}

/// Refuses lines that cannot be drawn: not as many as there must be, or not everybody once. A group has no bye.
pub(super) fn check(lines: &[Line], field: &Field, wanted: usize) -> Result<(), DrawError> {
    if lines.len() != wanted {
        let lines = lines.len();
        return Err(DrawError::Lines { lines, wanted });
    }
    match present(lines, field).into_iter().next() {
        Some(violation) => Err(DrawError::ByHand(violation)),
        None => Ok(()),
    }
}

/// Lists what a draw by hand violates; a draw that was not made by hand violates nothing.
pub fn judge(kind: &Kind, field: &Field) -> Vec<Violation> {
    let Some(lines) = &field.by_hand else {
        return Vec::new();
    };
    match kind {
        Kind::Groups(settings) => {
            let drawn = groups::lines(field, settings.groups);
            drawn.map_or_else(
                |_| present(lines, field),
                |groups| judge_groups(&groups, field),
            )
        }
        Kind::RoundRobin(_) | Kind::Swiss(_) | Kind::Free => present(lines, field),
        Kind::Knockout(_)
        | Kind::DoubleElimination(_)
        | Kind::Placement(_)
        | Kind::Consolation(_) => judge_lines(lines, field),
    }
}

/// Lists what the lines of a tree violate, the worst first.
///
/// Everybody stands on one line. Byes go to the best seeds and meet no bye. Seeds 1 to 2, 4, 8… meet only in the final, from the
/// semi-final, from the quarter-final…. The best two of a club stand in different halves, its best four in different quarters
/// where it has more than two, and nobody meets a club mate in round 1.
fn judge_lines(lines: &[Line], field: &Field) -> Vec<Violation> {
    let mut found = present(lines, field);
    found.extend(byes(lines, field));
    let line_of: BTreeMap<u16, usize> = (0..)
        .zip(lines)
        .filter_map(|(line, entrant)| Some(((*entrant)?, line)))
        .collect();
    let seeds: Vec<(u16, usize)> = line_of
        .iter()
        .filter(|(rank, _)| **rank <= field.seeds())
        .map(|(rank, line)| (*rank, *line))
        .collect();
    for (better, worse, round) in too_early(&seeds, lines.len(), |_, worse| {
        1 << band(worse.min(field.seeds()))
    }) {
        found.push(Violation::SeedsTooEarly {
            better,
            worse,
            round,
        });
    }
    for (club, members) in clubs(field) {
        let members: Vec<(u16, usize)> = members
            .iter()
            .filter_map(|rank| Some((*rank, *line_of.get(rank)?)))
            .collect();
        let place = |rank: u16| {
            members
                .iter()
                .position(|(of, _)| *of == rank)
                .unwrap_or(usize::MAX)
        };
        let sections = |_: u16, worse: u16| match place(worse) {
            0 | 1 => 2,
            2 | 3 => 4,
            _ => lines.len() / 2,
        };
        for (better, worse, round) in too_early(&members, lines.len(), sections) {
            let club = club.to_owned();
            found.push(Violation::ClubTooEarly {
                club,
                better,
                worse,
                round,
            });
        }
    }
    found
}

/// Lists what groups violate: everybody is in one, each has one of a pot, and the members of a club are spread over them.
fn judge_groups(groups: &[Vec<u16>], field: &Field) -> Vec<Violation> {
    let lines: Vec<Line> = groups.iter().flatten().copied().map(Some).collect();
    let mut found = present(&lines, field);
    for (index, group) in groups.iter().enumerate() {
        let mut ranks = group.clone();
        ranks.sort_unstable();
        let number = u16::try_from(groups.len()).unwrap_or(u16::MAX);
        let pots = ranks.iter().zip(ranks.iter().skip(1));
        for (better, worse) in pots.filter(|(better, worse)| {
            let of = |rank| groups::pot(field, number, rank);
            of(**better) == of(**worse) && of(**better) != groups::UNSEEDED
        }) {
            found.push(Violation::PotInGroup {
                group: groups::name(index),
                better: *better,
                worse: *worse,
            });
        }
    }
    for (club, members) in clubs(field) {
        let most = members.len().div_ceil(groups.len().max(1));
        for (index, group) in groups.iter().enumerate() {
            let count = group.iter().filter(|rank| members.contains(rank)).count();
            if count > most {
                found.push(Violation::ClubInGroup {
                    club: club.to_owned(),
                    group: groups::name(index),
                    count,
                    most,
                });
            }
        }
    }
    found
}

fn present(lines: &[Line], field: &Field) -> Vec<Violation> {
    let mut times: BTreeMap<u16, usize> = (1..=field.entrants).map(|rank| (rank, 0)).collect();
    for entrant in lines.iter().flatten() {
        *times.entry(*entrant).or_default() += 1;
    }
    let violation = |(entrant, times): (u16, usize)| match times {
        _ if !(1..=field.entrants).contains(&entrant) => Some(Violation::Unknown { entrant }),
        0 => Some(Violation::Missing { entrant }),
        1 => None,
        times => Some(Violation::Repeated { entrant, times }),
    };
    times.into_iter().filter_map(violation).collect()
}

/// Byes are for the seeds from the top; those that are left over are anybody's.
fn byes(lines: &[Line], field: &Field) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut with = Vec::new();
    for (index, pair) in lines.chunks(2).enumerate() {
        match pair {
            [None, None] => found.push(Violation::ByeAgainstBye {
                line: 2 * index + 1,
            }),
            [Some(entrant), None] | [None, Some(entrant)] => with.push(*entrant),
            _ => {}
        }
    }
    let without = (1..=field.seeds()).find(|seed| !with.contains(seed));
    if let Some(better) = without {
        let worse = with.into_iter().filter(|entrant| *entrant > better);
        found.extend(worse.map(|entrant| Violation::ByeOfTheWorse { entrant, better }));
    }
    found
}

fn clubs(field: &Field) -> BTreeMap<&str, Vec<u16>> {
    let mut clubs: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for (rank, club) in (1..).zip(&field.clubs) {
        if let Some(club) = club {
            clubs.entry(club).or_default().push(rank);
        }
    }
    clubs
}

/// The pairs that stand in one of the sections that must keep them apart, with the round that they can meet in.
fn too_early(
    entrants: &[(u16, usize)],
    lines: usize,
    sections: impl Fn(u16, u16) -> usize,
) -> Vec<(u16, u16, u16)> {
    let mut early = Vec::new();
    for (index, (better, line)) in entrants.iter().enumerate() {
        for (worse, other) in entrants.iter().skip(index + 1) {
            let meet = (line ^ other).checked_ilog2().map_or(0, |bit| bit + 1);
            let section = (lines / sections(*better, *worse).max(1)).max(1);
            if line / section == other / section {
                early.push((*better, *worse, u16::try_from(meet).unwrap_or(u16::MAX)));
            }
        }
    }
    early
}
