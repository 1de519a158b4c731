//! What every connection of a load test has had, and what it should have had.
//!
//! Events carry their number as their name, and answers and deliveries are counted by it: a refused event takes no `seq`.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::frames::{answered, kind, refusal, seq_of, shown, welcome_seq};
use super::report::{Latencies, Report};
use super::sending::{Answer, Sending};

/// Latencies are counted in microseconds up to this; what takes longer counts as this.
const LONGEST: Duration = Duration::from_secs(600);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// Not connected yet, or not again.
    Away,
    /// Connected, without the welcome.
    Asking,
    There,
    /// Not let in, or thrown out.
    Gone,
}

struct Watching {
    /// The `seq` that comes next; 0 before the first welcome.
    next: u64,
    /// What was passed over: lost, unless it still comes.
    missing: Vec<u64>,
    had: u64,
}

struct Member {
    of: usize,
    presence: Presence,
    client: Option<usize>,
    /// `None` of a referee.
    watching: Option<Watching>,
}

/// The members of the test, numbered as they were added: the referees, then the watchers. A member keeps its number under
/// each of its connections.
pub struct Tally {
    sendings: Vec<Sending>,
    members: Vec<Member>,
    /// Which member a connection is.
    member_of: Vec<usize>,
    asking: usize,
    reason: Option<String>,
    figures: Report,
    acks: Latencies,
    each: Latencies,
    last: Latencies,
}

/// A histogram of microseconds with three significant digits.
fn histogram() -> Latencies {
    Histogram::new_with_max(LONGEST.as_micros() as u64, 3).ok()
}

fn record(latencies: &mut Latencies, since: Instant) {
    if let Some(histogram) = latencies {
        histogram.saturating_record(since.elapsed().as_micros() as u64);
    }
}

impl Tally {
    /// One referee for each match, and watchers spread evenly over them.
    pub fn new(matches: usize, watchers: usize) -> Tally {
        let member = |of, watching| Member {
            of,
            presence: Presence::Away,
            client: None,
            watching,
        };
        let watching = || Watching {
            next: 0,
            missing: Vec::new(),
            had: 0,
        };
        let referees = (0..matches).map(|of| member(of, None));
        let others = (0..watchers).map(|number| member(number % matches, Some(watching())));
        Tally {
            sendings: (0..matches).map(|_| Sending::default()).collect(),
            members: referees.chain(others).collect(),
            member_of: Vec::new(),
            asking: 0,
            reason: None,
            figures: Report::default(),
            acks: histogram(),
            each: histogram(),
            last: histogram(),
        }
    }

    /// A member has a connection, and waits for the welcome.
    pub fn asks(&mut self, number: usize, client: usize) {
        if self.member_of.len() <= client {
            self.member_of.resize(client + 1, usize::MAX);
        }
        self.member_of[client] = number;
        let member = &mut self.members[number];
        member.presence = Presence::Asking;
        member.client = Some(client);
        self.asking += 1;
    }

    /// The watchers that are there leave, to come back; their numbers and their connections.
    pub fn leave(&mut self) -> Vec<(usize, usize)> {
        let mut left = Vec::new();
        for (number, member) in self.members.iter_mut().enumerate() {
            if member.presence == Presence::There
                && member.watching.is_some()
                && let Some(client) = member.client.take()
            {
                member.presence = Presence::Away;
                left.push((number, client));
            }
        }
        left
    }

    /// The match of a member, and the last `seq` that it has had, if it is a watcher who was there.
    pub fn place_of(&self, number: usize) -> (usize, Option<u64>) {
        let member = &self.members[number];
        let watching = member.watching.as_ref();
        (
            member.of,
            watching.and_then(|watching| watching.next.checked_sub(1)),
        )
    }

    /// How many have asked and not been answered yet.
    pub fn asking(&self) -> usize {
        self.asking
    }

    /// Why the first connection ended, if one did.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Says if the referee of a match can send.
    pub fn has_referee(&self, of: usize) -> bool {
        !self.sendings[of].over
    }

