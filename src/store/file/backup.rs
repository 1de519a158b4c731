//! Backups: made while the server writes, and put back in the database's place.
//!
//! A backup gets its name only when the copy is sound as `check` understands it: what `restore` would refuse is none. Those
//! that the server makes by itself are restored on trial before that.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::check::{self, Report};
use super::copy::{
    BACKUPS_FOLDER, Contents, copy_into, folder_of, for_the_owner, free_name, part_of, remove_part,
    sweep, sync_folder, with_ending, write_copy,
};
use super::migrate::{self, Found};
use super::opening::{lock, open_reading, open_writing, prepare_folder};
use crate::domain::MatchId;
use crate::store::error::{Fault, OpenError, StoreError};
use crate::store::rights::{Rights, Settled};
use crate::store::{DATABASE_FILE, Store, aside, rows, tables};

/// Why a backup could not be made or put back; what was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(
        "{0} is there already and is no backup of this venue; choose another name, or overwrite it with --force"
    )]
    Foreign(PathBuf),
    #[error("{0} is damaged, or no backup of Courtside at all; try another one")]
    NoBackup(PathBuf),
    #[error("there is no folder {0}; make it, or is a stick not plugged in?")]
    NoFolder(PathBuf),
    #[error("{0} is a folder: name a file in it, or a data folder with --data")]
    Folder(PathBuf),
    #[error("{0} is the database itself; choose another name for the backup")]
    Itself(PathBuf),
    #[error("{0} holds a database; replace it with --force (it is kept beside the backups)")]
    Occupied(PathBuf),
    #[error("the backup {to} cannot be written: {cause}")]
    Write { to: PathBuf, cause: StoreError },
    #[error(
        "the database is not sound, and {to} was not made of it: {finding}; `courtside check` says all"
    )]
    Unsound { to: PathBuf, finding: String },
    #[error("the backup {file} is damaged and was not restored: {finding}; try another one")]
    Damaged { file: PathBuf, finding: String },
    #[error("{path}: {cause}")]
    Files { path: PathBuf, cause: io::Error },
}

/// What `restore` did.
pub struct Restored {
    pub report: Report,
    /// What became of the rights.
    pub rights: Settled,
    /// Where the database lies that was there before.
    pub replaced: Option<PathBuf>,
}

impl Store {
    /// Makes a backup under a name that is free or holds an older backup, and restores it on trial before it has that name;
    /// none of a file that another put in the database's place. A copy that is not sound goes to `unsound` instead. Blocks.
    pub fn back_up(
        &self,
        to: &Path,
        contents: Contents,
        unsound: &Path,
    ) -> Result<(), BackupError> {
        if let Some(fault @ Fault::Displaced(_)) = self.writer.last_fault() {
            let (to, cause) = (to.to_owned(), fault.into());
            return Err(BackupError::Write { to, cause });
        }
        let copy = Candidate::begin(&self.file, to, contents, false)?;
        let report = copy.restored_on_trial();
        copy.end(report, Some(unsound))
    }

    /// The number that grows with whatever is written about matches, tournaments, teams and courts. Blocks.
    pub fn revision(&self) -> Result<i64, StoreError> {
        tables::highest_revision(&*self.readers.get()?)
    }

    /// The same number in a backup of this venue; `None` of another venue's, and of what is no backup.
    pub fn revision_in(&self, backup: &Path) -> Option<i64> {
        let connection = open_reading(backup).ok()?;
        let venue = rows::venue::venue(&connection).ok()??;
        match venue.id == self.venue.id {
            true => tables::highest_revision(&connection).ok(),
            false => None,
        }
    }
}

/// Looks through a file that somebody has named, as `check` does; what is wrong with it is no matter of the database.
pub fn check_backup(file: &Path) -> Result<Report, BackupError> {
    not_a_folder(file)?;
    check::check(file).map_err(|error| of_given_file(error.into()))
}

/// Copies the database `from`, which a server may be writing, to `to`. Without `force` only a backup of the same venue
/// is overwritten.
pub fn back_up(from: &Path, to: &Path, contents: Contents, force: bool) -> Result<(), BackupError> {
    let copy = Candidate::begin(from, to, contents, force)?;
    let report = copy.looked_through();
    copy.end(report, None)
}

/// A copy that becomes a backup if it is sound.
struct Candidate<'a> {
    to: &'a Path,
    part: PathBuf,
    /// The histories of these are not read: a start died of them, and a server that makes backups must not.
    left_aside: BTreeSet<MatchId>,
}

