//! A hall in which every request could change something, and the requests that the API's description makes.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::venue::{Fixture, Venue, point};

/// What the server writes by itself, or writes down of somebody who came with a right to read.
const BY_ITSELF: [(&str, &str); 3] = [
    ("settings", "last_probe"),
    ("sessions", "used_at"),
    ("referee_tokens", "used_at"),
];

/// A request.
#[derive(Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub body: String,
}

pub struct Hall {
    pub venue: Venue,
    pub organiser: String,
    pub fixture: Fixture,
    /// What each kind of thing in a path or a field is called here.
    ids: BTreeMap<&'static str, String>,
    /// Headers of requests that have no right, each with a word for it.
    pub strangers: Vec<(&'static str, String, String)>,
}

fn text(value: &Value, field: &str) -> String {
    let text = value[field].as_str();
    text.unwrap_or_else(|| panic!("{field} in {value}"))
        .to_owned()
}

/// A session's token and its cookie.
fn log_in(venue: &Venue) -> (String, String) {
    let pin = json!({ "pin": venue.pin.as_ref().expect("a PIN") });
    let reply = venue.post("/api/session", &pin);
    let cookie = reply.header("set-cookie").expect("a cookie");
    let cookie = cookie.split(';').next().expect("a value").to_owned();
    (text(&reply.json(), "token"), cookie)
}

/// What an organiser is told in a list: the IDs.
fn listed(venue: &Venue, organiser: &str, path: &str) -> BTreeSet<String> {
    let bearer = format!("Bearer {organiser}");
    let list = venue
        .request("GET", path, &[("Authorization", &bearer)], b"")
        .json();
    let ids = list.as_array().expect("a list").iter();
    ids.map(|one| text(one, "id")).collect()
}

/// A session's token and its ID.
fn new_session(venue: &Venue, organiser: &str) -> (String, String) {
    let before = listed(venue, organiser, "/api/sessions");
    let (token, _) = log_in(venue);
    let now = listed(venue, organiser, "/api/sessions");
    let id = now.difference(&before).next().expect("a new session");
    (token, id.clone())
}

/// The stages of a format.
fn stages() -> Value {
    json!([{ "key": "s", "kind": "swiss", "rounds": 1 }])
}

/// One of each kind of thing, by the word for it in the paths.
fn one_of_each(venue: &Venue, organiser: &str) -> BTreeMap<&'static str, String> {
    let make = |path: &str, body: Value| venue.post_as(organiser, path, &body).json();
    let cup = json!({ "name": "Cup", "sport": "football" });
    let tournament = text(&make("/api/tournaments", cup), "id");
    let team = json!({ "tournamentID": tournament, "name": "Lyon" });
    make("/api/teams", team);
    let draw = |body: Value| make(&format!("/api/tournaments/{tournament}/draw"), body);
    make(
        "/api/teams",
        json!({ "tournamentID": tournament, "name": "Metz" }),
    );
    let bearer = format!("Bearer {organiser}");
    let chosen = venue.request(
        "PUT",
        &format!("/api/tournaments/{tournament}/format"),
        &[("Authorization", &bearer)],
        json!({ "stages": stages() }).to_string().as_bytes(),
    );
    assert_eq!(chosen.status, 200);
    let proposed = draw(json!({ "mode": "ranks" }));
    assert!(draw(json!({ "accept": proposed["token"] }))["fixtures"].is_array());
    // One that is not drawn may withdraw, and be deleted.
    let team_of_none = json!({ "tournamentID": tournament, "name": "Nancy" });
    let team = text(&make("/api/teams", team_of_none), "id");
    let court = text(&make("/api/courts", json!({ "name": "Court 1" })), "id");
    let screen = text(
        &make("/api/screens", json!({ "id": "0".repeat(32) })),
        "code",
    );
    let (path, bearer) = (
        format!("/api/screens/{screen}"),
        format!("Bearer {organiser}"),
    );
    let headers = [("Authorization", bearer.as_str())];
    let adopted = venue.request("PATCH", &path, &headers, br#"{"shows":""}"#);
    assert_eq!(adopted.status, 200);
    // Of another court: the requests make new secrets for the first one.
    let second = text(&make("/api/courts", json!({ "name": "Court 2" })), "id");
    let handed = make(&format!("/api/courts/{second}/referee-token"), json!({}));
    let typed = json!({ "code": handed["refereeCode"] });
    assert_eq!(venue.post("/api/referee-code", &typed).status, 201);
    let tokens = listed(venue, organiser, "/api/referee-tokens");
    BTreeMap::from([
        ("tournaments", tournament),
        ("teams", team),
        ("courts", court),
        ("screens", screen),
        // A try to log in that was never begun.
        ("srp", "0".repeat(32)),
        (
            "referee-tokens",
            tokens.into_iter().next().expect("a phone"),
        ),
    ])
}

impl Hall {
    pub fn new() -> Hall {
        let venue = Venue::with(&[]);
        let (organiser, cookie) = log_in(&venue);
        let mut ids = one_of_each(&venue, &organiser);
        let (expired, expires) = new_session(&venue, &organiser);
        ids.insert("sessions", new_session(&venue, &organiser).1);
        let (ended, _) = log_in(&venue);
        let bearer = |token: &str| ("Authorization".to_owned(), format!("Bearer {token}"));
        let header = bearer(&ended).1;
        let gone = venue.request("DELETE", "/api/session", &[("Authorization", &header)], b"");
        assert_eq!(gone.status, 204);

        let other = venue.create_match_as(&organiser);
        let old = venue.create_match_as(&organiser);
        ids.insert("matches", old.id.clone());
        let path = format!("/api/matches/{}/referee-token", old.id);
        let handed = venue.post_as(&organiser, &path, &json!({})).json();
        let fixture = Fixture {
            id: old.id,
            token: text(&handed, "refereeToken"),
        };
        assert_eq!(venue.referee(&fixture).publish(&point("A"))["seq"], 1);
        let venue = venue.restart_after(|data| {
            let file = Connection::open(data.join("courtside.db")).expect("opened");
            let sql = "UPDATE sessions SET expires_at = 1 WHERE id = ?1";
            assert_eq!(file.execute(sql, [&expires]).expect("written"), 1);
        });
        let strangers = [
            ("nobody", bearer("")),
            ("a made-up token", bearer(&"0".repeat(32))),
            ("the referee of another match", bearer(&other.token)),
            ("a referee whose token was replaced", bearer(&old.token)),
            ("an expired session", bearer(&expired)),
            ("a session that has logged out", bearer(&ended)),
            ("a cookie alone", ("Cookie".to_owned(), cookie)),
            ("the referee", bearer(&fixture.token)),
        ];
        let strangers = strangers.map(|(who, (name, value))| (who, name, value));
        Hall {
            venue,
            organiser,
            fixture,
            ids,
            strangers: strangers.into(),
        }
    }

