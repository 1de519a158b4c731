//! A hall with a certificate: everything that is served plainly is served by https, too, and nothing is left of http but the way.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::protocol::WebSocket;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::command_line::{courtside, text};
use crate::limits::connect_from;
use crate::venue::{
    BINARY, Fixture, PATIENCE, Reply, Venue, eventually, point, reply_of, temporary,
};

/// The name for which the certificates are.
const NAME: &str = "hall.test";

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// An authority that phones trust, and the files that it gave the hall.
struct Hall {
    authority: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Hall {
    fn new() -> Hall {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let hall = Hall {
            authority,
            folder: tempfile::tempdir().unwrap(),
        };
        fs::write(hall.file("ca.pem"), hall.authority.pem()).unwrap();
        hall.certify(CertificateParams::new(vec![NAME.to_owned()]).unwrap());
        hall
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    /// Puts a new certificate with a new key in place, as a renewal does: one file after the other.
    fn certify(&self, params: CertificateParams) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        for (name, pem) in [
            ("hall.pem", certificate.pem()),
            ("hall.key", key.serialize_pem()),
        ] {
            fs::write(self.file("new"), pem).unwrap();
            fs::rename(self.file("new"), self.file(name)).unwrap();
        }
    }

    fn flags(&self) -> [String; 4] {
        [
            "--tls-cert".into(),
            self.path("hall.pem"),
            "--tls-key".into(),
            self.path("hall.key"),
        ]
    }

    fn serve(&self, arguments: &[&str]) -> Venue {
        let flags = self.flags();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        Venue::with(&[&flags, arguments].concat())
    }

    /// A client that trusts the authority and checks the name.
    fn config(&self, version: &'static rustls::SupportedProtocolVersion) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap();
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Arc::new(config)
    }

    fn secure(&self, stream: TcpStream) -> Stream {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let name = ServerName::try_from(NAME).unwrap();
        let client = ClientConnection::new(self.config(&rustls::version::TLS13), name).unwrap();
        StreamOwned::new(client, stream)
    }

    fn connect(&self, venue: &Venue) -> Stream {
        self.secure(venue.connect())
    }

    fn get(&self, venue: &Venue, path: &str) -> Reply {
        ask(self.connect(venue), "GET", path, &[], "")
    }

    fn post(&self, venue: &Venue, path: &str, body: &Value) -> Reply {
        ask(self.connect(venue), "POST", path, &[], &body.to_string())
    }

    fn create_match(&self, venue: &Venue) -> Fixture {
        let body = json!({ "tournamentName": "Cup", "sport": "football" });
        let cup = self.post(venue, "/create-tournament", &body).json();
        let body =
            json!({ "equipeA": "Lyon", "equipeB": "Metz", "tournamentID": cup["tournamentID"] });
        let created = self.post(venue, "/create-match", &body).json();
        let of = |field: &str| created[field].as_str().unwrap().to_owned();
        assert!(
            of("refereeUrl")
                .starts_with(&format!("https://{NAME}:{}/score?", venue.address.port()))
        );
        Fixture {
            id: of("matchID"),
            token: of("refereeToken"),
        }
    }

    fn socket(&self, venue: &Venue, path: &str) -> SecureSocket {
        let address = format!("wss://{}{path}", venue.address);
        let (socket, _) = tungstenite::client(address, self.connect(venue)).unwrap();
        SecureSocket(socket)
    }

    fn referee(&self, venue: &Venue, fixture: &Fixture) -> SecureSocket {
        let path = format!("/referee?IdMatch={}&token={}", fixture.id, fixture.token);
        self.socket(venue, &path)
    }

    fn watcher(&self, venue: &Venue, fixture: &Fixture) -> SecureSocket {
        self.socket(venue, &format!("/watch?matchID={}", fixture.id))
    }
}

struct SecureSocket(WebSocket<Stream>);

impl SecureSocket {
    /// The next message; the close code at the end.
    fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(frame)) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Ok(_) => {}
                Err(error) => panic!("the connection broke: {error}"),
            }
        }
    }

    fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().unwrap();
            if message["type"] == kind {
                return message;
            }
        }
    }

    fn publish(&mut self, event: &Value) -> Value {
        self.0.send(Message::text(event.to_string())).unwrap();
        self.next_of("ack")
    }
}

