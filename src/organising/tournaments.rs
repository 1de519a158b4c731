//! Tournaments and the teams that enter them.

use crate::random;
use serde_json::Value;

use super::{Hall, Refused, SportChoice};
use crate::domain::{
    MatchSetup, Player, Revision, Team, TeamId, Tournament, TournamentId, TournamentRef,
};
use crate::store::{Revised, TeamChange};

/// The changes to a tournament; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct TournamentChange {
    pub name: Option<String>,
    /// Allowed until one of its matches has begun. An empty sport is the one that it has.
    pub choice: Option<SportChoice>,
}

/// A team that enters a tournament.
#[derive(Debug, Clone)]
pub struct NewTeam {
    pub name: String,
    pub players: Vec<Player>,
}

impl Hall {
    /// Creates a tournament. Its variant, its rules and its points table are settled now: a rule change in the middle of
    /// it is none.
    pub async fn create_tournament(
        &self,
        name: String,
        choice: SportChoice,
    ) -> Result<Revised<Tournament>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let (game, played_by) = hall.settle(&choice).await?;
            let new = Tournament {
                id: TournamentId(random::id()),
                name,
                sport: game.sport.to_string(),
                variant: Some(game.variant),
                overrides: choice.overrides,
                played_by,
                created_at: hall.clock.now_ms(),
            };
            Ok(hall.store.create_tournament(new).await?)
        })
        .await
    }

    /// Changes a tournament. Its matches take over the rules that they had from it.
    pub async fn change_tournament(
        &self,
        id: TournamentId,
        expected: Option<Revision>,
        change: TournamentChange,
    ) -> Result<Revised<Tournament>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let TournamentChange { name, choice } = change;
            let Some(choice) = choice else {
                return hall.rename_tournament(id, expected, name).await;
            };
            let known = hall.store.tournament(id).await?.value;
            let choice = completed(choice, &known);
            let (game, played_by) = hall.settle(&choice).await?;
            let store = &hall.store;
            let changing = store.change_tournament(id, expected, move |tournament, matches| {
                let before = tournament.clone();
                if let Some(name) = name {
                    tournament.name = name;
                }
                tournament.sport = game.sport.to_string();
                tournament.variant = Some(game.variant.clone());
                tournament.overrides = choice.overrides;
                tournament.played_by = played_by;
                for setup in matches {
                    let other_sport = *setup.sport != *game.sport;
                    if setup.rules == before.played_by.rules || other_sport {
                        setup.sport = game.sport.clone();
                        setup.variant = Some(game.variant.clone());
                        setup.rules = game.rules.clone();
                    }
                }
                Ok(())
            });
            let (changed, setups) = changing.await?;
            let title = title(&changed.value);
            let show = |setup: &MatchSetup| {
                let of = setup.tournament.as_ref()?;
                if of.id != title.id {
                    return None;
                }
                let new = setups.iter().find(|new| new.id == setup.id);
                let shown = MatchSetup {
                    tournament: Some(title.clone()),
                    ..new.unwrap_or(setup).clone()
                };
                (shown != *setup).then_some(shown)
            };
            hall.broker.change_setups(show).await;
            Ok(changed)
        })
        .await
    }

    async fn rename_tournament(
        &self,
        id: TournamentId,
        expected: Option<Revision>,
        name: Option<String>,
    ) -> Result<Revised<Tournament>, Refused> {
        let Some(name) = name else {
            return Ok(self.store.tournament(id).await?);
        };
        let renamed = self.store.rename_tournament(id, expected, name).await?;
        let title = title(&renamed.value);
        let show = |setup: &MatchSetup| {
            let of = setup.tournament.as_ref()?;
            (of.id == title.id && *of != title).then(|| MatchSetup {
                tournament: Some(title.clone()),
                ..setup.clone()
            })
        };
        self.broker.change_setups(show).await;
        Ok(renamed)
    }

    /// Deletes a tournament with its teams and its matches.
    pub async fn delete_tournament(
        &self,
        id: TournamentId,
        expected: Option<Revision>,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            let gone = hall.store.delete_tournament(id, expected).await?;
            Ok(hall.broker.deleted(&gone).await?)
        })
        .await
    }

    /// Enters teams in a tournament, all or none. One that is there already, by its name, is that one.
    pub async fn enter_teams(
        &self,
        tournament: TournamentId,
        entered: Vec<NewTeam>,
    ) -> Result<Vec<Revised<Team>>, Refused> {
        let team = |new: NewTeam| Team {
            id: TeamId(random::id()),
            tournament,
            name: new.name,
            players: new.players,
        };
        let teams = entered.into_iter().map(team).collect();
        let hall = self.clone();
        self.act(async move { Ok(hall.store.enter_teams(tournament, teams).await?) })
            .await
    }

    /// Changes a team; all its matches show its new name.
    pub async fn change_team(
        &self,
        id: TeamId,
        expected: Option<Revision>,
        change: TeamChange,
    ) -> Result<Revised<Team>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let changed = hall.store.change_team(id, expected, change).await?;
            let team = &changed.value;
            let show = |setup: &MatchSetup| {
                let mut shown = setup.clone();
                for side in [&mut shown.sides.a, &mut shown.sides.b] {
                    if side.team == Some(team.id) {
                        side.name.clone_from(&team.name);
                    }
                }
                (shown.sides != setup.sides).then_some(shown)
            };
            hall.broker.change_setups(show).await;
            Ok(changed)
        })
        .await
    }

    /// Deletes a team; its matches stay, with its name.
    pub async fn delete_team(&self, id: TeamId, expected: Option<Revision>) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move { Ok(hall.store.delete_team(id, expected).await?) })
            .await
    }
}

fn title(tournament: &Tournament) -> TournamentRef {
    TournamentRef {
        id: tournament.id,
        name: tournament.name.clone(),
    }
}

/// A choice with what it leaves out: the sport, the variant and the single rules that the tournament has.
fn completed(choice: SportChoice, known: &Tournament) -> SportChoice {
    let same = choice.sport.is_empty() || choice.sport.eq_ignore_ascii_case(&known.sport);
    if !same {
        return choice;
    }
    let overrides = match choice.overrides {
        Value::Null => known.overrides.clone(),
        overrides => overrides,
    };
    SportChoice {
        sport: known.sport.clone(),
        variant: choice.variant.or_else(|| known.variant.clone()),
        overrides,
    }
}
