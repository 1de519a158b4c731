//! Formats and draws, before they are accepted.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::fixtures::{FixtureJson, FixturesJson, SeatJson};
use super::violations::ViolationJson;
use crate::domain::TeamId;
use crate::domain::tournament::deed::{DrawMode, StagedFixture};
use crate::domain::tournament::dry_run::DryRun;
use crate::domain::tournament::format::{Format, Stage};
use crate::domain::tournament::structure::Structure;
use crate::domain::tournament::{Key, Source};
use crate::http::wire::shapes::AnyObject;
use crate::organising::{ProposedDraw, ProposedRound};

/// The format of a tournament.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Format")]
pub struct FormatJson {
    #[schemars(with = "Vec<AnyObject>")]
    stages: Vec<Stage>,
    /// The fixtures are drawn.
    drawn: bool,
    /// The number of the draw by lot: it repeats it.
    #[serde(skip_serializing_if = "Option::is_none")]
    lots: Option<u64>,
}

impl From<&Structure> for FormatJson {
    fn from(structure: &Structure) -> FormatJson {
        let format = structure.format.clone();
        FormatJson {
            stages: format.map(|Format { stages }| stages).unwrap_or_default(),
            drawn: structure.draw.is_some(),
            lots: structure.draw.and_then(|draw| draw.lots),
        }
    }
}

/// The meaning of a format: matches, matches of a team, length.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DryRun")]
pub struct DryRunJson {
    entrants: u16,
    matches: usize,
    matches_per_team: LeastAndMostJson,
    length: LengthJson,
    fixtures: Vec<DrawnJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct LeastAndMostJson {
    least: usize,
    most: usize,
}

/// The length of the event at least, if each match takes so long.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct LengthJson {
    courts: u64,
    minutes_per_match: u64,
    minutes: u64,
}

/// A fixture as `courtside draw` prints it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DrawnFixture")]
struct DrawnJson {
    key: Key,
    stage: String,
    round: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    a: Source,
    b: Source,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    if_needed: bool,
}

impl DryRunJson {
    pub fn new(run: &DryRun, courts: u64, minutes_per_match: u64) -> DryRunJson {
        let waves = run.waves(usize::try_from(courts).unwrap_or(usize::MAX)) as u64;
        DryRunJson {
            entrants: run.entrants,
            matches: run.matches,
            matches_per_team: LeastAndMostJson {
                least: run.least,
                most: run.most,
            },
            length: LengthJson {
                courts,
                minutes_per_match,
                minutes: waves * minutes_per_match,
            },
            fixtures: run.fixtures.iter().map(drawn).collect(),
        }
    }
}

fn drawn(staged: &StagedFixture) -> DrawnJson {
    let fixture = staged.fixture.clone();
    DrawnJson {
        key: fixture.key,
        stage: staged.stage.clone(),
        round: fixture.round,
        group: fixture.group,
        a: fixture.a,
        b: fixture.b,
        if_needed: fixture.if_needed,
    }
}

/// A draw that may be accepted.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProposedDraw")]
pub struct ProposedDrawJson {
    token: String,
    mode: &'static str,
    lots: Option<u64>,
    /// The lines of the tree from the top, `null` for a bye; or those of group A, then of B…
    lines: Vec<Option<TeamId>>,
    fixtures: Vec<FixtureJson>,
    groups: Vec<GroupJson>,
    violations: Vec<ViolationJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DrawnGroup")]
struct GroupJson {
    group: String,
    teams: Vec<SeatJson>,
}

impl From<&ProposedDraw> for ProposedDrawJson {
    fn from(draw: &ProposedDraw) -> ProposedDrawJson {
        let laid = &draw.laid;
        let structure = Structure {
            entrants: draw.entrants.clone(),
            ..Structure::default()
        };
        let violations = draw.violations.iter();
        ProposedDrawJson {
            token: draw.token.clone(),
            mode: mode_word(draw.mode),
            lots: draw.lots,
            lines: draw.lines.clone(),
            fixtures: FixturesJson::proposed(laid, &structure, &draw.fixtures),
            groups: groups(draw, &structure),
            violations: violations
                .map(|violation| ViolationJson::of_draw(violation, &draw.entrants, laid))
                .collect(),
        }
    }
}

pub fn mode_word(mode: DrawMode) -> &'static str {
    match mode {
        DrawMode::Ranks => "ranks",
        DrawMode::Lots => "lots",
        DrawMode::Manual => "manual",
    }
}

/// The teams of each group, as the draw lists them.
fn groups(draw: &ProposedDraw, structure: &Structure) -> Vec<GroupJson> {
    let mut groups: Vec<GroupJson> = Vec::new();
    let order = |team: &TeamId| draw.lines.iter().position(|line| *line == Some(*team));
    for staged in &draw.fixtures {
        let Some(name) = &staged.fixture.group else {
            continue;
        };
        for source in [&staged.fixture.a, &staged.fixture.b] {
            let Source::Entrant(entrant) = source else {
                continue;
            };
            let Some(team) = structure.team(*entrant) else {
                continue;
            };
            let seat = SeatJson::team(&draw.laid, team);
            match groups.iter_mut().find(|group| group.group == *name) {
                Some(group) if group.teams.contains(&seat) => {}
                Some(group) => group.teams.push(seat),
                None => groups.push(GroupJson {
                    group: name.clone(),
                    teams: vec![seat],
                }),
            }
        }
    }
    for group in &mut groups {
        group
            .teams
            .sort_by_key(|seat| seat.team_id.as_ref().and_then(order));
    }
    groups
}

/// A Swiss round that may be accepted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ProposedRound")]
pub struct ProposedRoundJson {
    token: String,
    stage: String,
    round: u16,
    pairs: Vec<PairJson>,
    /// No further round can be paired after it.
    stuck_next: bool,
    violations: Vec<ViolationJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Pair")]
struct PairJson {
    key: Key,
    a: SeatJson,
    b: SeatJson,
}

impl From<&ProposedRound> for ProposedRoundJson {
    fn from(round: &ProposedRound) -> ProposedRoundJson {
        let laid = &round.laid;
        let fixtures = FixturesJson::proposed(laid, &laid.structure, &round.fixtures);
        ProposedRoundJson {
            token: round.token.clone(),
            stage: round.stage.clone(),
            round: round.round,
            pairs: fixtures
                .into_iter()
                .map(|FixtureJson { key, a, b, .. }| PairJson { key, a, b })
                .collect(),
            stuck_next: round.stuck_next,
            violations: round
                .violations
                .iter()
                .map(|violation| ViolationJson::of_pairs(violation, laid))
                .collect(),
        }
    }
}

/// A stage as somebody sent it.
pub fn format_from(value: Value) -> Result<Format, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        format!("“{path}”: {}", error.into_inner())
    })
}
