//! The cost of running a tournament: pairing a Swiss round.

use std::time::Instant;

use courtside::domain::tournament::swiss::{History, Meeting, NextRound, Outcome, pair};

use crate::{Table, median};

const PLAYERS: u32 = 64;
const ROUNDS: usize = 7;
const TURNS: usize = 21;

pub fn run() {
    let each = swiss_ms();
    let table = Table("tournament");
    let slowest = each.iter().copied().fold(0.0, f64::max);
    table.at_most(
        &format!("Swiss, {PLAYERS} players: the slowest of rounds 1 to {ROUNDS}"),
        slowest,
        "ms",
        20.0,
    );
    table.note("the same, the median of the rounds", median(each), "ms");
}

/// Plays a tournament by a fixed dice, and measures each of its rounds.
fn swiss_ms() -> Vec<f64> {
    let mut seed: u32 = 1;
    let mut outcome = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match seed >> 30 {
            0 => Outcome::Draw,
            1 => Outcome::Loss,
            _ => Outcome::Win,
        }
    };
    let mut rounds: Vec<Vec<Meeting>> = Vec::new();
    let mut each = Vec::new();
    for _ in 0..ROUNDS {
        let turn = || {
            let begun = Instant::now();
            let history = History::new(PLAYERS, &rounds).expect("what was paired can be played");
            let next = pair(&history, &[]);
            std::hint::black_box(history.tie_breaks());
            (begun.elapsed().as_secs_f64() * 1e3, next)
        };
        let (times, mut paired): (Vec<f64>, Vec<NextRound>) = (0..TURNS).map(|_| turn()).unzip();
        each.push(median(times));
        let Some(NextRound::Paired(pairing)) = paired.pop() else {
            panic!("so few rounds can always be paired");
        };
        let played = pairing.pairs.iter().map(|pair| Meeting {
            a: pair.a,
            b: pair.b,
            outcome: outcome(),
        });
        rounds.push(played.collect());
    }
    each
}
