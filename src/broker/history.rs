//! The part of a match's history that is older than what memory holds, read from the store page by page.
//!
//! The frames carry the state after each event, so the match is folded again from its beginning. That is work, so only a
//! few watchers may do it at a time; while one is written to, it has no more than a page and the fold.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::log::Placed;
use super::{Codec, state_json};
use crate::domain::{MatchFold, MatchId, Seq};
use crate::store::{Fixture, Portion, Store, StoreError};

/// What a watcher holds while it is written to.
const PAGE: Portion = Portion {
    events: 64,
    bytes: 64 * 1024,
};
/// Watchers that may read old history at the same time; the others wait.
pub const READERS: usize = 4;

/// One watcher's way through old history.
pub struct History {
    store: Store,
    codec: &'static dyn Codec,
    id: MatchId,
    fold: MatchFold,
    after: Seq,
    readers: Arc<Semaphore>,
}

impl History {
    pub fn new(
        store: Store,
        codec: &'static dyn Codec,
        fixture: &Fixture,
        after: Seq,
        readers: Arc<Semaphore>,
    ) -> History {
        let fold = MatchFold::new(fixture.rules.clone());
        History {
            store,
            codec,
            id: fixture.id,
            fold,
            after,
            readers,
        }
    }

    /// The next frames after where the watcher is; empty when there are none in the store yet.
    pub async fn next_page(&mut self) -> Result<Vec<Placed>, StoreError> {
        // Held while reading, never while the watcher is written to: one that does not read keeps nobody waiting.
        let _permit = self.readers.clone().acquire_owned().await;
        loop {
            let page = self.store.events(self.id, self.fold.seq(), PAGE).await?;
            if page.is_empty() {
                return Ok(Vec::new());
            }
            let mut frames = Vec::with_capacity(page.len());
            for recorded in page {
                self.fold.apply(recorded.event.play.clone());
                if recorded.seq > self.after {
                    let frame = self.codec.event(&recorded, &state_json(&self.fold.state()));
                    frames.push((recorded.seq, frame));
                }
            }
            if !frames.is_empty() {
                return Ok(frames);
            }
        }
    }
}
