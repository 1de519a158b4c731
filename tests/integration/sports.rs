//! Sports as data: a new sport is one file, and a match keeps the rules it began with.

use std::fs;
use std::process::Command;

use courtside::domain::Sport;
use serde_json::{Value, json};

use crate::venue::{BINARY, Fixture, Venue, point, temporary};

/// A game with wooden sticks that no catalogue has, as a club member would write it.
const KUBB: &str = r#"
id = "KUBB"
name = { en = "Kubb", fr = "Kubb" }
icon = "🪵"
engine = "ladder"

[rules.match]
best_of = 3

[rules.set]
target = 6

[rules.serve]
order = "loser"

[variants.short]
name = "To 3"

[variants.short.rules]
set = { target = 3 }
"#;

fn add_sport(venue: &Venue, file: &str, text: &str) {
    let folder = venue.data().join("sports");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
}

fn created(venue: &Venue, path: &str, body: &Value) -> Value {
    let reply = venue.post(path, body);
    assert_eq!(
        reply.status,
        201,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    reply.json()
}

fn new_match(venue: &Venue, body: &Value) -> Fixture {
    let mut body = body.clone();
    body["sides"] = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    let created = created(venue, "/api/matches", &body);
    Fixture {
        id: created["id"].as_str().unwrap().to_owned(),
        token: created["refereeToken"].as_str().unwrap().to_owned(),
    }
}

fn shown(venue: &Venue, fixture: &Fixture) -> Value {
    venue.get(&format!("/api/matches/{}", fixture.id)).json()
}

fn play(venue: &Venue, fixture: &Fixture, points: &[&str]) {
    let mut referee = venue.referee(fixture);
    for side in points {
        assert_eq!(referee.publish(&point(side))["type"], "ack");
    }
}

#[test]
fn a_file_in_the_data_folder_is_a_sport_that_is_played_without_a_restart() {
    let venue = Venue::open();
    let ids = |venue: &Venue| {
        let sports = venue.get("/api/sports").json();
        let sports = sports.as_array().unwrap().iter();
        sports
            .map(|sport| sport["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(!ids(&venue).contains(&"KUBB".to_owned()));
    add_sport(&venue, "kubb.toml", KUBB);
    assert!(ids(&venue).contains(&"KUBB".to_owned()));

    let events = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        events.path(),
        "{\"type\":\"point\",\"side\":\"A\"}\n".repeat(12),
    )
    .unwrap();
    let output = Command::new(BINARY)
        .args(["referee", "--sport", "kubb", "--events"])
        .arg(events.path())
        .args(["--url", &format!("http://{}", venue.address)])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}");

    let listed = venue.get("/api/matches").json();
    assert_eq!(listed[0]["sport"], "KUBB");
    assert_eq!(listed[0]["state"]["status"], "finished");
    assert_eq!(listed[0]["state"]["score"], json!({ "A": 2, "B": 0 }));
    assert_eq!(
        listed[0]["state"]["periods"],
        json!([{ "A": 6, "B": 0 }, { "A": 6, "B": 0 }])
    );
}

#[test]
fn a_wrong_file_is_told_to_the_organiser_and_the_other_sports_go_on() {
    let venue = Venue::with(&[]);
    add_sport(&venue, "kubb.toml", KUBB);
    add_sport(
        &venue,
        "wrong.toml",
        &KUBB
            .replace("KUBB", "KUBB2")
            .replace("target = 6", "target = 0"),
    );
    let organiser = venue.log_in();
    let bearer = format!("Bearer {organiser}");
    let told = venue
        .request("GET", "/api/venue", &[("Authorization", &bearer)], b"")
        .json();
    let problems = told["sportProblems"].as_array().unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0]["file"], "wrong.toml");
    let reason = problems[0]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("line 11: “rules.set.target”"),
        "{reason}"
    );
    assert!(venue.get("/api/venue").json()["sportProblems"].is_null());

    let tournament = |sport: &str| {
        let body = json!({ "name": "Cup", "sport": sport });
        venue.post_as(&organiser, "/api/tournaments", &body)
    };
    let refused = tournament("kubb2");
    assert_eq!(refused.code(), "unknown_sport");
    assert!(String::from_utf8_lossy(&refused.body).contains("wrong.toml, line 11"));
    assert_eq!(tournament("kubb").status, 201);
    assert_eq!(tournament("badminton").status, 201);
}

#[test]
fn a_match_is_played_by_the_variant_and_the_values_that_were_chosen_for_it() {
    let venue = Venue::open();
    add_sport(&venue, "kubb.toml", KUBB);
    let tournament = created(
        &venue,
        "/api/tournaments",
        &json!({ "name": "Cup", "sport": "kubb", "variant": "short", "rules": { "match": { "best_of": 1 } } }),
    );
    let id = &tournament["id"];
    let of_tournament = new_match(&venue, &json!({ "tournamentID": id }));
    let own = new_match(
        &venue,
        &json!({ "tournamentID": id, "variant": "base", "rules": { "set": { "target": 2 } } }),
    );
    let target = |fixture: &Fixture| shown(&venue, fixture)["rules"]["set"]["target"].clone();
    assert_eq!((target(&of_tournament), target(&own)), (json!(3), json!(2)));
    assert_eq!(shown(&venue, &of_tournament)["variant"], "short");
    assert_eq!(shown(&venue, &own)["variant"], "base");
    play(&venue, &of_tournament, &["A", "A", "A"]);
    assert_eq!(shown(&venue, &of_tournament)["state"]["winner"], "A");
    let wrong = |body: Value| venue.post("/api/tournaments", &body).code();
    assert_eq!(
        wrong(json!({ "name": "Cup", "sport": "kubb", "variant": "long" })),
        "unknown_variant"
    );
    assert_eq!(
        wrong(json!({ "name": "Cup", "sport": "kubb", "rules": { "set": { "taget": 3 } } })),
        "bad_rules"
    );
}

#[test]
fn an_old_match_is_replayed_under_the_rules_it_was_played_by() {
    let venue = Venue::start(temporary(), &["--open"]);
    add_sport(&venue, "kubb.toml", KUBB);
    let fixture = new_match(&venue, &json!({ "sport": "kubb", "variant": "short" }));
    play(&venue, &fixture, &["A", "A", "A", "B"]);
    let lasting = |venue: &Venue| {
        let shown = shown(venue, &fixture);
        ["variant", "rules", "state"].map(|field| shown[field].clone())
    };
    let before = lasting(&venue);
    assert_eq!(before[2]["score"], json!({ "A": 1, "B": 0 }));
    add_sport(
        &venue,
        "kubb.toml",
        &KUBB.replace("target = 3", "target = 5"),
    );
    let venue = venue.restart();
    assert_eq!(lasting(&venue), before);
    fs::remove_file(venue.data().join("sports/kubb.toml")).unwrap();
    let venue = venue.restart();
    assert_eq!(lasting(&venue), before);
    // And it is played on by them.
    play(&venue, &fixture, &["A", "A", "A"]);
    assert_eq!(shown(&venue, &fixture)["state"]["winner"], "A");
}

#[test]
fn the_sport_of_the_readme_is_one_that_works_and_its_mistake_is_told_as_it_says() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```toml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let sport = Sport::parse(example).unwrap();
    assert_eq!((sport.id.as_str(), sport.variants.len()), ("KUBB", 1));
    let mistake = example.replace("target = 6", "target = 0");
    let told = Sport::parse(&mistake).unwrap_err().to_string();
    assert!(readme.contains(&format!("`{told}`")), "{told}");
}
