//! Cases in which other programs fail, each with the outcome that was wished for there.

use serde_json::json;

use super::{Cup, good, knockout, refused};
use crate::venue::Venue;

/// brackets-manager #219: a corrected semi-final is refused once the final has begun.
#[test]
fn a_semi_final_is_corrected_after_the_final_and_the_organiser_chooses() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    cup.play(&venue, "F", 2, 1);
    let before = cup.fixtures(&venue);
    let event = cup.correction(0, 1);
    let preview = cup.preview(&venue, "SF1", &event);
    let effect = &preview["effects"][0];
    assert_eq!(effect["key"], "F");
    assert_eq!(effect["state"], "finished");
    assert_eq!(effect["choices"], json!(["keep", "replay"]));
    assert_eq!(effect["cause"], "SF1");
    assert_eq!(effect["after"]["A"]["name"], "T4");
    assert_eq!(cup.fixtures(&venue), before, "a preview changes nothing");

    let path = cup.events_path(&venue, "SF1");
    let asked = venue.post(&path, &event);
    assert_eq!(refused(&asked), (409, "has_consequences".into()));
    assert_eq!(asked.json()["effects"], preview["effects"]);
    assert_eq!(cup.fixtures(&venue), before, "nothing is half done");

    let mut accepted = event.clone();
    accepted["accept"] = json!({ "token": preview["token"], "choices": { "F": "keep" } });
    assert_eq!(good(&venue.post(&path, &accepted))["type"], "ack");
    assert_eq!(
        cup.sides(&venue, "F"),
        "T1 - T3",
        "a score never moves to another team"
    );
    assert!(
        cup.fixture(&venue, "F")["contested"].is_null(),
        "it was decided"
    );
    assert_eq!(cup.history(&venue)[0]["kind"], "correction");

    good(&cup.undo(&venue));
    assert_eq!(cup.fixtures(&venue), before);

    let preview = cup.preview(&venue, "SF1", &event);
    accepted["accept"] = json!({ "token": preview["token"], "choices": { "F": "replay" } });
    good(&venue.post(&path, &accepted));
    let again = cup.fixture(&venue, "F");
    assert_eq!(cup.sides(&venue, "F"), "T4 - T3");
    assert_eq!(again["status"], "scheduled");
    assert!(again["score"].is_null());
    good(&cup.undo(&venue));
    assert_eq!(
        cup.fixtures(&venue),
        before,
        "also the score of the match that was void"
    );
}

/// brackets-manager #54: byes stop the losers' side.
#[test]
fn byes_fall_through_a_double_elimination() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "d", "kind": "double_elimination", "reset": true }] });
    for count in [5, 6, 7] {
        let cup = Cup::of(&venue, "FOOTBALL", count, &format);
        cup.play_all(&venue, |_| (1, 0));
        let ranking = cup.ranking(&venue);
        assert_eq!(ranking.len(), count, "{ranking:?}");
        assert_eq!(ranking[0].0, 1);
        assert_eq!(ranking[1].0, 2);
    }
}

/// brackets-manager #196: the second leg came in the reverse order.
#[test]
fn a_second_leg_repeats_the_order_of_the_rounds_with_the_sides_exchanged() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "r", "kind": "round_robin", "legs": 2 }] });
    let cup = Cup::of(&venue, "FOOTBALL", 4, &format);
    let fixtures = cup.fixtures(&venue);
    let (first, second) = fixtures.split_at(fixtures.len() / 2);
    for (one, other) in first.iter().zip(second) {
        assert_eq!(
            format!("{}/2", one["key"].as_str().unwrap()),
            other["key"].as_str().unwrap()
        );
        assert_eq!(one["a"], other["b"]);
        assert_eq!(one["b"], other["a"]);
    }
}

