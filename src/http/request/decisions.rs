//! The fields by which organisers decide what no result can say.

use super::Fields;
use super::running::{POINTS_MAX, REASON_MAX_CHARS, wrong};
use crate::domain::TeamId;
use crate::domain::tournament::deed::Tie;
use crate::http::error::ApiError;
use crate::organising::Wanted;

impl Fields {
    fn reason(&self) -> Result<Option<String>, ApiError> {
        if !self.has("reason") {
            return Ok(None);
        }
        let reason = self.text("reason")?.trim();
        if reason.chars().count() > REASON_MAX_CHARS {
            return Err(wrong(
                "reason",
                format!("“reason” has at most {REASON_MAX_CHARS} characters"),
            ));
        }
        Ok(Some(reason.to_owned()).filter(|reason| !reason.is_empty()))
    }

    fn tie(&self) -> Result<Tie, ApiError> {
        match self.number("best")? {
            Some(best) => Ok(Tie::Best {
                best: u16::try_from(best).unwrap_or(u16::MAX),
                stage: self
                    .has("stage")
                    .then(|| self.text("stage"))
                    .transpose()?
                    .map(str::to_owned),
            }),
            None => Ok(Tie::Group {
                group: self.text("group")?.to_owned(),
            }),
        }
    }

    fn two_or_more(&self) -> Result<Vec<TeamId>, ApiError> {
        let teams = self.teams("teams")?;
        if teams.len() < 2 {
            return Err(wrong("teams", "“teams” names two teams or more"));
        }
        Ok(teams)
    }

    pub fn decision(&self) -> Result<Wanted, ApiError> {
        Ok(match self.text("kind")? {
            "order" | "rank" => Wanted::Order {
                of: self.tie()?,
                teams: self.two_or_more()?,
                reason: self.reason()?,
            },
            "lots" => Wanted::Lots {
                of: self.tie()?,
                teams: self.two_or_more()?,
            },
            "play_off" => Wanted::PlayOff {
                group: self.text("group")?.to_owned(),
                teams: self.two_or_more()?,
            },
            "points" => Wanted::Points {
                team: self.id("teamID")?,
                group: self.text("group")?.to_owned(),
                points: self
                    .number("points")?
                    .and_then(|points| u32::try_from(points).ok())
                    .filter(|points| *points <= POINTS_MAX)
                    .ok_or_else(|| wrong("points", "“points” is how many are taken away"))?,
                reason: self.reason()?,
            },
            "withdrawal" => Wanted::Withdrawal {
                team: self.id("teamID")?,
                reason: self.reason()?,
            },
            "late_entry" => Wanted::LateEntry {
                team: self.id("teamID")?,
                group: self.text("group")?.to_owned(),
            },
            "walkover" => Wanted::Walkover {
                key: self.key("key")?,
                winner: self.side_letter("winner")?,
            },
            "keep" => Wanted::Keep {
                key: self.key("key")?,
                reason: self.reason()?,
            },
            "replay" => Wanted::Replay {
                key: self.key("key")?,
            },
            _ => {
                return Err(wrong(
                    "kind",
                    "“kind” is order, lots, play_off, points, withdrawal, late_entry, walkover, keep or replay",
                ));
            }
        })
    }
}
