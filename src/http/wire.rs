//! The public JSON: every text that leaves the server is derived here, and every frame encoded, once.
//!
//! Over 400 lines: the frames are encoded beside the shapes that they are made of.

mod answer;
mod court;
mod plan;
mod referee;
pub mod running;
mod screen;
mod session;
pub mod shapes;
mod sport;
mod team_day;
mod venue;
mod whole;

use bytes::{BufMut, BytesMut};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::broker::{Attendance, Codec, Duty, Frame, Summary};
use crate::clock::WallMs;
use crate::domain::tournament::{Key, PointsTable, Presence, Source};
use crate::domain::{
    Call, CourtId, FormerPlace, MatchId, MatchState, Official, Player, Revision, Rules, Seq,
    SideSetup, Status, Team, TeamId, Tournament, TournamentId, Venue, VenueId,
};
use crate::store::{Recorded, Revised};

use shapes::{AnyEvent, AnyObject, Moment};

pub use answer::{AnswerJson, answer};
pub use court::CourtJson;
pub use plan::{MoveAnswerJson, PlanHistoryJson, PlanJson, ProposedPlanJson};
pub use referee::{DeskLineJson, DeviceJson, HeldTokenJson, RedeemedCodeJson, RefereeSecretsJson};
pub use screen::{ScreenJson, ScreenOrdersJson};
pub use session::{
    ChannelJson, LoggedInDeviceJson, LoggedInJson, PinExchangeJson, ProvenLogInJson, RoleJson,
    SessionJson,
};
pub use sport::SportJson;
pub use team_day::TeamDayJson;
pub use venue::{
    BackupsJson, BoxJson, ClockJson, GuessingJson, RoomJson, SignedOnlyJson, SportProblemJson,
    WholeVenueJson,
};
pub use whole::Whole;

/// A wall-clock moment as the outside sees it: RFC 3339 in UTC with milliseconds.
pub fn timestamp(at: WallMs) -> String {
    const FORMAT: jiff::fmt::temporal::DateTimePrinter =
        jiff::fmt::temporal::DateTimePrinter::new().precision(Some(3));
    jiff::Timestamp::from_millisecond(at)
        .map(|moment| FORMAT.timestamp_to_string(&moment))
        .unwrap_or_default()
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct SideJson<'a> {
    /// The team, where the side is one of its tournament's.
    #[serde(rename = "teamID", skip_serializing_if = "Option::is_none")]
    team_id: Option<TeamId>,
    /// The source of the side, while nobody knows which team that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a Source>,
    /// The team's name; of a source its words in English.
    name: &'a str,
}

impl<'a> From<&'a SideSetup> for SideJson<'a> {
    fn from(side: &'a SideSetup) -> Self {
        SideJson {
            team_id: side.team,
            source: side.source.as_ref(),
            name: &side.name,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[allow(non_snake_case, reason = "the sides' names in the contract")]
#[schemars(inline)]
pub struct SidesJson<'a> {
    A: SideJson<'a>,
    B: SideJson<'a>,
}

/// A match as every list, feed and welcome shows it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Match")]
pub struct MatchJson<'a> {
    id: MatchId,
    /// The name that the original routes give the ID.
    #[serde(rename = "matchID")]
    match_id: MatchId,
    #[serde(rename = "tournamentID")]
    tournament_id: Option<TournamentId>,
    tournament_name: Option<&'a str>,
    #[serde(rename = "courtID")]
    court_id: Option<CourtId>,
    court_name: Option<&'a str>,
    sport: &'a str,
    sides: SidesJson<'a>,
    /// The fixture that it is the match of, such as SF1, with its stage, round and group; `null` where no draw has made it.
    key: Option<&'a Key>,
    stage: Option<&'a str>,
    round: Option<u16>,
    group: Option<&'a str>,
    /// It no longer follows from the results, and nobody has decided what becomes of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    contested: bool,
    /// When it is planned to begin; `null` while nobody has said it.
    #[schemars(with = "Option<Moment>")]
    planned_at: Option<String>,
    /// When it will begin as things are; `null` where that is the planned time, more or less, or nobody can tell.
    #[schemars(with = "Option<Moment>")]
    expected_at: Option<String>,
    /// The place that was published first, where it is another one by now.
    moved: Option<FormerPlaceJson<'a>>,
    /// The team or the person that referees it by the plan.
    referee: Option<OfficialJson<'a>>,
    /// Its number in the day's programme; `null` while there is none.
    number: Option<u32>,
    /// How far the sides are on their way to the court.
    call: Call,
    /// Lists show matches, and courts play them, in this order: 1, 2, 3… in a venue.
    order: u64,
    /// The revision of the last change to who plays where and by which rules, for `If-Match`.
    revision: Revision,
    #[schemars(with = "Status")]
    status: &'static str,
    /// The match can be followed now: somebody keeps its score, or did lately, and it is not finished.
    live: bool,
    /// A referee's device is connected, or was until half a minute ago.
    attended: bool,
    seq: Seq,
    #[schemars(with = "MatchState")]
    state: &'a RawValue,
    #[schemars(with = "Moment")]
    created_at: String,
    #[schemars(with = "Moment")]
    updated_at: String,
    /// When a running clock showed the seconds of the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    clock_at: Option<String>,
}

