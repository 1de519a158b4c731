//! The teams and people that may referee the matches of a day.

use std::collections::BTreeSet;

use super::day::PlannedDay;
use super::proposing::name_of;
use crate::broker::Summary;
use crate::domain::plan::{Booking, DayMatch, Kind, Person, Rebooked, RefereesBy, Why, clashes};
use crate::domain::tournament::progress::MayPlay;
use crate::domain::{MatchId, Official, Team, TeamId};
use crate::organising::running::{LaidDown, Moment};
use crate::organising::{Hall, Refused};
use crate::store::DoneBy;

/// A team or a person that an organiser wants to referee a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefereeWish {
    Team(TeamId),
    /// By the name.
    Person(String),
}

impl Hall {
    /// Names the referee of a match that is planned, or nobody. Refused where the referee plays meanwhile or has another duty.
    pub async fn name_referee(
        &self,
        of: MatchId,
        wish: Option<RefereeWish>,
        by: DoneBy,
    ) -> Result<(), Refused> {
        let bookings = self.store.bookings().await?;
        let before = bookings.get(&of).ok_or_else(|| {
            let message = "a match that is not planned has no referee: give it a place first";
            Refused::Contradicts(message.to_owned())
        })?;
        let named = match wish {
            Some(RefereeWish::Team(id)) => Some(a_team(&self.store.team(id).await?.value)),
            Some(RefereeWish::Person(name)) => Some(a_person(&name)),
            None => None,
        };
        let (referee, person) = named.unzip();
        let mut day = self.planned_day(self.day_of(of).await?, &[of]).await?;
        if let Some(busy) = day.is_busy(of, person) {
            let name = referee.as_ref().map_or("", |official| &*official.name);
            return Err(Refused::Contradicts(format!(
                "{name} has to be elsewhere at that time: {busy}"
            )));
        }
        let after = Booking {
            referee,
            ..before.clone()
        };
        if after == *before {
            return Ok(());
        }
        let change = Rebooked {
            of,
            before: Some(before.clone()),
            after: Some(after),
        };
        self.rebook(Why::Referee, vec![change], by).await
    }
}

impl PlannedDay {
    /// The match for which a person would be needed elsewhere who referees this one.
    fn is_busy(&mut self, of: MatchId, person: Option<Person>) -> Option<String> {
        let known = |planned: &DayMatch| planned.id == of;
        let at = self.day.matches.iter().position(known)?;
        self.day.matches[at].referee = person;
        let problem = self.day.problem();
        let plays = |person: &usize| problem.fixtures[at].players.contains(person);
        if problem.fixtures[at].referees.iter().any(plays) {
            return Some(name_of(&self.hall.matches.get(at)?.setup));
        }
        let slots = self.slots(&problem);
        let busy = clashes(&problem, &slots).into_iter().find(|clash| {
            let of_it = clash.fixture == at || clash.other == Some(at);
            of_it && clash.kind == Kind::RefereeBusy
        })?;
        let other = if busy.fixture == at {
            busy.other?
        } else {
            busy.fixture
        };
        Some(name_of(&self.hall.matches.get(other)?.setup))
    }

    /// The teams or people that may referee a match: whoever does so now first, then those of its group.
    pub(super) fn officials_for(
        &self,
        summary: &Summary,
        of: Option<(&Moment, &[MayPlay], usize)>,
    ) -> Vec<(Official, Person)> {
        let choice = &self.hall.settings.referees;
        let mut officials: Vec<(Official, Person)> = match (choice.by, of) {
            (RefereesBy::People, _) => choice.people.iter().map(|name| a_person(name)).collect(),
            (RefereesBy::Teams, Some((moment, ways, at))) => {
                let mates = group_mates(moment, ways, at);
                let teams = moment.laid.teams.iter().map(|team| &team.value);
                let mut teams: Vec<&Team> = teams.filter(|team| !team.withdrawn).collect();
                teams.sort_by_key(|team| !mates.contains(&team.id));
                teams.into_iter().map(a_team).collect()
            }
            (RefereesBy::Nobody | RefereesBy::Teams, _) => Vec::new(),
        };
        let booking = self.hall.bookings.get(&summary.setup.id);
        let now = booking.and_then(|booking| booking.referee.as_ref());
        officials.sort_by_key(|(official, _)| Some(official) != now);
        officials
    }

    /// The person that referees a match by the plan; for a team, the team.
    pub(super) fn referee_of(&self, summary: &Summary, laid: Option<&LaidDown>) -> Option<Person> {
        let booking = self.hall.bookings.get(&summary.setup.id)?;
        let official = booking.referee.as_ref()?;
        let team = official.team.and_then(|team| laid?.team(team));
        Some(match team {
            Some(team) => Person::new(&team.name, team.club.as_deref()),
            None => Person::new(&official.name, None),
        })
    }
}

fn a_team(team: &Team) -> (Official, Person) {
    let official = Official {
        team: Some(team.id),
        name: team.name.as_str().into(),
    };
    (official, Person::new(&team.name, team.club.as_deref()))
}

fn a_person(name: &str) -> (Official, Person) {
    let official = Official {
        team: None,
        name: name.trim().into(),
    };
    (official, Person::new(name, None))
}

pub(super) fn persons(officials: &[(Official, Person)]) -> Vec<Person> {
    officials.iter().map(|(_, person)| person.clone()).collect()
}

pub(super) fn only(officials: Vec<(Official, Person)>) -> Vec<Official> {
    officials
        .into_iter()
        .map(|(official, _)| official)
        .collect()
}

/// The teams that may play in the group of a fixture.
fn group_mates(moment: &Moment, ways: &[MayPlay], at: usize) -> BTreeSet<TeamId> {
    let fixtures = &moment.laid.structure.fixtures;
    let group = |at: usize| {
        let staged = fixtures.get(at)?;
        Some((&*staged.stage, staged.fixture.group.as_deref()?))
    };
    let own = group(at);
    let same = (0..fixtures.len()).filter(|other| own.is_some() && group(*other) == own);
    let ways = same.filter_map(|other| ways.get(other));
    ways.flat_map(|way| way.teams()).collect()
}
