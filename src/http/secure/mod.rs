//! What a listener on the hall's Wi-Fi must not learn, and must not be able to play again.
//!
//! Plain http is readable to everybody who has the Wi-Fi's password. So no secret that lasts travels on it:
//!
//! - **The PIN** is proven by a password-authenticated exchange ([`srp`]). What both sides have then is the session's key, which
//!   never travels.
//! - **A referee's token** stays in the fragment of the address. Server and pad both know its SHA-256, and that is the key.
//! - **A typed code** is sent under a key that both sides agree on for this once ([`group`]).
//!
//! From such a root each page gets keys of a **channel** ([`channels`]): the root, 128 random bits of the server and 128 of the
//! page make them ([`keys`]). Requests and frames of a channel are numbered. A number counts once, and a channel that the server
//! does not know is refused with `stale_channel`. So what was heard cannot be played again, also not after a restart; the page
//! opens another channel and goes on.
//!
//! A request of a channel is either **sealed** (body and answer are encrypted, for organisers and codes) or **signed** (readable,
//! for pads, which send no secret). Both bind method, address and body. [`front`] takes this off before the routes, and [`sealer`] puts
//! it on behind them; a route only sees who has proven what ([`Proven`]).
//!
//! What this does not give: the pages themselves come over plain http. Who can change them on the way, not only listen, can
//! put another script into them.
//!
//! The database holds roots: the sessions' keys, and the tokens' hashes, which can sign. A thief of the file has the rights of
//! those sessions and tokens until they end.

mod api;
mod channels;
mod front;
mod group;
mod hex;
mod keys;
mod pad;
mod sealer;
mod srp;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub use api::{Begun, Exchanges, begin_log_in, finish_log_in, make_verifier, open_channel};
pub use channels::Channels;
pub use front::{Front, OpenedBody, SEAL, SIGN};
pub use hex::{from_hex, to_hex};
pub use keys::Keys;
pub use pad::{Frames, Shaken};
pub use srp::{Agreed, Verifier};

use crate::domain::SessionId;
use crate::store::TokenHash;

/// The name of a channel, and the server's part of its keys.
pub type ChannelId = [u8; 16];

/// Who has proven to hold the root of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    /// An organiser, by the key of this session.
    Session(SessionId),
    /// A referee, by the token of this hash.
    Token(TokenHash),
    /// Nobody: the channel only keeps listeners out.
    Nobody,
}

/// HMAC-SHA256 over these parts, one after the other.
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
