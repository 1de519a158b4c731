//! Matches that are moved by hand, and locked.

use jiff::civil::Date;

use super::day::PlannedDay;
use super::hall_day::date_at;
use super::proposing::name_of;
use crate::domain::plan::{
    Booking, Kind, Minutes, Place, Problem, Rebooked, Severity, Slot, Why, clashes, places,
};
use crate::domain::{CourtId, MatchId, Status};
use crate::organising::{Hall, Refused};
use crate::store::{DoneBy, StoreError};

/// The begin of a match that is moved lies on a whole minute.
const MINUTE_MS: i64 = 60_000;

/// Matches that somebody wants elsewhere.
#[derive(Debug, Clone)]
pub struct Wish {
    /// One at least. Several are played one after the other, in this order.
    pub of: Vec<MatchId>,
    /// The court, and the begin of the first; `None` only asks where it may go.
    pub to: Option<(CourtId, i64)>,
    /// Warnings have been seen.
    pub confirmed: bool,
}

/// The answer to a wish.
pub struct Answered {
    /// All have their new places.
    pub moved: bool,
    pub clashes: Vec<MatchClash>,
    /// The places where a single match clashes with nothing.
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
    /// Moves matches, unless one clashes with something: then that is the answer, and nothing has changed.
    pub async fn move_matches(&self, wish: Wish, by: DoneBy) -> Result<Answered, Refused> {
        let bookings = self.store.bookings().await?;
        for id in &wish.of {
            let locked = bookings.get(id).is_some_and(|booking| booking.locked);
            self.require_movable(*id, locked && wish.to.is_some())?;
        }
        let Some(first) = wish.of.first() else {
            return Err(Refused::Wrong("name the matches to move".to_owned()));
        };
        let day = match wish.to {
            Some((_, at)) => Some(self.date_of(at).await?),
            None => self.day_of(*first).await?,
        };
        let day = self.planned_day(day, &wish.of).await?;
        let mut asked = Asked::new(&day, &wish.of)?;
        let mut answered = Answered {
            moved: false,
            clashes: Vec::new(),
            free: asked.free(),
            day: day.hall.date,
        };
        let Some((court, at)) = wish.to else {
            return Ok(answered);
        };
        let at = at - at.rem_euclid(MINUTE_MS);
        let places = asked.put(court, at)?;
        answered.clashes = asked.clashes();
        let blocked = answered
            .clashes
            .iter()
            .any(|clash| clash.severity == Severity::Blocking);
        if blocked || (!answered.clashes.is_empty() && !wish.confirmed) {
            return Ok(answered);
        }
        let change = |(of, (at, minutes)): (&MatchId, (i64, Minutes))| {
            let before = bookings.get(of).cloned();
            let after = Booking {
                court,
                at,
                minutes: u16::try_from(minutes).unwrap_or(u16::MAX),
                locked: false,
                referee: before.as_ref().and_then(|before| before.referee.clone()),
            };
            (before.as_ref() != Some(&after)).then_some(Rebooked {
                of: *of,
                before,
                after: Some(after),
            })
        };
        let changes = wish.of.iter().zip(places).filter_map(change).collect();
        self.rebook(Why::Move, changes, by).await?;
        answered.moved = true;
        Ok(answered)
    }

    /// Refuses a match that stays where it is.
    fn require_movable(&self, id: MatchId, is_locked: bool) -> Result<(), Refused> {
        let summary = self.broker.summary(id);
        let summary = summary.ok_or(StoreError::NotFound("match"))?;
        let name = name_of(&summary.setup);
        if summary.status != Status::Scheduled {
            let message = format!("{name} has begun: it stays where it is played");
            return Err(Refused::Contradicts(message));
        }
        if is_locked {
            let message = format!("{name} is locked: unlock it to move it");
            return Err(Refused::Contradicts(message));
        }
        Ok(())
    }

    /// The day in the hall at a moment.
    async fn date_of(&self, at: i64) -> Result<Date, Refused> {
        let settings = self.store.plan_settings().await?;
        Ok(date_at(at, &settings, &Hall::zone(&settings)?))
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
            if booking.locked != locked {
                let before = booking.clone();
                let after = Booking {
                    locked,
                    ..before.clone()
                };
                changes.push(Rebooked {
                    of: *id,
                    before: Some(before),
                    after: Some(after),
                });
            }
        }
        self.rebook(Why::Lock, changes, by).await
    }
}

/// Matches that are to go elsewhere, among all others of the day.
struct Asked<'a> {
    day: &'a PlannedDay,
    problem: Problem,
    slots: Vec<Option<Slot>>,
    /// Their places in the problem; one at least.
    of: Vec<usize>,
}

impl<'a> Asked<'a> {
    fn new(day: &'a PlannedDay, of: &[MatchId]) -> Result<Asked<'a>, Refused> {
        let mut problem = day.day.problem();
        let mut slots = day.slots(&problem);
        let mut places = Vec::with_capacity(of.len());
        for id in of {
            let at = day.day.matches.iter().position(|known| known.id == *id);
            let at = at.ok_or(StoreError::NotFound("match of this day"))?;
            problem.fixtures[at].fixed = None;
            slots[at] = None;
            places.push(at);
        }
        Ok(Asked {
            day,
            problem,
            slots,
            of: places,
        })
    }

    /// The places of a single match where it clashes with nothing.
    fn free(&self) -> Vec<FreePlace> {
        let &[at] = &*self.of else {
            return Vec::new();
        };
        let found = places(&self.problem, &self.slots, at, 0);
        let place = |place: Place| {
            Some(FreePlace {
                court: self.day.day.courts.get(place.court)?.id,
                from: self.day.day.moment_of(place.from),
                to: self.day.day.moment_of(place.to),
            })
        };
        found.into_iter().filter_map(place).collect()
    }

    /// Puts them on a court, one after the other. Returns the begin and the length of each.
    fn put(&mut self, court: CourtId, at: i64) -> Result<Vec<(i64, Minutes)>, Refused> {
        let day = &self.day.day;
        let first = day
            .slot_of(court, at)
            .ok_or(StoreError::NotFound("court"))?;
        let mut start = first.start;
        let mut places = Vec::with_capacity(self.of.len());
        for &at in &self.of {
            let minutes = self.problem.fixtures[at].minutes;
            self.slots[at] = Some(Slot { start, ..first });
            places.push((day.moment_of(start), minutes));
            start += minutes + self.problem.changeover;
        }
        Ok(places)
    }

    /// The clashes of these matches, each once.
    fn clashes(&self) -> Vec<MatchClash> {
        let id_of = |at: usize| self.day.day.matches.get(at).map(|known| known.id);
        let mut found: Vec<MatchClash> = Vec::new();
        for clash in clashes(&self.problem, &self.slots) {
            let is_asked = |at: usize| self.of.contains(&at);
            let other = match (is_asked(clash.fixture), clash.other) {
                (true, other) => other,
                (false, Some(other)) if is_asked(other) => Some(clash.fixture),
                (false, _) => continue,
            };
            let told = MatchClash {
                kind: clash.kind,
                severity: clash.severity,
                other: other.and_then(id_of),
            };
            // Two teams may share several people.
            let same = |known: &MatchClash| known.kind == told.kind && known.other == told.other;
            if !found.iter().any(same) {
                found.push(told);
            }
        }
        found
    }
}
