//! Things break: what was acknowledged is there afterwards, once and in order.

use std::collections::HashSet;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::chance::long;
use crate::disk::small::SmallDisk;
use crate::venue::{BINARY, Fixture, Folder, Venue, eventually, point, point_named, temporary};

/// Each event of the history once, `seq` without a gap; returns the ids in order.
pub fn checked_ids(history: &[Value]) -> Vec<String> {
    for (index, recorded) in history.iter().enumerate() {
        assert_eq!(recorded["seq"], index as u64 + 1);
    }
    let ids: Vec<String> = history
        .iter()
        .map(|recorded| recorded["event"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "each once"
    );
    ids
}

#[test]
fn after_kill_9_amid_fifty_referees_every_acked_event_is_there_once_and_nobody_saw_more() {
    let kills = if long() { 200 } else { 3 };
    for kill in 0..kills {
        // A moment that differs from kill to kill, and from run to run.
        let moment = usize::try_from(
            uuid::Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).as_u128() % 2_500,
        )
        .unwrap();
        eprintln!("kill {kill} after {moment} acks");
        kill_amid_referees(moment);
    }
}

fn kill_amid_referees(moment: usize) {
    const REFEREES: usize = 50;
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixtures: Vec<Fixture> = (0..REFEREES).map(|_| venue.create_match()).collect();
    let acked: Vec<Mutex<Vec<String>>> = fixtures.iter().map(|_| Mutex::default()).collect();
    let seen: Vec<Mutex<Vec<String>>> = fixtures.iter().map(|_| Mutex::default()).collect();
    let total = AtomicUsize::new(0);
    let mut venue = venue;
    std::thread::scope(|scope| {
        for (fixture, (acked, seen)) in fixtures.iter().zip(acked.iter().zip(&seen)) {
            let mut watcher = venue.watcher(fixture);
            let mut referee = venue.referee(fixture);
            scope.spawn(move || {
                while let Ok(message) = watcher.next() {
                    if message["type"] == "event" {
                        seen.lock()
                            .unwrap()
                            .push(message["event"]["id"].as_str().unwrap().to_owned());
                    }
                }
            });
            let total = &total;
            scope.spawn(move || {
                for number in 0.. {
                    let event = point_named(&format!("{}-{number}", fixture.id)).to_string();
                    if referee
                        .0
                        .send(tokio_tungstenite::tungstenite::Message::text(event))
                        .is_err()
                    {
                        return;
                    }
                    loop {
                        match referee.next() {
                            Ok(answer) if answer["type"] == "ack" => {
                                acked
                                    .lock()
                                    .unwrap()
                                    .push(answer["id"].as_str().unwrap().to_owned());
                                total.fetch_add(1, Ordering::Relaxed);
                                break;
                            }
                            Ok(_) => {}
                            Err(_) => return,
                        }
                    }
                }
            });
        }
        eventually("the moment", || total.load(Ordering::Relaxed) > moment);
        venue.kill();
    });
    let venue = venue.restart();
    for (fixture, (acked, seen)) in fixtures.iter().zip(acked.iter().zip(&seen)) {
        let stored = checked_ids(&venue.history(fixture));
        let acked = acked.lock().unwrap();
        assert_eq!(stored[..acked.len()], acked[..], "acked, in order");
        let seen = seen.lock().unwrap();
        assert_eq!(
            stored[..seen.len()],
            seen[..],
            "seen by a watcher, so on disk"
        );
        assert!(
            stored.len() <= acked.len() + 1,
            "at most the one that was under way"
        );
        // What the referee was not told is sent again, and the match goes on.
        let mut referee = venue.referee(fixture);
        for number in acked.len()..acked.len() + 3 {
            let event = point_named(&format!("{}-{number}", fixture.id));
            assert_eq!(referee.publish(&event)["type"], "ack");
        }
        let stored = checked_ids(&venue.history(fixture));
        assert_eq!(stored.len(), acked.len() + 3, "once");
    }
    let check = Command::new(BINARY)
        .args(["check", "--data", venue.data().to_str().unwrap()])
        .output()
        .unwrap();
    assert!(check.status.success(), "{check:?}");
}

