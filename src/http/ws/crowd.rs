//! The crowd: the sockets of all watchers, kept by a few threads that do nothing else.
//!
//! A task for each watcher would cost several times the memory, and waking 5,000 tasks nearly as much as writing to their
//! sockets. So a thread keeps its watchers in one list and waits for all their sockets at once; when a stream has
//! grown it goes through the watchers of that stream, a turn of some and then some of another stream, so that a
//! match with few watchers does not wait for one with many. Nothing here ever waits for a client or for the disk: old
//! history and farewells are tasks of their own.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::Duration;

use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::Line;
use super::rotation::Rotation;
use super::watcher::{Followed, Signs, Step, Watcher};
use crate::broker::{Bell, Bells, StreamKey};
use crate::clock;
use crate::http::door::Place;
use crate::threads;

/// Watchers of one stream that are written to before another stream has its turn.
const TURN: usize = 128;
/// Sockets whose readiness is looked at in one go.
const EVENTS: usize = 1024;
const READ_BYTES: usize = 4096;
/// The token of a thread's own door; watchers have the numbers of their seats.
const DOOR: Token = Token(usize::MAX);
/// How long a thread waits when nobody needs it.
const QUIET: Duration = Duration::from_secs(60);
/// Between two looks at whose vigil is due.
const VIGIL_PAUSE: Duration = Duration::from_millis(250);
/// After a failure of the whole thread, so that one that lasts does not take the processor.
const PAUSE: Duration = Duration::from_millis(100);

/// Every watcher's connection. Cheap to clone.
#[derive(Clone)]
pub struct Crowd(Arc<Stands>);

struct Stands {
    doors: Vec<Arc<Door>>,
    next: AtomicUsize,
}

/// How others reach a stand's thread.
struct Door {
    news: mpsc::Sender<News>,
    waker: Waker,
}

enum News {
    Arrived(Box<Watcher>),
    Grown(StreamKey),
}

impl Door {
    fn tell(&self, news: News) {
        // The thread ends only with the program.
        let _ = self.news.send(news);
        if let Err(error) = self.waker.wake() {
            tracing::error!("the watchers' thread cannot be woken: {error}");
        }
    }
}

impl Crowd {
    /// Starts the threads: one for each two cores, because the others have scores to keep.
    pub fn gather() -> io::Result<Crowd> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let doors = (0..cores.div_ceil(2).min(4)).map(|_| Stand::open());
        Ok(Crowd(Arc::new(Stands {
            doors: doors.collect::<io::Result<_>>()?,
            next: AtomicUsize::new(0),
        })))
    }

    /// Takes a watcher in.
    pub fn admit(&self, line: Line, followed: Followed, place: Place) {
        let Stands { doors, next } = &*self.0;
        let door = &doors[next.fetch_add(1, Ordering::Relaxed) % doors.len()];
        match Watcher::new(line, followed, place) {
            Ok(watcher) => door.tell(News::Arrived(Box::new(watcher))),
            Err(error) => tracing::debug!("a watcher was not taken in: {error}"),
        }
    }
}

/// Tells a stand that one of its streams has grown; not again before it has taken note.
struct Ring {
    stream: StreamKey,
    rung: AtomicBool,
    door: Arc<Door>,
}

impl Bell for Ring {
    fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.door.tell(News::Grown(self.stream));
        }
    }
}

/// The watchers of one stream in one stand.
struct Audience {
    ring: Arc<Ring>,
    /// Keeps the key of the stream its own.
    _bells: Arc<Bells>,
    rounds: Rotation,
}

impl Audience {
    fn new(stream: StreamKey, bells: Arc<Bells>, door: Arc<Door>) -> Audience {
        let ring = Arc::new(Ring {
            stream,
            rung: AtomicBool::new(false),
            door,
        });
        bells.hang(Arc::downgrade(&ring) as Weak<dyn Bell>);
        Audience {
            ring,
            _bells: bells,
            rounds: Rotation::default(),
        }
    }

    /// Notes that the stream has grown; says whether that begins a round.
    fn grown(&mut self) -> bool {
        self.ring.rung.store(false, Ordering::Release);
        self.rounds.begin()
    }
}

/// One watcher, and where it is in its audience.
struct Attendee {
    watcher: Watcher,
    stream: StreamKey,
    position: usize,
    /// It is among the talkative.
    talks: bool,
}

/// One thread's watchers.
struct Stand {
    poll: Poll,
    door: Arc<Door>,
    news: mpsc::Receiver<News>,
    runtime: Handle,
    seats: Slab<Attendee>,
    audiences: HashMap<StreamKey, Audience>,
    /// Streams with a round that goes on.
    rounds: VecDeque<StreamKey>,
    /// Seats whose watchers had more to say than was listened to.
    talkative: Vec<usize>,
    /// When somebody's vigil is due.
    vigil_at: Instant,
    buffer: Vec<u8>,
}

impl Stand {
    fn open() -> io::Result<Arc<Door>> {
        let poll = Poll::new()?;
        let (sender, news) = mpsc::channel();
        let door = Arc::new(Door {
            news: sender,
            waker: Waker::new(poll.registry(), DOOR)?,
        });
        let stand = Stand {
            poll,
            door: door.clone(),
            news,
            runtime: Handle::current(),
            seats: Slab::new(),
            audiences: HashMap::new(),
            rounds: VecDeque::new(),
            talkative: Vec::new(),
            vigil_at: clock::now() + QUIET,
            buffer: vec![0; READ_BYTES],
        };
        threads::spawn("watchers", || stand.keep())?;
        Ok(door)
    }

