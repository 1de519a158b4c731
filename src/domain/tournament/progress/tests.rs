//! The progress of whole tournaments.
//!
//! Over 400 lines: one tournament in memory serves all of these tests.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::super::deed::{Deed, DrawMode, Settlement};
use super::super::entry::Team;
use super::super::format::Format;
use super::super::outcome::Outcome;
use super::super::preview::effects;
use super::super::proposal::{Wish, draw, ranked};
use super::super::rounds::round;
use super::super::structure::Structure;
use super::super::{Key, PointsTable};
use super::{BestOf, Given, Played, Progress, Seat, Stand};
use crate::domain::ids::{TeamId, TournamentId};
use crate::domain::matches::{BySide, MatchState, Status};
use crate::domain::sport::Rules;

/// A tournament in memory: its deeds, and the matches of its fixtures.
pub struct Cup {
    pub teams: Vec<Team>,
    pub deeds: Vec<Deed>,
    pub matches: BTreeMap<Key, Played>,
    pub policy: PointsTable,
    pub best_of: BestOf,
}

pub fn team_id(number: u128) -> TeamId {
    TeamId(Uuid::from_u128(number))
}

/// Teams T1, T2…, the first is the best.
pub fn teams(count: u16) -> Vec<Team> {
    let tournament = TournamentId(Uuid::from_u128(1));
    let team = |number: u16| Team {
        seed: Some(number),
        ..Team::named(
            team_id(u128::from(number)),
            tournament,
            format!("T{number}"),
        )
    };
    (1..=count).map(team).collect()
}

fn wish(mode: DrawMode) -> Wish {
    Wish {
        mode,
        lots: (mode == DrawMode::Lots).then_some(7),
        lines: Vec::new(),
        clubs_apart: false,
        seeds: None,
    }
}

impl Cup {
    pub fn drawn(format: &str, count: u16) -> Cup {
        let format: Format = serde_json::from_str(format).expect("a format");
        let teams = teams(count);
        let drawn = draw(&format, &ranked(&teams), &wish(DrawMode::Ranks)).expect("a draw");
        Cup {
            teams,
            deeds: vec![Deed::Format { format }, drawn.deed],
            matches: BTreeMap::new(),
            policy: PointsTable::default(),
            best_of: BestOf::default(),
        }
    }

    pub fn structure(&self) -> Structure {
        Structure::of((1..).zip(&self.deeds))
    }

    pub fn progress(&self) -> Progress {
        self.progress_with(&self.structure(), &self.matches)
    }

    pub fn progress_with(
        &self,
        structure: &Structure,
        matches: &BTreeMap<Key, Played>,
    ) -> Progress {
        let seeds = self
            .teams
            .iter()
            .filter_map(|team| Some((team.id, team.seed?)));
        let seeds = seeds.collect();
        Progress::of(Given {
            structure,
            policy: &self.policy,
            best_of: &self.best_of,
            seeds: &seeds,
            matches,
        })
    }

    /// The name of whoever stands on a side.
    pub fn name(&self, seat: Seat) -> &str {
        match seat {
            Seat::Unknown => "?",
            Seat::Nobody => "-",
            Seat::Team(team) => {
                let found = self.teams.iter().find(|of| of.id == team);
                found.map_or("!", |team| team.name.as_str())
            }
        }
    }

    pub fn sides(&self, key: &str) -> String {
        let known = *self
            .progress()
            .fixture(&self.structure(), &Key::new(key))
            .expect(key);
        format!("{} {}", self.name(known.sides.a), self.name(known.sides.b))
    }

    /// Enters a result, as if the match had been played by those who stand there now.
    pub fn play(&mut self, key: &str, a: i64, b: i64) {
        let key = Key::new(key);
        let known = *self
            .progress()
            .fixture(&self.structure(), &key)
            .expect("a fixture");
        let teams = known
            .teams()
            .unwrap_or_else(|| panic!("{key} is not known"));
        let sides = match self.matches.get(&key) {
            Some(played) if played.has_begun() => played.sides,
            _ => BySide {
                a: Some(teams.a),
                b: Some(teams.b),
            },
        };
        self.matches.insert(key, finished(sides, a, b));
    }

