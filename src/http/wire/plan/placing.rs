//! The answer to a move by hand.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::plan::{Kind, Severity};
use crate::domain::{CourtId, MatchId};
use crate::http::wire::shapes::Moment;
use crate::http::wire::timestamp;
use crate::organising::{Answered, FreePlace, MatchClash};

/// The answer to a move: done, or why not; and where the match may go.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MoveAnswer")]
pub struct MoveAnswerJson {
    moved: bool,
    clashes: Vec<ClashJson>,
    /// Where it clashes with nothing.
    places: Vec<FreePlaceJson>,
}

/// A clash of a match that is moved.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Clash")]
struct ClashJson {
    kind: ClashWord,
    severity: SeverityWord,
    /// The other match, where there is one.
    #[serde(rename = "otherMatchID")]
    other: Option<MatchId>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum SeverityWord {
    /// It cannot be played so.
    Blocking,
    /// It can, if the organiser confirms it.
    Warning,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum ClashWord {
    CourtTaken,
    ChangeoverTooShort,
    /// Somebody plays in both.
    PlaysTwice,
    RestTooShort,
    /// It begins before a match has ended that decides who plays.
    BeforeItIsDecided,
    RefereeBusy,
    /// The court is closed, or closes before the end.
    Closed,
    CourtNotAllowed,
    TooEarly,
    NotTogether,
}

/// A court, with the first and the last moment at which the match can begin there.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FreePlace")]
struct FreePlaceJson {
    #[serde(rename = "courtID")]
    court_id: CourtId,
    #[schemars(with = "Moment")]
    from: String,
    #[schemars(with = "Moment")]
    to: String,
}

impl From<&Answered> for MoveAnswerJson {
    fn from(answered: &Answered) -> MoveAnswerJson {
        MoveAnswerJson {
            moved: answered.moved,
            clashes: answered.clashes.iter().map(ClashJson::from).collect(),
            places: answered.free.iter().map(FreePlaceJson::from).collect(),
        }
    }
}

impl From<&MatchClash> for ClashJson {
    fn from(clash: &MatchClash) -> ClashJson {
        ClashJson {
            kind: match clash.kind {
                Kind::CourtTaken => ClashWord::CourtTaken,
                Kind::ChangeoverTooShort => ClashWord::ChangeoverTooShort,
                Kind::PlaysTwice => ClashWord::PlaysTwice,
                Kind::RestTooShort => ClashWord::RestTooShort,
                Kind::BeforeItIsDecided => ClashWord::BeforeItIsDecided,
                Kind::RefereeBusy => ClashWord::RefereeBusy,
                Kind::Closed => ClashWord::Closed,
                Kind::CourtNotAllowed => ClashWord::CourtNotAllowed,
                Kind::TooEarly => ClashWord::TooEarly,
                Kind::NotTogether => ClashWord::NotTogether,
            },
            severity: match clash.severity {
                Severity::Blocking => SeverityWord::Blocking,
                Severity::Warning => SeverityWord::Warning,
            },
            other: clash.other,
        }
    }
}

impl From<&FreePlace> for FreePlaceJson {
    fn from(place: &FreePlace) -> FreePlaceJson {
        FreePlaceJson {
            court_id: place.court,
            from: timestamp(place.from),
            to: timestamp(place.to),
        }
    }
}
