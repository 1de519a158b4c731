//! Decisions: what an organiser lays down and no result can say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::commit::Draft;
use super::corrections::Correction;
use super::weighing::{Accept, agreed, keep, without};
use super::{LaidDown, Moment};
use crate::domain::tournament::deed::{Decision, Deed, Settlement, StagedFixture, Tie};
use crate::domain::tournament::draw::by_lot;
use crate::domain::tournament::preview::Effect;
use crate::domain::tournament::progress::Table;
use crate::domain::tournament::structure::Structure;
use crate::domain::tournament::{Fixture, Source};
use crate::domain::{Key, Side, TeamId, TournamentId};
use crate::organising::{Hall, Refused};
use crate::store::DoneBy;

/// A decision as an organiser wants it.
#[derive(Debug, Clone)]
pub enum Wanted {
    Order {
        of: Tie,
        teams: Vec<TeamId>,
        reason: Option<String>,
    },
    /// The server draws the order.
    Lots {
        of: Tie,
        teams: Vec<TeamId>,
    },
    PlayOff {
        group: String,
        teams: [TeamId; 2],
    },
    Points {
        team: TeamId,
        group: String,
        points: u32,
        reason: Option<String>,
    },
    Withdrawal {
        team: TeamId,
        reason: Option<String>,
    },
    LateEntry {
        team: TeamId,
        group: String,
    },
    Walkover {
        key: Key,
        winner: Side,
    },
    Keep {
        key: Key,
        reason: Option<String>,
    },
    Replay {
        key: Key,
    },
}

/// A decision that was made, with what followed.
pub struct Decided {
    pub laid: Arc<LaidDown>,
    pub structure: Structure,
    pub effects: Vec<Effect>,
}

impl Hall {
    /// Decides something. What follows has to be accepted first.
    pub async fn decide(
        &self,
        id: TournamentId,
        wanted: Wanted,
        accept: Option<Accept>,
        by: DoneBy,
    ) -> Result<Decided, Refused> {
        if let Wanted::Walkover { key, winner } = &wanted {
            return self.give(id, key, *winner, accept, by).await;
        }
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(id).await?;
            let seen = format!("{wanted:?}");
            let mut draft = Draft::default();
            draft.changes.by = by;
            // The same wish draws the same until something is done: what was shown is what is accepted.
            let number = hall
                .proposals
                .number(&format!("{} {seen}", moment.laid.structure.seq));
            let (deed, base) = moment.decision(wanted, number, &mut draft)?;
            let deeds = [deed];
            let consequences = moment.weigh(&deeds, &base, &seen);
            let decided = Decided {
                laid: moment.laid.clone(),
                structure: consequences.structure.clone(),
                effects: consequences.effects.clone(),
            };
            let accept = agreed(consequences, accept)?;
            let more = moment.settle(&deeds, &base, &accept, &mut draft);
            let [mut deed] = deeds;
            if let Deed::Decide { settled, .. } = &mut deed {
                settled.extend(more);
            }
            draft.deeds = vec![deed];
            hall.commit(&moment, draft).await?;
            Ok(decided)
        })
        .await
    }

    /// Gives a match to a side: an event of the match, and so a correction.
    async fn give(
        &self,
        id: TournamentId,
        key: &Key,
        winner: Side,
        accept: Option<Accept>,
        by: DoneBy,
    ) -> Result<Decided, Refused> {
        let moment = self.moment(id).await?;
        let summary = moment.matches.get(key).ok_or_else(|| no_fixture(key))?;
        let absent = match winner {
            Side::A => "B",
            Side::B => "A",
        };
        let event = format!(r#"{{"type":"walkover","side":"{absent}"}}"#);
        self.correct(summary.setup.id, Correction { event, accept }, by)
            .await?;
        Ok(Decided {
            laid: moment.laid.clone(),
            structure: moment.laid.structure.clone(),
            effects: Vec::new(),
        })
    }
}

pub fn no_fixture(key: &Key) -> Refused {
    Refused::Wrong(format!("there is no fixture “{key}” that is played"))
}

fn decide(decision: Decision) -> Deed {
    Deed::Decide {
        decision,
        settled: Vec::new(),
        walkovers: Vec::new(),
    }
}

fn settle(key: Key, settled: Option<Settlement>) -> Deed {
    Deed::Decide {
        decision: Decision::Settle { key },
        settled: settled.into_iter().collect(),
        walkovers: Vec::new(),
    }
}

fn in_group(group: &str) -> Tie {
    Tie::Group {
        group: group.to_owned(),
    }
}

type DeedAndMatches = (Deed, BTreeMap<Key, super::Played>);

