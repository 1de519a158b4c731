//! `schema.sql` is one file for two engines, and both take the same rows.

use std::process::{Command, Stdio};

use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::json;

use courtside::store::SYNCED;

use crate::venue::{Venue, point};

const SCHEMA: &str = include_str!("../../schema.sql");
/// The tables beside the synced ones.
const OTHERS: [&str; 5] = [
    "events",
    "settings",
    "sessions",
    "referee_tokens",
    "screens",
];

/// All tables, those that others refer to before them.
fn tables() -> Vec<&'static str> {
    [&SYNCED[..], &OTHERS].concat()
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let sql = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
    let mut statement = connection.prepare(&sql).unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn literal(value: Value) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
        other => panic!("{other:?} is no type of the common subset"),
    }
}

/// Every row of a table, each as the text of its values.
fn rows(connection: &Connection, table: &str) -> Vec<Vec<String>> {
    let columns = columns(connection, table);
    let sql = format!("SELECT {} FROM {table} ORDER BY 1, 2", columns.join(", "));
    let mut statement = connection.prepare(&sql).unwrap();
    statement
        .query_map([], |row| {
            (0..columns.len())
                .map(|index| row.get(index).map(literal))
                .collect()
        })
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Runs SQL in a MariaDB that is started for this test and thrown away. `None`, loudly, where there is none.
fn mariadb(sql: &str) -> Option<Vec<String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mariadb/with-server");
    let there = Command::new("sh")
        .args(["-c", "PATH=$PATH:/usr/sbin command -v mariadbd"])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        assert!(std::env::var_os("CI").is_none(), "CI must have MariaDB");
        eprintln!("SKIPPED: there is no MariaDB on this machine");
        return None;
    }
    let client = "mariadb --socket=\"$MARIADB_SOCKET\" --batch --skip-column-names --raw < \"$1\"";
    let mut input = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut input, sql.as_bytes()).unwrap();
    let output = Command::new(script)
        .args(["sh", "-c", client, "sh"])
        .arg(input.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

#[test]
fn sqlite_and_mariadb_load_the_schema_as_it_stands_and_take_the_same_rows() {
    let mut venue = Venue::with(&["--name", "Salle d'été \\ “Nord”"]);
    let organiser = venue.log_in();
    let fixture = venue.create_match_as(&organiser);
    venue.post_as(&organiser, "/api/courts", &json!({ "name": "Court 1" }));
    let cup = json!({ "name": "Cup", "sport": "badminton" });
    let cup = venue.post_as(&organiser, "/api/tournaments", &cup).json();
    let team = json!({ "tournamentID": cup["id"], "name": "Lyon" });
    venue.post_as(&organiser, "/api/teams", &team);
    let screen = venue.post("/api/screens", &json!({ "id": "0".repeat(32) }));
    let code = screen.json()["code"].as_str().unwrap().to_owned();
    venue.request(
        "PATCH",
        &format!("/api/screens/{code}"),
        &[("Authorization", &format!("Bearer {organiser}"))],
        br#"{"shows":"rotate=20"}"#,
    );
    plan_the_day(&venue, &organiser);
    let mut referee = venue.referee(&fixture);
    referee.publish(&point("A"));
    referee.publish(&json!({ "type": "note", "text": "l'arbitre \\ 🏸\n\"oui\"" }));
    venue.ask_to_stop();
    venue.wait();
    let connection = Connection::open(venue.data().join("courtside.db")).unwrap();

    let mut sql = format!("CREATE DATABASE central; USE central;\nSET NAMES utf8mb4;\n{SCHEMA}\n");
    let mut expected = Vec::new();
    for table in tables() {
        let names = columns(&connection, table);
        let rows = rows(&connection, table);
        assert!(!rows.is_empty(), "{table} is part of the test");
        expected.push(rows.len().to_string());
        for row in &rows {
            sql += &format!(
                "INSERT INTO {table} ({}) VALUES ({});\n",
                names.join(", "),
                row.join(", ")
            );
            let same: Vec<String> = names
                .iter()
                .zip(row)
                .map(|(name, value)| format!("{name} <=> {value}"))
                .collect();
            sql += &format!(
                "SELECT COUNT(*) FROM {table} WHERE {};\n",
                same.join(" AND ")
            );
        }
    }
    let inserted: usize = expected
        .iter()
        .map(|count| count.parse::<usize>().unwrap())
        .sum();
    for table in tables() {
        sql += &format!("SELECT COUNT(*) FROM {table};\n");
    }
    let Some(lines) = mariadb(&sql) else { return };
    assert_eq!(
        lines[..inserted],
        vec!["1"; inserted],
        "each row is found again as it was"
    );
    assert_eq!(lines[inserted..], expected);
}

/// Gives every match a court and a time.
fn plan_the_day(venue: &Venue, organiser: &str) {
    let day = json!({ "day": "2040-05-12" });
    let proposed = venue.post_as(organiser, "/api/plan/auto", &day).json();
    let accept = json!({ "accept": proposed["token"] });
    assert_eq!(
        venue.post_as(organiser, "/api/plan/auto", &accept).status,
        200
    );
}

#[test]
fn both_engines_refuse_what_the_schema_forbids() {
    let wrong = [
        "INSERT INTO matches (id, venue_id, revision, tournament_id, court_id, sport, variant, rules, side_a, side_b, status, state, last_seq, created_at, updated_at, deleted_at, team_a, team_b, position, setup_revision) VALUES ('m', 'no-venue', 1, NULL, NULL, 'TENNIS', NULL, NULL, 'a', 'b', 'live', '{}', 0, 1, 1, NULL, NULL, NULL, 1, 1)",
        "INSERT INTO matches (id, venue_id, revision, tournament_id, court_id, sport, variant, rules, side_a, side_b, status, state, last_seq, created_at, updated_at, deleted_at, team_a, team_b, position, setup_revision) VALUES ('m', 'v', 1, NULL, NULL, 'TENNIS', NULL, NULL, 'a', 'b', 'asleep', '{}', 0, 1, 1, NULL, NULL, NULL, 1, 1)",
        "INSERT INTO referee_tokens VALUES ('h', 'i', 'token', NULL, NULL, NULL, 1, NULL)",
        "INSERT INTO events VALUES ('good', 0, 'e', 1, 'referee', 1, '{}')",
        "INSERT INTO events VALUES ('good', 1, 'other', 1, 'referee', 1, '{}')",
        "INSERT INTO deeds VALUES ('no-tournament', 1, 'v', 2, 1, NULL, '', 1, '{}')",
        "INSERT INTO hall_deeds VALUES ('no-venue', 1, 2, 1, NULL, '', 1, '{}')",
        "INSERT INTO hall_deeds VALUES ('v', 0, 2, 1, NULL, '', 1, '{}')",
        "INSERT INTO bookings VALUES ('no-match', 'v', 2, NULL, 1, 30, 0)",
    ];
    let right = [
        "INSERT INTO venues VALUES ('v', 'Hall', 1, 1, NULL, NULL)",
        "INSERT INTO matches (id, venue_id, revision, tournament_id, court_id, sport, variant, rules, side_a, side_b, status, state, last_seq, created_at, updated_at, deleted_at, team_a, team_b, position, setup_revision) VALUES ('good', 'v', 1, NULL, NULL, 'TENNIS', NULL, NULL, 'a', 'b', 'live', '{}', 0, 1, 1, NULL, NULL, NULL, 1, 1)",
        "INSERT INTO events VALUES ('good', 1, 'taken', 1, 'referee', 1, '{}')",
    ];
    let sqlite = Connection::open_in_memory().unwrap();
    sqlite.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    sqlite.execute_batch(SCHEMA).unwrap();
    for sql in right {
        sqlite.execute_batch(sql).unwrap();
    }
    for sql in wrong {
        assert!(sqlite.execute_batch(sql).is_err(), "{sql}");
    }
    // An ID that a match has already: in the venue its writer sees to that, and an index would cost each event a page.
    let twice = "INSERT INTO events VALUES ('good', 2, 'taken', 1, 'referee', 1, '{}')";
    assert!(sqlite.execute_batch(twice).is_ok());
    let wrong = [&wrong[..], &[twice]].concat();
    // MariaDB goes on after an error when each statement comes from its own client.
    let mut script = format!(
        "CREATE DATABASE central; USE central;\n{SCHEMA}\n{};\nDELIMITER //\n",
        right.join(";\n")
    );
    for (index, sql) in wrong.iter().enumerate() {
        script += &format!(
            "CREATE PROCEDURE try{index}() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 'refused'; {sql}; SELECT 'taken'; END//\nCALL try{index}()//\n"
        );
    }
    let Some(lines) = mariadb(&script) else {
        return;
    };
    assert_eq!(lines, vec!["refused"; wrong.len()]);
}

#[test]
fn every_mutable_row_carries_a_revision_that_rises() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    venue.post("/api/courts", &json!({ "name": "Court 1" }));
    let cup = venue.get("/api/tournaments").json()[0]["id"].clone();
    let team = json!({ "tournamentID": cup, "name": "Nancy" });
    venue.post("/api/teams", &team);
    plan_the_day(&venue, "");
    let read = || {
        let connection = Connection::open(venue.data().join("courtside.db")).unwrap();
        let revision = |table: &str| -> i64 {
            let sql = format!("SELECT max(revision) FROM {table}");
            connection.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        SYNCED.map(|table| (table, revision(table)))
    };
    let before = read();
    let highest = before.iter().map(|(_, revision)| *revision).max().unwrap();
    let distinct: std::collections::HashSet<_> = before.iter().map(|row| row.1).collect();
    assert_eq!(
        distinct.len(),
        before.len(),
        "one change, one revision: {before:?}"
    );
    venue.referee(&fixture).publish(&point("A"));
    for ((table, then), (_, now)) in before.into_iter().zip(read()) {
        match table {
            "matches" => assert!(now > highest, "the match has changed: {now}"),
            _ => assert_eq!(now, then, "{table} has not"),
        }
    }
}
