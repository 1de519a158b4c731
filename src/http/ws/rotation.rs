//! Whose turn it is: the seats of the watchers of one stream, who are all served once when it has grown.

/// Seats, and how far a round through them has come.
#[derive(Default)]
pub struct Rotation {
    seats: Vec<usize>,
    /// How many of `seats`, from the front, have been served in the round that goes on.
    served: usize,
    goes_on: bool,
    /// There was a reason for another round since this one began.
    again: bool,
}

impl Rotation {
    /// Adds a seat; its position.
    pub fn add(&mut self, seat: usize) -> usize {
        self.seats.push(seat);
        self.seats.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// There is a reason for a round; says whether it begins now, and not after the one that goes on.
    pub fn begin(&mut self) -> bool {
        self.again = self.goes_on;
        !std::mem::replace(&mut self.goes_on, true)
    }

    /// The seat that is served next; `None` at the end of the round.
    pub fn next(&mut self) -> Option<usize> {
        let seat = self.seats.get(self.served).copied();
        self.served += 1;
        seat
    }

    /// Ends the round; says whether another one begins.
    pub fn end(&mut self) -> bool {
        self.served = 0;
        self.goes_on = std::mem::take(&mut self.again);
        self.goes_on
    }

    /// Takes out the seat at this position. Returns the seats that have moved, with their new positions.
    pub fn remove(&mut self, position: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let mut hole = position;
        // Nobody who has not been served may move among those who have.
        if position < self.served {
            self.served -= 1;
            self.seats.swap(position, self.served);
            hole = self.served;
        }
        self.seats.swap_remove(hole);
        let at = |position: usize| Some((*self.seats.get(position)?, position));
        [at(position), at(hole)].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten() -> Rotation {
        let mut rounds = Rotation::default();
        for seat in 0..10 {
            assert_eq!(rounds.add(seat), seat);
        }
        rounds
    }

    #[test]
    fn whoever_leaves_amid_a_round_everybody_else_is_served_once() {
        for leaving in 0..10 {
            for after in 0..10 {
                let mut rounds = ten();
                let mut positions: Vec<usize> = (0..10).collect();
                assert!(rounds.begin());
                let mut served: Vec<usize> = (0..after).map_while(|_| rounds.next()).collect();
                for (moved, position) in rounds.remove(positions[leaving]) {
                    positions[moved] = position;
                }
                served.extend(std::iter::from_fn(|| rounds.next()));
                served.retain(|seat| *seat != leaving);
                served.sort_unstable();
                let others: Vec<usize> = (0..10).filter(|seat| *seat != leaving).collect();
                assert_eq!(served, others, "{leaving} left after {after}");
                for (position, seat) in rounds.seats.iter().enumerate() {
                    assert_eq!(positions[*seat], position, "{leaving} left after {after}");
                }
            }
        }
    }

    #[test]
    fn a_reason_amid_a_round_has_another_one_after_it() {
        let mut rounds = ten();
        assert!(rounds.begin(), "a round begins");
        rounds.next();
        assert!(!rounds.begin(), "it goes on");
        assert_eq!(std::iter::from_fn(|| rounds.next()).count(), 9);
        assert!(rounds.end(), "another one begins");
        assert_eq!(std::iter::from_fn(|| rounds.next()).count(), 10);
        assert!(!rounds.end());
    }
}