impl<'a> From<&'a Summary> for MatchJson<'a> {
    fn from(summary: &'a Summary) -> Self {
        let setup = &*summary.setup;
        let begun = summary.status != Status::Scheduled;
        MatchJson {
            id: setup.id,
            match_id: setup.id,
            tournament_id: setup.tournament.as_ref().map(|tournament| tournament.id),
            tournament_name: setup
                .tournament
                .as_ref()
                .map(|tournament| tournament.name.as_str()),
            court_id: setup.court.as_ref().map(|court| court.id),
            court_name: setup.court.as_ref().map(|court| court.name.as_str()),
            sport: &setup.sport,
            sides: SidesJson {
                A: (&setup.sides.a).into(),
                B: (&setup.sides.b).into(),
            },
            key: setup.fixture.as_ref().map(|fixture| &fixture.key),
            stage: setup.fixture.as_ref().map(|fixture| fixture.stage.as_str()),
            round: setup.fixture.as_ref().map(|fixture| fixture.round),
            group: setup
                .fixture
                .as_ref()
                .and_then(|fixture| fixture.group.as_deref()),
            contested: setup
                .fixture
                .as_ref()
                .is_some_and(|fixture| fixture.contested),
            planned_at: setup.programme.planned_at.map(timestamp),
            expected_at: setup
                .programme
                .expected_at
                .filter(|_| !begun)
                .map(timestamp),
            moved: setup
                .programme
                .moved
                .as_ref()
                .filter(|_| !begun)
                .map(FormerPlaceJson::from),
            referee: setup.programme.referee.as_ref().map(OfficialJson::from),
            number: setup.programme.number,
            call: setup.programme.call,
            order: setup.order,
            revision: setup.revision,
            status: summary.status.as_str(),
            live: summary.attendance.is_live(),
            attended: summary.attendance == Attendance::Here,
            seq: summary.seq,
            state: &summary.state,
            created_at: timestamp(setup.created_at),
            updated_at: timestamp(summary.updated_at),
            clock_at: summary.clock_at.map(timestamp),
        }
    }
}

/// A place in the programme that a match has left.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FormerPlace")]
struct FormerPlaceJson<'a> {
    court_name: Option<&'a str>,
    #[schemars(with = "Moment")]
    planned_at: String,
}

impl<'a> From<&'a FormerPlace> for FormerPlaceJson<'a> {
    fn from(place: &'a FormerPlace) -> FormerPlaceJson<'a> {
        FormerPlaceJson {
            court_name: place.court.as_deref(),
            planned_at: timestamp(place.planned_at),
        }
    }
}

/// A team or a person that referees a match.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Official")]
pub struct OfficialJson<'a> {
    /// `null` for a person.
    #[serde(rename = "teamID")]
    team_id: Option<TeamId>,
    name: &'a str,
}

impl<'a> From<&'a Official> for OfficialJson<'a> {
    fn from(official: &'a Official) -> OfficialJson<'a> {
        OfficialJson {
            team_id: official.team,
            name: &official.name,
        }
    }
}

/// A match with the rules that it is played by, for who scores it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WholeMatch")]
pub struct WholeMatchJson<'a> {
    #[serde(flatten)]
    shown: MatchJson<'a>,
    variant: Option<&'a str>,
    rules: &'a Rules,
    /// Two taps on the pad within this time are one; unknown when the sport's file is gone.
    guard_ms: Option<u32>,
}

