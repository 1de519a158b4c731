//! Undo: the last deed that still counts is taken back, with the events that it stored in matches.

use std::collections::BTreeMap;

use super::commit::{Draft, Written};
use super::{LaidDown, Moment, played};
use crate::domain::tournament::deed::{Decision, Deed, MatchEvent, Settlement};
use crate::domain::tournament::progress::Played;
use crate::domain::tournament::{Outcome, Settings};
use crate::domain::{Key, TournamentId};
use crate::organising::{Hall, Refused};
use crate::store::{DoneBy, RecordedDeed, TeamWrite};

impl Hall {
    /// Takes the last deed of an organiser back, and returns it. Refused if something that was played depends on it.
    pub async fn undo(&self, id: TournamentId, by: DoneBy) -> Result<RecordedDeed, Refused> {
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(id).await?;
            let last = moment
                .laid
                .last_deed()
                .ok_or(Refused::NothingToUndo)?
                .clone();
            if let Deed::Settings { before, .. } = &last.deed {
                let before = Settings::clone(before);
                hall.restore_settings(id, before, by, last.seq).await?;
                return Ok(last);
            }
            let mut draft = Draft::of(Deed::Undo { seq: last.seq }, by);
            for event in moment.events_of(&last) {
                hall.take_back(&moment, event, &mut draft).await?;
            }
            if let Deed::Teams { changes } = &last.deed {
                moment.seeds_stay(changes)?;
                for change in changes {
                    draft
                        .changes
                        .teams
                        .extend(match (&change.before, &change.after) {
                            (Some(before), _) => Some(TeamWrite::Change {
                                team: (**before).clone(),
                                expected: None,
                            }),
                            (None, Some(after)) => Some(TeamWrite::Delete {
                                id: after.id,
                                expected: None,
                            }),
                            (None, None) => None,
                        });
                }
            }
            for settled in last.deed.settled() {
                moment.take_back_settlement(settled, &mut draft)?;
            }
            for settled in last.deed.settled() {
                if let Settlement::Replay { key, voided, .. } = settled {
                    let found = hall.store.hidden_match(*voided).await?;
                    draft.played.insert(key.clone(), Some(hidden(&found)));
                }
            }
            moment.nothing_depends(&draft, &last.deed)?;
            hall.commit(&moment, draft).await?;
            Ok(last)
        })
        .await
    }

    /// Takes an event of a match back by an event of its own.
    async fn take_back(
        &self,
        moment: &Moment,
        event: MatchEvent,
        draft: &mut Draft,
    ) -> Result<(), Refused> {
        let Some(key) = moment.key_of(event) else {
            return Ok(());
        };
        let (_, fold) = self.store.replay(event.of, |_| {}).await?;
        let was_an_undo = moment
            .laid
            .deeds
            .iter()
            .any(|recorded| match &recorded.deed {
                Deed::Correct {
                    event: of, what, ..
                } => *of == event && what == "undo",
                _ => false,
            });
        // What was an undo itself is done again.
        let body = if was_an_undo {
            r#"{"type":"redo"}"#.to_owned()
        } else {
            match fold.last_that_counts() {
                Some(last) if last > event.seq => return Err(depends(&key)),
                Some(last) if last == event.seq => {}
                // The referee has taken it back already.
                _ => return Ok(()),
            }
            format!(r#"{{"type":"undo","detail":{{"seq":{}}}}}"#, event.seq)
        };
        let Written { new, outcome } = self.new_event(event.of, fold, &body)?;
        if let Some(summary) = moment.matches.get(&key) {
            let after = Played {
                status: new.status,
                sides: played(summary, None).sides,
                outcome,
            };
            draft.played.insert(key, Some(after));
        }
        draft.changes.events.push(new);
        Ok(())
    }
}

