//! Chance for the tests: the same on each machine.

pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, end: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    pub fn score(&mut self) -> i64 {
        i64::try_from(self.below(5)).unwrap()
    }
}