    /// Plays everything that can be played, by the score that `score` gives.
    pub fn play_all(&mut self, mut score: impl FnMut(&Key) -> (i64, i64)) {
        loop {
            let (structure, progress) = (self.structure(), self.progress());
            let all = structure.fixtures.iter().zip(&progress.fixtures);
            let ready = all.filter(|(_, known)| known.stand == Stand::Ready);
            let ready: Vec<Key> = ready
                .map(|(staged, _)| staged.fixture.key.clone())
                .collect();
            if ready.is_empty() {
                let Ok(next) = round(&structure, &progress, None, |team| format!("{team}")) else {
                    return;
                };
                self.deeds.push(next.deed);
                continue;
            }
            for key in ready {
                let (a, b) = score(&key);
                self.play(key.as_str(), a, b);
            }
        }
    }

    pub fn ranking(&self) -> Vec<(usize, String)> {
        let progress = self.progress();
        let ranked = progress.ranking.iter();
        ranked
            .map(|ranked| (ranked.rank, self.name(Seat::Team(ranked.team)).to_owned()))
            .collect()
    }
}

pub fn finished(sides: BySide<Option<TeamId>>, a: i64, b: i64) -> Played {
    let score = BySide { a, b };
    let state = MatchState {
        status: Status::Finished,
        winner: score.leader(),
        score,
        periods: vec![score],
        ..MatchState::default()
    };
    Played {
        status: Status::Finished,
        sides,
        outcome: Outcome::of(&state, &Rules::plain(), None),
    }
}

pub const GROUPS_THEN_KNOCKOUT: &str = r#"{"stages":[{"key":"g","kind":"groups","groups":2},
    {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2},"third_place":true}]}"#;

#[test]
fn a_cup_is_played_from_its_groups_to_its_final() {
    let mut cup = Cup::drawn(GROUPS_THEN_KNOCKOUT, 8);
    assert_eq!(cup.sides("SF1"), "? ?");
    for group in ["A", "B"] {
        for (key, a, b) in [
            ("1-2", 1, 0),
            ("3-4", 1, 0),
            ("1-3", 1, 0),
            ("2-4", 1, 0),
            ("1-4", 1, 0),
        ] {
            let key = format!("{group}{key}");
            let known = *cup
                .progress()
                .fixture(&cup.structure(), &Key::new(&key))
                .unwrap();
            let home = cup.structure().entrant(known.teams().unwrap().a).unwrap();
            let away = cup.structure().entrant(known.teams().unwrap().b).unwrap();
            let (a, b) = if home < away { (a, b) } else { (b, a) };
            cup.play(&key, a, b);
        }
    }
    assert_eq!(cup.sides("SF1"), "? ?", "a match of each group is left");
    for group in ["A", "B"] {
        let key = format!("{group}2-3");
        let known = *cup
            .progress()
            .fixture(&cup.structure(), &Key::new(&key))
            .unwrap();
        let home = cup.structure().entrant(known.teams().unwrap().a).unwrap();
        let away = cup.structure().entrant(known.teams().unwrap().b).unwrap();
        cup.play(&key, i64::from(home < away), i64::from(home > away));
    }
    assert_eq!(cup.sides("SF1"), "T1 T3");
    assert_eq!(cup.sides("SF2"), "T2 T4");
    let five_to_eight: Vec<(usize, String)> = cup.ranking();
    let expected = [(5, "T5"), (5, "T6"), (7, "T7"), (7, "T8")];
    assert_eq!(
        five_to_eight,
        expected.map(|(rank, name)| (rank, name.to_owned()))
    );
    cup.play("SF1", 1, 0);
    cup.play("SF2", 1, 0);
    cup.play("3RD", 0, 1);
    cup.play("F", 2, 0);
    let names: Vec<String> = cup.ranking().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names[..4], ["T1", "T2", "T4", "T3"].map(str::to_owned));
}

