//! A message as many receive it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

/// A message, encoded once for all its receivers: a whole websocket frame around the JSON that server-sent
/// events carry too.
#[derive(Debug, Clone)]
pub struct Frame {
    bytes: Bytes,
    payload_at: usize,
}

impl Frame {
    /// `bytes` is the websocket frame; its payload begins at `payload_at`.
    pub fn new(bytes: Bytes, payload_at: usize) -> Frame {
        Frame { bytes, payload_at }
    }

    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The same, counted in this sum until nobody needs its bytes any more.
    pub fn counted_in(self, sum: &Arc<AtomicUsize>) -> Frame {
        let bytes = Counted::new(self.bytes, sum.clone());
        Frame {
            bytes: Bytes::from_owner(bytes),
            ..self
        }
    }

    /// The JSON inside.
    pub fn json(&self) -> Bytes {
        self.bytes.slice(self.payload_at..)
    }
}

/// Bytes whose number is part of a sum for as long as they are there.
struct Counted {
    bytes: Bytes,
    sum: Arc<AtomicUsize>,
}

impl Counted {
    fn new(bytes: Bytes, sum: Arc<AtomicUsize>) -> Counted {
        sum.fetch_add(bytes.len(), Ordering::Relaxed);
        Counted { bytes, sum }
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.sum.fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}
