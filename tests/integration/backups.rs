//! The backups that the server makes by itself: when, where, whose, and how many stay.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::backup::{path, said, stopped};
use crate::command_line::courtside;
use crate::venue::{Fixture, Folder, Venue, eventually, point, temporary};

/// A disk that is not the one of the temporary folders.
const OTHER_DISK: &str = "/dev/shm";

fn stick() -> TempDir {
    tempfile::tempdir_in(OTHER_DISK).unwrap()
}

fn backups(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "db"))
        .collect();
    found.sort();
    found
}

/// How many files are there that are no backup.
fn left_over(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count() - backups(folder).len()
}

/// The numbers in the names, whatever stands before them.
fn numbers(folder: &Path) -> Vec<u32> {
    let number = |file: PathBuf| {
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        stem.rsplit_once('-').unwrap().1.parse().unwrap()
    };
    backups(folder).into_iter().map(number).collect()
}

fn own(folder: &Folder) -> PathBuf {
    folder.path().join("backups")
}

fn one(file: &Path, sql: &str) -> Option<String> {
    let backup = Connection::open(file).ok()?;
    backup.query_row(sql, [], |row| row.get(0)).ok()
}

/// Whether the newest backup of a folder knows that the match is over.
fn has_the_end(folder: &Path) -> bool {
    let status = |file: &PathBuf| one(file, "SELECT status FROM matches");
    backups(folder).last().and_then(status).as_deref() == Some("finished")
}

fn told(venue: &Venue) -> Value {
    venue.get("/api/venue").json()["box"]["backups"].clone()
}

fn stop(mut venue: Venue) {
    venue.ask_to_stop();
    assert!(venue.wait().success());
}

fn finish(venue: &Venue, fixture: &Fixture) {
    let answer = venue.referee(fixture).publish(&json!({ "type": "finish" }));
    assert_eq!(answer["type"], "ack");
}

#[test]
fn backups_are_made_at_the_start_and_after_a_match_in_both_places_and_the_organiser_sees_them() {
    let (folder, fixture) = stopped();
    let stick = stick();
    let arguments = ["--open", "--backup-every", "1h", "--backup-to"];
    let arguments = [&arguments[..], &[path(stick.path())]].concat();
    let own = own(&folder);
    let venue = Venue::start(folder.clone(), &arguments);
    eventually("the first in both", || {
        !backups(&own).is_empty() && !backups(stick.path()).is_empty()
    });
    stop(venue);
    assert!(!has_the_end(&own));
    // Nothing to do at this start, so the next one is made without a rest.
    let venue = Venue::start(folder, &arguments);
    eventually("looked", || told(&venue)[1]["count"].is_u64());
    finish(&venue, &fixture);
    eventually("the finished match in both", || {
        has_the_end(&own) && has_the_end(stick.path())
    });
    eventually("both told", || {
        told(&venue)[1]["count"] == backups(stick.path()).len()
    });
    assert_eq!(told(&venue)[1]["problem"], json!(null));
    for file in backups(&own) {
        let output = courtside(&["check", path(&file)]);
        assert!(output.status.success(), "{}", said(&output));
    }
}

#[test]
fn a_match_that_ends_right_before_the_stop_is_in_the_last_backup() {
    let (folder, fixture) = stopped();
    let venue = Venue::start(folder.clone(), &["--open", "--backup-every", "1h"]);
    eventually("the first", || !backups(&own(&folder)).is_empty());
    finish(&venue, &fixture);
    stop(venue);
    assert!(has_the_end(&own(&folder)));
    let made = backups(&own(&folder)).len();
    let venue = Venue::start(folder.clone(), &["--open", "--backup-every", "1h"]);
    eventually("looked", || told(&venue)[0]["count"] == made);
    stop(venue);
    assert_eq!(backups(&own(&folder)).len(), made, "nothing had changed");
}

#[test]
fn a_change_makes_one_at_the_interval_and_no_change_makes_none() {
    let (folder, fixture) = stopped();
    let venue = Venue::start(folder.clone(), &["--open", "--backup-every", "1s"]);
    let own = own(&folder);
    eventually("looked", || told(&venue)[0]["count"].is_u64());
    let made = backups(&own).len();
    // Several intervals: that nothing happens cannot be awaited.
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(backups(&own).len(), made);
    venue.referee(&fixture).publish(&point("A"));
    eventually("the point is in the newest", || {
        let newest = backups(&own).pop().unwrap();
        one(&newest, "SELECT count(*) || '' FROM events").as_deref() == Some("4")
    });
}

