//! A client that signs what it asks for, as the pages do: no secret of it is ever sent.

use courtside::http::secure::{Keys, from_hex, to_hex};
use rusqlite::{Connection, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::venue::{Fixture, Reply, Venue};

type Root = [u8; 32];

/// What a pad signs with that was opened by this token.
pub fn root_of_token(token: &str) -> Root {
    Sha256::digest(token).into()
}

/// A session that signs. Only the PIN's exchange makes one, so this one is written beside it.
pub fn signing_session(venue: &Venue) -> (String, Root) {
    let database = Connection::open(venue.data().join("courtside.db")).unwrap();
    let (id, root) = (uuid::Uuid::now_v7().to_string(), [7; 32]);
    let sql = "INSERT INTO sessions (id, cookie_hash, sign_key, device, address, created_at, used_at, expires_at) \
               SELECT ?1, ?2, ?3, device, address, created_at, used_at, expires_at FROM sessions LIMIT 1";
    let cookie = to_hex(&root_of_token(&id));
    let made = database.execute(sql, params![id, cookie, to_hex(&root)]);
    assert_eq!(made.unwrap(), 1);
    (id, root)
}

/// A channel of a venue, with the keys of one side.
pub struct Channel {
    name: String,
    keys: Keys,
}

impl Channel {
    pub fn open(venue: &Venue, root: &Root) -> Channel {
        let page = [3; 16];
        let opened = venue.post("/api/channel", &json!({ "page": to_hex(&page) }));
        let name = opened.json()["channel"].as_str().unwrap().to_owned();
        let keys = Keys::new(root, &from_hex(&name).unwrap(), &page);
        Channel { name, keys }
    }

    /// A signed request of a session.
    pub fn get(&self, venue: &Venue, number: u64, path: &str, session: &str) -> Reply {
        let signature = to_hex(&self.keys.signed(number, "GET", path, b""));
        let claim = format!("{} {number} {signature} {session}", self.name);
        venue.request("GET", path, &[("Courtside-Sign", &claim)], b"")
    }

    /// The address of a pad, with the proof of its right.
    pub fn pad(&self, of: &Fixture) -> String {
        let target = format!(
            "/referee?matchID={}&device=pad&channel={}",
            of.id, self.name
        );
        let proof = to_hex(&self.keys.signed(0, "GET", &target, b""));
        format!("{target}&proof={proof}")
    }
}

#[test]
fn a_channel_that_somebody_else_names_first_is_still_its_page_s() {
    let venue = Venue::with(&[]);
    let fixture = venue.create_match_as(&venue.log_in());
    let channel = Channel::open(&venue, &root_of_token(&fixture.token));
    let pad = channel.pad(&fixture);
    let forged = format!("{}{}", &pad[..pad.len() - 64], "0".repeat(64));
    for _ in 0..40 {
        assert_eq!(venue.try_socket(&forged).err(), Some(403));
    }
    assert!(venue.try_socket(&pad).is_ok());
    assert_eq!(venue.try_socket(&pad).err(), Some(409), "a second time");
}
