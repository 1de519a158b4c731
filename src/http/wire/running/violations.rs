//! Violations: the rules that a draw or a round by hand does not keep, as words with parameters, and in English.

use schemars::JsonSchema;
use serde::Serialize;

use super::fixtures::SeatJson;
use crate::domain::TeamId;
use crate::domain::tournament::Key;
use crate::domain::tournament::draw::Violation;
use crate::domain::tournament::rounds::PairViolation;
use crate::organising::LaidDown;

/// A rule that a draw or a round by hand does not keep. The word says which of the parameters there are.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "Violation")]
pub struct ViolationJson {
    violation: &'static str,
    /// The violation in words, in English.
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<SeatJson>,
    /// The first of two teams: the better one in a draw.
    #[serde(skip_serializing_if = "Option::is_none")]
    better: Option<SeatJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worse: Option<SeatJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    club: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// The round in which two teams can meet, or in which a team had a bye.
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<u16>,
    /// The first of two lines, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// The number of lines on which a team stands, or of teams of a club in a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    /// The number that need be.
    #[serde(skip_serializing_if = "Option::is_none")]
    most: Option<usize>,
    /// The fixture in which they have met.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key>,
}

impl ViolationJson {
    /// A violation of a draw, with teams in the place of ranks.
    pub fn of_draw(violation: &Violation, entrants: &[TeamId], laid: &LaidDown) -> ViolationJson {
        let seat = |rank: u16| {
            let place = usize::from(rank).checked_sub(1);
            let team = place.and_then(|place| entrants.get(place));
            team.map(|team| SeatJson::team(laid, *team))
        };
        let mut json = match violation.clone() {
            Violation::Missing { entrant } => ViolationJson {
                team: seat(entrant),
                ..word("missing")
            },
            Violation::Repeated { entrant, times } => ViolationJson {
                team: seat(entrant),
                count: Some(times),
                ..word("repeated")
            },
            Violation::Unknown { .. } => word("unknown"),
            Violation::ByeAgainstBye { line } => ViolationJson {
                line: Some(line),
                ..word("bye_against_bye")
            },
            Violation::ByeOfTheWorse { entrant, better } => ViolationJson {
                worse: seat(entrant),
                better: seat(better),
                ..word("bye_of_the_worse")
            },
            Violation::SeedsTooEarly {
                better,
                worse,
                round,
            } => ViolationJson {
                better: seat(better),
                worse: seat(worse),
                round: Some(round),
                ..word("seeds_too_early")
            },
            Violation::ClubTooEarly {
                club,
                better,
                worse,
                round,
            } => ViolationJson {
                club: Some(club),
                better: seat(better),
                worse: seat(worse),
                round: Some(round),
                ..word("club_too_early")
            },
            Violation::PotInGroup { .. } | Violation::ClubInGroup { .. } => {
                in_group(violation, seat)
            }
        };
        json.message = json.of_draw_in_english(violation);
        json
    }

    /// A violation of a Swiss round.
    pub fn of_pairs(violation: &PairViolation, laid: &LaidDown) -> ViolationJson {
        match violation {
            PairViolation::MetBefore { a, b, key } => ViolationJson {
                message: format!(
                    "“{}” and “{}” have met in {key}",
                    laid.name(*a),
                    laid.name(*b)
                ),
                better: Some(SeatJson::team(laid, *a)),
                worse: Some(SeatJson::team(laid, *b)),
                key: Some(key.clone()),
                ..word("met_before")
            },
            PairViolation::SecondBye { team, round } => ViolationJson {
                message: format!("“{}” had a bye in round {round}", laid.name(*team)),
                team: Some(SeatJson::team(laid, *team)),
                round: Some(*round),
                ..word("second_bye")
            },
        }
    }

    fn of_draw_in_english(&self, violation: &Violation) -> String {
        let name = |seat: &Option<SeatJson>| {
            let name = seat.as_ref().map_or("?", |seat| seat.name.as_str());
            format!("“{name}”")
        };
        let (team, better, worse) = (name(&self.team), name(&self.better), name(&self.worse));
        match violation {
            Violation::Missing { .. } => format!("{team} stands on no line"),
            Violation::Repeated { times, .. } => format!("{team} stands on {times} lines"),
            Violation::ByeOfTheWorse { .. } => format!("{worse} has a bye, but {better} has none"),
            Violation::SeedsTooEarly { round, .. } => {
                format!("seeds {better} and {worse} can meet in round {round}, which is too early")
            }
            Violation::ClubTooEarly { club, round, .. } => format!(
                "{better} and {worse} of {club} can meet in round {round}, which is too early"
            ),
            Violation::PotInGroup { group, .. } => {
                format!("{better} and {worse} are of one pot, and both in group {group}")
            }
            other => other.to_string(),
        }
    }
}

/// A violation with no parameters yet.
fn word(violation: &'static str) -> ViolationJson {
    ViolationJson {
        violation,
        ..ViolationJson::default()
    }
}

/// Too many of one kind in a group.
fn in_group(violation: &Violation, seat: impl Fn(u16) -> Option<SeatJson>) -> ViolationJson {
    match violation.clone() {
        Violation::PotInGroup {
            group,
            better,
            worse,
        } => ViolationJson {
            group: Some(group),
            better: seat(better),
            worse: seat(worse),
            ..word("pot_in_group")
        },
        Violation::ClubInGroup {
            club,
            group,
            count,
            most,
        } => ViolationJson {
            club: Some(club),
            group: Some(group),
            count: Some(count),
            most: Some(most),
            ..word("club_in_group")
        },
        _ => word("unknown"),
    }
}
