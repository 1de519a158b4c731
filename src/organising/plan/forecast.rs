//! The rest of today as things are: when matches will begin, how late the courts are, and who is to be called next.
//!
//! Nothing of it is stored. It is reckoned anew when a match begins or ends, when the plan changes, and twice a minute, since time
//! goes on by itself. Everybody sees it in whole steps: a time that moves by a minute is no news for 500 phones.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::day::PlannedDay;
use crate::broker::Summary;
use crate::clock::WallMs;
use crate::domain::plan::{Calling, DayMatch, Minutes, Proposal, calls, expected, queue};
use crate::domain::{Call, CourtId, MatchId, Status};
use crate::organising::{Hall, Refused};

/// The forecast is made anew after so long, even if nothing has happened.
const EVERY: Duration = Duration::from_secs(30);
/// Changes that come within this time are looked at once.
const GATHERED: Duration = Duration::from_millis(250);
const MINUTE_MS: i64 = 60_000;
/// A match is shown as late from this on, and a shown time moves by no less.
const STEP_MS: i64 = 5 * MINUTE_MS;
/// So long before a match its sides should be near.
const SOON_MS: i64 = 10 * MINUTE_MS;
/// Without a plan, times are shown of so many matches of each court: those further off change too often.
const SHOWN_OF_QUEUE: usize = 2;

/// The rest of today as things are.
#[derive(Debug, Default)]
pub struct Forecast {
    /// When each match will begin that has not begun.
    pub begins: HashMap<MatchId, WallMs>,
    /// How late each court is, in minutes; nothing of a court on which nothing more is planned.
    pub late: HashMap<CourtId, i64>,
    /// The matches to call, the first first; at most one a court.
    pub calls: Vec<NextCall>,
}

/// A match that is to be called next to a court.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextCall {
    pub of: MatchId,
    pub court: CourtId,
    /// When it is to be called.
    pub at: WallMs,
}

/// The forecast of now, and the bell that has it made anew.
#[derive(Clone, Default)]
pub struct Ahead {
    known: Arc<Mutex<Arc<Forecast>>>,
    bell: Arc<Notify>,
}

impl Ahead {
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    fn know(&self, forecast: Forecast) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(forecast);
    }
}

impl Hall {
    /// Keeps the forecast true, for ever.
    pub async fn follow_day(self) {
        let mut turns = self.broker.turns();
        loop {
            turns.borrow_and_update();
            if let Err(error) = self.look_ahead().await {
                tracing::warn!("the rest of the day cannot be foreseen: {error}");
            }
            tokio::select! {
                changed = turns.changed() => if changed.is_err() {
                    return;
                },
                () = self.ahead.bell.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
            tokio::time::sleep(GATHERED).await;
        }
    }

    /// Looks at the day again, now that the time is known.
    pub fn clock_was_set(&self) {
        self.ahead.ring();
    }

    /// The forecast as it was made last.
    pub fn forecast(&self) -> Arc<Forecast> {
        let known = &self.ahead.known;
        known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the forecast anew, and shows it. Sides that should be near are told so.
    async fn look_ahead(&self) -> Result<(), Refused> {
        let Some(foreseen) = self.foresee().await? else {
            self.broker.expect(&HashMap::new()).await;
            self.ahead.know(Forecast::default());
            return Ok(());
        };
        self.broker.expect(&foreseen.shown()).await;
        for id in foreseen.soon() {
            match self.call(id, Call::Soon, None).await {
                // It has begun just now.
                Err(Refused::Contradicts(_)) => {}
                done => done?,
            }
        }
        self.ahead.know(foreseen.forecast());
        Ok(())
    }

    /// Plays the rest of today through; `None` where there is nothing to foresee, or nobody knows the time.
    async fn foresee(&self) -> Result<Option<Foreseen>, Refused> {
        let settings = self.store.plan_settings().await?;
        let is_planned = settings.calling == Calling::Planned;
        if !self.clock.is_set() || (is_planned && self.store.bookings().await?.is_empty()) {
            return Ok(None);
        }
        let mut today = self.planned_day(None, &[]).await?;
        let Some(now) = today.hall.moment() else {
            return Ok(None);
        };
        if is_planned {
            today.keep_planned();
        }
        today.loosen_locked();
        let minute = today.day.minutes_at(now);
        let problem = today.day.problem();
        let slots = today.slots(&problem);
        let play = move || {
            let proposal = if is_planned {
                expected(&problem, &slots, minute)?
            } else {
                queue(&problem, minute)?
            };
            Ok((calls(&problem, &proposal, minute), proposal))
        };
        let played = self.plans.search(play).await?;
        let (calls, proposal) =
            played.map_err(|error| Refused::Contradicts(today.words(&error)))?;
        Ok(Some(Foreseen {
            calls: calls.iter().map(|call| call.fixture).collect(),
            today,
            proposal,
            now,
        }))
    }
}

/// The rest of the day, played through.
struct Foreseen {
    today: PlannedDay,
    proposal: Proposal,
    /// The fixtures to call, the first first.
    calls: Vec<usize>,
    now: WallMs,
}

/// A match that has not begun, and its place as things are.
struct Coming<'a> {
    planned: &'a DayMatch,
    summary: &'a Summary,
    court: CourtId,
    begins: WallMs,
}

impl Coming<'_> {
    fn id(&self) -> MatchId {
        self.summary.setup.id
    }

