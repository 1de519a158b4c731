//! The rules of a sport as data: what a sport's file may say under `[rules]`, and what is stored with each match.
//!
//! Every field is a fact of a rulebook. A field that is left out has the meaning that most sports need, so that a
//! simple sport is a few lines. Numbers of seconds are whole; points are never negative.
//!
//! Over 400 lines: the dictionary of the sport files, types and what they mean, no code.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::Text;

/// The rules that a match is played by: one of the two engines and its data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "engine", rename_all = "lowercase")]
pub enum Rules {
    /// Points make sets, sets make the match.
    Ladder(Box<Ladder>),
    /// Points add up over halves, quarters or thirds.
    Periods(Box<Periods>),
}

/// A sport of sets: points (or games) win a set, sets win the match. Without `set`, points win the match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    pub r#match: MatchLevel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetLevel>,
    /// Where points make games and games make the set, as in tennis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub game: Option<GameLevel>,
    #[serde(default)]
    pub serve: Serve,
    #[serde(default)]
    pub ends: LadderEnds,
    #[serde(default)]
    pub interval: Interval,
    /// The points that one event may give, for the buttons; without any, one at a time.
    #[serde(default)]
    pub points: Vec<PointValue>,
    #[serde(default)]
    pub fouls: Fouls,
    #[serde(default)]
    pub cards: BTreeMap<String, Card>,
    #[serde(default)]
    pub timeouts: Timeouts,
}

/// What wins the match: `best_of` sets, or a `target` of points where there are no sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchLevel {
    /// 3: the first to win two. An even number allows a draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_of: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
}

/// What wins a set: points, or games where there is a `[rules.game]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLevel {
    pub target: u32,
    /// By how many; 1 if left out.
    #[serde(default = "one")]
    pub lead: u32,
    /// Whoever has this many wins, whatever the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// The game that decides a set of games.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_break: Option<TieBreak>,
    /// What is different in the set that can only decide the match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decider: Option<Decider>,
}

/// At `at`–`at` games, one more game to `target` points takes the set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TieBreak {
    pub at: u32,
    pub target: u32,
    #[serde(default = "two")]
    pub lead: u32,
}

/// The last possible set. What is left out is as in the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decider {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// `false`: no tie-break, games go on until the lead is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_break: Option<bool>,
    /// At how many games each its tie-break is played, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_break_at: Option<u32>,
    /// The target of its tie-break, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_break_target: Option<u32>,
    /// `true`: this set is played in points and not in games (a match tie-break).
    #[serde(default)]
    pub points: bool,
}

/// What wins a game inside a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GameLevel {
    pub target: u32,
    #[serde(default = "two")]
    pub lead: u32,
    #[serde(default)]
    pub deuce: Deuce,
    /// What a board shows for 0, 1, 2… points; without it the number.
    #[serde(default)]
    pub calls: Vec<String>,
    /// What a board shows for the side that leads after deuce.
    #[serde(default = "advantage")]
    pub advantage: String,
}

/// How a game goes on when both sides are one point from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deuce {
    /// Until somebody leads by `lead`.
    #[default]
    Advantage,
    /// The next point decides.
    GoldenPoint,
    /// Two advantages are played; at the third deuce the next point decides.
    StarPoint,
}

/// Who serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    pub order: ServeOrder,
    /// `alternate`: after how many points the service changes.
    pub every: u32,
    /// `alternate`: the same from deuce on (both one point from the set).
    pub deuce_every: u32,
    /// `winner`, `loser` and `side_out`: who serves first in the next set.
    pub next_set: NextSet,
    /// Nobody is known to serve first in the decider: a toss says it.
    pub decider_toss: bool,
    /// `side_out`: how many players of a side serve before the service goes over. The side that serves
    /// first in a set begins with its last server.
    pub servers: u32,
    /// The referee calls "service over" when the service changes sides.
    pub announce: bool,
    /// `alternate`: the referee may bring in the expedite system (a `serve` event with `detail.expedite`), under which the
    /// service changes with every point to the end of the match.
    #[serde(skip_serializing_if = "is_false")]
    pub expedite: bool,
}