#[test]
fn what_a_restore_would_refuse_is_no_backup_and_is_told_and_kept_beside_them() {
    let (folder, fixture) = stopped();
    let stick = stick();
    let arguments = ["--open", "--backup-every", "1h", "--backup-to"];
    let mut venue = Venue::start(
        folder.clone(),
        &[&arguments[..], &[path(stick.path())]].concat(),
    );
    let own = own(&folder);
    eventually("looked", || told(&venue)[1]["count"] == 1);
    let (before, on_stick) = (backups(&own), backups(stick.path()));
    venue.is_damaged();
    let database = Connection::open(folder.path().join("courtside.db")).unwrap();
    database
        .execute_batch(
            "PRAGMA ignore_check_constraints = ON; UPDATE events SET author = 'refesee' WHERE seq = 2;",
        )
        .unwrap();
    drop(database);
    finish(&venue, &fixture);
    for (at, place, whole) in [(0, own.as_path(), before), (1, stick.path(), on_stick)] {
        eventually("told", || {
            told(&venue)[at]["problem"]
                .as_str()
                .is_some_and(|text| text.contains("CHECK constraint failed in events"))
        });
        assert_eq!(told(&venue)[at]["count"], whole.len());
        let (mut unsound, numbered) = (backups(place), whole);
        unsound.retain(|file| !numbered.contains(file));
        assert_eq!(unsound.len(), 1, "{unsound:?}");
        assert!(path(&unsound[0]).ends_with("-unsound.db"), "{unsound:?}");
        let status = one(&unsound[0], "SELECT status FROM matches");
        assert_eq!(status.as_deref(), Some("finished"), "what there is");
        assert_eq!(left_over(place), 0, "no trial is left");
    }
}

#[test]
fn in_both_places_the_newest_few_stay() {
    const KEEP: usize = 3;
    let (folder, fixture) = stopped();
    let stick = stick();
    let arguments = ["--open", "--backup-every", "1s", "--backup-keep", "3"];
    let venue = Venue::start(
        folder.clone(),
        &[&arguments[..], &["--backup-to", path(stick.path())]].concat(),
    );
    let own = own(&folder);
    let mut referee = venue.referee(&fixture);
    eventually("six were made", || {
        referee.publish(&point("A"));
        numbers(&own).last() >= Some(&6) && numbers(stick.path()).last() >= Some(&6)
    });
    drop(referee);
    stop(venue);
    for place in [own.as_path(), stick.path()] {
        assert!(backups(place).len() <= KEEP, "{:?}", backups(place));
        assert_eq!(numbers(place).last(), numbers(&own).last());
    }
}

#[test]
fn two_boxes_share_a_stick_and_leave_each_others_backups_alone() {
    let stick = stick();
    let arguments = [
        "--open",
        "--backup-keep",
        "3",
        "--backup-to",
        path(stick.path()),
    ];
    let venues_of = |stick: &Path| -> Vec<String> {
        let venue = |file: &PathBuf| one(file, "SELECT id FROM venues").unwrap();
        backups(stick).iter().map(venue).collect()
    };
    // Both are as old: a fresh venue each, of the same revision.
    for _ in 0..2 {
        let folder = temporary();
        let venue = Venue::start(folder.clone(), &arguments);
        eventually("looked", || told(&venue)[1]["count"] == 1);
        stop(venue);
    }
    let mut whose = venues_of(stick.path());
    let (first, second) = (whose[0].clone(), whose[1].clone());
    assert_ne!(first, second, "each has its own");
    let (folder, fixture) = stopped();
    let venue = Venue::start(
        folder.clone(),
        &[&arguments[..], &["--backup-every", "1s"]].concat(),
    );
    let mut referee = venue.referee(&fixture);
    eventually("a third box has made many", || {
        referee.publish(&point("A"));
        numbers(&own(&folder)).last() >= Some(&5)
    });
    drop(referee);
    stop(venue);
    whose = venues_of(stick.path());
    for other in [first, second] {
        assert!(whose.contains(&other), "not thinned out by another box");
    }
}

