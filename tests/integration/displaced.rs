//! The database's files are taken away while the server writes them: what was acknowledged is saved, and nothing else.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use crate::disk::small::SmallDisk;
use crate::faults::{checked_ids, start_error};
use crate::venue::{
    BINARY, Fixture, Folder, Socket, Venue, eventually, point, point_named, temporary,
};

/// Longer than the server waits between two looks at its files.
const A_LOOK: Duration = Duration::from_secs(4);
const ALONE: [&str; 5] = ["--open", "--backup-every", "0s", "--referee-rate", "0"];

#[test]
fn a_database_file_that_is_deleted_while_it_is_written_is_there_again_with_everything_after_the_restart()
 {
    for gone in [
        &["courtside.db"][..],
        &["courtside.db", "courtside.db-wal", "courtside.db-shm"],
        &["courtside.db-wal"],
    ] {
        let folder = temporary();
        let mut venue = Venue::start(folder.clone(), &["--open"]);
        let fixture = venue.create_match();
        let mut referee = venue.referee(&fixture);
        for number in 0..20 {
            referee.publish(&point_named(&format!("before-{number}")));
        }
        for name in gone {
            fs::remove_file(folder.path().join(name)).unwrap();
        }
        let answer = referee.publish(&point_named("after"));
        // A look of the server may have come first.
        let saved = answer["type"] == "ack";
        assert!(
            saved || answer["message"].as_str().unwrap().contains("deleted"),
            "{gone:?}: {answer}"
        );
        assert_eq!(
            venue.wait().code(),
            Some(1),
            "it ends, so that systemd starts it again"
        );
        let venue = venue.restart();
        let ids = checked_ids(&venue.history(&fixture));
        assert_eq!(ids.len(), 20 + usize::from(saved), "{gone:?}: {ids:?}");
        let again = venue.referee(&fixture).publish(&point_named("after"));
        assert_eq!(again["type"], "ack", "{again}");
        assert_eq!(checked_ids(&venue.history(&fixture)).len(), 21, "once");
    }
}

