use super::*;
use crate::store::file::shape::shape;
use crate::store::tables::SYNCED;

#[test]
fn a_fresh_database_gets_the_schema_and_a_second_run_changes_nothing() {
    let mut connection = Connection::open_in_memory().unwrap();
    assert!(matches!(migrate(&mut connection).unwrap(), Migrated::Ready));
    let tables = |connection: &Connection| -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let fresh = tables(&connection);
    assert!(matches!(migrate(&mut connection).unwrap(), Migrated::Ready));
    assert_eq!(tables(&connection), fresh);
}

/// One row in each synced table that there is; their names.
fn fill_synced(connection: &Connection) -> Vec<&'static str> {
    let exists = |table: &&str| connection.table_exists(None, *table).unwrap();
    let tables: Vec<_> = SYNCED.into_iter().filter(exists).collect();
    for table in &tables {
        let (columns, values) = match *table {
            "venues" => ("id, name, created_at, revision", "'v', 'Hall', 1, 1"),
            "tournaments" => (
                "id, venue_id, revision, name, sport, created_at, updated_at",
                "'t', 'v', 2, 'Cup', 'TENNIS', 1, 1",
            ),
            "teams" => (
                "id, venue_id, revision, tournament_id, place, name, created_at, updated_at",
                "'a', 'v', 3, 't', 1, 'a', 1, 1",
            ),
            "courts" => (
                "id, venue_id, revision, name, created_at, updated_at",
                "'c', 'v', 4, 'Court', 1, 1",
            ),
            "matches" => (
                "id, venue_id, revision, tournament_id, sport, side_a, side_b, status, state, last_seq, created_at, \
                 updated_at",
                "'m', 'v', 5, 't', 'TENNIS', 'a', 'b', 'live', '{}', 0, 1, 1",
            ),
            "deeds" => (
                "tournament_id, seq, venue_id, revision, at, device, encoding, body",
                "'t', 1, 'v', 6, 1, '', 1, '{}'",
            ),
            "bookings" => (
                "match_id, venue_id, revision, court_id, at, minutes",
                "'m', 'v', 7, 'c', 1, 30",
            ),
            "hall_deeds" => (
                "venue_id, seq, revision, at, device, encoding, body",
                "'v', 1, 8, 1, '', 1, '{}'",
            ),
            new => panic!("say what a row of {new} is"),
        };
        let sql = format!("INSERT INTO {table} ({columns}) VALUES ({values})");
        connection.execute_batch(&sql).unwrap();
    }
    tables
}

#[test]
fn every_old_version_becomes_the_fresh_one_and_keeps_what_it_held() {
    let mut fresh = Connection::open_in_memory().unwrap();
    migrate(&mut fresh).unwrap();
    let old = [
        (
            1,
            include_str!("../../../../tests/integration/old/schema-1.sql"),
        ),
        (
            2,
            include_str!("../../../../tests/integration/old/schema-2.sql"),
        ),
        (
            3,
            include_str!("../../../../tests/integration/old/schema-3.sql"),
        ),
        (
            4,
            include_str!("../../../../tests/integration/old/schema-4.sql"),
        ),
        (
            5,
            include_str!("../../../../tests/integration/old/schema-5.sql"),
        ),
        (
            6,
            include_str!("../../../../tests/integration/old/schema-6.sql"),
        ),
        (
            7,
            include_str!("../../../../tests/integration/old/schema-7.sql"),
        ),
        (
            8,
            include_str!("../../../../tests/integration/old/schema-8.sql"),
        ),
        (
            9,
            include_str!("../../../../tests/integration/old/schema-9.sql"),
        ),
    ];
    assert_eq!(
        old.len() as i64,
        VERSION - 1,
        "a schema for each old version"
    );
    for (version, schema) in old {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(schema).unwrap();
        let synced = fill_synced(&connection);
        // Version 3 gave tokens a kind, version 6 ids.
        let token = match version {
            6.. => {
                "INSERT INTO referee_tokens (token_hash, id, kind, match_id, created_at) VALUES \
                 ('h', '01890a5d-ac96-774b-8ccb-b302099a8057', 'token', 'm', 1)"
            }
            ..3 => {
                "INSERT INTO referee_tokens (token_hash, match_id, created_at) VALUES ('h', 'm', 1)"
            }
            _ => {
                "INSERT INTO referee_tokens (token_hash, kind, match_id, created_at) VALUES ('h', 'token', 'm', 1)"
            }
        };
        connection.execute_batch(token).unwrap();
        if version < 6 {
            let columns = "token_hash, match_id, created_at, revoked_at";
            let kind = if version < 3 { "" } else { ", kind" };
            let value = if version < 3 { "" } else { ", 'token'" };
            let revoked = format!(
                "INSERT INTO referee_tokens ({columns}{kind}) VALUES ('gone', 'm', 1, 2{value})"
            );
            connection.execute_batch(&revoked).unwrap();
        }
        connection
            .pragma_update(None, "user_version", version)
            .unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(shape(&connection), shape(&fresh), "from version {version}");
        for table in synced.into_iter().chain(["referee_tokens"]) {
            let count = format!("SELECT count(*) FROM {table}");
            let kept: i64 = connection.query_row(&count, [], |row| row.get(0)).unwrap();
            assert_eq!(kept, 1, "{table} from version {version}");
        }
        // What had been withdrawn is gone, and what is left has a name.
        let sql = "SELECT token_hash || ' ' || id FROM referee_tokens";
        let left: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        let (hash, id) = left.split_once(' ').unwrap();
        let id = uuid::Uuid::parse_str(id).unwrap();
        assert_eq!((hash, id.get_version_num()), ("h", 7));
    }
}

