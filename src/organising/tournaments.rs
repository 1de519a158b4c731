//! Tournaments and the teams that enter them.

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::Value;

use super::rules::is_variant;
use super::{Hall, Refused, SportChoice};
use crate::domain::sport::{merged, overridden};
use crate::domain::tournament::deed::DeedSeq;
use crate::domain::tournament::{PlayedBy, Settings};
use crate::domain::{MatchId, MatchSetup, Revision, Tournament, TournamentId, TournamentRef};
use crate::random;
use crate::store::{DoneBy, Revised};

/// The changes to a tournament; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct TournamentChange {
    pub name: Option<String>,
    /// The first day. It changes no rules: they were settled when they were chosen.
    pub starts_on: Option<Date>,
    /// How often its points count in the ranking of the clubs.
    pub factor: Option<u16>,
    /// Values of the points table that differ from now on. Allowed until a match has begun.
    pub points_table: Option<Value>,
    /// Allowed until one of its matches has begun. An empty sport is the one that it has.
    pub choice: Option<SportChoice>,
}

impl Hall {
    /// Creates a tournament. Its variant, its rules and its points table are settled now: a rule change in the middle of
    /// it is none.
    pub async fn create_tournament(
        &self,
        name: String,
        starts_on: Option<Date>,
        choice: SportChoice,
    ) -> Result<Revised<Tournament>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let (game, played_by) = hall.settle(&choice, starts_on).await?;
            let new = Tournament {
                id: TournamentId(random::id()),
                name,
                sport: game.sport.to_string(),
                variant: Some(game.variant),
                overrides: choice.overrides,
                played_by: Some(played_by),
                starts_on,
                factor: 1,
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
        by: DoneBy,
    ) -> Result<Revised<Tournament>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let known = hall.store.tournament(id).await?.value;
            let changed = hall.with_change(known, change).await?;
            hall.put_tournament(id, expected, (by, None), |_| changed)
                .await
        })
        .await
    }

    /// Gives a tournament the settings that it had, which takes a deed back.
    pub(super) async fn restore_settings(
        &self,
        id: TournamentId,
        settings: Settings,
        by: DoneBy,
        undoes: DeedSeq,
    ) -> Result<(), Refused> {
        let put = |known: &Tournament| settings.put_on(known.clone());
        self.put_tournament(id, None, (by, Some(undoes)), put)
            .await?;
        Ok(())
    }

    async fn with_change(
        &self,
        known: Tournament,
        change: TournamentChange,
    ) -> Result<Tournament, Refused> {
        let changed = Tournament {
            name: change.name.unwrap_or(known.name),
            starts_on: change.starts_on.or(known.starts_on),
            factor: change.factor.unwrap_or(known.factor),
            ..known
        };
        let changed = match change.choice {
            Some(choice) => self.with_choice(changed, choice).await?,
            None => changed,
        };
        match change.points_table {
            Some(points_table) => with_points_table(changed, &points_table),
            None => Ok(changed),
        }
    }

    /// Stores a tournament as `put` says, and shows it.
    async fn put_tournament(
        &self,
        id: TournamentId,
        expected: Option<Revision>,
        deed: (DoneBy, Option<DeedSeq>),
        put: impl FnOnce(&Tournament) -> Tournament + Send + 'static,
    ) -> Result<Revised<Tournament>, Refused> {
        let change = move |tournament: &mut Tournament, matches: &mut [MatchSetup]| {
            let changed = put(tournament);
            let before = std::mem::replace(tournament, changed);
            hand_down_rules(&before, tournament, matches);
        };
        let stored = self.store.change_tournament(id, expected, deed, change);
        let (changed, setups) = stored.await?;
        self.known.forget(id);
        let setups: HashMap<MatchId, MatchSetup> =
            setups.into_iter().map(|setup| (setup.id, setup)).collect();
        let show = |setup: &MatchSetup| setups.get(&setup.id).cloned();
        self.broker.change_setups(show).await;
        self.show_title(&changed.value).await;
        self.broker.decided(id);
        Ok(changed)
    }

    /// A tournament with another choice of rules. The same variant keeps the rules that the tournament has, with what
    /// differs; only another variant or sport is looked up in the sport's file.
    async fn with_choice(
        &self,
        known: Tournament,
        choice: SportChoice,
    ) -> Result<Tournament, Refused> {
        let same_sport = choice.is_sport(&known.sport);
        if let Some(kept) = &known.played_by
            && same_sport
            && is_variant(known.variant.as_deref(), choice.variant.as_deref())
        {
            let played_by = PlayedBy {
                rules: overridden(&kept.rules, &choice.overrides)?,
                points_table: kept.points_table.clone(),
            };
            return Ok(Tournament {
                overrides: merged(&known.overrides, &choice.overrides),
                played_by: Some(played_by),
                ..known
            });
        }
        let choice = if same_sport {
            SportChoice {
                sport: known.sport.clone(),
                variant: choice.variant.or_else(|| known.variant.clone()),
                overrides: merged(&known.overrides, &choice.overrides),
            }
        } else {
            choice
        };
        let (game, played_by) = self.settle(&choice, known.starts_on).await?;
        Ok(Tournament {
            sport: game.sport.to_string(),
            variant: Some(game.variant),
            overrides: choice.overrides,
            played_by: Some(played_by),
            ..known
        })
    }

    /// Shows the name of a tournament on its matches.
    async fn show_title(&self, tournament: &Tournament) {
        let title = TournamentRef {
            id: tournament.id,
            name: tournament.name.clone(),
        };
        let show = |setup: &MatchSetup| {
            let of = setup.tournament.as_ref()?;
            (of.id == title.id && *of != title).then(|| MatchSetup {
                tournament: Some(title.clone()),
                ..setup.clone()
            })
        };
        self.broker.change_setups(show).await;
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
            hall.known.forget(id);
            hall.broker.deleted(&gone).await;
            hall.broker.decided(id);
            Ok(())
        })
        .await
    }
}

/// Gives matches the rules of their tournament, if they had taken over its former ones.
fn hand_down_rules(before: &Tournament, now: &Tournament, matches: &mut [MatchSetup]) {
    let Some(kept) = &now.played_by else {
        return;
    };
    for setup in matches {
        let of_before = before.played_by.as_ref();
        let took_over = of_before.is_some_and(|before| before.rules == setup.rules);
        if took_over || *setup.sport != *now.sport {
            setup.sport = now.sport.as_str().into();
            setup.variant.clone_from(&now.variant);
            setup.rules = kept.rules.clone();
        }
    }
}

/// A tournament whose points table has other values.
fn with_points_table(known: Tournament, other: &Value) -> Result<Tournament, Refused> {
    let Some(kept) = &known.played_by else {
        return Ok(known);
    };
    let wrong = |error: serde_json::Error| Refused::Wrong(format!("“standings”: {error}"));
    let table = serde_json::to_value(&kept.points_table).map_err(wrong)?;
    let points_table = serde_json::from_value(merged(&table, other)).map_err(wrong)?;
    Ok(Tournament {
        played_by: Some(PlayedBy {
            rules: kept.rules.clone(),
            points_table,
        }),
        ..known
    })
}
