//! The only thread that writes: it owns the writing connection and commits whatever is queued, from all matches,
//! in one transaction. One fsync then makes many events durable, and an idle server adds no delay.

use std::collections::VecDeque;
use std::thread;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, watch};

use super::error::{Fault, StoreError};
use super::file::guard::{Guard, Whereabouts};
use super::lagging::{Lagging, Reached};
use super::rows;
use crate::domain::MatchId;
use crate::threads;

/// How many jobs may wait; a sender then waits for room, and the phones behind it with it.
const QUEUE_JOBS: usize = 1024;
/// The most jobs in one transaction: bounds what one failure takes back and how long the first one waits.
const BATCH_JOBS: usize = 512;

/// What the writer knows beside the database. A transaction that fails takes back what it changed here.
#[derive(Clone, Default)]
pub struct Memory {
    /// The highest one given so far.
    revision: i64,
    lagging: Lagging,
}

impl Memory {
    pub fn of(revision: i64) -> Memory {
        Memory {
            revision,
            lagging: Lagging::new(),
        }
    }
}

/// What a job may use while it writes.
pub struct Writing<'a> {
    pub connection: &'a Connection,
    memory: &'a mut Memory,
}

impl<'a> Writing<'a> {
    pub fn new(connection: &'a Connection, memory: &'a mut Memory) -> Writing<'a> {
        Writing { connection, memory }
    }

    /// The next number of the venue's revision counter.
    pub fn next_revision(&mut self) -> i64 {
        self.memory.revision += 1;
        self.memory.revision
    }

    /// Lets a match's row lag: it will say this in a while.
    pub fn write_later(&mut self, id: MatchId, reached: Reached) {
        self.memory.lagging.insert(id, reached);
    }

    /// Writes a match's row at once.
    pub fn write_now(&mut self, id: MatchId, reached: &Reached) -> Result<(), StoreError> {
        self.memory.lagging.remove(&id);
        rows::matches::write_reached(self, id, reached)
    }

    /// Writes all rows that lag.
    fn write_lagging(&mut self) -> Result<(), StoreError> {
        for (id, reached) in std::mem::take(&mut self.memory.lagging) {
            rows::matches::write_reached(self, id, &reached)?;
        }
        Ok(())
    }
}

/// A job writes, and leaves behind the answer that is given once the transaction's end is known.
type Job = Box<dyn FnOnce(&mut Writing<'_>) -> Result<Answer, Aborted> + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What running a job came to: its own answer; or, where nothing of the transaction can be kept, why.
type Ran<T> = Result<Result<T, StoreError>, StoreError>;

/// The database failed under a job: nothing of the transaction can be kept.
struct Aborted {
    answer: Answer,
    cause: StoreError,
}

/// What the next start would not find is the error.
pub type Thread = thread::JoinHandle<Result<(), Fault>>;

#[derive(Clone)]
pub struct Writer {
    /// `None` asks the thread to end after what is queued.
    jobs: mpsc::Sender<Option<Job>>,
    fault: watch::Receiver<Option<Fault>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(
        connection: Connection,
        memory: Memory,
        guard: Guard,
    ) -> std::io::Result<(Writer, Thread)> {
        let (jobs, queue) = mpsc::channel(QUEUE_JOBS);
        let (fault_sender, fault) = watch::channel(None);
        let handle = threads::spawn("store-writer", move || {
            run(connection, memory, guard, queue, &fault_sender)
        })?;
        Ok((Writer { jobs, fault }, handle))
    }

    /// Runs `work` in a transaction; the answer comes when it is fsynced. It finds all rows up to date. An error that it
    /// returns takes back only its own changes, unless the database itself failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.hand_in(|writing| in_savepoint(writing, work)).await
    }

    /// The same for what is written all the time: without a savepoint, because that copies every page that is changed, and
    /// with rows that may lag. So `work` says `Diverged` before it writes, and any other error ends the transaction.
    pub async fn append<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.hand_in(|writing| match work(writing) {
            Err(StoreError::Diverged) => Ok(Err(StoreError::Diverged)),
            result => result.map(Ok),
        })
        .await
    }

    async fn hand_in<T, F>(&self, run: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Ran<T> + Send + 'static,
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let job: Job = Box::new(move |writing| {
            let (result, lost) = match run(writing) {
                Ok(result) => (result, None),
                Err(cause) => (Err(cause.clone()), Some(cause)),
            };
            let answer: Answer = Box::new(move |committed| {
                // A caller that has gone away needs no answer; its write stands.
                let _ = sender.send(committed.and(result));
            });
            match lost {
                Some(cause) => Err(Aborted { answer, cause }),
                None => Ok(answer),
            }
        });
        self.jobs
            .send(Some(job))
            .await
            .map_err(|_| Fault::Stopped)?;
        // A job that was never run, because one before it failed, is dropped after the fault is known.
        receiver
            .await
            .map_err(|_| self.fault().unwrap_or(Fault::Stopped))?
    }

    /// Lets the thread end once everything queued is on disk. Blocks while the queue is full.
    pub fn stop(&self) {
        // An error means that the thread has already ended.
        let _ = self.jobs.blocking_send(None);
    }

    /// What was wrong last, also once the thread has ended.
    pub fn last_fault(&self) -> Option<Fault> {
        self.fault.borrow().clone()
    }

    /// What is wrong with the store now, if anything.
    pub fn fault(&self) -> Option<Fault> {
        if self.jobs.is_closed() {
            return Some(Fault::Stopped);
        }
        self.last_fault()
    }
}

