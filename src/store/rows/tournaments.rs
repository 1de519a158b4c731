//! The rows of tournaments.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::{Revised, as_expected, delete_row, id_in, unreadable};
use crate::clock::WallMs;
use crate::domain::tournament::PlayedBy;
use crate::domain::{
    Catalogue, PointsTable, Revision, Rules, Tournament, TournamentId, VenueId, names,
};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

const TOURNAMENT: &str = "SELECT id, name, sport, variant, overrides, rules, points_table, starts_on, factor, created_at, revision \
     FROM tournaments WHERE deleted_at IS NULL";

fn tournament_row(row: &Row<'_>) -> Result<Revised<Tournament>, StoreError> {
    fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>, StoreError> {
        text.map(|text| serde_json::from_str(&text).map_err(unreadable))
            .transpose()
    }
    Revised::read(row, |row| {
        let rules: Option<Rules> = json(row.get("rules")?)?;
        let points_table: Option<PointsTable> = json(row.get("points_table")?)?;
        let played_by = rules.map(|rules| PlayedBy {
            rules: Arc::new(rules),
            points_table: points_table.unwrap_or_default(),
        });
        Ok(Tournament {
            id: id_in(row, "id")?,
            name: names::shown(row.get("name")?),
            sport: row.get("sport")?,
            variant: row.get("variant")?,
            overrides: json(row.get("overrides")?)?.unwrap_or(Value::Null),
            played_by,
            starts_on: row
                .get::<_, Option<String>>("starts_on")?
                .map(|day| day.parse().map_err(unreadable))
                .transpose()?,
            factor: row.get("factor")?,
            created_at: row.get("created_at")?,
        })
    })
}

/// All tournaments, in the order in which they were made.
pub fn all(connection: &Connection) -> Result<Vec<Revised<Tournament>>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{TOURNAMENT} ORDER BY created_at, id"))?;
    statement.query_and_then([], tournament_row)?.collect()
}

pub fn one(connection: &Connection, id: TournamentId) -> Result<Revised<Tournament>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TOURNAMENT} AND id = ?1"))?;
    statement
        .query_and_then([id.to_string()], tournament_row)?
        .next()
        .unwrap_or(Err(StoreError::NotFound("tournament")))
}

fn overrides_text(tournament: &Tournament) -> Option<String> {
    (!tournament.overrides.is_null()).then(|| tournament.overrides.to_string())
}

pub fn insert(
    writing: &mut Writing<'_>,
    venue: VenueId,
    tournament: Tournament,
) -> Result<Revised<Tournament>, StoreError> {
    let revision = writing.next_revision();
    let (rules, points_table) = played_by_texts(&tournament)?;
    writing
        .connection
        .prepare_cached(
            "INSERT INTO tournaments (id, venue_id, revision, name, sport, variant, overrides, rules, points_table, \
             starts_on, factor, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
        )?
        .execute(params![
            tournament.id.to_string(),
            venue.to_string(),
            revision,
            tournament.name,
            tournament.sport,
            tournament.variant,
            overrides_text(&tournament),
            rules,
            points_table,
            tournament.starts_on.map(|day| day.to_string()),
            tournament.factor,
            tournament.created_at,
        ])?;
    Ok(Revised {
        value: tournament,
        revision,
    })
}

fn text_of(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(unreadable)
}

/// The columns `rules` and `points_table`.
fn played_by_texts(
    tournament: &Tournament,
) -> Result<(Option<String>, Option<String>), StoreError> {
    match &tournament.played_by {
        Some(kept) => Ok((
            Some(text_of(&*kept.rules)?),
            Some(text_of(&kept.points_table)?),
        )),
        None => Ok((None, None)),
    }
}

/// Writes another name, and nothing else.
pub fn rename(
    writing: &mut Writing<'_>,
    tournament: Tournament,
    name: String,
    now: WallMs,
) -> Result<Revised<Tournament>, StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE tournaments SET name = ?1, updated_at = ?2, revision = ?3 WHERE id = ?4",
        params![name, now, revision, tournament.id.to_string()],
    )?;
    Ok(Revised {
        value: Tournament { name, ..tournament },
        revision,
    })
}

/// Makes the row say what `tournament` says.
pub fn update(
    writing: &mut Writing<'_>,
    tournament: &Tournament,
    now: WallMs,
) -> Result<Revision, StoreError> {
    let revision = writing.next_revision();
    let (rules, points_table) = played_by_texts(tournament)?;
    writing.connection.execute(
        "UPDATE tournaments SET name = ?1, sport = ?2, variant = ?3, overrides = ?4, rules = ?5, points_table = ?6, \
         starts_on = ?7, factor = ?8, updated_at = ?9, revision = ?10 WHERE id = ?11",
        params![
            tournament.name,
            tournament.sport,
            tournament.variant,
            overrides_text(tournament),
            rules,
            points_table,
            tournament.starts_on.map(|day| day.to_string()),
            tournament.factor,
            now,
            revision,
            tournament.id.to_string()
        ],
    )?;
    Ok(revision)
}

/// The tournament, if it is as somebody expects it.
pub fn expected(
    connection: &Connection,
    id: TournamentId,
    expected: Option<Revision>,
) -> Result<Revised<Tournament>, StoreError> {
    let known = one(connection, id)?;
    as_expected(expected, known.revision)?;
    Ok(known)
}

pub fn delete(writing: &mut Writing<'_>, id: TournamentId, now: WallMs) -> Result<(), StoreError> {
    delete_row(writing, "tournaments", "tournament", &id.to_string(), now)
}

/// Gives tournaments that are older than schema 7 the rules and the points table that their sport's file has now.
/// `today` is `YYYY-MM-DD`, for variants that are valid from some day on.
pub fn keep_rules(
    writing: &mut Writing<'_>,
    catalogue: &Catalogue,
    today: &str,
) -> Result<(), StoreError> {
    let bare: Vec<String> = writing
        .connection
        .prepare("SELECT id FROM tournaments WHERE rules IS NULL AND deleted_at IS NULL")?
        .query_map([], |row| row.get("id"))?
        .collect::<Result<_, _>>()?;
    for id in bare {
        let Ok(found) = super::id(&id).and_then(|id| one(writing.connection, id)) else {
            continue;
        };
        let tournament = found.value;
        let sport = catalogue.find(&tournament.sport);
        let variant = tournament.variant.as_deref();
        let rules = sport
            .as_ref()
            .map_err(ToString::to_string)
            .and_then(|sport| {
                let found = sport.rules_for(variant, &[&tournament.overrides], today);
                found.map_err(|error| error.to_string())
            });
        // It is tried again at the next start; until then its new matches are played by whatever the file then says.
        let (sport, rules) = match (&sport, rules) {
            (Ok(sport), Ok((_, rules))) => (sport, rules),
            (_, Err(error)) => {
                tracing::warn!("the rules of tournament {id} are not known: {error}");
                continue;
            }
            (Err(_), Ok(_)) => continue,
        };
        let revision = writing.next_revision();
        writing.connection.execute(
            "UPDATE tournaments SET rules = ?1, points_table = ?2, revision = ?3 WHERE id = ?4",
            params![
                text_of(&rules)?,
                text_of(&sport.points_table)?,
                revision,
                id
            ],
        )?;
    }
    Ok(())
}
