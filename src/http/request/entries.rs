//! The fields by which organisers say rules, sides and players.

use serde_json::Value;

use super::{Fields, name};
use crate::domain::Player;
use crate::domain::tournament::ShirtNumber;
use crate::http::error::ApiError;
use crate::organising::SportChoice;
use crate::store::NewSide;

/// The most players of a team, and the longest number on a shirt that is a text.
const PLAYERS_MAX: usize = 60;
const SHIRT_MAX_CHARS: usize = 4;

impl Fields {
    /// The other rules that a change asks for, if it asks for any. An empty sport is the one that there is.
    pub fn other_rules(&self) -> Result<Option<SportChoice>, ApiError> {
        if !["sport", "variant", "rules"]
            .iter()
            .any(|field| self.has(field))
        {
            return Ok(None);
        }
        let sport = match self.has("sport") {
            true => self.text("sport")?.to_owned(),
            false => String::new(),
        };
        Ok(Some(SportChoice {
            sport,
            ..self.rules()?
        }))
    }

    /// A side: a team by its ID, or a name.
    pub fn side(&self) -> Result<NewSide, ApiError> {
        self.only(&["teamID", "name"], &["teamID", "name"])?;
        match self.optional_id("teamID")? {
            Some(team) => Ok(NewSide::Team(team)),
            None => Ok(NewSide::Named(self.name("name")?)),
        }
    }

    /// The players of a team, where they are given.
    pub fn players(&self) -> Result<Option<Vec<Player>>, ApiError> {
        let wrong = |message: &str| {
            ApiError::bad_request("bad_field", format!("“players” {message}")).in_field("players")
        };
        let list = match self.values.get("players") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) if list.len() <= PLAYERS_MAX => list,
            Some(_) => {
                return Err(wrong(&format!(
                    "must be a list of at most {PLAYERS_MAX}, each {{\"number\", \"name\"}}"
                )));
            }
        };
        let mut players = Vec::with_capacity(list.len());
        for entry in list {
            let mut player: Player = serde_json::from_value(entry.clone()).map_err(|_| {
                wrong(
                    "are each {\"number\": 7, \"name\": \"Ada\"}; the number may be null or a text",
                )
            })?;
            player.name = name(&player.name, "players")?;
            if let Some(ShirtNumber::Text(text)) = &player.number
                && (text.trim().is_empty() || text.chars().count() > SHIRT_MAX_CHARS)
            {
                return Err(wrong(&format!(
                    "have numbers of 1 to {SHIRT_MAX_CHARS} characters"
                )));
            }
            players.push(player);
        }
        Ok(Some(players))
    }
}
