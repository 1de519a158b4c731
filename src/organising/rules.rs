//! Which rules a match or a tournament is played by: a sport's file, a variant of it, and single rules that differ.

use std::sync::Arc;

use jiff::civil::Date;
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

    /// The rules of a sport as its file has them now: of the variant that was chosen, else of the one that is in force on a
    /// day, which is today where nobody said another one.
    pub(super) fn rules(
        &self,
        sport: &Sport,
        variant: Option<&str>,
        overrides: &[&Value],
        day: Option<Date>,
    ) -> Result<GameRules, Refused> {
        let day = day.map_or_else(|| self.clock.today(), |day| day.to_string());
        let (found, rules) = sport.rules_for(variant, overrides, &day)?;
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
        day: Option<Date>,
    ) -> Result<(GameRules, PlayedBy), Refused> {
        let sport = self.sport(&choice.sport).await?;
        let game = self.rules(&sport, choice.variant.as_deref(), &[&choice.overrides], day)?;
        let played_by = PlayedBy {
            rules: game.rules.clone(),
            points_table: sport.points_table.clone(),
        };
        Ok((game, played_by))
    }

    /// The rules of a match of a tournament: those that the tournament keeps, with what differs in this match. Only another
    /// variant is looked up in the sport's file, and rules that the tournament does not know.
    pub(super) async fn rules_within(
        &self,
        of: &Tournament,
        choice: &SportChoice,
    ) -> Result<GameRules, Refused> {
        if let Some(kept) = &of.played_by
            && is_variant(of.variant.as_deref(), choice.variant.as_deref())
        {
            return Ok(GameRules {
                sport: of.sport.as_str().into(),
                variant: of.variant.clone().unwrap_or_else(|| BASE.to_owned()),
                rules: overridden(&kept.rules, &choice.overrides)?,
            });
        }
        let sport = self.sport(&of.sport).await?;
        let variant = choice.variant.as_deref().or(of.variant.as_deref());
        let overrides = [&of.overrides, &choice.overrides];
        self.rules(&sport, variant, &overrides, of.starts_on)
    }
}

/// Says if a choice leaves a variant as it is.
pub(super) fn is_variant(known: Option<&str>, chosen: Option<&str>) -> bool {
    chosen.is_none_or(|chosen| chosen.eq_ignore_ascii_case(known.unwrap_or(BASE)))
}

impl SportChoice {
    /// Says if it leaves the sport as it is.
    pub(super) fn is_sport(&self, known: &str) -> bool {
        self.sport.is_empty() || self.sport.eq_ignore_ascii_case(known)
    }
}
