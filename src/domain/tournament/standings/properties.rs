use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A result as it is drawn: both teams, the score, and how it was decided.
type Drawn = (usize, usize, u32, u32, u8);

const TEAMS: [&str; 7] = ["Arles", "Brest", "Caen", "Dijon", "Évry", "Foix", "Gap"];
const ALL_AGAIN: [Again; 5] = [
    Again::AtOnce,
    Again::AfterBlock,
    Again::Never,
    Again::BestFirst,
    Again::LastFirst,
];

fn word() -> impl Strategy<Value = Word> {
    let criterion = prop::sample::select(Criterion::ALL.to_vec());
    let scope = prop::sample::select(vec![Scope::All, Scope::Tied, Scope::Tied, Scope::Two]);
    (scope, criterion).prop_map(|(scope, criterion)| Word { scope, criterion })
}

/// Few goals, so that many are level.
fn results() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (0..TEAMS.len(), 0..TEAMS.len(), 0..3_u32, 0..3_u32, 0..8_u8);
    prop::collection::vec(one, 0..22)
}

fn policy() -> impl Strategy<Value = PointsTable> {
    let withdrawn = [
        Withdrawn::Keep,
        Withdrawn::Keep,
        Withdrawn::Delete,
        Withdrawn::Walkovers,
    ];
    (
        prop::collection::vec(word(), 1..7),
        prop::sample::select(withdrawn.to_vec()),
        0..4_u32,
    )
        .prop_map(|(order, withdrawn, draw)| PointsTable {
            order,
            withdrawn,
            draw,
            bonus: vec![Bonus::LostBy(1)],
            ..PointsTable::default()
        })
}

fn result_of((a, b, x, y, kind): Drawn, names: &[String]) -> Option<ResultOf<String>> {
    let winner = if x < y { SideLetter::B } else { SideLetter::A };
    (a != b).then(|| ResultOf {
        a: names[a].clone(),
        b: (kind != 7).then(|| names[b].clone()),
        score: (kind != 6).then_some([x, y]),
        sets: (kind == 3).then(|| vec![[x * 7, y * 7 + 1], [11, 5]]),
        extra: kind == 4,
        shootout: (kind == 5).then_some(winner),
        walkover: (kind == 6).then_some(winner),
        bonus: (kind == 2).then_some([1, 0]),
        tries: Some([x, kind.into()]),
    })
}

fn group_of(results: &[Drawn], names: &[String]) -> Group<String> {
    let numbers = |from: usize| {
        let numbered = names.iter().enumerate().skip(from);
        numbered
            .map(|(number, name)| (name.clone(), number as i32 % 3))
            .collect::<BTreeMap<_, _>>()
    };
    Group {
        teams: names.to_vec(),
        results: results
            .iter()
            .filter_map(|drawn| result_of(*drawn, names))
            .collect(),
        best_of: None,
        extra: Extra {
            fair_play: numbers(0),
            rank: numbers(4),
            ..Extra::default()
        },
        decisions: Vec::new(),
        play_offs: Vec::new(),
        live: false,
    }
}

fn names() -> Vec<String> {
    TEAMS.map(str::to_owned).to_vec()
}

fn ranks(table: &Standings<String>) -> BTreeMap<&str, usize> {
    let rank = |row: &'_ Row<String>| row.rank;
    table
        .rows
        .iter()
        .map(|row| (row.team.as_str(), rank(row)))
        .collect()
}

/// The policy and its table for each way of going on.
fn tables(group: &Group<String>, policy: &PointsTable) -> Vec<Standings<String>> {
    let table = |again| {
        let policy = PointsTable {
            again,
            ..policy.clone()
        };
        standings(group, &policy).expect("a table")
    };
    ALL_AGAIN.into_iter().map(table).collect()
}

/// A second way to rank without going back, over goals alone: each tie word by word, sums made anew for each comparison.
struct Naive<'a> {
    results: &'a [(usize, usize, u32, u32)],
    order: &'a [Word],
}

impl Naive<'_> {
    fn value(&self, criterion: Criterion, team: usize, among: &[usize]) -> i64 {
        let mut value = 0;
        for (a, b, x, y) in self.results {
            let (own, theirs) = match team {
                team if team == *a => (i64::from(*x), i64::from(*y)),
                team if team == *b => (i64::from(*y), i64::from(*x)),
                _ => continue,
            };
            if !among.contains(a) || !among.contains(b) {
                continue;
            }
            value += match (criterion, own.cmp(&theirs)) {
                (Criterion::Points, Ordering::Greater) => 3,
                (Criterion::Points, Ordering::Equal) | (Criterion::Wins, Ordering::Greater) => 1,
                (Criterion::Points | Criterion::Wins, _) => 0,
                (Criterion::Difference, _) => own - theirs,
                _ => own,
            };
        }
        value
    }

    fn rank(&self, level: &[usize], at: usize, block: Option<&[usize]>) -> Vec<Vec<usize>> {
        let Some(word) = self.order.get(at).filter(|_| level.len() > 1) else {
            return vec![level.to_vec()];
        };
        let everybody: Vec<usize> = (0..TEAMS.len()).collect();
        let (among, block) = match word.scope {
            Scope::All => (everybody.as_slice(), None),
            Scope::Two => (level, None),
            Scope::Tied => (block.unwrap_or(level), Some(block.unwrap_or(level))),
        };
        if word.scope == Scope::Two && level.len() != 2 {
            return self.rank(level, at + 1, block);
        }
        let mut parts: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for team in level {
            let value = self.value(word.criterion, *team, among);
            parts.entry(-value).or_default().push(*team);
        }
        let rest = |part: &Vec<usize>| self.rank(part, at + 1, block);
        parts.values().flat_map(rest).collect()
    }
}

