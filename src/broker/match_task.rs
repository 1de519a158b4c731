//! The task of one match: the only owner of its state, its log and its seats.
//!
//! It takes everything that waits in its mailbox, decides on each event in turn, has the store commit all of them
//! at once, and only then shows them: to the watchers through the log, to the senders as answers.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};

use super::bucket::Bucket;
use super::log::{End, Frame, Log, Summary};
use super::messages::{Accepted, Answer, Closing, Command, Notice, Submission};
use super::presence::Presence;
use super::seats::{Device, SeatId, Seats};
use super::{Inner, Loaded, state_json};
use crate::clock::WallMs;
use crate::domain::event::Unreadable;
use crate::domain::{Author, EventId, MatchFold, Refusal, Seq, Status};
use crate::store::{Fixture, Recorded, StoreError};

/// Commands that may wait for a match; senders then wait for room.
pub const MAILBOX: usize = 256;
/// Messages that may wait for a referee who does not read; then the connection is given up.
const OUTBOX: usize = 1024;

struct Connection {
    outbox: mpsc::Sender<Notice>,
    bucket: Bucket,
}

/// An event that was decided on and waits for the disk.
struct Pending {
    recorded: Recorded,
    frame: Frame,
    seat: Option<SeatId>,
}

/// To whom an answer goes: a seat, or the place in the answers of a `Publish`.
enum Recipient {
    Seat(SeatId),
    Publisher(usize),
}

/// Everything one round of the mailbox leads to.
#[derive(Default)]
struct Round {
    pending: Vec<Pending>,
    /// Ids in `pending`, so that a duplicate within one round is found.
    ids: HashMap<EventId, Seq>,
    answers: Vec<(Recipient, Answer)>,
    publishers: Vec<oneshot::Sender<Vec<Answer>>>,
    done: Option<End>,
}

pub struct MatchTask {
    broker: Arc<Inner>,
    fixture: Arc<Fixture>,
    fold: MatchFold,
    ids: HashMap<EventId, Seq>,
    state: Arc<RawValue>,
    log: Arc<Log>,
    seats: Seats,
    connections: HashMap<SeatId, Connection>,
    next_seat: SeatId,
    visitors: Bucket,
    presence: Presence,
    /// A write failed: memory and database may differ, and the database is right.
    doubtful: bool,
    /// How the match left memory; idle, so that everybody comes back, if the task broke.
    end: End,
}

/// However the task ends, nobody is left waiting for it.
impl Drop for MatchTask {
    fn drop(&mut self) {
        self.broker.forget(self.fixture.id, &self.log);
        self.log.end(self.end);
    }
}

impl MatchTask {
    pub fn new(
        broker: Arc<Inner>,
        loaded: Loaded,
        log: Arc<Log>,
        recently_live: bool,
    ) -> MatchTask {
        let presence = Presence::new(broker.referee_gc, recently_live);
        let visitors = broker.bucket();
        let state = log.summary().state;
        MatchTask {
            broker,
            fixture: loaded.fixture,
            fold: loaded.fold,
            ids: loaded.ids,
            state,
            log,
            seats: Seats::default(),
            connections: HashMap::new(),
            next_seat: 1,
            visitors,
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
            if let Some(end) = self.round(inbox.drain(..)).await {
                break end;
            }
            let finished = self.fold.state().status == Status::Finished;
            if received == 0
                && let Some(end) = self.presence.overdue(finished, self.log.watchers())
            {
                break end;
            }
        };
        self.end = end;
        self.broker.forget(self.fixture.id, &self.log);
        if end == End::Idle {
            self.show_live(false);
        }
        self.tell_all(|| Notice::Close(Closing::End(end)));
    }

    async fn round(&mut self, commands: impl Iterator<Item = Command>) -> Option<End> {
        if self.doubtful {
            self.reload().await;
        }
        let mut round = Round::default();
        for command in commands {
            self.take(command, &mut round).await;
        }
        self.commit(&mut round).await;
        self.answer(round.answers, round.publishers);
        self.drop_deaf_connections();
        let drained = self.presence.is_stopping() && self.seats.is_empty();
        round.done.or(drained.then_some(End::Restart))
    }

