//! Matches: who plays whom and where, and by which rules until they have begun.

use super::rules::is_variant;
use super::{Hall, Handout, Refused, SportChoice};
use crate::broker::Summary;
use crate::domain::sport::{BASE, overridden};
use crate::domain::{BySide, CourtId, MatchId, MatchSetup, Revision, TournamentId};
use crate::random;
use crate::store::{GameRules, MatchChange, NewMatch, NewSide, StoreError};

/// A new match and what its referee is handed.
pub struct Created {
    pub summary: Summary,
    pub handout: Handout,
}

/// Two sides, and the court if it is known.
#[derive(Debug, Clone)]
pub struct Pairing {
    pub sides: BySide<NewSide>,
    pub court: Option<CourtId>,
}

impl Hall {
    /// Creates a match of a tournament, by the tournament's rules where the match has none of its own; or a friendly one.
    pub async fn create_match(
        &self,
        tournament: Option<TournamentId>,
        new: Pairing,
        choice: SportChoice,
    ) -> Result<Created, Refused> {
        let hall = self.clone();
        self.act(async move {
            let game = match tournament {
                Some(id) => {
                    let of = hall.store.tournament(id).await?.value;
                    hall.rules_within(&of, &choice).await?
                }
                None => {
                    let sport = hall.sport(&choice.sport).await?;
                    let variant = choice.variant.as_deref();
                    hall.rules(&sport, variant, &[&choice.overrides], None)?
                }
            };
            let (handout, secrets) = Handout::new()?;
            let new = NewMatch {
                id: MatchId(random::id()),
                tournament,
                court: new.court,
                sport: game.sport,
                variant: game.variant,
                rules: game.rules,
                sides: new.sides,
                created_at: hall.clock.now_ms(),
            };
            let setup = hall.store.create_match(new, secrets).await?;
            let summary = hall.broker.add(setup);
            Ok(Created { summary, handout })
        })
        .await
    }

    /// Changes a match. `choice` is its sport and its rules, where they are to change.
    pub async fn change_match(
        &self,
        id: MatchId,
        expected: Option<Revision>,
        mut change: MatchChange,
        choice: Option<SportChoice>,
    ) -> Result<MatchSetup, Refused> {
        let hall = self.clone();
        self.act(async move {
            if let Some(choice) = choice {
                change.game = Some(hall.other_rules(id, choice).await?);
            }
            let changed = hall.store.change_match(id, expected, change).await?;
            let show = |setup: &MatchSetup| (setup.id == id).then(|| changed.clone());
            hall.broker.change_setups(show).await;
            Ok(changed)
        })
        .await
    }

    /// The rules that a match gets by this choice: its own, with what differs, or those of another variant or sport.
    async fn other_rules(&self, id: MatchId, choice: SportChoice) -> Result<GameRules, Refused> {
        let known = self
            .broker
            .summary(id)
            .ok_or(StoreError::NotFound("match"))?;
        let setup = &known.setup;
        let same_sport = choice.is_sport(&setup.sport);
        if same_sport && is_variant(setup.variant.as_deref(), choice.variant.as_deref()) {
            return Ok(GameRules {
                sport: setup.sport.clone(),
                variant: setup.variant.clone().unwrap_or_else(|| BASE.to_owned()),
                rules: overridden(&setup.rules, &choice.overrides)?,
            });
        }
        if let Some(of) = &setup.tournament {
            if !same_sport {
                return Err(Refused::SportOfTournament);
            }
            let of = self.store.tournament(of.id).await?.value;
            return self.rules_within(&of, &choice).await;
        }
        let sport = match same_sport {
            true => self.sport(&setup.sport).await?,
            false => self.sport(&choice.sport).await?,
        };
        let variant = choice.variant.as_deref();
        self.rules(&sport, variant, &[&choice.overrides], None)
    }

    pub async fn delete_match(
        &self,
        id: MatchId,
        expected: Option<Revision>,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            hall.store.delete_match(id, expected).await?;
            hall.broker.deleted(&[id]).await;
            Ok(())
        })
        .await
    }
}
