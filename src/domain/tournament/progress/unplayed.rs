//! Results of matches that nobody has played.

use super::super::standings::{ResultOf, SideLetter};
use super::KnownFixture;

/// A match that was never begun because a side has withdrawn.
pub fn walkover(resolved: &KnownFixture, a: u16, b: u16) -> ResultOf<u16> {
    let winner = resolved.winner().entrant();
    let letter = if winner == Some(b) {
        SideLetter::B
    } else {
        SideLetter::A
    };
    ResultOf {
        walkover: Some(letter),
        ..bare(a, Some(b))
    }
}

/// A bye.
pub fn bye(alone: u16) -> ResultOf<u16> {
    bare(alone, None)
}

fn bare(a: u16, b: Option<u16>) -> ResultOf<u16> {
    ResultOf {
        a,
        b,
        score: None,
        sets: None,
        extra: false,
        shootout: None,
        walkover: None,
        bonus: None,
        tries: None,
    }
}
