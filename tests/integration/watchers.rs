//! What a watcher relies on.

use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::venue::{PATIENCE, Socket, Venue, point};

fn seqs(watcher: &mut Socket, last: u64) -> Vec<u64> {
    let mut seen = Vec::new();
    while seen.last() != Some(&last) {
        seen.push(watcher.next_of(&["event"])["seq"].as_u64().unwrap());
    }
    seen
}

#[test]
fn a_late_watcher_gets_the_whole_history_and_then_what_happens() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..3 {
        referee.publish(&point("A"));
    }
    let mut watcher = venue.watcher(&fixture);
    let welcome = watcher.next().unwrap();
    assert_eq!(
        (&welcome["type"], &welcome["seq"]),
        (&json!("welcome"), &json!(3))
    );
    let first = watcher.next().unwrap();
    assert_eq!(first["event"]["type"], "point");
    assert_eq!(first["state"]["score"], json!({ "A": 1, "B": 0 }));
    assert!(first["at"].as_str().unwrap().ends_with('Z'));
    referee.publish(&point("B"));
    assert_eq!(seqs(&mut watcher, 4), [2, 3, 4]);
}

#[test]
fn a_watcher_resumes_after_the_event_it_has_or_begins_now() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..5 {
        referee.publish(&point("A"));
    }
    let mut after = venue.socket(&format!("/watch?matchID={}&after=3", fixture.id));
    let mut now = venue.socket(&format!("/watch?matchID={}&after=now", fixture.id));
    assert_eq!(now.next_of(&["welcome"])["seq"], 5);
    referee.publish(&point("B"));
    assert_eq!(seqs(&mut after, 6), [4, 5, 6]);
    assert_eq!(seqs(&mut now, 6), [6]);
}

