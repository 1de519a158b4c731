//! The rows of deeds: what organisers did to tournaments. Those of the hall are alike (`hall_deeds`).

use rusqlite::{Connection, Row, params};
use serde::de::DeserializeOwned;

use super::{id, seq, unreadable};
use crate::clock::WallMs;
use crate::domain::tournament::deed::{Deed, DeedSeq};
use crate::domain::{SessionId, TournamentId, VenueId};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// The encoding of `deeds.body` that this version writes.
pub(super) const ENCODING_JSON: i64 = 1;

/// A deed with its place, its time and its author.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<D> {
    /// 1, 2, 3… in a tournament, or in a venue.
    pub seq: DeedSeq,
    pub at: WallMs,
    pub by: DoneBy,
    pub deed: D,
}

/// A deed on a tournament.
pub type RecordedDeed = Recorded<Deed>;

/// The author of a deed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoneBy {
    /// `None` in an open venue, and for what the server noticed by itself.
    pub session: Option<SessionId>,
    /// A short word for the browser, such as Firefox on Linux; empty where nobody knows.
    pub device: String,
}

pub(super) fn deed_row<D: DeserializeOwned>(row: &Row<'_>) -> Result<Recorded<D>, StoreError> {
    let encoding: i64 = row.get("encoding")?;
    if encoding != ENCODING_JSON {
        return Err(unreadable(format!("deed encoding {encoding}")));
    }
    let session: Option<String> = row.get("session_id")?;
    let body = row.get_ref("body")?.as_str().map_err(unreadable)?;
    Ok(Recorded {
        seq: seq(row.get("seq")?)?,
        at: row.get("at")?,
        by: DoneBy {
            session: session.as_deref().map(id).transpose()?,
            device: row.get("device")?,
        },
        deed: serde_json::from_str(body).map_err(unreadable)?,
    })
}

/// The deeds of a tournament, the first first.
pub fn of(connection: &Connection, of: TournamentId) -> Result<Vec<RecordedDeed>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, session_id, device, encoding, body FROM deeds WHERE tournament_id = ?1 ORDER BY seq",
    )?;
    let mut deeds = Vec::new();
    for (expected, row) in (1..).zip(statement.query_and_then([of.to_string()], deed_row)?) {
        let recorded: RecordedDeed = row?;
        if recorded.seq != expected {
            return Err(unreadable(format!("deed {expected} is missing")));
        }
        deeds.push(recorded);
    }
    Ok(deeds)
}

/// The number of the last deed of a tournament; 0 before the first.
pub fn last(connection: &Connection, of: TournamentId) -> Result<DeedSeq, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM deeds WHERE tournament_id = ?1")?;
    seq(statement.query_row([of.to_string()], |row| row.get(0))?)
}

pub fn append(
    writing: &mut Writing<'_>,
    venue: VenueId,
    of: TournamentId,
    recorded: &RecordedDeed,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let body = serde_json::to_string(&recorded.deed).map_err(unreadable)?;
    writing
        .connection
        .prepare_cached(
            "INSERT INTO deeds (tournament_id, seq, venue_id, revision, at, session_id, device, encoding, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            of.to_string(),
            recorded.seq as i64,
            venue.to_string(),
            revision,
            recorded.at,
            recorded.by.session.map(|session| session.to_string()),
            recorded.by.device,
            ENCODING_JSON,
            body
        ])?;
    Ok(())
}
