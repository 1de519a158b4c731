//! Entries, draws and fixtures, changed before and in the middle of the event.

use serde_json::{Value, json};

use super::{Cup, good, knockout, refused, send};
use crate::venue::Venue;

#[test]
fn the_draw_asks_what_becomes_of_the_absent() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    let teams: Vec<Value> = (1..=5)
        .map(|number| json!({ "name": format!("T{number}") }))
        .collect();
    let entered = cup.enter(&venue, &teams);
    let path = format!("/api/teams/{}", entered[4]["id"].as_str().unwrap());
    let team = good(&send(
        &venue,
        "PATCH",
        &path,
        &json!({ "presence": "absent", "short": "FIVE", "colour": "#D62828" }),
    ));
    assert_eq!(
        (team["presence"].as_str(), team["short"].as_str()),
        (Some("absent"), Some("FIVE"))
    );
    good(&send(&venue, "PUT", &cup.path("format"), &knockout()));
    let asked = venue.post(&cup.path("draw"), &json!({ "mode": "ranks" }));
    assert_eq!(refused(&asked), (409, "absent_teams".into()));
    assert!(
        asked.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("T5")
    );
    let without = good(&venue.post(
        &cup.path("draw"),
        &json!({ "mode": "ranks", "absent": "leave_out" }),
    ));
    assert_eq!(without["lines"].as_array().unwrap().len(), 4);
    let with = good(&venue.post(
        &cup.path("draw"),
        &json!({ "mode": "ranks", "absent": "keep" }),
    ));
    assert_eq!(with["lines"].as_array().unwrap().len(), 8);
}

#[test]
fn the_same_number_draws_the_same_and_a_draw_by_hand_says_what_it_violates() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    let teams = (1..=8).map(|number| json!({ "name": format!("T{number}"), "seed": number }));
    cup.enter(&venue, &teams.collect::<Vec<_>>());
    good(&send(&venue, "PUT", &cup.path("format"), &knockout()));
    let one = good(&venue.post(&cup.path("draw"), &json!({ "mode": "lots" })));
    let same = json!({ "mode": "lots", "lots": one["lots"] });
    let other = good(&venue.post(&cup.path("draw"), &same));
    assert_eq!(one["lines"], other["lines"]);

    let by_rank = good(&venue.post(&cup.path("draw"), &json!({ "mode": "ranks" })));
    let mut lines = by_rank["lines"].as_array().unwrap().clone();
    lines.swap(1, 7);
    let by_hand = good(&venue.post(
        &cup.path("draw"),
        &json!({ "mode": "manual", "lines": lines }),
    ));
    assert_eq!(by_hand["lines"], json!(lines));
    let violations = by_hand["violations"].as_array().unwrap();
    let told = |violation: &Value| {
        violation["message"]
            .as_str()
            .unwrap()
            .contains("“T1” and “T2”")
    };
    assert!(violations.iter().any(told), "{violations:?}");
    let early = |violation: &Value| {
        let best = [&violation["better"]["name"], &violation["worse"]["name"]];
        violation["violation"] == "seeds_too_early" && best == ["T1", "T2"]
    };
    assert!(violations.iter().any(early), "{violations:?}");
    good(&venue.post(&cup.path("draw"), &json!({ "accept": by_hand["token"] })));
    assert_eq!(cup.sides(&venue, "QF1"), "T1 - T2");
    let stale = venue.post(&cup.path("draw"), &json!({ "accept": by_rank["token"] }));
    assert_eq!(refused(&stale), (409, "stale".into()));
}

