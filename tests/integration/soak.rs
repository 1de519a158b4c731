//! Hours of a tournament day: people come and go, referees' phones restart, and the box stays as small as it was.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::chance::long;
use crate::venue::{Fixture, Venue, eventually, point_named};

const MATCHES: usize = 10;
const CHURNERS: usize = 20;
/// What the frames of the matches may take, at 2 MiB each, and what an allocator keeps for itself.
const ALLOWED_KIB: u64 = MATCHES as u64 * 2_100 + 8 * 1024;

#[test]
fn while_people_come_and_go_memory_and_open_files_stay_flat_and_nothing_is_lost() {
    let given = std::env::var("COURTSIDE_SOAK_SECONDS").ok();
    let usual = if long() { 3600 } else { 8 };
    let lasts = Duration::from_secs(
        given
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or(usual),
    );
    let venue = Venue::open();
    let fixtures: Vec<Fixture> = (0..MATCHES).map(|_| venue.create_match()).collect();
    let files_before = venue.open_files();
    let begun = Instant::now();
    let over = AtomicBool::new(false);
    let (mut early, mut sent) = (None, Vec::new());
    std::thread::scope(|scope| {
        let (venue, over) = (&venue, &over);
        let referees: Vec<_> = fixtures
            .iter()
            .map(|fixture| scope.spawn(move || referee_whose_phone_restarts(venue, fixture, over)))
            .collect();
        for number in 0..CHURNERS {
            let fixture = &fixtures[number % MATCHES];
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let mut watcher = venue.watcher(fixture);
                    for _ in 0..30 {
                        watcher.next_of(&["welcome", "event"]);
                    }
                }
            });
        }
        while begun.elapsed() < lasts {
            // Not an event that is waited for: this is how long a day is.
            std::thread::sleep(lasts / 100);
            if early.is_none() && begun.elapsed() > lasts / 4 {
                early = Some(venue.resident_kib());
            }
        }
        over.store(true, Ordering::Relaxed);
        sent = referees
            .into_iter()
            .map(|referee| referee.join().unwrap())
            .collect();
    });
    let (early, late) = (early.unwrap(), venue.resident_kib());
    eprintln!("after {lasts:?}: {early} KiB after a quarter of it, {late} KiB at the end");
    assert!(late < early + ALLOWED_KIB, "{early} KiB became {late} KiB");
    eventually("every connection's file is closed", || {
        venue.open_files() <= files_before + 8
    });
    for (fixture, sent) in fixtures.iter().zip(sent) {
        let ids: Vec<String> = venue
            .history(fixture)
            .iter()
            .map(|recorded| recorded["event"]["id"].as_str().unwrap().to_owned())
            .collect();
        assert!(
            ids == sent,
            "each event once, in order: {} of {}",
            ids.len(),
            sent.len()
        );
    }
}

/// The ids of what was acknowledged, in order.
fn referee_whose_phone_restarts(
    venue: &Venue,
    fixture: &Fixture,
    over: &AtomicBool,
) -> Vec<String> {
    let mut acked = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let mut referee = venue.referee(fixture);
        referee.next_of(&["active"]);
        for _ in 0..25 {
            let id = format!("{}-{}", fixture.id, acked.len());
            let answer = referee.publish(&point_named(&id));
            assert_eq!(answer["type"], "ack", "{answer}");
            acked.push(id);
            // About what a lively match gives; the rate is a part of what is tried.
            std::thread::sleep(Duration::from_millis(25));
        }
    }
    acked
}
