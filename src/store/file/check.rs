//! Whether a database is whole: what SQLite says of its pages, and what its histories say of themselves.

mod tournaments;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, MAIN_DB};
use tempfile::TempDir;

use super::copy::{copy_into, is_read_only, with_ending};
use super::migrate::{self, Found};
use super::opening::{open_looking, open_reading, open_writing};
use crate::domain::{MatchFold, MatchId, PERIODS_MAX, Play, Seq};
use crate::store::error::{OpenError, StoreError};
use crate::store::history::{self, PAGE, Recorded};
use crate::store::rows::matches::{self, Match};
use crate::store::rows::venue;

/// Findings of one kind beyond these only repeat the first.
const SQLITE_FINDINGS: usize = 20;

/// What was looked at, and what was wrong.
#[derive(Debug, Default)]
pub struct Report {
    pub venue: String,
    pub matches: usize,
    pub events: u64,
    /// The file may not be written, so that a copy of it was looked at: in the file itself SQLite would not see all.
    pub by_copy: bool,
    /// One sentence each; none in a sound database.
    pub findings: Vec<String>,
}

/// Reads a whole database without changing it, also beside a running server. One of an older version is judged
/// by a copy that has been brought up to date, one on a read-only disk by a copy of its files.
pub fn check(file: &Path) -> Result<Report, OpenError> {
    // Nobody writes there, so the files belong together; and SQLite reads no log where it cannot write beside it.
    if !is_read_only(file).unwrap_or(false) {
        return look(file, &BTreeSet::new());
    }
    let (_folder, copy) = copy_files(file).map_err(|cause| no_copy(file, cause))?;
    let report = look(&copy, &BTreeSet::new()).map_err(|error| error.of(file))?;
    Ok(Report {
        by_copy: true,
        ..report
    })
}

/// The same of a file that can be written, but for the histories of some matches.
pub(in crate::store) fn look(
    file: &Path,
    left_aside: &BTreeSet<MatchId>,
) -> Result<Report, OpenError> {
    let connection = open_looking(file)?;
    let failed = |error: StoreError| OpenError::from_store(file.to_owned(), error);
    let may_write = !connection
        .is_readonly(MAIN_DB)
        .map_err(|error| failed(error.into()))?;
    match migrate::found(&connection).map_err(failed)? {
        Found::Known(migrate::VERSION) if may_write => {
            inspect(&connection, left_aside).map_err(failed)
        }
        Found::Known(_) => {
            let report = look_at_copy(file, &connection, left_aside)?;
            Ok(Report {
                by_copy: !may_write,
                ..report
            })
        }
        Found::Foreign => Err(OpenError::Foreign(file.to_owned())),
        Found::Newer(found) => Err(OpenError::newer(file, found)),
    }
}

/// The same of a database that is of an older version or may not be written.
fn look_at_copy(
    file: &Path,
    connection: &Connection,
    left_aside: &BTreeSet<MatchId>,
) -> Result<Report, OpenError> {
    let failed = |error: StoreError| OpenError::from_store(file.to_owned(), error);
    let unsound = |findings| Report {
        findings,
        ..Report::default()
    };
    // A copy has indexes and pages of its own.
    let findings = sqlite_findings(connection).map_err(failed)?;
    if !findings.is_empty() {
        return Ok(unsound(findings));
    }
    let copy = tempfile::NamedTempFile::new().map_err(|cause| no_copy(file, cause))?;
    copy_into(&open_reading(file)?, copy.path()).map_err(failed)?;
    let findings = sqlite_findings(&open_looking(copy.path())?).map_err(failed)?;
    if !findings.is_empty() {
        return Ok(unsound(findings));
    }
    let migrated = open_writing(copy.path()).map_err(|error| error.of(file))?;
    inspect(&migrated, left_aside).map_err(failed)
}

/// Copies a database with what was written ahead of it. The folder is removed with the value.
fn copy_files(file: &Path) -> io::Result<(TempDir, PathBuf)> {
    let folder = TempDir::new()?;
    let copy = folder.path().join("copy.db");
    for ending in ["", "-wal", "-journal"] {
        match fs::copy(with_ending(file, ending), with_ending(&copy, ending)) {
            Err(cause) if ending.is_empty() || cause.kind() != io::ErrorKind::NotFound => {
                return Err(cause);
            }
            _ => {}
        }
    }
    Ok((folder, copy))
}

fn no_copy(file: &Path, cause: io::Error) -> OpenError {
    OpenError::NoCopy {
        file: file.to_owned(),
        cause,
    }
}

/// Everything that can be said of a database of this version, but for the histories of some matches.
pub(in crate::store) fn inspect(
    connection: &Connection,
    left_aside: &BTreeSet<MatchId>,
) -> Result<Report, StoreError> {
    // One transaction: rows and events of the same moment, while a server writes on.
    let moment = connection.unchecked_transaction()?;
    let mut report = Report {
        findings: sqlite_findings(&moment)?,
        ..Report::default()
    };
    if !report.findings.is_empty() {
        // What lies on damaged pages says nothing about itself.
        return Ok(report);
    }
    report.venue = match venue::venue(&moment)? {
        Some(venue) => venue.name,
        None => {
            report.findings.push("it names no venue".to_owned());
            String::new()
        }
    };
    let counted = history::lengths(&moment)?;
    for (id, found) in matches::every(&moment)? {
        report.matches += 1;
        match found {
            Ok(found) if left_aside.contains(&found.setup.id) => {}
            Ok(found) => inspect_match(&moment, &found, &counted, &mut report)?,
            Err(StoreError::Fault(fault)) => return Err(fault.into()),
            Err(error) => report.findings.push(format!("match {id}: {error}")),
        }
    }
    tournaments::inspect(&moment, &mut report)?;
    Ok(report)
}

