//! The teams and people that may referee the matches of a day.

use std::collections::BTreeSet;

use super::day::PlannedDay;
use crate::broker::Summary;
use crate::domain::plan::{Person, RefereesBy};
use crate::domain::tournament::progress::MayPlay;
use crate::domain::{Official, Team, TeamId};
use crate::organising::running::{LaidDown, Moment};

impl PlannedDay {
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
