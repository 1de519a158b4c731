//! `courtside score`: events in, state out.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::venue::BINARY;

fn score(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(BINARY)
        .arg("score")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever complains of its arguments reads no input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn states(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn complaints(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const POINT_A: &str = r#"{"type":"point","side":"A"}"#;

#[test]
fn one_match_is_folded_line_by_line_and_a_refused_event_is_told_and_left_out() {
    let input = format!("{POINT_A}\n\n{{\"type\":\"undo\"}}\n{{\"type\":\"undo\"}}\n{POINT_A}\n");
    let output = score(&["--sport", "Tennis"], &input);
    assert!(output.status.success());
    assert_eq!(states(&output)[0]["points"], json!({ "A": "15", "B": "0" }));
    assert!(
        complaints(&output).starts_with("line 4: refused, nothing_to_undo"),
        "{}",
        complaints(&output)
    );
}

#[test]
fn a_batch_is_one_match_and_one_state_a_line_in_the_same_order() {
    let game = |points: usize| format!("[{}]", vec![POINT_A; points].join(","));
    let lines: Vec<String> = (0..700).map(|index| game(index % 7)).collect();
    let output = score(&["--sport", "squash", "--batch"], &lines.join("\n"));
    assert!(output.status.success());
    let states = states(&output);
    assert_eq!(states.len(), 700);
    for (index, state) in states.iter().enumerate() {
        assert_eq!(state["points"]["A"], (index % 7).to_string());
    }
}

#[test]
fn what_is_not_json_is_told_with_its_line_and_the_rest_is_folded() {
    let output = score(
        &["--sport", "squash"],
        &format!("{POINT_A}\nnope\n{POINT_A}"),
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(states(&output)[0]["points"]["A"], "2");
    assert!(complaints(&output).contains("line 2: this is not JSON"));
    let output = score(
        &["--sport", "squash", "--batch"],
        &format!("[{POINT_A}]\n7\n[]"),
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(states(&output).len(), 3);
    assert!(complaints(&output).contains("line 2: "));
}

#[test]
fn a_sport_s_file_is_tried_out_and_a_wrong_one_is_refused_with_its_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let write = |text: &str| std::fs::write(file.path(), text).unwrap();
    write(
        "id = \"sjoelen\"\nname = \"Sjoelen\"\nengine = \"periods\"\n[rules.period]\ncount = 3\n",
    );
    let event = r#"{"type":"point","side":"B","value":20}"#;
    let output = score(&["--sport-file", path], event);
    assert_eq!(states(&output)[0]["score"]["B"], 20);
    write(
        "id = \"sjoelen\"\nname = \"Sjoelen\"\nengine = \"periods\"\n[rules.period]\ncuont = 3\n",
    );
    let output = score(&["--sport-file", path], event);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let complaint = complaints(&output);
    assert!(
        complaint.contains(path) && complaint.contains("line 5"),
        "{complaint}"
    );
}

#[test]
fn a_variant_and_single_rules_are_chosen() {
    let points = format!("{POINT_A}\n").repeat(15);
    let won = |arguments: &[&str]| states(&score(arguments, &points))[0]["score"]["A"].clone();
    assert_eq!(won(&["--sport", "badminton", "--variant", "to_15"]), 1);
    assert_eq!(won(&["--sport", "badminton", "--variant", "to_21"]), 0);
    let rules = r#"{"set":{"target":5}}"#;
    assert_eq!(won(&["--sport", "badminton", "--rules", rules]), 2);
    for wrong in [
        &["--sport", "chess"][..],
        &["--sport", "badminton", "--variant", "to_99"],
        &["--sport", "badminton", "--rules", "{"],
        &["--sport", "badminton", "--rules", r#"{"set":{"goal":5}}"#],
    ] {
        let output = score(wrong, "");
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert!(!complaints(&output).is_empty());
    }
}
