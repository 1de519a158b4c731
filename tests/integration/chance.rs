//! Chance that can be repeated: each test that draws lots says its seed, and takes it from `COURTSIDE_SEED`.

/// Whether the long forms are asked for, which take minutes.
pub fn long() -> bool {
    std::env::var_os("COURTSIDE_LONG").is_some()
}

/// The seed of a test, which is shown when the test fails.
pub fn seed() -> u64 {
    let given = std::env::var("COURTSIDE_SEED").ok();
    let seed = given.and_then(|text| text.parse().ok()).unwrap_or_else(|| {
        let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970");
        now.as_nanos() as u64
    });
    eprintln!("repeat with COURTSIDE_SEED={seed}");
    seed
}

/// SplitMix64.
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// Another sequence for each number, so that threads do not share one.
    pub fn branch(seed: u64, number: usize) -> Chance {
        let mut chance = Chance(seed ^ (number as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95));
        chance.next();
        chance
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn percent(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }
}
