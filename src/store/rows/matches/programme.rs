//! The place of a match in the day's programme.

use rusqlite::params;

use crate::domain::{MatchSetup, Programme};
use crate::store::error::StoreError;
use crate::store::rows::official_columns;
use crate::store::writer::Writing;

/// Writes what is new in a match's place in the programme. Its revision, by which organisers tell that somebody else has changed
/// it, stays: calling a match changes nothing of who plays where.
pub(super) fn write_programme(
    writing: &mut Writing<'_>,
    known: &MatchSetup,
    programme: &Programme,
) -> Result<(), StoreError> {
    if *programme == known.programme {
        return Ok(());
    }
    let revision = writing.next_revision();
    let referee = official_columns(programme.referee.as_ref());
    writing
        .connection
        .prepare_cached(
            "UPDATE matches SET planned_at = ?1, number = ?2, call_state = ?3, revision = ?4, former_at = ?6, \
             former_court = ?7, referee_team = ?8, referee_name = ?9 WHERE id = ?5",
        )?
        .execute(params![
            programme.planned_at,
            programme.number,
            programme.call.as_str(),
            revision,
            known.id.to_string(),
            programme.moved.as_ref().map(|place| place.planned_at),
            programme.moved.as_ref().and_then(|place| place.court.as_deref()),
            referee.team,
            referee.name,
        ])?;
    Ok(())
}
