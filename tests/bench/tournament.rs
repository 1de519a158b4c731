//! The cost of running a tournament: a draw, the table of a group, pairing a Swiss round, and how far all of it has come.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use courtside::domain::tournament::deed::{Deed, DrawMode};
use courtside::domain::tournament::draw::{self, Field};
use courtside::domain::tournament::format::{Format, Kind};
use courtside::domain::tournament::preview::effects;
use courtside::domain::tournament::progress::{BestOf, Given, Played, Progress, Stand};
use courtside::domain::tournament::proposal::{self, Wish, ranked};
use courtside::domain::tournament::standings::{Extra, Group, ResultOf, standings};
use courtside::domain::tournament::structure::Structure;
use courtside::domain::tournament::swiss::{History, Meeting, NextRound, SideResult, pair};
use courtside::domain::tournament::{Outcome, Team};
use courtside::domain::{
    BySide, Catalogue, Key, MatchState, PointsTable, Rules, Side, Status, TeamId, TournamentId,
};

use crate::{Table, median};

const PLAYERS: u32 = 64;
const ROUNDS: usize = 7;
const TURNS: usize = 21;
const TEAMS: usize = 12;
const ENTRANTS: u16 = 64;
const CLUBS: u16 = 32;
/// One of each kind of draw, as `courtside draw` takes them.
const KINDS: [&str; 10] = [
    r#"{"kind":"round_robin"}"#,
    r#"{"kind":"groups","groups":16}"#,
    r#"{"kind":"knockout","third_place":true}"#,
    r#"{"kind":"double_elimination","reset":true}"#,
    r#"{"kind":"swiss","rounds":7}"#,
    r#"{"kind":"placement"}"#,
    r#"{"kind":"consolation","mode":"first_match"}"#,
    r#"{"kind":"consolation","mode":"feed_in"}"#,
    r#"{"kind":"consolation","mode":"compass"}"#,
    r#"{"kind":"consolation","mode":"olympic"}"#,
];

pub fn run() {
    let table = Table("tournament");
    for clubs in [0, CLUBS] {
        let (kind, slowest) = KINDS
            .map(|kind| (kind, draw_ms(kind, clubs)))
            .into_iter()
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .expect("there are kinds");
        let what = format!("draw of {ENTRANTS}, {clubs} clubs, the slowest kind");
        table.at_most(&what, slowest, "ms", 5.0);
        println!("{:<13}   it is {kind}", "");
    }
    let (all, slowest) = table_ms();
    table.at_most(
        &format!("table of {TEAMS} teams, the slowest of {all} sports"),
        slowest,
        "ms",
        0.2,
    );
    let each = swiss_ms();
    let slowest = each.iter().copied().fold(0.0, f64::max);
    table.at_most(
        &format!("Swiss, {PLAYERS} players: the slowest of rounds 1 to {ROUNDS}"),
        slowest,
        "ms",
        20.0,
    );
    table.note("the same, the median of the rounds", median(each), "ms");
    let (fixtures, progress, preview) = progress_ms();
    table.at_most(
        &format!("progress of {fixtures} fixtures"),
        progress,
        "ms",
        2.0,
    );
    table.at_most(
        &format!("preview in {fixtures} fixtures"),
        preview,
        "ms",
        10.0,
    );
}

/// Folds a tournament that is played to its end, and previews a correction of a group: how many fixtures, and the medians.
fn progress_ms() -> (usize, f64, f64) {
    let format = r#"{"stages":[{"key":"g","kind":"groups","groups":9},
        {"key":"ko","kind":"knockout","from":{"stage":"g","ranks":2},"third_place":true}]}"#;
    let format: Format = serde_json::from_str(format).expect("a format");
    let cup = TournamentId(uuid::Uuid::from_u128(1));
    let team = |number: u128| {
        let id = TeamId(uuid::Uuid::from_u128(number));
        Team::named(id, cup, format!("T{number}"))
    };
    let teams: Vec<Team> = (1..=63).map(team).collect();
    let wish = Wish {
        mode: DrawMode::Ranks,
        lots: None,
        lines: Vec::new(),
        clubs_apart: false,
        seeds: None,
    };
    let drawn = proposal::draw(&format, &ranked(&teams), &wish).expect("a draw");
    let deeds = [Deed::Format { format }, drawn.deed];
    let structure = Structure::of((1..).zip(&deeds));
    let (policy, seeds) = (PointsTable::default(), BTreeMap::new());
    let best_of = BestOf::default();
    let fold = |matches: &BTreeMap<Key, Played>| {
        Progress::of(Given {
            structure: &structure,
            policy: &policy,
            best_of: &best_of,
            seeds: &seeds,
            matches,
        })
    };
    let mut matches = BTreeMap::new();
    loop {
        let progress = fold(&matches);
        let known = structure.fixtures.iter().zip(&progress.fixtures);
        let ready = known.filter(|(_, known)| known.stand == Stand::Ready);
        let ready: Vec<_> = ready
            .filter_map(|(staged, known)| Some((staged.fixture.key.clone(), known.teams()?)))
            .collect();
        if ready.is_empty() {
            break;
        }
        for (number, (key, sides)) in ready.into_iter().enumerate() {
            matches.insert(key, played(sides, number as i64 % 5, number as i64 % 3));
        }
    }
    let before = fold(&matches);
    let (key, first) = matches.iter().next().expect("a match");
    let sides = BySide {
        a: first.sides.a.expect("a team"),
        b: first.sides.b.expect("a team"),
    };
    let mut corrected = matches.clone();
    corrected.insert(key.clone(), played(sides, 0, 9));
    let timed = |work: &dyn Fn()| {
        let turn = |_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1e3
        };
        median((0..TURNS).map(turn).collect())
    };
    let progress = timed(&|| {
        black_box(fold(&matches));
    });
    let preview = timed(&|| {
        let after = fold(&corrected);
        black_box(effects(&structure, &before, &structure, &after, &corrected));
    });
    (structure.fixtures.len(), progress, preview)
}

