//! The actions of organisers on tournaments, teams, courts and matches: each is one transaction, all of it or nothing.
//!
//! `expected` is the revision that the organiser has seen. A row that has another by now is not changed (`Changed`);
//! `None` asks for no such care.

use super::access;
use super::rows::deeds::{self, DoneBy, RecordedDeed};
use super::rows::matches::{self, MatchChange, NewMatch};
use super::rows::teams;
use super::rows::{Revised, bookings, courts, tournaments};
use super::{RefereeSecrets, Store, StoreError};
use crate::domain::tournament::Settings;
use crate::domain::tournament::deed::{Deed, DeedSeq};
use crate::domain::{
    Assignment, Court, CourtId, MatchId, MatchSetup, Revision, Team, TeamId, Tournament,
    TournamentId,
};

impl Store {
    pub async fn create_tournament(
        &self,
        tournament: Tournament,
    ) -> Result<Revised<Tournament>, StoreError> {
        let venue = self.venue.id;
        self.writer
            .write(move |writing| tournaments::insert(writing, venue, tournament))
            .await
    }

    /// Changes a tournament, which is a deed. `change` is given the tournament and its matches as they are, and says how they are
    /// to be. The rules stay once a match has begun. `undoes` is the deed that is taken back with this.
    pub async fn change_tournament(
        &self,
        id: TournamentId,
        expected: Option<Revision>,
        (by, undoes): (DoneBy, Option<DeedSeq>),
        change: impl FnOnce(&mut Tournament, &mut [MatchSetup]) + Send + 'static,
    ) -> Result<(Revised<Tournament>, Vec<MatchSetup>), StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                let known = tournaments::expected(writing.connection, id, expected)?;
                let before = matches::setups_of(writing.connection, id)?;
                let (mut value, mut after) = (known.value.clone(), before.clone());
                change(&mut value, &mut after);
                let other_rules = value.sport != known.value.sport
                    || value.variant != known.value.variant
                    || value.played_by != known.value.played_by;
                if other_rules && matches::any_has_begun(writing.connection, id)? {
                    return Err(StoreError::HasBegun);
                }
                let mut changed = Vec::new();
                for (known, wanted) in before.iter().zip(after) {
                    if wanted != *known {
                        changed.push(matches::write_change(writing, known, wanted)?);
                    }
                }
                if value == known.value && undoes.is_none() {
                    return Ok((known, changed));
                }
                let (before, after) = Settings::difference(&known.value, &value);
                let recorded = RecordedDeed {
                    seq: deeds::last(writing.connection, id)? + 1,
                    at: now,
                    by,
                    deed: match undoes {
                        Some(seq) => Deed::Undo { seq },
                        None => Deed::Settings {
                            before: Box::new(before),
                            after: Box::new(after),
                        },
                    },
                };
                deeds::append(writing, venue, id, &recorded)?;
                let only_name = Tournament {
                    name: value.name.clone(),
                    ..known.value.clone()
                };
                if value == only_name {
                    let renamed = tournaments::rename(writing, known.value, value.name, now)?;
                    return Ok((renamed, changed));
                }
                let revision = tournaments::update(writing, &value, now)?;
                Ok((Revised { value, revision }, changed))
            })
            .await
    }

    /// Deletes a tournament with its teams and its matches, whose IDs it returns.
    pub async fn delete_tournament(
        &self,
        id: TournamentId,
        expected: Option<Revision>,
    ) -> Result<Vec<MatchId>, StoreError> {
        let (now, aside) = (self.clock.now_ms(), self.aside.clone());
        self.writer
            .write(move |writing| {
                tournaments::expected(writing.connection, id, expected)?;
                let gone = matches::ids_of(writing.connection, id)?;
                for id in &gone {
                    matches::delete(writing, *id, None, now)?;
                    access::revoke_referee_secrets(writing, Assignment::Match(*id))?;
                }
                teams::delete_all(writing, id, now)?;
                tournaments::delete(writing, id, now)?;
                aside.take_back(writing.connection, &gone)?;
                Ok(gone)
            })
            .await
            .inspect(|gone| self.aside.forget(gone))
    }

    pub async fn create_court(&self, court: Court) -> Result<Revised<Court>, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                courts::insert(writing, venue, &court, now)?;
                courts::one(writing.connection, court.id)
            })
            .await
    }

    /// Renames a court; its matches name it by its row, and stay as they are.
    pub async fn rename_court(
        &self,
        court: Court,
        expected: Option<Revision>,
    ) -> Result<Revised<Court>, StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| {
                courts::rename(writing, &court, expected, now)?;
                courts::one(writing.connection, court.id)
            })
            .await
    }

    /// Deletes a court and what its referees were given. Its matches are on none then, and are returned.
    pub async fn delete_court(
        &self,
        id: CourtId,
        expected: Option<Revision>,
    ) -> Result<Vec<MatchSetup>, StoreError> {
        let now = self.clock.now_ms();
        self.writer
            .write(move |writing| {
                courts::delete(writing, id, expected, now)?;
                access::revoke_referee_secrets(writing, Assignment::Court(id))?;
                matches::leave_court(writing, id)
            })
            .await
    }

    /// Stores a new match together with the first secrets of its referee.
    pub async fn create_match(
        &self,
        new: NewMatch,
        secrets: RefereeSecrets,
    ) -> Result<MatchSetup, StoreError> {
        let venue = self.venue.id;
        let key = self.code_key.clone();
        self.writer
            .write(move |writing| {
                let (of, now) = (Assignment::Match(new.id), new.created_at);
                let setup = matches::insert(writing, venue, new)?;
                access::replace_referee_secrets(writing, of, &secrets, &key, now)?;
                Ok(setup)
            })
            .await
    }

    pub async fn change_match(
        &self,
        id: MatchId,
        expected: Option<Revision>,
        change: MatchChange,
    ) -> Result<MatchSetup, StoreError> {
        let (venue, now) = (self.venue.id, self.clock.now_ms());
        self.writer
            .write(move |writing| {
                let moved = change.court.is_some();
                let changed = matches::change(writing, venue, id, expected, change, now)?;
                if moved {
                    let court = changed.court.as_ref().map(|court| court.id);
                    bookings::follow_court(writing, venue, id, court)?;
                }
                Ok(changed)
            })
            .await
    }

    pub async fn delete_match(
        &self,
        id: MatchId,
        expected: Option<Revision>,
    ) -> Result<(), StoreError> {
        let (now, aside) = (self.clock.now_ms(), self.aside.clone());
        self.writer
            .write(move |writing| {
                matches::delete(writing, id, expected, now)?;
                access::revoke_referee_secrets(writing, Assignment::Match(id))?;
                aside.take_back(writing.connection, &[id])
            })
            .await
            .inspect(|()| self.aside.forget(&[id]))
    }

    pub async fn tournaments(&self) -> Result<Vec<Revised<Tournament>>, StoreError> {
        self.read(tournaments::all).await
    }

    pub async fn tournament(&self, id: TournamentId) -> Result<Revised<Tournament>, StoreError> {
        self.read(move |connection| tournaments::one(connection, id))
            .await
    }

    /// The teams of a tournament, in the order in which they were entered.
    pub async fn teams(&self, of: TournamentId) -> Result<Vec<Revised<Team>>, StoreError> {
        self.read(move |connection| teams::of(connection, of)).await
    }

    pub async fn team(&self, id: TeamId) -> Result<Revised<Team>, StoreError> {
        self.read(move |connection| teams::one(connection, id))
            .await
    }

    pub async fn courts(&self) -> Result<Vec<Revised<Court>>, StoreError> {
        self.read(courts::all).await
    }

    pub async fn court(&self, id: CourtId) -> Result<Revised<Court>, StoreError> {
        self.read(move |connection| courts::one(connection, id))
            .await
    }
}
