//! Courts: made, renamed, deleted.

use std::collections::HashMap;

use super::{Hall, Refused};
use crate::domain::{Court, CourtId, MatchId, MatchSetup, Revision};
use crate::random;
use crate::store::Revised;

impl Hall {
    pub async fn create_court(&self, name: String) -> Result<Revised<Court>, Refused> {
        let court = Court {
            id: CourtId(random::id()),
            name,
        };
        let hall = self.clone();
        self.act(async move { Ok(hall.store.create_court(court).await?) })
            .await
    }

    pub async fn rename_court(
        &self,
        court: Court,
        expected: Option<Revision>,
    ) -> Result<Revised<Court>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let renamed = hall.store.rename_court(court, expected).await?;
            let court = &renamed.value;
            let show = |setup: &MatchSetup| {
                let old = setup
                    .court
                    .as_ref()
                    .is_some_and(|on| on.id == court.id && on != court);
                old.then(|| MatchSetup {
                    court: Some(court.clone()),
                    ..setup.clone()
                })
            };
            hall.broker.change_setups(show).await;
            Ok(renamed)
        })
        .await
    }

    /// Deletes a court; its matches stay, on none.
    pub async fn delete_court(
        &self,
        id: CourtId,
        expected: Option<Revision>,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            let left = hall.store.delete_court(id, expected).await?;
            let left: HashMap<MatchId, MatchSetup> =
                left.into_iter().map(|setup| (setup.id, setup)).collect();
            let show = |setup: &MatchSetup| left.get(&setup.id).cloned();
            hall.broker.change_setups(show).await;
            Ok(())
        })
        .await
    }
}
