//! The command as somebody uses it who has not read the code.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use crate::venue::{BINARY, Venue, eventually};

/// Runs the command as somebody at a terminal.
pub fn courtside(arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .env_remove("STATE_DIRECTORY")
        .output()
        .unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn wrong_usage_ends_with_two_and_a_hint() {
    for wrong in [
        &["--no-such-flag"][..],
        &["fly"],
        &["--listen", "nowhere"],
        &["--referee-gc", "soon"],
        &["--hostname", "a.b"],
        &["watch"],
        &["load", "--url", "http://127.0.0.1:1", "--rate=-1"],
        &["load", "--url", "http://127.0.0.1:1", "--rate", "nan"],
        &["load", "--url", "http://127.0.0.1:1", "--seconds", "1e9"],
        &["load", "--url", "http://127.0.0.1:1", "--filling", "16001"],
        &["plan", "--seconds", "-1"],
    ] {
        let output = courtside(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(!output.stderr.is_empty());
    }
    assert!(courtside(&["--help"]).status.success());
}

#[test]
fn whoever_stops_reading_what_a_command_says_makes_no_panic() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(BINARY);
    let output = command.arg("config").stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("Broken pipe"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("courtside.toml");
    std::fs::write(
        &file,
        "name = 'File'\nhostname = 'file'\nmax-connections = 7\n",
    )
    .unwrap();
    let output = Command::new(BINARY)
        .args(["config", "--name", "Flag", "--config"])
        .arg(&file)
        .envs([
            ("COURTSIDE_NAME", "Environment"),
            ("COURTSIDE_HOSTNAME", "environment"),
            ("COURTSIDE_OPEN", "true"),
        ])
        .output()
        .unwrap();
    let printed = text(&output.stdout);
    for line in [
        "name = \"Flag\"",
        "hostname = \"environment\"",
        "max-connections = 7",
        "open = true",
        "referee-gc = \"1h\"",
    ] {
        assert!(
            printed.lines().any(|printed| printed == line),
            "{line} in {printed}"
        );
    }
    std::fs::write(&file, "nmae = 'File'").unwrap();
    let output = courtside(&["config", "--config", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nmae"));
}

#[test]
fn a_port_in_use_is_one_clear_sentence() {
    let venue = Venue::open();
    let folder = tempfile::tempdir().unwrap();
    let output = courtside(&[
        "--listen",
        &venue.address.to_string(),
        "--data",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("another program listens there"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_start_text_shows_address_pin_and_a_qr_code() {
    let venue = Venue::with(&["--name", "Test Hall"]);
    assert!(venue.printed.contains("Test Hall"));
    assert!(
        venue
            .printed
            .contains(&format!("http://{}/", venue.address))
    );
    assert!(venue.printed.contains("Organiser PIN: "));
    assert!(venue.printed.contains('█'));
}

#[test]
fn a_referee_in_one_terminal_is_seen_by_a_watcher_in_another() {
    let venue = Venue::with(&[]);
    let url = format!("http://{}", venue.address);
    let events = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        events.path(),
        "{\"type\":\"point\",\"side\":\"A\"}\n{\"type\":\"point\",\"side\":\"B\"}\n",
    )
    .unwrap();
    let file = events.path().to_str().unwrap();
    let refused = courtside(&["referee", "--url", &url, "--events", file]);
    assert_eq!(
        refused.status.code(),
        Some(1),
        "outside the open mode it needs the PIN"
    );
    let pin = venue.pin.clone().unwrap();
    let output = courtside(&["referee", "--url", &url, "--pin", &pin, "--events", file]);
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{printed}{}", text(&output.stderr));
    assert_eq!(
        printed
            .lines()
            .filter(|line| line.starts_with("ack"))
            .count(),
        2,
        "{printed}"
    );

    let mut watch = Command::new(BINARY)
        .args(["watch", "--url", &url])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: Vec<String> = BufReader::new(watch.stdout.take().unwrap())
        .lines()
        .take(3)
        .map(Result::unwrap)
        .collect();
    assert!(lines[0].contains("Side A – Side B"), "{lines:?}");
    assert!(
        lines[1].contains("point A") && lines[2].contains("1:1"),
        "{lines:?}"
    );
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn a_watcher_reconnects_by_itself_and_repeats_nothing() {
    let venue = Venue::open();
    let fixture = venue.create_match();
    venue.referee(&fixture).publish(&crate::venue::point("A"));
    let url = format!("http://{}", venue.address);
    let mut watch = Command::new(BINARY)
        .args(["watch", "--url", &url, "--match", &fixture.id])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert!(lines.nth(1).unwrap().contains("1:0"));
    let venue = venue.restart();
    venue.referee(&fixture).publish(&crate::venue::point("B"));
    assert!(lines.next().unwrap().contains("1:1"));
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn the_demo_plays_by_itself_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(BINARY)
        .args(["demo", "--listen", "127.0.0.1:0", "--no-mdns"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let address = lines
        .find_map(|line| line.trim().strip_prefix("http://").map(str::to_owned))
        .unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    let address = address.trim_end_matches('/').to_owned();
    let live = || {
        let body = courtside_get(&address, "/live-match");
        serde_json::from_str::<Vec<String>>(&body).map_or(0, |live| live.len())
    };
    eventually("five live matches", || live() == 5);
    let kill = format!("kill -TERM {}", demo.id());
    Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(demo.wait().unwrap().success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn courtside_get(address: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    text(&crate::venue::read_reply(&mut stream).body)
}

#[test]
fn a_pin_in_the_wrong_folder_makes_nothing_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let output = courtside(&["pin", "--new", "--data", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("--data"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_plan_is_made_of_every_line_and_a_wrong_one_is_told_in_its_place() {
    let mut plan = Command::new(BINARY)
        .args(["plan", "--seconds", "0.1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let good = r#"{"name":"two","rest":10,"changeover":5,"courts":[[0]],"fixtures":[[20,0,[1,2],[]],[20,0,[3,4],[]]]}"#;
    let input = format!("{good}\n{{}}\n{good}\n");
    let mut stdin = plan.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, input.as_bytes()).unwrap();
    drop(stdin);
    let output = plan.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    let lines: Vec<serde_json::Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "{printed}");
    assert!(lines[1]["error"].is_string());
    for line in [&lines[0], &lines[2]] {
        assert_eq!(line["name"], "two");
        assert_eq!(line["plan"], serde_json::json!([[0, 0], [0, 25]]));
        assert_eq!((&line["bound"], &line["end"]), (&45.into(), &45.into()));
    }
}
