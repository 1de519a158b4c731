//! The day of the hall over HTTP: the plan, and calls.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use warp::http::StatusCode;

use super::api;
use super::app::App;
use super::auth::Credentials;
use super::error::ApiError;
use super::reply::{self, Json};
use super::request::Fields;
use super::wire::shapes::Either;
use super::wire::{
    MoveAnswerJson, PlanHistoryJson, PlanJson, ProposedPlanJson, TeamDayJson, WholeMatchJson,
};
use crate::domain::plan::PlanSettings;
use crate::domain::{Call, CourtId, MatchId};
use crate::organising::{RefereeWish, Wish};
use crate::store::DoneBy;

/// The plan of a day, today where none is named. Whoever may not change it sees what is published.
pub async fn show(
    app: App,
    who: Credentials,
    query: Fields,
) -> Result<Json<PlanJson<'static>>, ApiError> {
    let day = query.day("day")?;
    let whole = app.access.is_open() || app.access.is_organiser(&who).await?;
    shown(&app, day, whole).await
}

async fn shown(
    app: &App,
    day: Option<Date>,
    whole: bool,
) -> Result<Json<PlanJson<'static>>, ApiError> {
    let day = app.hall.hall_day(day).await?;
    let body = PlanJson::new(&day, &app.hall.forecast(), app.clock.now_ms(), whole);
    Ok(reply::shown(StatusCode::OK, &body))
}

/// Changes what is named of the settings, and leaves the rest.
pub async fn change_settings(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<PlanJson<'static>>, ApiError> {
    let known = app.hall.plan_settings().await?;
    let settings = fields?.plan_settings(&known)?;
    app.hall.set_plan_settings(settings, by).await?;
    shown(&app, None, true).await
}

/// Proposes a plan for a day, or accepts one by its token.
pub async fn auto(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<Either<ProposedPlanJson, PlanJson<'static>>>, ApiError> {
    let fields = fields?;
    if fields.has("accept") {
        return accepted(&app, &fields, by).await;
    }
    let proposed = app.hall.propose_plan(fields.day("day")?).await?;
    let body = ProposedPlanJson::from(&proposed);
    Ok(Json::encoded(reply::json(StatusCode::OK, &body)))
}

async fn accepted(
    app: &App,
    fields: &Fields,
    by: DoneBy,
) -> Result<Json<Either<ProposedPlanJson, PlanJson<'static>>>, ApiError> {
    let day = app.hall.accept_plan(&fields.token()?, by).await?;
    let day = app.hall.hall_day(Some(day)).await?;
    let body = PlanJson::new(&day, &app.hall.forecast(), app.clock.now_ms(), true);
    Ok(Json::encoded(reply::json(StatusCode::OK, &body)))
}

/// Proposes the rest of a day that runs late, or accepts such a proposal by its token.
pub async fn late(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<Either<ProposedPlanJson, PlanJson<'static>>>, ApiError> {
    let fields = fields?;
    if fields.has("accept") {
        return accepted(&app, &fields, by).await;
    }
    let proposed = app.hall.propose_late().await?;
    let body = ProposedPlanJson::from(&proposed);
    Ok(Json::encoded(reply::json(StatusCode::OK, &body)))
}

/// Moves a match by hand, `{"matchID","courtID","at"}`; without a court it only says where the match may go. Several, with
/// `matchIDs`, are played there one after the other.
pub async fn r#move(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<MoveAnswerJson>, ApiError> {
    let fields = fields?;
    let court: Option<CourtId> = fields.optional_id("courtID")?;
    let to = match court {
        Some(court) => Some((court, fields.moment("at")?)),
        None => None,
    };
    let wish = Wish {
        of: if fields.has("matchIDs") {
            fields.match_ids()?
        } else {
            vec![fields.id("matchID")?]
        },
        to,
        confirmed: fields.confirmed()?,
    };
    let answered = app.hall.move_matches(wish, by).await?;
    Ok(reply::shown(
        StatusCode::OK,
        &MoveAnswerJson::from(&answered),
    ))
}

/// Keeps matches where they are planned, or lets proposals move them again: `{"matchIDs":[…],"locked":true}`.
pub async fn lock(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<PlanJson<'static>>, ApiError> {
    let fields = fields?;
    let (ids, locked) = (fields.match_ids()?, fields.flag("locked")?);
    let first = ids.first().copied();
    app.hall.lock(&ids, locked, by).await?;
    let day = match first {
        Some(first) => app.hall.day_of(first).await?,
        None => None,
    };
    shown(&app, day, true).await
}

