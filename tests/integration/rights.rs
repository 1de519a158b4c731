//! Copies and rights: what a copy holds, and that no restore brings a withdrawn right back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::backup::{path, said};
use crate::command_line::courtside;
use crate::signing::{Channel, root_of_token, signing_session};
use crate::venue::{Fixture, Folder, Venue, eventually, point, temporary};

/// Something that somebody holds.
#[derive(Debug, Clone)]
enum Credential {
    Session(String),
    /// Name and value.
    Cookie(String),
    Token {
        token: String,
        at: String,
    },
    Code(String),
    Pin(String),
    /// A session that signs its requests.
    Signing(String, [u8; 32]),
    /// A pad whose token is never sent.
    Pad(Fixture),
}

impl Credential {
    fn is_accepted(&self, venue: &Venue) -> bool {
        let status = match self {
            Credential::Session(token) => venue.get_as(token, "/api/desk").status,
            Credential::Cookie(pair) => {
                let (_, value) = pair.split_once('=').unwrap();
                // Each start of a test has another port.
                let id = venue.get("/api/venue").json()["id"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let mark = &id[id.len() - 8..];
                let pair = format!("courtside_{}_{mark}={value}", venue.address.port());
                let headers = [("Cookie", pair.as_str())];
                venue.request("GET", "/api/desk", &headers, b"").status
            }
            Credential::Token { token, at } => {
                let path = format!("/api/matches/{at}/device");
                venue
                    .post_as(token, &path, &json!({ "device": "d" }))
                    .status
            }
            Credential::Code(code) => {
                venue
                    .post("/api/referee-code", &json!({ "code": code }))
                    .status
            }
            Credential::Pin(pin) => venue.post("/api/session", &json!({ "pin": pin })).status,
            Credential::Signing(session, root) => {
                let channel = Channel::open(venue, root);
                channel.get(venue, 1, "/api/desk", session).status
            }
            Credential::Pad(fixture) => {
                let channel = Channel::open(venue, &root_of_token(&fixture.token));
                let refused = venue.try_socket(&channel.pad(fixture)).err();
                refused.unwrap_or(200)
            }
        };
        assert!(status < 500 && status != 429, "{self:?}: {status}");
        status < 300
    }
}

/// A venue with every kind of credential.
struct Hall {
    venue: Venue,
    organiser: String,
    court: String,
    /// On the court.
    played: String,
    /// With secrets of its own.
    other: String,
    /// Will be confirmed.
    over: String,
    over_token: String,
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

impl Hall {
    fn new(arguments: &[&str]) -> (Hall, Vec<Credential>) {
        let venue = Venue::with(arguments);
        let (organiser, cookie) = venue.log_in_with_cookie();
        let make = |path: &str, body: Value| venue.post_as(&organiser, path, &body).json();
        let court = text(&make("/api/courts", json!({ "name": "Court 1" })), "id");
        let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
        let new_match = |court: Value| {
            let body = json!({ "sport": "football", "sides": sides, "courtID": court });
            make("/api/matches", body)
        };
        let played = text(&new_match(json!(court)), "id");
        let (other, over) = (new_match(Value::Null), new_match(Value::Null));
        let at_court = make(&format!("/api/courts/{court}/referee-token"), json!({}));
        let typed = make(
            "/api/referee-code",
            json!({ "code": at_court["refereeCode"] }),
        );
        let token = |of: &Value, at: &str| Credential::Token {
            token: text(of, "refereeToken"),
            at: at.to_owned(),
        };
        let pad = |of: &Value, at: &str| {
            let (id, token) = (at.to_owned(), text(of, "refereeToken"));
            Credential::Pad(Fixture { id, token })
        };
        let (signing, root) = signing_session(&venue);
        let credentials = vec![
            Credential::Session(organiser.clone()),
            Credential::Session(venue.log_in()),
            Credential::Cookie(cookie),
            token(&at_court, &played),
            token(&typed, &played),
            Credential::Code(text(&at_court, "refereeCode")),
            token(&other, &text(&other, "id")),
            Credential::Code(text(&other, "refereeCode")),
            token(&over, &text(&over, "id")),
            Credential::Pin(venue.pin.clone().unwrap()),
            Credential::Signing(signing, root),
            pad(&at_court, &played),
            pad(&other, &text(&other, "id")),
            pad(&over, &text(&over, "id")),
        ];
        let hall = Hall {
            organiser,
            court,
            played,
            other: text(&other, "id"),
            over_token: text(&over, "refereeToken"),
            over: text(&over, "id"),
            venue,
        };
        (hall, credentials)
    }

