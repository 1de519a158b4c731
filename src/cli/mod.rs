//! The command line: one file per subcommand.

mod backup;
mod demo;
mod draw;
mod lines;
mod load;
mod pin;
mod plan;
mod referee;
mod score;
mod serve;
mod simulation;
mod standings;
mod swiss;
mod watch;

use std::error::Error;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::client::{BaseUrl, Client, ClientError};
use crate::config::{Config, ConfigError, Flags, Layer};

/// Live scores for a sports hall, from one box: referees score on their phones, everybody else sees it at once.
///
/// Without a command it serves. The first start prints the organiser's PIN: keep it.
#[derive(Debug, Parser)]
#[command(name = "courtside", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(Flags),
    /// Run the server on a throw-away database with a tournament that plays itself, open to anyone
    Demo(Flags),
    /// Score a match from here: a simulated game, or events from a file
    Referee(referee::Referee),
    /// Follow a match from here
    Watch(watch::Watch),
    /// Fold events from standard input into the state of a match, one JSON event a line
    Score(score::Score),
    /// Draw tournaments from standard input, one JSON object a line: their fixtures as one line each
    Draw(draw::Draw),
    /// Pair the next round of Swiss tournaments from standard input, one JSON object a line
    Swiss(swiss::Swiss),
    /// Plan courts and times from standard input, one JSON object a line
    Plan(plan::Plan),
    /// Make the tables of groups from standard input, one JSON object a line
    Standings(standings::Standings),
    /// Load a running server with watchers and matches, to know what a box and its Wi-Fi can hold
    Load(load::Load),
    /// Copy the database to a file, also while the server runs
    Backup(backup::Backup),
    /// Put a backup in the database's place, while the server is stopped
    Restore(backup::Restore),
    /// Verify the database: its pages, sequences, events and states; exit code 1 and a list if something is wrong
    Check(backup::Check),
    /// Show whether an organiser's PIN is set, or make a new one
    Pin(pin::Pin),
    /// Print the settings as they would be used, as a settings file
    Config(Flags),
}

/// Where a running server is.
#[derive(Debug, Clone, Args)]
struct ServerUrl {
    /// Address of the server, for example http://192.168.1.5:8000 or https://hall.example.org
    #[arg(long, value_name = "URL", env = "COURTSIDE_URL")]
    url: BaseUrl,
    /// With https: certificates to trust instead of those of this machine's authorities (PEM); the server's own one will do
    #[arg(long, value_name = "FILE", env = "COURTSIDE_CA")]
    ca: Option<std::path::PathBuf>,
}

impl ServerUrl {
    fn client(&self) -> Result<Client, ClientError> {
        Client::new(self.url.clone(), self.ca.as_deref())
    }
}

/// The organiser's PIN as it is printed: its space may stand between quotes or not, or be left out.
#[derive(Debug, Clone, Args)]
struct PinFlag {
    /// Organiser's PIN, to create matches outside the open mode; as it is printed, or without its space. It is sent readable:
    /// others on the Wi-Fi can learn it, and a venue that only takes what is signed refuses it
    #[arg(long, value_name = "PIN", num_args = 1..=2, env = "COURTSIDE_PIN")]
    pin: Vec<String>,
}

impl PinFlag {
    fn get(&self) -> Option<String> {
        (!self.pin.is_empty()).then(|| self.pin.concat())
    }
}

/// Where the database of a server on this machine lies.
#[derive(Debug, Clone, Args)]
struct DataFolder {
    /// Folder of the database [default: $STATE_DIRECTORY, else ./courtside-data]
    #[arg(long, value_name = "DIR", env = "COURTSIDE_DATA")]
    data: Option<std::path::PathBuf>,
    /// Settings file that names the folder
    #[arg(long, value_name = "FILE", env = "COURTSIDE_CONFIG")]
    config: Option<std::path::PathBuf>,
}

impl DataFolder {
    fn path(&self) -> Result<std::path::PathBuf, ConfigError> {
        let layer = Layer {
            data: self.data.clone(),
            ..Layer::default()
        };
        let flags = Flags {
            layer,
            config: self.config.clone(),
        };
        Ok(Config::load(flags)?.data)
    }
}

impl Cli {
    /// Runs the command. Exit codes: 0 good, 1 failed, 2 wrong usage.
    pub fn run(self) -> ExitCode {
        const FAILED: u8 = 1;
        const WRONG_USAGE: u8 = 2;
        log_to_stderr();
        match self.command.unwrap_or(Command::Serve(self.serve)).run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("courtside: {error}");
                let usage = error.is::<ConfigError>();
                ExitCode::from(if usage { WRONG_USAGE } else { FAILED })
            }
        }
    }
}

impl Command {
    fn run(self) -> Result<(), Box<dyn Error>> {
        match self {
            Command::Serve(flags) => runtime()?.block_on(serve::serve(Config::load(flags)?)),
            Command::Demo(flags) => runtime()?.block_on(demo::demo(flags)),
            Command::Referee(referee) => runtime()?.block_on(referee.run()),
            Command::Watch(watch) => runtime()?.block_on(watch.run()),
            Command::Score(score) => score.run(),
            Command::Draw(draw) => draw.run(),
            Command::Swiss(swiss) => swiss.run(),
            Command::Plan(plan) => plan.run(),
            Command::Standings(standings) => standings.run(),
            Command::Load(load) => load.run(),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Check(check) => check.run(),
            Command::Pin(pin) => pin.run(),
            Command::Config(flags) => {
                let text = Config::load(flags)?.to_toml();
                Ok(say(text.trim_end())?)
            }
        }
    }
}

/// A line for who asked. Whoever reads may have had enough, such as `head`: an error then, and no panic.
fn say(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

/// What `COURTSIDE_LOG` says: a level, or levels of parts such as `warn,courtside::store=debug`.
fn log_to_stderr() {
    let wanted = std::env::var("COURTSIDE_LOG").ok();
    let filter: Targets = wanted
        .and_then(|wanted| wanted.parse().ok())
        .unwrap_or_else(|| {
            Targets::new()
                .with_default(LevelFilter::WARN)
                .with_target("courtside", LevelFilter::INFO)
        });
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(filter)
        .init();
}
