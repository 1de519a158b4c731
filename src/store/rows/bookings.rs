//! The rows of bookings: the plan of the hall as organisers see it.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::{id_in, official_columns, official_in, optional_id_in};
use crate::domain::plan::Booking;
use crate::domain::{CourtId, MatchId, VenueId};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

/// The bookings of matches that are there. One whose court was deleted is none.
const BOOKING: &str = "SELECT b.match_id, c.id AS court_id, b.at, b.minutes, b.locked, b.referee_team, \
     coalesce(r.name, b.referee_name) AS referee_name FROM bookings b LEFT JOIN teams r ON r.id = b.referee_team \
     JOIN matches m ON m.id = b.match_id AND m.deleted_at IS NULL \
     JOIN courts c ON c.id = b.court_id AND c.deleted_at IS NULL";

fn booking_row(row: &Row<'_>) -> Result<Option<(MatchId, Booking)>, StoreError> {
    let Some(court) = optional_id_in(row, "court_id")? else {
        return Ok(None);
    };
    let booking = Booking {
        court,
        at: row.get("at")?,
        minutes: row.get("minutes")?,
        locked: row.get("locked")?,
        referee: official_in(row)?,
    };
    Ok(Some((id_in(row, "match_id")?, booking)))
}

/// The whole plan, over all days.
pub fn all(connection: &Connection) -> Result<HashMap<MatchId, Booking>, StoreError> {
    let mut statement = connection.prepare_cached(BOOKING)?;
    let rows = statement.query_and_then([], booking_row)?;
    rows.filter_map(Result::transpose).collect()
}

pub fn one(connection: &Connection, of: MatchId) -> Result<Option<Booking>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{BOOKING} WHERE b.match_id = ?1"))?;
    let found = statement
        .query_and_then([of.to_string()], booking_row)?
        .next();
    Ok(found.transpose()?.flatten().map(|(_, booking)| booking))
}

/// Writes the place of a match in the plan; `None` takes it out.
pub fn write(
    writing: &mut Writing<'_>,
    venue: VenueId,
    of: MatchId,
    booking: Option<&Booking>,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let Some(booking) = booking else {
        writing
            .connection
            .prepare_cached(
                "UPDATE bookings SET court_id = NULL, locked = 0, referee_team = NULL, referee_name = NULL, revision = ?1 WHERE match_id = ?2",
            )?
            .execute(params![revision, of.to_string()])?;
        return Ok(());
    };
    let referee = official_columns(booking.referee.as_ref());
    writing
        .connection
        .prepare_cached(
            "INSERT INTO bookings (match_id, venue_id, revision, court_id, at, minutes, locked, referee_team, \
             referee_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (match_id) DO UPDATE SET revision = excluded.revision, \
             court_id = excluded.court_id, at = excluded.at, minutes = excluded.minutes, locked = excluded.locked, \
             referee_team = excluded.referee_team, referee_name = excluded.referee_name",
        )?
        .execute(params![
            of.to_string(),
            venue.to_string(),
            revision,
            booking.court.to_string(),
            booking.at,
            booking.minutes,
            booking.locked,
            referee.team,
            referee.name,
        ])?;
    Ok(())
}

/// Makes the plan follow a match that an organiser has put on another court, or on none.
pub fn follow_court(
    writing: &mut Writing<'_>,
    venue: VenueId,
    of: MatchId,
    court: Option<CourtId>,
) -> Result<(), StoreError> {
    let Some(known) = one(writing.connection, of)? else {
        return Ok(());
    };
    let wanted = court.map(|court| Booking {
        court,
        ..known.clone()
    });
    if wanted.as_ref() == Some(&known) {
        return Ok(());
    }
    write(writing, venue, of, wanted.as_ref())
}