    /// The next event of a match.
    pub fn next_event(&self, of: usize, filling: usize) -> String {
        let name = self.sendings[of].sent.len() + 1;
        match filling {
            0 => format!(r#"{{"id":"{name}","type":"point","side":"A","value":1}}"#),
            some => format!(
                r#"{{"id":"{name}","type":"note","text":"{}"}}"#,
                "x".repeat(some)
            ),
        }
    }

    /// The next event of a match is on its way since this moment.
    pub fn sent(&mut self, of: usize, at: Instant) {
        self.sendings[of].send(at);
        self.figures.sent += 1;
    }

    /// Says if every event has been answered and seen by all.
    pub fn is_complete(&self) -> bool {
        let answered = self
            .sendings
            .iter()
            .all(|sending| sending.over || sending.open == 0);
        answered && self.had() >= self.expected()
    }

    fn had(&self) -> u64 {
        self.figures.delivered + self.figures.skipped
    }

    /// What the watchers should have had. Of those who are gone, what they had: they are counted as gone, not as losses.
    fn expected(&self) -> u64 {
        let expected = |member: &Member| match (&member.watching, member.presence) {
            (None, _) => 0,
            (Some(watching), Presence::Gone) => watching.had,
            (Some(watching), _) if watching.next == 0 => 0,
            (Some(_), _) => self.sendings[member.of].known,
        };
        self.members.iter().map(expected).sum()
    }

    /// Takes one message of the server.
    pub fn heard(&mut self, client: usize, text: &[u8]) {
        let Some(number) = self.member_of.get(client).copied() else {
            return;
        };
        if number >= self.members.len() {
            return;
        }
        match kind(text) {
            b"welcome" => self.welcome(number, text),
            b"ack" => self.ack(number, answered(text)),
            b"refused" => self.refuse(number, text),
            b"event" => self.event(number, seq_of(text), shown(text)),
            b"resync" => self.resync(number, seq_of(text)),
            _ => {}
        }
    }

    fn welcome(&mut self, number: usize, text: &[u8]) {
        let member = &mut self.members[number];
        if member.presence == Presence::Asking {
            member.presence = Presence::There;
            self.asking -= 1;
        }
        // Who comes back goes on where it was.
        if let Some(watching) = &mut member.watching
            && watching.next == 0
        {
            watching.next = welcome_seq(text) + 1;
            self.sendings[member.of].watchers += 1;
        }
    }

    fn ack(&mut self, number: usize, name: u64) {
        let sending = &mut self.sendings[self.members[number].of];
        sending.learn(name);
        if let Some(at) = sending.answer(name, Answer::Ack) {
            record(&mut self.acks, at);
            self.figures.acks += 1;
        }
    }

    fn refuse(&mut self, number: usize, text: &[u8]) {
        let sending = &mut self.sendings[self.members[number].of];
        if sending.answer(answered(text), Answer::Refused).is_some() {
            self.figures.refused += 1;
            self.figures.refusal.get_or_insert_with(|| refusal(text));
        }
    }

    fn event(&mut self, number: usize, seq: u64, name: u64) {
        let member = &mut self.members[number];
        let Some(watching) = &mut member.watching else {
            return;
        };
        if seq < watching.next {
            match watching.missing.iter().position(|late| *late == seq) {
                Some(late) => {
                    watching.missing.swap_remove(late);
                    self.figures.out_of_order += 1;
                }
                None => {
                    self.figures.repeated += 1;
                    return;
                }
            }
        } else {
            watching.missing.extend(watching.next..seq);
            watching.next = seq + 1;
        }
        let sending = &mut self.sendings[member.of];
        sending.learn(name);
        // Others may write to the match, too.
        let Some(event) = sending.event(name) else {
            return;
        };
        watching.had += 1;
        self.figures.delivered += 1;
        record(&mut self.each, event.at);
        event.left = event.left.saturating_sub(1);
        if event.left == 0 {
            record(&mut self.last, event.at);
        }
    }

    fn resync(&mut self, number: usize, seq: u64) {
        if let Some(watching) = &mut self.members[number].watching
            && seq >= watching.next
        {
            let skipped = seq + 1 - watching.next;
            watching.had += skipped;
            watching.next = seq + 1;
            self.figures.skipped += skipped;
        }
    }

    /// A connection has ended that we did not end.
    pub fn ended(&mut self, client: usize, reason: &str) {
        let Some(number) = self.member_of.get(client).copied() else {
            return;
        };
        let of_old = |member: &Member| member.client != Some(client);
        if self.members.get(number).is_none_or(of_old) {
            return;
        }
        self.gone(number, reason);
    }

    /// A member has not been let in, or not been left in.
    pub fn gone(&mut self, number: usize, reason: &str) {
        let member = &mut self.members[number];
        match member.presence {
            Presence::Gone => return,
            Presence::There => self.figures.dropped += 1,
            Presence::Asking | Presence::Away => self.figures.turned_away += 1,
        }
        self.asking -= usize::from(member.presence == Presence::Asking);
        member.presence = Presence::Gone;
        let sending = &mut self.sendings[member.of];
        match &member.watching {
            None => sending.over = true,
            Some(watching) => sending.watchers -= usize::from(watching.next > 0),
        }
        let reason = if reason.is_empty() {
            "no reason given"
        } else {
            reason
        };
        self.reason.get_or_insert_with(|| reason.to_owned());
    }

    /// Who has asked and has no answer is taken for turned away.
    pub fn give_up_waiting(&mut self, reason: &str) {
        for number in 0..self.members.len() {
            if self.members[number].presence == Presence::Asking {
                self.gone(number, reason);
            }
        }
    }

    /// Puts the figures into the report.
    pub fn finish(self, report: &mut Report) {
        report.expected = self.expected();
        report.lost = report.expected.saturating_sub(self.had());
        let figures = self.figures;
        report.sent = figures.sent;
        report.delivered = figures.delivered;
        report.skipped = figures.skipped;
        report.repeated = figures.repeated;
        report.out_of_order = figures.out_of_order;
        report.acks = figures.acks;
        report.refused = figures.refused;
        report.refusal = figures.refusal;
        report.turned_away = figures.turned_away;
        report.dropped = figures.dropped;
        report.reason = self.reason;
        report.ack_latency = self.acks;
        report.latency = self.each;
        report.last_latency = self.last;
    }
}

#[cfg(test)]
mod tests;
