//! QR codes: drawn once, kept, and never on the threads that score.
//!
//! Anybody may ask for one, and one takes milliseconds. So one is drawn at a time, beside everything else; of many who wait,
//! those with most are sent away. And one address has so many and no more, as all of a link have.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use qrcode::{Color, QrCode};
use tokio::time::timeout;
use warp::http::StatusCode;
use warp::reply::Response;

use super::door::{Asker, Bucket, Counted, LINK_SHARE, Network, Queue, Rate, busy};
use super::error::ApiError;
use super::reply;

/// What all kept codes may take, their texts included.
const KEPT_MAX_BYTES: usize = 512 * 1024;
/// How long a code is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// New codes of one address: a sheet for each match of a day at once, then some a second.
const NEW_CODES: Rate = Rate {
    per_second: 5.0,
    most: 200.0,
};
/// The same of all addresses of a link.
const NEW_OF_LINK: Rate = Rate {
    per_second: NEW_CODES.per_second * LINK_SHARE as f64,
    most: NEW_CODES.most * LINK_SHARE as f64,
};
/// Those who may wait for their codes at once.
const WAITING_MAX: usize = 128;
/// Addresses that are remembered.
const ADDRESSES_MAX: usize = 1_024;
/// Light modules around a code, and how large its picture is at least.
const QUIET_ZONE: usize = 4;
const WIDTH_MIN: usize = 240;

/// All codes. Cheap to clone.
#[derive(Clone)]
pub struct QrCodes(Arc<Inner>);

struct Inner {
    turns: Queue,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: HashMap<String, Kept>,
    bytes: usize,
    uses: u64,
    drawn: HashMap<Network, Bucket>,
}

struct Kept {
    image: Bytes,
    used: u64,
}

impl Default for QrCodes {
    fn default() -> QrCodes {
        QrCodes(Arc::new(Inner {
            turns: Queue::new(WAITING_MAX),
            state: Mutex::default(),
        }))
    }
}

impl QrCodes {
    /// The code of a text that everybody may know.
    pub async fn public(&self, text: String, of: &Asker) -> Result<Response, ApiError> {
        if let Some(image) = self.state().find(&text) {
            return Ok(answer(image));
        }
        let image = self.draw(text.clone(), of).await?;
        self.state().keep(text, image.clone());
        Ok(answer(image))
    }

    /// The code of a text with a secret in it, which is not kept.
    pub async fn secret(&self, text: String, of: &Asker) -> Result<Response, ApiError> {
        Ok(answer(self.draw(text, of).await?))
    }

    async fn draw(&self, text: String, of: &Asker) -> Result<Bytes, ApiError> {
        if !of.counted.is_the_box() {
            self.state().count(of.counted)?;
        }
        let turn = timeout(PATIENCE, self.0.turns.turn(of)).await;
        let _turn = turn.ok().and_then(Result::ok).ok_or_else(busy)?;
        tokio::task::spawn_blocking(move || draw(&text))
            .await
            .unwrap_or_else(|_| Err(busy()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&mut self, text: &str) -> Option<Bytes> {
        self.uses += 1;
        let kept = self.kept.get_mut(text)?;
        kept.used = self.uses;
        Some(kept.image.clone())
    }

    /// Keeps a code, and forgets those that nobody asked for lately.
    fn keep(&mut self, text: String, image: Bytes) {
        self.bytes += text.len() + image.len();
        let used = self.uses;
        if let Some(before) = self.kept.insert(text.clone(), Kept { image, used }) {
            self.bytes -= text.len() + before.image.len();
        }
        while self.bytes > KEPT_MAX_BYTES {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(text, _)| text.clone()) else {
                return;
            };
            if let Some(gone) = self.kept.remove(&oldest) {
                self.bytes -= oldest.len() + gone.image.len();
            }
        }
    }

    fn count(&mut self, of: Counted) -> Result<(), ApiError> {
        let own = self.take(of.network, NEW_CODES);
        let taken = own.and_then(|()| match of.link() {
            Some(link) => self.take(link, NEW_OF_LINK),
            None => Ok(()),
        });
        taken.map_err(|wait| ApiError {
            retry_after_seconds: Some(wait.as_secs() + 1),
            ..ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "too many new QR codes from your address; try again in some seconds",
            )
        })
    }

