//! Games that play themselves by the rules of any sport, for the demo and for trying a venue out.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::domain::matches::state::Phase;
use crate::domain::{MatchFold, Play, Rules, Side, Status};

/// Events in a simulated period of a timed sport.
const EVENTS_A_PERIOD: u32 = 14;
/// A game that has not ended by then is ended.
const EVENTS_MAX: u64 = 3_000;

/// The events of one simulated match, from `start` to its end.
pub struct Game {
    dice: u64,
    rules: Arc<Rules>,
    fold: MatchFold,
    left_in_period: u32,
    waiting: VecDeque<Value>,
}

impl Game {
    /// The same seed plays the same game.
    pub fn new(rules: Arc<Rules>, seed: u64) -> Game {
        let mut game = Game {
            dice: seed | 1,
            fold: MatchFold::new(rules.clone()),
            rules,
            left_in_period: EVENTS_A_PERIOD,
            waiting: VecDeque::new(),
        };
        let first = game.side();
        game.waiting
            .push_back(json!({ "type": "start", "side": first }));
        game
    }

    /// Xorshift: enough for a game.
    fn throw(&mut self, sides: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 32) % sides
    }

    fn side(&mut self) -> Side {
        match self.throw(2) {
            0 => Side::A,
            _ => Side::B,
        }
    }

    fn play_on(&mut self) {
        let next = match *self.rules {
            Rules::Ladder(_) => self.rally(),
            Rules::Periods(_) => self.move_in_time(),
        };
        self.waiting.push_back(next);
    }

    fn rally(&mut self) -> Value {
        let side = self.side();
        json!({ "type": "point", "side": side, "value": self.value() })
    }

    fn move_in_time(&mut self) -> Value {
        let state = self.fold.state();
        if state.prompt.iter().any(|prompt| prompt == "interval") {
            self.left_in_period = EVENTS_A_PERIOD;
            return json!({ "type": "period_start" });
        }
        if state.phase == Phase::Shootout {
            let side = state.serving.unwrap_or(Side::A);
            return json!({ "type": "point", "side": side, "value": self.throw(4).min(1) });
        }
        if self.left_in_period == 0 {
            self.left_in_period = EVENTS_A_PERIOD;
            return json!({ "type": "period_end" });
        }
        self.left_in_period -= 1;
        let side = self.side();
        match self.throw(4) {
            0 if self.rules.fouls().name.is_some() => json!({ "type": "foul", "side": side }),
            _ => json!({ "type": "point", "side": side, "value": self.value() }),
        }
    }

    fn value(&mut self) -> u32 {
        let ways = self.rules.points().len() as u64;
        if ways == 0 {
            return 1;
        }
        let way = usize::try_from(self.throw(ways)).unwrap_or(0);
        self.rules.points().get(way).map_or(1, |point| point.value)
    }
}

impl Iterator for Game {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        if self.waiting.is_empty() {
            if self.fold.status() == Status::Finished {
                return None;
            }
            match self.fold.seq() >= EVENTS_MAX {
                true => self.waiting.push_back(json!({ "type": "finish" })),
                false => self.play_on(),
            }
        }
        let event = self.waiting.pop_front()?;
        if let Ok(play) = Play::read(&event.to_string()) {
            self.fold.apply(play);
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Catalogue;

    #[test]
    fn every_sport_of_the_catalogue_can_be_played_to_its_end_and_the_same_again() {
        for sport in Catalogue::built_in().sports() {
            let variants = sport.variants.iter().map(|variant| &variant.rules);
            for rules in variants.chain([&sport.rules]) {
                for seed in [3, 77_777] {
                    let game: Vec<Value> = Game::new(Arc::new(rules.clone()), seed).collect();
                    assert_eq!(game[0]["type"], "start");
                    assert!(
                        (game.len() as u64) < EVENTS_MAX,
                        "{} does not end",
                        sport.id
                    );
                    let again: Vec<Value> = Game::new(Arc::new(rules.clone()), seed).collect();
                    assert_eq!(game, again);
                }
            }
        }
    }
}