    /// Runs for as long as the program. What breaks costs the watchers of this stand their connections, and nobody else.
    fn keep(mut self) {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            match catch_unwind(AssertUnwindSafe(|| self.turn(&mut events))) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => tracing::error!("watchers cannot be served: {error}"),
                Err(_) => tracing::error!("the watchers of one thread had to be sent away"),
            }
            self.seats.clear();
            self.audiences.clear();
            self.rounds.clear();
            self.talkative.clear();
            thread::sleep(PAUSE);
        }
    }

    fn turn(&mut self, events: &mut Events) -> io::Result<()> {
        let busy = !self.rounds.is_empty() || !self.talkative.is_empty();
        let patience = match busy {
            true => Duration::ZERO,
            false => self.vigil_at.saturating_duration_since(clock::now()),
        };
        match self.poll.poll(events, Some(patience)) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        for seat in std::mem::take(&mut self.talkative) {
            if let Some(Attendee { talks, .. }) = self.seats.get_mut(seat) {
                *talks = false;
            }
            self.attend(seat, Signs::Readable);
        }
        for event in events.iter().filter(|event| event.token() != DOOR) {
            self.attend(event.token().0, Signs::of(event));
        }
        while let Ok(news) = self.news.try_recv() {
            match news {
                News::Arrived(watcher) => self.seat(*watcher),
                News::Grown(stream) => self.grown(stream),
            }
        }
        if let Some(stream) = self.rounds.pop_front() {
            self.serve_some(stream);
        }
        if clock::now() >= self.vigil_at {
            self.keep_vigil();
        }
        Ok(())
    }

    fn seat(&mut self, mut watcher: Watcher) {
        let entry = self.seats.vacant_entry();
        let seat = entry.key();
        let both = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        if let Err(error) = registry.register(watcher.stream(), Token(seat), both) {
            tracing::warn!("a watcher's socket cannot be waited for: {error}");
            return;
        }
        self.vigil_at = self.vigil_at.min(watcher.due_at());
        let bells = watcher.followed.bells().clone();
        let stream = bells.key();
        let audience = self
            .audiences
            .entry(stream)
            .or_insert_with(|| Audience::new(stream, bells, self.door.clone()));
        let position = audience.rounds.add(seat);
        entry.insert(Attendee {
            watcher,
            stream,
            position,
            talks: false,
        });
        // The bell hangs: what the cursor does not have yet will be rung for.
        self.write(seat);
        self.attend(seat, Signs::Writable);
    }

    fn grown(&mut self, stream: StreamKey) {
        if self.audiences.get_mut(&stream).is_some_and(Audience::grown) {
            self.rounds.push_back(stream);
        }
    }

    /// Goes on with a round, for one turn.
    fn serve_some(&mut self, stream: StreamKey) {
        for _ in 0..TURN {
            let Some(audience) = self.audiences.get_mut(&stream) else {
                return;
            };
            match audience.rounds.next() {
                Some(seat) => self.write(seat),
                None if audience.rounds.end() => break,
                None => return,
            }
        }
        self.rounds.push_back(stream);
    }

    fn write(&mut self, seat: usize) {
        if let Some(Attendee { watcher, .. }) = self.seats.get_mut(seat) {
            let step = watcher.write();
            self.follow(seat, step);
        }
    }

    fn attend(&mut self, seat: usize, signs: Signs) {
        if let Some(Attendee { watcher, .. }) = self.seats.get_mut(seat) {
            let step = watcher.turn(signs, &mut self.buffer);
            self.follow(seat, step);
        }
    }

    fn follow(&mut self, seat: usize, step: Step) {
        match step {
            Step::Wait => {}
            Step::Listen => {
                // Once, however often it has more to say: what is listened to in one turn stays the same.
                if let Some(Attendee { talks, .. }) = self.seats.get_mut(seat)
                    && !std::mem::replace(talks, true)
                {
                    self.talkative.push(seat);
                }
            }
            Step::Leave(words) => {
                if let (Some(watcher), Some(words)) = (self.unseat(seat), words) {
                    self.runtime.spawn(watcher.leave(words));
                }
            }
            Step::History(up_to) => {
                if let Some(watcher) = self.unseat(seat) {
                    let door = self.door.clone();
                    self.runtime.spawn(async move {
                        if let Some(watcher) = watcher.catch_up(up_to).await {
                            door.tell(News::Arrived(Box::new(watcher)));
                        }
                    });
                }
            }
        }
    }

    fn unseat(&mut self, seat: usize) -> Option<Watcher> {
        let Attendee {
            mut watcher,
            stream,
            position,
            ..
        } = self.seats.try_remove(seat)?;
        if let Err(error) = self.poll.registry().deregister(watcher.stream()) {
            tracing::debug!("a watcher's socket: {error}");
        }
        if let Some(audience) = self.audiences.get_mut(&stream) {
            for (moved, position) in audience.rounds.remove(position) {
                if let Some(seat) = self.seats.get_mut(moved) {
                    seat.position = position;
                }
            }
            if audience.rounds.is_empty() {
                self.audiences.remove(&stream);
            }
        }
        Some(watcher)
    }

    /// Asks the silent whether they are still there, and gives up those who have been for too long.
    fn keep_vigil(&mut self) {
        let now = clock::now();
        let mut next = now + QUIET;
        for seat in 0..self.seats.capacity() {
            let Some(Attendee { watcher, .. }) = self.seats.get_mut(seat) else {
                continue;
            };
            if watcher.due_at() <= now {
                let step = watcher.watch_over();
                next = next.min(watcher.due_at());
                self.follow(seat, step);
            } else {
                next = next.min(watcher.due_at());
            }
        }
        // All seats are gone through each time, so not for each of those who are due one after the other.
        self.vigil_at = next.max(now + VIGIL_PAUSE);
    }
}