#[test]
fn two_hundred_watchers_that_join_mid_stream_miss_nothing_and_see_nothing_twice() {
    const EVENTS: u64 = 150;
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    std::thread::scope(|scope| {
        let watchers: Vec<_> = (0..200)
            .map(|_| {
                scope.spawn(|| {
                    let mut watcher = venue.watcher(&fixture);
                    assert_eq!(watcher.next().unwrap()["type"], "welcome");
                    seqs(&mut watcher, EVENTS)
                })
            })
            .collect();
        for seq in 1..=EVENTS {
            assert_eq!(referee.publish(&point("A"))["seq"], seq);
        }
        for watcher in watchers {
            assert_eq!(watcher.join().unwrap(), (1..=EVENTS).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_history_longer_than_memory_is_still_told_from_the_beginning() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let path = format!("/api/matches/{}/events", fixture.id);
    let text = "x".repeat(10_000);
    let note = json!({ "type": "note", "text": text });
    let events: Vec<Value> = (0..20).map(|_| note.clone()).collect();
    for _ in 0..20 {
        venue.post(&path, &Value::Array(events.clone()));
    }
    let mut watcher = venue.watcher(&fixture);
    assert_eq!(seqs(&mut watcher, 400), (1..=400).collect::<Vec<_>>());
    venue.post(&path, &point("A"));
    assert_eq!(watcher.next_of(&["event"])["seq"], 401);
    let mut resumed = venue.socket(&format!("/watch?matchID={}&after=100", fixture.id));
    assert_eq!(seqs(&mut resumed, 401), (101..=401).collect::<Vec<_>>());
}

#[test]
fn a_watcher_that_never_reads_costs_little_and_gets_the_state_when_it_wakes() {
    const LAST: u64 = 19_002;
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let mut asleep = venue.watcher(&fixture);
    let mut awake = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    referee.publish(&point("A"));
    assert_eq!(asleep.next_of(&["event"])["seq"], 1);
    // A referee is told of corrections, too, and this one would not listen.
    drop(referee);
    let before = venue.resident_kib();
    // 16 MB of frames, with their states: more than the window and than what the kernel keeps for the sleeper, and no more
    // events than a match may have.
    let note = json!({ "type": "note", "text": "x".repeat(350) });
    let notes = json!(vec![note; 500]);
    let path = format!("/api/matches/{}/events?correction=1", fixture.id);
    for _ in 0..38 {
        let answers = venue.post(&path, &notes).json();
        assert_eq!(answers[499]["type"], "ack", "{}", answers[499]);
        (0..500).for_each(|_| drop(awake.next_of(&["event"])));
    }
    let grown = venue.resident_kib().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB more");
    let mut referee = venue.referee(&fixture);
    referee.publish(&point("B"));
    // The kernel may have had room for a first resync long before: what the sleeper reads jumps only by resyncs.
    let (mut told, mut resyncs) = (1, 0);
    while told < LAST {
        let frame = asleep.next_of(&["event", "resync"]);
        let seq = frame["seq"].as_u64().unwrap();
        if frame["type"] == "resync" {
            assert!(seq > told, "resync to {seq} after {told}");
            let b = u64::from(seq == LAST);
            assert_eq!(frame["state"]["score"], json!({ "A": 1, "B": b }));
            resyncs += 1;
        } else {
            assert_eq!(seq, told + 1);
        }
        told = seq;
    }
    assert!(resyncs > 0, "all events were kept for it");
    referee.publish(&point("B"));
    assert_eq!(asleep.next_of(&["event"])["seq"], LAST + 1);
}

#[test]
fn the_venue_feed_lists_every_match_and_then_tells_each_change() {
    let venue = Venue::open();
    let (one, two) = (venue.create_match(), venue.create_match());
    let mut feed = venue.socket("/watch");
    let welcome = feed.next().unwrap();
    let listed: Vec<&Value> = welcome["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| &found["id"])
        .collect();
    assert_eq!(listed, [&json!(one.id), &json!(two.id)]);
    let tournament = welcome["matches"][1]["tournamentID"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut narrow = venue.socket(&format!("/watch?tournamentID={tournament}"));
    assert_eq!(
        narrow.next().unwrap()["matches"].as_array().unwrap().len(),
        1
    );
    venue.referee(&one).publish(&point("A"));
    venue.referee(&two).publish(&point("B"));
    let changed = loop {
        let changed = feed.next_of(&["match"]);
        if changed["match"]["seq"] == 1 {
            break changed;
        }
    };
    assert_eq!(
        changed["match"]["state"]["score"],
        json!({ "A": 1, "B": 0 })
    );
    assert_eq!(changed["match"]["live"], true);
    assert_eq!(narrow.next_of(&["match"])["match"]["id"], json!(two.id));
}

#[test]
fn server_sent_events_are_the_same_stream_and_resume() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..3 {
        referee.publish(&point("A"));
    }
    let lines = |headers: &str, until: &str| {
        let mut stream = venue.connect();
        let head = format!(
            "GET /events?matchID={} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n",
            fixture.id, venue.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        let (mut text, mut buffer) = (String::new(), [0; 4096]);
        let since = std::time::Instant::now();
        while !text.contains(until) && since.elapsed() < PATIENCE {
            let read = stream.read(&mut buffer).unwrap();
            text += &String::from_utf8_lossy(&buffer[..read]);
        }
        text
    };
    let all = lines("", "id:3");
    assert!(
        all.contains("text/event-stream") && all.contains("access-control-allow-origin: *"),
        "{all}"
    );
    assert!(
        all.contains(r#"data:{"type":"welcome""#)
            && all.contains(r#"data:{"type":"event","seq":1"#),
        "{all}"
    );
    let resumed = lines("Last-Event-ID: 2\r\n", "id:3");
    assert!(!resumed.contains(r#""type":"event","seq":2"#), "{resumed}");
    assert!(resumed.contains(r#""type":"event","seq":3"#), "{resumed}");
}

#[test]
fn what_a_watcher_says_changes_nothing() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    watcher.send(&point("A"));
    venue.referee(&fixture).publish(&point("B"));
    assert_eq!(
        watcher.next_of(&["event"])["state"]["score"],
        json!({ "A": 0, "B": 1 })
    );
}

#[test]
fn a_watcher_is_asked_every_twenty_seconds_whether_it_is_still_there() {
    let venue = Venue::open();
    let mut watcher = venue.watcher(&venue.create_match());
    let since = std::time::Instant::now();
    loop {
        if watcher.0.read().unwrap().is_ping() {
            break;
        }
    }
    assert!(since.elapsed().as_secs() >= 15, "not all the time");
}

#[test]
fn who_says_good_bye_is_answered() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    for mut socket in [
        venue.watcher(&fixture),
        venue.referee(&fixture),
        venue.socket("/watch"),
    ] {
        socket.0.close(None).unwrap();
        assert_eq!(
            socket.close_code(),
            1005,
            "a close frame, without a code as it was sent"
        );
    }
}

#[test]
fn clients_that_never_read_do_not_keep_a_late_joiner_from_old_history() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let fixture = venue.create_match();
    let path = format!("/api/matches/{}/events", fixture.id);
    let note = json!({ "type": "note", "text": "x".repeat(12_000) });
    for _ in 0..50 {
        venue.post(&path, &Value::Array(vec![note.clone(); 12]));
    }
    let sleepers: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = venue.connect();
            let head = format!(
                "GET /events?matchID={} HTTP/1.1\r\nHost: {}\r\n\r\n",
                fixture.id, venue.address
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.read_exact(&mut [0; 1]).unwrap();
            stream
        })
        .collect();
    let mut watcher = venue.watcher(&fixture);
    assert_eq!(seqs(&mut watcher, 600).len(), 600);
    drop(sleepers);
}
