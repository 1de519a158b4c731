//! Teams that an organiser can decide between: those that are level to the end of a group, or as the best of a rank.

use super::super::deed::Tie;
use super::super::standings::Place;
use super::super::structure::Structure;
use super::{Progress, Table};

/// The reason why a decision between teams would say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NothingToDecide {
    /// There is no such group.
    NoGroup,
    /// The group is being played.
    NotOver,
    /// Nobody is level with this entrant.
    NotLevel(u16),
    /// These are level with each other, and some of them are not named.
    NotAll(Vec<u16>),
}

impl Table {
    /// All teams that are level, or were until somebody decided.
    fn ties(&self) -> Vec<Vec<u16>> {
        let level = self.level().map(<[u16]>::to_vec);
        let rows = self.standings.rows.iter().filter(|_| self.complete);
        let whys = rows.flat_map(|row| &row.why);
        let decided = whys.filter(|why| why.word == "decision");
        level.chain(decided.map(|why| why.among.clone())).collect()
    }
}

impl Progress {
    /// Refuses an order in which somebody is not level, or that leaves out somebody who is: it would have no effect. Who was level until
    /// it was decided can be decided about anew.
    pub fn orderable(
        &self,
        structure: &Structure,
        of: &Tie,
        teams: &[u16],
    ) -> Result<(), NothingToDecide> {
        let ties = match of {
            Tie::Group { group } => self.over(group)?.ties(),
            Tie::Best { best, stage } => {
                let now = self.level_best.iter();
                let now = now.filter(|of| of.rank == *best && of.stage == *stage);
                let now = now.map(|of| of.teams.clone());
                let before = structure.orders.iter().filter(|order| order.of == *of);
                let entrant = |team| structure.entrant(team);
                let numbers = |teams: &[_]| teams.iter().copied().filter_map(entrant).collect();
                now.chain(before.map(|order| numbers(&order.teams)))
                    .collect()
            }
        };
        named_whole(&ties, teams)
    }

    /// Refuses play-offs that are not among all who are level with each other.
    pub fn can_play_off(&self, group: &str, teams: &[u16]) -> Result<(), NothingToDecide> {
        let order = &self.over(group)?.standings.order;
        let level = order.iter().filter_map(|place| match place {
            Place::Level(teams) => Some(teams.clone()),
            Place::One(_) => None,
        });
        let ties: Vec<Vec<u16>> = level.collect();
        named_whole(&ties, teams)?;
        let with_first = ties
            .into_iter()
            .find(|tie| teams.first().is_some_and(|of| tie.contains(of)));
        match with_first {
            Some(tie) if tie.len() != teams.len() => Err(NothingToDecide::NotAll(tie)),
            _ => Ok(()),
        }
    }

    fn over(&self, group: &str) -> Result<&Table, NothingToDecide> {
        let mut tables = self.tables.iter();
        let table = tables.find(|table| table.group == group);
        match table {
            None => Err(NothingToDecide::NoGroup),
            Some(table) if !table.complete => Err(NothingToDecide::NotOver),
            Some(table) => Ok(table),
        }
    }
}

