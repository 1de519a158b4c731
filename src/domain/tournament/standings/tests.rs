use serde_json::{Value as Json, json};

use super::*;
use crate::domain::Sport;

/// Groups of championships and rulebooks: each record names its source.
const RECORDS: &str = include_str!("../../../../tests/vectors/standings.json");

fn policy(told: Json) -> PointsTable {
    serde_json::from_value(told).expect("a policy")
}

/// A group of a sport without sets from results as a line tells them.
fn group(teams: &[&str], results: Json) -> Group<String> {
    Group {
        teams: teams.iter().map(ToString::to_string).collect(),
        results: serde_json::from_value(results).expect("results"),
        best_of: None,
        extra: Extra::default(),
        decisions: Vec::new(),
        live: false,
    }
}

/// A group from scores such as `A 2 B 1`, separated by commas.
fn scores(teams: &[&str], told: &str) -> Group<String> {
    let score = |text: &str| {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let number = |part: usize| parts[part].parse::<u32>().expect("a number");
        json!({ "a": parts[0], "b": parts[2], "score": [number(1), number(3)] })
    };
    group(teams, told.split(',').map(score).collect())
}

fn table(group: &Group<String>, policy: &PointsTable) -> Standings<String> {
    standings(group, policy).expect("a table")
}

fn order(group: &Group<String>, told: Json) -> Json {
    serde_json::to_value(table(group, &policy(told)).order).expect("JSON")
}

fn row<'a>(table: &'a Standings<String>, team: &str) -> &'a Row<String> {
    let found = table.rows.iter().find(|row| row.team == team);
    found.expect("a row")
}

fn points(group: &Group<String>, told: Json) -> Vec<i64> {
    let table = table(group, &policy(told));
    let points = |team: &String| row(&table, team).points;
    group.teams.iter().map(points).collect()
}

#[test]
fn every_word_is_read_as_it_is_written() {
    for criterion in Criterion::ALL {
        for scope in [Scope::All, Scope::Tied, Scope::Two] {
            let word = Word { scope, criterion };
            assert_eq!(word.to_string().parse(), Ok(word));
        }
    }
    assert_eq!("head_to_head".parse(), Ok(Word::tied(Criterion::Points)));
    for wrong in [
        "",
        "tied.",
        "all.points",
        "tied.two.points",
        "Points",
        "buchholz_cut_1",
    ] {
        let refused = wrong.parse::<Word>().expect_err("no word").to_string();
        assert!(refused.contains("buchholz_cut1"), "{refused}");
    }
}

#[test]
fn a_wrong_word_in_a_sports_file_is_told_with_its_line() {
    let file = "id = \"KUBB\"\nname = { en = \"Kubb\", fr = \"Kubb\" }\nengine = \"ladder\"\n\
         [rules.match]\ntarget = 6\n[standings]\nwin = 3\norder = [\n  \"points\",\n  \"luck\",\n]\n";
    let error = Sport::parse(file).expect_err("a wrong file").to_string();
    assert!(
        error.starts_with("line 10: “standings.order.1”: “luck” is no criterion"),
        "{error}"
    );
    let misspelt = file.replace("win = 3", "wins = 3").replace("luck", "lots");
    let error = Sport::parse(&misspelt)
        .expect_err("a wrong file")
        .to_string();
    assert!(error.contains("wins"), "{error}");
    let good = Sport::parse(&file.replace("luck", "head_to_head")).expect("a good file");
    assert_eq!(good.points_table.order[1], Word::tied(Criterion::Points));
    assert_eq!((good.points_table.win, good.points_table.draw), (3, 0));
}

