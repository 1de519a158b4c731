//! The arrows of ARCHITECTURE.md: who may import whom.

use std::fs;
use std::path::{Path, PathBuf};

/// Each part with the parts of ours that it may use.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("clock", &[]),
    ("random", &[]),
    ("threads", &[]),
    ("discovery", &["clock", "random"]),
    ("config", &["domain"]),
    ("store", &["clock", "domain", "random", "threads"]),
    ("broker", &["clock", "domain", "random", "store"]),
    ("backups", &["store", "threads"]),
    (
        "http",
        &[
            "backups",
            "broker",
            "clock",
            "discovery",
            "domain",
            "random",
            "store",
            "threads",
        ],
    ),
    (
        "cli",
        &[
            "backups",
            "broker",
            "clock",
            "config",
            "discovery",
            "domain",
            "http",
            "random",
            "store",
        ],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
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
    sources(&root)
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
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let fine = used == part || allowed.contains(&used.as_str()) || used.is_empty();
                assert!(
                    fine,
                    "src/{path}:{}: {part} must not use {used}",
                    number + 1
                );
            }
        }
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
fn the_original_s_french_words_stay_in_one_file() {
    for (path, text) in all() {
        if !path.starts_with("http/classic/") {
            for word in ["EQUIPE", "equipeA", "Equipe\"", "EventType", "EventValue"] {
                assert!(
                    !text.contains(word) || path == "cli/referee.rs",
                    "src/{path}: {word}"
                );
            }
        }
    }
}
