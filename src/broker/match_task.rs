//! The task of one match: the only owner of its state, its log and its seats.
//!
//! It takes everything that waits in its mailbox, decides on each event in turn, has the store commit all of them
//! at once, and only then shows them: to the watchers through the log, to the senders as answers.
//!
//! Over 400 lines: deciding, committing and showing share one state that nobody else may see. What could go has gone to
//! `referees`, `presence`, `loading` and `messages`.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};

use super::clock_times::ClockTimes;
use super::frame::Frame;
use super::known::KnownIds;
use super::loading::Loaded;
use super::log::{End, Log, Summary};
use super::messages::{
    Accepted, Answer, Closing, Command, Joining, Notice, Publisher, Submission, Withdrawn,
};
use super::presence::{Attendance, Presence};
use super::quota::{ScarceRoom, Usage};
use super::referees::{Referees, Seated};
use super::seats::SeatId;
use super::{Inner, state_json};
use crate::clock::WallMs;
use crate::domain::matches::event::Unreadable;
use crate::domain::{Author, Event, EventId, MatchFold, MatchId, Play, Refusal, Seq, Status};
use crate::store::{Recorded, StoreError};

/// Commands that may wait for a match; senders then wait for room.
pub const MAILBOX: usize = 256;
/// An event that was decided on and waits for the disk.
struct Pending {
    recorded: Recorded,
    frame: Frame,
    seat: Option<SeatId>,
}

/// The sender of an event.
#[derive(Clone, Copy)]
struct Sender {
    author: Author,
    /// An organiser who has logged in, as nobody has to in the open mode. The last room of the disk is for him.
    logged_in: bool,
    seat: Option<SeatId>,
}

impl Sender {
    fn at(seat: SeatId) -> Sender {
        Sender {
            author: Author::Referee,
            logged_in: false,
            seat: Some(seat),
        }
    }
}

/// To whom an answer goes: a seat, or the place in the answers of a `Publish`.
enum Recipient {
    Seat(SeatId),
    Publisher(usize),
}

/// Everything that one emptying of the mailbox leads to.
#[derive(Default)]
struct Mail {
    pending: Vec<Pending>,
    /// Ids in `pending`, so that a duplicate within one emptying is found.
    ids: HashMap<EventId, Seq>,
    answers: Vec<(Recipient, Answer)>,
    publishers: Vec<oneshot::Sender<Vec<Answer>>>,
    done: Option<End>,
}

pub struct MatchTask {
    broker: Arc<Inner>,
    id: MatchId,
    fold: MatchFold,
    clock_times: ClockTimes,
    ids: KnownIds,
    usage: Usage,
    scarce: ScarceRoom,
    state: Arc<RawValue>,
    log: Arc<Log>,
    referees: Referees,
    presence: Presence,
    /// A write failed: memory and database may differ, and the database is right.
    doubtful: bool,
    /// How the match left memory; idle, so that everybody comes back, if the task broke.
    end: End,
}

/// However the task ends, nobody is left waiting for it.
impl Drop for MatchTask {
    fn drop(&mut self) {
        self.broker.forget(self.id, &self.log);
        self.log.end(self.end);
    }
}

impl MatchTask {
    pub fn new(
        broker: Arc<Inner>,
        id: MatchId,
        loaded: Loaded,
        log: Arc<Log>,
        lately: bool,
    ) -> MatchTask {
        let presence = Presence::new(broker.referee_gc, lately);
        let referees = Referees::new(broker.events_per_second);
        let state = log.summary().state;
        MatchTask {
            broker,
            id,
            fold: loaded.fold,
            ids: loaded.ids,
            usage: loaded.usage,
            scarce: ScarceRoom::default(),
            clock_times: loaded.clock_times,
            state,
            log,
            referees,
            presence,
            doubtful: false,
            end: End::Idle,
        }
    }

