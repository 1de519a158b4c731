//! A day of the hall as a problem: courts while they are open, and the matches of all tournaments.
//!
//! The problem counts in minutes from midnight of the day. What happened is fixed in it: matches that were played, that are being
//! played, and that an organiser has locked.

use std::collections::BTreeMap;

use super::duties::duties;
use super::problem::{Court, Fixture, MINUTES_MAX, Minutes, Problem, Round, Slot, Window};
use crate::domain::ids::{CourtId, MatchId};

const MINUTE_MS: i64 = 60_000;

/// Somebody who cannot be in two places: a name within a club, over all tournaments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person {
    club: String,
    name: String,
}

impl Person {
    /// Makes a person of a name as somebody wrote it: capitals and spaces at the ends say nothing.
    pub fn new(name: &str, club: Option<&str>) -> Person {
        let plain = |text: &str| text.trim().to_lowercase();
        Person {
            club: plain(club.unwrap_or_default()),
            name: plain(name),
        }
    }
}

/// A court of the day, with the times while it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCourt {
    pub id: CourtId,
    /// Pairs of begin and end, in UTC milliseconds since 1970.
    pub open: Vec<(i64, i64)>,
}

/// A match of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayMatch {
    pub id: MatchId,
    pub minutes: Minutes,
    pub rest: Minutes,
    /// The people who play or may play.
    pub players: Vec<Person>,
    /// The team or the person on duty.
    pub referee: Option<Person>,
    /// The teams or people that may referee it, those that are wanted first.
    pub candidates: Vec<Person>,
    /// The courts that take it; none for all.
    pub courts: Vec<CourtId>,
    /// The matches that decide who plays here.
    pub after: Vec<MatchId>,
    /// The matches that the same people may come to, though nobody comes to both.
    pub never_both: Vec<MatchId>,
    pub not_before: Option<i64>,
    /// The place of a match that does not move.
    pub fixed: Option<(CourtId, i64)>,
    /// An earlier round of a group is played before a later one, where that makes the day no longer.
    pub round: Option<Round>,
    /// Matches with the same number begin at one time.
    pub together: Option<usize>,
}

/// Courts and matches that are to be planned on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Midnight, in UTC milliseconds since 1970.
    pub midnight: i64,
    pub courts: Vec<DayCourt>,
    pub matches: Vec<DayMatch>,
    pub changeover: Minutes,
}

impl Day {
    /// The minutes from midnight; a time within a minute counts as its end.
    pub fn minutes_at(&self, at: i64) -> Minutes {
        let passed = (at - self.midnight + MINUTE_MS - 1).div_euclid(MINUTE_MS);
        Minutes::try_from(passed.clamp(0, i64::from(MINUTES_MAX))).unwrap_or(MINUTES_MAX)
    }

    /// The moment that lies so many minutes after midnight.
    pub fn moment_of(&self, minutes: Minutes) -> i64 {
        self.midnight + i64::from(minutes) * MINUTE_MS
    }

    /// The court and the moment of a slot.
    pub fn place_of(&self, slot: Slot) -> Option<(CourtId, i64)> {
        let court = self.courts.get(slot.court)?;
        Some((court.id, self.moment_of(slot.start)))
    }

    /// The slot of a court and a moment.
    pub fn slot_of(&self, court: CourtId, at: i64) -> Option<Slot> {
        let court = self.courts.iter().position(|known| known.id == court)?;
        Some(Slot {
            court,
            start: self.minutes_at(at),
        })
    }

    /// The day as a problem, its fixtures in the order of the matches.
    pub fn problem(&self) -> Problem {
        self.problem_with(&mut People::default())
    }

    /// Shares the duties of a plan among those who may referee. Returns for each match the place of its referee among its candidates.
    /// Matches that do not move keep theirs.
    pub fn duties(&self, slots: &[Option<Slot>]) -> Vec<Option<usize>> {
        let mut people = People::default();
        let mut problem = self.problem_with(&mut people);
        let mut candidates = Vec::with_capacity(self.matches.len());
        for (one, fixture) in self.matches.iter().zip(&mut problem.fixtures) {
            if one.fixed.is_none() {
                fixture.referees.clear();
            }
            let may = one.candidates.iter().filter(|_| one.fixed.is_none());
            candidates.push(may.map(|person| people.number(person)).collect::<Vec<_>>());
        }
        let given = duties(&problem, slots, &candidates);
        let both = given.iter().zip(&candidates);
        let place = |(given, candidates): (&Option<usize>, &Vec<usize>)| {
            let given = (*given)?;
            candidates.iter().position(|candidate| *candidate == given)
        };
        both.map(place).collect()
    }

