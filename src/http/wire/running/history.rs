//! The history of what organisers did, in words.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::deed_english::in_english;
use super::deed_words::{DeedWordsJson, SettledJson};
use crate::domain::tournament::deed::{Deed, DeedSeq};
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
    what: DeedWordsJson,
    /// The choices for matches that no longer followed from the results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settled: Vec<SettledJson>,
    /// The deed in words, in English.
    does: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undone: bool,
    /// The deed that it took back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<DeedSeq>,
    /// An undo takes back this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undoable: bool,
}

impl From<&LaidDown> for DeedsJson {
    fn from(laid: &LaidDown) -> DeedsJson {
        let undone = laid.undone();
        let last = laid.last_deed().map(|recorded| recorded.seq);
        let deeds = laid.deeds.iter().rev();
        let lines = deeds.map(|recorded| DeedJson {
            undoable: last == Some(recorded.seq),
            ..line(laid, recorded, &undone)
        });
        DeedsJson {
            deeds: lines.collect(),
        }
    }
}

fn line(laid: &LaidDown, recorded: &RecordedDeed, undone: &BTreeSet<DeedSeq>) -> DeedJson {
    let what = DeedWordsJson::of(laid, &recorded.deed);
    let settled = SettledJson::all(&recorded.deed);
    DeedJson {
        seq: recorded.seq,
        at: timestamp(recorded.at),
        by: Some(&recorded.by.device)
            .filter(|device| !recorded.deed.follows_by_itself() && !device.is_empty())
            .cloned(),
        kind: kind(&recorded.deed),
        does: in_english(&what, &settled),
        what,
        settled,
        undoable: false,
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
    what: DeedWordsJson,
    /// The choices for matches that no longer followed from the results, taken back with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settled: Vec<SettledJson>,
    /// The deed in words, in English.
    does: String,
}

impl UndoneJson {
    pub fn new(laid: &LaidDown, recorded: &RecordedDeed) -> UndoneJson {
        let what = DeedWordsJson::of(laid, &recorded.deed);
        let settled = SettledJson::all(&recorded.deed);
        UndoneJson {
            undone: recorded.seq,
            does: in_english(&what, &settled),
            what,
            settled,
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
