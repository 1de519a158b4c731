//! Automatic backups: when one is made, where, and how many are kept.
//!
//! They are numbered, not dated: a Pi's clock is wrong until told, and a wrong date must never make the newest backup look
//! like the oldest. What the dates of the files say is for people. One row of numbers for both places: the highest is the
//! newest, wherever it lies. The names say whose they are, so that several boxes can share a stick.
//!
//! Each is restored on trial before it gets its name. A copy that is not sound pushes no older backup out: it lies beside
//! them under one name, for whoever can still make something of it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;

use crate::store::{
    BACKUPS_FOLDER, BackupError, Contents, DATABASE_FILE, Room, Store, is_read_only, sweep,
};
use crate::threads;

/// Between two backups: a round of matches that end together is one.
const REST: Duration = Duration::from_secs(20);
/// What a disk keeps for the scores, beyond twice the database: a backup must never be what fills it.
const SPARE_BYTES: u64 = 16 * 1024 * 1024;
/// Of the backups older than the newest ones, each of this many is kept; and then each of this many of those.
const THINNING: u32 = 8;
/// The newest ones, each eighth before them, each sixty-fourth before these.
const LAYERS: usize = 3;
/// What all names begin with; the venue and the number follow.
const PREFIX: &str = "courtside-";

/// What the settings say.
#[derive(Debug, Clone)]
pub struct Plan {
    /// A backup is also made after each match that ends. `None`: none at all.
    pub every: Option<Duration>,
    /// How many are kept in each place.
    pub keep: usize,
    /// The data folder.
    pub data: PathBuf,
    /// A second place, such as a USB stick; it must be there, or it might be the empty folder that a stick belongs into.
    pub second: Option<PathBuf>,
    /// The second place is on the disk of the data on purpose. Else that is told: it may be where a stick belongs that is
    /// not plugged in.
    pub same_disk: bool,
}

/// How the backups of one folder are.
#[derive(Debug, Clone)]
pub struct Place {
    pub folder: PathBuf,
    pub newest: Option<SystemTime>,
    pub count: usize,
    /// Why the last one could not be made.
    pub problem: Option<String>,
}

/// The automatic backups of a running server, as the organiser sees them. Cheap to clone.
#[derive(Clone, Default)]
pub struct Backups(Arc<Mutex<Vec<Place>>>);

impl Backups {
    /// One for each folder; none where none are made.
    pub fn places(&self) -> Vec<Place> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Makes backups until `stopping` ends: at once, after each finished match, at each interval in which something changed,
    /// and a last one.
    pub async fn keep_making(self, store: Store, plan: Plan, mut stopping: oneshot::Receiver<()>) {
        let (sweeping, swept) = (store.clone(), plan.clone());
        // Where that fails, only rubbish is left.
        on_a_thread(move || sweep_all(&sweeping, &swept)).await;
        let Some(every) = plan.every else {
            return;
        };
        let mut finished = store.finished_matches();
        loop {
            // Who has made none may make the next one at once.
            let rest = match self.make_round(&store, &plan).await {
                true => REST.min(every),
                false => Duration::ZERO,
            };
            let due = async {
                tokio::time::sleep(rest).await;
                tokio::select! {
                    () = tokio::time::sleep(every) => {}
                    // An error means that the store has ended; then so does this task, soon.
                    Ok(()) = finished.changed() => {}
                }
            };
            tokio::select! {
                () = due => {}
                _ = &mut stopping => {
                    self.make_round(&store, &plan).await;
                    return;
                }
            }
        }
    }

    /// Says if one was made, or tried.
    async fn make_round(&self, store: &Store, plan: &Plan) -> bool {
        // Where that fails, a backup of what is stored is all the more worth having.
        let _ = store.catch_up().await;
        let (made_by, store, plan) = (self.clone(), store.clone(), plan.clone());
        // After a panic, which has been printed, the next round may go well.
        on_a_thread(move || made_by.make_all(&store, &plan))
            .await
            .unwrap_or(true)
    }

