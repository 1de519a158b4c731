//! A day as it goes on: late courts, expected times, the next call, and the lengths that the day itself shows.

use serde_json::{Value, json};

use super::{DAY, make_courts, plan, plan_all, settle};
use crate::running::{Cup, good, knockout, refused, send};
use crate::venue::{Venue, eventually, point};

/// The hall's clock is put to a time of the day, in UTC.
fn it_is(venue: &Venue, time: &str) {
    let now = json!({ "now": format!("{DAY}T{time}:00Z") });
    good(&send(venue, "PUT", "/api/venue/clock", &now));
}

fn friendly(venue: &Venue, a: &str, b: &str) -> String {
    let sides = json!({ "A": { "name": a }, "B": { "name": b } });
    let body = json!({ "sport": "BADMINTON", "sides": sides });
    let made = good(&venue.post("/api/matches", &body));
    made["id"].as_str().unwrap().to_owned()
}

fn shown(venue: &Venue, id: &str) -> Value {
    good(&venue.get(&format!("/api/matches/{id}")))
}

fn play(venue: &Venue, id: &str, events: &Value) {
    let path = format!("/api/matches/{id}/events?correction=1");
    let answer = good(&venue.post(&path, events));
    let answers = answer.as_array().cloned().unwrap_or_else(|| vec![answer]);
    for answer in answers {
        assert_eq!(answer["type"], "ack", "{answer}");
    }
}

/// Side A has won two games to 15, as badminton is played on that day.
fn won(against: u64) -> Value {
    let game = json!({ "A": 15, "B": against });
    json!([{ "type": "result", "detail": { "periods": [game.clone(), game] } }])
}

/// A hall in UTC with a court and three matches on it, at 09:00, 09:35 and 10:10, which everybody sees.
fn morning(venue: &Venue) -> Vec<String> {
    make_courts(venue, 1);
    it_is(venue, "08:00");
    settle(
        venue,
        &json!({ "timeZone": "UTC", "minutes": { "badminton": 30 }, "rest": 5 }),
    );
    for (a, b) in [("A", "B"), ("C", "D"), ("E", "F")] {
        friendly(venue, a, b);
    }
    plan_all(venue);
    good(&venue.post("/api/plan/publish", &json!({ "day": DAY })));
    let plan = plan(venue);
    assert_eq!(plan["settings"]["minutes"], json!({ "BADMINTON": 30 }));
    let planned = plan["matches"].as_array().unwrap();
    let id = |place: &Value| place["matchID"].as_str().unwrap().to_owned();
    planned.iter().map(id).collect()
}

fn at(time: &str) -> Value {
    json!(format!("{DAY}T{time}:00.000Z"))
}

#[test]
fn a_court_that_runs_late_says_so_and_every_match_on_it_says_when_it_will_begin() {
    let venue = Venue::open();
    let ids = morning(&venue);
    eventually("nothing is late in the morning", || {
        plan(&venue)["courts"][0]["lateMinutes"] == 0
    });
    assert_eq!(shown(&venue, &ids[1])["expectedAt"], Value::Null);
    let mut feed = venue.socket("/watch");
    feed.next().unwrap();
    // Nobody has begun at twenty past nine: minutes that have begun count.
    it_is(&venue, "09:19");
    let expected = |feed: &mut crate::venue::Socket, id: &str| {
        loop {
            let told = feed.next_of(&["match"])["match"].clone();
            if told["id"] == id && told["expectedAt"] != Value::Null {
                return told["expectedAt"].clone();
            }
        }
    };
    assert_eq!(expected(&mut feed, &ids[2]), at("10:30"));
    eventually("the court is late", || {
        plan(&venue)["courts"][0]["lateMinutes"] == 20
    });
    let planned = plan(&venue);
    assert_eq!(planned["matches"][1]["at"], at("09:35"));
    assert_eq!(planned["matches"][1]["expectedAt"], at("09:55"));
    // The first should be near by now, and is the one to call.
    eventually("the first is soon", || {
        shown(&venue, &ids[0])["call"] == "soon"
    });
    assert_eq!(shown(&venue, &ids[2])["call"], "planned");
    eventually("the first is to be called", || {
        let calls = plan(&venue)["calls"].clone();
        calls.as_array().unwrap().len() == 1 && calls[0]["matchID"] == ids[0].as_str()
    });
    // Once it plays, the next is called when it is over.
    play(&venue, &ids[0], &point("A"));
    eventually("the second is called next", || {
        let calls = plan(&venue)["calls"].clone();
        calls[0]["matchID"] == ids[1].as_str() && calls[0]["at"] == at("09:50")
    });
    assert_eq!(shown(&venue, &ids[0])["expectedAt"], Value::Null);
}