fn in_savepoint<T>(
    writing: &mut Writing<'_>,
    work: impl FnOnce(&mut Writing<'_>) -> Result<T, StoreError>,
) -> Ran<T> {
    writing.write_lagging()?;
    let connection = writing.connection;
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    match work(writing) {
        Err(fault @ StoreError::Fault(_)) => Err(fault),
        // Some failures end SQLite's whole transaction by themselves.
        _ if connection.is_autocommit() => Err(StoreError::Unexpected(
            "the transaction was rolled back".into(),
        )),
        Ok(value) => {
            connection.prepare_cached("RELEASE job")?.execute([])?;
            Ok(Ok(value))
        }
        Err(error) => {
            connection.execute_batch("ROLLBACK TO job; RELEASE job")?;
            Ok(Err(error))
        }
    }
}

fn run(
    mut connection: Connection,
    mut memory: Memory,
    mut guard: Guard,
    mut queue: mpsc::Receiver<Option<Job>>,
    fault: &watch::Sender<Option<Fault>>,
) -> Result<(), Fault> {
    Guard::take_over_log(&connection);
    let mut received = Vec::with_capacity(BATCH_JOBS);
    let mut batch = VecDeque::with_capacity(BATCH_JOBS);
    while queue.blocking_recv_many(&mut received, BATCH_JOBS) > 0 {
        if received.iter().any(Option::is_none) {
            queue.close();
        }
        batch.extend(received.drain(..).flatten());
        let mut answers = Vec::with_capacity(batch.len());
        let before = connection.total_changes();
        let mut whereabouts = guard.look(&connection);
        let mut outcome = match &whereabouts {
            // Written all the same, it would be there after the client was told the contrary.
            Whereabouts::Lost(fault) => Err(fault.clone().into()),
            _ => commit(&mut connection, &mut memory, |writing| {
                run_all(writing, &mut batch, &mut answers)
            }),
        };
        if outcome.is_ok() {
            (whereabouts, outcome) = stays(&mut guard, &connection, whereabouts);
        }
        outcome = outcome.map_err(|error| guard.explain(error));
        let changed = connection.total_changes() != before;
        let known = fault.borrow().clone();
        tell(
            fault,
            fault_after(whereabouts, &outcome, known.filter(|_| !changed)),
        );
        for answer in answers {
            answer(outcome.clone());
        }
        batch.clear();
        guard.tend(&connection);
    }
    if !matches!(guard.look(&connection), Whereabouts::Lost(_))
        && let Err(error) = commit(&mut connection, &mut memory, |writing| {
            writing.write_lagging()
        })
    {
        tracing::warn!("some matches' rows are left to the next start: {error}");
    }
    match guard.leave(&connection) {
        Whereabouts::Kept => Ok(()),
        // The second is what the batch before has saved.
        Whereabouts::Saved(left) | Whereabouts::Lost(left @ Fault::Restart(_)) => {
            tracing::error!("at the stop: {left}");
            fault.send_replace(Some(left));
            Ok(())
        }
        Whereabouts::Lost(left) => {
            fault.send_replace(Some(left.clone()));
            Err(left)
        }
    }
}

/// What is wrong after a batch. `known` is what was wrong before a batch that changed nothing: even a full disk takes that.
fn fault_after(
    whereabouts: Whereabouts,
    outcome: &Result<(), StoreError>,
    known: Option<Fault>,
) -> Option<Fault> {
    match (whereabouts, outcome) {
        (Whereabouts::Saved(fault) | Whereabouts::Lost(fault), _) => Some(fault),
        (Whereabouts::Kept, Ok(())) => known,
        (Whereabouts::Kept, Err(StoreError::Fault(fault))) => Some(fault.clone()),
        (Whereabouts::Kept, Err(other)) => Some(Fault::Io(other.to_string())),
    }
}

fn tell(fault: &watch::Sender<Option<Fault>>, now: Option<Fault>) {
    fault.send_if_modified(|known| {
        let changed = *known != now;
        if changed {
            match &now {
                Some(fault) => tracing::error!("the store cannot write: {fault}"),
                None => tracing::info!("the store can write again"),
            }
            *known = now;
        }
        changed
    });
}

/// Says if what was just committed is where the next start looks for it: the files may have been taken away meanwhile.
fn stays(
    guard: &mut Guard,
    connection: &Connection,
    before: Whereabouts,
) -> (Whereabouts, Result<(), StoreError>) {
    match before {
        Whereabouts::Kept => match guard.look(connection) {
            Whereabouts::Lost(fault) => (Whereabouts::Lost(fault.clone()), Err(fault.into())),
            other => (other, Ok(())),
        },
        other => (other, guard.save_again(connection)),
    }
}

/// One transaction; if it fails, memory is what it was before.
fn commit(
    connection: &mut Connection,
    memory: &mut Memory,
    work: impl FnOnce(&mut Writing<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut changed = memory.clone();
    work(&mut Writing::new(&transaction, &mut changed))?;
    transaction.commit()?;
    *memory = changed;
    Ok(())
}

/// Runs jobs until one is lost; those after it are left in `jobs`.
fn run_all(
    writing: &mut Writing<'_>,
    jobs: &mut VecDeque<Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    while let Some(job) = jobs.pop_front() {
        match job(writing) {
            Ok(answer) => answers.push(answer),
            Err(aborted) => {
                answers.push(aborted.answer);
                return Err(aborted.cause);
            }
        }
    }
    Ok(())
}
