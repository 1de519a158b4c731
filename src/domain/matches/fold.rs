//! The fold: a match's events, one after the other, become its state.
//!
//! What all sports share lives here (start and finish, undo and redo, what is still allowed after the end); what
//! a point is worth is the sport's engine's. [`MatchFold::decide`] says whether an event may be taken now,
//! [`MatchFold::apply`] is total: whatever is in the history folds to the same state, for ever.
//!
//! An undo folds the history again without the event: from the nearest place before it whose game was kept, so that the
//! usual undo costs the same however long the match is. A history that is read as a whole ([`MatchFold::extend`]) is
//! folded again only where somebody must know: whether an event after an undo was too late, and where it stands at last.
//!
//! Over 400 lines by its tests, which are nearly half of it.

mod game;

use std::sync::Arc;

use super::event::{Author, Event, Play};
use super::refusal::Refusal;
use super::state::{BySide, MatchState, Status};
use crate::domain::ids::Seq;
use crate::domain::sport::Rules;
use game::Game;

/// Kept games lie so many events apart at first.
const STRIDE: usize = 256;
/// The most games that are kept; then every second one goes, and they lie twice as far apart.
const KEPT_MAX: usize = 64;
/// An undo that reaches no further back than this is always possible.
const NEAR: usize = 1_024;
/// How far undos that reach further may reach in sum: each of them folds all those events again.
const REACH_MAX: u64 = 2_000_000;

/// A match while it is being folded: its rules, its history as far as they need it, and where it stands.
pub struct MatchFold {
    rules: Arc<Rules>,
    history: Vec<Entry>,
    game: Game,
    /// The events that `game` is the fold of. All, but while a history is read.
    folded: usize,
    /// Games after so many events, in order.
    kept: Vec<(usize, Game)>,
    stride: usize,
    /// How far undos and redos have reached that were not near.
    reached: u64,
    /// How many events were folded again.
    refolded: u64,
}

struct Entry {
    play: Play,
    /// When an undo took it back: the `seq` of that undo.
    undone_by: Option<Seq>,
    /// It comes after the end and changes nothing: there is nothing to undo in it.
    idle: bool,
    /// It was said again after the end, and stays without effect even if the end is undone: whoever taps "finish" on a
    /// finished match and then takes the last point back wants to play on.
    said_again: bool,
}

impl MatchFold {
    pub fn new(rules: Arc<Rules>) -> MatchFold {
        MatchFold {
            game: Game::new(&rules),
            rules,
            history: Vec::new(),
            folded: 0,
            kept: Vec::new(),
            stride: STRIDE,
            reached: 0,
            refolded: 0,
        }
    }

    /// Keeps a game after every so many events: so that short histories reach what long ones do.
    #[cfg(test)]
    pub(super) fn keeping_every(stride: usize, rules: Arc<Rules>) -> MatchFold {
        MatchFold {
            stride,
            ..MatchFold::new(rules)
        }
    }

    /// The state after the last event.
    pub fn state(&self) -> MatchState {
        let game = &self.game;
        let mut state = MatchState {
            status: game.status,
            winner: game.winner,
            reason: game.reason,
            confirmed: game.confirmed,
            ..MatchState::default()
        };
        let live = matches!(game.status, Status::Live | Status::Suspended);
        game.scoring.show(&self.rules, live, &mut state);
        state
    }

