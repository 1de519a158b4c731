//! The rounds that were played, and how each player stands after them.

use serde::Deserialize;
use thiserror::Error;

use super::tie_breaks::{Game, TieBreaks, tie_breaks};

/// The most players: the time that a pairing takes grows with the third power of their number.
pub const PLAYERS_MAX: u32 = 256;
/// The most rounds: so many players have all met each other by then.
pub const ROUNDS_MAX: usize = 256;

/// A match that was played, or a bye. It is read from `[a, b, result]` or `[a, null, 1]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "(u32, Option<u32>, SideResult)")]
pub struct Meeting {
    /// The player at home, by number. Players are numbered from 1.
    pub a: u32,
    /// The opponent; `None` for a bye.
    pub b: Option<u32>,
    /// The result as `a` sees it.
    pub outcome: SideResult,
}

impl From<(u32, Option<u32>, SideResult)> for Meeting {
    fn from((a, b, outcome): (u32, Option<u32>, SideResult)) -> Meeting {
        Meeting { a, b, outcome }
    }
}

/// The end of a match for one of its sides. It is read from 1, 0.5 or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub enum SideResult {
    Win,
    Draw,
    Loss,
}

#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("a result is 1 for a win, 0.5 for a draw or 0 for a loss, and not {0}")]
pub struct NotASideResult(f64);

impl TryFrom<f64> for SideResult {
    type Error = NotASideResult;

    fn try_from(result: f64) -> Result<SideResult, NotASideResult> {
        if result == 1.0 {
            Ok(SideResult::Win)
        } else if result == 0.5 {
            Ok(SideResult::Draw)
        } else if result == 0.0 {
            Ok(SideResult::Loss)
        } else {
            Err(NotASideResult(result))
        }
    }
}

impl SideResult {
    fn half_points(self) -> u8 {
        match self {
            SideResult::Win => 2,
            SideResult::Draw => 1,
            SideResult::Loss => 0,
        }
    }

    fn turned(self) -> SideResult {
        match self {
            SideResult::Win => SideResult::Loss,
            SideResult::Draw => SideResult::Draw,
            SideResult::Loss => SideResult::Win,
        }
    }
}

/// A reason why rounds cannot have been played as they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HistoryError {
    #[error("a tournament has from 1 to {PLAYERS_MAX} players, and not {0}")]
    Players(u32),
    #[error("a tournament has up to {ROUNDS_MAX} rounds, and not {0}")]
    Rounds(usize),
    #[error("round {round} names player {player}: the players are numbered from 1 to {players}")]
    UnknownPlayer {
        round: usize,
        player: u32,
        players: u32,
    },
    #[error("player {player} stands twice in round {round}: each player has one match or one bye")]
    TwiceInRound { round: usize, player: u32 },
    #[error(
        "both player {first} and player {second} have a bye in round {round}: \
         one is left over at most, leave out who did not play"
    )]
    TwoByes {
        round: usize,
        first: u32,
        second: u32,
    },
    #[error(
        "the bye of player {player} in round {round} is a win: write [{player}, null, 1], \
         or leave out who did not play"
    )]
    ByeNotWon { round: usize, player: u32 },
}

/// The games of a player and what they add up to.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub(super) games: Vec<Game>,
    /// In half points.
    pub(super) score: u32,
    /// Matches at home minus matches away.
    pub(super) home_balance: i32,
    /// The last round with a match or a bye, from 1.
    last_round: usize,
}

impl Record {
    pub(super) fn had_bye(&self) -> bool {
        self.games.iter().any(|game| game.opponent.is_none())
    }

    pub(super) fn met(&self, player: usize) -> bool {
        self.games.iter().any(|game| game.opponent == Some(player))
    }
}

/// The rounds of a tournament, each known to be possible.
///
/// A player may be missing from a round: nothing is scored then. Two who met twice are taken as they are, as is a second bye.
#[derive(Debug, Clone)]
pub struct History {
    /// By the players' numbers, from 0.
    pub(super) records: Vec<Record>,
    pub(super) rounds: usize,
}

impl History {
    /// Takes the rounds in which `players` players met. The order of the meetings within a round means nothing.
    ///
    /// # Errors
    /// The first thing that contradicts itself or is beyond a bound.
    pub fn new(players: u32, rounds: &[Vec<Meeting>]) -> Result<History, HistoryError> {
        if players == 0 || players > PLAYERS_MAX {
            return Err(HistoryError::Players(players));
        }
        if rounds.len() > ROUNDS_MAX {
            return Err(HistoryError::Rounds(rounds.len()));
        }
        let mut history = History {
            records: vec![Record::default(); players as usize],
            rounds: rounds.len(),
        };
        for (number, round) in (1..).zip(rounds) {
            history.take_round(number, round)?;
        }
        Ok(history)
    }