impl Default for Serve {
    fn default() -> Self {
        Serve {
            order: ServeOrder::None,
            every: 2,
            deuce_every: 1,
            next_set: NextSet::Winner,
            decider_toss: false,
            servers: 1,
            announce: false,
            expedite: false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServeOrder {
    /// Nobody serves, or nobody keeps count.
    None,
    /// Who wins the point serves next.
    Winner,
    /// Who loses the point serves next.
    Loser,
    /// In turn, every so many points.
    Alternate,
    /// In turn, game by game; in a tie-break one point, then two each.
    ByGame,
    /// Only the side that serves scores; the other side wins the service.
    SideOut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextSet {
    Winner,
    Loser,
    /// The side that did not serve first in this one.
    Alternate,
    Toss,
}

/// When the sides change ends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LadderEnds {
    pub between_sets: bool,
    /// In the decider, when a side first has this many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decider_at: Option<u32>,
    /// Whenever the points of both sides add up to a multiple of this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// The same in the decider, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decider_every: Option<u32>,
    /// After the first, third, fifth… game of a set.
    pub odd_games: bool,
    /// Whenever the points of a tie-break add up to a multiple of this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie_break_every: Option<u32>,
}

/// Pauses, in seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Interval {
    /// In each set, when a side first has this many points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<u32>,
    /// In the decider, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decider_at: Option<u32>,
    /// In each set but the decider, when the points of both sides add up to this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_total: Option<u32>,
    /// Of the pause inside a set.
    pub seconds: u32,
    /// Of the pause between two sets.
    pub between_sets: u32,
    /// At most, when the sides change ends inside a set.
    pub at_ends: u32,
}

/// A sport of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Periods {
    pub period: PeriodLevel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shootout: Option<Shootout>,
    /// Whoever has this many points wins at once; in extra time only where that has no target of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// When time is up in the last period, play goes on until somebody has this many more than the
    /// leader has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_cap: Option<u32>,
    /// Both sides can score at once, as in a double hit: the other side's point counts that comes right after the one that
    /// ended the match, as long as the winner still leads.
    #[serde(default, skip_serializing_if = "is_false")]
    pub both_score: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mercy: Option<Mercy>,
    /// A match may end level.
    #[serde(default)]
    pub draws: bool,
    /// After which periods the sides change ends.
    #[serde(default)]
    pub ends: PeriodEnds,
    /// The points that one event may give; without any, one at a time.
    #[serde(default)]
    pub points: Vec<PointValue>,
    #[serde(default)]
    pub fouls: Fouls,
    #[serde(default)]
    pub cards: BTreeMap<String, Card>,
    #[serde(default)]
    pub timeouts: Timeouts,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodLevel {
    /// How many are played; 0 where nobody counts them and only `finish` ends the match.
    pub count: u32,
    /// How long each lasts; 0 where there is no clock.
    #[serde(default)]
    pub minutes: u32,
    #[serde(default)]
    pub clock: ClockKind,
    #[serde(default)]
    pub counts: Counts,
    /// Seconds of the pause after the first, second… period; the last one holds for all that follow, but for what `extra`
    /// and `shootout` say of theirs. 0: play goes on without one.
    #[serde(default)]
    pub breaks: Vec<u32>,
    /// A period is over when a side's total reaches this: one number for each period, from the first.
    #[serde(default)]
    pub ends_at: Vec<u32>,
    /// When time is up before such a period is over, play goes on until somebody has this many more than the leader has
    /// now. The last period has the `soft_cap` of the match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_cap: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Goes on when play stops.
    #[default]
    Running,
    /// Stops with play.
    Stopped,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    #[default]
    Up,
    Down,
}

/// What is played on when the regular time ends level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// Periods in a round of extra time.
    #[serde(default = "one")]
    pub count: u32,
    #[serde(default)]
    pub minutes: u32,
    /// How many rounds there can be; left out: until it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    #[serde(default)]
    pub kind: ExtraKind,
    /// The first side with this many points in extra time wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// Level after the last round, play goes on until a side leads by this many, without a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<u32>,
    /// Level after the last round, one more period is played, in which the first to score wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sudden_death: Option<SuddenDeath>,
    /// Seconds of the pause before the first extra period, then after the first, the second…; the last one holds for all
    /// that follow. Left out: as after the last regular period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<u32>,
    /// After which of its periods the sides change ends, where that differs from the regular ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<PeriodEnds>,
    /// A side is drawn (the `serve` event says which) that wins if extra time ends level, too.
    #[serde(default)]
    pub priority: bool,
}

/// The period after full extra time in which the first to score wins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuddenDeath {
    #[serde(default)]
    pub minutes: u32,
    /// Seconds of the pause before it; left out: as between the periods of extra time.
    #[serde(default, rename = "break", skip_serializing_if = "Option::is_none")]
    pub pause: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtraKind {
    /// All of its time is played.
    #[default]
    Full,
    /// The first to score wins.
    SuddenDeath,
}

/// Kicks, throws or shots in turn: so many each, decided as soon as they cannot be caught up, then in pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shootout {
    pub attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The points that it adds to the score once it is decided.
    #[serde(default)]
    pub winner_gets: WinnerGets,
    /// Seconds of the pause before it; left out: as after the last period.
    #[serde(default, rename = "break", skip_serializing_if = "Option::is_none")]
    pub pause: Option<u32>,
}