fn ask(
    mut stream: impl Read + Write,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let more: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    // An end without the notice of TLS would be an error here.
    stream.read_to_end(&mut bytes).unwrap();
    reply_of(bytes)
}

#[test]
fn pages_are_served_by_https_under_the_certificates_name_which_is_told_first() {
    let hall = Hall::new();
    let venue = hall.serve(&[]);
    let url = format!("https://{NAME}:{}/", venue.address.port());
    assert!(
        venue.printed.contains(&format!("    {url}\n")),
        "{}",
        venue.printed
    );
    assert!(
        venue.printed.contains("/   (browsers warn"),
        "{}",
        venue.printed
    );
    assert!(!venue.printed.contains("http://"), "{}", venue.printed);
    assert_eq!(hall.get(&venue, "/").status, 200);
    let told = hall.get(&venue, "/api/venue").json();
    assert_eq!(told["addresses"][0], url.as_str());
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let name = ServerName::try_from(NAME).unwrap();
        let client = ClientConnection::new(hall.config(version), name).unwrap();
        let mut stream = StreamOwned::new(client, venue.connect());
        // A long answer, in many pieces.
        write!(
            stream,
            "GET /api/openapi.json HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        assert_eq!(reply_of(bytes).status, 200);
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    }
    let logged_in = hall.post(&venue, "/api/session", &json!({ "pin": venue.pin }));
    let cookie = logged_in.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-courtside_") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert_eq!(logged_in.header("strict-transport-security"), None);
    let cookie = cookie.split(';').next().unwrap();
    let sessions = ask(
        hall.connect(&venue),
        "GET",
        "/api/sessions",
        &[("Cookie", cookie)],
        "",
    );
    assert_eq!(sessions.status, 200);
}

#[test]
fn referees_score_and_watchers_see_it_over_wss_until_the_server_says_goodbye() {
    let hall = Hall::new();
    let mut venue = hall.serve(&["--open"]);
    let fixture = hall.create_match(&venue);
    let note = json!({ "type": "note", "text": "x".repeat(12_000) });
    // A body in many records, larger than all that lies between.
    let many: Vec<&Value> = (0..15).map(|_| &note).collect();
    let path = format!("/api/matches/{}/events", fixture.id);
    let acks = hall.post(&venue, &path, &json!(many)).json();
    assert_eq!(acks[14]["seq"], 15, "{acks}");
    let mut watcher = hall.watcher(&venue, &fixture);
    let mut referee = hall.referee(&venue, &fixture);
    let mut stream = hall.connect(&venue);
    write!(
        stream,
        "GET /events?matchID={} HTTP/1.1\r\nHost: {NAME}\r\n\r\n",
        fixture.id
    )
    .unwrap();
    for number in 1..=75 {
        if number > 15 {
            let event = if number % 2 == 0 {
                note.clone()
            } else {
                point("A")
            };
            assert_eq!(referee.publish(&event)["seq"], number);
        }
        assert_eq!(watcher.next_of("event")["seq"], number);
    }
    let mut seen = String::new();
    while !seen.contains("\"seq\":75,") {
        let mut some = [0; 16 * 1024];
        let read = stream.read(&mut some).unwrap();
        assert!(read > 0, "the stream ended");
        seen += &String::from_utf8_lossy(&some[..read]);
    }
    // Who comes later is told everything, and a ping of ours is answered.
    let mut late = hall.watcher(&venue, &fixture);
    for number in 1..=75 {
        assert_eq!(late.next_of("event")["seq"], number);
    }
    late.0.send(Message::Ping("there?".into())).unwrap();
    assert!(matches!(late.0.read().unwrap(), Message::Pong(_)));
    venue.ask_to_stop();
    for mut socket in [watcher, referee, late] {
        let ended = std::iter::from_fn(|| Some(socket.next())).find_map(Result::err);
        assert_eq!(ended, Some(1012));
    }
    assert!(venue.wait().success());
}

#[test]
fn plain_http_is_sent_to_https_and_may_neither_write_nor_open_a_websocket() {
    let hall = Hall::new();
    let venue = hall.serve(&["--open"]);
    for method in ["GET", "HEAD"] {
        let reply = venue.request(method, "/match?id=7", &[], b"");
        assert_eq!(reply.status, 308);
        let location = format!("https://{}/match?id=7", venue.address);
        assert_eq!(reply.header("location"), Some(location.as_str()));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    let refused = venue.post(
        "/create-tournament",
        &json!({ "tournamentName": "Cup", "sport": "football" }),
    );
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "https_required")
    );
    assert_eq!(venue.try_socket("/watch").err(), Some(403));
    assert_eq!(hall.get(&venue, "/live-tournament").json(), json!([]));
}

