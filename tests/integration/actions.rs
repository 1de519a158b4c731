//! One action of an organiser is one transaction: all of it or nothing, whoever else acts, and whenever the power goes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::{self, Chance};
use crate::venue::{Reply, Venue, point, temporary};

fn send(venue: &Venue, method: &str, path: &str, body: &Value) -> Reply {
    venue.request(method, path, &[], body.to_string().as_bytes())
}

/// The same, of who has seen this revision.
fn send_seen(venue: &Venue, method: &str, path: &str, seen: &Value, body: &Value) -> Reply {
    let seen = format!("\"{seen}\"");
    let headers = [("If-Match", seen.as_str())];
    venue.request(method, path, &headers, body.to_string().as_bytes())
}

fn tournament(venue: &Venue, name: &str) -> String {
    let body = json!({ "name": name, "sport": "BADMINTON" });
    id(&venue.post("/api/tournaments", &body))
}

fn team(venue: &Venue, tournament: &str, name: &str) -> String {
    let body = json!({ "tournamentID": tournament, "name": name });
    id(&venue.post("/api/teams", &body))
}

fn court(venue: &Venue, name: &str) -> String {
    id(&venue.post("/api/courts", &json!({ "name": name })))
}

fn match_of(venue: &Venue, tournament: &str, a: &str, b: &str, court: Option<&str>) -> String {
    let sides = json!({ "A": { "name": a }, "B": { "name": b } });
    let body = json!({ "tournamentID": tournament, "sides": sides, "courtID": court });
    id(&venue.post("/api/matches", &body))
}

