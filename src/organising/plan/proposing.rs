//! Plans that are proposed: looked at, and applied by their token.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;

use super::day::PlannedDay;
use crate::clock;
use crate::domain::plan::{
    Booking, Cause, Day, ProblemError, Proposal, Rebooked, Search, Unplaced, Why, late,
};
use crate::domain::{MatchId, MatchSetup, Official, Status};
use crate::organising::{Hall, Refused};
use crate::random;
use crate::store::{DoneBy, StoreError};

/// The proposals that wait for somebody to accept them; older ones are forgotten.
const PROPOSALS_MAX: usize = 8;
/// How long a plan is searched for.
const SEARCHED: Duration = Duration::from_millis(1_000);
/// The search begins alike each time: the same day gives the same plan, if it is searched as long.
const SEED: u64 = 1;

/// A plan that may be accepted.
#[derive(Debug, Clone)]
pub struct ProposedPlan {
    pub token: String,
    pub day: Date,
    pub why: Why,
    pub changes: Vec<Rebooked>,
    pub unplaced: Vec<NoPlace>,
    /// The last end, in UTC milliseconds since 1970; `None` where nothing is planned.
    pub ends_at: Option<i64>,
    /// The day cannot end before this.
    pub bound: Option<i64>,
}

/// A match for which there is no place.
#[derive(Debug, Clone, Copy)]
pub struct NoPlace {
    pub of: MatchId,
    pub cause: Cause,
    /// The match that is the cause, where one is.
    pub other: Option<MatchId>,
}

/// Plans that were proposed, by their tokens.
#[derive(Clone, Default)]
pub struct PlanProposals {
    kept: Arc<Mutex<VecDeque<ProposedPlan>>>,
    /// Held by the search that runs. In an open hall anybody may ask for one, and a Pi has scores to keep meanwhile.
    searching: Arc<tokio::sync::Mutex<()>>,
}

impl PlanProposals {
    fn keep(&self, proposed: ProposedPlan) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= PROPOSALS_MAX {
            kept.pop_front();
        }
        kept.push_back(proposed);
    }

    fn find(&self, token: &str) -> Result<ProposedPlan, Refused> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|proposed| proposed.token == token);
        found.cloned().ok_or(Refused::Stale)
    }

    /// Runs a search once those before it are done, away from the scores.
    pub(super) async fn search<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let _alone = self.searching.lock().await;
        let found = tokio::task::spawn_blocking(search).await;
        found.map_err(|error| StoreError::Unexpected(error.to_string()).into())
    }
}

impl Hall {
    /// Proposes a plan for a day; `None` is today. What was played, runs or is locked stays where it is.
    pub async fn propose_plan(&self, date: Option<Date>) -> Result<ProposedPlan, Refused> {
        let today = self.planned_day(date, &[]).await?;
        if today.hall.courts.is_empty() {
            let message = "there is no court to play on: add courts first";
            return Err(Refused::Contradicts(message.to_owned()));
        }
        let day = today.day.clone();
        let searched = self.plans.search(move || search(&day)).await?;
        let (proposal, bound) =
            searched.map_err(|error| Refused::Contradicts(today.words(&error)))?;
        let proposed = today.proposed(Why::Auto, &proposal, Some(bound));
        self.plans.keep(proposed.clone());
        Ok(proposed)
    }

    /// Proposes the rest of today, which runs late: hardly a match changes its court.
    pub async fn propose_late(&self) -> Result<ProposedPlan, Refused> {
        let today = self.planned_day(None, &[]).await?;
        let Some(now) = today.hall.now else {
            let message = "the clock of this box is not set, so that nothing is late: set it first";
            return Err(Refused::Contradicts(message.to_owned()));
        };
        let now = today.day.minutes_at(now);
        let problem = today.day.problem();
        let planned = today.slots(&problem);
        let search = move || late(&problem, &planned, now);
        let found = self.plans.search(search).await?;
        let found = found.map_err(|error| Refused::Contradicts(today.words(&error)))?;
        let proposed = today.proposed(Why::Late, &found.proposal, None);
        self.plans.keep(proposed.clone());
        Ok(proposed)
    }

    /// Makes a proposed plan the plan. Returns the day.
    pub async fn accept_plan(&self, token: &str, by: DoneBy) -> Result<Date, Refused> {
        let proposed = self.plans.find(token)?;
        let day = proposed.day;
        self.rebook(proposed.why, proposed.changes, by).await?;
        Ok(day)
    }

