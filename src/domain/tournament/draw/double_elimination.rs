use super::super::Fixture;
use super::super::format::DoubleElimination;
use super::{DrawError, Line};

/// Returns the fixtures of a stage on the lines of its first round.
pub fn fixtures(_settings: &DoubleElimination, _lines: &[Line]) -> Result<Vec<Fixture>, DrawError> {
    Err(DrawError::NotYet)
}
