//! A Pi's clock is wrong until told, and then jumps: nothing that counts goes by it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;

use crate::chance::long;
use crate::preload::preloaded;
use crate::venue::{Folder, Socket, Venue, eventually, point, temporary};

const YEAR_S: i64 = 365 * 24 * 3600;

/// A wall clock that the test moves.
struct Wall(TempDir);

impl Wall {
    fn new(offset_s: i64) -> Wall {
        let wall = Wall(tempfile::tempdir().unwrap());
        wall.jump_to(offset_s);
        wall
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("offset")
    }

    /// This far from the true time.
    fn jump_to(&self, offset_s: i64) {
        let mut file = fs::OpenOptions::new();
        let file = file.write(true).create(true).truncate(false);
        // In place: the server has mapped it.
        let file = file.open(self.file()).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &offset_s.to_le_bytes(), 0).unwrap();
    }

    fn serve(&self, folder: &Folder, arguments: &[&str]) -> Venue {
        let environment = [
            ("LD_PRELOAD", preloaded("clock.c")),
            ("CLOCK_OFFSET", self.file()),
        ];
        Venue::start_in(&environment, folder.clone(), arguments)
    }
}

/// The year in which the last event is said to have come.
fn year(history: &[Value]) -> i64 {
    history.last().unwrap()["at"].as_str().unwrap()[..4]
        .parse()
        .unwrap()
}

#[test]
fn when_the_clock_jumps_by_years_order_replay_resuming_and_connections_stay_as_they_were() {
    let (folder, wall) = (temporary(), Wall::new(0));
    let venue = wall.serve(&folder, &["--open"]);
    let fixture = venue.create_match();
    let (mut referee, mut watcher) = (venue.referee(&fixture), venue.watcher(&fixture));
    let mut seq = 0;
    let now = year(&[json!({ "at": venue.get("/api/venue").json()["box"]["now"] })]);
    for (years, side) in [(0, "A"), (10, "B"), (-20, "A"), (0, "B")] {
        wall.jump_to(years * YEAR_S);
        for _ in 0..3 {
            seq += 1;
            assert_eq!(referee.publish(&point(side))["seq"], seq);
            assert_eq!(
                watcher.next_of(&["event"])["seq"],
                seq,
                "on the same connection"
            );
        }
        assert!(
            (year(&venue.history(&fixture)) - now - years).abs() <= 1,
            "the jump happened"
        );
    }
    let mut late = venue.socket(&format!("/watch?matchID={}&after=5", fixture.id));
    for seq in 6..=12 {
        assert_eq!(late.next_of(&["event"])["seq"], seq);
    }
    let live = venue.get("/live-match").json();
    assert_eq!(
        live,
        json!([fixture.id]),
        "no time-out went by the wall clock"
    );
    let before = venue
        .get(&format!("/get-summary?matchID={}", fixture.id))
        .json();
    drop(venue);
    // A box without a clock begins again in 1970.
    wall.jump_to(-56 * YEAR_S);
    let venue = wall.serve(&folder, &["--open"]);
    let after = venue
        .get(&format!("/get-summary?matchID={}", fixture.id))
        .json();
    assert_eq!(after["score"], before["score"]);
    assert_eq!(after["events"], before["events"]);
    assert_eq!(venue.referee(&fixture).publish(&point("A"))["seq"], 13);
}

#[test]
fn an_organiser_stays_logged_in_when_the_clock_jumps_and_no_longer_than_otherwise() {
    let (folder, wall) = (temporary(), Wall::new(-50 * YEAR_S));
    let venue = wall.serve(&folder, &[]);
    let organiser = venue.log_in();
    let may = |token: &str| {
        let bearer = format!("Bearer {token}");
        venue
            .request("GET", "/api/desk", &[("Authorization", &bearer)], b"")
            .status
    };
    assert_eq!(may(&organiser), 200);
    for years in [0, 30, -50, 1] {
        wall.jump_to(years * YEAR_S);
        assert_eq!(may(&organiser), 200, "{years} years off");
    }
    drop(venue);
    // What passes while it is off counts: by the clock, which is the best there is then.
    wall.jump_to(2 * YEAR_S);
    let venue = wall.serve(&folder, &[]);
    let bearer = format!("Bearer {organiser}");
    let answer = venue.request("GET", "/api/desk", &[("Authorization", &bearer)], b"");
    assert_eq!(answer.status, 403, "a session of last year");
}