#[test]
fn what_contradicts_a_match_that_has_begun_is_refused_with_a_reason() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    let before = cup.fixtures(&venue);
    let format = send(&venue, "PUT", &cup.path("format"), &knockout());
    assert_eq!(refused(&format), (409, "has_begun".into()));
    for edit in [
        json!({ "kind": "remove", "key": "SF1" }),
        json!({ "kind": "swap", "first": { "key": "SF1", "side": "A" }, "second": { "key": "SF2", "side": "A" } }),
    ] {
        let reply = venue.post(&cup.path("fixtures"), &edit);
        assert_eq!(refused(&reply), (409, "has_begun".into()), "{edit}");
    }
    // The result came last, and goes first.
    good(&cup.undo(&venue));
    assert_eq!(cup.fixture(&venue, "SF1")["status"], "live");
    let undo = cup.undo(&venue);
    assert_eq!(
        refused(&undo),
        (409, "has_begun".into()),
        "the draw has a match that has begun"
    );
    let id = cup.match_of(&venue, "SF1")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let delete = send(&venue, "DELETE", &format!("/api/matches/{id}"), &json!({}));
    assert_eq!(refused(&delete), (409, "has_begun".into()));
    assert_eq!(cup.fixtures(&venue).len(), before.len());
}

#[test]
fn fixtures_are_added_removed_and_swapped_and_each_can_be_taken_back() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &knockout());
    let teams = cup.teams(&venue);
    let drawn = cup.fixtures(&venue);
    let swap = json!({ "kind": "swap", "first": { "key": "QF1", "side": "B" }, "second": { "key": "QF2", "side": "B" } });
    good(&venue.post(&cup.path("fixtures"), &swap));
    assert_ne!(cup.fixtures(&venue), drawn);
    cup.settled(&venue);
    good(&cup.undo(&venue));
    assert_eq!(cup.fixtures(&venue), drawn);

    let add = json!({ "kind": "add", "stage": "ko", "key": "FRIENDLY", "a": { "teamID": teams["T1"] }, "b": { "source": { "loser": "F" } } });
    good(&venue.post(&cup.path("fixtures"), &add));
    assert_eq!(cup.sides(&venue, "FRIENDLY"), "T1 - Loser F");
    let remove = venue.post(
        &cup.path("fixtures"),
        &json!({ "kind": "remove", "key": "F" }),
    );
    assert_eq!(
        refused(&remove),
        (409, "has_begun".into()),
        "somebody waits for its loser"
    );
    good(&venue.post(
        &cup.path("fixtures"),
        &json!({ "kind": "remove", "key": "FRIENDLY" }),
    ));
    assert_eq!(cup.fixtures(&venue), drawn);
}

#[test]
fn a_late_team_joins_a_group_that_is_being_played_and_a_group_is_split() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "g", "kind": "groups", "groups": 2 }] });
    let cup = Cup::of(&venue, "FOOTBALL", 8, &format);
    cup.play(&venue, "A1-4", 1, 0);
    cup.enter(&venue, &[json!({ "name": "Late" })]);
    let teams = cup.teams(&venue);
    good(&cup.decide(
        &venue,
        &json!({ "kind": "late_entry", "teamID": teams["Late"], "group": "A" }),
    ));
    let keys = |group: &str| {
        let fixtures = cup.fixtures(&venue).into_iter();
        let keys = fixtures.filter(|fixture| fixture["group"] == group);
        keys.map(|fixture| fixture["key"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys("A").len(), 10, "{:?}", keys("A"));
    for key in ["A1-5", "A2-5", "A3-5", "A4-5"] {
        assert!(cup.sides(&venue, key).contains("Late"), "{key}");
    }
    assert_eq!(cup.match_of(&venue, "A1-4")["status"], "finished");

    let members = |group: &str| {
        let standings = cup.standings(&venue);
        let tables = standings["tables"].as_array().unwrap().clone();
        let table = tables
            .into_iter()
            .find(|table| table["group"] == group)
            .unwrap();
        let rows = table["rows"].as_array().unwrap().clone();
        rows.into_iter()
            .map(|row| row["teamID"].clone())
            .collect::<Vec<_>>()
    };
    let of_b = members("B");
    let split = json!({ "kind": "split", "group": "B", "into": [&of_b[..2], &of_b[2..]] });
    good(&venue.post(&cup.path("fixtures"), &split));
    assert_eq!((keys("B").len(), keys("C").len()), (1, 1));
    assert_eq!(members("C").len(), 2);
}

#[test]
fn a_group_is_split_while_it_is_played_if_no_match_that_has_begun_is_lost() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "g", "kind": "round_robin", "legs": 2 }] });
    let cup = Cup::of(&venue, "FOOTBALL", 4, &format);
    cup.play(&venue, "A1-3", 2, 1);
    let played = cup.match_of(&venue, "A1-3");
    let teams = cup.teams(&venue);
    let split = |one: [&str; 2], other: [&str; 2]| {
        let ids = |names: [&str; 2]| names.map(|name| teams[name].clone());
        let into = [ids(one), ids(other)];
        venue.post(
            &cup.path("fixtures"),
            &json!({ "kind": "split", "group": "A", "into": into }),
        )
    };
    let reply = split(["T1", "T2"], ["T3", "T4"]);
    assert_eq!(refused(&reply), (409, "has_begun".into()));
    let message = reply.json()["error"]["message"].to_string();
    assert!(message.contains("A1-3"), "{message}");
    good(&split(["T2", "T4"], ["T1", "T3"]));
    assert_eq!(cup.fixtures(&venue).len(), 4, "two legs in both groups");
    let after = cup.match_of(&venue, "A1-3");
    assert_eq!(cup.fixture(&venue, "A1-3")["group"], "B");
    assert_eq!(
        (&after["id"], &after["status"]),
        (&played["id"], &played["status"])
    );
    cup.enter(&venue, &[json!({ "name": "Late" })]);
    let late = cup.teams(&venue)["Late"].clone();
    for (group, fixtures) in [("B", 8), ("A", 8)] {
        let entry = json!({ "kind": "late_entry", "teamID": late, "group": group });
        good(&cup.decide(&venue, &entry));
        assert_eq!(cup.fixtures(&venue).len(), fixtures, "{group}");
        good(&cup.undo(&venue));
    }
}

