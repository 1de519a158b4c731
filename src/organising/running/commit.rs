//! The difference of two folds, written in one transaction and then shown.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::setups::{is_match, wanted_setup};
use super::supplies::{Supplied, Supplies};
use super::{LaidDown, Moment, TRY_POINTS};
use crate::broker::Summary;
use crate::domain::tournament::Outcome;
use crate::domain::tournament::deed::{Deed, MatchEvent, Settlement};
use crate::domain::tournament::progress::{Known, Played, Progress};
use crate::domain::tournament::structure::Structure;
use crate::domain::{Author, Event, EventId, Key, MatchFold, MatchId, MatchSetup, Side};
use crate::organising::{Hall, Refused};
use crate::random;
use crate::store::{Changes, Done, DoneBy, NewEvents, Recorded, StoreError, TeamWrite};

/// An event as it would be, with the outcome of its match then.
pub struct Written {
    pub new: NewEvents,
    pub outcome: Option<Outcome>,
}

/// A deed on its way: what it does, before the difference that follows is known.
#[derive(Default)]
pub struct Draft {
    pub deeds: Vec<Deed>,
    pub changes: Changes,
    /// Matches as they are after the deed: corrected ones, and void ones, which are gone.
    pub played: BTreeMap<Key, Option<Played>>,
    /// The match of a fixture that is played again.
    pub again: BTreeMap<Key, MatchId>,
}

impl Draft {
    pub fn of(deed: Deed, by: DoneBy) -> Draft {
        Draft {
            deeds: vec![deed],
            changes: Changes {
                by,
                ..Changes::default()
            },
            ..Draft::default()
        }
    }

    /// The matches as they are after the deed.
    pub fn matches(&self, moment: &Moment) -> BTreeMap<Key, Played> {
        let mut matches = moment.played.clone();
        for (key, played) in &self.played {
            match played {
                Some(played) => matches.insert(key.clone(), played.clone()),
                None => matches.remove(key),
            };
        }
        matches
    }
}

impl Hall {
    /// Stores a deed with all that follows from it, and shows it. The moment is the one that it was made for: `Changed` if
    /// somebody was faster.
    pub(super) async fn commit(&self, moment: &Moment, draft: Draft) -> Result<Done, Refused> {
        let laid = &moment.laid;
        let id = laid.tournament.id;
        let structure = laid.with(&draft.deeds);
        let matches = draft.matches(moment);
        let progress = laid.progress(&structure, &matches);
        let settled = draft.deeds.iter().flat_map(Deed::settled);
        laid.nobody_plays_twice(settled, &structure, &progress)?;
        let mut changes = self
            .difference(moment, &structure, &progress, draft)
            .await?;
        if is_nothing(&changes) {
            return Ok(Done::default());
        }
        let withdrawn = mirror_withdrawals(laid, &structure, &changes);
        changes.teams.extend(withdrawn);
        let hidden = changes.hidden.clone();
        let with_events: Vec<MatchId> = changes.events.iter().map(|events| events.id).collect();
        let as_expected = changes.teams.iter().any(TeamWrite::expects);
        let done = self.store.do_deed(id, laid.structure.seq, changes).await;
        // Also after a failure: what was seen may be of a moment ago.
        self.known.forget(id);
        let done = match done {
            Err(StoreError::Changed) if !as_expected => return Err(Refused::Stale),
            done => done?,
        };
        self.show(&done, &hidden, &with_events).await?;
        self.broker.decided(id);
        Ok(done)
    }

