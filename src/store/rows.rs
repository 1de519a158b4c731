//! The rows of the venue and its matches: how they are written and read.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::StoreError;
use super::lagging::Standing;
use super::writer::Writing;
use crate::clock::WallMs;
use crate::domain::names;
use crate::domain::{
    CourtId, MatchId, MatchState, Rules, STATE_MAX_BYTES, Seq, TournamentId, VenueId,
};

#[derive(Debug, Clone)]
pub struct Venue {
    pub id: VenueId,
    pub name: String,
}

/// Who plays whom, in what: what is known of a match before its first event.
#[derive(Debug, Clone)]
pub struct Fixture {
    pub id: MatchId,
    /// `None` for a friendly match.
    pub tournament: Option<TournamentRef>,
    /// Where it is played, once somebody has said so.
    pub court: Option<Court>,
    /// The sport's id.
    pub sport: Arc<str>,
    pub variant: Option<String>,
    /// What it is played by, whatever becomes of the sport's file.
    pub rules: Arc<Rules>,
    pub side_a: String,
    pub side_b: String,
    pub created_at: WallMs,
}

/// A match as the lists show it: who plays, and where its history stands.
#[derive(Debug, Clone)]
pub struct Match {
    pub fixture: Fixture,
    pub state: MatchState,
    pub seq: Seq,
    pub updated_at: WallMs,
}

/// A playing area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Court {
    pub id: CourtId,
    pub name: String,
}

/// What an organiser changes about a match; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    pub side_a: Option<String>,
    pub side_b: Option<String>,
    /// `Some(None)` takes it off its court.
    pub court: Option<Option<Court>>,
    /// Its tournament under a new name.
    pub tournament: Option<TournamentRef>,
}

impl Amendment {
    /// The fixture as it is afterwards.
    pub fn apply(self, fixture: &Fixture) -> Fixture {
        Fixture {
            side_a: self.side_a.unwrap_or_else(|| fixture.side_a.clone()),
            side_b: self.side_b.unwrap_or_else(|| fixture.side_b.clone()),
            court: self.court.unwrap_or_else(|| fixture.court.clone()),
            tournament: self.tournament.or_else(|| fixture.tournament.clone()),
            ..fixture.clone()
        }
    }
}

#[derive(Debug, Clone)]
pub struct TournamentRef {
    pub id: TournamentId,
    pub name: String,
}

pub(super) fn unreadable(what: impl std::fmt::Display) -> StoreError {
    StoreError::Unexpected(format!("a row cannot be read: {what}"))
}

pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(unreadable)
}

/// The rules of matches as they are read: most matches of a venue share theirs.
#[derive(Default)]
struct KnownRules(HashMap<String, Arc<Rules>>);

impl KnownRules {
    fn read(&mut self, text: Option<String>) -> Result<Arc<Rules>, StoreError> {
        let Some(text) = text else {
            return Ok(self
                .0
                .entry(String::new())
                .or_insert_with(|| Arc::new(Rules::plain()))
                .clone());
        };
        if let Some(rules) = self.0.get(&text) {
            return Ok(rules.clone());
        }
        let rules: Arc<Rules> = Arc::new(serde_json::from_str(&text).map_err(unreadable)?);
        self.0.insert(text, rules.clone());
        Ok(rules)
    }
}

pub(super) fn seq(number: i64) -> Result<Seq, StoreError> {
    Seq::try_from(number).map_err(unreadable)
}

fn state_json(state: &MatchState) -> Result<String, StoreError> {
    serde_json::to_string(state).map_err(unreadable)
}

/// The venue's row; `None` in a fresh database.
pub fn venue(connection: &Connection) -> Result<Option<Venue>, StoreError> {
    let found: Option<(String, String)> = connection
        .query_row("SELECT id, name FROM venues", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    found
        .map(|(text, name)| {
            Ok(Venue {
                id: id(&text)?,
                name: names::shown(name),
            })
        })
        .transpose()
}

pub fn insert_venue(
    writing: &mut Writing<'_>,
    venue: &Venue,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "INSERT INTO venues (id, name, created_at, revision) VALUES (?1, ?2, ?3, ?4)",
        params![venue.id.to_string(), venue.name, now, revision],
    )?;
    Ok(())
}

pub fn rename_venue(writing: &mut Writing<'_>, name: &str) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE venues SET name = ?1, revision = ?2",
        params![name, revision],
    )?;
    Ok(())
}

pub(super) fn found(changed: usize, what: &'static str) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::NotFound(what)),
        _ => Ok(()),
    }
}

pub fn insert_match(
    writing: &mut Writing<'_>,
    venue: VenueId,
    new: &Fixture,
) -> Result<(), StoreError> {
    let opening = MatchState::default();
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO matches (id, venue_id, revision, tournament_id, sport, variant, rules, side_a, side_b, \
             status, state, last_seq, created_at, updated_at, court_id) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12, ?12, ?13)",
        )?
        .execute(params![
            new.id.to_string(),
            venue.to_string(),
            revision,
            new.tournament.as_ref().map(|tournament| tournament.id.to_string()),
            new.sport,
            new.variant,
            serde_json::to_string(&new.rules).map_err(unreadable)?,
            new.side_a,
            new.side_b,
            opening.status.as_str(),
            state_json(&opening)?,
            new.created_at,
            new.court.as_ref().map(|court| court.id.to_string()),
        ])?;
    Ok(())
}

