//! The ranking of the clubs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{TeamId, TournamentId};
use crate::organising::{ClubRow, Clubs, Counted};

/// The ranking of the clubs over all tournaments of the venue.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Clubs")]
pub struct ClubsJson {
    /// Points of the ranks 1, 2, 3…
    points: Vec<u32>,
    clubs: Vec<ClubJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Club")]
struct ClubJson {
    rank: usize,
    club: String,
    points: u64,
    medals: MedalsJson,
    why: Vec<CountedJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct MedalsJson {
    gold: u32,
    silver: u32,
    bronze: u32,
}

/// A final rank that counts for a club.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CountedRank")]
struct CountedJson {
    #[serde(rename = "tournamentID")]
    tournament_id: TournamentId,
    tournament_name: String,
    #[serde(rename = "teamID")]
    team_id: TeamId,
    team: String,
    rank: usize,
    /// With the factor of the tournament.
    points: u64,
    factor: u16,
}

impl From<&Clubs> for ClubsJson {
    fn from(clubs: &Clubs) -> ClubsJson {
        ClubsJson {
            points: clubs.points.clone(),
            clubs: clubs.rows.iter().map(ClubJson::from).collect(),
        }
    }
}

impl From<&ClubRow> for ClubJson {
    fn from(row: &ClubRow) -> ClubJson {
        let [gold, silver, bronze] = row.medals;
        let counted = |counted: &Counted| CountedJson {
            tournament_id: counted.tournament,
            tournament_name: counted.tournament_name.clone(),
            team_id: counted.team,
            team: counted.team_name.clone(),
            rank: counted.rank,
            points: counted.points,
            factor: counted.factor,
        };
        ClubJson {
            rank: row.rank,
            club: row.club.clone(),
            points: row.points,
            medals: MedalsJson {
                gold,
                silver,
                bronze,
            },
            why: row.why.iter().map(counted).collect(),
        }
    }
}
