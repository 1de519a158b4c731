//! Tournaments as they are run: a deed with all rows that it changes, in one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::history::{self, Recorded};
use super::rows::deeds::{self, DoneBy, RecordedDeed};
use super::rows::matches::{self, Match};
use super::rows::teams;
use super::rows::{Revised, venue};
use super::writer::Writing;
use super::{Store, StoreError, access};
use crate::clock::WallMs;
use crate::domain::tournament::deed::{Deed, DeedSeq};
use crate::domain::{
    Assignment, Key, MatchId, MatchSetup, Revision, Rules, Seq, Status, Team, TeamId, TournamentId,
    VenueId,
};

/// Everything that a deed changes. It is stored whole or not at all.
#[derive(Default)]
pub struct Changes {
    pub by: DoneBy,
    /// They get the next numbers.
    pub deeds: Vec<Deed>,
    pub teams: Vec<TeamWrite>,
    /// Matches of new fixtures.
    pub made: Vec<MatchSetup>,
    /// Setups as they are known, and as they are to be.
    pub setups: Vec<(MatchSetup, MatchSetup)>,
    /// Matches that are no longer there, such as one that is void.
    pub hidden: Vec<MatchId>,
    /// Hidden ones that are there again.
    pub shown: Vec<MatchId>,
    pub events: Vec<NewEvents>,
    /// The matches that all this depends on, with the last event of each as it was seen.
    pub seen: Vec<(MatchId, Seq)>,
}

/// A team to be written.
pub enum TeamWrite {
    Enter(Team),
    Change {
        team: Team,
        expected: Option<Revision>,
    },
    Delete {
        id: TeamId,
        expected: Option<Revision>,
    },
}

impl TeamWrite {
    /// Says if somebody has said which revision they have seen.
    pub fn expects(&self) -> bool {
        match self {
            TeamWrite::Enter(_) => false,
            TeamWrite::Change { expected, .. } | TeamWrite::Delete { expected, .. } => {
                expected.is_some()
            }
        }
    }
}

/// Events of a match that a deed brings along, with the state after them.
pub struct NewEvents {
    pub id: MatchId,
    pub events: Vec<Recorded>,
    pub rules: Arc<Rules>,
    pub state: Arc<RawValue>,
    pub status: Status,
}

/// The rows as they are after a deed.
#[derive(Default)]
pub struct Done {
    pub teams: Vec<Revised<Team>>,
    pub made: Vec<MatchSetup>,
    pub changed: Vec<MatchSetup>,
    pub shown: Vec<Match>,
}

impl Store {
    /// A match that is hidden, such as one that is void.
    pub async fn hidden_match(&self, id: MatchId) -> Result<Match, StoreError> {
        self.read(move |connection| matches::whatever(connection, id))
            .await
    }

    /// The hidden matches of a tournament in which nobody has done anything, by their fixtures.
    pub async fn unplayed_matches(
        &self,
        of: TournamentId,
    ) -> Result<HashMap<Key, MatchSetup>, StoreError> {
        self.read(move |connection| matches::unplayed(connection, of))
            .await
    }

    /// The points of the ranks 1, 2, 3… in the ranking of the clubs; `None` while nobody has said them.
    pub async fn club_points(&self) -> Result<Option<Vec<u32>>, StoreError> {
        self.read(venue::club_points).await
    }

    pub async fn set_club_points(&self, points: Vec<u32>) -> Result<(), StoreError> {
        self.writer
            .write(move |writing| venue::set_club_points(writing, &points))
            .await
    }

    /// The deeds of a tournament, the first first.
    pub async fn deeds(&self, of: TournamentId) -> Result<Vec<RecordedDeed>, StoreError> {
        self.read(move |connection| deeds::of(connection, of)).await
    }

    /// Stores a deed with all that it changes. `Changed`, and nothing is written, if somebody was faster: `after` is the last deed
    /// that was seen.
    pub async fn do_deed(
        &self,
        of: TournamentId,
        after: DeedSeq,
        changes: Changes,
    ) -> Result<Done, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        let finished = changes
            .events
            .iter()
            .any(|events| events.status == Status::Finished);
        let done = self
            .writer
            .write(move |writing| {
                super::rows::tournaments::one(writing.connection, of)?;
                changes.are_of_now(writing, of, after)?;
                changes.write(writing, venue, (of, after), now)
            })
            .await?;
        if finished {
            self.finished.send_modify(|times| *times += 1);
        }
        Ok(done)
    }
}

impl Changes {
    /// Refuses what was made for an older state.
    fn are_of_now(
        &self,
        writing: &Writing<'_>,
        of: TournamentId,
        after: DeedSeq,
    ) -> Result<(), StoreError> {
        if deeds::last(writing.connection, of)? != after {
            return Err(StoreError::Changed);
        }
        for (id, seq) in &self.seen {
            if history::last_seq(writing.connection, *id)? != *seq {
                return Err(StoreError::Changed);
            }
        }
        Ok(())
    }

    fn write(
        self,
        writing: &mut Writing<'_>,
        venue: VenueId,
        (of, after): (TournamentId, DeedSeq),
        now: WallMs,
    ) -> Result<Done, StoreError> {
        let mut done = Done::default();
        for (seq, deed) in (after + 1..).zip(self.deeds) {
            let recorded = RecordedDeed {
                seq,
                at: now,
                by: self.by.clone(),
                deed,
            };
            deeds::append(writing, venue, of, &recorded)?;
        }
        for team in self.teams {
            done.teams.extend(team.write(writing, venue, now)?);
        }
        for id in self.hidden {
            matches::delete(writing, id, None, now)?;
            access::revoke_referee_secrets(writing, Assignment::Match(id))?;
        }
        for new in self.events {
            new.write(writing)?;
        }
        for id in self.shown {
            done.shown.push(matches::bring_back(writing, id)?);
        }
        for (known, wanted) in self.setups {
            let changed = matches::write_change(writing, &known, wanted)?;
            done.changed.push(changed);
        }
        for setup in self.made {
            done.made
                .push(matches::insert_setup(writing, venue, setup)?);
        }
        Ok(done)
    }
}

impl TeamWrite {
    fn write(
        self,
        writing: &mut Writing<'_>,
        venue: VenueId,
        now: WallMs,
    ) -> Result<Option<Revised<Team>>, StoreError> {
        match self {
            TeamWrite::Enter(team) => teams::enter(writing, venue, &team, now).map(Some),
            TeamWrite::Change { team, expected } => {
                teams::write(writing, &team, expected, now).map(Some)
            }
            TeamWrite::Delete { id, expected } => {
                teams::delete(writing, id, expected, now).map(|()| None)
            }
        }
    }
}

impl NewEvents {
    fn write(self, writing: &mut Writing<'_>) -> Result<(), StoreError> {
        let status = self.status.as_str();
        let appended = history::append(
            writing,
            self.id,
            &self.events,
            &self.rules,
            self.state,
            status,
        );
        appended.map_err(|error| match error {
            // Somebody else's event came first.
            StoreError::Diverged => StoreError::Changed,
            error => error,
        })
    }
}
