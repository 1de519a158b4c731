//! What goes to a match's task and what comes back: the commands of its mailbox, the notices to its referees.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::devices::{DeviceLine, DeviceReport};
use super::frame::Frame;
use super::log::{End, Summary};
use super::referees::Seated;
use super::seats::{Device, Duty, SeatId};
use crate::domain::matches::event::Unreadable;
use crate::domain::{Assignment, Author, Event, EventId, Refusal, Seq, SessionId};
use crate::store::RefereeToken;

/// What a referee's connection is told.
#[derive(Debug)]
pub enum Notice {
    Welcome(Box<Summary>),
    Answer(Answer),
    /// What somebody else did to this match.
    Event(Frame),
    Duty(Duty),
    /// Send what you have, then leave: the server stops.
    Stopping,
    /// The connection ends here.
    Close(Closing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    Revoked,
    End(End),
}

/// What became of one event.
#[derive(Debug, Clone)]
pub struct Answer {
    pub id: Option<EventId>,
    pub outcome: Result<Accepted, Refusal>,
    /// The state after it; after a refusal, the state as it is.
    pub state: Arc<RawValue>,
}

#[derive(Debug, Clone, Copy)]
pub struct Accepted {
    pub seq: Seq,
    /// The event was there already: this is the first one's `seq`.
    pub duplicate: bool,
}

/// Who wants a seat at a match.
#[derive(Debug, Clone)]
pub struct Joining {
    pub device: Option<Device>,
    pub takeover: bool,
    /// By which right; `None` for who needs none.
    pub by: Option<By>,
    /// Others on the network could read the secret that it came with.
    pub readable: bool,
}

/// The right by which somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    Token(RefereeToken),
    /// An organiser's session.
    Session(SessionId),
}

/// Rights that are withdrawn: whoever came by one must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// All tokens of a match or a court.
    Assignment(Assignment),
    Token(RefereeToken),
    Session(SessionId),
    AllSessions,
    /// All rights that were shown by a secret which others on the network could read.
    Readable,
}

impl Withdrawn {
    /// Says if somebody must go who came by this right.
    pub fn covers(self, by: By, readable: bool) -> bool {
        match (self, by) {
            (Withdrawn::Readable, _) => readable,
            (Withdrawn::Assignment(withdrawn), By::Token(token)) => token.of == withdrawn,
            (Withdrawn::Token(withdrawn), By::Token(token)) => token.id == withdrawn.id,
            (Withdrawn::Session(withdrawn), By::Session(session)) => session == withdrawn,
            (Withdrawn::AllSessions, By::Session(_)) => true,
            _ => false,
        }
    }
}

/// A publisher without a seat.
#[derive(Debug, Clone)]
pub struct Publisher {
    pub author: Author,
    pub device: Option<Device>,
    /// By which right; `None` for who needs none.
    pub by: Option<By>,
}

impl Publisher {
    /// Says if this is an organiser by a session, and not only because everybody is one in the open mode.
    pub fn is_logged_in(&self) -> bool {
        matches!(self.by, Some(By::Session(_)))
    }
}

pub type Submission = Result<Event, Unreadable>;

pub enum Command {
    Join {
        joining: Joining,
        reply: oneshot::Sender<Seated>,
    },
    Leave(SeatId),
    /// An event from a seat; the answer comes as a notice.
    Submit {
        seat: SeatId,
        event: Submission,
    },
    /// Events from somebody without a seat.
    Publish {
        publisher: Publisher,
        events: Vec<Submission>,
        reply: oneshot::Sender<Vec<Answer>>,
    },
    /// What a device says of itself.
    Report {
        device: Device,
        report: DeviceReport,
    },
    Devices(oneshot::Sender<Vec<DeviceLine>>),
    Withdraw(Withdrawn),
    /// The rules of the match have changed in the store.
    Reread,
    /// The store has events that the task did not write: those of an organiser's deed.
    CatchUp,
    /// Somebody else plays: who scores it has to see that first.
    SendAway,
    /// The match is deleted in the store.
    Deleted,
    Stop,
}
