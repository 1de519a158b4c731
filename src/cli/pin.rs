//! `courtside pin`: the way back in for an organiser who stands at the box.

use std::error::Error;

use clap::Args;

use super::{DataFolder, say};
use crate::http::secure::Verifier;
use crate::secrets::{hash_pin, new_pin};
use crate::store;

#[derive(Debug, Args)]
pub struct Pin {
    /// Make a new PIN and print it; the old one is no longer good, and all organisers are logged out
    #[arg(long)]
    new: bool,
    /// With --new: leave organisers logged in who are
    #[arg(long, requires = "new")]
    keep_sessions: bool,
    #[command(flatten)]
    folder: DataFolder,
}

impl Pin {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let database = store::open_beside(&self.folder.path()?)?;
        if self.new {
            let pin = new_pin()?;
            database.set_pin(&hash_pin(&pin)?, &Verifier::of_pin(&pin)?.to_text())?;
            let logged_out = if self.keep_sessions {
                "Who is logged in stays logged in.".to_owned()
            } else {
                match database.end_all_sessions()? {
                    0 => "Nobody was logged in.".to_owned(),
                    1 => "1 session ended: that device must log in again.".to_owned(),
                    ended => format!("{ended} sessions ended: those devices must log in again."),
                }
            };
            say(format!("Organiser PIN: {pin}"))?;
            say(logged_out)?;
        } else if database.pin_hash()?.is_some() {
            say("A PIN is set. It cannot be shown; make a new one with: courtside pin --new")?;
        } else {
            say("No PIN is set. Make one with: courtside pin --new")?;
        }
        Ok(())
    }
}
