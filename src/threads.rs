//! The one place where threads begin. The runtime's own are not among them.
//!
//! Everything else is refused by clippy (`clippy.toml`), so that a simulator can decide what runs when.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the handle that all others have to take"
)]

use std::io;
use std::thread::{Builder, JoinHandle};

/// Runs this on a thread of its own, under a name that is seen in `top`.
pub fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(work)
}
