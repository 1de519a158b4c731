//! Entries that are told again.

use serde_json::{Value, json};

use super::{Cup, good, knockout, refused};
use crate::venue::Venue;

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
