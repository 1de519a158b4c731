//! Formats and draws: proposed, looked at, accepted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use super::commit::Draft;
use super::{LaidDown, Moment};
use crate::domain::tournament::Presence;
use crate::domain::tournament::deed::{Deed, DeedSeq, DrawMode, StagedFixture};
use crate::domain::tournament::draw::{Field, MOST_ENTRANTS, Violation, format as draw_format};
use crate::domain::tournament::dry_run::DryRun;
use crate::domain::tournament::format::Format;
use crate::domain::tournament::progress::Progress;
use crate::domain::tournament::proposal::{self, NoProposal, Wish};
use crate::domain::tournament::rounds::{self, PairViolation};
use crate::domain::{Team, TeamId, TournamentId};
use crate::organising::{Hall, Refused, SportChoice};
use crate::random;
use crate::store::DoneBy;

/// The proposals that wait for somebody to accept them; older ones are forgotten.
const PROPOSALS_MAX: usize = 32;

/// A proposed deed, by its token.
#[derive(Clone)]
struct Proposal {
    token: String,
    of: TournamentId,
    /// The last deed when it was made: another one since makes it stale.
    seq: DeedSeq,
    /// The results that it was made from, where it depends on them.
    seen: String,
    deed: Deed,
}

/// Draws and rounds that were proposed.
#[derive(Clone, Default)]
pub struct Proposals {
    kept: Arc<Mutex<VecDeque<Proposal>>>,
    /// Nobody outside can tell what will be drawn.
    secret: Arc<OnceLock<String>>,
}

impl Proposals {
    /// The number of lots for a wish: the same one as long as the wish is the same.
    pub(super) fn number(&self, wish: &str) -> u64 {
        let secret = self
            .secret
            .get_or_init(|| random::unguessable_id().to_string());
        let digest = Sha256::digest(format!("{secret} {wish}"));
        let bytes = digest.iter().take(8);
        let number = bytes.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        // Small enough to be read aloud and typed again.
        number % 1_000_000_000
    }

    fn keep(&self, of: TournamentId, seq: DeedSeq, seen: String, deed: Deed) -> String {
        let token = random::id().simple().to_string();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= PROPOSALS_MAX {
            kept.pop_front();
        }
        kept.push_back(Proposal {
            token: token.clone(),
            of,
            seq,
            seen,
            deed,
        });
        token
    }

    fn find(
        &self,
        of: TournamentId,
        token: &str,
        seq: DeedSeq,
        seen: &str,
    ) -> Result<Deed, Refused> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|proposal| proposal.token == token && proposal.of == of);
        match found {
            Some(proposal) if proposal.seq == seq && proposal.seen == seen => {
                Ok(proposal.deed.clone())
            }
            _ => Err(Refused::Stale),
        }
    }
}

/// The fate of teams that are absent on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbsentTeams {
    LeaveOut,
    Keep,
}

/// The wish for a draw.
#[derive(Debug, Clone)]
pub struct DrawWish {
    pub mode: DrawMode,
    pub lots: Option<u64>,
    pub lines: Vec<Option<TeamId>>,
    pub clubs_apart: bool,
    pub seeds: Option<u16>,
    /// `None` while nobody has said it.
    pub absent: Option<AbsentTeams>,
}

/// A draw that may be accepted.
pub struct ProposedDraw {
    pub token: String,
    pub laid: Arc<LaidDown>,
    pub mode: DrawMode,
    pub lots: Option<u64>,
    pub lines: Vec<Option<TeamId>>,
    pub entrants: Vec<TeamId>,
    pub fixtures: Vec<StagedFixture>,
    pub violations: Vec<Violation>,
}

/// A Swiss round that may be accepted.
pub struct ProposedRound {
    pub token: String,
    pub laid: Arc<LaidDown>,
    pub stage: String,
    pub round: u16,
    pub fixtures: Vec<StagedFixture>,
    pub stuck_next: bool,
    pub violations: Vec<PairViolation>,
}

/// The most matches that are made for one tournament.
const FIXTURES_MAX: usize = 1_024;

