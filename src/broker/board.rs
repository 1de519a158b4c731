//! The venue's board: the newest summary of every match, for the lists and for the venue feed.
//!
//! A feed watcher is a cursor of versions: it gets every match that changed since, each once and in its newest
//! form, so a slow one skips what is outdated and costs nobody anything. The versions are the board's own and
//! not the database's revisions, because two matches can commit in one order and reach the board in the other.
//! Of deleted matches the last ones are remembered; who is further behind is told the whole list again.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use super::Codec;
use super::bells::Bells;
use super::frame::Frame;
use super::log::{Batch, Cursor, End, Pulled, Summary};
use super::welcomes::Welcomes;
use crate::domain::{MatchId, MatchSetup, TournamentId};

/// Deletions that are remembered.
const DELETED_KEPT: usize = 256;

/// The writing end of the board.
pub struct Board {
    state: watch::Sender<State>,
    bells: Arc<Bells>,
}

#[derive(Default)]
struct State {
    version: u64,
    entries: HashMap<MatchId, Entry>,
    by_version: BTreeMap<u64, MatchId>,
    /// The versions of the deletions that are remembered, and that of the last one that is not.
    deleted: VecDeque<u64>,
    forgotten: u64,
    welcomes: Welcomes,
    end: Option<End>,
}

struct Entry {
    version: u64,
    tournament: Option<TournamentId>,
    /// `None` once the match is deleted; the entry stays for a while, so that every watcher hears of it.
    summary: Option<Summary>,
    frame: OnceLock<Frame>,
}

impl State {
    fn put(&mut self, id: MatchId, tournament: Option<TournamentId>, summary: Option<Summary>) {
        self.version += 1;
        if summary.is_none() {
            self.deleted.push_back(self.version);
        }
        let entry = Entry {
            version: self.version,
            tournament,
            summary,
            frame: OnceLock::new(),
        };
        if let Some(before) = self.entries.insert(id, entry) {
            self.by_version.remove(&before.version);
        }
        self.by_version.insert(self.version, id);
        self.welcomes.outdated();
        if self.deleted.len() > DELETED_KEPT {
            self.forget_oldest_deletion();
        }
    }

    /// The list for somebody new, and the version that it shows.
    fn welcome(&self, of: Option<TournamentId>, encode: impl FnOnce() -> Frame) -> (u64, Frame) {
        let known = |entry: &Entry| entry.tournament == of;
        if of.is_some() && !self.entries.values().any(known) {
            // Anybody can make up an ID: nothing is kept for it.
            return (self.version, encode());
        }
        self.welcomes.get(of, self.version, self.forgotten, encode)
    }

    fn forget_oldest_deletion(&mut self) {
        if let Some(version) = self.deleted.pop_front() {
            self.forgotten = version;
            if let Some(id) = self.by_version.remove(&version) {
                self.entries.remove(&id);
            }
        }
    }

    fn summaries(&self, tournament: Option<TournamentId>) -> Vec<&Summary> {
        let mut all: Vec<&Summary> = self
            .entries
            .values()
            .filter(|entry| tournament.is_none() || entry.tournament == tournament)
            .filter_map(|entry| entry.summary.as_ref())
            .collect();
        all.sort_by_key(|summary| summary.setup.order);
        all
    }
}

impl Board {
    pub fn new(summaries: impl IntoIterator<Item = Summary>) -> Board {
        let mut state = State::default();
        for summary in summaries {
            let tournament = summary.tournament();
            state.put(summary.setup.id, tournament, Some(summary));
        }
        Board {
            state: watch::Sender::new(state),
            bells: Arc::default(),
        }
    }

    /// Shows a match, new or not.
    pub fn put(&self, summary: Summary) {
        let tournament = summary.tournament();
        self.change(|state| state.put(summary.setup.id, tournament, Some(summary)));
    }

    /// Shows what a match's task tells of it. Who plays and where stays as the board has it, and a match that is
    /// deleted stays deleted.
    pub fn report(&self, summary: Summary) {
        self.change(|state| {
            let id = summary.setup.id;
            let known = state
                .entries
                .get(&id)
                .and_then(|entry| entry.summary.as_ref());
            if let Some(setup) = known.map(|known| known.setup.clone()) {
                let summary = Summary { setup, ..summary };
                state.put(id, summary.tournament(), Some(summary));
            }
        });
    }

