//! Entries: teams entered, changed and deleted, each a deed that can be taken back.

use std::collections::BTreeMap;

use super::commit::Draft;
use super::{LaidDown, Moment};
use crate::domain::names::alike;
use crate::domain::tournament::Presence;
use crate::domain::tournament::deed::{Deed, TeamDifference};
use crate::domain::{Player, Revision, Team, TeamId, TournamentId};
use crate::organising::{Hall, Refused};
use crate::random;
use crate::store::{DoneBy, Revised, StoreError, TeamChange, TeamWrite};

/// The reason to refuse another seed.
const SEEDS_STAY: &str = "a match has begun, and seeds may decide ranks: they stay as they are";

/// A team that enters a tournament.
#[derive(Debug, Clone, Default)]
pub struct NewTeam {
    pub name: String,
    pub short: Option<String>,
    pub club: Option<String>,
    pub seed: Option<u16>,
    pub colour: Option<String>,
    pub players: Vec<Player>,
}

impl NewTeam {
    pub fn named(name: String) -> NewTeam {
        NewTeam {
            name,
            ..NewTeam::default()
        }
    }

    /// The known team of this name, with all that is told here.
    fn added_to(self, known: &Team) -> Team {
        let kept = known.clone();
        Team {
            short: self.short.or(kept.short),
            club: self.club.or(kept.club),
            seed: self.seed.or(kept.seed),
            colour: self.colour.or(kept.colour),
            players: if self.players.is_empty() {
                kept.players
            } else {
                self.players
            },
            ..kept
        }
    }

    fn into_team(self, tournament: TournamentId) -> Team {
        Team {
            id: TeamId(random::id()),
            tournament,
            name: self.name,
            short: self.short,
            club: self.club,
            seed: self.seed,
            colour: self.colour,
            players: self.players,
            presence: Presence::Unknown,
            withdrawn: false,
        }
    }
}

impl Hall {
    /// Enters teams in a tournament, all or none. One that is there already, by its name, is that one, with what is told of it
    /// now: a list that is sent again may add clubs and seeds.
    pub async fn enter_teams(
        &self,
        tournament: TournamentId,
        entered: Vec<NewTeam>,
        by: DoneBy,
    ) -> Result<Vec<Revised<Team>>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(tournament).await?;
            let mut changes: Vec<TeamDifference> = Vec::new();
            let mut order: Vec<TeamId> = Vec::new();
            for new in entered {
                let named = |team: &Team| team.name == new.name;
                let mut again = changes
                    .iter_mut()
                    .filter_map(|change| change.after.as_mut());
                if let Some(team) = again.find(|team| named(team)) {
                    order.push(team.id);
                    **team = new.added_to(team);
                    continue;
                }
                let mut laid = moment.laid.teams.iter().map(|team| &team.value);
                let before = laid.find(|team| named(team)).cloned();
                let team = match &before {
                    Some(known) => new.added_to(known),
                    None => new.into_team(tournament),
                };
                order.push(team.id);
                if before.as_ref() != Some(&team) {
                    changes.push(TeamDifference {
                        before: before.map(Box::new),
                        after: Some(Box::new(team)),
                    });
                }
            }
            let written = hall.write_entries(&moment, changes, by).await?;
            let of = |id: TeamId| {
                let known = written.iter().chain(&moment.laid.teams);
                known.clone().find(|team| team.value.id == id).cloned()
            };
            Ok(order.into_iter().filter_map(of).collect())
        })
        .await
    }

    /// Stores entries as one deed; nothing where none of them is new.
    async fn write_entries(
        &self,
        moment: &Moment,
        changes: Vec<TeamDifference>,
        by: DoneBy,
    ) -> Result<Vec<Revised<Team>>, Refused> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        moment.seeds_stay(&changes)?;
        moment.teams_differ(&changes)?;
        let write = |change: &TeamDifference| {
            let team = change.after.as_deref()?.clone();
            Some(if change.before.is_none() {
                TeamWrite::Enter(team)
            } else {
                TeamWrite::Change {
                    team,
                    expected: None,
                }
            })
        };
        let teams = changes.iter().filter_map(write).collect();
        let mut draft = Draft::of(Deed::Teams { changes }, by);
        draft.changes.teams = teams;
        Ok(self.commit(moment, draft).await?.teams)
    }

    /// Changes a team; all its matches show its new name.
    pub async fn change_team(
        &self,
        id: TeamId,
        expected: Option<Revision>,
        change: TeamChange,
        by: DoneBy,
    ) -> Result<Revised<Team>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let known = hall.store.team(id).await?;
            let moment = hall.moment(known.value.tournament).await?;
            let team = change.applied(&known.value);
            if team == known.value {
                return match expected {
                    Some(expected) if expected != known.revision => Err(StoreError::Changed.into()),
                    _ => Ok(known),
                };
            }
            let changes = difference(Some(&known.value), Some(&team));
            moment.seeds_stay(&changes)?;
            moment.teams_differ(&changes)?;
            let mut draft = Draft::of(Deed::Teams { changes }, by);
            draft.changes.teams = vec![TeamWrite::Change { team, expected }];
            let done = hall.commit(&moment, draft).await?;
            let changed = done.teams.into_iter().find(|team| team.value.id == id);
            changed.ok_or(StoreError::NotFound("team").into())
        })
        .await
    }

    /// Deletes a team; matches that no draw has made stay, with its name. A team of a draw withdraws instead.
    pub async fn delete_team(
        &self,
        id: TeamId,
        expected: Option<Revision>,
        by: DoneBy,
    ) -> Result<(), Refused> {
        let hall = self.clone();
        self.act(async move {
            let known = hall.store.team(id).await?.value;
            let moment = hall.moment(known.tournament).await?;
            refuse_drawn(&moment.laid, id)?;
            let changes = difference(Some(&known), None);
            let mut draft = Draft::of(Deed::Teams { changes }, by);
            draft.changes.teams = vec![TeamWrite::Delete { id, expected }];
            hall.commit(&moment, draft).await?;
            Ok(())
        })
        .await
    }
}

