//! What one match can grow to, and what a start survives: hostile histories, also those that earlier versions let in.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::disk::small::SmallDisk;
use crate::venue::{Fixture, Folder, Venue, point, temporary};

/// The promise: no history takes the process past 128 MB.
const MEMORY_KIB: u64 = 131_072;

/// A venue that has stopped, with one match of football in it.
struct Stopped {
    folder: Folder,
    fixture: Fixture,
}

impl Stopped {
    fn new() -> Stopped {
        let folder = temporary();
        let mut venue = Venue::start(folder.clone(), &["--open", "--backup-every", "0s"]);
        let fixture = venue.create_match();
        venue.referee(&fixture).publish(&json!({ "type": "start" }));
        venue.ask_to_stop();
        assert!(venue.wait().success());
        Stopped { folder, fixture }
    }

    fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("courtside.db")).unwrap()
    }

    /// Writes events past all rules, as an earlier version may have taken them. `body` is SQL over `n`, the event's seq.
    fn write(&self, upto: u64, body: &str) {
        let now = "CAST(strftime('%s', 'now') AS INTEGER) * 1000";
        let sql = format!(
            "WITH RECURSIVE counted(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM counted WHERE n < ?1) \
             INSERT INTO events (match_id, seq, event_id, at, author, encoding, body) \
             SELECT ?2, n, 'e' || n, {now}, 'referee', 1, {body} FROM counted"
        );
        self.database()
            .execute(&sql, params![upto as i64, self.fixture.id])
            .unwrap();
    }

    fn start_within(&self, memory_kib: u64) -> Result<Venue, String> {
        Venue::try_start_within(
            memory_kib,
            self.folder.clone(),
            &["--open", "--backup-every", "0s"],
        )
    }

    fn start(&self) -> Venue {
        self.start_within(MEMORY_KIB).unwrap()
    }

    fn shown(&self, venue: &Venue) -> Value {
        venue
            .get(&format!("/api/matches/{}", self.fixture.id))
            .json()
    }
}