#[test]
fn a_team_that_withdraws_loses_what_it_would_have_played() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &super::groups_then_knockout(2));
    let teams = cup.teams(&venue);
    cup.play(&venue, "A1-4", 1, 0);
    let before = cup.fixtures(&venue);
    good(&cup.decide(
        &venue,
        &json!({ "kind": "withdrawal", "teamID": teams["T8"], "reason": "ill" }),
    ));
    cup.settled(&venue);
    let fixtures = cup.fixtures(&venue);
    let of_team = |fixture: &&Value| fixture["a"]["name"] == "T8" || fixture["b"]["name"] == "T8";
    for fixture in fixtures.iter().filter(of_team) {
        assert_eq!(fixture["status"], "finished", "{fixture}");
        let own = if fixture["a"]["name"] == "T8" {
            "A"
        } else {
            "B"
        };
        if fixture["key"] != "A1-4" {
            assert_ne!(fixture["winner"], own);
        }
    }
    let team = venue.get(&format!("/api/teams/{}", teams["T8"])).json();
    assert_eq!(team["withdrawn"], true);
    good(&cup.undo(&venue));
    assert_eq!(cup.fixtures(&venue), before);
    let team = venue.get(&format!("/api/teams/{}", teams["T8"])).json();
    assert_eq!(team["withdrawn"], false);
}

#[test]
fn swiss_rounds_are_proposed_edited_and_accepted() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "s", "kind": "swiss", "rounds": 3 }] });
    let cup = Cup::of(&venue, "FOOTBALL", 6, &format);
    let early = venue.post(&cup.path("rounds"), &json!({}));
    assert_eq!(refused(&early), (409, "not_ready".into()));
    for round in 1..=3_u64 {
        cup.play_all(&venue, |_| (1, 0));
        if round == 3 {
            break;
        }
        let proposed = good(&venue.post(&cup.path("rounds"), &json!({})));
        assert_eq!(proposed["round"], round + 1);
        let pair = |index: usize, side: &str| proposed["pairs"][index][side]["teamID"].clone();
        let met = cup.fixture(&venue, "S1-1");
        let (a, b) = (met["a"]["teamID"].clone(), met["b"]["teamID"].clone());
        let mut others: Vec<Value> = (0..3)
            .flat_map(|index| [pair(index, "a"), pair(index, "b")])
            .collect();
        others.retain(|team| *team != a && *team != b);
        let again = json!({ "pairs": [[a, b], [others[0], others[1]], [others[2], others[3]]] });
        let by_hand = good(&venue.post(&cup.path("rounds"), &again));
        let violations = by_hand["violations"].as_array().unwrap();
        assert!(
            violations[0]["message"]
                .as_str()
                .unwrap()
                .contains("have met in S1-1"),
            "{violations:?}"
        );
        assert_eq!(violations[0]["violation"], "met_before");
        assert_eq!(violations[0]["key"], "S1-1");
        good(&venue.post(&cup.path("rounds"), &json!({ "accept": proposed["token"] })));
    }
    let over = venue.post(&cup.path("rounds"), &json!({}));
    assert_eq!(refused(&over), (409, "all_rounds_paired".into()));
    assert_eq!(cup.ranking(&venue).len(), 6);
}