impl Hall {
    /// Draws a format by rank for the teams that there are, and stores nothing.
    pub async fn try_format(&self, id: TournamentId, format: &Format) -> Result<DryRun, Refused> {
        let laid = self.laid_down(id).await?;
        let playing = laid.teams.iter().filter(|team| !team.value.withdrawn);
        let entrants = u16::try_from(playing.count()).unwrap_or(u16::MAX);
        let stages = draw_format(format, &Field::by_rank(entrants)).map_err(NoProposal::from)?;
        let mut fixtures = Vec::new();
        for stage in stages {
            let of = stage.key;
            fixtures.extend(stage.fixtures.into_iter().map(|fixture| StagedFixture {
                stage: of.clone(),
                fixture,
            }));
        }
        enough(&fixtures)?;
        Ok(DryRun::of(format, entrants, fixtures))
    }

    /// Stores a format. It takes effect with the next draw.
    pub async fn choose_format(
        &self,
        id: TournamentId,
        format: Format,
        by: DoneBy,
    ) -> Result<Arc<LaidDown>, Refused> {
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(id).await?;
            refuse_begun(&moment)?;
            hall.can_be_drawn(&moment.laid, &format).await?;
            if moment.laid.structure.format.as_ref() != Some(&format) {
                hall.commit(&moment, Draft::of(Deed::Format { format }, by))
                    .await?;
            }
            hall.laid_down(id).await
        })
        .await
    }

    /// Refuses a format that can be drawn neither for the teams that there are nor for a full field, and rules that its stages
    /// cannot have.
    async fn can_be_drawn(&self, laid: &LaidDown, format: &Format) -> Result<(), Refused> {
        let teams = u16::try_from(laid.teams.len()).unwrap_or(u16::MAX);
        let with = |entrants| draw_format(format, &Field::by_rank(entrants)).map(|_| ());
        if let Err(error) = with(MOST_ENTRANTS)
            && with(teams).is_err()
        {
            return Err(NoProposal::from(error).into());
        }
        for stage in &format.stages {
            let choice = SportChoice {
                overrides: stage.rules.clone().unwrap_or_default(),
                ..SportChoice::default()
            };
            self.rules_within(&laid.tournament, &choice).await?;
        }
        Ok(())
    }

    /// Proposes a draw.
    pub async fn propose_draw(
        &self,
        id: TournamentId,
        wish: DrawWish,
    ) -> Result<ProposedDraw, Refused> {
        let moment = self.moment(id).await?;
        refuse_begun(&moment)?;
        let laid = moment.laid;
        let format = laid.structure.format.as_ref().ok_or(NoProposal::NoFormat)?;
        let teams: Vec<Team> = laid.teams.iter().map(|team| team.value.clone()).collect();
        let mut ranked = proposal::ranked(&teams);
        leave_out(&mut ranked, wish.absent)?;
        let lots = match (wish.mode, wish.lots) {
            (DrawMode::Lots, Some(lots)) => Some(lots),
            // Small enough to be read aloud and typed again.
            (DrawMode::Lots, None) => Some(random::number()? % 1_000_000_000),
            _ => None,
        };
        let drawn = proposal::draw(
            format,
            &ranked,
            &Wish {
                mode: wish.mode,
                lots,
                lines: wish.lines,
                clubs_apart: wish.clubs_apart,
                seeds: wish.seeds,
            },
        )?;
        let Deed::Draw {
            entrants, fixtures, ..
        } = &drawn.deed
        else {
            return Err(NoProposal::NoFormat.into());
        };
        enough(fixtures)?;
        let (entrants, fixtures) = (entrants.clone(), fixtures.clone());
        let seen = String::new();
        let token = self
            .proposals
            .keep(id, laid.structure.seq, seen, drawn.deed);
        Ok(ProposedDraw {
            token,
            mode: wish.mode,
            lots,
            lines: drawn.lines,
            entrants,
            fixtures,
            violations: drawn.violations,
            laid,
        })
    }

    /// Makes a proposed draw so.
    pub async fn accept_draw(
        &self,
        id: TournamentId,
        token: String,
        by: DoneBy,
    ) -> Result<Moment, Refused> {
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(id).await?;
            refuse_begun(&moment)?;
            let seq = moment.laid.structure.seq;
            let deed = hall.proposals.find(id, &token, seq, "")?;
            if !matches!(deed, Deed::Draw { .. }) {
                return Err(Refused::Stale);
            }
            hall.commit(&moment, Draft::of(deed, by)).await?;
            hall.moment(id).await
        })
        .await
    }

    /// Proposes the next round of a Swiss stage: the server's pairs, or those that are given.
    pub async fn propose_round(
        &self,
        id: TournamentId,
        pairs: Option<Vec<(TeamId, Option<TeamId>)>>,
    ) -> Result<ProposedRound, Refused> {
        let moment = self.moment(id).await?;
        let laid = moment.laid;
        let round = rounds::round(
            &laid.structure,
            &moment.progress,
            pairs.as_deref(),
            |team| laid.name(team),
        )?;
        let Deed::Round {
            stage,
            round: number,
            fixtures,
        } = &round.deed
        else {
            return Err(NoProposal::NoSwissStage.into());
        };
        let (stage, number, fixtures) = (stage.clone(), *number, fixtures.clone());
        let seen = results_of(&moment.progress);
        let token = self
            .proposals
            .keep(id, laid.structure.seq, seen, round.deed);
        Ok(ProposedRound {
            token,
            stage,
            round: number,
            fixtures,
            stuck_next: round.stuck_next,
            violations: round.violations,
            laid,
        })
    }

    /// Makes a proposed round so.
    pub async fn accept_round(
        &self,
        id: TournamentId,
        token: String,
        by: DoneBy,
    ) -> Result<Moment, Refused> {
        let hall = self.clone();
        self.act(async move {
            let moment = hall.moment(id).await?;
            let seq = moment.laid.structure.seq;
            let deed = hall
                .proposals
                .find(id, &token, seq, &results_of(&moment.progress))?;
            let Deed::Round { round, .. } = &deed else {
                return Err(Refused::Stale);
            };
            // A result may have been corrected since: then its round is not over, or leads elsewhere.
            let next = rounds::next_round(&moment.laid.structure, &moment.progress);
            if next != Ok(*round) && !matches!(next, Err(NoProposal::Stuck)) {
                return Err(Refused::Stale);
            }
            hall.commit(&moment, Draft::of(deed, by)).await?;
            hall.moment(id).await
        })
        .await
    }
}

