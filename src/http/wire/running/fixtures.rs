//! Fixtures: who meets whom, as far as anybody knows.

use schemars::JsonSchema;
use serde::Serialize;

use crate::broker::Summary;
use crate::domain::matches::{BySide, Reason};
use crate::domain::tournament::deed::StagedFixture;
use crate::domain::tournament::format::Kind;
use crate::domain::tournament::progress::{Known, Seat, Stand};
use crate::domain::tournament::structure::Structure;
use crate::domain::tournament::{ByeWord, Key, Source};
use crate::domain::{CourtId, MatchId, MatchState, Side, Status, TeamId};
use crate::organising::{LaidDown, Moment};

/// A side: a team, or where one is awaited from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Seat")]
pub struct SeatJson {
    /// The team, once it is known.
    #[serde(rename = "teamID", skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
    /// Its source, while the team is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The team's name, or the source in English words.
    pub name: String,
}

impl SeatJson {
    pub fn team(laid: &LaidDown, team: TeamId) -> SeatJson {
        SeatJson {
            team_id: Some(team),
            source: None,
            name: laid.name(team),
        }
    }

    pub fn source(source: &Source) -> SeatJson {
        SeatJson {
            team_id: None,
            name: source.to_string(),
            source: Some(source.clone()),
        }
    }

    pub fn new(laid: &LaidDown, seat: Seat, source: &Source) -> SeatJson {
        match seat {
            Seat::Team(team) => SeatJson::team(laid, team),
            Seat::Nobody => SeatJson::source(&Source::Bye(ByeWord::Bye)),
            Seat::Unknown => SeatJson::source(source),
        }
    }
}

/// Both sides.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(non_snake_case, reason = "the sides' names in the contract")]
#[schemars(inline)]
pub struct SeatsJson {
    pub A: SeatJson,
    pub B: SeatJson,
}

impl SeatsJson {
    pub fn new(laid: &LaidDown, staged: &StagedFixture, sides: BySide<Seat>) -> SeatsJson {
        SeatsJson {
            A: SeatJson::new(laid, sides.a, &staged.fixture.a),
            B: SeatJson::new(laid, sides.b, &staged.fixture.b),
        }
    }
}

/// The source of a side as it was drawn: an entrant is a team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "DrawnSource")]
pub enum SourceJson {
    Team {
        #[serde(rename = "teamID")]
        team_id: TeamId,
        name: String,
    },
    Source(Source),
}

impl SourceJson {
    fn new(laid: &LaidDown, structure: &Structure, source: &Source) -> SourceJson {
        let team = match source {
            Source::Entrant(number) => structure.team(*number),
            _ => None,
        };
        match team {
            Some(team_id) => SourceJson::Team {
                team_id,
                name: laid.name(team_id),
            },
            None => SourceJson::Source(source.clone()),
        }
    }
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct DrawnSourcesJson {
    a: SourceJson,
    b: SourceJson,
}

/// The score of both sides.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[allow(non_snake_case, reason = "the sides' names in the contract")]
#[schemars(rename = "Score")]
pub struct ScoreJson {
    pub A: i64,
    pub B: i64,
}

impl From<BySide<i64>> for ScoreJson {
    fn from(score: BySide<i64>) -> ScoreJson {
        ScoreJson {
            A: score.a,
            B: score.b,
        }
    }
}

/// How far a fixture has come.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum StandJson {
    Awaited,
    Ready,
    Decided,
    NoMatch,
    NotNeeded,
}

impl From<Stand> for StandJson {
    fn from(stand: Stand) -> StandJson {
        match stand {
            Stand::Awaited => StandJson::Awaited,
            Stand::Ready => StandJson::Ready,
            Stand::Decided(_) => StandJson::Decided,
            Stand::NoMatch => StandJson::NoMatch,
            Stand::NotNeeded => StandJson::NotNeeded,
        }
    }
}

/// A fixture with its match, where there is one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Fixture")]
pub struct FixtureJson {
    pub key: Key,
    pub stage: String,
    pub round: u16,
    pub group: Option<String>,
    #[serde(rename = "if_needed", skip_serializing_if = "std::ops::Not::not")]
    pub if_needed: bool,
    #[serde(rename = "matchID")]
    pub match_id: Option<MatchId>,
    pub a: SeatJson,
    pub b: SeatJson,
    pub from: DrawnSourcesJson,
    pub stand: StandJson,
    #[schemars(with = "Option<Status>")]
    pub status: Option<&'static str>,
    pub score: Option<ScoreJson>,
    pub winner: Option<Side>,
    /// Why it ended, where it did not end on points, such as `walkover`.
    pub reason: Option<Reason>,
    /// It no longer follows from the results, and nobody has decided what becomes of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contested: bool,
    #[serde(rename = "courtID")]
    pub court_id: Option<CourtId>,
    pub court_name: Option<String>,
}

