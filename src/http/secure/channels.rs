//! The channels that are open, each with the numbers that were used. All in memory: a restart forgets them, and what was
//! heard before is of no use after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::keys::{Keys, Root};
use super::{ChannelId, Proven};
use crate::clock;
use crate::http::door::{Asker, Counted, Rank, last_behind};
use crate::random::{self, NoRandom};

/// Channels that nobody has proven anything on yet, together: who has most of them makes room. Of one address: its oldest goes.
const NEW_MAX: usize = 2_048;
const NEW_PER_ADDRESS: usize = 256;
/// So long a page may take between opening a channel and using it.
const NEW_LIFE: Duration = Duration::from_secs(60);
/// Channels in use, together and of one root: a page with a channel that went opens another.
const USED_MAX: usize = 8_192;
const USED_PER_HOLDER: usize = 32;
/// Bad proofs of pads on one channel; then only whoever opened it is listened to.
const FORGED_MAX: u8 = 20;
/// Requests of one page overtake each other by so much at most.
const WINDOW: u64 = 64;

/// What a channel is known by from outside.
#[derive(Clone)]
pub struct Channel {
    page: [u8; 16],
    /// There until it is somebody's.
    opener: Option<Arc<Opener>>,
    held: Option<(Proven, Keys)>,
    numbers: Numbers,
    /// Bad proofs of pads.
    forged: u8,
    used_at: Instant,
}

/// The client that opened a channel.
struct Opener {
    asker: Asker,
    rank: Rank,
}

impl Channel {
    /// Who holds it, and its keys, once somebody has shown that.
    pub fn held(&self) -> Option<&(Proven, Keys)> {
        self.held.as_ref()
    }

    fn is_new(&self) -> bool {
        !matches!(self.held, Some((Proven::Session(_) | Proven::Token(_), _)))
    }

    /// Says if nobody has proven anything on it, and it was opened from where this client is.
    fn is_new_of(&self, asker: &Asker) -> bool {
        let opener = self.opener.as_ref().map(|opener| &opener.asker);
        let same = |opener: &Asker| {
            opener.counted.network == asker.counted.network && opener.browser == asker.browser
        };
        self.is_new() && opener.is_some_and(same)
    }
}

/// Why a request of a channel is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// The channel is not there (any more), or belongs to somebody else.
    Stale,
    /// The number has been used, or is older than any that may still come.
    Replayed,
}

#[derive(Clone, Default)]
pub struct Channels(Arc<Mutex<HashMap<ChannelId, Channel>>>);

impl Channels {
    fn lock(&self) -> MutexGuard<'_, HashMap<ChannelId, Channel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a channel. With a root, agreed on for this once, it is nobody's and has its keys already. `None`: as many
    /// are open as may be, of others who have fewer.
    pub fn open(
        &self,
        asker: &Asker,
        page: [u8; 16],
        agreed: Option<Root>,
    ) -> Result<Option<ChannelId>, NoRandom> {
        let mut id = ChannelId::default();
        random::fill(&mut id)?;
        let mut channels = self.lock();
        channels.retain(|_, channel| !channel.is_new() || channel.used_at.elapsed() < NEW_LIFE);
        if !asker.counted.is_the_box() {
            make_room(&mut channels, NEW_PER_ADDRESS, |channel| {
                channel.is_new_of(asker)
            });
        }
        let Some(rank) = claim(&mut channels, asker) else {
            return Ok(None);
        };
        let opener = Opener {
            asker: asker.clone(),
            rank,
        };
        let channel = Channel {
            page,
            opener: Some(Arc::new(opener)),
            held: agreed.map(|root| (Proven::Nobody, Keys::new(&root, &id, &page))),
            numbers: Numbers::default(),
            forged: 0,
            used_at: clock::now(),
        };
        channels.insert(id, channel);
        Ok(Some(id))
    }

    pub fn find(&self, id: &ChannelId) -> Option<Channel> {
        let mut found = self.lock().get(id).cloned()?;
        if found.is_new() && found.used_at.elapsed() >= NEW_LIFE {
            return None;
        }
        found.numbers = Numbers::default();
        Some(found)
    }

