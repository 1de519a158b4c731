//! One match of a load test: what was sent, and what became of it.

use std::time::Instant;

/// An event of ours.
pub struct Sent {
    pub at: Instant,
    /// How many watchers have yet to see it.
    pub left: usize,
    pub answer: Answer,
    /// The server has it: it was acknowledged, or somebody has seen it.
    pub known: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    None,
    Ack,
    Refused,
}

/// One match: which events were sent, and when.
#[derive(Default)]
pub struct Sending {
    pub sent: Vec<Sent>,
    /// Events without an answer.
    pub open: usize,
    /// Events that each watcher should have.
    pub known: u64,
    pub watchers: usize,
    /// Its referee's connection has ended: no answers come any more.
    pub over: bool,
}

impl Sending {
    /// One of our events by its name.
    pub fn event(&mut self, name: u64) -> Option<&mut Sent> {
        let place = usize::try_from(name.checked_sub(1)?).ok()?;
        self.sent.get_mut(place)
    }

    /// The next event is on its way; its name is its number.
    pub fn send(&mut self, at: Instant) {
        self.sent.push(Sent {
            at,
            left: self.watchers,
            answer: Answer::None,
            known: false,
        });
        self.open += 1;
    }

    /// The server has this event: every watcher should have it.
    pub fn learn(&mut self, name: u64) {
        if let Some(event) = self.event(name)
            && !event.known
        {
            event.known = true;
            self.known += 1;
        }
    }

    /// The first answer to an event; when that was sent.
    pub fn answer(&mut self, name: u64, answer: Answer) -> Option<Instant> {
        let event = self
            .event(name)
            .filter(|event| event.answer == Answer::None)?;
        event.answer = answer;
        let at = event.at;
        self.open -= 1;
        Some(at)
    }
}