#[test]
fn a_policy_that_an_older_version_stored_is_read() {
    let stored = r#"{"win":3,"draw":1,"loss":0,"narrow_win":2,"walkover":0,
        "order":["points","head_to_head","point_difference","scored","fair_play","lots"]}"#;
    let policy: PointsTable = serde_json::from_str(stored).expect("an old policy");
    assert_eq!(
        (policy.narrow_win, policy.walkover, policy.again),
        (Some(2), Some(0), Again::AtOnce)
    );
    let group = scores(&["A", "B"], "A 2 B 2, B 1 A 1");
    assert_eq!(
        table(&group, &policy).order,
        [Place::Level(vec!["A".to_owned(), "B".to_owned()])]
    );
    let group = scores(&["A", "B", "C"], "A 1 B 0, B 1 C 0, C 5 A 0");
    assert_eq!(
        order(&group, json!({ "order": ["point_difference"] })),
        json!(["C", "B", "A"])
    );
}

#[test]
fn a_policy_is_written_as_it_is_read() {
    let whole = json!({
        "win": 3, "draw": 1, "loss": 0, "narrow_win": 2, "narrow_loss": 1, "extra_win": 2, "extra_loss": 1,
        "shootout_win": 2, "shootout_loss": 1, "walkover": 0, "walkover_score": [[25, 0], [25, 0]],
        "withdrawn": "walkovers", "bonus": [{ "tries": 4 }, { "lost_by": 7 }],
        "order": ["points", "tied.points", "two.wins"], "again": "best_first", "live_order": ["points"],
    });
    let read = policy(whole.clone());
    assert_eq!(serde_json::to_value(&read).expect("JSON"), whole);
    let keys: Vec<&String> = whole.as_object().expect("an object").keys().collect();
    let mut known = PointsTable::KEYS;
    known.sort_unstable();
    assert_eq!(keys, known);
    for sport in crate::domain::Catalogue::built_in().sports() {
        let text = serde_json::to_string(&sport.points_table).expect("JSON");
        let read: PointsTable = serde_json::from_str(&text).expect("a policy");
        assert_eq!(read, sport.points_table, "{}", sport.id);
    }
    let many = json!({ "order": vec!["points"; 65] });
    assert!(serde_json::from_value::<PointsTable>(many).is_err());
}

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

/// Three are level and beat one another: A has the best difference among them, and B beat C.
fn cycle() -> Group<String> {
    scores(
        &["A", "B", "C", "D"],
        "A 3 B 0, B 1 C 0, C 2 A 1, A 1 D 0, B 1 D 0, C 9 D 0",
    )
}

#[test]
fn again_says_how_those_go_on_who_stay_level() {
    // Differences among A, B and C: +2, −2, 0; C has the best one of all.
    let order_of = |again: &str, words: &[&str]| {
        order(
            &cycle(),
            json!({ "win": 3, "order": words, "again": again }),
        )
    };
    let two_first = ["points", "two.points", "tied.difference"];
    // A is the best of three; by itself the order of the others is C before B.
    assert_eq!(order_of("never", &two_first), json!(["A", "C", "B", "D"]));
    assert_eq!(order_of("at_once", &two_first), json!(["A", "C", "B", "D"]));
    // A is placed, then the match of the others decides: B beat C.
    assert_eq!(
        order_of("best_first", &two_first),
        json!(["A", "B", "C", "D"])
    );
    // B is placed last, then the match of the others decides: C beat A.
    assert_eq!(
        order_of("last_first", &two_first),
        json!(["C", "A", "B", "D"])
    );
}

#[test]
fn a_block_counts_the_matches_of_those_who_were_level_when_it_began() {
    // A, B and C have four points. Among them A and B are level with each other, and the differences of all three, +4 and +1,
    // separate them, but not their own match.
    let group = scores(
        &["A", "B", "C", "D", "E"],
        "A 1 B 1, A 4 C 0, B 1 C 0, D 1 A 0, D 1 B 0, C 2 D 0, E 1 A 0, E 1 B 0, C 1 E 1, E 0 D 1",
    );
    let words = ["points", "tied.points", "tied.difference"];
    let table_of = |again: &str| {
        table(
            &group,
            &policy(json!({ "win": 3, "draw": 1, "order": words, "again": again })),
        )
    };
    let one = |team: &str| Place::One(team.to_owned());
    let level = Place::Level(vec!["A".to_owned(), "B".to_owned()]);
    assert_eq!(table_of("never").order[2..], [one("A"), one("B"), one("C")]);
    assert_eq!(
        table_of("after_block").order[2..],
        [one("A"), one("B"), one("C")]
    );
    assert_eq!(table_of("at_once").order[2..], [level, one("C")]);
    let never = table_of("never");
    let why = row(&never, "A").why.last().expect("a reason");
    assert_eq!((why.word, why.scope), ("difference", Scope::Tied));
    assert_eq!(
        (why.among.join(" "), why.values.join(" ")),
        ("A B".into(), "4 1".into())
    );
    assert_eq!(
        why.matches_among,
        Some(vec!["A".into(), "B".into(), "C".into()])
    );
}