#[test]
fn while_nobody_has_said_the_time_nothing_is_late() {
    let venue = Venue::open();
    let ids = morning(&venue);
    // A box without a network starts in a year in which nobody played.
    let now = json!({ "now": "1971-01-01T12:00:00Z" });
    good(&send(&venue, "PUT", "/api/venue/clock", &now));
    eventually("nobody knows", || {
        let plan = plan(&venue);
        plan["clockIsSet"] == false && plan["courts"][0]["lateMinutes"] == Value::Null
    });
    let planned = plan(&venue);
    assert_eq!(planned["matches"][0]["at"], at("09:00"));
    assert_eq!(planned["calls"], json!([]));
    assert_eq!(shown(&venue, &ids[0])["plannedAt"], at("09:00"));
}

#[test]
fn five_matches_that_are_over_show_how_long_the_next_will_take() {
    let venue = Venue::open();
    make_courts(&venue, 6);
    it_is(&venue, "08:00");
    settle(&venue, &json!({ "timeZone": "UTC", "rest": 5 }));
    let courts = good(&venue.get("/api/courts"));
    let ids: Vec<String> = (0..6)
        .map(|n| {
            let id = friendly(&venue, &format!("A{n}"), &format!("B{n}"));
            let court = json!({ "courtID": courts[n]["id"] });
            good(&send(
                &venue,
                "PATCH",
                &format!("/api/matches/{id}"),
                &court,
            ));
            id
        })
        .collect();
    let propose = || {
        let proposed = good(&venue.post("/api/plan/auto", &json!({})));
        proposed["changes"][0]["to"]["minutes"].as_i64().unwrap()
    };
    let estimated = propose();
    for id in &ids[..5] {
        play(&venue, id, &point("A"));
    }
    it_is(&venue, "08:17");
    for id in &ids[..4] {
        play(&venue, id, &won(0));
    }
    assert_eq!(propose(), estimated, "four are too few");
    play(&venue, &ids[4], &won(0));
    assert_eq!(propose(), 17);
    // A result that is corrected in the afternoon has not been played until then.
    it_is(&venue, "15:00");
    play(&venue, &ids[0], &won(9));
    assert_eq!(propose(), 17);
}

#[test]
fn without_times_the_box_says_who_plays_on_the_next_free_court() {
    let venue = Venue::open();
    let courts = make_courts(&venue, 2);
    it_is(&venue, "10:00");
    settle(
        &venue,
        &json!({ "timeZone": "UTC", "calling": "next_free_court", "minutes": { "FOOTBALL": 30 } }),
    );
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    let calls = || plan(&venue)["calls"].as_array().unwrap().clone();
    eventually("two matches are to be called", || calls().len() == 2);
    let called = calls();
    let key_of = |id: &Value| shown(&venue, id.as_str().unwrap())["key"].clone();
    let mut keys = [key_of(&called[0]["matchID"]), key_of(&called[1]["matchID"])];
    keys.sort_by_key(Value::to_string);
    assert_eq!(keys, ["SF1", "SF2"], "the final waits for both");
    // One press calls a match to its court.
    for call in &called {
        let path = format!("/api/matches/{}/call", call["matchID"].as_str().unwrap());
        let body = json!({ "state": "called", "courtID": call["courtID"] });
        let called = good(&venue.post(&path, &body));
        assert_eq!(called["courtID"], call["courtID"]);
        assert_eq!(called["plannedAt"], Value::Null);
    }
    eventually("nobody is left to call", || calls().is_empty());
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    cup.settled(&venue);
    eventually("the final is to be called", || {
        let calls = calls();
        calls.len() == 1 && key_of(&calls[0]["matchID"]) == "F"
    });
    assert!(courts.contains(&calls()[0]["courtID"].as_str().unwrap().to_owned()));
}