    /// Runs until the match leaves memory.
    pub async fn run(mut self, mut mailbox: mpsc::Receiver<Command>) {
        let mut inbox = Vec::with_capacity(MAILBOX);
        let end = loop {
            let received = tokio::select! {
                received = mailbox.recv_many(&mut inbox, MAILBOX) => received,
                () = tokio::time::sleep_until(self.presence.next_check()) => 0,
            };
            if let Some(end) = self.work_off(inbox.drain(..)).await {
                break end;
            }
            let finished = self.fold.status() == Status::Finished;
            if received == 0
                && let Some(end) = self.presence.overdue(finished, self.log.watchers())
            {
                break end;
            }
            // Only time makes a referee who has left one who is missed, and somebody may ask for something all the while.
            if self.referees.is_empty() {
                self.show(self.attendance());
            }
        };
        self.end = end;
        // Before the registry forgets it: whoever loads the match again has the last word on the board.
        if end == End::Idle {
            self.show(Attendance::None);
        }
        self.broker.forget(self.id, &self.log);
        self.referees.tell_all(|| Notice::Close(Closing::End(end)));
    }

    async fn work_off(&mut self, commands: impl Iterator<Item = Command>) -> Option<End> {
        if self.doubtful {
            self.reload().await;
        }
        let mut mail = Mail::default();
        for command in commands {
            self.take(command, &mut mail).await;
            if mail.done.is_some() {
                break;
            }
        }
        self.commit(&mut mail).await;
        self.answer(mail.answers, mail.publishers);
        if self.referees.drop_deaf(self.broker.clock.now_ms()) {
            self.presence.see(!self.referees.is_empty());
        }
        let drained = self.presence.is_stopping() && self.referees.is_empty();
        mail.done.or(drained.then_some(End::Restart))
    }

    async fn take(&mut self, command: Command, mail: &mut Mail) {
        match command {
            Command::Join { joining, reply } => self.join(joining, reply),
            Command::Leave(seat) => {
                self.referees.leave(seat, self.broker.clock.now_ms());
                self.presence.see(!self.referees.is_empty());
            }
            Command::Submit { seat, event } => {
                let Some(allowed) = self.referees.may_submit(seat) else {
                    return;
                };
                let answer = self.decide(event, allowed, Sender::at(seat), mail);
                mail.answers.push((Recipient::Seat(seat), answer));
            }
            Command::Publish {
                publisher,
                events,
                reply,
            } => {
                let place = mail.publishers.len();
                mail.publishers.push(reply);
                let sender = Sender {
                    author: publisher.author,
                    logged_in: publisher.is_logged_in(),
                    seat: None,
                };
                for event in events {
                    let allowed = self.visitor_may_publish(&publisher);
                    let answer = self.decide(event, allowed, sender, mail);
                    mail.answers.push((Recipient::Publisher(place), answer));
                }
            }
            Command::Report { device, report } => {
                let now = self.broker.clock.now_ms();
                self.referees.report(&device, report, now);
            }
            Command::Devices(reply) => {
                // Who asked may have gone away.
                let _ = reply.send(self.referees.devices());
            }
            Command::Withdraw(withdrawn) => self.send_away(withdrawn),
            Command::Reread => {
                self.commit(mail).await;
                self.reload().await;
                // Pads have the old rules, by which they say beforehand what a tap does: they ask for them when they come back.
                self.send_all_away();
            }
            Command::CatchUp => {
                self.commit(mail).await;
                self.reload().await;
            }
            Command::SendAway => self.send_all_away(),
            Command::Deleted => mail.done = Some(End::Deleted),
            Command::Stop => {
                self.presence.stop();
                self.referees.tell_all(|| Notice::Stopping);
            }
        }
    }

    fn send_all_away(&mut self) {
        self.referees.send_all_away(self.broker.clock.now_ms());
        self.presence.see(!self.referees.is_empty());
    }

    fn send_away(&mut self, withdrawn: Withdrawn) {
        let now = self.broker.clock.now_ms();
        self.referees.send_away(withdrawn, now);
        self.presence.see(!self.referees.is_empty());
    }

    fn join(&mut self, joining: Joining, reply: oneshot::Sender<Seated>) {
        let attendance = match self.fold.status() {
            Status::Finished => Attendance::None,
            _ => Attendance::Here,
        };
        let welcome = Summary {
            attendance,
            ..self.log.summary()
        };
        let now = self.broker.clock.now_ms();
        let Some(seat) = self.referees.join(joining, welcome, reply, now) else {
            return;
        };
        self.presence.see(true);
        self.show(attendance);
        if self.presence.is_stopping() {
            self.referees.tell(seat, Notice::Stopping);
        }
    }

