//! What reading the database ran into, and the second look at one that read as damaged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use r2d2_sqlite::SqliteConnectionManager;

use super::error::{Fault, StoreError};
use super::file::opening::quick_check;

use crate::{clock, threads};

/// After a look at the whole database its disk has so many times as long for everything else.
const RESTS: u32 = 10;

/// How reading goes. Cheap to clone.
#[derive(Clone, Default)]
pub struct Reading(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Damage stays until a look finds none; anything else passes with the next good reading.
    fault: Option<Fault>,
    looking: bool,
    rests_until: Option<Instant>,
}

impl Reading {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn fault(&self) -> Option<Fault> {
        self.state().fault.clone()
    }

    pub fn note(&self, error: Option<&StoreError>) {
        let mut state = self.state();
        match error {
            _ if state.fault == Some(Fault::Corrupt) => {}
            Some(StoreError::Fault(fault)) if state.fault.as_ref() != Some(fault) => {
                tracing::error!("the store cannot read: {fault}");
                state.fault = Some(fault.clone());
            }
            None => state.fault = None,
            _ => {}
        }
    }

    /// Looks again, beside everything else, at a database that read as damaged: a disk that erred for a moment leaves no
    /// damage. All of it is read, so the larger it is, the rarer.
    pub fn look_again(&self, readers: &r2d2::Pool<SqliteConnectionManager>) {
        if !self.begin_look() {
            return;
        }
        let (reading, readers) = (self.clone(), readers.clone());
        // Not one of the runtime's threads: the program's end would wait for those.
        let thread = threads::spawn("second-look", move || {
            let began = clock::monotonic();
            let sound = readers
                .get()
                .map_err(StoreError::from)
                .and_then(|connection| quick_check(&connection));
            reading.end_look(began, matches!(sound, Ok(true)));
        });
        if let Err(error) = thread {
            tracing::warn!("no second look at the database: {error}");
            self.state().looking = false;
        }
    }

    fn begin_look(&self) -> bool {
        let mut state = self.state();
        let rests = state
            .rests_until
            .is_some_and(|end| clock::monotonic() < end);
        let begins = state.fault == Some(Fault::Corrupt) && !state.looking && !rests;
        state.looking |= begins;
        begins
    }

    fn end_look(&self, began: Instant, sound: bool) {
        let mut state = self.state();
        state.looking = false;
        state.rests_until = Some(clock::monotonic() + began.elapsed() * RESTS);
        if sound {
            tracing::info!("the database is not damaged: its disk erred");
            state.fault = None;
        }
    }
}