#[test]
fn a_finished_block_begins_again_for_those_who_are_still_level() {
    // Four have two wins each among themselves and others; A and B are level with each other in the block and B beat A.
    let group = scores(
        &["A", "B", "C", "D"],
        "B 1 A 0, A 1 C 0, A 1 D 0, B 1 C 0, D 1 B 0, C 1 D 0",
    );
    let told = |again: &str| json!({ "win": 3, "order": ["tied.points", "lots"], "again": again });
    assert_eq!(
        order(&group, told("after_block")),
        json!(["B", "A", "C", "D"])
    );
    assert_eq!(
        order(&group, told("never")),
        json!([["A", "B"], ["C", "D"]])
    );
}

#[test]
fn teams_that_are_level_to_the_end_share_a_rank_and_nobody_goes_on() {
    let group = scores(
        &["D", "C", "B", "A"],
        "A 2 B 1, B 2 C 1, C 2 A 1, A 1 D 0, B 1 D 0, C 1 D 0",
    );
    let mut table = table(
        &group,
        &policy(json!({ "order": ["points", "two.points", "tied.difference", "lots"] })),
    );
    let ranks: Vec<usize> = table.rows.iter().map(|row| row.rank).collect();
    assert_eq!(ranks, [1, 1, 1, 4]);
    let level = row(&table, "B");
    let tried: Vec<String> = level.tried.iter().map(ToString::to_string).collect();
    assert_eq!(
        tried,
        ["points", "tied.difference"],
        "lots have no value, and two are not level"
    );
    assert_eq!(level.why.last().expect("a reason").values, ["0", "0", "0"]);
    let abc = ["A", "B", "C"].map(str::to_owned);
    for rank in 1..=3 {
        assert_eq!(table.advancing(rank), Advancing::Level(&abc));
    }
    assert_eq!(table.advancing(4), Advancing::Team(&"D".to_owned()));
    assert_eq!(table.advancing(5), Advancing::NoSuchRank);
    assert_eq!(table.advancing(0), Advancing::NoSuchRank);
    table.rows[0].provisional = true;
    assert_eq!(table.advancing(4), Advancing::Provisional);
}

#[test]
fn a_decision_separates_those_it_names_and_no_others() {
    let told = || policy(json!({ "order": ["points"] }));
    let names = |teams: &[&str]| teams.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut group = scores(&["A", "B", "C"], "A 1 B 1, A 1 C 1, B 1 C 1");
    group.decisions = vec![
        names(&["A", "B"]),
        names(&["A", "B", "C"]),
        names(&["C", "B", "A"]),
    ];
    let decided = table(&group, &told());
    let one = |team: &str| Place::One(team.to_owned());
    assert_eq!(decided.order, [one("C"), one("B"), one("A")]);
    assert_eq!(decided.decisions_not_needed, [0, 1]);
    let why = row(&decided, "B").why.last().expect("a reason");
    assert_eq!(
        (why.word, why.values.join(" ")),
        ("decision", "1 2 3".to_owned())
    );
    group.decisions.truncate(1);
    assert_eq!(table(&group, &told()).rows[0].tried.len(), 1);
    let only_two = scores(&["A", "B", "C"], "A 1 C 0, B 1 C 0, A 1 B 1");
    let only_two = Group {
        decisions: vec![names(&["C", "B", "A"])],
        ..only_two
    };
    assert_eq!(
        table(&only_two, &told()).order,
        [one("B"), one("A"), one("C")]
    );
}

