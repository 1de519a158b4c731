//! The ids of all events of a match, so that one that is sent again is taken once.
//!
//! A long history has many of them, so each is kept as a number of 128 bits. The key of the numbers is drawn when the match
//! comes into memory: no sender can make two ids that fall together.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use crate::domain::{EventId, Seq};

#[derive(Default)]
pub struct KnownIds {
    keys: (RandomState, RandomState),
    seqs: HashMap<(u64, u64), u32>,
}

impl KnownIds {
    fn number(&self, id: &EventId) -> (u64, u64) {
        (self.keys.0.hash_one(id), self.keys.1.hash_one(id))
    }

    pub fn insert(&mut self, id: &EventId, seq: Seq) {
        let number = self.number(id);
        // No match can have so many events: they would not fit any disk.
        self.seqs
            .insert(number, u32::try_from(seq).unwrap_or(u32::MAX));
    }

    pub fn get(&self, id: &EventId) -> Option<Seq> {
        self.seqs.get(&self.number(id)).copied().map(Seq::from)
    }
}
