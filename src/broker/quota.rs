//! How much may still be written: of one match so many events, and so many bytes of them; and what the disk has room for.
//!
//! Beyond that, corrections are still taken, so that every match can be ended and put right: from referees and organisers
//! each a reserve of its own. A match that is longer, from before there was a quota, is read and shown as ever.

use crate::domain::{Author, Play, Refusal, Seq};
use crate::store::Headroom;

/// More than any match has: one event a second for five hours.
pub const EVENTS_MAX: Seq = 20_000;
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// Corrections of referees, and again as much for whatever organisers send.
const RESERVE: Amount = Amount {
    events: 1_000,
    bytes: 512 * 1024,
};

#[derive(Debug, Clone, Copy, Default)]
struct Amount {
    events: u64,
    bytes: usize,
}

impl Amount {
    fn add(&mut self, bytes: usize) {
        self.events += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    fn has_room(self, most: Amount, bytes: usize) -> bool {
        self.events < most.events && self.bytes.saturating_add(bytes) <= most.bytes
    }
}

/// The events and bytes that a match has had so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    all: Amount,
    /// The part that came when the quota was used up.
    referees: Amount,
    organisers: Amount,
}

impl Usage {
    /// Counts an event of the history.
    pub fn count(&mut self, author: Author, play: &Play, bytes: usize) {
        if !self.is_within(bytes) {
            match author {
                Author::Organiser => self.organisers.add(bytes),
                Author::Referee if corrects(play) => self.referees.add(bytes),
                Author::Referee => {}
            }
        }
        self.all.add(bytes);
    }

    /// Says if the match has room for one more.
    pub fn judge(&self, author: Author, play: &Play, bytes: usize) -> Result<(), Refusal> {
        if self.is_within(bytes) {
            return Ok(());
        }
        match author {
            Author::Organiser if self.organisers.has_room(RESERVE, bytes) => Ok(()),
            Author::Organiser => Err(Refusal::MatchFull(
                "this match is full, also for corrections of organisers; go on with a new match",
            )),
            Author::Referee if corrects(play) && self.referees.has_room(RESERVE, bytes) => Ok(()),
            Author::Referee if corrects(play) => Err(Refusal::MatchFull(
                "this match is full, also for corrections; ask an organiser to correct it, and go on with a new match",
            )),
            Author::Referee => Err(Refusal::MatchFull(
                "this match is full: it has 20,000 events or 8 MB of them; finish it or send its “result”, and go on \
                 with a new match",
            )),
        }
    }

    fn is_within(&self, bytes: usize) -> bool {
        let most = Amount {
            events: EVENTS_MAX,
            bytes: BYTES_MAX,
        };
        self.all.has_room(most, bytes)
    }
}

/// The longest event that is taken while the disk has little room.
const SHORT_BYTES: usize = 1024;
/// The bytes of the disk that an event takes beside its text, about.
const ROW_BYTES: usize = 128;
/// The share of one match while the disk has little room: 600 points, more than a whole match. And corrections beyond it.
const SHARE_BYTES: usize = 128 * 1024;
const CORRECTIONS_BYTES: usize = 32 * 1024;

/// The bytes that a match has written since the disk has little room. Each has a share of its own: a hostile referee, who fills that,
/// takes nothing of what the scores of others need.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScarceRoom {
    taken: usize,
}

impl ScarceRoom {
    /// Says if the disk has room for an event of a referee, or of somebody else who has not logged in.
    pub fn judge(&self, headroom: Headroom, play: &Play, bytes: usize) -> Result<(), Refusal> {
        let words = matches!(play, Play::Note | Play::Other);
        let share = if corrects(play) {
            SHARE_BYTES + CORRECTIONS_BYTES
        } else {
            SHARE_BYTES
        };
        let refused = match headroom {
            Headroom::Enough => return Ok(()),
            Headroom::Least => "the disk is full: only organisers' events are taken",
            Headroom::Low if bytes > SHORT_BYTES || words => {
                "the disk is full up to what is kept for scores: only short events are taken"
            }
            Headroom::Low if self.taken + bytes + ROW_BYTES <= share => return Ok(()),
            Headroom::Low if corrects(play) => {
                "the disk is full up to what is kept for scores, and this match has had its share of that: nothing is \
                 taken"
            }
            Headroom::Low => {
                "the disk is full up to what is kept for scores, and this match has had its share of that: only what \
                 corrects or ends it is taken"
            }
        };
        Err(Refusal::StorageUnavailable(format!(
            "{refused} until an organiser makes room"
        )))
    }

