//! Automatic backups: when one is made, where, and how many are kept.
//!
//! They are numbered, not dated: a Pi's clock is wrong until told, and a wrong date must never make the newest backup look
//! like the oldest. What the dates of the files say is for people.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::store::{BACKUPS_FOLDER, BackupError, Room, Store, revision_of};

/// Between two backups: a round of matches that end together is one.
const REST: Duration = Duration::from_secs(20);
/// What a disk keeps for the scores, beyond twice the database: a backup must never be what fills it.
const SPARE_BYTES: u64 = 16 * 1024 * 1024;
/// Of the backups older than the newest ones, each of this many is kept; and then each of this many of those.
const THINNING: u32 = 8;
/// The newest ones, each eighth before them, each sixty-fourth before these.
const LAYERS: usize = 3;

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

    /// Makes backups until it is dropped: at once, after each finished match, and at each interval in which something changed.
    pub async fn keep_making(self, store: Store, plan: Plan) {
        let Some(every) = plan.every else {
            return;
        };
        let mut finished = store.finished_matches();
        loop {
            let (store, made_by, plan) = (store.clone(), self.clone(), plan.clone());
            // A panic there has been printed; the next one may go well.
            let _ = tokio::task::spawn_blocking(move || made_by.make_all(&store, &plan)).await;
            tokio::time::sleep(REST.min(every)).await;
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                // An error means that the store has ended; then so does this task, soon.
                Ok(()) = finished.changed() => {}
            }
        }
    }

    fn make_all(&self, store: &Store, plan: &Plan) {
        let own = plan.data.join(BACKUPS_FOLDER);
        let places: Vec<Place> = [Some(own.clone()), plan.second.clone()]
            .into_iter()
            .flatten()
            .map(|folder| {
                let made = match folder == own || folder.is_dir() {
                    true => make(store, &folder, plan.keep),
                    false => Err("the folder is not there; is the stick plugged in?".into()),
                };
                let problem = made.err();
                if let Some(problem) = &problem {
                    tracing::warn!("no backup in {}: {problem}", folder.display());
                }
                describe(folder, problem)
            })
            .collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = places;
    }
}

/// Makes a backup in a folder unless its newest one has everything, and thins out the old ones.
fn make(store: &Store, folder: &Path, keep: usize) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let numbers = numbers(folder);
    let newest = numbers.first().copied().unwrap_or(0);
    let known = revision_of(&file(folder, newest));
    let now = store.revision().map_err(|error| error.to_string())?;
    if known == Some(now) {
        return Ok(());
    }
    let needed = store
        .room()
        .map_err(|error| error.to_string())?
        .database_bytes;
    let room = Room::free_in(folder).map_err(|error| error.to_string())?;
    if room < needed.saturating_mul(2) + SPARE_BYTES {
        return Err("too little room on this disk".into());
    }
    let number = newest + 1;
    store
        .back_up(&file(folder, number))
        .map_err(|error: BackupError| error.to_string())?;
    let mut all = vec![number];
    all.extend(numbers);
    for old in superfluous(&all, keep) {
        fs::remove_file(file(folder, old)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn file(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("courtside-{number:05}.db"))
}

/// The numbers of the backups in a folder, the newest first.
fn numbers(folder: &Path) -> Vec<u32> {
    let mut numbers: Vec<u32> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            name.strip_prefix("courtside-")?
                .strip_suffix(".db")?
                .parse()
                .ok()
        })
        .collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers
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

fn describe(folder: PathBuf, problem: Option<String>) -> Place {
    let numbers = numbers(&folder);
    let newest = numbers
        .first()
        .and_then(|newest| fs::metadata(file(&folder, *newest)).ok()?.modified().ok());
    Place {
        newest,
        count: numbers.len(),
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
