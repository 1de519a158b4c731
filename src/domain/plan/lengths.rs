//! The length of a match: an estimate from its rules, until somebody says it or the day itself has shown it.

use super::problem::Minutes;
use crate::domain::sport::Rules;
use crate::domain::sport::definition::{ClockKind, Ladder, Periods};

/// Seconds from one serve to the next: over all sports with sets, and where points make games. Estimates, not from a rulebook.
const RALLY_SECONDS: f64 = 22.0;
const GAME_POINT_SECONDS: f64 = 35.0;
/// Points of a game in tennis, and games of a set for each that wins it. Estimates.
const POINTS_OF_A_GAME: f64 = 6.2;
const GAMES_OF_A_SET: f64 = 1.6;
/// Rallies of a set for each point that wins it. An estimate.
const RALLIES_OF_A_SET: f64 = 1.75;
/// A factor for periods whose clock stops with play. An estimate.
const STOPPED: f64 = 1.7;
/// The length where the rules tell nothing.
const UNKNOWN_MINUTES: u16 = 20;
/// The least time in which people get to a court, warm up and play.
const SHORTEST_MINUTES: f64 = 10.0;

/// So many matches of a kind show how long the others take.
const SHOWN_BY: usize = 5;

/// The minutes that a match takes, as those of its kind have shown on this day: their median, since some referee forgets to end
/// a match on every day. `None` until there are five.
pub fn learnt(mut took: Vec<Minutes>) -> Option<Minutes> {
    if took.len() < SHOWN_BY {
        return None;
    }
    took.sort_unstable();
    took.get(took.len() / 2).copied()
}

/// The minutes that a match by these rules takes on its court, in steps of five.
pub fn minutes_by(rules: &Rules) -> u16 {
    let minutes = match rules {
        Rules::Ladder(ladder) => of_sets(ladder),
        Rules::Periods(periods) => of_periods(periods),
    };
    let Some(minutes) = minutes else {
        return UNKNOWN_MINUTES;
    };
    let steps = (minutes.max(SHORTEST_MINUTES) / 5.0).ceil();
    // At most a day.
    (steps.min(288.0) as u16) * 5
}

fn of_sets(ladder: &Ladder) -> Option<f64> {
    let Some(set) = &ladder.set else {
        let target = f64::from(ladder.r#match.target?);
        return Some(target * RALLIES_OF_A_SET * RALLY_SECONDS / 60.0);
    };
    let most = f64::from(ladder.r#match.best_of.unwrap_or(1));
    let least = (most / 2.0).floor() + 1.0;
    // Not every match goes to the last set.
    let sets = least.min(most) + (most - least).max(0.0) * 0.4;
    let target = f64::from(set.target);
    let set_seconds = if ladder.game.is_some() {
        target * GAMES_OF_A_SET * POINTS_OF_A_GAME * GAME_POINT_SECONDS
    } else {
        target * RALLIES_OF_A_SET * RALLY_SECONDS
    };
    let pauses = (sets - 1.0) * f64::from(ladder.interval.between_sets);
    Some((sets * set_seconds + pauses) / 60.0)
}

fn of_periods(periods: &Periods) -> Option<f64> {
    let level = &periods.period;
    if level.minutes == 0 || level.count == 0 {
        return None;
    }
    let factor = match level.clock {
        ClockKind::Running => 1.0,
        ClockKind::Stopped => STOPPED,
    };
    let play = f64::from(level.count * level.minutes) * factor;
    let last = level.breaks.last().copied().unwrap_or(0);
    let breaks = (1..level.count).map(|after| {
        let told = level.breaks.get(after as usize - 1).copied();
        f64::from(told.unwrap_or(last))
    });
    Some(play + breaks.sum::<f64>() / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sport::Catalogue;

    #[test]
    fn five_matches_show_how_long_the_others_take() {
        assert_eq!(learnt(vec![20, 21, 22, 23]), None);
        assert_eq!(learnt(vec![23, 21, 200, 20, 22]), Some(22));
    }

    /// No sport is estimated so that a plan by it is absurd.
    #[test]
    fn a_match_of_every_sport_takes_minutes_that_a_hall_knows() {
        let minutes = |sport: &str| {
            let sport = Catalogue::built_in().find(sport).unwrap();
            minutes_by(&sport.rules)
        };
        for (sport, least, most) in [
            ("BADMINTON", 30, 50),
            ("TABLE_TENNIS", 20, 40),
            ("VOLLEYBALL", 70, 110),
            ("FOOTBALL", 105, 110),
            ("BASKETBALL", 80, 100),
            ("HANDBALL", 70, 110),
            ("TENNIS", 75, 150),
        ] {
            let minutes = minutes(sport);
            assert!((least..=most).contains(&minutes), "{sport}: {minutes}");
        }
        for sport in Catalogue::built_in().sports() {
            let minutes = minutes_by(&sport.rules);
            assert!((10..=240).contains(&minutes), "{}: {minutes}", sport.id);
        }
    }
}