/// Names the referee of a match by hand: `{"matchID","teamID"}`, or `name` for a person; neither for nobody.
pub async fn referee(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<PlanJson<'static>>, ApiError> {
    let fields = fields?;
    let id: MatchId = fields.id("matchID")?;
    let wish = match fields.optional_id("teamID")? {
        Some(team) => Some(RefereeWish::Team(team)),
        None if fields.has("name") => Some(RefereeWish::Person(fields.name("name")?)),
        None => None,
    };
    app.hall.name_referee(id, wish, by).await?;
    let day = app.hall.day_of(id).await?;
    shown(&app, day, true).await
}

/// Shows the plan of a day to everybody.
pub async fn publish(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<PlanJson<'static>>, ApiError> {
    let day = fields?.day("day")?;
    let day = app.hall.publish_plan(day, by).await?;
    shown(&app, Some(day), true).await
}

/// The deeds of organisers on the plan, the newest first.
pub async fn history(app: App) -> Result<Json<PlanHistoryJson>, ApiError> {
    let deeds = app.hall.hall_deeds().await?;
    Ok(reply::shown(
        StatusCode::OK,
        &PlanHistoryJson::from(&*deeds),
    ))
}

/// Takes the last change of the plan, or of its settings, back.
pub async fn undo(app: App, by: DoneBy) -> Result<Json<PlanHistoryJson>, ApiError> {
    app.hall.undo_plan(by).await?;
    history(app).await
}

/// The day of a team: what it plays and may play, where and when.
pub async fn team_day(app: App, id: String) -> Result<Json<TeamDayJson<'static>>, ApiError> {
    let day = app.hall.team_day(id.parse()?).await?;
    Ok(reply::shown(StatusCode::OK, &TeamDayJson::from(&day)))
}

/// Says how far the sides of a match are on their way to the court: `{"state":"called"}`, to another court with `courtID`.
pub async fn call(
    app: App,
    id: String,
    fields: Result<Fields, ApiError>,
) -> Result<Json<WholeMatchJson<'static>>, ApiError> {
    let id: MatchId = id.parse()?;
    app.summary(id)?;
    let fields = fields?;
    let call = Call::of(fields.text("state")?).ok_or_else(|| {
        let words = Call::ALL.map(|call| format!("\"{}\"", call.as_str()));
        let message = format!("“state” is {}", words.join(", "));
        ApiError::bad_request("bad_field", message).in_field("state")
    })?;
    let court = fields.optional_id("courtID")?;
    app.hall.call(id, call, court).await?;
    api::shown(&app, id).await
}

/// The most matches that are named at once.
const IDS_MAX: usize = 2_000;

impl Fields {
    /// A moment, in UTC milliseconds since 1970.
    fn moment(&self, field: &'static str) -> Result<i64, ApiError> {
        let moment: Result<Timestamp, _> = self.text(field)?.parse();
        moment.map(Timestamp::as_millisecond).map_err(|_| {
            let message = format!("“{field}” is a moment such as 2027-01-10T09:30:00Z");
            ApiError::bad_request("bad_field", message).in_field(field)
        })
    }

    fn match_ids(&self) -> Result<Vec<MatchId>, ApiError> {
        let wrong = || {
            let message = format!("“matchIDs” is a list of IDs, at most {IDS_MAX}");
            ApiError::bad_request("bad_field", message).in_field("matchIDs")
        };
        let ids = self.list("matchIDs")?;
        if ids.len() > IDS_MAX {
            return Err(wrong());
        }
        let id = |value: &Value| {
            value
                .as_str()
                .ok_or_else(wrong)?
                .parse()
                .map_err(|_| wrong())
        };
        ids.iter().map(id).collect()
    }

    /// The known settings with what is named here.
    fn plan_settings(self, known: &PlanSettings) -> Result<PlanSettings, ApiError> {
        let wrong = |error: &dyn std::fmt::Display| {
            ApiError::bad_request(
                "bad_field",
                format!("these are no settings of a plan: {error}"),
            )
        };
        let mut settings = serde_json::to_value(known).map_err(|error| wrong(&error))?;
        let told: Value = serde_json::from_str(&self.into_text()).map_err(|error| wrong(&error))?;
        if let (Some(settings), Value::Object(told)) = (settings.as_object_mut(), told) {
            settings.extend(told);
        }
        let settings: PlanSettings =
            serde_path_to_error::deserialize(settings).map_err(|error| wrong(&error))?;
        settings.check().map_err(|error| wrong(&error))?;
        Ok(settings)
    }
}
