//! `courtside load`: what it counts, also of a server that refuses, is full, hangs or goes away.

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command_line::{courtside, text};
use crate::venue::{BINARY, Venue, eventually};

/// The figures, and how it ended.
fn load(url: &str, arguments: &[&str]) -> (Value, Output) {
    let output = courtside(&[&["load", "--json", "--url", url], arguments].concat());
    let figures = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no figures: {}", text(&output.stderr)));
    (figures, output)
}

fn url(venue: &Venue) -> String {
    format!("http://{}", venue.address)
}

fn number(figures: &Value, name: &str) -> u64 {
    figures[name].as_u64().unwrap()
}

#[test]
fn a_load_test_counts_every_delivery_also_of_watchers_who_leave_and_come_back() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let url = format!("http://{}", venue.address);
    let load = [
        "load",
        "--url",
        &url,
        "--json",
        "--reconnect",
        "--watchers",
        "60",
    ];
    let more = ["--matches", "3", "--rate", "50", "--seconds", "1"];
    let output = courtside(&[&load[..], &more[..]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let sent = figures["sent"].as_u64().unwrap();
    assert!(sent > 100, "{figures}");
    assert_eq!(figures["acks"], sent);
    assert_eq!(figures["delivered"], sent * 20);
    for nothing in ["lost", "repeated", "outOfOrder", "skipped", "turnedAway"] {
        assert_eq!(figures[nothing], 0, "{nothing}");
    }
    assert!(figures["lastWatcherMs"]["p99"].as_f64().unwrap() > 0.0);
    assert!(figures["serverBytesWithWatchers"].as_u64().unwrap() > 1_000_000);
}

#[test]
fn watchers_of_matches_where_nothing_happens_leave_and_come_back_too() {
    let venue = Venue::open();
    for rate in ["0", "1e-20"] {
        let arguments = [
            "--reconnect",
            "--watchers",
            "20",
            "--seconds",
            "1",
            "--rate",
            rate,
        ];
        let (figures, output) = load(&url(&venue), &arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(figures["cameBackInSeconds"].is_f64(), "{figures}");
    }
}

#[test]
fn a_load_test_that_the_server_does_not_take_fails_and_says_which_setting_to_change() {
    let venue = Venue::with(&["--open", "--max-connections", "20"]);
    let url = format!("http://{}", venue.address);
    let output = courtside(&["load", "--url", &url, "--watchers", "40", "--seconds", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("--max-connections"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn refused_events_are_told_with_their_reason_and_nothing_is_called_lost() {
    let venue = Venue::open();
    let arguments = ["--watchers", "20", "--rate", "150", "--seconds", "3"];
    let (figures, output) = load(&url(&venue), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let (acks, refused) = (number(&figures, "acks"), number(&figures, "refused"));
    assert!(refused > 0, "{figures}");
    assert_eq!(acks + refused, number(&figures, "sent"));
    assert_eq!(number(&figures, "delivered"), acks * 20, "{figures}");
    assert_eq!(figures["lost"], 0);
    let said = text(&output.stderr);
    assert!(
        said.contains("(rate_limited)") && !said.contains('{'),
        "{said}"
    );
}

#[test]
fn who_is_turned_away_is_counted_once_and_expected_to_get_nothing() {
    let venue = Venue::with(&["--open", "--max-connections", "20"]);
    let arguments = [
        "--watchers",
        "40",
        "--reconnect",
        "--rate",
        "20",
        "--seconds",
        "2",
    ];
    let (figures, output) = load(&url(&venue), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let turned_away = number(&figures, "turnedAway");
    // The places beside those for all are for referees.
    assert!((16..=40).contains(&turned_away), "{figures}");
    assert_eq!(figures["delivered"], figures["expected"], "{figures}");
    assert_eq!(figures["lost"], 0);
}

#[test]
fn referees_go_on_while_the_watchers_come_back() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let arguments = [
        "--watchers",
        "600",
        "--reconnect",
        "--rate",
        "100",
        "--seconds",
        "3",
    ];
    let (figures, output) = load(&url(&venue), &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        number(&figures, "delivered"),
        number(&figures, "acks") * 600
    );
    assert!(figures["cameBackInSeconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_full_socket_is_no_dead_one() {
    let venue = Venue::with(&["--open", "--referee-rate", "0"]);
    let arguments = [
        "--watchers",
        "0",
        // A match holds 500 of these, and gets 490 of them in this second.
        "--matches",
        "30",
        "--rate",
        "490",
        "--seconds",
        "1",
        "--filling",
        "16000",
    ];
    let (figures, output) = load(&url(&venue), &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(figures["acks"], figures["sent"]);
}

#[test]
fn a_server_that_stops_amid_a_load_test_leaves_figures_and_a_reason() {
    let venue = Venue::open();
    let loading = Command::new(BINARY)
        .args(["load", "--json", "--url", &url(&venue), "--watchers", "10"])
        .args(["--rate", "10", "--seconds", "6"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stored = || {
        let metrics = text(&venue.get("/metrics").body);
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("courtside_events_stored_total "));
        line.and_then(|count| count.parse().ok()).unwrap_or(0)
    };
    eventually("some events", || stored() > 5);
    venue.ask_to_stop();
    let output = loading.wait_with_output().unwrap();
    let figures: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no figures: {}", text(&output.stderr)));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(figures["dropped"], 11, "{figures}");
    assert!(number(&figures, "acks") > 5);
    let said = text(&output.stderr);
    assert!(said.contains("11 connections ended"), "{said}");
}

#[test]
fn a_server_that_hangs_is_given_up() {
    let hung = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", hung.local_addr().unwrap());
    let begun = Instant::now();
    let mut loading = Command::new(BINARY)
        .args(["load", "--url", &url])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    eventually("it gives up", || loading.try_wait().unwrap().is_some());
    assert!(begun.elapsed() < Duration::from_secs(25));
    let output = loading.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("no answer within 10 s"), "{said}");
}

#[test]
fn a_pin_is_taken_as_it_is_printed_with_its_space_or_without() {
    let venue = Venue::with(&[]);
    let printed = venue.pin.clone().unwrap();
    let (one, two) = printed.split_once(' ').unwrap();
    let joined = format!("{one}{two}");
    for pin in [&[one, two][..], &[&printed], &[&joined]] {
        let pin = [&["--pin"], pin, &["--watchers", "1", "--seconds", "0.1"]].concat();
        let (_, output) = load(&url(&venue), &pin);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}
