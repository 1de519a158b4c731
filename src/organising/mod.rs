//! Everything that an organiser may do: one method an action, one transaction an action, one action at a time.
//!
//! An action is stored first and then shown on the broker's board. It runs to its end even if the one who asked for it
//! hangs up meanwhile, so that the board never stays behind the store.

mod clashes;
mod courts;
mod handout;
mod matches;
mod plan;
mod refused;
mod rules;
mod running;
mod tournaments;

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::broker::Broker;
use crate::clock::Clock;
use crate::store::{Sports, Store, StoreError};

pub use handout::Handout;
pub use matches::{Created, Pairing};
pub use plan::{
    Answered, Forecast, FreePlace, HallDay, MatchClash, NextCall, NoPlace, PlanProposals,
    ProposedPlan, RefereeWish, TeamDay, TeamMatch, Wish, last_undoable,
};
pub use refused::Refused;
pub use rules::SportChoice;
pub use running::{
    AbsentTeams, Accept, Accepted, ClubRow, Clubs, Consequences, Correction, Counted, Decided,
    DrawWish, FixtureEdit, LaidDown, Moment, NewTeam, ProposedDraw, ProposedRound, SideWish,
    Wanted,
};
pub use tournaments::TournamentChange;

/// All that organisers decide: tournaments, teams, courts, and who plays whom where. Cheap to clone.
#[derive(Clone)]
pub struct Hall {
    store: Store,
    broker: Broker,
    sports: Sports,
    clock: Clock,
    /// Held by the action that runs.
    turn: Arc<Mutex<()>>,
    known: running::Known,
    proposals: running::Proposals,
    plans: plan::PlanProposals,
    ahead: plan::Ahead,
}

impl Hall {
    pub fn new(store: Store, broker: Broker, sports: Sports, clock: Clock) -> Hall {
        Hall {
            store,
            broker,
            sports,
            clock,
            turn: Arc::default(),
            known: running::Known::default(),
            proposals: running::Proposals::default(),
            plans: plan::PlanProposals::default(),
            ahead: plan::Ahead::default(),
        }
    }

    /// Runs an action when those before it are done, and to its end.
    async fn act<T: Send + 'static>(
        &self,
        action: impl Future<Output = Result<T, Refused>> + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = self.turn.clone();
        let acting = tokio::spawn(async move {
            let _turn = turn.lock_owned().await;
            action.await
        });
        // An action that panicked has been printed.
        acting
            .await
            .unwrap_or_else(|error| Err(StoreError::Unexpected(error.to_string()).into()))
    }
}
