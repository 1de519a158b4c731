//! The rows of tournaments.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::{Revised, as_expected, delete_row, id_in, taken, unreadable};
use crate::clock::WallMs;
use crate::domain::tournament::PlayedBy;
use crate::domain::{
    Catalogue, PointsTable, Revision, Rules, Tournament, TournamentId, VenueId, names,
};
use crate::store::error::StoreError;
use crate::store::writer::Writing;

const TOURNAMENT: &str = "SELECT id, name, sport, variant, overrides, rules, points_table, created_at, revision \
     FROM tournaments WHERE deleted_at IS NULL";

fn tournament_row(row: &Row<'_>) -> Result<Revised<Tournament>, StoreError> {
    fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>, StoreError> {
        text.map(|text| serde_json::from_str(&text).map_err(unreadable))
            .transpose()
    }
    Revised::read(row, |row| {
        let rules: Option<Rules> = json(row.get("rules")?)?;
        let points_table: Option<PointsTable> = json(row.get("points_table")?)?;
        Ok(Tournament {
            id: id_in(row, "id")?,
            name: names::shown(row.get("name")?),
            sport: row.get("sport")?,
            variant: row.get("variant")?,
            overrides: json(row.get("overrides")?)?.unwrap_or(Value::Null),
            played_by: PlayedBy {
                rules: Arc::new(rules.unwrap_or_else(Rules::plain)),
                points_table: points_table.unwrap_or_default(),
            },
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
    writing
        .connection
        .prepare_cached(
            "INSERT INTO tournaments (id, venue_id, revision, name, sport, variant, overrides, rules, points_table, \
             created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        )?
        .execute(params![
            tournament.id.to_string(),
            venue.to_string(),
            revision,
            tournament.name,
            tournament.sport,
            tournament.variant,
            overrides_text(&tournament),
            text_of(&*tournament.played_by.rules)?,
            text_of(&tournament.played_by.points_table)?,
            tournament.created_at,
        ])
        .map_err(taken("tournament", &tournament.name))?;
    Ok(Revised {
        value: tournament,
        revision,
    })
}

fn text_of(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(unreadable)
}

/// Makes the row say what `tournament` says, if it is still the one that was seen.
pub fn update(
    writing: &mut Writing<'_>,
    tournament: &Tournament,
    now: WallMs,
) -> Result<Revision, StoreError> {
    let revision = writing.next_revision();
    writing.connection.execute(
        "UPDATE tournaments SET name = ?1, sport = ?2, variant = ?3, overrides = ?4, rules = ?5, points_table = ?6, \
         updated_at = ?7, revision = ?8 WHERE id = ?9",
        params![
            tournament.name,
            tournament.sport,
            tournament.variant,
            overrides_text(tournament),
            text_of(&*tournament.played_by.rules)?,
            text_of(&tournament.played_by.points_table)?,
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
        // A sport whose file is gone leaves its tournaments with points that add up.
        let Ok(sport) = catalogue.find(&tournament.sport) else {
            continue;
        };
        let variant = tournament.variant.as_deref();
        let Ok((_, rules)) = sport.rules_for(variant, &[&tournament.overrides], today) else {
            continue;
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
