//! Corrections: a result is changed after the fact, seen first with all that follows from it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::RawValue;

use super::commit::{Draft, Written};
use super::weighing::{Accept, Consequences, agreed};
use super::{Moment, played};
use crate::broker::Summary;
use crate::domain::tournament::TournamentRef;
use crate::domain::tournament::deed::{Deed, MatchEvent, Settlement};
use crate::domain::tournament::progress::Played;
use crate::domain::{
    BySide, Event, EventId, Key, MatchFold, MatchId, MatchState, Play, Refusal, Seq, Status,
};
use crate::organising::{Hall, Refused};
use crate::random;
use crate::store::{DoneBy, NewEvents, Recorded, StoreError};

/// An event of an organiser, with the answer to a preview.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The JSON of the event.
    pub event: String,
    pub accept: Option<Accept>,
}

/// A correction that is stored.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub id: EventId,
    pub seq: Seq,
    pub duplicate: bool,
    pub state: Arc<RawValue>,
}

/// A correcting event as it would be.
struct Judged {
    new: NewEvents,
    key: Key,
    what: &'static str,
    score: Option<BySide<i64>>,
    /// The score that it was before, if it was another one.
    before: Option<BySide<i64>>,
    /// The match after it.
    played: Played,
    /// It changes a match that was over, or ends it.
    corrects: bool,
}

impl Hall {
    /// The effects of a correcting event, without storing it.
    pub async fn preview(&self, id: MatchId, event: &str) -> Result<Option<Consequences>, Refused> {
        let summary = self.summary(id)?;
        let Some((of, key)) = fixture_of(&summary) else {
            self.judge_alone(id, event).await?;
            return Ok(None);
        };
        let moment = self.moment(of.id).await?;
        let (_, fold) = self.store.replay(id, |_| {}).await?;
        let judged = self.judge(&summary, key, fold, event)?;
        Ok(Some(moment.weigh(
            &judged.deeds(Vec::new()),
            &judged.base(&moment),
            &judged.seen(),
        )))
    }

    /// Judges an event of a match that belongs to no fixture: nothing follows from it.
    async fn judge_alone(&self, id: MatchId, event: &str) -> Result<(), Refused> {
        let (_, fold) = self.store.replay(id, |_| {}).await?;
        self.new_event(id, fold, event).map(|_| ())
    }

    /// Stores an event of an organiser if it is a correction: of a match that is over, one that says its end, or one from which
    /// something follows. `None` for all others, which are published like a referee's.
    pub async fn correct(
        &self,
        id: MatchId,
        correction: Correction,
        by: DoneBy,
    ) -> Result<Option<Accepted>, Refused> {
        let hall = self.clone();
        let summary = self.summary(id)?;
        let Some((of, key)) = fixture_of(&summary) else {
            return Ok(None);
        };
        let (of, key) = (of.id, key.clone());
        self.act(async move {
            let moment = hall.moment(of).await?;
            let given = Event::parse(&correction.event, || EventId::from(random::id()))
                .map_err(|unreadable| Refused::Event(unreadable.refusal))?;
            let (fold, known) = hall.fold_of(id, given.id.clone()).await?;
            if let Some(seq) = known {
                let state = serde_json::value::to_raw_value(&fold.state());
                let state = state.map_or_else(|_| RawValue::NULL.to_owned().into(), Arc::from);
                return Ok(Some(Accepted {
                    id: given.id,
                    seq,
                    duplicate: true,
                    state,
                }));
            }
            let summary = hall.summary(id)?;
            let judged = hall.judge(&summary, &key, fold, given.body())?;
            let base = judged.base(&moment);
            let consequences = moment.weigh(&judged.deeds(Vec::new()), &base, &judged.seen());
            if !judged.corrects && consequences.effects.is_empty() {
                return Ok(None);
            }
            let accept = agreed(consequences, correction.accept)?;
            let mut draft = Draft {
                played: BTreeMap::from([(key, Some(judged.played.clone()))]),
                ..Draft::default()
            };
            draft.changes.by = by;
            let deeds = judged.deeds(Vec::new());
            let settled = moment.settle(&deeds, &base, &accept, &mut draft);
            draft.deeds = judged.deeds(settled);
            let event = judged.new.events.first();
            let accepted = event.map(|recorded| Accepted {
                id: recorded.event.id.clone(),
                seq: recorded.seq,
                duplicate: false,
                state: judged.new.state.clone(),
            });
            draft.changes.events.push(judged.new);
            hall.commit(&moment, draft).await?;
            Ok(accepted)
        })
        .await
    }

