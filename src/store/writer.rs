//! The only thread that writes: it owns the writing connection and commits whatever is queued, from all matches,
//! in one transaction. One fsync then makes many events durable, and an idle server adds no delay.

use std::collections::VecDeque;
use std::thread;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, watch};

use super::error::{Fault, StoreError};
use super::place::{Place, Standing};

/// How many jobs may wait; a sender then waits for room, and the phones behind it with it.
const QUEUE_JOBS: usize = 1024;
/// The most jobs in one transaction: bounds what one failure takes back and how long the first one waits.
const BATCH_JOBS: usize = 512;

/// What a job may use while it writes.
pub struct Writing<'a> {
    pub connection: &'a Connection,
    revision: &'a mut i64,
}

impl<'a> Writing<'a> {
    pub fn new(connection: &'a Connection, revision: &'a mut i64) -> Writing<'a> {
        Writing {
            connection,
            revision,
        }
    }

    /// The next number of the venue's revision counter.
    pub fn next_revision(&mut self) -> i64 {
        *self.revision += 1;
        *self.revision
    }
}

/// A job writes, and leaves behind the answer that is given once the transaction's end is known.
type Job = Box<dyn FnOnce(&mut Writing<'_>) -> Result<Answer, Aborted> + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// The database failed under a job: nothing of the transaction can be kept.
struct Aborted {
    answer: Answer,
    cause: StoreError,
}

#[derive(Clone)]
pub struct Writer {
    /// `None` asks the thread to end after what is queued.
    jobs: mpsc::Sender<Option<Job>>,
    fault: watch::Receiver<Option<Fault>>,
}

impl Writer {
    /// Starts the thread. `revision` is the highest one in the database.
    pub fn start(
        connection: Connection,
        revision: i64,
        place: Place,
    ) -> std::io::Result<(Writer, thread::JoinHandle<()>)> {
        let (jobs, queue) = mpsc::channel(QUEUE_JOBS);
        let (fault_sender, fault) = watch::channel(None);
        let handle = thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(connection, revision, place, queue, &fault_sender))?;
        Ok((Writer { jobs, fault }, handle))
    }

    /// Runs `work` in a transaction; the answer comes when it is fsynced. An error that `work` returns takes
    /// back only its own changes, unless the database itself failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let job: Job = Box::new(move |writing| {
            let result = in_savepoint(writing, work);
            let lost = match &result {
                Err(cause @ StoreError::Fault(_)) => Some(cause.clone()),
                // Some failures end SQLite's whole transaction by themselves.
                _ if writing.connection.is_autocommit() => Some(StoreError::Unexpected(
                    "the transaction was rolled back".into(),
                )),
                _ => None,
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
) -> Result<T, StoreError> {
    let connection = writing.connection;
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    match work(writing) {
        Ok(value) => {
            connection.prepare_cached("RELEASE job")?.execute([])?;
            Ok(value)
        }
        Err(error) => {
            if !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK TO job; RELEASE job")?;
            }
            Err(error)
        }
    }
}

fn run(
    mut connection: Connection,
    mut revision: i64,
    mut place: Place,
    mut queue: mpsc::Receiver<Option<Job>>,
    fault: &watch::Sender<Option<Fault>>,
) {
    Place::take_over_log(&connection);
    let mut received = Vec::with_capacity(BATCH_JOBS);
    let mut batch = VecDeque::with_capacity(BATCH_JOBS);
    while queue.blocking_recv_many(&mut received, BATCH_JOBS) > 0 {
        if received.iter().any(Option::is_none) {
            queue.close();
        }
        batch.extend(received.drain(..).flatten());
        let before = revision;
        let mut answers = Vec::with_capacity(batch.len());
        let standing = place.look(&connection);
        let mut outcome = match &standing {
            // Written all the same, it would be there after the client was told the contrary.
            Standing::Lost(fault) => Err(fault.clone().into()),
            _ => commit(&mut connection, &mut revision, &mut batch, &mut answers),
        };
        if let (Ok(()), Standing::Saved(_)) = (&outcome, &standing) {
            outcome = place.save_again(&connection);
        }
        outcome = outcome.map_err(|error| place.explain(error));
        if outcome.is_err() {
            revision = before;
        }
        let now = match (standing, &outcome) {
            (Standing::Saved(fault) | Standing::Lost(fault), _) => Some(fault),
            (Standing::Kept, Ok(())) => None,
            (Standing::Kept, Err(StoreError::Fault(fault))) => Some(fault.clone()),
            (Standing::Kept, Err(other)) => Some(Fault::Io(other.to_string())),
        };
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
        for answer in answers {
            answer(outcome.clone());
        }
        batch.clear();
        place.tend(&connection);
    }
    if let Some(left) = place.leave(&connection) {
        tracing::error!("at the stop: {left}");
        fault.send_replace(Some(left));
    }
}

/// One transaction for all these jobs. Jobs that were not run, because one failed, are left in `jobs`.
fn commit(
    connection: &mut Connection,
    revision: &mut i64,
    jobs: &mut VecDeque<Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    while let Some(job) = jobs.pop_front() {
        match job(&mut Writing::new(&transaction, revision)) {
            Ok(answer) => answers.push(answer),
            Err(aborted) => {
                answers.push(aborted.answer);
                return Err(aborted.cause);
            }
        }
    }
    transaction.commit()?;
    Ok(())
}
