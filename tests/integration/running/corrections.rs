//! Random corrections in random tournaments: apply gives the preview, scores stay with their teams, undo restores all.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Cup, good, groups_then_knockout, knockout};
use crate::chance::{self, Chance};
use crate::venue::Venue;

/// The scores of matches with the teams that have them: what must never move.
fn scores(cup: &Cup, venue: &Venue) -> BTreeMap<String, Value> {
    let matches = cup.matches(venue).into_iter();
    let begun = matches.filter(|found| found["status"] != "scheduled");
    begun
        .map(|found| {
            let sides = &found["sides"];
            let told = json!([
                sides["A"]["teamID"],
                sides["B"]["teamID"],
                found["state"]["score"]
            ]);
            (found["id"].as_str().unwrap().to_owned(), told)
        })
        .collect()
}

fn formats(chance: &mut Chance) -> (Value, usize) {
    let double = json!({ "stages": [{ "key": "d", "kind": "double_elimination", "reset": true }] });
    let places = json!({ "stages": [{ "key": "p", "kind": "placement" }] });
    match chance.below(4) {
        0 => (knockout(), 4 + chance.below(5) as usize),
        1 => (double, 4 + chance.below(4) as usize),
        2 => (places, 4 + chance.below(5) as usize),
        _ => (groups_then_knockout(2), 6 + chance.below(3) as usize),
    }
}

#[test]
fn random_corrections_give_what_their_preview_said_and_are_taken_back_to_the_byte() {
    let seed = chance::seed();
    let mut chance = Chance::branch(seed, 0);
    // One address makes much here.
    let venue = Venue::with(&["--open", "--max-per-address", "100000"]);
    let wanted = if chance::long() { 2_000 } else { 120 };
    let (mut done, mut asked) = (0, 0);
    while done < wanted {
        let (format, count) = formats(&mut chance);
        let cup = Cup::of(&venue, "FOOTBALL", count, &format);
        let mut left = chance.below(40);
        cup.play_all(&venue, |_| {
            left = left.saturating_sub(1);
            let (a, b) = (chance.below(9), chance.below(9));
            if a == b { (a + 1, b) } else { (a, b) }
        });
        for _ in 0..12 {
            cup.settled(&venue);
            let fixtures = cup.fixtures(&venue);
            let over: Vec<&Value> = fixtures
                .iter()
                .filter(|fixture| fixture["status"] == "finished")
                .collect();
            let fixture = over[chance.below(over.len() as u64) as usize];
            let key = fixture["key"].as_str().unwrap();
            let (a, b) = (chance.below(9), chance.below(9));
            let event = cup.correction(a, if a == b { b + 1 } else { b });
            let preview = cup.preview(&venue, key, &event);
            assert_eq!(cup.fixtures(&venue), fixtures, "a preview changes nothing");
            let before = scores(&cup, &venue);
            let effects = preview["effects"].as_array().unwrap();
            let mut choices = serde_json::Map::new();
            for effect in effects {
                if effect["choices"].is_array() {
                    let choice = if chance.percent(30) { "replay" } else { "keep" };
                    choices.insert(effect["key"].as_str().unwrap().to_owned(), json!(choice));
                }
            }
            let mut accepted = event.clone();
            accepted["accept"] = json!({ "token": preview["token"], "choices": choices });
            let path = cup.events_path(&venue, key);
            let mut answer = venue.post(&path, &accepted);
            if answer.status == 409 && choices.values().any(|choice| choice == "replay") {
                // A team would have played in one that stays and in one that is played again.
                assert_eq!(super::refused(&answer), (409, "has_begun".into()));
                assert_eq!(cup.fixtures(&venue), fixtures);
                choices
                    .values_mut()
                    .for_each(|choice| *choice = json!("keep"));
                accepted["accept"]["choices"] = json!(choices);
                answer = venue.post(&path, &accepted);
            }
            let answer = good(&answer);
            assert_eq!(answer["type"], "ack", "{answer}");
            asked += usize::from(!effects.is_empty());
            let after = cup.fixtures(&venue);
            for effect in effects.iter().filter(|effect| effect["if"].is_null()) {
                let key = effect["key"].as_str().unwrap();
                let now = after.iter().find(|fixture| fixture["key"] == key).unwrap();
                let keeps = choices.get(key).is_some_and(|choice| choice == "keep");
                // What another choice leads to is told by `if`.
                let others = choices.values().any(|choice| choice == "replay");
                let told = if keeps {
                    &effect["before"]
                } else {
                    &effect["after"]
                };
                if keeps || !others {
                    assert_eq!(now["a"], told["A"], "{key} in {after:?}");
                    assert_eq!(now["b"], told["B"], "{key} in {after:?}");
                }
            }
            assert!(
                after.iter().all(|fixture| fixture["contested"].is_null()),
                "{after:?}"
            );
            let own = fixture["matchID"].as_str().unwrap();
            for (id, told) in scores(&cup, &venue) {
                if id != own
                    && let Some(known) = before.get(&id)
                {
                    assert_eq!(told, *known, "a score has moved");
                }
            }
            if chance.percent(60) {
                good(&cup.undo(&venue));
                cup.settled(&venue);
                assert_eq!(cup.fixtures(&venue), fixtures, "undo of {key}");
                assert_eq!(scores(&cup, &venue), before);
            }
            done += 1;
        }
        good(&super::send(
            &venue,
            "DELETE",
            &format!("/api/tournaments/{}", cup.id),
            &json!({}),
        ));
    }
    assert!(
        asked > wanted / 10,
        "too few had effects: {asked} of {done}"
    );
}

