//! The strength of the opponents: Buchholz and its kin over the matches of a group.

use super::result::{Counted, Settled};
use super::value::Value;
use super::words::Criterion;
use crate::domain::matches::Side;
use crate::domain::tournament::swiss::{Game, TieBreaks, tie_breaks};

/// A match won, in half points.
const WON: i64 = 2;

/// Reckons the tie-breaks of each team over the matches among those that are marked. A win is a point and a draw half of one,
/// whatever they bring in the table.
pub(super) fn tie_breaks_among(matches: &[Counted], marked: &[bool]) -> Vec<TieBreaks> {
    let mut games: Vec<Vec<Game>> = vec![Vec::new(); marked.len()];
    for counted in matches.iter().filter(|counted| counted.is_among(marked)) {
        let score = match counted.outcome {
            Settled::Won(Side::A, _) => WON,
            Settled::Won(Side::B, _) => 0,
            Settled::Drawn => WON / 2,
        };
        let opponent = counted.b;
        if let Some(own) = games.get_mut(counted.a) {
            own.push(Game { opponent, score });
        }
        if let Some(own) = opponent.and_then(|b| games.get_mut(b)) {
            own.push(Game {
                opponent: Some(counted.a),
                score: WON - score,
            });
        }
    }
    let rounds = games.iter().map(Vec::len).max().unwrap_or(0);
    tie_breaks(&games, rounds)
}

/// The value of a criterion of the opponents; `None` for all others, and where there is none.
pub(super) fn value(criterion: Criterion, own: &TieBreaks) -> Option<Value> {
    match criterion {
        Criterion::Buchholz => Some(Value::parts(own.buchholz, 2)),
        Criterion::BuchholzCut1 => Some(Value::parts(own.buchholz_cut1, 2)),
        Criterion::FineBuchholz => Some(Value::parts(own.fine_buchholz?, 2)),
        Criterion::SonnebornBerger => Some(Value::parts(own.sonneborn_berger, 4)),
        _ => None,
    }
}
