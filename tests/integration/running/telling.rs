//! What organisers are told: deeds and refusals in words with parameters, and what level teams wait for.

use serde_json::{Value, json};

use super::{Cup, good, groups_then_knockout, knockout, refused, send};
use crate::venue::Venue;

#[test]
fn the_history_says_the_score_of_a_correction_and_the_one_before() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 2, &knockout());
    cup.play(&venue, "F", 2, 1);
    let ended = &cup.history(&venue)[0];
    let words =
        json!({ "word": "correction", "key": "F", "event": "finish", "score": { "A": 2, "B": 1 } });
    assert_eq!(ended["what"], words);

    let path = cup.events_path(&venue, "F");
    good(&venue.post(&path, &cup.correction(1, 3)));
    let corrected = &cup.history(&venue)[0];
    let words = json!({
        "word": "correction", "key": "F", "event": "result",
        "score": { "A": 1, "B": 3 }, "before": { "A": 2, "B": 1 },
    });
    assert_eq!(corrected["what"], words);
    assert_eq!(
        corrected["does"],
        "corrected F by “result”: 1–3 instead of 2–1"
    );

    let other = Cup::of(&venue, "FOOTBALL", 2, &knockout());
    let path = other.events_path(&venue, "F");
    let walkover = json!({ "type": "walkover", "side": "A" });
    assert_eq!(good(&venue.post(&path, &walkover))["type"], "ack");
    let given = &other.history(&venue)[0]["what"];
    assert_eq!(given["event"], "walkover");
    assert_eq!(given["score"], Value::Null, "nobody played: {given}");
}

#[test]
fn the_history_says_who_is_present() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    let team = cup.enter(&venue, &[json!({ "name": "Lyon" })])[0].clone();
    let path = format!("/api/teams/{}", team["id"].as_str().unwrap());
    for (presence, does) in [
        ("present", "“Lyon” is present"),
        ("absent", "“Lyon” is absent"),
        ("unknown", "took the check-in of “Lyon” back"),
    ] {
        good(&send(
            &venue,
            "PATCH",
            &path,
            &json!({ "presence": presence }),
        ));
        let deed = &cup.history(&venue)[0];
        assert_eq!(deed["what"]["word"], "check_in");
        assert_eq!(deed["what"]["presence"], presence);
        assert_eq!(deed["does"], does);
    }
    let more = json!({ "presence": "present", "club": "AS" });
    good(&send(&venue, "PATCH", &path, &more));
    assert_eq!(cup.history(&venue)[0]["what"]["word"], "team_changed");
}

#[test]
fn a_team_that_comes_too_late_is_told_by_which_match() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &groups_then_knockout(2));
    cup.play_all(&venue, |fixture| match fixture["key"].as_str() {
        Some(key) if key.starts_with('A') || key.starts_with('B') => (1, 0),
        _ => (2, 1),
    });
    let late = cup.enter(&venue, &[json!({ "name": "Late" })])[0].clone();
    let entry = json!({ "kind": "late_entry", "teamID": late["id"], "group": "A" });
    let reply = cup.decide(&venue, &entry);
    assert_eq!(refused(&reply), (409, "has_begun".into()));
    let error = reply.json()["error"].clone();
    assert_eq!(error["field"], "group");
    assert_eq!(error["about"]["group"], "A");
    let key = error["about"]["key"].as_str().unwrap();
    assert!(
        cup.fixture(&venue, key)["status"] == "finished" && !key.starts_with('A'),
        "{error}"
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains(key) && message.contains("group A"),
        "{error}"
    );
}

#[test]
fn tables_and_todos_name_the_play_offs_that_are_not_over() {
    let venue = Venue::open();
    let format = json!({ "stages": [
        { "key": "g", "kind": "groups", "groups": 1 },
        { "key": "ko", "kind": "knockout", "from": { "stage": "g", "ranks": 2 } },
    ] });
    let cup = Cup::of(&venue, "FOOTBALL", 3, &format);
    cup.play_all(&venue, |_| (0, 0));
    let level = |standings: &Value| {
        let todo = standings["todo"].as_array().unwrap().clone();
        todo.into_iter().find(|todo| todo["what"] == "level")
    };
    let before = cup.standings(&venue);
    let todo = level(&before).unwrap();
    assert_eq!(todo["playOffs"], Value::Null);
    let teams: Vec<Value> = todo["teams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|team| team["teamID"].clone())
        .collect();
    good(&cup.decide(
        &venue,
        &json!({ "kind": "play_off", "group": todo["group"], "teams": teams }),
    ));
    let keys = ["A-PO1", "A-PO2", "A-PO3"];
    let now = cup.standings(&venue);
    assert_eq!(level(&now).unwrap()["playOffs"], json!(keys));
    let play_offs = now["tables"][0]["playOffs"].as_array().unwrap();
    assert_eq!(play_offs.len(), 3);
    for (play_off, key) in play_offs.iter().zip(keys) {
        assert_eq!(play_off["key"], key);
        assert_eq!(play_off["teams"].as_array().unwrap().len(), 2);
        assert_eq!(play_off["matchID"], cup.match_of(&venue, key)["id"]);
    }
    let winner = |name: &Value| name.as_str() == Some("T1");
    for key in keys {
        let fixture = cup.fixture(&venue, key);
        let first = winner(&fixture["a"]["name"]) || fixture["b"]["name"] == "T3";
        let (a, b) = if first { (1, 0) } else { (0, 1) };
        cup.play(&venue, key, a, b);
    }
    let after = cup.standings(&venue);
    assert_eq!(level(&after), None, "{}", after["tables"][0]);
    assert_eq!(after["tables"][0]["playOffs"], Value::Null);
}