fn sqlite_findings(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut findings = Vec::new();
    let sql = format!("PRAGMA integrity_check({SQLITE_FINDINGS})");
    let mut statement = connection.prepare(&sql)?;
    for line in statement.query_map([], |row| row.get::<_, String>(0))? {
        match line {
            Ok(line) if line == "ok" => {}
            Ok(line) => findings.push(format!("SQLite: {line}")),
            // Pages that are so damaged that even the check ends.
            Err(error) => findings.push(format!("SQLite: {error}")),
        }
    }
    if !findings.is_empty() {
        // It may end at the same pages.
        return Ok(findings);
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut orphans = BTreeMap::<(String, String), usize>::new();
    let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(2)?)))?;
    for pair in pairs {
        *orphans.entry(pair?).or_default() += 1;
    }
    for ((table, parent), count) in orphans {
        findings.push(format!(
            "{count} of {table} refer to {parent} that are not there"
        ));
    }
    Ok(findings)
}

/// Sequence, events and state of one match.
fn inspect_match(
    connection: &Connection,
    found: &Match,
    counted: &BTreeMap<String, u64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let id = found.setup.id;
    let mut walk = Walk::of(found);
    let fault = walk.fold_all(connection);
    report.events += walk.fold.seq();
    let mut find = |finding| report.findings.push(format!("match {id}: {finding}"));
    if let Some((seq, twice)) = history::doubled(connection, id)? {
        find(format!("event {seq} has the ID of an earlier one, {twice}"));
    }
    if let Some((seq, named)) = history::misnamed(connection, id)? {
        find(format!(
            "event {seq} is {named} by its row, and another by its text"
        ));
    }
    match fault {
        Err(StoreError::Fault(fault)) => return Err(fault.into()),
        Err(error) => {
            find(format!("event {}: {error}", walk.fold.seq() + 1));
            return Ok(());
        }
        Ok(Some(gap)) => {
            find(format!("event {gap} is missing"));
            return Ok(());
        }
        Ok(None) => {}
    }
    // A row may be behind the events of the last seconds; then it is right for those before.
    let stored = counted.get(&id.to_string()).copied().unwrap_or(0);
    if walk.fold.seq() != stored || found.seq > stored {
        let says = found.seq;
        find(format!(
            "its row says {says} events, its history has {stored}"
        ));
    } else if walk.agrees != Some(true) {
        find("its stored state is not what its events give".to_owned());
    }
    Ok(())
}

/// A match's history, read from its beginning.
struct Walk<'a> {
    found: &'a Match,
    fold: MatchFold,
    /// Says if the row's state is that after the row's last event; `None` before that was reached.
    agrees: Option<bool>,
}

impl Walk<'_> {
    fn of(found: &Match) -> Walk<'_> {
        let mut walk = Walk {
            found,
            fold: MatchFold::new(found.setup.rules.clone()),
            agrees: None,
        };
        walk.compare();
        walk
    }

    fn compare(&mut self) {
        if self.fold.seq() == self.found.seq {
            // An earlier version wrote periods without end.
            let outgrown = self.found.state.periods.len() > PERIODS_MAX;
            self.agrees = Some(outgrown || self.fold.state() == self.found.state);
        }
    }

    /// The first seq that is missing, if one is.
    fn fold_all(&mut self, connection: &Connection) -> Result<Option<Seq>, StoreError> {
        let id = self.found.setup.id;
        let mut portion = PAGE;
        loop {
            let page = match history::events(connection, id, self.fold.seq(), portion) {
                // One at a time from here: which one cannot be read is what helps.
                Err(StoreError::Unexpected(_)) if portion.events > 1 => {
                    portion.events = 1;
                    continue;
                }
                page => page?,
            };
            if page.is_empty() {
                return Ok(None);
            }
            let gap = (self.fold.seq() + 1..)
                .zip(&page)
                .find_map(|(expected, recorded)| (recorded.seq != expected).then_some(expected));
            let before_gap = page
                .into_iter()
                .take_while(|recorded| gap.is_none_or(|gap| recorded.seq < gap));
            self.extend(before_gap);
            if gap.is_some() {
                return Ok(gap);
            }
        }
    }

    /// Folds a page, and looks where the row's last event is.
    fn extend(&mut self, page: impl Iterator<Item = Recorded>) {
        let mut page = page.peekable();
        let told = self.found.seq;
        let upto = std::iter::from_fn(|| page.next_if(|recorded| recorded.seq <= told));
        let plays: Vec<Play> = upto.map(|recorded| recorded.event.play).collect();
        if !plays.is_empty() {
            self.fold.extend(plays);
            self.compare();
        }
        self.fold.extend(page.map(|recorded| recorded.event.play));
    }
}