impl Moment {
    /// Refuses other seeds once a match has begun: they may decide ranks.
    pub(super) fn seeds_stay(&self, changes: &[TeamDifference]) -> Result<(), Refused> {
        let other = |change: &TeamDifference| match (&change.before, &change.after) {
            (Some(before), Some(after)) => before.seed != after.seed,
            _ => false,
        };
        if changes.iter().any(other) && self.any_has_begun() {
            return Err(Refused::Contradicts(SEEDS_STAY.to_owned()));
        }
        Ok(())
    }
}

/// A team as it was, and as it is to be.
type BeforeAndAfter<'a> = (Option<&'a Team>, &'a Team);

impl Moment {
    /// Refuses a new name that people could not tell from another team's, and a new seed that another team has. What was
    /// stored before such were refused may stay.
    fn teams_differ(&self, changes: &[TeamDifference]) -> Result<(), Refused> {
        let changed = changes.iter().filter_map(|change| {
            let after = change.after.as_deref()?;
            Some((change.before.as_deref(), after))
        });
        let known = self.laid.teams.iter().map(|team| &team.value);
        let stay = known.filter(|team| changed.clone().all(|(_, after)| after.id != team.id));
        let all: Vec<BeforeAndAfter<'_>> = stay
            .map(|team| (Some(team), team))
            .chain(changed.clone())
            .collect();
        names_differ(&all)?;
        seeds_differ(&all)
    }
}

fn names_differ(all: &[BeforeAndAfter<'_>]) -> Result<(), Refused> {
    let is_kept = |(before, team): &&BeforeAndAfter<'_>| {
        before.is_some_and(|before| before.name == team.name)
    };
    let (kept, new): (Vec<_>, Vec<_>) = all.iter().partition(is_kept);
    let kept = kept.into_iter().map(|(_, team)| (alike(&team.name), team));
    let mut known: BTreeMap<String, &Team> = kept.collect();
    for (_, team) in new {
        let other = known.insert(alike(&team.name), team);
        // That a name is taken to the letter, the store says.
        if let Some(other) = other.filter(|other| other.name != team.name) {
            return Err(Refused::Alike {
                team: team.name.clone(),
                other: other.name.clone(),
            });
        }
    }
    Ok(())
}

/// Refuses a seed that two teams have. That of a team that has withdrawn is free again.
fn seeds_differ(all: &[BeforeAndAfter<'_>]) -> Result<(), Refused> {
    let seeded = all.iter().filter(|(_, team)| !team.withdrawn);
    let seeded = seeded.filter_map(|(before, team)| Some((*before, *team, team.seed?)));
    let is_kept = |(before, team, _): &(Option<&Team>, &Team, u16)| {
        before.is_some_and(|before| before.seed == team.seed)
    };
    let (kept, new): (Vec<_>, Vec<_>) = seeded.partition(is_kept);
    let mut known: BTreeMap<u16, &Team> = kept
        .into_iter()
        .map(|(_, team, seed)| (seed, team))
        .collect();
    for (_, team, seed) in new {
        if let Some(other) = known.insert(seed, team) {
            return Err(Refused::SeedTaken {
                team: team.name.clone(),
                other: other.name.clone(),
                seed,
            });
        }
    }
    Ok(())
}

fn refuse_drawn(laid: &LaidDown, id: TeamId) -> Result<(), Refused> {
    if laid.structure.entrants.contains(&id) {
        let name = laid.name(id);
        return Err(Refused::Contradicts(format!(
            "“{name}” takes part in the draw: let it withdraw instead"
        )));
    }
    Ok(())
}

fn difference(before: Option<&Team>, after: Option<&Team>) -> Vec<TeamDifference> {
    let boxed = |team: Option<&Team>| team.cloned().map(Box::new);
    vec![TeamDifference {
        before: boxed(before),
        after: boxed(after),
    }]
}
