//! The next free court against a plan that knows how long every match takes.

use super::Vector;
use super::played::PlayedDay;
use crate::domain::plan::clashes;

/// Steps of the plan that knows everything.
const STEPS: usize = 300;
/// Without optimisation a day takes ten times as long.
const DAYS_OF_EACH: u64 = if cfg!(debug_assertions) { 2 } else { 5 };

#[test]
fn days_without_times_break_no_rule_and_end_hardly_later_than_if_all_lengths_were_known() {
    let mut ratios = Vec::new();
    for (number, vector) in Vector::all().iter().enumerate() {
        let problem = vector.problem();
        for day in 0..DAYS_OF_EACH {
            let played = PlayedDay::of(&problem, 100 * day + number as u64);
            let wrong = clashes(&played.known, &played.slots);
            assert_eq!(wrong, [], "{} on day {day}", vector.name);
            ratios.push(played.later(STEPS));
        }
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    assert!(mean <= 1.05, "{mean}: {ratios:?}");
}
