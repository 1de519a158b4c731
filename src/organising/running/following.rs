//! Results that come by themselves: a match begins, ends or is taken back, and what follows is stored and shown.

use std::time::Duration;

use super::commit::Draft;
use crate::domain::TournamentId;
use crate::organising::{Hall, Refused};

/// Results that come within this time are folded at once.
const GATHERED: Duration = Duration::from_millis(50);
/// How often a deed that met a newer state is tried again.
const TRIES: usize = 5;

impl Hall {
    /// Follows the results of all tournaments, for ever. What was missed while the server was off comes first.
    pub async fn follow_results(self) {
        let mut results = self.broker.results();
        loop {
            results.borrow_and_update();
            for id in self.with_fixtures() {
                if let Err(error) = self.follow(id).await {
                    tracing::warn!("the results of tournament {id} are not carried on: {error}");
                }
            }
            if results.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(GATHERED).await;
        }
    }

    /// The tournaments that have fixtures.
    fn with_fixtures(&self) -> Vec<TournamentId> {
        let summaries = self.broker.summaries(None);
        let mut ids: Vec<TournamentId> = summaries
            .iter()
            .filter(|summary| summary.setup.fixture.is_some())
            .filter_map(|summary| summary.tournament())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Stores and shows what the results of a tournament lead to by now.
    pub async fn follow(&self, id: TournamentId) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            for _ in 0..TRIES {
                let moment = hall.moment(id).await?;
                match hall.commit(&moment, Draft::default()).await {
                    Err(Refused::Stale) => {}
                    done => return done.map(|_| ()),
                }
            }
            Err(Refused::Stale)
        })
        .await
    }
}
