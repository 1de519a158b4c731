//! kill -9 amid draws, rounds, decisions and corrections: each deed is there whole or not at all.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Cup, groups_then_knockout, send};
use crate::chance::{self, Chance};
use crate::venue::{Venue, temporary};

/// Runs a tournament without looking at answers, until the server is gone.
fn hurry(port_of: &Venue, cup: &Cup, mut chance: Chance) {
    let post = |path: &str, body: &Value| -> Option<Value> {
        let text = body.to_string();
        let reply = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            port_of.request("POST", path, &[], text.as_bytes())
        }));
        let reply = reply.ok()?;
        serde_json::from_slice(&reply.body).ok()
    };
    let get = |path: &str| -> Option<Value> {
        let reply =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| port_of.get(path))).ok()?;
        serde_json::from_slice(&reply.body).ok()
    };
    loop {
        let mut run = || -> Option<()> {
            let proposed = post(&cup.path("draw"), &json!({ "mode": "lots" }))?;
            if let Some(token) = proposed.get("token") {
                post(&cup.path("draw"), &json!({ "accept": token }))?;
            }
            for _ in 0..40 {
                let matches = get(&format!("/api/matches?tournamentID={}", cup.id))?;
                let matches = matches.as_array()?.clone();
                let ready: Vec<&Value> = matches
                    .iter()
                    .filter(|found| {
                        !found["sides"]["A"]["teamID"].is_null()
                            && !found["sides"]["B"]["teamID"].is_null()
                    })
                    .collect();
                let found = ready.get(chance.below(ready.len().max(1) as u64) as usize)?;
                let path = format!("/api/matches/{}/events?correction=1", found["id"].as_str()?);
                let (a, b) = (chance.below(7), chance.below(7));
                let mut event = cup.correction(a, if a == b { b + 1 } else { b });
                let answer = post(&path, &event)?;
                if let Some(token) = answer.get("token") {
                    let choice = if chance.percent(50) { "keep" } else { "replay" };
                    let asked = answer["effects"].as_array()?.iter();
                    let asked = asked.filter(|effect| effect["choices"].is_array());
                    let choices: serde_json::Map<String, Value> = asked
                        .filter_map(|effect| {
                            Some((effect["key"].as_str()?.to_owned(), json!(choice)))
                        })
                        .collect();
                    event["accept"] = json!({ "token": token, "choices": choices });
                    post(&path, &event)?;
                }
                post(&path, &json!({ "type": "finish" }))?;
                if chance.percent(15) {
                    post(&cup.path("undo"), &json!({}))?;
                }
            }
            Some(())
        };
        if run().is_none() {
            return;
        }
    }
}

#[test]
fn after_kill_9_every_deed_is_whole_or_not_there() {
    let seed = chance::seed();
    let mut chance = Chance::branch(seed, 0);
    let cuts = if chance::long() { 50 } else { 6 };
    let mut venue = Venue::start(temporary(), &["--open"]);
    let format = groups_then_knockout(2);
    let (mut cup, mut deeds) = (Cup::new(&venue, "Cup", "FOOTBALL"), 0);
    for cut in 0..cuts {
        if cut % 5 == 0 {
            cup = Cup::new(&venue, "Cup", "FOOTBALL");
            let teams = (1..=8).map(|number| json!({ "name": format!("T{number}") }));
            cup.enter(&venue, &teams.collect::<Vec<_>>());
            send(&venue, "PUT", &cup.path("format"), &format);
        }
        let after = Duration::from_millis(20 + chance.below(1_200));
        let branch = Chance::branch(seed, cut + 1);
        thread::scope(|scope| {
            scope.spawn(|| hurry(&venue, &cup, branch));
            thread::sleep(after);
            venue.cut_off();
        });
        venue = venue.restart();
        // What the deeds lead to is what the rows say, and nothing of a deed is missing.
        cup.settled(&venue);
        let history = cup.history(&venue);
        let numbers: Vec<u64> = history
            .iter()
            .map(|deed| deed["seq"].as_u64().unwrap())
            .collect();
        let expected: Vec<u64> = (1..=numbers.len() as u64).rev().collect();
        assert_eq!(numbers, expected);
        deeds += numbers.len();
        let (fixtures, matches) = (cup.fixtures(&venue), cup.matches(&venue));
        if !fixtures.is_empty() {
            assert_eq!(matches.len(), fixtures.len(), "a match for each fixture");
        }
    }
    assert!(deeds > cuts, "too little happened: {deeds} deeds");
}