fn id(reply: &Reply) -> String {
    assert_eq!(
        reply.status,
        201,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    reply.json()["id"].as_str().unwrap().to_owned()
}

fn matches(venue: &Venue, tournament: &str) -> Vec<Value> {
    let path = format!("/api/matches?tournamentID={tournament}");
    venue.get(&path).json().as_array().unwrap().clone()
}

fn code(reply: &Reply) -> (u16, String) {
    let code = reply.json()["error"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (reply.status, code)
}

/// What the matches of a tournament say at one place, each answer once.
fn said(venue: &Venue, tournament: &str, at: &str) -> BTreeSet<String> {
    let all = matches(venue, tournament);
    all.iter()
        .map(|found| found.pointer(at).unwrap().to_string())
        .collect()
}

const MATCHES: usize = 60;

/// Everything that an action can touch: one team in all matches of a tournament, on one court.
struct Full {
    tournament: String,
    team: String,
    court: String,
}

impl Full {
    fn new(venue: &Venue, number: usize) -> Full {
        let name = format!("Cup {number}");
        let made = Full {
            tournament: tournament(venue, &name),
            court: court(venue, &format!("Court {number}")),
            team: String::new(),
        };
        let team = team(venue, &made.tournament, "Lyon");
        for other in 0..MATCHES {
            let other = format!("Team {other}");
            match_of(venue, &made.tournament, "Lyon", &other, Some(&made.court));
        }
        Full { team, ..made }
    }
}

#[test]
fn an_action_that_fifty_kills_interrupt_is_done_whole_or_not_at_all() {
    let mut chance = Chance::branch(chance::seed(), 0);
    let mut venue = Venue::open();
    let mut full = Full::new(&venue, 0);
    for kill in 1..=50 {
        let path = match kill % 4 {
            0 => format!("/api/tournaments/{}", full.tournament),
            1 => format!("/api/teams/{}", full.team),
            2 => format!("/api/courts/{}", full.court),
            _ => format!("/api/tournaments/{}", full.tournament),
        };
        let deletes = kill % 4 == 0 || kill % 8 == 2;
        let name = json!({ "name": format!("Name {kill}") });
        let after = Duration::from_micros(chance.below(8_000));
        let stream = venue.connect();
        let acting = thread::spawn(move || {
            let method = if deletes { "DELETE" } else { "PATCH" };
            // Most are never answered: the server is killed.
            let _ = try_send(stream, method, &path, &name);
        });
        let begun = Instant::now();
        while begun.elapsed() < after {
            std::hint::spin_loop();
        }
        venue.kill();
        acting.join().unwrap();
        venue = venue.restart();
        let whole = |at: &str| {
            let said = said(&venue, &full.tournament, at);
            assert!(said.len() <= 1, "kill {kill}: {at} says {said:?}");
            said
        };
        for at in ["/tournamentName", "/sides/A/name", "/courtName", "/courtID"] {
            whole(at);
        }
        let left = matches(&venue, &full.tournament).len();
        assert!(left == 0 || left == MATCHES, "kill {kill}: {left} are left");
        let there = venue
            .get(&format!("/api/tournaments/{}", full.tournament))
            .status
            == 200;
        assert_eq!(there, left == MATCHES, "kill {kill}");
        let court = venue.get(&format!("/api/courts/{}", full.court)).status == 200;
        let on_it = whole("/courtID").iter().any(|id| id != "null");
        assert_eq!(court && there, on_it, "kill {kill}");
        if !there || !court {
            full = Full::new(&venue, kill);
        }
    }
}

/// Sends a request on a connection whose server may be gone at any moment.
fn try_send(
    mut stream: std::net::TcpStream,
    method: &str,
    path: &str,
    body: &Value,
) -> std::io::Result<()> {
    use std::io::{Read as _, Write as _};
    let body = body.to_string();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    stream.read_to_end(&mut Vec::new()).map(|_| ())
}

#[test]
fn of_two_who_choose_one_name_at_once_one_is_refused() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    for round in 0..20 {
        let ids = [0, 1].map(|which| team(&venue, &cup, &format!("Team {round}.{which}")));
        let name = json!({ "name": format!("Lyon {round}") });
        let mut answers = thread::scope(|scope| {
            let renaming = ids.each_ref().map(|id| {
                let (venue, name) = (&venue, &name);
                scope.spawn(move || code(&send(venue, "PATCH", &format!("/api/teams/{id}"), name)))
            });
            renaming.map(|renaming| renaming.join().unwrap())
        });
        answers.sort();
        let expected = [(200, String::new()), (409, "team_exists".into())];
        assert_eq!(answers, expected, "round {round}");
    }
    let centre = court(&venue, "Centre");
    let clash = venue.post("/api/courts", &json!({ "name": "Centre" }));
    assert_eq!(code(&clash), (409, "name_taken".into()));
    let other = format!("/api/courts/{}", court(&venue, "Other"));
    let clash = send(&venue, "PATCH", &other, &json!({ "name": "Centre" }));
    assert_eq!(code(&clash), (409, "name_taken".into()));
    let centre = format!("/api/courts/{centre}");
    assert_eq!(send(&venue, "DELETE", &centre, &json!({})).status, 204);
    let free = send(&venue, "PATCH", &other, &json!({ "name": "Centre" }));
    assert_eq!(free.status, 200, "a name is free once its court is deleted");
}

#[test]
fn an_organiser_who_has_not_seen_the_last_change_overwrites_nothing() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    let lyon = team(&venue, &cup, "Lyon");
    let court = court(&venue, "Centre");
    let played = match_of(&venue, &cup, "Lyon", "Metz", None);
    for (path, change, other) in [
        (
            format!("/api/tournaments/{cup}"),
            json!({ "name": "New" }),
            json!({ "name": "Other" }),
        ),
        (
            format!("/api/teams/{lyon}"),
            json!({ "name": "New" }),
            json!({ "name": "Other" }),
        ),
        (
            format!("/api/courts/{court}"),
            json!({ "name": "New" }),
            json!({ "name": "Other" }),
        ),
        (
            format!("/api/matches/{played}"),
            json!({ "courtID": court }),
            json!({ "courtID": null }),
        ),
    ] {
        let shown = venue.get(&path);
        let seen = shown.json()["revision"].clone();
        assert_eq!(
            shown.header("etag"),
            Some(format!("\"{seen}\"").as_str()),
            "{path}"
        );
        let first = send_seen(&venue, "PATCH", &path, &seen, &change);
        assert_eq!(first.status, 200, "{path}");
        let second = send_seen(&venue, "PATCH", &path, &seen, &other);
        assert_eq!(code(&second), (412, "changed".into()), "{path}");
        let now = venue.get(&path).json();
        assert_eq!(second.json()["current"], now, "{path}");
        let gone = send_seen(&venue, "DELETE", &path, &seen, &json!({}));
        assert_eq!(code(&gone), (412, "changed".into()), "{path}");
        let again = send_seen(&venue, "PATCH", &path, &now["revision"], &other);
        assert_eq!(again.status, 200, "{path}");
        assert_eq!(
            send(&venue, "PATCH", &path, &change).status,
            200,
            "scripts may leave it out"
        );
    }
    let path = format!("/api/teams/{lyon}");
    let wrong = send_seen(
        &venue,
        "PATCH",
        &path,
        &json!("x"),
        &json!({ "name": "New" }),
    );
    assert_eq!(code(&wrong), (400, "bad_if_match".into()));
}