    /// Everything that has to change so that the rows say what the fold says.
    async fn difference(
        &self,
        moment: &Moment,
        structure: &Structure,
        progress: &Progress,
        draft: Draft,
    ) -> Result<Changes, Refused> {
        let Draft {
            mut deeds,
            mut changes,
            played,
            again,
        } = draft;
        // A match that a new draw takes over is played by the rules of its stage as they are now.
        let redrawn = deeds.iter().any(|deed| matches!(deed, Deed::Draw { .. }));
        let mut supplies = Supplies::default();
        let mut there: HashSet<&Key> = HashSet::new();
        for (staged, known) in structure.fixtures.iter().zip(&progress.fixtures) {
            let key = &staged.fixture.key;
            there.insert(key);
            let hidden = |summary: &&Summary| changes.hidden.contains(&summary.setup.id);
            let summary = moment.matches.get(key).filter(|summary| !hidden(summary));
            let begun = match played.get(key) {
                Some(played) => played.as_ref().is_some_and(Played::has_begun),
                None => moment.played.get(key).is_some_and(Played::has_begun),
            };
            let is_match = begun || is_match(staged, known);
            let Some(summary) = summary else {
                if !is_match || changes.brings_back(moment, key) {
                    continue;
                }
                let of = (staged, known);
                let again = again.get(key).map(|id| moment.again(key, *id));
                let supplied = self.supply(&moment.laid, structure, of, again, &mut supplies);
                changes.supply(supplied.await?);
                continue;
            };
            if !is_match {
                changes.hide(summary);
                continue;
            }
            let corrected = played.contains_key(key);
            let mut wanted = wanted_setup(&moment.laid, staged, known, &summary.setup, begun);
            if redrawn && !begun {
                let game = self
                    .game_of(&moment.laid, structure, staged, &mut supplies.games)
                    .await?;
                (wanted.sport, wanted.variant, wanted.rules) =
                    (game.sport, Some(game.variant), game.rules);
            }
            changes.set_up(summary, wanted, corrected);
            note_kept(&mut deeds, structure, key, known);
            if let (Some(winner), false, false) = (known.forfeit, begun, corrected) {
                let new = self.walkover(summary.setup.id, winner).await?;
                note_walkover(&mut deeds, &new);
                changes.events.push(new);
            }
        }
        // A fixture that was removed takes its match along.
        for (key, summary) in &moment.matches {
            if !there.contains(key) && !changes.hidden.contains(&summary.setup.id) {
                changes.hide(summary);
            }
        }
        changes.deeds = deeds;
        Ok(changes)
    }

    /// The event by which a match is won without play.
    async fn walkover(&self, id: MatchId, winner: Side) -> Result<NewEvents, Refused> {
        let absent = match winner.other() {
            Side::A => "A",
            Side::B => "B",
        };
        let body = format!(r#"{{"type":"walkover","side":"{absent}"}}"#);
        let (_, fold) = self.store.replay(id, |_| {}).await?;
        Ok(self.new_event(id, fold, &body)?.new)
    }

    /// An event of an organiser that follows a match's history.
    pub(super) fn new_event(
        &self,
        id: MatchId,
        mut fold: MatchFold,
        body: &str,
    ) -> Result<Written, Refused> {
        let event = Event::parse(body, || EventId::from(random::id()))
            .map_err(|unreadable| Refused::Event(unreadable.refusal))?;
        let event = fold
            .decide(event, Author::Organiser)
            .map_err(Refused::Event)?;
        fold.apply(event.play.clone());
        let recorded = Recorded {
            seq: fold.seq(),
            at: self.clock.now_ms(),
            author: Author::Organiser,
            event,
        };
        let state = fold.state();
        let tries = Some(fold.points_of(TRY_POINTS));
        Ok(Written {
            outcome: Outcome::of(&state, fold.rules(), tries),
            new: NewEvents {
                id,
                events: vec![recorded],
                rules: fold.rules().clone(),
                status: fold.status(),
                state: serde_json::value::to_raw_value(&state)
                    .map_or_else(|_| Arc::from(RawValue::NULL.to_owned()), Arc::from),
            },
        })
    }
}

impl Changes {
    /// Hides a match that is no longer one, unless it has begun meanwhile.
    fn hide(&mut self, summary: &Summary) {
        self.seen.push((summary.setup.id, summary.seq));
        self.hidden.push(summary.setup.id);
    }

