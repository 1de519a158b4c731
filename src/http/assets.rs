//! The pages: embedded in the binary, compressed once, answered with an ETag.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::reply;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// A text that is made once and given to many.
pub struct Asset {
    plain: Cow<'static, [u8]>,
    /// Only where it is smaller.
    gzip: Option<Vec<u8>>,
    etag: String,
    content_type: &'static str,
}

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets = HashMap::new();
    collect(&FILES, &mut assets);
    assets
});

fn collect(dir: &'static Dir<'static>, assets: &mut HashMap<&'static str, Asset>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, assets),
            DirEntry::File(file) => {
                if let Some(path) = file.path().to_str() {
                    let plain = Cow::Borrowed(file.contents());
                    assets.insert(path, Asset::new(content_type(path), plain));
                }
            }
        }
    }
}

impl Asset {
    pub fn new(content_type: &'static str, plain: Cow<'static, [u8]>) -> Asset {
        let hash = Sha256::digest(&plain);
        let etag = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        Asset {
            gzip: compress(&plain).filter(|gzip| gzip.len() < plain.len()),
            etag: format!("\"{etag}\""),
            content_type,
            plain,
        }
    }

    /// The answer to a request with these headers; 304 for who has it already.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let known = text(header::IF_NONE_MATCH).is_some_and(|tags| {
            tags.split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == self.etag)
        });
        let zipped = text(header::ACCEPT_ENCODING)
            .is_some_and(|accepted| accepted.contains("gzip"))
            .then_some(self.gzip.as_deref())
            .flatten();
        let mut response = match known {
            true => reply::empty(StatusCode::NOT_MODIFIED),
            false => reply::with_type(
                StatusCode::OK,
                self.content_type,
                zipped.unwrap_or(&self.plain).to_vec(),
            ),
        };
        let headers = response.headers_mut();
        if zipped.is_some() && !known {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        // Asked again every time, answered with 304: after an update nobody sees an old page.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

fn compress(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json" | "webmanifest") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// A file of `static/`; `None` if there is none of this name.
pub fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    Some(ASSETS.get(path)?.answer(headers))
}