#[test]
fn a_point_is_no_change_that_an_organiser_has_to_have_seen() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    let path = format!("/api/matches/{}", fixture.id);
    let seen = venue.get(&path).json()["revision"].clone();
    assert_eq!(venue.referee(&fixture).publish(&point("A"))["type"], "ack");
    let court = json!({ "courtID": court(&venue, "Centre") });
    assert_eq!(send_seen(&venue, "PATCH", &path, &seen, &court).status, 200);
}

#[test]
fn no_match_outlives_a_tournament_that_is_deleted_while_it_is_made() {
    let venue = Venue::open();
    for round in 0..10 {
        let cup = tournament(&venue, "Cup");
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let (venue, cup, stop) = (&venue, &cup, &stop);
            let making = scope.spawn(move || {
                let mut made = 0;
                while !stop.load(Ordering::Relaxed) {
                    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
                    let body = json!({ "tournamentID": cup, "sides": sides });
                    match venue.post("/api/matches", &body).status {
                        201 => made += 1,
                        status => {
                            assert_eq!(status, 404);
                            break;
                        }
                    }
                }
                made
            });
            while matches(venue, cup).len() < 3 {
                thread::yield_now();
            }
            let path = format!("/api/tournaments/{cup}");
            assert_eq!(send(venue, "DELETE", &path, &json!({})).status, 204);
            stop.store(true, Ordering::Relaxed);
            assert!(making.join().unwrap() >= 3);
        });
        assert_eq!(matches(&venue, &cup), Vec::<Value>::new(), "round {round}");
    }
    assert_eq!(venue.get("/api/matches").json(), json!([]));
}

/// A number of `/metrics`.
fn metric(venue: &Venue, name: &str) -> u64 {
    let told = String::from_utf8(venue.get("/metrics").body).unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name}"))
        .trim()
        .parse()
        .unwrap()
}

#[test]
fn a_new_name_loads_no_match_and_touches_only_what_bears_it() {
    let venue = Venue::open();
    let full = Full::new(&venue, 0);
    // What was made is out of memory after a restart.
    let venue = venue.restart();
    let before = matches(&venue, &full.tournament);
    let renamed = json!({ "name": "New name" });
    for path in [
        format!("/api/tournaments/{}", full.tournament),
        format!("/api/teams/{}", full.team),
        format!("/api/courts/{}", full.court),
    ] {
        assert_eq!(send(&venue, "PATCH", &path, &renamed).status, 200);
    }
    assert_eq!(metric(&venue, "courtside_matches_in_memory "), 0);
    let after = matches(&venue, &full.tournament);
    assert_eq!(after.len(), MATCHES);
    for (before, after) in before.iter().zip(&after) {
        for field in ["id", "updatedAt", "createdAt", "order", "state"] {
            assert_eq!(before[field], after[field], "{field}");
        }
        assert_eq!(after["tournamentName"], "New name");
        assert_eq!(after["sides"]["A"]["name"], "New name");
        assert_eq!(after["sides"]["B"], before["sides"]["B"]);
        assert_eq!(after["courtName"], "New name");
    }
}

#[test]
fn those_who_follow_a_match_hear_its_new_names() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    let lyon = team(&venue, &cup, "Lyon");
    let played = match_of(&venue, &cup, "Lyon", "Metz", None);
    let mut feed = venue.socket("/watch");
    assert_eq!(feed.next().unwrap()["type"], "welcome");
    let path = format!("/api/teams/{lyon}");
    // The match is in memory from here on.
    drop(venue.socket(&format!("/watch?matchID={played}")));
    assert_eq!(
        send(&venue, "PATCH", &path, &json!({ "name": "Lyon 2" })).status,
        200
    );
    assert_eq!(
        feed.next().unwrap()["match"]["sides"]["A"]["name"],
        "Lyon 2"
    );
    let mut late = venue.socket(&format!("/watch?matchID={played}"));
    assert_eq!(
        late.next().unwrap()["match"]["sides"]["A"]["name"],
        "Lyon 2"
    );
    let events = format!("/api/matches/{played}/events");
    assert_eq!(venue.post(&events, &point("A")).json()["type"], "ack");
    let shown = feed.next_of(&["match"]);
    assert_eq!(
        shown["match"]["sides"]["A"]["name"], "Lyon 2",
        "a point brings no old name back"
    );
}