#[test]
fn a_match_that_was_moved_after_the_plan_was_published_says_where_it_was() {
    let venue = Venue::open();
    let ids = morning(&venue);
    let plan_before = plan(&venue);
    let court = plan_before["matches"][2]["courtID"].clone();
    assert_eq!(shown(&venue, &ids[2])["moved"], Value::Null);
    let go = |to: &Value| {
        let body = json!({ "matchID": ids[2], "courtID": court, "at": to, "confirm": true });
        let answer = good(&venue.post("/api/plan/move", &body));
        assert_eq!(answer["moved"], true, "{answer}");
    };
    go(&at("11:00"));
    go(&at("12:00"));
    let moved = shown(&venue, &ids[2]);
    assert_eq!(moved["plannedAt"], at("12:00"));
    let first = json!({ "courtName": "Court 1", "plannedAt": at("10:10") });
    assert_eq!(moved["moved"], first);
    let venue = venue.restart();
    assert_eq!(shown(&venue, &ids[2])["moved"], first);
    let back = json!({ "matchID": ids[2], "courtID": court, "at": at("10:10") });
    good(&venue.post("/api/plan/move", &back));
    assert_eq!(shown(&venue, &ids[2])["moved"], Value::Null);
}

#[test]
fn several_matches_are_moved_at_once_or_none_is() {
    let venue = Venue::open();
    let ids = morning(&venue);
    let courts = make_courts(&venue, 0);
    assert!(courts.is_empty());
    let court = plan(&venue)["matches"][0]["courtID"].clone();
    let go = |to: &str| {
        let body = json!({ "matchIDs": [ids[2], ids[1]], "courtID": court, "at": at(to) });
        good(&venue.post("/api/plan/move", &body))
    };
    let clashing = go("09:10");
    assert_eq!(clashing["moved"], false);
    assert_eq!(clashing["clashes"][0]["otherMatchID"], ids[0].as_str());
    assert_eq!(shown(&venue, &ids[2])["plannedAt"], at("10:10"));
    assert_eq!(go("13:00")["moved"], true);
    assert_eq!(shown(&venue, &ids[2])["plannedAt"], at("13:00"));
    assert_eq!(shown(&venue, &ids[1])["plannedAt"], at("13:35"));
    // One deed: an undo takes both back.
    good(&venue.post("/api/plan/undo", &json!({})));
    assert_eq!(shown(&venue, &ids[1])["plannedAt"], at("09:35"));
    assert_eq!(shown(&venue, &ids[2])["plannedAt"], at("10:10"));
}

#[test]
fn a_change_of_a_match_that_has_begun_since_is_not_taken_back_and_the_reason_is_said() {
    let venue = Venue::open();
    let ids = morning(&venue);
    play(&venue, &ids[0], &point("A"));
    let answer = venue.post("/api/plan/undo", &json!({}));
    assert_eq!(answer.status, 409);
    let message = answer.json()["error"]["message"].to_string();
    assert!(message.contains("A – B has begun"), "{message}");
}

