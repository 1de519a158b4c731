//! The words that an order of criteria is made of: `points`, `tied.difference`, `two.wins`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A criterion and the matches that it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub scope: Scope,
    pub criterion: Criterion,
}

/// The matches that a criterion counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All matches of the group: a word without a scope.
    All,
    /// The matches among those who were level when this block of `tied.` words began.
    Tied,
    /// The matches of two teams against each other, used only while exactly two are level.
    Two,
}

/// A number that is compared. More is better, but for `seed`, `rank`, `lots` (1 is the best) and `fewest_walkovers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// The points of the table: those of the matches with their bonus, less those that were deducted.
    Points,
    /// Matches won, in whatever way.
    Wins,
    /// Matches played, walkovers among them.
    Played,
    /// Scored less conceded: goals or points, in a sport of sets the sets.
    Difference,
    Scored,
    /// Scored for each one conceded.
    Ratio,
    SetDifference,
    SetRatio,
    /// The same as `point_difference`: tennis and padel count games inside a set.
    GameDifference,
    /// The same as `point_ratio`.
    GameRatio,
    /// The difference of what is counted inside the sets; in a sport without sets the same as `difference`.
    PointDifference,
    /// The ratio of what is counted inside the sets; in a sport without sets the same as `ratio`.
    PointRatio,
    /// Scored in matches as the second team.
    AwayScored,
    /// Scored for each match, walkovers that were won left out. Without such a match there is no value.
    ScoredAverage,
    /// Wins for each match.
    WinRatio,
    Tries,
    TriesDifference,
    /// Matches lost by walkover: fewer are better.
    FewestWalkovers,
    /// A number that is laid down: more is better, so cards count below zero.
    FairPlay,
    /// The sum of what the opponents have won, a draw being half a win.
    Buchholz,
    /// The same without the lowest of them.
    BuchholzCut1,
    /// The sum of the opponents' `buchholz`. Nobody has one as soon as somebody had a bye.
    FineBuchholz,
    /// The sum of what the beaten opponents have won, and half of it for those who were held to a draw.
    SonnebornBerger,
    /// A number that is laid down: 1 is the best.
    Seed,
    /// A number that is laid down: 1 is the best.
    Rank,
    /// A number that is laid down: 1 is the best.
    Lots,
}

/// A text that is no word of an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no criterion; the criteria are {known}, each alone, as tied.{example} or as two.{example}",
    known = Criterion::ALL.map(Criterion::key).join(", "),
    example = Criterion::Points.key()
)]
pub struct UnknownWord(String);

/// The word of older files for the matches among those who are level.
const HEAD_TO_HEAD: &str = "head_to_head";

impl Criterion {
    pub const ALL: [Criterion; 26] = [
        Criterion::Points,
        Criterion::Wins,
        Criterion::Played,
        Criterion::Difference,
        Criterion::Scored,
        Criterion::Ratio,
        Criterion::SetDifference,
        Criterion::SetRatio,
        Criterion::GameDifference,
        Criterion::GameRatio,
        Criterion::PointDifference,
        Criterion::PointRatio,
        Criterion::AwayScored,
        Criterion::ScoredAverage,
        Criterion::WinRatio,
        Criterion::Tries,
        Criterion::TriesDifference,
        Criterion::FewestWalkovers,
        Criterion::FairPlay,
        Criterion::Buchholz,
        Criterion::BuchholzCut1,
        Criterion::FineBuchholz,
        Criterion::SonnebornBerger,
        Criterion::Seed,
        Criterion::Rank,
        Criterion::Lots,
    ];

    /// The criterion's name in an order.
    pub fn key(self) -> &'static str {
        match self {
            Criterion::Points => "points",
            Criterion::Wins => "wins",
            Criterion::Played => "played",
            Criterion::Difference => "difference",
            Criterion::Scored => "scored",
            Criterion::Ratio => "ratio",
            Criterion::SetDifference => "set_difference",
            Criterion::SetRatio => "set_ratio",
            Criterion::GameDifference => "game_difference",
            Criterion::GameRatio => "game_ratio",
            Criterion::PointDifference => "point_difference",
            Criterion::PointRatio => "point_ratio",
            Criterion::AwayScored => "away_scored",
            Criterion::ScoredAverage => "scored_average",
            Criterion::WinRatio => "win_ratio",
            Criterion::Tries => "tries",
            Criterion::TriesDifference => "tries_difference",
            Criterion::FewestWalkovers => "fewest_walkovers",
            Criterion::FairPlay => "fair_play",
            Criterion::Buchholz => "buchholz",
            Criterion::BuchholzCut1 => "buchholz_cut1",
            Criterion::FineBuchholz => "fine_buchholz",
            Criterion::SonnebornBerger => "sonneborn_berger",
            Criterion::Seed => "seed",
            Criterion::Rank => "rank",
            Criterion::Lots => "lots",
        }
    }

    /// Says if the smallest value is the best.
    pub(super) fn least_is_best(self) -> bool {
        matches!(
            self,
            Criterion::FewestWalkovers | Criterion::Seed | Criterion::Rank | Criterion::Lots
        )
    }

    /// Says if the value is laid down and comes from no match.
    pub(super) fn is_laid_down(self) -> bool {
        matches!(
            self,
            Criterion::FairPlay | Criterion::Seed | Criterion::Rank | Criterion::Lots
        )
    }

    /// Says if the value depends on what the opponents have won.
    pub(super) fn is_of_opponents(self) -> bool {
        matches!(
            self,
            Criterion::Buchholz
                | Criterion::BuchholzCut1
                | Criterion::FineBuchholz
                | Criterion::SonnebornBerger
        )
    }
}

impl Word {
    pub const fn all(criterion: Criterion) -> Word {
        let scope = Scope::All;
        Word { scope, criterion }
    }

    pub const fn tied(criterion: Criterion) -> Word {
        let scope = Scope::Tied;
        Word { scope, criterion }
    }
}

impl FromStr for Word {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Word, UnknownWord> {
        if text == HEAD_TO_HEAD {
            return Ok(Word::tied(Criterion::Points));
        }
        let (scope, key) = match text.split_once('.') {
            None => (Scope::All, text),
            Some(("tied", key)) => (Scope::Tied, key),
            Some(("two", key)) => (Scope::Two, key),
            Some(_) => (Scope::All, ""),
        };
        let found = Criterion::ALL
            .into_iter()
            .find(|criterion| criterion.key() == key);
        match found {
            Some(criterion) => Ok(Word { scope, criterion }),
            None => Err(UnknownWord(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.scope {
            Scope::All => "",
            Scope::Tied => "tied.",
            Scope::Two => "two.",
        })?;
        formatter.write_str(self.criterion.key())
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Word {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let keys = Criterion::ALL.map(Criterion::key).join("|");
        json_schema!({ "type": "string", "pattern": format!("^(tied[.]|two[.])?({keys})$") })
    }
}
