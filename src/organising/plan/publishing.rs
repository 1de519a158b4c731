//! The plan as everybody sees it: courts, times, and numbers in the day's programme.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::domain::plan::Booking;
use crate::domain::{CourtId, MatchId, Status};
use crate::organising::{Hall, Refused};
use crate::store::{DoneBy, Published};

impl Hall {
    /// Shows the plan of a day to everybody; `None` is today. A match that has a number keeps it.
    pub async fn publish_plan(&self, date: Option<Date>, by: DoneBy) -> Result<Date, Refused> {
        let hall = self.clone();
        self.act(async move {
            let today = hall.hall_day(date).await?;
            let order: HashMap<CourtId, usize> = today
                .courts
                .iter()
                .enumerate()
                .map(|(at, court)| (court.value.id, at))
                .collect();
            let mut planned: Vec<(MatchId, Booking, Option<u32>)> = Vec::new();
            for summary in &today.matches {
                let id = summary.setup.id;
                let known = summary.setup.programme.number;
                if let Some(booking) = today.bookings.get(&id) {
                    planned.push((id, booking.clone(), known));
                }
            }
            if planned.is_empty() {
                let message = "nothing is planned on this day: make a plan first";
                return Err(Refused::Contradicts(message.to_owned()));
            }
            planned.sort_by_key(|(_, booking, _)| (booking.at, order.get(&booking.court).copied()));
            let highest = planned.iter().filter_map(|(_, _, number)| *number).max();
            let mut next = highest.unwrap_or(0);
            let scheduled = |id: MatchId| {
                let summary = hall.broker.summary(id);
                summary.is_some_and(|summary| summary.status == Status::Scheduled)
            };
            let published = planned.into_iter().filter_map(|(of, booking, known)| {
                let number = known.unwrap_or_else(|| {
                    next += 1;
                    next
                });
                // A match that has begun stays on the court where it is played.
                scheduled(of).then_some(Published {
                    of,
                    booking,
                    number,
                })
            });
            let published: Vec<Published> = published.collect();
            let shown = hall.store.publish_plan(today.date, published, by).await?;
            hall.show_places(shown).await;
            hall.planned();
            Ok(today.date)
        })
        .await
    }
}
