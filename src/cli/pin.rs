//! `courtside pin`: the way back in for an organiser who stands at the box.

use std::error::Error;

use clap::Args;

use crate::config::{Config, Flags, Layer};
use crate::http::secrets::{hash_pin, new_pin};
use crate::store;

#[derive(Debug, Args)]
pub struct Pin {
    /// Make a new PIN and print it; the old one is no longer good, logged-in organisers stay logged in
    #[arg(long)]
    new: bool,
    /// Folder of the database [default: $STATE_DIRECTORY, else ./courtside-data]
    #[arg(long, value_name = "DIR", env = "COURTSIDE_DATA")]
    data: Option<std::path::PathBuf>,
    /// Settings file that names the folder
    #[arg(long, value_name = "FILE", env = "COURTSIDE_CONFIG")]
    config: Option<std::path::PathBuf>,
}

impl Pin {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let layer = Layer {
            data: self.data,
            ..Layer::default()
        };
        let config = Config::load(Flags {
            layer,
            config: self.config,
        })?;
        let database = store::open_beside(&config.data)?;
        if self.new {
            let pin = new_pin()?;
            database.set_pin_hash(&hash_pin(&pin)?)?;
            println!("Organiser PIN: {pin}");
        } else if database.pin_hash()?.is_some() {
            println!("A PIN is set. It cannot be shown; make a new one with: courtside pin --new");
        } else {
            println!("No PIN is set. Make one with: courtside pin --new");
        }
        Ok(())
    }
}