    /// Changes who plays and where, in many matches at once. Returns the setups before and after, of those that changed.
    pub fn change_setups(
        &self,
        change: impl Fn(&MatchSetup) -> Option<MatchSetup>,
    ) -> Vec<(Arc<MatchSetup>, Arc<MatchSetup>)> {
        let mut changed = Vec::new();
        self.change(|state| {
            for entry in state.entries.values() {
                let Some(summary) = &entry.summary else {
                    continue;
                };
                if let Some(setup) = change(&summary.setup) {
                    changed.push((summary.setup.clone(), Arc::new(setup), summary.clone()));
                }
            }
            changed.sort_by_key(|(_, setup, _)| setup.order);
            for (_, setup, summary) in &changed {
                let summary = Summary {
                    setup: setup.clone(),
                    ..summary.clone()
                };
                state.put(setup.id, summary.tournament(), Some(summary));
            }
        });
        let pairs = changed.into_iter();
        pairs.map(|(before, after, _)| (before, after)).collect()
    }

    pub fn remove(&self, ids: &[MatchId]) {
        self.change(|state| {
            for id in ids {
                let tournament = state.entries.get(id).and_then(|entry| entry.tournament);
                state.put(*id, tournament, None);
            }
        });
    }

    pub fn end(&self, end: End) {
        self.change(|state| state.end = Some(end));
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
        self.bells.ring();
    }

    /// The summaries of one tournament, or of all, in the order of play.
    pub fn summaries(&self, tournament: Option<TournamentId>) -> Vec<Summary> {
        self.state
            .borrow()
            .summaries(tournament)
            .into_iter()
            .cloned()
            .collect()
    }

    pub fn summary(&self, id: MatchId) -> Option<Summary> {
        self.state
            .borrow()
            .entries
            .get(&id)
            .and_then(|entry| entry.summary.clone())
    }

    pub fn watchers(&self) -> usize {
        self.state.receiver_count()
    }

    pub fn cursor(
        &self,
        tournament: Option<TournamentId>,
        codec: &'static dyn Codec,
    ) -> BoardCursor {
        BoardCursor {
            state: self.state.subscribe(),
            bells: self.bells.clone(),
            codec,
            tournament,
            version: None,
        }
    }
}

/// One watcher's place on the board.
pub struct BoardCursor {
    state: watch::Receiver<State>,
    bells: Arc<Bells>,
    codec: &'static dyn Codec,
    tournament: Option<TournamentId>,
    /// The version that the watcher has seen; `None` before the welcome.
    version: Option<u64>,
}

impl Cursor for BoardCursor {
    fn pull(&mut self, batch: &mut Batch) -> Pulled {
        let state = self.state.borrow_and_update();
        let Some(seen) = self.version.filter(|seen| *seen >= state.forgotten) else {
            let encode = || self.codec.board(&state.summaries(self.tournament));
            let (version, welcome) = state.welcome(self.tournament, encode);
            batch.push((version, welcome));
            self.version = Some(version);
            return Pulled::Frames;
        };
        let mut reached = state.version;
        for (version, id) in state.by_version.range(seen + 1..) {
            let Some(entry) = state.entries.get(id) else {
                continue;
            };
            if self.tournament.is_some() && entry.tournament != self.tournament {
                continue;
            }
            if batch.is_full() {
                reached = version - 1;
                break;
            }
            let frame = entry.frame.get_or_init(|| match &entry.summary {
                Some(summary) => self.codec.changed(summary),
                None => self.codec.deleted(*id),
            });
            batch.push((*version, frame.clone()));
        }
        self.version = Some(reached);
        match (batch.is_empty(), state.end) {
            (false, _) => Pulled::Frames,
            (true, Some(end)) => Pulled::End(end),
            (true, None) => Pulled::Nothing,
        }
    }

    fn seek(&mut self, place: u64) {
        self.version = Some(place);
    }

    fn place(&self) -> u64 {
        self.version.unwrap_or(0)
    }

    async fn grown(&mut self) {
        // The sending end lives as long as the server.
        let _ = self.state.changed().await;
    }

