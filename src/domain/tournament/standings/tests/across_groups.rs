use super::*;

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
        let ranked = best_of(&candidates, &order, &Extra::default(), Comparison::Sums);
        let ranked = serde_json::to_value(ranked.expect("an order")).expect("JSON");
        assert_eq!(ranked, record["expected"], "{}", record["id"]);
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
    let ranked =
        best_of(&candidates, &order, &Extra::default(), Comparison::Sums).expect("an order");
    let mut places: Vec<String> = Vec::new();
    for place in &ranked {
        match place {
            Place::One(team) => places.push(team.clone()),
            Place::Level(teams) => places.extend(teams.iter().cloned()),
        }
    }
    assert_eq!(
        ranked[2],
        Place::Level(vec!["E".to_owned(), "L".to_owned()])
    );
    assert_eq!(json!(places[..8]), record["qualify"]);
}

#[test]
fn teams_of_groups_of_unequal_size_are_compared_by_match() {
    let tally = |played, points| Tally {
        played,
        points,
        ..Tally::default()
    };
    let candidates = [("A".to_owned(), tally(3, 6)), ("B".to_owned(), tally(2, 5))];
    let by = |comparison| {
        let policy = PointsTable::default();
        best_of(&candidates, &policy, &Extra::default(), comparison).expect("an order")
    };
    let one = |team: &str| Place::One(team.to_owned());
    assert_eq!(by(Comparison::Sums), [one("A"), one("B")]);
    assert_eq!(by(Comparison::PerMatch), [one("B"), one("A")]);
}
