//! Tournaments as they are run: entries, draws, results, corrections and decisions, each a deed in a history.
//!
//! A deed goes one way: fold what is laid down and what was played; fold it again with the deed; the difference is what rows have to
//! change, and is what a preview shows. It is stored in one transaction with the deed (`commit`), and shown on the board then. A match
//! that ends goes the same way, without a deed (`following`).

mod clubs;
mod commit;
mod corrections;
mod decisions;
mod draws;
mod entries;
mod fixtures;
mod following;
mod late_entry;
mod setups;
mod showing;
mod supplies;
mod undoing;
mod weighing;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Hall, Refused};
use crate::broker::Summary;
use crate::domain::tournament::deed::{Deed, DeedSeq};
use crate::domain::tournament::progress::{BestOf, Given, Played, Progress, Table};
use crate::domain::tournament::structure::{Structure, undone};
use crate::domain::tournament::{Outcome, PointsTable};
use crate::domain::{
    BySide, Key, MatchId, MatchState, Seq, Status, Team, TeamId, Tournament, TournamentId,
};
use crate::store::{RecordedDeed, Revised};

pub use clubs::{ClubRow, Clubs, Counted};
pub use corrections::{Accepted, Correction};
pub use decisions::{Decided, Wanted};
pub use draws::{AbsentTeams, DrawWish, Proposals, ProposedDraw, ProposedRound};
pub use entries::NewTeam;
pub use fixtures::{FixtureEdit, SideWish};
pub use weighing::{Accept, Consequences};

/// Everything that is laid down for a tournament. Changed only by deeds, so that it is kept between them.
#[derive(Debug)]
pub struct LaidDown {
    pub tournament: Tournament,
    pub teams: Vec<Revised<Team>>,
    pub deeds: Vec<RecordedDeed>,
    pub structure: Structure,
}

impl LaidDown {
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        let found = self.teams.iter().find(|team| team.value.id == id);
        found.map(|team| &team.value)
    }

    /// The name of a team, for sentences.
    pub fn name(&self, id: TeamId) -> String {
        self.team(id)
            .map_or_else(|| id.to_string(), |team| team.name.clone())
    }

    /// A team of this tournament.
    fn require(&self, id: TeamId) -> Result<&Team, Refused> {
        self.team(id)
            .ok_or(crate::store::StoreError::NotFound("team of this tournament").into())
    }

    /// The structure as it would be with these deeds, too.
    fn with(&self, deeds: &[Deed]) -> Structure {
        let known = self
            .deeds
            .iter()
            .map(|recorded| (recorded.seq, &recorded.deed));
        let next = self.structure.seq + 1;
        let all: Vec<(DeedSeq, &Deed)> = known.chain((next..).zip(deeds)).collect();
        Structure::of(all)
    }

    /// The deeds that were taken back.
    pub fn undone(&self) -> std::collections::BTreeSet<DeedSeq> {
        undone(
            self.deeds
                .iter()
                .map(|recorded| (recorded.seq, &recorded.deed)),
        )
    }

    fn policy(&self) -> PointsTable {
        let played_by = self.tournament.played_by.as_ref();
        played_by
            .map(|kept| kept.points_table.clone())
            .unwrap_or_default()
    }

    fn best_of(&self, structure: &Structure) -> BestOf {
        let played_by = self.tournament.played_by.as_ref();
        played_by.map_or_else(BestOf::default, |kept| BestOf::by(&kept.rules, structure))
    }

    fn seeds(&self) -> BTreeMap<TeamId, u16> {
        let teams = self.teams.iter();
        teams
            .filter_map(|team| Some((team.value.id, team.value.seed?)))
            .collect()
    }

    /// Folds a structure with results.
    fn progress(&self, structure: &Structure, matches: &BTreeMap<Key, Played>) -> Progress {
        Progress::of(Given {
            structure,
            policy: &self.policy(),
            best_of: &self.best_of(structure),
            seeds: &self.seeds(),
            matches,
        })
    }
}

/// A tournament at one moment: what is laid down, what was played, and how far it has come.
#[derive(Clone)]
pub struct Moment {
    pub laid: Arc<LaidDown>,
    /// The matches of fixtures.
    pub matches: BTreeMap<Key, Summary>,
    pub played: BTreeMap<Key, Played>,
    pub progress: Arc<Progress>,
}

impl Moment {
    /// The tables with running matches counted.
    pub fn live_tables(&self) -> Vec<Table> {
        Progress::live_tables(Given {
            structure: &self.laid.structure,
            policy: &self.laid.policy(),
            best_of: &self.laid.best_of(&self.laid.structure),
            seeds: &self.laid.seeds(),
            matches: &self.played,
        })
    }

