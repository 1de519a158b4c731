//! Draws: from the number of entrants and the kind of a stage to its fixtures.
//!
//! A draw speaks of entrants by their ranks in the stage, 1 to n. Whoever draws a whole format puts the places of earlier
//! stages in their stead.

mod consolation;
mod double_elimination;
mod order;
mod placement;

pub use order::{SeedLines, lines_by_rank};

/// The largest field of a stage.
pub const MOST_ENTRANTS: u16 = 64;

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
    #[error("this kind of draw is not made yet: choose another kind")]
    NotYet,
}

/// Returns the fixtures of a tree-like stage on the lines of its first round, from the top; their number is a power of two.
///
/// `Ok(None)` where the kind has no lines: groups, Swiss and free stages.
pub fn fixtures_on_lines(
    kind: &super::format::Kind,
    lines: &[Line],
) -> Result<Option<Vec<super::Fixture>>, DrawError> {
    use super::format::Kind;
    match kind {
        Kind::DoubleElimination(settings) => {
            double_elimination::fixtures(settings, lines).map(Some)
        }
        Kind::Placement(settings) => placement::fixtures(settings, lines).map(Some),
        Kind::Consolation(settings) => consolation::fixtures(settings, lines).map(Some),
        Kind::Knockout(_) => Err(DrawError::NotYet),
        Kind::RoundRobin(_) | Kind::Groups(_) | Kind::Swiss(_) | Kind::Free => Ok(None),
    }
}
