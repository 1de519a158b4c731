//! The columns of a referee, alike in matches and bookings: a team by its ID, a person by the name.

use rusqlite::Row;

use super::optional_id_in;
use crate::domain::{Official, names};
use crate::store::error::StoreError;

/// The columns of a referee as they are written.
#[derive(Default)]
pub struct OfficialColumns<'a> {
    pub team: Option<String>,
    /// The name as it was then; a team that is there still goes by its own.
    pub name: Option<&'a str>,
}

pub fn official_columns(official: Option<&Official>) -> OfficialColumns<'_> {
    official.map_or_else(OfficialColumns::default, |official| OfficialColumns {
        team: official.team.map(|team| team.to_string()),
        name: Some(&official.name),
    })
}

pub fn official_in(row: &Row<'_>) -> Result<Option<Official>, StoreError> {
    let name: Option<String> = row.get("referee_name")?;
    let Some(name) = name else {
        return Ok(None);
    };
    Ok(Some(Official {
        team: optional_id_in(row, "referee_team")?,
        name: names::shown(name).into(),
    }))
}
