//! All sports that a venue knows: the built-in ones, and what its own files add or change.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};

use super::file::Sport;

/// One file for each sport.
static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/domain/sport/catalogue");

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut catalogue = Catalogue::default();
    for file in FILES.files() {
        // A test reads every one of them; none can be wrong here.
        if let Some(Ok(sport)) = file.contents_utf8().map(Sport::parse) {
            catalogue.insert(sport);
        }
    }
    catalogue
});

#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    sports: BTreeMap<String, Arc<Sport>>,
}

/// A sport that is in no file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no sport “{wanted}”; the sports are {known}")]
pub struct UnknownSport {
    wanted: String,
    known: String,
}

impl Catalogue {
    /// The sports that every Courtside knows.
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// Adds a sport, in place of one with the same id.
    pub fn insert(&mut self, sport: Sport) {
        self.sports.insert(sport.id.clone(), Arc::new(sport));
    }

    /// Finds a sport by its id, in any case.
    pub fn find(&self, id: &str) -> Result<&Arc<Sport>, UnknownSport> {
        self.sports
            .get(&id.to_uppercase())
            .ok_or_else(|| UnknownSport {
                wanted: id.chars().take(80).collect(),
                known: self.sports.keys().cloned().collect::<Vec<_>>().join(", "),
            })
    }

    /// In the order of their ids.
    pub fn sports(&self) -> impl Iterator<Item = &Arc<Sport>> {
        self.sports.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_is_right_and_named_as_its_sport() {
        for file in FILES.files() {
            let name = file.path().display().to_string();
            let text = file.contents_utf8().expect("a built-in file is UTF-8");
            match Sport::parse(text) {
                Ok(sport) => {
                    assert_eq!(name, format!("{}.toml", sport.id.to_lowercase()));
                    assert!(!sport.sources.is_empty(), "{name} names no rulebook");
                    assert!(!sport.icon.is_empty(), "{name} has no icon");
                }
                Err(error) => panic!("{name}, {error}"),
            }
        }
        assert!(Catalogue::built_in().sports().count() >= 24);
    }

    #[test]
    fn a_sport_is_found_in_any_case_and_an_unknown_one_is_told_the_others() {
        let catalogue = Catalogue::built_in();
        assert_eq!(
            catalogue.find("badminton").map(|sport| sport.id.as_str()),
            Ok("BADMINTON")
        );
        let unknown = catalogue
            .find("QUIDDITCH")
            .expect_err("no such sport")
            .to_string();
        assert!(unknown.contains("TABLE_TENNIS"), "{unknown}");
    }
}
