//! The JSON of a team's day.

use schemars::JsonSchema;
use serde::Serialize;

use super::MatchJson;
use crate::domain::{Key, Side, TeamId, TournamentId};
use crate::organising::{TeamDay, TeamMatch};

/// The day of a team: what it plays and may play.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TeamDay")]
pub struct TeamDayJson<'a> {
    #[serde(rename = "teamID")]
    team_id: TeamId,
    name: &'a str,
    #[serde(rename = "tournamentID")]
    tournament_id: TournamentId,
    tournament_name: &'a str,
    club: Option<&'a str>,
    withdrawn: bool,
    /// The time zone of the hall, as Europe/Paris; `null` while nobody has said it.
    time_zone: Option<&'a str>,
    /// Its final rank; `null` until it is reached.
    rank: Option<usize>,
    /// The first first.
    matches: Vec<TeamMatchJson<'a>>,
    /// The matches that it referees by the plan, the first first.
    duties: Vec<MatchJson<'a>>,
}

/// A match that a team plays, or may play.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TeamMatch")]
struct TeamMatchJson<'a> {
    r#match: MatchJson<'a>,
    /// The side of the team; `null` while it is open if it plays.
    side: Option<Side>,
    /// The fixtures that decide if it plays, where that is open.
    after: &'a [Key],
}

impl<'a> From<&'a TeamDay> for TeamDayJson<'a> {
    fn from(day: &'a TeamDay) -> TeamDayJson<'a> {
        TeamDayJson {
            team_id: day.team.id,
            name: &day.team.name,
            tournament_id: day.team.tournament,
            tournament_name: &day.laid.tournament.name,
            club: day.team.club.as_deref(),
            withdrawn: day.team.withdrawn,
            time_zone: day.time_zone.as_deref(),
            rank: day.rank,
            duties: day.duties.iter().map(MatchJson::from).collect(),
            matches: day.matches.iter().map(TeamMatchJson::from).collect(),
        }
    }
}

impl<'a> From<&'a TeamMatch> for TeamMatchJson<'a> {
    fn from(of: &'a TeamMatch) -> TeamMatchJson<'a> {
        TeamMatchJson {
            r#match: MatchJson::from(&of.summary),
            side: of.side,
            after: &of.after,
        }
    }
}
