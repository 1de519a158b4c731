//! Wrong results that an organiser of a first day would have met.

use serde_json::{Value, json};

use super::{Cup, good, groups_then_knockout, knockout, refused, send};
use crate::venue::Venue;

#[test]
fn nobody_has_a_final_rank_while_it_is_open_who_goes_on() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &groups_then_knockout(2));
    let fixtures = cup.fixtures(&venue).into_iter();
    let group: Vec<Value> = fixtures.filter(|fixture| fixture["group"] == "A").collect();
    let name = |fixture: &Value, side: &str| fixture[side]["name"].as_str().unwrap().to_owned();
    let names = group.iter().flat_map(|of| [name(of, "a"), name(of, "b")]);
    let names: Vec<String> = std::collections::BTreeSet::from_iter(names)
        .into_iter()
        .collect();
    let place = |of: &str| names.iter().position(|known| known == of).unwrap();
    for fixture in &group {
        // The first three beat each other in a circle, and all of them the last.
        let (a, b) = (place(&name(fixture, "a")), place(&name(fixture, "b")));
        let wins = b == 3 || (a < 3 && (a + 1) % 3 == b);
        let (scored, conceded) = if wins { (1, 0) } else { (0, 1) };
        cup.play(&venue, fixture["key"].as_str().unwrap(), scored, conceded);
    }
    let standings = cup.standings(&venue);
    let table = &standings["tables"][0];
    let rows = table["rows"].as_array().unwrap();
    let ranks: Vec<u64> = rows
        .iter()
        .map(|row| row["rank"].as_u64().unwrap())
        .collect();
    assert_eq!(ranks, [1, 1, 1, 4]);
    let level: Vec<&str> = rows[..3]
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    let ranked = cup.ranking(&venue);
    let too_early = ranked
        .iter()
        .find(|(_, name)| level.contains(&name.as_str()));
    assert_eq!(too_early, None, "one of them may still win");
}

#[test]
fn a_withdrawal_takes_no_win_from_others_in_a_swiss_stage() {
    let venue = Venue::open();
    let format = json!({ "stages": [{ "key": "s", "kind": "swiss", "rounds": 3 }] });
    let cup = Cup::of(&venue, "BADMINTON", 4, &format);
    let first: Vec<Value> = cup.fixtures(&venue);
    for fixture in &first {
        cup.play(&venue, fixture["key"].as_str().unwrap(), 21, 10);
    }
    let wins = || -> Vec<(String, u64)> {
        let standings = cup.standings(&venue);
        let rows = standings["tables"][0]["rows"].as_array().unwrap().clone();
        let row = |row: &Value| {
            let name = row["name"].as_str().unwrap().to_owned();
            (name, row["wins"].as_u64().unwrap())
        };
        let mut wins: Vec<(String, u64)> = rows.iter().map(row).collect();
        wins.sort();
        wins
    };
    let before = wins();
    let loser = &first[0]["b"]["teamID"];
    good(&cup.decide(&venue, &json!({ "kind": "withdrawal", "teamID": loser })));
    assert_eq!(wins(), before);
}

#[test]
fn points_are_not_taken_away_where_the_table_counts_wins() {
    let venue = Venue::open();
    let round_robin = json!({ "stages": [{ "key": "r", "kind": "round_robin" }] });
    let cup = Cup::of(&venue, "BADMINTON", 3, &round_robin);
    let team = &cup.teams(&venue)["T1"];
    let points =
        json!({ "kind": "points", "group": "A", "teamID": team, "points": 1, "reason": "late" });
    let answer = cup.decide(&venue, &points);
    assert_eq!(refused(&answer), (400, "bad_request".into()));
    let message = answer.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(message.contains("counts wins"), "{message}");
}

#[test]
fn a_match_that_is_played_again_is_on_the_court_of_the_void_one() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    let court = good(&venue.post("/api/courts", &json!({ "name": "Court 1" })));
    let last = cup.match_of(&venue, "F")["id"].as_str().unwrap().to_owned();
    let put = json!({ "courtID": court["id"] });
    good(&send(
        &venue,
        "PATCH",
        &format!("/api/matches/{last}"),
        &put,
    ));
    cup.play_all(&venue, |_| (2, 1));
    let event = cup.correction(1, 2);
    let preview = cup.preview(&venue, "SF1", &event);
    let mut accepted = event;
    accepted["accept"] = json!({ "token": preview["token"], "choices": { "F": "replay" } });
    good(&venue.post(&cup.events_path(&venue, "SF1"), &accepted));
    let again = cup.fixture(&venue, "F");
    assert_ne!(again["matchID"], last.as_str());
    assert_eq!(
        (&again["courtName"], &again["status"]),
        (&json!("Court 1"), &json!("scheduled"))
    );
}

#[test]
fn no_team_is_kept_in_one_semi_final_and_begins_the_other_again() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &groups_then_knockout(2));
    cup.play_all(&venue, |fixture| {
        let lower = |side: &str| fixture[side]["name"].as_str().unwrap().to_owned();
        if lower("a") < lower("b") {
            (2, 0)
        } else {
            (0, 2)
        }
    });
    // Whoever was second of group A is its first.
    let table = cup.standings(&venue)["tables"][0].clone();
    let (first, second) = (&table["rows"][0]["name"], &table["rows"][1]["name"]);
    let decisive = cup.fixtures(&venue).into_iter().find(|fixture| {
        let sides = [&fixture["a"]["name"], &fixture["b"]["name"]];
        fixture["group"] == "A" && sides.contains(&first) && sides.contains(&second)
    });
    let decisive = decisive.unwrap();
    let key = decisive["key"].as_str().unwrap();
    let event = if decisive["a"]["name"] == *first {
        cup.correction(0, 9)
    } else {
        cup.correction(9, 0)
    };
    let preview = cup.preview(&venue, key, &event);
    let before = cup.fixtures(&venue);
    let mut mixed = event;
    let choices = json!({ "SF1": "replay", "SF2": "keep", "F": "keep", "3RD": "keep" });
    mixed["accept"] = json!({ "token": preview["token"], "choices": choices });
    let path = cup.events_path(&venue, key);
    let answer = venue.post(&path, &mixed);
    assert_eq!(
        refused(&answer),
        (409, "has_begun".into()),
        "{}",
        answer.json()
    );
    assert_eq!(cup.fixtures(&venue), before);
    mixed["accept"]["choices"]["SF2"] = json!("replay");
    good(&venue.post(&path, &mixed));
}
