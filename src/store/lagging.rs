//! What the rows of matches will say of events that are stored already.
//!
//! A match's row repeats what its events add up to, and is many times as large as an event. So an event is written
//! alone, and what the row should say is remembered here until one write does for all events since. The events are the
//! truth: a row that lags when the power goes is brought up to date by the next start.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::value::RawValue;

use super::aside::Aside;
use super::error::{Fault, StoreError};
use super::history;
use super::rows::matches::{self, Told};
use super::rows::unreadable;
use crate::clock::WallMs;
use crate::domain::{MatchId, Seq};

/// Where a match stands after one of its events.
#[derive(Debug, Clone)]
pub struct Reached {
    pub status: &'static str,
    pub state: Arc<RawValue>,
    pub seq: Seq,
    /// When the event came.
    pub at: WallMs,
}

/// The rows to be written, in the order of their ids.
pub type Lagging = BTreeMap<MatchId, Reached>;

/// What the rows should say that a crash has left behind their events. Asked outside of a transaction: once SQLite has met
/// damage in one, it writes nothing more in it.
pub fn left_behind(connection: &Connection, aside: &Aside) -> Result<Lagging, StoreError> {
    let mut lagging = Lagging::new();
    for Told { id, seq, outgrown } in matches::told(connection)? {
        if aside.has(id) {
            continue;
        }
        let behind = history::last_seq(connection, id).and_then(|last| {
            if last > seq || outgrown {
                aside.taking_up(id);
                reached(connection, id).map(Some)
            } else {
                Ok(None)
            }
        });
        match behind {
            Ok(reached) => lagging.extend(reached.map(|reached| (id, reached))),
            // One history that cannot be read keeps no other match from being played.
            Err(error @ (StoreError::Unexpected(_) | StoreError::Fault(Fault::Corrupt))) => {
                tracing::error!("the row of match {id} stays as it is: {error}");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(lagging)
}

/// The fold of all events of a match.
fn reached(connection: &Connection, id: MatchId) -> Result<Reached, StoreError> {
    let (found, fold) = history::fold(connection, id, |_| {})?;
    let state = serde_json::value::to_raw_value(&fold.state()).map_err(unreadable)?;
    Ok(Reached {
        status: fold.status().as_str(),
        state: state.into(),
        seq: fold.seq(),
        at: found.updated_at,
    })
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::clock::Clock;
    use crate::domain::{Author, BySide, Event, EventId, Rules, Venue, VenueId};
    use crate::random;
    use crate::store::writer::Writing;
    use crate::store::{
        CodeHash, Match, NewMatch, NewSide, Recorded, RefereeSecrets, Store, TokenHash,
    };

    /// A store in a folder of its own, with one match.
    struct Played {
        folder: tempfile::TempDir,
        store: Store,
        id: MatchId,
    }

    fn open(folder: &tempfile::TempDir) -> Store {
        let fresh = || Venue {
            id: VenueId(random::id()),
            name: "Hall".into(),
        };
        Store::open(folder.path(), Clock::default(), None, fresh).unwrap()
    }

    fn event(seq: Seq) -> Recorded {
        let named = || EventId::from(random::id());
        Recorded {
            seq,
            at: 1000 + seq as WallMs,
            author: Author::Referee,
            event: Event::parse(r#"{"type":"point","side":"A"}"#, named).unwrap(),
        }
    }

    /// What the row is to say after so many points.
    fn state(points: Seq) -> Arc<RawValue> {
        let mut fold = crate::domain::MatchFold::new(Arc::new(Rules::plain()));
        (0..points).for_each(|_| fold.apply(event(1).event.play));
        serde_json::value::to_raw_value(&fold.state())
            .unwrap()
            .into()
    }

    impl Played {
        async fn new() -> Played {
            let folder = tempfile::tempdir().unwrap();
            let store = open(&folder);
            let id = MatchId(random::id());
            let new = NewMatch {
                confirmed: false,
                id,
                tournament: None,
                court: None,
                sport: "BASKETBALL".into(),
                variant: "base".into(),
                rules: Arc::new(Rules::plain()),
                sides: BySide {
                    a: NewSide::Named("Lyon".into()),
                    b: NewSide::Named("Metz".into()),
                },
                created_at: 0,
            };
            let secrets = RefereeSecrets {
                token: TokenHash("token".into()),
                code: CodeHash("code".into()),
            };
            store.create_match(new, secrets).await.unwrap();
            Played { folder, store, id }
        }

        async fn append(
            &self,
            seq: Seq,
            status: &'static str,
        ) -> Result<Vec<Recorded>, StoreError> {
            let events = vec![event(seq)];
            let rules = Arc::new(Rules::plain());
            let store = &self.store;
            store
                .append(self.id, events, rules, state(seq), status)
                .await
        }

        async fn row(&self) -> Match {
            self.store.matches().await.unwrap().remove(0)
        }

        async fn stored(&self) -> usize {
            self.store
                .events(self.id, 0, crate::store::history::PAGE)
                .await
                .unwrap()
                .len()
        }
    }

    #[tokio::test]
    async fn a_row_lags_until_the_status_changes_or_something_else_is_written() {
        let played = Played::new().await;
        played.append(1, "live").await.unwrap();
        assert_eq!(played.row().await.seq, 1, "another status");
        played.append(2, "live").await.unwrap();
        played.append(3, "live").await.unwrap();
        assert_eq!(played.row().await.seq, 1);
        let (found, _) = played.store.replay(played.id, |_| {}).await.unwrap();
        assert_eq!(
            (found.seq, found.updated_at),
            (3, 1003),
            "no old row is acted upon"
        );
        played.store.catch_up().await.unwrap();
        let row = played.row().await;
        assert_eq!((row.seq, row.updated_at), (3, 1003));
        assert_eq!(row.state.score.a, 3);
        for seq in [4, 5] {
            played.append(seq, "finished").await.unwrap();
            assert_eq!(played.row().await.seq, seq, "over");
        }
    }

    #[tokio::test]
    async fn a_transaction_that_fails_forgets_no_row_and_remembers_none_that_was_taken_back() {
        let played = Played::new().await;
        played.append(1, "live").await.unwrap();
        played.append(2, "live").await.unwrap();
        let full = || StoreError::from(Fault::Full);
        let failed = played
            .store
            .writer
            .write(move |_| Err::<(), _>(full()))
            .await;
        assert_eq!(failed, Err(full()), "after the row was written");
        let id = played.id;
        let failed = played.store.writer.append(move |writing| {
            super::history::append(writing, id, &[event(3)], &Rules::plain(), state(3), "live")?;
            Err::<(), _>(full())
        });
        assert_eq!(
            failed.await,
            Err(full()),
            "after the next event was written"
        );
        assert_eq!((played.row().await.seq, played.stored().await), (1, 2));
        played.store.catch_up().await.unwrap();
        assert_eq!((played.row().await.seq, played.stored().await), (2, 2));
    }

    #[tokio::test]
    async fn events_that_do_not_continue_the_history_are_not_written_and_stop_no_others() {
        let played = Played::new().await;
        played.append(1, "live").await.unwrap();
        for seq in [1, 3] {
            assert_eq!(
                played.append(seq, "live").await.unwrap_err(),
                StoreError::Diverged
            );
        }
        played.append(2, "live").await.unwrap();
        played.store.delete_match(played.id, None).await.unwrap();
        assert_eq!(
            played.append(3, "live").await.unwrap_err(),
            StoreError::Diverged
        );
        assert_eq!(played.stored().await, 2);
        assert_eq!(played.store.fault(), None);
    }

    #[tokio::test]
    async fn a_first_event_that_was_decided_on_by_other_rules_is_not_written() {
        let played = Played::new().await;
        let tennis = crate::domain::Catalogue::built_in().find("TENNIS").unwrap();
        let other = Arc::new(tennis.rules.clone());
        let store = &played.store;
        let appended = store.append(played.id, vec![event(1)], other, state(1), "live");
        assert_eq!(appended.await.unwrap_err(), StoreError::Diverged);
        played.append(1, "live").await.unwrap();
    }

    #[tokio::test]
    async fn an_old_row_never_replaces_a_newer_one() {
        let played = Played::new().await;
        played.append(1, "live").await.unwrap();
        let id = played.id;
        let old = Reached {
            status: "live",
            state: state(0),
            seq: 0,
            at: 0,
        };
        let write = move |writing: &mut Writing<'_>| {
            crate::store::rows::matches::write_reached(writing, id, &old)
        };
        played.store.writer.write(write).await.unwrap();
        assert_eq!(played.row().await.seq, 1);
    }

    #[tokio::test]
    async fn rows_that_lag_are_written_at_the_stop_and_by_the_next_start() {
        let played = Played::new().await;
        played.append(1, "live").await.unwrap();
        played.append(2, "live").await.unwrap();
        let close = {
            let store = played.store.clone();
            move || store.close()
        };
        tokio::task::spawn_blocking(close).await.unwrap().unwrap();
        assert_eq!(played.row().await.seq, 2, "at the stop");
        let Played { folder, store, id } = played;
        drop(store);
        let database = rusqlite::Connection::open(folder.path().join("courtside.db")).unwrap();
        let back = "UPDATE matches SET last_seq = 0, state = ?1";
        database.execute(back, [state(0).get()]).unwrap();
        let again = Played {
            store: open(&folder),
            folder,
            id,
        };
        let row = again.row().await;
        assert_eq!((row.seq, row.updated_at, row.state.score.a), (2, 1002, 2));
    }
}