    fn make_all(&self, store: &Store, plan: &Plan) -> bool {
        let folders = folders(plan);
        let known = folders.iter().flat_map(|folder| listed(store, folder));
        let number = 1 + known.map(|backup| backup.number).max().unwrap_or(0);
        let mut tried = false;
        let places: Vec<Place> = folders
            .into_iter()
            .map(|folder| {
                let made = usable(plan, &folder).and_then(|()| make(store, plan, &folder, number));
                tried |= !matches!(made, Ok(false));
                let problem = made.err().or_else(|| doubt(plan, &folder));
                if let Some(problem) = &problem {
                    tracing::warn!("backups in {}: {problem}", folder.display());
                }
                describe(store, folder, problem)
            })
            .collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = places;
        tried
    }
}

/// Runs this on a thread of its own and not on one of the runtime's: the program's end would wait for those, however long
/// a dying stick takes. `None` if it could not be run, or panicked.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, done) = oneshot::channel();
    // Who waited may have gone away.
    let thread = threads::spawn("backups", move || drop(sender.send(work())));
    if let Err(error) = thread {
        tracing::warn!("no thread for backups: {error}");
    }
    done.await.ok()
}

/// The data folder's own, and the second one.
fn folders(plan: &Plan) -> Vec<PathBuf> {
    let own = plan.data.join(BACKUPS_FOLDER);
    [Some(own), plan.second.clone()]
        .into_iter()
        .flatten()
        .collect()
}

/// Removes what copies left that were cut short, by a plug that was pulled or by this program's end.
fn sweep_all(store: &Store, plan: &Plan) {
    sweep(&plan.data, DATABASE_FILE);
    for folder in folders(plan) {
        sweep(&folder, &own_prefix(store));
    }
}

/// Says if backups can go into a folder: the second one must be there.
fn usable(plan: &Plan, folder: &Path) -> Result<(), String> {
    match plan.second.as_deref() != Some(folder) || folder.is_dir() {
        true => Ok(()),
        false => Err("the folder is not there; is the stick plugged in?".into()),
    }
}

/// What may be wrong with a folder that takes backups: the place of a stick is there without it, too.
fn doubt(plan: &Plan, folder: &Path) -> Option<String> {
    let disk = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
    let second = plan.second.as_deref() == Some(folder);
    (second && !plan.same_disk && disk(folder) == disk(&plan.data)).then(|| {
        "they are made, but on the same disk as the data: is the stick plugged in? (if it is meant so: --backup-same-disk)".into()
    })
}

/// Makes a backup in a folder unless its newest one has everything, and thins out the old ones. Whether one was made.
fn make(store: &Store, plan: &Plan, folder: &Path, number: u32) -> Result<bool, String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let before = listed(store, folder);
    let known = before
        .first()
        .and_then(|newest| store.revision_in(&newest.file));
    let now = store.revision().map_err(|error| error.to_string())?;
    if known == Some(now) {
        return Ok(false);
    }
    has_room(store, folder)?;
    let file = folder.join(format!("{}{number:05}.db", own_prefix(store)));
    // A stick is read by whoever finds it.
    let contents = if plan.second.as_deref() == Some(folder) {
        Contents::NoSecrets
    } else {
        Contents::Everything
    };
    let unsound = folder.join(format!("{}unsound.db", own_prefix(store)));
    store
        .back_up(&file, contents, &unsound)
        .map_err(|error| match error {
            BackupError::Unsound { .. } => {
                format!("{error}; what there is was copied to {}", unsound.display())
            }
            other => other.to_string(),
        })?;
    let mut all = vec![Backup { number, file }];
    all.extend(before);
    let numbers: Vec<u32> = all.iter().map(|backup| backup.number).collect();
    let gone = superfluous(&numbers, plan.keep);
    for old in all.iter().filter(|backup| gone.contains(&backup.number)) {
        fs::remove_file(&old.file).map_err(|error| error.to_string())?;
    }
    Ok(true)
}

