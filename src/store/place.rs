//! Whether the files that the server writes are still the ones in its folder.
//!
//! Linux lets a file be deleted or moved while it is open: SQLite then writes on, acknowledged and into nothing. So each
//! commit is followed by a look at the folder, and what the open files hold is saved while they are open.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::backup::{self, BACKUPS_FOLDER};
use super::error::{Fault, StoreError};

/// What makes a file the same file.
type Identity = (u64, u64);

/// The database and the log beside it, as they were when they were opened.
pub struct Place {
    database: (PathBuf, Identity),
    log: (PathBuf, Option<Identity>),
}

/// What has become of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// Nothing is where the database was.
    Database,
    /// Another file is where the database was.
    Replaced,
    /// The database is there, without what was written ahead of it.
    Log,
}

fn identity(path: &Path) -> Option<Identity> {
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

impl Place {
    /// Of files that a connection has just opened and written; `None` if they are gone already.
    pub fn of(database: &Path) -> Option<Place> {
        let log = database.with_extension("db-wal");
        Some(Place {
            database: (database.to_owned(), identity(database)?),
            log: (log.clone(), identity(&log)),
        })
    }

    /// An error if what was written by this connection is not in the folder. What the open files hold is then saved; where
    /// nothing stands in the way, as the database that the next start opens.
    pub fn verify(&self, connection: &Connection) -> Result<(), Fault> {
        match self.lost() {
            None => Ok(()),
            Some(lost) => Err(self.save(lost, connection).unwrap_or_else(|error| {
                tracing::error!("what the database held could not be saved: {error}");
                Fault::Displaced(
                    "the database file was deleted, moved or replaced, and what it held could not be saved; \
                     do not stop this server: put the file back"
                        .into(),
                )
            })),
        }
    }

    pub fn is_lost(&self) -> bool {
        self.lost().is_some()
    }

    fn lost(&self) -> Option<Lost> {
        let (database, known) = &self.database;
        match identity(database) {
            None => Some(Lost::Database),
            Some(found) if found != *known => Some(Lost::Replaced),
            Some(_) if self.log.1.is_some() && identity(&self.log.0) != self.log.1 => {
                Some(Lost::Log)
            }
            Some(_) => None,
        }
    }

    fn save(&self, lost: Lost, connection: &Connection) -> Result<Fault, StoreError> {
        let (database, _) = &self.database;
        match lost {
            Lost::Log => {
                // What the log held goes into the database; it is open here, if nowhere else.
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                Ok(Fault::Restart(
                    "the database's log was deleted; what it held is safe",
                ))
            }
            Lost::Database => {
                let part = database.with_extension("db.part");
                backup::write_copy(connection, &part)?;
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
                backup::sync_folder(database)?;
                Ok(Fault::Restart(
                    "the database file was deleted; it has been written again, with everything",
                ))
            }
            Lost::Replaced => {
                let folder = database.with_file_name(BACKUPS_FOLDER);
                fs::create_dir_all(&folder)?;
                let saved = backup::free_name(&folder, "rescued");
                backup::write_copy(connection, &saved)?;
                Ok(Fault::Displaced(format!(
                    "another file was put in the database's place; what was stored is in {}: stop Courtside and restore that, \
                     or start it again with the new file",
                    saved.display()
                )))
            }
        }
    }
}
