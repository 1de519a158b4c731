//! Starts the real server for a test and talks to it with nothing but sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocket;
use tokio_tungstenite::tungstenite::{self, Message};

/// Longer than anything here takes on a busy machine; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const BINARY: &str = env!("CARGO_BIN_EXE_courtside");
/// As `systemd/courtside.service` has it. Else glibc has a heap for each thread, keeps the most that each ever needed, and it
/// takes hours until every one has met it.
pub const ONE_HEAP: [(&str, &str); 2] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
];

/// A running server. It is killed when dropped, and the test fails if anything in it had panicked, or if `courtside check`
/// finds anything in what it left.
pub struct Venue {
    child: Child,
    /// Reads what the server says on standard error, and returns where it panicked.
    panics: Option<JoinHandle<Vec<String>>>,
    pub address: SocketAddr,
    /// Printed at the first start outside the open mode.
    pub pin: Option<String>,
    /// What the server printed until it served.
    pub printed: String,
    folder: Folder,
    arguments: Vec<String>,
    /// The test damages the database on purpose, or takes it away.
    damaged: bool,
}

/// The data folder: a temporary one, or one that a test made itself.
#[derive(Clone)]
pub enum Folder {
    Temporary(Arc<TempDir>),
    At(PathBuf),
}

impl Folder {
    pub fn path(&self) -> &Path {
        match self {
            Folder::Temporary(folder) => folder.path(),
            Folder::At(path) => path,
        }
    }
}

/// What a plain HTTP request got.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The code of an error.
    pub fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// A match that a test created, with its referee's token.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub id: String,
    pub token: String,
}

impl Venue {
    /// On a trusted network: no PIN, no tokens.
    pub fn open() -> Venue {
        Venue::start(temporary(), &["--open"])
    }

    pub fn with(arguments: &[&str]) -> Venue {
        Venue::start(temporary(), arguments)
    }

    pub fn start(folder: Folder, arguments: &[&str]) -> Venue {
        Venue::try_start(folder, arguments).unwrap_or_else(|error| panic!("no start: {error}"))
    }

    /// With variables in the server's environment, until its restart.
    pub fn start_in(environment: &[(&str, PathBuf)], folder: Folder, arguments: &[&str]) -> Venue {
        Venue::try_start_at("127.0.0.1:0", environment, folder, arguments)
            .unwrap_or_else(|error| panic!("no start: {error}"))
    }

    /// With so many KiB of memory for data and no more, as `ulimit -d` gives it; and one heap, as the service has it.
    pub fn within(kib: u64, arguments: &[&str]) -> Venue {
        Venue::try_start_within(kib, temporary(), arguments)
            .unwrap_or_else(|error| panic!("no start: {error}"))
    }

    /// The same on data that are there; it ends when it wants more.
    pub fn try_start_within(kib: u64, folder: Folder, arguments: &[&str]) -> Result<Venue, String> {
        let limited = format!("ulimit -d {kib}; exec \"$0\" \"$@\"");
        let mut program = Command::new("sh");
        program.args(["-c", &limited, BINARY]);
        program.envs(ONE_HEAP);
        Venue::run(program, "127.0.0.1:0", &[], folder, arguments)
    }

    /// The error is what the server wrote on standard error.
    pub fn try_start(folder: Folder, arguments: &[&str]) -> Result<Venue, String> {
        Venue::try_start_at("127.0.0.1:0", &[], folder, arguments)
    }

    fn try_start_at(
        listen: &str,
        environment: &[(&str, PathBuf)],
        folder: Folder,
        arguments: &[&str],
    ) -> Result<Venue, String> {
        Venue::run(Command::new(BINARY), listen, environment, folder, arguments)
    }

