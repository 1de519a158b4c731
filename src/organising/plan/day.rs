//! A day of the hall, gathered from all tournaments: what is to be played, and what has happened.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::hall_day::{HallDay, at};
use super::lengths::Lengths;
use super::officials::{only, persons};
use crate::broker::Summary;
use crate::clock::WallMs;
use crate::domain::plan::{
    Day, DayMatch, Fixture, Minutes, Person, Problem, Round, Slot, minutes_by,
};
use crate::domain::tournament::progress::{may_play, never_both};
use crate::domain::{Call, CourtId, MatchId, Official, SideSetup, Status, Team, TournamentId};
use crate::organising::running::Moment;
use crate::organising::{Hall, Refused};
use crate::store::PlayTime;

/// A day with all that a plan of it has to heed.
pub struct PlannedDay {
    pub hall: HallDay,
    /// The matches of the hall's day as a problem, in the same order.
    pub day: Day,
    /// The stages, and the groups of stages, that the problem knows by their place here.
    numbered: Vec<(TournamentId, String)>,
    /// The times in which the matches were played that have begun.
    times: HashMap<MatchId, PlayTime>,
    lengths: Lengths,
    /// The candidates of each match, in the order of the problem.
    pub(super) officials: Vec<Vec<Official>>,
}

impl Hall {
    /// Gathers a day from all tournaments; `None` is today. Guests are matches that may be planned on another day.
    pub(super) async fn planned_day(
        &self,
        date: Option<Date>,
        guests: &[MatchId],
    ) -> Result<PlannedDay, Refused> {
        let hall = self.day_without_matches(date, guests).await?;
        let mut planned = PlannedDay {
            day: Day {
                midnight: at(hall.date, Time::midnight(), &hall.zone)?,
                courts: hall.open.clone(),
                matches: Vec::new(),
                changeover: Minutes::from(hall.settings.changeover),
            },
            hall,
            numbered: Vec::new(),
            times: HashMap::new(),
            lengths: Lengths::default(),
            officials: Vec::new(),
        };
        planned.look_back(self).await?;
        for tournament in self.store.tournaments().await? {
            let moment = self.moment(tournament.value.id).await?;
            planned.add_tournament(&moment);
        }
        for summary in self.broker.summaries(None) {
            if summary.setup.fixture.is_none() {
                planned.add_single(summary);
            }
        }
        planned.fix_called();
        Ok(planned)
    }
}

impl PlannedDay {
    /// Leaves out what has no place: it is not yet part of the day.
    pub(super) fn keep_planned(&mut self) {
        let bookings = &self.hall.bookings;
        let matches = std::mem::take(&mut self.day.matches);
        let summaries = std::mem::take(&mut self.hall.matches);
        let both = matches.into_iter().zip(summaries);
        let kept = both
            .filter(|(planned, _)| planned.fixed.is_some() || bookings.contains_key(&planned.id));
        (self.day.matches, self.hall.matches) = kept.unzip();
    }

