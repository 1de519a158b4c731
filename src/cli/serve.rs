//! `courtside serve`: serves until it is told to stop, and says where it is.

use std::error::Error;
use std::io::Write as _;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::serving::Serving;

/// What ends the server: SIGTERM or SIGINT.
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut term, mut int) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
    })
}

pub async fn serve(config: Config) -> Result<(), Box<dyn Error>> {
    let stop = stop_signal()?;
    let serving = Serving::start(&config).await?;
    print_welcome(&serving, &config);
    until(stop, serving).await
}

/// Serves until then, or until only a new start helps.
pub async fn until(
    stop: impl Future<Output = ()>,
    mut serving: Serving,
) -> Result<(), Box<dyn Error>> {
    let restart = tokio::select! {
        () = stop => None,
        fault = serving.broken() => Some(fault),
    };
    tracing::info!("stopping: taking the last events");
    serving.stop().await?;
    restart.map_or(Ok(()), |fault| Err(fault.into()))
}

/// Prints where the venue is, and the PIN at the first start.
pub fn print_welcome(serving: &Serving, config: &Config) {
    let (venue, location) = (&serving.venue().name, serving.location());
    let (open, data) = (config.open, &config.data);
    let mut text = format!("\n{venue} is open. In a browser on this network:\n\n");
    let addresses = location.at_start();
    for address in &addresses {
        let warns = if location.warns_at(address) {
            "   (browsers warn: the certificate is for other names)"
        } else {
            ""
        };
        text += &format!("    {address}{warns}\n");
    }
    if let Some(address) = location.local() {
        text += &format!("    {address}   (where names ending in .local work)\n");
    }
    if let Some(pin) = serving.new_pin() {
        text += &format!(
            "\nOrganiser PIN: {pin}\n    Write it down: it is shown only this once. \
             A new one: courtside pin --new --data {}\n",
            data.display()
        );
    }
    if open {
        text += "\nOpen mode: anyone on this network may create matches and score.\n";
    }
    if let Some(code) = addresses
        .first()
        .and_then(|address| QrCode::new(address.as_bytes()).ok())
    {
        // Light on dark, as most terminals are; scanners read both.
        let image = code
            .render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build();
        text += &format!("\n{image}\n");
    }
    let mut out = std::io::stdout().lock();
    // Nobody reads: the server serves all the same.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
