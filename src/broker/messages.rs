//! What goes to a match's task and what comes back: the commands of its mailbox, the notices to its referees.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};

use super::devices::{DeviceLine, DeviceReport};
use super::log::{End, Frame, Summary};
use super::seats::{Device, SeatId, Standing};
use crate::domain::event::Unreadable;
use crate::domain::{Author, Event, EventId, Refusal, Seq};
use crate::store::{Amendment, Assignment, StoreError};

/// What a referee's connection is told.
#[derive(Debug)]
pub enum Notice {
    Welcome(Box<Summary>),
    Answer(Answer),
    /// What somebody else did to this match.
    Event(Frame),
    Standing(Standing),
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
    /// By which token; `None` for who needs none.
    pub by: Option<Assignment>,
}

pub type Submission = Result<Event, Unreadable>;

pub enum Command {
    Join {
        joining: Joining,
        reply: oneshot::Sender<(SeatId, mpsc::Receiver<Notice>)>,
    },
    Leave(SeatId),
    /// An event from a seat; the answer comes as a notice.
    Submit {
        seat: SeatId,
        event: Submission,
    },
    /// Events from somebody without a seat.
    Publish {
        author: Author,
        device: Option<Device>,
        events: Vec<Submission>,
        reply: oneshot::Sender<Vec<Answer>>,
    },
    /// What a device says of itself.
    Report {
        device: Device,
        report: DeviceReport,
    },
    Devices(oneshot::Sender<Vec<DeviceLine>>),
    /// These tokens were replaced: whoever came with an old one must go.
    Revoke(Assignment),
    Amend {
        amendment: Amendment,
        reply: oneshot::Sender<Result<Summary, StoreError>>,
    },
    Delete(oneshot::Sender<Result<(), StoreError>>),
    Stop,
}
