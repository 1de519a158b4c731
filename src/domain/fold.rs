//! The fold: a match's events, one after the other, become its state.
//!
//! What all sports share lives here (start and finish, undo and redo, what is still allowed after the end); what
//! a point is worth is the sport's engine's. [`MatchFold::decide`] says whether an event may be taken now,
//! [`MatchFold::apply`] is total: whatever is in the history folds to the same state, for ever.

use super::event::{Author, Event, Play};
use super::ids::Seq;
use super::refusal::Refusal;
use super::sport::{Engine, Sport};
use super::state::{MatchState, Reason, Status};

/// A match while it is being folded: its history, as far as the rules need it, and its state.
pub struct MatchFold {
    engine: &'static dyn Engine,
    history: Vec<Entry>,
    state: MatchState,
}

struct Entry {
    play: Play,
    /// When an undo took it back: the `seq` of that undo.
    undone_by: Option<Seq>,
}

impl MatchFold {
    pub fn new(sport: &'static Sport) -> MatchFold {
        MatchFold {
            engine: sport.engine(),
            history: Vec::new(),
            state: MatchState::default(),
        }
    }

    pub fn state(&self) -> &MatchState {
        &self.state
    }

    /// The `seq` of the last event.
    pub fn seq(&self) -> Seq {
        self.history.len() as Seq
    }

    /// Says whether this event may be taken now. An `undo` or `redo` comes back aimed at its target.
    pub fn decide(&self, event: Event, author: Author) -> Result<Event, Refusal> {
        self.allowed_after_the_end(&event.play, author)?;
        match &event.play {
            Play::Undo { seq } => {
                let target = self
                    .undo_target(*seq)
                    .ok_or_else(|| nothing("undo", *seq))?;
                Ok(event.aimed_at(target))
            }
            Play::Redo { seq } => {
                let target = self
                    .redo_target(*seq)
                    .ok_or_else(|| nothing("redo", *seq))?;
                Ok(event.aimed_at(target))
            }
            Play::Confirm if self.state.status != Status::Finished => Err(Refusal::BadEvent(
                "there is no result to confirm before the match is finished".into(),
            )),
            play => self.engine.judge(&self.state, play).map(|()| event),
        }
    }

    /// Takes the next event of the history.
    pub fn apply(&mut self, play: Play) {
        let seq = self.seq() + 1;
        match &play {
            Play::Undo { seq: target } => {
                if let Some(target) = self.undo_target(*target) {
                    self.mark(target, Some(seq));
                }
            }
            Play::Redo { seq: target } => {
                if let Some(target) = self.redo_target(*target) {
                    self.mark(target, None);
                }
            }
            play => advance(self.engine, &mut self.state, play),
        }
        self.history.push(Entry {
            play,
            undone_by: None,
        });
    }

    /// Forgets every event after `seq`, as if they had not been: they did not reach the disk.
    pub fn truncate(&mut self, seq: Seq) {
        let kept = usize::try_from(seq)
            .unwrap_or(usize::MAX)
            .min(self.history.len());
        let mut fresh = MatchFold {
            engine: self.engine,
            history: Vec::with_capacity(kept),
            state: MatchState::default(),
        };
        for entry in self.history.drain(..).take(kept) {
            fresh.apply(entry.play);
        }
        *self = fresh;
    }

    fn allowed_after_the_end(&self, play: &Play, author: Author) -> Result<(), Refusal> {
        if self.state.status != Status::Finished {
            return Ok(());
        }
        match play {
            Play::Note | Play::Other => Ok(()),
            Play::Undo { .. } | Play::Redo { .. } | Play::Result { .. } | Play::Confirm
                if !self.state.confirmed || author == Author::Organiser =>
            {
                Ok(())
            }
            _ if self.state.confirmed => Err(Refusal::MatchFinished(
                "the result is confirmed; ask the organiser to reopen the match",
            )),
            _ => Err(Refusal::MatchFinished(
                "the match is finished; undo the end to go on scoring",
            )),
        }
    }

