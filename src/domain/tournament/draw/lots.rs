//! Lots: a number says what is drawn, and the same number draws the same on any machine, for ever.

/// A source of lots that begins at a number.
///
/// The generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) with the number as its state. Whoever writes these
/// lines in another language can repeat a draw.
#[derive(Debug, Clone)]
pub struct Lots {
    state: u64,
}

impl Lots {
    pub fn new(number: u64) -> Lots {
        Lots { state: number }
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to `count` − 1, each equally likely: numbers beyond the last whole multiple of `count`
    /// are drawn again. Nothing is drawn from fewer than two.
    pub fn below(&mut self, count: u64) -> u64 {
        if count < 2 {
            return 0;
        }
        let whole = u64::MAX - u64::MAX % count;
        loop {
            let drawn = self.next();
            if drawn < whole {
                return drawn % count;
            }
        }
    }

    /// Shuffles by Fisher and Yates, from the last place down: place i changes with one of the places 0 to i.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            let other = self.below(place as u64 + 1);
            items.swap(place, other as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        let mut lots = Lots::new(1_234_567);
        let drawn: Vec<_> = (0..5).map(|_| lots.next()).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(drawn, published);
    }
}
