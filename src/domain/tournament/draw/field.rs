//! The field of a draw: how many enter, who is seeded, and what else the draw goes by.

use std::collections::BTreeMap;

use super::lots::Lots;
use super::order::{SeedLines, places, size};
use super::seats::{self, Cost, Seats};
use super::{DrawError, Line, MOST_ENTRANTS, by_hand};

/// The entrants of a draw, and what it goes by. Entrants are their ranks, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    pub entrants: u16,
    /// The number that the lots come from; without it the draw is strictly by rank.
    pub lots: Option<u64>,
    /// The seeds of a draw by lot; without it the usual number for a field of that size.
    pub seeds: Option<u16>,
    pub bands: Bands,
    /// By rank, the club of each entrant: those of one club are kept apart. Empty where clubs do not matter.
    pub clubs: Vec<Option<String>>,
    pub seed_lines: SeedLines,
    /// A draw by hand: the lines of a tree from the top, or the lines of group A, then those of B….
    pub by_hand: Option<Vec<Line>>,
}

/// The order of the seeds inside their bands: 3–4, 5–8, 9–16….
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bands {
    #[default]
    Lots,
    Ranks,
}

/// Returns the usual number of seeds: 2 up to 15 entrants, 4 up to 31, 8 up to 63, then 16.
/// Source: USA Badminton; 16 seeds of 64 also USTA.
pub fn usual_seeds(entrants: u16) -> u16 {
    match entrants {
        0..=15 => 2,
        16..=31 => 4,
        32..=63 => 8,
        _ => 16,
    }
}

/// Returns the band of a rank or place, from 0: 1, 2, 3–4, 5–8, 9–16….
pub fn band(rank: u16) -> u16 {
    match rank {
        0 | 1 => 0,
        rank => (rank - 1).ilog2() as u16 + 1,
    }
}

impl Field {
    pub fn by_rank(entrants: u16) -> Field {
        Field {
            entrants,
            ..Field::default()
        }
    }

    /// Says what no kind of draw can work with.
    pub fn check(&self) -> Result<(), DrawError> {
        let entrants = self.entrants;
        if entrants < 2 {
            return Err(DrawError::TooFew { least: 2, entrants });
        }
        if entrants > MOST_ENTRANTS {
            let most = MOST_ENTRANTS;
            return Err(DrawError::TooMany { most, entrants });
        }
        match self.seeds {
            Some(seeds) if seeds > entrants => {
                return Err(DrawError::TooManySeeds { seeds, entrants });
            }
            _ => {}
        }
        let clubs = self.clubs.len();
        if clubs > 0 && clubs != usize::from(entrants) {
            return Err(DrawError::Clubs { clubs, entrants });
        }
        Ok(())
    }

    /// Returns the seeds of the draw; by rank everybody is one.
    pub fn seeds(&self) -> u16 {
        match self.lots {
            None => self.entrants,
            Some(_) => self
                .seeds
                .unwrap_or(usual_seeds(self.entrants))
                .min(self.entrants),
        }
    }

    /// Returns the lines of a tree, from the top.
    pub fn lines(&self) -> Result<Vec<Line>, DrawError> {
        if let Some(lines) = &self.by_hand {
            by_hand::check(lines, self, usize::from(size(self.entrants)))?;
            return Ok(lines.clone());
        }
        let most = (size(self.entrants) / 2).max(2);
        let (at_place, bands) = match self.lots {
            Some(_) if self.seeds() > most => {
                let seeds = self.seeds();
                return Err(DrawError::SeedsOfTree { seeds, most });
            }
            None => self.ranked(),
            Some(number) => self.drawn(&mut Lots::new(number)),
        };
        let lines = places(size(self.entrants), self.seed_lines)
            .into_iter()
            .map(|place| at_place.get(&place).map(|rank| rank - 1))
            .collect();
        let mut seats = Seats::new(lines, &self.clubs, bands);
        seats.settle(&apart_in(size(self.entrants)));
        Ok(seats.into_lines())
    }