#[test]
fn narrow_wins_bring_what_the_policy_says() {
    let results = json!([
        { "a": "A", "b": "B", "score": [3, 2] },
        { "a": "A", "b": "B", "score": [3, 2], "extra": true },
        { "a": "A", "b": "B", "score": [2, 2], "extra": true, "shootout": "a" },
    ]);
    let group = group(&["A", "B"], results);
    assert_eq!(points(&group, json!({ "win": 3 })), [9, 0]);
    assert_eq!(
        points(
            &group,
            json!({ "win": 3, "narrow_win": 2, "narrow_loss": 1 })
        ),
        [7, 2]
    );
    assert_eq!(
        points(
            &group,
            json!({ "win": 3, "extra_win": 2, "shootout_win": 1 })
        ),
        [6, 0]
    );
    assert_eq!(
        points(
            &group,
            json!({ "win": 3, "narrow_loss": 1, "shootout_loss": 5 })
        ),
        [9, 6]
    );
    let table = table(&group, &PointsTable::default());
    let a = row(&table, "A");
    assert_eq!(
        (a.wins, a.draws, a.scored, a.conceded),
        (3, 0, 8, 6),
        "the kicks are no goals"
    );
}

#[test]
fn a_win_in_the_last_possible_set_is_narrow() {
    let narrow = |best_of: Option<u32>, result: Json| {
        let mut told = json!({ "a": "A", "b": "B" });
        told.as_object_mut()
            .expect("an object")
            .append(&mut result.as_object().expect("an object").clone());
        let group = Group {
            best_of,
            ..group(&["A", "B"], json!([told]))
        };
        points(
            &group,
            json!({ "win": 3, "narrow_win": 2, "narrow_loss": 1 }),
        ) == [2, 1]
    };
    let five = json!([[25, 20], [20, 25], [25, 20], [20, 25], [15, 10]]);
    assert!(narrow(Some(5), json!({ "score": [3, 2], "sets": five })));
    assert!(narrow(Some(5), json!({ "sets": five })));
    assert!(narrow(Some(5), json!({ "score": [3, 2] })));
    assert!(!narrow(Some(5), json!({ "score": [3, 1] })));
    assert!(narrow(Some(3), json!({ "score": [2, 1] })));
    assert!(
        narrow(Some(5), json!({ "score": [2, 1] })),
        "played to two sets"
    );
    assert!(
        !narrow(Some(1), json!({ "score": [1, 0], "sets": [[11, 9]] })),
        "the only set is not narrow"
    );
    assert!(
        narrow(Some(4), json!({ "score": [3, 1] })),
        "the fourth of four"
    );
    assert!(
        !narrow(Some(3), json!({ "score": [11, 10] })),
        "points and not sets"
    );
    assert!(
        !narrow(None, json!({ "score": [3, 2] })),
        "goals are no sets"
    );
    assert!(!narrow(
        Some(5),
        json!({ "score": [3, 2], "walkover": "a" })
    ));
}

#[test]
fn a_walkover_counts_with_its_score_or_else_with_that_of_the_policy() {
    let results = json!([
        { "a": "A", "b": "B", "walkover": "b" },
        { "a": "A", "b": "B", "walkover": "b", "score": [2, 5] },
    ]);
    let group = group(&["A", "B"], results);
    let told = json!({ "win": 2, "loss": 1, "walkover": 0, "walkover_score": [20, 0], "bonus": [{ "lost_by": 7 }] });
    let table_of = |group: &Group<String>| {
        let table = table(group, &policy(told.clone()));
        let facts = |team: &str| {
            let row = row(&table, team);
            (row.points, row.scored, row.conceded, row.tally.walkovers)
        };
        [facts("A"), facts("B")]
    };
    assert_eq!(table_of(&group), [(0, 2, 25, 2), (4, 25, 2, 0)]);
    assert_eq!(
        points(&group, json!({ "loss": 1 })),
        [2, 4],
        "absent is lost where nothing else is said"
    );
    let by_set = json!({ "walkover_score": [[25, 0], [25, 0]], "order": ["point_difference"] });
    let sets = Group {
        best_of: Some(3),
        ..group.clone()
    };
    let table = table(&sets, &policy(by_set));
    assert_eq!(
        (row(&table, "B").scored, row(&table, "B").set_points),
        (2 + 5, Some([50 + 5, 2]))
    );
}

