//! A plan in the making: fixtures are placed one by one, each at the earliest time that is free.

use super::bits::Sets;
use super::model::{EVER, Model, Units};
use super::problem::{Slot, Window};
use super::validation::matching;

/// The begin of what is not placed.
const NOWHERE: Units = -1;

/// Places so far, and what they leave free. It is used again and again: placing allocates nothing.
#[derive(Debug, Clone)]
pub(super) struct Timetable<'m, 'p> {
    model: &'m Model<'p>,
    /// By fixture; [`NOWHERE`] for those without a place.
    begins: Vec<Units>,
    courts: Vec<usize>,
    /// By unit: it was tried, whether it has a place or not.
    tried: Vec<bool>,
    /// By fixture: begins when somebody of it plays or rests.
    blocked: Sets,
    /// By kind of length and court: begins of matches of that length that the court is free for.
    free: Sets,
    /// `blocked` and `free` with nothing placed but what is fixed.
    first: (Sets, Sets),
    /// By fixture: its kind of length.
    kinds: Vec<usize>,
    /// By kind of length: how long it takes a court, with the changeover.
    takes: Vec<Units>,
    /// By court: how much it is asked for. A court that everybody may have goes before the one that somebody needs.
    asked: Vec<Units>,
}

impl<'m, 'p> Timetable<'m, 'p> {
    pub fn new(model: &'m Model<'p>) -> Timetable<'m, 'p> {
        let count = model.length.len();
        let mut lengths = model.length.clone();
        lengths.sort_unstable();
        lengths.dedup();
        let kind = |length: &Units| lengths.binary_search(length).unwrap_or(0);
        let blocked = Sets::new(count, model.horizon);
        let free = free(model, &lengths);
        let mut timetable = Timetable {
            model,
            asked: asked(model),
            begins: vec![NOWHERE; count],
            courts: vec![0; count],
            tried: vec![false; model.units.len()],
            first: (blocked.clone(), free.clone()),
            blocked,
            free,
            kinds: model.length.iter().map(kind).collect(),
            takes: lengths
                .iter()
                .map(|length| length + model.changeover)
                .collect(),
        };
        for (fixture, fixed) in model.fixed.iter().enumerate() {
            if let Some(slot) = *fixed {
                timetable.put(fixture, slot);
                for link in &model.before[fixture] {
                    let last = slot.start - link.lag;
                    timetable.blocked.add(link.fixture, last + 1, EVER);
                }
            }
        }
        timetable.first = (timetable.blocked.clone(), timetable.free.clone());
        timetable
    }

    /// Takes everything away but what is fixed, and what is to begin with something fixed: that has its time before all others.
    pub fn clear(&mut self) {
        self.blocked.copy_from(&self.first.0);
        self.free.copy_from(&self.first.1);
        self.tried.fill(false);
        for (begin, fixed) in self.begins.iter_mut().zip(&self.model.fixed) {
            if fixed.is_none() {
                *begin = NOWHERE;
            }
        }
        for unit in 0..self.model.units.len() {
            let mut fixtures = self.model.units[unit].iter();
            if fixtures.any(|&fixture| self.model.begin_with[fixture].is_some()) {
                self.place_unit(unit);
            }
        }
    }

    /// Places the units in this order. Those that one waits for are placed before it, wherever they stand.
    pub fn place_all(&mut self, order: &[usize]) {
        for &unit in order {
            self.place_unit(unit);
        }
    }

    pub fn place_unit(&mut self, unit: usize) {
        if self.tried[unit] {
            return;
        }
        self.tried[unit] = true;
        let model = self.model;
        for &fixture in &model.units[unit] {
            for link in &model.before[fixture] {
                if self.begins[link.fixture] == NOWHERE
                    && let Some(earlier) = model.unit_of[link.fixture]
                {
                    self.place_unit(earlier);
                }
            }
        }
        match model.units[unit].as_slice() {
            &[fixture] => {
                if let Some(slot) = self.earliest(fixture) {
                    self.put(fixture, slot);
                }
            }
            together => {
                if let Some((start, courts)) = self.earliest_together(together) {
                    for (&fixture, court) in together.iter().zip(courts) {
                        self.put(fixture, Slot { court, start });
                    }
                }
            }
        }
    }

    /// Returns the first place for this fixture, or `None`: also where a match that it waits for has none.
    pub fn earliest(&self, fixture: usize) -> Option<Slot> {
        let from = self.release(fixture)?;
        let start = match self.model.begin_with[fixture] {
            Some(start) if start >= from && self.is_free(fixture, start) => start,
            _ => self.first_free(&[fixture], from)?,
        };
        let court = self
            .free_courts(fixture, start)
            .min_by_key(|&(_, key)| key)?
            .0;
        Some(Slot { court, start })
    }

    /// Returns the begin that its own wish and the matches before it allow.
    fn release(&self, fixture: usize) -> Option<Units> {
        let mut start = self.model.not_before[fixture];
        for link in &self.model.before[fixture] {
            let begin = self.begins[link.fixture];
            if begin == NOWHERE {
                return None;
            }
            start = start.max(begin + link.lag);
        }
        Some(start)
    }

    /// Returns the begins within 64 units when the fixture's people and one of its courts are free.
    fn free_word(&self, fixture: usize, word: usize) -> u64 {
        let first = self.kinds[fixture] * self.model.open.len();
        let mut courts = 0;
        for &court in &self.model.allowed[fixture] {
            courts |= self.free.word(first + court, word);
        }
        courts & !self.blocked.word(fixture, word)
    }

