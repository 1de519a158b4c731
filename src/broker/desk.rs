//! The referees as organisers see them: their devices, and rights that are withdrawn.

use tokio::sync::oneshot;

use super::messages::{Command, Withdrawn};
use super::{Broker, Device, DeviceLine, DeviceReport, Topic};
use crate::domain::{Assignment, MatchId};
use crate::store::StoreError;

impl Broker {
    /// Sends everybody away who came by a right that the store has withdrawn already.
    pub async fn withdraw(&self, withdrawn: Withdrawn) {
        let of = match withdrawn {
            Withdrawn::Assignment(of) => Some(of),
            Withdrawn::Token(token) => Some(token.of),
            Withdrawn::Session(_) | Withdrawn::AllSessions | Withdrawn::Readable => None,
        };
        // A match that is not in memory has no referee to send away.
        let topics: Vec<Topic> = match of {
            Some(Assignment::Match(id)) => self.loaded(id).into_iter().collect(),
            Some(Assignment::Court(court)) => {
                let matches = self.court_matches(court);
                let ids = matches.iter().map(|summary| summary.setup.id);
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
