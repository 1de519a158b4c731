//! The JSON of the plan: a day of the hall, and what is proposed for it.

mod history;
mod placing;

pub use history::PlanHistoryJson;
pub use placing::MoveAnswerJson;

use schemars::JsonSchema;
use serde::Serialize;

use super::shapes::Moment;
use super::{OfficialJson, timestamp};
use crate::broker::Summary;
use crate::domain::plan::{Booking, Cause, DayCourt, PlanSettings, Rebooked};
use crate::domain::tournament::Key;
use crate::domain::{Call, CourtId, MatchId, Status, TournamentId};
use crate::organising::{Forecast, HallDay, NextCall, NoPlace, ProposedPlan};

/// A day of the hall: courts and times.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Plan")]
pub struct PlanJson<'a> {
    /// As 2027-01-10, in the hall's time zone.
    day: String,
    /// Nobody has said another time zone, and days are those of UTC, where the settings have `null`.
    settings: PlanSettings,
    /// Nothing is late while the clock has not been told the time.
    clock_is_set: bool,
    #[schemars(with = "Moment")]
    now: String,
    courts: Vec<PlanCourtJson>,
    /// In the order of their times.
    matches: Vec<PlannedJson<'a>>,
    /// The matches to call, the first first; at most one a court. Organisers see them.
    calls: Vec<NextCallJson>,
    /// The matches that have no place yet.
    #[serde(rename = "unplannedIDs")]
    unplanned: Vec<MatchId>,
    /// The last end; `null` where nothing is planned.
    #[schemars(with = "Option<Moment>")]
    ends_at: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PlanCourt")]
struct PlanCourtJson {
    #[serde(rename = "courtID")]
    court_id: CourtId,
    name: String,
    open: Vec<OpenJson>,
    /// How late it is, in minutes, as organisers see it; `null` where nothing more is planned on it today, or nobody knows the time.
    late_minutes: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct OpenJson {
    #[schemars(with = "Moment")]
    from: String,
    #[schemars(with = "Moment")]
    to: String,
}

/// A match in the plan.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PlannedMatch")]
struct PlannedJson<'a> {
    #[serde(rename = "matchID")]
    match_id: MatchId,
    #[serde(rename = "tournamentID")]
    tournament_id: Option<TournamentId>,
    key: Option<Key>,
    number: Option<u32>,
    #[serde(flatten)]
    place: PlaceJson,
    locked: bool,
    /// Everybody sees it at this place.
    published: bool,
    /// When it will begin as things are; `null` where it has begun, or nobody can tell.
    #[schemars(with = "Option<Moment>")]
    expected_at: Option<String>,
    /// The team or the person that is to referee it.
    referee: Option<OfficialJson<'a>>,
    status: Status,
    call: Call,
}

/// A match that is to be called to a court.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NextCall")]
struct NextCallJson {
    #[serde(rename = "matchID")]
    match_id: MatchId,
    #[serde(rename = "courtID")]
    court_id: CourtId,
    /// When it is to be called: now, if that is past.
    #[schemars(with = "Moment")]
    at: String,
}

impl From<&NextCall> for NextCallJson {
    fn from(call: &NextCall) -> NextCallJson {
        NextCallJson {
            match_id: call.of,
            court_id: call.court,
            at: timestamp(call.at),
        }
    }
}

/// A court and a time.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Place")]
pub struct PlaceJson {
    #[serde(rename = "courtID")]
    court_id: CourtId,
    #[schemars(with = "Moment")]
    at: String,
    minutes: u16,
}

impl From<&Booking> for PlaceJson {
    fn from(booking: &Booking) -> PlaceJson {
        PlaceJson {
            court_id: booking.court,
            at: timestamp(booking.at),
            minutes: booking.minutes,
        }
    }
}