#[test]
fn an_average_leaves_out_walkovers_that_were_won() {
    let results = json!([
        { "a": "A", "b": "C", "score": [21, 0], "walkover": "a" },
        { "a": "A", "b": "D", "score": [15, 10] },
        { "a": "B", "b": "C", "score": [16, 10] },
        { "a": "B", "b": "D", "score": [18, 10] },
    ]);
    let group = group(&["A", "B", "C", "D"], results);
    let table = table(
        &group,
        &policy(json!({ "order": ["wins", "scored_average"] })),
    );
    let why = row(&table, "A").why.last().expect("a reason");
    assert_eq!(
        (why.among.join(" "), why.values.join(" ")),
        ("B A".into(), "34/2 15".into())
    );
}

#[test]
fn results_of_a_team_that_withdraws_go_the_way_of_the_policy() {
    let results = json!([
        { "a": "A", "b": "B", "score": [2, 0] },
        { "a": "C", "b": "A", "score": [5, 0] },
        { "a": "B", "b": "C", "walkover": "a" },
    ]);
    let mut group = group(&["A", "B", "C"], results);
    let told = |withdrawn: &str| json!({ "win": 2, "withdrawn": withdrawn, "walkover_score": [3, 0], "order": ["points", "difference"] });
    assert_eq!(order(&group, told("keep")), json!(["C", "B", "A"]));
    assert_eq!(order(&group, told("delete")), json!(["A", "B", "C"]));
    assert_eq!(points(&group, told("delete")), [2, 0, 0]);
    assert_eq!(order(&group, told("walkovers")), json!(["A", "B", "C"]));
    assert_eq!(points(&group, told("walkovers")), [4, 2, 0]);
    group.extra.withdrawn = Some(Vec::new());
    assert_eq!(
        order(&group, told("delete")),
        json!(["C", "B", "A"]),
        "nobody has withdrawn"
    );
    group.extra.withdrawn = Some(vec!["A".to_owned(), "B".to_owned()]);
    assert_eq!(order(&group, told("delete")), json!(["C", ["A", "B"]]));
    assert_eq!(points(&group, told("walkovers")), [0, 0, 4]);
}

#[test]
fn bonus_points_are_for_tries_and_for_losing_narrowly() {
    let results = json!([
        { "a": "A", "b": "B", "score": [24, 17], "tries": [4, 4] },
        { "a": "A", "b": "B", "score": [25, 17], "tries": [3, 1] },
        { "a": "A", "b": "B", "score": [10, 10], "tries": [0, 5] },
        { "a": "A", "b": "B", "score": [30, 0], "tries": [5, 0], "bonus": [0, 2] },
    ]);
    let group = group(&["A", "B"], results);
    let told = json!({ "win": 4, "draw": 2, "bonus": [{ "tries": 4 }, { "lost_by": 7 }] });
    assert_eq!(points(&group, told), [4 + 1 + 4 + 2 + 4, 2 + 2 + 1 + 2]);
}

#[test]
fn points_that_were_deducted_count_in_the_table_alone() {
    let mut group = scores(&["A", "B"], "A 1 B 0");
    group.extra.deducted.insert("A".to_owned(), 3);
    assert_eq!(points(&group, json!({ "win": 2 })), [-1, 0]);
    assert_eq!(
        order(&group, json!({ "win": 2, "order": ["tied.points"] })),
        json!(["A", "B"])
    );
}

