//! A load test of a running server: what a box and its network can hold, found out before the day.
//!
//! One thread and raw sockets, so that the test itself takes little: every event is numbered, and each watcher is held to having
//! each of them once and in order.

mod frames;
pub mod herd;
mod report;
mod run;
mod sending;
mod server;
mod tally;

pub use run::Run;

/// How much is tried.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// Spread evenly over the matches.
    pub watchers: usize,
    /// Each with a referee.
    pub matches: u32,
    /// Events a second in each match; with 0 everybody is just there.
    pub rate: f64,
    pub seconds: f64,
    /// Bytes of text in each event, besides its own 60.
    pub filling: usize,
    /// Half-way all watchers leave and come back at once.
    pub reconnect: bool,
}
