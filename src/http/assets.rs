//! The pages: embedded in the binary, compressed once, answered with an ETag. What lists them all is written here, so that
//! nobody keeps such a list: the languages there are, the scripts that a page will need.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;
use std::sync::LazyLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use include_dir::{Dir, DirEntry, File, include_dir};
use sha2::{Digest, Sha256};
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::preload::{liked, with_preloads};
use super::reply;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// A text that is made once and given to many.
pub struct Asset {
    plain: Bytes,
    /// Only where it is smaller.
    gzip: Option<Bytes>,
    etag: String,
    content_type: &'static str,
}

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets = HashMap::new();
    collect(&FILES, &mut assets);
    let languages = languages(&TEXTS).into_bytes();
    let path = "i18n/languages.js";
    assets.insert(path, Asset::new(content_type(path), languages.into()));
    assets
});

/// The pages by language and path: each names to the browser all that it will need.
static PAGES: LazyLock<HashMap<(&'static str, &'static str), Asset>> = LazyLock::new(|| {
    let source = |path: &str| FILES.get_file(path)?.contents_utf8();
    let pages = FILES.files().filter_map(|file| {
        let path = file
            .path()
            .to_str()
            .filter(|path| path.ends_with(".html"))?;
        Some((path, file.contents_utf8()?))
    });
    let pages = pages.flat_map(|page| TEXTS.keys().map(move |language| (*language, page)));
    pages
        .map(|(language, (path, html))| {
            let html = with_preloads(html, language, source).into_bytes();
            (
                (language, path),
                Asset::new(content_type(path), html.into()),
            )
        })
        .collect()
});

/// The texts of each language by its tag: every script of `static/i18n/` is one.
static TEXTS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    FILES
        .get_dir("i18n")
        .map(|i18n| texts(i18n.files()))
        .unwrap_or_default()
});

fn texts<'a>(files: impl Iterator<Item = &'a File<'a>>) -> BTreeMap<&'a str, &'a str> {
    files
        .filter_map(|file| {
            let tag = file.path().file_name()?.to_str()?.strip_suffix(".js")?;
            Some((tag, file.contents_utf8()?))
        })
        .collect()
}

/// The script that tells the pages which languages there are, so that a third one is nothing but its file. English is
/// what the others are measured by and replaced with: a page cannot know what it lacks without loading both.
fn languages(texts: &BTreeMap<&str, &str>) -> String {
    let wanted = keys(texts.get("en").copied().unwrap_or_default());
    let incomplete = texts
        .iter()
        .filter(|(_, text)| !wanted.is_subset(&keys(text)));
    let list = |tags: Vec<&str>| format!("{tags:?}");
    format!(
        "export default {};\nexport const incomplete = {};\n",
        list(texts.keys().copied().collect()),
        list(incomplete.map(|(tag, _)| *tag).collect()),
    )
}

/// What a language has a text for: `  'key': ...`, a line each.
fn keys(text: &str) -> HashSet<&str> {
    text.lines()
        .filter_map(|line| Some(line.strip_prefix("  '")?.split_once('\'')?.0))
        .collect()
}

fn collect(dir: &'static Dir<'static>, assets: &mut HashMap<&'static str, Asset>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, assets),
            DirEntry::File(file) => {
                if let Some(path) = file.path().to_str()
                    && !path.ends_with(".d.ts")
                {
                    assets.insert(path, Asset::new(content_type(path), shipped(path, file)));
                }
            }
        }
    }
}

/// A file as phones get it. Half of our scripts and styles is said to their readers: on a hall's Wi-Fi that is as much
/// again to wait for. Blank lines take its place, so that an error still names the line of the source.
fn shipped(path: &str, file: &'static File<'static>) -> Cow<'static, [u8]> {
    match file.contents_utf8() {
        Some(text) if path.ends_with(".js") || path.ends_with(".css") => {
            Cow::Owned(without_comments(text).into_bytes())
        }
        _ => Cow::Borrowed(file.contents()),
    }
}

/// Comments that have their lines to themselves, as all of ours have; anything behind code stays as it is.
fn without_comments(text: &str) -> String {
    let mut inside = false;
    let code = text.lines().map(|line| {
        let trimmed = line.trim();
        // A type in a comment before code belongs to the code.
        let before_code = trimmed.contains("*/") && !trimmed.ends_with("*/");
        inside |= trimmed.starts_with("/*") && !before_code;
        let comment = inside || trimmed.starts_with("//");
        inside &= !trimmed.ends_with("*/");
        if comment { "" } else { line }
    });
    code.fold(String::with_capacity(text.len()), |shipped, line| {
        shipped + line + "\n"
    })
}

