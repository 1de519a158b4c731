//! Copies of the database: made while referees score, put back, and looked through.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use serde_json::json;

use crate::command_line::courtside;
use crate::disk::small::SmallDisk;
use crate::venue::{Fixture, Folder, Venue, eventually, point, temporary};

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder whose server has stopped, with one match of three points.
pub fn stopped() -> (Folder, Fixture) {
    let folder = temporary();
    let mut venue = Venue::start(folder.clone(), &["--open"]);
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..3 {
        referee.publish(&point("A"));
    }
    venue.ask_to_stop();
    assert!(venue.wait().success());
    (folder, fixture)
}

/// The same, and a folder with its `backup.db`.
fn stopped_and_backed_up() -> (Folder, Fixture, tempfile::TempDir) {
    let (folder, fixture) = stopped();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.db");
    let output = courtside(&["backup", path(&file), "--data", path(folder.path())]);
    assert!(output.status.success(), "{}", said(&output));
    (folder, fixture, elsewhere)
}

fn database(folder: &Folder) -> PathBuf {
    folder.path().join("courtside.db")
}

fn change(folder: &Folder, sql: &str) {
    let connection = Connection::open(database(folder)).unwrap();
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
        .unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn a_backup_made_while_twenty_referees_write_passes_check_and_serves_every_event_acked_before_it() {
    const REFEREES: usize = 20;
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixtures: Vec<Fixture> = (0..REFEREES).map(|_| venue.create_match()).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let data = venue.data().to_owned();
    let done = AtomicBool::new(false);
    let acked_before: Vec<u64> = std::thread::scope(|scope| {
        let counts: Vec<_> = fixtures
            .iter()
            .map(|fixture| {
                let mut referee = venue.referee(fixture);
                let (sender, acked) = std::sync::mpsc::channel();
                let done = &done;
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        let seq = referee.publish(&point("A"))["seq"].as_u64().unwrap();
                        // Nobody counts any more once the backup has begun.
                        let _ = sender.send(seq);
                    }
                });
                acked
            })
            .collect();
        let acked_before = counts
            .iter()
            .map(|acked| (0..50).map(|_| acked.recv().unwrap()).max().unwrap())
            .collect();
        let output = courtside(&["backup", path(&file), "--data", path(&data)]);
        assert!(output.status.success(), "{}", said(&output));
        done.store(true, Ordering::Relaxed);
        acked_before
    });
    let output = courtside(&["check", path(&file)]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("20 matches"), "{}", said(&output));

    let elsewhere = temporary();
    let output = courtside(&["restore", path(&file), "--data", path(elsewhere.path())]);
    assert!(output.status.success(), "{}", said(&output));
    let restored = Venue::start(elsewhere, &["--open"]);
    for (fixture, acked) in fixtures.iter().zip(acked_before) {
        assert!(restored.history(fixture).len() as u64 >= acked);
        let answer = restored.referee(fixture).publish(&point("B"));
        assert_eq!(answer["type"], "ack", "it goes on: {answer}");
    }
}

#[test]
fn check_is_quiet_about_a_sound_database_also_beside_a_running_server() {
    let (folder, fixture) = stopped();
    let venue = Venue::start(folder.clone(), &["--open"]);
    venue.referee(&fixture).publish(&point("B"));
    let output = courtside(&["check", "--data", path(folder.path())]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("1 match, 4 events"),
        "{}",
        said(&output)
    );
}

#[test]
fn check_lists_what_is_wrong_and_ends_with_one() {
    for (damage, finding) in [
        ("DELETE FROM events WHERE seq = 2", "event 2 is missing"),
        ("DELETE FROM events WHERE seq = 3", "its row says 3 events"),
        (
            "UPDATE events SET event_id = (SELECT event_id FROM events WHERE seq = 1) WHERE seq = 3",
            "event 3 has the ID of an earlier one",
        ),
        (
            "UPDATE matches SET last_seq = 2",
            "not what its events give",
        ),
        ("UPDATE events SET body = '{' WHERE seq = 3", "event 3"),
        (
            "UPDATE events SET author = 'refesee' WHERE seq = 2",
            "CHECK constraint failed in events",
        ),
        (
            "UPDATE events SET event_id = 'other' WHERE seq = 2",
            "event 2 is other by its row",
        ),
        ("UPDATE events SET encoding = 9 WHERE seq = 1", "encoding 9"),
        (
            "UPDATE matches SET state = replace(state, '\"A\":3', '\"A\":4')",
            "not what its events give",
        ),
        ("UPDATE matches SET state = '{}'", "match "),
        ("UPDATE events SET match_id = 'nobody'", "refer to matches"),
    ] {
        let (folder, _) = stopped();
        change(&folder, damage);
        let output = courtside(&["check", "--data", path(folder.path())]);
        assert_eq!(output.status.code(), Some(1), "{damage}: {}", said(&output));
        assert!(
            said(&output).contains(finding),
            "{damage}: {}",
            said(&output)
        );
    }
}

