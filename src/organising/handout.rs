//! The secrets that a referee is handed, for a match or for a court.

use super::{Hall, Refused};
use crate::broker::Withdrawn;
use crate::domain::Assignment;
use crate::secrets::{hash_code, hash_token, new_code, new_token};
use crate::store::RefereeSecrets;

/// The secrets of a referee: shown once and then only known as hashes.
pub struct Handout {
    /// For the QR code.
    pub token: String,
    /// For typing.
    pub code: String,
}

impl Handout {
    pub(super) fn new() -> Result<(Handout, RefereeSecrets), Refused> {
        let (token, code) = (new_token()?, new_code()?);
        let secrets = RefereeSecrets {
            token: hash_token(&token),
            code: hash_code(&code),
        };
        Ok((Handout { token, code }, secrets))
    }
}

impl Hall {
    /// Gives a match or a court new secrets. The ones before are good for nothing any more, and who came by them is sent
    /// away.
    pub async fn hand_out(&self, assignment: Assignment) -> Result<Handout, Refused> {
        let (handout, secrets) = Handout::new()?;
        let hall = self.clone();
        self.act(async move {
            let store = &hall.store;
            store.replace_referee_secrets(assignment, secrets).await?;
            hall.broker
                .withdraw(Withdrawn::Assignment(assignment))
                .await;
            Ok(())
        })
        .await?;
        Ok(handout)
    }

    /// Withdraws the secrets of a match or a court; who came by them is sent away.
    pub async fn revoke(&self, assignment: Assignment) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            hall.store.revoke_referee_secrets(assignment).await?;
            hall.broker
                .withdraw(Withdrawn::Assignment(assignment))
                .await;
            Ok(())
        })
        .await
    }
}
