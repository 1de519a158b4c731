//! Requests and answers that are under way: each has buffers, so there is room for so many connections that have begun one.
//!
//! A connection beyond that ends one of the network that has most of them: the one that has waited for its client for
//! longest, which is one that hangs, or one that is kept open for a request that may come. Websockets are no conversations
//! any more.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::networks::{Counted, LINK_SHARE, Network};
use crate::clock;

/// Connections that speak HTTP at once. Each takes some 20 KB.
const AT_ONCE: usize = 750;
/// Up to so many of one network are what a browser has: then only the waiting counts.
const OF_A_BROWSER: usize = 8;

/// All conversations. Cheap to clone.
#[derive(Clone, Default)]
pub struct Conversations(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    begun: u64,
    going_on: BTreeMap<u64, Entry>,
}

struct Entry {
    counted: Counted,
    client_wait: Arc<ClientWait>,
    /// Dropped to end the conversation.
    _end: oneshot::Sender<()>,
}

/// The state of a conversation.
#[derive(Debug)]
pub struct ClientWait {
    /// Since when its client is waited for; nothing while the server works for it, and then it is not ended.
    waits_since: Mutex<Option<Instant>>,
    /// Some of an answer waits for room in the client's socket.
    unsent: Arc<AtomicBool>,
}

impl ClientWait {
    fn new() -> ClientWait {
        ClientWait {
            waits_since: Mutex::new(Some(clock::now())),
            unsent: Arc::default(),
        }
    }

    /// The server works for it from now on.
    pub fn works(&self) {
        *self.waits() = None;
    }

    /// Its client is waited for from now on.
    pub fn is_answered(&self) {
        *self.waits() = Some(clock::now());
    }

    /// For who writes: says if something waits to be sent.
    pub fn unsent(&self) -> Arc<AtomicBool> {
        self.unsent.clone()
    }

    fn waits(&self) -> MutexGuard<'_, Option<Instant>> {
        self.waits_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// One conversation, until it is dropped.
pub struct Conversation {
    all: Conversations,
    number: u64,
    pub client_wait: Arc<ClientWait>,
}

impl Conversations {
    /// Begins one; the receiver ends with it when it must make room.
    pub fn begin(&self, counted: Counted) -> (Conversation, oneshot::Receiver<()>) {
        let mut state = self.state();
        if state.going_on.len() >= AT_ONCE
            && let Some(longest) = state.to_end()
        {
            state.going_on.remove(&longest);
        }
        state.begun += 1;
        let number = state.begun;
        let client_wait = Arc::new(ClientWait::new());
        let (end, ended) = oneshot::channel();
        let entry = Entry {
            counted,
            client_wait: client_wait.clone(),
            _end: end,
        };
        state.going_on.insert(number, entry);
        let conversation = Conversation {
            all: self.clone(),
            number,
            client_wait,
        };
        (conversation, ended)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The one that makes room, if not all are worked for.
    fn to_end(&self) -> Option<u64> {
        let mut crowds: HashMap<Network, usize> = HashMap::new();
        for Entry { counted, .. } in self.going_on.values() {
            for network in std::iter::once(counted.network).chain(counted.link()) {
                *crowds.entry(network).or_default() += 1;
            }
        }
        // Of the link, and of the address itself.
        let crowd = |counted: Counted| {
            let many = |network| crowds.get(&network).copied().unwrap_or_default();
            let own = if counted.is_the_box() {
                // A proxy, behind which many are one.
                OF_A_BROWSER
            } else {
                many(counted.network).max(OF_A_BROWSER)
            };
            let of_link = counted.link().map_or(0, many) / LINK_SHARE;
            (own.max(of_link), own)
        };
        let waiting = self.going_on.iter().filter_map(|(number, entry)| {
            let since = (*entry.client_wait.waits())?;
            // Of equal crowds who is still taking an answer stays.
            let idle = !entry.client_wait.unsent.load(Ordering::Relaxed);
            Some((*number, (crowd(entry.counted), idle, Reverse(since))))
        });
        let first = waiting.max_by_key(|(number, place)| (*place, Reverse(*number)));
        first.map(|(number, _)| number)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.all.state().going_on.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::networks::network_of;
    use super::*;

    type Begun = (Conversation, oneshot::Receiver<()>);

    fn begin(all: &Conversations, address: &str) -> Begun {
        all.begin(network_of(address.parse().unwrap(), &[]))
    }

    fn is_over((_, end): &mut Begun) -> bool {
        end.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    /// As many as there may be, each of an address of its own.
    fn full(all: &Conversations) -> Vec<Begun> {
        let address = |number| format!("10.0.{}.{}", number / 250, number % 250);
        (0..AT_ONCE)
            .map(|number| begin(all, &address(number)))
            .collect()
    }

    fn ended(open: &mut [Begun]) -> Vec<usize> {
        let all = open.iter_mut().enumerate();
        let over = all.filter_map(|(number, begun)| is_over(begun).then_some(number));
        over.collect()
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_waited_for_longest_makes_room_and_nobody_who_is_worked_for() {
        let all = Conversations::default();
        let mut open = full(&all);
        open[0].0.client_wait.works();
        open[1].0.client_wait.works();
        open[2]
            .0
            .client_wait
            .unsent()
            .store(true, Ordering::Relaxed);
        tokio::time::advance(Duration::from_secs(1)).await;
        // It waits since now, however long ago it began.
        open[1].0.client_wait.is_answered();
        let one_more = begin(&all, "10.1.0.1");
        assert_eq!(ended(&mut open), [3]);
        drop(open);
        assert_eq!(all.state().going_on.len(), 1);
        drop(one_more);
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_most_makes_room_for_the_others_and_for_itself() {
        let all = Conversations::default();
        let honest = ["10.0.0.1", "fe80::1", "127.0.0.1"];
        let mut honest: Vec<Begun> = honest.map(|address| begin(&all, address)).into();
        tokio::time::advance(Duration::from_secs(60)).await;
        let mut flood = Vec::new();
        for number in 0..2 * AT_ONCE {
            flood.push(begin(&all, &format!("10.9.0.{}", number % 4)));
        }
        assert!(ended(&mut honest).is_empty());
        for number in 0..2 * AT_ONCE {
            flood.push(begin(&all, &format!("fe80::2:{:x}", number % 10)));
        }
        assert!(ended(&mut honest).is_empty());
        assert_eq!(all.state().going_on.len(), AT_ONCE);
    }
}
