//! Sets of times: a bit for each unit of a day.

use super::model::Units;

/// Many sets of times of the same length, in one piece of memory.
#[derive(Debug, Clone)]
pub(super) struct Sets {
    words: Vec<u64>,
    words_per_set: usize,
}

impl Sets {
    /// Makes empty sets of times from 0 to `horizon` − 1.
    pub fn new(count: usize, horizon: Units) -> Sets {
        let words_per_set = (horizon.max(1) as usize).div_ceil(64);
        Sets {
            words: vec![0; count * words_per_set],
            words_per_set,
        }
    }

    pub fn words_per_set(&self) -> usize {
        self.words_per_set
    }

    pub fn copy_from(&mut self, other: &Sets) {
        self.words.copy_from_slice(&other.words);
    }

    pub fn word(&self, set: usize, word: usize) -> u64 {
        self.words[set * self.words_per_set + word]
    }

    pub fn has(&self, set: usize, time: Units) -> bool {
        let time = time as usize;
        time / 64 < self.words_per_set && self.word(set, time / 64) >> (time % 64) & 1 == 1
    }

    /// Adds the times from `from` to `to` − 1; those outside are left out.
    pub fn add(&mut self, set: usize, from: Units, to: Units) {
        self.each_word(set, from, to, |word, mask| *word |= mask);
    }

    /// Takes the times from `from` to `to` − 1 away.
    pub fn remove(&mut self, set: usize, from: Units, to: Units) {
        self.each_word(set, from, to, |word, mask| *word &= !mask);
    }

    fn each_word(&mut self, set: usize, from: Units, to: Units, change: impl Fn(&mut u64, u64)) {
        let to = (to.max(0) as usize).min(self.words_per_set * 64);
        let mut from = from.max(0) as usize;
        let words = &mut self.words[set * self.words_per_set..][..self.words_per_set];
        while from < to {
            let (word, low) = (from / 64, from % 64);
            let high = (to - word * 64).min(64);
            change(&mut words[word], u64::MAX >> (64 - (high - low)) << low);
            from = word * 64 + high;
        }
    }

    /// Counts the times right before this one that are in the set, up to where one is missing; within one word.
    pub fn run_before(&self, set: usize, time: Units) -> u32 {
        let time = time as usize;
        match time % 64 {
            0 => 0,
            bit => (self.word(set, time / 64) << (64 - bit)).leading_ones(),
        }
    }
}
