//! What a referee relies on.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::venue::{Fixture, Socket, Venue, eventually, point, point_named};

fn device(venue: &Venue, fixture: &Fixture, name: &str, more: &str) -> Socket {
    let path = format!(
        "/referee?matchID={}&token={}&device={name}{more}",
        fixture.id, fixture.token
    );
    venue.socket(&path)
}

#[test]
fn a_referee_is_welcomed_and_each_event_gets_exactly_one_answer() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    let welcome = referee.next().unwrap();
    assert_eq!(
        (&welcome["type"], &welcome["seq"]),
        (&json!("welcome"), &json!(0))
    );
    assert_eq!(welcome["match"]["sides"]["A"]["name"], "Lyon");
    assert_eq!(welcome["state"]["status"], "scheduled");
    assert_eq!(referee.next().unwrap(), json!({ "type": "active" }));
    referee.send(&point_named("one"));
    referee.send(&json!({ "type": "point", "id": "two" }));
    referee.send(&point_named("three"));
    let answers: Vec<Value> = (0..3).map(|_| referee.next().unwrap()).collect();
    assert_eq!(
        (&answers[0]["type"], &answers[0]["id"], &answers[0]["seq"]),
        (&json!("ack"), &json!("one"), &json!(1))
    );
    assert_eq!(
        (&answers[1]["type"], &answers[1]["id"], &answers[1]["code"]),
        (&json!("refused"), &json!("two"), &json!("bad_event"))
    );
    assert_eq!(
        (&answers[2]["id"], &answers[2]["seq"]),
        (&json!("three"), &json!(2))
    );
    assert_eq!(answers[2]["state"]["score"], json!({ "A": 2, "B": 0 }));
    assert!(answers[0].get("duplicate").is_none());
}

#[test]
fn an_event_that_is_sent_twice_counts_once() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut referee = venue.referee(&fixture);
    for _ in 0..3 {
        referee.send(&point_named("tap"));
    }
    let answers: Vec<Value> = (0..3).map(|_| referee.next_of(&["ack"])).collect();
    assert!(answers.iter().all(|answer| answer["seq"] == 1));
    assert_eq!(
        answers
            .iter()
            .filter(|answer| answer["duplicate"] == true)
            .count(),
        2
    );
    let venue = venue.restart();
    let again = venue.referee(&fixture).publish(&point_named("tap"));
    assert_eq!(
        (&again["seq"], &again["duplicate"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(venue.history(&fixture).len(), 1);
}

#[test]
fn a_referee_that_is_lost_comes_back_to_the_same_match_and_goes_on() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    referee.publish(&point("A"));
    drop(referee);
    let mut referee = venue.referee(&fixture);
    assert_eq!(referee.next_of(&["welcome"])["seq"], 1);
    assert_eq!(referee.publish(&point("B"))["seq"], 2);
    assert_eq!(watcher.next_of(&["event"])["seq"], 1);
    assert_eq!(watcher.next_of(&["event"])["seq"], 2);
}

#[test]
fn a_second_device_stands_by_until_it_takes_over() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut first = device(&venue, &fixture, "one", "");
    first.next_of(&["active"]);
    let mut second = device(&venue, &fixture, "two", "");
    second.next_of(&["standby"]);
    assert_eq!(second.publish(&point("A"))["code"], "standby");
    first.publish(&point("A"));
    assert_eq!(second.next_of(&["event"])["seq"], 1);
    let mut second = device(&venue, &fixture, "two", "&takeover=1");
    second.next_of(&["active"]);
    first.next_of(&["standby"]);
    assert_eq!(first.publish(&point("A"))["code"], "standby");
    assert_eq!(second.publish(&point("B"))["seq"], 2);
}

#[test]
fn a_device_that_reconnects_gets_its_place_back_at_once() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut first = device(&venue, &fixture, "one", "");
    first.publish(&point("A"));
    let mut second = device(&venue, &fixture, "two", "");
    second.next_of(&["standby"]);
    // The old connection is still open, as after a lost Wi-Fi.
    let mut again = device(&venue, &fixture, "one", "");
    again.next_of(&["active"]);
    assert_eq!(again.publish(&point("A"))["seq"], 2);
    assert_eq!(first.publish(&point("A"))["code"], "standby");
}

#[test]
fn a_connection_without_a_device_takes_over_as_in_the_original_system() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut first = device(&venue, &fixture, "one", "");
    first.next_of(&["active"]);
    let mut original = venue.referee(&fixture);
    assert_eq!(original.publish(&point("A"))["type"], "ack");
    first.next_of(&["standby"]);
}

