//! Which tokens connected referees came with: their phones are not ended to make room for another.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::SecretId;

/// How many connections each token has. Cheap to clone.
#[derive(Clone, Default)]
pub struct ConnectedTokens(Arc<Mutex<HashMap<SecretId, usize>>>);

/// A connection that came with a token. It counts until it is dropped.
pub struct Connected {
    all: ConnectedTokens,
    token: SecretId,
}

impl ConnectedTokens {
    pub fn came(&self, token: SecretId) -> Connected {
        *self.counts().entry(token).or_default() += 1;
        Connected {
            all: self.clone(),
            token,
        }
    }

    pub fn all(&self) -> HashSet<SecretId> {
        self.counts().keys().copied().collect()
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<SecretId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut counts = self.all.counts();
        if let Some(count) = counts.get_mut(&self.token) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.token);
            }
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::random;

    #[test]
    fn a_token_is_connected_until_its_last_connection_ends() {
        let (all, token) = (ConnectedTokens::default(), SecretId(random::id()));
        let (one, two) = (all.came(token), all.came(token));
        drop(one);
        assert!(all.all().contains(&token));
        drop(two);
        assert!(all.all().is_empty());
    }
}
