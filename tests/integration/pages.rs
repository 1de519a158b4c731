//! The pages come from the binary: compressed, revalidated, and under a strict policy.

use std::fs;

use serde_json::json;

use crate::venue::Venue;

/// The address of each page that a browser gets, after the files that are there.
fn pages() -> Vec<String> {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/static")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<String> = names
        .filter_map(|name| Some(format!("/{}", name.strip_suffix(".html")?)))
        .map(|page| page.replace("/index", "/"))
        .collect();
    pages.sort();
    assert!(pages.contains(&"/tv".to_owned()), "{pages:?}");
    pages
}

#[test]
fn pages_are_compressed_and_answered_with_304_when_they_are_known() {
    let venue = Venue::open();
    let page = venue.request("GET", "/", &[("Accept-Encoding", "gzip")], b"");
    assert_eq!(
        (page.status, page.header("content-encoding")),
        (200, Some("gzip"))
    );
    let etag = page.header("etag").unwrap().to_owned();
    let again = venue.request("GET", "/", &[("If-None-Match", &etag)], b"");
    assert_eq!((again.status, again.body.len()), (304, 0));
    let plain = venue.get("/");
    assert!(plain.header("content-encoding").is_none());
    assert!(plain.body.len() > page.body.len());
    let head = venue.request("HEAD", "/", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn every_page_is_there_and_may_load_only_from_here() {
    let venue = Venue::open();
    for path in [pages(), vec!["/help".to_owned()]].concat() {
        let page = venue.get(&path);
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, Some("text/html; charset=utf-8")),
            "{path}"
        );
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        let html = String::from_utf8(page.body).unwrap();
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "{path} names another server"
        );
    }
    for outside in [
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/",
        "/static/none.js",
    ] {
        assert_eq!(venue.get(outside).status, 404, "{outside}");
    }
}

#[test]
fn a_page_names_the_scripts_it_will_need_in_the_reader_s_language() {
    let venue = Venue::open();
    for path in pages() {
        for (accepted, language) in [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("nl", "en")] {
            let page = venue.request("GET", &path, &[("Accept-Language", accepted)], b"");
            assert!(page.header("vary").unwrap().contains("accept-language"));
            let html = String::from_utf8(page.body).unwrap();
            for module in [format!("i18n/{language}.js"), "core/i18n.js".to_owned()] {
                let link = format!("<link rel=\"modulepreload\" href=\"/static/{module}\">");
                assert_eq!(html.matches(&link).count(), 1, "{path}, {accepted}: {link}");
            }
        }
    }
}

#[test]
fn the_help_is_whole_without_a_script_in_the_reader_s_language() {
    let venue = Venue::open();
    let read = |accepted: &str| {
        let page = venue.request("GET", "/help", &[("Accept-Language", accepted)], b"");
        assert_eq!(page.status, 200);
        assert!(page.header("vary").unwrap().contains("accept-language"));
        String::from_utf8(page.body).unwrap()
    };
    let (english, french) = (read("nl"), read("fr-CA,fr;q=0.9"));
    assert!(english.contains("<html lang=\"en\">") && french.contains("<html lang=\"fr\">"));
    let anchors = |html: &str| -> Vec<String> {
        let places = html.split(" id=\"").skip(1);
        places
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(anchors(&english), anchors(&french), "the same sections");
    for html in [english, french] {
        assert!(!html.contains("<script") && html.contains("courtside pin --new"));
        for link in html.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            match link.strip_prefix('#') {
                Some(place) => assert!(anchors(&html).contains(&place.to_owned()), "{link}"),
                None => assert_eq!(venue.get(link).status, 200, "{link}"),
            }
        }
    }
    let dashboard = String::from_utf8(venue.get("/").body).unwrap();
    assert!(dashboard.contains("href=\"/help\""));
}

#[test]
fn a_qr_code_is_an_image_of_this_server_s_address() {
    let venue = Venue::open();
    let code = venue.get("/qr.svg?path=%2Fscore%3Fmatch%3Dx%23token%3Dy");
    assert_eq!(
        (code.status, code.header("content-type")),
        (200, Some("image/svg+xml"))
    );
    assert!(String::from_utf8(code.body).unwrap().contains("<svg"));
}

#[test]
fn a_qr_code_with_a_token_is_asked_for_without_naming_it_in_an_address() {
    let venue = Venue::open();
    let path = "/score?match=x#token=y";
    let asked = venue.request(
        "POST",
        "/qr.svg",
        &[],
        json!({ "path": path }).to_string().as_bytes(),
    );
    let named = venue.get("/qr.svg?path=%2Fscore%3Fmatch%3Dx%23token%3Dy");
    assert_eq!((asked.status, asked.body), (200, named.body));
}