impl<'a> PlanJson<'a> {
    /// The plan as organisers see it, or only what is published of it. The forecast is that of today.
    pub fn new(day: &'a HallDay, forecast: &Forecast, now: i64, whole: bool) -> PlanJson<'a> {
        let mut planned: Vec<(Booking, &Summary)> = Vec::new();
        let nothing = Forecast::default();
        let forecast = if day.moment().is_some() {
            forecast
        } else {
            &nothing
        };
        let mut unplanned = Vec::new();
        for summary in &day.matches {
            let booking = day.bookings.get(&summary.setup.id);
            let place = if whole {
                booking.cloned()
            } else {
                booking.and_then(|booking| published(booking, summary))
            };
            match place {
                Some(place) => planned.push((place, summary)),
                None if whole && summary.status == Status::Scheduled => {
                    unplanned.push(summary.setup.id);
                }
                None => {}
            }
        }
        planned.sort_by_key(|(place, summary)| (place.at, summary.setup.order));
        // The forecast is a moment old: one who has been called since needs no call.
        let waits = |call: &&NextCall| {
            let found = day
                .matches
                .iter()
                .find(|summary| summary.setup.id == call.of);
            found.is_some_and(|summary| {
                summary.status == Status::Scheduled && summary.setup.programme.call < Call::Called
            })
        };
        let calls = forecast.calls.iter().filter(|_| whole).filter(waits);
        // It speaks of places that nobody else may know yet.
        let late = |court: &DayCourt| forecast.late.get(&court.id).copied().filter(|_| whole);
        let ends_at = planned.iter().map(|(place, _)| place.ends_at()).max();
        PlanJson {
            day: day.date.to_string(),
            settings: day.settings.clone(),
            clock_is_set: day.now.is_some(),
            now: timestamp(now),
            courts: day
                .courts
                .iter()
                .zip(&day.open)
                .map(|(court, open)| PlanCourtJson {
                    late_minutes: late(open),
                    ..PlanCourtJson::new(&court.value.name, open)
                })
                .collect(),
            matches: planned
                .iter()
                .map(|(place, summary)| PlannedJson::new(place, summary, day, forecast))
                .collect(),
            calls: calls.map(NextCallJson::from).collect(),
            unplanned,
            ends_at: ends_at.map(timestamp),
        }
    }
}

/// The place that everybody sees.
fn published(booking: &Booking, summary: &Summary) -> Option<Booking> {
    let setup = &summary.setup;
    Some(Booking {
        court: setup.court.as_ref()?.id,
        at: setup.programme.planned_at?,
        minutes: booking.minutes,
        locked: false,
        referee: setup.programme.referee.clone(),
    })
}

impl PlanCourtJson {
    fn new(name: &str, court: &DayCourt) -> PlanCourtJson {
        let open = court.open.iter().map(|(from, to)| OpenJson {
            from: timestamp(*from),
            to: timestamp(*to),
        });
        PlanCourtJson {
            court_id: court.id,
            name: name.to_owned(),
            open: open.collect(),
            late_minutes: None,
        }
    }
}

impl<'a> PlannedJson<'a> {
    fn new(
        place: &Booking,
        summary: &'a Summary,
        day: &'a HallDay,
        forecast: &Forecast,
    ) -> PlannedJson<'a> {
        let setup = &summary.setup;
        let shown = published(place, summary);
        let begins = forecast.begins.get(&setup.id);
        let referee = if place.referee.is_some() {
            let booking = day.bookings.get(&setup.id);
            booking.and_then(|booking| booking.referee.as_ref())
        } else {
            None
        };
        PlannedJson {
            match_id: setup.id,
            tournament_id: summary.tournament(),
            key: setup.fixture.as_ref().map(|fixture| fixture.key.clone()),
            number: setup.programme.number,
            published: shown.is_some_and(|shown| shown.is_at(place)),
            place: PlaceJson::from(place),
            locked: place.locked,
            expected_at: begins.copied().map(timestamp),
            referee: referee.map(OfficialJson::from),
            status: summary.status,
            call: setup.programme.call,
        }
    }
}

/// A plan that may be accepted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ProposedPlan")]
pub struct ProposedPlanJson {
    token: String,
    day: String,
    /// The matches that get another place.
    changes: Vec<RebookedJson>,
    unplaced: Vec<NoPlaceJson>,
    #[schemars(with = "Option<Moment>")]
    ends_at: Option<String>,
    /// The day cannot end before this, whatever the plan.
    #[schemars(with = "Option<Moment>")]
    cannot_end_before: Option<String>,
}

/// A match that gets another place.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Rebooked")]
struct RebookedJson {
    #[serde(rename = "matchID")]
    match_id: MatchId,
    from: Option<PlaceJson>,
    to: Option<PlaceJson>,
}

impl From<&Rebooked> for RebookedJson {
    fn from(change: &Rebooked) -> RebookedJson {
        RebookedJson {
            match_id: change.of,
            from: change.before.as_ref().map(PlaceJson::from),
            to: change.after.as_ref().map(PlaceJson::from),
        }
    }
}

impl From<&ProposedPlan> for ProposedPlanJson {
    fn from(proposed: &ProposedPlan) -> ProposedPlanJson {
        ProposedPlanJson {
            token: proposed.token.clone(),
            day: proposed.day.to_string(),
            changes: proposed.changes.iter().map(RebookedJson::from).collect(),
            unplaced: proposed.unplaced.iter().map(NoPlaceJson::from).collect(),
            ends_at: proposed.ends_at.map(timestamp),
            cannot_end_before: proposed.bound.map(timestamp),
        }
    }
}

/// A match for which there is no place.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NoPlace")]
struct NoPlaceJson {
    #[serde(rename = "matchID")]
    match_id: MatchId,
    cause: CauseWord,
    /// The match that is the cause, where one is.
    #[serde(rename = "otherMatchID")]
    other: Option<MatchId>,
}

/// The cause why a match has no place.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum CauseWord {
    /// It waits for a match that has no place.
    WaitsFor,
    /// A locked match that waits for it begins too early.
    LockedTooEarly,
    /// Its courts are never free for as long while its people are.
    NoRoom,
}

impl From<&NoPlace> for NoPlaceJson {
    fn from(no_place: &NoPlace) -> NoPlaceJson {
        NoPlaceJson {
            match_id: no_place.of,
            cause: match no_place.cause {
                Cause::WaitsFor { .. } => CauseWord::WaitsFor,
                Cause::FixedTooEarly { .. } => CauseWord::LockedTooEarly,
                Cause::NoRoom => CauseWord::NoRoom,
            },
            other: no_place.other,
        }
    }
}