/// The points that a shoot-out adds to the score: so many to the winner's, or `"all"`: every goal of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a number of points, or \"all\"")]
pub enum WinnerGets {
    Points(u32),
    Every(Every),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    All,
}

impl Default for WinnerGets {
    fn default() -> Self {
        WinnerGets::Points(0)
    }
}

/// The match ends when a side leads by `lead`, from period `from_period` on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mercy {
    pub lead: u32,
    #[serde(default = "one")]
    pub from_period: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodEnds {
    #[default]
    Never,
    /// At half-time, and in the middle of a round of extra time.
    Half,
    /// After every period that another of its kind follows.
    Period,
}

/// A way to score, and the text of its button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PointValue {
    pub value: u32,
    pub name: Text,
    /// Can only follow a score of this value, as a conversion follows a try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
}

/// How long a count goes on before it begins again at zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    #[default]
    Match,
    /// Extra time goes on with the count of the last half.
    Half,
    /// Extra time goes on with the count of the last period.
    Period,
    Set,
}

/// Team fouls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Fouls {
    /// Left out: this sport has no button for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    pub per: Per,
    /// From this foul of a side on, the other has its bonus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bonus_from: Option<u32>,
    /// From this one on, the greater bonus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub double_bonus_from: Option<u32>,
    /// With this many of them a player is out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_after: Option<u32>,
}

/// What a card, or a suspension shown like one, does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    pub name: Text,
    /// The player is off for so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// With this many of them a player is out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_after: Option<u32>,
    /// Cards of these names count with it towards `out_after`: one technical and one unsportsmanlike foul, for example.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_with: Vec<String>,
    /// It is a foul of the player, too, and so many of the team.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fouls: u32,
    /// The other side gets so many points.
    #[serde(default)]
    pub award: u32,
    /// The other side wins the game that is played, or the next one: in a sport without games, the set.
    #[serde(default, skip_serializing_if = "is_false")]
    pub award_game: bool,
    /// Its award is for cards during play: one before the match gives nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_play: bool,
    /// The match is over, and the other side has won it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disqualifies: bool,
}

impl Card {
    /// Says if one that is shown before the match counts in its score, and so begins it.
    pub fn scores_before_the_match(&self) -> bool {
        !self.in_play && (self.award > 0 || self.award_game)
    }
}

/// Timeouts that a side may take.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    pub per: Per,
    /// One number for each set, half or period, from the first; the last one holds for all that follow. Left out: this
    /// sport has no button for them.
    pub counts: Vec<u32>,
    /// At most so many of them in one half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_half: Option<u32>,
    /// In extra time, where it has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<u32>,
    pub seconds: u32,
}

impl Rules {
    /// Points simply add up, period by period, until somebody says that it is over.
    pub fn plain() -> Rules {
        Rules::Periods(Box::new(Periods {
            period: PeriodLevel {
                count: 0,
                minutes: 0,
                clock: ClockKind::default(),
                counts: Counts::default(),
                breaks: Vec::new(),
                ends_at: Vec::new(),
                soft_cap: None,
            },
            extra: None,
            shootout: None,
            target: None,
            soft_cap: None,
            both_score: false,
            mercy: None,
            draws: true,
            ends: PeriodEnds::default(),
            points: Vec::new(),
            fouls: Fouls::default(),
            cards: BTreeMap::new(),
            timeouts: Timeouts::default(),
        }))
    }

    /// The most sets that a match has; `None` for a sport without sets.
    pub fn best_of(&self) -> Option<u32> {
        match self {
            Rules::Ladder(ladder) => ladder.set.as_ref().and(ladder.r#match.best_of),
            Rules::Periods(_) => None,
        }
    }

    pub fn cards(&self) -> &BTreeMap<String, Card> {
        match self {
            Rules::Ladder(ladder) => &ladder.cards,
            Rules::Periods(periods) => &periods.cards,
        }
    }

    pub fn fouls(&self) -> &Fouls {
        match self {
            Rules::Ladder(ladder) => &ladder.fouls,
            Rules::Periods(periods) => &periods.fouls,
        }
    }

    pub fn timeouts(&self) -> &Timeouts {
        match self {
            Rules::Ladder(ladder) => &ladder.timeouts,
            Rules::Periods(periods) => &periods.timeouts,
        }
    }

    pub fn points(&self) -> &[PointValue] {
        match self {
            Rules::Ladder(ladder) => &ladder.points,
            Rules::Periods(periods) => &periods.points,
        }
    }
}

/// Says if a fact that few sports have can be left out of the JSON.
fn is_false(fact: &bool) -> bool {
    !fact
}

fn is_zero(fact: &u32) -> bool {
    *fact == 0
}

fn one() -> u32 {
    1
}

fn two() -> u32 {
    2
}

fn advantage() -> String {
    "AD".into()
}
