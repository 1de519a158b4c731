//! The rows of the hall's deeds: what organisers did to its plan.

use rusqlite::{Connection, Row, params};

use super::deeds::DoneBy;
use super::{id, seq, unreadable};
use crate::clock::WallMs;
use crate::domain::VenueId;
use crate::domain::plan::HallDeed;
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// The encoding of `hall_deeds.body` that this version writes.
const ENCODING_JSON: i64 = 1;

/// A deed with its place, its time and its author.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedHallDeed {
    /// 1, 2, 3… in a venue.
    pub seq: u64,
    pub at: WallMs,
    pub by: DoneBy,
    pub deed: HallDeed,
}

fn deed_row(row: &Row<'_>) -> Result<RecordedHallDeed, StoreError> {
    let encoding: i64 = row.get("encoding")?;
    if encoding != ENCODING_JSON {
        return Err(unreadable(format!("hall deed encoding {encoding}")));
    }
    let session: Option<String> = row.get("session_id")?;
    let body = row.get_ref("body")?.as_str().map_err(unreadable)?;
    Ok(RecordedHallDeed {
        seq: seq(row.get("seq")?)?,
        at: row.get("at")?,
        by: DoneBy {
            session: session.as_deref().map(id).transpose()?,
            device: row.get("device")?,
        },
        deed: serde_json::from_str(body).map_err(unreadable)?,
    })
}

/// The newest deeds of the hall, the newest first.
pub fn newest(connection: &Connection, count: usize) -> Result<Vec<RecordedHallDeed>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, session_id, device, encoding, body FROM hall_deeds ORDER BY seq DESC LIMIT ?1",
    )?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    statement.query_and_then([count], deed_row)?.collect()
}

pub fn append(
    writing: &mut Writing<'_>,
    venue: VenueId,
    (deed, by): (&HallDeed, &DoneBy),
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let body = serde_json::to_string(deed).map_err(unreadable)?;
    writing
        .connection
        .prepare_cached(
            "INSERT INTO hall_deeds (venue_id, seq, revision, at, session_id, device, encoding, body) \
             SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM hall_deeds",
        )?
        .execute(params![
            venue.to_string(),
            revision,
            now,
            by.session.map(|session| session.to_string()),
            by.device,
            ENCODING_JSON,
            body
        ])?;
    Ok(())
}
