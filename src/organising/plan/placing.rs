//! Matches that are moved by hand, and locked.

use jiff::Timestamp;
use jiff::civil::Date;

use super::day::PlannedDay;
use crate::domain::plan::{
    Booking, Clash, Kind, Minutes, Place, Rebooked, Severity, Slot, Why, clashes, places,
};
use crate::domain::{CourtId, MatchId, Status};
use crate::organising::{Hall, Refused};
use crate::store::{DoneBy, StoreError};

/// The begin of a match that is moved lies on a whole minute.
const MINUTE_MS: i64 = 60_000;

/// A match that somebody wants elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub of: MatchId,
    /// The court and the begin; `None` only asks where it may go.
    pub to: Option<(CourtId, i64)>,
    /// Warnings have been seen.
    pub confirmed: bool,
}

/// The answer to a wish.
pub struct Answered {
    /// It has its new place.
    pub moved: bool,
    pub clashes: Vec<MatchClash>,
    /// The places where it clashes with nothing.
    pub free: Vec<FreePlace>,
    pub day: Date,
}

/// A clash of a match that is moved.
#[derive(Debug, Clone, Copy)]
pub struct MatchClash {
    pub kind: Kind,
    pub severity: Severity,
    /// The other match, where there is one.
    pub other: Option<MatchId>,
}

/// A court, with the first and the last moment at which the match can begin there.
#[derive(Debug, Clone, Copy)]
pub struct FreePlace {
    pub court: CourtId,
    pub from: i64,
    pub to: i64,
}

impl Hall {
    /// Moves a match, unless it clashes with something: then that is the answer, and nothing has changed.
    pub async fn move_match(&self, wish: Wish, by: DoneBy) -> Result<Answered, Refused> {
        let summary = self.broker.summary(wish.of);
        let summary = summary.ok_or(StoreError::NotFound("match"))?;
        if summary.status != Status::Scheduled {
            let message = "this match has begun: it stays where it is played";
            return Err(Refused::Contradicts(message.to_owned()));
        }
        let day = match wish.to {
            Some((_, at)) => Some(self.date_of(at).await?),
            None => self.day_of(wish.of).await?,
        };
        let day = self.planned_day(day, Some(wish.of)).await?;
        let before = self.store.bookings().await?.get(&wish.of).copied();
        if before.is_some_and(|booking| booking.locked) && wish.to.is_some() {
            let message = "this match is locked: unlock it to move it";
            return Err(Refused::Contradicts(message.to_owned()));
        }
        let mut asked = Asked::new(&day, wish.of)?;
        let free = asked.free();
        let mut answered = Answered {
            moved: false,
            clashes: Vec::new(),
            free,
            day: day.hall.date,
        };
        let Some((court, at)) = wish.to else {
            return Ok(answered);
        };
        let at = at - at.rem_euclid(MINUTE_MS);
        answered.clashes = asked.clashes_at(court, at)?;
        let blocked = answered
            .clashes
            .iter()
            .any(|clash| clash.severity == Severity::Blocking);
        if blocked || (!answered.clashes.is_empty() && !wish.confirmed) {
            return Ok(answered);
        }
        let after = Booking {
            court,
            at,
            minutes: u16::try_from(asked.minutes()).unwrap_or(u16::MAX),
            locked: false,
        };
        let change = Rebooked {
            of: wish.of,
            before,
            after: Some(after),
        };
        if before != Some(after) {
            self.rebook(Why::Move, vec![change], by).await?;
        }
        answered.moved = true;
        Ok(answered)
    }

    /// The day in the hall at a moment.
    async fn date_of(&self, at: i64) -> Result<Date, Refused> {
        let at = Timestamp::from_millisecond(at)
            .map_err(|_| Refused::Wrong("there is no such moment".to_owned()))?;
        let zone = Hall::zone(&self.store.plan_settings().await?)?;
        Ok(zone.to_datetime(at).date())
    }

    /// Keeps matches where they are planned, or lets proposals move them again.
    pub async fn lock(&self, ids: &[MatchId], locked: bool, by: DoneBy) -> Result<(), Refused> {
        let bookings = self.store.bookings().await?;
        let mut changes = Vec::new();
        for id in ids {
            let Some(booking) = bookings.get(id) else {
                let message = "a match that is not planned cannot be locked: give it a place first";
                return Err(Refused::Contradicts(message.to_owned()));
            };
            let after = Booking { locked, ..*booking };
            if after != *booking {
                changes.push(Rebooked {
                    of: *id,
                    before: Some(*booking),
                    after: Some(after),
                });
            }
        }
        self.rebook(Why::Lock, changes, by).await
    }
}

/// A match that is to go elsewhere, among all others of the day.
struct Asked<'a> {
    day: &'a PlannedDay,
    problem: crate::domain::plan::Problem,
    slots: Vec<Option<Slot>>,
    at: usize,
}

impl<'a> Asked<'a> {
    fn new(day: &'a PlannedDay, of: MatchId) -> Result<Asked<'a>, Refused> {
        let at = day.day.matches.iter().position(|known| known.id == of);
        let at = at.ok_or(StoreError::NotFound("match of this day"))?;
        let mut problem = day.day.problem();
        let mut slots = day.slots(&problem);
        problem.fixtures[at].fixed = None;
        slots[at] = None;
        Ok(Asked {
            day,
            problem,
            slots,
            at,
        })
    }

    fn minutes(&self) -> Minutes {
        self.problem.fixtures[self.at].minutes
    }

    fn free(&self) -> Vec<FreePlace> {
        let found = places(&self.problem, &self.slots, self.at, 0);
        let place = |place: Place| {
            Some(FreePlace {
                court: self.day.day.courts.get(place.court)?.id,
                from: self.day.day.moment_of(place.from),
                to: self.day.day.moment_of(place.to),
            })
        };
        found.into_iter().filter_map(place).collect()
    }

    fn clashes_at(&mut self, court: CourtId, at: i64) -> Result<Vec<MatchClash>, Refused> {
        let slot = self.day.day.slot_of(court, at);
        self.slots[self.at] = Some(slot.ok_or(StoreError::NotFound("court"))?);
        let id_of = |at: usize| self.day.day.matches.get(at).map(|known| known.id);
        let mut found: Vec<MatchClash> = Vec::new();
        for clash in clashes(&self.problem, &self.slots) {
            let Clash {
                kind,
                severity,
                fixture,
                other,
                ..
            } = clash;
            if fixture != self.at && other != Some(self.at) {
                continue;
            }
            let other = if fixture == self.at {
                other
            } else {
                Some(fixture)
            };
            let told = MatchClash {
                kind,
                severity,
                other: other.and_then(id_of),
            };
            // Two teams may share several people.
            let same = |known: &MatchClash| known.kind == kind && known.other == told.other;
            if !found.iter().any(same) {
                found.push(told);
            }
        }
        Ok(found)
    }
}
