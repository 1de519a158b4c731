//! The door: who gets a place, whose requests are heard, and how often somebody may try a secret.

mod accept;
mod addresses;
mod guesses;
mod origin;
mod patience;

pub use accept::{Io, Peer, Place, Server};
pub use guesses::Guesses;
