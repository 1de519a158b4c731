//! A whole format, drawn at once.

use std::collections::{BTreeMap, BTreeSet};

use super::super::format::{BestOfRank, Feed, Feeds, Format, Kind, Ranks, Stage};
use super::super::{Fixture, Source};
use super::by_hand::{Violation, judge};
use super::names::rename;
use super::qualifiers::{self, Qualifier};
use super::{DrawError, Field, MOST_ENTRANTS, chalk, groups};

/// The most stages of a format.
pub const MOST_STAGES: usize = 16;

/// The fixtures of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnStage {
    pub key: String,
    pub fixtures: Vec<Fixture>,
    /// The rules that a draw by hand violates; empty for a stage that takes its entrants from others.
    pub violations: Vec<Violation>,
}

/// The reason why a format cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("a format has no stage: give it one at least")]
    NoStage,
    #[error("a format of {stages} stages is too long: there may be {MOST_STAGES}")]
    TooManyStages { stages: usize },
    #[error("stage “{stage}” takes its entrants from more than {MOST_STAGES} places: name fewer")]
    TooManyFeeds { stage: String },
    #[error("“{key}” is no key for a stage: use 1 to 32 letters, digits, “-” and “_”")]
    BadKey { key: String },
    #[error("two stages have the key “{key}”: give each its own")]
    SameKey { key: String },
    #[error("stage “{stage}” takes its entrants from “{from}”, but no stage has this key")]
    UnknownStage { stage: String, from: String },
    #[error(
        "stage “{stage}” waits for itself, directly or by other stages: take its entrants from an earlier one"
    )]
    Circle { stage: String },
    #[error("stage “{stage}” takes rank {rank} of “{from}”, which ends before it")]
    NoSuchRank {
        stage: String,
        from: String,
        rank: u16,
    },
    #[error(
        "stage “{stage}” takes the {count} best of rank {rank} of “{from}”, which has {there} of them"
    )]
    NotSoMany {
        stage: String,
        from: String,
        rank: u16,
        count: u16,
        there: usize,
    },
    #[error(
        "stage “{stage}” takes rank {rank} of “{from}” twice: take it as a rank, or the best of it"
    )]
    RankTwice {
        stage: String,
        from: String,
        rank: u16,
    },
    #[error(
        "stage “{stage}” takes the best of a rank of “{from}”, which has no groups: take ranks instead"
    )]
    NoGroups { stage: String, from: String },
    #[error(
        "stage “{stage}” takes its entrants from “{from}”, whose fixtures the organiser makes: it has no ranks"
    )]
    NoRanks { stage: String, from: String },
    #[error("stage “{stage}”: {error}")]
    Stage { stage: String, error: DrawError },
}

/// The ranks that a stage ends with.
pub(super) enum Ranking {
    Tables {
        /// The name and size of each group.
        tables: Vec<(String, u16)>,
        /// The stage's key, where its names begin with it.
        stage: Option<String>,
    },
    /// The places of a tree, the first first.
    Places(Vec<Source>),
    Nothing,
}

/// Draws all stages.
pub fn draw(format: &Format, field: &Field) -> Result<Vec<DrawnStage>, FormatError> {
    let mut rankings = BTreeMap::new();
    let mut names = BTreeSet::new();
    let mut drawn = Vec::new();
    for stage in in_order(&format.stages)? {
        let failed = |error| FormatError::Stage {
            stage: stage.key.clone(),
            error,
        };
        let entrants = entrants(stage, &rankings)?;
        let own = match &entrants {
            None => field.clone(),
            // Nobody is drawn in a free stage, so that one from elsewhere may be of any size.
            Some(_) if stage.kind == Kind::Free => Field::by_rank(2),
            Some(all) => qualifiers::field(all, is_tree(&stage.kind)).map_err(failed)?,
        };
        let mut fixtures = super::fixtures(&stage.kind, &own).map_err(failed)?;
        let ranking = ranking(&stage.kind, &own, &fixtures);
        let ranking = rename(&stage.key, &mut fixtures, ranking, &mut names);
        // The lines of the others are drawn, too, and by other rules.
        let violations = match &entrants {
            None => judge(&stage.kind, &own),
            Some(_) => Vec::new(),
        };
        if let Some(all) = entrants {
            enter(&mut fixtures, &all);
        }
        rankings.insert(stage.key.as_str(), ranking);
        drawn.push(DrawnStage {
            key: stage.key.clone(),
            fixtures,
            violations,
        });
    }
    Ok(drawn)
}

