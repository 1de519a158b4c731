//! The types of whole bodies: one that borrows is described as the same one that does not.

use schemars::JsonSchema;

use super::running::{
    BracketJson, ClubsJson, ConsequencesJson, DecidedJson, DeedsJson, FixturesJson, FormatJson,
    StandingsJson, UndoneJson,
};
use super::{
    ChannelJson, ClockJson, CourtJson, CreatedMatchJson, DeskLineJson, HeldTokenJson,
    LoggedInDeviceJson, LoggedInJson, MatchJson, MoveAnswerJson, PinExchangeJson, PlanHistoryJson,
    PlanJson, ProposedPlanJson, ProvenLogInJson, RedeemedCodeJson, RefereeSecretsJson, ScreenJson,
    ScreenOrdersJson, SessionJson, SignedOnlyJson, SportJson, TeamDayJson, TeamJson,
    TournamentJson, WholeMatchJson, WholeVenueJson,
};

/// A body, and the type by which the API's description knows it.
pub trait Whole {
    type Described: JsonSchema + 'static;
}

macro_rules! whole {
    ($($json:ident)*) => {
        $(impl Whole for $json {
            type Described = $json;
        })*
    };
}

macro_rules! whole_of_borrowed {
    ($($json:ident)*) => {
        $(impl Whole for $json<'_> {
            type Described = $json<'static>;
        })*
    };
}

whole!(ChannelJson DeskLineJson LoggedInJson PinExchangeJson ProvenLogInJson);
whole!(BracketJson ClubsJson ConsequencesJson DecidedJson DeedsJson FixturesJson FormatJson);
whole!(MoveAnswerJson PlanHistoryJson ProposedPlanJson StandingsJson UndoneJson);
whole!(ClockJson RedeemedCodeJson RefereeSecretsJson ScreenJson ScreenOrdersJson SessionJson SignedOnlyJson);
whole_of_borrowed!(CourtJson CreatedMatchJson HeldTokenJson LoggedInDeviceJson MatchJson SportJson TeamDayJson TeamJson);
whole_of_borrowed!(PlanJson TournamentJson WholeMatchJson WholeVenueJson);

impl<T: Whole> Whole for Vec<T> {
    type Described = Vec<T::Described>;
}