#[test]
fn a_match_that_has_begun_keeps_its_sides_and_is_contested() {
    let mut cup = Cup::drawn(r#"{"stages":[{"key":"ko","kind":"knockout"}]}"#, 4);
    cup.play("SF1", 1, 0);
    cup.play("SF2", 0, 1);
    cup.play("F", 2, 1);
    assert_eq!(cup.sides("F"), "T1 T2");
    let (structure, before) = (cup.structure(), cup.progress());
    cup.play("SF1", 0, 1);
    let after = cup.progress();
    assert_eq!(
        cup.sides("F"),
        "T1 T2",
        "the score stays with those who played"
    );
    assert!(after.fixture(&structure, &Key::new("F")).unwrap().contested);
    let effects = effects(&structure, &before, &structure, &after, &cup.matches);
    assert_eq!(effects.len(), 1);
    assert!(effects[0].asks);
    assert_eq!(effects[0].cause, "SF1");
    assert_eq!(cup.name(effects[0].after.a), "T4");

    let kept = Settlement::Keep {
        key: Key::new("F"),
        sides: BySide {
            a: team_id(1),
            b: team_id(2),
        },
        instead_of: BySide {
            a: Some(team_id(4)),
            b: Some(team_id(2)),
        },
        reason: None,
    };
    cup.deeds.push(Deed::Correct {
        key: Key::new("SF1"),
        event: super::super::deed::MatchEvent {
            of: crate::domain::MatchId(Uuid::from_u128(5)),
            seq: 3,
        },
        what: "result".to_owned(),
        score: None,
        before: None,
        settled: vec![kept],
    });
    let progress = cup.progress();
    assert!(
        !progress
            .fixture(&structure, &Key::new("F"))
            .unwrap()
            .contested
    );
    let seq = u64::try_from(cup.deeds.len()).unwrap();
    cup.deeds.push(Deed::Undo { seq });
    let progress = cup.progress();
    assert!(
        progress
            .fixture(&structure, &Key::new("F"))
            .unwrap()
            .contested
    );
}

#[test]
fn a_side_that_is_not_known_changes_silently_and_one_that_has_not_begun_is_replaced() {
    let mut cup = Cup::drawn(r#"{"stages":[{"key":"ko","kind":"knockout"}]}"#, 4);
    cup.play("SF1", 1, 0);
    let (structure, before) = (cup.structure(), cup.progress());
    cup.play("SF1", 0, 1);
    let after = cup.progress();
    assert_eq!(
        effects(&structure, &before, &structure, &after, &cup.matches),
        []
    );
    cup.play("SF2", 0, 1);
    let before = cup.progress();
    cup.play("SF1", 1, 0);
    let after = cup.progress();
    let effects = effects(&structure, &before, &structure, &after, &cup.matches);
    assert_eq!(effects.len(), 1);
    assert!(!effects[0].asks);
    assert_eq!(cup.sides("F"), "T1 T2");
}

#[test]
fn a_stage_with_more_sets_than_the_others_counts_them() {
    let mut cup = Cup::drawn(r#"{"stages":[{"key":"r","kind":"round_robin"}]}"#, 2);
    cup.policy = serde_json::from_str(r#"{"win":3,"narrow_win":2,"order":["points"]}"#).unwrap();
    cup.best_of.tournament = Some(3);
    cup.play("A1-2", 3, 1);
    let points = |cup: &Cup| cup.progress().tables[0].standings.rows[0].points;
    assert_eq!(
        points(&cup),
        3,
        "3 to 1 is no narrow win in a best of three"
    );
    cup.best_of.stages.insert("r".to_owned(), Some(4));
    assert_eq!(points(&cup), 2, "it is one where four sets are played");
}

#[test]
fn two_hundred_fixtures_are_folded() {
    let format = r#"{"stages":[{"key":"g","kind":"groups","groups":8},
        {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2},"third_place":true}]}"#;
    let mut cup = Cup::drawn(format, 60);
    assert!(
        cup.structure().fixtures.len() >= 180,
        "{}",
        cup.structure().fixtures.len()
    );
    cup.play_all(|key| (1 + key.as_str().bytes().map(i64::from).sum::<i64>() % 7, 0));
    assert!(cup.progress().ranking.len() >= 39, "{:?}", cup.ranking());
}

fn formats() -> impl Strategy<Value = (&'static str, u16)> {
    let one = |format: &'static str, least: u16| (Just(format), least..=20u16);
    prop_oneof![
        one(r#"{"stages":[{"key":"r","kind":"round_robin"}]}"#, 2),
        one(r#"{"stages":[{"key":"k","kind":"knockout"}]}"#, 2),
        one(
            r#"{"stages":[{"key":"k","kind":"knockout","third_place":true}]}"#,
            4
        ),
        one(
            r#"{"stages":[{"key":"d","kind":"double_elimination","reset":true}]}"#,
            4
        ),
        one(r#"{"stages":[{"key":"p","kind":"placement"}]}"#, 4),
        one(r#"{"stages":[{"key":"s","kind":"swiss","rounds":3}]}"#, 6),
        one(r#"{"stages":[{"key":"c","kind":"consolation"}]}"#, 4),
        one(
            r#"{"stages":[{"key":"c","kind":"consolation","mode":"first_match"}]}"#,
            5
        ),
        one(GROUPS_THEN_KNOCKOUT, 6),
        one(
            r#"{"stages":[{"key":"g","kind":"groups","groups":2},
            {"key":"s","kind":"swiss","rounds":2,"from":{"stage":"g","ranks":2}}]}"#,
            8
        ),
        one(
            r#"{"stages":[{"key":"g","kind":"groups","groups":3},
            {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2,"best":{"rank":3,"count":2}}},
            {"key":"plate","kind":"knockout","from":{"stage":"g","ranks":[4]}}]}"#,
            12
        ),
        one(
            r#"{"stages":[{"key":"k","kind":"knockout"},
            {"key":"plate","kind":"round_robin","from":{"stage":"k","ranks":[3,4]}}]}"#,
            4
        ),
    ]
}

