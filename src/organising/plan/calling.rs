//! The calls of matches: how far the sides are on their way to the court.

use crate::domain::{Call, CourtId, MatchId, MatchSetup, Status};
use crate::organising::{Hall, Refused};
use crate::store::StoreError;

impl Hall {
    /// Says how far the sides of a match are on their way to its court, or to another one. One that has begun needs no call.
    pub async fn call(
        &self,
        id: MatchId,
        call: Call,
        court: Option<CourtId>,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            let known = hall.broker.summary(id);
            let known = known.ok_or(StoreError::NotFound("match"))?;
            let on = known.setup.court.as_ref().map(|court| court.id);
            let court = court.filter(|court| Some(*court) != on);
            if known.setup.programme.call == call && court.is_none() {
                return Ok(());
            }
            if known.status != Status::Scheduled {
                let message = "this match has begun: there is nobody to call";
                return Err(Refused::Contradicts(message.to_owned()));
            }
            if matches!(call, Call::Called | Call::OnCourt)
                && let Some(awaited) = known.setup.awaited()
            {
                return Err(Refused::Contradicts(format!(
                    "{awaited}. Call it when both sides are known"
                )));
            }
            let called = hall.store.call(id, call, court).await?;
            let show = |setup: &MatchSetup| (setup.id == id).then(|| called.clone());
            hall.broker.change_setups(show).await;
            hall.ahead.ring();
            Ok(())
        })
        .await
    }
}