/// Refuses teams that are in no tie, or in none that is named whole.
fn named_whole(ties: &[Vec<u16>], teams: &[u16]) -> Result<(), NothingToDecide> {
    for team in teams {
        let mut own = ties.iter().filter(|tie| tie.contains(team)).peekable();
        let Some(first) = own.peek().copied() else {
            return Err(NothingToDecide::NotLevel(*team));
        };
        if !own.any(|tie| tie.iter().all(|other| teams.contains(other))) {
            return Err(NothingToDecide::NotAll(first.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::deed::{Decision, Deed, StagedFixture};
    use super::super::super::{Fixture, Key, Source};
    use super::super::tests::{Cup, team_id};
    use super::*;

    /// A group of four in which T1, T2 and T3 have beaten each other, and all have beaten T4.
    fn level() -> Cup {
        let mut cup = Cup::drawn(r#"{"stages":[{"key":"g","kind":"round_robin"}]}"#, 4);
        cup.policy = serde_json::from_str(r#"{"win":3,"order":["points"]}"#).unwrap();
        let beats = [(1, 2), (2, 3), (3, 1), (1, 4), (2, 4), (3, 4)];
        for staged in cup.structure().fixtures {
            let key = staged.fixture.key;
            let known = *cup.progress().fixture(&cup.structure(), &key).unwrap();
            let teams = known.teams().unwrap();
            let home = beats
                .iter()
                .any(|(one, other)| (teams.a, teams.b) == (team_id(*one), team_id(*other)));
            cup.play(key.as_str(), i64::from(home), i64::from(!home));
        }
        cup
    }

    fn group() -> Tie {
        Tie::Group {
            group: "A".to_owned(),
        }
    }

    fn decide(cup: &mut Cup, decision: Decision) {
        cup.deeds.push(Deed::Decide {
            decision,
            settled: Vec::new(),
            walkovers: Vec::new(),
        });
    }

    fn order(cup: &mut Cup, teams: &[u128]) {
        let decision = Decision::Order {
            of: group(),
            teams: teams.iter().map(|team| team_id(*team)).collect(),
            lots: None,
            reason: None,
        };
        decide(cup, decision);
    }

    fn play_off(cup: &mut Cup, pairs: &[(u16, u16)]) {
        let first = cup.structure().play_offs.len();
        let staged = pairs
            .iter()
            .zip(first + 1..)
            .map(|((a, b), number)| StagedFixture {
                stage: "g".to_owned(),
                fixture: Fixture {
                    key: Key::new(format!("A-PO{number}")),
                    round: 1,
                    group: None,
                    a: Source::Entrant(*a),
                    b: Source::Entrant(*b),
                    if_needed: false,
                },
            });
        let decision = Decision::PlayOff {
            group: "A".to_owned(),
            fixtures: staged.collect(),
        };
        decide(cup, decision);
    }

    fn places(cup: &Cup) -> String {
        let progress = cup.progress();
        let rows = progress.tables[0].standings.rows.iter();
        let told = rows.map(|row| format!("{} T{}", row.rank, row.team));
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn play_offs_count_as_a_table_once_all_of_them_are_over() {
        let mut cup = level();
        assert_eq!(places(&cup), "1 T1, 1 T2, 1 T3, 4 T4");
        play_off(&mut cup, &[(1, 2), (1, 3), (2, 3)]);
        cup.play("A-PO1", 0, 1);
        cup.play("A-PO2", 0, 1);
        assert_eq!(places(&cup), "1 T1, 1 T2, 1 T3, 4 T4");
        cup.play("A-PO3", 0, 1);
        assert_eq!(places(&cup), "1 T3, 2 T2, 3 T1, 4 T4");
    }

    #[test]
    fn teams_that_are_level_again_after_play_offs_stay_level() {
        let mut cup = level();
        play_off(&mut cup, &[(1, 2), (1, 3), (2, 3)]);
        cup.play("A-PO1", 1, 0);
        cup.play("A-PO2", 0, 1);
        cup.play("A-PO3", 1, 0);
        assert_eq!(places(&cup), "1 T1, 1 T2, 1 T3, 4 T4");
        play_off(&mut cup, &[(1, 2), (1, 3), (2, 3)]);
        cup.play("A-PO4", 1, 0);
        cup.play("A-PO5", 1, 0);
        cup.play("A-PO6", 1, 0);
        assert_eq!(places(&cup), "1 T1, 2 T2, 3 T3, 4 T4");
    }

    #[test]
    fn those_whom_play_offs_leave_level_are_ordered_among_themselves() {
        let mut cup = level();
        play_off(&mut cup, &[(1, 2), (1, 3)]);
        cup.play("A-PO1", 1, 0);
        cup.play("A-PO2", 1, 0);
        assert_eq!(places(&cup), "1 T1, 2 T2, 2 T3, 4 T4");
        let structure = cup.structure();
        let order_of = |teams: &[u16]| cup.progress().orderable(&structure, &group(), teams);
        assert_eq!(order_of(&[3, 2]), Ok(()));
        assert_eq!(
            order_of(&[1, 3]),
            Err(NothingToDecide::NotAll(vec![1, 2, 3]))
        );
        order(&mut cup, &[3, 2]);
        assert_eq!(places(&cup), "1 T1, 2 T3, 3 T2, 4 T4");
    }

    #[test]
    fn an_order_names_all_who_are_level_and_nobody_else() {
        let mut cup = level();
        let structure = cup.structure();
        let progress = cup.progress();
        let order_of = |teams: &[u16]| progress.orderable(&structure, &group(), teams);
        assert_eq!(
            order_of(&[2, 1]),
            Err(NothingToDecide::NotAll(vec![1, 2, 3]))
        );
        assert_eq!(order_of(&[2, 1, 3, 4]), Err(NothingToDecide::NotLevel(4)));
        assert_eq!(order_of(&[2, 1, 3]), Ok(()));
        let elsewhere = progress.can_play_off("B", &[1, 2]);
        assert_eq!(elsewhere, Err(NothingToDecide::NoGroup));
        let two = progress.can_play_off("A", &[1, 2]);
        assert_eq!(two, Err(NothingToDecide::NotAll(vec![1, 2, 3])));
        assert_eq!(progress.can_play_off("A", &[3, 1, 2]), Ok(()));
        order(&mut cup, &[2, 1, 3]);
        assert_eq!(places(&cup), "1 T2, 2 T1, 3 T3, 4 T4");
        let (structure, progress) = (cup.structure(), cup.progress());
        let again = progress.orderable(&structure, &group(), &[1, 3, 2]);
        assert_eq!(again, Ok(()), "a decision may be changed");
        let decided = progress.can_play_off("A", &[1, 2, 3]);
        assert_eq!(decided, Err(NothingToDecide::NotLevel(1)));
    }

    #[test]
    fn an_order_is_not_needed_once_its_teams_are_no_longer_level() {
        let mut cup = level();
        order(&mut cup, &[2, 1, 3]);
        order(&mut cup, &[3, 2, 1]);
        let not_needed = |cup: &Cup| cup.progress().tables[0].not_needed.clone();
        assert!(not_needed(&cup).is_empty(), "the newer one separates them");
        let key = cup.structure().fixtures.iter().find_map(|staged| {
            let known = *cup
                .progress()
                .fixture(&cup.structure(), &staged.fixture.key)?;
            let teams = known.teams()?;
            let of_both = [teams.a, teams.b]
                .iter()
                .all(|team| [team_id(3), team_id(1)].contains(team));
            of_both.then(|| (staged.fixture.key.clone(), teams.a == team_id(1)))
        });
        let (key, home) = key.expect("a match of T1 and T3");
        cup.play(key.as_str(), i64::from(home), i64::from(!home));
        assert_eq!(places(&cup), "1 T1, 2 T2, 3 T3, 4 T4");
        assert_eq!(not_needed(&cup), [vec![3, 2, 1]]);
    }

    #[test]
    fn nobody_is_ordered_while_the_group_is_played() {
        let mut cup = level();
        let last = cup.structure().fixtures.last().unwrap().fixture.key.clone();
        cup.matches.remove(&last);
        let early = cup
            .progress()
            .orderable(&cup.structure(), &group(), &[1, 2, 3]);
        assert_eq!(early, Err(NothingToDecide::NotOver));
    }
}
