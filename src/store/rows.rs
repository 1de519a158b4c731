//! The stored encoding: how rows are written and read. The only file with SQL on the venue's data.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::StoreError;
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{
    Author, Event, EventId, MatchFold, MatchId, MatchState, Seq, Sport, TournamentId, VenueId,
};

/// The encoding of `events.body` that this version writes.
const ENCODING_JSON: i64 = 1;

#[derive(Debug, Clone)]
pub struct Venue {
    pub id: VenueId,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Tournament {
    pub id: TournamentId,
    pub name: String,
    pub sport: &'static Sport,
    pub created_at: WallMs,
}

/// Who plays whom, in what: what is known of a match before its first event.
#[derive(Debug, Clone)]
pub struct Fixture {
    pub id: MatchId,
    /// `None` for a friendly match.
    pub tournament: Option<TournamentRef>,
    pub sport: &'static Sport,
    pub side_a: String,
    pub side_b: String,
    pub created_at: WallMs,
}

/// A match as the lists show it: who plays, and where its history stands.
#[derive(Debug, Clone)]
pub struct Match {
    pub fixture: Fixture,
    pub state: MatchState,
    pub seq: Seq,
    pub updated_at: WallMs,
}

#[derive(Debug, Clone)]
pub struct TournamentRef {
    pub id: TournamentId,
    pub name: String,
}

/// An event with the place and time that the server gave it.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub seq: Seq,
    pub at: WallMs,
    pub author: Author,
    pub event: Event,
}

fn author_text(author: Author) -> &'static str {
    match author {
        Author::Referee => "referee",
        Author::Organiser => "organiser",
    }
}

fn unreadable(what: impl std::fmt::Display) -> StoreError {
    StoreError::Unexpected(format!("a row cannot be read: {what}"))
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(unreadable)
}

fn sport(id: &str) -> Result<&'static Sport, StoreError> {
    Sport::find(id).ok_or_else(|| unreadable(format!("unknown sport {id}")))
}

fn seq(number: i64) -> Result<Seq, StoreError> {
    Seq::try_from(number).map_err(unreadable)
}

fn state_json(state: &MatchState) -> Result<String, StoreError> {
    serde_json::to_string(state).map_err(unreadable)
}

/// The highest revision that any row carries.
pub fn highest_revision(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT max(revision) FROM (SELECT revision FROM venues UNION ALL \
               SELECT max(revision) FROM tournaments UNION ALL SELECT max(revision) FROM matches)";
    Ok(connection
        .query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?
        .unwrap_or(0))
}

/// The venue's row; `None` in a fresh database.
pub fn venue(connection: &Connection) -> Result<Option<Venue>, StoreError> {
    let found: Option<(String, String)> = connection
        .query_row("SELECT id, name FROM venues", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    found
        .map(|(text, name)| {
            Ok(Venue {
                id: id(&text)?,
                name,
            })
        })
        .transpose()
}

pub fn insert_venue(
    writing: &mut Writing<'_>,
    venue: &Venue,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "INSERT INTO venues (id, name, created_at, revision) VALUES (?1, ?2, ?3, ?4)",
        params![venue.id.to_string(), venue.name, now, revision],
    )?;
    Ok(())
}

pub fn rename_venue(writing: &mut Writing<'_>, name: &str) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE venues SET name = ?1, revision = ?2",
        params![name, revision],
    )?;
    Ok(())
}

pub fn insert_tournament(
    writing: &mut Writing<'_>,
    venue: VenueId,
    tournament: &Tournament,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO tournaments (id, venue_id, revision, name, sport, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )?
        .execute(params![
            tournament.id.to_string(),
            venue.to_string(),
            revision,
            tournament.name,
            tournament.sport.id,
            tournament.created_at,
        ])?;
    Ok(())
}

const TOURNAMENT: &str =
    "SELECT id, name, sport, created_at FROM tournaments WHERE deleted_at IS NULL";

fn tournament_row(row: &Row<'_>) -> Result<Tournament, StoreError> {
    Ok(Tournament {
        id: id(&row.get::<_, String>(0)?)?,
        name: row.get(1)?,
        sport: sport(&row.get::<_, String>(2)?)?,
        created_at: row.get(3)?,
    })
}

pub fn tournaments(connection: &Connection) -> Result<Vec<Tournament>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{TOURNAMENT} ORDER BY created_at, id"))?;
    statement.query_and_then([], tournament_row)?.collect()
}

pub fn tournament(connection: &Connection, id: TournamentId) -> Result<Tournament, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TOURNAMENT} AND id = ?1"))?;
    statement
        .query_and_then([id.to_string()], tournament_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("tournament")))
}

pub fn insert_match(
    writing: &mut Writing<'_>,
    venue: VenueId,
    new: &Fixture,
) -> Result<(), StoreError> {
    let opening = MatchState::default();
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO matches (id, venue_id, revision, tournament_id, sport, side_a, side_b, status, \
             state, last_seq, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?10)",
        )?
        .execute(params![
            new.id.to_string(),
            venue.to_string(),
            revision,
            new.tournament.as_ref().map(|tournament| tournament.id.to_string()),
            new.sport.id,
            new.side_a,
            new.side_b,
            opening.status.as_str(),
            state_json(&opening)?,
            new.created_at,
        ])?;
    Ok(())
}

