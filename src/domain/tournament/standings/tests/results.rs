use super::*;

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
        narrow(Some(5), json!({ "score": [4, 3] })),
        "played to four sets"
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
    let deleted = table(&group, &policy(told("delete")));
    assert_eq!(row(&deleted, "C").why[0].word, "withdrawn");
    assert_eq!(row(&deleted, "C").why[0].values.join(" "), "1 1 0");
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
fn a_walkover_of_who_withdrew_keeps_the_score_that_was_given() {
    let results = json!([
        { "a": "A", "b": "B", "score": [5, 0], "walkover": "a" },
        { "a": "C", "b": "B", "score": [0, 2] },
    ]);
    let group = group(&["A", "B", "C"], results);
    let told = json!({ "withdrawn": "walkovers", "walkover_score": [3, 0], "order": ["points", "difference"] });
    let table = table(&group, &policy(told));
    assert_eq!((row(&table, "A").scored, row(&table, "C").scored), (5, 3));
    assert_eq!(row(&table, "B").conceded, 8);
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