    /// The rules that it is folded by.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    pub fn status(&self) -> Status {
        self.game.status
    }

    /// Says if this is a `clock` event that counts: an undone one does not.
    pub fn clock_counts(&self, seq: Seq) -> bool {
        let index = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        index
            .and_then(|index| self.history.get(index))
            .is_some_and(|entry| {
                entry.undone_by.is_none() && !entry.idle && matches!(entry.play, Play::Clock { .. })
            })
    }

    /// How often each side scored just so many points at once: the tries of rugby, whose points are 5.
    pub fn points_of(&self, points: i64) -> BySide<u32> {
        let mut times = BySide::default();
        for entry in &self.history {
            if let (Play::Point { side, value, .. }, None, false) =
                (&entry.play, entry.undone_by, entry.idle)
                && *value == points
            {
                *times.get_mut(*side) += 1;
            }
        }
        times
    }

    /// The last event that an undo would take back.
    pub fn last_that_counts(&self) -> Option<Seq> {
        self.undo_target(None)
    }

    /// The `seq` of the last event.
    pub fn seq(&self) -> Seq {
        self.history.len() as Seq
    }

    /// How many events were folded again so far, because of undos: what they have cost.
    pub fn refolded(&self) -> u64 {
        self.refolded
    }

    /// Says whether this event may be taken now. An `undo` or `redo` comes back aimed at its target.
    pub fn decide(&self, event: Event, author: Author) -> Result<Event, Refusal> {
        let target = self.judge(&event.play, author)?;
        Ok(match target {
            Some(target) => event.aimed_at(target),
            None => event,
        })
    }

    /// [`MatchFold::decide`] for who needs no event back: the target of an `undo` or `redo`, if it is one.
    pub fn judge(&self, play: &Play, author: Author) -> Result<Option<Seq>, Refusal> {
        self.allowed_after_the_end(play, author)?;
        match play {
            Play::Undo { seq } => match self.undo_target(*seq) {
                Some(target) => self.within_reach(target, author),
                None => Err(nothing("undo", *seq)),
            },
            Play::Redo { seq } => match self.redo_target(*seq) {
                Some(target) => self.within_reach(target, author),
                None => Err(nothing("redo", *seq)),
            },
            Play::Confirm if self.game.status != Status::Finished => Err(Refusal::BadEvent(
                "there is no result to confirm before the match is finished".into(),
            )),
            play => self.game.scoring.judge(&self.rules, play).map(|()| None),
        }
    }

    /// Takes the next event of the history.
    pub fn apply(&mut self, play: Play) {
        self.extend([play]);
    }

    /// Takes the next events of the history: as one by one, and faster where many of them undo others.
    pub fn extend(&mut self, plays: impl IntoIterator<Item = Play>) {
        for play in plays {
            self.push(play);
        }
        self.settle(self.history.len());
    }

    fn push(&mut self, play: Play) {
        let seq = self.seq() + 1;
        let mut idle = false;
        match &play {
            Play::Undo { seq: target } => {
                // Whether it can be undone is known only once it was folded.
                let known = target.map_or(usize::MAX, |target| {
                    usize::try_from(target).unwrap_or(usize::MAX)
                });
                self.settle(known.min(self.history.len()));
                if let Some(target) = self.undo_target(*target) {
                    self.mark(target, Some(seq));
                }
            }
            Play::Redo { seq: target } => {
                if let Some(target) = self.redo_target(*target) {
                    self.mark(target, None);
                }
            }
            play => {
                self.settle(self.history.len());
                self.keep_if_due();
                idle = !self.game.play(&self.rules, play);
                self.folded += 1;
            }
        }
        self.history.push(Entry {
            play,
            undone_by: None,
            idle,
            said_again: idle,
        });
    }

    /// Forgets every event after `seq`, as if they had not been: they did not reach the disk.
    pub fn truncate(&mut self, seq: Seq) {
        let kept = usize::try_from(seq)
            .unwrap_or(usize::MAX)
            .min(self.history.len());
        let mut fresh = MatchFold::new(Arc::clone(&self.rules));
        fresh.history.reserve(kept);
        fresh.stride = self.stride;
        fresh.extend(self.history.drain(..).take(kept).map(|entry| entry.play));
        *self = fresh;
    }

    fn allowed_after_the_end(&self, play: &Play, author: Author) -> Result<(), Refusal> {
        if self.game.status != Status::Finished {
            return Ok(());
        }
        match play {
            Play::Note | Play::Other => Ok(()),
            Play::Undo { .. } | Play::Redo { .. } | Play::Result { .. } | Play::Confirm
                if !self.game.confirmed || author == Author::Organiser =>
            {
                Ok(())
            }
            _ if self.game.confirmed => Err(Refusal::MatchFinished(
                "the result is confirmed; ask the organiser to reopen the match",
            )),
            // The referee may show one until the teams have left (IFAB Law 5), and both sides may have scored at once.
            Play::Card { .. } => Ok(()),
            play if self.game.goes_on_with(play) || self.game.is_double(&self.rules, play) => {
                Ok(())
            }
            // The score has ended it; whoever then says so is right.
            Play::Finish | Play::PeriodEnd if self.game.decided => Ok(()),
            _ => Err(Refusal::MatchFinished(
                "the match is finished; undo the end to go on scoring",
            )),
        }
    }

    fn entry(&self, seq: Seq) -> Option<&Entry> {
        self.history.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    fn undo_target(&self, wanted: Option<Seq>) -> Option<Seq> {
        let counts =
            |entry: &Entry| entry.undone_by.is_none() && !entry.idle && has_effect(&entry.play);
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

    /// Refuses an undo or redo that would fold very much again, once many did.
    fn within_reach(&self, target: Seq, author: Author) -> Result<Option<Seq>, Refusal> {
        let reach = self.seq() - target;
        let most = match author {
            Author::Referee => REACH_MAX,
            Author::Organiser => 2 * REACH_MAX,
        };
        if reach > NEAR as u64 && self.reached + reach > most {
            return Err(Refusal::MatchFull(
                "this long match had many undos of what was long ago, and takes no more of them; send the score as a \
                 “result”",
            ));
        }
        Ok(Some(target))
    }

    fn mark(&mut self, target: Seq, undone_by: Option<Seq>) {
        let index = usize::try_from(target)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        let reach = self.seq() - target;
        if reach > NEAR as u64 {
            self.reached = self.reached.saturating_add(reach);
        }
        if let Some(entry) = self.history.get_mut(index) {
            entry.undone_by = undone_by;
        }
        self.go_back(index);
    }

    /// Goes back to a game that knows nothing of the event at this index.
    fn go_back(&mut self, index: usize) {
        if self.folded <= index {
            return;
        }
        self.kept.retain(|(folded, _)| *folded <= index);
        (self.folded, self.game) = match self.kept.last() {
            Some((folded, game)) => (*folded, game.clone()),
            None => (0, Game::new(&self.rules)),
        };
    }

    /// Folds the first `upto` events, as far as that is not done.
    fn settle(&mut self, upto: usize) {
        while self.folded < upto {
            self.keep_if_due();
            let Some(entry) = self.history.get_mut(self.folded) else {
                return;
            };
            let counts = entry.undone_by.is_none() && !entry.said_again;
            if counts && !matches!(entry.play, Play::Undo { .. } | Play::Redo { .. }) {
                entry.idle = !self.game.play(&self.rules, &entry.play);
                self.refolded += 1;
            }
            self.folded += 1;
        }
    }

    /// Keeps the game as it is now, for undos of what follows.
    fn keep_if_due(&mut self) {
        let last = self.kept.last().map_or(0, |(folded, _)| *folded);
        if !self.folded.is_multiple_of(self.stride) || self.folded <= last {
            return;
        }
        self.kept.push((self.folded, self.game.clone()));
        if self.kept.len() > KEPT_MAX {
            self.stride = self.stride.saturating_mul(2);
            let stride = self.stride;
            self.kept
                .retain(|(folded, _)| folded.is_multiple_of(stride));
        }
    }
}

fn nothing(what: &str, wanted: Option<Seq>) -> Refusal {
    Refusal::NothingToUndo(match wanted {
        Some(seq) => format!("event {seq} is not one that can be {what}ne now"),
        None => format!("there is nothing to {what}"),
    })
}

/// Says if undoing this event could change anything.
fn has_effect(play: &Play) -> bool {
    !matches!(
        play,
        Play::Undo { .. } | Play::Redo { .. } | Play::Note | Play::Other
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EventId;
    use crate::domain::matches::state::{BySide, Reason, Side};

    fn fold() -> MatchFold {
        MatchFold::new(Arc::new(Rules::plain()))
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
        assert_eq!(serde_json::to_string(&fold().state()).unwrap(), expected);
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
                a: "1".into(),
                b: "2".into()
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
        assert_eq!(fold.state(), MatchState::default());
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

    fn seq_of(kind: &str, seq: Seq) -> Play {
        event(&format!(r#"{{"type":"{kind}","detail":{{"seq":{seq}}}}}"#)).play
    }

    #[test]
    fn a_long_history_that_is_half_undos_is_not_folded_from_its_beginning_each_time() {
        const HALF: Seq = 10_000;
        let point = || event(POINT_A).play;
        let in_turn = (1..=HALF).flat_map(|n| [point(), seq_of("undo", 2 * n - 1)]);
        let backwards = (1..=HALF).rev().map(|seq| seq_of("undo", seq));
        let points = || (0..HALF).map(|_| point());
        let again = (0..HALF / 2).flat_map(|_| [seq_of("undo", 1), seq_of("redo", 1)]);
        let histories: [Vec<Play>; 3] = [
            in_turn.collect(),
            points().chain(backwards).collect(),
            points().chain(again).collect(),
        ];
        // An undo goes back to the nearest kept game; one of what was not folded yet costs nothing.
        let from_the_nearest = HALF * 2 * STRIDE as Seq;
        let expected = [
            (0, from_the_nearest),
            (0, from_the_nearest),
            (HALF, 2 * HALF),
        ];
        for (history, (score, most)) in histories.into_iter().zip(expected) {
            let mut fold = fold();
            fold.extend(history);
            assert_eq!(fold.seq(), 2 * HALF);
            assert_eq!(fold.state().score.a, score as i64);
            assert!(fold.refolded() <= most, "{} of {most}", fold.refolded());
        }
    }

    #[test]
    fn undos_that_reach_far_back_are_taken_until_they_have_cost_too_much() {
        const EVENTS: Seq = 20_000;
        let mut fold = fold();
        fold.extend((0..EVENTS).map(|_| event(POINT_A).play));
        let mut taken = 0;
        let (far, near) = (seq_of("undo", 1), seq_of("undo", EVENTS - 1));
        while fold.judge(&far, Author::Referee).is_ok() {
            fold.apply(far.clone());
            fold.apply(seq_of("redo", 1));
            taken += 1;
        }
        assert!((40..60).contains(&taken), "{taken}");
        let refused = fold.judge(&far, Author::Referee).unwrap_err();
        assert_eq!(refused.code(), "match_full");
        assert!(fold.judge(&far, Author::Organiser).is_ok());
        assert!(fold.judge(&near, Author::Referee).is_ok());
    }
}
