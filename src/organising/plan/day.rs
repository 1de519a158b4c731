//! A day of the hall, gathered from all tournaments: what is to be played, and what has happened.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::broker::Summary;
use crate::clock::WallMs;
use crate::domain::plan::{
    Booking, Day, DayCourt, DayMatch, Fixture, Minutes, Person, PlanSettings, Problem, Slot,
    minutes_by, open_times,
};
use crate::domain::tournament::progress::may_play;
use crate::domain::{Court, CourtId, MatchId, SideSetup, Status, Team, TournamentId};
use crate::organising::running::Moment;
use crate::organising::{Hall, Refused};
use crate::store::Revised;

/// A day as the plan knows it.
pub struct HallDay {
    pub date: Date,
    pub zone: TimeZone,
    pub settings: PlanSettings,
    pub courts: Vec<Revised<Court>>,
    /// The bookings of the matches of this day.
    pub bookings: HashMap<MatchId, Booking>,
    /// All that is played on this day, or has no place yet.
    pub matches: Vec<Summary>,
    /// The same as the problem of a plan, in the same order.
    pub day: Day,
    /// The moment for which all this is true; `None` while nobody has set the clock.
    pub now: Option<WallMs>,
    /// The stages whose last rounds begin at one time.
    together: Vec<(TournamentId, String)>,
}

impl HallDay {
    /// The plan as it is: a slot for each match that has one, in the order of the problem.
    pub(super) fn slots(&self, problem: &Problem) -> Vec<Option<Slot>> {
        let both = self.day.matches.iter().zip(&problem.fixtures);
        let slot = |(planned, fixture): (&DayMatch, &Fixture)| {
            let booking = self.bookings.get(&planned.id);
            let booked = booking.and_then(|booking| self.day.slot_of(booking.court, booking.at));
            fixture.fixed.or(booked)
        };
        both.map(slot).collect()
    }

    /// Says if this moment lies within the day.
    pub fn contains(&self, at: WallMs) -> bool {
        let day = self.zone.to_datetime(moment(at)).date();
        day == self.date
    }
}

fn moment(at: WallMs) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or_default()
}

/// The time zone of this name. A box without the data of time zones has none at all.
pub fn zone_of(name: &str) -> Result<TimeZone, Refused> {
    TimeZone::get(name).map_err(|_| {
        let there_is_some = TimeZone::get("Europe/Paris").is_ok();
        Refused::Wrong(if there_is_some {
            format!("“{name}” is no time zone; it is written as Europe/Paris")
        } else {
            "this box knows no time zones: install the package tzdata".to_owned()
        })
    })
}

fn at(date: Date, time: Time, zone: &TimeZone) -> Result<WallMs, Refused> {
    let zoned = date.to_datetime(time).to_zoned_datetime(zone.clone());
    let zoned = zoned.map_err(|error| Refused::Wrong(error.to_string()))?;
    Ok(zoned.timestamp().as_millisecond())
}

impl Hall {
    /// The zone of the hall: UTC while nobody has said it.
    pub(super) fn zone(settings: &PlanSettings) -> Result<TimeZone, Refused> {
        match &settings.time_zone {
            Some(name) => zone_of(name),
            None => Ok(TimeZone::UTC),
        }
    }

    /// Gathers a day; `None` is today.
    pub async fn hall_day(&self, date: Option<Date>) -> Result<HallDay, Refused> {
        self.hall_day_with(date, None).await
    }

    /// The same, with a match that may be planned on another day.
    pub(super) async fn hall_day_with(
        &self,
        date: Option<Date>,
        guest: Option<MatchId>,
    ) -> Result<HallDay, Refused> {
        let settings = self.store.plan_settings().await?;
        let zone = Hall::zone(&settings)?;
        let now = self.clock.is_set().then(|| self.clock.now_ms());
        let today = zone.to_datetime(moment(self.clock.now_ms())).date();
        let date = date.unwrap_or(today);
        let courts = self.store.courts().await?;
        let all_bookings = self.store.bookings().await?;
        let mut gathered = HallDay {
            day: Day {
                midnight: at(date, Time::midnight(), &zone)?,
                courts: Vec::new(),
                matches: Vec::new(),
                changeover: Minutes::from(settings.changeover),
            },
            bookings: HashMap::new(),
            matches: Vec::new(),
            date,
            zone,
            settings,
            courts,
            now,
            together: Vec::new(),
        };
        gathered.day.courts = gathered.open_courts()?;
        gathered.bookings = all_bookings
            .iter()
            .filter(|(_, booking)| gathered.contains(booking.at))
            .map(|(id, booking)| (*id, *booking))
            .collect();
        let elsewhere: BTreeSet<MatchId> = all_bookings
            .keys()
            .filter(|id| !gathered.bookings.contains_key(id) && Some(**id) != guest)
            .copied()
            .collect();
        for tournament in self.store.tournaments().await? {
            let tournament = tournament.value;
            if guest.is_none() && tournament.starts_on.is_some_and(|first| first > date) {
                continue;
            }
            let moment = self.moment(tournament.id).await?;
            gathered.add_tournament(&moment, &elsewhere);
        }
        let friendly = self.broker.summaries(None);
        for summary in friendly {
            if summary.setup.fixture.is_none() {
                gathered.add_single(summary, &elsewhere);
            }
        }
        Ok(gathered)
    }
}

