//! Members who are told this and that, and what is counted then.

use super::*;
use crate::clock;

const WELCOME: &[u8] = br#"{"type":"welcome","match":{},"seq":4,"state":{}}"#;

/// The event of this name, as the one after the four that were there.
fn event(name: u64) -> Vec<u8> {
    event_at(name + 4, name)
}

fn event_at(seq: u64, name: u64) -> Vec<u8> {
    format!(r#"{{"type":"event","seq":{seq},"at":"now","event":{{"id":"{name}"}}}}"#).into_bytes()
}

fn ack(name: u64) -> Vec<u8> {
    format!(r#"{{"type":"ack","id":"{name}","seq":1}}"#).into_bytes()
}

fn refused(name: u64) -> Vec<u8> {
    format!(r#"{{"type":"refused","id":"{name}","code":"c","message":"m"}}"#).into_bytes()
}

/// A referee, connection 0, who has sent three events, and two watchers.
fn two_watchers() -> Tally {
    let mut tally = Tally::new(1, 2);
    for number in 0..3 {
        tally.asks(number, number);
        tally.heard(number, WELCOME);
    }
    for _ in 0..3 {
        tally.sent(0, clock::monotonic());
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
    for name in 1..=3 {
        tally.heard(0, &ack(name));
        tally.heard(1, &event(name));
        tally.heard(2, &event(name));
    }
    assert!(tally.is_complete());
    let report = figures(tally);
    assert_eq!((report.delivered, report.lost, report.acks), (6, 0, 3));
    assert_eq!(report.verdict(), None);
}

#[test]
fn what_is_missing_comes_twice_or_too_late_is_counted() {
    let mut tally = two_watchers();
    for name in [1, 3, 2, 2] {
        tally.heard(1, &event(name));
    }
    for name in [1, 3] {
        tally.heard(2, &event(name));
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
    for name in 1..=3 {
        tally.heard(2, &event(name));
    }
    let report = figures(tally);
    assert_eq!((report.delivered, report.skipped, report.lost), (3, 3, 0));
}

#[test]
fn a_refused_event_is_neither_lost_nor_does_it_shift_the_others() {
    let mut tally = two_watchers();
    tally.heard(0, &ack(1));
    tally.heard(0, &refused(2));
    tally.heard(0, &ack(3));
    for client in [1, 2] {
        tally.heard(client, &event_at(5, 1));
        tally.heard(client, &event_at(6, 3));
    }
    assert!(tally.is_complete());
    let report = figures(tally);
    assert_eq!((report.acks, report.refused), (2, 1));
    assert_eq!((report.delivered, report.expected, report.lost), (4, 4, 0));
    assert_eq!(report.verdict().unwrap(), "1 events were refused: m (c)");
    let seen_by_all = report.last_latency.unwrap().len();
    assert_eq!(seen_by_all, 2);
}

#[test]
fn who_is_turned_away_keeps_its_number_and_counts_once() {
    let mut tally = Tally::new(1, 3);
    for number in [0, 1, 3] {
        tally.asks(number, number);
        tally.heard(number, WELCOME);
    }
    tally.asks(2, 2);
    tally.ended(2, "full");
    tally.sent(0, clock::monotonic());
    tally.heard(0, &ack(1));
    tally.heard(1, &event(1));
    assert_eq!(tally.leave(), [(1, 1), (3, 3)], "only who was there");
    assert_eq!(tally.place_of(1), (0, Some(5)));
    tally.asks(1, 4);
    tally.ended(4, "full");
    tally.asks(3, 5);
    tally.heard(5, WELCOME);
    tally.heard(5, &event(1));
    assert!(tally.is_complete());
    let report = figures(tally);
    assert_eq!((report.turned_away, report.dropped), (2, 0));
    assert_eq!((report.delivered, report.expected), (2, 2));
}

#[test]
fn events_of_a_referee_that_is_gone_are_not_waited_for() {
    let mut tally = two_watchers();
    tally.ended(0, "restart");
    assert!(!tally.has_referee(0) && tally.is_complete());
    let report = figures(tally);
    assert_eq!((report.dropped, report.lost), (1, 0));
    let verdict = report.verdict().unwrap();
    assert!(verdict.contains("restart"), "{verdict}");
    assert!(
        verdict.contains("3 events were not acknowledged"),
        "{verdict}"
    );
}
