//! Calls: planned, soon, called, on court.

use serde_json::{Value, json};

use super::make_courts;
use crate::running::{Cup, good, knockout, refused, send};
use crate::venue::{Venue, point};

fn call(venue: &Venue, id: &str, state: &str) -> crate::venue::Reply {
    let path = format!("/api/matches/{id}/call");
    venue.post(&path, &json!({ "state": state }))
}

fn friendly(venue: &Venue, court: &str) -> String {
    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    let body = json!({ "sport": "BADMINTON", "sides": sides, "courtID": court });
    let made = good(&venue.post("/api/matches", &body));
    made["id"].as_str().unwrap().to_owned()
}

fn shown(venue: &Venue, id: &str) -> Value {
    good(&venue.get(&format!("/api/matches/{id}")))
}

#[test]
fn a_call_stands_in_every_summary_at_once_and_survives_a_restart() {
    let venue = Venue::open();
    let courts = make_courts(&venue, 2);
    let id = friendly(&venue, &courts[0]);
    assert_eq!(shown(&venue, &id)["call"], "planned");
    let mut feed = venue.socket("/watch");
    feed.next().unwrap();
    let revision = shown(&venue, &id)["revision"].clone();
    for state in ["soon", "called", "on_court"] {
        assert_eq!(good(&call(&venue, &id, state))["call"], state);
        assert_eq!(feed.next().unwrap()["match"]["call"], state);
        assert_eq!(venue.get("/api/matches").json()[0]["call"], state);
    }
    // Who has the match open in a dialog can still change it.
    assert_eq!(shown(&venue, &id)["revision"], revision);
    let venue = venue.restart();
    assert_eq!(shown(&venue, &id)["call"], "on_court");

    // On another court nobody is there yet.
    let path = format!("/api/matches/{id}");
    good(&send(
        &venue,
        "PATCH",
        &path,
        &json!({ "courtID": courts[1] }),
    ));
    assert_eq!(shown(&venue, &id)["call"], "called");

    let (status, code) = refused(&call(&venue, &id, "lost"));
    assert_eq!((status, &*code), (400, "bad_field"));
    venue.post(&format!("/api/matches/{id}/events"), &point("A"));
    let (status, code) = refused(&call(&venue, &id, "soon"));
    assert_eq!((status, &*code), (409, "has_begun"));
}

#[test]
fn nobody_is_called_who_is_not_known_and_other_sides_are_called_anew() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    let id = |key: &str| cup.match_of(&venue, key)["id"].as_str().unwrap().to_owned();
    let last = id("F");
    good(&call(&venue, &last, "soon"));
    let waits = call(&venue, &last, "called");
    assert_eq!(waits.status, 409);
    let message = waits.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(message.contains("Winner SF1"), "{message}");
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    cup.settled(&venue);
    assert_eq!(shown(&venue, &last)["call"], "planned");
    good(&call(&venue, &last, "called"));
    // Another finalist has not been called.
    let event = cup.correction(0, 1);
    let preview = cup.preview(&venue, "SF1", &event);
    let mut corrected = event;
    corrected["accept"] = json!({ "token": preview["token"] });
    good(&venue.post(&cup.events_path(&venue, "SF1"), &corrected));
    cup.settled(&venue);
    assert_eq!(shown(&venue, &last)["call"], "planned");
}
