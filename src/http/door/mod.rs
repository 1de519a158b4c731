//! The door: who gets a place, whose requests are heard, and how often somebody may try a secret.

mod accept;
mod addresses;
mod bucket;
mod guesses;
mod networks;
mod origin;
mod patience;
mod room;

pub use accept::{Io, Peer, Place, Server};
pub use addresses::Buffered;
pub use guesses::Guesses;
pub use room::{Room, busy};
