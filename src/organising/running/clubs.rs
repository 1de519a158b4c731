//! The ranking of the clubs over all tournaments of the day: points for final ranks, medals beside them.

use std::collections::BTreeMap;

use crate::domain::{TeamId, TournamentId};
use crate::organising::{Hall, Refused};

/// Points of the ranks 1, 2, 3… where nobody has said others.
const POINTS: [u32; 4] = [10, 7, 5, 3];

/// The ranking of the clubs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clubs {
    /// Points of the ranks 1, 2, 3…
    pub points: Vec<u32>,
    pub rows: Vec<ClubRow>,
}

/// A club with all that counts for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClubRow {
    /// Clubs with the same points and medals share the first of their ranks.
    pub rank: usize,
    pub club: String,
    pub points: u64,
    /// First, second and third places.
    pub medals: [u32; 3],
    pub why: Vec<Counted>,
}

/// A final rank that counts for a club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub tournament: TournamentId,
    pub tournament_name: String,
    pub team: TeamId,
    pub team_name: String,
    pub rank: usize,
    pub factor: u16,
    /// With the factor.
    pub points: u64,
}

impl Hall {
    /// Ranks the clubs by the final ranks that are known by now.
    pub async fn clubs(&self) -> Result<Clubs, Refused> {
        let points = self.store.club_points().await?;
        let points = points.unwrap_or_else(|| POINTS.to_vec());
        let mut of_club: BTreeMap<String, Vec<Counted>> = BTreeMap::new();
        for tournament in self.store.tournaments().await? {
            let moment = self.moment(tournament.value.id).await?;
            let laid = &moment.laid;
            for ranked in &moment.progress.ranking {
                let Some(team) = laid.team(ranked.team) else {
                    continue;
                };
                let Some(club) = &team.club else {
                    continue;
                };
                let factor = laid.tournament.factor;
                let of_rank = points.get(ranked.rank - 1).copied().unwrap_or(0);
                of_club.entry(club.clone()).or_default().push(Counted {
                    tournament: laid.tournament.id,
                    tournament_name: laid.tournament.name.clone(),
                    team: team.id,
                    team_name: team.name.clone(),
                    rank: ranked.rank,
                    factor,
                    points: u64::from(of_rank) * u64::from(factor),
                });
            }
        }
        Ok(Clubs {
            rows: rank(of_club),
            points,
        })
    }

    /// Lays down the points of the ranks 1, 2, 3…
    pub async fn set_club_points(&self, points: Vec<u32>) -> Result<Clubs, Refused> {
        let hall = self.clone();
        self.act(async move {
            hall.store.set_club_points(points).await?;
            Ok(())
        })
        .await?;
        self.clubs().await
    }
}

/// By points, then by gold, silver and bronze.
fn rank(of_club: BTreeMap<String, Vec<Counted>>) -> Vec<ClubRow> {
    let row = |(club, why): (String, Vec<Counted>)| {
        let medal = |rank| {
            why.iter()
                .filter(|counted| counted.rank == rank && counted.factor > 0)
                .count()
        };
        let medal = |rank| u32::try_from(medal(rank)).unwrap_or(u32::MAX);
        ClubRow {
            rank: 0,
            points: why.iter().map(|counted| counted.points).sum(),
            medals: [medal(1), medal(2), medal(3)],
            club,
            why,
        }
    };
    let mut rows: Vec<ClubRow> = of_club.into_iter().map(row).collect();
    rows.sort_by(|one, other| {
        let key = |row: &ClubRow| (row.points, row.medals);
        key(other)
            .cmp(&key(one))
            .then_with(|| one.club.cmp(&other.club))
    });
    let keys: Vec<(u64, [u32; 3])> = rows.iter().map(|row| (row.points, row.medals)).collect();
    for row in &mut rows {
        row.rank = 1 + keys
            .iter()
            .filter(|key| **key > (row.points, row.medals))
            .count();
    }
    rows
}