proptest! {
    // Each case is a group in all five ways of going on.
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn the_order_of_the_input_never_decides(
        results in results(),
        policy in policy(),
        teams in Just(names()).prop_shuffle(),
        order in any::<prop::sample::Index>(),
    ) {
        let group = group_of(&results, &names());
        let mut turned = group.clone();
        turned.teams = teams;
        if !turned.results.is_empty() {
            let first = order.index(turned.results.len());
            turned.results.rotate_left(first);
            turned.results[first..].reverse();
        }
        prop_assert_eq!(tables(&group, &policy), tables(&turned, &policy));
    }

    #[test]
    fn other_names_change_nothing_but_names(
        results in results(),
        policy in policy(),
        others in Just(names()).prop_shuffle(),
    ) {
        let one = tables(&group_of(&results, &names()), &policy);
        let other = tables(&group_of(&results, &others), &policy);
        for (one, other) in one.iter().zip(&other) {
            let (one, other) = (ranks(one), ranks(other));
            for (name, renamed) in names().iter().zip(&others) {
                prop_assert_eq!(one.get(name.as_str()), other.get(renamed.as_str()));
            }
        }
    }

    #[test]
    fn ranks_and_rows_agree_and_every_row_has_a_reason(results in results(), policy in policy()) {
        for table in tables(&group_of(&results, &names()), &policy) {
            let mut rows = table.rows.iter();
            let mut rank = 1;
            for place in &table.order {
                let teams = match place {
                    Place::One(team) => std::slice::from_ref(team),
                    Place::Level(teams) => teams,
                };
                prop_assert!(matches!(place, Place::One(_)) == (teams.len() == 1));
                for team in teams {
                    let row = rows.next().expect("a row");
                    prop_assert_eq!((&row.team, row.rank), (team, rank));
                    prop_assert_eq!(row.played, row.wins + row.draws + row.losses);
                    prop_assert!(row.tried.is_empty() || teams.len() > 1);
                    for why in &row.why {
                        prop_assert_eq!(why.among.len(), why.values.len());
                        prop_assert!(why.among.contains(team));
                    }
                }
                rank += teams.len();
            }
            prop_assert!(rows.next().is_none());
            prop_assert_eq!(table.rows.len(), TEAMS.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn going_on_without_going_back_is_what_a_simple_program_does(
        goals in prop::collection::vec((0..3_u32, 0..3_u32), 21),
        order in prop::collection::vec(
            (
                prop::sample::select(vec![Scope::All, Scope::Tied, Scope::Two]),
                prop::sample::select(vec![
                    Criterion::Points, Criterion::Wins, Criterion::Difference, Criterion::Scored,
                ]),
            ),
            1..6,
        ),
    ) {
        let order: Vec<Word> = order.into_iter().map(|(scope, criterion)| Word { scope, criterion }).collect();
        let pairs = (0..TEAMS.len()).flat_map(|a| (a + 1..TEAMS.len()).map(move |b| (a, b)));
        let results: Vec<_> = pairs.zip(goals).map(|((a, b), (x, y))| (a, b, x, y)).collect();
        let drawn: Vec<Drawn> = results.iter().map(|(a, b, x, y)| (*a, *b, *x, *y, 0)).collect();
        let policy = PointsTable { win: 3, draw: 1, order: order.clone(), again: Again::Never, ..PointsTable::default() };
        let table = standings(&group_of(&drawn, &names()), &policy).expect("a table");
        let naive = Naive { results: &results, order: &order };
        let everybody: Vec<usize> = (0..TEAMS.len()).collect();
        let expected = naive.rank(&everybody, 0, None).into_iter().map(|teams| {
            let mut teams: Vec<String> = teams.into_iter().map(|team| TEAMS[team].to_owned()).collect();
            teams.sort();
            match teams.as_slice() {
                [team] => Place::One(team.clone()),
                _ => Place::Level(teams),
            }
        });
        prop_assert_eq!(table.order, expected.collect::<Vec<_>>());
    }

    #[test]
    fn no_number_does_any_harm(
        score in any::<[u32; 2]>(),
        sets in prop::collection::vec(any::<[u32; 2]>(), 0..5),
        points in any::<[u32; 4]>(),
        best_of in any::<Option<u32>>(),
        words in prop::collection::vec(word(), 0..5),
        laid_down in any::<[i32; 2]>(),
    ) {
        let names = names();
        let result = |a: usize, b: Option<usize>, walkover| ResultOf {
            a: names[a].clone(),
            b: b.map(|b| names[b].clone()),
            score: Some(score),
            sets: Some(sets.clone()),
            extra: false,
            shootout: None,
            walkover,
            bonus: Some([points[0], points[1]]),
            tries: Some(score),
        };
        let mut group = group_of(&[], &names);
        group.results = vec![
            result(0, Some(1), None),
            result(1, Some(2), Some(SideLetter::A)),
            result(2, None, None),
        ];
        group.best_of = best_of;
        group.extra.lots = [(names[0].clone(), laid_down[0]), (names[1].clone(), laid_down[1])].into();
        group.extra.deducted = [(names[2].clone(), points[3])].into();
        let policy = PointsTable { win: points[2], loss: points[3], order: words, ..PointsTable::default() };
        for table in tables(&group, &policy) {
            prop_assert_eq!(table.rows.len(), names.len());
        }
    }
}
