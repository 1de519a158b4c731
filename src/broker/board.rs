//! The venue's board: the newest summary of every match, for the lists and for the venue feed.
//!
//! A feed watcher is a cursor of versions: it gets every match that changed since, each once and in its newest
//! form, so a slow one skips what is outdated and costs nobody anything. The versions are the board's own and
//! not the database's revisions, because two matches can commit in one order and reach the board in the other.
//! Of deleted matches and of decisions the last ones are remembered; who is further behind is told the whole list again.
//!
//! A tournament stands here only with the version at which something in it was decided last: pages read it by themselves.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use super::Codec;
use super::bells::Bells;
use super::frame::Frame;
use super::log::{Batch, Cursor, End, Pulled, Summary};
use super::welcomes::Welcomes;
use crate::domain::{MatchId, MatchSetup, Status, TournamentId};

/// Deletions that are remembered.
const DELETED_KEPT: usize = 256;
/// Tournaments whose last decision is remembered.
const DECIDED_KEPT: usize = 256;

/// The writing end of the board.
pub struct Board {
    state: watch::Sender<State>,
    bells: Arc<Bells>,
    /// How often a result may have come, or gone: a match has another status, or is told anew when it is over.
    results: watch::Sender<u64>,
    /// How often a match began, ended or was taken back, with a fixture or without.
    turns: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    version: u64,
    entries: HashMap<MatchId, Entry>,
    by_version: BTreeMap<u64, Changed>,
    /// The tournaments in which something was decided since the start, with the version and what watchers are told.
    decided: HashMap<TournamentId, (u64, OnceLock<Frame>)>,
    /// The same of the plan of the day.
    planned: Option<(u64, OnceLock<Frame>)>,
    /// The versions of the deletions that are remembered, and that of the last one that is not.
    deleted: VecDeque<u64>,
    forgotten: u64,
    welcomes: Welcomes,
    end: Option<End>,
}

/// The thing that a version is of.
#[derive(Clone, Copy)]
enum Changed {
    Match(MatchId),
    Tournament(TournamentId),
    Plan,
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
        self.by_version.insert(self.version, Changed::Match(id));
        self.welcomes.outdated();
        if self.deleted.len() > DELETED_KEPT {
            self.forget_oldest_deletion();
        }
    }

    fn decided(&mut self, id: TournamentId) {
        self.version += 1;
        let now = (self.version, OnceLock::new());
        if let Some((before, _)) = self.decided.insert(id, now) {
            self.by_version.remove(&before);
        }
        self.by_version
            .insert(self.version, Changed::Tournament(id));
        if self.decided.len() > DECIDED_KEPT {
            self.forget_oldest_decision();
        }
    }

    fn planned(&mut self) {
        self.version += 1;
        if let Some((before, _)) = self.planned.replace((self.version, OnceLock::new())) {
            self.by_version.remove(&before);
        }
        self.by_version.insert(self.version, Changed::Plan);
    }

    fn forget_oldest_decision(&mut self) {
        let decided = self
            .decided
            .iter()
            .map(|(id, (version, _))| (*version, *id));
        if let Some((version, id)) = decided.min() {
            self.forgotten = self.forgotten.max(version);
            self.by_version.remove(&version);
            self.decided.remove(&id);
        }
    }

    /// The frame of a change, unless it is of another tournament than the one that is followed.
    fn frame(
        &self,
        changed: Changed,
        followed: Option<TournamentId>,
        codec: &dyn Codec,
    ) -> Option<Frame> {
        let is_followed = |of| followed.is_none() || followed == of;
        match changed {
            Changed::Match(id) => {
                let entry = self.entries.get(&id)?;
                let frame = || match &entry.summary {
                    Some(summary) => codec.changed(summary),
                    None => codec.deleted(id),
                };
                is_followed(entry.tournament).then(|| entry.frame.get_or_init(frame).clone())
            }
            Changed::Tournament(id) => {
                let (_, frame) = self.decided.get(&id)?;
                is_followed(Some(id)).then(|| frame.get_or_init(|| codec.decided(id)).clone())
            }
            Changed::Plan => {
                let (_, frame) = self.planned.as_ref()?;
                followed
                    .is_none()
                    .then(|| frame.get_or_init(|| codec.planned()).clone())
            }
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
            self.forgotten = self.forgotten.max(version);
            if let Some(Changed::Match(id)) = self.by_version.remove(&version) {
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
            results: watch::Sender::new(0),
            turns: watch::Sender::new(0),
        }
    }

    /// Changes whenever a match with a fixture begins or ends, or one that is over has another result.
    pub fn results(&self) -> watch::Receiver<u64> {
        self.results.subscribe()
    }

    /// Changes whenever a match begins, ends or is taken back.
    pub fn turns(&self) -> watch::Receiver<u64> {
        self.turns.subscribe()
    }

    /// Shows a match, new or not.
    pub fn put(&self, summary: Summary) {
        let tournament = summary.tournament();
        self.change(|state| state.put(summary.setup.id, tournament, Some(summary)));
    }

    /// Shows what a match's task tells of it. Who plays and where stays as the board has it, and a match that is
    /// deleted stays deleted.
    pub fn report(&self, summary: Summary) {
        let (mut counts, mut turns) = (false, false);
        self.change(|state| {
            let id = summary.setup.id;
            let known = state
                .entries
                .get(&id)
                .and_then(|entry| entry.summary.as_ref());
            turns = known.is_some_and(|known| known.status != summary.status);
            counts = known.is_some_and(|known| {
                let same = known.status == summary.status;
                let over = summary.status == Status::Finished && known.seq != summary.seq;
                known.setup.fixture.is_some() && (!same || over)
            });
            if let Some(setup) = known.map(|known| known.setup.clone()) {
                let summary = Summary { setup, ..summary };
                state.put(id, summary.tournament(), Some(summary));
            }
        });
        if turns {
            self.turns.send_modify(|times| *times += 1);
        }
        if counts {
            self.results.send_modify(|times| *times += 1);
        }
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

    /// Tells that something was decided in a tournament.
    pub fn decided(&self, id: TournamentId) {
        self.change(|state| state.decided(id));
    }

    /// Tells that the plan of the day has changed.
    pub fn planned(&self) {
        self.change(State::planned);
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
        for (version, changed) in state.by_version.range(seen + 1..) {
            let Some(frame) = state.frame(*changed, self.tournament, self.codec) else {
                continue;
            };
            if batch.is_full() {
                reached = version - 1;
                break;
            }
            batch.push((*version, frame));
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
mod tests;