const MATCH: &str = "SELECT m.id, m.tournament_id, t.name, m.sport, m.side_a, m.side_b, m.state, m.last_seq, \
                     m.created_at, m.updated_at \
                     FROM matches m LEFT JOIN tournaments t ON t.id = m.tournament_id \
                     WHERE m.deleted_at IS NULL";

fn match_row(row: &Row<'_>) -> Result<Match, StoreError> {
    let tournament = match (
        row.get::<_, Option<String>>(1)?,
        row.get::<_, Option<String>>(2)?,
    ) {
        (Some(tournament), Some(name)) => Some(TournamentRef {
            id: id(&tournament)?,
            name,
        }),
        _ => None,
    };
    Ok(Match {
        fixture: Fixture {
            id: id(&row.get::<_, String>(0)?)?,
            tournament,
            sport: sport(&row.get::<_, String>(3)?)?,
            side_a: row.get(4)?,
            side_b: row.get(5)?,
            created_at: row.get(8)?,
        },
        state: serde_json::from_str(row.get_ref(6)?.as_str().map_err(unreadable)?)
            .map_err(unreadable)?,
        seq: seq(row.get(7)?)?,
        updated_at: row.get(9)?,
    })
}

pub fn matches(connection: &Connection) -> Result<Vec<Match>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{MATCH} ORDER BY m.created_at, m.id"))?;
    statement.query_and_then([], match_row)?.collect()
}

pub fn match_by_id(connection: &Connection, id: MatchId) -> Result<Match, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{MATCH} AND m.id = ?1"))?;
    statement
        .query_and_then([id.to_string()], match_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("match")))
}

pub fn delete_match(writing: &mut Writing<'_>, id: MatchId, now: WallMs) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE matches SET deleted_at = ?1, revision = ?2 WHERE id = ?3 AND deleted_at IS NULL",
        params![now, revision, id.to_string()],
    )?;
    if changed == 0 {
        Err(StoreError::NotFound("match"))
    } else {
        Ok(())
    }
}

/// Adds events to a match's history and brings its row up to date with the state after the last of them.
pub fn append(
    writing: &mut Writing<'_>,
    id: MatchId,
    events: &[Recorded],
    state: &str,
    status: &str,
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Ok(());
    };
    let revision = writing.next_revision();
    let id = id.to_string();
    let changed = writing
        .connection
        .prepare_cached(
            "UPDATE matches SET status = ?1, state = ?2, last_seq = ?3, updated_at = ?4, revision = ?5 \
             WHERE id = ?6 AND last_seq = ?7 AND deleted_at IS NULL",
        )?
        .execute(params![
            status,
            state,
            last.seq as i64,
            last.at,
            revision,
            id,
            first.seq as i64 - 1
        ])?;
    if changed == 0 {
        return Err(StoreError::Diverged);
    }
    let mut insert = writing.connection.prepare_cached(
        "INSERT INTO events (match_id, seq, event_id, at, author, encoding, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for Recorded {
        seq,
        at,
        author,
        event,
    } in events
    {
        insert.execute(params![
            id,
            *seq as i64,
            event.id.as_str(),
            at,
            author_text(*author),
            ENCODING_JSON,
            event.body()
        ])?;
    }
    Ok(())
}

fn event_row(row: &Row<'_>) -> Result<Recorded, StoreError> {
    let event_id = row.get::<_, String>(1)?;
    let encoding: i64 = row.get(4)?;
    if encoding != ENCODING_JSON {
        return Err(unreadable(format!("event encoding {encoding}")));
    }
    let given = EventId::new(&event_id).ok_or_else(|| unreadable("event id"))?;
    let event = Event::stored(row.get_ref(5)?.as_str().map_err(unreadable)?, given)
        .map_err(|error| unreadable(error.refusal))?;
    Ok(Recorded {
        seq: seq(row.get(0)?)?,
        at: row.get(2)?,
        author: match row.get_ref(3)?.as_str().map_err(unreadable)? {
            "organiser" => Author::Organiser,
            _ => Author::Referee,
        },
        event,
    })
}

/// Up to `limit` events of a match after `after`, in order.
pub fn events(
    connection: &Connection,
    id: MatchId,
    after: Seq,
    limit: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, event_id, at, author, encoding, body FROM events \
         WHERE match_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    statement
        .query_and_then(params![id.to_string(), after, limit], event_row)?
        .collect()
}

/// Replays a whole match: its row and the fold of its events, handing each event over as it passes.
pub fn replay(
    connection: &Connection,
    id: MatchId,
    mut each: impl FnMut(Recorded, &MatchState),
) -> Result<(Match, MatchFold), StoreError> {
    const PAGE: usize = 500;
    // One transaction, so that row and events are of the same moment.
    let transaction = connection.unchecked_transaction()?;
    let found = match_by_id(&transaction, id)?;
    let mut fold = MatchFold::new(found.fixture.sport);
    loop {
        let page = events(&transaction, id, fold.seq(), PAGE)?;
        let full = page.len() == PAGE;
        for recorded in page {
            if recorded.seq != fold.seq() + 1 {
                return Err(unreadable(format!("event {} is missing", fold.seq() + 1)));
            }
            fold.apply(recorded.event.play.clone());
            each(recorded, fold.state());
        }
        if !full {
            return Ok((found, fold));
        }
    }
}