#[test]
fn sides_are_teams_by_their_ids_and_create_match_enters_who_is_new() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    let lyon = team(&venue, &cup, "Lyon");
    let body = json!({ "equipeA": "Lyon", "equipeB": "Metz", "tournamentID": cup });
    let made = venue.post("/create-match", &body).json();
    let path = format!("/api/matches/{}", made["matchID"].as_str().unwrap());
    let sides = venue.get(&path).json()["sides"].clone();
    assert_eq!(sides["A"], json!({ "teamID": lyon, "name": "Lyon" }));
    let teams = venue.get(&format!("/api/teams?tournamentID={cup}")).json();
    assert_eq!(
        teams[1]["name"], "Metz",
        "who is named and not there is entered"
    );
    assert_eq!(sides["B"]["teamID"], teams[1]["id"]);
    let nancy = team(&venue, &cup, "Nancy");
    let change = json!({ "sides": { "B": { "teamID": nancy } } });
    let changed = send(&venue, "PATCH", &path, &change).json();
    assert_eq!(changed["sides"]["B"]["name"], "Nancy");
    let change = json!({ "sides": { "B": { "name": "Brest" } } });
    let changed = send(&venue, "PATCH", &path, &change).json();
    let teams = venue.get(&format!("/api/teams?tournamentID={cup}")).json();
    assert_eq!(teams[3]["name"], "Brest", "also where a side is changed");
    assert_eq!(changed["sides"]["B"]["teamID"], teams[3]["id"]);
    let change = json!({ "sides": { "B": { "teamID": nancy } } });
    assert_eq!(send(&venue, "PATCH", &path, &change).status, 200);
    let alone = json!({ "sides": { "A": { "teamID": nancy } } });
    let asked = send(&venue, "PATCH", &path, &alone);
    assert_eq!(code(&asked), (409, "unconfirmed".into()));
    assert_eq!(asked.json()["error"]["about"], json!({ "team": "Nancy" }));
    let meant = json!({ "confirm": true, "sides": { "A": { "teamID": nancy } } });
    assert_eq!(send(&venue, "PATCH", &path, &meant).status, 200);
    let back = json!({ "sides": { "A": { "teamID": lyon } } });
    assert_eq!(send(&venue, "PATCH", &path, &back).status, 200);
    let foreign = team(&venue, &tournament(&venue, "Another"), "Lyon");
    let wrong = json!({ "sides": { "A": { "teamID": foreign } } });
    assert_eq!(
        code(&send(&venue, "PATCH", &path, &wrong)),
        (404, "not_found".into())
    );
    let friendly =
        json!({ "sport": "TENNIS", "sides": { "A": { "name": "Ada" }, "B": { "name": "Bo" } } });
    let friendly = venue.post("/api/matches", &friendly).json();
    assert_eq!(friendly["sides"]["A"], json!({ "name": "Ada" }));
    let deleted = send(&venue, "DELETE", &format!("/api/teams/{lyon}"), &json!({}));
    assert_eq!(deleted.status, 204);
    let venue = venue.restart();
    let sides = venue.get(&path).json()["sides"].clone();
    assert_eq!(
        sides["A"]["name"], "Lyon",
        "its matches keep the name of a team that is deleted"
    );
}

