//! The wishes of the hall for its plan, as organisers have said them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Time, time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{CourtId, TournamentId};

/// Everything that a plan depends on beside the matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PlanSettings {
    /// The time zone of the hall, as Europe/Paris; `null` while nobody has said it.
    pub time_zone: Option<String>,
    /// The time of day from which matches are planned, as 09:00.
    #[schemars(with = "String")]
    pub opens: Time,
    /// The time of day at which the last match has ended.
    #[schemars(with = "String")]
    pub closes: Time,
    /// Minutes between two matches on a court.
    pub changeover: u16,
    /// Minutes that everybody rests between two matches.
    pub rest: u16,
    /// Minutes of a match, by the IDs of sports. A sport that is not named is estimated from its rules.
    pub minutes: BTreeMap<String, u16>,
    pub closures: Vec<Closure>,
    pub wishes: Vec<StageWish>,
    pub calling: Calling,
    pub referees: RefereeChoice,
}

/// The way in which matches come to courts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Calling {
    /// By the courts and times of the plan.
    #[default]
    Planned,
    /// Without times: whenever a court is free, the box says who plays there.
    NextFreeCourt,
}

/// The officials whom a plan may give to matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(inline)]
pub struct RefereeChoice {
    pub by: RefereesBy,
    /// The names of the people, where people referee.
    pub people: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum RefereesBy {
    /// The plan names none.
    #[default]
    Nobody,
    /// Teams of the tournament that do not play meanwhile, those of the same group first.
    Teams,
    People,
}

/// A time in which a court is closed, or all are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
pub struct Closure {
    /// `null` for all courts.
    #[serde(rename = "courtID", default)]
    pub court: Option<CourtId>,
    #[schemars(with = "String")]
    pub from: Timestamp,
    #[schemars(with = "String")]
    pub to: Timestamp,
}

/// The wishes for a tournament, or for one of its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
pub struct StageWish {
    #[serde(rename = "tournamentID")]
    pub tournament: TournamentId,
    /// `null` for all stages.
    #[serde(default)]
    pub stage: Option<String>,
    /// A single fixture, such as the final; `null` for all.
    #[serde(default)]
    pub key: Option<String>,
    /// The courts that it is played on; none for all.
    #[serde(rename = "courtIDs", default)]
    pub courts: Vec<CourtId>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub not_before: Option<Timestamp>,
    #[serde(default)]
    pub minutes: Option<u16>,
    #[serde(default)]
    pub rest: Option<u16>,
    /// The last rounds of all groups begin at one time.
    #[serde(default)]
    pub last_round_together: bool,
}

impl Default for PlanSettings {
    fn default() -> PlanSettings {
        PlanSettings {
            time_zone: None,
            opens: time(9, 0, 0, 0),
            closes: time(22, 0, 0, 0),
            changeover: 5,
            rest: 15,
            minutes: BTreeMap::new(),
            closures: Vec::new(),
            wishes: Vec::new(),
            calling: Calling::default(),
            referees: RefereeChoice::default(),
        }
    }
}

/// The longest match, rest or changeover, in minutes.
const MINUTES_MAX: u16 = 600;
/// The most closures, the most wishes and the most referees.
const ENTRIES_MAX: usize = 200;
/// The longest name of a referee, in characters.
const NAME_MAX_CHARS: usize = 200;

/// A mistake in the settings of a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("a length, a rest and a changeover have at most {MINUTES_MAX} minutes")]
    TooLong,
    #[error("a match of {0} lasts at least one minute")]
    NoLength(String),
    #[error(
        "there are at most {ENTRIES_MAX} closures, {ENTRIES_MAX} wishes and {ENTRIES_MAX} referees"
    )]
    TooMany,
    #[error("a referee has a name of 1 to {NAME_MAX_CHARS} characters")]
    Name,
    #[error("a closure ends after it begins: {0}")]
    ClosedBackwards(Timestamp),
}

impl PlanSettings {
    /// Says if the hall closes on the day after it has opened.
    pub fn closes_after_midnight(&self) -> bool {
        self.closes <= self.opens
    }

    /// Refuses what no plan can be made by.
    pub fn check(&self) -> Result<(), SettingsError> {
        let lists = [
            self.closures.len(),
            self.wishes.len(),
            self.referees.people.len(),
        ];
        if lists.into_iter().any(|length| length > ENTRIES_MAX) {
            return Err(SettingsError::TooMany);
        }
        let wished = self
            .wishes
            .iter()
            .flat_map(|wish| [wish.minutes, wish.rest]);
        let told = self.minutes.values().copied().map(Some);
        let all = [Some(self.changeover), Some(self.rest)].into_iter();
        if all
            .chain(told)
            .chain(wished)
            .flatten()
            .any(|minutes| minutes > MINUTES_MAX)
        {
            return Err(SettingsError::TooLong);
        }
        if let Some((sport, _)) = self.minutes.iter().find(|(_, minutes)| **minutes == 0) {
            return Err(SettingsError::NoLength(sport.clone()));
        }
        let is_name = |name: &String| {
            let name = name.trim();
            !name.is_empty() && name.chars().count() <= NAME_MAX_CHARS
        };
        if !self.referees.people.iter().all(is_name) {
            return Err(SettingsError::Name);
        }
        let backwards = self
            .closures
            .iter()
            .find(|closure| closure.to <= closure.from);
        match backwards {
            Some(closure) => Err(SettingsError::ClosedBackwards(closure.from)),
            None => Ok(()),
        }
    }

    /// The wishes for a fixture, the most general first: a later one holds.
    pub fn wishes_for<'a>(
        &'a self,
        tournament: TournamentId,
        stage: Option<&'a str>,
        key: Option<&'a str>,
    ) -> impl Iterator<Item = &'a StageWish> + 'a {
        let fits = move |wish: &&StageWish| {
            wish.tournament == tournament
                && wish.stage.as_deref().is_none_or(|of| Some(of) == stage)
                && wish.key.as_deref().is_none_or(|of| Some(of) == key)
        };
        let general = |wish: &&StageWish| wish.stage.is_none() && wish.key.is_none();
        let of_stage = |wish: &&StageWish| wish.stage.is_some() && wish.key.is_none();
        let all = || self.wishes.iter().filter(fits);
        all()
            .filter(general)
            .chain(all().filter(of_stage))
            .chain(all().filter(|wish| wish.key.is_some()))
    }
}
