//! Duties: which team or person referees each match of a plan.
//!
//! Matches get somebody first, as many as can. Then duties are shared evenly. Then people get the matches that they are preferred
//! for. Each of the three gives nothing back of the one before.

use std::collections::VecDeque;

use super::problem::{Minutes, Problem, Slot};

/// Places of a list that are preferred to others. Behind them the order says little, and trying all takes long.
const PREFERRED_MAX: usize = 32;

/// Assigns somebody to each match of a plan that needs them. Returns, by fixture, who is on duty.
///
/// `candidates` names, by fixture, the teams or people who may have the duty, the preferred ones first; none where nobody is
/// needed. Their numbers are those of the players. Nobody is on duty in a match that they may play in. Nobody plays or has
/// another duty meanwhile, and a duty needs no rest around it. A fixture that has referees keeps them, and they count as theirs.
pub fn duties(
    problem: &Problem,
    slots: &[Option<Slot>],
    candidates: &[Vec<usize>],
) -> Vec<Option<usize>> {
    let people = People::of(problem, slots, candidates);
    let mut roster = Roster::new(problem, slots, candidates, &people);
    roster.fill();
    roster.share();
    roster.prefer();
    let kept = problem.fixtures.iter().zip(slots);
    let mut on_duty: Vec<Option<usize>> = kept
        .map(|(fixture, slot)| slot.and(fixture.referees.first().copied()))
        .collect();
    for (duty, person) in roster.duties.iter().zip(&roster.person) {
        on_duty[duty.fixture] = person.map(|person| people.known[person]);
    }
    on_duty
}

/// The candidates, numbered from 0, and their day so far.
struct People {
    known: Vec<usize>,
    /// By person: from when to when they play or have a duty that stays, and in which fixture.
    busy: Vec<Vec<(Minutes, Minutes, usize)>>,
    /// By person: the duties that stay.
    kept: Vec<usize>,
}

impl People {
    fn of(problem: &Problem, slots: &[Option<Slot>], candidates: &[Vec<usize>]) -> People {
        let mut known: Vec<usize> = candidates.iter().flatten().copied().collect();
        known.sort_unstable();
        known.dedup();
        let mut busy = vec![Vec::new(); known.len()];
        let mut kept = vec![0; known.len()];
        for (number, (fixture, slot)) in problem.fixtures.iter().zip(slots).enumerate() {
            let Some(slot) = slot else { continue };
            let time = (slot.start, slot.start + fixture.minutes, number);
            for one in fixture.people().filter_map(|one| find(&known, one)) {
                busy[one].push(time);
            }
            let referees = fixture.referees.iter();
            for one in referees.filter_map(|&one| find(&known, one)) {
                kept[one] += 1;
            }
        }
        People { known, busy, kept }
    }
}

fn find(known: &[usize], person: usize) -> Option<usize> {
    known.binary_search(&person).ok()
}

/// A match that needs somebody.
struct Duty {
    fixture: usize,
    from: Minutes,
    to: Minutes,
    /// Those who can have it, the preferred ones first.
    candidates: Vec<usize>,
}

impl Duty {
    fn overlaps(&self, other: &Duty) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Returns the place of a candidate in the list, if it is there.
    fn rank(&self, person: usize) -> Option<usize> {
        self.candidates.iter().position(|&one| one == person)
    }
}

/// Duties and who has them.
struct Roster {
    duties: Vec<Duty>,
    /// By duty.
    person: Vec<Option<usize>>,
    /// By person.
    has: Vec<Vec<usize>>,
    kept: Vec<usize>,
}

impl Roster {
    fn new(
        problem: &Problem,
        slots: &[Option<Slot>],
        candidates: &[Vec<usize>],
        people: &People,
    ) -> Roster {
        // By person: the last duty that names them, as nobody counts twice.
        let mut asked_by = vec![usize::MAX; people.known.len()];
        let asked = problem.fixtures.iter().zip(slots).zip(candidates);
        let asked = asked
            .enumerate()
            .filter_map(|(number, (asked, candidates))| {
                let (fixture, slot) = (asked.0, (*asked.1)?);
                let needed = fixture.referees.is_empty() && !candidates.is_empty();
                needed.then_some((number, fixture, slot, candidates))
            });
        let duties: Vec<Duty> = asked
            .map(|(number, fixture, slot, candidates)| {
                let (from, to) = (slot.start, slot.start + fixture.minutes);
                let free = |person: &usize| {
                    let mut busy = people.busy[*person].iter();
                    !busy.any(|&(begin, end, other)| other == number || begin < to && from < end)
                };
                let numbered = candidates
                    .iter()
                    .filter_map(|&one| find(&people.known, one));
                let first =
                    |&person: &usize| std::mem::replace(&mut asked_by[person], number) != number;
                let able = numbered.filter(first).filter(free).collect();
                Duty {
                    fixture: number,
                    from,
                    to,
                    candidates: able,
                }
            })
            .collect();
        Roster {
            person: vec![None; duties.len()],
            has: vec![Vec::new(); people.known.len()],
            kept: people.kept.clone(),
            duties,
        }
    }

    fn load(&self, person: usize) -> usize {
        self.kept[person] + self.has[person].len()
    }