/// 5stack #357: after a correction both teams of a match stand in the next round.
/// 5stack #422: whoever went on stays there for ever.
#[test]
fn after_a_correction_just_the_winner_stands_in_the_next_round() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &knockout());
    cup.play(&venue, "QF1", 1, 0);
    cup.play(&venue, "QF2", 1, 0);
    let (winner, loser) = (
        cup.fixture(&venue, "QF1")["a"].clone(),
        cup.fixture(&venue, "QF1")["b"].clone(),
    );
    assert_eq!(cup.fixture(&venue, "SF1")["a"], winner);
    let event = cup.correction(0, 1);
    let preview = cup.preview(&venue, "QF1", &event);
    assert!(
        preview["effects"][0]["choices"].is_null(),
        "it has not begun: there is no choice"
    );
    let mut accepted = event;
    accepted["accept"] = json!({ "token": preview["token"] });
    good(&venue.post(&cup.events_path(&venue, "QF1"), &accepted));
    assert_eq!(cup.fixture(&venue, "SF1")["a"], loser);
    let stands = |team: &serde_json::Value| {
        let fixtures = cup.fixtures(&venue);
        let later = fixtures.iter().filter(|fixture| fixture["round"] != 1);
        later
            .filter(|fixture| fixture["a"] == *team || fixture["b"] == *team)
            .count()
    };
    assert_eq!((stands(&loser), stands(&winner)), (1, 0));
    good(&cup.undo(&venue));
    assert_eq!((stands(&loser), stands(&winner)), (0, 1));
}

/// courtsync #22: a bracket that no longer follows from its results is only flagged.
#[test]
fn a_referees_undo_after_the_next_match_has_begun_changes_nothing_and_raises_an_alert() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    let semi = cup.match_of(&venue, "SF1")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let last = cup.match_of(&venue, "F")["id"].as_str().unwrap().to_owned();
    good(&venue.post(
        &format!("/api/matches/{last}/events"),
        &json!({ "type": "start" }),
    ));
    // Without “correction” it is a referee's: nobody is asked anything.
    let undo = venue.post(
        &format!("/api/matches/{semi}/events"),
        &json!({ "type": "undo" }),
    );
    assert_eq!(good(&undo)["type"], "ack");
    cup.settled(&venue);
    assert_eq!(cup.sides(&venue, "F"), "T1 - T3");
    assert_eq!(cup.fixture(&venue, "F")["contested"], true);
    let todo = cup.standings(&venue)["todo"].clone();
    assert!(
        todo.as_array()
            .unwrap()
            .iter()
            .any(|todo| todo["what"] == "contested" && todo["key"] == "F")
    );
    crate::venue::eventually("the alert is in the history", || {
        cup.history(&venue)
            .iter()
            .any(|deed| deed["kind"] == "contested")
    });

    good(&cup.decide(
        &venue,
        &json!({ "kind": "keep", "key": "F", "reason": "they agreed" }),
    ));
    assert!(cup.fixture(&venue, "F")["contested"].is_null());
    assert_eq!(cup.sides(&venue, "F"), "T1 - T3");
}