#[test]
fn a_stopping_server_answers_what_it_was_sent_and_says_good_bye() {
    let mut venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    referee.next_of(&["active"]);
    for number in 0..150 {
        referee.send(&point_named(&number.to_string()));
    }
    venue.ask_to_stop();
    let mut acked = Vec::new();
    let code = loop {
        match referee.next() {
            Ok(answer) => acked.push(answer["id"].as_str().unwrap().to_owned()),
            Err(code) => break code,
        }
    };
    assert_eq!((code, watcher.close_code()), (1012, 1012));
    assert!(venue.wait().success());
    let venue = venue.restart();
    let stored = checked_ids(&venue.history(&fixture));
    assert_eq!(stored, acked);
    assert_eq!(stored.len(), 150);
}

#[test]
fn a_match_that_was_played_when_the_server_died_is_live_again_after_the_restart() {
    let venue = Venue::open();
    let (played, finished) = (venue.create_match(), venue.create_match());
    venue.referee(&played).publish(&point("A"));
    venue
        .referee(&finished)
        .publish(&json!({ "type": "finish" }));
    let venue = venue.restart();
    assert_eq!(venue.get("/live-match").json(), json!([played.id]));
    let summary = venue
        .get(&format!("/get-summary?matchID={}", played.id))
        .json();
    assert_eq!(summary["score"], json!({ "A": 1, "B": 0 }));
}

pub fn start_error(folder: &Folder) -> String {
    let error = Venue::try_start(folder.clone(), &["--open"])
        .err()
        .expect("no start");
    assert!(error.starts_with("courtside: "), "{error}");
    assert_eq!(error.trim().lines().count(), 1, "one sentence: {error}");
    error
}

#[test]
fn a_database_that_cannot_be_used_is_one_clear_sentence_at_the_start() {
    let folder = temporary();
    let database = folder.path().join("courtside.db");
    fs::write(
        &database,
        "this is no database, but it is long enough to be read as one".repeat(100),
    )
    .unwrap();
    assert!(start_error(&folder).contains("is damaged"));

    let folder = temporary();
    drop(Venue::start(folder.clone(), &["--open"]));
    let database = folder.path().join("courtside.db");
    Connection::open(&database)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(start_error(&folder).contains("newer Courtside"));

    let folder = temporary();
    let _first = Venue::start(folder.clone(), &["--open"]);
    assert!(start_error(&folder).contains("in use by another Courtside"));
}

#[test]
fn a_damaged_page_is_found_at_the_start() {
    let folder = temporary();
    let mut venue = Venue::start(folder.clone(), &["--open"]);
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..100 {
        referee.publish(&point("A"));
    }
    venue.ask_to_stop();
    venue.wait();
    venue.is_damaged();
    let database = folder.path().join("courtside.db");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(&database, bytes).unwrap();
    assert!(start_error(&folder).contains("is damaged"));
}

/// More than what is looked through at the start.
fn make_large(folder: &Folder) {
    let connection = Connection::open(folder.path().join("courtside.db")).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(70000000))",
        )
        .unwrap();
}

/// Fills the page that holds these bytes with nonsense.
fn damage_page_with(folder: &Folder, marker: &[u8]) {
    let database = folder.path().join("courtside.db");
    let mut bytes = fs::read(&database).unwrap();
    let at = bytes
        .windows(marker.len())
        .position(|window| window == marker)
        .expect("the marker");
    let page = at / 4096 * 4096;
    bytes[page..page + 4096].fill(0xa5);
    fs::write(&database, bytes).unwrap();
}

#[test]
fn damage_that_a_start_with_a_large_database_meets_is_told_with_the_file_and_what_to_do() {
    let folder = temporary();
    let mut venue = Venue::start(folder.clone(), &["--open"]);
    let tournament = json!({ "tournamentName": "Damaged cup", "sport": "tennis" });
    let tournament = venue.post("/create-tournament", &tournament).json();
    for _ in 0..40 {
        let teams = json!({ "equipeA": "A side with a long name", "equipeB": "B", "tournamentID": tournament["tournamentID"] });
        assert_eq!(venue.post("/create-match", &teams).status, 201);
    }
    venue.ask_to_stop();
    venue.wait();
    venue.is_damaged();
    make_large(&folder);
    damage_page_with(&folder, b"A side with a long name");
    let error = Venue::try_start(folder, &["--open"])
        .err()
        .expect("no start");
    let told = "courtside.db is damaged; restore a backup";
    assert!(error.contains(told), "{error}");
}

