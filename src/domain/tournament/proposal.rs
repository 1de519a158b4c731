//! Proposals: a draw as it would be, before the organiser accepts it.

use std::collections::BTreeSet;

use super::deed::{Deed, DrawMode, StagedFixture};
use super::draw::{self, Field, FormatError, Line, Violation};
use super::entry::Team;
use super::format::{Format, Kind, Stage};
use super::swiss::HistoryError;
use crate::domain::ids::TeamId;

/// The wish of an organiser for a draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub mode: DrawMode,
    /// The number of a draw by lot.
    pub lots: Option<u64>,
    /// The lines of a draw by hand: those of the tree from the top, or those of group A, then of B…. A list of all teams
    /// without a bye is an order of rank.
    pub lines: Vec<Option<TeamId>>,
    pub clubs_apart: bool,
    /// How many are seeded in a draw by lot; `None` for those with a seed, or the usual number.
    pub seeds: Option<u16>,
}

/// A draw that the organiser may accept.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    pub deed: Deed,
    /// The lines as they were drawn, for a further draw by hand.
    pub lines: Vec<Option<TeamId>>,
    pub violations: Vec<Violation>,
}

/// The reason why there is no draw, or no round.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoProposal {
    #[error("there is no format yet: choose one first")]
    NoFormat,
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(
        "a line names a team that does not take part: use the teams of this tournament that have not withdrawn"
    )]
    UnknownTeam,
    #[error("a draw by hand needs its lines: the teams from the top, null for a bye")]
    NoLines,
    #[error("there is no Swiss stage whose rounds could be paired")]
    NoSwissStage,
    #[error("round {round} is still being played: {open} of its matches have no result")]
    NotReady { round: u16, open: usize },
    #[error("all {rounds} rounds are paired")]
    AllPaired { rounds: u16 },
    #[error(
        "no further round can be paired: everybody left has met, or had a bye; add a fixture by hand, or end the stage"
    )]
    Stuck,
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error("the pairs are not whole: {0}")]
    Pairs(String),
}

/// Orders teams as a draw ranks them: by seed, then as they were entered. Those who have withdrawn are left out.
pub fn ranked(teams: &[Team]) -> Vec<&Team> {
    let mut ranked: Vec<&Team> = teams.iter().filter(|team| !team.withdrawn).collect();
    ranked.sort_by_key(|team| team.seed.unwrap_or(u16::MAX));
    ranked
}

/// Draws a format for teams, the best first.
pub fn draw(format: &Format, teams: &[&Team], wish: &Wish) -> Result<Draw, NoProposal> {
    let first = format.stages.iter().find(|stage| stage.from.is_none());
    let Some(first) = first.or(format.stages.first()) else {
        return Err(NoProposal::NoFormat);
    };
    let (entrants, by_hand) = entrants(first, teams, wish)?;
    let club = |team: &TeamId| {
        let team = teams.iter().find(|of| of.id == *team)?;
        team.club.clone()
    };
    let by_lot = wish.mode == DrawMode::Lots;
    let field = Field {
        entrants: u16::try_from(entrants.len()).unwrap_or(u16::MAX),
        lots: wish.lots.filter(|_| by_lot),
        seeds: wish.seeds.or_else(|| seeded(teams)).filter(|_| by_lot),
        clubs: if wish.clubs_apart {
            entrants.iter().map(club).collect()
        } else {
            Vec::new()
        },
        by_hand,
        ..Field::default()
    };
    let (mut violations, mut fixtures) = (Vec::new(), Vec::new());
    for drawn in draw::format(format, &field)? {
        violations.extend(drawn.violations);
        let of = drawn.key;
        fixtures.extend(drawn.fixtures.into_iter().map(|fixture| StagedFixture {
            stage: of.clone(),
            fixture,
        }));
    }
    let lines = draw::lines(&first.kind, &field).unwrap_or_default();
    let on_line = |line: Line| {
        let place = usize::from(line?).checked_sub(1)?;
        entrants.get(place).copied()
    };
    Ok(Draw {
        lines: lines.into_iter().map(on_line).collect(),
        violations,
        deed: Deed::Draw {
            mode: wish.mode,
            lots: field.lots,
            clubs_apart: wish.clubs_apart,
            entrants,
            fixtures,
        },
    })
}

/// The number of teams that somebody gave a seed; `None` where the usual number counts. A list that seeds more is a ranking, of
/// which a draw by lot takes the usual number.
fn seeded(teams: &[&Team]) -> Option<u16> {
    let count = u16::try_from(teams.len()).unwrap_or(u16::MAX);
    let seeded = teams.iter().filter(|team| team.seed.is_some()).count();
    let seeded = u16::try_from(seeded).ok()?;
    (1..=draw::usual_seeds(count))
        .contains(&seeded)
        .then_some(seeded)
}

/// The entrants in their order of rank, and the lines of a draw by hand, by these ranks.
type EntrantsAndLines = (Vec<TeamId>, Option<Vec<Line>>);

fn entrants(first: &Stage, teams: &[&Team], wish: &Wish) -> Result<EntrantsAndLines, NoProposal> {
    let by_rank: Vec<TeamId> = teams.iter().map(|team| team.id).collect();
    if wish.mode != DrawMode::Manual {
        return Ok((by_rank, None));
    }
    if wish.lines.is_empty() {
        return Err(NoProposal::NoLines);
    }
    let number = |team: TeamId| {
        let place = by_rank.iter().position(|of| *of == team);
        place
            .and_then(|place| u16::try_from(place + 1).ok())
            .ok_or(NoProposal::UnknownTeam)
    };
    let lines: Vec<Line> = wish
        .lines
        .iter()
        .map(|line| line.map(number).transpose())
        .collect::<Result<_, _>>()?;
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let whole: BTreeSet<TeamId> = wish.lines.iter().flatten().copied().collect();
    let all_once = whole.len() == by_rank.len() && lines.len() == by_rank.len();
    // All teams and no bye, where the tree has byes or the rounds have no lines: the order of rank.
    let is_order = match draw::tree_lines(&first.kind, count) {
        Some(wanted) => all_once && wanted != count,
        None => all_once && matches!(first.kind, Kind::Swiss(_) | Kind::Free),
    };
    if is_order {
        Ok((wish.lines.iter().flatten().copied().collect(), None))
    } else {
        Ok((by_rank, Some(lines)))
    }
}
