//! `courtside demo`: a venue that plays by itself, on a database that is thrown away.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;

use super::referee::{score, simulated_game};
use super::serve::{print_welcome, stop_signal, until};
use crate::client::{BaseUrl, Client, ClientError, create_match};
use crate::config::{Config, Flags, Span};
use crate::serving::Serving;

/// What is played: sport, sides, and the pause between two events.
const MATCHES: [(&str, &str, &str, Duration); 5] = [
    ("BADMINTON", "Lyon", "Metz", Duration::from_millis(1500)),
    ("VOLLEYBALL", "Nantes", "Lille", Duration::from_millis(2500)),
    ("TABLE_TENNIS", "Brest", "Nice", Duration::from_millis(1200)),
    ("FOOTBALL", "Toulouse", "Rennes", Duration::from_secs(4)),
    ("HANDBALL", "Dijon", "Reims", Duration::from_secs(3)),
];
/// Between the end of a match and the next on the same court.
const BREAK: Duration = Duration::from_secs(10);

pub async fn demo(mut flags: Flags) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::Builder::new()
        .prefix("courtside-demo-")
        .tempdir()?;
    flags.layer.open = Some(true);
    flags.layer.backup_every = Some(Span(Duration::ZERO));
    flags.layer.data = Some(folder.path().to_owned());
    flags
        .layer
        .name
        .get_or_insert_with(|| "Courtside demo".into());
    let config = Config::load(flags)?;
    let stop = stop_signal()?;
    let serving = Serving::start(&config).await?;
    print_welcome(&serving, &config);
    let listening = serving.location().listening;
    let certificate = config.tls.as_ref().map(|tls| tls.certificate.clone());
    let play = tokio::spawn(async move {
        if let Err(error) = play_all(listening, certificate.as_deref()).await {
            tracing::warn!("the demo stopped playing: {error}");
        }
    });
    let served = until(stop, serving).await;
    play.abort();
    served
}

async fn play_all(listening: SocketAddr, certificate: Option<&Path>) -> Result<(), ClientError> {
    let ip = match listening.ip() {
        every if every.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        ip => ip,
    };
    let scheme = if certificate.is_some() {
        "https"
    } else {
        "http"
    };
    let address: BaseUrl = format!("{scheme}://{}", SocketAddr::new(ip, listening.port()))
        .parse()
        .map_err(ClientError::Broken)?;
    let client = Client::new(address, certificate)?;
    let mut courts = JoinSet::new();
    for (sport, side_a, side_b, pause) in MATCHES {
        courts.spawn(play_on_a_court(
            client.clone(),
            sport,
            side_a,
            side_b,
            pause,
        ));
    }
    while let Some(ended) = courts.join_next().await {
        ended.map_err(|error| ClientError::Broken(error.to_string()))??;
    }
    Ok(())
}

async fn play_on_a_court(
    client: Client,
    sport: &str,
    side_a: &str,
    side_b: &str,
    pause: Duration,
) -> Result<(), ClientError> {
    loop {
        let (id, token) = create_match(&client, sport, side_a, side_b).await?;
        let game = simulated_game(&client, &id).await?;
        score(&client, &id, token.as_deref(), game, pause, |_| {}).await?;
        tokio::time::sleep(BREAK).await;
    }
}