    /// A channel on which nothing is proven yet. After many bad proofs only where it was opened may somebody go on.
    pub fn unused(&self, id: &ChannelId, from: Counted) -> Option<Channel> {
        let found = self.find(id).filter(|channel| channel.held.is_none())?;
        let own = |opener: &Arc<Opener>| opener.asker.counted.network == from.network;
        let may_try = found.forged < FORGED_MAX || found.opener.as_ref().is_some_and(own);
        may_try.then_some(found)
    }

    /// Notes a bad proof.
    pub fn note_forged(&self, id: &ChannelId) {
        if let Some(channel) = self.lock().get_mut(id) {
            channel.forged = channel.forged.saturating_add(1);
        }
    }

    /// Takes a new channel out, for a connection that keeps the keys itself.
    pub fn take(&self, id: &ChannelId) -> Option<Channel> {
        let mut channels = self.lock();
        let fresh = channels
            .get(id)
            .is_some_and(|channel| channel.held.is_none() && channel.used_at.elapsed() < NEW_LIFE);
        if fresh { channels.remove(id) } else { None }
    }

    /// Counts a number whose request was found to be of this holder, with these keys.
    pub fn count(
        &self,
        id: &ChannelId,
        number: u64,
        holder: &(Proven, Keys),
    ) -> Result<(), NotTaken> {
        let mut channels = self.lock();
        let channel = channels.get_mut(id).ok_or(NotTaken::Stale)?;
        let first = channel.held.is_none();
        if channel.held.as_ref().is_some_and(|held| held.0 != holder.0) {
            return Err(NotTaken::Stale);
        }
        if !channel.numbers.take(number) {
            return Err(NotTaken::Replayed);
        }
        channel.used_at = clock::now();
        if first {
            let mut channel = channel.clone();
            channel.held = Some(holder.clone());
            channel.opener = None;
            channels.remove(id);
            make_room(
                &mut channels,
                USED_PER_HOLDER,
                |channel| matches!(channel.held(), Some((by, _)) if *by == holder.0),
            );
            make_room(&mut channels, USED_MAX, |channel| !channel.is_new());
            channels.insert(*id, channel);
        }
        Ok(())
    }
}

impl Channel {
    /// The keys that a root gives on this channel.
    pub fn keys(&self, id: &ChannelId, root: &Root) -> Keys {
        Keys::new(root, id, &self.page)
    }
}

/// Finds a place for one more channel that is new, at the cost of who has most of them; `None` if that is this client.
fn claim(channels: &mut HashMap<ChannelId, Channel>, asker: &Asker) -> Option<Rank> {
    let new = || {
        channels.iter().filter_map(|(id, channel)| {
            let opener = channel.opener.as_ref().filter(|_| channel.is_new());
            opener.map(|opener| (*id, opener))
        })
    };
    let rank = Rank::of(asker, new().map(|(_, opener)| &opener.asker));
    if new().count() >= NEW_MAX {
        let last = last_behind(new().map(|(id, opener)| (id, opener.rank)), rank)?;
        channels.remove(&last);
    }
    Some(rank)
}

/// Drops the longest unused of a kind if there are as many of it as there may be.
fn make_room(
    channels: &mut HashMap<ChannelId, Channel>,
    most: usize,
    of_kind: impl Fn(&Channel) -> bool,
) {
    let alike = channels.iter().filter(|(_, channel)| of_kind(channel));
    let (count, oldest) = alike.fold(
        (0, None::<(&ChannelId, Instant)>),
        |(count, oldest), (id, channel)| {
            let older = oldest.is_none_or(|(_, at)| channel.used_at < at);
            (
                count + 1,
                if older {
                    Some((id, channel.used_at))
                } else {
                    oldest
                },
            )
        },
    );
    if let (true, Some(oldest)) = (count >= most, oldest.map(|(id, _)| *id)) {
        channels.remove(&oldest);
    }
}

/// Numbers from 1 that have been used: the highest, and which of those shortly before it.
#[derive(Clone, Copy, Default)]
struct Numbers {
    highest: u64,
    /// Bit n: `highest - n` has been used.
    used: u64,
}

