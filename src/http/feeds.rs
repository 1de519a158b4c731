//! The live streams: referees' and watchers' websockets, and the same stream as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::Stream;
use hyper::upgrade::OnUpgrade;
use warp::Reply;
use warp::http::HeaderMap;
use warp::reply::Response;

use super::api::bad_after;
use super::app::App;
use super::auth::{Credentials, Right};
use super::classic;
use super::door::{Buffered, Peer, Place, Room};
use super::error::ApiError;
use super::request::Fields;
use super::routes::call::{LastEventId, RawQuery};
use super::secure::{Frames, Shaken};
use super::ws::{self, Followed, Handshake, Parse};
use crate::broker::{Batch, Broker, Cursor, From, History, Joining, Pulled};
use crate::domain::{MatchId, Seq, TournamentId};

/// The names under which the match of a referee's connection may come.
const REFEREE_MATCH: [&str; 3] = ["IdMatch", "matchID", "refereeID"];
/// What a client is told of old history at a time, and what it keeps of memory while it does not read.
const HISTORY_BYTES: usize = 8 * 1024;
const SSE_KEEP_ALIVE: Duration = Duration::from_secs(20);
/// What a stream takes of the memory for all of them: 53 KB were measured for one that nobody reads, in a debug build.
const SSE_BYTES: usize = 48 * 1024;
/// Events up to this long are within that. A longer one is there twice, as text and as what is sent.
const SSE_SHORT: usize = 16 * 1024;

pub async fn referee(
    app: App,
    peer: Peer,
    headers: HeaderMap,
    upgrade: Option<OnUpgrade>,
    query: Fields,
    RawQuery(raw_query): RawQuery,
) -> Result<Response, ApiError> {
    let field = REFEREE_MATCH
        .into_iter()
        .find(|field| query.has(field))
        .unwrap_or("IdMatch");
    let id: MatchId = query.id(field)?;
    app.summary(id)?;
    let (who, keys) = match Shaken::of(&query, &raw_query)? {
        Some(shaken) => {
            let (proven, keys) = app.front.shake(&shaken, id, peer.place.counted()).await?;
            (Credentials::from_proof(proven), Some(keys))
        }
        None => {
            let token = query.text("token").ok().map(str::to_owned);
            (Credentials::from_headers(&headers).with_token(token), None)
        }
    };
    let who = who.at(&peer.place);
    let by = app.access.require(&who, Right::Publish(id)).await?.by();
    app.broker.not_left_aside(id)?;
    let handshake = Handshake::check(&headers, upgrade)?;
    let device = query.device()?.map(Box::from);
    let takeover = query.text("takeover").is_ok_and(|takeover| takeover == "1");
    let joining = Joining {
        device,
        takeover,
        by,
        readable: keys.is_none(),
    };
    let (broker, place) = (app.broker.clone(), peer.place);
    let connected = by.map(|by| app.access.connected().came(by));
    Ok(handshake.start(move |line| async move {
        let _until_it_ends = connected;
        match broker.join(id, joining).await {
            // Asked again: the token may have been replaced since the handshake was checked.
            Ok(seat) => match app.access.require(&who, Right::Publish(id)).await {
                Ok(_) => {
                    let parse: Parse = match keys {
                        None => Box::new(move |text| classic::event(id, text)),
                        Some(keys) => {
                            let mut frames = Frames::new(keys);
                            Box::new(move |frame| classic::event(id, &frames.open(frame)?))
                        }
                    };
                    ws::referee(line, seat, parse, place).await;
                }
                Err(_) => ws::turn_away(line, seat).await,
            },
            Err(error) => tracing::warn!("a referee could not join match {id}: {error}"),
        }
    }))
}

pub async fn watch(
    app: App,
    peer: Peer,
    headers: HeaderMap,
    upgrade: Option<OnUpgrade>,
    query: Fields,
) -> Result<Response, ApiError> {
    let wanted = Wanted::from_query(&query)?;
    if let Wanted::Match { id, .. } = wanted {
        // Before the handshake is looked at: a page asks without one why its own failed.
        app.summary(id)?;
        app.broker.not_left_aside(id)?;
    }
    let handshake = Handshake::check(&headers, upgrade)?;
    let followed = match wanted {
        Wanted::Match { id, from } => {
            let cursor = app.broker.watch(id, from).await?;
            let broker = app.broker;
            Followed::Match { cursor, broker, id }
        }
        Wanted::Venue(tournament) => Followed::Venue(app.broker.watch_venue(tournament)),
    };
    let crowd = app.crowd;
    Ok(handshake.start(move |line| async move { crowd.admit(line, followed, peer.place) }))
}