#[test]
fn an_organiser_s_correction_reaches_the_referee_and_the_watchers() {
    let venue = Venue::with(&[]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    let mut referee = venue.referee(&fixture);
    let mut watcher = venue.watcher(&fixture);
    referee.publish(&point("A"));
    let path = format!("/api/matches/{}/events", fixture.id);
    let answer = venue
        .post_as(
            &organiser,
            &path,
            &json!([{ "type": "undo" }, { "type": "undo" }]),
        )
        .json();
    assert_eq!(
        (&answer[0]["type"], &answer[0]["seq"]),
        (&json!("ack"), &json!(2))
    );
    assert_eq!(answer[1]["code"], "nothing_to_undo");
    for socket in [&mut referee, &mut watcher] {
        let seen = loop {
            let event = socket.next_of(&["event"]);
            if event["event"]["type"] == "undo" {
                break event;
            }
        };
        assert_eq!(seen["event"]["detail"]["seq"], 1);
        assert_eq!(seen["state"]["score"]["A"], 0);
    }
}

#[test]
fn a_referee_without_a_websocket_publishes_over_http_while_no_device_is_active() {
    let venue = Venue::with(&[]);
    let fixture = venue.create_match_as(&venue.log_in());
    let path = format!("/api/matches/{}/events", fixture.id);
    let answer = venue.post_as(&fixture.token, &path, &point("A"));
    assert_eq!((answer.status, &answer.json()["seq"]), (200, &json!(1)));
    assert_eq!(venue.get("/live-match").json(), json!([fixture.id]));
    let mut referee = device(&venue, &fixture, "pad", "");
    referee.next_of(&["active"]);
    assert_eq!(
        venue.post_as(&fixture.token, &path, &point("A")).json()["code"],
        "standby"
    );
    let same = venue
        .post_as(&fixture.token, &format!("{path}?device=pad"), &point("B"))
        .json();
    assert_eq!(same["seq"], 2);
}

#[test]
fn a_new_token_sends_the_holder_of_the_old_one_away() {
    let venue = Venue::with(&[]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    let mut referee = venue.referee(&fixture);
    let path = format!("/api/matches/{}/referee-token", fixture.id);
    let token = venue.post_as(&organiser, &path, &json!({})).json()["refereeToken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(referee.close_code(), 4003);
    let old = format!("/referee?IdMatch={}&token={}", fixture.id, fixture.token);
    assert_eq!(venue.try_socket(&old).err(), Some(403));
    assert_eq!(
        venue
            .referee(&Fixture { token, ..fixture })
            .publish(&point("A"))["seq"],
        1
    );
}

#[test]
fn a_match_without_a_referee_leaves_and_comes_back_when_somebody_asks() {
    let venue = Venue::with(&["--open", "--referee-gc", "1s"]);
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    venue.referee(&fixture).publish(&point("A"));
    assert_eq!(watcher.close_code(), 4001);
    eventually("leaving /live-match", || {
        venue.get("/live-match").json() == json!([])
    });
    eventually("leaving memory", || {
        metric(&venue, "courtside_matches_in_memory") == 0
    });
    let mut watcher = venue.watcher(&fixture);
    assert_eq!(watcher.next_of(&["event"])["seq"], 1);
    let mut referee = venue.referee(&fixture);
    assert_eq!(referee.publish(&point("B"))["seq"], 2);
    assert_eq!(watcher.next_of(&["event"])["seq"], 2);
}

fn metric(venue: &Venue, name: &str) -> u64 {
    let text = String::from_utf8(venue.get("/metrics").body).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with(name))
        .expect("the metric");
    line.split(' ')
        .nth(1)
        .and_then(|value| value.parse().ok())
        .expect("a number")
}

#[test]
fn a_deleted_match_says_so_to_everybody_in_it() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let (mut referee, mut watcher) = (venue.referee(&fixture), venue.watcher(&fixture));
    let mut feed = venue.socket("/watch");
    // Who comes after the deletion hears of no match that was there.
    assert_eq!(feed.next().unwrap()["type"], "welcome");
    referee.publish(&point("A"));
    assert_eq!(
        venue
            .request("DELETE", &format!("/api/matches/{}", fixture.id), &[], b"")
            .status,
        204
    );
    assert_eq!((referee.close_code(), watcher.close_code()), (4004, 4004));
    assert_eq!(
        feed.next_of(&["match_deleted"])["matchID"],
        json!(fixture.id)
    );
    assert_eq!(
        venue
            .get(&format!("/get-summary?matchID={}", fixture.id))
            .status,
        404
    );
}

#[test]
fn a_request_whose_client_hangs_up_is_finished_all_the_same() {
    const REQUESTS: usize = 100;
    let venue = Venue::open();
    let body =
        json!({ "sides": { "A": { "name": "x" }, "B": { "name": "y" } }, "sport": "tennis" })
            .to_string();
    for _ in 0..REQUESTS {
        let mut stream = venue.connect();
        let head = format!(
            "POST /api/matches HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{body}",
            venue.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
    }
    let stored = || {
        let database = rusqlite::Connection::open(venue.data().join("courtside.db")).unwrap();
        database
            .query_row("SELECT count(*) FROM matches", [], |row| {
                row.get::<_, i64>(0)
            })
            .unwrap()
    };
    let shown = || venue.get("/api/matches").json().as_array().unwrap().len();
    eventually("as many shown as stored", || {
        shown() > 0 && i64::try_from(shown()) == Ok(stored())
    });
}

#[test]
fn a_flood_ends_the_connection_and_nothing_else() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let mut watcher = venue.watcher(&fixture);
    let mut referee = venue.referee(&fixture);
    let flood = std::iter::repeat_n("not json", 20_000);
    for text in flood {
        if referee
            .0
            .write(tokio_tungstenite::tungstenite::Message::text(text))
            .is_err()
        {
            break;
        }
    }
    // What was still being sent when the server closed may cut the farewell off.
    let _ = referee.0.flush();
    assert!(matches!(referee.close_code(), 4008 | 1006));
    // The rate is of the match, whatever the connection: who was too fast must pause before the next one is taken.
    let mut next = venue.referee(&fixture);
    let seq = loop {
        let answer = next.publish(&point("A"));
        match answer["code"].as_str() {
            Some("rate_limited") => std::thread::sleep(Duration::from_millis(300)),
            _ => break answer["seq"].clone(),
        }
    };
    assert_eq!(seq, 1);
    assert_eq!(watcher.next_of(&["event"])["seq"], 1);
}
