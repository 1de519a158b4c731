//! Copies of a whole database, and the files that they become.
//!
//! A copy is made by `VACUUM INTO`: one moment of the database, in one pass, whatever is written meanwhile. (SQLite's
//! backup interface begins again whenever another connection writes.)

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::opening::{open_reading, quick_check};
use crate::store::error::{Fault, StoreError};
use crate::store::rights;

/// The folder in a data folder that holds its backups.
pub const BACKUPS_FOLDER: &str = "backups";
/// The ending of the name of a log that belonged to a database that was overwritten.
pub(in crate::store) const LOG: &str = "-log";
/// How many databases are kept that were replaced, and how many that were rescued.
const KEPT_ASIDE: usize = 5;

/// How much of a database a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    Everything,
    /// Nothing that gives a right or by which one could be guessed: for places that others can read.
    NoSecrets,
}

/// Writes a copy that is durable and was read back. The file is for its owner alone: it may hold the PIN's hash.
pub(in crate::store) fn write_copy(
    source: &Connection,
    part: &Path,
    contents: Contents,
) -> Result<(), StoreError> {
    remove_part(part)?;
    let file = for_the_owner(part)?;
    copy_into(source, part)?;
    if contents == Contents::NoSecrets {
        let copy = Connection::open(part)?;
        rights::strip(&copy)?;
    }
    file.sync_all()?;
    let copy = open_reading(part)?;
    match quick_check(&copy)? {
        true => Ok(()),
        false => Err(Fault::Corrupt.into()),
    }
}

/// Makes an empty file for its owner alone.
pub(in crate::store) fn for_the_owner(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
}

/// One moment of a database into an empty file.
pub(in crate::store) fn copy_into(source: &Connection, to: &Path) -> Result<(), StoreError> {
    source.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
}

pub(in crate::store) fn part_of(to: &Path) -> PathBuf {
    with_ending(to, ".part")
}

pub(in crate::store) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a copy that was not finished, with its journals: of the next copy of this name they would be taken for a part.
pub(in crate::store) fn remove_part(part: &Path) -> io::Result<()> {
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
pub(in crate::store) fn free_name(folder: &Path, stem: &str) -> PathBuf {
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

pub(in crate::store) fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder_of(file))?.sync_all()
}

pub(in crate::store) fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Tells a disk that takes no writes, by a file or folder on it.
pub fn is_read_only(path: &Path) -> io::Result<bool> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}