fn has_room(store: &Store, folder: &Path) -> Result<(), String> {
    // A read-only disk may say that it has no room at all.
    if is_read_only(folder).map_err(|error| error.to_string())? {
        return Err("this disk is read-only".into());
    }
    let needed = store.room().map_err(|error| error.to_string())?;
    let free = Room::free_in(folder).map_err(|error| error.to_string())?;
    if free < needed.database_bytes.saturating_mul(2) + SPARE_BYTES {
        return Err("too little room on this disk".into());
    }
    // The last tenth is for the scores, or for what else is on a stick.
    let total = Room::total_of(folder).map_err(|error| error.to_string())?;
    match free.saturating_sub(needed.database_bytes.saturating_mul(2)) < total / 10 {
        true => Err("too little room on this disk: its last tenth is kept free".into()),
        false => Ok(()),
    }
}

/// How the names of this venue's backups begin: with the end of its ID, which is drawn by lot.
fn own_prefix(store: &Store) -> String {
    let id = store.venue().id.to_string();
    let mark = id.get(id.len().saturating_sub(8)..).unwrap_or(&id);
    format!("{PREFIX}{mark}-")
}

/// A backup of this venue.
struct Backup {
    number: u32,
    file: PathBuf,
}

/// This venue's backups in a folder, the newest first.
fn listed(store: &Store, folder: &Path) -> Vec<Backup> {
    let own = own_prefix(store);
    let backup = |name: String| {
        let file = folder.join(&name);
        let stem = name.strip_suffix(".db")?;
        if let Some(number) = stem.strip_prefix(&own) {
            let number = number.parse().ok()?;
            return Some(Backup { number, file });
        }
        // Names of earlier versions do not say whose they are; the files do.
        let number = stem.strip_prefix(PREFIX)?.parse().ok()?;
        store.revision_in(&file)?;
        Some(Backup { number, file })
    };
    let mut found: Vec<Backup> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| backup(entry.ok()?.file_name().into_string().ok()?))
        .collect();
    found.sort_unstable_by_key(|backup| std::cmp::Reverse(backup.number));
    found
}

/// Which of these, the newest first, are not kept: the newest stay dense, the older ones get sparse, so that a mistake of
/// this morning can still be undone in the evening.
fn superfluous(numbers: &[u32], keep: usize) -> Vec<u32> {
    let mut rest = numbers.to_vec();
    let mut step = 1;
    for layer in 0..LAYERS {
        let mut room = keep / LAYERS + usize::from(layer < keep % LAYERS);
        rest.retain(|number| {
            let kept = room > 0 && number % step == 0;
            room -= usize::from(kept);
            !kept
        });
        step *= THINNING;
    }
    rest
}

fn describe(store: &Store, folder: PathBuf, problem: Option<String>) -> Place {
    let backups = listed(store, &folder);
    let newest = backups
        .first()
        .and_then(|newest| fs::metadata(&newest.file).ok()?.modified().ok());
    Place {
        newest,
        count: backups.len(),
        folder,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_backups_are_kept_and_ever_fewer_of_the_older_ones() {
        let mut kept: Vec<u32> = Vec::new();
        for number in 1..=400 {
            kept.insert(0, number);
            let gone = superfluous(&kept, 12);
            kept.retain(|number| !gone.contains(number));
            assert!(kept.len() <= 12);
            assert_eq!(kept[0], number);
        }
        assert_eq!(kept[..4], [400, 399, 398, 397]);
        assert_eq!(kept[4..8], [392, 384, 376, 368]);
        assert_eq!(kept[8..], [320, 256, 192, 128]);
    }

    #[test]
    fn few_backups_are_all_kept() {
        assert_eq!(superfluous(&[3, 2, 1], 12), [0_u32; 0]);
    }
}
