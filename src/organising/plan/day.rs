//! A day of the hall, gathered from all tournaments: what is to be played, and what has happened.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::hall_day::{HallDay, at};
use crate::broker::Summary;
use crate::clock::WallMs;
use crate::domain::plan::{Day, DayMatch, Fixture, Minutes, Person, Problem, Slot, minutes_by};
use crate::domain::tournament::progress::{may_play, never_both};
use crate::domain::{CourtId, MatchId, SideSetup, Status, Team, TournamentId};
use crate::organising::running::Moment;
use crate::organising::{Hall, Refused};

/// A day with all that a plan of it has to heed.
pub struct PlannedDay {
    pub hall: HallDay,
    /// The matches of the hall's day as a problem, in the same order.
    pub day: Day,
    /// The stages whose last rounds begin at one time.
    together: Vec<(TournamentId, String)>,
}

impl Hall {
    /// Gathers a day from all tournaments; `None` is today. A guest is a match that may be planned on another day.
    pub(super) async fn planned_day(
        &self,
        date: Option<Date>,
        guest: Option<MatchId>,
    ) -> Result<PlannedDay, Refused> {
        let hall = self.day_without_matches(date, guest).await?;
        let mut planned = PlannedDay {
            day: Day {
                midnight: at(hall.date, Time::midnight(), &hall.zone)?,
                courts: hall.open.clone(),
                matches: Vec::new(),
                changeover: Minutes::from(hall.settings.changeover),
            },
            hall,
            together: Vec::new(),
        };
        for tournament in self.store.tournaments().await? {
            let moment = self.moment(tournament.value.id).await?;
            planned.add_tournament(&moment);
        }
        for summary in self.broker.summaries(None) {
            if summary.setup.fixture.is_none() {
                planned.add_single(summary);
            }
        }
        Ok(planned)
    }
}

impl PlannedDay {
    /// The plan as it is: a slot for each match that has one, in the order of the problem.
    pub(super) fn slots(&self, problem: &Problem) -> Vec<Option<Slot>> {
        let both = self.day.matches.iter().zip(&problem.fixtures);
        let slot = |(planned, fixture): (&DayMatch, &Fixture)| {
            let booking = self.hall.bookings.get(&planned.id);
            let booked = booking.and_then(|booking| self.day.slot_of(booking.court, booking.at));
            fixture.fixed.or(booked)
        };
        both.map(slot).collect()
    }
}

impl PlannedDay {
    fn add_tournament(&mut self, moment: &Moment) {
        let structure = &moment.laid.structure;
        let known = &moment.progress.fixtures;
        let ways = may_play(structure, known);
        let never = never_both(structure, known, &ways);
        let id_at = |at: &usize| {
            let key = &structure.fixtures.get(*at)?.fixture.key;
            Some(moment.matches.get(key)?.setup.id)
        };
        let last_rounds = last_rounds(moment);
        for (at, (staged, way)) in structure.fixtures.iter().zip(&ways).enumerate() {
            let Some(summary) = moment.matches.get(&staged.fixture.key) else {
                continue;
            };
            if !self.hall.has(summary) {
                continue;
            }
            let teams = way.teams().filter_map(|team| moment.laid.team(team));
            let wishes = self.wishes(
                moment.laid.tournament.id,
                Some(&staged.stage),
                Some(staged.fixture.key.as_str()),
            );
            let together = last_rounds.contains(&at) && wishes.last_round_together;
            let stage = (moment.laid.tournament.id, staged.stage.clone());
            let planned = DayMatch {
                players: teams.flat_map(people).collect(),
                after: way.waits_for.iter().filter_map(id_at).collect(),
                never_both: never[at].iter().filter_map(id_at).collect(),
                together: together.then(|| self.number_of(stage)),
                ..self.planned(summary, &wishes)
            };
            self.day.matches.push(planned);
            self.hall.matches.push(summary.clone());
        }
    }

    /// A number for a stage whose last rounds begin at one time.
    fn number_of(&mut self, stage: (TournamentId, String)) -> usize {
        let known = self.together.iter().position(|known| *known == stage);
        known.unwrap_or_else(|| {
            self.together.push(stage);
            self.together.len() - 1
        })
    }

    /// A match that no draw has made.
    fn add_single(&mut self, summary: Summary) {
        if !self.hall.has(&summary) {
            return;
        }
        let sides = [&summary.setup.sides.a, &summary.setup.sides.b].into_iter();
        let person = |side: &SideSetup| Person::new(&side.name, None);
        let wishes = match summary.tournament() {
            Some(tournament) => self.wishes(tournament, None, None),
            None => Wishes::default(),
        };
        let planned = DayMatch {
            players: sides.map(person).collect(),
            ..self.planned(&summary, &wishes)
        };
        self.day.matches.push(planned);
        self.hall.matches.push(summary);
    }
}