/// Changes the page of a database that its events begin on, behind SQLite's back.
fn damage_events(database: &Path, damage: impl FnOnce(&mut [u8])) {
    let root = "SELECT rootpage FROM sqlite_master WHERE name = 'events'";
    let page: i64 = Connection::open(database)
        .and_then(|whole| whole.query_row(root, [], |row| row.get(0)))
        .unwrap();
    let mut bytes = fs::read(database).unwrap();
    let begin = (page as usize - 1) * 4096;
    damage(&mut bytes[begin..begin + 4096]);
    fs::write(database, bytes).unwrap();
}

/// One bit of one event: every page still is what SQLite makes.
fn flip_a_bit_in_an_author(page: &mut [u8]) {
    let author = b"referee";
    let at = page
        .windows(author.len())
        .position(|found| found == author)
        .unwrap();
    page[at] ^= 1;
}

#[test]
fn one_flipped_bit_in_an_author_is_found_by_check_and_gets_into_no_backup() {
    let (folder, _, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let file = elsewhere.path().join("backup.db");
    let before = fs::read(&file).unwrap();
    damage_events(&database(&folder), flip_a_bit_in_an_author);
    let left = fs::read(database(&folder)).unwrap();

    let checked = courtside(&["check", "--data", &data]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    let finding = "CHECK constraint failed in events";
    assert!(said(&checked).contains(finding), "{}", said(&checked));

    let backed_up = courtside(&["backup", path(&file), "--data", &data]);
    assert_eq!(backed_up.status.code(), Some(1), "{}", said(&backed_up));
    assert!(said(&backed_up).contains(finding), "{}", said(&backed_up));
    assert_eq!(fs::read(&file).unwrap(), before, "the sound one stays");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    assert_eq!(fs::read(database(&folder)).unwrap(), left, "only looked at");

    let started = Venue::try_start(folder, &["--open"]);
    assert!(started.is_err_and(|error| error.contains("damaged")));
    damage_events(&file, flip_a_bit_in_an_author);
    for arguments in [
        &["check", path(&file)][..],
        &["restore", path(&file), "--data", path(temporary().path())],
    ] {
        let refused = courtside(arguments);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    }
}

#[test]
fn check_looks_through_a_database_on_a_read_only_disk_and_says_how() {
    let (folder, _) = stopped();
    let Some(disk) = SmallDisk::new(4096) else {
        return;
    };
    let copy = database(&disk.data());
    fs::copy(database(&folder), &copy).unwrap();
    disk.remount("ro");
    let checked = courtside(&["check", "--data", path(disk.data().path())]);
    assert!(checked.status.success(), "{}", said(&checked));
    for says in ["may not be written", "1 match, 3 events"] {
        assert!(said(&checked).contains(says), "{}", said(&checked));
    }
    disk.remount("rw");
    damage_events(&copy, flip_a_bit_in_an_author);
    disk.remount("ro");
    let checked = courtside(&["check", path(&copy)]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    let finding = "CHECK constraint failed in events";
    assert!(said(&checked).contains(finding), "{}", said(&checked));
}

#[test]
fn check_finds_a_damaged_page() {
    let (folder, _) = stopped();
    damage_events(&database(&folder), |page| page.fill(0xa5));
    let output = courtside(&["check", "--data", path(folder.path())]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("SQLite: "), "{}", said(&output));
}

#[test]
fn restore_refuses_to_overwrite_a_running_server_to_be_replaced_and_a_damaged_backup() {
    let (folder, fixture, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let file = elsewhere.path().join("backup.db");
    let before = fs::read(database(&folder)).unwrap();

    let refused = courtside(&["restore", path(&file), "--data", &data]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("--force"), "{}", said(&refused));

    let venue = Venue::start(folder.clone(), &["--open"]);
    let refused = courtside(&["restore", path(&file), "--force", "--data", &data]);
    assert!(
        said(&refused).contains("in use by another Courtside"),
        "{}",
        said(&refused)
    );
    drop(venue);

    let broken = elsewhere.path().join("broken.db");
    fs::copy(&file, &broken).unwrap();
    damage_events(&broken, |page| page.fill(0xa5));
    let refused = courtside(&["restore", path(&broken), "--force", "--data", &data]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("damaged"), "{}", said(&refused));
    let nothing = elsewhere.path().join("notes.txt");
    fs::write(&nothing, "no database").unwrap();
    let refused = courtside(&["restore", path(&nothing), "--force", "--data", &data]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .ends_with(".part")
            })
            .count(),
        0,
        "nothing half done"
    );

    let venue = Venue::start(folder, &["--open"]);
    assert_eq!(venue.history(&fixture).len(), 3);
    assert!(!before.is_empty());
}

#[test]
fn a_restored_backup_serves_and_what_it_replaced_is_kept() {
    let (folder, fixture, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let file = elsewhere.path().join("backup.db");
    let venue = Venue::start(folder.clone(), &["--open"]);
    venue.referee(&fixture).publish(&point("B"));
    drop(venue);

    let restored = courtside(&["restore", path(&file), "--force", "--data", &data]);
    assert!(restored.status.success(), "{}", said(&restored));
    let kept = folder.path().join("backups/replaced-1.db");
    let output = courtside(&["check", path(&kept)]);
    assert!(
        said(&output).contains("4 events"),
        "with its last event: {}",
        said(&output)
    );
    let venue = Venue::start(folder, &["--open"]);
    assert_eq!(venue.history(&fixture).len(), 3);
}

#[test]
fn a_damaged_database_is_replaced_by_a_backup() {
    let (folder, fixture, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let file = elsewhere.path().join("backup.db");
    fs::write(database(&folder), "nothing that could be read".repeat(1000)).unwrap();
    let restored = courtside(&["restore", path(&file), "--force", "--data", &data]);
    assert!(restored.status.success(), "{}", said(&restored));
    let venue = Venue::start(folder, &["--open"]);
    assert_eq!(venue.history(&fixture).len(), 3);
}

#[test]
fn a_backup_overwrites_an_older_one_but_nothing_else() {
    let (folder, _) = stopped();
    let data = path(folder.path()).to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.db");
    for _ in 0..2 {
        assert!(
            courtside(&["backup", path(&file), "--data", &data])
                .status
                .success()
        );
    }
    let letter = elsewhere.path().join("letter.txt");
    fs::write(&letter, "dear club").unwrap();
    let refused = courtside(&["backup", path(&letter), "--data", &data]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&letter).unwrap(), "dear club");
    let refused = courtside(&[
        "backup",
        path(&database(&folder)),
        "--data",
        &data,
        "--force",
    ]);
    assert!(
        said(&refused).contains("the database itself"),
        "{}",
        said(&refused)
    );
    for wrong in [
        &["backup", path(elsewhere.path()), "--data", &data][..],
        &["restore", path(folder.path()), "--data", &data, "--force"],
        &["check", path(folder.path())],
    ] {
        let refused = courtside(wrong);
        assert_eq!(refused.status.code(), Some(1), "{wrong:?}");
        assert!(said(&refused).contains("is a folder"), "{}", said(&refused));
    }
    let refused = courtside(&["backup", "/nowhere/at/all.db", "--data", &data]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(
        said(&refused).contains("there is no folder /nowhere/at"),
        "{}",
        said(&refused)
    );
}

const OLD_MATCH: &str = "019a0000-0000-7000-8000-000000000002";
/// What the first version said of these events: in a match without rules points simply add up.
const OLD_STATE: &str = r#"{"status":"live","winner":null,"score":{"A":4,"B":0},"periods":[{"A":4,"B":0}],"period":1,
    "points":{"A":"4","B":"0"},"serving":null,"fouls":{"A":0,"B":0},"cards":{"A":{},"B":{}},"timeouts":{"A":0,"B":0},"clock":null,
    "prompt":[],"reason":null,"confirmed":false}"#;

#[test]
fn a_backup_of_an_older_version_is_checked_and_restored() {
    for (version, schema) in [
        (1, include_str!("old/schema-1.sql")),
        (2, include_str!("old/schema-2.sql")),
        (3, include_str!("old/schema-3.sql")),
        (4, include_str!("old/schema-4.sql")),
        (5, include_str!("old/schema-5.sql")),
        (6, include_str!("old/schema-6.sql")),
        (8, include_str!("old/schema-8.sql")),
    ] {
        let elsewhere = tempfile::tempdir().unwrap();
        let file = elsewhere.path().join("old.db");
        let old = Connection::open(&file).unwrap();
        old.execute_batch(schema).unwrap();
        old.execute_batch(
            "INSERT INTO venues VALUES ('019a0000-0000-7000-8000-000000000001', 'Old Hall', 1, 1);",
        )
        .unwrap();
        let old_match = "INSERT INTO matches (id, venue_id, revision, sport, side_a, side_b, status, state, last_seq, \
                         created_at, updated_at) VALUES (?1, '019a0000-0000-7000-8000-000000000001', 2, 'BASKETBALL', \
                         'Lyon', 'Metz', 'live', ?2, 3, 1, 1)";
        old.execute(old_match, [OLD_MATCH, OLD_STATE]).unwrap();
        let point = r#""type":"point","side":"A","value":2"#;
        for (seq, event) in [(1, r#""type":"start""#), (2, point), (3, point)] {
            let body = format!(r#"{{"id":"{seq}",{event}}}"#);
            old.execute(
                "INSERT INTO events VALUES (?1, ?2, ?2, 1, 'referee', 1, ?3)",
                (OLD_MATCH, seq, body),
            )
            .unwrap();
        }
        old.pragma_update(None, "user_version", version).unwrap();
        drop(old);
        let output = courtside(&["check", path(&file)]);
        assert!(
            said(&output).contains("sound: Old Hall"),
            "{}",
            said(&output)
        );
        let folder = temporary();
        let output = courtside(&["restore", path(&file), "--data", path(folder.path())]);
        assert!(output.status.success(), "{}", said(&output));
        let venue = Venue::start(folder, &["--open"]);
        assert_eq!(venue.get("/api/venue").json()["name"], "Old Hall");
        let summary = venue
            .get(&format!("/get-summary?matchID={OLD_MATCH}"))
            .json();
        assert_eq!(summary["score"], json!({ "A": 4, "B": 0 }));
        let again = venue.get(&format!("/api/matches/{OLD_MATCH}")).json();
        let state: serde_json::Value = serde_json::from_str(OLD_STATE).unwrap();
        assert_eq!(
            again["state"], state,
            "schema {version} replays to the same state"
        );
    }
}

#[test]
fn a_file_that_is_no_backup_is_called_so_and_not_the_servers_database() {
    let (folder, _, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let cut = elsewhere.path().join("cut.db");
    let whole = fs::read(elsewhere.path().join("backup.db")).unwrap();
    fs::write(&cut, &whole[..whole.len() / 3]).unwrap();
    for file in ["/etc/passwd", path(&cut)] {
        for arguments in [
            &["check", file][..],
            &["restore", file, "--force", "--data", &data],
        ] {
            let refused = courtside(arguments);
            assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
            let text = said(&refused);
            assert!(text.contains("no backup of Courtside"), "{text}");
            assert!(!text.contains("start afresh"), "{text}");
        }
    }
}

#[test]
fn what_a_restore_left_that_was_cut_short_is_swept_by_the_next_one_and_by_the_next_start() {
    let (folder, fixture, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let file = elsewhere.path().join("backup.db");
    let leave = || {
        for rubbish in ["courtside.db.part", "courtside.db.part-journal"] {
            fs::write(folder.path().join(rubbish), "half").unwrap();
        }
    };
    let left = || {
        let names = fs::read_dir(folder.path()).unwrap();
        names
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().contains(".part")
            })
            .count()
    };
    leave();
    let restored = courtside(&["restore", path(&file), "--force", "--data", &data]);
    assert!(restored.status.success(), "{}", said(&restored));
    assert_eq!(left(), 0, "after a restore");
    leave();
    let venue = Venue::start(folder.clone(), &["--open"]);
    eventually("swept by the start", || left() == 0);
    assert_eq!(venue.history(&fixture).len(), 3);
}

#[test]
fn of_the_databases_that_were_replaced_the_newest_five_are_kept() {
    let (folder, _, elsewhere) = stopped_and_backed_up();
    let data = path(folder.path()).to_owned();
    let file = elsewhere.path().join("backup.db");
    for _ in 0..7 {
        let restored = courtside(&["restore", path(&file), "--force", "--data", &data]);
        assert!(restored.status.success(), "{}", said(&restored));
    }
    let mut kept: Vec<String> = fs::read_dir(folder.path().join("backups"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("replaced-"))
        .collect();
    kept.sort();
    assert_eq!(kept, [3, 4, 5, 6, 7].map(|n| format!("replaced-{n}.db")));
}

#[test]
fn what_root_restores_belongs_to_whom_the_folder_belongs() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    const SERVICE: u32 = 61_234;
    let (from, _) = stopped();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.db");
    let backed_up = courtside(&["backup", path(&file), "--data", path(from.path())]);
    assert!(backed_up.status.success());
    let folder = tempfile::tempdir().unwrap();
    if chown(folder.path(), Some(SERVICE), Some(SERVICE)).is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI runs as root");
        eprintln!("SKIPPED: only root can give files away");
        return;
    }
    for force in [&[][..], &["--force"]] {
        let restore = ["restore", path(&file), "--data", path(folder.path())];
        let restored = courtside(&[&restore[..], force].concat());
        assert!(restored.status.success(), "{}", said(&restored));
    }
    for name in ["courtside.db", "courtside.lock", "backups"] {
        let owner = fs::metadata(folder.path().join(name)).unwrap().uid();
        assert_eq!(owner, SERVICE, "{name}");
    }
}
