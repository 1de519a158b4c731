//! The history of what organisers did, in words.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::tournament::Settings;
use crate::domain::tournament::deed::{
    Decision, Deed, DeedSeq, DrawMode, Edit, Settlement, TeamDifference, Tie,
};
use crate::http::wire::shapes::Moment as MomentText;
use crate::http::wire::timestamp;
use crate::organising::LaidDown;
use crate::store::RecordedDeed;

/// The deeds of a tournament, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "History")]
pub struct DeedsJson {
    deeds: Vec<DeedJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Deed")]
struct DeedJson {
    seq: DeedSeq,
    #[schemars(with = "MomentText")]
    at: String,
    /// The organiser's browser; `null` for what the server noticed by itself.
    by: Option<String>,
    kind: &'static str,
    /// The deed in words, in English.
    does: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undone: bool,
    /// The deed that it took back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<DeedSeq>,
}

impl From<&LaidDown> for DeedsJson {
    fn from(laid: &LaidDown) -> DeedsJson {
        let undone = laid.undone();
        let deeds = laid.deeds.iter().rev();
        DeedsJson {
            deeds: deeds
                .map(|recorded| line(laid, recorded, &undone))
                .collect(),
        }
    }
}

fn line(laid: &LaidDown, recorded: &RecordedDeed, undone: &BTreeSet<DeedSeq>) -> DeedJson {
    DeedJson {
        seq: recorded.seq,
        at: timestamp(recorded.at),
        by: Some(&recorded.by.device)
            .filter(|device| !recorded.deed.follows_by_itself() && !device.is_empty())
            .cloned(),
        kind: kind(&recorded.deed),
        does: does(laid, &recorded.deed),
        undone: undone.contains(&recorded.seq),
        undoes: match &recorded.deed {
            Deed::Undo { seq } => Some(*seq),
            _ => None,
        },
    }
}

/// The deed that was taken back.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Undone")]
pub struct UndoneJson {
    undone: DeedSeq,
    does: String,
}

impl UndoneJson {
    pub fn new(laid: &LaidDown, recorded: &RecordedDeed) -> UndoneJson {
        UndoneJson {
            undone: recorded.seq,
            does: does(laid, &recorded.deed),
        }
    }
}

fn kind(deed: &Deed) -> &'static str {
    match deed {
        Deed::Format { .. } => "format",
        Deed::Draw { .. } => "draw",
        Deed::Round { .. } => "round",
        Deed::Fixtures { .. } => "fixtures",
        Deed::Decide { .. } => "decision",
        Deed::Correct { .. } => "correction",
        Deed::Contested { .. } => "contested",
        Deed::Released { .. } => "released",
        Deed::Forfeit { .. } => "forfeit",
        Deed::Teams { .. } => "teams",
        Deed::Settings { .. } => "settings",
        Deed::Undo { .. } => "undo",
    }
}

fn does(laid: &LaidDown, deed: &Deed) -> String {
    match deed {
        Deed::Format { format } => {
            let stages: Vec<&str> = format
                .stages
                .iter()
                .map(|stage| stage.key.as_str())
                .collect();
            format!("chose a format with the stages {}", stages.join(", "))
        }
        Deed::Draw {
            mode,
            lots,
            fixtures,
            entrants,
            ..
        } => {
            let how = match (mode, lots) {
                (DrawMode::Lots, Some(lots)) => format!("by lot, with the number {lots}"),
                (DrawMode::Lots, None) => "by lot".to_owned(),
                (DrawMode::Ranks, _) => "by rank".to_owned(),
                (DrawMode::Manual, _) => "by hand".to_owned(),
            };
            format!(
                "drew {} teams {how}: {} fixtures",
                entrants.len(),
                fixtures.len()
            )
        }
        Deed::Round {
            round, fixtures, ..
        } => {
            format!("paired round {round}: {} fixtures", fixtures.len())
        }
        Deed::Fixtures { edit, .. } => edited(laid, edit),
        Deed::Decide {
            decision, settled, ..
        } => with_settled(decided(laid, decision), settled),
        Deed::Correct {
            key, what, settled, ..
        } => with_settled(format!("corrected {key} by “{what}”"), settled),
        Deed::Contested { key, .. } => format!("{key} no longer follows from the results"),
        Deed::Released { key } => format!("{key} follows from the results again"),
        Deed::Forfeit { walkovers } => {
            format!(
                "{} more walkovers, since a team has withdrawn",
                walkovers.len()
            )
        }
        Deed::Teams { changes } => teams(changes),
        Deed::Settings { before, after } => settings(before, after),
        Deed::Undo { seq } => format!("took deed {seq} back"),
    }
}

