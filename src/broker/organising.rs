//! What organisers do beside scoring: who plays where, which referee may score, and what their devices say.

use tokio::sync::oneshot;

use super::messages::{Command, Withdrawn};
use super::{Broker, Device, DeviceLine, DeviceReport, Summary, Topic};
use crate::domain::{CourtId, MatchId, TeamId, TournamentId};
use crate::store::{Amendment, Assignment, Court, RefereeSecrets, StoreError, TournamentRef};

impl Broker {
    /// Changes who plays a match or where.
    pub async fn amend_match(
        &self,
        id: MatchId,
        amendment: Amendment,
    ) -> Result<Summary, StoreError> {
        if self.0.store.is_left_aside(id) {
            return self.amend_left_aside(id, amendment).await;
        }
        let amend = |reply| Command::Amend {
            amendment: amendment.clone(),
            reply,
        };
        self.ask(id, amend).await?.0
    }

    /// Renames a court, on all its matches too.
    pub async fn rename_court(&self, court: Court) -> Result<Court, StoreError> {
        let court = self.0.store.rename_court(court).await?;
        self.put_on_court(court.id, Some(&court)).await?;
        Ok(court)
    }

    /// Renames a tournament, on all its matches too.
    pub async fn rename_tournament(
        &self,
        id: TournamentId,
        name: String,
    ) -> Result<(), StoreError> {
        self.0.store.rename_tournament(id, name.clone()).await?;
        for summary in self.summaries(Some(id)) {
            let amendment = Amendment {
                tournament: Some(TournamentRef {
                    id,
                    name: name.clone(),
                }),
                ..Amendment::default()
            };
            self.amend_match(summary.fixture.id, amendment).await?;
        }
        Ok(())
    }

    /// Deletes a tournament with its matches and teams.
    pub async fn delete_tournament(&self, id: TournamentId) -> Result<(), StoreError> {
        self.0.store.tournament(id).await?;
        for summary in self.summaries(Some(id)) {
            self.delete_match(summary.fixture.id).await?;
        }
        self.0.store.delete_tournament(id).await
    }

    /// Renames a team, and the sides of its tournament's matches that bear its name.
    pub async fn rename_team(&self, id: TeamId, name: String) -> Result<(), StoreError> {
        let team = self.0.store.team(id).await?;
        self.0.store.rename_team(id, name.clone()).await?;
        for summary in self.summaries(Some(team.tournament)) {
            let renamed = |side: &str| (side == team.name).then(|| name.clone());
            let amendment = Amendment {
                side_a: renamed(&summary.fixture.side_a),
                side_b: renamed(&summary.fixture.side_b),
                ..Amendment::default()
            };
            if amendment.side_a.is_some() || amendment.side_b.is_some() {
                self.amend_match(summary.fixture.id, amendment).await?;
            }
        }
        Ok(())
    }

    /// Deletes a court; its matches have none then.
    pub async fn delete_court(&self, id: CourtId) -> Result<(), StoreError> {
        self.0.store.court(id).await?;
        self.put_on_court(id, None).await?;
        self.0.store.delete_court(id).await
    }

    async fn put_on_court(&self, from: CourtId, to: Option<&Court>) -> Result<(), StoreError> {
        for summary in self.court_matches(from) {
            let amendment = Amendment {
                court: Some(to.cloned()),
                ..Amendment::default()
            };
            self.amend_match(summary.fixture.id, amendment).await?;
        }
        Ok(())
    }

    /// The matches of a court, in the order in which they are played.
    pub fn court_matches(&self, court: CourtId) -> Vec<Summary> {
        let mut summaries = self.0.board.summaries(None);
        summaries.retain(|summary| {
            let on = summary.fixture.court.as_ref();
            on.is_some_and(|on| on.id == court)
        });
        summaries
    }

    /// Replaces the secrets of a match's or a court's referees; whoever came by an old one is sent away.
    pub async fn replace_referee_secrets(
        &self,
        assignment: Assignment,
        secrets: RefereeSecrets,
    ) -> Result<(), StoreError> {
        self.0
            .store
            .replace_referee_secrets(assignment, secrets)
            .await?;
        self.withdraw(Withdrawn::Assignment(assignment)).await;
        Ok(())
    }

    pub async fn revoke_referee_secrets(&self, assignment: Assignment) -> Result<(), StoreError> {
        self.0.store.revoke_referee_secrets(assignment).await?;
        self.withdraw(Withdrawn::Assignment(assignment)).await;
        Ok(())
    }

    /// Sends everybody away who came by a right that the store has withdrawn already.
    pub async fn withdraw(&self, withdrawn: Withdrawn) {
        let of = match withdrawn {
            Withdrawn::Assignment(of) => Some(of),
            Withdrawn::Token(token) => Some(token.of),
            Withdrawn::Session(_) | Withdrawn::AllSessions => None,
        };
        // A match that is not in memory has no referee to send away.
        let topics: Vec<Topic> = match of {
            Some(Assignment::Match(id)) => self.loaded(id).into_iter().collect(),
            Some(Assignment::Court(court)) => {
                let matches = self.court_matches(court);
                let ids = matches.iter().map(|summary| summary.fixture.id);
                ids.filter_map(|id| self.loaded(id)).collect()
            }
            None => {
                let topics = self.0.topics();
                topics
                    .values()
                    .filter_map(|cell| cell.get().cloned())
                    .collect()
            }
        };
        for topic in topics {
            // One that is just leaving memory has no referee either.
            let _ = topic.mailbox.send(Command::Withdraw(withdrawn)).await;
        }
    }

    pub(super) fn loaded(&self, id: MatchId) -> Option<Topic> {
        self.0
            .topics()
            .get(&id)
            .and_then(|cell| cell.get())
            .cloned()
    }

    /// Notes what a device says of itself.
    pub async fn report(
        &self,
        id: MatchId,
        device: Device,
        report: DeviceReport,
    ) -> Result<(), StoreError> {
        let topic = self.topic(id).await?;
        // A match that is just leaving memory has no referee to show.
        let _ = topic.mailbox.send(Command::Report { device, report }).await;
        Ok(())
    }

    /// The devices of a match and how many follow it; none of a match that is not in memory.
    pub async fn desk(&self, id: MatchId) -> (Vec<DeviceLine>, usize) {
        let Some(topic) = self.loaded(id) else {
            return (Vec::new(), 0);
        };
        let (reply, answer) = oneshot::channel();
        // A match that is just leaving memory has no referee to show.
        let _ = topic.mailbox.send(Command::Devices(reply)).await;
        let devices = answer.await.unwrap_or_default();
        (devices, topic.log.watchers())
    }
}
