//! How a database is found, locked, checked, brought up to date and connected to.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrate::{self, Migrated};
use crate::clock::Clock;
use crate::domain::{Catalogue, Venue};
use crate::store::aside::Aside;
use crate::store::error::{OpenError, StoreError};
use crate::store::rows::{self, tournaments, venue};
use crate::store::writer::{Memory, Writing};
use crate::store::{DATABASE_FILE, access, lagging, sessions, tables};

pub(in crate::store) const LOCK_FILE: &str = "courtside.lock";
/// Reading connections; a Pi has four cores.
pub const READERS: u32 = 4;
/// How long a statement waits for another process, such as `courtside pin --new`.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Databases up to this size are checked whole at the start; larger ones by `courtside check`, because a Pi
/// reads about 40 MB a second from its card.
const QUICK_CHECK_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Opens the database of a data folder for one short task from the command line, beside a running server.
pub fn open_beside(folder: &Path) -> Result<Beside, OpenError> {
    let connection = open_writing(&database_in(folder)?)?;
    Ok(Beside { connection })
}

/// The database file of a data folder, if there is one.
pub fn database_in(folder: &Path) -> Result<PathBuf, OpenError> {
    let file = folder.join(DATABASE_FILE);
    match file.exists() {
        true => Ok(file),
        false => Err(OpenError::Missing(folder.to_owned())),
    }
}

/// A short-lived connection of the command line.
pub struct Beside {
    connection: Connection,
}

impl Beside {
    pub fn pin_hash(&self) -> Result<Option<String>, StoreError> {
        access::pin_hash(&self.connection)
    }

    pub fn set_pin(&self, hash: &str, verifier: &str) -> Result<(), StoreError> {
        access::set_pin(&self.connection, hash, verifier)
    }

    /// Logs all organisers out, and says how many sessions there were.
    pub fn end_all_sessions(&self) -> Result<usize, StoreError> {
        sessions::end_all(&self.connection)
    }
}

pub(in crate::store) fn prepare_folder(folder: &Path) -> Result<PathBuf, OpenError> {
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

pub(in crate::store) fn open_reading(file: &Path) -> Result<Connection, OpenError> {
    if !file.exists() {
        return Err(OpenError::NoFile(file.to_owned()));
    }
    let failed = |error: rusqlite::Error| OpenError::from_store(file.to_owned(), error.into());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection
        .execute_batch("PRAGMA cache_size = -2000")
        .map_err(failed)?;
    Ok(connection)
}

/// Opens a file to look through all of it, also beside a running server. The connection may write and never does: from the
/// schema of one that may not, SQLite leaves the CHECK constraints out, and sees nothing that breaks them.
pub(in crate::store) fn open_looking(file: &Path) -> Result<Connection, OpenError> {
    if !file.exists() {
        return Err(OpenError::NoFile(file.to_owned()));
    }
    let failed = |error: rusqlite::Error| OpenError::from_store(file.to_owned(), error.into());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    // Closing it would copy the log into the database: a look changes neither.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(failed)?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000;")
        .map_err(failed)?;
    Ok(connection)
}

/// Says if a database is whole, as far as its pages say. Reads all of it.
pub(in crate::store) fn quick_check(connection: &Connection) -> Result<bool, StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(verdict == "ok")
}

pub(in crate::store) fn open_writing(file: &Path) -> Result<Connection, OpenError> {
    let failed = |error: rusqlite::Error| OpenError::from_store(file.to_owned(), error.into());
    let mut connection = Connection::open(file).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    // FULL is what makes an ack true after the plug was pulled; the caches are small because a Pi is. Copying the log into the
    // database is left to the server, beside which this may be: it takes a database that another wrote for overwritten.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216;
             PRAGMA wal_autocheckpoint = 0;",
        )
        .map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    let small = fs::metadata(file).is_ok_and(|meta| meta.len() <= QUICK_CHECK_MAX_BYTES);
    let checked = |error| OpenError::from_store(file.to_owned(), error);
    if small && !quick_check(&connection).map_err(checked)? {
        return Err(OpenError::Corrupt(file.to_owned()));
    }
    match migrate::migrate(&mut connection) {
        Ok(Migrated::Ready) => Ok(connection),
        Ok(Migrated::Foreign) => Err(OpenError::Foreign(file.to_owned())),
        Ok(Migrated::Newer(found)) => Err(OpenError::newer(file, found)),
        Err(error) => Err(OpenError::from_store(file.to_owned(), error)),
    }
}

pub(in crate::store) fn lock(folder: &Path) -> Result<File, OpenError> {
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

/// The things that a start brings to the rows that it finds.
pub(in crate::store) struct Settling<'a> {
    pub clock: &'a Clock,
    /// Renames the venue.
    pub name: Option<&'a str>,
    pub aside: &'a Aside,
    pub catalogue: &'a Catalogue,
}

impl Settling<'_> {
    /// The venue's row, made or renamed, after the rows of matches and tournaments have been brought up to date; and
    /// what its writer starts from.
    pub(in crate::store) fn settle(
        &self,
        connection: &mut Connection,
        fresh: impl FnOnce() -> Venue,
    ) -> Result<(Venue, Memory), StoreError> {
        let left_behind = lagging::left_behind(connection, self.aside)?;
        let transaction = connection.transaction()?;
        let mut memory = Memory::of(tables::highest_revision(&transaction)?);
        let mut writing = Writing::new(&transaction, &mut memory);
        for (id, reached) in left_behind {
            rows::matches::write_reached(&mut writing, id, &reached)?;
        }
        tournaments::keep_rules(&mut writing, self.catalogue, &self.clock.today())?;
        let now = self.clock.now_ms();
        let venue = match (venue::venue(&transaction)?, self.name) {
            (None, _) => {
                let venue = fresh();
                venue::insert(&mut writing, &venue, now)?;
                venue
            }
            (Some(venue), Some(name)) if venue.name != name => {
                venue::rename(&mut writing, name)?;
                Venue {
                    name: name.to_owned(),
                    ..venue
                }
            }
            (Some(venue), _) => venue,
        };
        // A disk that takes no writes is found now, while somebody is looking.
        access::set_moment(&transaction, "last_start", now)?;
        access::sweep(&transaction, now)?;
        transaction.commit()?;
        Ok((venue, memory))
    }
}

pub(in crate::store) fn readers(
    file: &Path,
) -> Result<r2d2::Pool<SqliteConnectionManager>, r2d2::Error> {
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
