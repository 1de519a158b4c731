//! Teams that are level to the end, and what has been decided about them: an order that was laid down, or matches that they have played
//! for it.

use std::cmp::Reverse;

use super::super::group::PlayOff;
use super::super::value::Value;
use super::{By, Ranker, Step, Tie};
use crate::domain::matches::Side;

impl Ranker<'_> {
    /// Separates those who are level to the end by the newest decision that names them all.
    pub(super) fn ordered(&self, tie: &Tie, steps: &mut Vec<Step>) -> Option<Vec<Tie>> {
        let covers = |decision: &&Vec<usize>| tie.teams.iter().all(|team| decision.contains(team));
        let mut newest_first = self.decisions.iter().enumerate().rev();
        let (number, decision) = newest_first.find(|(_, decision)| covers(decision))?;
        let among: Vec<usize> = decision
            .iter()
            .copied()
            .filter(|team| tie.teams.contains(team))
            .collect();
        let values = (1..).take(among.len()).map(Value::whole).collect();
        let mut path = tie.path.clone();
        path.push(steps.len());
        let part = |team: &usize| Tie {
            path: path.clone(),
            ..Tie::new(vec![*team])
        };
        let parts = among.iter().map(part).collect();
        steps.push(Step {
            by: By::Decision(number),
            among,
            values,
            matches_among: None,
            separates: true,
        });
        Some(parts)
    }

    /// Separates those who are level to the end by the matches that they have won against each other since, once all of these are
    /// over. Those who are level again stay so, until there is more between them.
    pub(super) fn played_off(&self, tie: &Tie, steps: &mut Vec<Step>) -> Option<Vec<Tie>> {
        let among = |of: &&PlayOff<usize>| tie.teams.contains(&of.a) && tie.teams.contains(&of.b);
        let own: Vec<&PlayOff<usize>> = self.play_offs.iter().filter(among).collect();
        let plays = |team: &usize| own.iter().any(|of| [of.a, of.b].contains(team));
        if own.iter().any(|of| of.winner.is_none()) || !tie.teams.iter().all(plays) {
            return None;
        }
        let has_won = |of: &&&PlayOff<usize>, team: usize| match of.winner {
            Some(Side::A) => of.a == team,
            Some(Side::B) => of.b == team,
            None => false,
        };
        let wins = |team: usize| own.iter().filter(|of| has_won(of, team)).count();
        let mut valued: Vec<(usize, usize)> = tie.teams.iter().map(|of| (*of, wins(*of))).collect();
        valued.sort_by_key(|(team, wins)| (Reverse(*wins), *team));
        let mut path = tie.path.clone();
        path.push(steps.len());
        let parts = valued.chunk_by(|one, other| one.1 == other.1);
        let parts: Vec<Tie> = parts
            .map(|part| Tie {
                next: self.words.len(),
                path: path.clone(),
                ..Tie::new(part.iter().map(|(team, _)| *team).collect())
            })
            .collect();
        if parts.len() < 2 {
            return None;
        }
        let whole = |wins: &usize| Value::whole(i64::try_from(*wins).unwrap_or(i64::MAX));
        steps.push(Step {
            by: By::PlayOff,
            among: valued.iter().map(|(team, _)| *team).collect(),
            values: valued.iter().map(|(_, wins)| whole(wins)).collect(),
            matches_among: None,
            separates: true,
        });
        Some(parts)
    }
}