#[test]
fn a_database_file_that_is_replaced_while_it_is_written_is_kept_and_nothing_is_acked() {
    let folder = temporary();
    let venue = Venue::start(folder.clone(), &["--open"]);
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for number in 0..20 {
        referee.publish(&point_named(&format!("before-{number}")));
    }
    let other = folder.path().join("other");
    fs::write(&other, "another database").unwrap();
    let database = folder.path().join("courtside.db");
    let kept = folder.path().join("kept");
    fs::hard_link(&database, &kept).unwrap();
    fs::rename(&other, &database).unwrap();
    let answer = referee.publish(&point_named("after"));
    assert_eq!(answer["code"], "storage_unavailable", "{answer}");
    let told = answer["message"].as_str().unwrap();
    assert!(told.contains("rescued-1.db"), "{told}");
    assert_eq!(venue.get("/healthz").status, 503);
    let rescued = Connection::open(folder.path().join("backups/rescued-1.db")).unwrap();
    let count = |sql: &str| {
        rescued
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert!(count("SELECT count(*) FROM events WHERE event_id LIKE 'before-%'") == 20);
    // Put back, it goes on by itself.
    fs::rename(&kept, &database).unwrap();
    eventually("health", || venue.get("/healthz").status == 200);
    assert_eq!(referee.publish(&point_named("after"))["type"], "ack");
    assert_eq!(checked_ids(&venue.history(&fixture)).len(), 21);
}

fn played(venue: &Venue, events: usize) -> (Fixture, Vec<String>) {
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    let acked = (0..events).map(|_| acked(&mut referee)).collect();
    (fixture, acked)
}

/// Scores without an id, as clients of the original system do; the id that the event got.
fn acked(referee: &mut Socket) -> String {
    let answer = referee.publish(&point("A"));
    assert_eq!(answer["type"], "ack", "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_cannot_be_saved_on_a_full_disk_is_saved_when_there_is_room_or_at_the_stop() {
    for stopped in [false, true] {
        let Some(disk) = SmallDisk::new(16 * 1024) else {
            return;
        };
        let mut venue = Venue::start(disk.data(), &ALONE);
        let (fixture, acked) = played(&venue, 200);
        disk.fill();
        fs::remove_file(venue.data().join("courtside.db")).unwrap();
        let answer = venue.referee(&fixture).publish(&point("A"));
        assert_eq!(answer["code"], "storage_unavailable", "{answer}");
        let told = answer["message"].as_str().unwrap();
        assert!(
            told.contains("could not be saved") && !told.contains("put the file back"),
            "{told}"
        );
        std::thread::sleep(A_LOOK);
        disk.make_room();
        if stopped {
            venue.ask_to_stop();
        }
        venue.wait();
        let venue = venue.restart();
        assert_eq!(
            checked_ids(&venue.history(&fixture)),
            acked,
            "stopped: {stopped}"
        );
    }
}

#[test]
fn what_cannot_be_saved_even_at_the_stop_makes_the_program_end_with_an_error() {
    let Some(disk) = SmallDisk::new(16 * 1024) else {
        return;
    };
    let mut venue = Venue::start(disk.data(), &ALONE);
    let (fixture, _) = played(&venue, 200);
    venue.is_damaged();
    disk.fill();
    fs::remove_file(venue.data().join("courtside.db")).unwrap();
    let answer = venue.referee(&fixture).publish(&point("A"));
    assert_eq!(answer["code"], "storage_unavailable", "{answer}");
    venue.ask_to_stop();
    assert_eq!(venue.wait().code(), Some(1));
}

#[test]
fn a_data_folder_that_is_removed_is_made_again_with_everything() {
    for made_again in [false, true] {
        let outside = tempfile::tempdir().unwrap();
        let data = outside.path().join("data");
        let mut venue = Venue::start(Folder::At(data.clone()), &ALONE);
        let (fixture, acked) = played(&venue, 200);
        if made_again {
            // Nothing can be saved where a file is in the folder's place.
            fs::remove_dir_all(&data).unwrap();
            fs::write(&data, "").unwrap();
            std::thread::sleep(A_LOOK);
            fs::remove_file(&data).unwrap();
            fs::create_dir(&data).unwrap();
        } else {
            fs::remove_dir_all(&data).unwrap();
        }
        assert_eq!(
            venue.wait().code(),
            Some(1),
            "it ends, so that systemd starts it again"
        );
        if !made_again {
            let mode = std::os::unix::fs::PermissionsExt::mode(
                &fs::metadata(&data).unwrap().permissions(),
            );
            assert_eq!(mode & 0o777, 0o700);
        }
        let venue = venue.restart();
        assert_eq!(checked_ids(&venue.history(&fixture)), acked);
    }
}

#[test]
fn a_file_that_is_deleted_just_before_the_stop_is_saved() {
    let mut venue = Venue::with(&ALONE);
    let (fixture, acked) = played(&venue, 20);
    fs::remove_file(venue.data().join("courtside.db")).unwrap();
    venue.ask_to_stop();
    venue.wait();
    let venue = venue.restart();
    assert_eq!(checked_ids(&venue.history(&fixture)), acked);
}

#[test]
fn when_files_are_taken_away_amid_referees_what_is_stored_is_just_what_was_acked() {
    let delete = |data: &Path| fs::remove_file(data.join("courtside.db")).unwrap();
    let move_away = |data: &Path| fs::rename(data.join("courtside.db"), data.join("away")).unwrap();
    let delete_log = |data: &Path| fs::remove_file(data.join("courtside.db-wal")).unwrap();
    for take_away in [delete, move_away, delete_log] as [fn(&Path); 3] {
        let mut venue = Venue::with(&ALONE);
        let fixtures: Vec<Fixture> = (0..8).map(|_| venue.create_match()).collect();
        let acked: Vec<Vec<String>> = std::thread::scope(|scope| {
            let referees: Vec<_> = fixtures
                .iter()
                .map(|fixture| {
                    let mut referee = venue.referee(fixture);
                    scope.spawn(move || score_until_closed(&mut referee))
                })
                .collect();
            std::thread::sleep(Duration::from_millis(300));
            take_away(venue.data());
            referees
                .into_iter()
                .map(|referee| referee.join().unwrap())
                .collect()
        });
        venue.wait();
        let venue = venue.restart();
        for (fixture, acked) in fixtures.iter().zip(acked) {
            assert_eq!(checked_ids(&venue.history(fixture)), acked);
        }
    }
}

#[test]
fn the_event_that_meets_a_deleted_file_is_acked_with_what_is_saved() {
    // A look of the server may come between the two, but not each time.
    assert!((0..3).any(|_| {
        let mut venue = Venue::with(&ALONE);
        let (fixture, mut acked) = played(&venue, 20);
        let mut referee = venue.referee(&fixture);
        fs::remove_file(venue.data().join("courtside.db")).unwrap();
        let answer = referee.publish(&point("A"));
        let saved = answer["type"] == "ack";
        acked.extend(answer["id"].as_str().filter(|_| saved).map(str::to_owned));
        assert_eq!(venue.wait().code(), Some(1));
        let venue = venue.restart();
        assert_eq!(checked_ids(&venue.history(&fixture)), acked);
        saved
    }));
}

/// The ids of the events that were acknowledged.
fn score_until_closed(referee: &mut Socket) -> Vec<String> {
    let mut acked = Vec::new();
    loop {
        if referee
            .0
            .send(tokio_tungstenite::tungstenite::Message::text(
                point("A").to_string(),
            ))
            .is_err()
        {
            return acked;
        }
        loop {
            match referee.next() {
                Ok(answer) if answer["type"] == "ack" => {
                    acked.push(answer["id"].as_str().unwrap().to_owned());
                    break;
                }
                Ok(answer) if answer["type"] == "refused" => break,
                Ok(_) => {}
                Err(_) => return acked,
            }
        }
    }
}

/// Enough to be copied from the log into the database.
fn fill_the_log(referee: &mut Socket) {
    // One by one: each commit writes whole pages, however small the event is.
    for _ in 0..700 {
        assert_eq!(referee.publish(&json!({ "type": "note" }))["type"], "ack");
    }
    // The log is copied after the answers, and before the next one.
    assert_eq!(referee.publish(&json!({ "type": "note" }))["type"], "ack");
}

fn courtside(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(arguments).arg("--data").arg(data);
    command.output().unwrap()
}

/// The names in a folder that begin so.
fn names(folder: &Path, prefix: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort();
    names
}

fn refused_as_overwritten(venue: &Venue, referee: &mut Socket) {
    for _ in 0..2 {
        let answer = referee.publish(&point("A"));
        assert_eq!(answer["code"], "storage_unavailable", "{answer}");
        assert!(
            answer["message"].as_str().unwrap().contains("overwritten"),
            "{answer}"
        );
    }
    let health = venue.get("/healthz");
    assert_eq!(health.status, 503);
    assert!(String::from_utf8_lossy(&health.body).contains("overwritten"));
}

#[test]
fn a_database_that_another_is_copied_over_is_told_and_the_next_start_has_just_that_one() {
    for wait_for_the_look in [false, true] {
        let mut venue = Venue::with(&["--open", "--referee-rate", "0"]);
        let (fixture, acked) = played(&venue, 20);
        let old = tempfile::tempdir().unwrap();
        let old = old.path().join("old.db");
        assert!(
            courtside(venue.data(), &["backup", old.to_str().unwrap()])
                .status
                .success()
        );
        let mut referee = venue.referee(&fixture);
        fill_the_log(&mut referee);
        let before = names(&venue.data().join("backups"), "courtside-");
        // Into the same file, as `cp` does.
        fs::copy(&old, venue.data().join("courtside.db")).unwrap();
        if wait_for_the_look {
            eventually("a look", || venue.get("/healthz").status == 503);
        }
        refused_as_overwritten(&venue, &mut referee);
        venue.ask_to_stop();
        venue.wait();
        assert_eq!(
            names(&venue.data().join("backups"), "courtside-"),
            before,
            "no backup of it"
        );
        let venue = venue.restart();
        assert_eq!(checked_ids(&venue.history(&fixture)), acked);
        assert_eq!(venue.referee(&fixture).publish(&point("A"))["type"], "ack");
        let check = courtside(venue.data(), &["check"]);
        assert!(check.status.success(), "{check:?}");
    }
}

#[test]
fn a_database_that_is_cut_short_is_told() {
    let mut venue = Venue::with(&ALONE);
    let (fixture, _) = played(&venue, 20);
    let mut referee = venue.referee(&fixture);
    fill_the_log(&mut referee);
    let file = fs::OpenOptions::new()
        .write(true)
        .open(venue.data().join("courtside.db"))
        .unwrap();
    venue.is_damaged();
    file.set_len(3 * 4096).unwrap();
    refused_as_overwritten(&venue, &mut referee);
    venue.ask_to_stop();
    venue.wait();
    assert!(start_error(&Folder::At(venue.data().to_owned())).contains("is damaged"));
}

#[test]
fn what_checkpoints_and_the_commands_beside_the_server_write_is_no_alarm() {
    let venue = Venue::with(&["--backup-every", "0s", "--referee-rate", "0"]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    let mut referee = venue.referee(&fixture);
    let database = venue.data().join("courtside.db");
    let changed = || fs::metadata(&database).unwrap().modified().unwrap();
    let (first, backup) = (changed(), venue.data().join("copy"));
    for round in 0..3 {
        // Somebody reads, and so the log grows beyond what the server copies from it.
        let reader =
            Connection::open_with_flags(&database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM matches")
            .unwrap();
        fill_the_log(&mut referee);
        drop(reader);
        let pin = courtside(venue.data(), &["pin", "--new"]);
        assert!(pin.status.success(), "{pin:?}");
        for command in [&["check"][..], &["backup", backup.to_str().unwrap()]] {
            let output = courtside(venue.data(), command);
            assert!(output.status.success(), "{output:?}");
        }
        assert_eq!(venue.get("/healthz").status, 200, "round {round}");
        acked(&mut referee);
    }
    assert!(changed() > first, "checkpoints were made");
    std::thread::sleep(A_LOOK);
    assert_eq!(venue.get("/healthz").status, 200);
    acked(&mut referee);
}
