//! Which rules a match or a tournament is played by: a sport's file, a variant of it, and single rules that differ.

use std::sync::Arc;

use serde_json::Value;

use super::{Hall, Refused};
use crate::domain::sport::{BASE, overridden};
use crate::domain::tournament::PlayedBy;
use crate::domain::{Sport, Tournament};
use crate::store::GameRules;

/// A sport as somebody chooses it.
#[derive(Debug, Clone, Default)]
pub struct SportChoice {
    /// Empty where the sport is known from elsewhere.
    pub sport: String,
    pub variant: Option<String>,
    /// Single rules to change; `null` for none.
    pub overrides: Value,
}

impl Hall {
    pub(super) async fn sport(&self, id: &str) -> Result<Arc<Sport>, Refused> {
        let (catalogue, problems) = self.sports.current().await;
        catalogue.find(id).cloned().map_err(|unknown| {
            let wrong: String = problems
                .iter()
                .map(|problem| format!("; sports/{}, {}", problem.file, problem.reason))
                .collect();
            Refused::UnknownSport(format!("{unknown}{wrong}"))
        })
    }

    /// The rules of a sport as its file has them now: of the variant that was chosen, else of the one that is valid today.
    pub(super) fn rules(
        &self,
        sport: &Sport,
        variant: Option<&str>,
        overrides: &Value,
    ) -> Result<GameRules, Refused> {
        let (found, rules) = sport.rules_for(variant, &[overrides], &self.clock.today())?;
        Ok(GameRules {
            sport: sport.id.as_str().into(),
            variant: found.map_or(BASE, |variant| variant.id.as_str()).to_owned(),
            rules: Arc::new(rules),
        })
    }

    /// The sport, the rules and the points table that a tournament keeps from now on.
    pub(super) async fn settle(
        &self,
        choice: &SportChoice,
    ) -> Result<(GameRules, PlayedBy), Refused> {
        let sport = self.sport(&choice.sport).await?;
        let game = self.rules(&sport, choice.variant.as_deref(), &choice.overrides)?;
        let played_by = PlayedBy {
            rules: game.rules.clone(),
            points_table: sport.points_table.clone(),
        };
        Ok((game, played_by))
    }

    /// The rules of a match of a tournament: the tournament's own, with what differs in this match. Only another variant
    /// is looked up in the sport's file.
    pub(super) async fn rules_within(
        &self,
        of: &Tournament,
        choice: &SportChoice,
    ) -> Result<GameRules, Refused> {
        let kept = of.variant.as_deref().unwrap_or(BASE);
        let variant = choice.variant.as_deref().unwrap_or(kept);
        if variant.eq_ignore_ascii_case(kept) {
            let rules = overridden(&of.played_by.rules, &choice.overrides)?;
            return Ok(GameRules {
                sport: of.sport.as_str().into(),
                variant: kept.to_owned(),
                rules,
            });
        }
        let sport = self.sport(&of.sport).await?;
        self.rules(&sport, Some(variant), &choice.overrides)
    }
}