#[test]
fn a_team_has_players_with_their_numbers() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    let path = format!("/api/teams/{}", team(&venue, &cup, "Lyon"));
    assert_eq!(venue.get(&path).json()["players"], json!([]));
    let players = json!([
        { "number": 7, "name": "Ada" },
        { "number": "00", "name": "Bo" },
        { "number": null, "name": "Cy" },
    ]);
    let changed = send(&venue, "PATCH", &path, &json!({ "players": players }));
    assert_eq!(changed.json()["players"], players);
    let venue = venue.restart();
    assert_eq!(venue.get(&path).json()["players"], players);
    for wrong in [
        json!([{ "number": 7 }]),
        json!([{ "number": 7, "name": " " }]),
        json!([{ "number": "12345", "name": "Ada" }]),
        json!([{ "number": -1, "name": "Ada" }]),
        json!([{ "name": "Ada", "shirt": 7 }]),
        json!("Ada"),
    ] {
        let refused = send(&venue, "PATCH", &path, &json!({ "players": wrong }));
        assert_eq!(refused.status, 400, "{wrong}");
        assert_eq!(refused.json()["error"]["field"], "players", "{wrong}");
    }
    assert_eq!(venue.get(&path).json()["players"], players);
}

const DARTS: &str = "id = \"DARTS\"\nname = { en = \"Darts\" }\nengine = \"ladder\"\n[rules]\n\
                     match = { best_of = 3 }\nset = { target = TARGET }\n\
                     [variants.short]\nname = { en = \"Short\" }\n[variants.short.rules]\n\
                     match = { best_of = 1 }\n";

#[test]
fn a_sport_s_file_that_is_edited_on_the_day_changes_no_running_tournament() {
    let folder = temporary();
    let sports = folder.path().join("sports");
    std::fs::create_dir_all(&sports).unwrap();
    let file = sports.join("darts.toml");
    std::fs::write(&file, DARTS.replace("TARGET", "3")).unwrap();
    let venue = Venue::start(folder.clone(), &["--open"]);
    let body = json!({ "name": "Cup", "sport": "darts" });
    let cup = id(&venue.post("/api/tournaments", &body));
    let target = |venue: &Venue, id: &str| {
        venue.get(&format!("/api/matches/{id}")).json()["rules"]["set"]["target"].clone()
    };
    let first = match_of(&venue, &cup, "A", "B", None);
    std::fs::write(&file, DARTS.replace("TARGET", "11")).unwrap();
    let later = match_of(&venue, &cup, "A", "C", None);
    assert_eq!(
        (target(&venue, &first), target(&venue, &later)),
        (json!(3), json!(3))
    );
    let own = json!({ "tournamentID": cup, "sides": { "A": { "name": "A" }, "B": { "name": "D" } },
        "rules": { "set": { "lead": 2 } } });
    let own = id(&venue.post("/api/matches", &own));
    let rules = venue.get(&format!("/api/matches/{own}")).json()["rules"]["set"].clone();
    assert_eq!((&rules["target"], &rules["lead"]), (&json!(3), &json!(2)));
    let new = id(&venue.post("/api/tournaments", &body));
    assert_eq!(target(&venue, &match_of(&venue, &new, "A", "B", None)), 11);
    // Nor does a change that names the sport that it has, or another single rule.
    let path = format!("/api/tournaments/{cup}");
    let lead = json!({ "sport": "darts", "rules": { "set": { "lead": 2 } } });
    assert_eq!(send(&venue, "PATCH", &path, &lead).status, 200);
    assert_eq!(target(&venue, &first), 3);
    // A match of another variant keeps what the tournament has changed.
    let short = json!({ "tournamentID": cup, "variant": "short",
        "sides": { "A": { "name": "A" }, "B": { "name": "E" } } });
    let short = id(&venue.post("/api/matches", &short));
    let rules = venue.get(&format!("/api/matches/{short}")).json()["rules"].clone();
    assert_eq!(rules["match"]["best_of"], 1);
    assert_eq!(rules["set"]["lead"], 2);
}