    /// Lets locked matches begin later than planned, on their courts: a lock holds proposals off, not the day.
    pub(super) fn loosen_locked(&mut self) {
        for (planned, summary) in self.day.matches.iter_mut().zip(&self.hall.matches) {
            let is_called = summary.setup.programme.call >= Call::Called;
            if summary.status != Status::Scheduled || is_called {
                continue;
            }
            if let Some((court, at)) = planned.fixed.take() {
                planned.courts = vec![court];
                planned.not_before = planned.not_before.max(Some(at));
            }
        }
    }

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
    /// Reads when the matches of the day were played that have begun, and how long those took that are over.
    async fn look_back(&mut self, hall: &Hall) -> Result<(), Refused> {
        let mut begun = hall.broker.summaries(None);
        begun.retain(|summary| summary.status != Status::Scheduled && self.hall.has(summary));
        let ids = begun.iter().map(|summary| summary.setup.id).collect();
        self.times = hall.store.play_times(ids).await?;
        for summary in &begun {
            if let Some(time) = self.times.get(&summary.setup.id) {
                self.lengths.count(summary, *time);
            }
        }
        Ok(())
    }

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
            let group = staged.fixture.group.as_deref().unwrap_or_default();
            let group = (stage.0, format!("{}/{group}", staged.stage));
            let round = Round {
                of: self.number_of(group),
                number: usize::from(staged.fixture.round),
            };
            let officials = self.officials_for(summary, Some((moment, &ways, at)));
            let planned = DayMatch {
                players: teams.flat_map(people).collect(),
                referee: self.referee_of(summary, Some(&moment.laid)),
                candidates: persons(&officials),
                after: way.waits_for.iter().filter_map(id_at).collect(),
                never_both: never[at].iter().filter_map(id_at).collect(),
                round: Some(round),
                together: together.then(|| self.number_of(stage)),
                ..self.planned(summary, &wishes)
            };
            self.day.matches.push(planned);
            self.officials.push(only(officials));
            self.hall.matches.push(summary.clone());
        }
    }

    /// A number for a stage, or for a group of one.
    fn number_of(&mut self, stage: (TournamentId, String)) -> usize {
        let known = self.numbered.iter().position(|known| *known == stage);
        known.unwrap_or_else(|| {
            self.numbered.push(stage);
            self.numbered.len() - 1
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
        let officials = self.officials_for(&summary, None);
        let planned = DayMatch {
            players: sides.map(person).collect(),
            referee: self.referee_of(&summary, None),
            candidates: persons(&officials),
            ..self.planned(&summary, &wishes)
        };
        self.day.matches.push(planned);
        self.officials.push(only(officials));
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
/// The longest that a match is taken to have lasted, in minutes: somebody left it open, or set the clock meanwhile.
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
        let booking = self.hall.bookings.get(&setup.id);
        let minutes = self.minutes(summary, wishes);
        let mut planned = DayMatch {
            id: setup.id,
            minutes,
            rest: Minutes::from(wishes.rest.unwrap_or(self.hall.settings.rest)),
            players: Vec::new(),
            referee: None,
            candidates: Vec::new(),
            courts: wishes.courts.clone(),
            after: Vec::new(),
            never_both: Vec::new(),
            not_before: wishes.not_before,
            fixed: None,
            round: None,
            together: None,
        };
        let court = setup.court.as_ref().map(|court| court.id);
        let court = court.or(booking.map(|booking| booking.court));
        let time = self.times.get(&setup.id);
        match (summary.status, court) {
            (Status::Scheduled, _) => {
                planned.not_before = planned.not_before.max(self.hall.moment());
                if let Some(booking) = booking.filter(|booking| booking.locked) {
                    planned.fixed = Some((booking.court, booking.at));
                    planned.minutes = Minutes::from(booking.minutes);
                }
            }
            (Status::Finished, Some(court)) => {
                let ended = time.and_then(|time| time.ended);
                let ended = ended.unwrap_or(summary.updated_at);
                let began = time.map_or(ended, |time| time.began.min(ended));
                let took = ((ended - began) / MINUTE_MS).clamp(1, LONGEST_MINUTES);
                planned.fixed = Some((court, ended - took * MINUTE_MS));
                planned.minutes = whole_minutes(took);
            }
            (_, Some(court)) => {
                let now = self.hall.now.unwrap_or(summary.updated_at);
                let began = time.map_or(now, |time| time.began.min(now));
                let played = ((now - began) / MINUTE_MS).min(LONGEST_MINUTES);
                planned.fixed = Some((court, now - played * MINUTE_MS));
                planned.minutes = minutes.max(whole_minutes(played + OVERDUE_MINUTES));
            }
            (_, None) => {}
        }
        planned
    }

    /// The length of a match: as it is wished, as the day has shown it, as the organiser says of the sport, or by its rules.
    fn minutes(&self, summary: &Summary, wishes: &Wishes) -> Minutes {
        let setup = &summary.setup;
        let shown = || self.lengths.of(setup);
        let told = || self.hall.settings.minutes.get(&*setup.sport).copied();
        wishes
            .minutes
            .map(Minutes::from)
            .or_else(shown)
            .or_else(|| told().map(Minutes::from))
            .unwrap_or_else(|| Minutes::from(minutes_by(&setup.rules)))
    }

    /// Fixes the matches that are called to their courts: they begin as soon as the court is free.
    fn fix_called(&mut self) {
        let Some(now) = self.hall.moment() else {
            return;
        };
        let minute = |minutes: Minutes| i64::from(minutes) * MINUTE_MS;
        let changeover = minute(self.day.changeover);
        for court in &self.day.courts {
            let on_it = |planned: &&DayMatch| planned.fixed.is_some_and(|(on, _)| on == court.id);
            let running = self.day.matches.iter().zip(&self.hall.matches);
            let running = running.filter(|(planned, summary)| {
                let plays = !matches!(summary.status, Status::Scheduled | Status::Finished);
                plays && on_it(planned)
            });
            let ends = running.filter_map(|(planned, _)| {
                let (_, began) = planned.fixed?;
                Some(began + minute(planned.minutes) + changeover)
            });
            let mut free = ends.max().unwrap_or(now);
            for (planned, summary) in self.day.matches.iter_mut().zip(&self.hall.matches) {
                let setup = &summary.setup;
                let is_called = setup.programme.call >= Call::Called
                    && summary.status == Status::Scheduled
                    && setup.court.as_ref().is_some_and(|on| on.id == court.id);
                if is_called {
                    planned.fixed = Some((court.id, free));
                    free += minute(planned.minutes) + changeover;
                }
            }
        }
    }
}

fn whole_minutes(minutes: i64) -> Minutes {
    Minutes::try_from(minutes).unwrap_or(Minutes::MAX)
}

/// The people who play for a team: the team itself, and its players by their names.
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