    /// Counts an event that was taken.
    pub fn count(&mut self, headroom: Headroom, bytes: usize) {
        self.taken = match headroom {
            Headroom::Enough => 0,
            Headroom::Low | Headroom::Least => self.taken.saturating_add(bytes + ROW_BYTES),
        };
    }
}

/// Says if an event puts right or ends what was played.
fn corrects(play: &Play) -> bool {
    matches!(
        play,
        Play::Undo { .. } | Play::Redo { .. } | Play::Result { .. } | Play::Finish | Play::Confirm
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Side;

    const POINT: Play = Play::Point {
        side: Side::A,
        value: 1,
        shootout: false,
    };

    /// Takes as many as there is room for.
    fn fill(usage: &mut Usage, author: Author, play: &Play, bytes: usize) -> u64 {
        let mut taken = 0;
        while usage.judge(author, play, bytes).is_ok() {
            usage.count(author, play, bytes);
            taken += 1;
        }
        taken
    }

    #[test]
    fn a_full_match_takes_corrections_of_referees_and_then_of_organisers_only() {
        let mut usage = Usage::default();
        assert_eq!(fill(&mut usage, Author::Referee, &POINT, 60), EVENTS_MAX);
        assert_eq!(fill(&mut usage, Author::Referee, &Play::Finish, 60), 1_000);
        assert_eq!(fill(&mut usage, Author::Organiser, &POINT, 60), 1_000);
        for author in [Author::Referee, Author::Organiser] {
            let refused = usage.judge(author, &Play::Finish, 60).unwrap_err();
            assert_eq!(refused.code(), "match_full");
        }
    }

    #[test]
    fn bytes_fill_a_match_as_events_do() {
        let mut usage = Usage::default();
        let large = 16 * 1024;
        assert_eq!(fill(&mut usage, Author::Referee, &Play::Note, large), 512);
        assert_eq!(fill(&mut usage, Author::Referee, &Play::Finish, large), 32);
        assert_eq!(fill(&mut usage, Author::Organiser, &Play::Note, large), 32);
    }

    #[test]
    fn a_match_that_was_longer_before_there_was_a_quota_can_still_be_put_right() {
        let mut usage = Usage::default();
        (0..3 * EVENTS_MAX).for_each(|_| usage.count(Author::Referee, &POINT, 60));
        assert!(usage.judge(Author::Referee, &POINT, 60).is_err());
        assert!(usage.judge(Author::Referee, &Play::Finish, 60).is_ok());
        assert!(usage.judge(Author::Organiser, &POINT, 60).is_ok());
    }

    #[test]
    fn a_disk_with_little_room_takes_what_scores() {
        for (headroom, play, bytes, taken) in [
            (Headroom::Enough, Play::Note, 16_000, true),
            (Headroom::Low, POINT, 1_024, true),
            (Headroom::Low, POINT, 1_025, false),
            (Headroom::Low, Play::Note, 60, false),
            (Headroom::Least, POINT, 60, false),
        ] {
            let answer = ScarceRoom::default().judge(headroom, &play, bytes);
            assert_eq!(answer.is_ok(), taken, "{headroom:?} {play:?} {bytes}");
        }
    }

    /// Takes as many as there is room for on a disk with little.
    fn fill_scarce(room: &mut ScarceRoom, play: &Play, bytes: usize) -> usize {
        let mut taken = 0;
        while room.judge(Headroom::Low, play, bytes).is_ok() {
            room.count(Headroom::Low, bytes);
            taken += 1;
        }
        taken
    }

    #[test]
    fn a_match_has_a_share_of_little_room_which_is_enough_to_end_it_and_padding_only_uses_up() {
        let mut room = ScarceRoom::default();
        assert!(fill_scarce(&mut room, &POINT, 75) > 600);
        assert!(fill_scarce(&mut room, &Play::Finish, 75) > 100);
        room.count(Headroom::Enough, 75);
        let mut padded = fill_scarce(&mut room, &POINT, 1_024) * 1_024;
        padded += fill_scarce(&mut room, &Play::Finish, 1_024) * 1_024;
        assert!((100_000..160_000).contains(&padded), "{padded} bytes");
        assert_eq!(fill_scarce(&mut room, &POINT, 1), 0);
    }
}