#[test]
fn the_organiser_sets_the_clock_of_a_box_and_a_clock_that_is_put_right_later_needs_no_correction() {
    let (folder, wall) = (temporary(), Wall::new(-50 * YEAR_S));
    let venue = wall.serve(&folder, &["--open"]);
    let now = || -> i64 {
        let text = venue.get("/api/venue").json()["box"]["now"].clone();
        text.as_str().unwrap()[..4].parse().unwrap()
    };
    assert!(now() < 2000);
    let told = json!({ "now": "2031-05-30T09:30:00Z" }).to_string();
    let answer = venue.request("PUT", "/api/venue/clock", &[], told.as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(now(), 2031);
    // Pages reckon by it how old the server's stamps are.
    let date = venue.get("/api/venue").header("date").map(str::to_owned);
    assert!(date.is_some_and(|date| date.starts_with("Fri, 30 May 2031 09:30:")));
    let fixture = venue.create_match();
    venue.referee(&fixture).publish(&point("A"));
    assert_eq!(year(&venue.history(&fixture)), 2031);
    let wrong = venue.request(
        "PUT",
        "/api/venue/clock",
        &[],
        br#"{"now":"half past nine"}"#,
    );
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "bad_field"));
    // The network has told the system its time: the venue's goes on and does not jump by the fifty years.
    wall.jump_to(0);
    eventually("the correction is corrected", || now() == 2031);
}

#[test]
fn a_match_that_was_played_before_the_box_knew_the_time_is_still_live_after_a_restart() {
    let (folder, wall) = (temporary(), Wall::new(-56 * YEAR_S));
    let venue = wall.serve(&folder, &["--open"]);
    let fixture = venue.create_match();
    venue.referee(&fixture).publish(&point("A"));
    drop(venue);
    wall.jump_to(0);
    let venue = wall.serve(&folder, &["--open"]);
    let live = || venue.get("/live-match").json();
    assert_eq!(live(), json!([fixture.id]), "its referee comes back");
    venue.referee(&fixture).publish(&point("A"));
    drop(venue);
    // From now on the clock can be believed: a year is a year.
    wall.jump_to(YEAR_S);
    let venue = wall.serve(&folder, &["--open"]);
    assert_eq!(venue.get("/live-match").json(), json!([]));
}

#[test]
fn a_match_without_a_referee_leaves_when_its_time_is_over_whatever_the_clock_does() {
    let (folder, wall) = (temporary(), Wall::new(0));
    let gc = Duration::from_secs(4);
    let venue = wall.serve(&folder, &["--open", "--referee-gc", "4s"]);
    for years in [10, -20] {
        wall.jump_to(0);
        let fixture = venue.create_match();
        let mut watcher = venue.watcher(&fixture);
        venue.referee(&fixture).publish(&point("A"));
        let left = Instant::now();
        wall.jump_to(years * YEAR_S);
        assert_eq!(watcher.close_code(), 4001, "idle");
        let after = left.elapsed();
        assert!(after > gc - Duration::from_millis(500), "early: {after:?}");
        assert!(after < gc + Duration::from_secs(10), "late: {after:?}");
        assert_eq!(venue.get("/live-match").json(), json!([]));
    }
}

/// Reads on until an event comes, and counts how often the server has asked whether somebody is there.
fn pings_until_an_event(socket: &mut Socket) -> usize {
    let mut pings = 0;
    loop {
        match socket.0.read().expect("a connection that is not dropped") {
            Message::Ping(_) => pings += 1,
            Message::Text(text) if text.contains(r#""type":"event""#) => return pings,
            _ => {}
        }
    }
}

#[test]
fn who_only_answers_pings_while_the_clock_jumps_is_not_dropped_and_gets_the_next_event() {
    let (folder, wall) = (temporary(), Wall::new(0));
    let venue = wall.serve(&folder, &["--open"]);
    let fixture = venue.create_match();
    let (mut referee, mut watcher) = (venue.referee(&fixture), venue.watcher(&fixture));
    // The long form lasts over the minute after which the silent are dropped.
    let jumps = if long() { 35 } else { 2 };
    std::thread::scope(|scope| {
        let listening: Vec<_> = [&mut referee, &mut watcher]
            .into_iter()
            .map(|socket| scope.spawn(|| pings_until_an_event(socket)))
            .collect();
        for jump in 0..jumps {
            wall.jump_to([30, -56, 1, 0][jump % 4] * YEAR_S);
            std::thread::sleep(Duration::from_secs(2));
        }
        let path = format!("/api/matches/{}/events?correction=1", fixture.id);
        let answer = venue.post(&path, &point("A"));
        assert_eq!(answer.json()["type"], "ack");
        for heard in listening {
            let pings = heard.join().unwrap();
            assert!(!long() || pings >= 3, "{pings} pings");
        }
    });
}
