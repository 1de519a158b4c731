//! The history of the plan: what organisers did to it, and the last deed taken back.

use std::collections::BTreeSet;

use super::proposing::name_of;
use crate::domain::plan::{HallDeed, Rebooked, Why};
use crate::domain::{MatchId, Status};
use crate::organising::{Hall, Refused};
use crate::store::{DoneBy, RecordedHallDeed};

/// The deeds that are shown, and looked through for one that can be taken back.
const DEEDS_SHOWN: usize = 200;

impl Hall {
    /// The deeds of organisers on the plan, the newest first.
    pub async fn hall_deeds(&self) -> Result<Vec<RecordedHallDeed>, Refused> {
        Ok(self.store.hall_deeds(DEEDS_SHOWN).await?)
    }

    /// Takes the last change of the plan or of its settings back, and returns its number. Matches that everybody sees go back for
    /// everybody; a plan that was published stays so.
    pub async fn undo_plan(&self, by: DoneBy) -> Result<u64, Refused> {
        let deeds = self.hall_deeds().await?;
        let last = last_undoable(&deeds).ok_or(Refused::NothingToUndo)?;
        let why = Why::Undo { seq: last.seq };
        match &last.deed {
            HallDeed::Plan { changes, .. } => {
                if let Some(begun) = changes.iter().find_map(|change| self.begun(change.of)) {
                    return Err(Refused::Contradicts(format!(
                        "{begun} has begun since: the change before it stays. Move the others by hand"
                    )));
                }
                let back = changes.iter().rev().map(|change| Rebooked {
                    of: change.of,
                    before: change.after.clone(),
                    after: change.before.clone(),
                });
                self.rebook(why, back.collect(), by).await?;
            }
            HallDeed::Settings { before, .. } => {
                let (hall, before) = (self.clone(), (**before).clone());
                self.act(async move {
                    hall.store.set_plan_settings(before, why, by).await?;
                    hall.planned();
                    Ok(())
                })
                .await?;
            }
            HallDeed::Publish { .. } => return Err(Refused::NothingToUndo),
        }
        Ok(last.seq)
    }

    /// The name of a match that has begun, or is gone; `None` while it is to come.
    fn begun(&self, id: MatchId) -> Option<String> {
        let Some(summary) = self.broker.summary(id) else {
            return Some("a match that was deleted".to_owned());
        };
        (summary.status != Status::Scheduled).then(|| name_of(&summary.setup))
    }
}

/// The deed that an undo takes back: the newest that is neither an undo nor taken back.
pub fn last_undoable(deeds: &[RecordedHallDeed]) -> Option<&RecordedHallDeed> {
    let undone: BTreeSet<u64> = deeds.iter().filter_map(|of| of.deed.undoes()).collect();
    deeds.iter().find(|recorded| {
        let changes = !matches!(recorded.deed, HallDeed::Publish { .. });
        changes && recorded.deed.undoes().is_none() && !undone.contains(&recorded.seq)
    })
}
