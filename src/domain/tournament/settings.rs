//! All that an organiser sets of a tournament, as its history keeps it.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PlayedBy, PointsTable, Tournament};
use crate::domain::sport::Rules;

/// The settings of a tournament.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    pub factor: u16,
    /// `None` where it stays as it is: it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub game: Option<Game>,
}

/// The sport of a tournament, how it is played, and how it is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Game {
    pub sport: String,
    pub variant: Option<String>,
    pub overrides: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
    #[serde(default)]
    pub points_table: PointsTable,
}

impl Settings {
    /// The settings of both, with the game only if the two differ in it.
    pub fn difference(before: &Tournament, after: &Tournament) -> (Settings, Settings) {
        let games = (Game::of(before), Game::of(after));
        let (one, other) = if games.0 == games.1 {
            (None, None)
        } else {
            (Some(games.0), Some(games.1))
        };
        (Settings::new(before, one), Settings::new(after, other))
    }

    fn new(of: &Tournament, game: Option<Game>) -> Settings {
        Settings {
            name: of.name.clone(),
            starts_on: of.starts_on,
            factor: of.factor,
            game,
        }
    }

    /// The tournament with these settings.
    pub fn put_on(self, tournament: Tournament) -> Tournament {
        let tournament = Tournament {
            name: self.name,
            starts_on: self.starts_on,
            factor: self.factor,
            ..tournament
        };
        let Some(game) = self.game else {
            return tournament;
        };
        Tournament {
            sport: game.sport,
            variant: game.variant,
            overrides: game.overrides,
            played_by: game.rules.map(|rules| PlayedBy {
                rules: Arc::new(rules),
                points_table: game.points_table,
            }),
            ..tournament
        }
    }
}

impl Game {
    fn of(tournament: &Tournament) -> Game {
        let kept = tournament.played_by.as_ref();
        Game {
            sport: tournament.sport.clone(),
            variant: tournament.variant.clone(),
            overrides: tournament.overrides.clone(),
            rules: kept.map(|kept| (*kept.rules).clone()),
            points_table: kept.map_or_else(PointsTable::default, |kept| kept.points_table.clone()),
        }
    }
}
