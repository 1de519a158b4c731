use super::*;

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
