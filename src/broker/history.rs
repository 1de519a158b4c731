//! The part of a match's history that is older than what memory holds, read from the store page by page.
//!
//! The frames carry the state after each event, so a match has to be folded up to a page. That is work, so only a few
//! watchers may do it at a time; and a fold is memory, so a few are kept for all watchers together, each for whoever
//! goes on where it ends. A watcher that is being written to has nothing of either.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::log::Placed;
use super::{Broker, state_json};
use crate::domain::{MatchFold, MatchId, Play, Seq};
use crate::store::{PAGE, Portion, Recorded, StoreError};

/// Watchers that may read old history at the same time; the others wait.
const READERS: usize = 4;
/// The most events of a page.
const PAGE_EVENTS: usize = 64;
/// Folds that are kept for the next page of somebody: as many as have so many events in sum.
const KEPT_EVENTS: Seq = 200_000;

/// The things that all readers of old history share.
pub struct Histories {
    readers: Semaphore,
    folds: Mutex<VecDeque<(MatchId, MatchFold)>>,
}

impl Histories {
    pub fn new() -> Histories {
        Histories {
            readers: Semaphore::new(READERS),
            folds: Mutex::default(),
        }
    }

    /// A kept fold that is cheap to bring to the event after `seq`: the one of whoever asks, which ends there or within a page
    /// behind it; else the nearest before it.
    fn take(&self, id: MatchId, seq: Seq) -> Option<MatchFold> {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        let dear = |found: Seq| match found.checked_sub(seq) {
            Some(ahead) if ahead <= PAGE_EVENTS as Seq => ahead,
            Some(ahead) => Seq::MAX / 2 + ahead,
            None => PAGE_EVENTS as Seq + seq - found,
        };
        let best = (0..folds.len())
            .filter(|index| folds[*index].0 == id)
            .min_by_key(|index| dear(folds[*index].1.seq()))?;
        let (_, mut fold) = folds.remove(best)?;
        drop(folds);
        if fold.seq() > seq {
            fold.truncate(seq);
        }
        Some(fold)
    }

    fn keep(&self, id: MatchId, fold: MatchFold) {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        folds.push_back((id, fold));
        let mut events: Seq = folds.iter().map(|(_, fold)| fold.seq()).sum();
        while events > KEPT_EVENTS && folds.len() > 1 {
            let oldest = folds.pop_front();
            events -= oldest.map_or(0, |(_, fold)| fold.seq());
        }
    }
}

/// One watcher's way through old history.
pub struct History {
    broker: Broker,
    id: MatchId,
    after: Seq,
    /// How many bytes of frames a page has at most, or one frame.
    page_bytes: usize,
}

impl History {
    pub fn new(broker: Broker, id: MatchId, after: Seq, page_bytes: usize) -> History {
        History {
            broker,
            id,
            after,
            page_bytes,
        }
    }

    /// The next frames after where the watcher is; empty when there are none in the store yet.
    pub async fn next_page(&mut self) -> Result<Vec<Placed>, StoreError> {
        let shared = &self.broker.0.histories;
        // Held while reading, never while the watcher is written to: one that does not read keeps nobody waiting. An
        // error would mean that it was closed, which nobody does.
        let _permit = shared.readers.acquire().await.ok();
        let mut fold = match shared.take(self.id, self.after) {
            Some(fold) => fold,
            None => self.fresh()?,
        };
        self.reach(&mut fold).await?;
        let wanted = Portion {
            events: PAGE_EVENTS,
            bytes: self.page_bytes,
        };
        let page = self.broker.0.store.events(self.id, self.after, wanted);
        let frames = self.encode(page.await?, &mut fold);
        if let Some((place, _)) = frames.last() {
            self.after = *place;
        }
        shared.keep(self.id, fold);
        Ok(frames)
    }

    /// Goes on after this event: what came behind it in the last page was not written.
    pub fn seek(&mut self, after: Seq) {
        self.after = after;
    }

    fn fresh(&self) -> Result<MatchFold, StoreError> {
        let summary = self.broker.summary(self.id);
        let summary = summary.ok_or(StoreError::NotFound("match"))?;
        Ok(MatchFold::new(summary.setup.rules.clone()))
    }

    /// Folds what comes before the page.
    async fn reach(&self, fold: &mut MatchFold) -> Result<(), StoreError> {
        while fold.seq() < self.after {
            let before = Portion {
                events: usize::try_from(self.after - fold.seq())
                    .unwrap_or(usize::MAX)
                    .min(PAGE.events),
                ..PAGE
            };
            let page = self
                .broker
                .0
                .store
                .events(self.id, fold.seq(), before)
                .await?;
            if page.is_empty() {
                return Ok(());
            }
            let plays: Vec<Play> = page
                .into_iter()
                .map(|recorded| recorded.event.play)
                .collect();
            fold.extend(plays);
        }
        Ok(())
    }

    fn encode(&self, page: Vec<Recorded>, fold: &mut MatchFold) -> Vec<Placed> {
        let mut frames = Vec::with_capacity(page.len());
        let mut bytes = 0;
        for recorded in page {
            if recorded.seq != fold.seq() + 1 || bytes >= self.page_bytes {
                break;
            }
            fold.apply(recorded.event.play.clone());
            let frame = self
                .broker
                .0
                .codec
                .event(&recorded, &state_json(&fold.state()));
            bytes += frame.bytes().len();
            frames.push((recorded.seq, frame));
        }
        frames
    }
}