#[test]
fn a_live_table_is_provisional_and_leaves_matches_between_teams_out() {
    let group = scores(&["A", "B", "C"], "A 1 B 0, B 5 C 0");
    let live = Group {
        live: true,
        ..group.clone()
    };
    let told = json!({ "win": 2, "order": ["points", "two.points", "tied.points", "difference"] });
    assert_eq!(order(&group, told.clone()), json!(["A", "B", "C"]));
    assert_eq!(order(&live, told.clone()), json!(["B", "A", "C"]));
    assert!(
        table(&live, &policy(told))
            .rows
            .iter()
            .all(|row| row.provisional)
    );
    let only_points =
        json!({ "win": 2, "order": ["points", "difference"], "live_order": ["points"] });
    assert_eq!(order(&live, only_points), json!([["A", "B"], "C"]));
}

#[test]
fn whoever_has_played_none_of_the_others_has_no_value_among_them() {
    // C has met neither A nor B: the match of A and B says nothing about C.
    let group = scores(&["A", "B", "C", "D"], "A 1 B 0, B 9 D 0, C 2 D 0");
    let told = json!({ "win": 2, "order": ["points", "tied.points", "difference"] });
    assert_eq!(order(&group, told), json!(["B", "C", "A", "D"]));
}

#[test]
fn the_strength_of_the_opponents_is_counted_in_wins() {
    let results = json!([
        { "a": "A", "b": "B", "score": [13, 7] },
        { "a": "C", "b": "D", "score": [13, 2] },
        { "a": "E", "b": null },
        { "a": "A", "b": "C", "score": [13, 9] },
        { "a": "B", "b": "E", "score": [13, 12] },
        { "a": "D", "b": null },
    ]);
    let group = group(&["A", "B", "C", "D", "E"], results);
    let told = |word: &str| json!({ "win": 7, "order": ["wins", word], "again": "never" });
    // Two wins: A. One each: B met A and E, C met D and A, E a bye and B, D C and a bye.
    let table = table(&group, &policy(told("buchholz")));
    let why = row(&table, "B").why.last().expect("a reason");
    assert_eq!(
        (why.among.join(" "), why.values.join(" ")),
        ("B C D E".into(), "3 3 2 2".into())
    );
    assert_eq!(
        order(&group, told("fine_buchholz")),
        json!(["A", ["B", "C", "D", "E"]]),
        "somebody had a bye"
    );
    assert_eq!(
        order(&group, told("buchholz_cut1")),
        json!(["A", ["B", "C"], ["D", "E"]])
    );
    assert_eq!(
        order(&group, told("sonneborn_berger")),
        json!(["A", ["B", "C", "D", "E"]])
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |results: Json| {
        let group = group(&["A", "B"], results);
        standings(&group, &PointsTable::default())
            .expect_err("an error")
            .to_string()
    };
    let cases = [
        (
            json!([{ "a": "A", "b": "A", "score": [1, 0] }]),
            "cannot play against itself",
        ),
        (
            json!([{ "a": "A", "b": "X", "score": [1, 0] }]),
            "“X” is not among the teams",
        ),
        (json!([{ "a": "A", "b": "B" }]), "has no score"),
        (
            json!([{ "a": "A", "b": "B", "score": [1, 0], "shootout": "b" }]),
            "shoot-out",
        ),
        (
            json!([{ "a": "A", "b": "B", "shootout": "b", "walkover": "b" }]),
            "walkover and a shoot-out",
        ),
        (
            json!([{ "a": "A", "b": null, "walkover": "b" }]),
            "nobody can lose",
        ),
        (
            json!([{ "a": "A", "b": "B", "sets": vec![[1, 0]; 100] }]),
            "more than 99 sets",
        ),
    ];
    for (results, reason) in cases {
        let refused = refused(results);
        assert!(refused.starts_with("result 1"), "{refused}");
        assert!(refused.contains(reason), "{refused}");
    }
    let many: Vec<String> = (0..257).map(|team| team.to_string()).collect();
    let many = Group {
        teams: many,
        ..group(&[], json!([]))
    };
    assert!(standings(&many, &PointsTable::default()).is_err());
}
