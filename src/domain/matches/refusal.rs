//! Why an event was not taken: the codes are stable, the sentences are for people.

/// A reason to refuse an event. [`Refusal::code`] is what programs decide on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not JSON at all.
    #[error("this is not JSON: {0}")]
    BadJson(String),
    /// JSON, but not an event that the rules can read.
    #[error("{0}")]
    BadEvent(String),
    /// More than [`super::event::EVENT_MAX_BYTES`].
    #[error("an event may have at most {} bytes", super::event::EVENT_MAX_BYTES)]
    TooLarge,
    /// The match is over (or confirmed) and this event would change it.
    #[error("{0}")]
    MatchFinished(&'static str),
    /// A score that the rules cannot produce.
    #[error("{0}")]
    IllegalScore(String),
    /// `undo` or `redo` without anything to work on.
    #[error("{0}")]
    NothingToUndo(String),
    /// Another device holds this match.
    #[error("another device is scoring this match; take over to score from this one")]
    Standby,
    /// More events a second than a referee may send.
    #[error("too many events at once; send this one again in a moment")]
    RateLimited,
    /// The match has had as many events, or as many bytes of them, as one may have.
    #[error("{0}")]
    MatchFull(&'static str),
    /// Nobody knows yet who plays: such a match cannot begin.
    #[error("{0}")]
    SidesUnknown(String),
    /// The frame of a connection that signs is not signed, was changed, or has been here already.
    #[error(
        "this frame is not signed by the keys of its connection, or out of turn; connect again"
    )]
    BadSignature,
    /// The event could not be written to disk; the sender keeps it and tries again.
    #[error("not saved: {0}; keep the event and send it again")]
    StorageUnavailable(String),
}

impl Refusal {
    /// The stable code of the outside contract.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::BadJson(_) => "bad_json",
            Refusal::BadEvent(_) => "bad_event",
            Refusal::TooLarge => "too_large",
            Refusal::MatchFinished(_) => "match_finished",
            Refusal::IllegalScore(_) => "illegal_score",
            Refusal::NothingToUndo(_) => "nothing_to_undo",
            Refusal::Standby => "standby",
            Refusal::RateLimited => "rate_limited",
            Refusal::MatchFull(_) => "match_full",
            Refusal::SidesUnknown(_) => "sides_unknown",
            Refusal::BadSignature => "bad_signature",
            Refusal::StorageUnavailable(_) => "storage_unavailable",
        }
    }
}