fn with_settled(does: String, settled: &[Settlement]) -> String {
    let settled = settled.iter().map(|settled| match settled {
        Settlement::Keep { key, .. } => format!("{key} stays as it was played"),
        Settlement::Replay { key, .. } => format!("{key} is played again"),
        Settlement::Release { key } => format!("{key} follows from the results again"),
    });
    let all: Vec<String> = std::iter::once(does).chain(settled).collect();
    all.join("; ")
}

fn edited(laid: &LaidDown, edit: &Edit) -> String {
    match edit {
        Edit::Add { key } => format!("added the fixture {key}"),
        Edit::Remove { key } => format!("removed the fixture {key}"),
        Edit::Change { key } => format!("changed the fixture {key}"),
        Edit::Swap { first, second } => format!("swapped sides of {first} and {second}"),
        Edit::Split { group } => format!("split group {group}"),
        Edit::LateEntry { team, group } => {
            format!("entered “{}” late in group {group}", laid.name(*team))
        }
    }
}

fn decided(laid: &LaidDown, decision: &Decision) -> String {
    match decision {
        Decision::Order {
            of, teams, lots, ..
        } => {
            let names: Vec<String> = teams.iter().map(|team| laid.name(*team)).collect();
            let of = match of {
                Tie::Group { group } => format!("group {group}"),
                Tie::Best { best, .. } => format!("the best of rank {best}"),
            };
            let how = match lots {
                Some(lots) => format!("drew lots with the number {lots}"),
                None => "decided the order".to_owned(),
            };
            format!("{how} in {of}: {}", names.join(", "))
        }
        Decision::PlayOff {
            group,
            fixture,
            more,
        } => {
            let all = [fixture].into_iter().chain(more);
            let keys: Vec<&str> = all.map(|staged| staged.fixture.key.as_str()).collect();
            let play_off = if more.is_empty() {
                "play-off"
            } else {
                "play-offs"
            };
            format!("added the {play_off} {} of group {group}", keys.join(", "))
        }
        Decision::Points {
            team,
            group,
            points,
            ..
        } => format!(
            "took {points} {} from “{}” in group {group}",
            if *points == 1 { "point" } else { "points" },
            laid.name(*team)
        ),
        Decision::Withdrawal { team, .. } => format!("“{}” withdrew", laid.name(*team)),
        Decision::Settle { key } => format!("decided about {key}"),
    }
}

fn settings(before: &Settings, after: &Settings) -> String {
    let mut changes = Vec::new();
    if before.name != after.name {
        changes.push(format!("the name to “{}”", after.name));
    }
    if before.starts_on != after.starts_on {
        let day = after.starts_on.map(|day| day.to_string());
        changes.push(format!("the first day to {}", day.unwrap_or_default()));
    }
    if before.factor != after.factor {
        changes.push(format!("the factor to {}", after.factor));
    }
    if let (Some(before), Some(after)) = (&before.game, &after.game) {
        if before.sport != after.sport {
            changes.push(format!("the sport to {}", after.sport));
        }
        if before.points_table != after.points_table {
            changes.push("the points table".to_owned());
        }
        if before.rules != after.rules {
            changes.push("the rules".to_owned());
        }
    }
    format!("changed {}", changes.join(", "))
}

fn teams(changes: &[TeamDifference]) -> String {
    match changes {
        [
            TeamDifference {
                before: None,
                after: Some(team),
            },
        ] => format!("entered “{}”", team.name),
        [
            TeamDifference {
                before: Some(team),
                after: None,
            },
        ] => format!("deleted “{}”", team.name),
        [
            TeamDifference {
                before: Some(before),
                after: Some(after),
            },
        ] if before.name != after.name => {
            format!("renamed “{}” to “{}”", before.name, after.name)
        }
        [
            TeamDifference {
                after: Some(team), ..
            },
        ] => format!("changed “{}”", team.name),
        several if several.iter().all(|change| change.before.is_none()) => {
            format!("entered {} teams", several.len())
        }
        several => format!("entered or changed {} teams", several.len()),
    }
}
