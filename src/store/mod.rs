//! Everything that is kept: one SQLite database, one thread that writes it, a few connections that read it.
//!
//! An answer from a writing method means that the change is fsynced. `rows`, `history`, `screens`, `sessions` and `access`
//! hold the SQL, `organising` an action of an organiser each, `running` a deed of a tournament with all that it changes, `plan` the day's programme; `writer` the group commit, `migrate` the
//! versions, `error` what can go wrong.

mod access;
mod aside;
mod code_key;
mod error;
mod file;
mod history;
mod lagging;
mod organising;
mod plan;
mod reading;
mod rights;
mod rows;
mod running;
mod screens;
mod sessions;
mod sports;
mod tables;
mod writer;

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, PoisonError};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use serde_json::value::RawValue;
use tokio::sync::{Semaphore, watch};

pub use access::{
    HeldToken, PHONES_PER_CODE, Redeemed, Redeeming, RefereeSecrets, RefereeToken, TokenHash, Worth,
};
pub use code_key::CodeHash;
pub use error::{Fault, OpenError, StoreError};
pub use file::backup::{BackupError, Restored, back_up, check_backup, restore};
pub use file::check::{Report, check};
pub use file::copy::{BACKUPS_FOLDER, Contents, is_read_only, sweep};
pub use file::disk::{Headroom, Room};
pub use file::opening::{READERS, database_in, open_beside};
pub use history::{PAGE, PlayTime, Portion, Recorded};
pub use plan::Published;
pub use rights::Settled;
pub use rows::Revised;
pub use rows::deeds::{DoneBy, RecordedDeed};
pub use rows::hall_deeds::RecordedHallDeed;
pub use rows::matches::{GameRules, Match, MatchChange, NewMatch, NewSide};
pub use rows::teams::TeamChange;
pub use running::{Changes, Done, NewEvents, TeamWrite};
pub use screens::Screen;
pub use sessions::{Beginning, SESSION_LENGTH, Session, SessionSecret, SessionSecrets};
pub use sports::{SportProblem, Sports};
pub use tables::SYNCED;

use crate::clock::Clock;
use crate::domain::{MatchFold, MatchId, Rules, Seq, Status, Venue};
use aside::Aside;
use code_key::CodeKey;
use file::guard::Guard;
use file::opening::{Settling, lock, open_writing, prepare_folder, readers};
use reading::Reading;
use writer::Writer;

/// The database file inside the data folder.
pub const DATABASE_FILE: &str = "courtside.db";
/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: r2d2::Pool<SqliteConnectionManager>,
    clock: Clock,
    venue: Arc<Venue>,
    thread: Arc<WriterThread>,
    file: Arc<Path>,
    code_key: Arc<CodeKey>,
    run: Arc<tokio::sync::Mutex<sessions::Run>>,
    /// How often a match was over after something was written to it.
    finished: watch::Sender<u64>,
    reading: Reading,
    aside: Aside,
    headroom: Arc<AtomicU8>,
    /// As many as there are reading connections: who waits for one has no thread yet.
    reading_turns: Arc<Semaphore>,
}

/// The writer's thread and the lock on the data folder, which is held until that thread has ended.
struct WriterThread {
    handle: Mutex<Option<writer::Thread>>,
    _lock: File,
}

impl Store {
    /// Opens (or makes) the database in `folder`. `name` renames the venue; `fresh` names a venue that is new.
    pub fn open(
        folder: &Path,
        clock: Clock,
        name: Option<&str>,
        fresh: impl FnOnce() -> Venue,
    ) -> Result<Store, OpenError> {
        let file = prepare_folder(folder)?;
        let lock = lock(folder)?;
        let mut connection = open_writing(&file)?;
        let failed = |error: StoreError| OpenError::from_store(file.clone(), error);
        let aside = Aside::open(folder, &connection).map_err(failed)?;
        let (catalogue, _) = Sports::in_data(folder).read();
        let settling = Settling {
            clock: &clock,
            name,
            aside: &aside,
            catalogue: &catalogue,
        };
        let (venue, memory) = settling.settle(&mut connection, fresh).map_err(failed)?;
        let code_key = CodeKey::settle(folder, &mut connection, &file)?;
        let readers = readers(&file).map_err(|error| failed(error.into()))?;
        let now = clock.now_ms();
        let guard = Guard::of(&file).map_err(|error| failed(error.into()))?;
        let (writer, handle) = Writer::start(connection, memory, guard)
            .map_err(|error| failed(Fault::Io(error.to_string()).into()))?;
        Ok(Store {
            writer,
            readers,
            clock,
            venue: Arc::new(venue),
            file: file.into(),
            code_key: Arc::new(code_key),
            thread: Arc::new(WriterThread {
                handle: Mutex::new(Some(handle)),
                _lock: lock,
            }),
            run: Arc::new(tokio::sync::Mutex::new(sessions::Run::beginning(now))),
            finished: watch::Sender::new(0),
            reading: Reading::default(),
            aside,
            headroom: Arc::default(),
            reading_turns: Arc::new(Semaphore::new(READERS as usize)),
        })
    }

