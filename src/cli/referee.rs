//! `courtside referee`: a referee without hands, for trying a venue out and for scripts.

use std::collections::VecDeque;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::SinkExt;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::simulation::Game;
use super::{PinFlag, ServerUrl, say};
use crate::client::{Client, ClientError, Socket, create_match, encoded, next_message};
use crate::config::Span;
use crate::domain::Rules;
use crate::random;

/// Waiting times between tries to connect again.
const RETRY: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub struct Referee {
    #[command(flatten)]
    server: ServerUrl,
    /// Match to score; without it a tournament and a match are created first
    #[arg(long, value_name = "ID")]
    r#match: Option<String>,
    /// Token of the match's referee; not needed in the open mode. It is sent readable, as the PIN is
    #[arg(long, value_name = "T", env = "COURTSIDE_TOKEN")]
    token: Option<String>,
    #[command(flatten)]
    pin: PinFlag,
    /// Sport of the match that is created
    #[arg(long, value_name = "S", default_value = "BADMINTON")]
    sport: String,
    /// Events to send, one JSON event a line, instead of a simulated game
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Pause between the events of a simulated game
    #[arg(long, value_name = "DURATION", default_value = "1s")]
    every: Span,
}

impl Referee {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let mut client = self.server.client()?;
        if let Some(pin) = self.pin.get() {
            client = client.log_in(&pin).await?;
        }
        let (id, token) = match self.r#match.clone() {
            Some(id) => (id, self.token.clone()),
            None => create_match(&client, &self.sport, "Side A", "Side B").await?,
        };
        say(format!("match {id}"))?;
        let (events, pause) = match &self.events {
            Some(file) => (read_events(file)?, Duration::ZERO),
            None => (simulated_game(&client, &id).await?, self.every.0),
        };
        let refused = score(&client, &id, token.as_deref(), events, pause, |answer| {
            // Who reads this may have had enough; the match goes on.
            let _ = say(describe(answer));
        })
        .await?;
        match refused {
            0 => Ok(()),
            some => Err(format!("{some} events were refused").into()),
        }
    }
}

/// A game by the rules of this match.
pub async fn simulated_game(client: &Client, id: &str) -> Result<VecDeque<String>, ClientError> {
    let broken = |error: String| ClientError::Broken(error);
    let found = client.get(&format!("/api/matches/{}", encoded(id))).await?;
    let rules: Rules = serde_json::from_value(found["rules"].clone())
        .map_err(|error| broken(format!("this server's rules cannot be read: {error}")))?;
    let seed = random::number().map_err(|error| broken(error.to_string()))?;
    Ok(Game::new(Arc::new(rules), seed)
        .map(|event| event.to_string())
        .collect())
}

fn read_events(file: &std::path::Path) -> Result<VecDeque<String>, Box<dyn Error>> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(named)
        .collect())
}

/// Gives an event a name, so that sending it twice does not count twice. What is no event is sent as it is.
fn named(line: &str) -> String {
    match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(mut event)) if !event.contains_key("id") => {
            event.insert("id".into(), random::id().to_string().into());
            Value::Object(event).to_string()
        }
        _ => line.to_owned(),
    }
}

/// Sends events one after the other, each when the one before is answered, over as many connections as it takes.
/// Returns how many were refused for good.
pub async fn score(
    client: &Client,
    id: &str,
    token: Option<&str>,
    events: VecDeque<String>,
    pause: Duration,
    mut show: impl FnMut(&Value),
) -> Result<usize, ClientError> {
    let device = random::id();
    let token = token
        .map(|token| format!("&token={}", encoded(token)))
        .unwrap_or_default();
    let path = format!("/referee?matchID={}&device={device}{token}", encoded(id));
    let mut waiting: VecDeque<String> = events.iter().map(|event| named(event)).collect();
    let mut refused = 0;
    while !waiting.is_empty() {
        let connected = async {
            let mut socket = client.socket(&path).await?;
            send_all(&mut socket, &mut waiting, pause, &mut refused, &mut show).await
        };
        match connected.await {
            Ok(()) => break,
            Err(error) if error.is_passing() => {
                eprintln!("{error}; trying again");
                tokio::time::sleep(RETRY).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

async fn send_all(
    socket: &mut Socket,
    waiting: &mut VecDeque<String>,
    pause: Duration,
    refused: &mut usize,
    show: &mut impl FnMut(&Value),
) -> Result<(), ClientError> {
    while let Some(event) = waiting.front() {
        socket
            .send(Message::text(event.clone()))
            .await
            .map_err(|error| ClientError::Broken(error.to_string()))?;
        let answer = loop {
            let (_, message) = next_message(socket).await?;
            if message["type"] == "ack" || message["type"] == "refused" {
                break message;
            }
        };
        show(&answer);
        let passing = matches!(
            answer["code"].as_str(),
            Some("storage_unavailable" | "rate_limited")
        );
        if passing {
            tokio::time::sleep(RETRY).await;
            continue;
        }
        *refused += usize::from(answer["type"] == "refused");
        waiting.pop_front();
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

fn describe(answer: &Value) -> String {
    let score = super::watch::score_text(&answer["state"]);
    match answer["type"].as_str() {
        Some("ack") => format!("ack {:>4}   {score}", answer["seq"].as_u64().unwrap_or(0)),
        _ => format!(
            "refused   {score}   {}: {}",
            answer["code"].as_str().unwrap_or_default(),
            answer["message"].as_str().unwrap_or_default()
        ),
    }
}
