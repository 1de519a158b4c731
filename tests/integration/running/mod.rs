//! Tournaments run over the real server: from a list of teams to a final ranking, with everything that goes wrong on the way.

mod cases;
mod corrections;
mod day;
mod editing;
mod entries;
mod first_day;
mod lost_power;
mod settings;
mod telling;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::venue::{Reply, Venue, eventually};

/// A tournament that a test runs.
#[derive(Clone)]
pub struct Cup {
    pub id: String,
}

pub fn send(venue: &Venue, method: &str, path: &str, body: &Value) -> Reply {
    venue.request(method, path, &[], body.to_string().as_bytes())
}

/// The body of an answer that must be a success.
pub fn good(reply: &Reply) -> Value {
    let text = String::from_utf8_lossy(&reply.body);
    assert!(
        (200..300).contains(&reply.status),
        "{} {text}",
        reply.status
    );
    if reply.body.is_empty() {
        return Value::Null;
    }
    reply.json()
}

/// The status and the code of a refusal.
pub fn refused(reply: &Reply) -> (u16, String) {
    let code = reply.json()["error"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (reply.status, code)
}

/// A score after which a match of this sport is over.
fn result(sport: &str, a: u64, b: u64) -> Value {
    match sport {
        "BADMINTON" => {
            let won = |more: bool, less: u64| if more { 21 } else { less.min(19) };
            let set = json!({ "A": won(a > b, a), "B": won(b > a, b) });
            json!([{ "type": "result", "detail": { "periods": [set.clone(), set] } }])
        }
        _ => json!([
            { "type": "result", "detail": { "periods": [{ "A": a, "B": b }, { "A": 0, "B": 0 }] } },
            { "type": "finish" },
        ]),
    }
}

impl Cup {
    pub fn new(venue: &Venue, name: &str, sport: &str) -> Cup {
        let body = json!({ "name": name, "sport": sport });
        let made = good(&venue.post("/api/tournaments", &body));
        Cup {
            id: made["id"].as_str().unwrap().to_owned(),
        }
    }

    /// A tournament with teams T1, T2…, seeded in this order.
    pub fn of(venue: &Venue, sport: &str, count: usize, format: &Value) -> Cup {
        let cup = Cup::new(venue, "Cup", sport);
        let teams = (1..=count).map(|number| {
            json!({ "name": format!("T{number}"), "seed": number, "club": format!("C{}", number % 4) })
        });
        cup.enter(venue, &teams.collect::<Vec<_>>());
        cup.draw(venue, format, &json!({ "mode": "ranks" }));
        cup
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/tournaments/{}/{rest}", self.id)
    }

    pub fn enter(&self, venue: &Venue, teams: &[Value]) -> Vec<Value> {
        let body = json!({ "tournamentID": self.id, "teams": teams });
        let entered = good(&venue.post("/api/teams", &body));
        entered.as_array().unwrap().clone()
    }

    /// The IDs of the teams, by their names.
    pub fn teams(&self, venue: &Venue) -> BTreeMap<String, String> {
        let teams = venue
            .get(&format!("/api/teams?tournamentID={}", self.id))
            .json();
        let teams = teams.as_array().unwrap().iter();
        teams
            .map(|team| {
                let text = |field: &str| team[field].as_str().unwrap().to_owned();
                (text("name"), text("id"))
            })
            .collect()
    }

    /// Chooses a format, and accepts a draw of it.
    pub fn draw(&self, venue: &Venue, format: &Value, wish: &Value) -> Value {
        good(&send(venue, "PUT", &self.path("format"), format));
        let proposed = good(&venue.post(&self.path("draw"), wish));
        let accept = json!({ "accept": proposed["token"] });
        good(&venue.post(&self.path("draw"), &accept));
        proposed
    }

    pub fn fixtures(&self, venue: &Venue) -> Vec<Value> {
        let body = good(&venue.get(&self.path("fixtures")));
        body["fixtures"].as_array().unwrap().clone()
    }

    pub fn fixture(&self, venue: &Venue, key: &str) -> Value {
        let mut all = self.fixtures(venue).into_iter();
        all.find(|fixture| fixture["key"] == key)
            .unwrap_or_else(|| panic!("there is no fixture {key}"))
    }

    /// The names on both sides of a fixture.
    pub fn sides(&self, venue: &Venue, key: &str) -> String {
        let fixture = self.fixture(venue, key);
        let name = |side: &str| fixture[side]["name"].as_str().unwrap().to_owned();
        format!("{} - {}", name("a"), name("b"))
    }

    pub fn matches(&self, venue: &Venue) -> Vec<Value> {
        let path = format!("/api/matches?tournamentID={}", self.id);
        venue.get(&path).json().as_array().unwrap().clone()
    }

    /// The match of a fixture, once its row says what the fixture says.
    pub fn match_of(&self, venue: &Venue, key: &str) -> Value {
        let mut found = Value::Null;
        eventually(key, || {
            let fixture = self.fixture(venue, key);
            let matches = self.matches(venue);
            let of_key = matches.into_iter().find(|of| of["key"] == key);
            let Some(of_key) = of_key else {
                return false;
            };
            found = of_key;
            let same = |side: &str, in_match: &str| {
                fixture[side]["teamID"] == found["sides"][in_match]["teamID"]
            };
            same("a", "A") && same("b", "B")
        });
        found
    }

    pub fn events_path(&self, venue: &Venue, key: &str) -> String {
        let id = self.match_of(venue, key)["id"].as_str().unwrap().to_owned();
        format!("/api/matches/{id}/events?correction=1")
    }

    /// Enters the result of a match, and ends it.
    pub fn play(&self, venue: &Venue, key: &str, a: u64, b: u64) {
        let found = self.match_of(venue, key);
        let path = self.events_path(venue, key);
        let events = result(found["sport"].as_str().unwrap(), a, b);
        for answer in good(&venue.post(&path, &events)).as_array().unwrap() {
            assert_eq!(answer["type"], "ack", "{key}: {answer}");
        }
        assert_eq!(self.fixture(venue, key)["status"], "finished", "{key}");
    }

    /// Plays all that can be played, by the score that `score` gives for a fixture.
    pub fn play_all(&self, venue: &Venue, mut score: impl FnMut(&Value) -> (u64, u64)) {
        loop {
            let fixtures = self.fixtures(venue).into_iter();
            let ready: Vec<Value> = fixtures
                .filter(|fixture| fixture["stand"] == "ready" && fixture["status"] != "finished")
                .collect();
            if ready.is_empty() {
                return;
            }
            for fixture in ready {
                let (a, b) = score(&fixture);
                self.play(venue, fixture["key"].as_str().unwrap(), a, b);
            }
        }
    }

    /// A result as an organiser corrects it.
    pub fn correction(&self, a: u64, b: u64) -> Value {
        json!({ "type": "result", "detail": { "periods": [{ "A": a, "B": b }, { "A": 0, "B": 0 }] } })
    }

    pub fn preview(&self, venue: &Venue, key: &str, event: &Value) -> Value {
        let id = self.match_of(venue, key)["id"].as_str().unwrap().to_owned();
        good(&venue.post(&format!("/api/matches/{id}/preview"), event))
    }

    pub fn standings(&self, venue: &Venue) -> Value {
        good(&venue.get(&self.path("standings")))
    }

    /// The final ranking as ranks and names.
    pub fn ranking(&self, venue: &Venue) -> Vec<(u64, String)> {
        let standings = self.standings(venue);
        let ranking = standings["ranking"].as_array().unwrap().iter();
        ranking
            .map(|row| {
                let name = row["name"].as_str().unwrap().to_owned();
                (row["rank"].as_u64().unwrap(), name)
            })
            .collect()
    }

    pub fn history(&self, venue: &Venue) -> Vec<Value> {
        let body = good(&venue.get(&self.path("history")));
        body["deeds"].as_array().unwrap().clone()
    }

    pub fn decide(&self, venue: &Venue, decision: &Value) -> Reply {
        venue.post(&self.path("decisions"), decision)
    }

    pub fn undo(&self, venue: &Venue) -> Reply {
        venue.post(&self.path("undo"), &json!({}))
    }

    /// Waits until the rows of all matches say what the fixtures say.
    pub fn settled(&self, venue: &Venue) {
        eventually("the rows say what the results lead to", || {
            let fixtures = self.fixtures(venue);
            let matches = self.matches(venue);
            matches.iter().all(|found| {
                let fixture = fixtures
                    .iter()
                    .find(|fixture| fixture["key"] == found["key"]);
                fixture.is_some_and(|fixture| {
                    fixture["a"]["teamID"] == found["sides"]["A"]["teamID"]
                        && fixture["b"]["teamID"] == found["sides"]["B"]["teamID"]
                        && fixture["contested"] == found["contested"]
                })
            })
        });
    }
}

pub fn knockout() -> Value {
    json!({ "stages": [{ "key": "ko", "kind": "knockout" }] })
}

pub fn groups_then_knockout(groups: u64) -> Value {
    json!({ "stages": [
        { "key": "g", "kind": "groups", "groups": groups },
        { "key": "ko", "kind": "knockout", "from": { "stage": "g", "ranks": 2 }, "third_place": true },
    ] })
}
