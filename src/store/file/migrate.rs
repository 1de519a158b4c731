//! From whatever version a database has to the one this binary knows.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::error::StoreError;

/// The schema itself, the same file that the central database loads.
pub const SCHEMA: &str = include_str!("../../../schema.sql");

/// The version that `schema.sql` describes, kept in SQLite's `user_version`.
pub const VERSION: i64 = 10;

/// `STEPS[n]` takes a database from version n + 1 to n + 2.
const STEPS: [&str; 9] = [
    // 2: a match keeps the rules it is played by.
    "ALTER TABLE tournaments ADD COLUMN variant VARCHAR(40);
     ALTER TABLE tournaments ADD COLUMN rules TEXT;
     ALTER TABLE matches ADD COLUMN variant VARCHAR(40);
     ALTER TABLE matches ADD COLUMN rules TEXT;",
    // 3: courts, with tokens of their own; short codes that are typed.
    "CREATE TABLE courts (
        id CHAR(36) NOT NULL PRIMARY KEY, venue_id CHAR(36) NOT NULL, revision BIGINT NOT NULL,
        name VARCHAR(200) NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT,
        FOREIGN KEY (venue_id) REFERENCES venues (id), CHECK (name <> '')
     );
     CREATE INDEX courts_by_revision ON courts (venue_id, revision);
     ALTER TABLE matches ADD COLUMN court_id CHAR(36) REFERENCES courts (id);
     ALTER TABLE referee_tokens RENAME TO old_referee_tokens;
     DROP INDEX referee_tokens_by_match;
     CREATE TABLE referee_tokens (
        token_hash CHAR(64) NOT NULL PRIMARY KEY, kind VARCHAR(8) NOT NULL, match_id CHAR(36), court_id CHAR(36),
        created_at BIGINT NOT NULL, revoked_at BIGINT,
        FOREIGN KEY (match_id) REFERENCES matches (id), FOREIGN KEY (court_id) REFERENCES courts (id),
        CHECK (kind IN ('token', 'code')), CHECK ((match_id IS NULL) <> (court_id IS NULL))
     );
     INSERT INTO referee_tokens (token_hash, kind, match_id, created_at, revoked_at)
        SELECT token_hash, 'token', match_id, created_at, revoked_at FROM old_referee_tokens;
     DROP TABLE old_referee_tokens;
     CREATE INDEX referee_tokens_by_match ON referee_tokens (match_id);
     CREATE INDEX referee_tokens_by_court ON referee_tokens (court_id);",
    // 4: the teams of a tournament; TVs that an organiser has told what to show.
    "CREATE TABLE teams (
        id CHAR(36) NOT NULL PRIMARY KEY, venue_id CHAR(36) NOT NULL, revision BIGINT NOT NULL,
        tournament_id CHAR(36) NOT NULL, place INTEGER NOT NULL, name VARCHAR(200) NOT NULL,
        created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT,
        FOREIGN KEY (venue_id) REFERENCES venues (id), FOREIGN KEY (tournament_id) REFERENCES tournaments (id),
        CHECK (name <> '')
     );
     CREATE INDEX teams_by_revision ON teams (venue_id, revision);
     CREATE INDEX teams_by_tournament ON teams (tournament_id);
     CREATE TABLE screens (
        id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(200), shows VARCHAR(500) NOT NULL, created_at BIGINT NOT NULL
     );",
    // 5: no index of event ids, which cost each event a page. SQLite drops a UNIQUE only with its table.
    "CREATE TABLE new_events (
        match_id CHAR(36) NOT NULL, seq BIGINT NOT NULL, event_id VARCHAR(64) NOT NULL, at BIGINT NOT NULL,
        author VARCHAR(16) NOT NULL, encoding SMALLINT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (match_id, seq), FOREIGN KEY (match_id) REFERENCES matches (id),
        CHECK (seq >= 1), CHECK (author IN ('referee', 'organiser'))
     );
     INSERT INTO new_events SELECT match_id, seq, event_id, at, author, encoding, body FROM events
        ORDER BY match_id, seq;
     DROP TABLE events;
     ALTER TABLE new_events RENAME TO events;",
    // 6: sessions and tokens that can be listed and ended one by one. Old sessions end, since their cookie could do
    // everything; of the referees' secrets the withdrawn ones go. The made-up ids are UUIDv7.
    "DROP TABLE sessions;
     CREATE TABLE sessions (
        id CHAR(36) NOT NULL PRIMARY KEY, token_hash CHAR(64), cookie_hash CHAR(64) NOT NULL, sign_key CHAR(64),
        device VARCHAR(200) NOT NULL, address VARCHAR(64) NOT NULL, created_at BIGINT NOT NULL,
        used_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
     );
     CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
     CREATE UNIQUE INDEX sessions_by_cookie ON sessions (cookie_hash);
     ALTER TABLE referee_tokens RENAME TO old_referee_tokens;
     DROP INDEX referee_tokens_by_match;
     DROP INDEX referee_tokens_by_court;
     CREATE TABLE referee_tokens (
        token_hash CHAR(64) NOT NULL PRIMARY KEY, id CHAR(36) NOT NULL, kind VARCHAR(8) NOT NULL, match_id CHAR(36),
        court_id CHAR(36), device VARCHAR(200), created_at BIGINT NOT NULL, used_at BIGINT,
        FOREIGN KEY (match_id) REFERENCES matches (id), FOREIGN KEY (court_id) REFERENCES courts (id),
        CHECK (kind IN ('token', 'code')), CHECK ((match_id IS NULL) <> (court_id IS NULL))
     );
     INSERT INTO referee_tokens (token_hash, id, kind, match_id, court_id, created_at)
        SELECT token_hash, printf('%s-%s-7%s-8%s-%s', substr(moment, 1, 8), substr(moment, 9, 4), substr(lot, 1, 3),
            substr(lot, 4, 3), substr(lot, 7, 12)), kind, match_id, court_id, created_at
        FROM (SELECT *, printf('%012x', created_at) AS moment, lower(hex(randomblob(9))) AS lot FROM old_referee_tokens)
        WHERE revoked_at IS NULL;
     DROP TABLE old_referee_tokens;
     CREATE UNIQUE INDEX referee_tokens_by_id ON referee_tokens (id);
     CREATE INDEX referee_tokens_by_match ON referee_tokens (match_id);
     CREATE INDEX referee_tokens_by_court ON referee_tokens (court_id);",
    // 7: tournaments keep their rules, teams have players, matches name teams by their ids and know the order of play. Of
    // teams of one name a match has the first. Then a name that stands twice gets a number; should that be taken, a part of
    // the id, which is nobody else's.
    "ALTER TABLE tournaments RENAME COLUMN rules TO overrides;
     ALTER TABLE tournaments ADD COLUMN rules TEXT;
     ALTER TABLE tournaments ADD COLUMN points_table TEXT;
     ALTER TABLE matches ADD COLUMN team_a CHAR(36) REFERENCES teams (id);
     ALTER TABLE matches ADD COLUMN team_b CHAR(36) REFERENCES teams (id);
     ALTER TABLE matches ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
     ALTER TABLE matches ADD COLUMN setup_revision BIGINT NOT NULL DEFAULT 0;
     UPDATE matches SET setup_revision = revision, position = nth FROM (SELECT id AS of, row_number() OVER
        (PARTITION BY venue_id ORDER BY created_at, id) AS nth FROM matches) WHERE id = of;
     UPDATE matches SET
        team_a = (SELECT id FROM teams WHERE teams.tournament_id = matches.tournament_id AND name = side_a
            AND deleted_at IS NULL ORDER BY place, id LIMIT 1),
        team_b = (SELECT id FROM teams WHERE teams.tournament_id = matches.tournament_id AND name = side_b
            AND deleted_at IS NULL ORDER BY place, id LIMIT 1);
     UPDATE matches SET side_a = '' WHERE team_a IS NOT NULL;
     UPDATE matches SET side_b = '' WHERE team_b IS NOT NULL;
     ALTER TABLE teams ADD COLUMN players TEXT;
     UPDATE teams SET name = numbered FROM (SELECT id AS twice, tournament_id AS of, nth,
            substr(name, 1, 190) || ' (' || nth || ')' AS numbered FROM (SELECT *, row_number() OVER
            (PARTITION BY tournament_id, name ORDER BY place, id) AS nth FROM teams WHERE deleted_at IS NULL))
        WHERE id = twice AND nth > 1 AND NOT EXISTS (SELECT 1 FROM teams AS other WHERE other.tournament_id = of
            AND other.name = numbered AND other.deleted_at IS NULL);
     UPDATE teams SET name = substr(name, 1, 180) || ' ' || substr(id, 25) FROM (SELECT id AS twice, row_number() OVER
        (PARTITION BY tournament_id, name ORDER BY place, id) AS nth FROM teams WHERE deleted_at IS NULL)
        WHERE id = twice AND nth > 1;
     ALTER TABLE teams ADD COLUMN live_name VARCHAR(200)
        GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN name END) VIRTUAL;
     CREATE UNIQUE INDEX teams_by_name ON teams (tournament_id, live_name);
     UPDATE courts SET name = numbered FROM (SELECT id AS twice, venue_id AS of, nth,
            substr(name, 1, 190) || ' (' || nth || ')' AS numbered FROM (SELECT *, row_number() OVER
            (PARTITION BY venue_id, name ORDER BY created_at, id) AS nth FROM courts WHERE deleted_at IS NULL))
        WHERE id = twice AND nth > 1 AND NOT EXISTS (SELECT 1 FROM courts AS other WHERE other.venue_id = of
            AND other.name = numbered AND other.deleted_at IS NULL);
     UPDATE courts SET name = substr(name, 1, 180) || ' ' || substr(id, 25) FROM (SELECT id AS twice, row_number() OVER
        (PARTITION BY venue_id, name ORDER BY created_at, id) AS nth FROM courts WHERE deleted_at IS NULL)
        WHERE id = twice AND nth > 1;
     ALTER TABLE courts ADD COLUMN live_name VARCHAR(200)
        GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN name END) VIRTUAL;
     CREATE UNIQUE INDEX courts_by_name ON courts (venue_id, live_name);
     CREATE INDEX matches_by_position ON matches (venue_id, position);",
    // 8: the first day of a tournament.
    "ALTER TABLE tournaments ADD COLUMN starts_on CHAR(10);",
    // 9: tournaments are run: more of teams, the fixtures of matches, what organisers did, and the plan of the hall.
    "ALTER TABLE venues ADD COLUMN club_points TEXT;
     ALTER TABLE tournaments ADD COLUMN factor INTEGER NOT NULL DEFAULT 1;
     ALTER TABLE teams ADD COLUMN short_name VARCHAR(20);
     ALTER TABLE teams ADD COLUMN club VARCHAR(200);
     ALTER TABLE teams ADD COLUMN seed INTEGER;
     ALTER TABLE teams ADD COLUMN colour CHAR(7);
     ALTER TABLE teams ADD COLUMN presence VARCHAR(8) NOT NULL DEFAULT 'unknown';
     ALTER TABLE teams ADD COLUMN withdrawn SMALLINT NOT NULL DEFAULT 0;
     ALTER TABLE matches ADD COLUMN fixture_key VARCHAR(80);
     ALTER TABLE matches ADD COLUMN stage VARCHAR(40);
     ALTER TABLE matches ADD COLUMN round INTEGER;
     ALTER TABLE matches ADD COLUMN group_name VARCHAR(80);
     ALTER TABLE matches ADD COLUMN source_a VARCHAR(200);
     ALTER TABLE matches ADD COLUMN source_b VARCHAR(200);
     ALTER TABLE matches ADD COLUMN contested SMALLINT NOT NULL DEFAULT 0;
     ALTER TABLE matches ADD COLUMN planned_at BIGINT;
     ALTER TABLE matches ADD COLUMN number INTEGER;
     ALTER TABLE matches ADD COLUMN call_state VARCHAR(8) NOT NULL DEFAULT 'planned';
     ALTER TABLE matches ADD COLUMN live_key VARCHAR(80)
        GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN fixture_key END) VIRTUAL;
     CREATE UNIQUE INDEX matches_by_fixture ON matches (tournament_id, live_key);
     CREATE TABLE deeds (
        tournament_id CHAR(36) NOT NULL, seq BIGINT NOT NULL, venue_id CHAR(36) NOT NULL, revision BIGINT NOT NULL,
        at BIGINT NOT NULL, session_id CHAR(36), device VARCHAR(200) NOT NULL, encoding SMALLINT NOT NULL,
        body MEDIUMTEXT NOT NULL, PRIMARY KEY (tournament_id, seq),
        FOREIGN KEY (tournament_id) REFERENCES tournaments (id), FOREIGN KEY (venue_id) REFERENCES venues (id),
        CHECK (seq >= 1)
     );
     CREATE INDEX deeds_by_revision ON deeds (venue_id, revision);
     ALTER TABLE venues ADD COLUMN plan_settings TEXT;
     CREATE TABLE bookings (
        match_id CHAR(36) NOT NULL PRIMARY KEY, venue_id CHAR(36) NOT NULL, revision BIGINT NOT NULL, court_id CHAR(36),
        at BIGINT NOT NULL, minutes INTEGER NOT NULL, locked SMALLINT NOT NULL DEFAULT 0,
        FOREIGN KEY (match_id) REFERENCES matches (id), FOREIGN KEY (venue_id) REFERENCES venues (id),
        FOREIGN KEY (court_id) REFERENCES courts (id)
     );
     CREATE INDEX bookings_by_revision ON bookings (venue_id, revision);
     CREATE TABLE hall_deeds (
        venue_id CHAR(36) NOT NULL, seq BIGINT NOT NULL, revision BIGINT NOT NULL, at BIGINT NOT NULL,
        session_id CHAR(36), device VARCHAR(200) NOT NULL, encoding SMALLINT NOT NULL, body MEDIUMTEXT NOT NULL,
        PRIMARY KEY (venue_id, seq), FOREIGN KEY (venue_id) REFERENCES venues (id), CHECK (seq >= 1)
     );
     CREATE INDEX hall_deeds_by_revision ON hall_deeds (venue_id, revision);",
    // 10: when matches were over, referees by the plan, and the places that a published plan has left.
    "ALTER TABLE matches ADD COLUMN ended_at BIGINT;
     UPDATE matches SET ended_at = updated_at WHERE status = 'finished';
     ALTER TABLE matches ADD COLUMN former_at BIGINT;
     ALTER TABLE matches ADD COLUMN former_court VARCHAR(200);
     ALTER TABLE matches ADD COLUMN referee_team CHAR(36) REFERENCES teams (id);
     ALTER TABLE matches ADD COLUMN referee_name VARCHAR(200);
     ALTER TABLE bookings ADD COLUMN referee_team CHAR(36) REFERENCES teams (id);
     ALTER TABLE bookings ADD COLUMN referee_name VARCHAR(200);",
];

