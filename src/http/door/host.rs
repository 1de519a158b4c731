//! Names under which this server may be asked for.
//!
//! A page of a foreign site can have its own name lead to our address (DNS rebinding), and is then of our origin for the
//! browser. So a name that is not ours is not answered. An address cannot be taken away like that.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use tokio::sync::watch;
use warp::http::uri::Authority;
use warp::http::{Request, StatusCode, header};

use crate::http::error::ApiError;
use crate::http::tls::Tls;

/// The names of this server. Cheap to clone.
#[derive(Clone, Default)]
pub struct Names {
    /// In lower case: `--hostname`, with and without `.local`, and `--also-known-as`.
    fixed: Arc<[String]>,
    /// The name that is announced, which a rival on the network changes.
    announced: Option<watch::Receiver<String>>,
    /// The certificate is for our names, too.
    tls: Option<Tls>,
}

impl Names {
    pub fn new(
        hostname: &str,
        also_known_as: &[String],
        announced: Option<watch::Receiver<String>>,
        tls: Option<Tls>,
    ) -> Names {
        let hostname = hostname.to_ascii_lowercase();
        let mut fixed = vec![format!("{hostname}.local"), hostname];
        fixed.extend(also_known_as.iter().map(|name| name.to_ascii_lowercase()));
        Names {
            fixed: fixed.into(),
            announced,
            tls,
        }
    }

    /// Says if a request is for this server. One without a name is: browsers always send one.
    pub fn check<B>(&self, request: &Request<B>) -> Result<(), ApiError> {
        // A target with a name of its own has the last word (RFC 9112, section 3.2.2).
        let of_target = request.uri().authority().map(Authority::host);
        let in_head: Vec<_> = request.headers().get_all(header::HOST).iter().collect();
        let foreign = match of_target {
            Some(host) => Some(host).filter(|host| !self.are_ours(host)),
            None => in_head
                .into_iter()
                .map(|host| host.to_str().unwrap_or("?"))
                .find(|host| !self.are_ours(without_port(host))),
        };
        foreign.map_or(Ok(()), |host| Err(unknown(host)))
    }

    fn are_ours(&self, host: &str) -> bool {
        if is_address(host) {
            return true;
        }
        let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let is_announced =
            |announced: &watch::Receiver<String>| announced.borrow().eq_ignore_ascii_case(&name);
        name == "localhost"
            || self.fixed.contains(&name)
            || self.announced.as_ref().is_some_and(is_announced)
            || self
                .tls
                .as_ref()
                .is_some_and(|tls| tls.names().cover(&name))
    }
}

/// A port may be odd or missing; it is not what a name is taken over by.
fn without_port(host: &str) -> &str {
    let host = host.trim();
    match host.rsplit_once(':') {
        Some((name, _)) if !host.ends_with(']') => name,
        _ => host,
    }
}

fn is_address(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|six| six.strip_suffix(']')) {
        Some(six) => {
            let address = six.split('%').next().unwrap_or(six);
            address.parse::<Ipv6Addr>().is_ok()
        }
        // HTTP/1.0 has no Host, or an empty one.
        None => host.is_empty() || host.parse::<IpAddr>().is_ok(),
    }
}

fn unknown(host: &str) -> ApiError {
    let shown: String = host.chars().filter(|c| !c.is_control()).take(100).collect();
    ApiError::new(
        StatusCode::MISDIRECTED_REQUEST,
        "unknown_host",
        format!(
            "this server is not called “{shown}”; open it by its address, or start it with --also-known-as and this name"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(target: &str, hosts: &[&str]) -> Request<()> {
        let request = Request::builder().uri(target);
        let request = hosts
            .iter()
            .fold(request, |request, host| request.header(header::HOST, *host));
        request.body(()).expect("a request")
    }

    #[test]
    fn a_request_is_answered_for_an_address_and_for_our_own_names_only() {
        let (_keep, announced) = watch::channel("hall-2.local".to_owned());
        let also = ["scores.club.example".to_owned()];
        let names = Names::new("Hall", &also, Some(announced), None);
        for host in [
            "192.168.4.1:8000",
            "192.168.4.1",
            "[fd77::1]:8000",
            "[fe80::1%25eth0]",
            "[::1]",
            "localhost:1",
            "LOCALHOST",
            "hall",
            "hall.local:8000",
            "hall-2.LOCAL.:8000",
            "Scores.Club.Example:443",
            "127.0.0.1:",
            "127.0.0.1:nonsense",
            "",
        ] {
            assert!(names.check(&asked("/", &[host])).is_ok(), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8000",
            "hall.local.evil.example",
            "hall-3.local",
            "local",
            "127.0.0.1.evil.example",
            "[::1].evil.example",
            "user@192.168.4.1",
            "[::1",
            "hall,localhost",
        ] {
            let refused = names.check(&asked("/", &[host]));
            let refused = refused.map_err(|error| (error.status.as_u16(), error.code));
            assert_eq!(refused, Err((421, "unknown_host")), "{host}");
        }
        assert!(names.check(&asked("/", &[])).is_ok(), "HTTP/1.0");
        let two = asked("/", &["hall", "evil.example"]);
        assert!(names.check(&two).is_err());
        let absolute = |target| names.check(&asked(target, &["hall"])).is_ok();
        assert!(absolute("http://192.168.4.1:8000/watch"));
        assert!(!absolute("http://evil.example/watch"));
        let foreign_head = asked("http://hall/watch", &["evil.example"]);
        assert!(names.check(&foreign_head).is_ok(), "the target decides");
    }
}