/// evroon/bracket #1676 and hemaScorecard #197: teams that are level are ranked by chance, and nobody hears of it.
#[test]
fn teams_that_are_level_to_the_end_share_a_rank_until_somebody_decides() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &super::groups_then_knockout(2));
    // In group A everybody wins once at home by the same score as all others.
    cup.play_all(&venue, |fixture| match fixture["group"].as_str() {
        Some("A") => (1, 1),
        _ => {
            let strength = |side: &str| {
                let name = fixture[side]["name"].as_str().unwrap();
                10 - name.trim_start_matches('T').parse::<u64>().unwrap_or(9)
            };
            (strength("a"), strength("b"))
        }
    });
    let standings = cup.standings(&venue);
    let level = standings["tables"][0]["rows"].as_array().unwrap();
    assert!(
        level
            .iter()
            .all(|row| row["rank"] == 1 && row["level"] == true),
        "{level:?}"
    );
    assert!(level[0]["tried"].as_array().unwrap().len() > 2, "{level:?}");
    assert_eq!(standings["todo"][0]["what"], "level");
    assert!(
        cup.sides(&venue, "SF1").starts_with("1st A"),
        "nobody goes on"
    );

    let teams: Vec<_> = level.iter().map(|row| row["teamID"].clone()).collect();
    // A decision between some of them would have no effect.
    for kind in ["order", "lots", "play_off"] {
        let some = json!({ "kind": kind, "group": "A", "teams": &teams[..2] });
        let reply = cup.decide(&venue, &some);
        assert_eq!(refused(&reply), (400, "bad_request".into()), "{kind}");
        let message = reply.json()["error"]["message"].to_string();
        assert!(message.contains("name all of them"), "{message}");
    }
    let play_off = json!({ "kind": "play_off", "group": "A", "teams": teams });
    good(&cup.decide(&venue, &play_off));
    let (first, last) = (
        "A-PO1",
        format!("A-PO{}", teams.len() * (teams.len() - 1) / 2),
    );
    assert_eq!(cup.fixture(&venue, first)["status"], "scheduled");
    assert_eq!(cup.fixture(&venue, &last)["status"], "scheduled");
    good(&cup.undo(&venue));
    let order = json!({ "kind": "order", "group": "A", "teams": teams, "by": "lots" });
    good(&cup.decide(&venue, &order));
    let first = level[0]["name"].as_str().unwrap();
    assert!(cup.sides(&venue, "SF1").starts_with(first));
    let row = cup.standings(&venue)["tables"][0]["rows"][0].clone();
    assert!(
        row["why"]
            .as_array()
            .unwrap()
            .iter()
            .any(|why| why["word"] == "decision"),
        "{row}"
    );
    good(&cup.undo(&venue));
    let lots = json!({ "kind": "lots", "group": "A", "teams": teams });
    good(&cup.decide(&venue, &lots));
    assert!(!cup.sides(&venue, "SF1").starts_with("1st A"));
}

#[test]
fn nobody_begins_a_match_that_waits_for_its_sides() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    let last = cup.match_of(&venue, "F");
    assert_eq!(
        last["sides"]["A"],
        json!({ "source": { "winner": "SF1" }, "name": "Winner SF1" })
    );
    let path = format!("/api/matches/{}/events", last["id"].as_str().unwrap());
    let answer = good(&venue.post(&path, &json!({ "type": "start" })));
    assert_eq!(answer["code"], "sides_unknown");
    assert!(answer["message"].as_str().unwrap().contains("Winner SF1"));
}

#[test]
fn a_token_of_an_older_state_is_stale() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    let mut event = cup.correction(0, 1);
    let preview = cup.preview(&venue, "SF1", &event);
    let last = cup.match_of(&venue, "F")["id"].as_str().unwrap().to_owned();
    good(&venue.post(
        &format!("/api/matches/{last}/events"),
        &json!({ "type": "start" }),
    ));
    let before = cup.fixtures(&venue);
    event["accept"] = json!({ "token": preview["token"] });
    let late = venue.post(&cup.events_path(&venue, "SF1"), &event);
    assert_eq!(refused(&late), (409, "stale".into()));
    assert_eq!(cup.fixtures(&venue), before);
}

fn start(cup: &Cup, venue: &Venue, key: &str) {
    let id = cup.match_of(venue, key)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/matches/{id}/events");
    assert_eq!(
        good(&venue.post(&path, &json!({ "type": "start" })))["type"],
        "ack"
    );
}

fn as_referee(cup: &Cup, venue: &Venue, key: &str, event: &serde_json::Value) {
    let id = cup.match_of(venue, key)["id"].as_str().unwrap().to_owned();
    let answer = good(&venue.post(&format!("/api/matches/{id}/events"), event));
    assert_eq!(answer["type"], "ack", "{answer}");
}

fn corrected(cup: &Cup, venue: &Venue, key: &str, score: (u64, u64), choices: &serde_json::Value) {
    let mut event = cup.correction(score.0, score.1);
    let preview = cup.preview(venue, key, &event);
    event["accept"] = json!({ "token": preview["token"], "choices": choices });
    good(&venue.post(&cup.events_path(venue, key), &event));
}

