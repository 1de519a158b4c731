//! Tables, the final ranking, and what an organiser has to decide.

use schemars::JsonSchema;
use serde::Serialize;

use super::fixtures::SeatJson;
use crate::domain::tournament::Key;
use crate::domain::tournament::format::Kind;
use crate::domain::tournament::progress::{Seat, Stand, Table};
use crate::domain::tournament::proposal::NoProposal;
use crate::domain::tournament::rounds::next_round;
use crate::domain::tournament::standings::{Row, Scope, Why};
use crate::domain::{MatchId, TeamId, TournamentId};
use crate::organising::{LaidDown, Moment};

/// The tables of a tournament.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Standings")]
pub struct StandingsJson {
    #[serde(rename = "tournamentID")]
    tournament_id: TournamentId,
    /// A table may still change.
    provisional: bool,
    tables: Vec<TableJson>,
    /// The teams that have reached their final rank, the best first.
    ranking: Vec<RankedJson>,
    /// The things that wait for an organiser.
    todo: Vec<TodoJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Table")]
struct TableJson {
    stage: String,
    group: String,
    provisional: bool,
    /// A result that cannot be counted, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    rows: Vec<RowJson>,
    /// The play-offs that are not over: what they decide waits for them.
    #[serde(rename = "playOffs", skip_serializing_if = "Vec::is_empty")]
    play_offs: Vec<PlayOffJson>,
    /// The teams of orders that were laid down and are no longer needed: these teams are not level.
    #[serde(rename = "decisionsNotNeeded", skip_serializing_if = "Vec::is_empty")]
    decisions_not_needed: Vec<Vec<TeamId>>,
}

/// A match that decides between teams of a group that are level.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlayOff")]
struct PlayOffJson {
    key: Key,
    #[serde(rename = "matchID", skip_serializing_if = "Option::is_none")]
    match_id: Option<MatchId>,
    teams: Vec<TeamId>,
}

/// The play-offs of a group that are not over.
fn open_play_offs(moment: &Moment, group: &str) -> Vec<PlayOffJson> {
    let structure = &moment.laid.structure;
    let own = structure.play_offs.iter().filter(|of| of.group == group);
    let open = own.filter_map(|of| {
        let known = moment.progress.fixture(structure, &of.key)?;
        (known.stand == Stand::Ready).then(|| PlayOffJson {
            key: of.key.clone(),
            match_id: moment.matches.get(&of.key).map(|of| of.setup.id),
            teams: [known.sides.a, known.sides.b]
                .into_iter()
                .filter_map(Seat::team)
                .collect(),
        })
    });
    open.collect()
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TableRow")]
struct RowJson {
    #[serde(rename = "teamID")]
    team_id: Option<TeamId>,
    name: String,
    rank: usize,
    played: i64,
    wins: i64,
    draws: i64,
    losses: i64,
    points: i64,
    #[serde(skip_serializing_if = "is_zero")]
    bonus: i64,
    #[serde(skip_serializing_if = "is_zero")]
    deducted: i64,
    scored: i64,
    conceded: i64,
    difference: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_points: Option<[i64; 2]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    withdrawn: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provisional: bool,
    /// It shares its rank: nobody goes on from it until that is decided.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    level: bool,
    /// The words that were tried for teams that are level to the end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tried: Vec<String>,
    why: Vec<WhyJson>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Why")]
struct WhyJson {
    word: &'static str,
    scope: &'static str,
    /// The teams that were compared, the best first.
    among: Vec<TeamId>,
    /// Their values in the same order, exact.
    values: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RankedTeam")]
struct RankedJson {
    rank: usize,
    #[serde(rename = "teamID")]
    team_id: TeamId,
    name: String,
    club: Option<String>,
}

/// Something that waits for an organiser.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
#[schemars(rename = "Todo")]
enum TodoJson {
    /// The teams have entered, and are not drawn.
    Draw,
    /// Teams are level to the end: in a group, or as the best of a rank of which only some go on.
    Level {
        #[serde(skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        best: Option<u16>,
        teams: Vec<SeatJson>,
        /// The play-offs of these teams that are not over.
        #[serde(rename = "playOffs", skip_serializing_if = "Vec::is_empty")]
        play_offs: Vec<Key>,
    },
    /// A match no longer follows from the results.
    Contested {
        key: Key,
        #[serde(rename = "matchID")]
        match_id: Option<MatchId>,
    },
    /// A match ended level, though somebody has to go on.
    NoResult {
        key: Key,
        #[serde(rename = "matchID")]
        match_id: Option<MatchId>,
    },
    /// The next Swiss round can be paired.
    PairRound { round: u16 },
    /// No further Swiss round can be paired.
    Stuck,
}

impl StandingsJson {
    /// `live` counts running matches, too.
    pub fn new(moment: &Moment, live: bool) -> StandingsJson {
        let laid = &moment.laid;
        let counted;
        let tables = if live {
            counted = moment.live_tables();
            &counted
        } else {
            &moment.progress.tables
        };
        let ranked = moment.progress.ranking.iter();
        StandingsJson {
            tournament_id: laid.tournament.id,
            provisional: tables.iter().any(|table| !table.complete),
            tables: tables
                .iter()
                .map(|table| TableJson::new(moment, table))
                .collect(),
            ranking: ranked
                .map(|ranked| RankedJson {
                    rank: ranked.rank,
                    team_id: ranked.team,
                    name: laid.name(ranked.team),
                    club: laid.team(ranked.team).and_then(|team| team.club.clone()),
                })
                .collect(),
            todo: todo(moment),
        }
    }
}

fn todo(moment: &Moment) -> Vec<TodoJson> {
    let laid = &moment.laid;
    let structure = &laid.structure;
    if structure.fixtures.is_empty() {
        let stages = structure.format.iter().flat_map(|format| &format.stages);
        let drawn = stages.filter(|stage| stage.kind != Kind::Free).count();
        let some = drawn > 0 && laid.teams.len() > 1;
        return some.then_some(TodoJson::Draw).into_iter().collect();
    }
    let mut todo = Vec::new();
    for (staged, known) in structure.fixtures.iter().zip(&moment.progress.fixtures) {
        let key = &staged.fixture.key;
        let match_id = || moment.matches.get(key).map(|summary| summary.setup.id);
        if known.contested {
            todo.push(TodoJson::Contested {
                key: key.clone(),
                match_id: match_id(),
            });
        }
        if known.undecided {
            todo.push(TodoJson::NoResult {
                key: key.clone(),
                match_id: match_id(),
            });
        }
    }
    let tables = moment.progress.tables.iter();
    todo.extend(tables.flat_map(|table| level_in(moment, table)));
    for level in &moment.progress.level_best {
        let teams = level.teams.iter();
        let teams = teams.filter_map(|entrant| structure.team(*entrant));
        todo.push(TodoJson::Level {
            stage: level.stage.clone(),
            group: None,
            best: Some(level.rank),
            play_offs: Vec::new(),
            teams: teams.map(|team| SeatJson::team(laid, team)).collect(),
        });
    }
    match next_round(structure, &moment.progress) {
        Ok(round) => todo.push(TodoJson::PairRound { round }),
        Err(NoProposal::Stuck) => todo.push(TodoJson::Stuck),
        Err(_) => {}
    }
    todo
}

/// The teams of a group that are level to the end.
fn level_in(moment: &Moment, table: &Table) -> Vec<TodoJson> {
    let laid = &moment.laid;
    let play_offs = open_play_offs(moment, &table.group);
    let todo = table.level().map(|level| {
        let teams = level
            .iter()
            .filter_map(|entrant| laid.structure.team(*entrant));
        let teams: Vec<TeamId> = teams.collect();
        let among = |of: &&PlayOffJson| of.teams.iter().all(|team| teams.contains(team));
        let own = play_offs.iter().filter(among);
        TodoJson::Level {
            stage: Some(table.stage.clone()),
            group: Some(table.group.clone()),
            best: None,
            play_offs: own.map(|of| of.key.clone()).collect(),
            teams: teams
                .iter()
                .map(|team| SeatJson::team(laid, *team))
                .collect(),
        }
    });
    todo.collect()
}

impl TableJson {
    fn new(moment: &Moment, table: &Table) -> TableJson {
        let laid = &moment.laid;
        let rows = &table.standings.rows;
        let ids = |teams: &[u16]| {
            let ids = teams.iter().filter_map(|team| laid.structure.team(*team));
            ids.collect()
        };
        let shared = |rank: usize| rows.iter().filter(|row| row.rank == rank).count() > 1;
        TableJson {
            stage: table.stage.clone(),
            group: table.group.clone(),
            provisional: !table.complete,
            problem: table.problem.clone(),
            rows: rows
                .iter()
                .map(|row| RowJson::new(laid, row, table.complete && shared(row.rank)))
                .collect(),
            play_offs: open_play_offs(moment, &table.group),
            decisions_not_needed: table.not_needed.iter().map(|teams| ids(teams)).collect(),
        }
    }
}

impl RowJson {
    fn new(laid: &LaidDown, row: &Row<u16>, level: bool) -> RowJson {
        let team = laid.structure.team(row.team);
        RowJson {
            team_id: team,
            name: team.map(|team| laid.name(team)).unwrap_or_default(),
            rank: row.rank,
            played: row.played,
            wins: row.wins,
            draws: row.draws,
            losses: row.losses,
            points: row.points,
            bonus: row.bonus,
            deducted: row.deducted,
            scored: row.scored,
            conceded: row.conceded,
            difference: row.difference,
            set_points: row.set_points,
            withdrawn: row.withdrawn,
            provisional: row.provisional,
            level,
            tried: row.tried.iter().map(ToString::to_string).collect(),
            why: row.why.iter().map(|why| WhyJson::new(laid, why)).collect(),
        }
    }
}

impl WhyJson {
    fn new(laid: &LaidDown, why: &Why<u16>) -> WhyJson {
        let teams = why.among.iter();
        WhyJson {
            word: why.word,
            scope: match why.scope {
                Scope::All => "all",
                Scope::Tied => "tied",
                Scope::Two => "two",
            },
            among: teams
                .filter_map(|team| laid.structure.team(*team))
                .collect(),
            values: why.values.clone(),
        }
    }
}
