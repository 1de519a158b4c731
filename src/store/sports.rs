//! The sports of this venue: the built-in ones, and the files in its data folder's `sports/`.
//!
//! The folder is looked at whenever somebody asks, so that a new file needs no restart. A wrong file is a problem
//! that is told; the other sports keep working.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::domain::{Catalogue, Sport};

/// The folder inside the data folder.
pub const SPORTS_FOLDER: &str = "sports";
/// More files than this are not a venue's sports.
const FILES_MAX: usize = 500;
/// A file that is larger is no sport's, and is not read.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sports {
    folder: Arc<Path>,
    known: Arc<Mutex<Known>>,
}

/// What the folder held when it was last read.
#[derive(Debug, Clone, Default)]
struct Known {
    seen: Option<Vec<Seen>>,
    catalogue: Arc<Catalogue>,
    problems: Arc<[SportProblem]>,
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    path: PathBuf,
    changed: Option<SystemTime>,
    bytes: u64,
}

/// What is wrong with a file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SportProblem {
    /// Its name in the folder.
    pub file: String,
    /// What is wrong, with the line.
    pub reason: String,
}

impl Sports {
    /// The sports of a venue whose data lies in this folder.
    pub fn in_data(data: &Path) -> Sports {
        Sports {
            folder: data.join(SPORTS_FOLDER).into(),
            known: Arc::default(),
        }
    }

    /// The sports as the files are now. Reads the disk: not for the runtime's own threads.
    pub fn read(&self) -> (Arc<Catalogue>, Arc<[SportProblem]>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = look(&self.folder);
        if known.seen.as_ref() != Some(&now) {
            *known = read_all(now);
            for problem in &*known.problems {
                tracing::warn!("sports/{}, {}", problem.file, problem.reason);
            }
        }
        (known.catalogue.clone(), known.problems.clone())
    }

    /// [`Sports::read`] on a thread that may wait for the disk.
    pub async fn current(&self) -> (Arc<Catalogue>, Arc<[SportProblem]>) {
        let sports = self.clone();
        let read = tokio::task::spawn_blocking(move || sports.read()).await;
        read.unwrap_or_else(|_| (Arc::new(Catalogue::built_in().clone()), Arc::default()))
    }
}

/// The folder's sport files in the order of their names; none if there is no folder.
fn look(folder: &Path) -> Vec<Seen> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut seen: Vec<Seen> = entries
        .flatten()
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "toml")
        })
        .take(FILES_MAX)
        .filter_map(|entry| {
            let path = entry.path();
            let about = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
            Some(Seen {
                changed: about.modified().ok(),
                bytes: about.len(),
                path,
            })
        })
        .collect();
    seen.sort_by(|one, other| one.path.cmp(&other.path));
    seen
}

fn read_all(seen: Vec<Seen>) -> Known {
    let mut catalogue = Catalogue::built_in().clone();
    let mut problems = Vec::new();
    let mut own: Vec<(String, String)> = Vec::new();
    for file in &seen {
        let name = file
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let read =
            read_one(file).and_then(|sport| match own.iter().find(|(id, _)| *id == sport.id) {
                Some((id, other)) => Err(format!(
                    "{id} is in {other} already; one of the two has to go"
                )),
                None => Ok(sport),
            });
        match read {
            Ok(sport) => {
                tracing::info!("sports/{name}: {}", sport.id);
                own.push((sport.id.clone(), name));
                catalogue.insert(sport);
            }
            Err(reason) => problems.push(SportProblem { file: name, reason }),
        }
    }
    Known {
        seen: Some(seen),
        catalogue: Arc::new(catalogue),
        problems: problems.into(),
    }
}

fn read_one(file: &Seen) -> Result<Sport, String> {
    if file.bytes > FILE_MAX_BYTES {
        return Err("is far too large for a sport's file".into());
    }
    let text = fs::read(&file.path).map_err(|error| format!("cannot be read: {error}"))?;
    let text =
        String::from_utf8(text).map_err(|_| "is not UTF-8 text; save it as UTF-8".to_owned())?;
    Sport::parse(&text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBB: &str =
        "id = \"kubb\"\nname = \"Kubb\"\nengine = \"ladder\"\n[rules.match]\ntarget = 6\n";

    #[test]
    fn a_file_is_a_sport_at_once_and_a_wrong_one_is_a_problem_with_its_line() {
        let data = tempfile::tempdir().unwrap();
        let sports = Sports::in_data(data.path());
        let built_in = Catalogue::built_in().sports().count();
        assert_eq!(sports.read().0.sports().count(), built_in);
        let folder = data.path().join(SPORTS_FOLDER);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("kubb.toml"), KUBB).unwrap();
        fs::write(
            folder.join("wrong.toml"),
            KUBB.replace("target = 6", "target = 6\nlaed = 2"),
        )
        .unwrap();
        fs::write(folder.join("zz_again.toml"), KUBB).unwrap();
        fs::write(folder.join("notes.txt"), "not a sport").unwrap();
        let (catalogue, problems) = sports.read();
        assert_eq!(catalogue.sports().count(), built_in + 1);
        assert_eq!(catalogue.find("Kubb").unwrap().name.fr, "Kubb");
        let told: Vec<(&str, &str)> = problems
            .iter()
            .map(|problem| (problem.file.as_str(), problem.reason.as_str()))
            .collect();
        assert_eq!(told[0].0, "wrong.toml");
        assert!(
            told[0].1.starts_with("line 6: “rules.match.laed”"),
            "{}",
            told[0].1
        );
        assert_eq!(
            told[1],
            (
                "zz_again.toml",
                "KUBB is in kubb.toml already; one of the two has to go"
            )
        );
        fs::remove_file(folder.join("kubb.toml")).unwrap();
        assert!(
            sports
                .read()
                .1
                .iter()
                .all(|problem| problem.file != "zz_again.toml")
        );
    }
}