#[test]
fn a_swiss_stage_after_groups_pairs_just_those_who_went_on() {
    let venue = Venue::open();
    let format = json!({ "stages": [
        { "key": "g", "kind": "groups", "groups": 2 },
        { "key": "s", "kind": "swiss", "rounds": 2, "from": { "stage": "g", "ranks": 2 } },
    ] });
    let cup = Cup::of(&venue, "FOOTBALL", 8, &format);
    cup.play_all(&venue, |fixture| {
        let of = |side: &str| {
            let name = fixture[side]["name"].as_str().unwrap();
            10 - name.trim_start_matches('T').parse::<u64>().unwrap()
        };
        (of("a"), of("b"))
    });
    let proposed = good(&venue.post(&cup.path("rounds"), &json!({})));
    let pairs = proposed["pairs"].as_array().unwrap().iter();
    let mut names: Vec<&str> = pairs
        .flat_map(|pair| [pair["a"]["name"].as_str(), pair["b"]["name"].as_str()])
        .flatten()
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["T1", "T2", "T3", "T4"]);
}

#[test]
fn a_tournament_without_a_format_is_as_it_was() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    let body = json!({ "tournamentID": cup.id, "sides": sides });
    let made = good(&venue.post("/api/matches", &body));
    assert!(made["key"].is_null());
    let path = format!("/api/matches/{}/events", made["id"].as_str().unwrap());
    assert_eq!(
        good(&venue.post(&path, &json!({ "type": "start" })))["type"],
        "ack"
    );
    assert_eq!(cup.fixtures(&venue), Vec::<Value>::new());
    assert_eq!(cup.standings(&venue)["tables"], json!([]));
    let none = venue.post(&cup.path("draw"), &json!({ "mode": "ranks" }));
    assert_eq!(refused(&none), (409, "no_format".into()));
}

#[test]
fn every_deed_says_who_did_it() {
    let mut venue = Venue::with(&[]);
    let organiser = venue.log_in();
    let cup = json!({ "name": "Cup", "sport": "FOOTBALL" });
    let cup = venue.post_as(&organiser, "/api/tournaments", &cup).json();
    let team = json!({ "tournamentID": cup["id"], "name": "Lyon" });
    let bearer = format!("Bearer {organiser}");
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let headers = [("Authorization", bearer.as_str()), ("User-Agent", browser)];
    let post = |path: &str, body: &Value| {
        venue.request("POST", path, &headers, body.to_string().as_bytes())
    };
    good(&post("/api/teams", &team));
    let path = format!("/api/tournaments/{}/history", cup["id"].as_str().unwrap());
    let deed = venue.get(&path).json()["deeds"][0].clone();
    assert_eq!(deed["does"], "entered “Lyon”");
    assert_eq!(deed["what"]["word"], "team_entered");
    assert_eq!(deed["what"]["team"]["name"], "Lyon");
    assert_eq!(deed["undoable"], true);
    assert_eq!(deed["by"], "Firefox on Linux");
    let undo = format!("/api/tournaments/{}/undo", cup["id"].as_str().unwrap());
    assert_eq!(venue.post(&undo, &json!({})).status, 401);
    good(&post(&undo, &json!({})));
    let deeds = venue.get(&path).json()["deeds"].clone();
    assert_eq!(deeds[0]["what"], json!({ "word": "undo", "seq": 1 }));
    assert_eq!(deeds[0]["by"], "Firefox on Linux");
    let undoable = |deed: &Value| deed["undoable"] == true;
    assert!(!deeds.as_array().unwrap().iter().any(undoable), "{deeds}");
    let teams = format!("/api/teams?tournamentID={}", cup["id"].as_str().unwrap());
    assert_eq!(venue.get(&teams).json(), json!([]));
    venue.kill();
}