#[test]
fn a_hall_that_closes_after_midnight_plays_its_last_matches_on_the_same_day() {
    let venue = Venue::open();
    make_courts(&venue, 1);
    it_is(&venue, "12:00");
    settle(
        &venue,
        &json!({ "timeZone": "UTC", "opens": "22:00", "closes": "02:00", "minutes": { "BADMINTON": 60 } }),
    );
    for n in 0..3 {
        friendly(&venue, &format!("A{n}"), &format!("B{n}"));
    }
    plan_all(&venue);
    let night = plan(&venue);
    let begins: Vec<&Value> = night["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| &place["at"])
        .collect();
    assert_eq!(
        begins,
        [
            &at("22:00"),
            &at("23:05"),
            &json!("2040-05-13T00:10:00.000Z")
        ]
    );
    // An hour after midnight it is still the day before.
    let now = json!({ "now": "2040-05-13T01:00:00Z" });
    good(&send(&venue, "PUT", "/api/venue/clock", &now));
    assert_eq!(good(&venue.get("/api/plan"))["day"], DAY);
    let now = json!({ "now": "2040-05-13T02:00:00Z" });
    good(&send(&venue, "PUT", "/api/venue/clock", &now));
    assert_eq!(good(&venue.get("/api/plan"))["day"], "2040-05-13");
}

#[test]
fn lengths_are_told_by_sport_and_a_sport_that_there_is_not_is_named() {
    let venue = Venue::open();
    let change = json!({ "minutes": { "BATMINTON": 20 } });
    let (status, code) = refused(&send(&venue, "PATCH", "/api/plan/settings", &change));
    assert_eq!((status, &*code), (400, "unknown_sport"));
}

#[test]
fn a_day_of_56_matches_takes_one_press_a_match_once_it_is_published() {
    let venue = Venue::open();
    make_courts(&venue, 8);
    it_is(&venue, "08:00");
    settle(
        &venue,
        &json!({ "timeZone": "UTC", "minutes": { "BADMINTON": 30 }, "rest": 5 }),
    );
    for n in 0..56 {
        friendly(&venue, &format!("A{n}"), &format!("B{n}"));
    }
    plan_all(&venue);
    good(&venue.post("/api/plan/publish", &json!({ "day": DAY })));
    let mut presses = 0;
    // Every round ends somewhat later than planned.
    for begin in (0..7).map(|round| 9 * 60 + round * 40) {
        let now = format!("{:02}:{:02}", begin / 60, begin % 60);
        it_is(&venue, &now);
        let mut calls = Vec::new();
        eventually("a match is to be called to each court", || {
            calls = plan(&venue)["calls"].as_array().unwrap().clone();
            let is_due = |call: &Value| call["at"].as_str() <= at(&now).as_str();
            calls.len() == 8 && calls.iter().all(is_due)
        });
        let id = |call: &Value| call["matchID"].as_str().unwrap().to_owned();
        for call in &calls {
            let body = json!({ "state": "called", "courtID": call["courtID"] });
            good(&venue.post(&format!("/api/matches/{}/call", id(call)), &body));
            presses += 1;
            // It goes on to play by itself, when its referee begins.
            play(&venue, &id(call), &point("A"));
        }
        let end = begin + 33;
        it_is(&venue, &format!("{:02}:{:02}", end / 60, end % 60));
        for call in &calls {
            play(&venue, &id(call), &won(0));
        }
    }
    let finished = good(&venue.get("/api/matches"));
    let all = finished.as_array().unwrap().iter();
    let over = all.filter(|one| one["state"]["status"] == "finished");
    assert_eq!((over.count(), presses), (56, 56));
}

#[test]
fn a_day_that_crosses_a_change_of_summer_time_loses_no_minute() {
    let venue = Venue::open();
    make_courts(&venue, 1);
    // An old name, which browsers still propose for another zone.
    for zone in ["Asia/Calcutta", "Europe/Paris"] {
        settle(&venue, &json!({ "timeZone": zone }));
    }
    let lengths = json!({ "opens": "01:00", "minutes": { "BADMINTON": 60 }, "rest": 5 });
    settle(&venue, &lengths);
    for n in 0..3 {
        friendly(&venue, &format!("A{n}"), &format!("B{n}"));
    }
    // On this day two o'clock in the morning is three.
    for (day, first) in [("2040-03-25", 0), ("2040-10-28", -1)] {
        let proposed = good(&venue.post("/api/plan/auto", &json!({ "day": day })));
        let midnight: jiff::Timestamp = format!("{day}T00:00:00Z").parse().unwrap();
        let mut begins: Vec<i64> = proposed["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| {
                let at: jiff::Timestamp = change["to"]["at"].as_str().unwrap().parse().unwrap();
                (at.as_second() - midnight.as_second()) / 60
            })
            .collect();
        begins.sort_unstable();
        let first = first * 60;
        assert_eq!(begins, [first, first + 65, first + 130], "{day}");
    }
}

#[test]
fn a_clock_that_is_put_right_moves_no_match() {
    let venue = Venue::open();
    let ids = morning(&venue);
    let before = plan(&venue)["matches"].clone();
    for time in ["23:29", "03:00", "09:09"] {
        it_is(&venue, time);
        eventually("the forecast has seen it", || {
            let late = plan(&venue)["courts"][0]["lateMinutes"].clone();
            late == json!(match time {
                "23:29" => 870,
                "03:00" => 0,
                _ => 10,
            })
        });
        for (place, was) in plan(&venue)["matches"]
            .as_array()
            .unwrap()
            .iter()
            .zip(before.as_array().unwrap())
        {
            assert_eq!(
                (&place["at"], &place["courtID"]),
                (&was["at"], &was["courtID"]),
                "{time}"
            );
        }
    }
    assert_eq!(shown(&venue, &ids[0])["plannedAt"], at("09:00"));
}
