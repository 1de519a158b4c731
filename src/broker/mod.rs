//! Who publishes, who receives, and in which order: one task per match, one log per match, one board per venue.
//!
//! The broker knows no sockets and no public JSON: the outside gives it a [`Codec`] that encodes each frame once.
//!
//! Over 400 lines: everything that the outside may ask, in one place; most of it is one message to a task.

mod bells;
mod board;

mod clock_times;
mod desk;
mod devices;
mod frame;
mod history;
mod known;
mod left_aside;
mod loading;
mod log;
mod match_task;
mod messages;
mod outbox;
mod pace;
mod presence;
mod quota;
mod referees;
mod seats;
mod setups;
#[cfg(test)]
mod testing;
mod welcomes;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::sync::{OnceCell, mpsc, oneshot};

pub use bells::{Bell, Bells, StreamKey};
pub use board::BoardCursor;
pub use devices::{DeviceLine, DeviceReport, Presence};
pub use frame::Frame;
pub use history::History;
pub use log::{BATCH_FRAMES, Batch, Cursor, End, From, MatchCursor, Placed, Pulled, Summary};
pub use messages::{
    Accepted, Answer, By, Closing, Joining, Notice, Publisher, Submission, Withdrawn,
};
pub use presence::Attendance;
pub use seats::{Device, Duty, SeatId};

use board::Board;
use history::Histories;
use log::Log;
use match_task::{MAILBOX, MatchTask};
use messages::Command;
use outbox::Notices;
use quota::EVENTS_MAX;

use crate::clock::{self, Clock, WallMs};
use crate::domain::{MatchId, MatchState, Seq, Status, TournamentId};
use crate::store::{self, Recorded, Store, StoreError};

/// How the outside wants its frames. Implemented once, where the public JSON is derived.
pub trait Codec: Send + Sync {
    /// What a watcher of a match gets first.
    fn welcome(&self, summary: &Summary) -> Frame;
    fn event(&self, recorded: &Recorded, state: &RawValue) -> Frame;
    /// For a watcher that was too slow: where the match stands now.
    fn resync(&self, summary: &Summary) -> Frame;
    /// What a watcher of the venue gets first.
    fn board(&self, summaries: &[&Summary]) -> Frame;
    fn changed(&self, summary: &Summary) -> Frame;
    fn deleted(&self, id: MatchId) -> Frame;
    /// Something was decided in a tournament.
    fn decided(&self, id: TournamentId) -> Frame;
    /// The plan of the day has changed.
    fn planned(&self) -> Frame;
}

/// What the broker is told at the start.
pub struct Settings {
    /// After this long without a referee a match leaves memory.
    pub referee_gc: Duration,
    /// Events a second that one referee may send, on average; 0 for no limit.
    pub events_per_second: u32,
}

/// The registry of the matches in memory. Cheap to clone.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    codec: &'static dyn Codec,
    referee_gc: Duration,
    events_per_second: u32,
    board: Board,
    topics: Mutex<HashMap<MatchId, Arc<OnceCell<Topic>>>>,
    histories: Histories,
    /// Held while a match that was left aside is opened or deleted, or one that is very long is read.
    one_by_one: tokio::sync::Mutex<()>,
    counters: Counters,
}

/// A match in memory, as the registry knows it.
#[derive(Clone)]
struct Topic {
    log: Arc<Log>,
    mailbox: mpsc::Sender<Command>,
}

#[derive(Default)]
struct Counters {
    events: AtomicU64,
}

impl Counters {
    fn count_events(&self, events: usize) {
        self.events.fetch_add(events as u64, Ordering::Relaxed);
    }
}

/// Numbers for whoever watches the server.
pub struct Stats {
    pub matches_in_memory: usize,
    pub match_watchers: usize,
    pub venue_watchers: usize,
    pub events_stored: u64,
}

/// The JSON of a state. A state has only plain fields and text keys, so this cannot fail.
fn state_json(state: &MatchState) -> Arc<RawValue> {
    match serde_json::value::to_raw_value(state) {
        Ok(raw) => Arc::from(raw),
        Err(_) => Arc::from(RawValue::NULL.to_owned()),
    }
}

/// The moment that stored ones are compared with. Those of a clock that had not been told the time mean nothing to one
/// that has: only to each other.
fn now_as_known(clock: &Clock, newest: Option<WallMs>) -> WallMs {
    newest
        .filter(|newest| *newest < clock::RIGHT_SINCE)
        .unwrap_or_else(|| clock.now_ms())
}

