//! The rows of matches: how they are read.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, Row};

use super::Match;
use crate::domain::{
    BySide, Call, Court, CourtId, FixtureRef, FormerPlace, Key, MatchId, MatchSetup, Programme,
    Rules, STATE_MAX_BYTES, Seq, SideSetup, TeamId, TournamentId, TournamentRef, names,
};
use crate::store::error::StoreError;
use crate::store::rows::{id, id_in, official_in, optional_id_in, seq, unreadable};

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

/// A match's row as it speaks of itself.
pub struct Told {
    pub id: MatchId,
    /// The last event that it speaks of.
    pub seq: Seq,
    /// Its state is larger than any is now: an earlier version wrote it.
    pub outgrown: bool,
}

/// The rows of all matches, as they speak of themselves.
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

const MATCH: &str = "SELECT m.id, m.tournament_id, t.name AS tournament_name, m.sport, m.variant, m.rules, m.team_a, \
     m.team_b, coalesce(a.name, m.side_a) AS name_a, coalesce(b.name, m.side_b) AS name_b, m.state, m.last_seq, \
     m.position, m.setup_revision, m.fixture_key, m.stage, m.round, m.group_name, m.source_a, m.source_b, m.contested, m.planned_at, m.number, \
     m.call_state, m.former_at, m.former_court, m.referee_team, coalesce(r.name, m.referee_name) AS referee_name, m.created_at, \
     m.updated_at, c.id AS court_id, c.name AS court_name \
     FROM matches m LEFT JOIN tournaments t ON t.id = m.tournament_id LEFT JOIN courts c ON c.id = m.court_id AND c.deleted_at IS NULL \
     LEFT JOIN teams a ON a.id = m.team_a LEFT JOIN teams b ON b.id = m.team_b LEFT JOIN teams r ON r.id = m.referee_team";

fn fixture_of(row: &Row<'_>) -> Result<Option<FixtureRef>, StoreError> {
    let Some(key) = row.get::<_, Option<String>>("fixture_key")? else {
        return Ok(None);
    };
    Ok(Some(FixtureRef {
        key: Key::new(key),
        stage: row.get::<_, Option<String>>("stage")?.unwrap_or_default(),
        round: row.get::<_, Option<u16>>("round")?.unwrap_or_default(),
        group: row.get("group_name")?,
        contested: row.get("contested")?,
    }))
}

fn programme_of(row: &Row<'_>) -> Result<Programme, StoreError> {
    let call: String = row.get("call_state")?;
    Ok(Programme {
        planned_at: row.get("planned_at")?,
        number: row.get("number")?,
        call: Call::of(&call).unwrap_or_default(),
        moved: row
            .get::<_, Option<i64>>("former_at")?
            .map(|planned_at| {
                let court: Option<String> = row.get("former_court")?;
                Ok::<_, StoreError>(FormerPlace {
                    court: court.map(|court| names::shown(court).into()),
                    planned_at,
                })
            })
            .transpose()?,
        referee: official_in(row)?,
        expected_at: None,
    })
}

fn setup_row(row: &Row<'_>, known: &mut KnownRules) -> Result<MatchSetup, StoreError> {
    let tournament = match (
        optional_id_in(row, "tournament_id")?,
        row.get::<_, Option<String>>("tournament_name")?,
    ) {
        (Some(id), Some(name)) => Some(TournamentRef {
            id,
            name: names::shown(name),
        }),
        _ => None,
    };
    let court = match (
        optional_id_in(row, "court_id")?,
        row.get::<_, Option<String>>("court_name")?,
    ) {
        (Some(id), Some(name)) => Some(Court {
            id,
            name: names::shown(name),
        }),
        _ => None,
    };
    let side = |team, name, source| {
        let team: Option<TeamId> = optional_id_in(row, team)?;
        let source: Option<String> = row.get(source)?;
        match (team, source) {
            (None, Some(source)) => {
                let source = serde_json::from_str(&source).map_err(unreadable)?;
                Ok::<_, StoreError>(SideSetup::awaited(source))
            }
            (team, _) => Ok(SideSetup {
                team,
                source: None,
                name: names::shown(row.get(name)?),
            }),
        }
    };
    Ok(MatchSetup {
        id: id_in(row, "id")?,
        tournament,
        court,
        sport: row.get::<_, String>("sport")?.into(),
        variant: row.get("variant")?,
        rules: known.read(row.get("rules")?)?,
        sides: BySide {
            a: side("team_a", "name_a", "source_a")?,
            b: side("team_b", "name_b", "source_b")?,
        },
        fixture: fixture_of(row)?,
        programme: programme_of(row)?,
        order: row.get::<_, i64>("position")?.unsigned_abs(),
        created_at: row.get("created_at")?,
        revision: row.get("setup_revision")?,
    })
}

