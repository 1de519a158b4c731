//! Matches for fixtures that have none: shown again where one was hidden, or new.

use std::collections::HashMap;

use serde_json::Value;

use super::setups::{new_setup, wanted_setup};
use super::{LaidDown, Moment};
use crate::domain::tournament::deed::StagedFixture;
use crate::domain::tournament::progress::Known;
use crate::domain::tournament::structure::Structure;
use crate::domain::{Court, Key, MatchId, MatchSetup};
use crate::organising::{Hall, Refused, SportChoice};
use crate::store::GameRules;

/// The things that matches are made of, each read once for a deed.
#[derive(Default)]
pub(super) struct Supplies {
    /// By the keys of stages.
    pub games: HashMap<String, GameRules>,
    /// The hidden matches that nobody has played; `None` while nobody has asked.
    unplayed: Option<HashMap<Key, MatchSetup>>,
}

/// A match for a fixture that has none.
pub(super) struct Supplied {
    /// The match as it was hidden, unless it is new.
    pub hidden: Option<MatchSetup>,
    pub setup: MatchSetup,
}

/// A match that replaces a void one, where that was played.
pub(super) struct Again {
    id: MatchId,
    court: Option<Court>,
}

impl Moment {
    pub(super) fn again(&self, key: &Key, id: MatchId) -> Again {
        let void = self.matches.get(key);
        Again {
            id,
            court: void.and_then(|void| void.setup.court.clone()),
        }
    }
}

impl Hall {
    /// The match of a fixture that has none. One that was hidden and that nobody has played is shown again, so that an undo
    /// restores its court and its identity; `again` is the one that replaces a void one.
    pub(super) async fn supply(
        &self,
        laid: &LaidDown,
        structure: &Structure,
        (staged, known): (&StagedFixture, &Known),
        again: Option<Again>,
        supplies: &mut Supplies,
    ) -> Result<Supplied, Refused> {
        let Supplies { games, unplayed } = supplies;
        let game = self.game_of(laid, structure, staged, games).await?;
        let unplayed = match unplayed {
            Some(unplayed) => unplayed,
            None => unplayed.insert(self.store.unplayed_matches(laid.tournament.id).await?),
        };
        let hidden = unplayed.remove(&staged.fixture.key);
        let Some(hidden) = hidden.filter(|_| again.is_none()) else {
            let now = self.clock.now_ms();
            let (id, court) = again.map_or((None, None), |again| (Some(again.id), again.court));
            let new = new_setup(laid, staged, known, game, id, now);
            return Ok(Supplied {
                hidden: None,
                setup: MatchSetup { court, ..new },
            });
        };
        let setup = MatchSetup {
            sport: game.sport,
            variant: Some(game.variant),
            rules: game.rules,
            ..wanted_setup(laid, staged, known, &hidden, false)
        };
        Ok(Supplied {
            hidden: Some(hidden),
            setup,
        })
    }

    /// The rules of a fixture's match: those of the tournament, with what differs in its stage.
    pub(super) async fn game_of(
        &self,
        laid: &LaidDown,
        structure: &Structure,
        staged: &StagedFixture,
        known: &mut HashMap<String, GameRules>,
    ) -> Result<GameRules, Refused> {
        if let Some(game) = known.get(&staged.stage) {
            return Ok(game.clone());
        }
        let stages = structure.stages().iter();
        let overrides = stages
            .filter(|stage| stage.key == staged.stage)
            .find_map(|stage| stage.rules.clone());
        let choice = SportChoice {
            overrides: overrides.unwrap_or(Value::Null),
            ..SportChoice::default()
        };
        let game = self.rules_within(&laid.tournament, &choice).await?;
        known.insert(staged.stage.clone(), game.clone());
        Ok(game)
    }
}
