//! A match comes into memory: its history is read page by page and folded, and its newest frames are encoded again.
//!
//! Only those that the window holds are encoded, each with the state after it: a long history costs no more memory than a
//! short one, but for what its fold and its ids need.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::clock_times::ClockTimes;
use super::frame::Frame;
use super::known::KnownIds;
use super::log::{Summary, WINDOW_BYTES, Window};
use super::quota::Usage;
use super::{Attendance, Codec, Inner, state_json};
use crate::domain::{MatchFold, MatchId, Seq};
use crate::store::{Recorded, StoreError};

/// No frame has fewer bytes beside its event's text: the smallest state has 300.
const FRAME_MIN_BYTES: usize = 300;
/// A window that is dearer to encode is left empty: so many events may be folded again for undos in it.
const REFOLDED_MAX: u64 = 1_000_000;

/// A match as the store has it, ready for its task.
pub struct Loaded {
    pub fold: MatchFold,
    pub ids: KnownIds,
    pub usage: Usage,
    pub clock_times: ClockTimes,
}

/// The newest frames of a replayed match.
pub struct LogTail {
    pub first: Seq,
    pub window: Window,
    pub summary: Summary,
}

impl LogTail {
    /// The frames after `seq`.
    pub fn after(self, seq: Seq) -> impl Iterator<Item = Frame> {
        let known = (seq + 1).saturating_sub(self.first);
        self.window
            .skip(usize::try_from(known).unwrap_or(usize::MAX))
    }
}

/// The things that are gathered while a history passes.
#[derive(Default)]
struct Gathered {
    ids: KnownIds,
    usage: Usage,
    clock_times: ClockTimes,
    newest: Newest,
}

/// The newest events, as many as the window may hold.
#[derive(Default)]
struct Newest {
    events: VecDeque<Recorded>,
    bytes: usize,
}

impl Newest {
    fn push(&mut self, recorded: Recorded) {
        let size = |recorded: &Recorded| recorded.event.body().len() + FRAME_MIN_BYTES;
        self.bytes += size(&recorded);
        self.events.push_back(recorded);
        while self.bytes > WINDOW_BYTES {
            let Some(oldest) = self.events.pop_front() else {
                return;
            };
            self.bytes -= size(&oldest);
        }
    }

    /// Encodes them again, each with the state after it. `fold` is that of the whole history, before and after.
    fn encode(self, codec: &dyn Codec, mut fold: MatchFold) -> (Window, MatchFold) {
        let mut window = Window::default();
        let Some(first) = self.events.front() else {
            return (window, fold);
        };
        fold.truncate(first.seq - 1);
        let before = fold.refolded();
        let mut events = self.events.into_iter();
        for recorded in events.by_ref() {
            fold.apply(recorded.event.play.clone());
            window.push(codec.event(&recorded, &state_json(&fold.state())));
            if fold.refolded() - before > REFOLDED_MAX {
                window = Window::default();
                break;
            }
        }
        let mut rest = events.peekable();
        if rest.peek().is_some() {
            window = Window::default();
            fold.extend(rest.map(|recorded| recorded.event.play));
        }
        (window, fold)
    }
}

impl Inner {
    /// Reads a match from the store: its fold, its ids and its newest frames.
    pub async fn load(&self, id: MatchId) -> Result<(Loaded, LogTail), StoreError> {
        let codec = self.codec;
        let shared = Arc::new(Mutex::new(Gathered::default()));
        let filling = shared.clone();
        let replayed = self
            .store
            .replay(id, move |recorded| {
                let gathered = &mut *filling.lock().unwrap_or_else(PoisonError::into_inner);
                let event = &recorded.event;
                gathered
                    .usage
                    .count(recorded.author, &event.play, event.body().len());
                gathered.clock_times.note(&recorded);
                gathered.ids.insert(&event.id, recorded.seq);
                gathered.newest.push(recorded);
            })
            .await;
        let (found, fold) = replayed?;
        let Gathered {
            ids,
            usage,
            clock_times,
            newest,
        } = std::mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
        let (window, fold) = tokio::task::spawn_blocking(move || newest.encode(codec, fold))
            .await
            .map_err(|error| StoreError::Unexpected(error.to_string()))?;
        let setup = Arc::new(found.setup);
        let summary = Summary {
            setup,
            status: fold.status(),
            attendance: self
                .board
                .summary(id)
                .map_or(Attendance::None, |summary| summary.attendance),
            seq: fold.seq(),
            state: state_json(&fold.state()),
            updated_at: found.updated_at,
            clock_at: clock_times.current(&fold),
        };
        let first = fold.seq() + 1 - window.len() as Seq;
        Ok((
            Loaded {
                fold,
                ids,
                usage,
                clock_times,
            },
            LogTail {
                first,
                window,
                summary,
            },
        ))
    }
}
