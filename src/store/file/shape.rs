//! The tables, columns, indexes, keys and checks of a database, told so that two of them can be compared: for the test of the migrations.

use rusqlite::Connection;

/// One line for each column, index, foreign key and check of each table, in an order of its own. How a table came to its
/// columns makes no difference: their order is not told, nor the names that SQLite gives to indexes.
pub fn shape(connection: &Connection) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, sql) in rows(
        connection,
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    ) {
        lines.push(format!("{table} is a table"));
        lines.extend(checks(&sql).map(|check| format!("{table}: CHECK ({check})")));
    }
    // What else there may be: views and triggers as they are written.
    let others =
        "SELECT type, name || ' ' || sql FROM sqlite_master WHERE type NOT IN ('table', 'index')";
    for sql in [
        "SELECT m.name, c.name || ' ' || c.type || ' null=' || (1 - c.\"notnull\") || ' key=' || c.pk || ' default=' \
         || coalesce(c.dflt_value, '') FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
        "SELECT m.name, 'unique=' || i.\"unique\" || ' partial=' || i.partial || ' ' \
         || CASE i.origin WHEN 'c' THEN i.name ELSE i.origin END || ' (' || (SELECT group_concat(name || ' ' || \"desc\") \
         FROM (SELECT x.name, x.\"desc\" FROM pragma_index_xinfo(i.name) x WHERE x.key ORDER BY x.seqno)) || ')' \
         FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table'",
        "SELECT m.name, f.\"from\" || ' is ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_update || ' ' || f.on_delete \
         FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        others,
    ] {
        let told = rows(connection, sql);
        lines.extend(
            told.into_iter()
                .map(|(table, line)| format!("{table}: {line}")),
        );
    }
    lines.sort();
    lines
}

fn rows(connection: &Connection, sql: &str) -> Vec<(String, String)> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// The conditions of a table's checks, without comments and with one space where there are some.
fn checks(sql: &str) -> impl Iterator<Item = String> {
    let plain: String = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let begins: Vec<usize> = words
        .match_indices("CHECK (")
        .map(|(at, found)| at + found.len())
        .collect();
    begins.into_iter().map(move |begin| {
        let (mut depth, mut quoted) = (1, false);
        let condition = words[begin..].chars().take_while(|letter| {
            match letter {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth > 0
        });
        condition.collect()
    })
}

#[test]
fn a_difference_of_one_column_index_key_or_check_is_seen() {
    let of = |sql: &str| {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        shape(&connection)
    };
    let whole = "CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY, b_id TEXT, n INTEGER,
                    FOREIGN KEY (b_id) REFERENCES b (id), CHECK (n > 0), -- CHECK (n > 9)
                    CHECK (b_id IN ('(', 'x') OR n IS NULL));
                 CREATE TABLE b (id TEXT NOT NULL PRIMARY KEY);
                 CREATE UNIQUE INDEX a_by_n ON a (n);";
    let other_order = "CREATE TABLE b (id TEXT NOT NULL PRIMARY KEY);
                 CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY, n INTEGER, b_id TEXT REFERENCES b (id),
                    CHECK (b_id IN ('(', 'x')   OR n IS NULL), CHECK (n > 0));
                 CREATE UNIQUE INDEX a_by_n ON a (n);";
    assert_eq!(of(whole), of(other_order));
    for (there, instead) in [
        ("n INTEGER", "n TEXT"),
        ("b_id TEXT,", "b_id TEXT NOT NULL,"),
        ("n INTEGER,", "n INTEGER DEFAULT 1,"),
        ("FOREIGN KEY (b_id) REFERENCES b (id), ", ""),
        ("CHECK (n > 0), ", ""),
        ("CHECK (n > 0)", "CHECK (n > 1)"),
        ("UNIQUE INDEX", "INDEX"),
        ("ON a (n)", "ON a (n, b_id)"),
        ("CREATE TABLE b (id TEXT NOT NULL PRIMARY KEY);", ""),
    ] {
        let changed = whole.replace(there, instead);
        assert_ne!(changed, whole, "{there}");
        assert_ne!(of(&changed), of(whole), "{there}");
    }
}
