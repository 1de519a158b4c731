//! Swiss rounds: the next one as it would be, before the organiser accepts it.

use std::collections::BTreeMap;

use super::deed::{Deed, StagedFixture};
use super::draw::{self, FormatError};
use super::fixture::{Fixture, Key, Source};
use super::format::{Kind, Stage};
use super::progress::{Known, Progress, Stand, swiss_table};
use super::proposal::NoProposal;
use super::structure::Structure;
use super::swiss::{self, History, Meeting, NextRound, SideResult};
use crate::domain::ids::TeamId;
use crate::domain::matches::Side;

/// A Swiss round that the organiser may accept.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    pub deed: Deed,
    /// No round can be paired after it.
    pub stuck_next: bool,
    /// Pairs that have met before, and teams that have a second bye: allowed by hand, and said.
    pub violations: Vec<PairViolation>,
}

/// A rule that a pair by hand does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairViolation {
    /// They have met in this fixture.
    MetBefore { a: TeamId, b: TeamId, key: Key },
    /// It had a bye in this round.
    SecondBye { team: TeamId, round: u16 },
}

/// Pairs the next round of a Swiss stage, or judges the pairs that an organiser wants instead.
pub fn round(
    structure: &Structure,
    progress: &Progress,
    by_hand: Option<&[(TeamId, Option<TeamId>)]>,
    name: impl Fn(TeamId) -> String,
) -> Result<Round, NoProposal> {
    let played = SwissRounds::of(structure, progress)?;
    let round = played.next()?;
    let history = played.history()?;
    let playing = played.playing();
    let own = history.of_those(&playing);
    let paired = swiss::pair(&own, &[]);
    let team = |player: u32| {
        let place = usize::try_from(player).ok()?.checked_sub(1)?;
        let entrant = u16::try_from(*playing.get(place)?).ok()?;
        Some((structure.team(entrant)?, entrant))
    };
    let (pairs, stuck_next) = match (by_hand, paired) {
        (Some(pairs), _) => (pairs.to_vec(), false),
        (None, NextRound::Stuck) => return Err(NoProposal::Stuck),
        (None, NextRound::Paired(paired)) => {
            let pairs = paired.pairs.iter().filter_map(|pair| {
                let a = team(pair.a)?.0;
                Some((a, pair.b.and_then(team).map(|(b, _)| b)))
            });
            (pairs.collect(), paired.stuck_next)
        }
    };
    whole(structure, &playing, &pairs, &name)?;
    let violations = played.violations(&pairs);
    let prefix = played.prefix;
    let side = |team: TeamId| structure.entrant(team).map(Source::Entrant);
    let fixtures = (1..).zip(&pairs).filter_map(|(table, (a, b))| {
        let table: u16 = table;
        Some(StagedFixture {
            stage: played.stage.key.clone(),
            fixture: Fixture {
                key: Key::new(format!("{prefix}{round}-{table}")),
                round,
                group: None,
                a: side(*a)?,
                b: match b {
                    Some(b) => side(*b)?,
                    None => Source::BYE,
                },
                if_needed: false,
            },
        })
    });
    Ok(Round {
        deed: Deed::Round {
            stage: played.stage.key.clone(),
            round,
            fixtures: fixtures.collect(),
        },
        stuck_next,
        violations,
    })
}

/// Says if the next round can be paired, or why not.
pub fn next_round(structure: &Structure, progress: &Progress) -> Result<u16, NoProposal> {
    let played = SwissRounds::of(structure, progress)?;
    let round = played.next()?;
    let history = played.history()?;
    let playing = played.playing();
    match swiss::pair(&history.of_those(&playing), &[]) {
        NextRound::Paired(_) => Ok(round),
        NextRound::Stuck => Err(NoProposal::Stuck),
    }
}

/// Refuses pairs in which somebody is missing, is twice, or does not play.
fn whole(
    structure: &Structure,
    playing: &[u32],
    pairs: &[(TeamId, Option<TeamId>)],
    name: &impl Fn(TeamId) -> String,
) -> Result<(), NoProposal> {
    let mut times: BTreeMap<TeamId, usize> = playing
        .iter()
        .filter_map(|player| structure.team(u16::try_from(*player).ok()?))
        .map(|team| (team, 0))
        .collect();
    for team in pairs.iter().flat_map(|(a, b)| [Some(*a), *b]).flatten() {
        match times.get_mut(&team) {
            Some(count) => *count += 1,
            None => {
                return Err(NoProposal::Pairs(format!(
                    "“{}” does not take part",
                    name(team)
                )));
            }
        }
    }
    let byes = pairs.iter().filter(|(_, b)| b.is_none()).count();
    if byes > 1 {
        let reason = "only one team may have a bye".to_owned();
        return Err(NoProposal::Pairs(reason));
    }
    let wrong = times.iter().find(|(_, count)| **count != 1);
    match wrong {
        None => Ok(()),
        Some((team, 0)) => Err(NoProposal::Pairs(format!("“{}” has no match", name(*team)))),
        Some((team, _)) => Err(NoProposal::Pairs(format!("“{}” stands twice", name(*team)))),
    }
}

