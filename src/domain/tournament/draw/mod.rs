//! Draws: from the number of entrants and the kind of a stage to its fixtures.
//!
//! A draw speaks of entrants by their ranks in the stage, 1 to n. Whoever draws a whole format puts the places of earlier
//! stages in their stead.

mod berger;
mod best;
mod by_hand;
mod chalk;
mod consolation;
mod double_elimination;
mod field;
mod groups;
mod knockout;
mod losers_side;
pub(in crate::domain) mod lots;
mod names;
mod order;
mod placement;
#[cfg(test)]
mod played;
mod qualifiers;
mod seats;
mod split;
mod spread;
mod stages;
mod swiss;
#[cfg(test)]
mod tests;
mod trees;

use super::format::{Format, Kind, RoundRobin};
use super::{Fixture, Source};

pub use best::{BestError, BestSide, Filled, fill, slots};
pub use by_hand::{Violation, judge};
pub use field::{Bands, Field, usual_seeds};
pub use order::SeedLines;
pub use stages::{DrawnStage, FormatError};
pub use swiss::rounds as swiss_rounds;

/// The largest field of a stage.
pub const MOST_ENTRANTS: u16 = 64;

/// The most legs of a round robin.
pub const MOST_LEGS: u16 = 8;

/// A line of a tree from the top: the rank of its entrant in the stage, or `None` for a bye.
pub type Line = Option<u16>;

/// The reason why there is no draw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    #[error(
        "this kind of draw needs at least {least} entrants, not {entrants}: add entrants or choose another kind"
    )]
    TooFew { least: u16, entrants: u16 },
    #[error(
        "this kind of draw takes at most {most} entrants, not {entrants}: split the field, or play groups first"
    )]
    TooMany { most: u16, entrants: u16 },
    #[error("there are {seeds} seeds for {entrants} entrants: seed fewer")]
    TooManySeeds { seeds: u16, entrants: u16 },
    #[error(
        "{seeds} seeds are too many for this tree: seed at most {most}, one for each match of round 1"
    )]
    SeedsOfTree { seeds: u16, most: u16 },
    #[error(
        "there are {clubs} clubs in the list for {entrants} entrants: name one for each, or null for none"
    )]
    Clubs { clubs: usize, entrants: u16 },
    #[error("{groups} groups are too many for {entrants} entrants: each group needs two")]
    TooManyGroups { groups: u16, entrants: u16 },
    #[error("there are no groups: ask for one at least")]
    NoGroups,
    #[error("{legs} legs cannot be played: choose 1 to {MOST_LEGS}")]
    Legs { legs: u16 },
    #[error(
        "{rounds} rounds cannot be played by {entrants} entrants without meeting twice: choose 1 to {most}"
    )]
    Rounds {
        rounds: u16,
        entrants: u16,
        most: u16,
    },
    #[error(
        "the losers of the semi-finals play on in the consolation: leave \"third_place\" out, or choose another mode"
    )]
    ThirdPlace,
    #[error(
        "nobody can play for {places} places among {entrants} entrants: choose 2 to {entrants}"
    )]
    Places { places: u16, entrants: u16 },
    #[error(
        "{matches} matches for each are too many for {entrants} entrants: choose 1 to {most}, or leave it out"
    )]
    Matches {
        matches: u16,
        entrants: u16,
        most: u16,
    },
    #[error("\"to\" is for the mode \"feed_in\": leave it out, or choose that mode")]
    To,
    #[error(
        "the draw by hand has {lines} lines instead of {wanted}: give one for each, null for a bye"
    )]
    Lines { lines: usize, wanted: usize },
    #[error("the draw by hand is not whole: {0}")]
    ByHand(Violation),
    #[error("the first round of a Swiss stage is not drawn by lines: give none")]
    NoLines,
}

/// Draws a stage of a kind.
pub fn fixtures(kind: &Kind, field: &Field) -> Result<Vec<Fixture>, DrawError> {
    field.check()?;
    match kind {
        Kind::RoundRobin(RoundRobin { legs }) => groups::drawn(field, 1, *legs),
        Kind::Groups(settings) => groups::drawn(field, settings.groups, settings.legs),
        Kind::Swiss(settings) => swiss::drawn(settings, field),
        Kind::Free => Ok(Vec::new()),
        Kind::Knockout(settings) => knockout::fixtures(settings, &field.lines()?),
        Kind::DoubleElimination(settings) => {
            double_elimination::fixtures(settings, &field.lines()?)
        }
        Kind::Placement(settings) => placement::fixtures(settings, &field.lines()?),
        Kind::Consolation(settings) => consolation::fixtures(settings, &field.lines()?),
    }
}

/// Draws all stages of a format.
///
/// Each stage comes after those that its entrants come from. A stage without `from` takes the field. Lots, seeds and clubs of the
/// field are for these; the others are drawn by the ranks that their entrants come from.
pub fn format(format: &Format, field: &Field) -> Result<Vec<DrawnStage>, FormatError> {
    stages::draw(format, field)
}

/// Shuffles by lot: the same number gives the same order, on any machine.
pub fn by_lot<T>(number: u64, items: &mut [T]) {
    lots::Lots::new(number).shuffle(items);
}

/// Returns the lines that a stage is drawn on: those of the tree from the top, or those of group A, then of B…. A Swiss stage and a
/// free one have none.
pub fn lines(kind: &Kind, field: &Field) -> Result<Vec<Line>, DrawError> {
    let of_groups = |groups| {
        let lines = groups::lines(field, groups)?;
        Ok(lines.into_iter().flatten().map(Some).collect())
    };
    match kind {
        Kind::RoundRobin(_) => of_groups(1),
        Kind::Groups(settings) => of_groups(settings.groups),
        Kind::Swiss(_) | Kind::Free => Ok(Vec::new()),
        Kind::Knockout(_)
        | Kind::DoubleElimination(_)
        | Kind::Placement(_)
        | Kind::Consolation(_) => field.lines(),
    }
}

/// Returns the number of lines of a tree; `None` for a kind that is none.
pub fn tree_lines(kind: &Kind, entrants: u16) -> Option<u16> {
    match kind {
        Kind::RoundRobin(_) | Kind::Groups(_) | Kind::Swiss(_) | Kind::Free => None,
        Kind::Knockout(_)
        | Kind::DoubleElimination(_)
        | Kind::Placement(_)
        | Kind::Consolation(_) => Some(order::size(entrants)),
    }
}

/// The side that stands on a line.
fn side(line: Line) -> Source {
    line.map_or(Source::BYE, Source::Entrant)
}
