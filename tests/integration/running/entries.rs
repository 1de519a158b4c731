//! Entries that are told again, and entries that nobody could tell apart.

use serde_json::{Value, json};

use super::{Cup, good, knockout, refused, send};
use crate::venue::{Reply, Venue};

#[test]
fn a_list_that_is_sent_again_adds_clubs_and_seeds_as_one_deed() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    let first = cup.enter(
        &venue,
        &[
            json!({ "name": "Lyon", "colour": "#d62828" }),
            json!({ "name": "Metz", "seed": 2 }),
        ],
    );
    let again = [
        json!({ "name": "Metz", "club": "FC Metz" }),
        json!({ "name": "Lyon", "seed": 1 }),
        json!({ "name": "Brest" }),
        json!({ "name": "Brest", "short": "BRE" }),
    ];
    let told = cup.enter(&venue, &again);
    let field = |at: usize, field: &str| told[at][field].clone();
    assert_eq!(
        (field(0, "id"), field(1, "id")),
        (first[1]["id"].clone(), first[0]["id"].clone())
    );
    assert_eq!(
        (field(0, "club"), field(0, "seed")),
        (json!("FC Metz"), json!(2))
    );
    assert_eq!(
        (field(1, "colour"), field(1, "seed")),
        (json!("#d62828"), json!(1))
    );
    assert_eq!(
        (field(2, "id"), field(2, "short")),
        (field(3, "id"), json!("BRE"))
    );
    let names = || -> Vec<Value> {
        let teams = venue
            .get(&format!("/api/teams?tournamentID={}", cup.id))
            .json();
        teams
            .as_array()
            .unwrap()
            .iter()
            .map(|team| json!([team["name"], team["seed"], team["club"]]))
            .collect()
    };
    let stored = names();
    assert_eq!(stored.len(), 3);
    assert!(
        stored.contains(&json!(["Metz", 2, "FC Metz"])),
        "{stored:?}"
    );

    cup.enter(&venue, &again);
    let deeds = good(&venue.get(&cup.path("history")))["deeds"].clone();
    assert_eq!(
        deeds.as_array().unwrap().len(),
        2,
        "nothing new is no deed: {deeds}"
    );
    good(&venue.post(&cup.path("undo"), &json!({})));
    assert_eq!(
        names(),
        [json!(["Lyon", null, null]), json!(["Metz", 2, null])]
    );
}

#[test]
fn a_list_that_is_sent_again_moves_no_seed_once_a_match_has_begun() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 4, &knockout());
    cup.play_all(&venue, |_| (1, 0));
    let body = json!({ "tournamentID": cup.id, "teams": [{ "name": "T1", "seed": 4 }] });
    assert_eq!(
        refused(&venue.post("/api/teams", &body)),
        (409, "has_begun".into())
    );
    let club =
        json!({ "tournamentID": cup.id, "teams": [{ "name": "T1", "seed": 1, "club": "AS Un" }] });
    assert_eq!(good(&venue.post("/api/teams", &club))[0]["club"], "AS Un");
}

/// The names that a refusal is about.
fn about(reply: &Reply) -> Value {
    let error = reply.json()["error"].clone();
    let message = error["message"].as_str().unwrap().to_owned();
    for team in [&error["about"]["team"], &error["about"]["other"]] {
        assert!(message.contains(team.as_str().unwrap()), "{error}");
    }
    error["about"].clone()
}

#[test]
fn names_that_differ_only_in_capitals_or_spaces_are_refused_and_said() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    cup.enter(&venue, &[json!({ "name": "AS Lyon" })]);
    let enter = |teams: Value| {
        let body = json!({ "tournamentID": cup.id, "teams": teams });
        venue.post("/api/teams", &body)
    };
    let new = enter(json!([{ "name": "Metz" }, { "name": "as  LYON" }]));
    assert_eq!(refused(&new), (409, "team_exists".into()));
    assert_eq!(
        about(&new),
        json!({ "team": "as LYON", "other": "AS Lyon" })
    );
    let twice = enter(json!([{ "name": "Brest" }, { "name": "Tours" }, { "name": "BREST" }]));
    assert_eq!(refused(&twice), (409, "team_exists".into()));
    assert_eq!(about(&twice), json!({ "team": "BREST", "other": "Brest" }));
    assert_eq!(cup.teams(&venue).len(), 1, "all or none");

    good(&enter(
        json!([{ "name": "Metz 1 1" }, { "name": "Metz 11" }, { "name": "AS Lyon" }]),
    ));
    let teams = cup.teams(&venue);
    let rename = |team: &str, name: &str| {
        let path = format!("/api/teams/{}", teams[team]);
        send(&venue, "PATCH", &path, &json!({ "name": name }))
    };
    let other = rename("Metz 11", "aslyon");
    assert_eq!(refused(&other), (409, "team_exists".into()));
    assert_eq!(
        about(&other),
        json!({ "team": "aslyon", "other": "AS Lyon" })
    );
    good(&rename("AS Lyon", "As Lyon"));
}

#[test]
fn a_seed_is_that_of_one_team() {
    let venue = Venue::open();
    let cup = Cup::new(&venue, "Cup", "FOOTBALL");
    let enter = |teams: Value| {
        let body = json!({ "tournamentID": cup.id, "teams": teams });
        venue.post("/api/teams", &body)
    };
    let twice = enter(json!([{ "name": "Lyon", "seed": 1 }, { "name": "Metz", "seed": 1 }]));
    assert_eq!(refused(&twice), (409, "seed_taken".into()));
    assert_eq!(twice.json()["error"]["field"], "seed");
    assert_eq!(
        about(&twice),
        json!({ "team": "Metz", "other": "Lyon", "seed": 1 })
    );
    assert_eq!(cup.teams(&venue).len(), 0, "all or none");

    good(&enter(
        json!([{ "name": "Lyon", "seed": 1 }, { "name": "Metz", "seed": 2 }]),
    ));
    let late = enter(json!([{ "name": "Brest", "seed": 2 }]));
    assert_eq!(
        about(&late),
        json!({ "team": "Brest", "other": "Metz", "seed": 2 })
    );
    let teams = cup.teams(&venue);
    let path = format!("/api/teams/{}", teams["Metz"]);
    let changed = send(&venue, "PATCH", &path, &json!({ "seed": 1 }));
    assert_eq!(refused(&changed), (409, "seed_taken".into()));
    assert_eq!(
        about(&changed),
        json!({ "team": "Metz", "other": "Lyon", "seed": 1 })
    );
    // A list may swap them, since what it leads to is whole.
    good(&enter(
        json!([{ "name": "Lyon", "seed": 2 }, { "name": "Metz", "seed": 1 }]),
    ));
    good(&send(&venue, "PATCH", &path, &json!({ "seed": null })));
    good(&enter(json!([{ "name": "Brest", "seed": 1 }])));
}
