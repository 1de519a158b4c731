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
use crate::domain::tournament::progress::{NothingToDecide, Stand, Table};
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
    /// Each of the teams against each other.
    PlayOff {
        group: String,
        teams: Vec<TeamId>,
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
                self.can_order(&of, &teams)?;
                let lots = None;
                decide(Decision::Order {
                    of,
                    teams,
                    lots,
                    reason,
                })
            }
            Wanted::Lots { of, teams } => decide(self.lots(of, teams, number)?),
            Wanted::PlayOff { group, teams } => decide(self.play_off(group, &teams)?),
            Wanted::Points {
                team,
                group,
                points,
                reason,
            } => {
                self.are_of(&in_group(&group), &[team])?;
                self.points_count()?;
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
        self.can_order(&of, &teams)?;
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

    /// Refuses an order that would have no effect.
    fn can_order(&self, of: &Tie, teams: &[TeamId]) -> Result<(), Refused> {
        self.are_of(of, teams)?;
        let entrants = self.entrants(teams);
        let structure = &self.laid.structure;
        let orderable = self.progress.orderable(structure, of, &entrants);
        orderable.map_err(|nothing| self.nothing_to_decide(of, nothing))
    }

    fn entrants(&self, teams: &[TeamId]) -> Vec<u16> {
        let entrant = |team: &TeamId| self.laid.structure.entrant(*team);
        teams.iter().filter_map(entrant).collect()
    }

    fn nothing_to_decide(&self, of: &Tie, nothing: NothingToDecide) -> Refused {
        let name = |entrant: &u16| {
            let team = self.laid.structure.team(*entrant);
            let name = team.map(|team| self.laid.name(team));
            format!("“{}”", name.unwrap_or_default())
        };
        let place = match of {
            Tie::Group { group } => format!("group {group}"),
            Tie::Best { best, .. } => format!("the best of rank {best}"),
        };
        Refused::Wrong(match nothing {
            NothingToDecide::NoGroup => format!("there is no {place}"),
            NothingToDecide::NotOver => {
                format!("{place} is being played: decide when all of its matches are over")
            }
            NothingToDecide::NotLevel(entrant) => format!(
                "{} is level with nobody in {place}: there is nothing to decide",
                name(&entrant)
            ),
            NothingToDecide::NotAll(level) => {
                let names: Vec<String> = level.iter().map(name).collect();
                format!(
                    "{} are level in {place}: name all of them and nobody else",
                    names.join(", ")
                )
            }
        })
    }

    /// Refuses to take points away where no points decide.
    fn points_count(&self) -> Result<(), Refused> {
        if self.laid.policy().counts_points() {
            return Ok(());
        }
        Err(Refused::Wrong(
            "in this sport the table counts wins and not points, so taking points away would change nothing; decide the order \
             once the group is over"
                .to_owned(),
        ))
    }

    /// Matches among all who are level: each of them against each other.
    fn play_off(&self, group: String, teams: &[TeamId]) -> Result<Decision, Refused> {
        let of = in_group(&group);
        self.are_of(&of, teams)?;
        let entrants = self.entrants(teams);
        let can = self.progress.can_play_off(&group, &entrants);
        can.map_err(|nothing| self.nothing_to_decide(&of, nothing))?;
        self.refuse_open_play_offs(&group, teams)?;
        let structure = &self.laid.structure;
        let stage = self.table(&group)?.stage.clone();
        let pairs = entrants.iter().enumerate().flat_map(|(at, a)| {
            let others = entrants.get(at + 1..).unwrap_or_default();
            others.iter().map(|b| (*a, *b))
        });
        let keys = (1..).map(|number: u16| Key::new(format!("{group}-PO{number}")));
        let free = keys.filter(|key| structure.fixture(key).is_none());
        let fixtures = pairs.zip(free).map(|((a, b), key)| StagedFixture {
            stage: stage.clone(),
            fixture: Fixture {
                key,
                round: 1,
                group: None,
                a: Source::Entrant(a),
                b: Source::Entrant(b),
                if_needed: false,
            },
        });
        let fixtures = fixtures.collect();
        Ok(Decision::PlayOff { group, fixtures })
    }

    /// Refuses more play-offs while some of the same teams are not over.
    fn refuse_open_play_offs(&self, group: &str, teams: &[TeamId]) -> Result<(), Refused> {
        let structure = &self.laid.structure;
        let own = structure.play_offs.iter().filter(|of| of.group == group);
        let open = own.map(|of| &of.key).find(|key| {
            let known = self.progress.fixture(structure, key);
            known.is_some_and(|known| {
                let sides = [known.sides.a.team(), known.sides.b.team()];
                let among = sides.iter().flatten().all(|team| teams.contains(team));
                among && known.stand == Stand::Ready
            })
        });
        match open {
            Some(key) => Err(Refused::Wrong(format!(
                "the play-off {key} of these teams is not over"
            ))),
            None => Ok(()),
        }
    }
}
