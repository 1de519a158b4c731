//! The game that a match's events add up to: its life from the start to the end, around what the sport's engine counts.

use crate::domain::matches::event::Play;
use crate::domain::matches::state::{Reason, Side, Status};
use crate::domain::sport::{Outcome, Rules, Scoring};

/// Where a match stands after the events that count.
#[derive(Clone)]
pub(super) struct Game {
    pub(super) status: Status,
    pub(super) winner: Option<Side>,
    pub(super) reason: Option<Reason>,
    pub(super) confirmed: bool,
    /// The score ended the match, nobody said so.
    pub(super) decided: bool,
    pub(super) scoring: Scoring,
}

impl Game {
    pub(super) fn new(rules: &Rules) -> Game {
        Game {
            status: Status::Scheduled,
            winner: None,
            reason: None,
            confirmed: false,
            decided: false,
            scoring: Scoring::new(rules),
        }
    }

    /// The effect of an event that counts; `false` when it came after the end and had none.
    pub(super) fn play(&mut self, rules: &Rules, play: &Play) -> bool {
        if self.status == Status::Finished {
            return self.play_after_the_end(rules, play);
        }
        if shows_play(play) {
            if self.status == Status::Scheduled && !matches!(play, Play::Start { .. }) {
                self.scoring.play(rules, &Play::Start { side: None });
            }
            self.status = Status::Live;
        }
        if let Some(outcome) = self.scoring.play(rules, play) {
            self.end(outcome.winner, None);
            self.decided = true;
        }
        match play {
            Play::Suspend if self.status == Status::Live => self.status = Status::Suspended,
            Play::Finish => {
                self.scoring.settle();
                self.end(self.scoring.leader(), None);
            }
            Play::Walkover { side } => self.end(Some(side.other()), Some(Reason::Walkover)),
            Play::Retire { side } => self.end(Some(side.other()), Some(Reason::Retired)),
            _ => {}
        }
        true
    }

    fn play_after_the_end(&mut self, rules: &Rules, play: &Play) -> bool {
        match play {
            Play::Result { .. } => {
                let outcome = self.scoring.play(rules, play);
                self.scoring.settle();
                let winner =
                    outcome.map_or_else(|| self.scoring.leader(), |Outcome { winner }| winner);
                self.end(winner, None);
                self.confirmed = false;
            }
            Play::Confirm => self.confirmed = true,
            _ => return false,
        }
        true
    }

    fn end(&mut self, winner: Option<Side>, reason: Option<Reason>) {
        self.status = Status::Finished;
        self.winner = winner;
        self.reason = reason;
        self.scoring.stop();
    }
}

/// Whether this event shows that the match is being played, even without a `start`.
fn shows_play(play: &Play) -> bool {
    matches!(
        play,
        Play::Start { .. }
            | Play::Resume
            | Play::Point { .. }
            | Play::Foul { .. }
            | Play::Card { .. }
            | Play::Timeout { .. }
            | Play::PeriodStart { .. }
            | Play::PeriodEnd
            | Play::Result { .. }
    )
}