/// Leaves the absent out, or asks what becomes of them.
fn leave_out(ranked: &mut Vec<&Team>, wish: Option<AbsentTeams>) -> Result<(), Refused> {
    let is_absent = |team: &&Team| team.presence == Presence::Absent;
    match wish {
        Some(AbsentTeams::Keep) => {}
        Some(AbsentTeams::LeaveOut) => ranked.retain(|team| !is_absent(team)),
        None => {
            let absent = ranked.iter().copied().filter(is_absent);
            let names: Vec<&str> = absent.map(|team| team.name.as_str()).collect();
            if !names.is_empty() {
                return Err(Refused::AbsentTeams(names.join(", ")));
            }
        }
    }
    Ok(())
}

/// The results that a Swiss round is paired by.
fn results_of(progress: &Progress) -> String {
    let all = progress
        .fixtures
        .iter()
        .map(|known| (known.sides, known.stand));
    format!("{:?}", all.collect::<Vec<_>>())
}

pub fn refuse_begun(moment: &Moment) -> Result<(), Refused> {
    if moment.any_has_begun() {
        return Err(Refused::Contradicts(
            "a match of the draw has begun: change single fixtures instead, or take the draw back"
                .to_owned(),
        ));
    }
    Ok(())
}

fn enough(fixtures: &[StagedFixture]) -> Result<(), Refused> {
    if fixtures.len() > FIXTURES_MAX {
        return Err(Refused::Wrong(format!(
            "{} matches are too many: a tournament has {FIXTURES_MAX} at most; choose another format",
            fixtures.len()
        )));
    }
    Ok(())
}