    /// The fold of a match, and the event that has this ID already.
    async fn fold_of(
        &self,
        id: MatchId,
        event: EventId,
    ) -> Result<(MatchFold, Option<Seq>), Refused> {
        let seen: Arc<Mutex<Option<Seq>>> = Arc::default();
        let noting = seen.clone();
        let note = move |recorded: Recorded| {
            if recorded.event.id == event {
                *noting.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded.seq);
            }
        };
        let (_, fold) = self.store.replay(id, note).await?;
        let known = *seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((fold, known))
    }

    pub(super) fn summary(&self, id: MatchId) -> Result<Summary, Refused> {
        let found = self.broker.summary(id);
        found.ok_or(StoreError::NotFound("match").into())
    }

    fn judge(
        &self,
        summary: &Summary,
        key: &Key,
        fold: MatchFold,
        event: &str,
    ) -> Result<Judged, Refused> {
        let (before, was) = (fold.status(), fold.state().score);
        if before == Status::Scheduled
            && let Some(awaited) = summary.setup.awaited()
        {
            return Err(Refused::Event(Refusal::SidesUnknown(awaited)));
        }
        let Written { new, outcome } = self.new_event(summary.setup.id, fold, event)?;
        let play = new.events.first().map(|recorded| &recorded.event.play);
        let what = play.map_or("event", name_of);
        let changes = !matches!(play, Some(Play::Note | Play::Other | Play::Confirm) | None);
        let unplayed = outcome.as_ref().is_none_or(|outcome| outcome.unplayed);
        let state = serde_json::from_str::<MatchState>(new.state.get()).ok();
        let score = state.map(|state| state.score).filter(|_| !unplayed);
        let other = score.is_some_and(|score| score != was);
        Ok(Judged {
            key: key.clone(),
            what,
            score,
            before: (other && before == Status::Finished).then_some(was),
            played: Played {
                status: new.status,
                sides: played(summary, None).sides,
                outcome,
            },
            corrects: changes && (before == Status::Finished || new.status == Status::Finished),
            new,
        })
    }
}

impl Judged {
    fn deeds(&self, settled: Vec<Settlement>) -> Vec<Deed> {
        let seq = self.new.events.first().map_or(0, |recorded| recorded.seq);
        vec![Deed::Correct {
            key: self.key.clone(),
            event: MatchEvent {
                of: self.new.id,
                seq,
            },
            what: self.what.to_owned(),
            score: self.score,
            before: self.before,
            settled,
        }]
    }

    /// The matches with this one as it would be.
    fn base(&self, moment: &Moment) -> BTreeMap<Key, Played> {
        let mut base = moment.played.clone();
        base.insert(self.key.clone(), self.played.clone());
        base
    }

    /// The part of the token that says which event was looked at.
    fn seen(&self) -> String {
        let recorded = self.new.events.first();
        let event = recorded.map(|recorded| (&recorded.seq, &recorded.event.play));
        format!("{:?} {event:?}", self.new.id)
    }
}

/// The fixture of a match.
fn fixture_of(summary: &Summary) -> Option<(&TournamentRef, &Key)> {
    let setup = &summary.setup;
    Some((setup.tournament.as_ref()?, &setup.fixture.as_ref()?.key))
}

fn name_of(play: &Play) -> &'static str {
    match play {
        Play::Result { .. } => "result",
        Play::Walkover { .. } => "walkover",
        Play::Retire { .. } => "retire",
        Play::Undo { .. } => "undo",
        Play::Redo { .. } => "redo",
        Play::Card { .. } => "card",
        Play::Finish => "finish",
        _ => "event",
    }
}
