//! One log, many cursors: the frames of a match, encoded once and kept in memory, and the places in it where each
//! watcher is.
//!
//! Late joining, resuming, live watching and slow watching are one mechanism: write everything from the cursor to
//! the end. No queue belongs to a watcher and no watcher can make another wait. The window of frames is bounded
//! in bytes; who joins further back than the window reads the store ([`super::history`]), and who falls out of
//! it while watching gets the state instead ("resync").
//!
//! Over 400 lines by its tests.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use arrayvec::ArrayVec;
use serde_json::value::RawValue;
use tokio::sync::watch;

use super::Codec;
use super::bells::Bells;
use super::frame::Frame;
use super::presence::Attendance;
use crate::clock::WallMs;
use crate::domain::{MatchSetup, Seq, Status, TournamentId};

/// Frames kept in memory for one match: about 3,000 events of badminton, or 128 of the largest kind.
pub const WINDOW_BYTES: usize = 2 * 1024 * 1024;
/// The most frames, and about the most bytes, that one `write` takes.
pub const BATCH_FRAMES: usize = 128;
const BATCH_BYTES: usize = 64 * 1024;

/// Why a stream of frames ends for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// No referee for so long that the match left memory.
    Idle,
    Deleted,
    /// The server stops; it will be back.
    Restart,
}

/// What the lists show of a match.
#[derive(Debug, Clone)]
pub struct Summary {
    pub setup: Arc<MatchSetup>,
    pub status: Status,
    pub attendance: Attendance,
    pub seq: Seq,
    /// The JSON of the state.
    pub state: Arc<RawValue>,
    pub updated_at: WallMs,
    /// When its clock was last touched, so that a running one can be shown. Unknown until the match is in memory.
    pub clock_at: Option<WallMs>,
}

impl Summary {
    pub fn tournament(&self) -> Option<TournamentId> {
        self.setup.tournament.as_ref().map(|of| of.id)
    }
}

/// A frame and its place in the stream: the `seq` of an event, the version of a board.
pub type Placed = (u64, Frame);
pub type Batch = ArrayVec<Placed, BATCH_FRAMES>;

/// What a cursor has for its watcher now.
#[derive(Debug, PartialEq, Eq)]
pub enum Pulled {
    /// The batch holds the next frames.
    Frames,
    Nothing,
    /// The next frames are older than what memory holds: read the store up to this `seq`.
    History(Seq),
    End(End),
}

/// A place in a stream of frames. A watcher pulls, writes, and seeks back to what it could not write.
pub trait Cursor: Send + Sync + 'static {
    /// Moves past the next frames and hands them over.
    fn pull(&mut self, batch: &mut Batch) -> Pulled;
    /// Goes on after the frame at this place.
    fn seek(&mut self, place: u64);
    /// The place of the last frame that was pulled.
    fn place(&self) -> u64;
    /// Waits until there may be more to pull.
    fn grown(&mut self) -> impl Future<Output = ()> + Send + Sync;
    /// For those who wait for many streams at once: what is rung when there may be more.
    fn bells(&self) -> &Arc<Bells>;
}

/// The newest frames of a match, no more bytes of them than [`WINDOW_BYTES`].
#[derive(Default)]
pub struct Window {
    frames: VecDeque<Frame>,
    bytes: usize,
}

impl Window {
    /// Says how many of the oldest frames had to go.
    pub fn push(&mut self, frame: Frame) -> u64 {
        self.bytes += frame.bytes().len();
        self.frames.push_back(frame);
        let mut gone = 0;
        while self.bytes > WINDOW_BYTES {
            let Some(oldest) = self.frames.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes().len();
            gone += 1;
        }
        gone
    }

    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// The frames without the first few.
    pub fn skip(self, first: usize) -> impl Iterator<Item = Frame> {
        self.frames.into_iter().skip(first)
    }
}

/// The writing end of a match's log. The match's task owns it.
pub struct Log {
    tail: watch::Sender<Tail>,
    bells: Arc<Bells>,
}

struct Tail {
    window: Window,
    /// The seq of the first frame in `window`, or of the next to come.
    first: Seq,
    summary: Summary,
    welcome: OnceLock<Frame>,
    resync: OnceLock<Frame>,
    end: Option<End>,
}