#[test]
fn a_kept_match_that_is_begun_anew_counts_for_those_who_then_play_it() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    start(&cup, &venue, "F");
    corrected(&cup, &venue, "SF1", (0, 1), &json!({ "F": "keep" }));
    assert_eq!(cup.sides(&venue, "F"), "T1 - T3");
    as_referee(&cup, &venue, "F", &json!({ "type": "undo" }));
    cup.settled(&venue);
    assert_eq!(cup.sides(&venue, "F"), "T4 - T3");
    cup.play(&venue, "F", 3, 0);
    cup.settled(&venue);
    assert_eq!(cup.sides(&venue, "F"), "T4 - T3");
    assert_eq!(cup.ranking(&venue)[0], (1, "T4".to_owned()));
}

#[test]
fn a_second_grand_final_that_was_played_and_kept_decides() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "d", "kind": "double_elimination", "reset": true }] });
    let cup = Cup::of(&venue, "FOOTBALL", 4, &format);
    cup.play_all(&venue, |fixture| match fixture["key"].as_str() {
        Some("GF" | "GF2") => (0, 1),
        _ => (1, 0),
    });
    let champion = cup.ranking(&venue)[0].clone();
    corrected(&cup, &venue, "GF", (2, 1), &json!({ "GF2": "keep" }));
    assert_eq!(cup.ranking(&venue)[0], champion);
    assert_eq!(cup.fixture(&venue, "GF2")["stand"], "decided");
}

#[test]
fn a_final_that_ends_level_is_asked_about_and_ranks_nobody() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    cup.play(&venue, "SF2", 1, 0);
    cup.play(&venue, "F", 1, 1);
    let todo = cup.standings(&venue)["todo"].clone();
    assert_eq!(todo[0]["what"], "no_result", "{todo}");
    assert_eq!(todo[0]["key"], "F");
    let ranks: Vec<u64> = cup
        .ranking(&venue)
        .into_iter()
        .map(|(rank, _)| rank)
        .collect();
    assert_eq!(ranks, [3, 3]);
}

#[test]
fn whoever_keeps_a_contested_match_along_with_a_correction_has_decided() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &knockout());
    for key in ["QF1", "QF2", "QF3", "QF4", "SF1", "SF2"] {
        cup.play(&venue, key, 1, 0);
    }
    start(&cup, &venue, "F");
    as_referee(&cup, &venue, "SF1", &json!({ "type": "undo" }));
    cup.settled(&venue);
    assert_eq!(cup.fixture(&venue, "F")["contested"], true);
    let path = cup.events_path(&venue, "SF1");
    good(&venue.post(&path, &cup.correction(0, 1)));
    let mut event = json!({ "type": "finish" });
    let preview = cup.preview(&venue, "SF1", &event);
    event["accept"] = json!({ "token": preview["token"], "choices": { "F": "keep" } });
    good(&venue.post(&path, &event));
    cup.settled(&venue);
    assert!(cup.fixture(&venue, "F")["contested"].is_null());
}

#[test]
fn an_undo_is_not_held_up_by_what_a_referee_has_taken_back_already() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play(&venue, "SF1", 1, 0);
    corrected(&cup, &venue, "SF1", (2, 0), &json!({}));
    as_referee(&cup, &venue, "SF1", &json!({ "type": "undo" }));
    let undone = good(&cup.undo(&venue));
    assert!(
        undone["does"].as_str().unwrap().contains("result"),
        "{undone}"
    );

    // A referee who scores on has something that depends on it.
    good(&cup.undo(&venue));
    assert_eq!(cup.fixture(&venue, "SF1")["status"], "live");
    let again = cup.events_path(&venue, "SF1");
    good(&venue.post(&again, &json!({ "type": "finish" })));
    good(&venue.post(&again, &json!({ "type": "undo" })));
    as_referee(
        &cup,
        &venue,
        "SF1",
        &json!({ "type": "point", "side": "B" }),
    );
    cup.settled(&venue);
    assert_eq!(
        cup.fixture(&venue, "SF1")["score"],
        json!({ "A": 1, "B": 1 })
    );
}