    /// Gives matches other places in the plan. None of them has begun.
    pub(super) async fn rebook(
        &self,
        why: Why,
        changes: Vec<Rebooked>,
        by: DoneBy,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            let begun = |change: &Rebooked| {
                let summary = hall.broker.summary(change.of);
                summary.is_none_or(|summary| summary.status != Status::Scheduled)
            };
            if changes.iter().any(begun) {
                return Err(Refused::Stale);
            }
            if changes.is_empty() {
                return Ok(());
            }
            let shown = match hall.store.rebook(why, changes, by).await {
                Err(StoreError::Changed) => return Err(Refused::Stale),
                shown => shown?,
            };
            hall.show_places(shown).await;
            hall.planned();
            Ok(())
        })
        .await
    }

    /// Shows matches at other places to everybody.
    pub(super) async fn show_places(&self, shown: Vec<MatchSetup>) {
        let shown: HashMap<MatchId, MatchSetup> =
            shown.into_iter().map(|setup| (setup.id, setup)).collect();
        if !shown.is_empty() {
            let show = |setup: &MatchSetup| shown.get(&setup.id).cloned();
            self.broker.change_setups(show).await;
        }
    }
}

/// The name of a match in sentences: its key and its sides.
pub(super) fn name_of(setup: &MatchSetup) -> String {
    let key = setup.fixture.as_ref().map(|fixture| fixture.key.as_str());
    let sides = format!("{} – {}", setup.sides.a.name, setup.sides.b.name);
    match key {
        Some(key) => format!("{key} ({sides})"),
        None => sides,
    }
}

/// Searches a plan until it is as good as any can be, or time is up. Returns it with its bound.
fn search(day: &Day) -> Result<(Proposal, i64), ProblemError> {
    let problem = day.problem();
    let search = Search::new(&problem)?;
    let bound = search.bound().end;
    let until = clock::monotonic() + SEARCHED;
    let found = search.run(SEED, || clock::monotonic() < until);
    Ok((found, day.moment_of(bound)))
}

impl PlannedDay {
    /// The difference between a found plan and the bookings of now.
    pub(super) fn proposed(&self, why: Why, found: &Proposal, bound: Option<i64>) -> ProposedPlan {
        let mut changes = Vec::new();
        let mut ends_at = None;
        let duties = self.day.duties(&found.slots);
        for (fixture, ((planned, summary), slot)) in self
            .day
            .matches
            .iter()
            .zip(&self.hall.matches)
            .zip(&found.slots)
            .enumerate()
        {
            let place = slot.and_then(|slot| self.day.place_of(slot));
            let Some((court, at)) = place else {
                continue;
            };
            let end = at + i64::from(planned.minutes) * 60_000;
            ends_at = ends_at.max(Some(end));
            if planned.fixed.is_some() || summary.status != Status::Scheduled {
                continue;
            }
            let before = self.hall.bookings.get(&planned.id).cloned();
            let after = Some(Booking {
                court,
                at,
                minutes: u16::try_from(planned.minutes).unwrap_or(u16::MAX),
                locked: false,
                referee: self.official(fixture, duties[fixture]),
            });
            if before != after {
                changes.push(Rebooked {
                    of: planned.id,
                    before,
                    after,
                });
            }
        }
        ProposedPlan {
            token: random::id().simple().to_string(),
            day: self.hall.date,
            why,
            changes,
            unplaced: found
                .unplaced
                .iter()
                .filter_map(|unplaced| self.no_place(unplaced))
                .collect(),
            ends_at,
            bound,
        }
    }

    /// A candidate of a match.
    fn official(&self, fixture: usize, place: Option<usize>) -> Option<Official> {
        self.officials.get(fixture)?.get(place?).cloned()
    }

    fn id_of(&self, fixture: usize) -> Option<MatchId> {
        self.day.matches.get(fixture).map(|planned| planned.id)
    }

    fn no_place(&self, unplaced: &Unplaced) -> Option<NoPlace> {
        Some(NoPlace {
            of: self.id_of(unplaced.fixture)?,
            cause: unplaced.cause,
            other: match unplaced.cause {
                Cause::WaitsFor { fixture } | Cause::FixedTooEarly { fixture } => {
                    self.id_of(fixture)
                }
                Cause::NoRoom => None,
            },
        })
    }

    /// The cause why nothing can be planned, with matches and courts by their names.
    pub(super) fn words(&self, error: &ProblemError) -> String {
        let name = |fixture: usize| {
            let summary = self.hall.matches.get(fixture);
            summary.map_or_else(String::new, |summary| name_of(&summary.setup))
        };
        match *error {
            ProblemError::LongerThanEveryWindow { fixture, minutes } => format!(
                "{} lasts {minutes} minutes: no court that takes it is open as long",
                name(fixture)
            ),
            ProblemError::NobodysCourt { fixture } => {
                format!("no court takes {}: name one that there is", name(fixture))
            }
            ProblemError::Cycle { fixture } => format!("{} waits for itself", name(fixture)),
            ProblemError::TogetherWithOneself { one, other } => format!(
                "{} and {} are to begin at one time, but somebody plays in both",
                name(one),
                name(other)
            ),
            ProblemError::TogetherAfter { one, other } => format!(
                "{} and {} are to begin at one time, but one waits for the other",
                name(one),
                name(other)
            ),
            ref error => error.to_string(),
        }
    }
}