impl FixtureJson {
    pub fn new(
        laid: &LaidDown,
        structure: &Structure,
        staged: &StagedFixture,
        known: Option<&Known>,
        summary: Option<&Summary>,
    ) -> FixtureJson {
        let fixture = &staged.fixture;
        let bye = |source: &Source| matches!(source, Source::Bye(_));
        let drawn = |source: &Source| match source {
            Source::Entrant(number) => structure.team(*number).map_or(Seat::Unknown, Seat::Team),
            Source::Bye(_) => Seat::Nobody,
            _ => Seat::Unknown,
        };
        let sides = known.map_or(
            BySide {
                a: drawn(&fixture.a),
                b: drawn(&fixture.b),
            },
            |known| known.sides,
        );
        let as_drawn = if bye(&fixture.a) || bye(&fixture.b) {
            Stand::NoMatch
        } else if sides.a.team().is_some() && sides.b.team().is_some() {
            Stand::Ready
        } else {
            Stand::Awaited
        };
        let state: Option<MatchState> =
            summary.and_then(|summary| serde_json::from_str(summary.state.get()).ok());
        let begun = state
            .as_ref()
            .filter(|state| state.status != Status::Scheduled);
        let court = summary.and_then(|summary| summary.setup.court.as_ref());
        FixtureJson {
            key: fixture.key.clone(),
            stage: staged.stage.clone(),
            round: fixture.round,
            group: fixture.group.clone(),
            if_needed: fixture.if_needed,
            match_id: summary.map(|summary| summary.setup.id),
            a: SeatJson::new(laid, sides.a, &fixture.a),
            b: SeatJson::new(laid, sides.b, &fixture.b),
            from: DrawnSourcesJson {
                a: SourceJson::new(laid, structure, &fixture.a),
                b: SourceJson::new(laid, structure, &fixture.b),
            },
            stand: known.map_or(as_drawn, |known| known.stand).into(),
            status: summary.map(|summary| summary.status.as_str()),
            score: begun.map(|state| state.score.into()),
            winner: begun.and_then(|state| state.winner),
            reason: begun.and_then(|state| state.reason),
            contested: known.is_some_and(|known| known.contested),
            court_id: court.map(|court| court.id),
            court_name: court.map(|court| court.name.clone()),
        }
    }
}

/// All fixtures of a tournament.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fixtures")]
pub struct FixturesJson {
    pub fixtures: Vec<FixtureJson>,
}

impl FixturesJson {
    pub fn new(moment: &Moment) -> FixturesJson {
        FixturesJson {
            fixtures: all(moment).collect(),
        }
    }

    /// Fixtures that were only proposed.
    pub fn proposed(
        laid: &LaidDown,
        structure: &Structure,
        fixtures: &[StagedFixture],
    ) -> Vec<FixtureJson> {
        let fixtures = fixtures.iter();
        fixtures
            .map(|staged| FixtureJson::new(laid, structure, staged, None, None))
            .collect()
    }
}

fn all(moment: &Moment) -> impl Iterator<Item = FixtureJson> {
    let structure = &moment.laid.structure;
    let known = structure.fixtures.iter().zip(&moment.progress.fixtures);
    known.map(|(staged, known)| {
        let summary = moment.matches.get(&staged.fixture.key);
        FixtureJson::new(&moment.laid, structure, staged, Some(known), summary)
    })
}

/// The stages that are trees, each with its fixtures round by round.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Bracket")]
pub struct BracketJson {
    stages: Vec<BracketStageJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BracketStage")]
struct BracketStageJson {
    key: String,
    kind: String,
    fixtures: Vec<FixtureJson>,
}

/// The word for a kind of stage, as formats have it.
pub fn kind_word(kind: &Kind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|kind| kind["kind"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl BracketJson {
    pub fn new(moment: &Moment) -> BracketJson {
        let structure = &moment.laid.structure;
        let tables = &moment.progress.tables;
        let stages = structure.stages().iter();
        let trees = stages.filter(|stage| tables.iter().all(|table| table.stage != stage.key));
        let mut bracket: Vec<BracketStageJson> = trees
            .map(|stage| BracketStageJson {
                key: stage.key.clone(),
                kind: kind_word(&stage.kind),
                fixtures: Vec::new(),
            })
            .collect();
        for fixture in all(moment) {
            if let Some(stage) = bracket.iter_mut().find(|stage| stage.key == fixture.stage) {
                stage.fixtures.push(fixture);
            }
        }
        BracketJson { stages: bracket }
    }
}
