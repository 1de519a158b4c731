use std::process::ExitCode;

use clap::Parser;
use courtside::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
