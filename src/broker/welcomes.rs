//! The lists that new watchers of the venue get first, each encoded once for all who come while nothing changes.
//!
//! Such a list is long, and changes with every point. A watcher who does not take what it is sent keeps its list in memory:
//! many who come one after the other could keep many lists. So while those are too many, newcomers share one that is older,
//! and are told what has changed since: the feed goes on from its version.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::frame::Frame;
use crate::domain::TournamentId;

/// The bytes of lists that watchers have not taken; beyond that no other is made, unless the newest is too old.
const MOST_BYTES: usize = 8 * 1024 * 1024;

pub struct Welcomes {
    /// With the version that they show; of all matches, or of those of a tournament.
    newest: Mutex<HashMap<Option<TournamentId>, (u64, Frame)>>,
    /// The bytes of all lists that somebody still needs.
    held: Arc<AtomicUsize>,
    most: usize,
}

impl Default for Welcomes {
    fn default() -> Self {
        Welcomes::of_at_most(MOST_BYTES)
    }
}

impl Welcomes {
    pub fn of_at_most(most: usize) -> Welcomes {
        Welcomes {
            newest: Mutex::default(),
            held: Arc::default(),
            most,
        }
    }

    /// The list of this version; or one from which the feed can go on, so of `oldest` or later, while too many are held.
    pub fn get(
        &self,
        of: Option<TournamentId>,
        version: u64,
        oldest: u64,
        encode: impl FnOnce() -> Frame,
    ) -> (u64, Frame) {
        let mut newest = self.newest();
        if let Some((shown, frame)) = newest.get(&of)
            && (*shown == version || (*shown >= oldest && self.are_too_many()))
        {
            return (*shown, frame.clone());
        }
        let made = (version, encode().counted_in(&self.held));
        newest.insert(of, made.clone());
        made
    }

    /// Forgets the lists, since something has changed; while too many are held, those will do.
    pub fn outdated(&self) {
        if !self.are_too_many() {
            self.newest().clear();
        }
    }

    fn are_too_many(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.most
    }

    fn newest(&self) -> MutexGuard<'_, HashMap<Option<TournamentId>, (u64, Frame)>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
