//! The row of a match may be a few seconds behind its events, and never says anything else than they do.

use std::path::Path;
use std::process::Output;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::command_line::courtside;
use crate::disk::{Disk, Failing};
use crate::venue::{Venue, eventually, point};

const ENOSPC: u8 = 28;

fn database(folder: &Path) -> Connection {
    Connection::open(folder.join("courtside.db")).unwrap()
}

/// How many events the only match's row speaks of, and side A's score in it.
fn row(folder: &Path) -> (i64, i64) {
    let file = folder.join("courtside.db");
    let reading = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT last_seq, state FROM matches";
    let (seq, state): (i64, String) = reading
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    (seq, state["score"]["A"].as_i64().unwrap())
}

fn check(folder: &Path) -> Output {
    courtside(&["check", "--data", folder.to_str().unwrap()])
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_row_that_kill_9_left_behind_is_sound_and_right_again_after_the_start() {
    let mut venue = Venue::open();
    let folder = venue.data().to_owned();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    referee.publish(&point("A"));
    assert_eq!(row(&folder), (1, 1), "it has begun");
    referee.publish(&point("A"));
    eventually("the row", || row(&folder) == (2, 2));
    referee.publish(&point("A"));
    venue.kill();
    assert_eq!(row(&folder), (2, 2), "it lags");
    let sound = check(&folder);
    assert!(sound.status.success(), "{}", said(&sound));
    assert!(
        said(&sound).contains("1 match, 3 events"),
        "{}",
        said(&sound)
    );

    let says = |seq: i64| {
        let sql = "UPDATE matches SET last_seq = ?1";
        database(&folder).execute(sql, [seq]).unwrap();
    };
    says(1);
    let lie = check(&folder);
    assert_eq!(lie.status.code(), Some(1));
    assert!(
        said(&lie).contains("not what its events give"),
        "{}",
        said(&lie)
    );
    says(2);

    let venue = venue.restart();
    assert_eq!(row(&folder), (3, 3));
    let shown = venue.get(&format!("/api/matches/{}", fixture.id)).json();
    assert_eq!(shown["state"]["score"]["A"], 3);
}

#[test]
fn a_full_disk_makes_no_row_forget_events_or_speak_of_refused_ones() {
    let disk = Disk::new();
    let mut venue = disk.serve(&["--open", "--backup-every", "0s"]);
    let folder = disk.data.path();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..5 {
        assert_eq!(referee.publish(&point("A"))["type"], "ack");
    }
    disk.fail(&Failing {
        write: ENOSPC,
        ..Failing::default()
    });
    assert_eq!(referee.publish(&point("A"))["code"], "storage_unavailable");
    // Long enough for the row to be tried.
    eventually("health", || venue.get("/healthz").status == 503);
    std::thread::sleep(std::time::Duration::from_secs(4));
    disk.fail(&Failing::default());
    eventually("the row", || row(folder) == (5, 5));
    venue.ask_to_stop();
    assert!(venue.wait().success());
    assert_eq!(row(folder), (5, 5));
    let sound = check(folder);
    assert!(sound.status.success(), "{}", said(&sound));
}
