//! Matches that are left aside: a start died while it took one up, so the next one serves without it, until an organiser
//! opens or deletes it.
//!
//! Before a match is read its id is written into a file, and when all are read the file is removed. The file is never
//! fsynced: what ends the program leaves it, what ends the machine may lose it, and a card is not written for each match.
//!
//! Beside the id stands which boot of the machine it was. If that is another by now, the power may have been cut while an
//! innocent match was read: it is tried once more, and left aside if that start ends over it, too.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _};

use super::Store;
use super::error::StoreError;
use crate::domain::MatchId;

/// The file in the data folder that names the match which is being taken up.
const MARKER: &str = "taking-up";
/// The setting that lists those that are left aside, with a space between.
const SETTING: &str = "left_aside";
/// The system's own name for the time since it was started.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
/// The try of a match, as long as each other, so that one is written over the other.
const FIRST: &str = "first";
const AGAIN: &str = "again";

/// The matches that are left aside, and the marker of the one that is being taken up. Cheap to clone.
#[derive(Clone)]
pub struct Aside(Arc<Inner>);

struct Inner {
    marker: PathBuf,
    /// Which boot this is; empty where the system does not say.
    boot: String,
    /// The match that is tried once more.
    again: Option<MatchId>,
    open: Mutex<Option<File>>,
    matches: Mutex<BTreeSet<MatchId>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Aside {
    /// Reads which matches are left aside, and leaves the one aside that the last start died of.
    pub(super) fn open(folder: &Path, connection: &Connection) -> Result<Aside, StoreError> {
        let marker = folder.join(MARKER);
        let mut matches = read(connection)?;
        let named = fs::read_to_string(&marker).unwrap_or_default();
        let boot = fs::read_to_string(BOOT).unwrap_or_default();
        let boot = boot.trim().to_owned();
        let again = match Ended::read(&named, &boot) {
            None => None,
            Some(Ended::WithTheMachine(id)) => {
                tracing::warn!(
                    "the machine stopped while match {id} was read: it is tried once more"
                );
                Some(id)
            }
            Some(Ended::OverIt(id)) => {
                tracing::error!(
                    "the last start ended while it read match {id}: it is left aside until an organiser opens or deletes it"
                );
                matches.insert(id);
                write(connection, &matches)?;
                None
            }
        };
        let aside = Aside(Arc::new(Inner {
            marker,
            boot,
            again,
            open: Mutex::default(),
            matches: Mutex::new(matches),
        }));
        aside.all_taken_up();
        Ok(aside)
    }

    pub(super) fn has(&self, id: MatchId) -> bool {
        locked(&self.0.matches).contains(&id)
    }

    /// Notes which match is being read.
    pub(super) fn taking_up(&self, id: MatchId) {
        let mut open = locked(&self.0.open);
        if open.is_none() {
            *open = File::create(&self.0.marker).ok();
        }
        // A disk that takes no note still lets matches be read.
        if let Some(file) = &*open {
            let attempt = match self.0.again == Some(id) {
                true => AGAIN,
                false => FIRST,
            };
            let noted = format!("{id} {attempt} {}", self.0.boot);
            let _ = file.write_all_at(noted.as_bytes(), 0);
        }
    }

    /// Takes matches off the list that the next start reads, within somebody's transaction.
    pub(super) fn take_back(
        &self,
        connection: &Connection,
        ids: &[MatchId],
    ) -> Result<(), StoreError> {
        if !ids.iter().any(|id| self.has(*id)) {
            return Ok(());
        }
        let mut left = read(connection)?;
        left.retain(|id| !ids.contains(id));
        write(connection, &left)
    }

    /// Forgets them here, once that is stored.
    pub(super) fn forget(&self, ids: &[MatchId]) {
        locked(&self.0.matches).retain(|id| !ids.contains(id));
    }

    /// Notes that none is being read any more.
    pub(super) fn all_taken_up(&self) {
        *locked(&self.0.open) = None;
        // Where it cannot be removed there was none, or nothing can be written at all.
        let _ = fs::remove_file(&self.0.marker);
    }
}

/// How the start ended that was reading a match.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// In the same boot, or for the second time.
    OverIt(MatchId),
    /// For all that is known, the machine stopped.
    WithTheMachine(MatchId),
}

impl Ended {
    fn read(noted: &str, boot: &str) -> Option<Ended> {
        let mut words = noted.split_ascii_whitespace();
        let id = words.next()?.parse().ok()?;
        let is_first = words.next() == Some(FIRST);
        let of_another_boot = words.next().is_some_and(|other| other != boot);
        Some(if is_first && of_another_boot && !boot.is_empty() {
            Ended::WithTheMachine(id)
        } else {
            Ended::OverIt(id)
        })
    }
}

impl Store {
    pub fn is_left_aside(&self, id: MatchId) -> bool {
        self.aside.has(id)
    }

    /// The matches that are left aside.
    pub fn left_aside(&self) -> Vec<MatchId> {
        locked(&self.aside.0.matches).iter().copied().collect()
    }

    /// Notes which match is being read, for the next start, should this be the end of the program.
    pub fn taking_up(&self, id: MatchId) {
        self.aside.taking_up(id);
    }

    pub fn all_taken_up(&self) {
        self.aside.all_taken_up();
    }

    /// The organiser has decided: a match is not left aside any more.
    pub async fn take_back(&self, id: MatchId) -> Result<(), StoreError> {
        let aside = self.aside.clone();
        self.writer
            .write(move |writing| aside.take_back(writing.connection, &[id]))
            .await?;
        self.aside.forget(&[id]);
        Ok(())
    }
}

pub(super) fn read(connection: &Connection) -> Result<BTreeSet<MatchId>, StoreError> {
    let listed: Option<String> = connection
        .query_row(
            "SELECT value FROM settings WHERE name = ?1",
            [SETTING],
            |row| row.get(0),
        )
        .optional()?;
    let listed = listed.unwrap_or_default();
    Ok(listed
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect())
}

fn write(connection: &Connection, matches: &BTreeSet<MatchId>) -> Result<(), StoreError> {
    let listed: Vec<String> = matches.iter().map(MatchId::to_string).collect();
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [SETTING, &listed.join(" ")],
    )?;
    Ok(())
}