impl<'a> WholeMatchJson<'a> {
    pub fn new(summary: &'a Summary, guard_ms: Option<u32>) -> WholeMatchJson<'a> {
        WholeMatchJson {
            guard_ms,
            shown: MatchJson::from(summary),
            variant: summary.setup.variant.as_deref(),
            rules: &summary.setup.rules,
        }
    }
}

/// A new match, with what its referee is handed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedMatch")]
pub struct CreatedMatchJson<'a> {
    #[serde(flatten)]
    pub shown: MatchJson<'a>,
    pub watch_url: String,
    #[serde(flatten)]
    pub secrets: RefereeSecretsJson,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Tournament")]
pub struct TournamentJson<'a> {
    id: TournamentId,
    name: &'a str,
    sport: &'a str,
    variant: Option<&'a str>,
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schemars(with = "AnyObject")]
    rules: &'a Value,
    /// The first day, as 2027-01-10: the rules that are in force then are its rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_on: Option<String>,
    /// How often its points count in the ranking of the clubs.
    factor: u16,
    /// The points of a win, a draw, a loss…, and what separates teams that are level.
    #[serde(skip_serializing_if = "Option::is_none")]
    standings: Option<&'a PointsTable>,
    #[schemars(with = "Moment")]
    created_at: String,
    /// The revision of the last change, for `If-Match`.
    revision: Revision,
}

impl<'a> From<&'a Revised<Tournament>> for TournamentJson<'a> {
    fn from(found: &'a Revised<Tournament>) -> Self {
        let tournament = &found.value;
        TournamentJson {
            revision: found.revision,
            id: tournament.id,
            name: &tournament.name,
            sport: &tournament.sport,
            variant: tournament.variant.as_deref(),
            rules: &tournament.overrides,
            starts_on: tournament.starts_on.map(|day| day.to_string()),
            factor: tournament.factor,
            standings: tournament.played_by.as_ref().map(|kept| &kept.points_table),
            created_at: timestamp(tournament.created_at),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Team")]
pub struct TeamJson<'a> {
    id: TeamId,
    #[serde(rename = "tournamentID")]
    tournament_id: TournamentId,
    name: &'a str,
    /// Up to four letters.
    short: Option<&'a str>,
    club: Option<&'a str>,
    /// 1 is the best.
    seed: Option<u16>,
    /// As #d62828.
    colour: Option<&'a str>,
    players: &'a [Player],
    /// The check-in on the day.
    presence: Presence,
    withdrawn: bool,
    /// The revision of the last change, for `If-Match`.
    revision: Revision,
}

impl<'a> From<&'a Revised<Team>> for TeamJson<'a> {
    fn from(found: &'a Revised<Team>) -> Self {
        let team = &found.value;
        TeamJson {
            short: team.short.as_deref(),
            club: team.club.as_deref(),
            seed: team.seed,
            colour: team.colour.as_deref(),
            presence: team.presence,
            withdrawn: team.withdrawn,
            players: &team.players,
            revision: found.revision,
            id: team.id,
            tournament_id: team.tournament,
            name: &team.name,
        }
    }
}

/// An event of the history, as the list of a match's events shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Recorded")]
pub struct EventJson<'a> {
    seq: Seq,
    #[schemars(with = "Moment")]
    at: String,
    #[schemars(with = "AnyEvent")]
    event: Option<&'a RawValue>,
}