fn match_row(row: &Row<'_>, known: &mut KnownRules) -> Result<Match, StoreError> {
    let state = row.get_ref("state")?.as_str().map_err(unreadable)?;
    Ok(Match {
        setup: setup_row(row, known)?,
        state: serde_json::from_str(state).map_err(unreadable)?,
        seq: seq(row.get("last_seq")?)?,
        updated_at: row.get("updated_at")?,
    })
}

/// A match whose row makes no sense is left out: it must not hide the others.
pub fn all(connection: &Connection) -> Result<Vec<Match>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{MATCH} WHERE m.deleted_at IS NULL ORDER BY m.position"
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
pub fn every(connection: &Connection) -> Result<Vec<NamedRow>, StoreError> {
    let mut statement = connection.prepare(&format!("{MATCH} ORDER BY m.id"))?;
    let mut known = KnownRules::default();
    let rows = statement.query_map([], |row| Ok((row.get("id")?, match_row(row, &mut known))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn one(connection: &Connection, id: MatchId) -> Result<Match, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{MATCH} WHERE m.deleted_at IS NULL AND m.id = ?1"))?;
    statement
        .query_and_then([id.to_string()], |row| {
            match_row(row, &mut KnownRules::default())
        })?
        .next()
        .unwrap_or(Err(StoreError::NotFound("match")))
}

/// The same, also of one that is hidden.
pub fn whatever(connection: &Connection, id: MatchId) -> Result<Match, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{MATCH} WHERE m.id = ?1"))?;
    statement
        .query_and_then([id.to_string()], |row| {
            match_row(row, &mut KnownRules::default())
        })?
        .next()
        .unwrap_or(Err(StoreError::NotFound("match")))
}

/// The matches of a tournament as they are set up.
pub fn setups_of(
    connection: &Connection,
    tournament: TournamentId,
) -> Result<Vec<MatchSetup>, StoreError> {
    setups_where(connection, "tournament_id", &tournament.to_string())
}

/// The matches of a court as they are set up.
pub fn setups_on(connection: &Connection, court: CourtId) -> Result<Vec<MatchSetup>, StoreError> {
    setups_where(connection, "court_id", &court.to_string())
}

/// The hidden matches of fixtures in which nobody has done anything, by the keys of these; of several the one that was hidden
/// last.
pub fn unplayed(
    connection: &Connection,
    tournament: TournamentId,
) -> Result<HashMap<Key, MatchSetup>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{MATCH} WHERE m.deleted_at IS NOT NULL AND m.tournament_id = ?1 AND m.fixture_key IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.match_id = m.id) ORDER BY m.revision"
    ))?;
    let mut known = KnownRules::default();
    let mut unplayed = HashMap::new();
    for setup in
        statement.query_and_then([tournament.to_string()], |row| setup_row(row, &mut known))?
    {
        let setup = setup?;
        if let Some(fixture) = &setup.fixture {
            unplayed.insert(fixture.key.clone(), setup);
        }
    }
    Ok(unplayed)
}

fn setups_where(
    connection: &Connection,
    column: &'static str,
    value: &str,
) -> Result<Vec<MatchSetup>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{MATCH} WHERE m.deleted_at IS NULL AND m.{column} = ?1 ORDER BY m.position"
    ))?;
    let mut known = KnownRules::default();
    statement
        .query_and_then([value], |row| setup_row(row, &mut known))?
        .collect()
}

/// The IDs of the matches of a tournament.
pub fn ids_of(
    connection: &Connection,
    tournament: TournamentId,
) -> Result<Vec<MatchId>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM matches WHERE deleted_at IS NULL AND tournament_id = ?1")?;
    statement
        .query_and_then([tournament.to_string()], |row| id_in(row, "id"))?
        .collect()
}

/// Says if any match of a tournament has begun.
pub fn any_has_begun(
    connection: &Connection,
    tournament: TournamentId,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM matches m WHERE m.tournament_id = ?1 AND m.deleted_at IS NULL \
         AND EXISTS (SELECT 1 FROM events WHERE match_id = m.id) LIMIT 1",
    )?;
    Ok(statement.exists([tournament.to_string()])?)
}

pub(super) fn has_begun(connection: &Connection, id: MatchId) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM events WHERE match_id = ?1 LIMIT 1")?;
    Ok(statement.exists([id.to_string()])?)
}