proptest! {
    /// Ranks are 1, 2, 2, 4…: each is one more than the teams before it. `Swiss` tables and groups may end level.
    #[test]
    fn whoever_wins_everybody_gets_a_rank_and_none_is_left_out((format, count) in formats(), seed in any::<u64>()) {
        let mut cup = Cup::drawn(format, count);
        cup.policy = serde_json::from_str(r#"{"win":3,"order":["points","difference","scored","rank"]}"#).unwrap();
        cup.play_all(|key| {
            let mixed = key.as_str().bytes().fold(seed | 1, |sum, byte| sum.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(byte)));
            let (a, b) = ((mixed >> 33) % 9, (mixed >> 43) % 9);
            let (a, b) = if a == b { (a + 1, b) } else { (a, b) };
            (i64::try_from(a).unwrap(), i64::try_from(b).unwrap())
        });
        let progress = cup.progress();
        prop_assert!(progress.fixtures.iter().all(|known| !known.contested && !known.undecided));
        for known in &progress.fixtures {
            prop_assert!(!matches!(known.stand, Stand::Ready | Stand::Awaited), "{:?}", known);
        }
        let ranking = cup.ranking();
        prop_assert_eq!(ranking.len(), usize::from(count), "{:?}", ranking);
        let structure = cup.structure();
        if let (Some(known), true) = (progress.fixture(&structure, &Key::new("F")), format.contains("knockout")) {
            let winner = if let Stand::Decided(verdict) = known.stand { verdict.winner } else { None };
            let first = winner.map(|winner| cup.name(*known.sides.get(winner)).to_owned());
            let second = winner.map(|winner| cup.name(*known.sides.get(winner.other())).to_owned());
            prop_assert_eq!(&first, &ranking.first().map(|(_, name)| name.clone()));
            prop_assert_eq!(&second, &ranking.get(1).map(|(_, name)| name.clone()));
        }
        for (place, (rank, _)) in ranking.iter().enumerate() {
            let before = ranking.iter().filter(|(other, _)| other < rank).count();
            prop_assert_eq!(before + 1, *rank, "place {}: {:?}", place, ranking);
        }
    }

    /// A team that withdraws before it has played loses what it would have played.
    #[test]
    fn a_team_that_withdraws_holds_up_nobody((format, count) in formats(), gone in 1..=4u16) {
        let mut cup = Cup::drawn(format, count);
        cup.policy = serde_json::from_str(r#"{"win":3,"order":["points","difference","scored","rank"]}"#).unwrap();
        let team = team_id(u128::from(gone.min(count)));
        cup.deeds.push(Deed::Decide {
            decision: super::super::deed::Decision::Withdrawal { team, reason: None },
            settled: Vec::new(),
            walkovers: Vec::new(),
        });
        cup.play_all(|key| (i64::from(key.as_str().len() as u8), 0));
        let progress = cup.progress();
        for known in &progress.fixtures {
            prop_assert!(!matches!(known.stand, Stand::Ready | Stand::Awaited), "{:?}", known);
            prop_assert!(known.teams().is_none_or(|teams| teams.a != team && teams.b != team) || known.forfeit.is_some() || known.stand == Stand::NotNeeded);
        }
        prop_assert_ne!(cup.ranking().first().map(|(_, name)| name.clone()), Some(format!("T{gone}")));
    }
}