    /// Returns the history of those who play on, numbered in the order of `playing`. Matches with all others still count, and are
    /// with nobody who could be met again.
    #[must_use]
    pub fn of_those(&self, playing: &[u32]) -> History {
        let index = |player: &u32| {
            usize::try_from(*player)
                .unwrap_or(usize::MAX)
                .wrapping_sub(1)
        };
        let renumbered = |old: usize| playing.iter().position(|player| index(player) == old);
        let record = |player: &u32| {
            let mut own = self.records.get(index(player)).cloned().unwrap_or_default();
            for game in &mut own.games {
                if let Some(opponent) = game.opponent {
                    game.opponent = Some(renumbered(opponent).unwrap_or(usize::MAX));
                }
            }
            own
        };
        History {
            records: playing.iter().map(record).collect(),
            rounds: self.rounds,
        }
    }

    /// Returns the tie-breaks of each player, player 1 first.
    pub fn tie_breaks(&self) -> Vec<TieBreaks> {
        let games: Vec<_> = self.records.iter().map(|own| own.games.clone()).collect();
        tie_breaks(&games, self.rounds)
    }

    fn take_round(&mut self, round: usize, meetings: &[Meeting]) -> Result<(), HistoryError> {
        let mut first_bye = None;
        for &Meeting { a, b, outcome } in meetings {
            self.take_game(round, a, b, outcome)?;
            if let Some(b) = b {
                self.take_game(round, b, Some(a), outcome.turned())?;
                self.record(round, a)?.home_balance += 1;
                self.record(round, b)?.home_balance -= 1;
            } else if outcome != SideResult::Win {
                return Err(HistoryError::ByeNotWon { round, player: a });
            } else if let Some(first) = first_bye.replace(a) {
                let second = a;
                return Err(HistoryError::TwoByes {
                    round,
                    first,
                    second,
                });
            }
        }
        Ok(())
    }

    fn take_game(
        &mut self,
        round: usize,
        player: u32,
        opponent: Option<u32>,
        outcome: SideResult,
    ) -> Result<(), HistoryError> {
        let record = self.record(round, player)?;
        if record.last_round == round {
            return Err(HistoryError::TwiceInRound { round, player });
        }
        record.last_round = round;
        record.score += u32::from(outcome.half_points());
        record.games.push(Game {
            // An opponent who is unknown is refused when his own game is taken.
            opponent: opponent.map(|number| (number as usize).wrapping_sub(1)),
            score: i64::from(outcome.half_points()),
        });
        Ok(())
    }

    fn record(&mut self, round: usize, player: u32) -> Result<&mut Record, HistoryError> {
        let players = self.records.len() as u32;
        let index = (player as usize).wrapping_sub(1);
        self.records
            .get_mut(index)
            .ok_or(HistoryError::UnknownPlayer {
                round,
                player,
                players,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(players: u32, rounds: &str) -> Result<History, String> {
        let rounds: Vec<Vec<Meeting>> =
            serde_json::from_str(rounds).map_err(|error| error.to_string())?;
        History::new(players, &rounds).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn assert_refused(players: u32, rounds: &str, why: &str) {
        let refused = history(players, rounds).expect_err("refused");
        assert!(refused.contains(why), "{refused}");
    }

    #[test]
    fn rounds_that_contradict_themselves_are_refused_with_the_reason() {
        assert_refused(0, "[]", "from 1 to 256 players");
        assert_refused(257, "[]", "not 257");
        let many = format!("[{}[]]", "[],".repeat(256));
        assert_refused(4, &many, "up to 256 rounds, and not 257");
        assert_refused(4, "[[[1,5,1]]]", "round 1 names player 5");
        assert_refused(4, "[[],[[0,1,1]]]", "round 2 names player 0");
        assert_refused(4, "[[[4294967295,1,1]]]", "names player 4294967295");
        assert_refused(4, "[[[2,2,1]]]", "player 2 stands twice in round 1");
        assert_refused(4, "[[[1,2,1],[3,1,0]]]", "player 1 stands twice in round 1");
        assert_refused(4, "[[[1,2,1],[1,null,1]]]", "player 1 stands twice");
        assert_refused(4, "[[[1,null,1],[2,null,1]]]", "both player 1 and player 2");
        assert_refused(3, "[[[1,null,0.5]]]", "write [1, null, 1]");
        assert_refused(4, "[[[1,2,3]]]", "a result is 1 for a win");
        assert_refused(4, "[[[1,2,null]]]", "expected f64");
        assert_refused(4, "[[[1,2]]]", "expected a tuple of size 3");
    }

    #[test]
    fn who_missed_a_round_met_again_or_had_two_byes_is_taken_as_told() {
        let rounds = "[[[1,2,0.5]],[[2,1,1],[3,null,1]],[[3,null,1.0]]]";
        let history = history(3, rounds).expect("possible");
        let scores: Vec<u32> = history.records.iter().map(|own| own.score).collect();
        assert_eq!(scores, [1, 3, 4]);
        let home: Vec<i32> = history.records.iter().map(|own| own.home_balance).collect();
        assert_eq!(home, [0, 0, 0]);
        assert!(history.records[0].met(1) && !history.records[0].met(2));
        assert!(history.records[2].had_bye() && !history.records[1].had_bye());
    }
}
