//! A student day: three sports, twelve clubs, 32 teams, 66 fixtures, with corrections, a withdrawal, a late team and a power cut.
//!
//! The final rankings are computed a second time here, from nothing but the list of matches.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Cup, good, send};
use crate::venue::Venue;

/// The number in a team's name is its strength: 1 is the best of its sport.
fn strength(name: &str) -> u64 {
    name.rsplit(' ').next().unwrap().parse().unwrap()
}

fn entries(sport: &str, numbers: impl Iterator<Item = usize>) -> Vec<Value> {
    let entry = |number: usize| {
        let club = format!("Club {}", char::from(b'A' + (number % 12) as u8));
        json!({ "name": format!("{sport} {number}"), "club": club, "seed": number })
    };
    numbers.map(entry).collect()
}

/// The better team wins each match of a group; in a tree the second of both names in the alphabet of their last digits may.
fn score(fixture: &Value) -> (u64, u64) {
    let of = |side: &str| strength(fixture[side]["name"].as_str().unwrap());
    let (a, b) = (of("a"), of("b"));
    let better_wins = !fixture["group"].is_null() || (a * 7 + b) % 3 != 0;
    if (a < b) == better_wins {
        (3, 1)
    } else {
        (1, 3)
    }
}

/// The draw as a match list alone says it: names, winner and key of each match that is over.
struct Told {
    key: String,
    group: Option<String>,
    names: [String; 2],
    winner: usize,
}

fn told(cup: &Cup, venue: &Venue) -> Vec<Told> {
    let matches = cup.matches(venue).into_iter();
    matches
        .map(|found| {
            assert_eq!(found["status"], "finished", "{found}");
            let name = |side: &str| found["sides"][side]["name"].as_str().unwrap().to_owned();
            Told {
                key: found["key"].as_str().unwrap().to_owned(),
                group: found["group"].as_str().map(str::to_owned),
                names: [name("A"), name("B")],
                winner: usize::from(found["state"]["winner"] == "B"),
            }
        })
        .collect()
}

/// Ranks a tournament of groups and a knockout with a third place, by wins alone. `gone` has withdrawn: its results count for
/// nobody, and it is last in its group.
fn ranking(matches: &[Told], gone: Option<&str>) -> BTreeMap<String, u64> {
    let mut wins: BTreeMap<(String, String), u64> = BTreeMap::new();
    for played in matches {
        let Some(group) = &played.group else {
            continue;
        };
        let counts = !played.names.iter().any(|name| Some(name.as_str()) == gone);
        for (side, name) in played.names.iter().enumerate() {
            let won = u64::from(counts && side == played.winner);
            *wins.entry((group.clone(), name.clone())).or_default() += won;
        }
    }
    let mut ranks: BTreeMap<String, u64> = BTreeMap::new();
    let at = |key: &str| matches.iter().find(|played| played.key == key).unwrap();
    for (key, won, lost) in [("3RD", 3, 4), ("F", 1, 2)] {
        let played = at(key);
        ranks.insert(played.names[played.winner].clone(), won);
        ranks.insert(played.names[1 - played.winner].clone(), lost);
    }
    for played in matches.iter().filter(|played| played.key.starts_with("QF")) {
        ranks.insert(played.names[1 - played.winner].clone(), 5);
    }
    // All others by their rank in their group, behind all who went on.
    let mut left: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for ((group, name), won) in &wins {
        if ranks.contains_key(name) {
            continue;
        }
        let last = Some(name.as_str()) == gone;
        let better = wins
            .iter()
            .filter(|((of, other), more)| of == group && other != name && (*more > won || last))
            .count();
        left.entry(better as u64).or_default().push(name.clone());
    }
    let mut next = ranks.len() as u64 + 1;
    for names in left.into_values() {
        let rank = next;
        next += names.len() as u64;
        for name in names {
            ranks.insert(name, rank);
        }
    }
    ranks
}

fn same_ranking(cup: &Cup, venue: &Venue, gone: Option<&str>) -> BTreeMap<String, u64> {
    let expected = ranking(&told(cup, venue), gone);
    let shown: BTreeMap<String, u64> = cup
        .ranking(venue)
        .into_iter()
        .map(|(rank, name)| (name, rank))
        .collect();
    assert_eq!(shown, expected);
    expected
}

