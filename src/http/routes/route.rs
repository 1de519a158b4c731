//! An operation: method, path, who may, query, body, answer and handler, said once as a value.

use serde_json::Value;
use warp::http::Method;

use super::call::{Answering, Call, Handler, Shape};
use crate::http::request::{LARGE_BODY_BYTES, SMALL_BODY_BYTES};

/// The right that an operation asks for. Whoever does not have it is refused before the body is read and before the handler is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Everybody, without any secret.
    Anybody,
    /// Everybody in an open venue; elsewhere the operation does not exist.
    AnybodyWhereOpen,
    /// Organisers, also with the cookie alone: it only reads.
    Oversee,
    Organise,
    /// The referees of the match in the path, and organisers.
    Publish,
    /// The referees of the match in the query, and organisers. The handler decides: a websocket's token or proof stands
    /// in the query, too.
    Referee,
}

/// The effect of a `GET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Reads,
    /// Reads, and does not end: a `HEAD` would tell nothing.
    Streams,
    Writes,
}

/// The body that is sent along.
#[derive(Clone, Copy)]
pub enum Takes {
    Nothing,
    /// JSON of this shape, in at most so many bytes.
    Json {
        shape: fn() -> Value,
        limit_bytes: usize,
    },
}

/// The answer of a success.
#[derive(Clone, Copy)]
pub enum Gives {
    /// Pages, pictures, streams and the original routes: no part of the description.
    Undescribed,
    Nothing {
        status: u16,
    },
    Json {
        status: u16,
        shape: Shape,
    },
}

/// A parameter of the query.
pub struct Parameter {
    pub name: &'static str,
    pub required: bool,
    pub shape: fn() -> Value,
    pub what: &'static str,
}

/// One operation.
pub struct Route {
    pub method: Method,
    /// `{name}` stands for one part, `{*rest}` at the end for all that follow.
    pub path: &'static str,
    pub may: May,
    /// A sentence of its effect, for people.
    pub does: &'static str,
    pub query: Vec<Parameter>,
    pub takes: Takes,
    pub gives: Gives,
    /// The statuses that can be answered, too, besides what follows from the path, the body and who may ask.
    pub also: &'static [u16],
    /// Pages of other sites must not read it: it tells of the caller.
    pub for_own_pages: bool,
    /// Boards of LEDs ask for it, whose library names `file://` as where it comes from.
    pub for_boards: bool,
    /// It makes something that stays, of which strangers in an open venue may make so much and no more.
    pub creates: bool,
    effect: Effect,
    handle: Box<dyn Fn(Call) -> Answering + Send + Sync>,
    asks_for: AsksFor,
    /// The shape of the body that the handler returns.
    shape: Option<Shape>,
}

/// The sources of a handler's parts.
#[derive(Debug, Clone, Copy)]
struct AsksFor {
    body: bool,
    path: bool,
}

fn route<P: 'static, H: Handler<P>>(
    method: Method,
    path: &'static str,
    may: May,
    handler: H,
) -> Route {
    let effect = if method == Method::GET {
        Effect::Reads
    } else {
        Effect::Writes
    };
    Route {
        method,
        path,
        may,
        does: "",
        query: Vec::new(),
        takes: Takes::Nothing,
        gives: Gives::Undescribed,
        also: &[],
        for_own_pages: false,
        for_boards: false,
        creates: false,
        effect,
        handle: Box::new(move |call| handler.call(call)),
        asks_for: AsksFor {
            body: H::OF_BODY,
            path: H::OF_PATH,
        },
        shape: H::SHAPE,
    }
}

/// An operation that reads.
pub fn get<P: 'static>(path: &'static str, may: May, handler: impl Handler<P>) -> Route {
    route(Method::GET, path, may, handler)
}

pub fn post<P: 'static>(path: &'static str, may: May, handler: impl Handler<P>) -> Route {
    route(Method::POST, path, may, handler)
}

pub fn put<P: 'static>(path: &'static str, may: May, handler: impl Handler<P>) -> Route {
    route(Method::PUT, path, may, handler)
}

pub fn patch<P: 'static>(path: &'static str, may: May, handler: impl Handler<P>) -> Route {
    route(Method::PATCH, path, may, handler)
}

pub fn delete<P: 'static>(path: &'static str, may: May, handler: impl Handler<P>) -> Route {
    route(Method::DELETE, path, may, handler)
}

impl Route {
    pub fn does(self, does: &'static str) -> Route {
        Route { does, ..self }
    }

    pub fn query(mut self, parameter: Parameter) -> Route {
        self.query.push(parameter);
        self
    }

    /// JSON: a lot of it from who has the right, little from everybody.
    pub fn takes(self, shape: fn() -> Value) -> Route {
        let limit_bytes = match self.may {
            May::Organise | May::Publish => LARGE_BODY_BYTES,
            _ => SMALL_BODY_BYTES,
        };
        let takes = Takes::Json { shape, limit_bytes };
        Route { takes, ..self }
    }

