//! `courtside pin`: the way back in for an organiser who stands at the box.

use std::error::Error;

use clap::Args;

use super::{DataFolder, say};
use crate::http::secrets::{hash_pin, new_pin};
use crate::store;

#[derive(Debug, Args)]
pub struct Pin {
    /// Make a new PIN and print it; the old one is no longer good, logged-in organisers stay logged in
    #[arg(long)]
    new: bool,
    #[command(flatten)]
    folder: DataFolder,
}

impl Pin {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let database = store::open_beside(&self.folder.path()?)?;
        if self.new {
            let pin = new_pin()?;
            database.set_pin_hash(&hash_pin(&pin)?)?;
            say(format!("Organiser PIN: {pin}"))?;
        } else if database.pin_hash()?.is_some() {
            say("A PIN is set. It cannot be shown; make a new one with: courtside pin --new")?;
        } else {
            say("No PIN is set. Make one with: courtside pin --new")?;
        }
        Ok(())
    }
}