    /// Withdraws all there is, in every way, and hands out anew. The credentials that are good then.
    fn bad_day(&self) -> Vec<Credential> {
        let send = |method: &str, path: &str, token: &str, body: Value| {
            let bearer = format!("Bearer {token}");
            let headers = [("Authorization", bearer.as_str())];
            let body = body.to_string();
            let reply = self.venue.request(method, path, &headers, body.as_bytes());
            assert!(reply.status < 300, "{method} {path}: {}", reply.status);
            reply
        };
        let path = format!("/api/courts/{}/referee-token", self.court);
        let anew = send("POST", &path, &self.organiser, json!({})).json();
        let path = format!("/api/matches/{}/referee-token", self.other);
        send("DELETE", &path, &self.organiser, json!({}));
        let end = json!([point("A"), { "type": "finish" }, { "type": "confirm" }]);
        let path = format!("/api/matches/{}/events", self.over);
        send("POST", &path, &self.over_token, end);
        let everywhere = "/api/session?everywhere=1";
        send("DELETE", everywhere, &self.organiser, json!({}));
        let data = path_of(&self.venue);
        let output = courtside(&["pin", "--new", "--data", &data]);
        let printed = said(&output);
        let pin = printed
            .lines()
            .find_map(|line| line.strip_prefix("Organiser PIN: "))
            .unwrap();
        let logged_in = self.venue.post("/api/session", &json!({ "pin": pin }));
        vec![
            Credential::Token {
                token: text(&anew, "refereeToken"),
                at: self.played.clone(),
            },
            Credential::Pad(Fixture {
                id: self.played.clone(),
                token: text(&anew, "refereeToken"),
            }),
            Credential::Code(text(&anew, "refereeCode")),
            Credential::Pin(pin.to_owned()),
            Credential::Session(text(&logged_in.json(), "token")),
        ]
    }
}

fn path_of(venue: &Venue) -> String {
    venue.data().to_str().unwrap().to_owned()
}

/// Which of these are accepted.
fn accepted(venue: &Venue, credentials: &[Credential]) -> Vec<bool> {
    let accepted = credentials.iter();
    accepted.map(|held| held.is_accepted(venue)).collect()
}

fn whole_backup(data: &str, to: &Path) {
    let output = courtside(&["backup", path(to), "--with-secrets", "--data", data]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("keep it to yourself"));
}

#[test]
fn right_after_a_restore_nothing_is_accepted_that_was_refused_before() {
    let (hall, old) = Hall::new(&[]);
    assert_eq!(accepted(&hall.venue, &old), vec![true; old.len()]);
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.db");
    whole_backup(&path_of(&hall.venue), &file);
    let new = hall.bad_day();
    // Started anew, so that no try of before counts.
    let mut venue = hall.venue.restart();
    assert_eq!(accepted(&venue, &old), vec![false; old.len()]);
    assert_eq!(accepted(&venue, &new), vec![true; new.len()]);
    venue.ask_to_stop();
    venue.wait();
    let data = path_of(&venue);
    let output = courtside(&["restore", path(&file), "--force", "--data", &data]);
    assert!(output.status.success(), "{}", said(&output));
    let told = said(&output);
    assert!(
        told.contains("referee links withdrawn, the PIN stays"),
        "{told}"
    );
    assert!(told.contains("sessions ended") || told.contains("session ended"));
    let venue = venue.restart();
    assert_eq!(venue.pin, None, "no new PIN is needed");
    assert_eq!(accepted(&venue, &old), vec![false; old.len()]);
    // What is on the walls now goes on, and the PIN of now; who was logged in must log in again.
    assert_eq!(accepted(&venue, &new), [true, true, true, true, false]);
}

#[test]
fn a_restore_where_no_database_is_or_none_that_can_be_read_takes_no_right_from_the_backup() {
    let (hall, old) = Hall::new(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.db");
    whole_backup(&path_of(&hall.venue), &file);
    let damaged = temporary();
    fs::write(
        damaged.path().join("courtside.db"),
        "nothing that could be read".repeat(1000),
    )
    .unwrap();
    for folder in [temporary(), damaged] {
        let data = path(folder.path()).to_owned();
        let output = courtside(&["restore", path(&file), "--force", "--data", &data]);
        assert!(output.status.success(), "{}", said(&output));
        let told = said(&output);
        assert!(
            told.contains("the next start makes and prints a new one"),
            "{told}"
        );
        let venue = Venue::start(folder, &[]);
        let pin = venue.pin.clone().expect("a new PIN");
        assert_eq!(accepted(&venue, &old), vec![false; old.len()]);
        assert!(Credential::Pin(pin).is_accepted(&venue));
    }
}

/// What gives a right, or lets one be guessed, as it lies in the database of a folder.
fn secrets_in(folder: &Folder) -> Vec<String> {
    let database = Connection::open(folder.path().join("courtside.db")).unwrap();
    let sql = "SELECT value FROM settings WHERE name IN ('pin_hash', 'pin_verifier', 'code_key_mark') \
               UNION ALL SELECT token_hash FROM referee_tokens UNION ALL SELECT id FROM referee_tokens \
               UNION ALL SELECT token_hash FROM sessions WHERE token_hash IS NOT NULL UNION ALL SELECT cookie_hash FROM sessions \
               UNION ALL SELECT sign_key FROM sessions WHERE sign_key IS NOT NULL \
               UNION ALL SELECT id FROM sessions";
    let mut statement = database.prepare(sql).unwrap();
    let secrets = statement.query_map([], |row| row.get(0)).unwrap();
    secrets.map(Result::unwrap).collect()
}

fn holds(file: &Path, secret: &str) -> bool {
    let bytes = fs::read(file).unwrap();
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

fn newest(folder: &Path) -> Option<std::path::PathBuf> {
    let files = fs::read_dir(folder).ok()?;
    let files = files.map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|ending| ending == "db"))
        .max()
}

#[test]
fn copies_for_elsewhere_hold_no_secret_in_any_of_their_bytes() {
    let stick = tempfile::tempdir_in("/dev/shm").unwrap();
    let arguments = ["--backup-every", "1h", "--backup-to", path(stick.path())];
    let (hall, _) = Hall::new(&arguments);
    let mut venue = hall.venue;
    let data = venue.data().to_owned();
    eventually("the first copies", || {
        newest(stick.path()).is_some() && newest(&data.join("backups")).is_some()
    });
    venue.ask_to_stop();
    venue.wait();
    let elsewhere = tempfile::tempdir().unwrap();
    let (plain, whole) = (
        elsewhere.path().join("plain.db"),
        elsewhere.path().join("whole.db"),
    );
    let output = courtside(&["backup", path(&plain), "--data", path(&data)]);
    assert!(
        said(&output).contains("it holds no PIN"),
        "{}",
        said(&output)
    );
    whole_backup(path(&data), &whole);
    let secrets = secrets_in(&Folder::At(data.clone()));
    assert!(secrets.len() > 10, "{secrets:?}");
    let (own, second) = (
        newest(&data.join("backups")).unwrap(),
        newest(stick.path()).unwrap(),
    );
    for secret in &secrets {
        assert!(holds(&own, secret) && holds(&whole, secret), "{secret}");
        assert!(!holds(&second, secret), "on the stick: {secret}");
        assert!(!holds(&plain, secret), "in the file: {secret}");
    }
    for file in [&own, &second, &plain, &whole] {
        let mode = fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        let output = courtside(&["check", path(file)]);
        assert!(said(&output).contains("3 matches"), "{}", said(&output));
    }
    let key = fs::read_to_string(data.join("codes.key")).unwrap();
    for file in [&own, &whole, &data.join("courtside.db")] {
        assert!(!holds(file, key.trim()), "the key in {}", file.display());
    }
}

#[test]
fn a_code_of_an_older_version_is_still_good_and_kept_keyed_from_then_on() {
    let folder = temporary();
    let database = folder.path().join("courtside.db");
    let old = Connection::open(&database).unwrap();
    old.execute_batch(include_str!("old/schema-5.sql")).unwrap();
    // Of `code 7K3MQ2XA`.
    let hash: String = <sha2::Sha256 as sha2::Digest>::digest(b"code 7K3MQ2XA")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let venue = "019a0000-0000-7000-8000-000000000001";
    let court = "019a0000-0000-7000-8000-000000000003";
    old.execute_batch(&format!(
        "INSERT INTO venues VALUES ('{venue}', 'Old Hall', 1, 1);
         INSERT INTO courts VALUES ('{court}', '{venue}', 2, 'Court 1', 1, 1, NULL);
         INSERT INTO referee_tokens VALUES ('{hash}', 'code', NULL, '{court}', 1, NULL);
         INSERT INTO sessions VALUES ('{hash}', 1, 9000000000000);
         PRAGMA user_version = 5;"
    ))
    .unwrap();
    drop(old);
    let mut venue = Venue::start(folder, &[]);
    let code = Credential::Code("7K3M-Q2XA".into());
    assert!(code.is_accepted(&venue));
    venue.ask_to_stop();
    venue.wait();
    let kept = Connection::open(&database).unwrap();
    let count = |sql: &str| kept.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let codes = "SELECT count(*) FROM referee_tokens WHERE kind = 'code'";
    assert_eq!(count(codes), 1);
    assert_eq!(count(&format!("{codes} AND token_hash = '{hash}'")), 0);
    assert_eq!(count("SELECT count(*) FROM sessions"), 0, "old log-ins end");
    let venue = venue.restart();
    assert!(code.is_accepted(&venue));
}

#[test]
fn a_code_is_kept_keyed_and_a_lost_key_ends_the_codes_and_nothing_else() {
    let (hall, _) = Hall::new(&[]);
    let path = format!("/api/matches/{}", hall.other);
    let hand_out = |venue: &Venue| {
        let path = format!("{path}/referee-token");
        venue.post_as(&hall.organiser, &path, &json!({})).json()
    };
    let code = |handed: &Value| Credential::Code(text(handed, "refereeCode"));
    let handed = hand_out(&hall.venue);
    let plain = format!("code {}", text(&handed, "refereeCode").replace('-', ""));
    let plain: String = <sha2::Sha256 as sha2::Digest>::digest(plain.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let data = hall.venue.data().to_owned();
    assert!(!holds(&data.join("courtside.db-wal"), &plain));
    assert!(!secrets_in(&Folder::At(data.clone())).contains(&plain));
    let file = data.join("codes.key");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let venue = hall.venue.restart();
    assert!(code(&handed).is_accepted(&venue), "the key was read again");
    fs::remove_file(&file).unwrap();
    let venue = venue.restart();
    assert!(!code(&handed).is_accepted(&venue));
    let token = text(&handed, "refereeToken");
    let scored = venue.post_as(&token, &format!("{path}/events"), &point("A"));
    assert_eq!(scored.status, 200, "a token needs no key");
    assert!(code(&hand_out(&venue)).is_accepted(&venue));
}
