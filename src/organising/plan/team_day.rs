//! The day of a team: what it plays and may play, where and when, and after which match.

use std::sync::Arc;

use crate::broker::Summary;
use crate::domain::tournament::progress::may_play;
use crate::domain::{Key, Side, Team, TeamId};
use crate::organising::running::LaidDown;
use crate::organising::{Hall, Refused};

/// The day of a team.
pub struct TeamDay {
    pub laid: Arc<LaidDown>,
    pub team: Team,
    /// The first first.
    pub matches: Vec<TeamMatch>,
    /// The matches that it referees by the plan, the first first.
    pub duties: Vec<Summary>,
    /// Its final rank, once it is reached.
    pub rank: Option<usize>,
    /// The time zone of the hall; `None` while nobody has said it.
    pub time_zone: Option<String>,
}

/// A match that a team plays, or may play.
pub struct TeamMatch {
    pub summary: Summary,
    /// The side of the team; `None` while it is open if it plays.
    pub side: Option<Side>,
    /// The matches that decide if it plays, where that is open.
    pub after: Vec<Key>,
}

/// The side of a match on which a team plays.
fn side_of(summary: &Summary, team: TeamId) -> Option<Side> {
    let sides = &summary.setup.sides;
    if sides.a.team == Some(team) {
        Some(Side::A)
    } else if sides.b.team == Some(team) {
        Some(Side::B)
    } else {
        None
    }
}

impl Hall {
    pub async fn team_day(&self, id: TeamId) -> Result<TeamDay, Refused> {
        let team = self.store.team(id).await?.value;
        let moment = self.moment(team.tournament).await?;
        let structure = &moment.laid.structure;
        let ways = may_play(structure, &moment.progress.fixtures);
        let mut matches = Vec::new();
        let mut duties = Vec::new();
        for summary in self.broker.summaries(Some(team.tournament)) {
            let referee = summary.setup.programme.referee.as_ref();
            if referee.is_some_and(|referee| referee.team == Some(id)) {
                duties.push(summary);
                continue;
            }
            let side = side_of(&summary, id);
            if side.is_some() {
                matches.push(TeamMatch {
                    summary,
                    side,
                    after: Vec::new(),
                });
                continue;
            }
            let key = summary.setup.fixture.as_ref().map(|fixture| &fixture.key);
            let at = structure
                .fixtures
                .iter()
                .position(|staged| Some(&staged.fixture.key) == key);
            let Some(way) = at.and_then(|at| ways.get(at)) else {
                continue;
            };
            if way.teams().any(|team| team == id) && !way.waits_for.is_empty() {
                let key = |at: &usize| Some(structure.fixtures.get(*at)?.fixture.key.clone());
                let after = way.waits_for.iter().filter(|at| {
                    let mut teams = ways.get(**at).into_iter().flat_map(|way| way.teams());
                    teams.any(|team| team == id)
                });
                matches.push(TeamMatch {
                    after: after.filter_map(key).collect(),
                    summary,
                    side,
                });
            }
        }
        matches.sort_by_key(|of| {
            let setup = &of.summary.setup;
            (setup.programme.planned_at.unwrap_or(i64::MAX), setup.order)
        });
        duties.sort_by_key(|summary| summary.setup.programme.planned_at);
        let ranking = &moment.progress.ranking;
        let ranked = ranking.iter().find(|ranked| ranked.team == id);
        Ok(TeamDay {
            rank: ranked.map(|ranked| ranked.rank),
            time_zone: self.store.plan_settings().await?.time_zone,
            laid: moment.laid.clone(),
            team,
            matches,
            duties,
        })
    }
}