    /// The rank at each place, and each entrant's band.
    fn ranked(&self) -> (BTreeMap<u16, u16>, Vec<Option<seats::Band>>) {
        let ranks = 1..=self.entrants;
        (
            ranks.clone().map(|rank| (rank, rank)).collect(),
            ranks.map(|rank| Some(seeded_band(rank))).collect(),
        )
    }

    /// Seeds are drawn to the places of their band, the best with byes; all others to the places that are left.
    fn drawn(&self, lots: &mut Lots) -> (BTreeMap<u16, u16>, Vec<Option<seats::Band>>) {
        let (size, seeds) = (size(self.entrants), self.seeds());
        let byes = size - self.entrants;
        let mut at_place = BTreeMap::new();
        let mut low = 1;
        while low <= seeds {
            let high = if low == 1 { 1 } else { 2 * (low - 1) };
            let mut of_band: Vec<u16> = (low..=high).collect();
            if self.bands == Bands::Lots {
                lots.shuffle(&mut of_band);
            }
            at_place.extend(of_band.into_iter().zip(low..=high.min(seeds)));
            low = high + 1;
        }
        let mut empty: Vec<u16> = at_place
            .iter()
            .filter(|(_, rank)| **rank <= byes)
            .map(|(place, _)| size + 1 - place)
            .collect();
        let more = usize::from(byes).saturating_sub(empty.len());
        let unseeded = (1..=size / 2).filter(|place| !at_place.contains_key(place));
        empty.extend(unseeded.take(more).map(|place| size + 1 - place));
        let left =
            (1..=size).filter(|place| !at_place.contains_key(place) && !empty.contains(place));
        let left: Vec<u16> = left.collect();
        let mut others: Vec<u16> = (seeds + 1..=self.entrants).collect();
        lots.shuffle(&mut others);
        at_place.extend(left.into_iter().zip(others));
        let unseeded = seats::Band {
            number: u16::MAX,
            keeps_bye: false,
        };
        let seeded = (1..=seeds).map(|rank| Some(seeded_band(rank)));
        let others = (seeds + 1..=self.entrants).map(|_| Some(unseeded));
        let bands = seeded.chain(others).collect();
        (at_place, bands)
    }
}

fn seeded_band(rank: u16) -> seats::Band {
    seats::Band {
        number: band(rank),
        keeps_bye: true,
    }
}

/// Returns the cost of the lines of one club, best first: its best two in different halves, its best four in different
/// quarters, and no meeting in round 1. Source: ITTF 3.6.3.
pub fn apart_in(size: u16) -> impl Fn(&[usize]) -> Cost {
    const SAME_HALF: Cost = 1 << 40;
    const SAME_QUARTER: Cost = 1 << 20;
    let size = usize::from(size);
    move |lines| {
        let best = |count: usize| lines.get(..count.min(lines.len())).unwrap_or(lines);
        let quarters = if lines.len() > 2 {
            together(best(4), size / 4)
        } else {
            0
        };
        SAME_HALF * together(best(2), size / 2) + SAME_QUARTER * quarters + meetings(lines)
    }
}

/// Returns how many pairs of lines meet in round 1. A tree has no more lines than a word has bits.
fn meetings(lines: &[usize]) -> Cost {
    const UPPER: u64 = 0x5555_5555_5555_5555;
    let there = lines
        .iter()
        .fold(0u64, |there, line| there | 1 << (line % 64));
    Cost::from((there & there >> 1 & UPPER).count_ones())
}

/// Returns how many pairs of lines stand in one section of so many lines.
fn together(lines: &[usize], section: usize) -> Cost {
    let section = section.max(1);
    let pairs = lines.iter().enumerate().flat_map(|(index, line)| {
        let after = lines.iter().skip(index + 1);
        after.map(move |other| line / section == other / section)
    });
    pairs.filter(|together| *together).count() as Cost
}
