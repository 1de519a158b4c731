//! The policy of a table: what a match brings, and how teams that are level are separated.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::words::{Criterion, Scope, Word};

/// The most words of an order, sets of a walkover or kinds of bonus: the longest order of a federation has 13 words.
const ENTRIES_MAX: usize = 64;

/// The points that a match brings, and the order of criteria that breaks ties: `[standings]` of a sport's file, and of a
/// tournament that overrides it.
///
/// Narrow is a win in extra time, in a shoot-out or in the last possible set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default = "PointsTable::unsaid")]
pub struct PointsTable {
    pub win: u32,
    pub draw: u32,
    pub loss: u32,
    /// Left out: as `win`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrow_win: Option<u32>,
    /// Left out: as `loss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrow_loss: Option<u32>,
    /// In extra time. Left out: as `narrow_win`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_win: Option<u32>,
    /// In extra time. Left out: as `narrow_loss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_loss: Option<u32>,
    /// In a shoot-out. Left out: as `narrow_win`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shootout_win: Option<u32>,
    /// In a shoot-out. Left out: as `narrow_loss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shootout_loss: Option<u32>,
    /// For the side that did not come. Left out: as `loss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walkover: Option<u32>,
    /// The score of a walkover that has none of its own, the winner's first. Left out: nothing was scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walkover_score: Option<WalkoverScore>,
    /// The fate of the results of a team that withdraws.
    #[serde(skip_serializing_if = "Withdrawn::is_keep")]
    pub withdrawn: Withdrawn,
    /// More points, each kind for itself and for both sides. A walkover brings none.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "few")]
    pub bonus: Vec<Bonus>,
    /// The first word first: a criterion alone counts all matches, `tied.` those among the teams that are level, `two.` the
    /// match of two, only while exactly two are level.
    #[serde(deserialize_with = "few")]
    pub order: Vec<Word>,
    /// The next step of teams that stay level.
    pub again: Again,
    /// The order while the group is being played. Left out: `order` without its `tied.` and `two.` words.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "few_if_any"
    )]
    pub live_order: Option<Vec<Word>>,
}

/// The next step of teams that stay level when a word has separated others from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// Each smaller tie starts again at the first word, with its own matches.
    #[default]
    AtOnce,
    /// The block of `tied.` words is finished, then starts again for those who are still level; then the next word.
    AfterBlock,
    /// On to the next word.
    Never,
    /// Only the best are placed: all others start again together.
    BestFirst,
    /// Only the last are placed: all others start again together.
    LastFirst,
}

/// The fate of the results of a team that withdraws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawn {
    /// Its results stay.
    #[default]
    Keep,
    /// Its matches count for nobody, and it stands below all others.
    Delete,
    /// Each of its matches is a walkover for the other side, whatever was played.
    Walkovers,
}

impl Withdrawn {
    fn is_keep(&self) -> bool {
        *self == Withdrawn::Keep
    }
}

/// The score of a walkover, the winner's first: `[20, 0]`, or set by set, `[[25, 0], [25, 0], [25, 0]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a walkover's score is [20, 0], or set by set [[25, 0], [25, 0], [25, 0]]"
)]
pub enum WalkoverScore {
    Score([u32; 2]),
    Sets(#[serde(deserialize_with = "few")] Vec<[u32; 2]>),
}

/// One more kind of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Bonus {
    /// A point for that many tries or more.
    Tries(u32),
    /// A point for losing by that much or less.
    LostBy(u32),
}

/// The table of a sport's file that has no `[standings]`.
impl Default for PointsTable {
    fn default() -> Self {
        PointsTable {
            draw: 1,
            ..PointsTable::unsaid()
        }
    }
}

impl PointsTable {
    /// The names of all values that a policy has.
    pub const KEYS: [&str; 16] = [
        "win",
        "draw",
        "loss",
        "narrow_win",
        "narrow_loss",
        "extra_win",
        "extra_loss",
        "shootout_win",
        "shootout_loss",
        "walkover",
        "walkover_score",
        "withdrawn",
        "bonus",
        "order",
        "again",
        "live_order",
    ];

    /// The values that `[standings]` leaves out.
    fn unsaid() -> PointsTable {
        PointsTable {
            win: 2,
            draw: 0,
            loss: 0,
            narrow_win: None,
            narrow_loss: None,
            extra_win: None,
            extra_loss: None,
            shootout_win: None,
            shootout_loss: None,
            walkover: None,
            walkover_score: None,
            withdrawn: Withdrawn::Keep,
            bonus: Vec::new(),
            order: vec![
                Word::all(Criterion::Points),
                Word::tied(Criterion::Points),
                Word::all(Criterion::Difference),
            ],
            again: Again::AtOnce,
            live_order: None,
        }
    }

    /// Says if points decide anything.
    pub fn counts_points(&self) -> bool {
        self.order
            .iter()
            .any(|word| word.criterion == Criterion::Points)
    }

    /// Says if tries count for anything: a bonus, or a word of an order.
    pub fn counts_tries(&self) -> bool {
        let is_tries = |word: &Word| {
            matches!(
                word.criterion,
                Criterion::Tries | Criterion::TriesDifference
            )
        };
        let bonus = self
            .bonus
            .iter()
            .any(|bonus| matches!(bonus, Bonus::Tries(_)));
        bonus
            || self
                .order
                .iter()
                .chain(self.live_order.iter().flatten())
                .any(is_tries)
    }

    /// Returns the order that a table is made by: while the group is being played, or when it is over.
    pub(super) fn words(&self, live: bool) -> Vec<Word> {
        if !live {
            return self.order.clone();
        }
        self.live_order.clone().unwrap_or_else(|| {
            let mut order = self.order.clone();
            order.retain(|word| word.scope == Scope::All);
            order
        })
    }
}

fn few<'de, D, Entry>(deserializer: D) -> Result<Vec<Entry>, D::Error>
where
    D: Deserializer<'de>,
    Entry: Deserialize<'de>,
{
    let entries = Vec::deserialize(deserializer)?;
    if entries.len() > ENTRIES_MAX {
        let reason = format!(
            "at most {ENTRIES_MAX} entries, and here are {}",
            entries.len()
        );
        return Err(de::Error::custom(reason));
    }
    Ok(entries)
}

fn few_if_any<'de, D, Entry>(deserializer: D) -> Result<Option<Vec<Entry>>, D::Error>
where
    D: Deserializer<'de>,
    Entry: Deserialize<'de>,
{
    few(deserializer).map(Some)
}
