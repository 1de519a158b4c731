//! The arrows of ARCHITECTURE.md: who may import whom.

use std::fs;
use std::path::{Path, PathBuf};

/// Each part with the parts of ours that it may use.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("domain", &[]),
    ("clock", &[]),
    ("random", &[]),
    ("threads", &[]),
    ("discovery", &["clock", "random"]),
    ("config", &["domain"]),
    ("store", &["clock", "domain", "random", "threads"]),
    ("broker", &["clock", "domain", "random", "store"]),
    ("backups", &["store", "threads"]),
    ("secrets", &["random", "store"]),
    (
        "organising",
        &["broker", "clock", "domain", "random", "secrets", "store"],
    ),
    (
        "http",
        &[
            "backups",
            "broker",
            "clock",
            "discovery",
            "domain",
            "organising",
            "random",
            "secrets",
            "store",
            "threads",
        ],
    ),
    ("client", &["http"]),
    ("load", &["client", "clock"]),
    (
        "serving",
        &[
            "backups",
            "broker",
            "clock",
            "config",
            "discovery",
            "domain",
            "http",
            "organising",
            "random",
            "secrets",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "backups", "client", "clock", "config", "domain", "http", "load", "random", "secrets",
            "serving", "store", "threads",
        ],
    ),
];

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if extension.is_some_and(|extension| extensions.contains(&extension)) {
            found.push(path);
        }
    }
    found
}

/// Every source file with its path below `src` and its text.
fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let below = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    files(&root, &["rs"])
        .iter()
        .map(|path| (below(path), fs::read_to_string(path).unwrap()))
        .collect()
}

fn part(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn every_part_imports_only_what_lies_below_it() {
    for (path, text) in all() {
        let part = part(&path);
        if matches!(part, "lib" | "main") {
            continue;
        }
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(name, _)| *name == part)
            .unwrap_or_else(|| panic!("{part} is new: say where it stands"));
        for (line, used) in parts_used(&path, &text) {
            assert!(
                used == part || allowed.contains(&used.as_str()),
                "src/{path}:{line}: {part} must not use {used}"
            );
        }
    }
}

/// The parts that a file names, each with its line: by `crate::part`, in a group `crate::{part, …}`, or by as many
/// `super::` as lead out of its own part.
fn parts_used(path: &str, text: &str) -> Vec<(usize, String)> {
    // In src/a.rs one `super` is the whole program, in src/a/b.rs it takes two; in a module of the file one more.
    let depth = path.trim_end_matches("/mod.rs").split('/').count();
    let upwards = "super::".repeat(depth);
    let mut used = Vec::new();
    for root in ["crate::", &upwards] {
        for (at, _) in text.match_indices(root) {
            let line = text[..at].lines().count().max(1);
            let named = first_names(&text[at + root.len()..]);
            // Items of the file's own `mod tests` say `super::` for the file itself.
            let named = named
                .into_iter()
                .filter(|name| root == "crate::" || ALLOWED.iter().any(|(part, _)| part == name));
            used.extend(named.map(|name| (line, name)));
        }
    }
    used
}

