//! The names of things. An id is a name, never an order: a Pi's clock goes back over a reboot, and the time
//! inside a UUIDv7 with it.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The place of an event in its match: 1, 2, 3… without a gap; 0 is "before the first".
pub type Seq = u64;

/// A place in the row of all changes of a venue: each change of a row takes the next.
pub type Revision = i64;

/// The longest idempotency key that a sender may choose, in bytes.
pub const EVENT_ID_MAX_BYTES: usize = 64;

/// A text that is no UUID where one is needed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an ID: an ID is a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct NotAnId(String);

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize,
            serde::Deserialize, schemars::JsonSchema,
        )]
        #[schemars(inline)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::parse_str(text)
                    .map($name)
                    .map_err(|_| NotAnId(text.chars().take(80).collect()))
            }
        }
    };
}

uuid_newtype!(
    /// One appliance and all that it holds.
    VenueId
);
uuid_newtype!(
    /// One competition in one sport.
    TournamentId
);
uuid_newtype!(
    /// Who plays in a tournament: a team, a pair or a player.
    TeamId
);
uuid_newtype!(
    /// One playing area.
    CourtId
);
uuid_newtype!(
    /// One match between side A and side B.
    MatchId
);
uuid_newtype!(
    /// One log-in of an organiser. It names the session and gives no right.
    SessionId
);
uuid_newtype!(
    /// One secret that a referee was handed. It names the secret and gives no right.
    SecretId
);

/// The sender's idempotency key of an event: usually a UUID, at most [`EVENT_ID_MAX_BYTES`] long.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct EventId(Box<str>);

impl EventId {
    /// `None` when the text is empty, too long or holds control characters.
    pub fn new(text: &str) -> Option<EventId> {
        let fits = !text.is_empty()
            && text.len() <= EVENT_ID_MAX_BYTES
            && !text.chars().any(char::is_control);
        fits.then(|| EventId(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Uuid> for EventId {
    fn from(uuid: Uuid) -> Self {
        EventId(uuid.to_string().into_boxed_str())
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
