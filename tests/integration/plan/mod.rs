//! The day of the hall over the real server: a plan of courts and times, and the calls of its matches.

mod calls;
mod day;
mod referees;
mod today;

use serde_json::{Value, json};

use crate::running::{good, send};
use crate::venue::Venue;

/// A day far from today: nothing of it has passed.
pub const DAY: &str = "2040-05-12";

pub fn make_courts(venue: &Venue, count: usize) -> Vec<String> {
    let make = |number: usize| {
        let body = json!({ "name": format!("Court {number}") });
        let made = good(&venue.post("/api/courts", &body));
        made["id"].as_str().unwrap().to_owned()
    };
    (1..=count).map(make).collect()
}

pub fn plan(venue: &Venue) -> Value {
    good(&venue.get(&format!("/api/plan?day={DAY}")))
}

pub fn settle(venue: &Venue, settings: &Value) {
    good(&send(venue, "PATCH", "/api/plan/settings", settings));
}

/// Proposes a plan, and accepts it. Returns the proposal.
pub fn plan_all(venue: &Venue) -> Value {
    let proposed = good(&venue.post("/api/plan/auto", &json!({ "day": DAY })));
    let accept = json!({ "accept": proposed["token"] });
    good(&venue.post("/api/plan/auto", &accept));
    proposed
}
