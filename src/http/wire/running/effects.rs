//! Previews: what a change would do.

use schemars::JsonSchema;
use serde::Serialize;

use super::fixtures::SeatsJson;
use crate::domain::Status;
use crate::domain::tournament::Key;
use crate::domain::tournament::preview::Effect;
use crate::domain::tournament::structure::Structure;
use crate::organising::{Consequences, Decided, LaidDown};

/// A fixture whose sides change although both were known.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Effect")]
pub struct EffectJson {
    key: Key,
    before: SeatsJson,
    after: SeatsJson,
    #[schemars(with = "Status")]
    state: &'static str,
    /// `keep` or `replay`, where it has begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<[&'static str; 2]>,
    /// The fixture or the group that the change comes from.
    cause: String,
    /// It follows only if that fixture is played again.
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    only_if: Option<Key>,
}

fn effects(laid: &LaidDown, structure: &Structure, effects: &[Effect]) -> Vec<EffectJson> {
    let line = |effect: &Effect| {
        let staged = structure.fixture(&effect.key)?;
        Some(EffectJson {
            key: effect.key.clone(),
            before: SeatsJson::new(laid, staged, effect.before),
            after: SeatsJson::new(laid, staged, effect.after),
            state: effect.state.as_str(),
            choices: effect.asks.then_some(["keep", "replay"]),
            cause: effect.cause.clone(),
            only_if: effect.only_if.clone(),
        })
    };
    effects.iter().filter_map(line).collect()
}

/// The effects of a change, and the token that accepts them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Consequences")]
pub struct ConsequencesJson {
    effects: Vec<EffectJson>,
    token: String,
}

impl ConsequencesJson {
    /// Nothing follows: a match that no draw has made.
    pub fn none() -> ConsequencesJson {
        ConsequencesJson {
            effects: Vec::new(),
            token: String::new(),
        }
    }
}

impl From<&Consequences> for ConsequencesJson {
    fn from(found: &Consequences) -> ConsequencesJson {
        ConsequencesJson {
            effects: effects(&found.laid, &found.structure, &found.effects),
            token: found.token.clone(),
        }
    }
}

/// A refusal because something follows that has to be seen first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HasConsequences")]
pub struct RefusedWithEffectsJson {
    error: ToldJson,
    #[serde(flatten)]
    consequences: ConsequencesJson,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct ToldJson {
    code: &'static str,
    message: String,
}

impl RefusedWithEffectsJson {
    pub fn new(found: &Consequences, message: String) -> RefusedWithEffectsJson {
        RefusedWithEffectsJson {
            error: ToldJson {
                code: "has_consequences",
                message,
            },
            consequences: found.into(),
        }
    }
}

/// A decision that was made, with what followed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Decided")]
pub struct DecidedJson {
    effects: Vec<EffectJson>,
}

impl From<&Decided> for DecidedJson {
    fn from(decided: &Decided) -> DecidedJson {
        DecidedJson {
            effects: effects(&decided.laid, &decided.structure, &decided.effects),
        }
    }
}