    /// What a field or a parameter of this name may hold, where it is known.
    fn known(&self, name: &str) -> Option<Value> {
        Some(match name {
            "tournamentID" => json!(self.ids["tournaments"]),
            "courtID" => json!(self.ids["courts"]),
            "matchID" | "IdMatch" => json!(self.fixture.id),
            "name" => json!("Changed"),
            "names" => json!(["Changed", "Changed too"]),
            "sport" => json!("tennis"),
            "stages" => stages(),
            "teamID" => json!(self.ids["teams"]),
            "key" => json!("S1-1"),
            "sides" => json!({ "A": { "name": "Changed" }, "B": { "name": "Too" } }),
            "id" => json!("1".repeat(32)),
            "shows" => json!("view=results"),
            "now" => json!(jiff::Timestamp::now().to_string()),
            "pin" => json!("0000 0000"),
            "code" => json!("0000-0000"),
            "device" => json!("d"),
            "everywhere" | "correction" => json!("1"),
            "after" => json!("0"),
            "page" => json!("0".repeat(32)),
            "matchIDs" => json!([self.fixture.id]),
            _ => return None,
        })
    }

    /// A value of a schema: what is known by its name, and what must be there.
    fn value(&self, description: &Value, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.value(
                description,
                &description
                    .pointer(&reference[1..])
                    .expect("a schema")
                    .clone(),
            );
        }
        if let Some(one) = ["oneOf", "anyOf"].iter().find_map(|of| schema[*of].get(0)) {
            return self.value(description, one);
        }
        if let Some(one) = schema["enum"].get(0) {
            return one.clone();
        }
        match schema["type"].as_str() {
            Some("object") => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let properties = schema["properties"]
                    .as_object()
                    .cloned()
                    .unwrap_or_default();
                let fields = properties.iter().filter_map(|(name, schema)| {
                    let must = || {
                        required
                            .contains(&json!(name))
                            .then(|| self.value(description, schema))
                    };
                    Some((name.clone(), self.known(name).or_else(must)?))
                });
                Value::Object(fields.collect())
            }
            Some("array") => json!([self.value(description, &schema["items"])]),
            Some("integer") => json!(1),
            Some("boolean") => json!(true),
            _ => json!("x"),
        }
    }

    /// A path with IDs that there are.
    pub fn path(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').collect();
        let part = |(at, part): (usize, &&str)| match part.starts_with('{') {
            true => {
                let kind = parts[at - 1];
                let id = self.ids.get(kind);
                id.unwrap_or_else(|| panic!("say which {kind} is meant by {path}"))
                    .clone()
            }
            false => (*part).to_owned(),
        };
        parts
            .iter()
            .enumerate()
            .map(part)
            .collect::<Vec<_>>()
            .join("/")
    }

    /// One request for each operation that is described, those that take away last.
    pub fn requests(&self) -> Vec<Asked> {
        let description = self.venue.get("/api/openapi.json").json();
        let mut requests = Vec::new();
        for (path, methods) in description["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let parameters = operation["parameters"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                let query = parameters
                    .iter()
                    .filter(|one| one["in"] == "query")
                    .filter_map(|one| {
                        let value = self.known(one["name"].as_str()?)?;
                        Some(format!("{}={}", one["name"].as_str()?, value.as_str()?))
                    });
                let query = query.collect::<Vec<_>>().join("&");
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let mut body = if path.ends_with("/events") || path.ends_with("/preview") {
                    point("A")
                } else if schema.is_null() {
                    Value::Null
                } else {
                    self.value(&description, schema)
                };
                // A match that has begun keeps its sport.
                if method == "patch"
                    && let Some(fields) = body.as_object_mut()
                {
                    fields.remove("sport");
                }
                requests.push(Asked {
                    method: method.to_uppercase(),
                    path: format!("{}?{query}", self.path(path)),
                    // Not the name that the thing made before has by now.
                    body: match (body.is_null(), method.as_str()) {
                        (true, _) => String::new(),
                        (false, "patch") => body.to_string().replace("Changed", "Renamed"),
                        _ => body.to_string(),
                    },
                });
            }
        }
        requests.extend(self.old_requests());
        let order = ["GET", "POST", "PUT", "PATCH", "DELETE"];
        // Things in a thing go before it, and the sessions at the very end.
        let depth = |path: &str| usize::MAX - path.split('/').count();
        requests.sort_by_key(|asked| {
            let place = order.iter().position(|method| *method == asked.method);
            let last = asked.path.contains("/session");
            (last, place, depth(&asked.path), asked.path.clone())
        });
        requests
    }

    fn old_requests(&self) -> Vec<Asked> {
        let tournament = &self.ids["tournaments"];
        let made = json!({ "tournamentName": "Changed", "sport": "tennis" }).to_string();
        let played = json!({ "equipeA": "Changed", "equipeB": "Too", "tournamentID": tournament })
            .to_string();
        let asked = |method: &str, path: &str, body: &str| Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.to_owned(),
        };
        vec![
            asked("POST", "/create-tournament", &made),
            asked(
                "GET",
                "/create-tournament?tournamentName=Changed&sport=tennis",
                "",
            ),
            asked("POST", "/create-match", &played),
            asked(
                "GET",
                &format!("/create-match?equipeA=Changed&equipeB=Too&tournamentID={tournament}"),
                "",
            ),
            asked("GET", "/live-match", ""),
            asked("GET", "/live-tournament", ""),
            asked(
                "GET",
                &format!("/get-summary?matchID={}", self.fixture.id),
                "",
            ),
            asked("POST", "/qr.svg", r#"{"path":"/"}"#),
            asked("GET", "/qr.svg?path=/", ""),
            asked("GET", "/healthz", ""),
            asked("GET", "/metrics", ""),
            asked("GET", "/", ""),
            asked("GET", "/match", ""),
            asked("GET", "/score", ""),
            asked("GET", "/tv", ""),
            asked("GET", "/tournament", ""),
            asked("GET", "/clubs", ""),
            asked("GET", "/team", ""),
            asked("GET", "/desk", ""),
            asked("GET", "/courts", ""),
            asked("GET", "/screens", ""),
            asked("GET", "/teams", ""),
            asked("GET", "/help", ""),
        ]
    }

    /// Every row of every table, but what the server writes by itself.
    pub fn rows(&self) -> BTreeSet<String> {
        let file = self.venue.data().join("courtside.db");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(file, flags).expect("opened");
        let tables =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let mut statement = connection.prepare(tables).expect("prepared");
        let tables: Vec<String> = statement
            .query_map([], |row| row.get(0))
            .expect("asked")
            .map(|name| name.expect("a name"))
            .collect();
        assert!(tables.len() >= 10, "{tables:?}");
        let mut all = BTreeSet::new();
        for table in &tables {
            let mut statement = connection
                .prepare(&format!("SELECT * FROM {table}"))
                .expect("prepared");
            let columns: Vec<String> = statement
                .column_names()
                .into_iter()
                .map(str::to_owned)
                .collect();
            let mut rows = statement.query([]).expect("asked");
            while let Some(row) = rows.next().expect("a row") {
                let of = |by: &str| BY_ITSELF.contains(&(table.as_str(), by));
                let values = columns.iter().enumerate().filter(|(_, column)| !of(column));
                let values: Vec<String> = values
                    .map(|(at, column)| format!("{column}={:?}", row.get_ref(at).expect("a value")))
                    .collect();
                let key: rusqlite::Result<String> = row.get(0);
                if !key.is_ok_and(|key| of(&key)) {
                    all.insert(format!("{table}: {}", values.join(" ")));
                }
            }
        }
        all
    }

    pub fn send(&self, asked: &Asked, header: (&str, &str)) -> u16 {
        let Asked { method, path, body } = asked;
        self.venue
            .request(method, path, &[header], body.as_bytes())
            .status
    }

    /// Sends a point over a websocket, if that opens.
    pub fn say(&self, path: &str, token: &str) {
        let joint = if path.contains('?') { '&' } else { '?' };
        if let Ok(mut socket) = self
            .venue
            .try_socket(&format!("{path}{joint}token={token}"))
        {
            socket.next_of(&["welcome"]);
            socket.send(&point("B"));
            // Closed or answered: it was heard.
            let _ = socket.0.close(None);
            while socket.next().is_ok() {}
        }
    }
}
