//! The teams that go on from a stage, and their lines in the tree of the next one.

use super::super::Source;
use super::field::{Field, apart_in};
use super::order::{SeedLines, places, size};
use super::seats::{self, Seats};
use super::{DrawError, Line};

/// Somebody who goes on to the next stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualifier {
    pub source: Source,
    /// The group that it comes from, where the draw knows it.
    pub group: Option<String>,
    /// All of one class ended at the same rank: winners, runners-up, thirds.
    pub class: u16,
}

/// Returns the field of a stage whose entrants come from earlier ones: a tree with group mates apart, or groups with
/// those of one group spread.
pub fn field(qualifiers: &[Qualifier], tree: bool) -> Result<Field, DrawError> {
    let field = Field {
        entrants: u16::try_from(qualifiers.len()).unwrap_or(u16::MAX),
        ..Field::default()
    };
    field.check()?;
    Ok(if tree {
        Field {
            by_hand: Some(lines(qualifiers)),
            ..field
        }
    } else {
        Field {
            clubs: qualifiers.iter().map(|one| one.group.clone()).collect(),
            ..field
        }
    })
}

/// Returns the lines of the tree, from the top.
///
/// Winners take the first places of the folded order, then the runners-up, and so on: byes go first to winners, and a winner
/// meets no winner in round 1. Mates of a group stand in different halves, or in different quarters where three or four go on.
/// Winners keep their places; the others move as little as that needs, inside their class.
/// Two from each of 2, 4, 8… groups cross: A1–B2, C1–D2 in the upper half, B1–A2, D1–C2 in the lower. Source: IFF 4.1.4; FIBA, IHF and EHF draw the same.
fn lines(qualifiers: &[Qualifier]) -> Vec<Line> {
    if let Some(crossed) = cross(qualifiers) {
        return crossed;
    }
    let entrants = u16::try_from(qualifiers.len()).unwrap_or(u16::MAX);
    let size = size(entrants);
    let occupants = places(size, SeedLines::default())
        .into_iter()
        .map(|place| (place <= entrants).then(|| place - 1))
        .collect();
    let first = qualifiers.first().map(|one| one.class);
    let groups: Vec<_> = qualifiers.iter().map(|one| one.group.as_ref()).collect();
    let movable = |one: &Qualifier| one.group.is_some() && Some(one.class) != first;
    let band = |one: &Qualifier| seats::Band {
        number: one.class,
        keeps_bye: false,
    };
    let bands = qualifiers.iter();
    let bands = bands.map(|one| movable(one).then(|| band(one))).collect();
    let mut seats = Seats::new(occupants, &groups, bands);
    seats.settle(&apart_in(size));
    seats.into_lines()
}

/// The cross of winners and runners-up of a number of groups that is a power of two.
fn cross(qualifiers: &[Qualifier]) -> Option<Vec<Line>> {
    let count = qualifiers.len() / 2;
    if !count.is_power_of_two() || count < 2 || qualifiers.len() % 2 == 1 {
        return None;
    }
    let (winners, others) = qualifiers.split_at(count);
    let of_one_class = |class: &[Qualifier]| {
        class
            .iter()
            .all(|one| Some(one.class) == class.first().map(|one| one.class))
    };
    let same_groups = winners
        .iter()
        .zip(others)
        .all(|(a, b)| a.group.is_some() && a.group == b.group);
    if !of_one_class(winners) || !of_one_class(others) || !same_groups {
        return None;
    }
    let winner = |index: usize| u16::try_from(index + 1).ok();
    let runner_up = |index: usize| u16::try_from(count + index + 1).ok();
    let even = (0..count).step_by(2);
    let upper = even
        .clone()
        .flat_map(|index| [winner(index), runner_up(index + 1)]);
    let lower = even.flat_map(|index| [winner(index + 1), runner_up(index)]);
    Some(upper.chain(lower).collect())
}