impl Tail {
    fn set_summary(&mut self, summary: Summary) {
        self.summary = summary;
        self.welcome = OnceLock::new();
        self.resync = OnceLock::new();
    }
}

impl Log {
    /// A log that holds the frames from `first` on.
    pub fn new(window: Window, first: Seq, summary: Summary) -> Log {
        let tail = Tail {
            window,
            first,
            summary,
            welcome: OnceLock::new(),
            resync: OnceLock::new(),
            end: None,
        };
        Log {
            tail: watch::Sender::new(tail),
            bells: Arc::default(),
        }
    }

    /// Shows new events to every watcher. Who plays and where stays as the log has it.
    pub fn append(&self, frames: impl IntoIterator<Item = Frame>, summary: Summary) {
        self.tail.send_modify(|tail| {
            for frame in frames {
                tail.first += tail.window.push(frame);
            }
            let setup = tail.summary.setup.clone();
            tail.set_summary(Summary { setup, ..summary });
        });
        self.bells.ring();
    }

    /// Changes what the next watchers are welcomed with; wakes nobody.
    pub fn set_attendance(&self, attendance: Attendance) {
        self.tail.send_if_modified(|tail| {
            let summary = Summary {
                attendance,
                ..tail.summary.clone()
            };
            tail.set_summary(summary);
            false
        });
    }

    /// Changes what the next watchers are told of who plays and where; wakes nobody.
    pub fn set_setup(&self, setup: Arc<MatchSetup>) {
        self.tail.send_if_modified(|tail| {
            let summary = Summary {
                setup,
                ..tail.summary.clone()
            };
            tail.set_summary(summary);
            false
        });
    }

    pub fn summary(&self) -> Summary {
        self.tail.borrow().summary.clone()
    }

    pub fn end(&self, end: End) {
        self.tail.send_modify(|tail| tail.end = Some(end));
        self.bells.ring();
    }

    pub fn watchers(&self) -> usize {
        self.tail.receiver_count()
    }

    pub fn cursor(&self, from: From, codec: &'static dyn Codec) -> MatchCursor {
        MatchCursor {
            tail: self.tail.subscribe(),
            bells: self.bells.clone(),
            codec,
            next: Err(from),
            in_window: false,
        }
    }
}

/// Where a new watcher wants to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// After this event; 0 is the whole history.
    After(Seq),
    /// With the next event that happens.
    Now,
}

/// One watcher's place in a match's log.
pub struct MatchCursor {
    tail: watch::Receiver<Tail>,
    bells: Arc<Bells>,
    codec: &'static dyn Codec,
    /// The seq of the next frame; before the welcome, where the watcher wants to begin.
    next: Result<Seq, From>,
    /// The cursor has been inside the window: if it falls out, it was too slow.
    in_window: bool,
}

impl Cursor for MatchCursor {
    fn pull(&mut self, batch: &mut Batch) -> Pulled {
        let tail = self.tail.borrow_and_update();
        let seq = tail.summary.seq;
        let next = match self.next {
            Ok(next) => next,
            Err(from) => {
                let after = match from {
                    From::After(after) => after.min(seq),
                    From::Now => seq,
                };
                self.next = Ok(after + 1);
                let welcome = tail
                    .welcome
                    .get_or_init(|| self.codec.welcome(&tail.summary));
                batch.push((after, welcome.clone()));
                return Pulled::Frames;
            }
        };
        if next < tail.first && !self.in_window {
            return Pulled::History(tail.first - 1);
        }
        if next < tail.first {
            let resync = tail.resync.get_or_init(|| self.codec.resync(&tail.summary));
            batch.push((seq, resync.clone()));
            self.next = Ok(seq + 1);
            return Pulled::Frames;
        }
        self.in_window = true;
        let skip = usize::try_from(next - tail.first)
            .unwrap_or(usize::MAX)
            .min(tail.window.len());
        let mut bytes = 0;
        for (place, frame) in (next..).zip(tail.window.frames.range(skip..)) {
            bytes += frame.bytes().len();
            if batch.is_full() || (bytes > BATCH_BYTES && !batch.is_empty()) {
                break;
            }
            batch.push((place, frame.clone()));
        }
        self.next = Ok(next + batch.len() as Seq);
        match (batch.is_empty(), tail.end) {
            (false, _) => Pulled::Frames,
            (true, Some(end)) => Pulled::End(end),
            (true, None) => Pulled::Nothing,
        }
    }

