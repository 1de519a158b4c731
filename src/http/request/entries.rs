//! The fields by which organisers say rules, sides, teams and players.

use serde_json::Value;

use super::running::wrong;
use super::{Fields, name};
use crate::domain::Player;
use crate::domain::tournament::{Presence, SHORT_MAX_CHARS, ShirtNumber};
use crate::http::error::ApiError;
use crate::organising::{NewTeam, SportChoice};
use crate::store::{NewSide, TeamChange};

/// The most players of a team, and the longest number on a shirt that is a text.
const PLAYERS_MAX: usize = 60;
const SHIRT_MAX_CHARS: usize = 4;
/// The longest name of a club.
const NAME_MAX_CHARS: usize = 200;
/// The most teams that are entered at once.
const TEAMS_MAX: usize = 1_000;

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

    /// A text of one line that may be taken away: `None` where it is not named, `Some(None)` where it is `null` or empty.
    fn clearable(
        &self,
        field: &'static str,
        most: usize,
    ) -> Result<Option<Option<String>>, ApiError> {
        if !self.names(field) {
            return Ok(None);
        }
        if !self.has(field) {
            return Ok(Some(None));
        }
        let text = self.text(field)?;
        if text.chars().count() > most {
            return Err(wrong(
                field,
                format!("“{field}” has at most {most} characters"),
            ));
        }
        if text.trim().is_empty() {
            return Ok(Some(None));
        }
        name(text, field).map(|text| Some(Some(text)))
    }

    fn short(&self) -> Result<Option<Option<String>>, ApiError> {
        self.clearable("short", SHORT_MAX_CHARS)
    }

    fn club(&self) -> Result<Option<Option<String>>, ApiError> {
        self.clearable("club", NAME_MAX_CHARS)
    }

    fn seed(&self) -> Result<Option<Option<u16>>, ApiError> {
        if !self.names("seed") {
            return Ok(None);
        }
        let seed = match self.number("seed")? {
            None => None,
            Some(seed) => Some(
                u16::try_from(seed)
                    .ok()
                    .filter(|seed| *seed > 0)
                    .ok_or_else(|| wrong("seed", "“seed” is a rank from 1, the best"))?,
            ),
        };
        Ok(Some(seed))
    }

    fn colour(&self) -> Result<Option<Option<String>>, ApiError> {
        if !self.names("colour") {
            return Ok(None);
        }
        if !self.has("colour") {
            return Ok(Some(None));
        }
        let text = self.text("colour")?.to_ascii_lowercase();
        let digits = text.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong("colour", "“colour” is as #d62828"));
        }
        Ok(Some(Some(text)))
    }

    /// A team that enters, by its fields.
    pub fn new_team(&self) -> Result<NewTeam, ApiError> {
        Ok(NewTeam {
            name: self.name("name")?,
            short: self.short()?.flatten(),
            club: self.club()?.flatten(),
            seed: self.seed()?.flatten(),
            colour: self.colour()?.flatten(),
            players: self.players()?.unwrap_or_default(),
        })
    }

    /// Several teams: `[{"name","club"?…}]`.
    pub fn new_teams(&self) -> Result<Vec<NewTeam>, ApiError> {
        let list = self.list("teams")?;
        if list.len() > TEAMS_MAX {
            return Err(wrong("teams", format!("“teams” has at most {TEAMS_MAX}")));
        }
        let team = |value: &Value| match value {
            Value::Object(fields) => Fields::of(fields.clone()).new_team(),
            _ => Err(wrong(
                "teams",
                "“teams” are each {\"name\", \"club\"?, \"seed\"?}",
            )),
        };
        list.iter().map(team).collect()
    }

    pub fn team_change(&self) -> Result<TeamChange, ApiError> {
        let presence = if self.has("presence") {
            Some(match self.text("presence")? {
                "unknown" => Presence::Unknown,
                "present" => Presence::Present,
                "absent" => Presence::Absent,
                _ => {
                    return Err(wrong(
                        "presence",
                        "“presence” is unknown, present or absent",
                    ));
                }
            })
        } else {
            None
        };
        Ok(TeamChange {
            name: self.optional_name("name")?,
            short: self.short()?,
            club: self.club()?,
            seed: self.seed()?,
            colour: self.colour()?,
            players: self.players()?,
            presence,
        })
    }
}