fn hidden(found: &crate::store::Match) -> Played {
    Played {
        status: found.state.status,
        sides: crate::domain::BySide {
            a: found.setup.sides.a.team,
            b: found.setup.sides.b.team,
        },
        outcome: Outcome::of(&found.state, &found.setup.rules, None),
    }
}

impl LaidDown {
    /// The last deed of an organiser that was not taken back: an undo takes back this one.
    pub fn last_deed(&self) -> Option<&RecordedDeed> {
        let undone = self.undone();
        let mut deeds = self.deeds.iter().rev();
        deeds.find(|recorded| recorded.deed.can_be_undone() && !undone.contains(&recorded.seq))
    }
}

impl Moment {
    fn key_of(&self, event: MatchEvent) -> Option<Key> {
        let mut matches = self.matches.iter();
        let found = matches.find(|(_, summary)| summary.setup.id == event.of);
        found.map(|(key, _)| key.clone())
    }

    /// The events that a deed stored in matches, and those that followed from it later.
    fn events_of(&self, deed: &RecordedDeed) -> Vec<MatchEvent> {
        match &deed.deed {
            Deed::Correct { event, .. } => vec![*event],
            Deed::Decide {
                decision: Decision::Withdrawal { team, .. },
                walkovers,
                ..
            } => {
                let later = self.laid.deeds.iter().filter(|of| of.seq > deed.seq);
                let later = later.flat_map(|of| match &of.deed {
                    Deed::Forfeit { walkovers } => walkovers.clone(),
                    _ => Vec::new(),
                });
                let plays = |event: &MatchEvent| {
                    let mut matches = self.matches.values();
                    matches.any(|summary| {
                        let sides = &summary.setup.sides;
                        summary.setup.id == event.of
                            && (sides.a.team == Some(*team) || sides.b.team == Some(*team))
                    })
                };
                walkovers
                    .iter()
                    .copied()
                    .chain(later.filter(plays))
                    .collect()
            }
            Deed::Decide { walkovers, .. } => walkovers.clone(),
            _ => Vec::new(),
        }
    }

    /// A match that was void is there again, and the one that was to be played instead goes.
    fn take_back_settlement(&self, settled: &Settlement, draft: &mut Draft) -> Result<(), Refused> {
        let Settlement::Replay { key, voided, again } = settled else {
            return Ok(());
        };
        if self.played.get(key).is_some_and(Played::has_begun) {
            return Err(depends(key));
        }
        let there = self.matches.get(key).map(|summary| summary.setup.id);
        if there == Some(*again) {
            if let Some(summary) = self.matches.get(key) {
                draft.changes.seen.push((summary.setup.id, summary.seq));
            }
            draft.changes.hidden.push(*again);
        }
        draft.changes.shown.push(*voided);
        draft.played.insert(key.clone(), None);
        Ok(())
    }

    /// Refuses an undo after which a match that has begun would not be there, or would be contested. Whoever takes back that a
    /// match is kept has it contested again.
    fn nothing_depends(&self, draft: &Draft, deed: &Deed) -> Result<(), Refused> {
        let settled: Vec<&Key> = match deed {
            Deed::Decide {
                decision: Decision::Settle { .. },
                settled,
                ..
            } => settled.iter().map(Settlement::key).collect(),
            _ => Vec::new(),
        };
        let structure = self.laid.with(&draft.deeds);
        let matches: BTreeMap<Key, Played> = draft.matches(self);
        let progress = self.laid.progress(&structure, &matches);
        for (key, played) in &matches {
            if !played.has_begun() || settled.contains(&key) {
                continue;
            }
            let before = self.progress.fixture(&self.laid.structure, key);
            let was_contested = before.is_some_and(|known| known.contested);
            match progress.fixture(&structure, key) {
                None => return Err(depends(key)),
                Some(known) if known.contested && !was_contested => return Err(depends(key)),
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn depends(key: &Key) -> Refused {
    Refused::Contradicts(format!(
        "the match “{key}” has begun since and depends on it: correct the result instead"
    ))
}
