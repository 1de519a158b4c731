//! The notices that wait for one referee, who may be slow to read or may not read at all: bounded in number and in bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::messages::Notice;

/// Notices that may wait for a referee who does not read; then the connection is given up.
const NOTICES: usize = 1024;
/// The memory that they may keep: 200 taps of a phone that comes back, each with a state of 2.5 KB. A device on standby that
/// has not read for so long gets the state when it comes again.
const BYTES: usize = 512 * 1024;
/// The bytes of an answer beside its state, about.
const ANSWER_BYTES: usize = 256;

/// The end of a match's task.
pub struct Outbox {
    notices: mpsc::Sender<(Notice, usize)>,
    waiting: Arc<AtomicUsize>,
    /// The state of the last answer, which the next one may share.
    told: Option<Arc<RawValue>>,
    overflowed: bool,
}

/// The end of the referee's connection.
pub struct Notices {
    notices: mpsc::Receiver<(Notice, usize)>,
    waiting: Arc<AtomicUsize>,
}

pub fn outbox() -> (Outbox, Notices) {
    let (sender, receiver) = mpsc::channel(NOTICES);
    let waiting = Arc::new(AtomicUsize::new(0));
    let outbox = Outbox {
        notices: sender,
        waiting: waiting.clone(),
        told: None,
        overflowed: false,
    };
    let notices = Notices {
        notices: receiver,
        waiting,
    };
    (outbox, notices)
}

impl Outbox {
    /// Adds a notice, or none ever again if there is no room for this one.
    pub fn put(&mut self, notice: Notice) {
        let bytes = self.weigh(&notice);
        let waiting = self.waiting.load(Ordering::Relaxed);
        self.overflowed |= bytes > 0 && waiting + bytes > BYTES;
        if self.overflowed {
            return;
        }
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        if self.notices.try_send((notice, bytes)).is_err() {
            self.overflowed = true;
        }
    }

    /// Says if something could not be added, or nobody is there to read it.
    pub fn is_deaf(&self) -> bool {
        self.overflowed || self.notices.is_closed()
    }

    /// Counts the bytes that a notice keeps in memory. The words that end a connection always find room.
    fn weigh(&mut self, notice: &Notice) -> usize {
        match notice {
            Notice::Event(frame) => frame.bytes().len(),
            Notice::Welcome(summary) => ANSWER_BYTES + summary.state.get().len(),
            Notice::Answer(answer) => {
                let told = self.told.replace(answer.state.clone());
                let shares = told.is_some_and(|told| Arc::ptr_eq(&told, &answer.state));
                let state = if shares { 0 } else { answer.state.get().len() };
                ANSWER_BYTES + state
            }
            Notice::Duty(_) | Notice::Stopping | Notice::Close(_) => 0,
        }
    }
}

impl Notices {
    /// The next one; `None` when the match gave this connection up.
    pub async fn next(&mut self) -> Option<Notice> {
        let (notice, bytes) = self.notices.recv().await?;
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
        Some(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::messages::{Accepted, Answer, Closing};
    use crate::broker::testing;

    fn event(bytes: usize) -> Notice {
        Notice::Event(testing::frame(&"x".repeat(bytes)))
    }

    fn answer(state: &Arc<RawValue>) -> Notice {
        Notice::Answer(Answer {
            id: None,
            outcome: Ok(Accepted {
                seq: 1,
                duplicate: true,
            }),
            state: state.clone(),
        })
    }

    fn state(bytes: usize) -> Arc<RawValue> {
        let text = format!("\"{}\"", "x".repeat(bytes));
        RawValue::from_string(text).expect("JSON").into()
    }

    #[tokio::test]
    async fn who_does_not_read_is_given_up_before_long_events_fill_the_memory() {
        let (mut outbox, mut notices) = outbox();
        for _ in 0..15 {
            outbox.put(event(33 * 1024));
        }
        assert!(!outbox.is_deaf());
        for _ in 0..15 {
            notices.next().await.expect("an event");
        }
        for _ in 0..15 {
            outbox.put(event(33 * 1024));
        }
        assert!(!outbox.is_deaf(), "it has read what came before");
        outbox.put(event(33 * 1024));
        assert!(outbox.is_deaf());
        outbox.put(Notice::Close(Closing::Revoked));
        drop(outbox);
        let mut waiting = 0;
        while notices.next().await.is_some() {
            waiting += 1;
        }
        assert_eq!(waiting, 15, "and nothing after what is missing");
    }

    #[test]
    fn a_phone_that_sends_all_it_kept_again_gets_its_answers_however_large_the_state() {
        let (mut outbox, _notices) = outbox();
        let now = state(16 * 1024);
        (0..200).for_each(|_| outbox.put(answer(&now)));
        assert!(!outbox.is_deaf());
        (0..200).for_each(|_| outbox.put(answer(&state(16 * 1024))));
        assert!(outbox.is_deaf(), "each with a state of its own");
    }

    #[test]
    fn many_short_notices_are_too_many_as_well() {
        let (mut outbox, _notices) = outbox();
        (0..NOTICES).for_each(|_| outbox.put(event(10)));
        assert!(!outbox.is_deaf());
        outbox.put(Notice::Close(Closing::Revoked));
        assert!(outbox.is_deaf());
    }
}