    fn entry(&self, seq: Seq) -> Option<&Entry> {
        self.history.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    fn undo_target(&self, wanted: Option<Seq>) -> Option<Seq> {
        let counts = |entry: &Entry| entry.undone_by.is_none() && has_effect(&entry.play);
        match wanted {
            Some(seq) => self.entry(seq).filter(|entry| counts(entry)).map(|_| seq),
            None => self
                .history
                .iter()
                .rposition(counts)
                .map(|index| index as Seq + 1),
        }
    }

    fn redo_target(&self, wanted: Option<Seq>) -> Option<Seq> {
        match wanted {
            Some(seq) => self
                .entry(seq)
                .filter(|entry| entry.undone_by.is_some())
                .map(|_| seq),
            None => (1..)
                .zip(&self.history)
                .filter_map(|(seq, entry)| entry.undone_by.map(|undo| (undo, seq)))
                .max()
                .map(|(_, seq)| seq),
        }
    }

    fn mark(&mut self, target: Seq, undone_by: Option<Seq>) {
        let index = usize::try_from(target)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        if let Some(entry) = self.history.get_mut(index) {
            entry.undone_by = undone_by;
        }
        self.state = MatchState::default();
        for entry in self
            .history
            .iter()
            .filter(|entry| entry.undone_by.is_none())
        {
            advance(self.engine, &mut self.state, &entry.play);
        }
    }
}

fn nothing(what: &str, wanted: Option<Seq>) -> Refusal {
    Refusal::NothingToUndo(match wanted {
        Some(seq) => format!("event {seq} is not one that can be {what}ne now"),
        None => format!("there is nothing to {what}"),
    })
}

/// Whether undoing this event could change anything.
fn has_effect(play: &Play) -> bool {
    !matches!(
        play,
        Play::Undo { .. } | Play::Redo { .. } | Play::Note | Play::Other
    )
}

/// Whether this event shows that the match is being played, even without a `start`.
fn shows_play(play: &Play) -> bool {
    matches!(
        play,
        Play::Start
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

fn advance(engine: &dyn Engine, state: &mut MatchState, play: &Play) {
    if state.status == Status::Scheduled && shows_play(play) {
        engine.play(state, &Play::Start);
    }
    if state.status != Status::Finished && shows_play(play) {
        state.status = Status::Live;
    }
    engine.play(state, play);
    match play {
        Play::Suspend if state.status == Status::Live => state.status = Status::Suspended,
        Play::Finish => {
            state.status = Status::Finished;
            state.winner = state.score.leader();
        }
        Play::Walkover { side } | Play::Retire { side } => {
            state.status = Status::Finished;
            state.winner = Some(side.other());
            state.reason = Some(match play {
                Play::Walkover { .. } => Reason::Walkover,
                _ => Reason::Retired,
            });
        }
        Play::Result { .. } if state.status == Status::Finished => {
            state.winner = state.score.leader();
            state.reason = None;
            state.confirmed = false;
        }
        Play::Confirm if state.status == Status::Finished => state.confirmed = true,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EventId;
    use crate::domain::state::{BySide, Side};

    fn fold() -> MatchFold {
        MatchFold::new(Sport::find("BADMINTON").unwrap())
    }

    fn event(text: &str) -> Event {
        Event::parse(text, || EventId::new("e").unwrap()).unwrap()
    }

    /// Decides and applies each line; returns the code of the first refusal.
    fn publish(fold: &mut MatchFold, lines: &[&str]) -> Result<(), &'static str> {
        for line in lines {
            let event = fold
                .decide(event(line), Author::Referee)
                .map_err(|refusal| refusal.code())?;
            fold.apply(event.play);
        }
        Ok(())
    }

    const POINT_A: &str = r#"{"type":"point","side":"A"}"#;
    const POINT_B: &str = r#"{"type":"point","side":"B"}"#;
    const UNDO: &str = r#"{"type":"undo"}"#;
    const FINISH: &str = r#"{"type":"finish"}"#;

    #[test]
    fn a_match_before_its_first_event_is_the_contract_s_empty_state() {
        let expected = r#"{"status":"scheduled","winner":null,"score":{"A":0,"B":0},"periods":[],"period":0,"points":{"A":"0","B":"0"},"serving":null,"fouls":{"A":0,"B":0},"cards":{"A":{},"B":{}},"timeouts":{"A":0,"B":0},"clock":null,"prompt":[],"reason":null,"confirmed":false}"#;
        assert_eq!(serde_json::to_string(fold().state()).unwrap(), expected);
    }

    #[test]
    fn a_point_before_the_start_starts_the_match() {
        let mut fold = fold();
        publish(&mut fold, &[POINT_A, POINT_B, POINT_A]).unwrap();
        assert_eq!(fold.state().status, Status::Live);
        assert_eq!(fold.state().score, BySide { a: 2, b: 1 });
        assert_eq!(fold.state().periods, [BySide { a: 2, b: 1 }]);
        assert_eq!(fold.state().period, 1);
    }

    #[test]
    fn points_count_in_their_period_and_in_the_score() {
        let mut fold = fold();
        let set = r#"{"type":"period_start"}"#;
        publish(
            &mut fold,
            &[
                r#"{"type":"start"}"#,
                set,
                POINT_A,
                r#"{"type":"period_end"}"#,
                set,
                POINT_B,
                POINT_B,
                set,
            ],
        )
        .unwrap();
        let expected = [
            BySide { a: 1, b: 0 },
            BySide { a: 0, b: 2 },
            BySide { a: 0, b: 0 },
        ];
        assert_eq!(fold.state().periods, expected);
        assert_eq!(fold.state().score, BySide { a: 1, b: 2 });
        assert_eq!(
            fold.state().points,
            BySide {
                a: "0".into(),
                b: "0".into()
            }
        );
    }

    #[test]
    fn points_are_taken_back_but_never_below_zero() {
        let mut fold = fold();
        let back = r#"{"type":"point","side":"A","value":-1}"#;
        assert_eq!(
            publish(&mut fold, &[POINT_A, back, back]),
            Err("illegal_score")
        );
        assert_eq!(fold.state().score, BySide { a: 0, b: 0 });
    }

    #[test]
    fn undo_takes_the_last_that_counts_and_redo_gives_it_back() {
        let mut fold = fold();
        publish(&mut fold, &[POINT_A, POINT_B, r#"{"type":"note"}"#, UNDO]).unwrap();
        assert_eq!(fold.state().score, BySide { a: 1, b: 0 });
        publish(&mut fold, &[UNDO]).unwrap();
        assert_eq!(fold.state(), &MatchState::default());
        assert_eq!(publish(&mut fold, &[UNDO]), Err("nothing_to_undo"));
        publish(&mut fold, &[r#"{"type":"redo"}"#, r#"{"type":"redo"}"#]).unwrap();
        assert_eq!(fold.state().score, BySide { a: 1, b: 1 });
        assert_eq!(
            publish(&mut fold, &[r#"{"type":"redo"}"#]),
            Err("nothing_to_undo")
        );
    }

    #[test]
    fn any_event_can_be_undone_by_its_seq_once() {
        let mut fold = fold();
        let undo = r#"{"type":"undo","detail":{"seq":1}}"#;
        publish(&mut fold, &[POINT_A, POINT_B, undo]).unwrap();
        assert_eq!(fold.state().score, BySide { a: 0, b: 1 });
        assert_eq!(publish(&mut fold, &[undo]), Err("nothing_to_undo"));
        assert_eq!(
            publish(&mut fold, &[r#"{"type":"undo","detail":{"seq":3}}"#]),
            Err("nothing_to_undo")
        );
        assert_eq!(
            publish(&mut fold, &[r#"{"type":"undo","detail":{"seq":0}}"#]),
            Err("nothing_to_undo")
        );
    }

    #[test]
    fn after_the_end_only_corrections_and_words_are_taken() {
        let mut fold = fold();
        publish(&mut fold, &[POINT_A, FINISH]).unwrap();
        assert_eq!(fold.state().winner, Some(Side::A));
        assert_eq!(publish(&mut fold, &[POINT_B]), Err("match_finished"));
        publish(
            &mut fold,
            &[
                r#"{"type":"note"}"#,
                r#"{"type":"applause"}"#,
                UNDO,
                POINT_B,
            ],
        )
        .unwrap();
        assert_eq!(fold.state().score, BySide { a: 1, b: 1 });
        publish(&mut fold, &[FINISH, r#"{"type":"confirm"}"#]).unwrap();
        assert_eq!(fold.state().winner, None);
        assert_eq!(publish(&mut fold, &[UNDO]), Err("match_finished"));
        assert!(fold.decide(event(UNDO), Author::Organiser).is_ok());
    }

    #[test]
    fn a_side_that_does_not_come_or_gives_up_loses() {
        for (kind, reason) in [("walkover", Reason::Walkover), ("retire", Reason::Retired)] {
            let mut fold = fold();
            publish(
                &mut fold,
                &[POINT_A, &format!(r#"{{"type":"{kind}","side":"A"}}"#)],
            )
            .unwrap();
            assert_eq!(fold.state().status, Status::Finished);
            assert_eq!(fold.state().winner, Some(Side::B));
            assert_eq!(fold.state().reason, Some(reason));
        }
    }

    #[test]
    fn a_result_replaces_the_score_and_must_be_possible_unless_forced() {
        let mut fold = fold();
        let bad = r#"{"type":"result","detail":{"periods":[{"A":-1,"B":0}]}}"#;
        assert_eq!(publish(&mut fold, &[POINT_B, bad]), Err("illegal_score"));
        publish(
            &mut fold,
            &[r#"{"type":"result","detail":{"periods":[{"A":21,"B":19},{"A":5,"B":3}]}}"#],
        )
        .unwrap();
        assert_eq!(fold.state().score, BySide { a: 26, b: 22 });
        assert_eq!(fold.state().period, 2);
    }

    #[test]
    fn suspend_and_resume_change_the_status_only() {
        let mut fold = fold();
        publish(&mut fold, &[POINT_A, r#"{"type":"suspend"}"#]).unwrap();
        assert_eq!(fold.state().status, Status::Suspended);
        publish(&mut fold, &[r#"{"type":"resume"}"#]).unwrap();
        assert_eq!(fold.state().status, Status::Live);
        assert_eq!(fold.state().score, BySide { a: 1, b: 0 });
    }

    #[test]
    fn truncating_gives_the_state_of_the_shorter_history() {
        let (mut long, mut short) = (fold(), fold());
        publish(&mut short, &[POINT_A, POINT_B, UNDO]).unwrap();
        publish(
            &mut long,
            &[POINT_A, POINT_B, UNDO, r#"{"type":"redo"}"#, FINISH],
        )
        .unwrap();
        long.truncate(3);
        assert_eq!((long.state(), long.seq()), (short.state(), short.seq()));
        publish(&mut long, &[r#"{"type":"redo"}"#]).unwrap();
        assert_eq!(long.state().score, BySide { a: 1, b: 1 });
    }
}
