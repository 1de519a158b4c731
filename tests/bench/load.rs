//! What the load test itself takes, when it holds as many watchers as a hall may have.

use std::process::Command;

use serde_json::Value;

use crate::Table;
use crate::server::Server;

const WATCHERS: usize = 15_000;
/// With one ping of the server to each of them.
const SECONDS: &str = "21";

pub fn run() {
    let server = Server::start();
    let output = Command::new(env!("CARGO_BIN_EXE_courtside"))
        .args(["load", "--json", "--rate", "0", "--seconds", SECONDS])
        .args(["--watchers", &WATCHERS.to_string()])
        .args(["--url", &format!("http://{}", server.address())])
        .output()
        .expect("the load test starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the load test failed: {said}");
    let figures: Value = serde_json::from_slice(&output.stdout).expect("figures");
    let figure = |name: &str| figures[name].as_f64().unwrap_or(f64::NAN);
    let each = |bytes: f64| bytes / WATCHERS as f64 / 1024.0;
    let table = Table("load");
    let all = format!("{WATCHERS} watchers held for {SECONDS} s");
    table.note(&format!("{all}, joined in"), figure("joinedInSeconds"), "s");
    table.note(
        "processor time of the load test",
        figure("ownProcessorSeconds"),
        "s",
    );
    table.note("memory of the load test", figure("ownBytes") / 1e6, "MB");
    table.note("of it per watcher", each(figure("ownBytes")), "KB");
    let server = figure("serverBytesWithWatchers") - figure("serverBytesBefore");
    table.note("memory of the server per watcher", each(server), "KB");
}