    fn visitor_may_publish(&mut self, publisher: &Publisher) -> Result<(), Refusal> {
        if publisher.is_logged_in() {
            return Ok(());
        }
        if publisher.author == Author::Organiser {
            return self.referees.take_correction();
        }
        let device = publisher.device.as_deref();
        if !self.referees.may_publish_without_seat(device) {
            return Err(Refusal::Standby);
        }
        self.presence.see(!self.referees.is_empty());
        self.referees.take(publisher.by)
    }

    /// Says if the match and the disk have room for an event, and the rules a place for it.
    fn judge(&self, event: Event, sender: Sender) -> Result<Event, Refusal> {
        if self.fold.status() == Status::Scheduled {
            self.sides_are_known(&event)?;
        }
        let bytes = event.body().len();
        self.usage.judge(sender.author, &event.play, bytes)?;
        if !sender.logged_in {
            let headroom = self.broker.store.headroom();
            self.scarce.judge(headroom, &event.play, bytes)?;
        }
        self.fold.decide(event, sender.author)
    }

    /// Refuses to begin a match whose sides are not both known.
    fn sides_are_known(&self, event: &Event) -> Result<(), Refusal> {
        if matches!(event.play, Play::Note | Play::Other) {
            return Ok(());
        }
        match self.log.summary().setup.awaited() {
            Some(awaited) => Err(Refusal::SidesUnknown(awaited)),
            None => Ok(()),
        }
    }

    fn count(&mut self, event: &Event, sender: Sender) {
        let bytes = event.body().len();
        self.usage.count(sender.author, &event.play, bytes);
        if !sender.logged_in {
            self.scarce.count(self.broker.store.headroom(), bytes);
        }
    }

    /// Decides on one event; what is accepted waits with the others for the disk.
    fn decide(
        &mut self,
        submission: Submission,
        allowed: Result<(), Refusal>,
        sender: Sender,
        mail: &mut Mail,
    ) -> Answer {
        let too_fast = allowed == Err(Refusal::RateLimited);
        let answered = |id, outcome, state: &Arc<RawValue>| Answer {
            id,
            outcome,
            state: state.clone(),
        };
        let event = match submission {
            Ok(event) => event,
            Err(Unreadable { id, refusal }) => {
                let refusal = if too_fast {
                    Refusal::RateLimited
                } else {
                    refusal
                };
                return answered(id, Err(refusal), &self.state);
            }
        };
        if too_fast {
            return answered(Some(event.id), Err(Refusal::RateLimited), &self.state);
        }
        let id = event.id.clone();
        if let Some(seq) = self.ids.get(&id).or_else(|| mail.ids.get(&id).copied()) {
            return answered(
                Some(id),
                Ok(Accepted {
                    seq,
                    duplicate: true,
                }),
                &self.state,
            );
        }
        let event = match allowed.and_then(|()| self.judge(event, sender)) {
            Ok(event) => event,
            Err(refusal) => return answered(Some(id), Err(refusal), &self.state),
        };
        let seq = self.fold.seq() + 1;
        self.fold.apply(event.play.clone());
        self.count(&event, sender);
        self.state = state_json(&self.fold.state());
        let recorded = Recorded {
            seq,
            at: self.broker.clock.now_ms(),
            author: sender.author,
            event,
        };
        let frame = self.broker.codec.event(&recorded, &self.state);
        mail.ids.insert(id.clone(), seq);
        mail.pending.push(Pending {
            recorded,
            frame,
            seat: sender.seat,
        });
        answered(
            Some(id),
            Ok(Accepted {
                seq,
                duplicate: false,
            }),
            &self.state,
        )
    }