/// Writes what may change about a match beside its events.
pub fn amend_match(
    writing: &mut Writing<'_>,
    new: &Fixture,
    now: WallMs,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE matches SET side_a = ?1, side_b = ?2, court_id = ?3, updated_at = ?4, revision = ?5 \
         WHERE id = ?6 AND deleted_at IS NULL",
        params![
            new.side_a,
            new.side_b,
            new.court.as_ref().map(|court| court.id.to_string()),
            now,
            revision,
            new.id.to_string()
        ],
    )?;
    found(changed, "match")
}

/// Makes a match's row say where its events have led; a row that says more already is left alone.
pub fn write_standing(
    writing: &mut Writing<'_>,
    id: MatchId,
    standing: &Standing,
) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    writing
        .connection
        .prepare_cached(
            "UPDATE matches SET status = ?1, state = ?2, last_seq = ?3, updated_at = ?4, revision = ?5 \
             WHERE id = ?6 AND last_seq <= ?3",
        )?
        .execute(params![
            standing.status,
            standing.state.get(),
            standing.seq as i64,
            standing.at,
            revision,
            id.to_string(),
        ])?;
    Ok(())
}

/// What a match's row says of itself.
pub struct Told {
    pub id: MatchId,
    /// The last event that it speaks of.
    pub seq: Seq,
    /// Its state is larger than any is now: an earlier version wrote it.
    pub outgrown: bool,
}

/// What the row of each match says.
pub fn told(connection: &Connection) -> Result<Vec<Told>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, last_seq, length(CAST(state AS BLOB)) > ?1 FROM matches WHERE deleted_at IS NULL",
    )?;
    statement
        .query_and_then([STATE_MAX_BYTES as i64], |row| {
            Ok(Told {
                id: id(&row.get::<_, String>(0)?)?,
                seq: seq(row.get(1)?)?,
                outgrown: row.get(2)?,
            })
        })?
        .collect()
}

const MATCH: &str = "SELECT m.id, m.tournament_id, t.name, m.sport, m.side_a, m.side_b, m.state, m.last_seq, \
                     m.created_at, m.updated_at, m.variant, m.rules, c.id, c.name \
                     FROM matches m LEFT JOIN tournaments t ON t.id = m.tournament_id \
                     LEFT JOIN courts c ON c.id = m.court_id";

fn match_row(row: &Row<'_>, known: &mut KnownRules) -> Result<Match, StoreError> {
    let tournament = match (
        row.get::<_, Option<String>>(1)?,
        row.get::<_, Option<String>>(2)?,
    ) {
        (Some(tournament), Some(name)) => Some(TournamentRef {
            id: id(&tournament)?,
            name: names::shown(name),
        }),
        _ => None,
    };
    let court = match (
        row.get::<_, Option<String>>(12)?,
        row.get::<_, Option<String>>(13)?,
    ) {
        (Some(court), Some(name)) => Some(Court {
            id: id(&court)?,
            name: names::shown(name),
        }),
        _ => None,
    };
    Ok(Match {
        fixture: Fixture {
            id: id(&row.get::<_, String>(0)?)?,
            tournament,
            court,
            sport: row.get::<_, String>(3)?.into(),
            variant: row.get(10)?,
            rules: known.read(row.get(11)?)?,
            side_a: names::shown(row.get(4)?),
            side_b: names::shown(row.get(5)?),
            created_at: row.get(8)?,
        },
        state: serde_json::from_str(row.get_ref(6)?.as_str().map_err(unreadable)?)
            .map_err(unreadable)?,
        seq: seq(row.get(7)?)?,
        updated_at: row.get(9)?,
    })
}

/// A match whose row makes no sense is left out: it must not hide the others.
pub fn matches(connection: &Connection) -> Result<Vec<Match>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{MATCH} WHERE m.deleted_at IS NULL ORDER BY m.created_at, m.id"
    ))?;
    let mut known = KnownRules::default();
    statement
        .query_and_then([], |row| match_row(row, &mut known))?
        .filter(|found| match found {
            Err(StoreError::Unexpected(error)) => {
                tracing::error!("a match is left out; courtside check names it: {error}");
                false
            }
            _ => true,
        })
        .collect()
}

/// The text of a match's id, and the match as far as it can be read.
type NamedRow = (String, Result<Match, StoreError>);

/// Every match there ever was, also the deleted ones, by the text of its id; one that cannot be read hides no other.
pub fn every_match(connection: &Connection) -> Result<Vec<NamedRow>, StoreError> {
    let mut statement = connection.prepare(&format!("{MATCH} ORDER BY m.id"))?;
    let mut known = KnownRules::default();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, match_row(row, &mut known))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn match_by_id(connection: &Connection, id: MatchId) -> Result<Match, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{MATCH} WHERE m.deleted_at IS NULL AND m.id = ?1"))?;
    statement
        .query_and_then([id.to_string()], |row| {
            match_row(row, &mut KnownRules::default())
        })?
        .next()
        .unwrap_or(Err(StoreError::NotFound("match")))
}

pub fn delete_match(writing: &mut Writing<'_>, id: MatchId, now: WallMs) -> Result<(), StoreError> {
    let revision = writing.next_revision();
    let changed = writing.connection.execute(
        "UPDATE matches SET deleted_at = ?1, revision = ?2 WHERE id = ?3 AND deleted_at IS NULL",
        params![now, revision, id.to_string()],
    )?;
    found(changed, "match")
}