    fn run(
        mut program: Command,
        listen: &str,
        environment: &[(&str, PathBuf)],
        folder: Folder,
        arguments: &[&str],
    ) -> Result<Venue, String> {
        let mut child = program
            .args(["serve", "--listen", listen, "--no-mdns", "--data"])
            .arg(folder.path())
            .args(arguments)
            .env_remove("STATE_DIRECTORY")
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut printed = String::new();
        let mut address = None;
        // The QR code is the last thing that is printed; it ends with an empty line.
        for line in lines.by_ref() {
            let line = line.expect("text");
            let (scheme, found) = line.trim().split_once("://127.0.0.1:").unwrap_or_default();
            if matches!(scheme, "http" | "https") {
                // What follows is a remark.
                address = found
                    .split('/')
                    .next()
                    .and_then(|port| port.parse::<u16>().ok());
            }
            printed += &format!("{line}\n");
            if line.contains('▀') && line.chars().all(|c| c == '▀') {
                break;
            }
        }
        let Some(port) = address else {
            let mut error = String::new();
            child
                .stderr
                .take()
                .expect("piped")
                .read_to_string(&mut error)
                .expect("text");
            child.wait().expect("ended");
            return Err(error);
        };
        let errors = child.stderr.take().expect("piped");
        let panics = std::thread::spawn(move || panics_in(BufReader::new(errors)));
        let pin = printed
            .lines()
            .find_map(|line| line.strip_prefix("Organiser PIN: "));
        Ok(Venue {
            child,
            panics: Some(panics),
            address: ([127, 0, 0, 1], port).into(),
            pin: pin.map(|pin| pin.trim().to_owned()),
            printed,
            folder,
            arguments: arguments
                .iter()
                .map(|argument| (*argument).to_owned())
                .collect(),
            damaged: false,
        })
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// The database is damaged on purpose, or taken away: the end does not look through it.
    pub fn is_damaged(&mut self) {
        self.damaged = true;
    }

    /// SIGKILL: the plug of this process.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// SIGKILL, without waiting for the end: for tests in which others still use the server.
    pub fn cut_off(&self) {
        self.signal("KILL");
    }

    /// SIGTERM, without waiting for the end.
    pub fn ask_to_stop(&self) {
        self.signal("TERM");
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .expect("sh")
                .success()
        );
    }

    /// For the end, with how it ended.
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the end", || {
            status = self.child.try_wait().expect("a child");
            status.is_some()
        });
        status.expect("ended")
    }

    /// Starts again on the same data and the same port.
    pub fn restart(self) -> Venue {
        self.restart_after(|_| {})
    }

    /// The same, and does something with the data folder in between.
    pub fn restart_after(mut self, between: impl FnOnce(&Path)) -> Venue {
        self.kill();
        between(self.data());
        let (listen, folder) = (self.address.to_string(), self.folder.clone());
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        Venue::try_start_at(&listen, &[], folder, &arguments).expect("starts again")
    }

    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let mut stream = self.connect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        read_reply(&mut stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        stream.set_nodelay(true).expect("set");
        stream
    }

    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.request("POST", path, &[], body.to_string().as_bytes())
    }

    pub fn post_as(&self, token: &str, path: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        self.request(
            "POST",
            path,
            &[("Authorization", &bearer)],
            body.to_string().as_bytes(),
        )
    }

    pub fn get_as(&self, token: &str, path: &str) -> Reply {
        let bearer = format!("Bearer {token}");
        self.request("GET", path, &[("Authorization", &bearer)], b"")
    }

    /// Opens an organiser's session and returns its token.
    pub fn log_in(&self) -> String {
        self.log_in_with_cookie().0
    }

    /// The token of a new session, and its cookie: name and value.
    pub fn log_in_with_cookie(&self) -> (String, String) {
        let reply = self.post(
            "/api/session",
            &json!({ "pin": self.pin.as_ref().expect("a PIN") }),
        );
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        let token = reply.json()["token"].as_str().expect("a token").to_owned();
        let cookie = reply.header("set-cookie").expect("a cookie");
        let pair = cookie.split(';').next().expect("a pair");
        (token, pair.to_owned())
    }

    /// Creates a tournament and a match in it. In the open mode `organiser` may be empty.
    pub fn create_match_as(&self, organiser: &str) -> Fixture {
        let tournament = json!({ "tournamentName": "Cup", "sport": "football" });
        let tournament = self
            .post_as(organiser, "/create-tournament", &tournament)
            .json();
        let teams = json!({ "equipeA": "Lyon", "equipeB": "Metz", "tournamentID": tournament["tournamentID"] });
        let created = self.post_as(organiser, "/create-match", &teams).json();
        let text = |field: &str| created[field].as_str().expect("a text").to_owned();
        Fixture {
            id: text("matchID"),
            token: text("refereeToken"),
        }
    }

    pub fn create_match(&self) -> Fixture {
        self.create_match_as("")
    }

    pub fn socket(&self, path: &str) -> Socket {
        self.try_socket(path)
            .unwrap_or_else(|status| panic!("{path}: {status}"))
    }

    /// The error is the status with which the handshake was refused.
    pub fn try_socket(&self, path: &str) -> Result<Socket, u16> {
        self.try_socket_with(path, &[])
    }

    pub fn try_socket_with(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Socket, u16> {
        let address = format!("ws://{}{path}", self.address);
        let mut request = address.into_client_request().expect("an address");
        for (name, value) in headers {
            let value = value.parse().expect("a header");
            request.headers_mut().insert(*name, value);
        }
        match tungstenite::client(request, self.connect()) {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// A referee as in the original system: no device is named.
    pub fn referee(&self, fixture: &Fixture) -> Socket {
        self.socket(&format!(
            "/referee?IdMatch={}&token={}",
            fixture.id, fixture.token
        ))
    }

    pub fn watcher(&self, fixture: &Fixture) -> Socket {
        self.socket(&format!("/spectateur?matchID={}", fixture.id))
    }

    /// The whole history of a match.
    pub fn history(&self, fixture: &Fixture) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let path = format!("/api/matches/{}/events?after={}", fixture.id, all.len());
            let page = self.get(&path).json();
            let page = page.as_array().expect("a list");
            if page.is_empty() {
                return all;
            }
            all.extend(page.iter().cloned());
        }
    }

    /// Resident memory in KiB.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .expect("the kernel's view of the server")
            .count()
    }

    pub fn resident_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    /// How much more was resident at the worst moment of this.
    pub fn peak_kib(&self, what: impl FnOnce()) -> u64 {
        // The highest mark so far is forgotten (proc_pid_clear_refs(5)).
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("cleared");
        let before = self.resident_kib();
        what();
        self.status_kib("VmHWM:").saturating_sub(before)
    }

    fn status_kib(&self, name: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("status");
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .expect("a line");
        line.split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .expect("a number")
    }
}