/// What a watcher asks for.
enum Wanted {
    Match { id: MatchId, from: From },
    Venue(Option<TournamentId>),
}

impl Wanted {
    fn from_query(query: &Fields) -> Result<Wanted, ApiError> {
        let Some(id) = query.optional_id("matchID")? else {
            return Ok(Wanted::Venue(query.optional_id("tournamentID")?));
        };
        let from = match query.text("after") {
            Err(_) => From::After(0),
            Ok("now") => From::Now,
            Ok(after) => From::After(after.parse().map_err(|_| bad_after())?),
        };
        Ok(Wanted::Match { id, from })
    }
}

/// The same stream as server-sent events; `Last-Event-ID` resumes it.
pub async fn events(
    app: App,
    peer: Peer,
    query: Fields,
    LastEventId(last_event_id): LastEventId,
) -> Result<Response, ApiError> {
    match Wanted::from_query(&query)? {
        Wanted::Match { id, from } => {
            app.summary(id)?;
            let resumed = last_event_id
                .and_then(|seq| seq.parse().ok())
                .map(From::After);
            let cursor = app.broker.watch(id, resumed.unwrap_or(from)).await?;
            sse(cursor, Some((app.broker, id)), &peer.place)
        }
        Wanted::Venue(tournament) => sse(app.broker.watch_venue(tournament), None, &peer.place),
    }
}

fn sse<C: Cursor>(
    cursor: C,
    old: Option<(Broker, MatchId)>,
    place: &Place,
) -> Result<Response, ApiError> {
    let mut room = Room::new(place, Buffered::Stream);
    room.grow(SSE_BYTES)?;
    let source = Source {
        cursor,
        old,
        history: None,
        waiting: Vec::new().into_iter(),
        room,
    };
    let keep_alive = warp::sse::keep_alive().interval(SSE_KEEP_ALIVE);
    Ok(warp::sse::reply(keep_alive.stream(source.stream())).into_response())
}

/// One client of server-sent events.
struct Source<C> {
    cursor: C,
    old: Option<(Broker, MatchId)>,
    history: Option<(History, Seq)>,
    waiting: std::vec::IntoIter<(u64, crate::broker::Frame)>,
    room: Room,
}

impl<C: Cursor> Source<C> {
    fn stream(self) -> impl Stream<Item = Result<warp::sse::Event, Infallible>> {
        futures_util::stream::unfold(self, |mut source| async move {
            let (place, frame) = source.next().await?;
            let json = frame.json();
            let needed = match json.len() {
                0..=SSE_SHORT => SSE_BYTES,
                long => SSE_BYTES + 2 * long,
            };
            // Without room the stream ends, and the client comes back for what it has not had.
            source.room.resize(needed).ok()?;
            let text = String::from_utf8_lossy(&json);
            let event = warp::sse::Event::default().id(place.to_string()).data(text);
            Some((Ok(event), source))
        })
    }

    async fn next(&mut self) -> Option<(u64, crate::broker::Frame)> {
        loop {
            if let Some(next) = self.waiting.next() {
                return Some(next);
            }
            if self.history.is_some() {
                self.read_history().await?;
                continue;
            }
            match self.pull() {
                Pulled::Frames => {}
                Pulled::Nothing => self.cursor.grown().await,
                Pulled::End(_) => return None,
                Pulled::History(up_to) => {
                    let (broker, id) = self.old.as_ref()?;
                    let history = broker.history(*id, self.cursor.place(), HISTORY_BYTES);
                    self.history = Some((history, up_to));
                }
            }
        }
    }

    /// Apart from the waiting, so that an idle client does not keep room for a whole batch.
    fn pull(&mut self) -> Pulled {
        let mut batch = Batch::new();
        let pulled = self.cursor.pull(&mut batch);
        self.waiting = batch.into_iter().collect::<Vec<_>>().into_iter();
        pulled
    }

    /// Takes one page of old events; `None` when the store cannot give them.
    async fn read_history(&mut self) -> Option<()> {
        let (history, up_to) = self.history.as_mut()?;
        let page = history.next_page().await.ok()?;
        let reached = page.last().map(|(place, _)| *place);
        if reached.is_none_or(|reached| reached >= *up_to) {
            self.history = None;
        }
        if let Some(reached) = reached {
            self.cursor.seek(reached);
        }
        self.waiting = page.into_iter();
        Some(())
    }
}
