//! `/api/session` and `/api/sessions`: logging in and out, and the list of who is logged in.

use std::time::Duration;

use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::app::App;
use super::auth::{Credentials, Right, SECURE_PREFIX, Visitor};
use super::error::ApiError;
use super::reply::{self, Json};
use super::request::Fields;
use super::wire::{LoggedInDeviceJson, LoggedInJson, RoleJson, SessionJson, timestamp};
use crate::broker::Withdrawn;
use crate::domain::SessionId;
use crate::store::SESSION_LENGTH;

/// How long a browser is known that has logged in.
const MARK_LENGTH: Duration = Duration::from_secs(400 * 24 * 3600);

pub async fn show(app: App, who: Credentials) -> Result<Json<SessionJson>, ApiError> {
    let session = app.access.session(&who).await?;
    let open = app.access.is_open();
    let told = SessionJson {
        role: match session {
            Some(_) => RoleJson::Organiser,
            None => RoleJson::Watcher,
        },
        writes: open || session.is_some_and(|found| found.by.writes()),
        open,
    };
    Ok(reply::shown(StatusCode::OK, &told))
}

pub async fn log_in(
    app: App,
    who: Credentials,
    visitor: Visitor,
    fields: Result<Fields, ApiError>,
) -> Result<Json<LoggedInJson>, ApiError> {
    let fields = fields?;
    let pin = fields.text("pin")?;
    let opened = app.access.log_in(pin, &who, &visitor).await?;
    let told = LoggedInJson {
        token: opened.token,
        expires_at: timestamp(opened.expires_at),
    };
    let mut response = reply::shown(StatusCode::OK, &told);
    let seconds = SESSION_LENGTH.as_secs();
    set_cookie(
        &mut response,
        app.access.cookie_name(),
        &opened.cookie,
        seconds,
    );
    set_mark(&app, &mut response, &opened.mark);
    Ok(response)
}

/// By which a browser is known that has logged in. Stays when the session ends: it gives no right.
pub(super) fn set_mark(app: &App, response: &mut Response, mark: &str) {
    let known = MARK_LENGTH.as_secs();
    set_cookie(response, app.access.mark_name(), mark, known);
}

/// `?everywhere=1` ends the session of every organiser on every device.
pub async fn log_out(app: App, who: Credentials, query: Fields) -> Result<Response, ApiError> {
    if query.has("everywhere") {
        app.access.require(&who, Right::Organise).await?;
        app.access.log_out_everywhere().await?;
        app.broker.withdraw(Withdrawn::AllSessions).await;
    }
    if let Some(ended) = app.access.log_out(&who).await? {
        app.broker.withdraw(Withdrawn::Session(ended)).await;
    }
    let mut response = reply::empty(StatusCode::NO_CONTENT);
    set_cookie(&mut response, app.access.cookie_name(), "", 0);
    Ok(response)
}

fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: u64) {
    // Without a certificate not `Secure`: the venue speaks plain http on its own network.
    let secure = if name.starts_with(SECURE_PREFIX) {
        "; Secure"
    } else {
        ""
    };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Every device on which an organiser is logged in.
pub async fn list(
    app: App,
    who: Credentials,
) -> Result<Json<Vec<LoggedInDeviceJson<'static>>>, ApiError> {
    let current = app.access.session(&who).await?;
    let current = current.map(|found| found.session.id);
    let sessions = app.store.sessions().await?;
    let lines: Vec<LoggedInDeviceJson<'_>> = sessions
        .iter()
        .map(|session| LoggedInDeviceJson::new(session, current == Some(session.id)))
        .collect();
    Ok(reply::shown(StatusCode::OK, &lines))
}

pub async fn end(app: App, id: String) -> Result<Response, ApiError> {
    let id: SessionId = id.parse()?;
    if !app.store.end_session(id).await? {
        let message = "there is no session with this ID, or it has ended";
        return Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message));
    }
    app.broker.withdraw(Withdrawn::Session(id)).await;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// A short word for a browser, of what it says of itself: `Firefox on Linux`. Empty where it says nothing that is known.
pub(super) fn browser(agent: &str) -> String {
    // The first that is found counts: most browsers also claim to be others.
    let first = |words: &[(&str, &str)]| {
        let found = words.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| (*name).to_owned())
    };
    let program = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
        ("python", "Python"),
        ("Python", "Python"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (program, system) => program.or(system).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_by_a_short_word() {
        let said = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 \
                 Safari/537.36 Edg/138.0.0.0",
                "Edge on Windows",
            ),
            ("curl/8.14.1", "curl"),
            ("<script>alert(1)</script>", ""),
            ("", ""),
        ];
        for (agent, name) in said {
            assert_eq!(browser(agent), name, "{agent}");
        }
    }
}