    fn problem_with(&self, people: &mut People) -> Problem {
        let court_of: BTreeMap<CourtId, usize> = self
            .courts
            .iter()
            .enumerate()
            .map(|(at, court)| (court.id, at))
            .collect();
        let match_of: BTreeMap<MatchId, usize> = self
            .matches
            .iter()
            .enumerate()
            .map(|(at, one)| (one.id, at))
            .collect();
        let fixtures = self.matches.iter().map(|one| {
            let allowed = one.courts.iter().filter_map(|court| court_of.get(court));
            let mut courts: Vec<usize> = allowed.copied().collect();
            if one.courts.is_empty() {
                courts = (0..self.courts.len()).collect();
            }
            let matches = |ids: &[MatchId]| -> Vec<usize> {
                let known = ids.iter().filter_map(|id| match_of.get(id));
                known.copied().collect()
            };
            Fixture {
                minutes: one.minutes.max(1),
                courts,
                players: people.numbers(&one.players),
                referees: people.numbers(one.referee.as_slice()),
                after: matches(&one.after),
                rest: one.rest,
                not_before: one.not_before.map_or(0, |at| self.minutes_at(at)),
                fixed: one.fixed.and_then(|(court, at)| self.slot_of(court, at)),
                round: one.round,
                together: one.together,
                never_both: matches(&one.never_both),
            }
        });
        Problem {
            fixtures: fixtures.collect(),
            courts: self.courts.iter().map(|court| self.court(court)).collect(),
            changeover: self.changeover,
        }
    }

    fn court(&self, court: &DayCourt) -> Court {
        let open = court.open.iter().map(|(from, to)| Window {
            from: self.minutes_at(*from),
            to: self.minutes_at(*to),
        });
        Court {
            open: open.collect(),
        }
    }
}

/// Numbers for people.
#[derive(Default)]
struct People(BTreeMap<Person, usize>);

impl People {
    fn number(&mut self, person: &Person) -> usize {
        let next = self.0.len();
        *self.0.entry(person.clone()).or_insert(next)
    }

    fn numbers(&mut self, people: &[Person]) -> Vec<usize> {
        let mut numbers: Vec<usize> = people.iter().map(|person| self.number(person)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// The times of a day while a court is open: from its opening to its closing, without what is closed in between.
pub fn open_times(opens: i64, closes: i64, closed: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut closed: Vec<(i64, i64)> = closed.to_vec();
    closed.sort_unstable();
    let mut open = Vec::new();
    let mut from = opens;
    for (begin, end) in closed {
        if begin > from && from < closes {
            open.push((from, begin.min(closes)));
        }
        from = from.max(end);
    }
    if from < closes {
        open.push((from, closes));
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_court_is_open_from_its_opening_to_its_closing_but_for_what_is_closed() {
        for (closed, expected) in [
            (vec![], vec![(10, 20)]),
            (vec![(12, 14)], vec![(10, 12), (14, 20)]),
            (vec![(14, 16), (12, 15)], vec![(10, 12), (16, 20)]),
            (vec![(5, 12)], vec![(12, 20)]),
            (vec![(18, 30)], vec![(10, 18)]),
            (vec![(0, 30)], vec![]),
            (vec![(25, 30)], vec![(10, 20)]),
        ] {
            assert_eq!(open_times(10, 20, &closed), expected, "{closed:?}");
        }
    }

    #[test]
    fn one_name_in_one_club_is_one_person() {
        assert_eq!(
            Person::new(" Lyon ", Some("ASUL")),
            Person::new("lyon", Some("asul "))
        );
        assert_ne!(
            Person::new("Lyon", Some("ASUL")),
            Person::new("Lyon", Some("BCL"))
        );
        assert_ne!(Person::new("Lyon", None), Person::new("Lyon", Some("ASUL")));
    }
}