/// Returns the stages so that each comes after those it takes its entrants from, else in the order given.
fn in_order(stages: &[Stage]) -> Result<Vec<&Stage>, FormatError> {
    if stages.is_empty() {
        return Err(FormatError::NoStage);
    }
    if stages.len() > MOST_STAGES {
        let stages = stages.len();
        return Err(FormatError::TooManyStages { stages });
    }
    let mut keys = BTreeSet::new();
    for Stage { key, .. } in stages {
        let good = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
        if key.is_empty() || key.chars().count() > 32 || !key.chars().all(good) {
            return Err(FormatError::BadKey { key: key.clone() });
        }
        if !keys.insert(key.as_str()) {
            return Err(FormatError::SameKey { key: key.clone() });
        }
    }
    for stage in stages {
        if feeds(stage).len() > MOST_STAGES {
            return Err(FormatError::TooManyFeeds {
                stage: stage.key.clone(),
            });
        }
        if let Some(feed) = feeds(stage)
            .iter()
            .find(|feed| !keys.contains(feed.stage.as_str()))
        {
            return Err(FormatError::UnknownStage {
                stage: stage.key.clone(),
                from: feed.stage.clone(),
            });
        }
    }
    let mut left: Vec<&Stage> = stages.iter().collect();
    let mut ordered = Vec::with_capacity(left.len());
    while let Some(waiting) = left.first() {
        let known = |feed: &Feed| {
            ordered
                .iter()
                .any(|before: &&Stage| before.key == feed.stage)
        };
        let ready = left.iter().position(|stage| feeds(stage).iter().all(known));
        let Some(ready) = ready else {
            return Err(FormatError::Circle {
                stage: waiting.key.clone(),
            });
        };
        ordered.push(left.remove(ready));
    }
    Ok(ordered)
}

fn feeds(stage: &Stage) -> &[Feed] {
    match &stage.from {
        None => &[],
        Some(Feeds::One(feed)) => std::slice::from_ref(feed),
        Some(Feeds::Several(feeds)) => feeds,
    }
}

fn is_tree(kind: &Kind) -> bool {
    match kind {
        Kind::Knockout(_)
        | Kind::DoubleElimination(_)
        | Kind::Placement(_)
        | Kind::Consolation(_) => true,
        Kind::RoundRobin(_) | Kind::Groups(_) | Kind::Swiss(_) | Kind::Free => false,
    }
}

/// The entrants of a stage that takes them from others, best first.
fn entrants(
    stage: &Stage,
    rankings: &BTreeMap<&str, Ranking>,
) -> Result<Option<Vec<Qualifier>>, FormatError> {
    if stage.from.is_none() {
        return Ok(None);
    }
    let mut all: Vec<Qualifier> = Vec::new();
    for feed in feeds(stage) {
        let class = all.last().map_or(0, |last| last.class + 1);
        let ranking = rankings
            .get(feed.stage.as_str())
            .unwrap_or(&Ranking::Nothing);
        all.extend(qualify(stage, feed, ranking, class)?);
        if all.len() > usize::from(MOST_ENTRANTS) {
            return Err(FormatError::Stage {
                stage: stage.key.clone(),
                error: DrawError::TooMany {
                    most: MOST_ENTRANTS,
                    entrants: u16::try_from(all.len()).unwrap_or(u16::MAX),
                },
            });
        }
    }
    Ok(Some(all))
}

