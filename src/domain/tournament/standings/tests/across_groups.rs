use super::*;
use crate::domain::tournament::standings::best::ranked;
use crate::domain::tournament::standings::tally::Scale;

/// Groups of championships and rulebooks: each record names its source.
const RECORDS: &str = include_str!("../../../../../tests/vectors/standings.json");

#[test]
fn totals_of_championships_are_ranked_as_printed() {
    let records: Vec<Json> = serde_json::from_str(RECORDS).expect("JSON");
    let order = policy(json!({ "order": ["wins", "points", "set_ratio", "point_ratio"] }));
    let pair = |pair: &Json| Pair {
        own: pair[0].as_i64().expect("a number"),
        theirs: pair[1].as_i64().expect("a number"),
    };
    let mut count = 0;
    for record in records.iter().filter(|record| record["kind"] == "totals") {
        let candidate = |row: &Json| {
            let tally = Tally {
                wins: row["wins"].as_i64().expect("a number"),
                points: row["points"].as_i64().expect("a number"),
                sets: pair(&row["sets"]),
                inside: pair(&row["balls"]),
                ..Tally::default()
            };
            (row["team"].as_str().expect("a name").to_owned(), tally)
        };
        let rows = record["rows"].as_array().expect("rows");
        let candidates: Vec<_> = rows.iter().map(candidate).collect();
        let places = ranked(&candidates, &order, &Extra::default(), Scale::Sums);
        let places = serde_json::to_value(places.expect("an order")).expect("JSON");
        assert_eq!(places, record["expected"], "{}", record["id"]);
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn the_best_thirds_of_a_world_cup_are_those_that_went_on() {
    let records: Vec<Json> = serde_json::from_str(RECORDS).expect("JSON");
    let record = records.iter().find(|record| record["kind"] == "best_of");
    let record = record.expect("a record");
    let candidate = |row: &Json| {
        let number = |field: &str| row[field].as_i64().expect("a number");
        let score = Pair {
            own: number("scored"),
            theirs: number("scored") - number("difference"),
        };
        let tally = Tally {
            points: number("points"),
            score,
            ..Tally::default()
        };
        (row["group"].as_str().expect("a group").to_owned(), tally)
    };
    let mut candidates: Vec<_> = record["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(candidate)
        .collect();
    candidates.reverse();
    let order = policy(json!({ "order": ["points", "tied.points", "difference", "scored"] }));
    let thirds = ranked(&candidates, &order, &Extra::default(), Scale::Sums).expect("an order");
    let mut places: Vec<String> = Vec::new();
    for place in &thirds {
        match place {
            Place::One(team) => places.push(team.clone()),
            Place::Level(teams) => places.extend(teams.iter().cloned()),
        }
    }
    assert_eq!(
        thirds[2],
        Place::Level(vec!["E".to_owned(), "L".to_owned()])
    );
    assert_eq!(json!(places[..8]), record["qualify"]);
}

/// Two groups, of three teams and of four. B2 has beaten the last of its group.
fn unequal() -> [Group<String>; 2] {
    let three = scores(&["A1", "A2", "A3"], "A1 1 A2 0, A2 1 A3 0, A1 1 A3 0");
    let four = scores(
        &["B1", "B2", "B3", "B4"],
        "B1 1 B2 0, B1 1 B3 0, B1 1 B4 0, B2 1 B3 1, B2 5 B4 0, B3 1 B4 0",
    );
    [three, four]
}

fn second(groups: &[Group<String>], comparison: Comparison) -> Best<String> {
    let policy =
        policy(json!({ "win": 3, "draw": 1, "order": ["points", "difference", "scored"] }));
    best_of_rank(groups, 2, &policy, &Extra::default(), comparison).expect("an order")
}

#[test]
fn teams_of_groups_of_unequal_size_are_compared_by_match_or_without_the_last() {
    let one = |team: &str| Place::One(team.to_owned());
    // 3 points in 2 matches against 4 in 3; 3 against 1 without the match against B4.
    let before = [one("A2"), one("B2")];
    let groups = unequal();
    assert_eq!(
        second(&groups, Comparison::PerMatch),
        Best::Ranked(before.to_vec())
    );
    assert_eq!(
        second(&groups, Comparison::WithoutLast),
        Best::Ranked(before.to_vec())
    );
    let [three, mut four] = unequal();
    // A win against B3: 6 points in 3 matches, and 3 with a better difference than A2's.
    four.results[3].score = Some([3, 1]);
    let behind = Best::Ranked(vec![one("B2"), one("A2")]);
    assert_eq!(
        second(&[three.clone(), four.clone()], Comparison::PerMatch),
        behind
    );
    assert_eq!(
        second(&[three.clone(), four.clone()], Comparison::WithoutLast),
        behind
    );
    // Much against the last and little against the others: only by match it counts.
    four.results[3].score = Some([1, 1]);
    four.results[0].score = Some([1, 1]);
    let mut three = three;
    three.results[1].score = Some([2, 0]);
    let by_match = second(&[three.clone(), four.clone()], Comparison::PerMatch);
    assert_eq!(by_match, Best::Ranked(vec![one("B2"), one("A2")]));
    let without = second(&[three, four], Comparison::WithoutLast);
    assert_eq!(without, Best::Ranked(vec![one("A2"), one("B2")]));
}

#[test]
fn nobody_is_the_best_of_a_rank_before_it_is_decided_who_holds_it() {
    let [three, mut four] = unequal();
    four.results[5].score = Some([0, 1]);
    four.results[3].score = Some([1, 0]);
    four.results[4].score = Some([1, 0]);
    four.results[1].score = Some([1, 0]);
    // B3 and B4 are not level: B4 has won.
    assert!(matches!(
        second(&[three.clone(), four.clone()], Comparison::WithoutLast),
        Best::Ranked(_)
    ));
    four.results[5].score = Some([0, 0]);
    let level = Best::Undecided(vec!["B3".to_owned(), "B4".to_owned()]);
    assert_eq!(
        second(&[three.clone(), four.clone()], Comparison::WithoutLast),
        level
    );
    assert!(matches!(
        second(&[three.clone(), four.clone()], Comparison::PerMatch),
        Best::Ranked(_)
    ));
    four.live = true;
    assert_eq!(
        second(&[three, four], Comparison::PerMatch),
        Best::Provisional
    );
}