fn played(sides: BySide<TeamId>, a: i64, b: i64) -> Played {
    let score = BySide { a, b };
    let state = MatchState {
        status: Status::Finished,
        winner: score.leader().or(Some(Side::A)),
        score,
        periods: vec![score],
        ..MatchState::default()
    };
    Played {
        status: Status::Finished,
        sides: BySide {
            a: Some(sides.a),
            b: Some(sides.b),
        },
        outcome: Outcome::of(&state, &Rules::plain(), None),
    }
}

/// Draws a kind by lots, with so many clubs of one size: the median of many lots.
fn draw_ms(kind: &str, clubs: u16) -> f64 {
    let kind: Kind = serde_json::from_str(kind).expect("a kind");
    let club = |entrant: u16| Some((entrant % clubs).to_string());
    let clubs = if clubs > 0 {
        (0..ENTRANTS).map(club).collect()
    } else {
        Vec::new()
    };
    let turn = |lots| {
        let field = Field {
            lots: Some(lots),
            clubs: clubs.clone(),
            ..Field::by_rank(ENTRANTS)
        };
        let begun = Instant::now();
        black_box(draw::fixtures(&kind, &field).expect("a draw"));
        begun.elapsed().as_secs_f64() * 1e3
    };
    median((0..TURNS as u64).map(turn).collect())
}

/// Tables of the sports, each with a round robin in which many are level: how many there are, and the slowest median.
fn table_ms() -> (usize, f64) {
    let result = |a: usize, b: usize| ResultOf {
        a,
        b: Some(b),
        score: Some([
            u32::from(a.is_multiple_of(3)),
            u32::from(b.is_multiple_of(3)),
        ]),
        sets: None,
        extra: false,
        shootout: None,
        walkover: None,
        bonus: None,
        tries: None,
    };
    let pairs = (0..TEAMS).flat_map(|a| (0..a).map(move |b| (a, b)));
    let results: Vec<_> = pairs.map(|(a, b)| result(a, b)).collect();
    let each: Vec<f64> = Catalogue::built_in()
        .sports()
        .map(|sport| {
            let group = Group {
                teams: (0..TEAMS).collect(),
                results: results.clone(),
                best_of: sport.rules.best_of(),
                extra: Extra::default(),
                decisions: Vec::new(),
                play_offs: Vec::new(),
                live: false,
            };
            let turn = |_| {
                let begun = Instant::now();
                black_box(standings(&group, &sport.points_table).expect("a table"));
                begun.elapsed().as_secs_f64() * 1e3
            };
            median((0..TURNS).map(turn).collect())
        })
        .collect();
    (each.len(), each.iter().copied().fold(0.0, f64::max))
}

/// Plays a tournament by a fixed dice, and measures each of its rounds.
fn swiss_ms() -> Vec<f64> {
    let mut seed: u32 = 1;
    let mut outcome = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match seed >> 30 {
            0 => SideResult::Draw,
            1 => SideResult::Loss,
            _ => SideResult::Win,
        }
    };
    let mut rounds: Vec<Vec<Meeting>> = Vec::new();
    let mut each = Vec::new();
    for _ in 0..ROUNDS {
        let turn = || {
            let begun = Instant::now();
            let history = History::new(PLAYERS, &rounds).expect("what was paired can be played");
            let next = pair(&history, &[]);
            black_box(history.tie_breaks());
            (begun.elapsed().as_secs_f64() * 1e3, next)
        };
        let (times, mut paired): (Vec<f64>, Vec<NextRound>) = (0..TURNS).map(|_| turn()).unzip();
        each.push(median(times));
        let Some(NextRound::Paired(pairing)) = paired.pop() else {
            panic!("so few rounds can always be paired");
        };
        let played = pairing.pairs.iter().map(|pair| Meeting {
            a: pair.a,
            b: pair.b,
            outcome: outcome(),
        });
        rounds.push(played.collect());
    }
    each
}