impl<'a> Candidate<'a> {
    fn begin(
        from: &Path,
        to: &'a Path,
        contents: Contents,
        force: bool,
    ) -> Result<Candidate<'a>, BackupError> {
        let source = open_reading(from)?;
        ours(from, &source)?;
        may_be_written(from, to, &source, force)?;
        let part = part_of(to);
        let written = aside::read(&source)
            .and_then(|left_aside| Ok((left_aside, write_copy(&source, &part, contents)?)));
        match written {
            Ok((left_aside, ())) => Ok(Candidate {
                to,
                part,
                left_aside,
            }),
            Err(cause) => {
                // What is left of it is of no use; that it cannot be removed is no news then.
                let _ = remove_part(&part);
                let to = to.to_owned();
                Err(BackupError::Write { to, cause })
            }
        }
    }

    fn looked_through(&self) -> Result<Report, StoreError> {
        Ok(check::look(&self.part, &self.left_aside)?)
    }

    /// Restores the copy into a file that is thrown away, and looks through that.
    fn restored_on_trial(&self) -> Result<Report, StoreError> {
        let trial = part_of(&with_ending(self.to, ".trial.db"));
        let restored = self.restore_to(&trial);
        remove_part(&trial)?;
        restored
    }

    fn restore_to(&self, trial: &Path) -> Result<Report, StoreError> {
        remove_part(trial)?;
        let copy = open_reading(&self.part)?;
        // It is gone again before the disk has to have it: a card is written once for each backup.
        copy.execute_batch("PRAGMA synchronous = OFF")?;
        for_the_owner(trial)?;
        copy_into(&copy, trial)?;
        Ok(check::look(trial, &self.left_aside)?)
    }

    /// Gives a sound copy its name. Another one is kept under the name for such, or not at all.
    fn end(
        self,
        report: Result<Report, StoreError>,
        unsound: Option<&Path>,
    ) -> Result<(), BackupError> {
        let finding = report.map(|report| report.findings.into_iter().next());
        let name = match &finding {
            Ok(None) => Some(self.to),
            Ok(Some(_)) => unsound,
            Err(_) => None,
        };
        let named = match name {
            Some(name) => fs::rename(&self.part, name).and_then(|()| sync_folder(name)),
            None => Ok(()),
        };
        // What has not got a name is of no use; that it cannot be removed is no news then.
        let _ = remove_part(&self.part);
        let to = self.to.to_owned();
        match finding {
            Ok(None) => named.map_err(|cause| files(self.to, cause)),
            Ok(Some(finding)) => Err(BackupError::Unsound { to, finding }),
            Err(cause) => Err(BackupError::Write { to, cause }),
        }
    }
}

/// Refuses to copy what is no database of Courtside, or one that this version cannot judge.
fn ours(file: &Path, connection: &Connection) -> Result<(), OpenError> {
    let failed = |cause| OpenError::from_store(file.to_owned(), cause);
    match migrate::found(connection).map_err(failed)? {
        Found::Known(_) => Ok(()),
        Found::Foreign => Err(OpenError::Foreign(file.to_owned())),
        Found::Newer(found) => Err(OpenError::newer(file, found)),
    }
}

/// Refuses a place where no copy of this database may go.
fn may_be_written(
    from: &Path,
    to: &Path,
    source: &Connection,
    force: bool,
) -> Result<(), BackupError> {
    not_a_folder(to)?;
    let folder = match to.as_os_str().as_encoded_bytes().ends_with(b"/") {
        true => to,
        false => folder_of(to),
    };
    if !folder.is_dir() {
        return Err(BackupError::NoFolder(folder.to_owned()));
    }
    let Ok(found) = fs::metadata(to) else {
        return Ok(());
    };
    if same_file(from, &found) {
        return Err(BackupError::Itself(to.to_owned()));
    }
    let own = || {
        venue_of(to)
            == rows::venue::venue(source)
                .ok()
                .flatten()
                .map(|venue| venue.id)
    };
    if force || found.len() == 0 || own() {
        Ok(())
    } else {
        Err(BackupError::Foreign(to.to_owned()))
    }
}