/// Returns the teams of one feed, rank by rank.
fn qualify(
    stage: &Stage,
    feed: &Feed,
    ranking: &Ranking,
    first_class: u16,
) -> Result<Vec<Qualifier>, FormatError> {
    let (stage, from) = (stage.key.clone(), feed.stage.clone());
    let ranks: Vec<u16> = match &feed.ranks {
        Ranks::First(count) => (1..=*count).take(usize::from(MOST_ENTRANTS) + 1).collect(),
        Ranks::These(ranks) => ranks
            .iter()
            .copied()
            .take(usize::from(MOST_ENTRANTS) + 1)
            .collect(),
    };
    let best = feed.best.as_ref().filter(|best| best.count > 0);
    let best_rank = best.map(|best| best.rank);
    let mut before = BTreeSet::from_iter(best_rank);
    let mut all = Vec::new();
    for (class, rank) in (first_class..).zip(ranks) {
        if !before.insert(rank) {
            return Err(FormatError::RankTwice { stage, from, rank });
        }
        let of_rank = of_rank(ranking, rank, class);
        if of_rank.is_empty() {
            return Err(match ranking {
                Ranking::Nothing => FormatError::NoRanks { stage, from },
                Ranking::Tables { .. } | Ranking::Places(_) => {
                    FormatError::NoSuchRank { stage, from, rank }
                }
            });
        }
        all.extend(of_rank);
    }
    if let Some(best) = best {
        let class = all
            .last()
            .map_or(first_class, |last: &Qualifier| last.class + 1);
        all.extend(qualifiers_of_best(stage, from, best, ranking, class)?);
    }
    Ok(all)
}

/// The best of those who end at a rank of their groups.
fn qualifiers_of_best(
    stage: String,
    from: String,
    best: &BestOfRank,
    ranking: &Ranking,
    class: u16,
) -> Result<Vec<Qualifier>, FormatError> {
    let (rank, count) = (best.rank, best.count);
    let Ranking::Tables {
        tables,
        stage: of_stage,
    } = ranking
    else {
        return Err(FormatError::NoGroups { stage, from });
    };
    if tables.len() < 2 {
        return Err(FormatError::NoGroups { stage, from });
    }
    let there = tables.iter().filter(|(_, size)| rank <= *size).count();
    if rank == 0 || there < usize::from(count) {
        return Err(FormatError::NotSoMany {
            stage,
            from,
            rank,
            count,
            there,
        });
    }
    let qualifier = |nth| Qualifier {
        source: Source::Best {
            best: rank,
            nth,
            stage: of_stage.clone(),
        },
        group: None,
        class,
    };
    Ok((1..=count).map(qualifier).collect())
}

/// Returns the teams that end at a rank, in the order of the groups. A group that is too small has nobody there.
fn of_rank(ranking: &Ranking, rank: u16, class: u16) -> Vec<Qualifier> {
    if rank == 0 {
        return Vec::new();
    }
    match ranking {
        Ranking::Tables { tables, .. } => tables
            .iter()
            .filter(|(_, size)| rank <= *size)
            .map(|(group, _)| Qualifier {
                source: Source::Group {
                    group: group.clone(),
                    rank,
                },
                group: (tables.len() > 1).then(|| group.clone()),
                class,
            })
            .collect(),
        Ranking::Places(places) => places
            .get(usize::from(rank) - 1)
            .map(|source| Qualifier {
                source: source.clone(),
                group: None,
                class,
            })
            .into_iter()
            .collect(),
        Ranking::Nothing => Vec::new(),
    }
}

fn ranking(kind: &Kind, field: &Field, fixtures: &[Fixture]) -> Ranking {
    let tables = |groups: u16| {
        let snake = groups::snake(field.entrants, groups);
        let size = |group: u16| snake.iter().filter(|of| **of == group).count();
        let table = |group: u16| {
            (
                groups::name(usize::from(group)),
                u16::try_from(size(group)).unwrap_or(u16::MAX),
            )
        };
        Ranking::Tables {
            tables: (0..groups).map(table).collect(),
            stage: None,
        }
    };
    match kind {
        Kind::RoundRobin(_) => tables(1),
        Kind::Groups(settings) => tables(settings.groups),
        Kind::Swiss(_) => Ranking::Tables {
            tables: vec![("S".to_owned(), field.entrants)],
            stage: None,
        },
        Kind::Free => Ranking::Nothing,
        Kind::Knockout(_)
        | Kind::DoubleElimination(_)
        | Kind::Placement(_)
        | Kind::Consolation(_) => Ranking::Places(chalk::places(fixtures)),
    }
}

/// Puts the places that entrants come from in the stead of their ranks.
fn enter(fixtures: &mut [Fixture], entrants: &[Qualifier]) {
    for fixture in fixtures {
        for side in [&mut fixture.a, &mut fixture.b] {
            if let Source::Entrant(rank) = side
                && let Some(entrant) = entrants.get(usize::from(*rank).wrapping_sub(1))
            {
                *side = entrant.source.clone();
            }
        }
    }
}