#[test]
fn names_that_stood_twice_are_told_apart_and_matches_keep_their_team() {
    let mut connection = Connection::open_in_memory().unwrap();
    let old = include_str!("../../../../tests/integration/old/schema-6.sql");
    connection.execute_batch(old).unwrap();
    connection
        .execute_batch(
            "INSERT INTO venues VALUES ('v', 'Hall', 1, 1);
             INSERT INTO tournaments (id, venue_id, revision, name, sport, created_at, updated_at)
                VALUES ('t', 'v', 1, 'Cup', 'TENNIS', 1, 1);
             INSERT INTO teams (id, venue_id, revision, tournament_id, place, name, created_at, updated_at, deleted_at)
                VALUES ('00000000-0000-7000-8000-000000000001', 'v', 1, 't', 1, 'Lyon', 1, 1, NULL),
                ('00000000-0000-7000-8000-000000000002', 'v', 1, 't', 2, 'Lyon', 1, 1, NULL),
                ('00000000-0000-7000-8000-000000000003', 'v', 1, 't', 3, 'Lyon (2)', 1, 1, NULL),
                ('00000000-0000-7000-8000-000000000004', 'v', 1, 't', 4, 'Metz', 1, 1, NULL),
                ('00000000-0000-7000-8000-000000000005', 'v', 1, 't', 5, 'Metz', 1, 1, NULL),
                ('00000000-0000-7000-8000-000000000006', 'v', 1, 't', 6, 'Metz', 1, 1, 1);
             INSERT INTO courts (id, venue_id, revision, name, created_at, updated_at)
                VALUES ('c1', 'v', 1, 'Centre', 1, 1), ('c2', 'v', 1, 'Centre', 2, 2);
             INSERT INTO matches (id, venue_id, revision, tournament_id, sport, side_a, side_b, status, state, last_seq,
                created_at, updated_at)
                VALUES ('m2', 'v', 7, 't', 'TENNIS', 'Lyon (2)', 'Nancy', 'live', '{}', 0, 2, 2),
                ('m1', 'v', 8, 't', 'TENNIS', 'Lyon', 'Metz', 'live', '{}', 0, 1, 1);",
        )
        .unwrap();
    connection.pragma_update(None, "user_version", 6).unwrap();
    migrate(&mut connection).unwrap();
    let told = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let teams = told("SELECT name FROM teams ORDER BY place");
    let expected = [
        "Lyon",
        "Lyon 000000000002",
        "Lyon (2)",
        "Metz",
        "Metz (2)",
        "Metz",
    ];
    assert_eq!(teams, expected);
    let courts = told("SELECT name FROM courts ORDER BY id");
    assert_eq!(courts, ["Centre", "Centre (2)"]);
    let sides = told(
        "SELECT position || ' ' || setup_revision || ' ' || coalesce(substr(team_a, 36), '-') || side_a \
         || ' ' || coalesce(substr(team_b, 36), '-') || side_b FROM matches ORDER BY position",
    );
    assert_eq!(sides, ["1 8 1 4", "2 7 3 -Nancy"]);
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .pragma_update(None, "user_version", VERSION + 1)
        .unwrap();
    assert!(
        matches!(migrate(&mut connection).unwrap(), Migrated::Newer(found) if found == VERSION + 1)
    );
    assert_eq!(
        connection
            .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
            .unwrap(),
        VERSION + 1
    );
}
