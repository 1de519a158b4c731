//! The deeds of tournaments, judged by themselves and by the matches that were made for them.
//!
//! The sides of a match are derived, and may be a moment behind the results: the next start makes that good.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::Report;
use crate::domain::tournament::deed::{Deed, DeedSeq};
use crate::domain::tournament::progress::{BestOf, Given, Played, Progress};
use crate::domain::tournament::structure::Structure;
use crate::domain::tournament::{Outcome, Tournament};
use crate::domain::{BySide, Key};
use crate::store::error::StoreError;
use crate::store::rows::matches::{self, Match};
use crate::store::rows::{deeds, tournaments};

/// Folds each tournament, and looks if its matches are those of its fixtures.
pub fn inspect(connection: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut of: BTreeMap<_, Vec<Match>> = BTreeMap::new();
    for found in matches::all(connection)? {
        if let (Some(tournament), Some(_)) = (&found.setup.tournament, &found.setup.fixture) {
            of.entry(tournament.id).or_default().push(found);
        }
    }
    for found in tournaments::all(connection)? {
        let tournament = found.value;
        let told = match deeds::of(connection, tournament.id) {
            Ok(told) => told,
            Err(StoreError::Fault(fault)) => return Err(fault.into()),
            Err(error) => {
                let id = tournament.id;
                report.findings.push(format!("tournament {id}: {error}"));
                continue;
            }
        };
        let numbered: Vec<(DeedSeq, &Deed)> = told
            .iter()
            .map(|recorded| (recorded.seq, &recorded.deed))
            .collect();
        let structure = Structure::of(numbered);
        let matches = of.remove(&tournament.id).unwrap_or_default();
        let found = findings(&tournament, &structure, &matches);
        let id = tournament.id;
        report.findings.extend(
            found
                .into_iter()
                .map(|finding| format!("tournament {id}: {finding}")),
        );
    }
    Ok(())
}

fn findings(tournament: &Tournament, structure: &Structure, matches: &[Match]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut played: BTreeMap<Key, Played> = BTreeMap::new();
    for found in matches {
        let Some(fixture) = &found.setup.fixture else {
            continue;
        };
        let key = &fixture.key;
        if structure.fixture(key).is_none() {
            findings.push(format!("the match of “{key}” belongs to no fixture"));
        }
        let sides = BySide {
            a: found.setup.sides.a.team,
            b: found.setup.sides.b.team,
        };
        let outcome = Outcome::of(&found.state, &found.setup.rules, None);
        let status = found.state.status;
        let of_key = Played {
            status,
            sides,
            outcome,
        };
        if played.insert(key.clone(), of_key).is_some() {
            findings.push(format!("“{key}” has two matches"));
        }
    }
    let policy = tournament
        .played_by
        .as_ref()
        .map(|kept| kept.points_table.clone())
        .unwrap_or_default();
    let played_by = tournament.played_by.as_ref();
    let best_of = played_by.map_or_else(BestOf::default, |kept| BestOf::by(&kept.rules, structure));
    let progress = Progress::of(Given {
        structure,
        policy: &policy,
        best_of: &best_of,
        seeds: &BTreeMap::new(),
        matches: &played,
    });
    let problems = progress
        .tables
        .iter()
        .filter_map(|table| table.problem.as_ref());
    findings.extend(problems.map(|problem| format!("a table cannot be made: {problem}")));
    findings
}
