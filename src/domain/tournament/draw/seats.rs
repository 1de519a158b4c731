//! Seats of a draw and what a swap of two entrants changes. How they are swapped is decided in `search`.

use std::collections::BTreeMap;

use super::MOST_ENTRANTS;

mod search;

/// The measure of how badly those of one club sit; 0 is good. The sum over all clubs is made small.
pub type Cost = i64;

/// A club has no more members in a draw.
const MOST_SEATS: usize = MOST_ENTRANTS as usize;

/// Entrants that may change seats with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    pub number: u16,
    /// A bye belongs to the entrant that has it, not to the seat.
    pub keeps_bye: bool,
}

/// The seats and their entrants. Both count from 0; a seat may be empty, which is a bye.
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
    bands: Vec<Option<Band>>,
}

/// Two entrants that change seats.
type Swap = (u16, u16);

impl Seats {
    /// Seats are given by their occupants; clubs and bands by entrant, best first. Clubs with one entrant concern nobody.
    pub fn new<Club: Ord>(
        occupants: Vec<Option<u16>>,
        clubs: &[Option<Club>],
        bands: Vec<Option<Band>>,
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

    /// Returns the rank on each seat, from 1.
    pub fn into_lines(self) -> Vec<Option<u16>> {
        let occupants = self.occupants.into_iter();
        occupants
            .map(|entrant| entrant.map(|entrant| entrant + 1))
            .collect()
    }

    fn total(&self, cost: &impl Fn(&[usize]) -> Cost) -> Cost {
        let clubs = self.members.iter();
        clubs.map(|club| self.cost_of(club, cost)).sum()
    }

    /// The change of the cost that a swap makes.
    fn change(&mut self, swap: Swap, cost: &impl Fn(&[usize]) -> Cost) -> i64 {
        let before = self.cost_around(swap, cost);
        self.swap(swap);
        let after = self.cost_around(swap, cost);
        self.swap(swap);
        after - before
    }

    /// The cost of the clubs of those who move: the two, and who goes with them.
    fn cost_around(&self, (a, b): Swap, cost: &impl Fn(&[usize]) -> Cost) -> Cost {
        let opponent = |entrant: u16| {
            let seat = self.seats.get(usize::from(entrant))?;
            self.occupants.get(seat ^ 1).copied().flatten()
        };
        let moved = [Some(a), Some(b), opponent(a), opponent(b)];
        let clubs = moved.map(|entrant| self.clubs.get(usize::from(entrant?)).copied().flatten());
        let mut sum: Cost = 0;
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
        let mut seats = [0; MOST_SEATS];
        let mut count = 0;
        for (seat, entrant) in seats.iter_mut().zip(club) {
            *seat = self.seats.get(usize::from(*entrant)).copied().unwrap_or(0);
            count += 1;
        }
        cost(seats.get(..count).unwrap_or_default())
    }

    /// If a bye belongs to its entrant, what stands opposite goes with the two if one of them has a bye.
    fn swap(&mut self, (a, b): Swap) {
        let seat_of = |entrant: u16| self.seats.get(usize::from(entrant)).copied();
        let (Some(one), Some(other)) = (seat_of(a), seat_of(b)) else {
            return;
        };
        let bye = |seat: usize| self.occupants.get(seat ^ 1) == Some(&None);
        let band = self.bands.get(usize::from(a)).copied().flatten();
        let opposite_too = band.is_some_and(|band| band.keeps_bye) && bye(one) != bye(other);
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