/// The rounds of the Swiss stage, as they were played.
struct SwissRounds<'a> {
    stage: &'a Stage,
    /// The beginning of its keys: `S`, or `second:S`.
    prefix: String,
    /// The most rounds.
    rounds: u16,
    entrants: usize,
    /// Round by round: both sides, and how it ended.
    played: BTreeMap<u16, Vec<Played<'a>>>,
    structure: &'a Structure,
}

struct Played<'a> {
    fixture: &'a Fixture,
    known: &'a Known,
}

impl<'a> SwissRounds<'a> {
    fn of(structure: &'a Structure, progress: &'a Progress) -> Result<SwissRounds<'a>, NoProposal> {
        let stages = structure.stages().iter();
        let mut swiss = stages.filter_map(|stage| match &stage.kind {
            Kind::Swiss(settings) => Some((stage, settings)),
            _ => None,
        });
        let (stage, settings) = swiss.next().ok_or(NoProposal::NoSwissStage)?;
        let mut played: BTreeMap<u16, Vec<Played<'a>>> = BTreeMap::new();
        let mut prefix = None;
        for (staged, known) in structure.fixtures.iter().zip(&progress.fixtures) {
            if staged.stage == stage.key && staged.fixture.group.is_none() {
                let fixture = &staged.fixture;
                prefix.get_or_insert_with(|| swiss_table(&fixture.key));
                let round = played.entry(fixture.round).or_default();
                round.push(Played { fixture, known });
            }
        }
        let entrants = structure.entrants.len();
        let count = structure.swiss_entrants(stage);
        let rounds = draw::swiss_rounds(settings, count).map_err(|error| FormatError::Stage {
            stage: stage.key.clone(),
            error,
        })?;
        Ok(SwissRounds {
            stage,
            prefix: prefix.ok_or(NoProposal::NoSwissStage)?,
            rounds,
            entrants,
            played,
            structure,
        })
    }

    /// The entrants that play on, by their numbers. A stage that takes its entrants from others has those of its first round.
    fn playing(&self) -> Vec<u32> {
        let plays = |team: &TeamId| {
            let mut sides = self.played.values().flatten().map(|of| of.known.sides);
            let own = self.stage.from.is_none()
                || sides.any(|sides| [sides.a.team(), sides.b.team()].contains(&Some(*team)));
            own && !self.structure.withdrawn.contains(team)
        };
        let numbered = (1..).zip(&self.structure.entrants);
        let playing = numbered.filter(|(_, team)| plays(team));
        playing.map(|(number, _)| number).collect()
    }

    /// The number of the next round, once all matches of those before are over.
    fn next(&self) -> Result<u16, NoProposal> {
        for (round, matches) in &self.played {
            let is_open =
                |of: &&Played<'_>| matches!(of.known.stand, Stand::Ready | Stand::Awaited);
            let open = matches.iter().filter(is_open).count();
            if open > 0 {
                return Err(NoProposal::NotReady {
                    round: *round,
                    open,
                });
            }
        }
        let last = self.played.keys().next_back().copied().unwrap_or(0);
        if last >= self.rounds {
            return Err(NoProposal::AllPaired {
                rounds: self.rounds,
            });
        }
        Ok(last + 1)
    }

    fn history(&self) -> Result<History, NoProposal> {
        let number = |team| self.structure.entrant(team).map(u32::from);
        let mut rounds = Vec::new();
        for matches in self.played.values() {
            let mut meetings = Vec::new();
            for Played { known, .. } in matches {
                let sides = [known.sides.a.team(), known.sides.b.team()];
                let meeting = match (sides.map(|team| team.and_then(number)), known.stand) {
                    ([Some(a), Some(b)], Stand::Decided(verdict)) => Meeting {
                        a,
                        b: Some(b),
                        outcome: match verdict.winner {
                            Some(Side::A) => SideResult::Win,
                            None => SideResult::Draw,
                            Some(Side::B) => SideResult::Loss,
                        },
                    },
                    ([Some(a), None] | [None, Some(a)], Stand::NoMatch) => Meeting {
                        a,
                        b: None,
                        outcome: SideResult::Win,
                    },
                    _ => continue,
                };
                meetings.push(meeting);
            }
            rounds.push(meetings);
        }
        let players = u32::try_from(self.entrants).unwrap_or(u32::MAX);
        Ok(History::new(players, &rounds)?)
    }

    fn violations(&self, pairs: &[(TeamId, Option<TeamId>)]) -> Vec<PairViolation> {
        let before = || self.played.values().flatten();
        let mut violations = Vec::new();
        for (a, b) in pairs {
            let said = match b {
                Some(b) => before()
                    .find(|of| {
                        let teams = [of.known.sides.a.team(), of.known.sides.b.team()];
                        teams.contains(&Some(*a)) && teams.contains(&Some(*b))
                    })
                    .map(|of| PairViolation::MetBefore {
                        a: *a,
                        b: *b,
                        key: of.fixture.key.clone(),
                    }),
                None => before()
                    .find(|of| {
                        let teams = [of.known.sides.a.team(), of.known.sides.b.team()];
                        of.known.stand == Stand::NoMatch && teams.contains(&Some(*a))
                    })
                    .map(|of| PairViolation::SecondBye {
                        team: *a,
                        round: of.fixture.round,
                    }),
            };
            violations.extend(said);
        }
        violations
    }
}