    fn seek(&mut self, place: u64) {
        self.next = Ok(place + 1);
    }

    fn place(&self) -> u64 {
        self.next.map_or(0, |next| next - 1)
    }

    async fn grown(&mut self) {
        // The sending end is gone only after an end was told.
        let _ = self.tail.changed().await;
    }

    fn bells(&self) -> &Arc<Bells> {
        &self.bells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::testing;

    fn log(events: u64, size: usize) -> Log {
        let log = Log::new(Window::default(), 1, testing::summary(0));
        for seq in 1..=events {
            log.append([testing::frame(&"x".repeat(size))], testing::summary(seq));
        }
        log
    }

    fn places(cursor: &mut MatchCursor) -> (Vec<u64>, Pulled) {
        let mut all = Vec::new();
        loop {
            let mut batch = Batch::new();
            match cursor.pull(&mut batch) {
                Pulled::Frames => all.extend(batch.iter().map(|(place, _)| *place)),
                other => return (all, other),
            }
        }
    }

    #[test]
    fn a_late_watcher_gets_the_welcome_and_then_every_event_once() {
        let mut cursor = log(100, 10).cursor(From::After(0), &testing::CODEC);
        assert_eq!(places(&mut cursor), ((0..=100).collect(), Pulled::Nothing));
    }

    #[test]
    fn a_watcher_begins_after_the_seq_it_names_or_now() {
        let log = log(10, 10);
        let mut after = log.cursor(From::After(7), &testing::CODEC);
        let mut now = log.cursor(From::Now, &testing::CODEC);
        let mut beyond = log.cursor(From::After(99), &testing::CODEC);
        assert_eq!(places(&mut after).0, [7, 8, 9, 10]);
        assert_eq!(places(&mut now).0, [10]);
        assert_eq!(places(&mut beyond).0, [10]);
        log.append([testing::frame("new")], testing::summary(11));
        for cursor in [&mut after, &mut now, &mut beyond] {
            assert_eq!(places(cursor).0, [11]);
        }
    }

    #[test]
    fn what_could_not_be_written_is_pulled_again() {
        let mut cursor = log(5, 10).cursor(From::After(0), &testing::CODEC);
        places(&mut cursor);
        cursor.seek(3);
        assert_eq!(places(&mut cursor).0, [4, 5]);
    }

    #[test]
    fn who_falls_out_of_the_window_gets_the_state_and_goes_on() {
        let log = log(1, 10);
        let mut slow = log.cursor(From::After(0), &testing::CODEC);
        places(&mut slow);
        let many = (WINDOW_BYTES / 1000) as u64 + 10;
        for seq in 2..=many {
            log.append([testing::frame(&"x".repeat(1000))], testing::summary(seq));
        }
        assert_eq!(places(&mut slow).0, [many]);
        log.append([testing::frame("new")], testing::summary(many + 1));
        assert_eq!(places(&mut slow).0, [many + 1]);
    }

    #[test]
    fn who_joins_before_the_window_is_sent_to_the_store_for_what_is_older() {
        let log = log((WINDOW_BYTES / 1000) as u64 + 10, 1000);
        let mut cursor = log.cursor(From::After(2), &testing::CODEC);
        let (welcome, pulled) = places(&mut cursor);
        assert_eq!(welcome, [2]);
        let Pulled::History(up_to) = pulled else {
            panic!("{pulled:?}")
        };
        cursor.seek(up_to);
        assert_eq!(places(&mut cursor).0.first(), Some(&(up_to + 1)));
    }

    #[test]
    fn the_end_comes_after_the_last_event() {
        let log = log(2, 10);
        let mut cursor = log.cursor(From::After(0), &testing::CODEC);
        log.end(End::Idle);
        assert_eq!(places(&mut cursor), (vec![0, 1, 2], Pulled::End(End::Idle)));
    }
}