#[test]
fn a_match_that_cannot_be_read_keeps_no_other_from_being_played() {
    let folder = temporary();
    let mut venue = Venue::start(folder.clone(), &["--open"]);
    let (damaged, garbled, other) = (
        venue.create_match(),
        venue.create_match(),
        venue.create_match(),
    );
    let note = json!({ "type": "note", "text": "the damaged one ".repeat(900) });
    for fixture in [&damaged, &garbled, &other] {
        let mut referee = venue.referee(fixture);
        assert_eq!(referee.publish(&point("A"))["type"], "ack");
        if fixture.id == damaged.id {
            for _ in 0..10 {
                assert_eq!(referee.publish(&note)["type"], "ack");
            }
        }
    }
    venue.ask_to_stop();
    venue.wait();
    venue.is_damaged();
    make_large(&folder);
    let garble = Connection::open(folder.path().join("courtside.db")).unwrap();
    garble
        .execute(
            "UPDATE matches SET state = 'nonsense' WHERE id = ?1",
            [&garbled.id],
        )
        .unwrap();
    // As a crash leaves it: the start wants to bring it up to date.
    garble
        .execute(
            "UPDATE matches SET last_seq = 1 WHERE id = ?1",
            [&damaged.id],
        )
        .unwrap();
    drop(garble);
    // A page that holds nothing else.
    damage_page_with(&folder, "the damaged one ".repeat(200).as_bytes());
    let mut venue = Venue::start(folder.clone(), &["--open"]);
    venue.is_damaged();
    assert_eq!(venue.get("/live-match").json(), json!([other.id]));
    assert_eq!(venue.referee(&other).publish(&point("A"))["type"], "ack");
    let health = venue.get("/healthz");
    assert!(String::from_utf8_lossy(&health.body).contains("damaged"));
}

#[test]
fn while_the_disk_is_full_referees_are_told_watchers_read_on_and_it_heals_by_itself() {
    let Some(disk) = SmallDisk::new(2048) else {
        return;
    };
    let venue = Venue::start(disk.data(), &["--open"]);
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    referee.publish(&point_named("before"));
    assert_eq!(watcher.next_of(&["event"])["event"]["id"], "before");
    // The room that was made is used up, too.
    for round in 0..2 {
        disk.fill();
        let note = |number: usize| json!({ "type": "note", "id": format!("full-{round}-{number}"), "text": "x".repeat(8_000) });
        let (refused, kept) = (0..)
            .map(|number| (referee.publish(&note(number)), note(number)))
            .find(|(answer, _)| answer["type"] == "refused")
            .expect("the room ends");
        assert_eq!(refused["code"], "storage_unavailable");
        assert!(
            refused["message"]
                .as_str()
                .unwrap()
                .contains("disk is full"),
            "{refused}"
        );
        let health = venue.get("/healthz");
        assert_eq!(health.status, 503);
        assert!(String::from_utf8_lossy(&health.body).contains("disk is full"));
        assert_eq!(
            venue
                .get(&format!("/get-summary?matchID={}", fixture.id))
                .status,
            200
        );
        assert_eq!(
            venue
                .post(
                    "/create-tournament",
                    &json!({ "tournamentName": "x", "sport": "tennis" })
                )
                .status,
            503
        );

        disk.make_room();
        eventually("health", || venue.get("/healthz").status == 200);
        assert_eq!(
            referee.publish(&kept)["type"],
            "ack",
            "the event that was kept"
        );
    }
    let ids = checked_ids(&venue.history(&fixture));
    let mut seen = vec!["before".to_owned()];
    while seen.len() < ids.len() {
        seen.push(
            watcher.next_of(&["event"])["event"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(seen, ids);
    drop(venue);
}

#[test]
fn a_full_or_read_only_disk_at_the_start_is_one_clear_sentence() {
    let Some(disk) = SmallDisk::new(1024) else {
        return;
    };
    drop(Venue::start(disk.data(), &["--open"]));
    disk.fill();
    assert!(start_error(&disk.data()).contains("is full"));
    disk.make_room();
    disk.remount("ro");
    assert!(start_error(&disk.data()).contains("read-only"));
    disk.remount("rw");
    drop(Venue::start(disk.data(), &["--open"]));
}
