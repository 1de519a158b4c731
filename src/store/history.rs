//! A match's history: how its events are written, read and replayed.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::value::RawValue;

use super::error::StoreError;
use super::lagging::Reached;
use super::rows::matches::{self, Match};
use super::rows::{seq, unreadable};
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::{Author, Event, EventId, MatchFold, MatchId, Rules, Seq, Status};

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

/// The time in which a match was played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayTime {
    /// The time of its first event.
    pub began: WallMs,
    /// When it was over, whenever its result was corrected since; `None` while it goes on.
    pub ended: Option<WallMs>,
}

/// The times in which these matches were played; nothing of one that has no event.
pub fn play_times(
    connection: &Connection,
    ids: &[MatchId],
) -> Result<Vec<(MatchId, PlayTime)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT e.at, m.ended_at FROM events e JOIN matches m ON m.id = e.match_id WHERE e.match_id = ?1 AND e.seq = 1",
    )?;
    let mut times = Vec::with_capacity(ids.len());
    for id in ids {
        let time = statement.query_row([id.to_string()], |row| {
            Ok(PlayTime {
                began: row.get(0)?,
                ended: row.get(1)?,
            })
        });
        times.extend(time.optional()?.map(|time| (*id, time)));
    }
    Ok(times)
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

/// The last event of a match that is stored; 0 if it has none.
pub fn last_seq(connection: &Connection, id: MatchId) -> Result<Seq, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT max(seq) FROM events WHERE match_id = ?1")?;
    let last: Option<i64> = statement.query_row([id.to_string()], |row| row.get(0))?;
    seq(last.unwrap_or(0))
}

/// Adds events to a match's history, whose state is then `state`. Its row says so at once if the status is another one or
/// the match is over, and in a while otherwise. `Diverged`, with nothing written, if they do not continue the history, or
/// begin one by other rules than `rules`: an organiser may have changed them while the first event was decided on.
pub fn append(
    writing: &mut Writing<'_>,
    id: MatchId,
    events: &[Recorded],
    rules: &Rules,
    state: Arc<RawValue>,
    status: &'static str,
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Ok(());
    };
    let key = id.to_string();
    let (known_status, known_seq) = place(writing.connection, &key)?;
    let continues = known_seq + 1 == first.seq;
    if !continues || (first.seq == 1 && !is_played_by(writing.connection, &key, rules)?) {
        return Err(StoreError::Diverged);
    }
    insert(writing.connection, &key, events)?;
    let reached = Reached {
        status,
        state,
        seq: last.seq,
        at: last.at,
    };
    if known_status != status || status == Status::Finished.as_str() {
        return writing.write_now(id, &reached);
    }
    writing.write_later(id, reached);
    Ok(())
}

/// Says if these are the rules of a match.
fn is_played_by(connection: &Connection, id: &str, rules: &Rules) -> Result<bool, StoreError> {
    let stored: Option<String> = connection
        .prepare_cached("SELECT rules FROM matches WHERE id = ?1")?
        .query_row([id], |row| row.get("rules"))?;
    match stored {
        Some(text) => Ok(serde_json::from_str::<Rules>(&text).map_err(unreadable)? == *rules),
        None => Ok(Rules::plain() == *rules),
    }
}

/// A match's status, which its row always knows, and the seq of its last event, which only the events know.
fn place(connection: &Connection, id: &str) -> Result<(String, Seq), StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT status, (SELECT max(seq) FROM events WHERE match_id = ?1) FROM matches \
             WHERE id = ?1 AND deleted_at IS NULL",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?)))
        .optional()?;
    let (status, last) = found.ok_or(StoreError::Diverged)?;
    Ok((status, seq(last.unwrap_or(0))?))
}

fn insert(connection: &Connection, id: &str, events: &[Recorded]) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
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

/// How much of a history is wanted at once: so many events, or fewer whose texts make so many bytes.
#[derive(Debug, Clone, Copy)]
pub struct Portion {
    pub events: usize,
    pub bytes: usize,
}

/// What is read at a time where a whole history is: bounds the memory, whatever the length of a match and its events.
pub const PAGE: Portion = Portion {
    events: 500,
    bytes: 256 * 1024,
};

/// Events of a match after `after`, in order.
pub fn events(
    connection: &Connection,
    id: MatchId,
    after: Seq,
    portion: Portion,
) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, event_id, at, author, encoding, body FROM events \
         WHERE match_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let limit = i64::try_from(portion.events).unwrap_or(i64::MAX);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = statement.query_and_then(params![id.to_string(), after, limit], event_row)?;
    let (mut events, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let recorded = row?;
        bytes += recorded.event.body().len();
        events.push(recorded);
        if bytes >= portion.bytes {
            break;
        }
    }
    Ok(events)
}

/// The first of the newest events up to `upto` that a portion holds; of events that are too large alone, the last one.
pub fn newest(
    connection: &Connection,
    id: MatchId,
    upto: Seq,
    portion: Portion,
) -> Result<Seq, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, length(CAST(body AS BLOB)) FROM events \
         WHERE match_id = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(portion.events).unwrap_or(i64::MAX);
    let last = i64::try_from(upto).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![id.to_string(), last, limit])?;
    let (mut first, mut bytes) = (upto, 0);
    while let Some(row) = rows.next()? {
        bytes += usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
        let found = seq(row.get(0)?)?;
        if bytes > portion.bytes && found < upto {
            break;
        }
        first = found;
    }
    Ok(first)
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

/// The first event of a match whose text bears another id than its row, and that of the row. The text is what is read; the
/// row is what the central database compares.
pub fn misnamed(connection: &Connection, id: MatchId) -> Result<Option<(Seq, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, event_id FROM events WHERE match_id = ?1 \
         AND CASE WHEN json_valid(body) THEN json_extract(body, '$.id') <> event_id END ORDER BY seq LIMIT 1",
    )?;
    let found = statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)));
    let found: Option<(i64, String)> = found.optional()?;
    found.map(|(number, id)| Ok((seq(number)?, id))).transpose()
}

/// Reads a whole match, page by page: where it stands, which its row may not say yet, and the fold of its events. Each
/// event is handed over as it passes.
pub fn replay(
    connection: &Connection,
    id: MatchId,
    each: impl FnMut(Recorded),
) -> Result<(Match, MatchFold), StoreError> {
    // One transaction, so that row and events are of the same moment.
    let moment = connection.unchecked_transaction()?;
    fold(&moment, id, each)
}

/// The same within a transaction.
pub fn fold(
    connection: &Connection,
    id: MatchId,
    mut each: impl FnMut(Recorded),
) -> Result<(Match, MatchFold), StoreError> {
    let mut found = matches::one(connection, id)?;
    let mut fold = MatchFold::new(found.setup.rules.clone());
    loop {
        let page = events(connection, id, fold.seq(), PAGE)?;
        if page.is_empty() {
            (found.seq, found.state) = (fold.seq(), fold.state());
            return Ok((found, fold));
        }
        let mut plays = Vec::with_capacity(page.len());
        for (expected, recorded) in (fold.seq() + 1..).zip(page) {
            if recorded.seq != expected {
                return Err(unreadable(format!("event {expected} is missing")));
            }
            if recorded.seq > found.seq {
                found.updated_at = recorded.at;
            }
            plays.push(recorded.event.play.clone());
            each(recorded);
        }
        fold.extend(plays);
    }
}
