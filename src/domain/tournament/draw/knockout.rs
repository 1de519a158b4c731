//! The fixtures of a knockout.

use super::super::format::Knockout;
use super::super::{Fixture, Key};
use super::trees::{Sheet, slots};
use super::{DrawError, Line};

/// Returns the fixtures of a knockout on the lines of its first round, round by round, each from the top.
pub fn fixtures(settings: &Knockout, lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    let mut sheet = Sheet::default();
    let rounds = sheet.knockout("", slots(lines));
    if settings.third_place {
        sheet.third_place(&rounds)?;
    }
    Ok(sheet.into_fixtures())
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