impl Drop for Venue {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let panics = self.panics.take().and_then(|panics| panics.join().ok());
        // A test that fails already says why.
        if !std::thread::panicking() {
            assert_eq!(panics, Some(Vec::new()), "a task of the server panicked");
            if !self.damaged {
                assert_sound(self.data());
            }
        }
    }
}

/// Whatever a test does to a server, what is left must be what the next start takes.
fn assert_sound(data: &Path) {
    let check = Command::new(BINARY)
        .args(["check", "--data"])
        .arg(data)
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    let errors = String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success(), "check: {said}{errors}");
}

/// A task that panics takes nobody else with it, so that nothing but the server's log tells of it.
fn panics_in(errors: impl BufRead) -> Vec<String> {
    let lines = errors.split(b'\n').map_while(Result::ok);
    let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    lines.filter(|line| line.contains("panicked at")).collect()
}

#[test]
fn a_panic_in_what_a_server_says_is_found() {
    let said: &[u8] = b"INFO listening\n\xff\n\nthread 'tokio-rt-worker' (7) panicked at src/http/api.rs:1:2:\nno\n";
    assert_eq!(panics_in(said).len(), 1);
    assert!(panics_in(&said[..20]).is_empty());
}

pub fn temporary() -> Folder {
    Folder::Temporary(Arc::new(tempfile::tempdir().expect("a temporary folder")))
}

pub fn read_reply(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    // A server that closes hard after its answer has still answered.
    let _ = stream.read_to_end(&mut bytes);
    reply_of(bytes)
}

/// A whole answer.
pub fn reply_of(mut bytes: Vec<u8>) -> Reply {
    let split = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a whole head");
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .expect("a status");
    let mut body = bytes.split_off(split + 4);
    if head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        body = unchunk(&body);
    }
    let reply = Reply { status, head, body };
    if let Some(length) = reply
        .header("content-length")
        .filter(|_| !reply.body.is_empty())
    {
        assert_eq!(length, reply.body.len().to_string(), "the promised length");
    }
    reply
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let length = std::str::from_utf8(&rest[..end])
            .ok()
            .and_then(|hex| usize::from_str_radix(hex, 16).ok());
        let Some(length @ 1..) = length else { break };
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
    body
}

/// A websocket of a test.
pub struct Socket(pub WebSocket<TcpStream>);

impl Socket {
    pub fn send(&mut self, event: &Value) {
        self.send_text(&event.to_string());
    }

    pub fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).expect("sent");
    }

    /// The next JSON message; `Err` is the close code.
    pub fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Ok(Message::Close(frame)) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Ok(_) => {}
                Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
                    return Err(1005);
                }
                Err(tungstenite::Error::Io(error))
                    if error.kind() != std::io::ErrorKind::WouldBlock =>
                {
                    return Err(1006);
                }
                Err(tungstenite::Error::Protocol(_)) => return Err(1006),
                Err(error) => panic!("nothing came: {error}"),
            }
        }
    }

    /// The next message of one of these types; others are passed over.
    pub fn next_of(&mut self, types: &[&str]) -> Value {
        loop {
            let message = self
                .next()
                .unwrap_or_else(|code| panic!("closed with {code}"));
            if types.iter().any(|wanted| message["type"] == *wanted) {
                return message;
            }
        }
    }

    /// Sends one event and waits for what became of it.
    pub fn publish(&mut self, event: &Value) -> Value {
        self.send(event);
        self.next_of(&["ack", "refused"])
    }

    pub fn close_code(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next() {
                return code;
            }
        }
    }
}

pub fn point(side: &str) -> Value {
    json!({ "type": "point", "side": side })
}

pub fn point_named(id: &str) -> Value {
    json!({ "type": "point", "side": "A", "id": id })
}

/// Waits until something is so.
pub fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !so() {
        assert!(since.elapsed() < PATIENCE, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}