impl Hall {
    /// The day on which a match is planned.
    pub async fn day_of(&self, id: MatchId) -> Result<Option<Date>, Refused> {
        let zone = Hall::zone(&self.store.plan_settings().await?)?;
        let bookings = self.store.bookings().await?;
        let at = bookings.get(&id).map(|booking| booking.at);
        Ok(at.map(|at| zone.to_datetime(moment(at)).date()))
    }
}

impl HallDay {
    /// The courts with the times while they are open.
    fn open_courts(&self) -> Result<Vec<DayCourt>, Refused> {
        let opens = at(self.date, self.settings.opens, &self.zone)?;
        let closes = if self.settings.closes > self.settings.opens {
            at(self.date, self.settings.closes, &self.zone)?
        } else {
            // After midnight.
            let next = self.date.tomorrow().unwrap_or(self.date);
            at(next, self.settings.closes, &self.zone)?
        };
        let courts = self.courts.iter().map(|court| {
            let id = court.value.id;
            let closures = self.settings.closures.iter();
            let closed: Vec<(WallMs, WallMs)> = closures
                .filter(|closure| closure.court.is_none_or(|of| of == id))
                .map(|closure| (closure.from.as_millisecond(), closure.to.as_millisecond()))
                .collect();
            DayCourt {
                id,
                open: open_times(opens, closes, &closed),
            }
        });
        Ok(courts.collect())
    }

    /// Says if a match is one of this day: it has its place here, or none anywhere.
    fn has(&self, summary: &Summary, elsewhere: &BTreeSet<MatchId>) -> bool {
        let id = summary.setup.id;
        if self.bookings.contains_key(&id) {
            return true;
        }
        match summary.status {
            // What was played without a plan is of the day on which it ended.
            Status::Finished => self.contains(summary.updated_at) && summary.setup.court.is_some(),
            _ => !elsewhere.contains(&id),
        }
    }

    fn add_tournament(&mut self, moment: &Moment, elsewhere: &BTreeSet<MatchId>) {
        let structure = &moment.laid.structure;
        let ways = may_play(structure, &moment.progress.fixtures);
        let id_at = |at: &usize| {
            let key = &structure.fixtures.get(*at)?.fixture.key;
            Some(moment.matches.get(key)?.setup.id)
        };
        let last_rounds = last_rounds(moment);
        for (at, (staged, way)) in structure.fixtures.iter().zip(&ways).enumerate() {
            let Some(summary) = moment.matches.get(&staged.fixture.key) else {
                continue;
            };
            if !self.has(summary, elsewhere) {
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
                never_both: way.never_both.iter().filter_map(id_at).collect(),
                together: together.then(|| self.number_of(stage)),
                ..self.planned(summary, &wishes)
            };
            self.day.matches.push(planned);
            self.matches.push(summary.clone());
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
    fn add_single(&mut self, summary: Summary, elsewhere: &BTreeSet<MatchId>) {
        if !self.has(&summary, elsewhere) {
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
        self.matches.push(summary);
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

impl HallDay {
    fn wishes(&self, of: TournamentId, stage: Option<&str>, key: Option<&str>) -> Wishes {
        let mut wishes = Wishes::default();
        for wish in self.settings.wishes_for(of, stage, key) {
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
            .or_else(|| self.settings.minutes.get(&*setup.sport).copied());
        let minutes = told.unwrap_or_else(|| minutes_by(&setup.rules));
        let mut planned = DayMatch {
            id: setup.id,
            minutes: Minutes::from(minutes),
            rest: Minutes::from(wishes.rest.unwrap_or(self.settings.rest)),
            players: Vec::new(),
            courts: wishes.courts.clone(),
            after: Vec::new(),
            never_both: Vec::new(),
            not_before: wishes.not_before,
            fixed: None,
            together: None,
        };
        let booking = self.bookings.get(&setup.id);
        let court = setup.court.as_ref().map(|court| court.id);
        let court = court.or(booking.map(|booking| booking.court));
        match (summary.status, court) {
            (Status::Scheduled, _) => {
                let now = self.now.filter(|now| self.contains(*now));
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
                let now = self.now.unwrap_or(summary.updated_at);
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
