//! A request on its way to its handler, and the parts of it that a handler may ask for.
//!
//! A handler is an async function of any such parts, so its signature says what it depends on and nothing else.

use std::collections::HashMap;
use std::future::ready;
use std::pin::Pin;

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt};
use hyper::upgrade::OnUpgrade;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use warp::http::{HeaderMap, StatusCode, header};
use warp::reply::Response;

use crate::domain::Revision;
use crate::http::app::App;
use crate::http::auth::{Credentials, Role, Visitor};
use crate::http::door::Peer;
use crate::http::error::ApiError;
use crate::http::reply::Json;
use crate::http::request::{Body, Fields};
use crate::http::secure::Proven;
use crate::store::DoneBy;

/// A body as it comes.
pub type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send>>;

/// Makes one type of the bodies that warp hands over.
pub fn chunks<B: Buf>(body: impl Stream<Item = Result<B, warp::Error>> + Send + 'static) -> Chunks {
    Box::pin(body.map(|chunk| chunk.map(|mut chunk| chunk.copy_to_bytes(chunk.remaining()))))
}

/// A request that has found its route, and has the right that this asks for.
pub struct Call {
    pub app: App,
    pub peer: Peer,
    pub headers: HeaderMap,
    pub raw_query: String,
    pub proven: Option<Proven>,
    pub upgrade: Option<OnUpgrade>,
    /// The part of the path in the place of the template's `{…}`.
    pub parameter: Option<String>,
    /// The body as far as it was read, where the route takes one.
    pub body: Option<Result<Body, ApiError>>,
    /// The role in which it was let in, where the route asks for a right.
    pub role: Option<Role>,
}

impl Call {
    pub fn credentials(&self) -> Credentials {
        let shown = match &self.proven {
            Some(proven) => Credentials::from_proof(proven.clone()),
            None => Credentials::from_headers(&self.headers),
        };
        shown.at(&self.peer.place)
    }
}

/// Something that a handler may ask for.
pub trait Part: Sized + Send {
    /// It is made of the body, so the route has to take one.
    const OF_BODY: bool = false;
    /// It is made of the path, so the route has to have a parameter.
    const OF_PATH: bool = false;

    /// Takes it out of a request. That it is missing is a mistake in the table.
    fn take(call: &mut Call) -> Result<Self, ApiError>;
}

impl Part for App {
    fn take(call: &mut Call) -> Result<App, ApiError> {
        Ok(call.app.clone())
    }
}

impl Part for Credentials {
    fn take(call: &mut Call) -> Result<Credentials, ApiError> {
        Ok(call.credentials())
    }
}

impl Part for Visitor {
    fn take(call: &mut Call) -> Result<Visitor, ApiError> {
        Ok(Visitor::new(&call.headers, &call.peer))
    }
}

impl Part for Peer {
    fn take(call: &mut Call) -> Result<Peer, ApiError> {
        Ok(call.peer.clone())
    }
}

impl Part for HeaderMap {
    fn take(call: &mut Call) -> Result<HeaderMap, ApiError> {
        Ok(call.headers.clone())
    }
}

impl Part for Option<OnUpgrade> {
    fn take(call: &mut Call) -> Result<Option<OnUpgrade>, ApiError> {
        Ok(call.upgrade.take())
    }
}

/// The parameter of the path.
impl Part for String {
    const OF_PATH: bool = true;

    fn take(call: &mut Call) -> Result<String, ApiError> {
        call.parameter.take().ok_or_else(|| missing("parameter"))
    }
}

/// The fields of the query.
impl Part for Fields {
    fn take(call: &mut Call) -> Result<Fields, ApiError> {
        let fields = form_urlencoded::parse(call.raw_query.as_bytes()).into_owned();
        Ok(Fields::from_query(
            fields.collect::<HashMap<String, String>>(),
        ))
    }
}

/// The query as it was written, for what is signed with it.
pub struct RawQuery(pub String);

impl Part for RawQuery {
    fn take(call: &mut Call) -> Result<RawQuery, ApiError> {
        Ok(RawQuery(call.raw_query.clone()))
    }
}

/// The last event that a client of server-sent events has, as its browser says when it comes back.
pub struct LastEventId(pub Option<String>);

impl Part for LastEventId {
    fn take(call: &mut Call) -> Result<LastEventId, ApiError> {
        let id = call.headers.get("last-event-id");
        let id = id.and_then(|id| id.to_str().ok());
        Ok(LastEventId(id.map(str::to_owned)))
    }
}

/// The revision that somebody has seen and is about to change (`If-Match`); `None` from who asks for no such care.
pub struct Expected(pub Option<Revision>);