    fn is_free(&self, fixture: usize, start: Units) -> bool {
        let word = start as usize / 64;
        word < self.free.words_per_set() && self.free_word(fixture, word) >> (start % 64) & 1 == 1
    }

    /// Returns the first begin from this time on that is free for all of them.
    fn first_free(&self, fixtures: &[usize], from: Units) -> Option<Units> {
        let first = from as usize / 64;
        let mut mask = u64::MAX << (from % 64);
        for word in first..self.free.words_per_set() {
            let mut free = mask;
            for &fixture in fixtures {
                free &= self.free_word(fixture, word);
            }
            if free != 0 {
                return Some((word * 64) as Units + free.trailing_zeros() as Units);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Returns the courts that are free at this begin, each with what is to be least. That is how much it is asked for, and
    /// how long it has waited.
    fn free_courts(
        &self,
        fixture: usize,
        start: Units,
    ) -> impl Iterator<Item = (usize, (Units, u32))> {
        let first = self.kinds[fixture] * self.model.open.len();
        let courts = self.model.allowed[fixture].iter().copied();
        let free = courts.filter(move |court| self.free.has(first + court, start));
        free.map(move |court| {
            let waited = self.free.run_before(first + court, start);
            (court, (self.asked[court], waited))
        })
    }

    /// Returns the first time when all of them can begin, each on a court of its own.
    fn earliest_together(&self, fixtures: &[usize]) -> Option<(Units, Vec<usize>)> {
        let mut from = 0;
        for &fixture in fixtures {
            from = from.max(self.release(fixture)?);
        }
        let wanted = fixtures.iter().find_map(|&one| self.model.begin_with[one]);
        if let Some(wanted) = wanted.filter(|&wanted| wanted >= from)
            && fixtures.iter().all(|&one| self.is_free(one, wanted))
            && let Some(courts) = self.courts_at(fixtures, wanted)
        {
            return Some((wanted, courts));
        }
        loop {
            let start = self.first_free(fixtures, from)?;
            if let Some(courts) = self.courts_at(fixtures, start) {
                return Some((start, courts));
            }
            from = start + 1;
        }
    }

    fn courts_at(&self, fixtures: &[usize], start: Units) -> Option<Vec<usize>> {
        let free: Vec<Vec<usize>> = fixtures
            .iter()
            .map(|&fixture| {
                let mut courts: Vec<_> = self.free_courts(fixture, start).collect();
                courts.sort_by_key(|&(_, key)| key);
                courts.into_iter().map(|(court, _)| court).collect()
            })
            .collect();
        let free: Vec<&[usize]> = free.iter().map(Vec::as_slice).collect();
        matching(&free, self.model.open.len()).into_iter().collect()
    }

    pub fn put(&mut self, fixture: usize, slot: Slot) {
        let start = slot.start;
        self.begins[fixture] = start;
        self.courts[fixture] = slot.court;
        let end = start + self.takes[self.kinds[fixture]];
        for (kind, takes) in self.takes.iter().enumerate() {
            let set = kind * self.model.open.len() + slot.court;
            self.free.remove(set, start - takes + 1, end);
        }
        for other in &self.model.apart[fixture] {
            if self.begins[other.other] == NOWHERE {
                let (from, to) = (start - other.after + 1, start + other.before);
                self.blocked.add(other.other, from, to);
            }
        }
    }

    /// Returns when a unit can begin, or a later time than `limit`.
    pub fn unit_begin(&self, unit: usize, limit: Units) -> Units {
        let begin = match self.model.units[unit].as_slice() {
            &[fixture] => {
                let from = self.release(fixture).filter(|&from| from <= limit);
                from.and_then(|from| self.first_free(&[fixture], from))
            }
            together => self.earliest_together(together).map(|(begin, _)| begin),
        };
        begin.unwrap_or(EVER)
    }

    pub fn begin(&self, fixture: usize) -> Option<Units> {
        let begin = self.begins[fixture];
        (begin != NOWHERE).then_some(begin)
    }

    /// Returns the place of a fixture, in minutes.
    pub fn slot(&self, fixture: usize) -> Option<Slot> {
        let court = self.courts[fixture];
        self.begin(fixture).map(|start| Slot {
            court,
            start: start * self.model.minutes_per_unit,
        })
    }
}

/// Returns, by kind of length and court, when a match can begin that fits into a window.
fn free(model: &Model, lengths: &[Units]) -> Sets {
    let courts = model.open.len();
    let mut free = Sets::new(lengths.len() * courts, model.horizon);
    for (kind, length) in lengths.iter().enumerate() {
        for (court, windows) in model.open.iter().enumerate() {
            for &Window { from, to } in windows {
                let to = to.min(model.horizon);
                free.add(kind * courts + court, from, to - length + 1);
            }
        }
    }
    free
}

/// Returns, by court, the time of all fixtures that it takes, each divided among the courts that take it.
fn asked(model: &Model) -> Vec<Units> {
    let mut asked = vec![0; model.open.len()];
    for (allowed, length) in model.allowed.iter().zip(&model.length) {
        for &court in allowed {
            asked[court] += (100 * length).saturating_div(allowed.len() as Units);
        }
    }
    asked
}
