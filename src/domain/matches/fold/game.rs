//! The game that a match's events add up to: its life from the start to the end, around what the sport's engine counts.

use crate::domain::matches::event::{NextPeriod, Play};
use crate::domain::matches::state::{Reason, Side, Status};
use crate::domain::sport::definition::Card;
use crate::domain::sport::{Hit, Outcome, Rules, Scoring};

/// Where a match stands after the events that count.
#[derive(Clone)]
pub(super) struct Game {
    pub(super) status: Status,
    pub(super) winner: Option<Side>,
    pub(super) reason: Option<Reason>,
    pub(super) confirmed: bool,
    /// The score ended the match, nobody said so.
    pub(super) decided: bool,
    /// Its time ended the match, or somebody who said so.
    timed_out: bool,
    /// The point that ended the match, as long as nothing came after it.
    last_hit: Option<Hit>,
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
            timed_out: false,
            last_hit: None,
            scoring: Scoring::new(rules),
        }
    }

    /// The effect of an event that counts; `false` when it came after the end and had none.
    pub(super) fn play(&mut self, rules: &Rules, play: &Play) -> bool {
        if self.status == Status::Finished {
            return self.play_after_the_end(rules, play);
        }
        if self.status == Status::Scheduled && is_mere_card(rules, play) {
            let outcome = self.scoring.count_card(rules, play);
            self.decide(outcome);
            return true;
        }
        if shows_play(play) {
            if self.status == Status::Scheduled && !matches!(play, Play::Start { .. }) {
                self.scoring.play(rules, &Play::Start { side: None });
            }
            self.status = Status::Live;
        }
        let outcome = self.scoring.play(rules, play);
        self.decide(outcome);
        match play {
            Play::Suspend if self.status == Status::Live => self.status = Status::Suspended,
            Play::Finish => {
                self.scoring.settle();
                self.end(self.scoring.leader(), None);
            }
            Play::Walkover { side } => self.end(Some(side.other()), Some(Reason::Walkover)),
            Play::Retire { side, disqualified } => {
                let reason = if *disqualified {
                    Reason::Disqualified
                } else {
                    Reason::Retired
                };
                self.end(Some(side.other()), Some(reason));
            }
            _ => {}
        }
        if self.status == Status::Finished {
            self.timed_out = matches!(play, Play::PeriodEnd | Play::Finish);
            self.last_hit = Hit::of(rules, play).filter(|hit| Some(hit.side) == self.winner);
        }
        true
    }

    fn decide(&mut self, outcome: Option<Outcome>) {
        if let Some(Outcome { winner, reason }) = outcome {
            self.end(winner, reason);
            self.decided = true;
        }
    }

    fn play_after_the_end(&mut self, rules: &Rules, play: &Play) -> bool {
        match play {
            play if self.goes_on_with(play) => {
                (self.status, self.winner) = (Status::Live, None);
                (self.decided, self.timed_out) = (false, false);
                self.scoring.play(rules, play);
            }
            play if self.is_double(rules, play) => self.play_double(rules, play),
            Play::Card { .. } => {
                self.scoring.count_card(rules, play);
            }
            Play::Result { .. } => {
                let outcome = self.scoring.play(rules, play);
                self.scoring.settle();
                let winner =
                    outcome.map_or_else(|| self.scoring.leader(), |outcome| outcome.winner);
                self.end(winner, None);
                self.confirmed = false;
            }
            Play::Confirm => self.confirmed = true,
            _ => return false,
        }
        self.last_hit = None;
        true
    }

    /// Says if a match whose time is up goes on: extra time or kicks follow one that need not be level in itself, because
    /// an earlier match counts, too (IFAB Law 10).
    pub(super) fn goes_on_with(&self, play: &Play) -> bool {
        let next = match play {
            Play::PeriodStart { phase } => *phase,
            _ => None,
        };
        let can = self.timed_out && self.scoring.can_go_on();
        can && next.is_some_and(|next| next != NextPeriod::SecondHalf)
    }

    /// Both have scored at once. Where the next point decides, such a hit counts for nobody, and play goes on.
    fn play_double(&mut self, rules: &Rules, play: &Play) {
        let (Some(last), Some(winner)) = (self.last_hit.take(), self.winner) else {
            return;
        };
        if self.scoring.still_leads(winner, last.points) {
            self.scoring.play(rules, play);
            self.scoring.stop();
            return;
        }
        if matches!(play, Play::Card { .. }) {
            self.scoring.count_card(rules, play);
        }
        self.scoring.annul(&last);
        (self.status, self.winner, self.decided) = (Status::Live, None, false);
    }

    /// Says if the other side has scored together with the one that has just won.
    pub(super) fn is_double(&self, rules: &Rules, play: &Play) -> bool {
        let (Some(last), Some(winner)) = (&self.last_hit, self.winner) else {
            return false;
        };
        Hit::of(rules, play).is_some_and(|hit| {
            let alike = hit.goes_with(last) && hit.points == last.points;
            let leads = self.scoring.still_leads(winner, hit.points);
            alike && (leads || self.scoring.levels(winner, hit.points))
        })
    }

    fn end(&mut self, winner: Option<Side>, reason: Option<Reason>) {
        self.status = Status::Finished;
        self.winner = winner;
        self.reason = reason;
        self.last_hit = None;
        self.scoring.stop();
    }
}

/// Says if this is a card that before the match changes no score: it does not begin it either.
fn is_mere_card(rules: &Rules, play: &Play) -> bool {
    let Play::Card { colour, .. } = play else {
        return false;
    };
    let card = rules.cards().get(&**colour);
    !card.is_some_and(Card::scores_before_the_match)
}

/// Says if this event shows that the match is being played, even without a `start`.
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
