//! The one place where threads begin. The runtime's own are not among them.
//!
//! Everything else is refused by clippy (`clippy.toml`), so that a simulator can decide what runs when.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the handle that all others have to take"
)]

use std::io;
use std::panic::resume_unwind;
use std::thread::{Builder, JoinHandle};

/// Runs this on a thread of its own, under a name that is seen in `top`.
pub fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(work)
}

/// Does this work so many times at once, and returns what came of each, in order of their numbers. A panic of one is the
/// caller's.
pub fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let begun: Vec<_> = (0..count)
            .map(|number| scope.spawn(move || work(number)))
            .collect();
        let ended = begun.into_iter().map(|thread| thread.join());
        ended
            .map(|result| result.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}