impl Asset {
    pub fn new(content_type: &'static str, plain: Cow<'static, [u8]>) -> Asset {
        let hash = Sha256::digest(&plain);
        let etag = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        let gzip = compress(&plain).filter(|gzip| gzip.len() < plain.len());
        let plain = match plain {
            Cow::Borrowed(shipped) => Bytes::from_static(shipped),
            Cow::Owned(made) => made.into(),
        };
        Asset {
            gzip: gzip.map(Bytes::from),
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
            .then_some(self.gzip.as_ref())
            .flatten();
        let mut response = match known {
            true => reply::empty(StatusCode::NOT_MODIFIED),
            false => reply::shared(
                StatusCode::OK,
                self.content_type,
                zipped.unwrap_or(&self.plain).clone(),
            ),
        };
        let headers = response.headers_mut();
        if zipped.is_some() && !known {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        let vary = HeaderValue::from_static("accept-encoding, accept-language");
        headers.insert(header::VARY, vary);
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

/// A page in the reader's language.
pub fn serve_page(path: &'static str, headers: &HeaderMap) -> Option<Response> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|tags| tags.to_str().ok());
    let language = liked(accepted.unwrap_or_default(), TEXTS.keys().copied());
    Some(PAGES.get(&(language, path))?.answer(headers))
}

/// The help in the reader's language: a page for each, whole, so that it is read without a script.
pub fn serve_help(headers: &HeaderMap) -> Option<Response> {
    let pages = FILES.get_dir("help")?.files();
    let tags: Vec<&str> = pages
        .filter_map(|page| page.path().file_stem()?.to_str())
        .collect();
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|tags| tags.to_str().ok());
    let language = liked(accepted.unwrap_or_default(), tags.iter().copied());
    serve(&format!("help/{language}.html"), headers)
}

/// A file of `static/`; `None` if there is none of this name.
pub fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    Some(ASSETS.get(path)?.answer(headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_language_is_nothing_but_its_file() {
        let en = "export default {\n  'a.b': 'One',\n  'a.c':\n    'Two',\n};\n";
        let files = [
            File::new("i18n/fr.js", en.as_bytes()),
            File::new("i18n/en.js", en.as_bytes()),
            File::new("i18n/de.js", b"export default {\n  'a.c': 'Zwei',\n};\n"),
            File::new("i18n/languages.d.ts", b""),
        ];
        assert_eq!(
            languages(&texts(files.iter())),
            "export default [\"de\", \"en\", \"fr\"];\nexport const incomplete = [\"de\"];\n"
        );
    }

    #[test]
    fn the_languages_of_the_pages_lack_nothing() {
        let script = ASSETS.get("i18n/languages.js").unwrap();
        let script = String::from_utf8(script.plain.to_vec()).unwrap();
        assert!(script.contains("\"en\", \"fr\""), "{script}");
        assert!(script.ends_with("incomplete = [];\n"), "{script}");
        assert!(!ASSETS.contains_key("i18n/languages.d.ts"));
    }

    #[test]
    fn what_a_page_preloads_is_there() {
        for page in ["index.html", "match.html", "score.html"] {
            let html = PAGES.get(&("fr", page)).unwrap().plain.to_vec();
            let html = String::from_utf8(html).unwrap();
            let links = html
                .lines()
                .filter_map(|line| line.split_once(r#""modulepreload" href="/static/"#));
            let paths: Vec<&str> = links
                .filter_map(|(_, path)| Some(path.split_once('"')?.0))
                .collect();
            assert!(
                paths.len() > 10 && paths.contains(&"core/i18n.js"),
                "{page}"
            );
            for path in paths {
                assert!(ASSETS.contains_key(path), "{page} preloads {path}");
            }
        }
    }

    #[test]
    fn comments_are_not_shipped_and_every_line_keeps_its_number() {
        let source = "/** What\n * it is\n */\nlet a = 1; // one\n  // why\n/* short */\n/** @type {T} */ (a).b();\nconst url = `//x`;\n";
        let shipped = without_comments(source);
        assert_eq!(
            shipped,
            "\n\n\nlet a = 1; // one\n\n\n/** @type {T} */ (a).b();\nconst url = `//x`;\n"
        );
    }
}