    /// JSON with little to say, whoever says it.
    pub fn takes_little(self, shape: fn() -> Value) -> Route {
        let limit_bytes = SMALL_BODY_BYTES;
        let takes = Takes::Json { shape, limit_bytes };
        Route { takes, ..self }
    }

    /// The status of a success, which brings what the handler's type says that it returns.
    pub fn returns(self, status: u16) -> Route {
        let gives = match self.shape {
            Some(shape) => Gives::Json { status, shape },
            None => Gives::Undescribed,
        };
        Route { gives, ..self }
    }

    pub fn gives_nothing(self) -> Route {
        let gives = Gives::Nothing { status: 204 };
        Route { gives, ..self }
    }

    pub fn also(self, also: &'static [u16]) -> Route {
        Route { also, ..self }
    }

    /// A `GET` that goes on.
    pub fn streams(self) -> Route {
        let effect = Effect::Streams;
        Route { effect, ..self }
    }

    /// A `GET` that changes something, as the original system had them.
    pub fn writes(self) -> Route {
        let effect = Effect::Writes;
        Route { effect, ..self }
    }

    pub fn creates(self) -> Route {
        Route {
            creates: true,
            ..self
        }
    }

    pub fn for_own_pages(self) -> Route {
        Route {
            for_own_pages: true,
            ..self
        }
    }

    pub fn for_boards(self) -> Route {
        Route {
            for_boards: true,
            ..self
        }
    }

    pub fn is_get_that_writes(&self) -> bool {
        self.method == Method::GET && self.effect == Effect::Writes
    }

    /// Says if `HEAD` is answered, as this without its body.
    pub fn has_head(&self) -> bool {
        self.effect == Effect::Reads
    }

    /// Says if it answers requests of this method.
    pub fn answers(&self, method: &Method) -> bool {
        self.method == *method || (*method == Method::HEAD && self.has_head())
    }

    pub fn handle(&self, call: Call) -> Answering {
        (self.handle)(call)
    }

    /// Says if the handler asks for a body and a parameter exactly where the route has them.
    pub fn is_sound(&self) -> bool {
        let body = matches!(self.takes, Takes::Json { .. });
        let path = self.path.contains('{');
        (self.asks_for.body, self.asks_for.path) == (body, path)
    }

    /// The parameter of a path that is of this route; `Some(None)` where it has none.
    pub fn fits<'a>(&self, path: &'a str) -> Option<Option<&'a str>> {
        fits(self.path, path)
    }
}

fn fits<'a>(template: &str, path: &'a str) -> Option<Option<&'a str>> {
    let mut rest = path.strip_prefix('/')?;
    let mut parameter = None;
    let mut known = template.trim_start_matches('/').split('/').peekable();
    while let Some(part) = known.next() {
        if part.starts_with("{*") {
            return Some(Some(rest));
        }
        let (asked, after) = match rest.split_once('/') {
            Some((asked, after)) => (asked, Some(after)),
            None => (rest, None),
        };
        if part.starts_with('{') && !asked.is_empty() {
            parameter = Some(asked);
        } else if part != asked {
            return None;
        }
        match (known.peek(), after) {
            // One slash too many at the end is forgiven.
            (None, None | Some("")) => return Some(parameter),
            (None, Some(_)) => return None,
            (Some(next), None) if next.starts_with("{*") => return Some(Some("")),
            (Some(_), None) => return None,
            (Some(_), Some(after)) => rest = after,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_path_fits_its_template_and_says_what_stands_in_the_gap() {
        for (template, path, expected) in [
            ("/", "/", Some(None)),
            ("/", "/match", None),
            ("/match", "/match", Some(None)),
            ("/match", "/match/", Some(None)),
            ("/match", "/match//", None),
            ("/match", "/Match", None),
            ("/api/matches", "//api/matches", None),
            ("/api/matches/{id}", "/api/matches/7", Some(Some("7"))),
            ("/api/matches/{id}", "/api/matches/7/", Some(Some("7"))),
            ("/api/matches/{id}", "/api/matches/", None),
            ("/api/matches/{id}", "/api/matches", None),
            ("/api/matches/{id}", "/api/matches/7/open", None),
            (
                "/api/matches/{id}/open",
                "/api/matches/7/open",
                Some(Some("7")),
            ),
            ("/api/matches/{id}/open", "/api/matches//open", None),
            (
                "/static/{*file}",
                "/static/css/base.css",
                Some(Some("css/base.css")),
            ),
            ("/static/{*file}", "/static/", Some(Some(""))),
            ("/static/{*file}", "/static", Some(Some(""))),
            ("/static/{*file}", "/statics", None),
        ] {
            assert_eq!(fits(template, path), expected, "{path} at {template}");
        }
    }
}