    fn take(&mut self, network: Network, rate: Rate) -> Result<(), Duration> {
        if self.drawn.len() >= ADDRESSES_MAX && !self.drawn.contains_key(&network) {
            let quiet = self.drawn.iter().min_by_key(|(_, bucket)| bucket.since());
            if let Some(quiet) = quiet.map(|(network, _)| *network) {
                self.drawn.remove(&quiet);
            }
        }
        let bucket = self.drawn.entry(network);
        bucket.or_insert_with(|| Bucket::full(rate)).take(rate)
    }
}

fn answer(image: Bytes) -> Response {
    reply::shared(StatusCode::OK, "image/svg+xml", image)
}

/// A picture of a code: one rectangle for each run of dark modules, a tenth of the size of one for each module.
fn draw(text: &str) -> Result<Bytes, ApiError> {
    let code = QrCode::new(text.as_bytes()).map_err(|error| {
        ApiError::bad_request("bad_field", format!("no QR code can hold this: {error}"))
            .in_field("path")
    })?;
    let modules = code.width();
    let side = modules + 2 * QUIET_ZONE;
    let width = side * WIDTH_MIN.div_ceil(side);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{width}\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\""
    );
    for (row, colours) in code.to_colors().chunks(modules).enumerate() {
        let mut from = 0;
        for run in colours.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                let (x, y, long) = (QUIET_ZONE + from, QUIET_ZONE + row, run.len());
                // Writing to a text cannot fail.
                let _ = write!(svg, "M{x} {y}h{long}v1h-{long}z");
            }
            from += run.len();
        }
    }
    svg += "\"/></svg>";
    Ok(svg.into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_exactly_the_dark_modules_of_the_code() {
        let text = "http://192.168.4.1:8000/match?id=01890a5d-ac96-774b-bcce-b302099a8057";
        let svg = String::from_utf8(draw(text).unwrap().to_vec()).unwrap();
        let code = QrCode::new(text).unwrap();
        let dark = code
            .to_colors()
            .iter()
            .filter(|c| **c == Color::Dark)
            .count();
        let runs = svg.split('M').skip(2);
        let drawn: usize = runs
            .map(|run| {
                run.split(['h', 'v'])
                    .nth(1)
                    .unwrap()
                    .parse::<usize>()
                    .unwrap()
            })
            .sum();
        assert_eq!(drawn, dark);
        assert!(svg.len() < 10_000, "{} bytes", svg.len());
    }

    #[test]
    fn codes_that_nobody_asked_for_lately_make_room() {
        let mut state = State::default();
        let image = Bytes::from(vec![b' '; 100 * 1024]);
        for number in 0..9 {
            state.keep(number.to_string(), image.clone());
            assert!(state.find("0").is_some(), "asked for again and again");
        }
        assert!(state.bytes <= KEPT_MAX_BYTES);
        assert!(state.find("1").is_none() && state.find("8").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_has_two_hundred_new_codes_and_then_five_a_second() {
        let codes = QrCodes::default();
        let drawn = |address: &str| {
            let of = crate::http::door::network_of(address.parse().unwrap(), &[]);
            (0..500).filter(|_| codes.state().count(of).is_ok()).count()
        };
        assert_eq!(drawn("10.0.0.1"), 200);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(drawn("10.0.0.1"), 5);
        let of_link: usize = (1..50).map(|last| drawn(&format!("fe80::{last}"))).sum();
        assert_eq!(of_link, 200 * LINK_SHARE);
        assert_eq!(drawn("10.0.0.2"), 200);
    }
}
