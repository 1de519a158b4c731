//! Double elimination: nobody is out with one defeat. 2n − 2 matches, and one more if the grand final must be repeated.

use super::super::format::DoubleElimination;
use super::super::{Fixture, Key};
use super::losers_side::LosersSide;
use super::trees::{self, Sheet, winners};
use super::{DrawError, Line};

/// The smallest field. With three, a losers' side has no round.
const FEWEST_ENTRANTS: u16 = 4;

/// Returns the fixtures on the lines of the first round: `W1-1`…, `L1-1`…, `GF`, and `GF2` with a reset.
///
/// Each round of the losers' side that takes losers follows the round of the winners' side that they come from. A fixture of
/// the losers' side that nobody can reach for byes is left out.
///
/// # Errors
///
/// Fewer than 4 entrants, or more than 64.
pub fn fixtures(settings: &DoubleElimination, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    trees::at_least(FEWEST_ENTRANTS, lines)?;
    let mut sheet = Sheet::default();
    let mut slots = trees::slots(lines);
    let mut losers_side = LosersSide::new("");
    for round in 1.. {
        if slots.len() < 2 {
            break;
        }
        let outcomes = sheet.round(round, slots, |number| format!("W{round}-{number}"));
        losers_side.drop(&mut sheet, &outcomes);
        slots = winners(&outcomes);
    }
    let never_lost = slots.pop().flatten();
    let lost_once = losers_side.finish(&mut sheet);
    let grand_final = sheet.meet(Key::new("GF"), 1, never_lost, lost_once);
    if settings.reset {
        sheet.meet(Key::new("GF2"), 2, grand_final.winner, grand_final.loser);
        sheet.last_if_needed();
    }
    Ok(sheet.into_fixtures())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::played::{LOTS, Played, any_lines, played, played_by_hand};
    use super::super::{Field, fixtures};
    use super::*;
    use crate::domain::tournament::format::Kind;
    use crate::domain::tournament::progress::Stand;

    const WITH_RESET: &str = r#"{"kind":"double_elimination","reset":true}"#;
    const WITHOUT: &str = r#"{"kind":"double_elimination"}"#;

    fn losses(played: &Played, entrant: u16) -> usize {
        let matches = played.of(entrant);
        matches.iter().filter(|one| one.loser == entrant).count()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(LOTS))]

        #[test]
        fn nobody_is_out_with_one_defeat(n in 4_u16..=64, seed: u64) {
            let played = played(WITH_RESET, n, seed);
            let last = played.pairings.last().expect("a fixture");
            let champion = last.winner().entrant().expect("a champion");
            for entrant in 1..=n {
                if entrant == champion {
                    prop_assert!(losses(&played, entrant) < 2);
                } else {
                    prop_assert_eq!(losses(&played, entrant), 2);
                }
            }
        }

        #[test]
        fn byes_by_hand_stop_nobody(lines in any_lines(4), seed: u64) {
            let n = u16::try_from(lines.iter().flatten().count()).expect("a field");
            let played = played_by_hand(WITHOUT, lines, seed);
            prop_assert_eq!(played.matches().len(), usize::from(2 * n - 2));
            let out = (1..=n).filter(|entrant| losses(&played, *entrant) == 2).count();
            prop_assert!(out >= usize::from(n - 2), "{} are out with two defeats", out);
        }

        #[test]
        fn two_matches_a_head_less_two_are_played(n in 4_u16..=64, seed: u64) {
            let matches = usize::from(2 * n - 2);
            prop_assert_eq!(played(WITHOUT, n, seed).matches().len(), matches);
            let with_reset = played(WITH_RESET, n, seed);
            let grand_final_lost = with_reset.pairings.last().expect("GF2").stand != Stand::NotNeeded;
            prop_assert_eq!(with_reset.matches().len(), matches + usize::from(grand_final_lost));
            let again = with_reset.fixtures.last().expect("GF2");
            prop_assert_eq!((again.key.as_str(), again.if_needed), ("GF2", true));
        }
    }

    #[test]
    fn five_are_drawn_with_byes_that_fall_through_the_losers_side() {
        let kind: Kind = serde_json::from_str(WITHOUT).expect("a kind");
        let drawn = fixtures(&kind, &Field::by_rank(5)).expect("a draw");
        let drawn: Vec<&str> = drawn.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(
            drawn.join(" "),
            "W1-1 W1-2 W1-3 W1-4 W2-1 W2-2 L1-1 L2-1 L2-2 W3-1 L3-1 L4-1 GF"
        );
    }

    #[test]
    fn three_are_too_few() {
        let kind: Kind = serde_json::from_str(WITHOUT).expect("a kind");
        let error = fixtures(&kind, &Field::by_rank(3)).expect_err("too few");
        assert_eq!(
            error,
            DrawError::TooFew {
                least: 4,
                entrants: 3
            }
        );
    }
}
