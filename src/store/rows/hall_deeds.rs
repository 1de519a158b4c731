//! The rows of the hall's deeds: what organisers did to its plan.

use rusqlite::{Connection, params};

use super::deeds::{DoneBy, ENCODING_JSON, Recorded, deed_row};
use super::unreadable;
use crate::clock::WallMs;
use crate::domain::VenueId;
use crate::domain::plan::HallDeed;
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// A deed on the hall.
pub type RecordedHallDeed = Recorded<HallDeed>;

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
