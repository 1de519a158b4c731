//! Seats of a draw, and the swaps that keep those of one club apart.

use std::collections::BTreeMap;

/// How bad it is that two of a club sit as they do; the sum over all clubs is made as small as it can be.
pub type Cost = u64;

/// Tries of two swaps at once are as many as this: a field that cannot be kept apart must not take long.
const MOST_TRIES: usize = 60_000;

/// Who sits where. Seats and entrants count from 0; a seat may be empty, which is a bye.
#[derive(Debug, Clone)]
pub struct Seats {
    occupants: Vec<Option<u16>>,
    /// By entrant.
    seats: Vec<usize>,
    /// By entrant: its club, as a place in `members`.
    clubs: Vec<Option<usize>>,
    /// By club: its entrants, best first.
    members: Vec<Vec<u16>>,
    /// By entrant: those of one band may change seats; `None` stays where it is.
    bands: Vec<Option<u16>>,
}

/// Two entrants that change seats.
type Swap = (u16, u16);

impl Seats {
    /// Seats are given by their occupants; clubs and bands by entrant, best first. Clubs with one entrant concern nobody.
    pub fn new<Club: Ord>(
        occupants: Vec<Option<u16>>,
        clubs: &[Option<Club>],
        bands: Vec<Option<u16>>,
    ) -> Seats {
        let mut seats = vec![0; bands.len()];
        for (seat, occupant) in occupants.iter().enumerate() {
            if let Some(place) = occupant.and_then(|entrant| seats.get_mut(usize::from(entrant))) {
                *place = seat;
            }
        }
        let mut of_club: BTreeMap<&Club, Vec<u16>> = BTreeMap::new();
        for (entrant, club) in (0..).zip(clubs.iter().take(bands.len())) {
            if let Some(club) = club {
                of_club.entry(club).or_default().push(entrant);
            }
        }
        let members: Vec<Vec<u16>> = of_club.into_values().filter(|all| all.len() > 1).collect();
        let mut clubs = vec![None; bands.len()];
        for (club, entrants) in members.iter().enumerate() {
            for entrant in entrants {
                if let Some(of) = clubs.get_mut(usize::from(*entrant)) {
                    *of = Some(club);
                }
            }
        }
        Seats {
            occupants,
            seats,
            clubs,
            members,
            bands,
        }
    }

    pub fn into_occupants(self) -> Vec<Option<u16>> {
        self.occupants
    }

    /// Swaps inside the bands until no swap, and no two swaps, make the cost less. Each swap is the one that helps most; of
    /// those that help alike, it is among the last entrants, so that the best stay where they are.
    pub fn settle(&mut self, cost: &impl Fn(&[usize]) -> Cost) {
        while let Some(swaps) = self
            .better_by_one(cost)
            .or_else(|| self.better_by_two(cost))
        {
            for swap in swaps {
                self.swap(swap);
            }
        }
    }

    fn better_by_one(&mut self, cost: &impl Fn(&[usize]) -> Cost) -> Option<Vec<Swap>> {
        let mut best = None;
        for swap in self.swaps(cost) {
            let (before, after) = self.change(swap, cost);
            if after < before && best.is_none_or(|(gain, _)| before - after > gain) {
                best = Some((before - after, swap));
            }
        }
        best.map(|(_, swap)| vec![swap])
    }

    /// The first two swaps that help together, where one alone does not.
    fn better_by_two(&mut self, cost: &impl Fn(&[usize]) -> Cost) -> Option<Vec<Swap>> {
        let mut tries = 0;
        for first in self.swaps(cost) {
            let (before, after) = self.change(first, cost);
            let worse = after - before;
            self.swap(first);
            for second in self.swaps_of(first.0).chain(self.swaps_of(first.1)) {
                tries += 1;
                let (before, after) = self.change(second, cost);
                if before > after && before - after > worse {
                    self.swap(first);
                    return Some(vec![first, second]);
                }
            }
            self.swap(first);
            if tries > MOST_TRIES {
                return None;
            }
        }
        None
    }

    /// All swaps of those who sit badly, the last entrants first.
    fn swaps(&self, cost: &impl Fn(&[usize]) -> Cost) -> Vec<Swap> {
        let badly = self
            .members
            .iter()
            .filter(|club| self.cost_of(club, cost) > 0);
        let mut entrants: Vec<u16> = badly.flatten().copied().collect();
        entrants.sort_unstable_by(|a, b| b.cmp(a));
        entrants
            .into_iter()
            .flat_map(|one| self.swaps_of(one))
            .collect()
    }

    fn swaps_of(&self, one: u16) -> impl Iterator<Item = Swap> + use<> {
        let band = self.bands.get(usize::from(one)).copied().flatten();
        let others: Vec<Swap> = (0..)
            .zip(&self.bands)
            .filter(|(other, of)| *other != one && of.is_some() && **of == band)
            .map(|(other, _)| (one, other))
            .collect();
        others.into_iter().rev()
    }

    /// The cost of the clubs that a swap concerns, before and after it.
    fn change(&mut self, swap: Swap, cost: &impl Fn(&[usize]) -> Cost) -> (Cost, Cost) {
        let before = self.cost_around(swap, cost);
        self.swap(swap);
        let after = self.cost_around(swap, cost);
        self.swap(swap);
        (before, after)
    }

    /// The cost of the clubs of those who move: the two, and who goes with them.
    fn cost_around(&self, (a, b): Swap, cost: &impl Fn(&[usize]) -> Cost) -> Cost {
        let opponent = |entrant: u16| {
            let seat = self.seats.get(usize::from(entrant))?;
            self.occupants.get(seat ^ 1).copied().flatten()
        };
        let moved = [Some(a), Some(b), opponent(a), opponent(b)];
        let clubs = moved.map(|entrant| self.clubs.get(usize::from(entrant?)).copied().flatten());
        let mut sum = 0;
        for (index, club) in clubs.iter().enumerate() {
            let again = clubs.iter().take(index).any(|before| before == club);
            if let Some(members) = club
                .filter(|_| !again)
                .and_then(|club| self.members.get(club))
            {
                sum += self.cost_of(members, cost);
            }
        }
        sum
    }

    fn cost_of(&self, club: &[u16], cost: &impl Fn(&[usize]) -> Cost) -> Cost {
        let seats: Vec<usize> = club
            .iter()
            .filter_map(|entrant| self.seats.get(usize::from(*entrant)).copied())
            .collect();
        cost(&seats)
    }

    /// A bye belongs to its entrant: if one of the two has it, what stands opposite goes with them.
    fn swap(&mut self, (a, b): Swap) {
        let seat_of = |entrant: u16| self.seats.get(usize::from(entrant)).copied();
        let (Some(one), Some(other)) = (seat_of(a), seat_of(b)) else {
            return;
        };
        let bye = |seat: usize| self.occupants.get(seat ^ 1) == Some(&None);
        let opposite_too = bye(one) != bye(other);
        self.exchange(one, other);
        if opposite_too {
            self.exchange(one ^ 1, other ^ 1);
        }
    }

    fn exchange(&mut self, one: usize, other: usize) {
        if one.max(other) >= self.occupants.len() {
            return;
        }
        self.occupants.swap(one, other);
        for seat in [one, other] {
            let occupant = self.occupants.get(seat).copied().flatten();
            if let Some(of) = occupant.and_then(|entrant| self.seats.get_mut(usize::from(entrant)))
            {
                *of = seat;
            }
        }
    }
}
