//! Standings: the table of a group, exact and explained.
//!
//! A policy ([`PointsTable`]) says what a match brings and by which words those who are level are separated. Nothing
//! here knows a sport: a result has a score, perhaps sets, and says how it was won. The order in which teams and
//! results are given never decides. Teams that stay level are told in the order of their names or ids.
//!
//! - Over matches against each other, a team that has played none of them has no value, and a word that lacks a value
//!   for somebody separates nobody.
//! - A ratio is a fraction whose zero divisor is infinite; `scored_average` is an average and has no value of nothing.
//! - `buchholz` and its kin count matches won, a draw as half of one, and not the points of the table. Rounds are the
//!   most matches that any team has; a walkover is a match against its opponent, a bye one against nobody.
//! - A walkover is a match played, for both sides. What is deducted counts in `points`, not in `tied.points`.

mod best;
mod group;
mod opponents;
mod policy;
mod rank;
mod result;
mod table;
mod tally;
mod value;
mod words;

pub use best::{Best, Comparison, best_of_rank};
pub use group::{Extra, Group, PlayOff, StandingsError};
pub use policy::{Again, Bonus, PointsTable, WalkoverScore, Withdrawn};
pub use result::{ResultOf, SideLetter, WrongResult};
pub use table::{Advancing, Place, Row, Standings, Why, standings};
pub use tally::{Pair, Tally};
pub use value::Value;
pub use words::{Criterion, Scope, UnknownWord, Word};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
