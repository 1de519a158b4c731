//! A match comes into memory: its history is read once, folded, and its newest frames encoded again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::clock_times::ClockTimes;
use super::log::{Frame, Summary, push_bounded};
use super::{Inner, state_json};
use crate::domain::{EventId, MatchFold, MatchId, Seq};
use crate::store::{Fixture, StoreError};

/// A match as the store has it, ready for its task.
pub struct Loaded {
    pub fixture: Arc<Fixture>,
    pub fold: MatchFold,
    pub ids: HashMap<EventId, Seq>,
    pub clock_times: ClockTimes,
}

/// The newest frames of a replayed match.
pub struct LogTail {
    pub first: Seq,
    pub frames: VecDeque<Frame>,
    pub summary: Summary,
}

impl LogTail {
    /// The frames after `seq`.
    pub fn after(self, seq: Seq) -> VecDeque<Frame> {
        let known = (seq + 1).saturating_sub(self.first);
        self.frames
            .into_iter()
            .skip(usize::try_from(known).unwrap_or(usize::MAX))
            .collect()
    }
}

impl Inner {
    /// Reads a match from the store: its fold, its ids and its newest frames.
    pub async fn load(&self, id: MatchId) -> Result<(Loaded, LogTail), StoreError> {
        let codec = self.codec;
        let shared = Arc::new(Mutex::new((
            HashMap::new(),
            VecDeque::new(),
            ClockTimes::default(),
        )));
        let filling = shared.clone();
        let replayed = self
            .store
            .replay(id, move |recorded, state| {
                let frame = codec.event(&recorded, &state_json(&state));
                let (ids, frames, clock_times) =
                    &mut *filling.lock().unwrap_or_else(PoisonError::into_inner);
                clock_times.note(&recorded);
                ids.insert(recorded.event.id, recorded.seq);
                push_bounded(frames, frame);
            })
            .await;
        let (found, fold) = replayed?;
        let (ids, frames, clock_times) =
            std::mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
        let fixture = Arc::new(found.fixture);
        let summary = Summary {
            fixture: fixture.clone(),
            status: fold.status(),
            live: self.board.summary(id).is_some_and(|summary| summary.live),
            seq: fold.seq(),
            state: state_json(&fold.state()),
            updated_at: found.updated_at,
            clock_at: clock_times.current(&fold),
        };
        let first = fold.seq() + 1 - frames.len() as Seq;
        Ok((
            Loaded {
                fixture,
                fold,
                ids,
                clock_times,
            },
            LogTail {
                first,
                frames,
                summary,
            },
        ))
    }
}
