use super::*;
use crate::domain::Sport;

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
