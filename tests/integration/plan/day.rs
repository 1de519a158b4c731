//! The plan of a day: proposed, accepted, published.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{DAY, make_courts, plan, plan_all, settle};
use crate::running::{Cup, good, groups_then_knockout, refused, send};
use crate::venue::Venue;

/// The begin of a place, in minutes since 1970.
fn begins(place: &Value) -> i64 {
    let at: jiff::Timestamp = place["at"].as_str().unwrap().parse().unwrap();
    at.as_second() / 60
}

fn ends(place: &Value) -> i64 {
    begins(place) + place["minutes"].as_i64().unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn matches_by_id(venue: &Venue) -> BTreeMap<String, Value> {
    let all = venue.get("/api/matches").json();
    let by_id = list(&all).iter().map(|one| {
        let id = one["id"].as_str().unwrap().to_owned();
        (id, one.clone())
    });
    by_id.collect()
}

/// Two tournaments of the same clubs, on three courts.
fn two_cups(venue: &Venue) -> [Cup; 2] {
    make_courts(venue, 3);
    settle(
        venue,
        &json!({ "timeZone": "Europe/Paris", "rest": 10, "minutes": { "FOOTBALL": 30, "BADMINTON": 25 } }),
    );
    ["FOOTBALL", "BADMINTON"].map(|sport| Cup::of(venue, sport, 8, &groups_then_knockout(2)))
}

#[test]
fn a_plan_for_two_tournaments_leaves_everybody_their_rest_and_every_court_its_changeover() {
    let venue = Venue::open();
    two_cups(&venue);
    assert_eq!(list(&plan(&venue)["unplannedIDs"]).len(), 32);
    let proposed = plan_all(&venue);
    assert_eq!(list(&proposed["changes"]).len(), 32);
    assert_eq!(list(&proposed["unplaced"]).len(), 0);
    assert!(proposed["cannotEndBefore"].as_str() <= proposed["endsAt"].as_str());
    let plan = plan(&venue);
    assert_eq!(list(&plan["unplannedIDs"]).len(), 0);
    assert_eq!(plan["endsAt"], proposed["endsAt"]);
    let planned = list(&plan["matches"]);
    // 09:00 in Paris in May.
    assert_eq!(planned[0]["at"], format!("{DAY}T07:00:00.000Z"));
    let matches = matches_by_id(&venue);
    let of = |place: &Value| &matches[place["matchID"].as_str().unwrap()];
    let names = |place: &Value| {
        let sides = &of(place)["sides"];
        ["A", "B"].map(|side| sides[side]["name"].as_str().unwrap().to_owned())
    };
    for (at, one) in planned.iter().enumerate() {
        for other in &planned[at + 1..] {
            if one["courtID"] == other["courtID"] {
                assert!(ends(one) + 5 <= begins(other), "{one} {other}");
            }
            let (of_one, of_other) = (names(one), names(other));
            // The teams have the same names and clubs in both.
            let same = |name: &String| name.starts_with('T') && of_other.contains(name);
            if of_one.iter().any(same) {
                assert!(ends(one) + 10 <= begins(other), "{one} {other}");
            }
        }
    }
    // A knockout waits for its groups.
    for cup in ["FOOTBALL", "BADMINTON"] {
        let of_cup = || planned.iter().filter(|place| of(place)["sport"] == cup);
        let last_of_groups = of_cup()
            .filter(|place| of(place)["stage"] == "g")
            .map(ends)
            .max();
        let knockout = of_cup()
            .filter(|place| of(place)["stage"] == "ko")
            .map(begins)
            .min();
        assert!(last_of_groups.unwrap() + 10 <= knockout.unwrap());
    }
}

#[test]
fn nobody_sees_a_plan_before_it_is_published_and_then_everybody_does() {
    let venue = Venue::with(&[]);
    let organiser = venue.log_in();
    let post = |path: &str, body: &Value| good(&venue.post_as(&organiser, path, body));
    post("/api/courts", &json!({ "name": "Court 1" }));
    for (a, b) in [("Lyon", "Metz"), ("Nancy", "Brest")] {
        let sides = json!({ "A": { "name": a }, "B": { "name": b } });
        post(
            "/api/matches",
            &json!({ "sport": "BADMINTON", "sides": sides }),
        );
    }
    let proposed = post("/api/plan/auto", &json!({ "day": DAY }));
    post("/api/plan/auto", &json!({ "accept": proposed["token"] }));
    let path = format!("/api/plan?day={DAY}");
    assert_eq!(list(&venue.get(&path).json()["matches"]).len(), 0);
    assert_eq!(
        list(&venue.get_as(&organiser, &path).json()["matches"]).len(),
        2
    );
    assert_eq!(
        venue.get("/api/matches").json()[0]["plannedAt"],
        Value::Null
    );
    let mut feed = venue.socket("/watch");
    feed.next().unwrap();
    post("/api/plan/publish", &json!({ "day": DAY }));
    let first = feed.next().unwrap();
    assert_eq!(first["match"]["courtName"], "Court 1");
    assert!(
        first["match"]["plannedAt"]
            .as_str()
            .unwrap()
            .starts_with(DAY)
    );
    let public = venue.get(&path).json();
    let numbers: Vec<&Value> = list(&public["matches"])
        .iter()
        .map(|place| &place["number"])
        .collect();
    assert_eq!(numbers, [&json!(1), &json!(2)]);
    assert_eq!(public["matches"][0]["published"], true);
    let venue = venue.restart();
    assert_eq!(venue.get(&path).json()["matches"], public["matches"]);
}

#[test]
fn a_proposal_that_somebody_was_faster_than_is_stale() {
    let venue = Venue::open();
    two_cups(&venue);
    let first = good(&venue.post("/api/plan/auto", &json!({ "day": DAY })));
    plan_all(&venue);
    let late = venue.post("/api/plan/auto", &json!({ "accept": first["token"] }));
    assert_eq!(refused(&late), (409, "stale".to_owned()));
    let unknown = venue.post("/api/plan/auto", &json!({ "accept": "nothing" }));
    assert_eq!(refused(&unknown), (409, "stale".to_owned()));
}

#[test]
fn a_locked_match_stays_where_it_is_and_what_was_played_stays_too() {
    let venue = Venue::open();
    let [football, _] = two_cups(&venue);
    plan_all(&venue);
    let before = plan(&venue);
    let place = |plan: &Value, id: &str| {
        let places = list(&plan["matches"]).iter();
        let mut places = places.filter(|place| place["matchID"] == id);
        let place = places.next().unwrap();
        (place["courtID"].clone(), place["at"].clone())
    };
    let locked = before["matches"][7]["matchID"].as_str().unwrap();
    let lock = |on: bool| {
        let body = json!({ "matchIDs": [locked], "locked": on });
        good(&venue.post("/api/plan/lock", &body))
    };
    assert_eq!(lock(true)["matches"][7]["locked"], true);
    let played = football.match_of(&venue, "A1-2")["id"].clone();
    let played = played.as_str().unwrap();
    // A day that begins an hour later: all move but the locked one.
    settle(&venue, &json!({ "opens": "10:00" }));
    plan_all(&venue);
    let after = plan(&venue);
    assert_eq!(place(&after, locked), place(&before, locked));
    assert_ne!(place(&after, played), place(&before, played));
    lock(false);
    plan_all(&venue);
    let free = plan(&venue);
    assert_ne!(place(&free, locked), place(&before, locked));

    let nowhere = json!({ "matchIDs": [football.id], "locked": true });
    assert_eq!(venue.post("/api/plan/lock", &nowhere).status, 409);
}

#[test]
fn the_last_change_of_the_plan_is_taken_back_by_whoever_asks_and_stands_in_its_history() {
    let venue = Venue::open();
    two_cups(&venue);
    plan_all(&venue);
    let planned = plan(&venue);
    settle(&venue, &json!({ "rest": 40 }));
    plan_all(&venue);
    assert_ne!(plan(&venue)["matches"], planned["matches"]);
    let undo = || venue.post("/api/plan/undo", &json!({}));
    good(&undo());
    assert_eq!(plan(&venue)["matches"], planned["matches"]);
    assert_eq!(plan(&venue)["settings"]["rest"], 40);
    good(&undo());
    assert_eq!(plan(&venue)["settings"], planned["settings"]);
    good(&undo());
    assert_eq!(list(&plan(&venue)["matches"]).len(), 0);
    let history = good(&venue.get("/api/plan/history"));
    let words = |deed: &Value| (deed["kind"].clone(), deed["undoes"].clone());
    let deeds: Vec<(Value, Value)> = list(&history["deeds"]).iter().map(words).collect();
    let undo_of = |seq: u64| (json!("undo"), json!(seq));
    let deed = |kind: &str| (json!(kind), Value::Null);
    assert_eq!(
        deeds,
        [
            undo_of(2),
            undo_of(3),
            undo_of(4),
            deed("auto"),
            deed("settings"),
            deed("auto"),
            deed("settings")
        ]
    );
    good(&undo());
    assert_eq!(refused(&undo()), (409, "nothing_to_undo".to_owned()));
    let venue = venue.restart();
    assert_eq!(list(&plan(&venue)["matches"]).len(), 0);
}

#[test]
fn settings_that_make_no_sense_are_refused_with_their_reason() {
    let venue = Venue::open();
    for (settings, words) in [
        (json!({ "timeZone": "Europe/Pariss" }), "Europe/Pariss"),
        (json!({ "opens": "25:00" }), "opens"),
        (json!({ "rest": 1_000 }), "600"),
        (json!({ "minutes": { "BADMINTON": 0 } }), "BADMINTON"),
        (json!({ "colour": "red" }), "colour"),
        (
            json!({ "closures": [{ "from": "2040-05-12T12:00:00Z", "to": "2040-05-12T11:00:00Z" }] }),
            "closure",
        ),
    ] {
        let reply = send(&venue, "PATCH", "/api/plan/settings", &settings);
        assert_eq!(reply.status, 400, "{settings}");
        let message = reply.json()["error"]["message"].to_string();
        assert!(message.contains(words), "{message}");
    }
    settle(
        &venue,
        &json!({ "opens": "10:30", "timeZone": "Asia/Kolkata" }),
    );
    let settings = plan(&venue)["settings"].clone();
    assert_eq!(settings["opens"], "10:30:00");
    assert_eq!(settings["closes"], "22:00:00");
    let venue = venue.restart();
    assert_eq!(plan(&venue)["settings"], settings);
}

#[test]
fn a_hall_without_courts_or_matches_says_what_is_missing() {
    let venue = Venue::open();
    let message = |reply: &crate::venue::Reply| reply.json()["error"]["message"].to_string();
    let no_court = venue.post("/api/plan/auto", &json!({ "day": DAY }));
    assert_eq!(no_court.status, 409);
    assert!(
        message(&no_court).contains("add courts"),
        "{}",
        message(&no_court)
    );
    make_courts(&venue, 1);
    let nothing = venue.post("/api/plan/publish", &json!({ "day": DAY }));
    assert_eq!(nothing.status, 409);
    assert!(
        message(&nothing).contains("make a plan"),
        "{}",
        message(&nothing)
    );
    let wrong = venue.get("/api/plan?day=tomorrow");
    assert_eq!(refused(&wrong), (400, "bad_field".to_owned()));
}

#[test]
fn a_team_sees_its_matches_in_their_order_and_those_that_it_may_play() {
    let venue = Venue::open();
    make_courts(&venue, 2);
    let cup = Cup::of(&venue, "FOOTBALL", 4, &crate::running::knockout());
    plan_all(&venue);
    good(&venue.post("/api/plan/publish", &json!({ "day": DAY })));
    let team = cup.teams(&venue)["T1"].clone();
    let day = |team: &str| good(&venue.get(&format!("/api/teams/{team}/day")));
    let lines = |day: &Value| {
        let lines = list(&day["matches"]).iter();
        let line = |line: &Value| {
            let key = line["match"]["key"].as_str().unwrap();
            (key.to_owned(), line["side"].clone(), line["after"].clone())
        };
        lines.map(line).collect::<Vec<_>>()
    };
    let first = day(&team);
    assert_eq!(first["name"], "T1");
    assert_eq!(first["rank"], Value::Null);
    assert!(first["matches"][0]["match"]["plannedAt"].is_string());
    let semi = |side| ("SF1".to_owned(), side, json!([]));
    let last = |side, after| ("F".to_owned(), side, after);
    assert_eq!(
        lines(&first),
        [semi(json!("A")), last(Value::Null, json!(["SF1"]))]
    );
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    cup.play(&venue, "F", 0, 2);
    cup.settled(&venue);
    let done = day(&team);
    assert_eq!(
        lines(&done),
        [semi(json!("A")), last(json!("A"), json!([]))]
    );
    assert_eq!(done["rank"], 2);
    let beaten = day(&cup.teams(&venue)["T4"]);
    assert_eq!(lines(&beaten), [semi(json!("B"))]);
    assert_eq!(venue.get(&format!("/api/teams/{}/day", cup.id)).status, 404);
}

#[test]
fn a_match_is_moved_by_hand_where_it_clashes_with_nothing() {
    let venue = Venue::open();
    let [football, _] = two_cups(&venue);
    plan_all(&venue);
    let before = plan(&venue);
    let of = |key: &str| football.match_of(&venue, key)["id"].clone();
    let place_of = |id: &Value| {
        let plan = plan(&venue);
        let places = list(&plan["matches"]).iter();
        let mut places = places.filter(|place| place["matchID"] == *id);
        places.next().unwrap().clone()
    };
    let go = |id: &Value, to: &Value, confirm: bool| {
        let body =
            json!({ "matchID": id, "courtID": to["courtID"], "at": to["at"], "confirm": confirm });
        good(&venue.post("/api/plan/move", &body))
    };
    let first = of("A1-2");
    // On the court of another match: that cannot be.
    let places = list(&before["matches"]).iter();
    let mut others = places.filter(|place| place["matchID"] != first);
    let taken = others.next().unwrap();
    let refused_move = go(&first, taken, true);
    assert_eq!(refused_move["moved"], false);
    let clash = &refused_move["clashes"][0];
    assert_eq!(clash["kind"], "court_taken");
    assert_eq!(clash["severity"], "blocking");
    assert_eq!(clash["otherMatchID"], taken["matchID"]);
    assert_eq!(plan(&venue)["matches"], before["matches"]);

    // Where the answer says that it may go, it goes.
    let free = list(&refused_move["places"]).last().unwrap();
    let to = json!({ "courtID": free["courtID"], "at": free["from"] });
    let moved = go(&first, &to, false);
    assert_eq!(moved["moved"], true, "{moved}");
    assert_eq!(place_of(&first)["at"], free["from"]);

    // Before the hall opens is a warning.
    let early = json!({ "courtID": free["courtID"], "at": format!("{DAY}T05:00:00Z") });
    let warned = go(&first, &early, false);
    assert_eq!(warned["moved"], false);
    let severities = list(&warned["clashes"]).iter();
    assert!(
        severities
            .clone()
            .all(|clash| clash["severity"] == "warning"),
        "{warned}"
    );
    assert_eq!(go(&first, &early, true)["moved"], true);

    // A final is not played before its semi-finals.
    let decided = go(&of("F"), &early, true);
    assert_eq!(decided["moved"], false);
    let kinds: Vec<&Value> = list(&decided["clashes"])
        .iter()
        .map(|clash| &clash["kind"])
        .collect();
    assert!(kinds.contains(&&json!("before_it_is_decided")), "{decided}");

    let id = first.as_str().unwrap();
    venue.post(
        &format!("/api/matches/{id}/events"),
        &crate::venue::point("A"),
    );
    let begun = venue.post("/api/plan/move", &json!({ "matchID": first }));
    assert_eq!(refused(&begun), (409, "has_begun".to_owned()));
}

#[test]
fn the_final_is_on_the_show_court_and_groups_end_together_where_somebody_wishes_it() {
    let venue = Venue::open();
    let courts = make_courts(&venue, 4);
    let cup = Cup::of(&venue, "FOOTBALL", 8, &groups_then_knockout(2));
    let not_before = format!("{DAY}T15:00:00Z");
    settle(
        &venue,
        &json!({
            "wishes": [
                { "tournamentID": cup.id, "lastRoundTogether": true },
                { "tournamentID": cup.id, "key": "F", "courtIDs": [courts[3]], "notBefore": not_before },
            ],
            "closures": [{ "courtID": courts[0], "from": format!("{DAY}T00:00:00Z"), "to": format!("{DAY}T12:00:00Z") }],
        }),
    );
    plan_all(&venue);
    let plan = plan(&venue);
    let matches = matches_by_id(&venue);
    let key = |place: &Value| matches[place["matchID"].as_str().unwrap()]["key"].clone();
    let places = list(&plan["matches"]);
    let last = places.iter().find(|place| key(place) == "F").unwrap();
    assert_eq!(last["courtID"], json!(courts[3]));
    assert!(last["at"].as_str().unwrap() >= not_before.as_str());
    let third_round = |place: &&Value| {
        let of = &matches[place["matchID"].as_str().unwrap()];
        of["stage"] == "g" && of["round"] == 3
    };
    let begins: Vec<&Value> = places
        .iter()
        .filter(third_round)
        .map(|place| &place["at"])
        .collect();
    assert_eq!(begins.len(), 4);
    assert!(begins.iter().all(|at| at == &begins[0]), "{begins:?}");
    let closed = |place: &&Value| place["courtID"] == json!(courts[0]);
    assert!(
        places
            .iter()
            .filter(closed)
            .all(|place| place["at"].as_str().unwrap() >= "2040-05-12T12:00")
    );
}