#[test]
fn limits_are_those_of_the_clients_own_address() {
    let hall = Hall::new();
    let venue = hall.serve(&["--open", "--max-per-address", "3"]);
    let from = |last: u8| hall.secure(connect_from(last, venue.address));
    let keep = |mut stream: Stream| {
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n\r\n").unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
        stream
    };
    let open: Vec<Stream> = (0..3).map(|_| keep(from(2))).collect();
    // Who is turned away has two seconds for the handshake, which a busy machine may not keep.
    eventually("the reason is told", || {
        let mut stream = from(2);
        let asked = write!(stream, "GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
        let mut told = String::new();
        let heard = asked.and_then(|()| stream.read_to_string(&mut told));
        assert!(!told.starts_with("HTTP/1.1 200"), "{told}");
        heard.is_ok() && told.starts_with("HTTP/1.1 429") && told.contains("too_many_connections")
    });
    keep(from(3));
    drop(open);
    // The places of connections that have ended are free again; arrivals come back with time.
    eventually("a place is free", || {
        let mut stream = from(2);
        let asked = write!(stream, "GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
        let mut status = [0; 12];
        asked.is_ok() && stream.read_exact(&mut status).is_ok() && &status == b"HTTP/1.1 200"
    });
}

#[test]
fn files_that_are_of_no_use_are_told_with_what_to_do() {
    let hall = Hall::new();
    let other = KeyPair::generate().unwrap();
    fs::write(hall.file("other.key"), other.serialize_pem()).unwrap();
    fs::write(hall.file("empty.pem"), "").unwrap();
    fs::write(
        hall.file("broken.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
    )
    .unwrap();
    fs::write(
        hall.file("no.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    fs::write(
        hall.file("locked.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    )
    .unwrap();
    for (certificate, key, told) in [
        ("missing.pem", "hall.key", "cannot read"),
        ("hall.pem", "missing.key", "must be able to"),
        ("empty.pem", "hall.key", "holds no certificate"),
        ("broken.pem", "hall.key", "is no PEM file"),
        ("no.pem", "hall.key", "cannot be read"),
        ("hall.pem", "hall.pem", "holds no private key"),
        ("hall.pem", "locked.key", "openssl pkey"),
        ("hall.pem", "other.key", "does not belong to"),
    ] {
        let (certificate, key) = (hall.path(certificate), hall.path(key));
        let failed = Venue::try_start(
            temporary(),
            &["--tls-cert", &certificate, "--tls-key", &key],
        );
        let error = failed.err().expect("no start");
        assert!(error.contains(told), "{error}");
    }
    let half = Venue::try_start(temporary(), &["--tls-cert", &hall.path("hall.pem")]);
    assert!(half.err().expect("no start").contains("tls-key"));
}

#[test]
fn a_certificate_that_ended_and_a_key_that_all_may_read_are_warned_of_and_served() {
    use std::os::unix::fs::PermissionsExt as _;
    let hall = Hall::new();
    let mut params = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 2, 29);
    hall.certify(params);
    fs::set_permissions(hall.file("hall.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let venue = hall.serve(&["--open"]);
    let mut stream = hall.connect(&venue);
    let error = stream.flush().unwrap_err().to_string();
    assert!(error.contains("xpired"), "{error}");
    let mut server = Command::new(BINARY)
        .args(["serve", "--listen", "127.0.0.1:0", "--no-mdns", "--data"])
        .arg(hall.file("data"))
        .args(hall.flags())
        .env_remove("STATE_DIRECTORY")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(server.stderr.take().unwrap()).lines();
    let mut missing = vec!["ended on 2020-02-29", "chmod o-r"];
    for line in said.map_while(Result::ok) {
        missing.retain(|wanted| !line.contains(wanted));
        if missing.is_empty() {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_renewed_certificate_is_shown_without_a_restart_and_a_useless_one_is_not() {
    let hall = Hall::new();
    let venue = hall.serve(&["--open"]);
    let fixture = hall.create_match(&venue);
    let mut referee = hall.referee(&venue, &fixture);
    let shown = || {
        let mut stream = hall.connect(&venue);
        stream.flush().unwrap();
        let chain = stream.conn.peer_certificates().unwrap();
        chain[0].to_vec()
    };
    let on_disk = || {
        CertificateDer::from_pem_file(hall.file("hall.pem"))
            .unwrap()
            .to_vec()
    };
    let before = on_disk();
    assert_eq!(shown(), before);
    fs::write(hall.file("hall.pem"), "half a certi").unwrap();
    // Long enough for two looks at the files.
    std::thread::sleep(Duration::from_secs(11));
    assert_eq!(shown(), before);
    hall.certify(CertificateParams::new(vec![NAME.to_owned(), "score.test".to_owned()]).unwrap());
    let renewed = on_disk();
    assert_ne!(renewed, before);
    eventually("the new certificate is shown", || shown() == renewed);
    let told = hall.get(&venue, "/api/venue").json();
    let second = format!("https://score.test:{}/", venue.address.port());
    assert_eq!(told["addresses"][1], second.as_str());
    // Who was there stays.
    assert_eq!(referee.publish(&point("A"))["seq"], 1);
}

/// The first words of a client.
fn hello(hall: &Hall) -> Vec<u8> {
    let name = ServerName::try_from(NAME).unwrap();
    let mut client = ClientConnection::new(hall.config(&rustls::version::TLS13), name).unwrap();
    let mut hello = Vec::new();
    client.write_tls(&mut hello).unwrap();
    hello
}

fn flood(to: SocketAddr, count: usize, bytes: &[u8]) -> Vec<TcpStream> {
    let open = |_| {
        let mut stream = TcpStream::connect(to).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(bytes).unwrap();
        stream
    };
    (0..count).map(open).collect()
}

#[test]
fn half_handshakes_neither_stop_a_referee_nor_stay() {
    const EACH: usize = 300;
    let hall = Hall::new();
    let venue = hall.serve(&["--open"]);
    let fixture = hall.create_match(&venue);
    let mut referee = hall.referee(&venue, &fixture);
    let hello = hello(&hall);
    let before = venue.resident_kib();
    // A record that announces more than it brings, and is longer than any hello.
    let mut endless = vec![0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc];
    endless.resize(10_000, 0);
    let mut silent = flood(venue.address, EACH, &hello[..hello.len() / 2]);
    silent.extend(flood(venue.address, EACH, &hello));
    silent.extend(flood(venue.address, EACH, &endless));
    for number in 1..=30 {
        assert_eq!(referee.publish(&point("A"))["seq"], number);
        assert_eq!(hall.get(&venue, "/healthz").status, 200);
    }
    let grown = venue.resident_kib().saturating_sub(before);
    assert!(grown < 40 * 1024, "{grown} KiB for {} handshakes", 3 * EACH);
    for mut stream in silent {
        let mut rest = Vec::new();
        // Reset or closed: it ends, and that within the limit of reading here.
        if let Err(error) = stream.read_to_end(&mut rest) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
    }
    assert_eq!(hall.get(&venue, "/healthz").status, 200);
}

#[test]
fn what_clients_leave_half_said_takes_no_more_than_its_room() {
    // One more than may be amid a long record at the same time, and some.
    const MANY: usize = 256 + 40;
    let hall = Hall::new();
    let venue = hall.serve(&["--open"]);
    let files = venue.open_files();
    // The head of a record of 16 KB, and half of it.
    let mut half = vec![0x17, 3, 3, 0x40, 0];
    half.resize(8_000, 0);
    let fixture = hall.create_match(&venue);
    // Watchers: nobody waits for what they say next.
    let open = |_| {
        let mut stream = hall.watcher(&venue, &fixture).0.into_inner();
        stream.sock.write_all(&half).unwrap();
        stream.sock.set_nonblocking(true).unwrap();
        stream
    };
    let mut streams: Vec<Stream> = (0..MANY).map(open).collect();
    let is_open = |stream: &mut Stream| {
        let mut rest = Vec::new();
        let read = stream.sock.read_to_end(&mut rest);
        matches!(read, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    };
    eventually("those over the room are sent away", || {
        streams.retain_mut(is_open);
        streams.len() <= 256
    });
    assert_eq!(streams.len(), 256, "the others stay");
    assert_eq!(hall.get(&venue, "/healthz").status, 200);
    drop(streams);
    // Some files of the database may have been opened meanwhile.
    eventually("they have left", || venue.open_files() <= files + 60);
    // There is room again for a body in many records.
    let long = json!({ "tournamentName": "x".repeat(3_900), "sport": "football" });
    assert!(hall.post(&venue, "/create-tournament", &long).status >= 400);
}

#[test]
fn a_watcher_that_falls_silent_is_given_up_on_both_sides() {
    let hall = Hall::new();
    let venue = hall.serve(&["--open"]);
    let fixture = hall.create_match(&venue);
    let mut awake = hall.watcher(&venue, &fixture);
    let files = venue.open_files();
    let mut silent = hall.watcher(&venue, &fixture);
    assert_eq!(silent.next_of("welcome")["seq"], 0);
    let asleep = std::thread::spawn(move || {
        // Reads what comes, and answers nothing: only the socket is read, not the websocket.
        let mut rest = Vec::new();
        let stream = silent.0.get_mut();
        stream
            .sock
            .set_read_timeout(Some(Duration::from_secs(100)))
            .unwrap();
        let since = std::time::Instant::now();
        // The end of the connection may come with a word or without.
        let _ = stream.read_to_end(&mut rest);
        since.elapsed()
    });
    let awake_reads = std::thread::spawn(move || {
        awake
            .0
            .get_mut()
            .sock
            .set_read_timeout(Some(Duration::from_secs(100)))
            .unwrap();
        assert_eq!(awake.next_of("event")["seq"], 1);
    });
    let lasted = asleep.join().unwrap();
    assert!(
        lasted >= Duration::from_secs(55) && lasted < Duration::from_secs(95),
        "{lasted:?}"
    );
    eventually("its files are closed", || venue.open_files() <= files);
    let mut referee = hall.referee(&venue, &fixture);
    assert_eq!(referee.publish(&point("A"))["seq"], 1);
    awake_reads.join().unwrap();
}

#[test]
fn the_client_commands_speak_https_and_believe_whom_they_are_told_to() {
    let hall = Hall::new();
    // The name cannot be looked up here, so that the certificate is for the address.
    hall.certify(CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap());
    let venue = hall.serve(&["--open", "--referee-rate", "0"]);
    let url = format!("https://{}", venue.address);
    let events = hall.file("events");
    fs::write(&events, "{\"type\":\"point\",\"side\":\"A\"}\n").unwrap();
    let events = events.display().to_string();
    let score = ["referee", "--url", &url, "--events", &events];
    let believed = courtside(&[&score[..], &["--ca", &hall.path("ca.pem")]].concat());
    assert!(believed.status.success(), "{}", text(&believed.stderr));
    assert!(
        text(&believed.stdout).contains("1:0"),
        "{}",
        text(&believed.stdout)
    );
    let known = courtside(&[&score[..], &["--ca", &hall.path("hall.pem")]].concat());
    assert!(known.status.success(), "{}", text(&known.stderr));
    let stranger = Hall::new();
    let strange = courtside(&[&score[..], &["--ca", &stranger.path("ca.pem")]].concat());
    assert!(!strange.status.success());
    assert!(
        text(&strange.stderr).contains("--ca FILE"),
        "{}",
        text(&strange.stderr)
    );
    let load = [
        "load",
        "--url",
        &url,
        "--ca",
        &hall.path("ca.pem"),
        "--json",
    ];
    let more = [
        "--watchers",
        "40",
        "--rate",
        "50",
        "--seconds",
        "1",
        "--reconnect",
    ];
    let loaded = courtside(&[&load[..], &more[..]].concat());
    assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    let figures: Value = serde_json::from_slice(&loaded.stdout).unwrap();
    assert_eq!(
        figures["delivered"].as_u64(),
        figures["sent"].as_u64().map(|sent| sent * 40)
    );
}

#[test]
fn the_settings_name_both_files() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("courtside.toml");
    fs::write(
        &settings,
        "tls-cert = '/etc/hall.pem'\ntls-key = '/etc/hall.key'\n",
    )
    .unwrap();
    let printed = courtside(&["config", "--config", &path_text(&settings)]);
    let printed = text(&printed.stdout);
    assert!(
        printed.contains("tls-cert = \"/etc/hall.pem\""),
        "{printed}"
    );
    assert!(printed.contains("tls-key = \"/etc/hall.key\""), "{printed}");
}

fn path_text(path: &Path) -> String {
    path.display().to_string()
}
