//! Everything that is kept: one SQLite database, one thread that writes it, a few connections that read it.
//!
//! An answer from a writing method means that the change is fsynced. `rows`, `tournaments`, `courts`, `history`, `screens` and
//! `access` hold the SQL, most of them with the methods that run it; `writer` the group commit, `migrate` the versions, `error`
//! what can go wrong.

mod access;
mod courts;
mod error;
mod history;
mod migrate;
mod room;
mod rows;
mod screens;
mod sports;
mod tournaments;
mod writer;

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use serde_json::value::RawValue;

pub use access::{Assignment, RefereeSecrets, TokenHash};
pub use error::{Fault, OpenError, StoreError};
pub use history::Recorded;
pub use room::Room;
pub use rows::{Amendment, Court, Fixture, Match, TournamentRef, Venue};
pub use screens::Screen;
pub use sports::{SportProblem, Sports};
pub use tournaments::{Team, Tournament};

use crate::clock::{Clock, WallMs};
use crate::domain::{MatchFold, MatchId, MatchState, Seq};
use migrate::Migrated;
use writer::Writer;

/// The database file inside the data folder.
pub const DATABASE_FILE: &str = "courtside.db";
const LOCK_FILE: &str = "courtside.lock";
/// Reading connections; a Pi has four cores.
const READERS: u32 = 4;
/// How long a statement waits for another process, such as `courtside pin --new`.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Databases up to this size are checked whole at the start; larger ones by `courtside check`, because a Pi
/// reads about 40 MB a second from its card.
const QUICK_CHECK_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: r2d2::Pool<SqliteConnectionManager>,
    clock: Clock,
    venue: Arc<Venue>,
    thread: Arc<WriterThread>,
    file: Arc<Path>,
    /// What reading ran into. A damaged page stays damaged; anything else passes with the next good reading.
    read_fault: Arc<Mutex<Option<Fault>>>,
}

/// The writer's thread and the lock on the data folder, which is held until that thread has ended.
struct WriterThread {
    handle: Mutex<Option<thread::JoinHandle<()>>>,
    _lock: File,
}

/// Opens the database of a data folder for one short task from the command line, beside a running server.
pub fn open_beside(folder: &Path) -> Result<Beside, OpenError> {
    let file = folder.join(DATABASE_FILE);
    if !file.exists() {
        return Err(OpenError::Missing(folder.to_owned()));
    }
    let connection = open_writing(&file)?;
    Ok(Beside { connection })
}

/// A short-lived connection of the command line.
pub struct Beside {
    connection: Connection,
}

impl Beside {
    pub fn pin_hash(&self) -> Result<Option<String>, StoreError> {
        access::pin_hash(&self.connection)
    }

    pub fn set_pin_hash(&self, hash: &str) -> Result<(), StoreError> {
        access::set_pin_hash(&self.connection, hash)
    }
}

fn prepare_folder(folder: &Path) -> Result<PathBuf, OpenError> {
    // Only for the one who runs the server: whoever can read the database can guess the PIN at leisure.
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|cause| OpenError::Folder {
            folder: folder.to_owned(),
            cause,
        })?;
    Ok(folder.join(DATABASE_FILE))
}