    fn is_called(&self) -> bool {
        self.summary.setup.programme.call >= Call::Called
    }
}

impl Foreseen {
    fn is_planned(&self) -> bool {
        self.today.hall.settings.calling == Calling::Planned
    }

    /// The fixture of this number, if it has not begun and has a place.
    fn coming(&self, fixture: usize) -> Option<Coming<'_>> {
        let summary = self.today.hall.matches.get(fixture)?;
        let slot = (*self.proposal.slots.get(fixture)?)?;
        let (court, begins) = self.today.day.place_of(slot)?;
        (summary.status == Status::Scheduled).then_some(Coming {
            planned: self.today.day.matches.get(fixture)?,
            summary,
            court,
            begins: begins.max(self.now),
        })
    }

    /// The matches that have not begun, in the order of their begin.
    fn all_coming(&self) -> Vec<Coming<'_>> {
        let fixtures = 0..self.today.day.matches.len();
        let mut coming: Vec<Coming<'_>> = fixtures.filter_map(|at| self.coming(at)).collect();
        coming.sort_by_key(|coming| (coming.begins, coming.summary.setup.order));
        coming
    }

    /// Says if everybody may know of it: it was published, or there is no plan that could be.
    fn is_public(&self, coming: &Coming<'_>) -> bool {
        !self.is_planned() || coming.summary.setup.programme.planned_at.is_some()
    }

    /// The times to show, where they differ from the planned ones.
    fn shown(&self) -> HashMap<MatchId, WallMs> {
        let mut of_court: HashMap<CourtId, usize> = HashMap::new();
        let mut shown = HashMap::new();
        for coming in self.all_coming() {
            let nth = of_court.entry(coming.court).or_default();
            *nth += 1;
            let programme = &coming.summary.setup.programme;
            let is_news = match programme.planned_at {
                Some(planned_at) => coming.begins - planned_at >= STEP_MS,
                None => !self.is_planned() && *nth <= SHOWN_OF_QUEUE,
            };
            if is_news && self.is_public(&coming) {
                let known = programme.expected_at;
                let near = known.filter(|known| (coming.begins - known).abs() < STEP_MS);
                shown.insert(coming.id(), near.unwrap_or(coming.begins));
            }
        }
        shown
    }

    /// The matches whose sides should be near, and have not been told.
    fn soon(&self) -> Vec<MatchId> {
        let is_soon = |coming: &Coming<'_>| {
            let setup = &coming.summary.setup;
            setup.programme.call == Call::Planned
                && coming.begins - self.now <= SOON_MS
                && setup.awaited().is_none()
                && self.is_public(coming)
        };
        let coming = self.all_coming();
        let soon = coming.iter().filter(|coming| is_soon(coming));
        soon.map(Coming::id).collect()
    }

    fn forecast(&self) -> Forecast {
        let coming = self.all_coming();
        let late = self.today.hall.courts.iter();
        let late = late.filter_map(|court| {
            let court = court.value.id;
            Some((court, self.late(court, &coming)?))
        });
        Forecast {
            late: late.collect(),
            calls: self.next_calls(&coming),
            begins: coming
                .iter()
                .map(|coming| (coming.id(), coming.begins))
                .collect(),
        }
    }

    /// How late a court is, by what is on it, else by what comes next.
    fn late(&self, court: CourtId, coming: &[Coming<'_>]) -> Option<i64> {
        let bookings = &self.today.hall.bookings;
        let both = self.today.day.matches.iter().zip(&self.today.hall.matches);
        let running = both.filter(|(planned, summary)| {
            let plays = !matches!(summary.status, Status::Scheduled | Status::Finished);
            plays && planned.fixed.is_some_and(|(on, _)| on == court)
        });
        let ends = running.filter_map(|(planned, _)| {
            let booking = bookings.get(&planned.id)?;
            let (_, began) = planned.fixed?;
            Some(began + minutes_ms(planned.minutes) - booking.ends_at())
        });
        let next = coming.iter().find(|coming| coming.court == court);
        let begins = || {
            let booking = bookings.get(&next?.id())?;
            Some(next?.begins - booking.at)
        };
        let late = ends.max().or_else(begins)?;
        Some(late.max(0) / MINUTE_MS)
    }

    /// The matches to call: the next of each court to which nobody has been called yet.
    fn next_calls(&self, coming: &[Coming<'_>]) -> Vec<NextCall> {
        let called: HashSet<CourtId> = coming
            .iter()
            .filter(|coming| coming.is_called())
            .map(|coming| coming.court)
            .collect();
        let next = self.calls.iter().filter_map(|fixture| {
            let next = self.coming(*fixture)?;
            let can = next.summary.setup.awaited().is_none() && self.is_public(&next);
            (can && !next.is_called() && !called.contains(&next.court)).then_some(NextCall {
                of: next.id(),
                court: next.court,
                at: self.call_at(&next),
            })
        });
        let mut calls: Vec<NextCall> = next.collect();
        calls.sort_by_key(|call| call.at);
        calls
    }

    /// The sides need the changeover to come to the court.
    fn call_at(&self, next: &Coming<'_>) -> WallMs {
        let changeover = minutes_ms(self.today.day.changeover);
        let earliest = next.planned.not_before.filter(|at| *at > self.now);
        (next.begins - changeover).max(earliest.unwrap_or(i64::MIN))
    }
}

fn minutes_ms(minutes: Minutes) -> i64 {
    i64::from(minutes) * MINUTE_MS
}
