//! Requests and answers that are under way: each has buffers, so there is room for so many connections that have begun one.
//!
//! A connection beyond that ends the one that has waited for its client for longest, which is one that hangs, or one
//! that is kept open for a request that may come. Websockets are no conversations any more.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Connections that speak HTTP at once. Each takes some 20 KB.
const AT_ONCE: usize = 750;

/// All conversations. Cheap to clone.
#[derive(Clone, Default)]
pub struct Conversations(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    begun: u64,
    going_on: BTreeMap<u64, Entry>,
}

struct Entry {
    works: Arc<AtomicBool>,
    /// Dropped to end the conversation.
    _end: oneshot::Sender<()>,
}

/// One conversation, until it is dropped.
pub struct Conversation {
    all: Conversations,
    number: u64,
    /// The server works for it; then it is not ended.
    pub works: Arc<AtomicBool>,
}

impl Conversations {
    /// Begins one; the receiver ends with it when it must make room.
    pub fn begin(&self) -> (Conversation, oneshot::Receiver<()>) {
        let mut state = self.state();
        if state.going_on.len() >= AT_ONCE {
            let waits = |entry: &Entry| !entry.works.load(Ordering::Relaxed);
            let longest = state.going_on.iter().find(|(_, entry)| waits(entry));
            if let Some(longest) = longest.map(|(number, _)| *number) {
                state.going_on.remove(&longest);
            }
        }
        state.begun += 1;
        let number = state.begun;
        let works = Arc::new(AtomicBool::new(false));
        let (end, ended) = oneshot::channel();
        let entry = Entry {
            works: works.clone(),
            _end: end,
        };
        state.going_on.insert(number, entry);
        let conversation = Conversation {
            all: self.clone(),
            number,
            works,
        };
        (conversation, ended)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.all.state().going_on.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_waited_for_longest_makes_room_and_nobody_who_is_worked_for() {
        let all = Conversations::default();
        let mut open: Vec<_> = (0..AT_ONCE).map(|_| all.begin()).collect();
        open[0].0.works.store(true, Ordering::Relaxed);
        let one_more = all.begin();
        let ended: Vec<usize> = open
            .iter_mut()
            .enumerate()
            .filter_map(|(number, (_, end))| {
                let is_over = end.try_recv() == Err(oneshot::error::TryRecvError::Closed);
                is_over.then_some(number)
            })
            .collect();
        assert_eq!(ended, [1]);
        drop(open);
        assert_eq!(all.state().going_on.len(), 1);
        drop(one_more);
    }
}
