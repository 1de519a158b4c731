//! Matches: who plays whom and where, and by which rules until they have begun.

use super::clashes::{Placing, clash};
use super::rules::is_variant;
use super::{Hall, Handout, Refused, SportChoice};
use crate::broker::Summary;
use crate::domain::sport::{BASE, overridden};
use crate::domain::{
    BySide, CourtId, MatchId, MatchSetup, Revision, SideSetup, Status, TournamentId,
};
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
    /// A team may play against itself, and be in two places at once: somebody has said so.
    pub confirmed: bool,
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
            if let Some(court) = new.court.filter(|_| !new.confirmed) {
                hall.not_at_once(&Placing {
                    id: None,
                    tournament,
                    sides: new.sides.clone(),
                    court,
                })?;
            }
            let (handout, secrets) = Handout::new()?;
            let new = NewMatch {
                id: MatchId(random::id()),
                tournament,
                court: new.court,
                sport: game.sport,
                variant: game.variant,
                rules: game.rules,
                sides: new.sides,
                confirmed: new.confirmed,
                created_at: hall.clock.now_ms(),
            };
            let setup = hall.store.create_match(new, secrets).await?;
            hall.teams_may_be_new(tournament);
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
            hall.leaves_the_draw(id, &change)?;
            if !change.confirmed {
                hall.not_moved_at_once(id, &change)?;
            }
            if let Some(choice) = choice {
                change.game = Some(hall.other_rules(id, choice).await?);
            }
            let changed = hall.store.change_match(id, expected, change).await?;
            hall.teams_may_be_new(changed.tournament.as_ref().map(|of| of.id));
            let show = |setup: &MatchSetup| (setup.id == id).then(|| changed.clone());
            hall.broker.change_setups(show).await;
            Ok(changed)
        })
        .await
    }

    fn not_at_once(&self, placing: &Placing) -> Result<(), Refused> {
        match clash(&self.broker.summaries(None), placing) {
            Some(clash) => Err(Refused::TwoAtOnce(clash)),
            None => Ok(()),
        }
    }

    /// Refuses a change of sides or court that puts a team in two places at once.
    fn not_moved_at_once(&self, id: MatchId, change: &MatchChange) -> Result<(), Refused> {
        let Some(known) = self.broker.summary(id) else {
            return Ok(());
        };
        let setup = &known.setup;
        let before = setup.court.as_ref().map(|court| court.id);
        let Some(court) = change.court.unwrap_or(before) else {
            return Ok(());
        };
        let same_sides = change.sides.a.is_none() && change.sides.b.is_none();
        if known.status == Status::Finished || (same_sides && before == Some(court)) {
            return Ok(());
        }
        let side = |new: &Option<NewSide>, known: &SideSetup| match (new, known.team) {
            (Some(new), _) => new.clone(),
            (None, Some(team)) => NewSide::Team(team),
            (None, None) => NewSide::Named(known.name.clone()),
        };
        self.not_at_once(&Placing {
            id: Some(id),
            tournament: known.tournament(),
            sides: BySide {
                a: side(&change.sides.a, &setup.sides.a),
                b: side(&change.sides.b, &setup.sides.b),
            },
            court,
        })
    }

    /// A match that names a side by text enters a team.
    fn teams_may_be_new(&self, tournament: Option<TournamentId>) {
        if let Some(tournament) = tournament {
            self.known.forget(tournament);
        }
    }

    fn is_of_a_fixture(&self, id: MatchId) -> bool {
        let summary = self.broker.summary(id);
        summary.is_some_and(|summary| summary.setup.fixture.is_some())
    }

    /// Refuses other sides for a match that a draw has made: its fixture says who plays.
    fn leaves_the_draw(&self, id: MatchId, change: &MatchChange) -> Result<(), Refused> {
        let sides = change.sides.a.is_some() || change.sides.b.is_some();
        if sides && self.is_of_a_fixture(id) {
            return Err(Refused::Contradicts(
                "a draw has made this match: change its fixture instead".to_owned(),
            ));
        }
        Ok(())
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
        let sport = if same_sport {
            self.sport(&setup.sport).await?
        } else {
            self.sport(&choice.sport).await?
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
            if hall.is_of_a_fixture(id) {
                return Err(Refused::Contradicts(
                    "a draw has made this match: remove its fixture instead".to_owned(),
                ));
            }
            hall.store.delete_match(id, expected).await?;
            hall.broker.deleted(&[id]).await;
            Ok(())
        })
        .await
    }
}