/// The first name of a path, or of each path in a group of them.
fn first_names(path: &str) -> Vec<String> {
    let name_of = |text: &str| -> String {
        let name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '*');
        text.trim_start().chars().take_while(name).collect()
    };
    let mut names = Vec::new();
    match path.strip_prefix('{') {
        None => names.push(name_of(path)),
        Some(group) => {
            let (mut depth, mut begin) = (1, 0);
            for (at, letter) in group.char_indices() {
                if depth == 1 && matches!(letter, ',' | '}') {
                    names.push(name_of(&group[begin..at]));
                    begin = at + 1;
                }
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                if depth == 0 {
                    break;
                }
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn a_part_that_is_named_in_a_group_or_from_above_is_seen() {
    let seen = |path: &str, text: &str| -> Vec<String> {
        let used = parts_used(path, text).into_iter();
        used.map(|(_, name)| name).collect()
    };
    let group = "use crate::{\n    clock::{Clock, WallMs},\n    domain::sport::{self, Rules},\n    http,\n};\nuse std::{fs, io};\n";
    assert_eq!(seen("store/mod.rs", group), ["clock", "domain", "http"]);
    assert_eq!(seen("store/mod.rs", "use crate::*;"), ["*"]);
    assert_eq!(seen("backups.rs", "use super::http::App;"), ["http"]);
    assert_eq!(seen("store/rows.rs", "super::super::http::x()"), ["http"]);
    assert_eq!(seen("store/rows.rs", "use super::writer;"), [""; 0]);
}

#[test]
fn a_file_of_more_than_400_lines_says_why() {
    for (path, text) in all() {
        let why = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .any(|line| line.starts_with("//! Over 400 lines"));
        let lines = text.lines().count();
        assert!(
            why || lines <= 400,
            "src/{path} has {lines} lines: cut it, or say in its `//!` “Over 400 lines: …”"
        );
    }
}

#[test]
fn sql_is_written_in_the_store_alone_and_sockets_are_not_the_broker_s() {
    for (path, text) in all() {
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        if part(&path) != "store" {
            assert!(!code.contains("rusqlite"), "src/{path} speaks SQL");
        }
        if matches!(part(&path), "domain" | "store" | "broker") {
            for outside in ["warp::", "hyper::", "tungstenite", "TcpStream"] {
                assert!(!code.contains(outside), "src/{path} knows {outside}");
            }
        }
        if part(&path) == "domain" {
            for impure in [
                "std::fs",
                "std::net",
                "Instant",
                "SystemTime",
                "tokio",
                "getrandom",
                "now_v7",
                "HashMap",
            ] {
                assert!(!code.contains(impure), "src/{path} is not pure: {impure}");
            }
        }
    }
}

#[test]
fn a_command_that_needs_no_server_imports_no_http() {
    for name in ["score", "lines", "draw", "standings", "swiss", "plan"] {
        let of_command = |path: &str| path == format!("cli/{name}.rs");
        let (path, text) = all()
            .into_iter()
            .find(|(path, _)| of_command(path))
            .unwrap();
        for server in ["http", "store", "broker", "serving"] {
            let named = format!("crate::{server}");
            assert!(!text.contains(&named), "src/{path} uses {server}");
        }
    }
}

#[test]
fn the_original_s_french_words_stay_where_it_is_read_and_answered() {
    for (path, text) in all() {
        if !path.starts_with("http/classic/") && path != "domain/matches/original.rs" {
            for word in ["EQUIPE", "equipeA", "Equipe\"", "EventType", "EventValue"] {
                assert!(
                    !text.contains(word) || path == "client/mod.rs",
                    "src/{path}: {word}"
                );
            }
        }
    }
}

/// Files that name sports, and why: what a demonstration or a load plays when nobody chooses, and examples for readers.
const SPORTS_NAMED: [&str; 5] = [
    "cli/demo.rs",
    "cli/referee.rs",
    "cli/standings.rs",
    "http/openapi/requests.rs",
    "load/run.rs",
];

#[test]
fn no_sport_is_named_outside_of_the_catalogue() {
    let sports = courtside::domain::Catalogue::built_in().sports();
    let ids: Vec<String> = sports.map(|sport| sport.id.to_lowercase()).collect();
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let names_a_sport = |line: &str| {
        let line = line.to_lowercase();
        line.split(|letter| !word(letter))
            .any(|word| ids.iter().any(|id| id == word))
    };
    for (path, text) in all() {
        let for_tests = ["tests.rs", "testing.rs", "properties.rs"];
        if path.contains("/tests/") || for_tests.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        // What a comment gives as an example decides nothing.
        let named = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .find(|line| names_a_sport(line));
        if SPORTS_NAMED.contains(&path.as_str()) {
            assert!(named.is_some(), "src/{path} names no sport any more");
        } else {
            assert_eq!(named, None, "src/{path} names a sport");
        }
    }
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
    for path in files(&pages, &["js", "html", "css"]) {
        let text = fs::read_to_string(&path).unwrap();
        let is_comment = |line: &&str| {
            let line = line.trim_start();
            ["//", "/*", "*"].iter().any(|mark| line.starts_with(mark))
        };
        let named = text
            .lines()
            .filter(|line| !is_comment(line))
            .find(|line| names_a_sport(line));
        assert_eq!(named, None, "{} names a sport", path.display());
    }
}
