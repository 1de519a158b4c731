//! The day of the hall: which match is played where and when, and who is called.
//!
//! The plan is a booking for each match (`store/plan.rs`), which organisers see. Everybody sees what was published of it, which
//! stands in the match. A proposal is a list of bookings that differ; it is applied if nobody was faster.

mod calling;
mod day;
mod forecast;
mod hall_day;
mod history;
mod lengths;
mod officials;
mod placing;
mod proposing;
mod publishing;
mod team_day;

pub use forecast::{Ahead, Forecast, NextCall};
pub use hall_day::HallDay;
pub use history::last_undoable;

pub use officials::RefereeWish;
pub use placing::{Answered, FreePlace, MatchClash, Wish};
pub use proposing::{NoPlace, PlanProposals, ProposedPlan};
pub use team_day::{TeamDay, TeamMatch};

use std::collections::BTreeMap;

use super::{Hall, Refused};
use crate::domain::plan::{PlanSettings, Why};
use crate::store::DoneBy;

impl Hall {
    /// Tells everybody who follows the hall that its plan has changed.
    fn planned(&self) {
        self.broker.planned();
        self.ahead.ring();
    }

    pub async fn plan_settings(&self) -> Result<PlanSettings, Refused> {
        Ok(self.store.plan_settings().await?)
    }

    /// Lays down what a plan depends on.
    pub async fn set_plan_settings(
        &self,
        mut settings: PlanSettings,
        by: DoneBy,
    ) -> Result<(), Refused> {
        if let Some(name) = &settings.time_zone {
            hall_day::zone_of(name)?;
        }
        let known = self.store.plan_settings().await?;
        let mut minutes = BTreeMap::new();
        for (sport, length) in std::mem::take(&mut settings.minutes) {
            // A sport that was named before may have lost its file meanwhile.
            let sport = if known.minutes.contains_key(&sport) {
                sport
            } else {
                self.sport(&sport).await?.id.clone()
            };
            minutes.insert(sport, length);
        }
        settings.minutes = minutes;
        let hall = self.clone();
        self.act(async move {
            hall.store
                .set_plan_settings(settings, Why::Move, by)
                .await?;
            hall.planned();
            Ok(())
        })
        .await
    }
}