#[test]
fn backups_with_the_names_of_earlier_versions_are_counted_on_if_they_are_this_venues() {
    let (folder, fixture) = stopped();
    let own = own(&folder);
    let newest = |folder: &Path| backups(folder).pop().unwrap();
    let ours = newest(&own);
    fs::rename(&ours, own.join("courtside-00041.db")).unwrap();
    let (foreign, _) = stopped();
    let theirs = newest(&foreign.path().join("backups"));
    fs::copy(theirs, own.join("courtside-00077.db")).unwrap();
    let before = backups(&own).len();
    let venue = Venue::start(folder.clone(), &["--open", "--backup-every", "1h"]);
    eventually("looked", || told(&venue)[0]["count"] == before - 1);
    finish(&venue, &fixture);
    stop(venue);
    assert!(numbers(&own).contains(&42), "{:?}", backups(&own));
}

#[test]
fn the_highest_number_is_the_newest_also_of_a_stick_that_was_away() {
    let (folder, fixture) = stopped();
    let (stick, own) = (stick(), own(&folder));
    let with_stick = [
        "--open",
        "--backup-every",
        "1h",
        "--backup-to",
        path(stick.path()),
    ];
    // Monday: the stick has gone far.
    let number = 50;
    {
        let venue = Venue::start(folder.clone(), &with_stick);
        eventually("on the stick", || !backups(stick.path()).is_empty());
        stop(venue);
        let file = backups(stick.path()).pop().unwrap();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let (mark, _) = name.rsplit_once('-').unwrap();
        fs::rename(&file, stick.path().join(format!("{mark}-{number:05}.db"))).unwrap();
    }
    let venue = Venue::start(folder.clone(), &with_stick);
    finish(&venue, &fixture);
    stop(venue);
    // The next number, or the one after it, where the end came amid the look at the start.
    assert!(numbers(&own).last() > Some(&number), "{:?}", numbers(&own));
    assert!(has_the_end(&own) && has_the_end(stick.path()));
}

#[test]
fn a_stick_that_is_not_plugged_in_is_told_whether_its_folder_is_there_or_not() {
    let (folder, _) = stopped();
    let place = tempfile::tempdir().unwrap();
    let missing = place.path().join("not-there");
    let mount_point = place.path().join("usb");
    fs::create_dir(&mount_point).unwrap();
    for (second, says, made) in [
        (&missing, "the folder is not there", 0),
        (&mount_point, "on the same disk as the data", 1),
    ] {
        let arguments = ["--open", "--backup-to", path(second)];
        let venue = Venue::start(folder.clone(), &arguments);
        eventually("the missing stick is told", || {
            told(&venue)[1]["problem"]
                .as_str()
                .is_some_and(|text| text.contains(says) && text.contains("plugged in"))
        });
        assert_eq!(backups(second).len(), made);
    }
    assert!(!missing.exists(), "no folder is made where a stick belongs");
    let on_purpose = [
        "--open",
        "--backup-same-disk",
        "--backup-to",
        path(&mount_point),
    ];
    let venue = Venue::start(folder, &on_purpose);
    eventually("made on purpose", || told(&venue)[1]["count"] == 1);
    assert_eq!(told(&venue)[1]["problem"], json!(null));
}

/// A mount, undone with this value.
struct Mounted(TempDir);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_read_only_stick_is_called_so() {
    let stick = Mounted(tempfile::tempdir().unwrap());
    let mounted = Command::new("mount")
        .args([
            "-t",
            "tmpfs",
            "-o",
            "ro,size=1m",
            "none",
            path(stick.0.path()),
        ])
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        assert!(std::env::var_os("CI").is_none(), "CI must be able to mount");
        eprintln!("SKIPPED: a read-only disk needs the right to mount one");
        return;
    }
    let arguments = ["--open", "--backup-to", path(stick.0.path())];
    let venue = Venue::with(&arguments);
    eventually("told", || {
        told(&venue)[1]["problem"]
            .as_str()
            .is_some_and(|text| text.contains("read-only"))
    });
}