    async fn take(&mut self, command: Command, round: &mut Round) {
        match command {
            Command::Join {
                device,
                takeover,
                reply,
            } => self.join(device, takeover, reply),
            Command::Leave(seat) => self.leave(seat),
            Command::Submit { seat, event } => {
                let allowed = match self.connections.get_mut(&seat) {
                    None => return,
                    Some(_) if !self.seats.may_publish(seat) => Err(Refusal::Standby),
                    Some(connection) => connection.bucket.take(),
                };
                let answer = self.decide(event, allowed, Author::Referee, Some(seat), round);
                round.answers.push((Recipient::Seat(seat), answer));
            }
            Command::Publish {
                author,
                device,
                events,
                reply,
            } => {
                let publisher = round.publishers.len();
                round.publishers.push(reply);
                for event in events {
                    let allowed = self.visitor_may_publish(author, device.as_deref());
                    let answer = self.decide(event, allowed, author, None, round);
                    round
                        .answers
                        .push((Recipient::Publisher(publisher), answer));
                }
            }
            Command::Revoke => {
                self.tell_all(|| Notice::Close(Closing::Revoked));
                for seat in self.connections.keys().copied().collect::<Vec<_>>() {
                    self.leave(seat);
                }
            }
            Command::Delete(reply) => {
                let deleted = self.broker.store.delete_match(self.fixture.id).await;
                if deleted.is_ok() {
                    self.broker.board.remove(self.fixture.id);
                    round.done = Some(End::Deleted);
                }
                // Who asked may have gone away; the match is deleted all the same.
                let _ = reply.send(deleted);
            }
            Command::Stop => {
                self.presence.stop();
                self.tell_all(|| Notice::Stopping);
            }
        }
    }

    fn join(
        &mut self,
        device: Option<Device>,
        takeover: bool,
        reply: oneshot::Sender<(SeatId, mpsc::Receiver<Notice>)>,
    ) {
        let seat = self.next_seat;
        let (outbox, notices) = mpsc::channel(OUTBOX);
        if reply.send((seat, notices)).is_err() {
            return;
        }
        self.next_seat += 1;
        self.presence.see(true);
        self.connections.insert(
            seat,
            Connection {
                outbox,
                bucket: self.broker.bucket(),
            },
        );
        self.show_live(self.is_live());
        self.tell(seat, Notice::Welcome(Box::new(self.log.summary())));
        for (seat, standing) in self.seats.join(seat, device, takeover) {
            self.tell(seat, Notice::Standing(standing));
        }
        if self.presence.is_stopping() {
            self.tell(seat, Notice::Stopping);
        }
    }

    fn leave(&mut self, seat: SeatId) {
        if self.connections.remove(&seat).is_none() {
            return;
        }
        self.presence.see(!self.connections.is_empty());
        if let Some((seat, standing)) = self.seats.leave(seat) {
            self.tell(seat, Notice::Standing(standing));
        }
    }

    fn visitor_may_publish(&mut self, author: Author, device: Option<&str>) -> Result<(), Refusal> {
        if author == Author::Organiser {
            return Ok(());
        }
        if !self.seats.may_publish_without_seat(device) {
            return Err(Refusal::Standby);
        }
        self.presence.see(!self.connections.is_empty());
        self.visitors.take()
    }

    /// Decides on one event; what is accepted waits in the round for the disk.
    fn decide(
        &mut self,
        submission: Submission,
        allowed: Result<(), Refusal>,
        author: Author,
        seat: Option<SeatId>,
        round: &mut Round,
    ) -> Answer {
        let refused = |id, refusal, state: &Arc<RawValue>| Answer {
            id,
            outcome: Err(refusal),
            state: state.clone(),
        };
        let event = match submission {
            Ok(event) => event,
            Err(Unreadable { id, refusal }) => return refused(id, refusal, &self.state),
        };
        let id = event.id.clone();
        if let Some(&seq) = self.ids.get(&id).or_else(|| round.ids.get(&id)) {
            let outcome = Ok(Accepted {
                seq,
                duplicate: true,
            });
            return Answer {
                id: Some(id),
                outcome,
                state: self.state.clone(),
            };
        }
        let event = match allowed.and_then(|()| self.fold.decide(event, author)) {
            Ok(event) => event,
            Err(refusal) => return refused(Some(id), refusal, &self.state),
        };
        let seq = self.fold.seq() + 1;
        self.fold.apply(event.play.clone());
        self.state = state_json(self.fold.state());
        let recorded = Recorded {
            seq,
            at: self.broker.clock.now_ms(),
            author,
            event,
        };
        let frame = self.broker.codec.event(&recorded, &self.state);
        round.ids.insert(id.clone(), seq);
        round.pending.push(Pending {
            recorded,
            frame,
            seat,
        });
        Answer {
            id: Some(id),
            outcome: Ok(Accepted {
                seq,
                duplicate: false,
            }),
            state: self.state.clone(),
        }
    }

