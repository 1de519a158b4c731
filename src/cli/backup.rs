//! `courtside backup`, `restore` and `check`: what somebody does at the box before and after something goes wrong.

use std::error::Error;
use std::path::PathBuf;

use clap::Args;

use super::{DataFolder, say};
use crate::store::{self, Contents, Report, Settled};

#[derive(Debug, Args)]
pub struct Backup {
    /// File to write the backup to, for example /media/usb/courtside.db; an older backup of this venue is replaced
    file: PathBuf,
    /// Overwrite the file whatever it is
    #[arg(long)]
    force: bool,
    /// Leave in what gives rights: the PIN's hash, log-ins and referees' secrets. Without it the file may go to a stick
    #[arg(long)]
    with_secrets: bool,
    #[command(flatten)]
    folder: DataFolder,
}

impl Backup {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let database = store::database_in(&self.folder.path()?)?;
        let (contents, holds) = if self.with_secrets {
            let holds =
                "it holds the PIN's hash, log-ins and referees' secrets: keep it to yourself";
            (Contents::Everything, holds)
        } else {
            (
                Contents::NoSecrets,
                "it holds no PIN, log-ins or referees' secrets",
            )
        };
        store::back_up(&database, &self.file, contents, self.force)?;
        Ok(say(format!(
            "backed up to {}; {holds}",
            self.file.display()
        ))?)
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    /// Backup to restore, also one of an older Courtside
    file: PathBuf,
    /// Replace the database that is there; it is kept in the folder of the backups, with the four before it. Its PIN and the
    /// referees' secrets that are good now stay; those of the backup come back in no case
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    folder: DataFolder,
}

impl Restore {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let folder = self.folder.path()?;
        let restored = store::restore(&self.file, &folder, self.force)?;
        let (file, now_in_it) = (self.file.display(), counted(&restored.report));
        say(format!("restored {file}: {now_in_it}"))?;
        say(settled(&restored.rights))?;
        if let Some(replaced) = restored.replaced {
            let replaced = replaced.display();
            say(format!("the database that was there is now {replaced}"))?;
        }
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct Check {
    /// Backup to check instead of the server's database
    file: Option<PathBuf>,
    #[command(flatten)]
    folder: DataFolder,
}

/// A database with findings: they have been printed.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} found; nothing was changed. README, “If something goes wrong at the venue”, says what to do"
)]
struct Unsound(String);

impl Check {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let report = match self.file {
            Some(file) => store::check_backup(&file)?,
            None => store::check(&store::database_in(&self.folder.path()?)?)?,
        };
        if report.by_copy {
            say("the file may not be written, so a copy of it was looked at")?;
        }
        if report.findings.is_empty() {
            return Ok(say(format!("sound: {}", counted(&report)))?);
        }
        for finding in &report.findings {
            say(finding)?;
        }
        Err(Unsound(plural(report.findings.len() as u64, "problem", "problems")).into())
    }
}

/// "3 sessions ended, 2 referee links withdrawn, the PIN stays"
fn settled(rights: &Settled) -> String {
    let sessions = plural(rights.sessions_ended as u64, "session", "sessions");
    let links = plural(
        rights.links_withdrawn as u64,
        "referee link",
        "referee links",
    );
    let pin = if rights.pin_stays {
        "the PIN stays"
    } else {
        "no PIN is set: the next start makes and prints a new one, unless it is --open"
    };
    format!("{sessions} ended, {links} withdrawn, {pin}")
}

fn counted(report: &Report) -> String {
    format!(
        "{}, {}, {}",
        report.venue,
        plural(report.matches as u64, "match", "matches"),
        plural(report.events, "event", "events")
    )
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
