//! Ranking: words separate those who are level, until everybody has a place or nothing is left to try.

mod decided;

use std::cell::OnceCell;
use std::rc::Rc;

use super::group::PlayOff;
use super::opponents;
use super::policy::Again;
use super::result::Counted;
use super::tally::{Scale, Tally};
use super::value::Value;
use super::words::{Criterion, Scope, Word};
use crate::domain::tournament::swiss::TieBreaks;

/// All that decides the places of a group. Teams are numbers, in an order that no input changes.
pub(super) struct Ranker<'a> {
    pub words: &'a [Word],
    pub again: Again,
    pub matches: &'a [Counted],
    /// The tally of each team over all matches.
    pub all: Among,
    pub laid_down: &'a [LaidDown],
    /// Teams in the order that was laid down for those who are level to the end; a later one goes before an earlier one.
    pub decisions: &'a [Vec<usize>],
    /// The matches that decide between those who are level to the end.
    pub play_offs: &'a [PlayOff<usize>],
    pub scale: Scale,
}

/// The numbers of a team that come from no match.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LaidDown {
    pub fair_play: Option<i64>,
    pub seed: Option<i64>,
    pub rank: Option<i64>,
    pub lots: Option<i64>,
}

/// The matches among some teams.
pub(super) struct Among {
    pub teams: Vec<usize>,
    pub tallies: Vec<Tally>,
    /// Reckoned when a word asks for it.
    tie_breaks: OnceCell<Vec<TieBreaks>>,
}

/// A comparison of teams that were level before.
pub(super) struct Step {
    pub by: By,
    /// The best first.
    pub among: Vec<usize>,
    /// In the order of `among`.
    pub values: Vec<Value>,
    /// The teams whose matches against each other count, where they are not those of `among`.
    pub matches_among: Option<Vec<usize>>,
    separates: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Word(Word),
    /// A team that has withdrawn stands below all others.
    Withdrawal,
    /// An order that was laid down; its number among the decisions.
    Decision(usize),
    /// The matches that were played to decide.
    PlayOff,
}

/// Teams that share a place: one, or those who are level to the end.
pub(super) struct Placed {
    pub teams: Vec<usize>,
    /// The steps that lead there, by their number.
    pub why: Vec<usize>,
}

/// The places, the best first, and the steps that they refer to.
#[derive(Default)]
pub(super) struct Ranked {
    pub places: Vec<Placed>,
    pub steps: Vec<Step>,
}

/// Teams that are level, and how far they have come.
struct Tie {
    teams: Vec<usize>,
    /// The next word to try.
    next: usize,
    /// The block of `tied.` words that is being tried.
    block: Option<Block>,
    path: Vec<usize>,
}

struct Block {
    /// The first word of the block.
    began: usize,
    among: Rc<Among>,
}

impl Tie {
    fn new(teams: Vec<usize>) -> Tie {
        Tie {
            teams,
            next: 0,
            block: None,
            path: Vec::new(),
        }
    }
}

impl Step {
    fn of_withdrawal(playing: &[usize], withdrawn: &[usize]) -> Step {
        let values = playing.iter().map(|_| 1).chain(withdrawn.iter().map(|_| 0));
        let values = values.map(Value::whole).collect();
        let among = playing.iter().chain(withdrawn).copied().collect();
        Step {
            by: By::Withdrawal,
            among,
            values,
            matches_among: None,
            separates: true,
        }
    }
}

impl Among {
    /// Counts the matches among some of a number of teams.
    pub fn of(teams: &[usize], number: usize, matches: &[Counted]) -> Among {
        Among {
            teams: teams.to_vec(),
            tallies: Tally::of(matches, &marked(teams, number)),
            tie_breaks: OnceCell::new(),
        }
    }

    /// Takes tallies as they are, for teams that have not met.
    pub fn told(teams: Vec<usize>, tallies: Vec<Tally>) -> Among {
        Among {
            teams,
            tallies,
            tie_breaks: OnceCell::new(),
        }
    }

    fn tie_breaks(&self, matches: &[Counted]) -> &[TieBreaks] {
        self.tie_breaks.get_or_init(|| {
            let marked = marked(&self.teams, self.tallies.len());
            opponents::tie_breaks_among(matches, &marked)
        })
    }
}

/// Marks some of a number of teams.
fn marked(teams: &[usize], number: usize) -> Vec<bool> {
    let mut marked = vec![false; number];
    for team in teams {
        if let Some(mark) = marked.get_mut(*team) {
            *mark = true;
        }
    }
    marked
}

impl LaidDown {
    fn value(&self, criterion: Criterion) -> Option<Value> {
        let number = match criterion {
            Criterion::FairPlay => self.fair_play,
            Criterion::Seed => self.seed,
            Criterion::Rank => self.rank,
            Criterion::Lots => self.lots,
            _ => None,
        };
        number.map(Value::whole)
    }
}

