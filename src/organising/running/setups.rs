//! The match of a fixture as it is set up: its sides as far as they are known.

use super::LaidDown;
use crate::domain::matches::{FixtureRef, SideSetup};
use crate::domain::tournament::deed::StagedFixture;
use crate::domain::tournament::progress::{Known, Seat, Stand};
use crate::domain::tournament::{Source, TournamentRef};
use crate::domain::{BySide, MatchId, MatchSetup, Programme};
use crate::random;
use crate::store::GameRules;

/// Says if a fixture is one that is played, or may be.
pub fn is_match(staged: &StagedFixture, known: &Known) -> bool {
    let bye = |source: &Source| matches!(source, Source::Bye(_));
    let fixture = &staged.fixture;
    !bye(&fixture.a)
        && !bye(&fixture.b)
        && !matches!(known.stand, Stand::NoMatch | Stand::NotNeeded)
}

fn side(laid: &LaidDown, seat: Seat, source: &Source) -> SideSetup {
    match seat {
        Seat::Team(team) => SideSetup::team(team, laid.name(team)),
        Seat::Unknown | Seat::Nobody => SideSetup::awaited(source.clone()),
    }
}

fn sides(laid: &LaidDown, staged: &StagedFixture, known: &Known) -> BySide<SideSetup> {
    BySide {
        a: side(laid, known.sides.a, &staged.fixture.a),
        b: side(laid, known.sides.b, &staged.fixture.b),
    }
}

pub fn wanted_setup(
    laid: &LaidDown,
    staged: &StagedFixture,
    known: &Known,
    setup: &MatchSetup,
    begun: bool,
) -> MatchSetup {
    let fixture = FixtureRef {
        key: staged.fixture.key.clone(),
        stage: staged.stage.clone(),
        round: staged.fixture.round,
        group: staged.fixture.group.clone(),
        contested: known.contested,
    };
    // Whoever began it plays it: a row that was rebuilt learns it from the fold.
    let sides = if begun && setup.sides.a.team.is_some() && setup.sides.b.team.is_some() {
        setup.sides.clone()
    } else {
        sides(laid, staged, known)
    };
    let mut wanted = MatchSetup {
        fixture: Some(fixture),
        sides,
        ..setup.clone()
    };
    wanted.call_anew(setup);
    wanted
}

pub fn new_setup(
    laid: &LaidDown,
    staged: &StagedFixture,
    known: &Known,
    game: GameRules,
    id: Option<MatchId>,
    now: i64,
) -> MatchSetup {
    MatchSetup {
        id: id.unwrap_or_else(|| MatchId(random::id())),
        tournament: Some(TournamentRef {
            id: laid.tournament.id,
            name: laid.tournament.name.clone(),
        }),
        court: None,
        sport: game.sport,
        variant: Some(game.variant),
        rules: game.rules,
        sides: sides(laid, staged, known),
        fixture: Some(FixtureRef {
            key: staged.fixture.key.clone(),
            stage: staged.stage.clone(),
            round: staged.fixture.round,
            group: staged.fixture.group.clone(),
            contested: false,
        }),
        programme: Programme::default(),
        order: 0,
        created_at: now,
        revision: 0,
    }
}
