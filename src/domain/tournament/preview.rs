//! Previews: the effects of a change on who plays whom, as the difference of two progresses.

use std::collections::BTreeMap;

use super::fixture::{Key, Source};
use super::progress::{Known, Played, Progress, Seat};
use super::structure::Structure;
use crate::domain::matches::{BySide, Status};

/// A fixture whose sides change although both were known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub key: Key,
    pub before: BySide<Seat>,
    pub after: BySide<Seat>,
    pub state: Status,
    /// It has begun: the organiser chooses if it stays as it was played, or is played again.
    pub asks: bool,
    /// The fixture or the group that the change comes from.
    pub cause: String,
    /// It follows only if that fixture is played again.
    pub only_if: Option<Key>,
}

/// The effects of a change. `before` is what is stored and shown; `after` is the fold of the change, in which every match that has
/// begun keeps its sides.
///
/// Sides that were not both known change silently. A match that has begun is an effect when the results lead to other sides than
/// they did before.
pub fn effects(
    structure: &Structure,
    before: &Progress,
    after_structure: &Structure,
    after: &Progress,
    matches: &BTreeMap<Key, Played>,
) -> Vec<Effect> {
    let known: BTreeMap<&Key, &Known> = structure
        .fixtures
        .iter()
        .map(|staged| &staged.fixture.key)
        .zip(&before.fixtures)
        .collect();
    let mut effects = Vec::new();
    for (staged, now) in after_structure.fixtures.iter().zip(&after.fixtures) {
        let key = &staged.fixture.key;
        let Some(was) = known.get(key) else {
            continue;
        };
        let (due_before, due_after) = (due(was), due(now));
        if due_before == due_after || was.teams().is_none() {
            continue;
        }
        let played = matches.get(key);
        let begun = played.is_some_and(Played::has_begun);
        // What is kept already, and again does not follow, was decided; what follows again needs nobody to decide.
        if begun && !now.contested {
            continue;
        }
        effects.push(Effect {
            key: key.clone(),
            before: was.sides,
            after: due_after,
            state: played.map_or(Status::Scheduled, |played| played.status),
            asks: begun,
            cause: cause(&staged.fixture, due_before, due_after),
            only_if: None,
        });
    }
    effects
}

/// The sides of a fixture by the results, whoever plays it.
fn due(known: &Known) -> BySide<Seat> {
    known.due.unwrap_or(known.sides)
}

/// The fixture or the group that a changed side comes from; the fixture itself where it was changed by hand.
fn cause(fixture: &super::Fixture, before: BySide<Seat>, after: BySide<Seat>) -> String {
    let changed = if before.a == after.a {
        &fixture.b
    } else {
        &fixture.a
    };
    match changed {
        Source::Group { group, .. } => group.clone(),
        Source::Best { best, .. } => format!("best of rank {best}"),
        source => source
            .fixture()
            .map_or_else(|| fixture.key.to_string(), ToString::to_string),
    }
}