    fn supply(&mut self, supplied: Supplied) {
        let Supplied { hidden, setup } = supplied;
        match hidden {
            None => self.made.push(setup),
            Some(hidden) => {
                self.shown.push(hidden.id);
                self.setups.push((hidden, setup));
            }
        }
    }

    /// Sets a match up as its fixture is known by now. One that is `corrected` stays with its events.
    fn set_up(&mut self, summary: &Summary, wanted: MatchSetup, corrected: bool) {
        if wanted == *summary.setup {
            return;
        }
        if wanted.sides != summary.setup.sides && !corrected {
            self.seen.push((summary.setup.id, summary.seq));
        }
        self.setups.push(((*summary.setup).clone(), wanted));
    }

    /// Says if a match of this fixture that was hidden comes back.
    fn brings_back(&self, moment: &Moment, key: &Key) -> bool {
        let deeds = moment.laid.deeds.iter();
        let mut settled = deeds.flat_map(|recorded| recorded.deed.settled());
        settled.any(|settled| match settled {
            Settlement::Replay {
                key: of, voided, ..
            } => of == key && self.shown.contains(voided),
            Settlement::Keep { .. } | Settlement::Release { .. } => false,
        })
    }
}

fn is_nothing(changes: &Changes) -> bool {
    changes.deeds.is_empty()
        && changes.teams.is_empty()
        && changes.made.is_empty()
        && changes.setups.is_empty()
        && changes.hidden.is_empty()
        && changes.shown.is_empty()
        && changes.events.is_empty()
}

/// Notes the sides of a match that is contested; and that one which was kept follows from the results again. The latter goes with
/// the deed that it follows from, so that an undo takes it back, too.
fn note_kept(deeds: &mut Vec<Deed>, structure: &Structure, key: &Key, known: &Known) {
    let kept = structure.kept.get(key);
    if known.due.is_none() {
        if kept.is_some() {
            let key = key.clone();
            match deeds.iter_mut().find_map(Deed::settled_mut) {
                Some(settled) => settled.push(Settlement::Release { key }),
                None => deeds.push(Deed::Released { key }),
            }
        }
    } else if let (true, Some(sides)) = (known.contested, known.teams())
        && kept.is_none_or(|kept| kept.sides != sides)
    {
        let key = key.clone();
        deeds.push(Deed::Contested { key, sides });
    }
}

/// Notes a walkover in the withdrawal that it follows from, so that an undo takes it back, too.
fn note_walkover(deeds: &mut Vec<Deed>, new: &NewEvents) {
    let Some(event) = new.events.first() else {
        return;
    };
    let event = MatchEvent {
        of: new.id,
        seq: event.seq,
    };
    let noting = deeds.iter_mut().find_map(|deed| match deed {
        Deed::Decide { walkovers, .. } | Deed::Forfeit { walkovers } => Some(walkovers),
        _ => None,
    });
    match noting {
        Some(walkovers) => walkovers.push(event),
        None => deeds.push(Deed::Forfeit {
            walkovers: vec![event],
        }),
    }
}

/// The copies of withdrawals in the rows of teams.
fn mirror_withdrawals(laid: &LaidDown, structure: &Structure, changes: &Changes) -> Vec<TeamWrite> {
    let written = |id| {
        changes.teams.iter().any(|write| match write {
            TeamWrite::Change { team, .. } | TeamWrite::Enter(team) => team.id == id,
            TeamWrite::Delete { id: deleted, .. } => *deleted == id,
        })
    };
    let teams = laid.teams.iter().map(|team| &team.value);
    teams
        .filter(|team| {
            team.withdrawn != structure.withdrawn.contains(&team.id) && !written(team.id)
        })
        .map(|team| {
            let mut team = team.clone();
            team.withdrawn = !team.withdrawn;
            TeamWrite::Change {
                team,
                expected: None,
            }
        })
        .collect()
}
