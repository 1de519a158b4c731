//! The rights by which connected referees came: a token whose phone is there is not ended to make room for another, and a
//! pad whose session has ended is sent away.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::broker::By;
use crate::domain::{SecretId, SessionId};

/// How many connections each right has. Cheap to clone.
#[derive(Clone, Default)]
pub struct ConnectedRights(Arc<Mutex<HashMap<By, usize>>>);

/// A connection that came by a right. It counts until it is dropped.
pub struct Connected {
    all: ConnectedRights,
    by: By,
}

impl ConnectedRights {
    pub fn came(&self, by: By) -> Connected {
        *self.counts().entry(by).or_default() += 1;
        Connected {
            all: self.clone(),
            by,
        }
    }

    pub fn tokens(&self) -> HashSet<SecretId> {
        let token = |by: &By| match by {
            By::Token(token) => Some(token.id),
            By::Session(_) => None,
        };
        self.counts().keys().filter_map(token).collect()
    }

    pub fn sessions(&self) -> HashSet<SessionId> {
        let session = |by: &By| match by {
            By::Token(_) => None,
            By::Session(session) => Some(*session),
        };
        self.counts().keys().filter_map(session).collect()
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<By, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut counts = self.all.counts();
        if let Some(count) = counts.get_mut(&self.by) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.by);
            }
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::domain::{Assignment, MatchId};
    use crate::random;
    use crate::store::RefereeToken;

    #[test]
    fn a_right_is_connected_until_its_last_connection_ends() {
        let all = ConnectedRights::default();
        let token = RefereeToken {
            id: SecretId(random::id()),
            of: Assignment::Match(MatchId(random::id())),
        };
        let session = SessionId(random::id());
        let by = By::Token(token);
        let (one, two, other) = (all.came(by), all.came(by), all.came(By::Session(session)));
        drop(one);
        assert!(all.tokens().contains(&token.id));
        drop(two);
        assert!(all.tokens().is_empty());
        assert!(all.sessions().contains(&session));
        drop(other);
        assert!(all.sessions().is_empty());
    }
}
