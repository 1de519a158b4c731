//! The public JSON of tournaments as they are run: fixtures, tables, previews, history.

mod clubs;
mod deed_english;
mod deed_words;
mod draws;
mod effects;
mod fixtures;
mod history;
mod tables;
mod violations;

pub use clubs::ClubsJson;
pub use draws::{DryRunJson, FormatJson, ProposedDrawJson, ProposedRoundJson, format_from};
pub use effects::{ConsequencesJson, DecidedJson, RefusedWithEffectsJson};
pub use fixtures::{BracketJson, FixturesJson};
pub use history::{DeedsJson, UndoneJson};
pub use tables::StandingsJson;
