//! The history of the plan: what organisers did to it, and the last deed taken back.

use std::collections::BTreeSet;

use crate::domain::plan::{HallDeed, Rebooked, Why};
use crate::organising::{Hall, Refused};
use crate::store::{DoneBy, RecordedHallDeed};

/// The deeds that are shown, and looked through for one that can be taken back.
const DEEDS_SHOWN: usize = 200;

impl Hall {
    /// The deeds of organisers on the plan, the newest first.
    pub async fn hall_deeds(&self) -> Result<Vec<RecordedHallDeed>, Refused> {
        Ok(self.store.hall_deeds(DEEDS_SHOWN).await?)
    }

    /// Takes the last change of the plan or of its settings back, and returns its number. What was shown to everybody stays shown.
    pub async fn undo_plan(&self, by: DoneBy) -> Result<u64, Refused> {
        let deeds = self.hall_deeds().await?;
        let last = last_undoable(&deeds).ok_or(Refused::NothingToUndo)?;
        let why = Why::Undo { seq: last.seq };
        match &last.deed {
            HallDeed::Plan { changes, .. } => {
                let back = changes.iter().rev().map(|change| Rebooked {
                    before: change.after,
                    after: change.before,
                    ..*change
                });
                self.rebook(why, back.collect(), by).await?;
            }
            HallDeed::Settings { before, .. } => {
                let (hall, before) = (self.clone(), (**before).clone());
                self.act(async move { Ok(hall.store.set_plan_settings(before, why, by).await?) })
                    .await?;
            }
            HallDeed::Publish { .. } => return Err(Refused::NothingToUndo),
        }
        Ok(last.seq)
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
