//! The JSON of a sport.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::PointsTable;
use crate::domain::sport::{Text, Variant};
use crate::domain::{Rules, Sport};

/// A sport with all that the pages and the pad read of its file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sport")]
pub struct SportJson<'a> {
    id: &'a str,
    name: &'a Text,
    icon: &'a str,
    guard_ms: u32,
    rules: &'a Rules,
    variants: Vec<VariantJson<'a>>,
    standings: &'a PointsTable,
    sources: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Variant")]
struct VariantJson<'a> {
    id: &'a str,
    name: &'a Text,
    valid_from: Option<&'a str>,
    rules: &'a Rules,
}

impl<'a> From<&'a Sport> for SportJson<'a> {
    fn from(sport: &'a Sport) -> Self {
        let variant = |variant: &'a Variant| VariantJson {
            id: &variant.id,
            name: &variant.name,
            valid_from: variant.valid_from.as_deref(),
            rules: &variant.rules,
        };
        SportJson {
            id: &sport.id,
            name: &sport.name,
            icon: &sport.icon,
            guard_ms: sport.guard_ms,
            rules: &sport.rules,
            variants: sport.variants.iter().map(variant).collect(),
            standings: &sport.points_table,
            sources: &sport.sources,
        }
    }
}
