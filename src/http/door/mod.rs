//! The door: who gets a place, whose requests are heard, and how often somebody may try a secret.

mod accept;
mod addresses;
mod bucket;
mod conversations;
mod guesses;
mod host;
mod networks;
mod origin;
mod patience;
mod queue;
mod reserve;
mod room;
mod siege;

pub use accept::{Io, PATIENCE, Peer, Place, Places, Routes, Server, Transport};
pub use bucket::{Bucket, Rate};
pub use guesses::{Asker, Guesses, Secret, Try};
pub use host::Names;
pub use networks::{Counted, LINK_SHARE, Network};
pub use origin::AddressRules;
pub use patience::Patient;
pub use queue::{Queue, Rank, last_behind};
pub use reserve::size as reserve_size;
pub use room::{Buffered, Room, busy, require_room_for_answers, room_for_answer};
pub use siege::Told;

#[cfg(test)]
pub use networks::network_of;
