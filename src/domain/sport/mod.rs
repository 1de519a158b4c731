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

use crate::domain::matches::event::{ClockAction, NamedPhase, Play};
use crate::domain::matches::refusal::Refusal;
use crate::domain::matches::state::{MatchClock, MatchState, PERIODS_MAX, Reason, Side};
use conduct::{Award, Conduct};

/// How the rules end a match; nobody wins a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub winner: Option<Side>,
    /// Left out when it ends on points.
    pub reason: Option<Reason>,
}

impl Outcome {
    /// The end on points.
    fn won_by(winner: Option<Side>) -> Outcome {
        Outcome {
            winner,
            reason: None,
        }
    }
}

/// Points that an event gives in a sport in which both sides can score at once, and the card that gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub side: Side,
    pub points: i64,
    pub card: Option<Box<str>>,
}

impl Hit {
    pub fn of(rules: &Rules, play: &Play) -> Option<Hit> {
        let Rules::Periods(periods) = rules else {
            return None;
        };
        match play {
            _ if !periods.both_score => None,
            Play::Point { side, value, .. } if *value > 0 => Some(Hit {
                side: *side,
                points: *value,
                card: None,
            }),
            Play::Card { side, colour, .. } => {
                let points = rules.cards().get(&**colour)?.award;
                (points > 0).then(|| Hit {
                    side: side.other(),
                    points: i64::from(points),
                    card: Some(colour.clone()),
                })
            }
            _ => None,
        }
    }

    /// Says if both are of one exchange: a double hit, or a card for both.
    pub fn goes_with(&self, other: &Hit) -> bool {
        self.side != other.side && self.card == other.card
    }
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

    /// Says if the rules can produce this event now; `Ok` for everything that does not score.
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
            Play::Result { periods, .. } if periods.iter().any(|period| period.named == NamedPhase::Unknown) => {
                Err(Refusal::BadEvent(
                    "“phase” of a period is \"extra_time\" or \"shootout\"; a regular period has none".into(),
                ))
            }
            play => match (&self.engine, rules) {
                (Engine::Ladder(board), Rules::Ladder(ladder)) => board.judge(ladder, play),
                (Engine::Periods(board), Rules::Periods(periods)) => board.judge(periods, play),
                _ => Ok(()),
            },
        }
    }

    /// The effect of an event; says when it ends the match.
    pub fn play(&mut self, rules: &Rules, play: &Play) -> Option<Outcome> {
        if !matches!(play, Play::Note | Play::Other) {
            self.conduct.clear_notices();
        }
        // What happens in a pause counts in the period that follows (FIBA Official Basketball Rules, Article 41).
        if matches!(play, Play::Foul { .. } | Play::Card { .. })
            && let (Engine::Periods(board), Rules::Periods(periods)) = (&self.engine, rules)
            && let Some(scope) = board.scope_after_pause(periods)
        {
            self.conduct.enter(rules, scope);
        }
        if let Play::Clock { action, seconds } = play {
            self.set_clock(*action, *seconds);
        }
        let award = self.conduct.play(rules, play);
        let before = self.period();
        let outcome = match award {
            Some((side, award)) => self.award(rules, side, award),
            None => self.score(rules, play),
        };
        let outcome = outcome.or_else(|| disqualification(rules, play));
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

    /// Gives what a card awards: no rally was played, no shot taken.
    fn award(&mut self, rules: &Rules, side: Side, award: Award) -> Option<Outcome> {
        match (&mut self.engine, rules) {
            (Engine::Ladder(board), Rules::Ladder(ladder)) => {
                board.award(ladder, rules, &mut self.conduct, side, award)
            }
            (Engine::Periods(board), Rules::Periods(periods)) => {
                board.award(periods, rules, &mut self.conduct, side, award)
            }
            _ => None,
        }
    }

    /// A card before or after the match: it is counted, and changes no score.
    pub fn count_card(&mut self, rules: &Rules, card: &Play) -> Option<Outcome> {
        self.conduct.clear_notices();
        self.conduct.play(rules, card);
        disqualification(rules, card)
    }

    /// Says if extra time or a shoot-out may follow what was played.
    pub fn can_go_on(&self) -> bool {
        match &self.engine {
            Engine::Periods(board) => board.can_go_on(),
            Engine::Ladder(_) => false,
        }
    }

    /// Takes back the point that ended the match: the other side has scored, too, where the next point decides.
    pub fn annul(&mut self, hit: &Hit) {
        if let Engine::Periods(board) = &mut self.engine {
            board.annul(hit.side, hit.points);
        }
    }

    /// Says if the other side is level with one that has won once it has scored, too.
    pub fn levels(&self, winner: Side, points: i64) -> bool {
        match &self.engine {
            Engine::Periods(board) => board.levels(winner, points),
            Engine::Ladder(_) => false,
        }
    }

    /// Says if a side that has won still leads once the other has scored, too.
    pub fn still_leads(&self, winner: Side, points: i64) -> bool {
        match &self.engine {
            Engine::Periods(board) => board.still_leads(winner, points),
            Engine::Ladder(_) => false,
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

/// A card may end the match for its side.
fn disqualification(rules: &Rules, play: &Play) -> Option<Outcome> {
    let Play::Card { side, colour, .. } = play else {
        return None;
    };
    let card = rules.cards().get(&**colour)?;
    card.disqualifies.then(|| Outcome {
        winner: Some(side.other()),
        reason: Some(Reason::Disqualified),
    })
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
