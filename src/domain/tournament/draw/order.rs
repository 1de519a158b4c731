//! The order of a knockout: who stands on which line, so that the better two of any four meet last.

/// The place of the lines of seeds 3 and 4, the one thing in which federations differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedLines {
    /// At the top of the second quarter and the bottom of the third: lines 5 and 12 of 16, 9 and 24 of 32.
    /// Source: ITF Women's Circuit Rulebook 2015, page 63; badminton draws the same.
    #[default]
    Itf,
    /// At the bottom of the first half and the top of the second: lines 16 and 17 of 32. Source: ITTF 3.6.2.
    Ittf,
}

/// Returns the number of lines of a tree that holds so many: the next power of two, at least 2.
pub fn size(entrants: u16) -> u16 {
    entrants.clamp(2, 1 << 15).next_power_of_two()
}

/// Returns the places of a tree of `size` lines from its top line to its bottom line.
///
/// A place is a number from 1: place p meets place size + 1 − p in round 1, the folded order. Place 1 is the top line and
/// place 2 the bottom line. Places 1 to 2, 4, 8… can meet only in the final, from the semi-final, from the quarter-final….
pub fn places(size: u16, seed_lines: SeedLines) -> Vec<u16> {
    let mut order = vec![(1, false)];
    let mut sections = 1;
    while sections < size {
        sections *= 2;
        let turns = sections != 4 || seed_lines == SeedLines::Ittf;
        order = order
            .into_iter()
            .flat_map(|(place, turned)| {
                let other = sections + 1 - place;
                if turned {
                    [(other, !turns), (place, true)]
                } else {
                    [(place, false), (other, turns)]
                }
            })
            .collect();
    }
    order.into_iter().map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_two_stands_on_the_bottom_line() {
        assert_eq!(
            places(16, SeedLines::Itf),
            [1, 16, 9, 8, 4, 13, 12, 5, 6, 11, 14, 3, 7, 10, 15, 2]
        );
        assert_eq!(
            places(16, SeedLines::Ittf),
            [1, 16, 9, 8, 5, 12, 13, 4, 3, 14, 11, 6, 7, 10, 15, 2]
        );
    }
}
