//! The tables whose rows travel to the central database, named once.
//!
//! Each of their rows carries the `revision` of its last change. Whatever is asked of all of them is built from this list.

use rusqlite::Connection;

use super::error::StoreError;

/// The synced tables with a revision; an event never changes and travels with its match.
pub const SYNCED: [&str; 8] = [
    "venues",
    "tournaments",
    "teams",
    "courts",
    "matches",
    "deeds",
    "bookings",
    "hall_deeds",
];

/// The highest revision that any row carries.
pub fn highest_revision(connection: &Connection) -> Result<i64, StoreError> {
    let each = SYNCED.map(|table| format!("SELECT max(revision) AS highest FROM {table}"));
    let sql = format!("SELECT max(highest) FROM ({})", each.join(" UNION ALL "));
    let highest: Option<i64> = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(highest.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::file::migrate;

    #[test]
    fn the_synced_tables_are_those_with_a_revision() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::migrate(&mut connection).unwrap();
        let sql = "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND c.name = 'revision' ORDER BY 1";
        let mut statement = connection.prepare(sql).unwrap();
        let found = statement.query_map([], |row| row.get(0)).unwrap();
        let found: Vec<String> = found.map(Result::unwrap).collect();
        let mut listed = SYNCED;
        listed.sort_unstable();
        assert_eq!(found, listed);
    }

    #[test]
    fn the_highest_revision_is_found_in_whichever_table_it_is() {
        for table in SYNCED {
            let connection = Connection::open_in_memory().unwrap();
            for (number, each) in (1..).zip(SYNCED) {
                let revision = if each == table { 99 } else { number };
                let sql = format!(
                    "CREATE TABLE {each} (revision BIGINT); INSERT INTO {each} VALUES ({revision})"
                );
                connection.execute_batch(&sql).unwrap();
            }
            assert_eq!(highest_revision(&connection).unwrap(), 99, "{table}");
        }
    }
}
