//! A match's history: how its events are written, read and replayed.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::error::StoreError;
use super::rows::{Match, match_by_id, seq, unreadable};
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{Author, Event, EventId, MatchFold, MatchId, MatchState, Seq};

/// The encoding of `events.body` that this version writes.
const ENCODING_JSON: i64 = 1;

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

/// When the first event of each of these matches came; nothing of one that has none.
pub fn first_moments(
    connection: &Connection,
    ids: &[MatchId],
) -> Result<Vec<(MatchId, WallMs)>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT at FROM events WHERE match_id = ?1 AND seq = 1")?;
    let mut moments = Vec::with_capacity(ids.len());
    for id in ids {
        let at = statement.query_row([id.to_string()], |row| row.get(0));
        moments.extend(at.optional()?.map(|at| (*id, at)));
    }
    Ok(moments)
}

/// How many events each match has, by its id.
pub fn lengths(connection: &Connection) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut statement =
        connection.prepare("SELECT match_id, count(*) FROM events GROUP BY match_id")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
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

/// The first event of a match with an id that one before it has, and that id. There is no index that would forbid it.
pub fn doubled(connection: &Connection, id: MatchId) -> Result<Option<(Seq, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT max(seq), event_id FROM events WHERE match_id = ?1 \
         GROUP BY event_id HAVING count(*) > 1 ORDER BY 1 LIMIT 1",
    )?;
    let found = statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)));
    let found: Option<(i64, String)> = found.optional()?;
    found.map(|(number, id)| Ok((seq(number)?, id))).transpose()
}

/// Replays a whole match: its row and the fold of its events, handing each event over as it passes.
pub fn replay(
    connection: &Connection,
    id: MatchId,
    mut each: impl FnMut(Recorded, MatchState),
) -> Result<(Match, MatchFold), StoreError> {
    const PAGE: usize = 500;
    // One transaction, so that row and events are of the same moment.
    let transaction = connection.unchecked_transaction()?;
    let found = match_by_id(&transaction, id)?;
    let mut fold = MatchFold::new(found.fixture.rules.clone());
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