/// Puts a backup in the place of a data folder's database; one that is there is kept beside the backups, and its rights
/// stay those that are good.
pub fn restore(backup: &Path, folder: &Path, force: bool) -> Result<Restored, BackupError> {
    not_a_folder(backup)?;
    let source = open_reading(backup).map_err(|error| of_given_file(error.into()))?;
    let database = prepare_folder(folder)?;
    let _lock = lock(folder)?;
    sweep(folder, DATABASE_FILE);
    if database.exists() && !force {
        return Err(BackupError::Occupied(folder.to_owned()));
    }
    let part = part_of(&database);
    let rights = Rights::of(&database);
    let made = write_copy(&source, &part, Contents::Everything)
        .map_err(|cause| BackupError::Open(OpenError::from_store(backup.to_owned(), cause)))
        .and_then(|()| sound(backup, &part, rights));
    let (report, rights) = match made {
        Ok(made) => made,
        Err(error) => {
            let _ = remove_part(&part);
            return Err(of_given_file(error));
        }
    };
    let replaced = set_aside(folder, &database)?;
    fs::rename(&part, &database).map_err(|cause| files(&database, cause))?;
    sync_folder(&database).map_err(|cause| files(&database, cause))?;
    belong_to_owner(
        folder,
        &[&database, &folder.join(super::opening::LOCK_FILE)],
    );
    Ok(Restored {
        report,
        rights,
        replaced,
    })
}

/// Brings the copy up to date, looks through it and gives it these rights.
fn sound(
    backup: &Path,
    part: &Path,
    rights: Option<Rights>,
) -> Result<(Report, Settled), BackupError> {
    let failed = |cause| OpenError::from_store(backup.to_owned(), cause);
    let mut connection = open_writing(part).map_err(|error| error.of(backup))?;
    let report = check::inspect(&connection, &BTreeSet::new()).map_err(failed)?;
    if let Some(finding) = report.findings.first() {
        return Err(BackupError::Damaged {
            file: backup.to_owned(),
            finding: finding.clone(),
        });
    }
    let settled = Rights::settle(rights, &mut connection).map_err(failed)?;
    Ok((report, settled))
}

/// Moves the database out of the way, together with what was written ahead of it: next to another database that would be
/// read as part of it.
fn set_aside(folder: &Path, database: &Path) -> Result<Option<PathBuf>, BackupError> {
    if !database.exists() {
        return Ok(None);
    }
    // Closing it folds the log into it; a damaged one keeps its log as it is.
    drop(open_writing(database));
    let kept = folder.join(BACKUPS_FOLDER);
    fs::create_dir_all(&kept).map_err(|cause| files(&kept, cause))?;
    let aside = free_name(&kept, "replaced");
    for ending in ["-wal", "-shm"] {
        let (from, to) = (with_ending(database, ending), with_ending(&aside, ending));
        match fs::rename(&from, &to) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(files(&from, cause));
            }
            _ => {}
        }
    }
    // A second name and not a move: until the restored one takes it over, the first is never without a database.
    fs::hard_link(database, &aside)
        .or_else(|_| fs::rename(database, &aside))
        .map_err(|cause| files(database, cause))?;
    belong_to_owner(folder, &[&kept]);
    Ok(Some(aside))
}

fn not_a_folder(file: &Path) -> Result<(), BackupError> {
    match file.is_dir() {
        true => Err(BackupError::Folder(file.to_owned())),
        false => Ok(()),
    }
}

/// Whose backup a file is; `None` of anything else.
fn venue_of(file: &Path) -> Option<crate::domain::VenueId> {
    let connection = open_reading(file).ok()?;
    Some(rows::venue::venue(&connection).ok()??.id)
}

fn same_file(path: &Path, other: &fs::Metadata) -> bool {
    fs::metadata(path).is_ok_and(|found| (found.dev(), found.ino()) == (other.dev(), other.ino()))
}

/// The advice for the server's database is wrong for a file that somebody has named.
fn of_given_file(error: BackupError) -> BackupError {
    match error {
        BackupError::Open(OpenError::Corrupt(file) | OpenError::Foreign(file)) => {
            BackupError::NoBackup(file)
        }
        other => other,
    }
}

/// Files that root has put into the service's folder are the service's, or it could not write them.
fn belong_to_owner(folder: &Path, paths: &[&Path]) {
    let Ok(owner) = fs::metadata(folder) else {
        return;
    };
    for path in paths {
        // Who is not root owns both already.
        let _ = std::os::unix::fs::chown(path, Some(owner.uid()), Some(owner.gid()));
    }
}

fn files(path: &Path, cause: io::Error) -> BackupError {
    BackupError::Files {
        path: path.to_owned(),
        cause,
    }
}