impl Moment {
    /// The deed of a decision, and the matches as they are after it.
    fn decision(
        &self,
        wanted: Wanted,
        number: u64,
        draft: &mut Draft,
    ) -> Result<DeedAndMatches, Refused> {
        let deed = match wanted {
            Wanted::Order { of, teams, reason } => {
                self.are_of(&of, &teams)?;
                let lots = None;
                decide(Decision::Order {
                    of,
                    teams,
                    lots,
                    reason,
                })
            }
            Wanted::Lots { of, teams } => decide(self.lots(of, teams, number)?),
            Wanted::PlayOff { group, teams } => decide(self.play_off(group, teams)?),
            Wanted::Points {
                team,
                group,
                points,
                reason,
            } => {
                self.are_of(&in_group(&group), &[team])?;
                decide(Decision::Points {
                    team,
                    group,
                    points,
                    reason,
                })
            }
            Wanted::Withdrawal { team, reason } => decide(self.withdrawal(team, reason)?),
            Wanted::LateEntry { team, group } => self.late_entry(team, &group)?,
            Wanted::Keep { key, reason } => {
                let kept = keep(&key, &self.contested(&key)?, reason);
                settle(key, kept)
            }
            Wanted::Replay { key } => {
                self.contested(&key)?;
                let base = without(&self.played, &BTreeSet::from([key.clone()]));
                let void = self.void(&key, draft);
                return Ok((settle(key, void), base));
            }
            Wanted::Walkover { key, .. } => return Err(no_fixture(&key)),
        };
        Ok((deed, self.played.clone()))
    }

    fn lots(&self, of: Tie, mut teams: Vec<TeamId>, number: u64) -> Result<Decision, Refused> {
        self.are_of(&of, &teams)?;
        // Whoever repeats it begins with the teams in the order of their IDs.
        teams.sort_unstable();
        by_lot(number, &mut teams);
        Ok(Decision::Order {
            of,
            teams,
            lots: Some(number),
            reason: None,
        })
    }

    fn withdrawal(&self, team: TeamId, reason: Option<String>) -> Result<Decision, Refused> {
        let name = &self.laid.require(team)?.name;
        if self.laid.structure.withdrawn.contains(&team) {
            return Err(Refused::Wrong(format!("“{name}” has withdrawn already")));
        }
        Ok(Decision::Withdrawal { team, reason })
    }

    fn contested(&self, key: &Key) -> Result<crate::domain::tournament::progress::Known, Refused> {
        let known = self.progress.fixture(&self.laid.structure, key);
        let known = known.copied().ok_or_else(|| no_fixture(key))?;
        if known.contested {
            Ok(known)
        } else {
            Err(Refused::Wrong(format!(
                "“{key}” follows from the results: there is nothing to decide"
            )))
        }
    }

    /// Refuses a decision about teams that are not in its group, or that names one twice.
    fn are_of(&self, of: &Tie, teams: &[TeamId]) -> Result<(), Refused> {
        let mut once = BTreeSet::new();
        for team in teams {
            let name = self.laid.require(*team)?.name.clone();
            if !once.insert(team) {
                return Err(Refused::Wrong(format!(
                    "“{name}” stands twice in the order"
                )));
            }
            let Tie::Group { group } = of else {
                continue;
            };
            let table = self.table(group)?;
            let entrant = self.laid.structure.entrant(*team);
            let mut rows = table.standings.rows.iter();
            if !rows.any(|row| Some(row.team) == entrant) {
                return Err(Refused::Wrong(format!("“{name}” is not in group {group}")));
            }
        }
        Ok(())
    }

    /// The table of a group.
    pub fn table(&self, group: &str) -> Result<&Table, Refused> {
        let mut tables = self.progress.tables.iter();
        tables
            .find(|table| table.group == group)
            .ok_or_else(|| Refused::Wrong(format!("there is no group “{group}”")))
    }

    fn play_off(&self, group: String, teams: [TeamId; 2]) -> Result<Decision, Refused> {
        self.are_of(&in_group(&group), &teams)?;
        let structure = &self.laid.structure;
        let stage = self.table(&group)?.stage.clone();
        let entrant = |team| structure.entrant(team).map(Source::Entrant);
        let (Some(a), Some(b)) = (entrant(teams[0]), entrant(teams[1])) else {
            return Err(Refused::Wrong(
                "a play-off is between two teams of the draw".to_owned(),
            ));
        };
        let key = (1..)
            .map(|number: u16| Key::new(format!("{group}-PO{number}")))
            .find(|key| structure.fixture(key).is_none());
        let key = key.unwrap_or_else(|| Key::new(format!("{group}-PO")));
        Ok(Decision::PlayOff {
            group,
            fixture: StagedFixture {
                stage,
                fixture: Fixture {
                    key,
                    round: 1,
                    group: None,
                    a,
                    b,
                    if_needed: false,
                },
            },
        })
    }
}
