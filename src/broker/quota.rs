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

/// Says if the disk has room for an event. While it has little, what the scores need comes first.
pub fn room_for(
    headroom: Headroom,
    author: Author,
    play: &Play,
    bytes: usize,
) -> Result<(), Refusal> {
    let words = matches!(play, Play::Note | Play::Other);
    let refused = match headroom {
        _ if author == Author::Organiser => return Ok(()),
        Headroom::Enough => return Ok(()),
        Headroom::Low if bytes <= SHORT_BYTES && !words => return Ok(()),
        Headroom::Low => {
            "the disk is full up to what is kept for scores: only short events are taken"
        }
        Headroom::Least => "the disk is full: only organisers' events are taken",
    };
    Err(Refusal::StorageUnavailable(format!(
        "{refused} until an organiser makes room"
    )))
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
    fn a_disk_with_little_room_takes_what_scores_and_then_only_organisers() {
        for (headroom, author, play, bytes, taken) in [
            (Headroom::Enough, Author::Referee, Play::Note, 16_000, true),
            (Headroom::Low, Author::Referee, POINT, 1_024, true),
            (Headroom::Low, Author::Referee, POINT, 1_025, false),
            (Headroom::Low, Author::Referee, Play::Note, 60, false),
            (Headroom::Low, Author::Organiser, Play::Note, 16_000, true),
            (Headroom::Least, Author::Referee, POINT, 60, false),
            (Headroom::Least, Author::Organiser, POINT, 60, true),
        ] {
            let answer = room_for(headroom, author, &play, bytes);
            assert_eq!(answer.is_ok(), taken, "{headroom:?} {play:?} {bytes}");
        }
    }
}
