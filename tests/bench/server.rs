//! The real server, and what the kernel says of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// The server to measure.
pub fn binary() -> String {
    std::env::var("COURTSIDE_BENCH_BINARY")
        .unwrap_or_else(|_| env!("CARGO_BIN_EXE_courtside").to_owned())
}

/// A folder for a database, on the disk of the build and not in memory.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the database")
}

/// A server process; it ends with this value.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is no harm here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that anyone may write to, with a folder of its own.
pub struct Server {
    process: Process,
    address: SocketAddr,
    _stdout: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Server {
    /// Executes the server, without waiting for it.
    pub fn launch(data: &Path, arguments: &[&str]) -> Process {
        Server::launch_of(&binary(), data, arguments)
    }

    fn launch_of(binary: &str, data: &Path, arguments: &[&str]) -> Process {
        let child = Command::new(binary)
            .args(["serve", "--no-mdns", "--data"])
            .arg(data)
            .args(arguments)
            .env_clear()
            .env("COURTSIDE_LOG", "warn")
            // One heap, as the service has it.
            .env("MALLOC_ARENA_MAX", "1")
            .env("MALLOC_MMAP_THRESHOLD_", "1048576")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        Process(child)
    }

    pub fn start() -> Server {
        Server::of(&binary(), folder())
    }

    /// One that was built before, or this one, on a database of its own.
    pub fn of(binary: &str, folder: TempDir) -> Server {
        let mut process = Server::launch_of(
            binary,
            folder.path(),
            &[
                "--open",
                "--listen",
                "127.0.0.1:0",
                "--max-connections",
                "16000",
                "--referee-rate",
                "0",
            ],
        );
        let mut stdout = BufReader::new(process.0.stdout.take().expect("the server's output"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            let read = stdout.read_line(&mut line).expect("the server's output");
            assert!(read > 0, "the server ended before it said where it is");
            let address = line.trim().strip_prefix("http://");
            if let Some(address) = address.and_then(|rest| rest.trim_end_matches('/').parse().ok())
            {
                break address;
            }
        };
        Server {
            process,
            address,
            _stdout: stdout,
            folder,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A friendly match of a sport in which points only add up; its ID.
    pub fn create_match(&self) -> String {
        self.get("/create-match?sport=BASKETBALL&equipeA=Reds&equipeB=Blues")
    }

    /// The body of an answer.
    pub fn get(&self, path: &str) -> String {
        self.ask("GET", path, "")
    }

    pub fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("the server takes a connection");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream
            .write_all(request.as_bytes())
            .expect("the server takes a request");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the server answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        assert!(head.starts_with("HTTP/1.1 20"), "{path}: {answer}");
        body.to_owned()
    }

    /// Ends it as a power cut does; its folder remains.
    pub fn kill(mut self) -> TempDir {
        // It may have ended already, which is no harm here.
        let _ = self.process.0.kill();
        let _ = self.process.0.wait();
        self.folder
    }

    /// Lets the server end what it is doing: it has no more to do when it uses no processor time.
    pub fn settle(&self) {
        let mut before = self.processor_ticks();
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let now = self.processor_ticks();
            if now <= before + 1 {
                return;
            }
            before = now;
        }
    }

    /// One of the sizes in `/proc/PID/status`, in bytes.
    pub fn memory(&self, field: &str) -> i64 {
        self.proc_field("status", field) * 1024
    }

    /// One of the counters in `/proc/PID/io`.
    pub fn io(&self, field: &str) -> i64 {
        self.proc_field("io", field)
    }

    fn proc_field(&self, file: &str, field: &str) -> i64 {
        let text = self.proc(file);
        text.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| *name == field)
            .and_then(|(_, value)| value.split_whitespace().next()?.parse().ok())
            .unwrap_or_else(|| panic!("{field} in {text}"))
    }

    /// Processor time used so far, in ticks of 10 ms.
    pub fn processor_ticks(&self) -> u64 {
        let text = self.proc("stat");
        let after_name = text.rsplit_once(')').expect("a process name").1;
        // Fields 14 and 15; the first after the name is the third.
        after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().expect("a number of ticks"))
            .sum()
    }

    fn proc(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.process.0.id());
        std::fs::read_to_string(path).expect("the kernel's view of the server")
    }
}
