//! The plan of the hall: an action of an organiser each, one transaction each.

use std::collections::HashMap;

use jiff::civil::Date;

use super::rows::bookings;
use super::rows::deeds::DoneBy;
use super::rows::hall_deeds::{self, RecordedHallDeed};
use super::rows::{courts, matches, venue};
use super::{Store, StoreError};
use crate::domain::plan::{Booking, HallDeed, PlanSettings, Rebooked, Why};
use crate::domain::{Call, CourtId, MatchId, MatchSetup, Programme};

/// A match as everybody is to see it in the day's programme.
#[derive(Debug, Clone)]
pub struct Published {
    pub of: MatchId,
    pub booking: Booking,
    pub number: u32,
}

impl Store {
    /// Calls a match: to the court where it is planned, or to another one.
    pub async fn call(
        &self,
        id: MatchId,
        call: Call,
        court: Option<CourtId>,
    ) -> Result<MatchSetup, StoreError> {
        let venue = self.venue.id;
        self.writer
            .write(move |writing| {
                let known = matches::one(writing.connection, id)?.setup;
                let mut wanted = known.clone();
                if let Some(court) = court {
                    wanted.court = Some(courts::one(writing.connection, court)?.value);
                    bookings::follow_court(writing, venue, id, Some(court))?;
                }
                wanted.note_move(&known);
                wanted.programme.call = call;
                matches::write_change(writing, &known, wanted)
            })
            .await
    }

    /// The plan over all days.
    pub async fn bookings(&self) -> Result<HashMap<MatchId, Booking>, StoreError> {
        self.read(bookings::all).await
    }

    pub async fn plan_settings(&self) -> Result<PlanSettings, StoreError> {
        self.read(venue::plan_settings).await
    }

    /// The newest deeds of the hall, the newest first.
    pub async fn hall_deeds(&self, count: usize) -> Result<Vec<RecordedHallDeed>, StoreError> {
        self.read(move |connection| hall_deeds::newest(connection, count))
            .await
    }

    pub async fn set_plan_settings(
        &self,
        settings: PlanSettings,
        why: Why,
        by: DoneBy,
    ) -> Result<(), StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                let known = venue::plan_settings(writing.connection)?;
                if known == settings {
                    return Ok(());
                }
                venue::set_plan_settings(writing, &settings)?;
                let deed = HallDeed::Settings {
                    before: Box::new(known),
                    after: Box::new(settings),
                    why,
                };
                hall_deeds::append(writing, venue, (&deed, &by), now)
            })
            .await
    }

    /// Moves matches in the plan; `Changed`, and nothing is written, if one of them is not where it was seen. Returns the matches
    /// of which everybody sees another place now.
    pub async fn rebook(
        &self,
        why: Why,
        changes: Vec<Rebooked>,
        by: DoneBy,
    ) -> Result<Vec<MatchSetup>, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                let mut shown = Vec::new();
                for change in &changes {
                    if bookings::one(writing.connection, change.of)? != change.before {
                        return Err(StoreError::Changed);
                    }
                    bookings::write(writing, venue, change.of, change.after.as_ref())?;
                    let known = matches::one(writing.connection, change.of)?.setup;
                    if known.programme.planned_at.is_none() {
                        continue;
                    }
                    let number = known.programme.number;
                    let wanted = show(writing.connection, &known, change.after.as_ref(), number)?;
                    if wanted != known {
                        shown.push(matches::write_change(writing, &known, wanted)?);
                    }
                }
                let deed = HallDeed::Plan { why, changes };
                hall_deeds::append(writing, venue, (&deed, &by), now)?;
                Ok(shown)
            })
            .await
    }

    /// Shows the plan of a day to everybody. Returns the matches of which everybody sees another place now.
    pub async fn publish_plan(
        &self,
        day: Date,
        published: Vec<Published>,
        by: DoneBy,
    ) -> Result<Vec<MatchSetup>, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                let mut shown = Vec::new();
                for Published {
                    of,
                    booking,
                    number,
                } in published
                {
                    let known = matches::one(writing.connection, of)?.setup;
                    let place = Some(&booking);
                    let wanted = show(writing.connection, &known, place, Some(number))?;
                    if wanted != known {
                        shown.push(matches::write_change(writing, &known, wanted)?);
                    }
                }
                let deed = HallDeed::Publish { day };
                hall_deeds::append(writing, venue, (&deed, &by), now)?;
                Ok(shown)
            })
            .await
    }
}

/// A match with the place that everybody is to see.
fn show(
    connection: &rusqlite::Connection,
    known: &MatchSetup,
    booking: Option<&Booking>,
    number: Option<u32>,
) -> Result<MatchSetup, StoreError> {
    let court = match booking {
        Some(booking) => Some(courts::one(connection, booking.court)?.value),
        None => None,
    };
    let mut shown = MatchSetup {
        programme: Programme {
            planned_at: booking.map(|booking| booking.at),
            number,
            referee: booking.and_then(|booking| booking.referee.clone()),
            ..known.programme.clone()
        },
        court,
        ..known.clone()
    };
    shown.call_anew(known);
    shown.note_move(known);
    Ok(shown)
}
