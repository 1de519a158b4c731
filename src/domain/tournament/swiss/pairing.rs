//! The next round: a pairing of least cost in which nobody meets twice and nobody has a second bye.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use super::ahead::with_a_next;
use super::history::{History, Record};
use super::matching::{Cost, Graph, Matching};

/// The round after those that were played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextRound {
    Paired(PairedRound),
    /// No pairing is left in which nobody meets twice and nobody has a second bye.
    Stuck,
}

/// A round to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedRound {
    /// By table: the highest scores first, the bye last.
    pub pairs: Vec<Pair>,
    /// The least sum that is possible of the squared differences in score, in quarter points. A bye costs the squared difference to
    /// the lowest score of those without a bye before.
    pub cost: u64,
    /// After these pairs no further round can be paired.
    pub stuck_next: bool,
}

/// Two who meet, by number. Players are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The player at home.
    pub a: u32,
    /// The opponent; `None` for a bye.
    pub b: Option<u32>,
}

/// Pairs the next round, the same way each time.
///
/// The cost is the least that is possible. A pairing of that cost is preferred if a further round is possible after it. Then these decide,
/// the first before the next:
/// 1. Two of a score group come from its top half and its bottom half.
/// 2. In round 1 two of a club do not meet.
/// 3. The nth of a top half meets the nth of its bottom half. The last of a group meets the first of a lower one, or has the bye.
/// 4. Home and away even out.
///
/// Within a score group players rank by number. `clubs` has the club of each player, player 1 first, and may be left empty.
pub fn pair(history: &History, clubs: &[Option<&str>]) -> NextRound {
    let players = Players::new(history, clubs);
    let graph = players.graph();
    let Some(best) = graph.least_cost_matching() else {
        return NextRound::Stuck;
    };
    let (matching, has_next) = with_a_next(&graph, best);
    NextRound::Paired(PairedRound {
        cost: graph.first_term(&matching),
        pairs: players.tables(&matching),
        stuck_next: !has_next,
    })
}

/// A player's place among those with the same score.
struct InScoreGroup {
    /// From 0.
    position: u32,
    size: u32,
}

impl InScoreGroup {
    fn half(&self) -> u32 {
        self.size / 2
    }

    /// The number of players of the group that rank below.
    fn below(&self) -> u32 {
        self.size - 1 - self.position
    }
}

struct Players<'a> {
    records: &'a [Record],
    places: Vec<InScoreGroup>,
    clubs: &'a [Option<&'a str>],
    /// Clubs are kept apart in round 1 only.
    first_round: bool,
    /// The lowest score of those who had no bye yet.
    lowest_without_bye: u32,
    /// The largest difference of the home balances of two players.
    home_spread: u32,
}

impl<'a> Players<'a> {
    fn new(history: &'a History, clubs: &'a [Option<&'a str>]) -> Players<'a> {
        let records = &history.records;
        let mut groups: BTreeMap<u32, u32> = BTreeMap::new();
        for record in records {
            *groups.entry(record.score).or_default() += 1;
        }
        let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
        let mut place = |record: &Record| {
            let taken = taken.entry(record.score).or_default();
            let position = *taken;
            *taken += 1;
            let size = groups.get(&record.score).copied().unwrap_or(*taken);
            InScoreGroup { position, size }
        };
        let without_bye = records.iter().filter(|record| !record.had_bye());
        let balances = || records.iter().map(|record| record.home_balance);
        Players {
            places: records.iter().map(&mut place).collect(),
            clubs,
            first_round: history.rounds == 0,
            lowest_without_bye: without_bye.map(|own| own.score).min().unwrap_or(0),
            home_spread: balances()
                .max()
                .unwrap_or(0)
                .abs_diff(balances().min().unwrap_or(0)),
            records,
        }
    }

    /// Returns who may meet whom, at what cost. With an odd number of players the last vertex is the bye.
    fn graph(&self) -> Graph {
        let players = self.records.len();
        Graph::new(players.next_multiple_of(2), |a, b| {
            if b < players {
                self.match_cost(a, b)
            } else {
                self.bye_cost(a)
            }
        })
    }

    /// Returns the cost of a match between two, `a` having the lower number.
    fn match_cost(&self, a: usize, b: usize) -> Option<Cost> {
        let (of_a, of_b) = (self.records.get(a)?, self.records.get(b)?);
        if of_a.met(b) {
            return None;
        }
        let (place_a, place_b) = (self.places.get(a)?, self.places.get(b)?);
        let half = place_a.half();
        let (same_half, distance) = if of_a.score == of_b.score {
            let across = place_a.position < half && place_b.position >= half;
            let apart = place_b.position - place_a.position;
            (!across, apart.abs_diff(half))
        } else if of_a.score > of_b.score {
            (false, place_a.below() + place_b.position)
        } else {
            (false, place_b.below() + place_a.position)
        };
        let club = |player| self.clubs.get(player).copied().flatten();
        let same_club = self.first_round && club(a).is_some() && club(a) == club(b);
        let evening_out = of_a.home_balance.abs_diff(of_b.home_balance);
        Some([
            of_a.score.abs_diff(of_b.score).pow(2),
            u32::from(same_half),
            u32::from(same_club),
            distance.pow(2),
            self.left_uneven(evening_out),
        ])
    }

    fn bye_cost(&self, player: usize) -> Option<Cost> {
        let record = self.records.get(player)?;
        if record.had_bye() {
            return None;
        }
        let distance = self.places.get(player)?.below();
        Some([
            record.score.abs_diff(self.lowest_without_bye).pow(2),
            0,
            0,
            distance.pow(2),
            self.left_uneven(0),
        ])
    }

    fn left_uneven(&self, evening_out: u32) -> u32 {
        self.home_spread.saturating_sub(evening_out)
    }

    /// Returns the pairs by table, with their sides.
    fn tables(&self, matching: &Matching) -> Vec<Pair> {
        let players = self.records.len();
        let score = |player: usize| self.records.get(player).map(|own| own.score);
        let mut tables = matching.clone();
        tables.sort_by_key(|&(a, b)| {
            let (higher, lower) = (score(a).max(score(b)), score(a).min(score(b)));
            (b == players, Reverse((higher, lower)), a)
        });
        let tables = tables.into_iter().enumerate();
        tables
            .map(|(table, pair)| self.seated(table, pair))
            .collect()
    }

    /// Gives the home side to who had it less often. Level ones take turns by table, in the order of Thue and Morse. Those of the upper
    /// and lower tables who are likely to meet next then come from different sides.
    fn seated(&self, table: usize, (a, b): (usize, usize)) -> Pair {
        let number = |player: usize| player as u32 + 1;
        let balance = |player: usize| self.records.get(player).map(|own| own.home_balance);
        if b == self.records.len() {
            let a = number(a);
            return Pair { a, b: None };
        }
        let turned = match balance(a).cmp(&balance(b)) {
            Ordering::Less => false,
            Ordering::Equal => table.count_ones() % 2 == 1,
            Ordering::Greater => true,
        };
        let (home, away) = if turned { (b, a) } else { (a, b) };
        Pair {
            a: number(home),
            b: Some(number(away)),
        }
    }
}

#[cfg(test)]
mod tests;
