//! Games that play themselves, for the demo and for trying a venue out.

use serde_json::{Value, json};

/// Points that win a simulated set, and sets that win the match.
const SET_POINTS: u32 = 11;
const SETS_TO_WIN: u32 = 2;

/// The events of one simulated match, from `start` to `finish`.
pub struct Game {
    dice: u64,
    points: [u32; 2],
    sets: [u32; 2],
    next: Vec<Value>,
    over: bool,
}

impl Game {
    /// The same seed plays the same game.
    pub fn new(seed: u64) -> Game {
        Game {
            dice: seed | 1,
            points: [0; 2],
            sets: [0; 2],
            next: vec![json!({ "type": "start" })],
            over: false,
        }
    }

    /// Xorshift: enough for a coin.
    fn coin(&mut self) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        usize::from(self.dice & (1 << 40) != 0)
    }

    fn play(&mut self) {
        let side = self.coin();
        self.points[side] += 1;
        let name = ["A", "B"][side];
        self.next.push(json!({ "type": "point", "side": name }));
        if self.points[side] < SET_POINTS || self.points[side] < self.points[1 - side] + 2 {
            return;
        }
        self.points = [0; 2];
        self.sets[side] += 1;
        self.over = self.sets[side] == SETS_TO_WIN;
        self.next.push(json!({ "type": "period_end" }));
        self.next
            .push(json!({ "type": if self.over { "finish" } else { "period_start" } }));
    }
}

impl Iterator for Game {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        if self.next.is_empty() {
            if self.over {
                return None;
            }
            self.play();
        }
        Some(self.next.remove(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_match_starts_ends_and_is_the_same_again() {
        for seed in 1..50 {
            let game: Vec<Value> = Game::new(seed).collect();
            assert_eq!(game.first().unwrap()["type"], "start");
            assert_eq!(game.last().unwrap()["type"], "finish");
            assert!(game.len() < 500);
            assert_eq!(game, Game::new(seed).collect::<Vec<_>>());
        }
    }
}
