//! A day of the hall as it is shown: courts, times, and the matches that have a place or none yet.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::broker::Summary;
use crate::clock::WallMs;
use crate::domain::plan::{Booking, DayCourt, PlanSettings, open_times};
use crate::domain::{Court, MatchId, Status, TournamentId};
use crate::organising::{Hall, Refused};
use crate::store::Revised;

/// A day of the hall.
pub struct HallDay {
    pub date: Date,
    pub zone: TimeZone,
    pub settings: PlanSettings,
    pub courts: Vec<Revised<Court>>,
    /// The same courts with the times while they are open.
    pub open: Vec<DayCourt>,
    /// The bookings of the matches of this day.
    pub bookings: HashMap<MatchId, Booking>,
    /// All that is played on this day, or has no place yet.
    pub matches: Vec<Summary>,
    /// The moment for which all this is true; `None` while nobody has set the clock.
    pub now: Option<WallMs>,
    /// The matches that are planned on other days.
    elsewhere: BTreeSet<MatchId>,
    /// The tournaments that begin on a later day.
    later: HashSet<TournamentId>,
}

impl HallDay {
    /// Says if this moment lies within the day.
    pub fn contains(&self, at: WallMs) -> bool {
        date_at(at, &self.settings, &self.zone) == self.date
    }

    /// The moment of now, if it lies within the day and the clock has been told the time.
    pub fn moment(&self) -> Option<WallMs> {
        self.now.filter(|now| self.contains(*now))
    }

    /// Says if a match is one of this day: it has its place here, or none anywhere.
    pub(super) fn has(&self, summary: &Summary) -> bool {
        let id = summary.setup.id;
        if self.bookings.contains_key(&id) {
            return true;
        }
        if summary
            .tournament()
            .is_some_and(|of| self.later.contains(&of))
        {
            return false;
        }
        match summary.status {
            // What was played without a plan is of the day on which it ended.
            Status::Finished => self.contains(summary.updated_at) && summary.setup.court.is_some(),
            _ => !self.elsewhere.contains(&id),
        }
    }

    /// The courts with the times while they are open.
    fn open_courts(&self) -> Result<Vec<DayCourt>, Refused> {
        let opens = at(self.date, self.settings.opens, &self.zone)?;
        let closes = if self.settings.closes_after_midnight() {
            let next = self.date.tomorrow().unwrap_or(self.date);
            at(next, self.settings.closes, &self.zone)?
        } else {
            at(self.date, self.settings.closes, &self.zone)?
        };
        let courts = self.courts.iter().map(|court| {
            let id = court.value.id;
            let closures = self.settings.closures.iter();
            let closed: Vec<(WallMs, WallMs)> = closures
                .filter(|closure| closure.court.is_none_or(|of| of == id))
                .map(|closure| (closure.from.as_millisecond(), closure.to.as_millisecond()))
                .collect();
            DayCourt {
                id,
                open: open_times(opens, closes, &closed),
            }
        });
        Ok(courts.collect())
    }
}

fn timestamp(at: WallMs) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or_default()
}

/// The day of the hall at a moment. Where it closes after midnight, the time until then is still of the day before.
pub(super) fn date_at(at: WallMs, settings: &PlanSettings, zone: &TimeZone) -> Date {
    let local = zone.to_datetime(timestamp(at));
    let is_night = settings.closes_after_midnight() && local.time() < settings.closes;
    match local.date().yesterday() {
        Ok(yesterday) if is_night => yesterday,
        _ => local.date(),
    }
}

/// The time zone of this name. The binary knows all of them, also those of which a box has no data: browsers propose old names,
/// such as Asia/Calcutta, which Debian 13 keeps in a package of its own (`tzdata-legacy`).
pub fn zone_of(name: &str) -> Result<TimeZone, Refused> {
    TimeZone::get(name).map_err(|_| {
        Refused::Wrong(format!(
            "“{name}” is no time zone; it is written as Europe/Paris"
        ))
    })
}

pub(super) fn at(date: Date, time: Time, zone: &TimeZone) -> Result<WallMs, Refused> {
    let zoned = date.to_datetime(time).to_zoned_datetime(zone.clone());
    let zoned = zoned.map_err(|error| Refused::Wrong(error.to_string()))?;
    Ok(zoned.timestamp().as_millisecond())
}

impl Hall {
    /// The zone of the hall: UTC while nobody has said it.
    pub(super) fn zone(settings: &PlanSettings) -> Result<TimeZone, Refused> {
        match &settings.time_zone {
            Some(name) => zone_of(name),
            None => Ok(TimeZone::UTC),
        }
    }

    /// A day as it is shown; `None` is today.
    pub async fn hall_day(&self, date: Option<Date>) -> Result<HallDay, Refused> {
        let mut day = self.day_without_matches(date, &[]).await?;
        let all = self.broker.summaries(None);
        day.matches = all.into_iter().filter(|summary| day.has(summary)).collect();
        Ok(day)
    }

    /// A day, without its matches. Guests are matches that may be planned on another day.
    pub(super) async fn day_without_matches(
        &self,
        date: Option<Date>,
        guests: &[MatchId],
    ) -> Result<HallDay, Refused> {
        let settings = self.store.plan_settings().await?;
        let zone = Hall::zone(&settings)?;
        let date = date.unwrap_or_else(|| date_at(self.clock.now_ms(), &settings, &zone));
        let bookings = self.store.bookings().await?;
        let tournaments = self.store.tournaments().await?;
        let later = tournaments.iter().filter(|tournament| {
            let first = tournament.value.starts_on;
            guests.is_empty() && first.is_some_and(|first| first > date)
        });
        let mut day = HallDay {
            later: later.map(|tournament| tournament.value.id).collect(),
            courts: self.store.courts().await?,
            open: Vec::new(),
            bookings: HashMap::new(),
            matches: Vec::new(),
            now: self.clock.is_set().then(|| self.clock.now_ms()),
            elsewhere: BTreeSet::new(),
            date,
            zone,
            settings,
        };
        day.open = day.open_courts()?;
        let here = |(_, booking): &(MatchId, Booking)| day.contains(booking.at);
        let (here, elsewhere): (Vec<_>, Vec<_>) = bookings.into_iter().partition(here);
        day.bookings = here.into_iter().collect();
        let elsewhere = elsewhere.into_iter().map(|(id, _)| id);
        day.elsewhere = elsewhere.filter(|id| !guests.contains(id)).collect();
        Ok(day)
    }

    /// The day on which a match is planned.
    pub async fn day_of(&self, id: MatchId) -> Result<Option<Date>, Refused> {
        let settings = self.store.plan_settings().await?;
        let zone = Hall::zone(&settings)?;
        let bookings = self.store.bookings().await?;
        let booking = bookings.get(&id);
        Ok(booking.map(|booking| date_at(booking.at, &settings, &zone)))
    }
}
