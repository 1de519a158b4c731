//! A deed as a word with its parameters, so that a page says it in its reader's language.

use schemars::JsonSchema;
use serde::Serialize;

use super::draws::mode_word;
use super::fixtures::{ScoreJson, SeatJson, kind_word};
use crate::domain::Team;
use crate::domain::tournament::deed::{
    Decision, Deed, DeedSeq, Edit, Settlement, TeamDifference, Tie,
};
use crate::domain::tournament::{Key, Presence, Settings};
use crate::organising::LaidDown;

/// A deed in a word with its parameters.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "word", rename_all = "snake_case")]
#[schemars(rename = "DeedWords")]
pub enum DeedWordsJson {
    Format {
        stages: Vec<StageWordsJson>,
    },
    Draw {
        mode: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        lots: Option<u64>,
        entrants: usize,
        fixtures: usize,
    },
    Round {
        round: u16,
        fixtures: usize,
    },
    FixtureAdded {
        key: Key,
    },
    FixtureRemoved {
        key: Key,
    },
    FixtureChanged {
        key: Key,
    },
    SidesSwapped {
        first: Key,
        second: Key,
    },
    GroupSplit {
        group: String,
    },
    LateEntry {
        team: SeatJson,
        group: String,
    },
    /// Level teams were put in this order; by lot where there is a number. They are of a group, or the best of a rank.
    Order {
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        best: Option<u16>,
        teams: Vec<SeatJson>,
        #[serde(skip_serializing_if = "Option::is_none")]
        lots: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    PlayOff {
        group: String,
        keys: Vec<Key>,
    },
    PointsOff {
        team: SeatJson,
        group: String,
        points: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Withdrawal {
        team: SeatJson,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A contested match was decided; `settled` says how.
    Settlement {
        key: Key,
    },
    /// A match was corrected by an event of this type.
    Correction {
        key: Key,
        event: String,
        /// The score after it; absent where nobody played.
        #[serde(skip_serializing_if = "Option::is_none")]
        score: Option<ScoreJson>,
        /// The score before it, if it was another one.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<ScoreJson>,
    },
    Contested {
        key: Key,
    },
    Released {
        key: Key,
    },
    Forfeit {
        walkovers: usize,
    },
    TeamEntered {
        team: SeatJson,
    },
    TeamDeleted {
        team: SeatJson,
    },
    TeamRenamed {
        team: SeatJson,
        before: String,
    },
    TeamChanged {
        team: SeatJson,
    },
    /// The answer of the check-in, and nothing else.
    CheckIn {
        team: SeatJson,
        presence: Presence,
    },
    TeamsEntered {
        count: usize,
    },
    TeamsChanged {
        count: usize,
    },
    /// The settings that differ, as they are after it.
    Settings {
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(rename = "startsOn", skip_serializing_if = "Option::is_none")]
        starts_on: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        factor: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sport: Option<String>,
        /// The rules are others.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        rules: bool,
        /// The points table is another.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        standings: bool,
    },
    Undo {
        seq: DeedSeq,
    },
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StageWords")]
pub struct StageWordsJson {
    pub key: String,
    kind: String,
}

/// The choice for a match that no longer followed from the results: `keep`, `replay` or `release`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Settled")]
pub struct SettledJson {
    pub choice: &'static str,
    pub key: Key,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl SettledJson {
    pub fn all(deed: &Deed) -> Vec<SettledJson> {
        deed.settled().iter().map(SettledJson::from).collect()
    }
}

impl From<&Settlement> for SettledJson {
    fn from(settled: &Settlement) -> SettledJson {
        let (choice, reason) = match settled {
            Settlement::Keep { reason, .. } => ("keep", reason.clone()),
            Settlement::Replay { .. } => ("replay", None),
            Settlement::Release { .. } => ("release", None),
        };
        SettledJson {
            choice,
            key: settled.key().clone(),
            reason,
        }
    }
}

impl DeedWordsJson {
    pub fn of(laid: &LaidDown, deed: &Deed) -> DeedWordsJson {
        match deed {
            Deed::Format { format } => DeedWordsJson::Format {
                stages: format
                    .stages
                    .iter()
                    .map(|stage| StageWordsJson {
                        key: stage.key.clone(),
                        kind: kind_word(&stage.kind),
                    })
                    .collect(),
            },
            Deed::Draw {
                mode,
                lots,
                fixtures,
                entrants,
                ..
            } => DeedWordsJson::Draw {
                mode: mode_word(*mode),
                lots: *lots,
                entrants: entrants.len(),
                fixtures: fixtures.len(),
            },
            Deed::Round {
                round, fixtures, ..
            } => DeedWordsJson::Round {
                round: *round,
                fixtures: fixtures.len(),
            },
            Deed::Fixtures { edit, .. } => edited(laid, edit),
            Deed::Decide { decision, .. } => decided(laid, decision),
            Deed::Correct {
                key,
                what,
                score,
                before,
                ..
            } => DeedWordsJson::Correction {
                key: key.clone(),
                event: what.clone(),
                score: score.map(ScoreJson::from),
                before: before.map(ScoreJson::from),
            },
            Deed::Contested { key, .. } => DeedWordsJson::Contested { key: key.clone() },
            Deed::Released { key } => DeedWordsJson::Released { key: key.clone() },
            Deed::Forfeit { walkovers } => DeedWordsJson::Forfeit {
                walkovers: walkovers.len(),
            },
            Deed::Teams { changes } => teams(changes),
            Deed::Settings { before, after } => settings(before, after),
            Deed::Undo { seq } => DeedWordsJson::Undo { seq: *seq },
        }
    }
}

fn edited(laid: &LaidDown, edit: &Edit) -> DeedWordsJson {
    match edit.clone() {
        Edit::Add { key } => DeedWordsJson::FixtureAdded { key },
        Edit::Remove { key } => DeedWordsJson::FixtureRemoved { key },
        Edit::Change { key } => DeedWordsJson::FixtureChanged { key },
        Edit::Swap { first, second } => DeedWordsJson::SidesSwapped { first, second },
        Edit::Split { group } => DeedWordsJson::GroupSplit { group },
        Edit::LateEntry { team, group } => DeedWordsJson::LateEntry {
            team: SeatJson::team(laid, team),
            group,
        },
    }
}

fn decided(laid: &LaidDown, decision: &Decision) -> DeedWordsJson {
    match decision.clone() {
        Decision::Order {
            of,
            teams,
            lots,
            reason,
        } => {
            let (group, best) = match of {
                Tie::Group { group } => (Some(group), None),
                Tie::Best { best, .. } => (None, Some(best)),
            };
            DeedWordsJson::Order {
                group,
                best,
                teams: teams
                    .into_iter()
                    .map(|team| SeatJson::team(laid, team))
                    .collect(),
                lots,
                reason,
            }
        }
        Decision::PlayOff { group, fixtures } => DeedWordsJson::PlayOff {
            group,
            keys: fixtures
                .into_iter()
                .map(|staged| staged.fixture.key)
                .collect(),
        },
        Decision::Points {
            team,
            group,
            points,
            reason,
        } => DeedWordsJson::PointsOff {
            team: SeatJson::team(laid, team),
            group,
            points,
            reason,
        },
        Decision::Withdrawal { team, reason } => DeedWordsJson::Withdrawal {
            team: SeatJson::team(laid, team),
            reason,
        },
        Decision::Settle { key } => DeedWordsJson::Settlement { key },
    }
}

fn settings(before: &Settings, after: &Settings) -> DeedWordsJson {
    let games = before.game.as_ref().zip(after.game.as_ref());
    DeedWordsJson::Settings {
        name: (before.name != after.name).then(|| after.name.clone()),
        starts_on: (before.starts_on != after.starts_on)
            .then(|| after.starts_on.map(|day| day.to_string()))
            .flatten(),
        factor: (before.factor != after.factor).then_some(after.factor),
        sport: games
            .filter(|(before, after)| before.sport != after.sport)
            .map(|(_, after)| after.sport.clone()),
        rules: games.is_some_and(|(before, after)| {
            (&before.variant, &before.rules) != (&after.variant, &after.rules)
        }),
        standings: games.is_some_and(|(before, after)| before.points_table != after.points_table),
    }
}

/// Says if nothing but the answer of the check-in is another one.
fn is_check_in(before: &Team, after: &Team) -> bool {
    let presence = after.presence;
    let checked_in = Team {
        presence,
        ..before.clone()
    };
    before.presence != presence && checked_in == *after
}

fn teams(changes: &[TeamDifference]) -> DeedWordsJson {
    // By the name of then: the team may have another one now, or be gone.
    let seat = |team: &Team| SeatJson {
        team_id: Some(team.id),
        source: None,
        name: team.name.clone(),
    };
    match changes {
        [change] => match (change.before.as_deref(), change.after.as_deref()) {
            (Some(before), Some(after)) if before.name != after.name => {
                DeedWordsJson::TeamRenamed {
                    team: seat(after),
                    before: before.name.clone(),
                }
            }
            (Some(before), Some(team)) if is_check_in(before, team) => DeedWordsJson::CheckIn {
                team: seat(team),
                presence: team.presence,
            },
            (Some(_), Some(team)) => DeedWordsJson::TeamChanged { team: seat(team) },
            (None, Some(team)) => DeedWordsJson::TeamEntered { team: seat(team) },
            (Some(team), None) => DeedWordsJson::TeamDeleted { team: seat(team) },
            (None, None) => DeedWordsJson::TeamsChanged { count: 0 },
        },
        several if several.iter().all(|change| change.before.is_none()) => {
            DeedWordsJson::TeamsEntered {
                count: several.len(),
            }
        }
        several => DeedWordsJson::TeamsChanged {
            count: several.len(),
        },
    }
}
