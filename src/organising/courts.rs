//! Courts: made, renamed, deleted.

use crate::random;

use super::{Hall, Refused};
use crate::domain::{Court, CourtId, MatchSetup, Revision};
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
            let show = |setup: &MatchSetup| {
                let (_, revision) = left.iter().find(|(of, _)| *of == setup.id)?;
                Some(MatchSetup {
                    court: None,
                    revision: *revision,
                    ..setup.clone()
                })
            };
            hall.broker.change_setups(show).await;
            Ok(())
        })
        .await
    }
}