    /// Says if any match of a fixture has begun.
    fn any_has_begun(&self) -> bool {
        self.played.values().any(Played::has_begun)
    }
}

/// Everything that is laid down for the tournaments that somebody has asked for.
#[derive(Clone, Default)]
pub struct Known(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    laid: HashMap<TournamentId, Arc<LaidDown>>,
    /// How often anything was forgotten: what was read before that may be old.
    forgotten: u64,
    tries: HashMap<MatchId, (Seq, BySide<u32>)>,
}

/// The points of a try in rugby. Source: World Rugby, Law 8.
const TRY_POINTS: i64 = 5;

/// Tournaments that are kept in memory; more than any venue runs at once.
const KNOWN_MAX: usize = 64;

impl Known {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: TournamentId) -> Option<Arc<LaidDown>> {
        self.kept().laid.get(&id).cloned()
    }

    /// Keeps what was read, unless something was forgotten since it was begun to be read.
    fn put(&self, laid: Arc<LaidDown>, forgotten: u64) {
        let mut kept = self.kept();
        if kept.forgotten != forgotten {
            return;
        }
        if kept.laid.len() >= KNOWN_MAX {
            kept.laid.clear();
        }
        kept.laid.insert(laid.tournament.id, laid);
    }

    pub(super) fn forget(&self, id: TournamentId) {
        let mut kept = self.kept();
        kept.forgotten += 1;
        kept.laid.remove(&id);
    }

    fn tries(&self, id: MatchId, seq: Seq) -> Option<BySide<u32>> {
        let kept = self.kept();
        let known = kept.tries.get(&id);
        known.filter(|(of, _)| *of == seq).map(|(_, tries)| *tries)
    }
}

impl Hall {
    /// Everything that is laid down for a tournament.
    pub async fn laid_down(&self, id: TournamentId) -> Result<Arc<LaidDown>, Refused> {
        if let Some(laid) = self.known.get(id) {
            return Ok(laid);
        }
        let forgotten = self.known.kept().forgotten;
        let tournament = self.store.tournament(id).await?.value;
        let teams = self.store.teams(id).await?;
        let deeds = self.store.deeds(id).await?;
        let numbered: Vec<(DeedSeq, &Deed)> = deeds
            .iter()
            .map(|recorded| (recorded.seq, &recorded.deed))
            .collect();
        let structure = Structure::of(numbered);
        let laid = Arc::new(LaidDown {
            tournament,
            teams,
            deeds,
            structure,
        });
        self.known.put(laid.clone(), forgotten);
        Ok(laid)
    }

    /// A tournament as it is now.
    pub async fn moment(&self, id: TournamentId) -> Result<Moment, Refused> {
        let laid = self.laid_down(id).await?;
        if laid.policy().counts_tries() {
            self.count_tries(id).await?;
        }
        Ok(self.moment_of(laid))
    }

    /// Counts the tries of matches that are over: their states do not tell them.
    async fn count_tries(&self, id: TournamentId) -> Result<(), Refused> {
        for summary in self.broker.summaries(Some(id)) {
            let (of, seq) = (summary.setup.id, summary.seq);
            let over = summary.status == Status::Finished && summary.setup.fixture.is_some();
            if !over || self.known.tries(of, seq).is_some() {
                continue;
            }
            let (_, fold) = self.store.replay(of, |_| {}).await?;
            let tries = fold.points_of(TRY_POINTS);
            self.known.kept().tries.insert(of, (seq, tries));
        }
        Ok(())
    }

    fn moment_of(&self, laid: Arc<LaidDown>) -> Moment {
        let summaries = self.broker.summaries(Some(laid.tournament.id));
        let matches: BTreeMap<Key, Summary> = summaries
            .into_iter()
            .filter_map(|summary| {
                let key = summary.setup.fixture.as_ref()?.key.clone();
                Some((key, summary))
            })
            .collect();
        let played: BTreeMap<Key, Played> = matches
            .iter()
            .map(|(key, summary)| {
                let tries = self.known.tries(summary.setup.id, summary.seq);
                (key.clone(), played(summary, tries))
            })
            .collect();
        let progress = Arc::new(laid.progress(&laid.structure, &played));
        Moment {
            laid,
            matches,
            played,
            progress,
        }
    }
}

/// The match of a fixture as a tournament counts it.
fn played(summary: &Summary, tries: Option<BySide<u32>>) -> Played {
    let sides = &summary.setup.sides;
    let state = serde_json::from_str::<MatchState>(summary.state.get()).ok();
    Played {
        status: summary.status,
        sides: BySide {
            a: sides.a.team,
            b: sides.b.team,
        },
        outcome: state.and_then(|state| Outcome::of(&state, &summary.setup.rules, tries)),
    }
}