    pub fn venue(&self) -> &Venue {
        &self.venue
    }

    /// What is wrong with the store now, if anything.
    pub fn fault(&self) -> Option<Fault> {
        let full = || (self.headroom() == Headroom::Least).then_some(Fault::Full);
        self.writer
            .fault()
            .or_else(|| self.reading.fault())
            .or_else(full)
    }

    /// Writes something small: finds out whether the disk takes writes (again).
    pub async fn probe(&self) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| access::set_moment(writing.connection, "last_probe", now))
            .await
    }

    /// Looks again, in the background, at a database that read as damaged.
    pub fn look_again(&self) {
        self.reading.look_again(&self.readers);
    }

    /// Says if the writer's thread answers at all, whatever the disk says. Asked every few seconds, and each time the rows of
    /// matches catch up with their events.
    pub async fn writer_answers(&self) -> bool {
        let answered = self.catch_up().await;
        !matches!(answered, Err(StoreError::Fault(Fault::Stopped)))
    }

    /// Brings the rows of all matches up to date with their events, as every write does that is not of events.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        self.writer.write(|_| Ok(())).await
    }

    /// Takes no more writes and waits until everything queued is on disk. An error if the next start will not find it there.
    /// Blocks; for the end of the program.
    pub fn close(&self) -> Result<(), Fault> {
        self.writer.stop();
        let handle = self
            .thread
            .handle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // A panic there has been printed.
        handle.map_or(Ok(()), |handle| {
            handle.join().unwrap_or(Err(Fault::Stopped))
        })
    }

    /// Appends events to a match's history; `state` is the fold after the last of them, by `rules`. The events come back.
    pub async fn append(
        &self,
        id: MatchId,
        events: Vec<Recorded>,
        rules: Arc<Rules>,
        state: Arc<RawValue>,
        status: &'static str,
    ) -> Result<Vec<Recorded>, StoreError> {
        let events = self
            .writer
            .append(move |writing| {
                history::append(writing, id, &events, &rules, state, status)?;
                Ok(events)
            })
            .await?;
        if status == Status::Finished.as_str() {
            self.finished.send_modify(|times| *times += 1);
        }
        Ok(events)
    }

    /// Changes whenever a match has ended, or something was written to one that is over.
    pub fn finished_matches(&self) -> watch::Receiver<u64> {
        self.finished.subscribe()
    }

    /// All matches as their rows have them: right at the start, a few seconds behind their events later.
    pub async fn matches(&self) -> Result<Vec<Match>, StoreError> {
        self.read(rows::matches::all).await
    }

    pub async fn events(
        &self,
        id: MatchId,
        after: Seq,
        portion: Portion,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.read(move |connection| history::events(connection, id, after, portion))
            .await
    }

    /// The times in which these matches were played; nothing of one that has no event.
    pub async fn play_times(
        &self,
        ids: Vec<MatchId>,
    ) -> Result<HashMap<MatchId, PlayTime>, StoreError> {
        let times = self.read(move |connection| history::play_times(connection, &ids));
        Ok(times.await?.into_iter().collect())
    }

    /// The first of the newest events up to `upto` that a portion holds.
    pub async fn newest(
        &self,
        id: MatchId,
        upto: Seq,
        portion: Portion,
    ) -> Result<Seq, StoreError> {
        self.read(move |connection| history::newest(connection, id, upto, portion))
            .await
    }

    /// Reads a match from its first event; `each` sees every event.
    pub async fn replay(
        &self,
        id: MatchId,
        each: impl FnMut(Recorded) + Send + 'static,
    ) -> Result<(Match, MatchFold), StoreError> {
        self.read(move |connection| history::replay(connection, id, each))
            .await
    }

    async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let readers = self.readers.clone();
        // An error would mean that it was closed, which nobody does.
        let turn = self.reading_turns.clone().acquire_owned().await.ok();
        let read = move || {
            let _turn = turn;
            query(&*readers.get()?)
        };
        let result = tokio::task::spawn_blocking(read)
            .await
            .unwrap_or_else(|error| Err(StoreError::Unexpected(error.to_string())));
        self.reading.note(result.as_ref().err());
        result
    }
}