impl Numbers {
    /// Uses a number, once.
    fn take(&mut self, number: u64) -> bool {
        if number == 0 {
            return false;
        }
        if number > self.highest {
            let ahead = number - self.highest;
            self.used = if ahead < WINDOW {
                self.used << ahead
            } else {
                0
            } | 1;
            self.highest = number;
            return true;
        }
        let behind = self.highest - number;
        if behind >= WINDOW || self.used >> behind & 1 == 1 {
            return false;
        }
        self.used |= 1 << behind;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SessionId;
    use crate::http::door::network_of;

    fn asker(address: &str) -> Asker {
        Asker {
            counted: network_of(address.parse().unwrap(), &[]),
            since: clock::now(),
            browser: None,
            has_right: false,
        }
    }

    fn open(channels: &Channels, address: &str) -> Option<ChannelId> {
        let opened = channels.open(&asker(address), [0; 16], None);
        opened.unwrap()
    }

    fn holder(name: u128) -> (Proven, Keys) {
        let keys = Keys::new(&[0; 32], &[0; 16], &[0; 16]);
        (
            Proven::Session(SessionId(uuid::Uuid::from_u128(name))),
            keys,
        )
    }

    #[test]
    fn a_number_counts_once_and_may_be_overtaken_by_sixty_three() {
        let mut numbers = Numbers::default();
        assert!(!numbers.take(0));
        for number in [1, 3, 2, 66, 4, 65] {
            assert!(numbers.take(number), "{number}");
            assert!(!numbers.take(number), "{number} again");
        }
        assert!(!numbers.take(2), "it was used before the window moved on");
        assert!(numbers.take(5) && !numbers.take(1));
        assert!(numbers.take(u64::MAX) && !numbers.take(66));
    }

    #[tokio::test(start_paused = true)]
    async fn a_channel_is_somebodys_once_he_used_it_and_is_forgotten_if_nobody_does() {
        let channels = Channels::default();
        let id = open(&channels, "10.0.0.2").unwrap();
        assert_eq!(channels.count(&id, 1, &holder(1)), Ok(()));
        assert_eq!(channels.count(&id, 2, &holder(2)), Err(NotTaken::Stale));
        assert_eq!(channels.count(&id, 1, &holder(1)), Err(NotTaken::Replayed));
        assert!(channels.take(&id).is_none(), "it is in use");
        let unused = open(&channels, "10.0.0.2").unwrap();
        tokio::time::advance(NEW_LIFE).await;
        assert!(channels.find(&unused).is_none());
        assert!(channels.take(&unused).is_none());
        assert!(channels.find(&id).is_some());
        let taken = open(&channels, "10.0.0.2").unwrap();
        assert!(channels.take(&taken).is_some());
        assert!(channels.take(&taken).is_none());
    }

    #[test]
    fn many_channels_push_out_the_oldest_of_their_own_kind() {
        let channels = Channels::default();
        let theirs = open(&channels, "10.0.0.1").unwrap();
        let mine: Vec<_> = (0..=USED_PER_HOLDER)
            .map(|_| {
                let id = open(&channels, "10.0.0.2").unwrap();
                channels.count(&id, 1, &holder(1)).unwrap();
                id
            })
            .collect();
        assert_eq!(
            channels.count(&mine[0], 2, &holder(1)),
            Err(NotTaken::Stale)
        );
        assert_eq!(channels.count(&mine[1], 2, &holder(1)), Ok(()));
        for _ in 0..NEW_PER_ADDRESS * 2 {
            open(&channels, "10.0.0.2").unwrap();
        }
        assert!(channels.find(&theirs).is_some());
        assert_eq!(channels.lock().len(), 1 + USED_PER_HOLDER + NEW_PER_ADDRESS);
    }
    #[test]
    fn a_flood_from_many_addresses_leaves_others_their_new_channels() {
        let channels = Channels::default();
        let before = open(&channels, "10.0.0.1").unwrap();
        let of_link = open(&channels, "fe80::1").unwrap();
        let flood = |round: usize| {
            for address in 2..12 {
                for _ in 0..NEW_PER_ADDRESS {
                    // Some find no place.
                    let _ = open(&channels, &format!("10.{round}.0.{address}"));
                    let _ = open(&channels, &format!("fe80::{round}:{address}"));
                }
            }
        };
        flood(0);
        let after = open(&channels, "10.0.1.1").expect("a place");
        let of_box = open(&channels, "127.0.0.1").expect("a place");
        flood(1);
        for id in [before, of_link, after, of_box] {
            assert!(channels.find(&id).is_some());
        }
        assert_eq!(channels.lock().len(), NEW_MAX);
    }
}