#[test]
fn a_new_draw_takes_over_matches_with_their_courts_and_plays_by_the_rules_of_its_stages() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "BADMINTON", 4, &knockout());
    let court = good(&venue.post("/api/courts", &json!({ "name": "Court 1" })));
    let path = |key: &str| {
        let id = cup.match_of(&venue, key)["id"].as_str().unwrap().to_owned();
        format!("/api/matches/{id}")
    };
    let last = path("F");
    let on_court = json!({ "courtID": court["id"] });
    good(&send(&venue, "PATCH", &last, &on_court));
    let short = json!({ "stages": [{ "key": "ko", "kind": "knockout", "rules": { "match": { "best_of": 1 } } }] });
    cup.draw(&venue, &short, &json!({ "mode": "lots" }));
    cup.settled(&venue);
    assert_eq!(
        path("F"),
        last,
        "the same match, with its card and its court"
    );
    let shown = good(&venue.get(&last));
    assert_eq!(shown["courtID"], court["id"]);
    assert_eq!(shown["rules"]["match"]["best_of"], 1, "{}", shown["rules"]);
}

#[test]
fn a_format_that_nobody_can_draw_is_refused_when_it_is_chosen() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    for (stage, field) in [
        (
            json!({ "key": "ko", "kind": "knockout", "from": { "stage": "g", "ranks": 2 } }),
            "stages",
        ),
        (json!({ "key": "ko", "kind": "cup" }), "stages"),
        (
            json!({ "key": "ko", "kind": "knockout", "rules": { "nonsense": 1 } }),
            "rules",
        ),
    ] {
        let reply = send(
            &venue,
            "PUT",
            &cup.path("format"),
            &json!({ "stages": [stage] }),
        );
        assert_eq!(reply.status, 400, "{stage}");
        assert_eq!(reply.json()["error"]["field"], field, "{}", reply.json());
    }
    assert_eq!(good(&venue.get(&cup.path("format")))["stages"], json!([]));
}

#[test]
fn a_format_that_is_chosen_after_the_draw_takes_effect_with_the_next_one() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    let other = json!({ "stages": [{ "key": "x", "kind": "round_robin" }] });
    good(&send(&venue, "PUT", &cup.path("format"), &other));
    let bracket = good(&venue.get(&cup.path("bracket")));
    assert_eq!(bracket["stages"][0]["key"], "ko");
    cup.play_all(&venue, |_| (1, 0));
    assert_eq!(cup.ranking(&venue).len(), 4);
}

#[test]
fn fixtures_that_make_no_sense_are_refused() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &knockout());
    let drawn = cup.fixtures(&venue);
    let winner = |key: &str| json!({ "source": { "winner": key } });
    for edit in [
        json!({ "kind": "change", "key": "QF1", "a": winner("F") }),
        json!({ "kind": "change", "key": "SF2", "a": winner("SF2") }),
        json!({ "kind": "change", "key": "SF1", "a": winner("QF2") }),
        json!({ "kind": "add", "stage": "ko", "group": "Z", "a": winner("QF1"), "b": winner("QF2") }),
        json!({ "kind": "add", "stage": "no", "a": winner("QF1"), "b": winner("QF2") }),
    ] {
        let reply = venue.post(&cup.path("fixtures"), &edit);
        assert_eq!(refused(&reply).0, 400, "{edit}");
    }
    assert_eq!(cup.fixtures(&venue), drawn);
}