impl<'a> From<&'a Recorded> for EventJson<'a> {
    fn from(recorded: &'a Recorded) -> Self {
        EventJson {
            seq: recorded.seq,
            at: timestamp(recorded.at),
            event: serde_json::from_str(recorded.event.body()).ok(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct VenueJson<'a> {
    pub id: VenueId,
    pub name: &'a str,
    /// Anyone may write: a trusted network.
    pub open: bool,
}

/// Every frame that the server sends.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Message<'a> {
    #[serde(rename = "welcome")]
    MatchWelcome {
        r#match: MatchJson<'a>,
        seq: Seq,
        state: &'a RawValue,
    },
    #[serde(rename = "welcome")]
    VenueWelcome {
        venue: VenueJson<'a>,
        matches: Vec<MatchJson<'a>>,
    },
    Event {
        #[serde(flatten)]
        event: EventJson<'a>,
        state: &'a RawValue,
    },
    Resync {
        seq: Seq,
        state: &'a RawValue,
    },
    Match {
        r#match: MatchJson<'a>,
    },
    MatchDeleted {
        #[serde(rename = "matchID")]
        match_id: MatchId,
    },
    /// Something was decided in a tournament: look at it again.
    Tournament {
        #[serde(rename = "tournamentID")]
        tournament_id: TournamentId,
    },
    /// The plan of the day has changed: look at it again.
    Plan,
    Standby,
    Active,
}

fn json(message: &impl Serialize) -> Vec<u8> {
    // Our own types have text keys and no failing parts; an empty text would be seen at once by every test.
    serde_json::to_vec(message).unwrap_or_default()
}

/// Puts a text into a websocket frame from a server: final, unmasked (RFC 6455, section 5.2).
fn frame(message: &Message<'_>) -> Frame {
    const FINAL_TEXT: u8 = 0x81;
    let payload = json(message);
    let mut bytes = BytesMut::with_capacity(payload.len() + 10);
    bytes.put_u8(FINAL_TEXT);
    match payload.len() {
        short @ 0..=125 => bytes.put_u8(short as u8),
        medium @ 126..=0xffff => {
            bytes.put_u8(126);
            bytes.put_u16(medium as u16);
        }
        long => {
            bytes.put_u8(127);
            bytes.put_u64(long as u64);
        }
    }
    let payload_at = bytes.len();
    bytes.extend_from_slice(&payload);
    Frame::new(bytes.freeze(), payload_at)
}

fn welcome(summary: &Summary) -> Message<'_> {
    Message::MatchWelcome {
        r#match: summary.into(),
        seq: summary.seq,
        state: &summary.state,
    }
}

/// Encodes what the broker shows to many.
pub struct JsonCodec {
    pub venue: Venue,
    pub open: bool,
}

impl Codec for JsonCodec {
    fn welcome(&self, summary: &Summary) -> Frame {
        frame(&welcome(summary))
    }

    fn event(&self, recorded: &Recorded, state: &RawValue) -> Frame {
        frame(&Message::Event {
            event: recorded.into(),
            state,
        })
    }

    fn resync(&self, summary: &Summary) -> Frame {
        frame(&Message::Resync {
            seq: summary.seq,
            state: &summary.state,
        })
    }

    fn board(&self, summaries: &[&Summary]) -> Frame {
        frame(&Message::VenueWelcome {
            venue: VenueJson {
                id: self.venue.id,
                name: &self.venue.name,
                open: self.open,
            },
            matches: summaries
                .iter()
                .map(|summary| MatchJson::from(*summary))
                .collect(),
        })
    }

    fn changed(&self, summary: &Summary) -> Frame {
        frame(&Message::Match {
            r#match: summary.into(),
        })
    }

    fn deleted(&self, id: MatchId) -> Frame {
        frame(&Message::MatchDeleted { match_id: id })
    }

    fn decided(&self, id: TournamentId) -> Frame {
        frame(&Message::Tournament { tournament_id: id })
    }

    fn planned(&self) -> Frame {
        frame(&Message::Plan)
    }
}

/// The welcome of a referee's connection, as text.
pub fn referee_welcome(summary: &Summary) -> String {
    text(&welcome(summary))
}

pub fn duty(duty: Duty) -> String {
    text(&match duty {
        Duty::Active => Message::Active,
        Duty::Standby => Message::Standby,
    })
}

fn text(message: &impl Serialize) -> String {
    String::from_utf8(json(message)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_exactly_three_decimals() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(timestamp(1_767_225_600_120), "2026-01-01T00:00:00.120Z");
    }

    #[test]
    fn a_frame_says_its_length_in_the_shortest_way() {
        let state = RawValue::from_string(format!("\"{}\"", "x".repeat(70_000))).unwrap();
        let short = frame(&Message::Standby);
        assert_eq!(short.bytes()[..2], [0x81, short.json().len() as u8]);
        assert_eq!(&short.json()[..], br#"{"type":"standby"}"#);
        let long = frame(&Message::Resync {
            seq: 1,
            state: &state,
        });
        assert_eq!(long.bytes()[1], 127);
        assert_eq!(long.json().len(), long.bytes().len() - 10);
    }
}
