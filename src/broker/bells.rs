//! How somebody who follows many streams at once learns which of them has grown.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Rung when a stream has grown or ended. Whoever rings must not be kept waiting.
pub trait Bell: Send + Sync {
    fn ring(&self);
}

/// Tells streams apart.
pub type StreamKey = usize;

/// The bells of one stream. Each hangs there as long as somebody holds it.
#[derive(Default)]
pub struct Bells(Mutex<Vec<Weak<dyn Bell>>>);

impl Bells {
    /// What grows after this rings the bell.
    pub fn hang(&self, bell: Weak<dyn Bell>) {
        let mut bells = self.bells();
        bells.retain(|bell| bell.strong_count() > 0);
        bells.push(bell);
    }

    /// The same for all handles of a stream, and for no other stream while one of them is kept.
    pub fn key(self: &Arc<Bells>) -> StreamKey {
        Arc::as_ptr(self) as StreamKey
    }

    pub(super) fn ring(&self) {
        for bell in self.bells().iter() {
            if let Some(bell) = bell.upgrade() {
                bell.ring();
            }
        }
    }

    fn bells(&self) -> MutexGuard<'_, Vec<Weak<dyn Bell>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Bell for Counting {
        fn ring(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_bell_rings_for_as_long_as_it_is_held() {
        let bells = Bells::default();
        let (kept, dropped) = (Arc::<Counting>::default(), Arc::<Counting>::default());
        bells.hang(Arc::downgrade(&kept) as Weak<dyn Bell>);
        bells.hang(Arc::downgrade(&dropped) as Weak<dyn Bell>);
        bells.ring();
        assert_eq!(dropped.0.load(Ordering::Relaxed), 1);
        drop(dropped);
        bells.ring();
        assert_eq!(kept.0.load(Ordering::Relaxed), 2);
        bells.hang(Arc::downgrade(&kept) as Weak<dyn Bell>);
        assert_eq!(
            bells.bells().len(),
            2,
            "the one that is gone was taken down"
        );
    }
}