#[test]
fn everything_that_is_derived_is_derived_again() {
    let venue = Venue::open();
    let cup = Cup::of(&venue, "FOOTBALL", 8, &groups_then_knockout(2));
    cup.play_all(&venue, |fixture| {
        let strength = |side: &str| {
            let name = fixture[side]["name"].as_str().unwrap();
            10 - name.trim_start_matches('T').parse::<u64>().unwrap()
        };
        (strength("a"), strength("b"))
    });
    let event = cup.correction(0, 9);
    let preview = cup.preview(&venue, "SF1", &event);
    let mut accepted = event;
    accepted["accept"] =
        json!({ "token": preview["token"], "choices": { "F": "keep", "3RD": "replay" } });
    good(&venue.post(&cup.events_path(&venue, "SF1"), &accepted));
    cup.settled(&venue);
    let derived = "SELECT id, fixture_key, team_a, team_b, side_a, side_b, source_a, source_b, contested, deleted_at IS NULL \
                   FROM matches ORDER BY id";
    let rows = |data: &std::path::Path| -> Vec<Vec<String>> {
        let connection = rusqlite::Connection::open(data.join("courtside.db")).unwrap();
        let mut statement = connection.prepare(derived).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let cells = (0..columns).map(|column| row.get::<_, rusqlite::types::Value>(column));
            cells
                .map(|cell| cell.map(|cell| format!("{cell:?}")))
                .collect()
        };
        let rows = statement.query_map([], row).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let (fixtures, standings) = (cup.fixtures(&venue), cup.standings(&venue));
    let mut known = Vec::new();
    let venue = venue.restart_after(|data| {
        known = rows(data);
        let connection = rusqlite::Connection::open(data.join("courtside.db")).unwrap();
        connection
            .execute_batch(
                "UPDATE matches SET team_a = NULL, team_b = NULL, side_a = '', side_b = '', source_a = NULL, \
                 source_b = NULL, contested = 1 WHERE fixture_key IS NOT NULL",
            )
            .unwrap();
    });
    cup.settled(&venue);
    assert_eq!(cup.fixtures(&venue), fixtures);
    assert_eq!(cup.standings(&venue), standings);
    let mut now = Vec::new();
    let venue = venue.restart_after(|data| now = rows(data));
    let there = |rows: &[Vec<String>]| {
        let there = rows
            .iter()
            .filter(|row| row.last().is_some_and(|there| there.contains('1')));
        there.cloned().collect::<Vec<_>>()
    };
    assert_eq!(there(&now), there(&known));
    drop(venue);
}
