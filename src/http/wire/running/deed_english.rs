//! Deeds in English, for whoever reads the history without a page. They say what their words and parameters say.

use std::fmt;

use super::deed_words::{DeedWordsJson, SettledJson};
use super::fixtures::ScoreJson;
use crate::domain::tournament::{Key, Presence};

/// The whole deed in English.
pub fn in_english(words: &DeedWordsJson, settled: &[SettledJson]) -> String {
    let settled = settled.iter().map(|SettledJson { choice, key, .. }| {
        let becomes = match *choice {
            "keep" => "stays as it was played",
            "replay" => "is played again",
            _ => "follows from the results again",
        };
        format!("{key} {becomes}")
    });
    let all: Vec<String> = std::iter::once(words.to_string()).chain(settled).collect();
    all.join("; ")
}

impl fmt::Display for DeedWordsJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeedWordsJson::Format { stages } => {
                let keys: Vec<&str> = stages.iter().map(|stage| stage.key.as_str()).collect();
                write!(f, "chose a format with the stages {}", keys.join(", "))
            }
            DeedWordsJson::Draw {
                mode,
                lots,
                entrants,
                fixtures,
            } => {
                let how = match (*mode, lots) {
                    ("lots", Some(lots)) => format!("by lot, with the number {lots}"),
                    ("lots", None) => "by lot".to_owned(),
                    ("ranks", _) => "by rank".to_owned(),
                    _ => "by hand".to_owned(),
                };
                write!(f, "drew {entrants} teams {how}: {fixtures} fixtures")
            }
            DeedWordsJson::Round { round, fixtures } => {
                write!(f, "paired round {round}: {fixtures} fixtures")
            }
            DeedWordsJson::FixtureAdded { key } => write!(f, "added the fixture {key}"),
            DeedWordsJson::FixtureRemoved { key } => write!(f, "removed the fixture {key}"),
            DeedWordsJson::FixtureChanged { key } => write!(f, "changed the fixture {key}"),
            DeedWordsJson::SidesSwapped { first, second } => {
                write!(f, "swapped sides of {first} and {second}")
            }
            DeedWordsJson::GroupSplit { group } => write!(f, "split group {group}"),
            DeedWordsJson::LateEntry { team, group } => {
                write!(f, "entered “{}” late in group {group}", team.name)
            }
            DeedWordsJson::Contested { key } => {
                write!(f, "{key} no longer follows from the results")
            }
            DeedWordsJson::Released { key } => write!(f, "{key} follows from the results again"),
            DeedWordsJson::Forfeit { walkovers } => {
                write!(f, "{walkovers} more walkovers, since a team has withdrawn")
            }
            DeedWordsJson::TeamEntered { team } => write!(f, "entered “{}”", team.name),
            DeedWordsJson::TeamDeleted { team } => write!(f, "deleted “{}”", team.name),
            DeedWordsJson::TeamRenamed { team, before } => {
                write!(f, "renamed “{before}” to “{}”", team.name)
            }
            DeedWordsJson::TeamChanged { team } => write!(f, "changed “{}”", team.name),
            DeedWordsJson::CheckIn { team, presence } => match presence {
                Presence::Present => write!(f, "“{}” is present", team.name),
                Presence::Absent => write!(f, "“{}” is absent", team.name),
                Presence::Unknown => write!(f, "took the check-in of “{}” back", team.name),
            },
            DeedWordsJson::TeamsEntered { count } => write!(f, "entered {count} teams"),
            DeedWordsJson::TeamsChanged { count } => write!(f, "entered or changed {count} teams"),
            DeedWordsJson::Settings { .. } => write!(f, "changed {}", self.settings_in_english()),
            DeedWordsJson::Undo { seq } => write!(f, "took deed {seq} back"),
            decision => decision.decision_in_english(f),
        }
    }
}

impl DeedWordsJson {
    fn settings_in_english(&self) -> String {
        let DeedWordsJson::Settings {
            name,
            starts_on,
            factor,
            sport,
            rules,
            standings,
        } = self
        else {
            return String::new();
        };
        let changes = [
            name.as_ref().map(|name| format!("the name to “{name}”")),
            starts_on
                .as_ref()
                .map(|day| format!("the first day to {day}")),
            factor.map(|factor| format!("the factor to {factor}")),
            sport.as_ref().map(|sport| format!("the sport to {sport}")),
            rules.then(|| "the rules".to_owned()),
            standings.then(|| "the points table".to_owned()),
        ];
        let changes: Vec<String> = changes.into_iter().flatten().collect();
        changes.join(", ")
    }

    fn decision_in_english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeedWordsJson::Order {
                group,
                best,
                teams,
                lots,
                ..
            } => {
                let names: Vec<&str> = teams.iter().map(|team| team.name.as_str()).collect();
                let of = match (group, best) {
                    (Some(group), _) => format!("group {group}"),
                    (None, best) => format!("the best of rank {}", best.unwrap_or_default()),
                };
                let how = match lots {
                    Some(lots) => format!("drew lots with the number {lots}"),
                    None => "decided the order".to_owned(),
                };
                write!(f, "{how} in {of}: {}", names.join(", "))
            }
            DeedWordsJson::PlayOff { group, keys } => {
                let keys: Vec<&str> = keys.iter().map(Key::as_str).collect();
                let plural = if keys.len() == 1 { "" } else { "s" };
                let keys = keys.join(", ");
                write!(f, "added the play-off{plural} {keys} of group {group}")
            }
            DeedWordsJson::PointsOff {
                team,
                group,
                points,
                ..
            } => {
                let unit = if *points == 1 { "point" } else { "points" };
                write!(
                    f,
                    "took {points} {unit} from “{}” in group {group}",
                    team.name
                )
            }
            DeedWordsJson::Withdrawal { team, .. } => write!(f, "“{}” withdrew", team.name),
            DeedWordsJson::Settlement { key } => write!(f, "decided about {key}"),
            DeedWordsJson::Correction {
                key,
                event,
                score,
                before,
            } => {
                write!(f, "corrected {key} by “{event}”")?;
                if let Some(ScoreJson { A, B }) = score {
                    write!(f, ": {A}–{B}")?;
                }
                if let Some(ScoreJson { A, B }) = before {
                    write!(f, " instead of {A}–{B}")?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