fn open_writing(file: &Path) -> Result<Connection, OpenError> {
    let failed = |error: rusqlite::Error| OpenError::from_store(file.to_owned(), error.into());
    let mut connection = Connection::open(file).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    // FULL is what makes an ack true after the plug was pulled; the caches are small because a Pi is.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216;",
        )
        .map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    if fs::metadata(file).is_ok_and(|meta| meta.len() <= QUICK_CHECK_MAX_BYTES) {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(failed)?;
        if verdict != "ok" {
            return Err(OpenError::Corrupt(file.to_owned()));
        }
    }
    match migrate::migrate(&mut connection) {
        Ok(Migrated::Ready) => Ok(connection),
        Ok(Migrated::Foreign) => Err(OpenError::Foreign(file.to_owned())),
        Ok(Migrated::Newer(found)) => Err(OpenError::Newer {
            file: file.to_owned(),
            found,
            known: migrate::VERSION,
        }),
        Err(error) => Err(OpenError::from_store(file.to_owned(), error)),
    }
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
        let (venue, revision) =
            settle_venue(&mut connection, &clock, name, fresh).map_err(failed)?;
        let readers = readers(&file).map_err(|error| failed(error.into()))?;
        let (writer, handle) = Writer::start(connection, revision)
            .map_err(|error| failed(Fault::Io(error.to_string()).into()))?;
        Ok(Store {
            writer,
            readers,
            clock,
            venue: Arc::new(venue),
            file: file.into(),
            thread: Arc::new(WriterThread {
                handle: Mutex::new(Some(handle)),
                _lock: lock,
            }),
            read_fault: Arc::default(),
        })
    }

    pub fn venue(&self) -> &Venue {
        &self.venue
    }

    /// What is wrong with the store now, if anything.
    pub fn fault(&self) -> Option<Fault> {
        let reading = || {
            self.read_fault
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        };
        self.writer.fault().or_else(reading)
    }

    /// Writes something small: finds out whether the disk takes writes (again).
    pub async fn probe(&self) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| access::set_moment(writing.connection, "last_probe", now))
            .await
    }

    /// Whether the writer's thread answers at all, whatever the disk says.
    pub async fn writer_answers(&self) -> bool {
        let answered = self.writer.write(|_| Ok(())).await;
        !matches!(answered, Err(StoreError::Fault(Fault::Stopped)))
    }

    /// Takes no more writes and waits until everything queued is on disk. Blocks; for the end of the program.
    pub fn close(&self) {
        self.writer.stop();
        let handle = self
            .thread
            .handle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(handle) = handle
            && handle.join().is_err()
        {
            tracing::error!("the store's writer ended badly");
        }
    }

    /// Writes what may change about a match beside its events.
    pub async fn amend_match(&self, fixture: Arc<Fixture>) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| rows::amend_match(writing, &fixture, now))
            .await
    }

    /// Stores a new match together with the first secrets of its referee.
    pub async fn create_match(
        &self,
        new: Fixture,
        secrets: RefereeSecrets,
    ) -> Result<Fixture, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                rows::insert_match(writing, venue, &new)?;
                access::replace_referee_secrets(writing, Assignment::Match(new.id), &secrets, now)?;
                Ok(new)
            })
            .await
    }

    pub async fn delete_match(&self, id: MatchId) -> Result<(), StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| rows::delete_match(writing, id, now))
            .await
    }

    /// Appends events to a match's history; `state` is the fold after the last of them. The events come back.
    pub async fn append(
        &self,
        id: MatchId,
        events: Vec<Recorded>,
        state: Arc<RawValue>,
        status: &'static str,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.writer
            .write(move |writing| {
                history::append(writing, id, &events, state.get(), status)?;
                Ok(events)
            })
            .await
    }

    pub async fn matches(&self) -> Result<Vec<Match>, StoreError> {
        self.read(rows::matches).await
    }

    pub async fn events(
        &self,
        id: MatchId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.read(move |connection| history::events(connection, id, after, limit))
            .await
    }

    /// When the first event of each of these matches came.
    pub async fn first_moments(
        &self,
        ids: Vec<MatchId>,
    ) -> Result<Vec<(MatchId, WallMs)>, StoreError> {
        self.read(move |connection| history::first_moments(connection, &ids))
            .await
    }

    /// Replays a match from its first event; `each` sees every event with the state after it.
    pub async fn replay(
        &self,
        id: MatchId,
        each: impl FnMut(Recorded, MatchState) + Send + 'static,
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
        let result = tokio::task::spawn_blocking(move || query(&*readers.get()?))
            .await
            .unwrap_or_else(|error| Err(StoreError::Unexpected(error.to_string())));
        self.note_reading(result.as_ref().err());
        result
    }

    fn note_reading(&self, error: Option<&StoreError>) {
        let mut known = self
            .read_fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match error {
            Some(StoreError::Fault(fault)) if known.as_ref() != Some(fault) => {
                tracing::error!("the store cannot read: {fault}");
                *known = Some(fault.clone());
            }
            None if *known != Some(Fault::Corrupt) => *known = None,
            _ => {}
        }
    }
}

fn lock(folder: &Path) -> Result<File, OpenError> {
    let file = File::create(folder.join(LOCK_FILE)).map_err(|cause| {
        let database = folder.join(DATABASE_FILE);
        match cause.kind() {
            std::io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly(database),
            std::io::ErrorKind::StorageFull => OpenError::Full(database),
            _ => OpenError::Folder {
                folder: folder.to_owned(),
                cause,
            },
        }
    })?;
    file.try_lock()
        .map_err(|_| OpenError::InUse(folder.to_owned()))?;
    Ok(file)
}

/// The venue's row, made or renamed; and the highest revision given so far.
fn settle_venue(
    connection: &mut Connection,
    clock: &Clock,
    name: Option<&str>,
    fresh: impl FnOnce() -> Venue,
) -> Result<(Venue, i64), StoreError> {
    let transaction = connection.transaction()?;
    let mut revision = rows::highest_revision(&transaction)?;
    let mut writing = writer::Writing::new(&transaction, &mut revision);
    let venue = match (rows::venue(&transaction)?, name) {
        (None, _) => {
            let venue = fresh();
            rows::insert_venue(&mut writing, &venue, clock.now_ms())?;
            venue
        }
        (Some(venue), Some(name)) if venue.name != name => {
            rows::rename_venue(&mut writing, name)?;
            Venue {
                name: name.to_owned(),
                ..venue
            }
        }
        (Some(venue), _) => venue,
    };
    // A disk that takes no writes is found now, while somebody is looking.
    access::set_moment(&transaction, "last_start", clock.now_ms())?;
    transaction.commit()?;
    Ok((venue, revision))
}

fn readers(file: &Path) -> Result<r2d2::Pool<SqliteConnectionManager>, r2d2::Error> {
    let manager = SqliteConnectionManager::file(file)
        .with_flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .with_init(|connection| {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.execute_batch("PRAGMA cache_size = -500; PRAGMA query_only = ON;")
        });
    r2d2::Pool::builder()
        .max_size(READERS)
        .min_idle(Some(1))
        .connection_timeout(BUSY_TIMEOUT)
        .build(manager)
}