#[test]
fn rules_change_until_the_match_has_begun_and_what_is_misspelt_is_told() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    let played = match_of(&venue, &cup, "A", "B", None);
    let waiting = match_of(&venue, &cup, "A", "C", None);
    let (cup, played, waiting) = (
        format!("/api/tournaments/{cup}"),
        format!("/api/matches/{played}"),
        format!("/api/matches/{waiting}"),
    );
    let target = |path: &str| venue.get(path).json()["rules"]["set"]["target"].clone();
    // Both are in memory and have not begun.
    for path in [&played, &waiting] {
        let id = path.rsplit('/').next().unwrap();
        drop(venue.socket(&format!("/watch?matchID={id}")));
    }
    let eleven = json!({ "rules": { "set": { "target": 11, "cap": 15 } } });
    let of = played.rsplit('/').next().unwrap();
    let mut pad = venue.socket(&format!("/referee?matchID={of}"));
    assert_eq!(pad.next().unwrap()["type"], "welcome");
    assert_eq!(send(&venue, "PATCH", &cup, &eleven).status, 200);
    assert_eq!(
        pad.close_code(),
        1012,
        "a pad comes back, and asks for the new rules"
    );
    assert_eq!((target(&played), target(&waiting)), (json!(11), json!(11)));
    let seven = json!({ "rules": { "set": { "target": 7, "cap": 9 } } });
    assert_eq!(send(&venue, "PATCH", &played, &seven).status, 200);
    let events: Vec<Value> = (0..7).map(|_| point("A")).collect();
    let answers = venue
        .post(&format!("{played}/events"), &json!(events))
        .json();
    assert_eq!(
        answers[6]["state"]["score"]["A"], 1,
        "seven points are a game now"
    );
    for change in [&eleven, &json!({ "sport": "TENNIS" })] {
        assert_eq!(
            code(&send(&venue, "PATCH", &played, change)).0,
            409,
            "{change}"
        );
    }
    assert_eq!(target(&played), 7);
    let same = json!({ "sport": "badminton", "courtID": null });
    assert_eq!(
        send(&venue, "PATCH", &played, &same).status,
        200,
        "what it has already is no change"
    );
    assert_eq!(target(&played), 7);
    let fifteen = json!({ "rules": { "set": { "target": 15, "cap": 17 } } });
    assert_eq!(
        code(&send(&venue, "PATCH", &cup, &fifteen)),
        (409, "has_begun".into()),
        "also where the match that has begun has rules of its own"
    );
    assert_eq!(target(&waiting), 11);
    let tennis = json!({ "sport": "TENNIS" });
    assert_eq!(
        code(&send(&venue, "PATCH", &cup, &tennis)),
        (409, "has_begun".into())
    );
    assert_eq!(
        code(&send(&venue, "PATCH", &waiting, &tennis)).0,
        409,
        "it is its tournament's"
    );
    assert_eq!(venue.get(&cup).json()["sport"], "BADMINTON");
    for (path, wrong) in [
        (&cup, json!({ "nam": "New" })),
        (&played, json!({ "court": null })),
        (&played, json!({ "sides": { "C": { "name": "A" } } })),
    ] {
        let refused = send(&venue, "PATCH", path, &wrong);
        assert_eq!(code(&refused), (400, "unknown_field".into()), "{wrong}");
    }
    for (path, nothing) in [
        (&cup, json!({ "name": null })),
        (&cup, json!({ "variant": null })),
        (&played, json!({ "sides": { "A": null } })),
    ] {
        let refused = send(&venue, "PATCH", path, &nothing);
        assert_eq!(code(&refused), (400, "bad_field".into()), "{nothing}");
    }
    let friendly =
        json!({ "sport": "TENNIS", "sides": { "A": { "name": "Ada" }, "B": { "name": "Bo" } } });
    let friendly = format!(
        "/api/matches/{}",
        id(&venue.post("/api/matches", &friendly))
    );
    let changed = send(&venue, "PATCH", &friendly, &json!({ "sport": "padel" }));
    assert_eq!(changed.json()["sport"], "PADEL");
}

#[test]
fn the_order_of_play_is_that_of_creation_and_every_list_keeps_it() {
    let venue = Venue::open();
    let cup = tournament(&venue, "Cup");
    let centre = court(&venue, "Centre");
    let made: Vec<String> = (0..5)
        .map(|number| match_of(&venue, &cup, "A", &format!("B{number}"), Some(&centre)))
        .collect();
    let venue = venue.restart();
    let listed = matches(&venue, &cup);
    let ids: Vec<&str> = listed
        .iter()
        .map(|found| found["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, made);
    let orders: Vec<u64> = listed
        .iter()
        .map(|found| found["order"].as_u64().unwrap())
        .collect();
    assert!(
        orders.is_sorted() && orders.windows(2).all(|pair| pair[0] < pair[1]),
        "{orders:?}"
    );
    let shown = venue.get(&format!("/api/courts/{centre}")).json();
    assert_eq!(shown["currentMatchID"], made[0].as_str());
    assert_eq!(shown["nextMatchIDs"], json!(made[1..]));
}
