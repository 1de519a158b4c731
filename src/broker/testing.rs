//! Stand-ins for the tests of this folder: frames whose payload is plain text.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Attendance, Codec, Frame, Summary, state_json};
use crate::domain::{
    BySide, MatchId, MatchSetup, MatchState, Programme, Rules, Seq, SideSetup, Status, TournamentId,
};
use crate::random;
use crate::store::Recorded;

pub struct TextCodec;
pub static CODEC: TextCodec = TextCodec;

pub fn frame(text: &str) -> Frame {
    Frame::new(text.to_owned().into(), 0)
}

impl Codec for TextCodec {
    fn welcome(&self, summary: &Summary) -> Frame {
        frame(&format!("welcome {}", summary.seq))
    }

    fn event(&self, recorded: &Recorded, _: &RawValue) -> Frame {
        frame(&format!("event {}", recorded.seq))
    }

    fn resync(&self, summary: &Summary) -> Frame {
        frame(&format!("resync {}", summary.seq))
    }

    fn board(&self, summaries: &[&Summary]) -> Frame {
        frame(&format!("board of {}", summaries.len()))
    }

    fn changed(&self, summary: &Summary) -> Frame {
        frame(&format!("changed {}", summary.seq))
    }

    fn deleted(&self, _: MatchId) -> Frame {
        frame("deleted")
    }

    fn decided(&self, _: TournamentId) -> Frame {
        frame("decided")
    }

    fn planned(&self) -> Frame {
        frame("planned")
    }
}

pub fn tournament() -> TournamentId {
    TournamentId(random::id())
}

/// A new friendly match with this many events.
pub fn summary(seq: Seq) -> Summary {
    Summary {
        setup: Arc::new(MatchSetup {
            id: MatchId(random::id()),
            tournament: None,
            court: None,
            sport: "BADMINTON".into(),
            variant: None,
            rules: Arc::new(Rules::plain()),
            fixture: None,
            programme: Programme::default(),
            sides: BySide {
                a: SideSetup::named("Lyon"),
                b: SideSetup::named("Metz"),
            },
            order: 1,
            created_at: 0,
            revision: 1,
        }),
        status: Status::Live,
        attendance: Attendance::Here,
        seq,
        state: state_json(&MatchState::default()),
        updated_at: 0,
        clock_at: None,
    }
}