    fn bells(&self) -> &Arc<Bells> {
        &self.bells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::testing;

    fn pull(cursor: &mut BoardCursor) -> (Vec<String>, Pulled) {
        let mut batch = Batch::new();
        let pulled = cursor.pull(&mut batch);
        let texts = batch
            .iter()
            .map(|(_, frame)| String::from_utf8_lossy(&frame.json()).into_owned());
        (texts.collect(), pulled)
    }

    #[test]
    fn a_match_that_changed_often_is_told_once_in_its_newest_form() {
        let board = Board::new([]);
        let mut cursor = board.cursor(None, &testing::CODEC);
        assert_eq!(
            pull(&mut cursor),
            (vec!["board of 0".into()], Pulled::Frames)
        );
        let summary = testing::summary(0);
        for seq in 1..=3 {
            board.put(Summary {
                seq,
                ..summary.clone()
            });
        }
        assert_eq!(
            pull(&mut cursor),
            (vec!["changed 3".into()], Pulled::Frames)
        );
        assert_eq!(pull(&mut cursor), (vec![], Pulled::Nothing));
        board.remove(&[summary.setup.id]);
        assert_eq!(pull(&mut cursor), (vec!["deleted".into()], Pulled::Frames));
        assert!(board.summaries(None).is_empty());
    }

    #[test]
    fn of_many_deletions_the_last_ones_are_told_and_who_is_further_behind_gets_the_list_again() {
        let board = Board::new([testing::summary(0)]);
        let (mut near, mut far) = (
            board.cursor(None, &testing::CODEC),
            board.cursor(None, &testing::CODEC),
        );
        pull(&mut far);
        for number in 0..3 * DELETED_KEPT {
            if number == 2 * DELETED_KEPT {
                pull(&mut near);
            }
            let passing = testing::summary(1);
            board.put(passing.clone());
            board.remove(&[passing.setup.id]);
        }
        let mut told = Vec::new();
        while let (texts, Pulled::Frames) = pull(&mut near) {
            told.extend(texts);
        }
        assert_eq!(told, vec!["deleted"; DELETED_KEPT]);
        assert_eq!(pull(&mut far), (vec!["board of 1".into()], Pulled::Frames));
        assert_eq!(pull(&mut far), (vec![], Pulled::Nothing));
        let state = board.state.borrow();
        assert_eq!(state.entries.len(), 1 + DELETED_KEPT);
        assert_eq!(state.by_version.len(), 1 + DELETED_KEPT);
    }

    /// The frames that a cursor has next, with their texts.
    fn hold(cursor: &mut BoardCursor) -> (Frame, String) {
        let mut batch = Batch::new();
        cursor.pull(&mut batch);
        let (_, frame) = batch.pop().expect("a frame");
        let text = String::from_utf8_lossy(&frame.json()).into_owned();
        (frame, text)
    }

    #[test]
    fn lists_that_nobody_takes_are_no_more_than_a_few_and_who_comes_then_is_told_what_changed_since()
     {
        let board = Board::new([testing::summary(0)]);
        let length = hold(&mut board.cursor(None, &testing::CODEC))
            .0
            .bytes()
            .len();
        board
            .state
            .send_modify(|state| state.welcomes = Welcomes::of_at_most(3 * length));
        let mut held = Vec::new();
        let kept = |held: &[Frame]| {
            let places: std::collections::HashSet<_> =
                held.iter().map(|frame| frame.bytes().as_ptr()).collect();
            places.len()
        };
        let summary = testing::summary(0);
        for seq in 1..=20 {
            board.put(Summary {
                seq,
                ..summary.clone()
            });
            let mut cursor = board.cursor(None, &testing::CODEC);
            held.push(hold(&mut cursor).0);
            // Whichever list it was, the newest form is known after it.
            let mut last = String::new();
            while let (texts, Pulled::Frames) = pull(&mut cursor) {
                last = texts.last().cloned().unwrap_or(last);
            }
            if kept(&held) == 4 && seq > 5 {
                assert_eq!(last, format!("changed {seq}"));
            }
        }
        assert_eq!(kept(&held), 4, "and one more");
        held.clear();
        board.put(summary);
        let mut cursor = board.cursor(None, &testing::CODEC);
        hold(&mut cursor);
        assert_eq!(pull(&mut cursor), (vec![], Pulled::Nothing), "a new one");
    }

    #[test]
    fn a_feed_of_one_tournament_is_silent_about_the_others() {
        let board = Board::new([]);
        let mut cursor = board.cursor(Some(testing::tournament()), &testing::CODEC);
        pull(&mut cursor);
        board.put(testing::summary(1));
        assert_eq!(pull(&mut cursor), (vec![], Pulled::Nothing));
    }

    #[test]
    fn more_changes_than_a_batch_holds_come_in_several() {
        let board = Board::new([]);
        let mut cursor = board.cursor(None, &testing::CODEC);
        pull(&mut cursor);
        for _ in 0..100 {
            board.put(testing::summary(1));
        }
        let mut told = 0;
        while let (texts, Pulled::Frames) = pull(&mut cursor) {
            told += texts.len();
        }
        assert_eq!(told, 100);
    }
}
