//! What every connection of a load test has had, and what it should have had.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::report::{Latencies, Report};

/// Latencies are counted in microseconds up to this; what takes longer counts as this.
const LONGEST: Duration = Duration::from_secs(600);

/// One match: which events were sent, and when.
struct Course {
    /// The seq before the first of ours.
    base: u64,
    /// When each was sent, and how many watchers have yet to see it.
    sent: Vec<(Instant, usize)>,
    acks: usize,
    watchers: usize,
}

enum Role {
    Referee,
    Watcher {
        /// The seq that comes next.
        next: u64,
        /// What was passed over: lost, unless it still comes.
        missing: Vec<u64>,
        client: usize,
    },
}

struct Member {
    of: usize,
    role: Role,
    welcomed: bool,
    gone: bool,
}

/// The members of the test, by the order in which they were added.
pub struct Tally {
    courses: Vec<Course>,
    members: Vec<Member>,
    /// Which member a connection is.
    member_of: Vec<usize>,
    waiting: usize,
    refused: Option<String>,
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
    pub fn new(matches: usize) -> Tally {
        let course = || Course {
            base: 0,
            sent: Vec::new(),
            acks: 0,
            watchers: 0,
        };
        Tally {
            courses: (0..matches).map(|_| course()).collect(),
            members: Vec::new(),
            member_of: Vec::new(),
            waiting: 0,
            refused: None,
            figures: Report::default(),
            acks: histogram(),
            each: histogram(),
            last: histogram(),
        }
    }

    pub fn add_referee(&mut self, of: usize) {
        self.add(of, Role::Referee);
    }

    pub fn add_watcher(&mut self, of: usize) {
        let client = self.member_of.len();
        self.courses[of].watchers += 1;
        self.add(
            of,
            Role::Watcher {
                next: 0,
                missing: Vec::new(),
                client,
            },
        );
    }

    fn add(&mut self, of: usize, role: Role) {
        self.member_of.push(self.members.len());
        self.members.push(Member {
            of,
            role,
            welcomed: false,
            gone: false,
        });
        self.waiting += 1;
    }

    /// A watcher under a new connection.
    pub fn comes_back(&mut self, member: usize, connection: usize) {
        if self.member_of.len() <= connection {
            self.member_of.resize(connection + 1, usize::MAX);
        }
        self.member_of[connection] = member;
        if let Some(member) = self.members.get_mut(member) {
            if let Role::Watcher { client, .. } = &mut member.role {
                *client = connection;
            }
            member.welcomed = false;
            member.gone = false;
            self.waiting += 1;
        }
    }

    /// The last event that a watcher has had.
    pub fn last_seen(&self, member: usize) -> u64 {
        match self.members.get(member).map(|member| &member.role) {
            Some(Role::Watcher { next, .. }) => next.saturating_sub(1),
            _ => 0,
        }
    }

    /// The connections of the watchers that are there.
    pub fn watchers_connected(&self) -> Vec<usize> {
        self.members
            .iter()
            .filter_map(|member| match member.role {
                Role::Watcher { client, .. } if !member.gone => Some(client),
                _ => None,
            })
            .collect()
    }

