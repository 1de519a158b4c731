//! The setups of matches, as organisers have stored them: shown on the board, and to those who follow a match.
//!
//! The board owns the setup of every match, and a match's task owns what is played. So a change here wakes no match that
//! is not in memory, and what a task tells of its match can never bring an older setup back.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::watch;

use super::messages::{Command, Withdrawn};
use super::{Attendance, Broker, Inner, Summary, Topic, state_json};
use crate::clock::WallMs;
use crate::domain::{
    Assignment, Call, CourtId, MatchId, MatchSetup, MatchState, Programme, TournamentId,
};
use crate::store::{Match, StoreError};

impl Broker {
    /// Shows a match that was stored just now.
    pub fn add(&self, setup: MatchSetup) -> Summary {
        self.bring_back(Match {
            state: MatchState::default(),
            seq: 0,
            updated_at: setup.created_at,
            setup,
        })
    }

    /// Shows a match again that was hidden.
    pub fn bring_back(&self, found: Match) -> Summary {
        let summary = Summary {
            status: found.state.status,
            attendance: Attendance::None,
            seq: found.seq,
            state: state_json(&found.state),
            updated_at: found.updated_at,
            clock_at: None,
            setup: Arc::new(found.setup),
        };
        self.0.board.put(summary.clone());
        summary
    }

    /// Changes whenever a match with a fixture begins or ends, or one that is over has another result.
    pub fn results(&self) -> watch::Receiver<u64> {
        self.0.board.results()
    }

    /// Changes whenever a match begins, ends or is taken back.
    pub fn turns(&self) -> watch::Receiver<u64> {
        self.0.board.turns()
    }

    /// Shows events that a deed has stored.
    pub async fn catch_up(&self, id: MatchId) -> Result<(), StoreError> {
        if let Some(topic) = self.loaded(id) {
            // One that is just leaving memory is read again anyway.
            let _ = topic.mailbox.send(Command::CatchUp).await;
        }
        // The list shows it at once, whatever the task still has to do.
        let (found, _) = self.0.store.replay(id, |_| {}).await?;
        if let Some(known) = self.summary(id)
            && known.seq < found.seq
        {
            self.0.board.report(Summary {
                status: found.state.status,
                seq: found.seq,
                state: state_json(&found.state),
                updated_at: found.updated_at,
                ..known
            });
        }
        Ok(())
    }

    /// Shows setups that were stored just now: `change` returns those that are new.
    pub async fn change_setups(&self, change: impl Fn(&MatchSetup) -> Option<MatchSetup>) {
        self.show_setups(|known| {
            let mut setup = change(known)?;
            // The store does not know it.
            setup.programme.expected_at = known.programme.expected_at;
            Some(setup)
        })
        .await;
    }

    /// Shows when matches are expected to begin; the others as planned.
    pub async fn expect(&self, expected: &HashMap<MatchId, WallMs>) {
        let all = self.0.board.summaries(None);
        let differs = |summary: &Summary| {
            let shown = summary.setup.programme.expected_at;
            shown != expected.get(&summary.setup.id).copied()
        };
        // Nobody is woken for nothing.
        if !all.iter().any(differs) {
            return;
        }
        self.show_setups(|known| {
            let expected_at = expected.get(&known.id).copied();
            (known.programme.expected_at != expected_at).then(|| {
                let mut setup = known.clone();
                setup.programme.expected_at = expected_at;
                setup
            })
        })
        .await;
    }

    async fn show_setups(&self, change: impl Fn(&MatchSetup) -> Option<MatchSetup>) {
        for (before, after) in self.0.board.change_setups(change) {
            let Some(topic) = self.loaded(after.id) else {
                continue;
            };
            topic.log.set_setup(after.clone());
            if before.rules != after.rules {
                // One that is just leaving memory is read again anyway.
                let _ = topic.mailbox.send(Command::Reread).await;
            }
            if !before.is_played_by_those_of(&after) {
                // As above.
                let _ = topic.mailbox.send(Command::SendAway).await;
            }
            let court = |setup: &MatchSetup| setup.court.as_ref().map(|court| court.id);
            if let Some(left) = court(&before).filter(|left| Some(*left) != court(&after)) {
                // Who came by the court's token has no business with a match that left the court.
                let withdrawn = Withdrawn::Assignment(Assignment::Court(left));
                // As above.
                let _ = topic.mailbox.send(Command::Withdraw(withdrawn)).await;
            }
        }
    }

    /// Tells those who follow a tournament that something was decided in it.
    pub fn decided(&self, id: TournamentId) {
        self.0.board.decided(id);
    }

    /// Tells those who follow the venue that the plan of the day has changed.
    pub fn planned(&self) {
        self.0.board.planned();
    }

    /// Takes matches away that are deleted in the store.
    pub async fn deleted(&self, ids: &[MatchId]) {
        self.0.board.remove(ids);
        for id in ids {
            if let Some(topic) = self.loaded(*id) {
                // One that is just leaving memory has nobody to tell.
                let _ = topic.mailbox.send(Command::Deleted).await;
            }
        }
    }

    /// The matches of a court, in the order in which they are played: who is called comes first, then goes the time.
    pub fn court_matches(&self, court: CourtId) -> Vec<Summary> {
        let mut summaries = self.0.board.summaries(None);
        summaries.retain(|summary| {
            let on = summary.setup.court.as_ref();
            on.is_some_and(|on| on.id == court)
        });
        summaries.sort_by_key(|summary| {
            let Programme {
                call, planned_at, ..
            } = summary.setup.programme;
            let called = call.max(Call::Soon);
            (
                Reverse(called),
                planned_at.unwrap_or(i64::MAX),
                summary.setup.order,
            )
        });
        summaries
    }
}

impl Inner {
    /// A match has come into memory: what organisers have changed while it was read is made good.
    pub(super) async fn catch_up_with_board(&self, id: MatchId, topic: &Topic) {
        // Until both are the same: the board may change once more meanwhile.
        loop {
            let Some(summary) = self.board.summary(id) else {
                // As above.
                let _ = topic.mailbox.send(Command::Deleted).await;
                return;
            };
            let known = topic.log.summary().setup;
            if Arc::ptr_eq(&known, &summary.setup) {
                return;
            }
            let reread = known.rules != summary.setup.rules;
            topic.log.set_setup(summary.setup);
            if reread {
                // As above.
                let _ = topic.mailbox.send(Command::Reread).await;
            }
        }
    }
}
