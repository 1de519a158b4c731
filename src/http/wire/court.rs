//! The JSON of a court.

use schemars::JsonSchema;
use serde::Serialize;

use crate::broker::Summary;
use crate::domain::{Court, CourtId, MatchId, Revision, Status};
use crate::store::Revised;

/// A court, and what is played there.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Court")]
pub struct CourtJson<'a> {
    id: CourtId,
    name: &'a str,
    /// The match that a referee on this court scores now: the one being played, else the next.
    #[serde(rename = "currentMatchID")]
    current_match: Option<MatchId>,
    #[serde(rename = "nextMatchIDs")]
    next_matches: Vec<MatchId>,
    /// The revision of the last change, for `If-Match`.
    revision: Revision,
}

impl<'a> CourtJson<'a> {
    /// `matches` in the order in which they are played.
    pub fn new(found: &'a Revised<Court>, matches: &[Summary]) -> CourtJson<'a> {
        let court = &found.value;
        let open = |playing: bool| {
            let wanted = move |summary: &&Summary| match summary.status {
                Status::Live | Status::Suspended => playing,
                Status::Scheduled => !playing,
                Status::Finished => false,
            };
            matches
                .iter()
                .filter(wanted)
                .map(|summary| summary.setup.id)
        };
        let mut waiting = open(true).chain(open(false));
        CourtJson {
            id: court.id,
            name: &court.name,
            current_match: waiting.next(),
            next_matches: waiting.collect(),
            revision: found.revision,
        }
    }
}