    /// Brings what is pending to the disk and then to everybody; or takes it back.
    async fn commit(&mut self, round: &mut Round) {
        if round.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut round.pending);
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
        let status = self.fold.state().status;
        let count = events.len() as Seq;
        let appended = self
            .broker
            .store
            .append(self.fixture.id, events, self.state.clone(), status.as_str())
            .await;
        match appended {
            Ok(events) => self.publish(&events, frames, std::mem::take(&mut round.ids)),
            Err(error) => {
                self.fold.truncate(self.fold.seq() - count);
                self.state = state_json(self.fold.state());
                self.doubtful = true;
                self.take_back(round, &error);
            }
        }
    }

    fn publish(
        &mut self,
        events: &[Recorded],
        frames: Vec<(Frame, Option<SeatId>)>,
        ids: HashMap<EventId, Seq>,
    ) {
        self.ids.extend(ids);
        self.broker.counters.count_events(events.len());
        let at = events.last().map_or(0, |last| last.at);
        let summary = self.summary(at);
        for (frame, sender) in &frames {
            for (seat, connection) in &self.connections {
                if Some(*seat) != *sender {
                    // A referee who does not read is given up after this round.
                    let _ = connection.outbox.try_send(Notice::Event(frame.clone()));
                }
            }
        }
        self.log
            .append(frames.into_iter().map(|(frame, _)| frame), summary.clone());
        self.broker.board.put(summary);
    }

    fn summary(&self, updated_at: WallMs) -> Summary {
        Summary {
            fixture: self.fixture.clone(),
            status: self.fold.state().status,
            live: self.is_live(),
            seq: self.fold.seq(),
            state: self.state.clone(),
            updated_at,
        }
    }

    /// Turns the acceptances of a round that did not reach the disk into refusals.
    fn take_back(&self, round: &mut Round, error: &StoreError) {
        for (_, answer) in &mut round.answers {
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

    /// After a failed write the database says what the history is.
    async fn reload(&mut self) {
        match self.broker.load(self.fixture.id).await {
            Ok((loaded, log_tail)) => {
                self.doubtful = false;
                let known = self.log.summary().seq;
                self.fold = loaded.fold;
                self.ids = loaded.ids;
                self.state = state_json(self.fold.state());
                let fresh = log_tail.after(known);
                if !fresh.is_empty() {
                    let summary = self.summary(self.broker.clock.now_ms());
                    self.log.append(fresh, summary.clone());
                    self.broker.board.put(summary);
                }
            }
            Err(error) => tracing::warn!("match {} cannot be read again: {error}", self.fixture.id),
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
                Recipient::Seat(seat) => self.tell(seat, Notice::Answer(answer)),
                Recipient::Publisher(index) => published[index].push(answer),
            }
        }
        for (publisher, answers) in publishers.into_iter().zip(published) {
            // A publisher that has hung up finds its events in the history, and its ids are known.
            let _ = publisher.send(answers);
        }
    }

    fn tell(&self, seat: SeatId, notice: Notice) {
        if let Some(connection) = self.connections.get(&seat) {
            // A full or closed outbox is found by `drop_deaf_connections`.
            let _ = connection.outbox.try_send(notice);
        }
    }

    fn tell_all(&self, notice: impl Fn() -> Notice) {
        for connection in self.connections.values() {
            let _ = connection.outbox.try_send(notice());
        }
    }

    fn drop_deaf_connections(&mut self) {
        let deaf: Vec<SeatId> = self
            .connections
            .iter()
            .filter(|(_, connection)| {
                connection.outbox.is_closed() || connection.outbox.capacity() == 0
            })
            .map(|(seat, _)| *seat)
            .collect();
        for seat in deaf {
            self.leave(seat);
        }
    }

    /// Whether the match can be followed now: a referee is here, or was lately, and it is not finished.
    fn is_live(&self) -> bool {
        self.presence.is_recent() && self.fold.state().status != Status::Finished
    }

    fn show_live(&self, live: bool) {
        let summary = self.log.summary();
        if summary.live != live {
            self.log.set_live(live);
            self.broker.board.put(Summary { live, ..summary });
        }
    }
}