/// The state that the version before wrote for so many periods.
fn endless_state(periods: u64) -> String {
    let all = vec![r#"{"A":0,"B":0}"#; periods as usize].join(",");
    format!(
        r#"{{"status":"live","winner":null,"score":{{"A":0,"B":0}},"periods":[{all}],"period":{periods},"points":{{"A":"0","B":"0"}},"serving":null,"fouls":{{"A":0,"B":0}},"cards":{{"A":{{}},"B":{{}}}},"timeouts":{{"A":0,"B":0}},"clock":null,"prompt":[],"reason":null,"confirmed":false,"phase":"shootout"}}"#
    )
}

#[test]
fn a_match_of_6500_periods_that_an_earlier_version_took_starts_within_128_mb() {
    const EVENTS: u64 = 6_500;
    let bare = Stopped::new().start();
    let idle_kib = bare.resident_kib();
    let stopped = Stopped::new();
    stopped.write(EVENTS, r#"'{"id":"e' || n || '","type":"period_start"}'"#);
    let state = endless_state(EVENTS);
    assert!(state.len() > 80_000, "as large as it was");
    let sql = "UPDATE matches SET state = ?1, last_seq = ?2";
    stopped
        .database()
        .execute(sql, params![state, EVENTS as i64])
        .unwrap();

    let venue = stopped.start();
    let grown_kib = venue.resident_kib().saturating_sub(idle_kib);
    assert!(
        grown_kib < 44_000,
        "a tenth of what it was: {grown_kib} KiB"
    );
    let shown = stopped.shown(&venue);
    assert_eq!(shown["seq"], EVENTS);
    assert!(shown["state"].to_string().len() <= 16 * 1024);
    let row: i64 = stopped
        .database()
        .query_row("SELECT length(state) FROM matches", [], |row| row.get(0))
        .unwrap();
    assert!(row <= 16 * 1024, "its row, too: {row}");

    let mut watcher = venue.watcher(&stopped.fixture);
    assert_eq!(watcher.next().unwrap()["type"], "welcome");
    for seq in 1..=EVENTS {
        assert_eq!(watcher.next().unwrap()["seq"], seq);
    }
    let checked = crate::command_line::courtside(&[
        "check",
        "--data",
        stopped.folder.path().to_str().unwrap(),
    ]);
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn a_period_beyond_what_the_sport_can_have_is_refused() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    for (sport, most) in [("football", 5), ("badminton", 3), ("basketball", 64)] {
        let created = venue.post(
            "/create-match",
            &json!({ "sport": sport, "equipeA": "Lyon", "equipeB": "Metz" }),
        );
        let id = created.json()["matchID"].as_str().unwrap().to_owned();
        let round: Vec<Value> = (0..40)
            .flat_map(|_| [point("A"), point("B"), json!({ "type": "period_start" })])
            .collect();
        let path = format!("/api/matches/{id}/events?correction=1");
        let mut refused = 0;
        for _ in 0..3 {
            let answers = venue.post(&path, &json!(round)).json();
            for answer in answers.as_array().unwrap() {
                // Points that make a last set longer may end the match.
                match answer["code"].as_str() {
                    Some("bad_event") => refused += 1,
                    other => assert!(matches!(other, None | Some("match_finished")), "{answer}"),
                }
            }
        }
        let state = venue.get(&format!("/api/matches/{id}")).json()["state"].clone();
        assert_eq!(state["periods"].as_array().unwrap().len(), most, "{sport}");
        assert!(refused >= 20, "{sport}");
    }
}

/// The JSON of a match's state, letter by letter.
fn state_text(venue: &Venue, id: &str) -> String {
    let shown = venue.get(&format!("/api/matches/{id}")).body;
    let shown = String::from_utf8(shown).unwrap();
    let (_, state) = shown.split_once(r#""state":"#).unwrap();
    let (state, _) = state.split_once(r#","createdAt""#).unwrap();
    state.to_owned()
}

#[test]
fn many_events_at_once_are_answered_with_the_state_as_it_is_told_everywhere_and_in_little_memory() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let created = venue.post(
        "/create-match",
        &json!({ "sport": "basketball", "equipeA": "Lyon", "equipeB": "Metz" }),
    );
    let id = created.json()["matchID"].as_str().unwrap().to_owned();
    let path = format!("/api/matches/{id}/events?correction=1");
    let periods = vec![json!({ "A": 101, "B": 99 }); 64];
    let result = json!({ "type": "result", "detail": { "force": true, "periods": periods } });
    let single = venue.post(&path, &result);
    assert_eq!(single.json()["type"], "ack", "{}", single.json());
    let state = state_text(&venue, &id);
    let told = |body: &[u8]| String::from_utf8_lossy(body).matches(&state).count();
    assert_eq!(told(&single.body), 1, "in the order of its keys");
    // 1.5 KB that ask for half a megabyte.
    let nothing = json!(vec![json!({}); 500]);
    let mut body = Vec::new();
    let peak = venue.peak_kib(|| body = venue.post(&path, &nothing).body);
    assert_eq!(told(&body), 500);
    assert!(body.len() > 500_000, "{} bytes", body.len());
    assert!(peak < 6 * 1024, "{peak} KiB for {} bytes", body.len());
}

#[test]
fn a_long_history_that_is_half_undos_starts_and_is_shown() {
    const EVENTS: u64 = 20_000;
    // Point and undo in turn; all points and then all undos; one point undone and done again for ever.
    let turn = r#"CASE n % 2 WHEN 0 THEN '{"type":"point","side":"A"}'
                  ELSE '{"type":"undo","detail":{"seq":' || (n - 1) || '}}' END"#;
    let after = r#"CASE WHEN n <= 10000 THEN '{"type":"point","side":"B"}'
                   ELSE '{"type":"undo","detail":{"seq":' || (20001 - n) || '}}' END"#;
    let again = r#"CASE WHEN n <= 10000 THEN '{"type":"point","side":"A"}'
                   WHEN n % 2 = 1 THEN '{"type":"undo","detail":{"seq":2}}'
                   ELSE '{"type":"redo","detail":{"seq":2}}' END"#;
    let mut plain = Vec::new();
    for (body, score) in [
        (
            r#"'{"type":"point","side":"A"}'"#,
            json!({ "A": 19_999, "B": 0 }),
        ),
        (turn, json!({ "A": 1, "B": 0 })),
        (after, json!({ "A": 0, "B": 0 })),
        (again, json!({ "A": 9_999, "B": 0 })),
    ] {
        let stopped = Stopped::new();
        stopped.write(EVENTS, body);
        let began = Instant::now();
        let venue = stopped.start();
        plain.push(began.elapsed());
        let shown = stopped.shown(&venue);
        assert_eq!(shown["seq"], EVENTS);
        assert_eq!(shown["state"]["score"], score);
    }
    // Quadratic, it would be hundreds of times as long.
    let longest = plain.iter().max().unwrap();
    assert!(*longest < plain[0] * 20, "{plain:?}");
}

#[test]
fn a_full_match_refuses_points_takes_corrections_and_is_shown() {
    let stopped = Stopped::new();
    stopped.write(20_000, r#"'{"type":"note"}'"#);
    let venue = stopped.start();
    let mut referee = venue.referee(&stopped.fixture);
    let refused = referee.publish(&point("A"));
    assert_eq!(refused["code"], "match_full", "{refused}");
    let finish = json!({ "type": "finish" });
    assert_eq!(referee.publish(&finish)["type"], "ack");
    assert_eq!(referee.publish(&json!({ "type": "undo" }))["type"], "ack");
    let path = format!("/api/matches/{}/events", stopped.fixture.id);
    let corrected = venue.post(&format!("{path}?correction=1"), &point("A"));
    assert_eq!(corrected.json()["type"], "ack");
    assert_eq!(stopped.shown(&venue)["seq"], 20_003);
    assert_eq!(venue.history(&stopped.fixture).len(), 20_003);
}

#[test]
fn a_match_that_was_longer_before_there_was_a_quota_starts_and_is_told_whole() {
    const EVENTS: u64 = 60_000;
    let stopped = Stopped::new();
    stopped.write(EVENTS, r#"'{"type":"point","side":"A"}'"#);
    let venue = stopped.start();
    assert_eq!(stopped.shown(&venue)["state"]["score"]["A"], EVENTS - 1);
    let summary = venue.get(&format!("/get-summary?matchID={}", stopped.fixture.id));
    let summary = summary.json();
    let events = summary["events"].as_array().unwrap();
    assert_eq!((events.len(), &summary["more"]), (2_000, &json!(true)));
    assert_eq!(events[1_999]["seq"], EVENTS);
    // None of these reads its answer.
    let silent: Vec<_> = (0..24)
        .map(|number| {
            let path = match number % 3 {
                0 => "/get-summary?matchID=",
                1 => "/events?matchID=",
                _ => "/api/matches/",
            };
            let end = if number % 3 == 2 { "/events" } else { "" };
            let mut stream = venue.connect();
            let request = format!(
                "GET {path}{}{end} HTTP/1.1\r\nHost: {}\r\n\r\n",
                stopped.fixture.id, venue.address
            );
            std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
            stream
        })
        .collect();
    let sockets: Vec<_> = (0..8).map(|_| venue.watcher(&stopped.fixture)).collect();
    let mut watcher = venue.socket(&format!(
        "/watch?matchID={}&after=55000",
        stopped.fixture.id
    ));
    assert_eq!(watcher.next().unwrap()["type"], "welcome");
    for seq in 55_001..=EVENTS {
        assert_eq!(watcher.next().unwrap()["seq"], seq);
    }
    drop((silent, sockets));
}

#[test]
fn who_hangs_up_and_comes_again_sends_no_faster() {
    let venue = Venue::with(&["--open"]);
    let fixture = venue.create_match();
    let began = Instant::now();
    let mut taken = 0;
    for round in 0..6 {
        let path = format!(
            "/referee?IdMatch={}&device=phone-{round}&takeover=1",
            fixture.id
        );
        let mut referee = venue.socket(&path);
        for _ in 0..180 {
            referee.send(&point("A"));
        }
        for _ in 0..180 {
            taken += u32::from(referee.next_of(&["ack", "refused"])["type"] == "ack");
        }
    }
    let most = 200.0 + 50.0 * (began.elapsed().as_secs_f64() + 1.0);
    assert!(taken >= 180, "the honest burst: {taken}");
    assert!(f64::from(taken) <= most, "{taken} in {:?}", began.elapsed());
}

fn aside(venue: &Venue) -> Vec<String> {
    let told = venue.get("/api/venue").json();
    let matches = told["box"]["leftAside"].as_array().unwrap().clone();
    let id = |found: &Value| found["id"].as_str().unwrap().to_owned();
    matches.iter().map(id).collect()
}

fn mark(folder: &Path, id: &str) {
    std::fs::write(folder.join("taking-up"), id).unwrap();
}

#[test]
fn a_match_that_a_start_died_of_is_left_aside_until_an_organiser_decides() {
    let stopped = Stopped::new();
    let id = stopped.fixture.id.clone();
    assert!(aside(&stopped.start()).is_empty());
    mark(stopped.folder.path(), &id);
    for round in ["found", "kept over a restart"] {
        let venue = stopped.start();
        assert_eq!(aside(&venue), std::slice::from_ref(&id), "{round}");
        assert_eq!(stopped.shown(&venue)["seq"], 1, "its row is shown");
        for path in [
            format!("/watch?matchID={id}"),
            format!("/referee?IdMatch={id}"),
        ] {
            assert_eq!(venue.try_socket(&path).err(), Some(503));
        }
        for refused in [
            venue.get(&format!("/events?matchID={id}")),
            venue.post(&format!("/api/matches/{id}/events"), &point("A")),
        ] {
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (503, "left_aside")
            );
        }
    }
    let venue = stopped.start();
    let opened = venue.post(&format!("/api/matches/{id}/open"), &json!({}));
    assert_eq!((opened.status, &opened.json()["id"]), (200, &json!(id)));
    assert!(aside(&venue).is_empty());
    assert_eq!(
        venue.referee(&stopped.fixture).publish(&point("A"))["type"],
        "ack"
    );
    drop(venue);

    mark(stopped.folder.path(), &id);
    let venue = stopped.start();
    let deleted = venue.request("DELETE", &format!("/api/matches/{id}"), &[], b"");
    assert_eq!(deleted.status, 204);
    assert!(aside(&venue).is_empty());
    assert_eq!(venue.get(&format!("/api/matches/{id}")).status, 404);
}

#[test]
fn a_match_during_which_the_power_was_cut_is_tried_once_more() {
    let stopped = Stopped::new();
    let id = stopped.fixture.id.clone();
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let other = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (noted, is_aside) in [
        (format!("{id} first {other}"), false),
        (format!("{id} first {boot}"), true),
        (format!("{id} again {other}"), true),
    ] {
        mark(stopped.folder.path(), &noted);
        let venue = stopped.start();
        assert_eq!(aside(&venue).is_empty(), !is_aside, "{noted}");
        if is_aside {
            let opened = venue.post(&format!("/api/matches/{id}/open"), &json!({}));
            assert_eq!(opened.status, 200);
        } else {
            let mut referee = venue.referee(&stopped.fixture);
            assert_eq!(referee.publish(&point("A"))["type"], "ack");
        }
    }
}

#[test]
fn a_start_that_ends_for_want_of_memory_leaves_the_match_aside_and_others_are_played() {
    // Honest ones need far less; this match is from before there was a quota.
    const TIGHT_KIB: u64 = 60_000;
    let stopped = Stopped::new();
    stopped.write(800_000, r#"'{"type":"point","side":"A"}'"#);
    let marker = || std::fs::read_to_string(stopped.folder.path().join("taking-up")).unwrap();
    let id = stopped.fixture.id.clone();
    let other_boot = "01890a5d-ac96-774b-bcce-b302099a8057";
    mark(stopped.folder.path(), &format!("{id} first {other_boot}"));
    assert!(stopped.start_within(TIGHT_KIB).is_err(), "it is too large");
    assert!(marker().contains(" again "), "the next one is the last try");
    let venue = stopped.start_within(TIGHT_KIB).unwrap();
    assert_eq!(aside(&venue), std::slice::from_ref(&stopped.fixture.id));
    let other = venue.create_match();
    assert_eq!(venue.referee(&other).publish(&point("A"))["type"], "ack");
}

#[test]
fn nothing_is_left_aside_by_kill_9_after_the_start() {
    let stopped = Stopped::new();
    let venue = stopped.start();
    let mut referee = venue.referee(&stopped.fixture);
    assert_eq!(referee.publish(&point("A"))["type"], "ack");
    let venue = venue.restart();
    assert!(aside(&venue).is_empty());
}

#[test]
fn a_hostile_referee_fills_the_disk_and_another_match_is_scored_to_its_end() {
    let Some(disk) = SmallDisk::new(64 * 1024) else {
        return;
    };
    let venue = Venue::start(disk.data(), &["--open"]);
    let (hostile, honest) = (venue.create_match(), venue.create_match());
    // What is left takes a hostile referee some seconds, and not the quotas of several matches.
    std::fs::write(disk.ballast(), vec![0_u8; 50 * 1024 * 1024]).unwrap();
    let path = format!("/api/matches/{}/events", hostile.id);
    let notes: Vec<Value> = (0..12)
        .map(|_| json!({ "type": "note", "text": "x".repeat(15_000) }))
        .collect();
    let flooding = || {
        let answers = venue.post(&path, &json!(notes)).json();
        let last = answers.as_array().unwrap().last().unwrap();
        last["code"].as_str().unwrap_or("ack").to_owned()
    };
    let full = (0..2_000).any(|_| match flooding().as_str() {
        "storage_unavailable" => true,
        "rate_limited" => {
            // Who was too fast is not listened to before a pause.
            std::thread::sleep(Duration::from_millis(300));
            false
        }
        other => {
            assert_eq!(other, "ack");
            false
        }
    });
    assert!(full, "nothing is kept of the disk");
    // Nor does anybody get more by padding what scores, or by saying that he corrects.
    let padded = vec![json!({ "type": "point", "side": "A", "text": "x".repeat(900) }); 12];
    let corrections = format!("{path}?correction=1");
    for (path, events) in [
        (&path, &padded),
        (&corrections, &notes),
        (&corrections, &padded),
    ] {
        let mut taken = 0;
        loop {
            let answers = venue.post(path, &json!(events)).json();
            let answers = answers.as_array().unwrap();
            taken += answers
                .iter()
                .filter(|answer| answer["type"] == "ack")
                .count();
            assert!(taken < 200, "{taken} events in what is kept of the disk");
            match answers.last().unwrap()["code"].as_str() {
                Some("storage_unavailable") => break,
                Some("rate_limited") => std::thread::sleep(Duration::from_millis(300)),
                other => assert_eq!(other, None),
            }
        }
    }
    let teams = json!({ "sport": "football", "equipeA": "Lyon", "equipeB": "Metz" });
    let created = venue.post("/create-match", &teams);
    assert_eq!(
        (created.status, created.code().as_str()),
        (503, "storage_unavailable")
    );
    let mut referee = venue.referee(&honest);
    for _ in 0..20 {
        assert_eq!(referee.publish(&point("A"))["type"], "ack");
    }
    let still = flooding();
    assert!(
        matches!(still.as_str(), "storage_unavailable" | "rate_limited"),
        "{still}"
    );
    for end in ["finish", "confirm"] {
        assert_eq!(referee.publish(&json!({ "type": end }))["type"], "ack");
    }
}