impl Part for Expected {
    fn take(call: &mut Call) -> Result<Expected, ApiError> {
        let Some(header) = call.headers.get(header::IF_MATCH) else {
            return Ok(Expected(None));
        };
        let text = header.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Expected(None));
        }
        let number = text.trim_start_matches("W/").trim_matches('"').parse();
        number.map(|seen| Expected(Some(seen))).map_err(|_| {
            let message = "“If-Match” is the “revision” of what is changed, such as \"12\"";
            ApiError::bad_request("bad_if_match", message)
        })
    }
}

/// The author of a deed.
impl Part for DoneBy {
    fn take(call: &mut Call) -> Result<DoneBy, ApiError> {
        Ok(DoneBy {
            session: match call.role {
                Some(Role::Organiser(session)) => session,
                _ => None,
            },
            device: Visitor::new(&call.headers, &call.peer).browser,
        })
    }
}

/// A body for who reads it in a way of his own.
impl Part for Result<Body, ApiError> {
    const OF_BODY: bool = true;

    fn take(call: &mut Call) -> Result<Result<Body, ApiError>, ApiError> {
        call.body.take().ok_or_else(|| missing("body"))
    }
}

/// The fields of a body in JSON.
impl Part for Result<Fields, ApiError> {
    const OF_BODY: bool = true;

    fn take(call: &mut Call) -> Result<Result<Fields, ApiError>, ApiError> {
        let body = Result::<Body, ApiError>::take(call)?;
        Ok(body.and_then(Fields::from_json))
    }
}

/// The role in which the request was let in, where its route asks for a right.
impl Part for Role {
    fn take(call: &mut Call) -> Result<Role, ApiError> {
        call.role.ok_or_else(|| missing("right"))
    }
}

fn missing(what: &str) -> ApiError {
    let message = format!("the handler of this address asks for a {what}, and its route has none");
    tracing::error!("{message}");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
}

/// Describes a type, and those in it.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// A type that a handler may return.
pub trait Answer {
    /// The body, where the answer is part of the description.
    const SHAPE: Option<Shape> = None;

    fn into_answer(self) -> Response;
}

impl<T: JsonSchema> Answer for Json<T> {
    const SHAPE: Option<Shape> = Some(|generator| generator.subschema_for::<T>());

    fn into_answer(self) -> Response {
        self.into_response()
    }
}

impl Answer for Response {
    fn into_answer(self) -> Response {
        self
    }
}

impl<T: Answer> Answer for Result<T, ApiError> {
    const SHAPE: Option<Shape> = T::SHAPE;

    fn into_answer(self) -> Response {
        self.map_or_else(ApiError::into_response, Answer::into_answer)
    }
}

/// A refusal that tells more than an error does.
impl<T: Answer> Answer for Result<T, Response> {
    const SHAPE: Option<Shape> = T::SHAPE;

    fn into_answer(self) -> Response {
        self.map_or_else(|refusal| refusal, Answer::into_answer)
    }
}

pub type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// An async function of some parts of a request. `Parts` tells the functions of one part from those of two.
pub trait Handler<Parts>: Send + Sync + 'static {
    const OF_BODY: bool;
    const OF_PATH: bool;
    const SHAPE: Option<Shape>;

    fn call(&self, call: Call) -> Answering;
}

macro_rules! handler_of {
    ($($part:ident)*) => {
        impl<F, Answers, $($part),*> Handler<($($part,)*)> for F
        where
            F: Fn($($part),*) -> Answers + Send + Sync + 'static,
            Answers: Future<Output: Answer> + Send + 'static,
            $($part: Part,)*
        {
            const OF_BODY: bool = false $(|| $part::OF_BODY)*;
            const OF_PATH: bool = false $(|| $part::OF_PATH)*;
            const SHAPE: Option<Shape> = <Answers::Output as Answer>::SHAPE;

            #[allow(unused_mut, unused_variables, reason = "some take nothing")]
            #[allow(non_snake_case, reason = "a part is named as its type is")]
            fn call(&self, mut call: Call) -> Answering {
                let mut parts = || Ok::<_, ApiError>(($($part::take(&mut call)?,)*));
                match parts() {
                    Ok(($($part,)*)) => {
                        let answering = self($($part),*);
                        Box::pin(async move { answering.await.into_answer() })
                    }
                    Err(error) => Box::pin(ready(error.into_response())),
                }
            }
        }
    };
}

handler_of!();
handler_of!(A);
handler_of!(A B);
handler_of!(A B C);
handler_of!(A B C D);
handler_of!(A B C D E);
handler_of!(A B C D E G);
handler_of!(A B C D E G H);
