//! The order of a round robin by the Berger tables (FIDE Handbook C.05, Annex 1).

/// Returns the pairs of each round, who is at home first. Lines count from 1; with an odd number one rests in each round.
///
/// In round r the last line n meets x = ((r − 1) · n/2) mod (n − 1) + 1, who is at home in odd rounds. Then x + k is at home
/// against x − k, counted in a circle of n − 1. An odd number plays the table of the next even one: its last line is the rest.
/// Home and away differ by at most one.
pub fn rounds(lines: u16) -> Vec<Vec<(u16, u16)>> {
    let even = lines + lines % 2;
    if even < 2 {
        return Vec::new();
    }
    let circle = even - 1;
    (0..circle)
        .map(|round| {
            let x = round * (even / 2) % circle;
            let first = if round % 2 == 0 {
                (x + 1, even)
            } else {
                (even, x + 1)
            };
            let others =
                (1..even / 2).map(|k| ((x + k) % circle + 1, (x + circle - k) % circle + 1));
            std::iter::once(first)
                .chain(others)
                .filter(|(home, away)| *home <= lines && *away <= lines)
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_play_the_printed_table() {
        let printed = [[(1, 4), (2, 3)], [(4, 3), (1, 2)], [(2, 4), (3, 1)]];
        assert_eq!(rounds(4), printed);
    }
}
