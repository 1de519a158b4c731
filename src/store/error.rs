//! What can go wrong with the database, mapped once from SQLite's many codes.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::file::migrate::VERSION;

/// A state of the disk or the database that is nobody's request's fault. It ends when its cause ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the disk is full")]
    Full,
    #[error("the disk is read-only")]
    ReadOnly,
    #[error("the database is damaged")]
    Corrupt,
    #[error("the database is locked by another program")]
    Busy,
    #[error("the disk cannot be read or written ({0})")]
    Io(String),
    /// The database's file is not in its folder any more, and somebody has to decide; what to do is said.
    #[error("{0}")]
    Displaced(String),
    /// All is saved, but only a new start can go on with it.
    #[error("{0}; Courtside has to be started again")]
    Restart(&'static str),
    #[error("the server is stopping")]
    Stopped,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("there is no {0} with this ID")]
    NotFound(&'static str),
    #[error("there is already a {what} “{name}” here; choose another name")]
    Taken { what: &'static str, name: String },
    /// Somebody else has changed the row since it was read.
    #[error("somebody else has changed this meanwhile; look at it again")]
    Changed,
    #[error(
        "“{team}” stands on both sides; choose another, or send it again with “confirm”: true if that is meant"
    )]
    AgainstItself { team: String },
    #[error(
        "a match has begun, so the sport and the rules stay as they are; delete that match, or make another"
    )]
    HasBegun,
    #[error(
        "this match is left aside, because the server ended while it read it; an organiser opens or deletes it on the \
         page “This box”"
    )]
    LeftAside,
    /// The history in the database is not the one that the caller has in memory.
    #[error("the stored history of the match has changed")]
    Diverged,
    /// A row that this version cannot read, or a query that is wrong: a mistake in Courtside.
    #[error("unexpected database error: {0}")]
    Unexpected(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return StoreError::Unexpected(error.to_string());
        };
        StoreError::Fault(match code {
            ErrorCode::DiskFull => Fault::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Fault::ReadOnly,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Fault::Corrupt,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Busy,
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Fault::Io(error.to_string()),
            _ => return StoreError::Unexpected(error.to_string()),
        })
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        StoreError::Fault(match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Fault::Full,
            ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly,
            _ => Fault::Io(error.to_string()),
        })
    }
}

/// For a copy: what went wrong with it is told beside the name of the database.
impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Corrupt(_) => Fault::Corrupt.into(),
            OpenError::Full(_) => Fault::Full.into(),
            OpenError::ReadOnly(_) => Fault::ReadOnly.into(),
            OpenError::Other { cause, .. } => cause,
            other => StoreError::Unexpected(other.to_string()),
        }
    }
}

impl From<r2d2::Error> for StoreError {
    fn from(error: r2d2::Error) -> Self {
        StoreError::Fault(Fault::Io(error.to_string()))
    }
}

/// Why the database could not be opened at the start, in one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot create the data folder {folder}: {cause}; choose another with --data")]
    Folder {
        folder: PathBuf,
        cause: std::io::Error,
    },
    #[error(
        "the data folder {0} is in use by another Courtside; stop that one, or choose another folder with --data"
    )]
    InUse(PathBuf),
    #[error(
        "the database {file} was written by a newer Courtside (schema {found}, this one knows {known}); \
         install the newer version again"
    )]
    Newer {
        file: PathBuf,
        found: i64,
        known: i64,
    },
    #[error(
        "there is no database in {0}; name the server's data folder with --data, or start the server once"
    )]
    Missing(PathBuf),
    #[error("there is no file {0}")]
    NoFile(PathBuf),
    #[error(
        "no copy of {file} could be made to look at it: {cause}; make room in the folder for temporary files"
    )]
    NoCopy {
        file: PathBuf,
        cause: std::io::Error,
    },
    #[error(
        "{0} is not a database of Courtside; move it away, or choose another folder with --data"
    )]
    Foreign(PathBuf),
    #[error("the database {0} is damaged; restore a backup, or move the file away to start afresh")]
    Corrupt(PathBuf),
    #[error(
        "the disk of the database {0} is full; make room, or choose another folder with --data"
    )]
    Full(PathBuf),
    #[error(
        "the database {0} is on a read-only disk; make it writable, or choose another folder with --data"
    )]
    ReadOnly(PathBuf),
    #[error("the database {file} cannot be opened: {cause}")]
    Other { file: PathBuf, cause: StoreError },
}

impl OpenError {
    pub(super) fn newer(file: &Path, found: i64) -> OpenError {
        OpenError::Newer {
            file: file.to_owned(),
            found,
            known: VERSION,
        }
    }

    /// The same, of the file that the user knows and not of a copy of it.
    pub(super) fn of(self, known: &Path) -> OpenError {
        let known = known.to_owned();
        match self {
            OpenError::Corrupt(_) => OpenError::Corrupt(known),
            OpenError::Foreign(_) => OpenError::Foreign(known),
            OpenError::Newer {
                found,
                known: knows,
                ..
            } => OpenError::Newer {
                file: known,
                found,
                known: knows,
            },
            other => other,
        }
    }

    pub fn from_store(file: PathBuf, cause: StoreError) -> OpenError {
        match cause {
            StoreError::Fault(Fault::Corrupt) => OpenError::Corrupt(file),
            StoreError::Fault(Fault::Full) => OpenError::Full(file),
            StoreError::Fault(Fault::ReadOnly) => OpenError::ReadOnly(file),
            cause => OpenError::Other { file, cause },
        }
    }
}
