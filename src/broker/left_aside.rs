//! Matches that a start died of: nothing of them is in memory until an organiser has decided.

use super::{Broker, Summary};
use crate::domain::MatchId;
use crate::store::StoreError;

impl Broker {
    /// The matches that are left aside, as their rows have them.
    pub fn left_aside(&self) -> Vec<Summary> {
        let ids = self.0.store.left_aside();
        ids.into_iter().filter_map(|id| self.summary(id)).collect()
    }

    /// Refuses a match that is left aside, before anything is promised to who asks for it.
    pub fn not_left_aside(&self, id: MatchId) -> Result<(), StoreError> {
        match self.0.store.is_left_aside(id) {
            true => Err(StoreError::LeftAside),
            false => Ok(()),
        }
    }

    /// Takes up a match that was left aside. If the program ends over it once more, it stays aside.
    pub async fn open_left_aside(&self, id: MatchId) -> Result<(), StoreError> {
        let _one = self.0.one_by_one.lock().await;
        if !self.0.store.is_left_aside(id) {
            return Ok(());
        }
        // It is still in the list: the next start leaves it aside whatever happens here.
        self.bring(id).await?;
        self.0.store.take_back(id).await
    }
}
