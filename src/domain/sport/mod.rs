//! Sports: what their files say, and the two engines that score by it.

mod catalogue;
mod conduct;
pub mod definition;
mod file;
mod ladder;
mod periods;
mod target;
mod text;

pub use catalogue::{Catalogue, UnknownSport};
pub use definition::Rules;
pub use file::{BASE, FileError, RulesError, Sport, Variant, merged, overridden};
pub use text::Text;

use crate::domain::matches::event::{ClockAction, Play};
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{MatchClock, MatchState, PERIODS_MAX, Side};
use conduct::Conduct;

/// How a match ends on points; nobody wins a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub winner: Option<Side>,
}

/// A match while it is scored: the memory of its engine. What all sports share (start and finish, undo, who may do
/// what after the end) is the fold's.
///
/// Total: an event that [`Scoring::judge`] would refuse has some harmless effect, because an undo further up the
/// history can make a stored event illegal after the fact.
#[derive(Clone)]
pub struct Scoring {
    engine: Engine,
    conduct: Conduct,
    clock: Option<MatchClock>,
}

#[derive(Clone)]
enum Engine {
    Ladder(ladder::Count),
    Periods(periods::Count),
}

impl Scoring {
    pub fn new(rules: &Rules) -> Scoring {
        Scoring {
            engine: match rules {
                Rules::Ladder(_) => Engine::Ladder(ladder::Count::default()),
                Rules::Periods(_) => Engine::Periods(periods::Count::default()),
            },
            conduct: Conduct::default(),
            clock: None,
        }
    }

    /// Whether the rules can produce this event now; `Ok` for everything that does not score.
    pub fn judge(&self, rules: &Rules, play: &Play) -> Result<(), Refusal> {
        match play {
            Play::Foul { side, value, .. } if self.conduct.fouls(*side) + value < 0 => {
                Err(Refusal::IllegalScore(format!(
                    "cannot take {} fouls back: there are {}",
                    -value,
                    self.conduct.fouls(*side)
                )))
            }
            Play::Card { colour, .. } if !conduct::knows_card(rules, colour) => {
                Err(Refusal::BadEvent(format!(
                    "“detail.colour”: this sport has no card “{colour}”"
                )))
            }
            play => match (&self.engine, rules) {
                (Engine::Ladder(board), Rules::Ladder(ladder)) => board.judge(ladder, play),
                (Engine::Periods(board), Rules::Periods(periods)) => board.judge(periods, play),
                _ => Ok(()),
            },
        }
    }

    /// The effect of an event; says when it ends the match on points.
    pub fn play(&mut self, rules: &Rules, play: &Play) -> Option<Outcome> {
        if !matches!(play, Play::Note | Play::Other) {
            self.conduct.clear_notices();
        }
        if let Play::Clock { action, seconds } = play {
            self.set_clock(*action, *seconds);
        }
        let award = self.conduct.play(rules, play);
        let before = self.period();
        let outcome = match award {
            Some((side, points)) => self.award(rules, side, points),
            None => self.score(rules, play),
        };
        // A score written down as a whole says nothing of the time.
        if !matches!(play, Play::Result { .. }) {
            self.keep_clock(rules, before);
        }
        outcome
    }

    fn score(&mut self, rules: &Rules, play: &Play) -> Option<Outcome> {
        match (&mut self.engine, rules) {
            (Engine::Ladder(board), Rules::Ladder(ladder)) => {
                board.play(ladder, rules, &mut self.conduct, play)
            }
            (Engine::Periods(board), Rules::Periods(periods)) => {
                board.play(periods, rules, &mut self.conduct, play)
            }
            _ => None,
        }
    }

    /// Points that a card gives: no rally was played, no shot taken.
    fn award(&mut self, rules: &Rules, side: Side, points: u32) -> Option<Outcome> {
        match (&mut self.engine, rules) {
            (Engine::Ladder(board), Rules::Ladder(ladder)) => {
                board.award(ladder, rules, &mut self.conduct, side, points)
            }
            (Engine::Periods(board), Rules::Periods(periods)) => {
                board.award(periods, rules, &mut self.conduct, side, points)
            }
            _ => None,
        }
    }

    /// The winner of a match that is ended as it stands.
    pub fn leader(&self) -> Option<Side> {
        match &self.engine {
            Engine::Ladder(board) => board.leader(),
            Engine::Periods(board) => board.leader(),
        }
    }

    /// The match ends as it stands: what a shoot-out has decided counts.
    pub fn settle(&mut self) {
        if let Engine::Periods(board) = &mut self.engine {
            board.settle();
        }
    }

    /// The match is over: nothing runs on.
    pub fn stop(&mut self) {
        self.conduct.clear_notices();
        if let Some(clock) = &mut self.clock {
            clock.running = false;
        }
    }

    fn period(&self) -> usize {
        match &self.engine {
            Engine::Periods(board) => board.begun(),
            Engine::Ladder(_) => 0,
        }
    }

    fn set_clock(&mut self, action: ClockAction, seconds: Option<u32>) {
        let before = self.clock.unwrap_or(MatchClock {
            running: false,
            seconds: 0,
        });
        self.clock = Some(MatchClock {
            running: match action {
                ClockAction::Start => true,
                ClockAction::Stop => false,
                ClockAction::Set => before.running,
            },
            seconds: seconds.unwrap_or(before.seconds),
        });
    }

    /// A clock that is used stops with the period and begins anew with the next.
    fn keep_clock(&mut self, rules: &Rules, before: usize) {
        let (Engine::Periods(board), Rules::Periods(periods), Some(clock)) =
            (&self.engine, rules, &mut self.clock)
        else {
            return;
        };
        if board.begun() > before && before > 0 {
            *clock = board.opening_clock(periods);
        } else if board.is_over() {
            clock.running = false;
        }
    }

    /// Fills in everything but how the match stands in its life. `live`: neither scheduled nor finished.
    pub fn show(&self, rules: &Rules, live: bool, state: &mut MatchState) {
        match (&self.engine, rules) {
            (Engine::Ladder(board), Rules::Ladder(ladder)) => board.show(ladder, live, state),
            (Engine::Periods(board), Rules::Periods(periods)) => board.show(periods, live, state),
            _ => {}
        }
        self.conduct.show(state);
        state.clock = self.clock;
        if live {
            let notices = self
                .conduct
                .notices()
                .iter()
                .map(|notice| (*notice).to_owned());
            state.prompt.extend(notices);
        }
    }
}

/// Refuses to begin a period where this many are all that there can be.
fn no_more_periods(most: usize) -> Refusal {
    Refusal::BadEvent(format!(
        "there are at most {most} periods here, and they have all begun; undo one that was begun too early, send the \
         score as a “result”, or “finish” the match"
    ))
}

/// Refuses a result that no sport can have, whoever forces it.
fn absurd_result(most: usize) -> Refusal {
    Refusal::BadEvent(format!("a result of this match has at most {most} periods"))
}