const _: () = assert!(
    STEPS.len() as i64 == VERSION - 1,
    "one step for each version after the first"
);

#[derive(Debug)]
pub enum Migrated {
    Ready,
    /// Written by a newer binary: not ours to touch.
    Newer(i64),
    /// Somebody else's: it has tables, and none of our versions.
    Foreign,
}

/// Which schema a database has.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Known(i64),
    Newer(i64),
    Foreign,
}

/// Looks without changing anything. An empty database is nobody's.
pub fn found(connection: &Connection) -> Result<Found, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let ours: bool = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('venues', 'matches', 'events')",
        [],
        |row| Ok(row.get::<_, i64>(0)? == 3),
    )?;
    Ok(match version {
        newer if newer > VERSION => Found::Newer(newer),
        known @ 1.. if ours => Found::Known(known),
        _ => Found::Foreign,
    })
}

/// Creates the schema, or brings an older one up to date, in one transaction.
pub fn migrate(connection: &mut Connection) -> Result<Migrated, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        return Ok(Migrated::Newer(found));
    }
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if found < 0 || (found == 0 && tables > 0) {
        return Ok(Migrated::Foreign);
    }
    match usize::try_from(found) {
        Ok(0) => transaction.execute_batch(SCHEMA)?,
        Ok(version) => {
            for step in STEPS.iter().skip(version - 1) {
                transaction.execute_batch(step)?;
            }
        }
        Err(_) => return Err(StoreError::Unexpected(format!("schema version {found}"))),
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(Migrated::Ready)
}

#[cfg(test)]
mod tests;
