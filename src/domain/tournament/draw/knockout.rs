//! The fixtures of a knockout.

use super::super::format::Knockout;
use super::super::{Fixture, Key, Source};
use super::{DrawError, Line, side};

/// Returns the fixtures of a knockout on the lines of its first round, round by round, each from the top.
pub fn fixtures(settings: &Knockout, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    let mut sides: Vec<Source> = lines.iter().map(|line| side(*line)).collect();
    let mut fixtures = Vec::with_capacity(lines.len());
    let mut round = 0;
    while sides.len() > 1 {
        round += 1;
        let matches = sides.len() / 2;
        if matches == 1 && round > 1 && settings.third_place {
            fixtures.push(third_place(round));
        }
        let pairs = sides.chunks_exact(2).enumerate();
        let played: Vec<Fixture> = pairs
            .filter_map(|(index, pair)| match pair {
                [a, b] => Some(Fixture {
                    key: key(matches, index + 1),
                    round,
                    group: None,
                    a: a.clone(),
                    b: b.clone(),
                    if_needed: false,
                }),
                _ => None,
            })
            .collect();
        sides = played
            .iter()
            .map(|fixture| Source::Winner {
                winner: fixture.key.clone(),
            })
            .collect();
        fixtures.extend(played);
    }
    Ok(fixtures)
}

/// Returns the key of a match of a round, counted from the top: `R16-2`, `QF1`, `SF2`, `F`.
pub fn key(matches: usize, number: usize) -> Key {
    Key::new(match matches {
        1 => "F".to_owned(),
        2 => format!("SF{number}"),
        4 => format!("QF{number}"),
        _ => format!("R{}-{number}", 2 * matches),
    })
}

fn third_place(round: u16) -> Fixture {
    Fixture {
        key: Key::new("3RD"),
        round,
        group: None,
        a: Source::Loser { loser: key(2, 1) },
        b: Source::Loser { loser: key(2, 2) },
        if_needed: false,
    }
}