    /// Brings what is pending to the disk and then to everybody; or takes it back.
    async fn commit(&mut self, mail: &mut Mail) {
        if mail.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut mail.pending);
        let (mut events, mut frames) = (Vec::new(), Vec::new());
        for Pending {
            recorded,
            frame,
            seat,
        } in pending
        {
            events.push(recorded);
            frames.push((frame, seat));
        }
        let status = self.fold.status();
        let count = events.len() as Seq;
        let (rules, state) = (self.fold.rules().clone(), self.state.clone());
        let store = &self.broker.store;
        let appended = store
            .append(self.id, events, rules, state, status.as_str())
            .await;
        match appended {
            Ok(events) => self.publish(&events, frames, std::mem::take(&mut mail.ids)),
            Err(error) => {
                self.fold.truncate(self.fold.seq() - count);
                self.state = state_json(&self.fold.state());
                self.doubtful = true;
                mail.ids.clear();
                self.take_back(mail, &error);
            }
        }
    }

    fn publish(
        &mut self,
        events: &[Recorded],
        frames: Vec<(Frame, Option<SeatId>)>,
        ids: HashMap<EventId, Seq>,
    ) {
        for (id, seq) in ids {
            self.ids.insert(&id, seq);
        }
        self.broker.counters.count_events(events.len());
        let at = events.last().map_or(0, |last| last.at);
        events.iter().for_each(|event| self.clock_times.note(event));
        let summary = self.summary(at);
        for (frame, sender) in &frames {
            self.referees.show(frame, *sender);
        }
        self.log
            .append(frames.into_iter().map(|(frame, _)| frame), summary.clone());
        self.broker.board.report(summary);
    }

    fn summary(&self, updated_at: WallMs) -> Summary {
        Summary {
            setup: self.log.summary().setup,
            status: self.fold.status(),
            attendance: self.attendance(),
            seq: self.fold.seq(),
            state: self.state.clone(),
            updated_at,
            clock_at: self.clock_times.current(&self.fold),
        }
    }

    /// Turns acceptances that did not reach the disk into refusals.
    fn take_back(&self, mail: &mut Mail, error: &StoreError) {
        for (_, answer) in &mut mail.answers {
            let lost = match &answer.outcome {
                Ok(accepted) => accepted.seq > self.fold.seq(),
                Err(_) => false,
            };
            if lost {
                answer.outcome = Err(Refusal::StorageUnavailable(error.to_string()));
            }
            answer.state = self.state.clone();
        }
    }

    /// Reads the match again: after a failed write the database says what the history is, and after a change of its rules
    /// what it is played by.
    async fn reload(&mut self) {
        match self.broker.load(self.id).await {
            Ok((loaded, log_tail)) => {
                self.doubtful = false;
                let known = self.log.summary().seq;
                self.fold = loaded.fold;
                self.ids = loaded.ids;
                self.usage = loaded.usage;
                self.clock_times = loaded.clock_times;
                self.state = state_json(&self.fold.state());
                let fresh: Vec<Frame> = log_tail.after(known).collect();
                if !fresh.is_empty() {
                    let summary = self.summary(self.broker.clock.now_ms());
                    fresh
                        .iter()
                        .for_each(|frame| self.referees.show(frame, None));
                    self.log.append(fresh, summary.clone());
                    self.broker.board.report(summary);
                }
            }
            Err(error) => tracing::warn!("match {} cannot be read again: {error}", self.id),
        }
    }

    fn answer(
        &mut self,
        answers: Vec<(Recipient, Answer)>,
        publishers: Vec<oneshot::Sender<Vec<Answer>>>,
    ) {
        let mut published: Vec<Vec<Answer>> = publishers.iter().map(|_| Vec::new()).collect();
        for (recipient, answer) in answers {
            match recipient {
                Recipient::Seat(seat) => self.referees.tell(seat, Notice::Answer(answer)),
                Recipient::Publisher(index) => published[index].push(answer),
            }
        }
        for (publisher, answers) in publishers.into_iter().zip(published) {
            // A publisher that has hung up finds its events in the history, and its ids are known.
            let _ = publisher.send(answers);
        }
    }

    fn attendance(&self) -> Attendance {
        match self.fold.status() {
            Status::Finished => Attendance::None,
            _ => self.presence.attendance(),
        }
    }

    fn show(&self, attendance: Attendance) {
        let summary = self.log.summary();
        if summary.attendance != attendance {
            self.log.set_attendance(attendance);
            self.broker.board.report(Summary {
                attendance,
                ..summary
            });
        }
    }
}
