//! Matches: who plays whom and where, and by which rules until they have begun.

use crate::random;

use super::{Hall, Handout, Refused, SportChoice};
use crate::broker::Summary;
use crate::domain::{BySide, CourtId, MatchId, MatchSetup, Revision, TeamId, TournamentId};
use crate::store::{MatchChange, NewMatch, NewSide, StoreError};

/// A new match and what its referee is handed.
pub struct Created {
    pub summary: Summary,
    pub handout: Handout,
}

/// Who plays whom, and where if that is known.
#[derive(Debug, Clone)]
pub struct NewSides {
    pub sides: BySide<NewSide>,
    pub court: Option<CourtId>,
}

impl NewSides {
    /// Sides that are named by text: in a tournament the teams of these names, which are entered if they are not there.
    pub fn entered(a: String, b: String) -> BySide<NewSide> {
        BySide {
            a: NewSides::entered_one(a),
            b: NewSides::entered_one(b),
        }
    }

    pub fn entered_one(name: String) -> NewSide {
        NewSide::Entered(TeamId(random::id()), name)
    }
}

impl Hall {
    /// Creates a match of a tournament (`None`: of its own), by the tournament's rules where the match has none of its
    /// own.
    pub async fn create_match(
        &self,
        tournament: Option<TournamentId>,
        new: NewSides,
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
                    hall.rules(&sport, choice.variant.as_deref(), &choice.overrides)?
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

    /// The rules that a match gets by this choice. The variant that it has stays if none is chosen.
    async fn other_rules(
        &self,
        id: MatchId,
        mut choice: SportChoice,
    ) -> Result<crate::store::GameRules, Refused> {
        let known = self
            .broker
            .summary(id)
            .ok_or(StoreError::NotFound("match"))?;
        let setup = &known.setup;
        if let Some(of) = &setup.tournament {
            let of = self.store.tournament(of.id).await?.value;
            if !choice.sport.is_empty() && !choice.sport.eq_ignore_ascii_case(&of.sport) {
                return Err(Refused::SportOfTournament);
            }
            choice.variant = choice.variant.or_else(|| setup.variant.clone());
            return self.rules_within(&of, &choice).await;
        }
        if choice.sport.is_empty() || choice.sport.eq_ignore_ascii_case(&setup.sport) {
            choice.sport = setup.sport.to_string();
            choice.variant = choice.variant.or_else(|| setup.variant.clone());
        }
        let sport = self.sport(&choice.sport).await?;
        self.rules(&sport, choice.variant.as_deref(), &choice.overrides)
    }

    pub async fn delete_match(
        &self,
        id: MatchId,
        expected: Option<Revision>,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            hall.store.delete_match(id, expected).await?;
            Ok(hall.broker.deleted(&[id]).await?)
        })
        .await
    }
}
