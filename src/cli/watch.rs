//! `courtside watch`: follows a match in the terminal.

use std::error::Error;
use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::ServerUrl;
use crate::client::{Client, ClientError, encoded, next_message};

const RETRY: Duration = Duration::from_secs(1);
/// How often to look for a match while none is played.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    server: ServerUrl,
    /// Match to follow; without it the first that is played
    #[arg(long, value_name = "ID")]
    r#match: Option<String>,
    /// Print every message as the server sends it, one JSON a line
    #[arg(long)]
    json: bool,
}

impl Watch {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let client = self.server.client()?;
        let id = match &self.r#match {
            Some(id) => id.clone(),
            None => first_live(&client).await?,
        };
        let mut seen = None;
        loop {
            match self.follow(&client, &id, &mut seen).await {
                Err(error) if !error.is_passing() => return Err(error.into()),
                Err(error) => eprintln!("{error}; connecting again"),
                Ok(()) => {}
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Follows until the connection ends. `seen` is the last event that was printed.
    async fn follow(
        &self,
        client: &Client,
        id: &str,
        seen: &mut Option<u64>,
    ) -> Result<(), ClientError> {
        let after = seen.map(|seq| format!("&after={seq}")).unwrap_or_default();
        let mut socket = client
            .socket(&format!("/spectateur?matchID={}{after}", encoded(id)))
            .await?;
        loop {
            let (text, message) = next_message(&mut socket).await?;
            let known = seen.is_some();
            if let Some(seq) = message["seq"]
                .as_u64()
                .filter(|_| message["type"] != "welcome")
            {
                *seen = Some(seq);
            }
            let line = match self.json {
                true => Some(text.to_string()),
                false => describe(&message, known),
            };
            if let Some(line) = line
                && writeln!(std::io::stdout(), "{line}").is_err()
            {
                return Err(ClientError::Broken("nobody reads the output".into()));
            }
        }
    }
}

async fn first_live(client: &Client) -> Result<String, ClientError> {
    let mut told = false;
    loop {
        let live = client.get("/live-match").await?;
        if let Some(id) = live[0].as_str() {
            return Ok(id.to_owned());
        }
        if !told {
            eprintln!("no match is being played; waiting for one");
            told = true;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn describe(message: &Value, resumed: bool) -> Option<String> {
    let score = score_text(&message["state"]);
    match message["type"].as_str()? {
        "welcome" if resumed => None,
        "welcome" => {
            let shown = &message["match"];
            let side = |side: &str| {
                shown["sides"][side]["name"]
                    .as_str()
                    .unwrap_or("?")
                    .to_owned()
            };
            Some(format!(
                "{}: {} – {}   {score}",
                shown["sport"].as_str()?,
                side("A"),
                side("B")
            ))
        }
        "event" => {
            let event = &message["event"];
            let (kind, side) = (
                event["type"].as_str()?,
                event["side"].as_str().unwrap_or(""),
            );
            let time = message["at"]
                .as_str()
                .and_then(|at| at.get(11..19))
                .unwrap_or("");
            Some(format!(
                "{:>5}  {time}  {:<16}{score}",
                message["seq"].as_u64()?,
                format!("{kind} {side}")
            ))
        }
        "resync" => Some(format!(
            "{:>5}  (some events were skipped)  {score}",
            message["seq"]
        )),
        _ => None,
    }
}

/// A state in one line: `1:0 (21:19 5:3)`.
pub fn score_text(state: &Value) -> String {
    let pair = |of: &Value| format!("{}:{}", of["A"], of["B"]);
    let periods: Vec<String> = state["periods"]
        .as_array()
        .map(|all| all.iter().map(pair).collect())
        .unwrap_or_default();
    let end = match (state["status"].as_str(), state["winner"].as_str()) {
        (Some("finished"), Some(winner)) => format!("  finished, {winner} wins"),
        (Some("finished"), None) => "  finished, a draw".to_owned(),
        _ => String::new(),
    };
    format!("{} ({}){end}", pair(&state["score"]), periods.join(" "))
}
