//! The problem: which matches, on which courts, with which wishes.

use thiserror::Error;

/// Whole minutes, as a length or from the plan's origin.
pub type Minutes = i32;

/// The most fixtures of one plan.
pub const FIXTURES_MAX: usize = 2_000;
/// The most courts of one plan.
pub const COURTS_MAX: usize = 200;
/// The greatest time or length: five weeks.
pub const MINUTES_MAX: Minutes = 50_000;

/// A time while a court is open: from `from`, and no longer at `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub from: Minutes,
    pub to: Minutes,
}

/// A court with the times while it is open. Between two of them it is closed, or there is a break.
///
/// A match fits wholly into one window; only the changeover after it may run over the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Court {
    pub open: Vec<Window>,
}

impl Court {
    /// A court that is never closed.
    pub fn always_open() -> Court {
        let all = Window {
            from: 0,
            to: Minutes::MAX,
        };
        Court { open: vec![all] }
    }

    /// Says whether this time lies wholly in one window. Windows that touch are one.
    pub fn is_open(&self, from: Minutes, to: Minutes) -> bool {
        self.joined()
            .iter()
            .any(|window| window.from <= from && to <= window.to)
    }

    /// Returns the windows in order, those that touch or overlap joined.
    pub(super) fn joined(&self) -> Vec<Window> {
        let mut windows: Vec<Window> = self.open.clone();
        windows.retain(|window| window.from < window.to);
        windows.sort_unstable();
        let mut joined: Vec<Window> = Vec::new();
        for window in windows {
            match joined.last_mut() {
                Some(last) if window.from <= last.to => last.to = last.to.max(window.to),
                _ => joined.push(window),
            }
        }
        joined
    }
}

/// A place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// An index of [`Problem::courts`].
    pub court: usize,
    pub start: Minutes,
}

/// A round of a group or of a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round {
    /// The number of the group or the bracket, over all tournaments.
    pub of: usize,
    pub number: usize,
}

/// A match to be planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fixture {
    /// The length of the match, by sport, rules and stage.
    pub minutes: Minutes,
    /// The courts that take it. The final has the show court alone.
    pub courts: Vec<usize>,
    /// Teams, clubs or persons who play or may play, by a number that holds over all tournaments.
    pub players: Vec<usize>,
    /// Teams or persons on duty. They neither play nor referee elsewhere meanwhile; around a duty nobody needs rest.
    pub referees: Vec<usize>,
    /// Fixtures that decide who plays here: they have ended before, and rest has passed.
    pub after: Vec<usize>,
    /// The rest that this match wants around it. Of two matches with different ones the longer holds.
    pub rest: Minutes,
    pub not_before: Minutes,
    /// The place of a match that is played, running, locked or pinned. It never moves.
    pub fixed: Option<Slot>,
    /// The round of a group. An earlier one is played before a later one, where that makes the day no longer.
    pub round: Option<Round>,
    /// Fixtures with the same number begin at one time.
    pub together: Option<usize>,
    /// Fixtures that take the other side of the same matches, such as the final and the match for third place. Nobody plays
    /// in both, although each may play in either.
    pub never_both: Vec<usize>,
}

/// Courts, and the fixtures of all tournaments of the hall that are to be planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    pub courts: Vec<Court>,
    pub fixtures: Vec<Fixture>,
    /// The minutes between two matches on a court.
    pub changeover: Minutes,
}

/// A cause why nothing can be planned.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProblemError {
    #[error("a plan has at most {FIXTURES_MAX} fixtures and {COURTS_MAX} courts")]
    TooMany,
    #[error("the plan is too long for so many fixtures: let all times be multiples of 5 minutes")]
    TooLong,
    #[error("fixture {fixture}: a match lasts at least one minute")]
    NoLength { fixture: usize },
    #[error("fixture {fixture}: times and lengths are from 0 to {MINUTES_MAX} minutes")]
    OutOfRange { fixture: usize },
    #[error("a changeover lasts from 0 to {MINUTES_MAX} minutes")]
    Changeover,
    #[error("fixture {fixture} names court {court}, which there is not")]
    NoSuchCourt { fixture: usize, court: usize },
    #[error("fixture {fixture} names fixture {other}, which there is not")]
    NoSuchFixture { fixture: usize, other: usize },
    #[error("no court takes fixture {fixture}")]
    NobodysCourt { fixture: usize },
    #[error("fixture {fixture} lasts {minutes} minutes: no court that takes it is open as long")]
    LongerThanEveryWindow { fixture: usize, minutes: Minutes },
    #[error("fixture {fixture} waits for itself")]
    Cycle { fixture: usize },
    #[error("fixtures {one} and {other} are to begin at one time, but somebody is in both")]
    TogetherWithOneself { one: usize, other: usize },
    #[error("fixtures {one} and {other} are to begin at one time, but one waits for the other")]
    TogetherAfter { one: usize, other: usize },
    #[error("{fixtures} fixtures are to begin at one time, but there are courts for {courts}")]
    TooFewCourts { fixtures: usize, courts: usize },
}

impl Fixture {
    /// Returns everybody who is in the hall for this match.
    pub fn people(&self) -> impl Iterator<Item = usize> + '_ {
        self.players.iter().chain(&self.referees).copied()
    }
}

impl Problem {
    /// Returns how long after the begin of `first` the fixture `second` may begin, if somebody is in both.
    pub fn apart(&self, first: usize, second: usize) -> Option<Minutes> {
        let (one, other) = (&self.fixtures[first], &self.fixtures[second]);
        let alternative = one.never_both.contains(&second) || other.never_both.contains(&first);
        let both_play = |person: &usize| other.players.contains(person);
        if !alternative && one.players.iter().any(both_play) {
            return Some(self.after_rest(first, second));
        }
        let on_duty = |person: &usize| other.people().any(|another| another == *person);
        let duty_of_other = |person: &usize| other.referees.contains(person);
        let duty = one.referees.iter().any(on_duty) || one.players.iter().any(duty_of_other);
        duty.then_some(one.minutes)
    }

    /// Returns how long after the begin of `first` the fixture `second` may begin, for whoever plays in both.
    pub fn after_rest(&self, first: usize, second: usize) -> Minutes {
        let (one, other) = (&self.fixtures[first], &self.fixtures[second]);
        one.minutes + one.rest.max(other.rest)
    }
}
