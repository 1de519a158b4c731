//! The referees of a day: shared out by the plan, named by hand, and seen by everybody.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{DAY, make_courts, plan, plan_all, settle};
use crate::running::{Cup, good, groups_then_knockout};
use crate::venue::Venue;

fn places(venue: &Venue) -> Vec<Value> {
    plan(venue)["matches"].as_array().unwrap().clone()
}

fn span(place: &Value) -> (i64, i64) {
    let at: jiff::Timestamp = place["at"].as_str().unwrap().parse().unwrap();
    let begin = at.as_second() / 60;
    (begin, begin + place["minutes"].as_i64().unwrap())
}

fn overlap(one: &Value, other: &Value) -> bool {
    let ((begin, end), (from, to)) = (span(one), span(other));
    begin < to && from < end
}

fn shown(venue: &Venue, place: &Value) -> Value {
    let id = place["matchID"].as_str().unwrap();
    good(&venue.get(&format!("/api/matches/{id}")))
}

fn name(venue: &Venue, body: &Value) -> crate::venue::Reply {
    venue.post("/api/plan/referee", body)
}

/// Eight teams in two groups on two courts, with a referee for each match.
fn refereed(venue: &Venue, by: &Value) -> Cup {
    make_courts(venue, 2);
    let minutes = json!({ "FOOTBALL": 30 });
    settle(
        venue,
        &json!({ "timeZone": "UTC", "rest": 5, "minutes": minutes, "referees": by }),
    );
    let cup = Cup::of(venue, "FOOTBALL", 8, &groups_then_knockout(2));
    plan_all(venue);
    cup
}

#[test]
fn teams_referee_matches_of_others_while_they_do_not_play_and_share_the_duties() {
    let venue = Venue::open();
    let cup = refereed(&venue, &json!({ "by": "teams" }));
    let planned = places(&venue);
    let groups = planned
        .iter()
        .filter(|place| place["key"].as_str().unwrap().contains('-'));
    let mut duties: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for place in groups {
        let team = place["referee"]["teamID"].as_str().unwrap().to_owned();
        duties.entry(team).or_default().push(place.clone());
    }
    assert_eq!(duties.len(), 8, "everybody has some");
    for (team, duties) in &duties {
        assert!(duties.len() <= 2, "{team}: {duties:?}");
        for place in &planned {
            let sides = shown(&venue, place)["sides"].clone();
            let plays = ["A", "B"]
                .iter()
                .any(|side| sides[side]["teamID"] == team.as_str());
            let twice = duties.iter().filter(|duty| overlap(duty, place)).count();
            assert!(!plays || twice == 0, "{team} plays {place} and has a duty");
        }
    }
    // Nobody else knows it before it is published. Then it stands in the match and on the day of the team.
    assert_eq!(shown(&venue, &planned[0])["referee"], Value::Null);
    good(&venue.post("/api/plan/publish", &json!({ "day": DAY })));
    let referee = shown(&venue, &planned[0])["referee"].clone();
    assert_eq!(referee, planned[0]["referee"]);
    let team = referee["teamID"].as_str().unwrap();
    let day = good(&venue.get(&format!("/api/teams/{team}/day")));
    let duty = &day["duties"][0];
    assert_eq!(duty["id"], planned[0]["matchID"]);
    let all = day["matches"].as_array().unwrap().iter();
    assert!(
        all.into_iter()
            .all(|line| line["match"]["id"] != duty["id"])
    );
    // Another name of the team is another name of the referee.
    let rename = json!({ "name": "Renamed" });
    good(&crate::running::send(
        &venue,
        "PATCH",
        &format!("/api/teams/{team}"),
        &rename,
    ));
    assert_eq!(shown(&venue, &planned[0])["referee"]["name"], "Renamed");
    assert_eq!(places(&venue)[0]["referee"]["name"], "Renamed");
    let venue = venue.restart();
    assert_eq!(shown(&venue, &planned[0])["referee"]["name"], "Renamed");
    drop(cup);
}

#[test]
fn people_referee_one_match_at_a_time_and_one_is_named_by_hand_who_is_free() {
    let venue = Venue::open();
    refereed(
        &venue,
        &json!({ "by": "people", "people": ["Anna", "Ben", "Cleo"] }),
    );
    let planned = places(&venue);
    for (at, one) in planned.iter().enumerate() {
        let name = one["referee"]["name"].as_str().unwrap();
        assert!(["Anna", "Ben", "Cleo"].contains(&name));
        for other in &planned[at + 1..] {
            let both = one["referee"] == other["referee"] && overlap(one, other);
            assert!(!both, "{name} is in two places: {one} {other}");
        }
    }
    let [one, other] = [&planned[0], &planned[1]];
    assert!(overlap(one, other), "two courts play at once");
    let busy = name(
        &venue,
        &json!({ "matchID": one["matchID"], "name": other["referee"]["name"] }),
    );
    assert_eq!(busy.status, 409);
    assert!(
        busy.json()["error"]["message"]
            .to_string()
            .contains("elsewhere")
    );
    good(&name(
        &venue,
        &json!({ "matchID": one["matchID"], "name": "Dora" }),
    ));
    assert_eq!(
        places(&venue)[0]["referee"],
        json!({ "teamID": null, "name": "Dora" })
    );
    // A team does not referee its own match.
    let own = shown(&venue, one)["sides"]["A"]["teamID"].clone();
    assert_eq!(
        name(&venue, &json!({ "matchID": one["matchID"], "teamID": own })).status,
        409
    );
    good(&venue.post("/api/plan/undo", &json!({})));
    assert_eq!(places(&venue)[0]["referee"], one["referee"]);
    good(&name(&venue, &json!({ "matchID": one["matchID"] })));
    assert_eq!(places(&venue)[0]["referee"], Value::Null);
}
