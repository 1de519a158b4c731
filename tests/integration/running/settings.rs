//! The settings of a tournament: each change of them stands in the history, and can be taken back.

use serde_json::{Value, json};

use super::{Cup, good, refused, send};
use crate::venue::Venue;

fn shown(venue: &Venue, cup: &Cup) -> Value {
    let mut shown = good(&venue.get(&format!("/api/tournaments/{}", cup.id)));
    shown.as_object_mut().unwrap().remove("revision");
    shown
}

fn change(venue: &Venue, cup: &Cup, change: &Value) {
    let path = format!("/api/tournaments/{}", cup.id);
    good(&send(venue, "PATCH", &path, change));
}

fn deeds(venue: &Venue, cup: &Cup) -> Vec<String> {
    let history = good(&venue.get(&cup.path("history")));
    let deeds = history["deeds"].as_array().unwrap().iter();
    deeds
        .map(|deed| deed["does"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn other_settings_are_deeds_that_are_taken_back_one_by_one() {
    let venue = Venue::open();
    let round_robin = json!({ "stages": [{ "key": "r", "kind": "round_robin" }] });
    let cup = Cup::of(&venue, "BADMINTON", 3, &round_robin);
    let path = format!("/api/tournaments/{}", cup.id);
    let rules = || {
        let fixture = cup.fixture(&venue, "A1-2");
        let id = fixture["matchID"].as_str().unwrap();
        good(&venue.get(&format!("/api/matches/{id}")))["rules"].clone()
    };
    let (first, first_rules) = (shown(&venue, &cup), rules());
    change(&venue, &cup, &json!({ "name": "Open", "factor": 3 }));
    change(&venue, &cup, &json!({ "standings": { "win": 7 } }));
    change(
        &venue,
        &cup,
        &json!({ "rules": { "match": { "best_of": 1 } } }),
    );
    change(&venue, &cup, &json!({ "factor": 3 }));
    assert_ne!(rules(), first_rules);
    let told = deeds(&venue, &cup);
    assert_eq!(
        told[..3],
        [
            "changed the rules",
            "changed the points table",
            "changed the name to “Open”, the factor to 3"
        ],
        "and nothing was done where nothing is new"
    );
    let venue = venue.restart();
    let rules = || {
        let fixture = cup.fixture(&venue, "A1-2");
        let id = fixture["matchID"].as_str().unwrap();
        good(&venue.get(&format!("/api/matches/{id}")))["rules"].clone()
    };
    for _ in 0..3 {
        good(&venue.post(&cup.path("undo"), &json!({})));
    }
    assert_eq!(shown(&venue, &cup), first);
    assert_eq!(rules(), first_rules);
    let matches = cup.matches(&venue);
    assert_eq!(matches[0]["tournamentName"], first["name"]);
    // A match that has begun keeps its rules: taking them back would change it.
    change(
        &venue,
        &cup,
        &json!({ "rules": { "match": { "best_of": 1 } } }),
    );
    let begin = json!({ "type": "point", "side": "A" });
    good(&venue.post(&cup.events_path(&venue, "A1-2"), &begin));
    assert_eq!(
        refused(&venue.post(&cup.path("undo"), &json!({}))),
        (409, "has_begun".to_owned())
    );
    let longer = json!({ "rules": { "match": { "best_of": 5 } } });
    assert_eq!(send(&venue, "PATCH", &path, &longer).status, 409);
}

#[test]
fn a_fixture_whose_removal_is_taken_back_has_its_match_and_its_court() {
    let venue = Venue::open();
    let round_robin = json!({ "stages": [{ "key": "r", "kind": "round_robin" }] });
    let cup = Cup::of(&venue, "FOOTBALL", 4, &round_robin);
    let court = good(&venue.post("/api/courts", &json!({ "name": "Court 1" })));
    let other = good(&venue.post("/api/courts", &json!({ "name": "Court 2" })));
    let put = |key: &str, court: &Value| {
        let id = cup.fixture(&venue, key)["matchID"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/api/matches/{id}");
        good(&send(
            &venue,
            "PATCH",
            &path,
            &json!({ "courtID": court["id"] }),
        ));
    };
    put("A1-2", &court);
    put("A3-4", &other);
    let before = cup.fixtures(&venue);
    for key in ["A1-2", "A3-4"] {
        let remove = json!({ "kind": "remove", "key": key });
        good(&venue.post(&cup.path("fixtures"), &remove));
    }
    let path = format!("/api/courts/{}", other["id"].as_str().unwrap());
    good(&send(&venue, "DELETE", &path, &json!({})));
    good(&cup.undo(&venue));
    good(&cup.undo(&venue));
    let mut wanted = before;
    for fixture in &mut wanted {
        if fixture["key"] == "A3-4" {
            // Its court is gone meanwhile.
            fixture["courtID"] = Value::Null;
            fixture["courtName"] = Value::Null;
        }
    }
    assert_eq!(cup.fixtures(&venue), wanted);
    let venue = venue.restart();
    assert_eq!(cup.fixtures(&venue), wanted);
}

#[test]
fn those_who_follow_a_tournament_hear_of_a_decision_that_changes_no_match() {
    let venue = Venue::open();
    let round_robin = json!({ "stages": [{ "key": "r", "kind": "round_robin" }] });
    let cup = Cup::of(&venue, "FOOTBALL", 3, &round_robin);
    let other = Cup::new(&venue, "Other", "FOOTBALL");
    let mut follower = venue.socket(&format!("/spectateur?tournamentID={}", cup.id));
    assert_eq!(follower.next().unwrap()["type"], "welcome");
    change(&venue, &other, &json!({ "factor": 2 }));
    let team = &cup.teams(&venue)["T1"];
    let points =
        json!({ "kind": "points", "group": "A", "teamID": team, "points": 1, "text": "late" });
    good(&venue.post(&cup.path("decisions"), &points));
    assert_eq!(
        follower.next().unwrap(),
        json!({ "type": "tournament", "tournamentID": cup.id })
    );
}
