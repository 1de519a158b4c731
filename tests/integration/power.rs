//! The plug is pulled, or the disk errs: what was acknowledged is there afterwards, once and in order.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use serde_json::Value;

use crate::chance::{Chance, long, seed};
use crate::disk::{Disk, Failing};
use crate::faults::checked_ids;
use crate::venue::{BINARY, Fixture, Folder, Venue, eventually, point_named};

const REFEREES: usize = 8;
const EIO: u8 = 5;
const ENOSPC: u8 = 28;
const EROFS: u8 = 30;

/// What somebody was told: the event's id, and how much the disk had noted by then.
type Told = Vec<(String, u64)>;

/// What each match's referee and watcher were told, in order.
#[derive(Default)]
struct Seen {
    acked: BTreeMap<String, Told>,
    watched: BTreeMap<String, Told>,
}

/// Plays until so many events of each match are acknowledged, then pulls the plug.
fn play(disk: &Disk, mut venue: Venue, events: usize) -> Seen {
    let fixtures: Vec<Fixture> = (0..REFEREES).map(|_| venue.create_match()).collect();
    let over = AtomicBool::new(false);
    let mut seen = Seen::default();
    std::thread::scope(|scope| {
        let (played, watched): (Vec<_>, Vec<_>) = fixtures
            .iter()
            .map(|fixture| {
                let (mut referee, mut watcher) = (venue.referee(fixture), venue.watcher(fixture));
                let over = &over;
                let playing = scope.spawn(move || {
                    let mut told = Told::new();
                    for number in 0..events {
                        let id = format!("{}-{number}", fixture.id);
                        let answer = referee.publish(&point_named(&id));
                        assert_eq!(answer["type"], "ack", "{answer}");
                        told.push((id, disk.noted()));
                    }
                    (fixture.id.clone(), told)
                });
                let watching = scope.spawn(move || {
                    let mut told = Told::new();
                    while let Ok(message) = watcher.next() {
                        if message["type"] == "event" {
                            let id = message["event"]["id"].as_str().unwrap().to_owned();
                            told.push((id, disk.noted()));
                        }
                        if over.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    (fixture.id.clone(), told)
                });
                (playing, watching)
            })
            .unzip();
        seen.acked = played
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        over.store(true, Ordering::Relaxed);
        venue.kill();
        seen.watched = watched
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
    });
    seen
}

/// The ids of the stored events of each match, in order.
fn stored(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = Connection::open(folder.join("courtside.db")).unwrap();
    let mut statement = connection
        .prepare("SELECT match_id, event_id FROM events ORDER BY match_id, seq")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let mut stored = BTreeMap::<String, Vec<String>>::new();
    for row in rows {
        let (fixture, event) = row.unwrap();
        stored.entry(fixture).or_default().push(event);
    }
    stored
}

/// `check` is clean, and whatever anybody had been told before the cut is there, in order.
fn assert_kept(folder: &Path, seen: &Seen, place: u64) {
    let output = courtside(folder, &["check"]);
    assert!(output.status.success(), "check: {output:?}");
    let stored = stored(folder);
    for (who, told) in [("acked", &seen.acked), ("seen", &seen.watched)] {
        for (fixture, told) in told {
            let told: Vec<&String> = told
                .iter()
                .take_while(|(_, noted)| *noted <= place)
                .map(|(id, _)| id)
                .collect();
            let kept = stored.get(fixture).map_or(&[][..], Vec::as_slice);
            let kept: Vec<&String> = kept.iter().take(told.len()).collect();
            assert_eq!(kept, told, "{who}, in order");
        }
    }
}

fn serves_on(folder: &Path) {
    let venue = Venue::start(Folder::At(folder.to_owned()), &["--open"]);
    let fixture = venue.create_match();
    assert_eq!(
        venue.referee(&fixture).publish(&point_named("on"))["type"],
        "ack"
    );
}

#[test]
fn whenever_the_plug_is_pulled_every_acked_event_is_there_and_the_database_is_whole() {
    // Enough for a checkpoint, which comes after 1,000 pages: an event writes at least one.
    let (rounds, cuts, events) = if long() { (10, 60, 400) } else { (1, 60, 200) };
    let mut random = Chance::branch(seed(), 0);
    let mut tried = 0;
    for _ in 0..rounds {
        let disk = Disk::new();
        let seen = play(
            &disk,
            disk.serve(&["--open", "--backup-every", "0s", "--referee-rate", "0"]),
            events,
        );
        let history = disk.history();
        let first_told = seen.acked.values().map(|told| told[0].1).min().unwrap();
        let places: Vec<u64> = history
            .places()
            .filter(|place| *place >= first_told)
            .collect();
        let amid: Vec<u64> = history
            .amid_checkpoints()
            .filter(|place| *place >= first_told)
            .collect();
        assert!(!amid.is_empty(), "a checkpoint was made");
        for cut in 0..cuts {
            let place = pick(&mut random, if cut % 3 == 0 { &amid } else { &places });
            let folder = tempfile::tempdir().unwrap();
            history.cut(place, &mut random, folder.path());
            assert_kept(folder.path(), &seen, place);
            tried += 1;
            if cut % 15 == 0 {
                serves_on(folder.path());
            }
        }
    }
    eprintln!("{tried} power cuts");
}

#[test]
fn a_cut_at_the_very_first_start_leaves_a_folder_that_starts() {
    let mut random = Chance::branch(seed(), 0);
    let disk = Disk::new();
    disk.serve(&["--open", "--backup-every", "0s"]).kill();
    let history = disk.history();
    let places: Vec<u64> = history.places().collect();
    for _ in 0..if long() { 100 } else { 8 } {
        let folder = tempfile::tempdir().unwrap();
        history.cut(pick(&mut random, &places), &mut random, folder.path());
        serves_on(folder.path());
    }
}

fn pick(random: &mut Chance, from: &[u64]) -> u64 {
    from[random.below(from.len() as u64) as usize]
}

fn failing(venue: &Venue) -> bool {
    venue.get("/healthz").status == 503
}

#[test]
fn a_disk_that_errs_while_it_is_written_is_told_and_heals_by_itself() {
    for (failure, says) in [
        (
            Failing {
                write: EIO,
                ..Failing::default()
            },
            "cannot be read or written",
        ),
        (
            Failing {
                sync: EIO,
                ..Failing::default()
            },
            "cannot be read or written",
        ),
        (
            Failing {
                write: ENOSPC,
                ..Failing::default()
            },
            "full",
        ),
        (
            Failing {
                write: EROFS,
                ..Failing::default()
            },
            "read-only",
        ),
    ] {
        let disk = Disk::new();
        let venue = disk.serve(&["--open", "--backup-every", "0s"]);
        let fixture = venue.create_match();
        let mut watcher = venue.watcher(&fixture);
        let mut referee = venue.referee(&fixture);
        for number in 0..10 {
            assert_eq!(
                referee.publish(&point_named(&number.to_string()))["type"],
                "ack"
            );
        }
        disk.fail(&failure);
        for _ in 0..3 {
            let answer = referee.publish(&point_named("kept"));
            assert_eq!(answer["code"], "storage_unavailable", "{answer}");
            assert!(
                answer["message"].as_str().unwrap().contains(says),
                "{answer}"
            );
        }
        assert!(failing(&venue), "{says}");
        disk.fail(&Failing::default());
        eventually("health", || !failing(&venue));
        assert_eq!(referee.publish(&point_named("kept"))["type"], "ack");
        let history = venue.history(&fixture);
        let ids: Vec<&Value> = history
            .iter()
            .map(|recorded| &recorded["event"]["id"])
            .collect();
        assert_eq!(ids.len(), 11, "once: {ids:?}");
        for id in ids {
            assert_eq!(watcher.next_of(&["event"])["event"]["id"], *id);
        }
        drop(venue);
        let told = Seen::default();
        assert_kept(disk.data.path(), &told, u64::MAX);
    }
}

#[test]
fn a_disk_that_cannot_be_read_is_told_others_score_on_and_it_heals_by_itself() {
    let disk = Disk::new();
    score_while_reading_fails(&disk);
}

#[test]
fn a_disk_that_cannot_be_read_heals_by_itself_however_large_the_database() {
    let disk = Disk::new();
    drop(disk.serve(&["--open", "--backup-every", "0s"]));
    Connection::open(disk.data.path().join("courtside.db"))
        .unwrap()
        .execute_batch(
            "CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(70000000))",
        )
        .unwrap();
    score_while_reading_fails(&disk);
}

fn score_while_reading_fails(disk: &Disk) {
    let venue = disk.serve(&["--open", "--backup-every", "0s", "--referee-rate", "0"]);
    let (fixture, other) = (venue.create_match(), venue.create_match());
    let (mut referee, mut playing) = (venue.referee(&fixture), venue.referee(&other));
    // More than the cache of a reading connection holds.
    let long_note = "x".repeat(15_000);
    for _ in 0..100 {
        let note = serde_json::json!({ "type": "note", "text": long_note });
        assert_eq!(referee.publish(&note)["type"], "ack");
    }
    let mut played = Vec::new();
    let mut play = |name: String| {
        assert_eq!(playing.publish(&point_named(&name))["type"], "ack");
        played.push(name);
    };
    (0..5).for_each(|number| play(format!("before-{number}")));
    let events = format!("/api/matches/{}/events", fixture.id);
    disk.fail(&Failing {
        read: EIO,
        ..Failing::default()
    });
    let answer = venue.get(&events);
    assert_eq!(
        answer.status,
        503,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    assert_eq!(answer.code(), "storage_unavailable");
    assert!(failing(&venue));
    (0..5).for_each(|number| play(format!("meanwhile-{number}")));
    let mut watcher = venue.socket(&format!("/watch?matchID={}&after=now", fixture.id));
    assert_eq!(
        watcher.next().unwrap()["type"],
        "welcome",
        "what is in memory is still shown"
    );
    disk.fail(&Failing::default());
    eventually("reading again", || venue.get(&events).status == 200);
    eventually("health", || !failing(&venue));
    assert_eq!(referee.publish(&point_named("on"))["type"], "ack");
    play("after".to_owned());
    assert_eq!(venue.history(&fixture).len(), 101);
    assert_eq!(checked_ids(&venue.history(&other)), played);
}

#[test]
fn pages_that_are_damaged_while_it_runs_are_told_and_other_matches_go_on() {
    let folder = crate::venue::temporary();
    let mut venue = Venue::start(
        folder.clone(),
        &["--open", "--backup-every", "0s", "--referee-rate", "0"],
    );
    let (old, other) = (venue.create_match(), venue.create_match());
    let mut referee = venue.referee(&old);
    let long_note = "x".repeat(15_000);
    // Enough to be copied from the log into the database.
    for _ in 0..500 {
        let note = serde_json::json!({ "type": "note", "text": long_note });
        assert_eq!(referee.publish(&note)["type"], "ack");
    }
    let other_referee = &mut venue.referee(&other);
    assert_eq!(other_referee.publish(&point_named("before"))["type"], "ack");
    let aside = tempfile::tempdir().unwrap();
    let backup = aside.path().join("backup.db");
    let made = courtside(folder.path(), &["backup", backup.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    let database = std::fs::OpenOptions::new()
        .write(true)
        .open(folder.path().join("courtside.db"))
        .unwrap();
    let found = database.metadata().unwrap();
    let len = found.len();
    let junk = vec![0xa5; len as usize / 3 / 4096 * 4096];
    std::os::unix::fs::FileExt::write_all_at(&database, &junk, len / 3 / 4096 * 4096).unwrap();
    // A card that loses bits leaves the file's time alone.
    database.set_modified(found.modified().unwrap()).unwrap();
    let mut after: u64 = 0;
    let answer = loop {
        let answer = venue.get(&format!("/api/matches/{}/events?after={after}", old.id));
        if answer.status != 200 {
            break answer;
        }
        // The answer breaks off where the damage begins, after whole events.
        let text = String::from_utf8_lossy(&answer.body);
        let last = text.rsplit(r#"{"seq":"#).next().expect("an event");
        after = last
            .split(',')
            .next()
            .and_then(|seq| seq.parse().ok())
            .expect("the damage is met");
    };
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (503, "storage_unavailable")
    );
    let health = venue.get("/healthz");
    assert_eq!(health.status, 503);
    assert!(String::from_utf8_lossy(&health.body).contains("damaged"));
    assert_eq!(
        venue.referee(&other).publish(&point_named("on"))["type"],
        "ack"
    );

    // As the README tells an organiser to go on.
    venue.ask_to_stop();
    venue.wait();
    assert!(!courtside(folder.path(), &["check"]).status.success());
    let restored = courtside(
        folder.path(),
        &["restore", backup.to_str().unwrap(), "--force"],
    );
    assert!(restored.status.success(), "{restored:?}");
    let venue = venue.restart();
    assert_eq!(venue.get("/healthz").status, 200);
    assert_eq!(venue.history(&old).len(), 500);
    let mut referee = venue.referee(&other);
    assert_eq!(
        referee.publish(&point_named("on"))["type"],
        "ack",
        "what the pad had kept"
    );
    assert_eq!(checked_ids(&venue.history(&other)), ["before", "on"]);
}

fn courtside(data: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(BINARY);
    command.args(arguments).arg("--data").arg(data);
    command.output().unwrap()
}
