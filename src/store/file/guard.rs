//! Whether the files that the server writes are still the ones in its folder, and as it left them.
//!
//! Linux lets a file be deleted, moved or overwritten while it is open: SQLite then writes on, acknowledged and into nothing.
//! So each batch begins with a look at the folder, and what the open files hold is saved while they are open.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::copy::{self, BACKUPS_FOLDER, Contents};
use super::opening::LOCK_FILE;
use crate::clock;
use crate::store::error::{Fault, StoreError};

/// From so many pages on the log is copied into the database, as SQLite by itself would.
const LONG_LOG: i32 = 1000;
/// A save reads the whole database: one that failed is not tried with every batch.
const TRY_AGAIN: Duration = Duration::from_secs(2);

thread_local! {
    /// How long this thread's last commit has made the log; 0 when that has been seen to.
    static LOG_PAGES: Cell<i32> = const { Cell::new(0) };
}

/// What makes a file the same file.
type Identity = (u64, u64);
/// Length and time of the last change. The database is only written when its log is copied into it, which nobody does but
/// the writer, and only here: whatever else changes them is another's.
type Left = (u64, i64, i64);

/// The database and the log beside it, as they were when they were opened or last written.
pub struct Guard {
    database: (PathBuf, Identity),
    left: Left,
    log: (PathBuf, Option<Identity>),
    rescue: Rescue,
}

/// What has become of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// Nothing is where the database was.
    Database,
    /// Another file is where the database was.
    Replaced,
    /// The same file, with something else in it.
    Overwritten,
    /// The database is there, without what was written ahead of it.
    Log,
}

/// What has been done about it.
enum Rescue {
    NotNeeded,
    Failed(Instant, Fault),
    Done(Lost, Fault),
}

/// What may become of the next batch.
pub enum Whereabouts {
    Kept,
    /// All before it is saved; it can be, too, by `save_again`.
    Saved(Fault),
    /// It must not be written.
    Lost(Fault),
}

impl Guard {
    /// Of files that a connection has just opened and written.
    pub fn of(database: &Path) -> std::io::Result<Guard> {
        let log = database.with_extension("db-wal");
        let found = fs::metadata(database)?;
        Ok(Guard {
            database: (database.to_owned(), identity(&found)),
            left: left(&found),
            log: (log.clone(), identity_of(&log)),
            rescue: Rescue::NotNeeded,
        })
    }

    /// From now on `tend` copies the log into the database, and SQLite never does: between two looks the file stays as it is.
    pub fn take_over_log(connection: &Connection) {
        connection.wal_hook(Some(|_, pages| {
            LOG_PAGES.set(pages);
            Ok(())
        }));
    }

    /// Looks before a batch. What was written so far and is not in the folder is saved; where nothing stands in the way, as
    /// the database that the next start opens. A save that failed is tried again.
    pub fn look(&mut self, connection: &Connection) -> Whereabouts {
        match &self.rescue {
            // Put back meanwhile, it is found at the next try.
            Rescue::Failed(since, fault) if since.elapsed() < TRY_AGAIN => {
                Whereabouts::Lost(fault.clone())
            }
            _ => self.look_closely(connection),
        }
    }

    fn look_closely(&mut self, connection: &Connection) -> Whereabouts {
        let lost = match (&self.rescue, self.lost()) {
            // What is in that file now would be mixed with what comes.
            (Rescue::Done(Lost::Overwritten, fault), _) => return Whereabouts::Lost(fault.clone()),
            (_, None) => {
                self.rescue = Rescue::NotNeeded;
                return Whereabouts::Kept;
            }
            // That what was saved is deleted, too, makes a new case.
            (Rescue::Done(_, fault), Some(lost)) if lost != Lost::Database => {
                return Whereabouts::Lost(fault.clone());
            }
            (_, Some(lost)) => lost,
        };
        match self.save(lost, connection) {
            Ok(fault) => {
                self.rescue = Rescue::Done(lost, fault.clone());
                match fault {
                    Fault::Restart(_) => Whereabouts::Saved(fault),
                    _ => Whereabouts::Lost(fault),
                }
            }
            Err(error) => {
                let fault = Fault::Displaced(format!(
                    "the database file was deleted, moved, replaced or overwritten, and what it held could not be saved yet \
                     ({error}); do not stop Courtside: it tries again every few seconds"
                ));
                self.rescue = Rescue::Failed(clock::monotonic(), fault.clone());
                Whereabouts::Lost(fault)
            }
        }
    }