#[test]
fn a_student_day_ends_with_the_ranking_that_its_results_give() {
    let mut venue = Venue::open();
    let stages = |groups: u64, ranks: u64, best: u64| {
        json!({ "stages": [
            { "key": "g", "kind": "groups", "groups": groups },
            { "key": "ko", "kind": "knockout", "third_place": true,
              "from": { "stage": "g", "ranks": ranks, "best": { "rank": ranks + 1, "count": best } } },
        ] })
    };
    let football = Cup::new(&venue, "Football", "FOOTBALL");
    football.enter(
        &venue,
        &entries("Football", (1..=12).filter(|number| *number != 7)),
    );
    let badminton = Cup::new(&venue, "Badminton", "BADMINTON");
    badminton.enter(&venue, &entries("Badminton", 1..=12));
    let handball = Cup::new(&venue, "Handball", "HANDBALL");
    handball.enter(&venue, &entries("Handball", 1..=8));
    football.draw(&venue, &stages(3, 2, 2), &json!({ "mode": "ranks" }));
    badminton.draw(
        &venue,
        &stages(4, 2, 0),
        &json!({ "mode": "lots", "keep_apart": "club" }),
    );
    handball.draw(&venue, &stages(2, 4, 0), &json!({ "mode": "ranks" }));

    // A late team joins the group of three, in the middle of it.
    football.play(&venue, "A1-2", 3, 1);
    football.enter(&venue, &entries("Football", std::iter::once(7)));
    let standings = football.standings(&venue);
    let small = standings["tables"].as_array().unwrap().iter();
    let small = small
        .min_by_key(|table| table["rows"].as_array().unwrap().len())
        .unwrap();
    let late = json!({
        "kind": "late_entry", "group": small["group"], "teamID": football.teams(&venue)["Football 7"],
    });
    good(&football.decide(&venue, &late));
    let all = [&football, &badminton, &handball];
    let teams: usize = all.iter().map(|cup| cup.teams(&venue).len()).sum();
    let fixtures: usize = all.iter().map(|cup| cup.fixtures(&venue).len()).sum();
    assert_eq!((teams, fixtures), (32, 66));

    // A result is entered the wrong way round, and corrected before anything follows from it.
    let first = football.fixture(&venue, "B1-2");
    let (a, b) = score(&first);
    football.play(&venue, "B1-2", b, a);
    let events = football.events_path(&venue, "B1-2");
    assert_eq!(
        good(&venue.post(&events, &football.correction(a, b)))["type"],
        "ack"
    );

    // A team withdraws in the middle of its group.
    let gone = "Badminton 9";
    let of_gone = badminton
        .fixtures(&venue)
        .into_iter()
        .find(|fixture| fixture["a"]["name"] == gone || fixture["b"]["name"] == gone);
    badminton.play(&venue, of_gone.unwrap()["key"].as_str().unwrap(), 21, 3);
    let withdrawal = json!({ "kind": "withdrawal", "teamID": badminton.teams(&venue)[gone] });
    good(&badminton.decide(&venue, &withdrawal));

    for cup in all {
        let groups_are_over =
            |fixture: &Value| fixture["group"].is_null() || fixture["status"] == "finished";
        while !cup.fixtures(&venue).iter().all(groups_are_over) {
            let fixtures = cup.fixtures(&venue);
            for fixture in fixtures.iter().filter(|fixture| !groups_are_over(fixture)) {
                let (a, b) = score(fixture);
                cup.play(&venue, fixture["key"].as_str().unwrap(), a, b);
            }
        }
    }
    // The thirds of football are level to the end, and two of them go on: lots decide.
    let standings = football.standings(&venue);
    let level = standings["todo"].as_array().unwrap().iter();
    let level: Vec<&Value> = level.filter(|todo| todo["best"] == 3).collect();
    assert_eq!(level.len(), 1, "{}", standings["todo"]);
    let teams = level[0]["teams"].as_array().unwrap().iter();
    let teams: Vec<_> = teams.map(|team| team["teamID"].clone()).collect();
    let lots = json!({ "kind": "lots", "best": 3, "teams": teams });
    good(&football.decide(&venue, &lots));
    // The plug is pulled; nothing is lost, and the day goes on.
    let before: Vec<_> = all
        .iter()
        .map(|cup| (cup.fixtures(&venue), cup.standings(&venue)))
        .collect();
    venue.kill();
    venue = venue.restart();
    let after: Vec<_> = all
        .iter()
        .map(|cup| (cup.fixtures(&venue), cup.standings(&venue)))
        .collect();
    assert_eq!(before, after);

    for cup in all {
        cup.play_all(&venue, score);
    }
    // A quarter-final was entered wrong, and is corrected when all is over: what followed is played again.
    let quarter = handball.fixture(&venue, "QF1");
    let (a, b) = score(&quarter);
    let mut event = handball.correction(b, a);
    let preview = handball.preview(&venue, "QF1", &event);
    let asked = preview["effects"].as_array().unwrap().iter();
    let choices: serde_json::Map<String, Value> = asked
        .filter(|effect| effect["choices"].is_array())
        .map(|effect| (effect["key"].as_str().unwrap().to_owned(), json!("replay")))
        .collect();
    assert!(choices.contains_key("SF1"), "{preview}");
    event["accept"] = json!({ "token": preview["token"], "choices": choices });
    good(&venue.post(&handball.events_path(&venue, "QF1"), &event));
    handball.play_all(&venue, score);

    // The final's score is corrected, and not its winner: nothing else changes.
    let last = football.fixture(&venue, "F");
    let (a, b) = score(&last);
    let event = football.correction(a * 2, b * 2);
    assert_eq!(football.preview(&venue, "F", &event)["effects"], json!([]));
    good(&venue.post(&football.events_path(&venue, "F"), &event));

    let mut points: BTreeMap<String, u64> = BTreeMap::new();
    for (cup, gone) in [
        (&football, None),
        (&badminton, Some(gone)),
        (&handball, None),
    ] {
        for (name, rank) in same_ranking(cup, &venue, gone) {
            let club = format!("Club {}", char::from(b'A' + (strength(&name) % 12) as u8));
            let table = [9, 6, 4, 3, 2, 2, 2, 2];
            *points.entry(club).or_default() += table.get(rank as usize - 1).copied().unwrap_or(0);
        }
    }
    let table = json!({ "points": [9, 6, 4, 3, 2, 2, 2, 2] });
    let clubs = good(&send(&venue, "PUT", "/api/clubs", &table));
    let shown: BTreeMap<String, u64> = clubs["clubs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|club| {
            (
                club["club"].as_str().unwrap().to_owned(),
                club["points"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(shown, points);
}
