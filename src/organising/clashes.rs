//! Teams that would have to be in two places at once.
//!
//! Each court has one match that is due: the one that is under way there, or else the first that has not begun. A team is in two
//! places at once where it would be in the matches that are due on two courts, or in one and in a match that is under way
//! anywhere. A match that waits behind another clashes with nothing: its time has not come.

use crate::broker::Summary;
use crate::domain::{BySide, CourtId, MatchId, SideSetup, Status, TournamentId};
use crate::store::NewSide;

/// A match as an organiser wants it on a court.
pub struct Placing {
    /// `None` for one that is not made yet.
    pub id: Option<MatchId>,
    pub tournament: Option<TournamentId>,
    pub sides: BySide<NewSide>,
    pub court: CourtId,
}

/// A team that would be in two places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    team: String,
    other: Other,
}

/// The other match of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Other {
    /// It is under way, on this court if it has one.
    Plays(Option<String>),
    /// It is the next on this court.
    NextOn(String),
}

impl Clash {
    pub fn team(&self) -> &str {
        &self.team
    }

    /// The court of the other match, if it has one.
    pub fn court(&self) -> Option<&str> {
        match &self.other {
            Other::Plays(court) => court.as_deref(),
            Other::NextOn(court) => Some(court),
        }
    }

    /// The word for what the team does in the other match.
    pub fn word(&self) -> &'static str {
        match &self.other {
            Other::Plays(None) => "plays",
            Other::Plays(Some(_)) => "plays_on",
            Other::NextOn(_) => "next_on",
        }
    }
}

impl std::fmt::Display for Clash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let team = &self.team;
        match &self.other {
            Other::Plays(Some(court)) => write!(f, "“{team}” is playing on {court}"),
            Other::Plays(None) => write!(f, "“{team}” is playing another match"),
            Other::NextOn(court) => write!(f, "“{team}” has the next match on {court}, too"),
        }
    }
}

/// Returns the first team that would be in two places. `all` are the matches of the venue, in the order of play.
pub fn clash(all: &[Summary], placing: &Placing) -> Option<Clash> {
    let others = || {
        all.iter()
            .filter(|other| Some(other.setup.id) != placing.id)
    };
    let on = |court: CourtId| others().filter(move |other| court_of(other) == Some(court));
    // A new match is the last in the order of play.
    let known = all.iter().find(|of| Some(of.setup.id) == placing.id);
    let order = known.map_or(u64::MAX, |of| of.setup.order);
    if on(placing.court).any(|other| comes_before(other, order)) {
        return None;
    }
    others().find_map(|other| {
        let team = shared(other, placing)?;
        let court = other.setup.court.as_ref();
        let court = court.filter(|court| court.id != placing.court);
        let is_due = |id| !on(id).any(|before| comes_before(before, other.setup.order));
        let other = match (other.status, court) {
            (Status::Live, court) => Other::Plays(court.map(|court| court.name.clone())),
            (Status::Scheduled, Some(court)) if is_due(court.id) => {
                Other::NextOn(court.name.clone())
            }
            _ => return None,
        };
        Some(Clash { team, other })
    })
}

fn court_of(of: &Summary) -> Option<CourtId> {
    of.setup.court.as_ref().map(|court| court.id)
}

/// Says if a match of a court is under way, or waits there before this place in the order of play.
fn comes_before(of: &Summary, order: u64) -> bool {
    of.status == Status::Live || (of.status == Status::Scheduled && of.setup.order < order)
}

/// The name of a team that plays in both.
fn shared(other: &Summary, placing: &Placing) -> Option<String> {
    let wanted = [&placing.sides.a, &placing.sides.b];
    let plays = |side: &&SideSetup| {
        wanted.iter().any(|wanted| match wanted {
            NewSide::Team(id) => side.team == Some(*id),
            // Team names are unique in a tournament.
            NewSide::Named(name) => {
                let within = other.tournament();
                side.team.is_some() && side.name == *name && within == placing.tournament
            }
        })
    };
    let sides = [&other.setup.sides.a, &other.setup.sides.b];
    sides.into_iter().find(plays).map(|side| side.name.clone())
}
