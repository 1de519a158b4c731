//! One round further: a pairing of least cost after which there is still another one.

use std::collections::VecDeque;

use super::matching::{Graph, Matching};

/// How much is searched: the pairings that are tried, times the third power of the vertices, which is what each of them takes.
const SEARCH: usize = 1 << 22;

/// Returns a matching that costs as little as `best` by the first term and leaves another perfect matching, and true.
/// Where none is found it returns `best`, and false.
///
/// For up to half as many rounds as there are players this takes one look: another round is always possible then. Later on, matchings
/// are taken in turns, as in Murty's ranking of assignments: each next one lacks a pair of an earlier one and keeps those before it.
/// So nothing is tried twice, and small graphs are searched to the end.
pub(super) fn with_a_next(graph: &Graph, best: Matching) -> (Matching, bool) {
    let has_next = |matching: &Matching| graph.without(matching).has_perfect_matching();
    if has_next(&best) {
        return (best, true);
    }
    let least = graph.first_term(&best);
    let mut tries = SEARCH / graph.size().pow(3).max(1);
    let mut open = VecDeque::from([(graph.clone(), best.clone())]);
    while let Some((mut part, matching)) = open.pop_front() {
        for pair in matching {
            if tries == 0 {
                return (best, false);
            }
            let lacking = part.without(&[pair]);
            part = part.forcing(pair);
            tries -= 1;
            let Some(other) = lacking.least_cost_matching() else {
                continue;
            };
            if graph.first_term(&other) > least {
                continue;
            }
            if has_next(&other) {
                return (other, true);
            }
            open.push_back((lacking, other));
        }
    }
    (best, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six players of whom the first three and the last three have met: each further round is one of K₃,₃.
    fn halves(cost: impl Fn(usize, usize) -> u32) -> Graph {
        Graph::new(6, |a, b| {
            (a < 3 && b >= 3).then(|| [cost(a, b), 0, 0, 0, 0])
        })
    }

    #[test]
    fn a_matching_with_a_next_one_is_kept() {
        let graph = halves(|_, _| 0);
        let best = vec![(0, 5), (1, 4), (2, 3)];
        assert_eq!(with_a_next(&graph, best.clone()), (best, true));
    }

    #[test]
    fn another_one_of_least_cost_is_found_only_if_there_is_one() {
        // Two triangles joined by three edges: whoever takes all three of them leaves the triangles.
        let triangle = |a: usize, b: usize| (a < 3) == (b < 3);
        let prism = |cost: u32| {
            Graph::new(6, move |a, b| {
                (triangle(a, b) || a + 3 == b)
                    .then(|| [if triangle(a, b) { cost } else { 0 }, 0, 0, 0, 0])
            })
        };
        let joined = vec![(0, 3), (1, 4), (2, 5)];
        let (other, has_next) = with_a_next(&prism(0), joined.clone());
        assert!(has_next);
        assert_ne!(other, joined);
        assert_eq!(with_a_next(&prism(1), joined.clone()), (joined, false));
    }
}