/// A match that is being played waits for its referee; the time begins anew, because nobody could be there while the
/// server was not.
fn attendance_at_start(
    store: &Store,
    found: &store::Match,
    now: WallMs,
    gc: Duration,
) -> Attendance {
    let played = matches!(found.state.status, Status::Live | Status::Suspended)
        && !store.is_left_aside(found.setup.id)
        && i128::from(now - found.updated_at) <= gc.as_millis() as i128;
    if played {
        Attendance::Awaited
    } else {
        Attendance::None
    }
}

impl Inner {
    fn topics(&self) -> MutexGuard<'_, HashMap<MatchId, Arc<OnceCell<Topic>>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a match out of the registry, if it is still the same one.
    fn forget(&self, id: MatchId, log: &Arc<Log>) {
        let mut topics = self.topics();
        let same = topics
            .get(&id)
            .and_then(|cell| cell.get())
            .is_some_and(|topic| Arc::ptr_eq(&topic.log, log));
        if same {
            topics.remove(&id);
        }
    }
}

impl Broker {
    /// Reads the list of matches and takes up those that were being played when the server last stopped.
    pub async fn start(
        store: Store,
        clock: Clock,
        codec: &'static dyn Codec,
        settings: Settings,
    ) -> Result<Broker, StoreError> {
        let matches = store.matches().await?;
        let newest = matches.iter().map(|found| found.updated_at).max();
        let (now, gc) = (now_as_known(&clock, newest), settings.referee_gc);
        let summaries: Vec<Summary> = matches
            .into_iter()
            .map(|found| Summary {
                status: found.state.status,
                attendance: attendance_at_start(&store, &found, now, gc),
                seq: found.seq,
                state: state_json(&found.state),
                updated_at: found.updated_at,
                clock_at: None,
                setup: Arc::new(found.setup),
            })
            .collect();
        let live: Vec<MatchId> = summaries
            .iter()
            .filter(|summary| summary.attendance.is_live())
            .map(|summary| summary.setup.id)
            .collect();
        let broker = Broker(Arc::new(Inner {
            store,
            clock,
            codec,
            referee_gc: settings.referee_gc,
            events_per_second: settings.events_per_second,
            board: Board::new(summaries),
            topics: Mutex::new(HashMap::new()),
            histories: Histories::new(),
            one_by_one: tokio::sync::Mutex::default(),
            counters: Counters::default(),
        }));
        for id in live {
            broker.0.store.taking_up(id);
            broker.take_up(id).await;
        }
        broker.0.store.all_taken_up();
        Ok(broker)
    }

    /// A match that cannot be read keeps no other from being played; it is tried again when somebody asks for it.
    async fn take_up(&self, id: MatchId) {
        let Err(error) = self.topic(id).await else {
            return;
        };
        tracing::error!("match {id} cannot be read: {error}");
        if let Some(mut summary) = self.summary(id) {
            summary.attendance = Attendance::None;
            self.0.board.report(summary);
        }
    }

    /// A match in memory, read from the store when it isn't there. Many who ask at once cause one reading.
    async fn topic(&self, id: MatchId) -> Result<Topic, StoreError> {
        self.not_left_aside(id)?;
        let long = self.summary(id).is_some_and(|found| found.seq > EVENTS_MAX);
        if !long || self.loaded(id).is_some() {
            return self.bring(id).await;
        }
        // From before there was a quota: if memory is too small for it, the next start knows.
        let _one = self.0.one_by_one.lock().await;
        self.0.store.taking_up(id);
        let topic = self.bring(id).await;
        self.0.store.all_taken_up();
        topic
    }

    /// The same of any match.
    async fn bring(&self, id: MatchId) -> Result<Topic, StoreError> {
        let cell = self.0.topics().entry(id).or_default().clone();
        let mut fresh = false;
        let topic = cell
            .get_or_try_init(|| async {
                fresh = true;
                let (loaded, tail) = self.0.load(id).await?;
                let lately = tail.summary.attendance.is_live();
                let log = Arc::new(Log::new(tail.window, tail.first, tail.summary));
                let (mailbox, commands) = mpsc::channel(MAILBOX);
                let task = MatchTask::new(self.0.clone(), id, loaded, log.clone(), lately);
                tokio::spawn(task.run(commands));
                Ok(Topic { log, mailbox })
            })
            .await;
        if let Ok(topic) = &topic {
            if fresh {
                self.0.catch_up_with_board(id, topic).await;
            }
        } else {
            let mut topics = self.0.topics();
            if topics.get(&id).is_some_and(|known| known.get().is_none()) {
                topics.remove(&id);
            }
        }
        topic.cloned()
    }

