//! Weighing a change: what follows from it, and what becomes of matches that have begun.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::commit::Draft;
use super::{LaidDown, Moment};
use crate::domain::tournament::deed::{Deed, Settlement};
use crate::domain::tournament::preview::{Effect, effects};
use crate::domain::tournament::progress::{Known, Played, Progress};
use crate::domain::tournament::structure::Structure;
use crate::domain::{BySide, Key, MatchId};
use crate::organising::Refused;
use crate::random;

/// The answer to a preview: what was seen, and what becomes of the matches that have begun.
#[derive(Debug, Clone, Default)]
pub struct Accept {
    pub token: String,
    /// The matches that are played again; all others stay as they were played.
    pub replay: BTreeSet<Key>,
    /// The reason for those that stay.
    pub reason: Option<String>,
}

/// The effects of a change, and the token that accepts them.
#[derive(Debug, Clone)]
pub struct Consequences {
    pub laid: Arc<LaidDown>,
    /// The structure after the change, whose fixtures the effects speak of.
    pub structure: Structure,
    pub effects: Vec<Effect>,
    pub token: String,
}

/// Takes the answer to a preview, or shows what would follow.
pub fn agreed(consequences: Consequences, accept: Option<Accept>) -> Result<Accept, Refused> {
    match accept {
        Some(accept) if accept.token == consequences.token => Ok(accept),
        Some(_) => Err(Refused::Stale),
        None if consequences.effects.is_empty() => Ok(Accept::default()),
        None => Err(Refused::Consequences(Box::new(consequences))),
    }
}

impl LaidDown {
    /// Refuses choices by which a team that is kept in one match would play again in another of the same round.
    pub(super) fn nobody_plays_twice<'a>(
        &self,
        settled: impl Iterator<Item = &'a Settlement> + Clone,
        structure: &Structure,
        progress: &Progress,
    ) -> Result<(), Refused> {
        let teams = |key: &Key| progress.fixture(structure, key)?.teams();
        let kept = settled.clone().filter_map(|settled| match settled {
            Settlement::Keep { key, .. } => Some((key, teams(key)?)),
            _ => None,
        });
        let again = settled.filter_map(|settled| match settled {
            Settlement::Replay { key, .. } => Some((key, teams(key)?)),
            _ => None,
        });
        for (one, sides) in kept {
            for (other, others) in again.clone().filter(|(other, _)| row(one) == row(other)) {
                let mut both = [sides.a, sides.b].into_iter();
                if let Some(team) = both.find(|team| [others.a, others.b].contains(team)) {
                    let name = self.name(team);
                    return Err(Refused::Contradicts(format!(
                        "“{name}” would play in {one}, which stays, and in {other}, which is played again: choose the \
                         same for both"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// A key without its number, as of `SF` for SF1 and SF2.
fn row(key: &Key) -> &str {
    let key = key.as_str();
    key.trim_end_matches(|letter: char| letter.is_ascii_digit())
}

impl Moment {
    /// The effects of deeds after which matches are as in `base`. `seen` tells one change from another in the token.
    pub(super) fn weigh(
        &self,
        deeds: &[Deed],
        base: &BTreeMap<Key, Played>,
        seen: &str,
    ) -> Consequences {
        let structure = self.laid.with(deeds);
        let mut all = self.effects(&structure, base);
        // What follows if these are played again, and what follows from that.
        let mut replayed: BTreeSet<Key> = BTreeSet::new();
        loop {
            let asked = all.iter().filter(|effect| effect.asks);
            let asked: BTreeSet<Key> = asked.map(|effect| effect.key.clone()).collect();
            if asked == replayed {
                break;
            }
            replayed = asked;
            let without = without(base, &replayed);
            for effect in self.effects(&structure, &without) {
                if all.iter().all(|known| known.key != effect.key) {
                    let only_if = Some(Key::new(effect.cause.clone()));
                    all.push(Effect { only_if, ..effect });
                }
            }
        }
        let mut hash = Sha256::new();
        hash.update(format!("{} {seen} {all:?}", self.laid.structure.seq));
        let token: String = hash
            .finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Consequences {
            laid: self.laid.clone(),
            structure,
            effects: all,
            token,
        }
    }

    fn effects(&self, structure: &Structure, matches: &BTreeMap<Key, Played>) -> Vec<Effect> {
        let after = self.laid.progress(structure, matches);
        // A match that is to be played again is still there to be chosen about.
        let mut known = self.played.clone();
        known.extend(
            matches
                .iter()
                .map(|(key, played)| (key.clone(), played.clone())),
        );
        effects(
            &self.laid.structure,
            &self.progress,
            structure,
            &after,
            &known,
        )
    }

    /// Decides about the matches that have begun: those that are played again are void, and all others are kept.
    pub(super) fn settle(
        &self,
        deeds: &[Deed],
        base: &BTreeMap<Key, Played>,
        accept: &Accept,
        draft: &mut Draft,
    ) -> Vec<Settlement> {
        let structure = self.laid.with(deeds);
        let mut replayed: BTreeSet<Key> = BTreeSet::new();
        // One after another: a match is only asked about because another is played again.
        loop {
            let matches = without(base, &replayed);
            let asked = self.effects(&structure, &matches).into_iter();
            let next: BTreeSet<Key> = asked
                .filter(|effect| effect.asks && accept.replay.contains(&effect.key))
                .map(|effect| effect.key)
                .chain(replayed.iter().cloned())
                .collect();
            if next == replayed {
                break;
            }
            replayed = next;
        }
        let matches = without(base, &replayed);
        let after = self.laid.progress(&structure, &matches);
        let asked = self.effects(&structure, &matches).into_iter();
        let asked: BTreeSet<Key> = asked
            .filter(|effect| effect.asks)
            .map(|effect| effect.key)
            .collect();
        let mut settled = Vec::new();
        for key in &replayed {
            settled.extend(self.void(key, draft));
        }
        for (staged, known) in structure.fixtures.iter().zip(&after.fixtures) {
            let key = &staged.fixture.key;
            let was = self.progress.fixture(&self.laid.structure, key);
            // What was contested before is not decided along the way, unless it was asked about.
            let was_contested = was.is_some_and(|was| was.contested);
            if known.contested && (asked.contains(key) || !was_contested) {
                settled.extend(keep(key, known, accept.reason.clone()));
            }
        }
        settled
    }

    /// Makes a match void: the fixture gets another one.
    pub(super) fn void(&self, key: &Key, draft: &mut Draft) -> Option<Settlement> {
        let voided = self.matches.get(key)?.setup.id;
        let again = MatchId(random::id());
        draft.changes.hidden.push(voided);
        draft.played.insert(key.clone(), None);
        draft.again.insert(key.clone(), again);
        Some(Settlement::Replay {
            key: key.clone(),
            voided,
            again,
        })
    }
}

/// The choice to keep a match as it was played.
pub fn keep(key: &Key, known: &Known, reason: Option<String>) -> Option<Settlement> {
    let due = known.due?;
    Some(Settlement::Keep {
        key: key.clone(),
        sides: known.teams()?,
        instead_of: BySide {
            a: due.a.team(),
            b: due.b.team(),
        },
        reason,
    })
}

/// The matches without those that are played again.
pub fn without(base: &BTreeMap<Key, Played>, replayed: &BTreeSet<Key>) -> BTreeMap<Key, Played> {
    let mut left = base.clone();
    left.retain(|key, _| !replayed.contains(key));
    left
}