    /// Says whether this duty is possible beside those that a person has, without one of them.
    fn fits(&self, duty: usize, person: usize, without: Option<usize>) -> bool {
        let mut others = self.has[person].iter();
        others.all(|&other| {
            let apart = !self.duties[duty].overlaps(&self.duties[other]);
            other == duty || Some(other) == without || apart
        })
    }

    fn give(&mut self, duty: usize, person: usize) {
        if let Some(before) = self.person[duty].replace(person) {
            self.has[before].retain(|&one| one != duty);
        }
        self.has[person].push(duty);
    }

    /// Gives all duties to somebody, those first that fewest can have. Where nobody is free, others change.
    fn fill(&mut self) {
        let mut order: Vec<usize> = (0..self.duties.len()).collect();
        order.sort_by_key(|&one| (self.duties[one].candidates.len(), self.duties[one].from));
        for &duty in &order {
            let candidates = self.duties[duty].candidates.iter().enumerate();
            let free = candidates.filter(|&(_, &one)| self.fits(duty, one, None));
            let least = free.min_by_key(|&(rank, &one)| (self.load(one), rank));
            if let Some((_, &person)) = least {
                self.give(duty, person);
            }
        }
        for duty in order {
            if self.person[duty].is_none() {
                self.change(&[duty], usize::MAX);
            }
        }
    }

    /// Takes duties from those who have most, as long as somebody with two less can have one instead.
    fn share(&mut self) {
        let mut people: Vec<usize> = (0..self.has.len()).collect();
        let mut changed = true;
        while changed {
            changed = false;
            people.sort_by_key(|&one| std::cmp::Reverse(self.load(one)));
            let least = people.last().map_or(0, |&one| self.load(one));
            for &person in &people {
                let load = self.load(person);
                if load > least + 1 {
                    changed |= self.change(&self.has[person].clone(), load - 1);
                }
            }
        }
    }

    /// Changes who has duties in a row, so that one of the first ones goes to somebody else. Each in the row takes one and gives
    /// one. The last has one more, with a load that was below the limit. Returns whether that could be done.
    fn change(&mut self, first: &[usize], limit: usize) -> bool {
        let mut before: Vec<Option<usize>> = vec![None; self.duties.len()];
        let mut seen = vec![false; self.duties.len()];
        let mut open: VecDeque<usize> = first.iter().copied().collect();
        first.iter().for_each(|&duty| seen[duty] = true);
        while let Some(duty) = open.pop_front() {
            for place in 0..self.duties[duty].candidates.len() {
                let person = self.duties[duty].candidates[place];
                if self.person[duty] == Some(person) {
                    continue;
                }
                let ends = self.load(person) < limit && self.fits(duty, person, None);
                if ends && self.pass_on(duty, person, &before) {
                    return true;
                }
                for &given in &self.has[person] {
                    if !seen[given] && self.fits(duty, person, Some(given)) {
                        seen[given] = true;
                        before[given] = Some(duty);
                        open.push_back(given);
                    }
                }
            }
        }
        false
    }

    /// Gives the last duty of a row to a person, and each before it to the one who had the next. Somebody who is in the row twice
    /// may not be free: then nothing changes.
    fn pass_on(&mut self, last: usize, person: usize, before: &[Option<usize>]) -> bool {
        let mut given = Vec::new();
        let (mut duty, mut to) = (last, person);
        loop {
            given.push((duty, self.person[duty], to));
            match (before[duty], self.person[duty]) {
                (Some(earlier), Some(had)) => (duty, to) = (earlier, had),
                _ => break,
            }
        }
        for &(duty, _, to) in &given {
            self.give(duty, to);
        }
        let works = given.iter().all(|&(duty, _, to)| self.fits(duty, to, None));
        if !works {
            for (duty, from, to) in given {
                self.has[to].retain(|&one| one != duty);
                self.person[duty] = None;
                if let Some(from) = from {
                    self.give(duty, from);
                }
            }
        }
        works
    }

    /// Exchanges duties for preferred ones, until no two can gain.
    fn prefer(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            for duty in 0..self.duties.len() {
                changed |= self.prefer_for(duty);
            }
        }
    }

    /// Gives a duty to somebody more preferred, who has less to do or gives another for it.
    fn prefer_for(&mut self, duty: usize) -> bool {
        let Some(person) = self.person[duty] else {
            return false;
        };
        let rank = self.duties[duty].rank(person).unwrap_or(0);
        for better in 0..rank.min(PREFERRED_MAX) {
            let other = self.duties[duty].candidates[better];
            if self.load(other) < self.load(person) && self.fits(duty, other, None) {
                self.give(duty, other);
                return true;
            }
            let gained = rank - better;
            let given = self.has[other].iter().copied().find(|&given| {
                let asked = &self.duties[given];
                let before = asked.rank(other).unwrap_or(0);
                asked
                    .rank(person)
                    .is_some_and(|after| after < before + gained)
                    && self.fits(duty, other, Some(given))
                    && self.fits(given, person, Some(duty))
            });
            if let Some(given) = given {
                self.give(duty, other);
                self.give(given, person);
                return true;
            }
        }
        false
    }
}