/// The wishes for one match.
#[derive(Default)]
struct Wishes {
    courts: Vec<CourtId>,
    not_before: Option<WallMs>,
    minutes: Option<u16>,
    rest: Option<u16>,
    last_round_together: bool,
}

const MINUTE_MS: i64 = 60_000;
/// A match that lasts longer than planned is over in so many minutes, as far as anybody knows.
const OVERDUE_MINUTES: i64 = 5;
/// The longest that a match took which was played without a plan, in minutes.
const LONGEST_MINUTES: i64 = 600;

impl PlannedDay {
    fn wishes(&self, of: TournamentId, stage: Option<&str>, key: Option<&str>) -> Wishes {
        let mut wishes = Wishes::default();
        for wish in self.hall.settings.wishes_for(of, stage, key) {
            if !wish.courts.is_empty() {
                wishes.courts.clone_from(&wish.courts);
            }
            let not_before = wish.not_before.map(Timestamp::as_millisecond);
            wishes.not_before = not_before.or(wishes.not_before);
            wishes.minutes = wish.minutes.or(wishes.minutes);
            wishes.rest = wish.rest.or(wishes.rest);
            wishes.last_round_together |= wish.last_round_together;
        }
        wishes
    }

    /// A match of the day, without what only its tournament knows.
    fn planned(&self, summary: &Summary, wishes: &Wishes) -> DayMatch {
        let setup = &summary.setup;
        let told = wishes
            .minutes
            .or_else(|| self.hall.settings.minutes.get(&*setup.sport).copied());
        let minutes = told.unwrap_or_else(|| minutes_by(&setup.rules));
        let mut planned = DayMatch {
            id: setup.id,
            minutes: Minutes::from(minutes),
            rest: Minutes::from(wishes.rest.unwrap_or(self.hall.settings.rest)),
            players: Vec::new(),
            courts: wishes.courts.clone(),
            after: Vec::new(),
            never_both: Vec::new(),
            not_before: wishes.not_before,
            fixed: None,
            together: None,
        };
        let booking = self.hall.bookings.get(&setup.id);
        let court = setup.court.as_ref().map(|court| court.id);
        let court = court.or(booking.map(|booking| booking.court));
        match (summary.status, court) {
            (Status::Scheduled, _) => {
                let now = self.hall.now.filter(|now| self.hall.contains(*now));
                planned.not_before = planned.not_before.max(now);
                if let Some(booking) = booking.filter(|booking| booking.locked) {
                    planned.fixed = Some((booking.court, booking.at));
                    planned.minutes = Minutes::from(booking.minutes);
                }
            }
            (Status::Finished, Some(court)) => {
                let took = booking.map_or(i64::from(minutes), |booking| {
                    (summary.updated_at - booking.at) / MINUTE_MS
                });
                let took = took.clamp(1, LONGEST_MINUTES);
                planned.fixed = Some((court, summary.updated_at - took * MINUTE_MS));
                planned.minutes = whole_minutes(took);
            }
            (_, Some(court)) => {
                let now = self.hall.now.unwrap_or(summary.updated_at);
                let began = booking.map_or(now, |booking| booking.at.min(now));
                let played = (now - began) / MINUTE_MS;
                let length = i64::from(minutes).max(played + OVERDUE_MINUTES);
                planned.fixed = Some((court, began));
                planned.minutes = whole_minutes(length.min(LONGEST_MINUTES));
            }
            (_, None) => {}
        }
        planned
    }
}

fn whole_minutes(minutes: i64) -> Minutes {
    Minutes::try_from(minutes).unwrap_or(Minutes::MAX)
}

/// Everybody who plays for a team: the team itself, and its players by their names.
fn people(team: &Team) -> Vec<Person> {
    let club = team.club.as_deref();
    let players = team.players.iter();
    let players = players.map(|player| Person::new(&player.name, club));
    std::iter::once(Person::new(&team.name, club))
        .chain(players)
        .collect()
}

/// The places of the fixtures of the last round of each group.
fn last_rounds(moment: &Moment) -> BTreeSet<usize> {
    let fixtures = &moment.laid.structure.fixtures;
    let mut last: HashMap<(&str, &str), u16> = HashMap::new();
    let group = |at: usize| {
        let staged = &fixtures[at];
        Some((&*staged.stage, staged.fixture.group.as_deref()?))
    };
    for (at, staged) in fixtures.iter().enumerate() {
        if let Some(group) = group(at) {
            let last = last.entry(group).or_default();
            *last = (*last).max(staged.fixture.round);
        }
    }
    let is_last = |at: &usize| {
        let round = group(*at).and_then(|group| last.get(&group));
        round == Some(&fixtures[*at].fixture.round)
    };
    (0..fixtures.len()).filter(is_last).collect()
}
