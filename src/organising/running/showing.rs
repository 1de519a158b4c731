//! Changes of a deed, shown to everybody.

use std::collections::HashMap;

use crate::domain::matches::SideSetup;
use crate::domain::{MatchId, MatchSetup, Official, Team, TeamId};
use crate::organising::{Hall, Refused};
use crate::store::{Done, Revised};

impl Hall {
    /// Shows the changes of a deed.
    pub(super) async fn show(
        &self,
        done: &Done,
        hidden: &[MatchId],
        with_events: &[MatchId],
    ) -> Result<(), Refused> {
        self.broker.deleted(hidden).await;
        for found in &done.shown {
            self.broker.bring_back(found.clone());
        }
        let changed: HashMap<MatchId, &MatchSetup> =
            done.changed.iter().map(|setup| (setup.id, setup)).collect();
        self.broker
            .change_setups(|setup| changed.get(&setup.id).map(|changed| (*changed).clone()))
            .await;
        for setup in &done.made {
            self.broker.add(setup.clone());
        }
        for id in with_events {
            self.broker.catch_up(*id).await?;
        }
        self.show_names(&done.teams).await;
        self.ahead.ring();
        Ok(())
    }

    /// Shows the names of teams on their matches.
    async fn show_names(&self, teams: &[Revised<Team>]) {
        let names: HashMap<TeamId, &str> = teams
            .iter()
            .map(|team| (team.value.id, team.value.name.as_str()))
            .collect();
        let other = |side: &SideSetup| {
            let name = names.get(&side.team?)?;
            (side.name != **name).then(|| (*name).to_owned())
        };
        let referee = |setup: &MatchSetup| {
            let official = setup.programme.referee.as_ref()?;
            let name = names.get(&official.team?)?;
            (*official.name != **name).then(|| Official {
                team: official.team,
                name: (*name).into(),
            })
        };
        let show = |setup: &MatchSetup| {
            let referee = referee(setup);
            let (a, b) = (other(&setup.sides.a), other(&setup.sides.b));
            if a.is_none() && b.is_none() && referee.is_none() {
                return None;
            }
            let mut shown = setup.clone();
            if referee.is_some() {
                shown.programme.referee = referee;
            }
            for (side, name) in [(&mut shown.sides.a, a), (&mut shown.sides.b, b)] {
                if let Some(name) = name {
                    side.name = name;
                }
            }
            Some(shown)
        };
        if !names.is_empty() {
            self.broker.change_setups(show).await;
        }
    }
}