impl Ranker<'_> {
    /// Ranks those who play, and below them those who have withdrawn.
    pub fn ranked(&self, playing: Vec<usize>, withdrawn: Vec<usize>) -> Ranked {
        let mut ranked = Ranked::default();
        let apart = !playing.is_empty() && !withdrawn.is_empty();
        if apart {
            let step = Step::of_withdrawal(&playing, &withdrawn);
            ranked.steps.push(step);
        }
        let mut waiting = vec![Tie::new(withdrawn), Tie::new(playing)];
        if apart {
            for tie in &mut waiting {
                tie.path.push(0);
            }
        }
        while let Some(mut tie) = waiting.pop() {
            if tie.teams.is_empty() {
                continue;
            }
            let parts = match tie.teams.len() {
                1 => None,
                _ => self.parts(&mut tie, &mut ranked.steps),
            };
            match parts {
                Some(parts) => waiting.extend(parts.into_iter().rev()),
                None => ranked.place(tie),
            }
        }
        ranked
    }

    /// Tries words until one separates the teams of a tie; then the decisions.
    fn parts(&self, tie: &mut Tie, steps: &mut Vec<Step>) -> Option<Vec<Tie>> {
        loop {
            let word = self.words.get(tie.next).copied();
            if word.is_none_or(|word| word.scope != Scope::Tied)
                && let Some(block) = tie.block.take()
                && self.again == Again::AfterBlock
                && tie.teams.len() < block.among.teams.len()
            {
                tie.next = block.began;
                continue;
            }
            let Some(word) = word else {
                let ordered = self.ordered(tie, steps);
                return ordered.or_else(|| self.played_off(tie, steps));
            };
            let compared = self.compared(word, tie);
            tie.next += 1;
            if let Some(step) = compared {
                let number = steps.len();
                let parts = step
                    .separates
                    .then(|| self.split(tie, &step, number, steps));
                steps.push(step);
                match parts {
                    Some(parts) => return Some(parts),
                    None => tie.path.push(number),
                }
            }
        }
    }

    /// Compares the teams of a tie by a word; `None` where it does not apply or somebody has no value.
    fn compared(&self, word: Word, tie: &mut Tie) -> Option<Step> {
        let among = match word.scope {
            Scope::All => None,
            Scope::Two if tie.teams.len() != 2 => return None,
            Scope::Two => Some(Rc::new(self.among(&tie.teams))),
            Scope::Tied => {
                let block = tie.block.get_or_insert_with(|| Block {
                    began: tie.next,
                    among: Rc::new(self.among(&tie.teams)),
                });
                Some(Rc::clone(&block.among))
            }
        };
        let mut valued: Vec<(usize, Value)> = Vec::with_capacity(tie.teams.len());
        for team in &tie.teams {
            valued.push((*team, self.value(word.criterion, among.as_deref(), *team)?));
        }
        valued.sort_by(|one, other| {
            if word.criterion.least_is_best() {
                one.1.cmp(&other.1)
            } else {
                other.1.cmp(&one.1)
            }
        });
        let (teams, values): (Vec<_>, Vec<_>) = valued.into_iter().unzip();
        let separates = values.first() != values.last();
        Some(Step {
            by: By::Word(word),
            among: teams,
            values,
            matches_among: among
                .filter(|among| among.teams.len() != tie.teams.len())
                .map(|among| among.teams.clone()),
            separates,
        })
    }

    fn among(&self, teams: &[usize]) -> Among {
        Among::of(teams, self.all.teams.len(), self.matches)
    }

    /// The value of a team: in all matches, or in those among some, which it must have played one of.
    fn value(&self, criterion: Criterion, among: Option<&Among>, team: usize) -> Option<Value> {
        if criterion.is_laid_down() {
            return self.laid_down.get(team)?.value(criterion);
        }
        let among = match among {
            None => &self.all,
            Some(among) if among.tallies.get(team)?.played == 0 => return None,
            Some(among) => among,
        };
        if criterion.is_of_opponents() {
            return opponents::value(criterion, among.tie_breaks(self.matches).get(team)?);
        }
        among.tallies.get(team)?.value(criterion, self.scale)
    }

    /// Separates a tie by a step that is not among the steps yet and gets this number.
    fn split(&self, tie: &Tie, step: &Step, number: usize, steps: &[Step]) -> Vec<Tie> {
        let level = |one: &usize, other: &usize| step.values.get(*one) == step.values.get(*other);
        let places: Vec<usize> = (0..step.among.len()).collect();
        let mut parts: Vec<Vec<usize>> = places
            .chunk_by(level)
            .map(|part| {
                let teams = part.iter().filter_map(|place| step.among.get(*place));
                teams.copied().collect()
            })
            .collect();
        match self.again {
            Again::AtOnce | Again::AfterBlock | Again::Never => {}
            Again::BestFirst => parts = best_and_others(parts),
            Again::LastFirst => {
                parts.reverse();
                parts = best_and_others(parts);
                parts.reverse();
            }
        }
        let goes_on = matches!(self.again, Again::AfterBlock | Again::Never);
        let mut path = tie.path.clone();
        if !goes_on {
            path.retain(|number| steps.get(*number).is_some_and(|step| step.separates));
        }
        path.push(number);
        let part = |teams: Vec<usize>| Tie {
            teams,
            next: if goes_on { tie.next } else { 0 },
            block: match &tie.block {
                Some(block) if goes_on => Some(Block {
                    began: block.began,
                    among: Rc::clone(&block.among),
                }),
                _ => None,
            },
            path: path.clone(),
        };
        parts.into_iter().map(part).collect()
    }
}

/// The first part, and all teams of the others together.
fn best_and_others(parts: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut parts = parts.into_iter();
    let best = parts.next().unwrap_or_default();
    let mut others: Vec<usize> = parts.flatten().collect();
    others.sort_unstable();
    vec![best, others]
}

impl Ranked {
    /// Gives a tie that nothing separates its place. A team alone needs only the steps that separated it from others.
    fn place(&mut self, tie: Tie) {
        let mut why = tie.path;
        if tie.teams.len() == 1 {
            why.retain(|number| self.steps.get(*number).is_some_and(|step| step.separates));
        }
        let mut teams = tie.teams;
        teams.sort_unstable();
        self.places.push(Placed { teams, why });
    }
}