    /// Sends a command that is answered; takes a second try when the match was just leaving memory.
    async fn ask<T>(
        &self,
        id: MatchId,
        command: impl Fn(oneshot::Sender<T>) -> Command,
    ) -> Result<(T, Topic), StoreError> {
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let topic = self.topic(id).await?;
            let (reply, answer) = oneshot::channel();
            if topic.mailbox.send(command(reply)).await.is_ok()
                && let Ok(answer) = answer.await
            {
                return Ok((answer, topic));
            }
            self.0.forget(id, &topic.log);
        }
        Err(crate::store::Fault::Stopped.into())
    }

    /// Follows a match.
    pub async fn watch(&self, id: MatchId, from: From) -> Result<MatchCursor, StoreError> {
        Ok(self.topic(id).await?.log.cursor(from, self.0.codec))
    }

    /// Follows the venue, or one tournament of it.
    pub fn watch_venue(&self, tournament: Option<TournamentId>) -> BoardCursor {
        self.0.board.cursor(tournament, self.0.codec)
    }

    /// The events of a match that are older than what memory holds.
    pub fn history(&self, id: MatchId, after: Seq, page_bytes: usize) -> History {
        History::new(self.clone(), id, after, page_bytes)
    }

    /// Seats a referee's connection at a match.
    pub async fn join(&self, id: MatchId, joining: Joining) -> Result<Seat, StoreError> {
        let ((seat, notices), topic) = self
            .ask(id, |reply| Command::Join {
                joining: joining.clone(),
                reply,
            })
            .await?;
        Ok(Seat {
            id: seat,
            mailbox: topic.mailbox,
            notices,
        })
    }

    /// Publishes events without a seat: over plain HTTP, or as an organiser's corrections.
    pub async fn publish(
        &self,
        id: MatchId,
        publisher: Publisher,
        events: Vec<Submission>,
    ) -> Result<Vec<Answer>, StoreError> {
        let publish = |reply| Command::Publish {
            publisher: publisher.clone(),
            events: events.clone(),
            reply,
        };
        self.ask(id, publish).await.map(|(answers, _)| answers)
    }

    pub fn summary(&self, id: MatchId) -> Option<Summary> {
        self.0.board.summary(id)
    }

    pub fn summaries(&self, tournament: Option<TournamentId>) -> Vec<Summary> {
        self.0.board.summaries(tournament)
    }

    pub fn stats(&self) -> Stats {
        let topics = self.0.topics();
        let logs = topics.values().filter_map(|cell| cell.get());
        Stats {
            matches_in_memory: topics.len(),
            match_watchers: logs.map(|topic| topic.log.watchers()).sum(),
            venue_watchers: self.0.board.watchers(),
            events_stored: self.0.counters.events.load(Ordering::Relaxed),
        }
    }

    /// Takes the last events of every referee, then ends every stream.
    pub async fn stop(&self) {
        let topics: Vec<Topic> = self
            .0
            .topics()
            .values()
            .filter_map(|cell| cell.get().cloned())
            .collect();
        for topic in &topics {
            // A mailbox that is closed has nothing left to stop.
            let _ = topic.mailbox.send(Command::Stop).await;
        }
        for topic in &topics {
            topic.mailbox.closed().await;
        }
        self.0.board.end(End::Restart);
    }
}

/// A referee's connection at a match.
pub struct Seat {
    id: SeatId,
    mailbox: mpsc::Sender<Command>,
    notices: Notices,
}

impl Seat {
    /// Hands in one event; the answer comes as a notice. `false` when the match has ended this seat.
    pub async fn submit(&self, event: Submission) -> bool {
        self.mailbox
            .send(Command::Submit {
                seat: self.id,
                event,
            })
            .await
            .is_ok()
    }

    /// The next thing this connection is told; `None` when the match gave it up.
    pub async fn notice(&mut self) -> Option<Notice> {
        self.notices.next().await
    }

    pub async fn leave(self) {
        // A match that has left memory needs no good-bye.
        let _ = self.mailbox.send(Command::Leave(self.id)).await;
    }
}