    /// How many have not been welcomed yet.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Why somebody was not let in, if somebody was not.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// The next event of a match, which counts as sent from now on.
    pub fn next_event(&mut self, number: usize, filling: usize) -> String {
        let course = &mut self.courses[number];
        course.sent.push((Instant::now(), course.watchers));
        self.figures.sent += 1;
        self.figures.expected += course.watchers as u64;
        match filling {
            0 => r#"{"type":"point","side":"A","value":1}"#.to_owned(),
            some => format!(r#"{{"type":"note","text":"{}"}}"#, "x".repeat(some)),
        }
    }

    /// Whether every event has been acknowledged and seen by all.
    pub fn is_complete(&self) -> bool {
        self.figures.acks + self.figures.refused == self.figures.sent
            && self.figures.delivered + self.figures.skipped >= self.figures.expected
    }

    /// Takes one message of the server.
    pub fn heard(&mut self, connection: usize, text: &[u8]) {
        let Some(number) = self.member_of.get(connection).copied() else {
            return;
        };
        let kind = kind(text);
        match kind {
            b"welcome" => self.welcome(number, text),
            b"ack" => self.ack(number),
            b"refused" => {
                self.figures.refused += 1;
                self.figures.refusal =
                    Some(String::from_utf8_lossy(text).chars().take(200).collect());
            }
            b"event" => self.event(number, seq_of(text)),
            b"resync" => self.resync(number, seq_of(text)),
            _ => {}
        }
    }

    fn welcome(&mut self, number: usize, text: &[u8]) {
        let Some(member) = self.members.get_mut(number) else {
            return;
        };
        if !member.welcomed {
            member.welcomed = true;
            self.waiting -= 1;
        }
        let seq = welcome_seq(text);
        match &mut member.role {
            Role::Referee => self.courses[member.of].base = seq,
            // Who comes back goes on where it was.
            Role::Watcher { next, .. } if *next == 0 => *next = seq + 1,
            Role::Watcher { .. } => {}
        }
    }

    fn ack(&mut self, number: usize) {
        let course = &mut self.courses[self.members[number].of];
        if let Some((sent, _)) = course.sent.get(course.acks) {
            record(&mut self.acks, *sent);
            course.acks += 1;
            self.figures.acks += 1;
        }
    }

    fn event(&mut self, number: usize, seq: u64) {
        let Some(member) = self.members.get_mut(number) else {
            return;
        };
        let Role::Watcher { next, missing, .. } = &mut member.role else {
            return;
        };
        if seq < *next {
            match missing.iter().position(|late| *late == seq) {
                Some(late) => {
                    missing.swap_remove(late);
                    self.figures.out_of_order += 1;
                }
                None => {
                    self.figures.repeated += 1;
                    return;
                }
            }
        } else {
            missing.extend(*next..seq);
            *next = seq + 1;
        }
        self.figures.delivered += 1;
        let course = &mut self.courses[member.of];
        let place = seq
            .checked_sub(course.base + 1)
            .and_then(|place| usize::try_from(place).ok());
        if let Some((sent, left)) = place.and_then(|place| course.sent.get_mut(place)) {
            record(&mut self.each, *sent);
            *left = left.saturating_sub(1);
            if *left == 0 {
                record(&mut self.last, *sent);
            }
        }
    }

    fn resync(&mut self, number: usize, seq: u64) {
        if let Some(Role::Watcher { next, .. }) =
            self.members.get_mut(number).map(|member| &mut member.role)
            && seq >= *next
        {
            self.figures.skipped += seq + 1 - *next;
            *next = seq + 1;
        }
    }

    /// A connection has ended that we did not end.
    pub fn ended(&mut self, connection: usize, reason: &str) {
        let member = self
            .member_of
            .get(connection)
            .and_then(|number| self.members.get_mut(*number));
        let Some(member) = member.filter(|member| !member.gone) else {
            return;
        };
        member.gone = true;
        if !member.welcomed {
            member.welcomed = true;
            self.waiting -= 1;
            self.figures.turned_away += 1;
            self.courses[member.of].watchers = self.courses[member.of].watchers.saturating_sub(1);
        } else {
            self.figures.dropped += 1;
        }
        self.refused.get_or_insert_with(|| reason.to_owned());
    }

    /// Puts the figures into the report.
    pub fn finish(self, report: &mut Report) {
        let figures = self.figures;
        report.sent = figures.sent;
        report.expected = figures.expected;
        report.delivered = figures.delivered;
        report.lost = figures
            .expected
            .saturating_sub(figures.delivered + figures.skipped);
        report.skipped = figures.skipped;
        report.repeated = figures.repeated;
        report.out_of_order = figures.out_of_order;
        report.acks = figures.acks;
        report.refused = figures.refused;
        report.refusal = figures.refusal;
        report.turned_away += figures.turned_away;
        report.dropped = figures.dropped;
        report.reason = self.refused;
        report.ack_latency = self.acks;
        report.latency = self.each;
        report.last_latency = self.last;
    }
}

/// The type of a frame, which every one begins with.
fn kind(text: &[u8]) -> &[u8] {
    let rest = text.strip_prefix(br#"{"type":""#).unwrap_or_default();
    rest.split(|byte| *byte == b'"').next().unwrap_or_default()
}

/// The `seq` of an event or a resync, which comes right after the type.
fn seq_of(text: &[u8]) -> u64 {
    number_after(text, br#","seq":"#)
}

/// The `seq` of a welcome stands behind the match, whose own is the same.
fn welcome_seq(text: &[u8]) -> u64 {
    number_after(text, br#""seq":"#)
}

fn number_after(text: &[u8], key: &[u8]) -> u64 {
    let at = text.windows(key.len()).position(|window| window == key);
    at.map_or(0, |at| {
        text[at + key.len()..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64) -> Vec<u8> {
        format!(r#"{{"type":"event","seq":{seq},"at":"now","event":{{}}}}"#).into_bytes()
    }

    fn two_watchers() -> Tally {
        let mut tally = Tally::new(1);
        tally.add_referee(0);
        tally.add_watcher(0);
        tally.add_watcher(0);
        for connection in 0..3 {
            tally.heard(
                connection,
                br#"{"type":"welcome","match":{},"seq":4,"state":{}}"#,
            );
        }
        for _ in 0..3 {
            tally.next_event(0, 0);
        }
        tally
    }

    fn figures(tally: Tally) -> Report {
        let mut report = Report::default();
        tally.finish(&mut report);
        report
    }

    #[test]
    fn each_event_once_and_in_order_is_delivered() {
        let mut tally = two_watchers();
        for seq in 5..=7 {
            tally.heard(0, br#"{"type":"ack","id":"x"}"#);
            tally.heard(1, &event(seq));
            tally.heard(2, &event(seq));
        }
        assert!(tally.is_complete());
        let report = figures(tally);
        assert_eq!((report.delivered, report.lost, report.acks), (6, 0, 3));
        assert_eq!(report.verdict(), None);
    }

    #[test]
    fn what_is_missing_comes_twice_or_too_late_is_counted() {
        let mut tally = two_watchers();
        for seq in [5, 7, 6, 6] {
            tally.heard(1, &event(seq));
        }
        for seq in [5, 7] {
            tally.heard(2, &event(seq));
        }
        let report = figures(tally);
        assert_eq!((report.delivered, report.lost), (5, 1));
        assert_eq!((report.repeated, report.out_of_order), (1, 1));
        assert!(report.verdict().is_some());
    }

    #[test]
    fn what_a_resync_passes_over_is_told_and_not_lost() {
        let mut tally = two_watchers();
        tally.heard(1, br#"{"type":"resync","seq":7,"state":{}}"#);
        for seq in 5..=7 {
            tally.heard(2, &event(seq));
        }
        let report = figures(tally);
        assert_eq!((report.delivered, report.skipped, report.lost), (3, 3, 0));
    }
}
