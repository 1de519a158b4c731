//! Copies of the whole database: made while the server writes, and put back in its place.
//!
//! A copy is made by `VACUUM INTO`: one moment of the database, in one pass, whatever is written meanwhile. (SQLite's
//! backup interface begins again whenever another connection writes.) It appears under its name only when it is complete,
//! fsynced and has been read back.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::check::{self, Report};
use super::error::{Fault, OpenError, StoreError};
use super::opening::{lock, open_reading, open_writing, prepare_folder, quick_check};
use super::rights::{self, Rights, Settled};
use super::{DATABASE_FILE, Store, rows};

/// Where a data folder keeps its backups.
pub const BACKUPS_FOLDER: &str = "backups";
/// What the name of a log ends with that belonged to a database that was overwritten.
pub(super) const LOG: &str = "-log";
/// How many databases are kept that were replaced, and how many that were rescued.
const KEPT_ASIDE: usize = 5;

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
    #[error("the backup {file} is damaged and was not restored: {finding}; try another one")]
    Damaged { file: PathBuf, finding: String },
    #[error("{path}: {cause}")]
    Files { path: PathBuf, cause: io::Error },
}

/// How much of a database a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    Everything,
    /// Nothing that gives a right or by which one could be guessed: for places that others can read.
    NoSecrets,
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
    /// Makes a backup under a name that is free or holds an older backup; none of a file that another put in the database's
    /// place. Blocks.
    pub fn back_up(&self, to: &Path, contents: Contents) -> Result<(), BackupError> {
        if let Some(fault @ Fault::Displaced(_)) = self.writer.last_fault() {
            let (to, cause) = (to.to_owned(), fault.into());
            return Err(BackupError::Write { to, cause });
        }
        back_up(&self.file, to, contents, false)
    }

    /// The number that grows with whatever is written about matches, tournaments, teams and courts. Blocks.
    pub fn revision(&self) -> Result<i64, StoreError> {
        rows::highest_revision(&*self.readers.get()?)
    }

    /// The same number in a backup of this venue; `None` of another venue's, and of what is no backup.
    pub fn revision_in(&self, backup: &Path) -> Option<i64> {
        let connection = open_reading(backup).ok()?;
        let venue = rows::venue(&connection).ok()??;
        match venue.id == self.venue.id {
            true => rows::highest_revision(&connection).ok(),
            false => None,
        }
    }
}

/// Looks through a file that somebody has named, as `check` does; what is wrong with it is no matter of the database.
pub fn check_backup(file: &Path) -> Result<Report, BackupError> {
    not_a_folder(file)?;
    check::check(file).map_err(|error| of_given_file(error.into()))
}

/// Whether the disk of a folder takes no writes.
pub fn is_read_only(folder: &Path) -> io::Result<bool> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// Copies the database `from`, which a server may be writing, to `to`. Without `force` only a backup of the same venue
/// is overwritten.
pub fn back_up(from: &Path, to: &Path, contents: Contents, force: bool) -> Result<(), BackupError> {
    let source = open_reading(from)?;
    not_a_folder(to)?;
    let folder = match to.as_os_str().as_encoded_bytes().ends_with(b"/") {
        true => to,
        false => folder_of(to),
    };
    if !folder.is_dir() {
        return Err(BackupError::NoFolder(folder.to_owned()));
    }
    if let Ok(found) = fs::metadata(to) {
        if same_file(from, &found) {
            return Err(BackupError::Itself(to.to_owned()));
        }
        if !force
            && found.len() > 0
            && venue_of(to) != rows::venue(&source).ok().flatten().map(|venue| venue.id)
        {
            return Err(BackupError::Foreign(to.to_owned()));
        }
    }
    let part = part_of(to);
    let written = write_copy(&source, &part, contents).and_then(|()| Ok(fs::rename(&part, to)?));
    if let Err(cause) = written {
        // What is left of it is of no use; that it cannot be removed is no news then.
        let _ = remove_part(&part);
        let to = to.to_owned();
        return Err(BackupError::Write { to, cause });
    }
    sync_folder(to).map_err(|cause| files(to, cause))
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
    let report = check::inspect(&connection).map_err(failed)?;
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

/// Writes a copy that is durable and was read back. The file is for its owner alone: it may hold the PIN's hash.
pub(super) fn write_copy(
    source: &Connection,
    part: &Path,
    contents: Contents,
) -> Result<(), StoreError> {
    remove_part(part)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(part)?;
    copy_into(source, part)?;
    if contents == Contents::NoSecrets {
        let copy = Connection::open(part)?;
        rights::strip(&copy)?;
    }
    file.sync_all()?;
    let copy = open_reading(part).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    match quick_check(&copy)? {
        true => Ok(()),
        false => Err(Fault::Corrupt.into()),
    }
}

/// One moment of a database into an empty file.
pub(super) fn copy_into(source: &Connection, to: &Path) -> Result<(), StoreError> {
    source.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
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
    Some(rows::venue(&connection).ok()??.id)
}

fn same_file(path: &Path, other: &fs::Metadata) -> bool {
    fs::metadata(path).is_ok_and(|found| (found.dev(), found.ino()) == (other.dev(), other.ino()))
}

pub(super) fn part_of(to: &Path) -> PathBuf {
    with_ending(to, ".part")
}

pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a copy that was not finished, with its journals: of the next copy of this name they would be taken for a part.
pub(super) fn remove_part(part: &Path) -> io::Result<()> {
    for ending in ["", "-journal", "-wal", "-shm", LOG] {
        match fs::remove_file(with_ending(part, ending)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
    }
    Ok(())
}

/// Removes what copies left in a folder that were cut short, of the names that begin so. Nobody may be making one there.
pub fn sweep(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some((stem, _)) = name.to_str().and_then(|name| name.rsplit_once(".part")) else {
            continue;
        };
        if stem.starts_with(prefix) && stem.ends_with(".db") {
            // That it cannot be removed shows when the next copy is written.
            let _ = remove_part(&part_of(&folder.join(stem)));
        }
    }
}

/// `STEM-1.db`, or the number after the highest that is there. Of those before it only the newest few stay.
pub(super) fn free_name(folder: &Path, stem: &str) -> PathBuf {
    let named = |number: u32| folder.join(format!("{stem}-{number}.db"));
    let number_of = |name: &str| {
        let number = name.strip_prefix(stem)?.strip_prefix('-')?;
        let number = number.strip_suffix(LOG).unwrap_or(number);
        number.strip_suffix(".db")?.parse::<u32>().ok()
    };
    let mut numbers: Vec<u32> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| number_of(entry.ok()?.file_name().to_str()?))
        .collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers.dedup();
    for old in numbers.iter().skip(KEPT_ASIDE - 1) {
        // One that cannot be removed takes room, and no harm is done.
        let _ = remove_part(&named(*old));
    }
    named(
        numbers
            .first()
            .map_or(1, |highest| highest.saturating_add(1)),
    )
}

pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder_of(file))?.sync_all()
}

fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
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