    /// Saves once more, with the batch that was written since.
    pub fn save_again(&mut self, connection: &Connection) -> Result<(), StoreError> {
        match self.rescue {
            Rescue::Done(lost, _) => self.save(lost, connection).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// SQLite calls it an I/O error when a disk has become read-only, as that of a dying card does.
    pub fn explain(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Fault(Fault::Io(_)) if self.is_read_only() => Fault::ReadOnly.into(),
            other => other,
        }
    }

    fn is_read_only(&self) -> bool {
        // Not the database: to close it would release SQLite's locks.
        let lock = self.database.0.with_file_name(LOCK_FILE);
        let opened = fs::OpenOptions::new().write(true).open(lock);
        opened.is_err_and(|error| error.kind() == std::io::ErrorKind::ReadOnlyFilesystem)
    }

    /// Copies a log that has become long into the database.
    pub fn tend(&mut self, connection: &Connection) {
        if LOG_PAGES.get() < LONG_LOG || self.lost().is_some() {
            return;
        }
        LOG_PAGES.set(0);
        let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = copied {
            tracing::debug!("the log was not copied: {error}");
        }
        self.note();
    }

    /// The last look, at the stop.
    pub fn leave(&mut self, connection: &Connection) -> Whereabouts {
        let whereabouts = self.look_closely(connection);
        let overwritten = matches!(self.rescue, Rescue::Done(Lost::Overwritten, _))
            || self.lost() == Some(Lost::Overwritten);
        let last = match overwritten {
            // SQLite would write what it knows into what it does not know.
            true => connection
                .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
                .map(|_| ()),
            false => connection.pragma_update(None, "wal_checkpoint", "TRUNCATE"),
        };
        if let Err(error) = last {
            tracing::debug!("the last checkpoint was left to the next start: {error}");
        }
        whereabouts
    }

    fn note(&mut self) {
        if let Ok(found) = fs::metadata(&self.database.0)
            && identity(&found) == self.database.1
        {
            self.left = left(&found);
        }
    }

    fn lost(&self) -> Option<Lost> {
        let (database, known) = &self.database;
        match fs::metadata(database) {
            Err(_) => Some(Lost::Database),
            Ok(found) if identity(&found) != *known => Some(Lost::Replaced),
            Ok(found) if left(&found) != self.left => Some(Lost::Overwritten),
            Ok(_) if self.log.1.is_some() && identity_of(&self.log.0) != self.log.1 => {
                Some(Lost::Log)
            }
            Ok(_) => None,
        }
    }

    fn save(&mut self, lost: Lost, connection: &Connection) -> Result<Fault, StoreError> {
        match lost {
            Lost::Log => self.copy_log(connection),
            Lost::Database => self.write_again(connection),
            Lost::Replaced => self.rescue_replaced(connection),
            Lost::Overwritten => self.rescue_overwritten(connection),
        }
    }

    /// What the log held goes into the database; it is open here, if nowhere else.
    fn copy_log(&mut self, connection: &Connection) -> Result<Fault, StoreError> {
        let rest: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?)
        })?;
        self.note();
        if rest != 0 {
            return Err(Fault::Busy.into());
        }
        Ok(Fault::Restart(
            "the database's log was deleted; what it held is safe",
        ))
    }

    fn write_again(&self, connection: &Connection) -> Result<Fault, StoreError> {
        let database = &self.database.0;
        make_folder_of(database)?;
        let part = copy::part_of(database);
        copy_whole(connection, &part)?;
        // A log that belonged to the other file would be read as part of this one.
        for left in ["db-wal", "db-shm"] {
            match fs::remove_file(database.with_extension(left)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        fs::rename(&part, database)?;
        copy::sync_folder(database)?;
        Ok(Fault::Restart(
            "the database file was deleted; it has been written again, with everything",
        ))
    }

    fn rescue_replaced(&self, connection: &Connection) -> Result<Fault, StoreError> {
        let saved = self.free_name()?;
        save_as(connection, &saved)?;
        Ok(Fault::Displaced(format!(
            "another file was put in the database's place; what was stored is in {}: stop Courtside and restore that, \
             or start it again with the new file",
            saved.display()
        )))
    }

    fn rescue_overwritten(&self, connection: &Connection) -> Result<Fault, StoreError> {
        let saved = self.free_name()?;
        // The next start would read it as part of what is in the file now.
        match fs::rename(&self.log.0, copy::with_ending(&saved, copy::LOG)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let rest = match save_as(connection, &saved) {
            Ok(()) => format!(
                "what could still be read is in {}: stop Courtside and restore that or a backup",
                saved.display()
            ),
            Err(error @ StoreError::Fault(Fault::Full | Fault::ReadOnly)) => return Err(error),
            Err(_) => "what it held cannot be read any more: stop Courtside and restore a backup"
                .to_owned(),
        };
        Ok(Fault::Displaced(format!(
            "the database file was overwritten while Courtside ran, and {rest}, or start it again with the file as it is"
        )))
    }

    fn free_name(&self) -> Result<PathBuf, StoreError> {
        let folder = self.database.0.with_file_name(BACKUPS_FOLDER);
        fs::create_dir_all(&folder)?;
        Ok(copy::free_name(&folder, "rescued"))
    }
}

fn identity(found: &fs::Metadata) -> Identity {
    (found.dev(), found.ino())
}

fn identity_of(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().as_ref().map(identity)
}

fn left(found: &fs::Metadata) -> Left {
    (found.len(), found.mtime(), found.mtime_nsec())
}

/// A copy that is whole, or none: half of one would only take the room of the next.
fn copy_whole(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    copy::write_copy(connection, to, Contents::Everything).inspect_err(|_| {
        // That it cannot be removed is no news then.
        let _ = copy::remove_part(to);
    })
}

/// A copy that has its name when it is whole.
fn save_as(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    let part = copy::part_of(to);
    copy_whole(connection, &part)?;
    fs::rename(&part, to)?;
    Ok(copy::sync_folder(to)?)
}

/// The folder may be gone with the file. It is for its owner alone.
fn make_folder_of(file: &Path) -> std::io::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.exists()) else {
        return Ok(());
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    copy::sync_folder(folder)
}
